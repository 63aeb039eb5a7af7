#include "core/sim/locality.h"

#include <algorithm>

namespace cantilever::sim {

namespace {

/// Before so many calls have been seen, shares are no more than noise.
constexpr std::uint32_t kFewCalls = 128;
/// Then all counts are halved, so that they follow the traffic.
constexpr std::uint32_t kManyCalls = 8192;

}  // namespace

LocalityState::LocalityState(const plan::Plan& plan, const plan::Link& link,
                             const std::vector<ZoneNumber>& sites)
    : m_plan(plan),
      m_pool(plan.pools[link.pool]),
      m_sitesOfZones(sites),
      m_isStrict(link.locality == Locality::StrictLocal) {
  const auto nowhere = static_cast<ZoneNumber>(plan.zones.size());
  for (plan::Index i = 0; i < m_pool.room(); ++i) {
    const plan::Index place = m_pool.placeOf(i);
    siteOf(place == plan::kNone ? nowhere : static_cast<ZoneNumber>(place)).hasInstances = true;
  }
}

/// Instances count as there if they lie in the zone: all those of a region, seen from one who is in the
/// region and in none of its zones.
LocalityState::Site& LocalityState::siteOf(ZoneNumber from) {
  const ZoneNumber zone = m_sitesOfZones[from];
  const auto known =
      std::find_if(m_sites.begin(), m_sites.end(), [zone](const Site& each) { return each.zone == zone; });
  if (known != m_sites.end()) {
    return *known;
  }
  Site& site = m_sites.emplace_back();
  site.zone = zone;
  site.members = InstanceSet(m_pool.room(), 0);
  const bool isNowhere = zone == m_plan.zones.size();
  for (plan::Index i = 0; i < m_pool.room(); ++i) {
    const plan::Index place = m_pool.placeOf(i);
    const bool isThere = isNowhere ? place == plan::kNone : plan::liesIn(m_plan.zones, place, zone);
    if (isThere) {
      site.members.insert(i);
    }
  }
  return site;
}

void LocalityState::count(Site& site) {
  ++site.calls;
  if (++m_calls >= kManyCalls) {
    m_calls = 0;
    for (Site& each : m_sites) {
      each.calls /= 2;
      m_calls += each.calls;
    }
  }
}

bool LocalityState::hasAny(ZoneNumber from, const InstanceSet& eligible) {
  if (!m_isStrict) {
    return !eligible.isEmpty();
  }
  m_chosen.assignCommon(eligible, siteOf(from).members);
  return !m_chosen.isEmpty();
}

const InstanceSet& LocalityState::choose(ZoneNumber from, const InstanceSet& eligible, RandomStream& stream) {
  Site& here = siteOf(from);
  count(here);
  m_chosen.assignCommon(eligible, here.members);
  if (m_isStrict || m_chosen.size() == eligible.size()) {
    return m_chosen;
  }
  if (m_chosen.isEmpty()) {
    return elsewhere(here, eligible, stream);
  }
  const double capacity = static_cast<double>(m_chosen.size()) / eligible.size();
  const double traffic = static_cast<double>(here.calls) / m_calls;
  if (m_calls < kFewCalls || traffic <= capacity || stream.chance(capacity / traffic)) {
    return m_chosen;
  }
  return elsewhere(here, eligible, stream);
}

/// In another zone, the likelier the more of its share of the instances the calls from there leave free.
const InstanceSet& LocalityState::elsewhere(const Site& here, const InstanceSet& eligible,
                                            RandomStream& stream) {
  m_free.assign(m_sites.size(), 0.0);
  double total = 0;
  for (std::size_t i = 0; i < m_sites.size(); ++i) {
    const Site& site = m_sites[i];
    if (&site == &here || !site.hasInstances) {
      continue;
    }
    m_chosen.assignCommon(eligible, site.members);
    const double capacity = static_cast<double>(m_chosen.size()) / eligible.size();
    const double traffic = m_calls == 0 ? 0 : static_cast<double>(site.calls) / m_calls;
    m_free[i] = std::max(0.0, capacity - traffic);
    total += m_free[i];
  }
  if (total <= 0) {
    m_chosen.assignCommon(eligible, eligible);
    return m_chosen;
  }
  double left = stream.uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < m_sites.size() && left >= 0; ++i) {
    left -= m_free[i];
    last = m_free[i] > 0 ? i : last;
  }
  m_chosen.assignCommon(eligible, m_sites[last].members);
  return m_chosen;
}

}  // namespace cantilever::sim
