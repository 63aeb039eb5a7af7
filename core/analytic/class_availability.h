#pragma once

#include <vector>

#include "core/analytic/plan_availability.h"
#include "core/analytic/traffic.h"

namespace cantilever::analytic {

/// Which requests of a class would fail because of instances and zones that are down: over the states of all
/// that it may need, what its program does in each of them, with the ways out that it has (fallbacks, some of
/// several calls, routes). What is down is noticed at once, and the rest has room for all.
class ClassAvailability {
 public:
  ClassAvailability(const Structure& structure, const Beliefs& beliefs, const PlanAvailability& pools);

  struct Answer {
    double unavailable = 0;  ///< share of the requests
    double unknown = 0;      ///< of states that were not looked at: so much more it may be
    bool isTheorem = true;   ///< but for these
  };
  Answer of(Index requestClass);

 private:
  void findEvents();
  void overZones(std::size_t zone, double chance, int down);
  void overPools(std::size_t pool, double chance, int down);
  double failure();
  double ofProgram(Index program);
  template <class At>
  double failureAt(Index program, Index pc, const At& at);
  double ofCall(Index link);
  double ofParallel(Index pc);
  double ofFan(Index fan);
  double ofRoute(const plan::Route& route, Index program, const std::vector<double>& ofWays);
  double ofPublish(const plan::Instruction& code);
  bool isDown(Index pool) const { return pool != kNone && m_isDown[pool]; }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  const Beliefs& m_beliefs;
  const PlanAvailability& m_pools;
  Index m_class = 0;
  std::vector<Index> m_events;                  // pools that may be down
  std::vector<const plan::ZoneFault*> m_zones;  // that may be, with some of these
  std::vector<bool> m_isZoneDown;               // parallel to m_zones
  std::vector<double> m_chances;                // parallel to m_events, given the zones
  std::vector<bool> m_isDown;                   // [pool]
  std::vector<double> m_failures;               // [program] in the state at hand
  int m_mostDown = 0;
  double m_always = 0;  // fails with everything up
  double m_seen = 0;
  Answer m_answer;
};

}  // namespace cantilever::analytic
