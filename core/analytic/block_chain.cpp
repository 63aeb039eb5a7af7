#include "core/analytic/block_chain.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

namespace cantilever::analytic {

Matrix Matrix::identity(std::size_t size) {
  Matrix result(size);
  for (std::size_t i = 0; i < size; ++i) {
    result.at(i, i) = 1;
  }
  return result;
}

Matrix Matrix::operator*(const Matrix& other) const {
  Matrix result(m_size);
  for (std::size_t i = 0; i < m_size; ++i) {
    for (std::size_t k = 0; k < m_size; ++k) {
      const double factor = at(i, k);
      if (factor != 0) {
        for (std::size_t j = 0; j < m_size; ++j) {
          result.at(i, j) += factor * other.at(k, j);
        }
      }
    }
  }
  return result;
}

Matrix Matrix::operator+(const Matrix& other) const {
  Matrix result = *this;
  for (std::size_t i = 0; i < m_cells.size(); ++i) {
    result.m_cells[i] += other.m_cells[i];
  }
  return result;
}

Matrix Matrix::operator-(const Matrix& other) const {
  Matrix result = *this;
  for (std::size_t i = 0; i < m_cells.size(); ++i) {
    result.m_cells[i] -= other.m_cells[i];
  }
  return result;
}

Matrix Matrix::inverse() const {
  Matrix left = *this;
  Matrix right = identity(m_size);
  const auto swapRows = [&](Matrix& of, std::size_t a, std::size_t b) {
    for (std::size_t j = 0; j < m_size; ++j) {
      std::swap(of.at(a, j), of.at(b, j));
    }
  };
  for (std::size_t k = 0; k < m_size; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < m_size; ++i) {
      pivot = std::abs(left.at(i, k)) > std::abs(left.at(pivot, k)) ? i : pivot;
    }
    swapRows(left, k, pivot);
    swapRows(right, k, pivot);
    const double scale = 1 / left.at(k, k);
    for (std::size_t j = 0; j < m_size; ++j) {
      left.at(k, j) *= scale;
      right.at(k, j) *= scale;
    }
    for (std::size_t i = 0; i < m_size; ++i) {
      const double factor = i == k ? 0.0 : left.at(i, k);
      for (std::size_t j = 0; factor != 0 && j < m_size; ++j) {
        left.at(i, j) -= factor * left.at(k, j);
        right.at(i, j) -= factor * right.at(k, j);
      }
    }
  }
  return right;
}

std::vector<double> Matrix::appliedTo(const std::vector<double>& row) const {
  std::vector<double> result(m_size, 0.0);
  for (std::size_t i = 0; i < m_size; ++i) {
    for (std::size_t j = 0; j < m_size; ++j) {
      result[j] += row[i] * at(i, j);
    }
  }
  return result;
}

std::vector<double> Matrix::times(const std::vector<double>& column) const {
  std::vector<double> result(m_size, 0.0);
  for (std::size_t i = 0; i < m_size; ++i) {
    for (std::size_t j = 0; j < m_size; ++j) {
      result[i] += at(i, j) * column[j];
    }
  }
  return result;
}

double Matrix::largest() const {
  double most = 0;
  for (const double each : m_cells) {
    most = std::max(most, std::abs(each));
  }
  return most;
}

std::vector<double> stationaryOf(Matrix rates) {
  const std::size_t size = rates.size();
  std::vector<double> left(size, 0.0);
  for (std::size_t k = size; k-- > 1;) {
    for (std::size_t j = 0; j < k; ++j) {
      left[k] += rates.at(k, j);
    }
    for (std::size_t i = 0; i < k; ++i) {
      const double share = rates.at(i, k) / left[k];
      for (std::size_t j = 0; share > 0 && j < k; ++j) {
        rates.at(i, j) += share * rates.at(k, j);
      }
    }
  }
  std::vector<double> p(size, 0.0);
  p[0] = 1;
  double all = 1;
  for (std::size_t k = 1; k < size; ++k) {
    for (std::size_t i = 0; i < k; ++i) {
      p[k] += p[i] * rates.at(i, k) / left[k];
    }
    all += p[k];
  }
  for (double& each : p) {
    each /= all;
  }
  return p;
}

namespace {

constexpr double kLarge = 1e100;

double sumOfAll(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

void scale(std::vector<std::vector<double>>& levels, double factor) {
  for (std::vector<double>& level : levels) {
    for (double& each : level) {
      each *= factor;
    }
  }
}

/// Within a level, its diagonal the negative sum of all rates out of each phase. A phase that has none would
/// be an island: it leaves at rate 1 for nowhere, and nothing enters it.
Matrix withDiagonal(const LevelRates& rates) {
  Matrix within = rates.within;
  for (std::size_t i = 0; i < within.size(); ++i) {
    within.at(i, i) = 0;
    double out = 0;
    for (std::size_t j = 0; j < within.size(); ++j) {
      out += rates.up.at(i, j) + within.at(i, j) + rates.down.at(i, j);
    }
    within.at(i, i) = out > 0 ? -out : -1.0;
  }
  return within;
}

Matrix negativeInverse(const Matrix& of) {
  return (Matrix(of.size()) - of).inverse();
}

/// R of the levels that are all alike.
Matrix logarithmicReduction(const LevelRates& rates) {
  const std::size_t n = rates.up.size();
  const Matrix within = withDiagonal(rates);
  const Matrix out = negativeInverse(within);
  Matrix up = out * rates.up;
  Matrix down = out * rates.down;
  Matrix first = down;  // G, the phase in which the level below is first reached
  Matrix carried = up;
  for (int i = 0; i < 60; ++i) {
    const Matrix stay = (Matrix::identity(n) - (up * down + down * up)).inverse();
    up = stay * (up * up);
    down = stay * (down * down);
    const Matrix added = carried * down;
    first = first + added;
    carried = carried * up;
    if (added.largest() < 1e-16 || carried.largest() < 1e-16) {
      break;
    }
  }
  return rates.up * negativeInverse(within + rates.up * first);
}

}  // namespace

double LevelProbabilities::meanLevel() const {
  double mean = 0;
  for (std::size_t level = 0; level + 1 < levels.size(); ++level) {
    mean += static_cast<double>(level) * sumOfAll(levels[level]);
  }
  // From the last on: p (n (I-R)^-1 + R (I-R)^-2).
  const Matrix all = (Matrix::identity(ratio.size()) - ratio).inverse();
  const std::vector<double> above = all.appliedTo(levels.back());
  mean += static_cast<double>(levels.size() - 1) * sumOfAll(above);
  return mean + sumOfAll(all.appliedTo(ratio.appliedTo(above)));
}

double LevelProbabilities::atOrAbove(std::size_t level) const {
  double below = 0;
  for (std::size_t i = 0; i < level; ++i) {
    below += sumOfAll(levels[i]);
  }
  return 1 - below;
}

namespace {

/// A level as its neighbours see it.
struct Level {
  Matrix up;
  Matrix balance;  ///< within it, diagonal included, and what returns to it from levels that are left out
  Matrix down;
};

/// What is stationary, up to a factor: eliminated from the last level, which must not be where almost all of
/// it is.
std::vector<std::vector<double>> stationaryLevels(const std::vector<Level>& levels) {
  const std::size_t phases = levels.front().balance.size();
  // ratios[n]: level n + 1 = level n x ratios[n].
  std::vector<Matrix> ratios(levels.size() - 1, Matrix(phases));
  Matrix balance = levels.back().balance;
  for (std::size_t n = levels.size() - 1; n-- > 0;) {
    ratios[n] = levels[n].up * negativeInverse(balance);
    balance = levels[n].balance + ratios[n] * levels[n + 1].down;
  }
  // p(0) balance = 0: leave out one equation, and set one component.
  for (std::size_t i = 0; i < phases; ++i) {
    balance.at(i, 0) = i == 0 ? 1.0 : 0.0;
  }
  std::vector<double> right(phases, 0.0);
  right[0] = 1;
  std::vector<std::vector<double>> result{balance.inverse().appliedTo(right)};
  for (const Matrix& ratio : ratios) {
    result.push_back(ratio.appliedTo(result.back()));
    const double sum = sumOfAll(result.back());
    if (sum > kLarge) {  // with many servers they grow beyond all numbers
      scale(result, 1 / sum);
    }
  }
  return result;
}

Level levelOf(LevelRates rates) {
  Matrix balance = withDiagonal(rates);
  return {std::move(rates.up), std::move(balance), std::move(rates.down)};
}

}  // namespace

LevelProbabilities solveLevels(std::size_t phases, std::size_t repeating,
                               const std::function<LevelRates(std::size_t level)>& ratesOf) {
  LevelProbabilities result{{}, logarithmicReduction(ratesOf(repeating))};
  std::vector<Level> levels;
  for (std::size_t level = 0; level <= repeating; ++level) {
    levels.push_back(levelOf(ratesOf(level)));
  }
  levels.back().balance = levels.back().balance + result.ratio * ratesOf(repeating + 1).down;
  result.levels = stationaryLevels(levels);
  double total = 0;
  for (std::size_t level = 0; level < repeating; ++level) {
    total += sumOfAll(result.levels[level]);
  }
  total += sumOfAll((Matrix::identity(phases) - result.ratio).inverse().appliedTo(result.levels.back()));
  scale(result.levels, 1 / total);
  return result;
}

namespace {

/// Levels in a row that are all alike, seen from outside: [phase in which it is entered].
struct Run {
  std::size_t levels = 0;
  // Probabilities of leaving: [phase of entry][phase reached in the level beyond].
  Matrix backDown;  ///< entered at its lowest level
  Matrix through;
  Matrix throughDown;  ///< entered at its highest level
  Matrix backUp;
  /// Times spent in it until it is left, and those times the number of levels below.
  std::vector<double> time;
  std::vector<double> height;
  std::vector<double> timeFromAbove;
  std::vector<double> heightFromAbove;
};

std::vector<double> operator+(std::vector<double> a, const std::vector<double>& b) {
  std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::plus<>());
  return a;
}
std::vector<double> operator*(double factor, std::vector<double> values) {
  std::transform(values.begin(), values.end(), values.begin(), [&](double each) { return factor * each; });
  return values;
}

Run oneLevel(const LevelRates& rates) {
  const std::size_t phases = rates.up.size();
  const Matrix visits = negativeInverse(withDiagonal(rates));
  const std::vector<double> none(phases, 0.0);
  const Matrix up = visits * rates.up;
  const Matrix down = visits * rates.down;
  const std::vector<double> time = visits.times(std::vector<double>(phases, 1.0));
  return {1, down, up, down, up, time, none, time, none};
}

/// One run on top of another; who passes between them does so until he leaves.
Run stacked(const Run& low, const Run& high) {
  const Matrix one = Matrix::identity(low.through.size());
  // Entries into the higher one by who has just come up, and into the lower one by who has just come down.
  const Matrix entriesUp = (one - high.backDown * low.backUp).inverse();
  const Matrix entriesDown = (one - low.backUp * high.backDown).inverse();
  const Matrix rising = low.through * entriesUp;
  const Matrix falling = high.throughDown * entriesDown;
  const auto lowest = static_cast<double>(low.levels);
  const std::vector<double> height = high.height + lowest * high.time;
  const std::vector<double> heightFromAbove = high.heightFromAbove + lowest * high.timeFromAbove;
  return {low.levels + high.levels,
          low.backDown + rising * high.backDown * low.throughDown,
          rising * high.through,
          falling * low.throughDown,
          high.backUp + falling * low.backUp * high.through,
          low.time + rising.times(high.time + high.backDown.times(low.timeFromAbove)),
          low.height + rising.times(height + high.backDown.times(low.heightFromAbove)),
          high.timeFromAbove + falling.times(low.timeFromAbove + low.backUp.times(high.time)),
          heightFromAbove + falling.times(low.heightFromAbove + low.backUp.times(height))};
}

/// So many levels, by doubling.
Run runOf(const LevelRates& rates, std::size_t levels) {
  Run doubled = oneLevel(rates);
  std::optional<Run> run;
  for (std::size_t left = levels; left > 0; left /= 2) {
    if (left % 2 == 1) {
      run = run ? stacked(*run, doubled) : doubled;
    }
    if (left > 1) {
      doubled = stacked(doubled, doubled);
    }
  }
  return *run;
}

/// Of a chain whose levels end at `top`.
struct BoundedLevels {
  std::vector<double> lowest;  ///< [level] probabilities of those up to `alike`
  double top = 0;
  double mean = 0;
};

/// From level `alike` to the last before `top` all have the same rates; `rises`: it is more at the top than
/// at the bottom.
BoundedLevels solveBounded(std::size_t top, std::size_t alike, bool rises,
                           const std::function<LevelRates(std::size_t level)>& ratesOf) {
  std::vector<Level> levels;
  std::optional<Run> between;
  for (std::size_t level = 0; level <= std::min(top, alike); ++level) {
    levels.push_back(levelOf(ratesOf(level)));
  }
  if (top > alike) {
    levels.push_back(levelOf(ratesOf(top)));
  }
  const Matrix entersFromBelow = levels[std::min(top, alike)].up;
  const Matrix entersFromAbove = levels.back().down;
  if (top > alike + 1) {
    between = runOf(ratesOf(alike + 1), top - alike - 1);
    Level& below = levels[alike];
    below.balance = below.balance + entersFromBelow * between->backDown;
    below.up = entersFromBelow * between->through;
    levels.back().balance = levels.back().balance + entersFromAbove * between->backUp;
    levels.back().down = entersFromAbove * between->throughDown;
  }
  const auto turnOver = [&](auto& list) {
    if (rises) {
      std::reverse(list.begin(), list.end());
    }
  };
  for (Level& level : levels) {
    if (rises) {
      std::swap(level.up, level.down);
    }
  }
  turnOver(levels);
  std::vector<std::vector<double>> p = stationaryLevels(levels);
  turnOver(p);

  BoundedLevels result;
  double total = 0;
  for (std::size_t level = 0; level <= std::min(top, alike); ++level) {
    result.lowest.push_back(sumOfAll(p[level]));
    total += result.lowest.back();
    result.mean += static_cast<double>(level) * result.lowest.back();
  }
  result.top = sumOfAll(p.back());
  if (top > alike) {
    total += result.top;
    result.mean += static_cast<double>(top) * result.top;
  }
  if (between) {
    const auto inner = [](const std::vector<double>& a, const std::vector<double>& b) {
      return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    };
    const std::vector<double> risen = entersFromBelow.appliedTo(p[alike]);
    const std::vector<double> fallen = entersFromAbove.appliedTo(p.back());
    const double time = inner(risen, between->time) + inner(fallen, between->timeFromAbove);
    total += time;
    result.mean += static_cast<double>(alike + 1) * time + inner(risen, between->height) +
                   inner(fallen, between->heightFromAbove);
  }
  for (double& each : result.lowest) {
    each /= total;
  }
  result.top /= total;
  result.mean /= total;
  return result;
}

}  // namespace

std::vector<ServicePhase> servicePhases(double meanService, double scv) {
  if (scv > 1) {
    const double p = (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
    return {{p, 2 * p / meanService, false}, {1 - p, 2 * (1 - p) / meanService, false}};
  }
  const double number = std::round(1 / scv);
  std::vector<ServicePhase> phases(static_cast<std::size_t>(number), {0, number / meanService, true});
  phases.front().begins = 1;
  phases.back().goesOn = false;
  return phases;
}

double mixesOfPhases(double phases, double servers) {
  double mixes = 1;  // (servers + phases - 1) over (phases - 1)
  for (double i = 1; i < phases; ++i) {
    mixes *= (servers + i) / i;
  }
  return mixes;
}

namespace {

using Mix = std::vector<std::size_t>;  // [phase] services in it

/// All ways to have so many services in so many phases.
void addMixes(std::size_t services, std::size_t phases, Mix& begun, std::vector<Mix>& all) {
  if (phases == 1) {
    begun.push_back(services);
    all.push_back(begun);
    begun.pop_back();
    return;
  }
  for (std::size_t here = 0; here <= services; ++here) {
    begun.push_back(here);
    addMixes(services - here, phases - 1, begun, all);
    begun.pop_back();
  }
}

/// The rates of M/PH/c/K, by the mix of phases that those in service are in.
class PhaseRates {
 public:
  PhaseRates(double arrivals, const std::vector<ServicePhase>& service, std::size_t servers, double room)
      : m_arrivals(arrivals), m_service(service), m_servers(servers), m_room(room) {
    for (std::size_t busy = 0; busy <= servers; ++busy) {
      Mix begun;
      m_mixes.emplace_back();
      addMixes(busy, service.size(), begun, m_mixes.back());
      m_numbers.emplace_back();
      for (const Mix& mix : m_mixes.back()) {
        m_numbers.back().emplace(mix, m_numbers.back().size());
      }
    }
  }

  std::size_t size() const { return m_mixes.back().size(); }

  LevelRates of(std::size_t level) const {
    LevelRates rates{Matrix(size()), Matrix(size()), Matrix(size())};
    const std::size_t busy = std::min(level, m_servers);
    for (std::size_t from = 0; from < m_mixes[busy].size(); ++from) {
      const Mix& mix = m_mixes[busy][from];
      if (static_cast<double>(level) < m_room) {
        level < m_servers ? begin(rates.up, from, mix, m_arrivals)
                          : void(rates.up.at(from, from) += m_arrivals);
      }
      for (std::size_t phase = 0; phase < mix.size(); ++phase) {
        if (mix[phase] > 0) {
          end(rates, level, from, phase);
        }
      }
    }
    return rates;
  }

 private:
  /// A service more.
  void begin(Matrix& rates, std::size_t from, Mix mix, double rate) const {
    const std::size_t busy = std::accumulate(mix.begin(), mix.end(), std::size_t{1});
    for (std::size_t phase = 0; phase < mix.size(); ++phase) {
      ++mix[phase];
      rates.at(from, m_numbers[busy].at(mix)) += rate * m_service[phase].begins;
      --mix[phase];
    }
  }

  void end(LevelRates& rates, std::size_t level, std::size_t from, std::size_t phase) const {
    const std::size_t busy = std::min(level, m_servers);
    Mix mix = m_mixes[busy][from];
    const double rate = static_cast<double>(mix[phase]) * m_service[phase].rate;
    --mix[phase];
    if (m_service[phase].goesOn) {
      ++mix[phase + 1];
      rates.within.at(from, m_numbers[busy].at(mix)) += rate;
    } else if (level > m_servers) {  // who waits takes its place
      begin(rates.down, from, mix, rate);
    } else {
      rates.down.at(from, m_numbers[busy - 1].at(mix)) += rate;
    }
  }

  double m_arrivals;
  const std::vector<ServicePhase>& m_service;
  std::size_t m_servers;
  double m_room;
  std::vector<std::vector<Mix>> m_mixes;              // [services]
  std::vector<std::map<Mix, std::size_t>> m_numbers;  // of the same
};

}  // namespace

BlockQueue queueOfPhases(double arrivals, const std::vector<ServicePhase>& service, double servers,
                         double room) {
  const auto c = static_cast<std::size_t>(servers);
  const PhaseRates rates(arrivals, service, c, room);
  const auto ratesOf = [&](std::size_t level) { return rates.of(level); };
  double meanService = 0;
  double ahead = 0;  // of a service that is in this phase, or gets there
  for (std::size_t i = 0; i < service.size(); ++i) {
    ahead = service[i].begins + (i > 0 && service[i - 1].goesOn ? ahead : 0.0);
    meanService += ahead / service[i].rate;
  }
  BlockQueue queue;
  double free = 0;  // a server is, and room for one more
  if (std::isfinite(room)) {
    const auto top = static_cast<std::size_t>(room);
    const BoundedLevels p = solveBounded(top, c + 1, arrivals * meanService > servers, ratesOf);
    queue.lost = p.top;
    queue.meanNumber = p.mean;
    free = std::accumulate(p.lowest.begin(), p.lowest.begin() + static_cast<long>(std::min(c, top)), 0.0);
  } else {
    const LevelProbabilities p = solveLevels(rates.size(), c + 1, ratesOf);
    queue.meanNumber = p.meanLevel();
    free = 1 - p.atOrAbove(c);
  }
  const double admitted = 1 - queue.lost;
  queue.meanWait = std::max(0.0, queue.meanNumber / (arrivals * admitted) - meanService);
  queue.waits = std::max(0.0, 1 - free / admitted);
  return queue;
}

double waitBelowExponential(double arrivalsAbove, double meanServiceAbove, double arrivals,
                            double meanService, double servers, std::size_t most) {
  const auto c = static_cast<std::size_t>(servers);
  const std::size_t phases = most + 1;  // the number of the others
  const auto ratesOf = [&](std::size_t level) {
    LevelRates rates{Matrix(phases), Matrix(phases), Matrix(phases)};
    for (std::size_t n = 0; n < phases; ++n) {
      rates.up.at(n, n) = arrivals;
      const std::size_t left = c - std::min(n, c);
      rates.down.at(n, n) = static_cast<double>(std::min(level, left)) / meanService;
      if (n + 1 < phases) {
        rates.within.at(n, n + 1) = arrivalsAbove;
      }
      if (n > 0) {
        rates.within.at(n, n - 1) = static_cast<double>(std::min(n, c)) / meanServiceAbove;
      }
    }
    return rates;
  };
  return solveLevels(phases, c, ratesOf).meanLevel() / arrivals - meanService;
}

BlockQueue queueOfTwoRates(const TwoRates& arrivals, double meanService, double servers) {
  const auto c = static_cast<std::size_t>(servers);
  const auto ratesOf = [&](std::size_t level) {
    LevelRates rates{Matrix(2), Matrix(2), Matrix(2)};
    rates.up.at(0, 0) = arrivals.first;
    rates.up.at(1, 1) = arrivals.second;
    rates.within.at(0, 1) = 1 / arrivals.firstLasts;
    rates.within.at(1, 0) = 1 / arrivals.secondLasts;
    rates.down.at(0, 0) = rates.down.at(1, 1) = static_cast<double>(std::min(level, c)) / meanService;
    return rates;
  };
  const LevelProbabilities p = solveLevels(2, c, ratesOf);
  const double share = arrivals.firstLasts / (arrivals.firstLasts + arrivals.secondLasts);
  const double rate = share * arrivals.first + (1 - share) * arrivals.second;
  BlockQueue queue;
  queue.meanNumber = p.meanLevel();
  queue.meanWait = queue.meanNumber / rate - meanService;
  double free = 0;  // arrivals that find a free server
  for (std::size_t level = 0; level < c; ++level) {
    free += p.levels[level][0] * arrivals.first + p.levels[level][1] * arrivals.second;
  }
  queue.waits = 1 - free / rate;
  return queue;
}

ShorterOfTwo joinTheShorterOfTwo(double arrivals, double meanService, std::size_t mostDifference) {
  const double mu = 1 / meanService;
  const std::size_t phases = mostDifference + 1;
  // The level is the length of the shorter queue, the phase the difference of the two.
  const auto ratesOf = [&](std::size_t level) {
    LevelRates rates{Matrix(phases), Matrix(phases), Matrix(phases)};
    rates.within.at(0, 1) += arrivals;
    for (std::size_t d = 1; d < phases; ++d) {
      rates.up.at(d, d - 1) += arrivals;
      rates.within.at(d, d - 1) += mu;  // from the longer one
    }
    for (std::size_t d = 0; level > 0 && d + 1 < phases; ++d) {
      rates.down.at(d, d + 1) += d == 0 ? 2 * mu : mu;  // from the shorter one
    }
    return rates;
  };
  const LevelProbabilities p = solveLevels(phases, 1, ratesOf);
  // L = 2 min + difference.
  double difference = 0;
  std::vector<double> all = (Matrix::identity(phases) - p.ratio).inverse().appliedTo(p.levels[1]);
  for (std::size_t d = 0; d < phases; ++d) {
    difference += static_cast<double>(d) * (all[d] + p.levels[0][d]);
  }
  return {(2 * p.meanLevel() + difference) / arrivals, p.levels[0][0]};
}

}  // namespace cantilever::analytic
