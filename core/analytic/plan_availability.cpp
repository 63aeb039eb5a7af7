#include "core/analytic/plan_availability.h"

#include <algorithm>
#include <set>

#include "core/analytic/availability.h"

namespace cantilever::analytic {

using plan::Index;

namespace {

double ofZone(const plan::ZoneFault& fault) {
  return unavailability(fault.timeToFailure.mean.inSeconds(), fault.timeToRepair.mean.inSeconds());
}

}  // namespace

const plan::RandomFault* PlanAvailability::faultOf(Index pool) const {
  for (const plan::RandomFault& fault : m_plan.randomFaults) {
    if (fault.pool == pool) {
      return &fault;
    }
  }
  return nullptr;
}

/// left, by their own faults.
double PlanAvailability::ofPool(Index pool) const {
  const std::vector<const plan::ZoneFault*> zones = zoneFaultsOf(pool);
  double sum = 0;
  for (std::size_t down = 0; down < std::size_t{1} << zones.size(); ++down) {
    double chance = 1;
    std::vector<bool> isDown(zones.size());
    for (std::size_t i = 0; i < zones.size(); ++i) {
      isDown[i] = (down >> i & 1) != 0;
      const double failed = ofZone(*zones[i]);
      chance *= isDown[i] ? failed : 1 - failed;
    }
    sum += chance > 0 ? chance * ofRest(pool, zones, isDown) : 0.0;
  }
  return sum;
}

/// Faults of zones in which some of its instances are; the first ten.
std::vector<const plan::ZoneFault*> PlanAvailability::zoneFaultsOf(Index pool) const {
  constexpr std::size_t kMost = 10;
  std::vector<const plan::ZoneFault*> found;
  for (const plan::ZoneFault& fault : m_plan.zoneFaults) {
    const std::vector<Index>& places = m_plan.pools[pool].places;
    const bool isThere = std::any_of(places.begin(), places.end(), [&](Index place) {
      return plan::liesIn(m_plan.zones, place, fault.zone);
    });
    if (isThere && found.size() < kMost) {
      found.push_back(&fault);
    }
  }
  return found;
}

double PlanAvailability::ofRest(Index pool, const std::vector<const plan::ZoneFault*>& zones,
                                const std::vector<bool>& isDown) const {
  const plan::Pool& of = m_plan.pools[pool];
  std::uint32_t left = 0;
  for (Index i = 0; i < m_instances[pool]; ++i) {
    bool isThere = true;
    for (std::size_t zone = 0; zone < zones.size(); ++zone) {
      isThere = isThere && !(isDown[zone] && plan::liesIn(m_plan.zones, of.placeOf(i), zones[zone]->zone));
    }
    left += isThere ? 1 : 0;
  }
  const std::uint32_t needed = std::min(of.needed, m_instances[pool]);
  const plan::RandomFault* fault = faultOf(pool);
  if (left < needed || fault == nullptr) {
    return left < needed ? 1 : 0;
  }
  return unavailabilityWithCrews(left, needed, fault->timeToFailure.mean.inSeconds(),
                                 fault->timeToRepair.mean.inSeconds(), crewsOf(*fault));
}

/// Its own, or fewer if the zone where all of it lies has fewer for everybody.
std::uint32_t PlanAvailability::crewsOf(const plan::RandomFault& fault) const {
  const plan::Pool& pool = m_plan.pools[fault.pool];
  std::set<Index> zones;
  for (Index i = 0; i < m_instances[fault.pool]; ++i) {
    zones.insert(plan::zoneOfCrews(m_plan, pool.placeOf(i)));
  }
  const bool isOne = zones.size() == 1 && *zones.begin() != plan::kNone;
  const std::uint32_t ofZone = isOne ? m_plan.zones[*zones.begin()].crews : 0;
  return ofZone == 0 || fault.crews == 0 ? std::max(ofZone, fault.crews) : std::min(ofZone, fault.crews);
}

double PlanAvailability::bandOf(Index pool) const {
  const plan::RandomFault* fault = faultOf(pool);
  const std::uint32_t crews = fault == nullptr ? 0 : crewsOf(*fault);
  const bool isSimple = crews == 0 || crews >= m_instances[pool] ||
                        (fault->timeToFailure.kind == Law::Kind::Exponential &&
                         fault->timeToRepair.kind == Law::Kind::Exponential);
  return isSimple ? 0 : 0.3 * ofPool(pool);
}

double PlanAvailability::ofInstance(Index pool, bool withItsOwn) const {
  std::vector<double> causes;
  const plan::RandomFault* fault = faultOf(pool);
  if (fault != nullptr && withItsOwn) {
    causes.push_back(
        unavailability(fault->timeToFailure.mean.inSeconds(), fault->timeToRepair.mean.inSeconds()));
  }
  for (const plan::ZoneFault* zone : zoneFaultsOf(pool)) {
    causes.push_back(ofZone(*zone));
  }
  return unavailabilityOfSeries(causes);
}

}  // namespace cantilever::analytic
