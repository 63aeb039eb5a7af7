#include "core/fluid/solved_states.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/analytic/solve.h"

namespace cantilever::fluid {

namespace {

/// Of the highest level: nobody is there.
constexpr double kIdle = 1e-5;
/// Utilisation from which on a pool is taken to be why a class is not known.
constexpr double kHardly = 0.95;
constexpr double kUnknownWait = -1;

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

/// In means of what is done there at a time. Of what shares its servers nobody waits: it takes longer.
double waitAt(const plan::Pool& pool, const analytic::PoolSolution& of) {
  if (pool.order == plan::ServiceOrder::Sharing || !of.wait.isSolved() || !of.seatWait.isSolved() ||
      !of.concurrency.isSolved()) {
    return kUnknownWait;
  }
  const double seconds = of.wait.value + of.seatWait.value;
  return of.concurrency.value > 0 ? seconds * of.work.value / of.concurrency.value : 0.0;
}

/// The highest of closed sources, whose users are so many times as many, or else of all.
double commonLevel(const plan::Plan& plan, const std::vector<double>& levels) {
  double ofClosed = 0;
  double ofAll = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    ofAll = std::max(ofAll, levels[i]);
    ofClosed = plan.sources[i].kind == plan::SourceKind::Closed ? std::max(ofClosed, levels[i]) : ofClosed;
  }
  return ofClosed > 0 ? ofClosed : ofAll > 0 ? ofAll : 1.0;
}

/// Something in it cannot do what it is asked for, or hardly.
bool isFull(const analytic::Solution& solution) {
  return !solution.isStable || !solution.hasConverged ||
         std::any_of(solution.pools.begin(), solution.pools.end(), [](const analytic::PoolSolution& pool) {
           return pool.utilisation.isSolved() && pool.utilisation.value >= kHardly;
         });
}

/// The first is asked for as much or more, and has as many instances or fewer, of the same speed.
bool isHarder(const PoolStates& pools, const Levels& levels, const PoolStates& thanPools,
              const Levels& thanLevels) {
  return std::equal(levels.begin(), levels.end(), thanLevels.begin(), std::greater_equal<>()) &&
         std::equal(pools.begin(), pools.end(), thanPools.begin(),
                    [](const PoolState& a, const PoolState& b) {
                      return a.instances <= b.instances && a.speed == b.speed;
                    });
}

}  // namespace

SolvedStates::SolvedStates(const plan::Plan& plan, const std::vector<double>& highest, bool withMedians)
    : m_designed(plan), m_plan(plan), m_highest(highest), m_withMedians(withMedians) {
  std::replace(m_highest.begin(), m_highest.end(), 0.0, 1.0);
  m_plan.scalers.clear();
  m_plan.actions.clear();
  for (plan::Source& source : m_plan.sources) {
    source.curve = {};
  }
}

double SolvedStates::stepOf(std::size_t source, double level) const {
  return level > 0 ? std::max(0.0, kHighestStep + std::log(level / m_highest[source]) / kStep) : 0.0;
}

double SolvedStates::levelOf(std::size_t source, int step) const {
  return m_highest[source] * (step > 0 ? std::exp((step - kHighestStep) * kStep) : kIdle);
}

std::vector<double> SolvedStates::levelsOf(const Levels& steps) const {
  std::vector<double> levels;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    levels.push_back(levelOf(i, steps[i]));
  }
  return levels;
}

const SolvedState* SolvedStates::overloadedBelow(const PoolStates& pools, const Levels& levels) const {
  const auto found = std::find_if(m_overloaded.begin(), m_overloaded.end(), [&](const SolvedState* each) {
    return isHarder(pools, levels, each->pools, each->levels);
  });
  return found != m_overloaded.end() ? *found : nullptr;
}

bool SolvedStates::isOverloaded(const PoolStates& pools, const Levels& levels) {
  if (overloadedBelow(pools, levels) != nullptr) {
    return true;
  }
  const bool isBorne = std::any_of(m_borne.begin(), m_borne.end(), [&](const SolvedState* each) {
    return isHarder(each->pools, each->levels, pools, levels);
  });
  return !isBorne && at(pools, levels).isOverloaded;
}

const SolvedState& SolvedStates::at(const PoolStates& pools, const Levels& levels) {
  const auto [at, isNew] = m_known.try_emplace({pools, levels}, SolvedState{pools, levels});
  SolvedState& state = at->second;
  if (!isNew) {
    return state;
  }
  if (const SolvedState* like = overloadedBelow(pools, levels)) {
    state = *like;
    state.pools = pools;
    state.levels = levels;
    return state;
  }
  solve(state);
  (state.isOverloaded ? m_overloaded : m_borne).push_back(&state);
  return state;
}

void SolvedStates::solve(SolvedState& state) {
  ++m_solved;
  for (std::size_t i = 0; i < state.pools.size(); ++i) {
    const plan::Pool& designed = m_designed.pools[i];
    plan::Pool& pool = m_plan.pools[i];
    pool.instances = std::max(1u, state.pools[i].instances);
    pool.maxInstances = std::max(designed.maxInstances, pool.instances);
    pool.speeds = designed.speeds;
    if (state.pools[i].speed != 1) {
      pool.speeds.assign(pool.instances, state.pools[i].speed);
    }
  }
  const std::vector<double> levels = levelsOf(state.levels);
  analytic::SolveOptions options;
  options.loadFactor = commonLevel(m_designed, levels);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    m_plan.sources[i].rate = m_designed.sources[i].rate * (levels[i] / options.loadFactor);
  }
  options.withSensitivities = options.withOtherState = options.withAll = options.percentiles.p999 = false;
  options.percentiles.p50 = m_withMedians;
  const Result<plan::Visits> visits = plan::visits(m_plan, options.loadFactor);
  const Result<analytic::Solution> solution =
      visits ? analytic::solve(m_plan, *visits, options) : Result<analytic::Solution>(visits.error());
  bool isUnknown = false;
  for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
    state.classes.push_back(solution ? solvedClass(solution->classes[k]) : SolvedClass());
    state.classes[k].why = solution ? state.classes[k].why : solution.error().message;
    isUnknown = isUnknown || (solution && !solution->classes[k].mean.isSolved());
  }
  for (std::size_t i = 0; i < m_plan.pools.size(); ++i) {
    state.waits.push_back(solution ? waitAt(m_plan.pools[i], solution->pools[i]) : kUnknownWait);
  }
  state.isOverloaded = isUnknown && isFull(*solution);
}

}  // namespace cantilever::fluid
