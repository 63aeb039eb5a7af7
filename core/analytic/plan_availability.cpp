#include "core/analytic/plan_availability.h"

#include <algorithm>
#include <set>

#include "core/analytic/availability.h"

namespace cantilever::analytic {

using plan::Index;

double PlanAvailability::ofZone(const plan::ZoneFault& fault) {
  return unavailability(fault.timeToFailure.mean.inSeconds(), fault.timeToRepair.mean.inSeconds());
}

const plan::RandomFault* PlanAvailability::faultOf(Index pool) const {
  for (const plan::RandomFault& fault : m_plan.randomFaults) {
    if (fault.pool == pool) {
      return &fault;
    }
  }
  return nullptr;
}

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
    sum += chance > 0 ? chance * given(pool, zones, isDown) : 0.0;
  }
  return sum;
}

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

double PlanAvailability::given(Index pool, const std::vector<const plan::ZoneFault*>& zones,
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
  if (const double down = ofPrimary(pool, *fault); down > 0) {
    return down;
  }
  return unavailabilityWithCrews(left, needed, fault->timeToFailure.mean.inSeconds(),
                                 fault->timeToRepair.mean.inSeconds(), crewsOf(*fault));
}

double PlanAvailability::ofPrimary(Index pool, const plan::RandomFault& fault) const {
  const Index which = plan::storeBehind(m_plan, pool);
  if (which == plan::kNone) {
    return 0;
  }
  const plan::Store& store = m_plan.stores[which];
  double others = store.standbys;
  for (const plan::ConsumerGroup& group : m_plan.groups) {
    others += store.log != plan::kNone && group.log == store.log && group.takesOver
                  ? plan::copiesOf(m_plan, group)
                  : 0.0;
  }
  const bool isKnown = store.failsOver && store.pool == pool && m_instances[pool] == 1 && others >= 1;
  const double takesOver = store.detection.mean.inSeconds() + store.promotion.mean.inSeconds();
  return isKnown ? unavailabilityWithFailover(fault.timeToFailure.mean.inSeconds(),
                                              fault.timeToRepair.mean.inSeconds(), std::max(1e-9, takesOver),
                                              store.coverage)
                 : 0.0;
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
  const bool isOfStore = fault != nullptr && ofPrimary(pool, *fault) > 0;
  const bool isSimple = !isOfStore && (crews == 0 || crews >= m_instances[pool] ||
                                       (fault->timeToFailure.kind == Law::Kind::Exponential &&
                                        fault->timeToRepair.kind == Law::Kind::Exponential));
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
