#include "core/analytic/block_chain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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

double Matrix::largest() const {
  double most = 0;
  for (const double each : m_cells) {
    most = std::max(most, std::abs(each));
  }
  return most;
}

namespace {

double sumOfAll(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
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

LevelProbabilities solveLevels(std::size_t phases, std::size_t repeating,
                               const std::function<LevelRates(std::size_t level)>& ratesOf) {
  LevelProbabilities result{{}, logarithmicReduction(ratesOf(repeating))};
  // ratios[n]: level n = level n - 1 x ratios[n].
  std::vector<Matrix> ratios(repeating + 1, Matrix(phases));
  Matrix above = result.ratio;
  for (std::size_t level = repeating + 1; level-- > 0;) {
    const LevelRates rates = ratesOf(level);
    const Matrix balance = withDiagonal(rates) + above * ratesOf(level + 1).down;
    if (level == 0) {
      // p(0) balance = 0: leave out one equation, and set one component.
      Matrix equations = balance;
      for (std::size_t i = 0; i < phases; ++i) {
        equations.at(i, 0) = i == 0 ? 1.0 : 0.0;
      }
      std::vector<double> right(phases, 0.0);
      right[0] = 1;
      result.levels.push_back(equations.inverse().appliedTo(right));
      break;
    }
    ratios[level] = ratesOf(level - 1).up * negativeInverse(balance);
    above = ratios[level];
  }
  for (std::size_t level = 1; level <= repeating; ++level) {
    result.levels.push_back(ratios[level].appliedTo(result.levels.back()));
  }
  double total = 0;
  for (std::size_t level = 0; level < repeating; ++level) {
    total += sumOfAll(result.levels[level]);
  }
  total += sumOfAll((Matrix::identity(phases) - result.ratio).inverse().appliedTo(result.levels.back()));
  for (std::vector<double>& level : result.levels) {
    for (double& each : level) {
      each /= total;
    }
  }
  return result;
}

BlockQueue queueOfTwoPhases(double arrivals, double meanService, double scv, double servers) {
  // A service begins in phase 1 with `begins`; from phase 1 it goes on to phase 2 with `goesOn`.
  const bool isErlang = scv < 1;
  const double p = isErlang ? 1.0 : (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
  const double rate1 = isErlang ? 2 / meanService : 2 * p / meanService;
  const double rate2 = isErlang ? 2 / meanService : 2 * (1 - p) / meanService;
  const double goesOn = isErlang ? 1 : 0;
  const auto c = static_cast<std::size_t>(servers);
  const std::size_t phases = c + 1;  // the number of services in phase 1
  const auto ratesOf = [&](std::size_t level) {
    LevelRates rates{Matrix(phases), Matrix(phases), Matrix(phases)};
    const std::size_t busy = std::min(level, c);
    for (std::size_t j = 0; j <= busy; ++j) {
      const double inFirst = static_cast<double>(j) * rate1;
      const double inSecond = static_cast<double>(busy - j) * rate2;
      if (level < c) {
        rates.up.at(j, j + 1) += arrivals * p;
        rates.up.at(j, j) += arrivals * (1 - p);
      } else {
        rates.up.at(j, j) += arrivals;
      }
      if (j > 0) {
        rates.within.at(j, j - 1) += inFirst * goesOn;
      }
      // Whoever leaves makes room for a new service if somebody waits.
      const auto leave = [&](std::size_t from, double rate) {
        if (level > c) {
          rates.down.at(j, from + 1) += rate * p;
          rates.down.at(j, from) += rate * (1 - p);
        } else {
          rates.down.at(j, from) += rate;
        }
      };
      if (j > 0 && goesOn < 1) {
        leave(j - 1, inFirst * (1 - goesOn));
      }
      if (j < busy) {
        leave(j, inSecond);
      }
    }
    return rates;
  };
  const LevelProbabilities p0 = solveLevels(phases, c + 1, ratesOf);
  BlockQueue queue;
  queue.meanNumber = p0.meanLevel();
  queue.meanWait = queue.meanNumber / arrivals - meanService;
  queue.waits = p0.atOrAbove(c);
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
