#pragma once

#include <vector>

#include "core/fluid/pool_demand.h"
#include "core/fluid/solved_states.h"

/// Internal to the forecast: responses between two steady states.
namespace cantilever::fluid {

/// Two solved states, and what lies between them: the harder one has nowhere more instances, and is nowhere
/// asked for less. Responses of a class change from the one to the other as the waits for servers on its way
/// do, each of which follows the utilisation of its pool; where that does not account for what they change
/// by, they change with the load of an instance, or with the load.
class ResponseCell {
 public:
  /// The demand must outlive it.
  ResponseCell(const PoolDemand& demand, const SolvedStates& states, const SolvedState& easier,
               const SolvedState& harder);

  /// By how much the ends differ, as a multiple of by how much they may; infinite where a class is known at
  /// one of them only. The same for any state between them, of what is known of it.
  double difference() const { return m_difference; }
  /// Of any two states; no more than their cell would say.
  static double leastDifference(const SolvedState& easier, const SolvedState& harder);

  bool holds(const PoolStates& pools, const std::vector<double>& steps) const;
  /// `levels` and `steps` say the same.
  void answer(const PoolStates& pools, const std::vector<double>& levels, const std::vector<double>& steps,
              SolvedClasses& classes);
  const Levels& low() const { return m_low; }
  const Levels& high() const { return m_high; }
  /// Classes that are not known at the easier end become these.
  void takeUnknown(const SolvedClasses& rest);

 private:
  /// Of a pool: rise x u^power / (1 - u) at the utilisation u; or in a straight line.
  struct Wait {
    std::size_t pool = 0;
    double from = 0, to = 0;    ///< utilisation at the ends
    double begin = 0, end = 0;  ///< waits there
    double rise = 0, power = 0;
    std::vector<double> share = {};  ///< [class] of the way between the ends, for each unit of it

    double at(double utilisation) const;
  };

  void addWait(std::size_t pool, const SolvedState& easier, const SolvedState& harder);
  void weigh();
  void compare(const SolvedStates& states);
  double positionOf(const PoolStates& pools, const std::vector<double>& levels,
                    const std::vector<double>& steps) const;

  const PoolDemand* m_demand;
  PoolStates m_few, m_many;
  Levels m_low, m_high;
  std::vector<double> m_least, m_most;  // [source] levels at the ends
  SolvedClasses m_best, m_worst;
  std::vector<Wait> m_waits;
  std::vector<bool> m_isByWaits;  // [class]
  double m_difference = 0;
  std::vector<double> m_position;  // [class] of the last answer
};

}  // namespace cantilever::fluid
