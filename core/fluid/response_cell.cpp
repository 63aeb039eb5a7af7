#include "core/fluid/response_cell.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace cantilever::fluid {

namespace {

/// By how much the ends may differ, relative, where waits account for it, and where they do not.
constexpr double kDifferent = 0.15;
constexpr double kDifferentOtherwise = 0.1;
/// The same with more and fewer instances.
constexpr double kDifferentWide = 0.1;
constexpr double kDifferentWideOtherwise = 0.07;
constexpr double kDifferentSuccess = 1e-3;
/// By how much what is said of a state between them may differ from what is known of it.
constexpr double kWrong = 0.03;
/// Waits account for a change that is up to so many times as large as theirs.
constexpr double kAccounts = 3;
constexpr double kFullest = 0.99;  ///< what is fuller waits as long as this
constexpr double kMostPower = 200;

double relative(double a, double b) {
  const double larger = std::max(a, b);
  return larger > 0 ? std::abs(a - b) / larger : 0.0;
}

/// Of what is not known better itself ends need not be nearer than this share of its band.
double asFarAs(const SolvedClass& a, const SolvedClass& b, double most) {
  constexpr double kOfBand = 0.5;
  constexpr double kFarthest = 0.25;
  return std::max(most, std::min(kFarthest, kOfBand * std::min(a.band, b.band)));
}

/// As a multiple of what it may be.
double differenceOf(const SolvedClass& a, const SolvedClass& b, double most) {
  if (a.isSolved != b.isSolved) {
    return std::numeric_limits<double>::infinity();
  }
  const double success = std::abs(a.success - b.success) / kDifferentSuccess;
  const double times =
      a.isSolved ? std::max({relative(a.mean, b.mean), relative(a.p95, b.p95), relative(a.p99, b.p99)}) : 0.0;
  return std::max(success, times / most);
}

void mix(const SolvedClass& best, const SolvedClass& worst, double position, SolvedClass& result) {
  if (!best.isSolved || !worst.isSolved) {
    result = best;
    return;
  }
  const auto between = [position](double a, double b) { return a + position * (b - a); };
  result.isSolved = true;
  result.mean = between(best.mean, worst.mean);
  result.p50 = between(best.p50, worst.p50);
  result.p95 = between(best.p95, worst.p95);
  result.p99 = between(best.p99, worst.p99);
  result.success = between(best.success, worst.success);
  result.band = std::max(best.band, worst.band);
  result.why = best.why;
}

}  // namespace

ResponseCell::ResponseCell(const PoolDemand& demand, const SolvedStates& states, const SolvedState& easier,
                           const SolvedState& harder)
    : m_demand(&demand),
      m_few(harder.pools),
      m_many(easier.pools),
      m_low(easier.levels),
      m_high(harder.levels),
      m_least(states.levelsOf(m_low)),
      m_most(states.levelsOf(m_high)),
      m_best(easier.classes),
      m_worst(harder.classes),
      m_isByWaits(m_best.size(), false),
      m_position(m_best.size(), 0) {
  for (std::size_t pool = 0; pool < m_few.size(); ++pool) {
    addWait(pool, easier, harder);
  }
  weigh();
  const bool isWide = m_few != m_many;
  for (std::size_t k = 0; k < m_best.size(); ++k) {
    const double most = m_isByWaits[k] ? (isWide ? kDifferentWide : kDifferent)
                                       : (isWide ? kDifferentWideOtherwise : kDifferentOtherwise);
    m_difference =
        std::max(m_difference, differenceOf(m_best[k], m_worst[k], asFarAs(m_best[k], m_worst[k], most)));
  }
  if (m_difference <= 1) {
    compare(states);
  }
}

double ResponseCell::leastDifference(const SolvedState& easier, const SolvedState& harder) {
  const double most = easier.pools != harder.pools ? kDifferentWide : kDifferent;
  double difference = 0;
  for (std::size_t k = 0; k < easier.classes.size(); ++k) {
    const double far = asFarAs(easier.classes[k], harder.classes[k], most);
    difference = std::max(difference, differenceOf(easier.classes[k], harder.classes[k], far));
  }
  return difference;
}

double ResponseCell::Wait::at(double utilisation) const {
  if (rise <= 0) {
    return begin + (utilisation - from) / (to - from) * (end - begin);
  }
  const double full = std::min(utilisation, kFullest);
  return rise * std::pow(full, power) / (1 - full);
}

/// Waits have the shape of those in M/M/c queues, u^(sqrt(2 (c + 1)) - 1) / (c (1 - u)) means of what is done
/// (Sakasegawa 1977); with the power and the rise that lead through both ends, where the waits are known.
void ResponseCell::addWait(std::size_t pool, const SolvedState& easier, const SolvedState& harder) {
  Wait wait;
  wait.pool = pool;
  wait.from = std::min(kFullest, m_demand->utilisation(pool, m_many[pool], m_least));
  wait.to = std::min(kFullest, m_demand->utilisation(pool, m_few[pool], m_most));
  if (wait.to <= wait.from) {
    return;
  }
  wait.begin = easier.waits[pool];
  wait.end = harder.waits[pool];
  if (wait.begin < 0 || wait.end < 0) {
    wait.rise = 1 / m_demand->servers(pool);
    wait.power = std::sqrt(2 * (m_demand->servers(pool) + 1)) - 1;
    wait.begin = wait.at(wait.from);
    wait.end = wait.at(wait.to);
  } else if (wait.begin > 0 && wait.end > wait.begin) {
    const double times = wait.end * (1 - wait.to) / (wait.begin * (1 - wait.from));
    wait.power = std::log(times) / std::log(wait.to / wait.from);
    wait.rise =
        std::abs(wait.power) < kMostPower ? wait.end * (1 - wait.to) / std::pow(wait.to, wait.power) : 0;
  }
  if (wait.begin != wait.end) {
    m_waits.push_back(std::move(wait));
  }
}

void ResponseCell::weigh() {
  for (std::size_t k = 0; k < m_best.size(); ++k) {
    double change = 0;
    for (const Wait& wait : m_waits) {
      change += m_demand->workOf(wait.pool, k) * (wait.end - wait.begin);
    }
    const double found = m_worst[k].mean - m_best[k].mean;
    m_isByWaits[k] = change > 0 && found > 0 && found < kAccounts * change;
    for (Wait& wait : m_waits) {
      wait.share.push_back(m_isByWaits[k] ? m_demand->workOf(wait.pool, k) / change : 0.0);
    }
  }
}

void ResponseCell::compare(const SolvedStates& states) {
  SolvedClasses said;
  for (const SolvedState* each : states.borne()) {
    const bool isBetween =
        std::equal(m_low.begin(), m_low.end(), each->levels.begin(), std::less_equal<>()) &&
        std::equal(m_high.begin(), m_high.end(), each->levels.begin(), std::greater_equal<>());
    const std::vector<double> steps(each->levels.begin(), each->levels.end());
    if (isBetween && holds(each->pools, steps)) {
      answer(each->pools, states.levelsOf(each->levels), steps, said);
      for (std::size_t k = 0; k < said.size(); ++k) {
        m_difference = std::max(m_difference, differenceOf(said[k], each->classes[k], kWrong));
      }
    }
  }
}

bool ResponseCell::holds(const PoolStates& pools, const std::vector<double>& steps) const {
  for (std::size_t i = 0; i < steps.size(); ++i) {  // the one before and the one behind it begin there
    if (steps[i] < m_low[i] - 1 || steps[i] > m_high[i] + 1) {
      return false;
    }
  }
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].instances < m_few[i].instances || pools[i].instances > m_many[i].instances ||
        pools[i].speed != m_few[i].speed) {
      return false;
    }
  }
  return true;
}

/// 0 where responses are best, 1 where they are worst.
double ResponseCell::positionOf(const PoolStates& pools, const std::vector<double>& levels,
                                const std::vector<double>& steps) const {
  double sum = 0;
  double all = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const double from = m_demand->utilisation(i, m_many[i], m_least);
    const double to = m_demand->utilisation(i, m_few[i], m_most);
    if (m_few[i] != m_many[i] && to > from) {
      sum += (m_demand->utilisation(i, pools[i], levels) - from) / (to - from);
      all += 1;
    }
  }
  for (std::size_t i = 0; i < steps.size() && m_few == m_many; ++i) {
    sum += steps[i] - m_low[i];
    all += m_high[i] - m_low[i];
  }
  return all > 0 ? std::clamp(sum / all, 0.0, 1.0) : 0.0;
}

void ResponseCell::answer(const PoolStates& pools, const std::vector<double>& levels,
                          const std::vector<double>& steps, SolvedClasses& classes) {
  std::fill(m_position.begin(), m_position.end(), 0.0);
  for (const Wait& wait : m_waits) {
    const double waited = wait.at(m_demand->utilisation(wait.pool, pools[wait.pool], levels)) - wait.begin;
    for (std::size_t k = 0; k < m_position.size(); ++k) {
      m_position[k] += wait.share[k] * waited;
    }
  }
  const double otherwise = positionOf(pools, levels, steps);
  classes.resize(m_best.size());
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const double position = m_isByWaits[k] ? std::clamp(m_position[k], 0.0, 1.0) : otherwise;
    mix(m_best[k], m_worst[k], position, classes[k]);
  }
}

void ResponseCell::takeUnknown(const SolvedClasses& rest) {
  for (std::size_t k = 0; k < m_best.size(); ++k) {
    if (!m_best[k].isSolved) {
      m_best[k] = rest[k];
    }
  }
}

}  // namespace cantilever::fluid
