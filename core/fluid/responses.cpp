#include "core/fluid/responses.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace cantilever::fluid {

namespace {

/// Instances of scaled pools may change as levels do, and by a part of it, from at most that many times,
/// back.
constexpr double kBack = 0.1;
constexpr double kMostBack = 0.5;
constexpr int kLongest = 512;      ///< steps: twelve times the level
constexpr int kFinest = 2;         ///< steps
constexpr int kShortestWide = 28;  ///< steps: 15 % more instances
constexpr int kTries = 2;          ///< of wide cells
/// Lengths are chosen so that ends differ by so much of what they may, as far as that is one to be known.
constexpr double kAimed = 0.9;
constexpr double kGrowth = 4;
constexpr double kLess = 0.7;  ///< of what was too long
constexpr int kRough = 8;  ///< steps within which a limit is looked for: near it states take long to solve
constexpr int kMostRest = 2;
constexpr double kSameLoad = 1e-9;  ///< they differ by less
/// What is fuller is not tried for more than is asked for now: it takes long to solve, and differs.
constexpr double kFull = 0.95;
/// Under overload the rest of a response is that at 7/8 of the load that could last be borne: so many steps
/// less.
constexpr int kUnhurried = 26;

std::vector<double> ratesOf(const plan::Plan& plan) {
  std::vector<double> rates;
  for (const plan::Source& source : plan.sources) {
    rates.push_back(std::max(1e-12, plan::meanRate(plan, source)));
  }
  return rates;
}

int lengthAfter(int steps, double difference) {
  const double most = difference <= 1 ? kGrowth : kLess;
  const double times = std::clamp(kAimed / std::max(difference, 1e-9), 1 / kGrowth, most);
  return std::clamp(static_cast<int>(steps * times), kFinest, kLongest);
}

}  // namespace

Responses::Responses(const plan::Plan& plan, const plan::Visits& visits, const std::vector<double>& highest,
                     bool withMedians)
    : m_states(plan, highest, withMedians),
      m_rates(ratesOf(plan)),
      m_demand(plan, visits, m_rates),
      m_room(plan.pools.size(), 0),
      m_before(plan.sources.size(), 0),
      m_direction(plan.sources.size(), 0),
      m_steps(kLongest / 4),
      m_wideSteps(kLongest / 4) {
  for (const plan::Scaler& scaler : plan.scalers) {
    m_room[scaler.pool] = plan.pools[scaler.pool].room();
  }
}

const SolvedClasses& Responses::at(const PoolStates& pools, const std::vector<double>& levels) {
  const auto isSame = [](double a, double b) { return std::abs(a - b) <= kSameLoad * a; };
  if (m_last != nullptr && pools == m_pools &&
      std::equal(levels.begin(), levels.end(), m_levels.begin(), isSame)) {
    return m_answer;  // a piece begins where the last one has ended
  }
  m_pools = pools;
  m_levels = levels;
  goTo(levels);
  if (m_last == nullptr || !m_last->holds(pools, m_at)) {
    m_last = &cellFor(pools);
  }
  m_last->answer(pools, levels, m_at, m_answer);
  return m_answer;
}

void Responses::goTo(const std::vector<double>& levels) {
  m_at.clear();
  double fastest = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    m_at.push_back(m_states.stepOf(i, levels[i]));
    fastest = std::max(fastest, std::abs(m_at[i] - m_before[i]));
  }
  for (std::size_t i = 0; i < levels.size() && fastest > 0 && m_last != nullptr; ++i) {
    m_direction[i] = (m_at[i] - m_before[i]) / fastest;
  }
  m_before = m_at;
}

bool Responses::isRising() const {
  return std::accumulate(m_direction.begin(), m_direction.end(), 0.0) >= 0;
}

ResponseCell& Responses::cellFor(const PoolStates& pools) {
  const auto made = std::find_if(m_cells.rbegin(), m_cells.rend(),
                                 [&](const ResponseCell& cell) { return cell.holds(pools, m_at); });
  if (made != m_cells.rend()) {
    return *made;
  }
  std::optional<ResponseCell> cell = m_last == nullptr ? firstCell(pools) : knownCell(pools);
  if (!cell) {
    cell = wideCell(pools);
  }
  m_cells.push_back(cell ? *std::move(cell) : exactCell(pools));
  return m_cells.back();
}

/// Where it begins nobody knows yet on which way the levels are.
std::optional<ResponseCell> Responses::firstCell(const PoolStates& pools) {
  const SolvedState& state = m_states.at(pools, ahead(pools, 1).high);
  if (state.isOverloaded) {
    return std::nullopt;
  }
  return ResponseCell(m_demand, m_states, state, state);
}

/// Whether one asks for less, or no more, and the other for more; of single sources steps are steps.
std::pair<bool, bool> Responses::sidesOf(const SolvedState& state, const PoolStates& pools) const {
  double load = 0;
  double now = 0;
  bool isEasier = true;
  bool isHarder = true;
  for (std::size_t i = 0; i < m_at.size(); ++i) {
    load += m_rates[i] * m_states.levelOf(i, state.levels[i]);
    now += m_rates[i] * m_levels[i];
    isEasier = isEasier && state.levels[i] <= m_at[i] + 1;
    isHarder = isHarder && state.levels[i] >= m_at[i] - 1;
  }
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const PoolState& pool = state.pools[i];
    isEasier = isEasier && pool.instances >= pools[i].instances && pool.speed == pools[i].speed;
    isHarder = isHarder && pool.instances <= pools[i].instances && pool.speed == pools[i].speed;
  }
  return {isEasier && load <= now * (1 + kSameLoad), isHarder && load >= now * (1 - kSameLoad)};
}

/// Of any two states that have been solved already, or of this one and another, those that differ least.
std::optional<ResponseCell> Responses::knownCell(const PoolStates& pools, const SolvedState* end) const {
  std::vector<const SolvedState*> easier, harder;
  for (const SolvedState* each : m_states.borne()) {
    const auto [isEasier, isHarder] = sidesOf(*each, pools);
    if (isEasier) {
      easier.push_back(each);
    }
    if (isHarder) {
      harder.push_back(each);
    }
  }
  std::optional<ResponseCell> nearest;
  double least = 1;
  for (const SolvedState* a : easier) {
    for (const SolvedState* b : harder) {
      const bool isMeant = end == nullptr || a == end || b == end;
      if (!isMeant ||
          !std::equal(a->levels.begin(), a->levels.end(), b->levels.begin(), std::less_equal<>())) {
        continue;
      }
      const double difference = ResponseCell::leastDifference(*a, *b);
      if (difference >= least) {
        continue;
      }
      ResponseCell cell(m_demand, m_states, *a, *b);
      if (cell.difference() <= 1) {
        nearest = std::move(cell);
        least = difference;
      }
    }
  }
  return nearest;
}

/// The end that lies ahead may do with a state that is known; else the other one is solved too.
Responses::Laid Responses::lay(const PoolStates& pools, const Ends& ends, int steps) {
  const SolvedState& farther =
      isRising() ? m_states.at(ends.few, ends.high) : m_states.at(ends.many, ends.low);
  if (std::optional<ResponseCell> known = knownCell(pools, &farther)) {
    const int next = std::max(steps, lengthAfter(steps, known->difference()));
    return {*std::move(known), next};
  }
  const SolvedState& harder = m_states.at(ends.few, ends.high);
  const SolvedState& easier = m_states.at(ends.many, ends.low);
  ResponseCell cell(m_demand, m_states, easier, harder);
  const int next = lengthAfter(steps, cell.difference());
  return {std::move(cell), next};
}

/// With more and fewer instances; none if there are no others than now, or if that makes too much of a
/// difference. What differs too much is made less hard.
std::optional<ResponseCell> Responses::wideCell(const PoolStates& pools) {
  if (m_rests > 0) {
    --m_rests;
    return std::nullopt;
  }
  std::optional<Ends> before;
  int tries = 0;
  for (int steps = m_wideSteps; tries < kTries && steps >= kShortestWide;) {
    Ends ends = ahead(pools, steps);
    spread(ends, steps);
    if (before) {
      ends.many = before->many;
      ends.low = before->low;
    }
    if (ends.few == ends.many) {
      return std::nullopt;
    }
    if (fullest(Pools::Scaled, ends.few, ends.high) > kFull) {
      steps = static_cast<int>(kLess * steps);
      continue;
    }
    Laid laid = lay(pools, ends, steps);
    m_wideSteps = std::max(kShortestWide, laid.next);
    if (laid.isNear()) {
      m_fails = 0;
      return std::move(laid.cell);
    }
    tries = steps > kShortestWide ? tries + 1 : kTries;
    steps = m_wideSteps;
    before = std::move(ends);
  }
  m_fails += 1;
  m_rests = std::min(m_fails, kMostRest);
  return std::nullopt;
}

/// As many times as many instances, or a part of them.
void Responses::spread(Ends& ends, int steps) const {
  const double times = std::exp(steps * SolvedStates::kStep);
  const double back = 1 + kBack * std::min(times - 1, kMostBack);
  for (std::size_t i = 0; i < m_room.size(); ++i) {
    const double now = ends.few[i].instances;
    if (m_room[i] > 0 && now > 0) {
      const double more =
          std::min<double>(now * (isRising() ? times : back), std::max<double>(now, m_room[i]));
      ends.few[i].instances = static_cast<std::uint32_t>(std::ceil(now / (isRising() ? back : times)));
      ends.many[i].instances = static_cast<std::uint32_t>(std::floor(more));
    }
  }
}

/// From where the levels are, on their way; where the last cell has ended this one begins.
Responses::Ends Responses::ahead(const PoolStates& pools, int steps) const {
  Ends ends{pools, pools, {}, {}};
  for (std::size_t i = 0; i < m_at.size(); ++i) {
    const int length = std::max(1, static_cast<int>(std::lround(steps * std::abs(m_direction[i]))));
    const auto begin = [&](int nearest, int lastEnd) {
      return std::abs(lastEnd - m_at[i]) <= 1 ? lastEnd : nearest;
    };
    int low = 0;
    int high = 0;
    if (m_direction[i] >= 0) {
      const int floor = static_cast<int>(m_at[i]);
      low = begin(floor, m_last != nullptr ? m_last->high()[i] : floor);
      high = std::min(low + length, std::max(low + 1, SolvedStates::kHighestStep));
    } else {
      const int ceil = static_cast<int>(std::ceil(m_at[i]));
      high = begin(ceil, m_last != nullptr ? m_last->low()[i] : ceil);
      low = std::max(0, high - length);
    }
    ends.low.push_back(low);
    ends.high.push_back(high);
  }
  return ends;
}

/// Utilisation of the fullest pool, if nothing fails.
double Responses::fullest(Pools of, const PoolStates& pools, const Levels& steps) const {
  const std::vector<double> levels = m_states.levelsOf(steps);
  double most = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (of == Pools::All || m_room[i] > 0) {
      most = std::max(most, m_demand.utilisation(i, pools[i], levels));
    }
  }
  return most;
}

/// Steps to the nearest state on the way ahead that is known, with the same instances.
int Responses::untilKnown(const PoolStates& pools) const {
  double least = kLongest;
  for (const SolvedState* each : m_states.borne()) {
    const auto [isEasier, isHarder] = sidesOf(*each, pools);
    if (each->pools == pools && (isRising() ? isHarder : isEasier)) {
      double distance = 0;
      for (std::size_t i = 0; i < m_at.size(); ++i) {
        distance = std::max(distance, std::abs(each->levels[i] - m_at[i]));
      }
      least = std::min(least, distance);
    }
  }
  return static_cast<int>(least);
}

/// With the instances as they are. Where responses jump, the ends are as near to one another as they can be;
/// it is between here and what is known ahead, from which they differ too much, or else there were a cell.
ResponseCell Responses::exactCell(const PoolStates& pools) {
  const int before = m_steps;
  const int first = std::clamp(untilKnown(pools) / 2, kFinest, m_steps);
  for (int steps = first;;) {
    const Ends ends = ahead(pools, steps);
    const bool isBeyond =
        fullest(Pools::All, pools, ends.low) <= kFull && fullest(Pools::All, pools, ends.high) > kFull;
    if (steps > kFinest && isBeyond) {
      steps = std::max(kFinest, static_cast<int>(kLess * steps));
      continue;
    }
    Laid laid = lay(pools, ends, steps);
    if (steps > kFinest && !laid.isNear()) {
      steps = laid.next;
      continue;
    }
    m_steps = laid.isNear() ? std::max(laid.next, first < before ? before : 0) : before;
    if (m_states.isOverloaded(pools, ends.low)) {
      laid.cell.takeUnknown(unhurried(ends));
    }
    return std::move(laid.cell);
  }
}

/// Without the queues of what is overloaded, which are reckoned apart.
SolvedClasses Responses::unhurried(const Ends& ends) {
  const auto less = [&ends](int steps) {
    Levels levels = ends.low;
    for (int& each : levels) {
      each = std::max(0, each - steps);
    }
    return levels;
  };
  double load = 0;
  for (std::size_t i = 0; i < m_rates.size(); ++i) {
    load += m_rates[i] * m_states.levelOf(i, ends.low[i]);
  }
  const double above = std::log(load / m_limit) / SolvedStates::kStep;
  const int asBefore = std::max(0, static_cast<int>(std::lround(above)) + kUnhurried);
  if (m_limit > 0 && !m_states.isOverloaded(ends.few, less(asBefore))) {
    return m_states.at(ends.few, less(asBefore)).classes;
  }
  int tooFew = 0;
  int enough = SolvedStates::kHighestStep;
  for (int next = kUnhurried; enough - tooFew > kRough;) {
    const bool isEnough = !m_states.isOverloaded(ends.few, less(next));
    (isEnough ? enough : tooFew) = next;
    next = enough < SolvedStates::kHighestStep ? (tooFew + enough) / 2 : 2 * next;
  }
  m_limit = load * std::exp(-enough * SolvedStates::kStep);
  return m_states.at(ends.few, less(enough + kUnhurried)).classes;
}

}  // namespace cantilever::fluid
