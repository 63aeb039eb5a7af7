#include "core/fluid/responses.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/solve.h"

namespace cantilever::fluid {

namespace {

/// Sources that do not move together are told apart by sixteenths of the one with the highest level.
constexpr double kPatternSteps = 16;
/// Under overload the rest of a response is that at so much (of 32) of the load that can just be borne.
constexpr int kUnhurried = 28;
constexpr double kDifferent = 0.1;
constexpr double kDifferentSuccess = 1e-3;
/// The state without load is that at so little, in finest steps.
constexpr double kIdle = 0.05;

SolvedClass solvedClass(const analytic::ClassSolution& of) {
  SolvedClass result;
  result.isSolved = of.mean.isSolved() && of.p99.isSolved();
  result.mean = of.mean.value;
  result.p50 = of.p50.value;
  result.p95 = of.p95.value;
  result.p99 = of.p99.value;
  result.success = of.success.isSolved() ? of.success.value : 1;
  result.band = of.p99.band;
  result.why = of.mean.isSolved() ? of.p99.why : of.mean.why;
  return result;
}

}  // namespace

const std::vector<SolvedClass>& Responses::at(const std::vector<PoolState>& pools,
                                              const std::vector<double>& levels) {
  const double load = levels.empty() ? 0 : *std::max_element(levels.begin(), levels.end());
  m_pattern.clear();
  for (const double level : levels) {
    m_pattern.push_back(load > 0 ? static_cast<int>(level / load * kPatternSteps + 0.5) : 1);
  }
  if (m_last == nullptr || m_lastKey.first != pools || m_lastKey.second != m_pattern) {
    m_last = &curveOf(pools, m_pattern);
    m_lastKey = {pools, m_pattern};
  }
  const double at = m_unit > 0 ? load / m_unit * kFinest : 0;
  int low = static_cast<int>(at / kFinest) * kFinest;
  int high = low + kFinest;
  while (high - low > 1 && differ(pointAt(*m_last, low), pointAt(*m_last, high))) {
    const int middle = (low + high) / 2;
    (at < middle ? high : low) = middle;
  }
  const Point& before = pointAt(*m_last, low);
  const Point& after = pointAt(*m_last, high);
  const double share = (at - low) / (high - low);
  m_answer = before;
  for (std::size_t k = 0; k < m_answer.size(); ++k) {
    SolvedClass& mine = m_answer[k];
    // Overloaded: without the queues of what is full, which are reckoned apart.
    if (!mine.isSolved && m_last->highestStable >= 0) {
      mine = pointAt(*m_last, m_last->highestStable * kUnhurried / kFinest)[k];
    }
    if (mine.isSolved && after[k].isSolved && before[k].isSolved) {
      const auto mix = [share](double a, double b) { return a + share * (b - a); };
      mine.mean = mix(mine.mean, after[k].mean);
      mine.p50 = mix(mine.p50, after[k].p50);
      mine.p95 = mix(mine.p95, after[k].p95);
      mine.p99 = mix(mine.p99, after[k].p99);
      mine.success = mix(mine.success, after[k].success);
      mine.band = std::max(mine.band, after[k].band);
    }
  }
  return m_answer;
}

Responses::Curve& Responses::curveOf(const std::vector<PoolState>& pools, const std::vector<int>& pattern) {
  const auto [at, isNew] = m_curves.try_emplace({pools, pattern});
  Curve& curve = at->second;
  if (isNew) {
    curve.plan = m_plan;
    curve.plan.scalers.clear();
    curve.plan.actions.clear();
    for (std::size_t pool = 0; pool < pools.size(); ++pool) {
      plan::Pool& of = curve.plan.pools[pool];
      of.instances = std::max(1u, pools[pool].instances);
      of.maxInstances = std::max(of.maxInstances, of.instances);
      if (pools[pool].speed != 1) {
        of.speeds.assign(of.instances, pools[pool].speed);
      }
    }
    for (std::size_t i = 0; i < curve.plan.sources.size(); ++i) {
      plan::Source& source = curve.plan.sources[i];
      source.rate = source.rate * (pattern[i] / kPatternSteps);
      source.curve = {};
    }
  }
  return curve;
}

const Responses::Point& Responses::pointAt(Curve& curve, int load) {
  const auto [at, isNew] = curve.points.try_emplace(load);
  if (!isNew) {
    return at->second;
  }
  if (load > curve.lowestUnstable) {
    at->second = curve.points.at(curve.lowestUnstable);
    return at->second;
  }
  ++m_solved;
  const double factor = std::max<double>(load, kIdle) / kFinest * m_unit;
  const Result<plan::Visits> visits = plan::visits(curve.plan, factor);
  analytic::SolveOptions options;
  options.loadFactor = factor;
  options.withSensitivities = options.withOtherState = options.withAll = options.percentiles.p999 = false;
  options.percentiles.p50 = m_withMedians;
  const Result<analytic::Solution> solution =
      visits ? analytic::solve(curve.plan, *visits, options) : Result<analytic::Solution>(visits.error());
  bool isStable = solution.ok();
  for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
    if (solution) {
      at->second.push_back(solvedClass(solution->classes[k]));
    } else {
      at->second.push_back({});
      at->second.back().why = solution.error().message;
    }
    isStable = isStable && at->second.back().isSolved;
  }
  if (isStable) {
    curve.highestStable = std::max(curve.highestStable, load);
  } else {
    curve.lowestUnstable = load;
  }
  return at->second;
}

bool Responses::differ(const Point& a, const Point& b) const {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k].isSolved != b[k].isSolved || std::abs(a[k].success - b[k].success) > kDifferentSuccess) {
      return true;
    }
    const auto isFar = [](double x, double y) { return std::abs(x - y) > kDifferent * std::max(x, y); };
    if (a[k].isSolved &&
        (isFar(a[k].mean, b[k].mean) || isFar(a[k].p95, b[k].p95) || isFar(a[k].p99, b[k].p99))) {
      return true;
    }
  }
  return false;
}

}  // namespace cantilever::fluid
