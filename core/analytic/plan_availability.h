#pragma once

#include <cstdint>
#include <vector>

#include "core/vocabulary/plan.h"

namespace cantilever::analytic {

/// What random faults of instances and of zones leave of pools. Faults are independent of one another and of
/// the load.
class PlanAvailability {
 public:
  PlanAvailability(const plan::Plan& plan, const std::vector<std::uint32_t>& instances)
      : m_plan(plan), m_instances(instances) {}

  /// Share of the time in which fewer instances than it needs are up: over all combinations of zones that are
  /// down, those instances that are left, by their own faults and crews.
  double ofPool(plan::Index pool) const;
  /// How far that may be wrong, relative to the availability: with fewer crews than instances it holds for
  /// exponential times only.
  double bandOf(plan::Index pool) const;
  /// Share of the time in which an instance is down, by faults of its zones and, if asked for, its own.
  double ofInstance(plan::Index pool, bool withItsOwn) const;

  /// Faults of zones in which some of its instances are; the first ten.
  std::vector<const plan::ZoneFault*> zoneFaultsOf(plan::Index pool) const;
  static double ofZone(const plan::ZoneFault& fault);
  /// The same as `ofPool`, given which zones are down: of the instances that are left, by their own faults.
  double given(plan::Index pool, const std::vector<const plan::ZoneFault*>& zones,
               const std::vector<bool>& isDown) const;

 private:
  const plan::RandomFault* faultOf(plan::Index pool) const;
  std::uint32_t crewsOf(const plan::RandomFault& fault) const;
  /// Of a primary that others may take over from; 0 if that is not all there is to it.
  double ofPrimary(plan::Index pool, const plan::RandomFault& fault) const;

  const plan::Plan& m_plan;
  const std::vector<std::uint32_t>& m_instances;  // by pool
};

}  // namespace cantilever::analytic
