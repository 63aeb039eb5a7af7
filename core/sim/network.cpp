#include "core/sim/network.h"

#include <algorithm>
#include <map>
#include <utility>

namespace cantilever::sim {

using plan::Index;
using plan::kNone;

Network::Network(const plan::Plan& plan, Agenda& agenda) {
  if (plan.zones.empty()) {
    return;
  }
  m_zones = &plan.zones;
  m_nowhere = static_cast<ZoneNumber>(plan.zones.size());
  m_side = plan.zones.size() + 1;
  m_ways.resize(m_side * m_side);
  const bool isUsed =
      std::any_of(plan.links.begin(), plan.links.end(), [](const plan::Link& of) { return of.isByZones; });
  std::map<std::pair<TimeNs, double>, std::uint32_t> known;
  for (Index from = 0; isUsed && from < m_nowhere; ++from) {
    for (Index to = 0; to < m_nowhere; ++to) {
      Way& way = m_ways[from * m_side + to];
      way.time = plan::wayBetween(plan, from, to).ns();
      const double variation = plan::variationBetween(plan, from, to);
      if (variation > 0 && way.time > 0) {
        const auto [at, isNew] = known.try_emplace({way.time, variation}, m_laws.size());
        way.law = at->second;
        if (isNew) {
          m_laws.emplace_back(plan::lawOfWay(Duration::nanoseconds(way.time), variation));
        }
        continue;
      }
      way.lane = way.time > 0 ? agenda.laneOf(way.time) : 0;
    }
  }
}

template <class Change>
void Network::forEachBetween(Index zone, Index other, const Change& change) {
  for (ZoneNumber from = 0; from < m_side; ++from) {
    for (ZoneNumber to = 0; to < m_side; ++to) {
      const bool isOneIn = liesIn(from, zone);
      const bool isOtherIn = liesIn(to, zone);
      const bool isBetween = other == kNone
                                 ? isOneIn != isOtherIn
                                 : (isOneIn && liesIn(to, other)) || (isOtherIn && liesIn(from, other));
      if (isBetween) {
        change(m_ways[from * m_side + to]);
      }
    }
  }
}

bool Network::setCut(Index zone, Index other, bool isCut) {
  const auto known = std::find_if(m_partitions.begin(), m_partitions.end(),
                                  [&](const Pair& each) { return each.isOf(zone, other); });
  if ((known != m_partitions.end()) == isCut) {
    return false;
  }
  forEachBetween(zone, other, [isCut](Way& way) { isCut ? ++way.cuts : --way.cuts; });
  if (isCut) {
    m_partitions.push_back({zone, other});
  } else {
    m_partitions.erase(known);
  }
  return true;
}

bool Network::setAdded(Index zone, Index other, TimeNs added) {
  const auto known = std::find_if(m_additions.begin(), m_additions.end(),
                                  [&](const Pair& each) { return each.isOf(zone, other); });
  const TimeNs before = known == m_additions.end() ? 0 : known->added;
  if (before == added) {
    return false;
  }
  forEachBetween(zone, other, [&](Way& way) { way.added += added - before; });
  if (known != m_additions.end()) {
    m_additions.erase(known);
  }
  if (added > 0) {
    m_additions.push_back({zone, other, added});
  }
  return true;
}

/// Products are made anew, so that what was taken back leaves no trace.
bool Network::setFactor(Index zone, Index other, double factor) {
  const auto known = std::find_if(m_factors.begin(), m_factors.end(),
                                  [&](const Pair& each) { return each.isOf(zone, other); });
  if (factor == (known == m_factors.end() ? 1 : known->factor)) {
    return false;
  }
  if (known != m_factors.end()) {
    m_factors.erase(known);
  }
  if (factor != 1) {
    m_factors.push_back({zone, other, 0, factor});
  }
  for (Way& way : m_ways) {
    way.factor = 1;
  }
  for (const Pair& each : m_factors) {
    forEachBetween(each.zone, each.other, [&](Way& way) { way.factor *= each.factor; });
  }
  return true;
}

}  // namespace cantilever::sim
