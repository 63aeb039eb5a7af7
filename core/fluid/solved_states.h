#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/vocabulary/plan.h"

/// Internal to the forecast: steady states, each solved once.
namespace cantilever::fluid {

struct SolvedClass {
  bool isSolved = false;
  double mean = 0, p50 = 0, p95 = 0, p99 = 0;
  double success = 1;
  double band = 0;
  std::string why = {};
};
using SolvedClasses = std::vector<SolvedClass>;  ///< [class]

struct PoolState {
  std::uint32_t instances = 1;
  double speed = 1;
  bool operator<(const PoolState& other) const {
    return instances != other.instances ? instances < other.instances : speed < other.speed;
  }
  bool operator==(const PoolState&) const = default;
};
using PoolStates = std::vector<PoolState>;  ///< [pool]
using Levels = std::vector<int>;            ///< [source] in steps

struct SolvedState {
  PoolStates pools;
  Levels levels;
  SolvedClasses classes = {};
  /// [pool] for a server and a seat, in means of what is done there at a time; below 0: not known.
  std::vector<double> waits = {};
  bool isOverloaded = false;
};

/// Of a plan, by the states of its pools and the levels of its sources. Levels are multiples of the rates of
/// sources; steps are half a hundredth of a level, down to a ten-thousandth of the highest one of that
/// source: nobody there.
class SolvedStates {
 public:
  /// `highest`: [source] levels.
  SolvedStates(const plan::Plan& plan, const std::vector<double>& highest, bool withMedians);

  static constexpr double kStep = 0.005;  ///< of the logarithm
  static constexpr int kHighestStep = 1842;
  double stepOf(std::size_t source, double level) const;
  double levelOf(std::size_t source, int step) const;
  std::vector<double> levelsOf(const Levels& steps) const;

  /// It stays where it is. What is asked for more, with no more instances, than a state that is overloaded is
  /// said to be like that one: such states take the longest to solve.
  const SolvedState& at(const PoolStates& pools, const Levels& levels);
  /// Solves only what does not follow from states with more or less of everything.
  bool isOverloaded(const PoolStates& pools, const Levels& levels);
  /// Those that are not overloaded.
  const std::vector<const SolvedState*>& borne() const { return m_borne; }
  int solved() const { return m_solved; }

 private:
  const SolvedState* overloadedBelow(const PoolStates& pools, const Levels& levels) const;
  void solve(SolvedState& state);

  const plan::Plan& m_designed;
  plan::Plan m_plan;              // as it was solved last
  std::vector<double> m_highest;  // [source]
  bool m_withMedians;
  std::map<std::pair<PoolStates, Levels>, SolvedState> m_known;
  std::vector<const SolvedState*> m_borne, m_overloaded;
  int m_solved = 0;
};

}  // namespace cantilever::fluid
