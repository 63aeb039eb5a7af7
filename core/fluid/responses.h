#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/vocabulary/plan.h"

/// Internal to the forecast: response times of the steady state at the load of the moment.
namespace cantilever::fluid {

struct SolvedClass {
  bool isSolved = false;
  double mean = 0, p50 = 0, p95 = 0, p99 = 0;
  double success = 1;
  double band = 0;
  std::string why = {};
};

/// Solves as few steady states as it can: for each state of the instances a curve over the load, halved where
/// the ends of an interval differ by more than 10 %, straight in between: of a curve like 1 / (1 - load) that
/// is within 0.3 %.
class Responses {
 public:
  /// `top`: the highest level of any source that will be asked for.
  Responses(const plan::Plan& plan, double top, bool withMedians)
      : m_plan(plan), m_unit(top / kIntervals), m_withMedians(withMedians) {}

  struct PoolState {
    std::uint32_t instances = 1;
    double speed = 1;
    bool operator<(const PoolState& other) const {
      return instances != other.instances ? instances < other.instances : speed < other.speed;
    }
    bool operator==(const PoolState&) const = default;
  };
  /// Of all classes, at these levels of the sources (multiples of their rates).
  const std::vector<SolvedClass>& at(const std::vector<PoolState>& pools, const std::vector<double>& levels);
  int solved() const { return m_solved; }

 private:
  static constexpr int kIntervals = 4;
  static constexpr int kDepth = 5;
  static constexpr int kFinest = 1 << kDepth;

  using Point = std::vector<SolvedClass>;
  struct Curve {
    plan::Plan plan;
    std::map<int, Point> points;  ///< by load in units / kFinest
    int highestStable = -1;
    int lowestUnstable = std::numeric_limits<int>::max();  ///< beyond it nothing is solved: it takes long
  };
  using Key = std::pair<std::vector<PoolState>, std::vector<int>>;

  Curve& curveOf(const std::vector<PoolState>& pools, const std::vector<int>& pattern);
  const Point& pointAt(Curve& curve, int load);
  bool differ(const Point& a, const Point& b) const;

  const plan::Plan& m_plan;
  double m_unit;
  bool m_withMedians;
  std::map<Key, Curve> m_curves;
  Key m_lastKey;
  Curve* m_last = nullptr;
  std::vector<int> m_pattern;
  Point m_answer;
  int m_solved = 0;
};

}  // namespace cantilever::fluid
