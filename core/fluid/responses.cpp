#include "core/fluid/responses.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace cantilever::fluid {

namespace {

/// By so much the instances of scaled pools may change in the way in which they go, and a part of it back.
constexpr std::array kWidths = {0.25, 0.15};
constexpr double kBack = 0.1;
/// By how much the ends of a cell may differ: with the instances as they are, or with more and fewer.
constexpr double kDifferent = 0.1;
constexpr double kDifferentWide = 0.07;
constexpr double kDifferentSuccess = 1e-3;
constexpr int kLongest = 512;  ///< steps: twelve times the level
constexpr int kFinest = 2;     ///< steps
constexpr int kRough = 8;  ///< steps within which a limit is looked for: near it states take long to solve
constexpr int kMostRest = 2;
/// What is fuller is not tried for more than is asked for now: it takes long to solve, and differs.
constexpr double kFull = 0.95;
/// Under overload the rest of a response is that at 7/8 of the load that could last be borne: so many steps
/// less.
constexpr int kUnhurried = 26;

bool differ(const SolvedClasses& a, const SolvedClasses& b, double most) {
  const auto isFar = [most](double x, double y) { return std::abs(x - y) > most * std::max(x, y); };
  return !std::equal(a.begin(), a.end(), b.begin(), [&](const SolvedClass& x, const SolvedClass& y) {
    const bool isFarOff = isFar(x.mean, y.mean) || isFar(x.p95, y.p95) || isFar(x.p99, y.p99);
    return x.isSolved == y.isSolved && std::abs(x.success - y.success) <= kDifferentSuccess &&
           !(x.isSolved && isFarOff);
  });
}

SolvedClass between(const SolvedClass& best, const SolvedClass& worst, double position) {
  if (!best.isSolved || !worst.isSolved) {
    return best;
  }
  const auto mix = [position](double a, double b) { return a + position * (b - a); };
  return {true,
          mix(best.mean, worst.mean),
          mix(best.p50, worst.p50),
          mix(best.p95, worst.p95),
          mix(best.p99, worst.p99),
          mix(best.success, worst.success),
          std::max(best.band, worst.band),
          best.why};
}

}  // namespace

Responses::Responses(const plan::Plan& plan, const plan::Visits& visits, double highestLevel,
                     bool withMedians)
    : m_states(plan, highestLevel, withMedians),
      m_work(plan.pools.size()),
      m_before(plan.sources.size(), 0),
      m_direction(plan.sources.size(), 0),
      m_steps(kLongest / 4),
      m_fails(kWidths.size(), 0),
      m_rests(kWidths.size(), 0) {
  std::vector<double> ofClass(plan.classes.size(), 0);
  for (const plan::Source& source : plan.sources) {
    m_rates.push_back(std::max(1e-12, plan::meanRate(plan, source)));
    ofClass[source.requestClass] += m_rates.back();
  }
  for (const plan::Scaler& scaler : plan.scalers) {
    std::vector<double>& work = m_work[scaler.pool];
    const double servers = plan.pools[scaler.pool].servers;
    work.clear();
    for (std::size_t i = 0; i < plan.sources.size(); ++i) {
      const plan::Index k = plan.sources[i].requestClass;
      const double share = m_rates[i] / ofClass[k];
      work.push_back(servers > 0 ? visits.poolWork[scaler.pool][k] * share / servers : 0.0);
    }
  }
}

bool Responses::Cell::holds(const PoolStates& pools, const std::vector<double>& steps) const {
  for (std::size_t i = 0; i < steps.size(); ++i) {  // the one before and the one behind it begin there
    if (steps[i] < low[i] - 1 || steps[i] > high[i] + 1) {
      return false;
    }
  }
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].instances < few[i].instances || pools[i].instances > many[i].instances ||
        pools[i].speed != few[i].speed) {
      return false;
    }
  }
  return true;
}

double Responses::Cell::positionOf(const PoolStates& pools, double load) const {
  double sum = 0;
  double count = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (few[i].instances < many[i].instances) {
      const double from = least / many[i].instances;
      const double to = most / few[i].instances;
      sum += (load / pools[i].instances - from) / (to - from);
      count += 1;
    }
  }
  const double position = count > 0 ? sum / count : most > least ? (load - least) / (most - least) : 0.0;
  return std::clamp(position, 0.0, 1.0);
}

const SolvedClasses& Responses::at(const PoolStates& pools, const std::vector<double>& levels) {
  goTo(levels);
  if (m_last == nullptr || !m_last->holds(pools, m_at)) {
    m_last = &cellFor(pools);
  }
  const double position = m_last->positionOf(pools, m_load);
  m_answer.resize(m_last->best.size());
  std::transform(m_last->best.begin(), m_last->best.end(), m_last->worst.begin(), m_answer.begin(),
                 [position](const SolvedClass& a, const SolvedClass& b) { return between(a, b, position); });
  return m_answer;
}

void Responses::goTo(const std::vector<double>& levels) {
  m_at.clear();
  m_load = 0;
  double fastest = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    m_at.push_back(m_states.stepOf(levels[i]));
    m_load += m_rates[i] * levels[i];
    fastest = std::max(fastest, std::abs(m_at[i] - m_before[i]));
  }
  for (std::size_t i = 0; i < levels.size() && fastest > 0 && m_last != nullptr; ++i) {
    m_direction[i] = (m_at[i] - m_before[i]) / fastest;
  }
  m_before = m_at;
}

const Responses::Cell& Responses::cellFor(const PoolStates& pools) {
  const auto known = std::find_if(m_cells.rbegin(), m_cells.rend(),
                                  [&](const Cell& cell) { return cell.holds(pools, m_at); });
  if (known != m_cells.rend()) {
    return *known;
  }
  Cell cell{pools, pools, {}, {}};
  bool isFilled = m_last == nullptr && fillPoint(cell);
  for (std::size_t i = 0; i < kWidths.size() && !isFilled; ++i) {
    if (m_rests[i] > 0) {
      --m_rests[i];
    } else if (spread(pools, kWidths[i], cell)) {
      isFilled = fillWide(cell, kWidths[i]);
      m_fails[i] = isFilled ? 0 : m_fails[i] + 1;
      m_rests[i] = std::min(m_fails[i], kMostRest);
    }
  }
  if (!isFilled) {
    cell.few = cell.many = pools;
    fillExact(cell);
  }
  m_cells.push_back(std::move(cell));
  return m_cells.back();
}

/// So many more and fewer instances; false if that is none.
bool Responses::spread(const PoolStates& pools, double width, Cell& cell) const {
  const bool isRising = std::accumulate(m_direction.begin(), m_direction.end(), 0.0) >= 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const double now = pools[i].instances;
    if (!m_work[i].empty() && now > 0) {
      const double fewer = now * (1 - (isRising ? kBack * width : width));
      const double more = now * (1 + (isRising ? width : kBack * width));
      cell.few[i].instances = static_cast<std::uint32_t>(std::ceil(fewer));
      cell.many[i].instances = static_cast<std::uint32_t>(std::floor(more));
    }
  }
  return cell.few != cell.many;
}

/// From where the levels are, ahead on their way; where the last cell has ended this one begins.
void Responses::lay(Cell& cell, int steps) const {
  cell.low.clear();
  cell.high.clear();
  cell.least = cell.most = 0;
  for (std::size_t i = 0; i < m_at.size(); ++i) {
    const int length = std::max(1, static_cast<int>(std::lround(steps * std::abs(m_direction[i]))));
    const auto begin = [&](int nearest, int lastEnd) {
      return std::abs(lastEnd - m_at[i]) <= 1 ? lastEnd : nearest;
    };
    int low = 0;
    int high = 0;
    if (m_direction[i] >= 0) {
      const int floor = static_cast<int>(m_at[i]);
      low = begin(floor, m_last != nullptr ? m_last->high[i] : floor);
      high = std::min(low + length, std::max(low + 1, SolvedStates::kHighestStep));
    } else {
      const int ceil = static_cast<int>(std::ceil(m_at[i]));
      high = begin(ceil, m_last != nullptr ? m_last->low[i] : ceil);
      low = std::max(0, high - length);
    }
    cell.low.push_back(low);
    cell.high.push_back(high);
    cell.least += m_rates[i] * m_states.levelOf(low);
    cell.most += m_rates[i] * m_states.levelOf(high);
  }
}

/// Utilisation of the fullest of the scaled pools, if nothing fails.
double Responses::fullest(const PoolStates& pools, const Levels& levels) const {
  double most = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    double work = 0;
    for (std::size_t source = 0; source < m_work[i].size(); ++source) {
      work += m_work[i][source] * m_states.levelOf(levels[source]);
    }
    most = std::max(most, work > 0 ? work / (pools[i].instances * pools[i].speed) : 0.0);
  }
  return most;
}

/// Where it begins nobody knows yet on which way the levels are.
bool Responses::fillPoint(Cell& cell) {
  lay(cell, 1);
  const SolvedPoint& point = m_states.at(cell.few, cell.high);
  cell.low = cell.high;
  cell.best = cell.worst = point.classes;
  return !point.isOverloaded;
}

bool Responses::fillWide(Cell& cell, double width) {
  const int shortest = static_cast<int>(std::log1p(width) / SolvedStates::kStep);
  for (int steps = kLongest;; steps = std::max(steps / 4, shortest)) {
    lay(cell, steps);
    if (fullest(cell.few, cell.high) <= kFull) {
      const SolvedPoint& worst = m_states.at(cell.few, cell.high);
      const SolvedPoint& best = m_states.at(cell.many, cell.low);
      if (!worst.isOverloaded && !differ(best.classes, worst.classes, kDifferentWide)) {
        cell.best = best.classes;
        cell.worst = worst.classes;
        return true;
      }
    }
    if (steps == shortest) {
      return false;
    }
  }
}

void Responses::fillExact(Cell& cell) {
  for (int steps = m_steps;; steps /= 2) {
    lay(cell, steps);
    const bool isBeyond = fullest(cell.many, cell.low) <= kFull && fullest(cell.few, cell.high) > kFull;
    if (steps > kFinest && isBeyond) {
      continue;
    }
    cell.best = m_states.at(cell.many, cell.low).classes;
    cell.worst = m_states.at(cell.few, cell.high).classes;
    if (steps == kFinest || !differ(cell.best, cell.worst, kDifferent)) {
      m_steps = std::min(2 * steps, kLongest);
      break;
    }
  }
  if (m_states.isOverloaded(cell.many, cell.low)) {
    const SolvedClasses rest = unhurried(cell);
    std::transform(cell.best.begin(), cell.best.end(), rest.begin(), cell.best.begin(),
                   [](const SolvedClass& a, const SolvedClass& b) { return a.isSolved ? a : b; });
  }
}

/// Without the queues of what is overloaded, which are reckoned apart.
SolvedClasses Responses::unhurried(const Cell& cell) {
  const auto less = [&cell](int steps) {
    Levels levels = cell.low;
    for (int& each : levels) {
      each = std::max(0, each - steps);
    }
    return levels;
  };
  const double above = std::log(cell.least / m_limit) / SolvedStates::kStep;
  const int asBefore = std::max(0, static_cast<int>(std::lround(above)) + kUnhurried);
  if (m_limit > 0 && !m_states.isOverloaded(cell.few, less(asBefore))) {
    return m_states.at(cell.few, less(asBefore)).classes;
  }
  int tooFew = 0;
  int enough = SolvedStates::kHighestStep;
  for (int next = kUnhurried; enough - tooFew > kRough;) {
    const bool isEnough = !m_states.isOverloaded(cell.few, less(next));
    (isEnough ? enough : tooFew) = next;
    next = enough < SolvedStates::kHighestStep ? (tooFew + enough) / 2 : 2 * next;
  }
  m_limit = cell.least * std::exp(-enough * SolvedStates::kStep);
  return m_states.at(cell.few, less(enough + kUnhurried)).classes;
}

}  // namespace cantilever::fluid
