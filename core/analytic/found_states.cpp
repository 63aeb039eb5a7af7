#include "core/analytic/found_states.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/analytic/law_transform.h"
#include "core/analytic/single_server.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr std::size_t kMostLevels = 30'000;
constexpr std::size_t kMostSteps = 30'000'000;
constexpr std::size_t kMostEmbedded = 200;
constexpr std::size_t kMostCounts = 100'000;
constexpr double kNothing = 1e-15;

/// Levels from which on next to nobody is: none if that is too far.
std::optional<std::size_t> levelsOf(const ExponentialServers& queue, double fastest) {
  const auto most = static_cast<double>(kMostLevels);
  if (queue.room <= most) {
    return static_cast<std::size_t>(queue.room);
  }
  if (queue.patience > 0) {  // from where twice as many leave as come it halves with each level
    const double n = queue.servers + 2 * fastest * queue.patience + 100;
    return n < most ? std::optional(static_cast<std::size_t>(n)) : std::nullopt;
  }
  return queue.servers < most / 2 ? std::optional(kMostLevels) : std::nullopt;
}

/// Two by two.
struct Pair {
  double a = 0, b = 0, c = 0, d = 0;

  Pair inverse() const {
    const double all = a * d - b * c;
    return {d / all, -b / all, -c / all, a / all};
  }
};

/// P(k events of a Poisson process), k = 0, 1, ..., in a time of the law.
std::optional<std::vector<double>> countsIn(const Law& law, double rate) {
  const double mean = law.mean.inSeconds() * rate;
  std::vector<double> counts;
  const auto fill = [&counts](const auto& probabilityOf) {
    double sum = 0;
    for (double k = 0; sum < 1 - 1e-14 && counts.size() < kMostCounts; ++k) {
      counts.push_back(probabilityOf(k));
      sum += counts.back();
    }
    return counts.size() < kMostCounts && std::isfinite(sum);
  };
  const auto poisson = [](double expected, double k) {
    return expected > 0 ? std::exp(k * std::log(expected) - expected - logFactorial(k)) : k == 0 ? 1.0 : 0.0;
  };
  const auto gamma = [](double expected, double shape, double k) {  // a negative binomial law
    const double scale = expected / shape;
    return std::exp(std::lgamma(shape + k) - std::lgamma(shape) - logFactorial(k) +
                    k * std::log(scale / (1 + scale)) - shape * std::log1p(scale));
  };
  bool isKnown = false;
  switch (law.kind) {
    case Law::Kind::Constant:
      isKnown = fill([&](double k) { return poisson(mean, k); });
      break;
    case Law::Kind::Exponential:
      isKnown = fill([&](double k) { return gamma(mean, 1, k); });
      break;
    case Law::Kind::Erlang:
      isKnown = fill([&](double k) { return gamma(mean, std::round(law.shape), k); });
      break;
    case Law::Kind::Gamma:
      isKnown = law.shape > 0 && fill([&](double k) { return gamma(mean, 1 / (law.shape * law.shape), k); });
      break;
    case Law::Kind::Hyperexponential: {
      const double scv = law.scv();
      const double p = (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
      isKnown = fill([&](double k) {
        return p * gamma(mean / (2 * p), 1, k) + (1 - p) * gamma(mean / (2 * (1 - p)), 1, k);
      });
      break;
    }
    case Law::Kind::Empirical: {
      double all = 0;
      for (const Law::Point& point : law.points) {
        all += point.weight;
      }
      isKnown = fill([&](double k) {
        double sum = 0;
        for (const Law::Point& point : law.points) {
          sum += point.weight / all * poisson(point.value.inSeconds() * rate, k);
        }
        return sum;
      });
      break;
    }
    default:
      break;
  }
  return isKnown ? std::optional(std::move(counts)) : std::nullopt;
}

}  // namespace

double ExponentialServers::leaving(double n) const {
  return std::min(n, servers) / service + (patience > 0 ? std::max(0.0, n - servers) / patience : 0.0);
}

std::optional<std::vector<Found>> foundByBursts(const ExponentialServers& queue, double firstLasts,
                                                double secondLasts,
                                                const std::vector<KindOfTwoRates>& kinds) {
  double first = 0;
  double second = 0;
  for (const KindOfTwoRates& kind : kinds) {
    first += kind.first;
    second += kind.second;
  }
  const std::optional<std::size_t> levels = levelsOf(queue, std::max(first, second));
  if (!levels) {
    return std::nullopt;
  }
  const double toSecond = 1 / firstLasts;
  const double toFirst = 1 / secondLasts;
  // ratio[n]: level n = level n - 1 x ratio[n].
  std::vector<Pair> ratio(*levels + 2);
  const auto balanceAt = [&](std::size_t n) {
    const auto number = static_cast<double>(n);
    const double isOpen = n < *levels ? 1 : 0;
    const double down = n < *levels ? queue.leaving(number + 1) : 0;
    const Pair& above = ratio[n + 1];
    const double out = queue.leaving(number);
    return Pair{out + isOpen * first + toSecond - above.a * down, -toSecond - above.b * down,
                -toFirst - above.c * down, out + isOpen * second + toFirst - above.d * down};
  };
  for (std::size_t n = *levels; n > 0; --n) {
    const Pair in = balanceAt(n).inverse();
    ratio[n] = {first * in.a, first * in.b, second * in.c, second * in.d};
  }
  const Pair bottom = balanceAt(0);
  std::vector<std::array<double, 2>> p{{-bottom.c, bottom.a}};
  double total = p[0][0] + p[0][1];
  for (std::size_t n = 1; n <= *levels; ++n) {
    const auto [x, y] = p.back();
    const Pair& r = ratio[n];
    p.push_back({x * r.a + y * r.c, x * r.b + y * r.d});
    const double here = p.back()[0] + p.back()[1];
    total += here;
    if (total > 1e200) {
      for (auto& each : p) {
        each = {each[0] / total, each[1] / total};
      }
      total = 1;
    }
    const bool isFalling = here < p[n - 1][0] + p[n - 1][1];
    if (!std::isfinite(queue.room) && static_cast<double>(n) > queue.servers && isFalling &&
        here * static_cast<double>(n) < kNothing * total) {
      break;
    }
  }
  if (!std::isfinite(queue.room) && p.size() > *levels) {
    return std::nullopt;
  }
  const double share = firstLasts / (firstLasts + secondLasts);
  std::vector<Found> found;
  for (const KindOfTwoRates& kind : kinds) {
    const double rate = (share * kind.first + (1 - share) * kind.second) * total;
    Found& each = found.emplace_back();
    for (const auto& [x, y] : p) {
      each.push_back(rate > 0 ? (x * kind.first + y * kind.second) / rate : 0.0);
    }
  }
  return found;
}

std::optional<FoundByBatches> foundByBatches(const ExponentialServers& queue, double batches,
                                             const std::vector<double>& atLeast, double others) {
  const double mean = std::accumulate(atLeast.begin(), atLeast.end(), 0.0);
  const std::optional<std::size_t> levels = levelsOf(queue, batches * mean + others);
  if (!levels) {
    return std::nullopt;
  }
  std::vector<double> p{1};
  double total = 1;
  const bool isBounded = std::isfinite(queue.room);
  std::size_t steps = 0;
  for (std::size_t n = 1; n <= *levels; ++n) {
    double up = p[n - 1] * others;
    const std::size_t from = n > atLeast.size() ? n - atLeast.size() : 0;
    for (std::size_t k = from; k < n; ++k) {
      up += p[k] * batches * atLeast[n - k - 1];
    }
    steps += n - from;
    p.push_back(up / queue.leaving(static_cast<double>(n)));
    total += p.back();
    if (total > 1e200) {
      for (double& each : p) {
        each /= total;
      }
      total = 1;
    }
    if (steps > kMostSteps) {
      return std::nullopt;
    }
    if (!isBounded && static_cast<double>(n) > queue.servers && n > atLeast.size() && p[n] < p[n - 1] &&
        p[n] * static_cast<double>(n) < kNothing * total) {
      break;
    }
  }
  if (!isBounded && p.size() > *levels) {
    return std::nullopt;
  }
  FoundByBatches found;
  found.ofBatches.assign(p.size(), 0.0);
  for (std::size_t n = 0; n < p.size(); ++n) {
    p[n] /= total;
    const std::size_t from = n + 1 > atLeast.size() ? n + 1 - atLeast.size() : 0;
    for (std::size_t k = from; k <= n; ++k) {  // the member that comes after n - k others
      found.ofBatches[n] += p[k] * atLeast[n - k] / mean;
    }
  }
  if (isBounded) {
    found.ofBatches.back() = 0;
    found.ofBatches.back() =
        1 - std::accumulate(found.ofBatches.begin(), found.ofBatches.end(), 0.0);  // and all after them
  }
  found.ofOthers = std::move(p);
  return found;
}

std::optional<Found> foundByRenewal(const ExponentialServers& queue, const Law& spacing) {
  if (!(queue.room <= static_cast<double>(kMostEmbedded))) {
    return std::nullopt;
  }
  const auto room = static_cast<std::size_t>(queue.room);
  const double fastest = queue.leaving(queue.room);
  const std::optional<std::vector<double>> counts = countsIn(spacing, fastest);
  if (!counts) {
    return std::nullopt;
  }
  // Between two arrivals some leave: events at the fastest rate, each of which may be a departure.
  Matrix equations(room + 1);
  for (std::size_t found = 0; found <= room; ++found) {
    std::vector<double> now(room + 1, 0.0);
    now[std::min(found + 1, room)] = 1;
    for (const double probability : *counts) {
      for (std::size_t n = 0; n <= room; ++n) {
        equations.at(found, n) += probability * now[n];
      }
      for (std::size_t n = 0; n <= room; ++n) {
        const double above = n < room ? now[n + 1] * queue.leaving(static_cast<double>(n) + 1) : 0.0;
        now[n] += (above - now[n] * queue.leaving(static_cast<double>(n))) / fastest;
      }
    }
    equations.at(found, found) -= 1;
    equations.at(found, 0) = 1;  // instead of one of them: that all are 1 together
  }
  std::vector<double> right(room + 1, 0.0);
  right[0] = 1;
  return equations.inverse().appliedTo(right);
}

WaitOfFound waitAfter(const ExponentialServers& queue, const Found& found) {
  const auto c = static_cast<std::size_t>(queue.servers);
  const auto room = std::isfinite(queue.room) ? static_cast<std::size_t>(queue.room) : found.size();
  const double capacity = queue.servers / queue.service;
  const double leaves = queue.patience > 0 ? 1 / queue.patience : 0.0;
  WaitOfFound result;
  double served = 0;
  double waits = 0;
  double givenUp = 0;
  // Of who has i others before him in the queue: whether he is served, and E[T; served], E[T^2; served],
  // E[T].
  double chance = 1;
  double first = 0;
  double second = 0;
  double all = 0;
  for (std::size_t n = 0; n < found.size(); ++n) {
    if (n >= room) {
      result.refused += found[n];
      continue;
    }
    if (n < c) {
      served += found[n];
      continue;
    }
    const auto before = static_cast<double>(n - c);
    const double rate = capacity + (before + 1) * leaves;
    const double goesOn = (capacity + before * leaves) / rate;
    second = goesOn * (second + 2 / rate * first + 2 / (rate * rate) * chance);
    first = goesOn * (first + chance / rate);
    all = 1 / rate + goesOn * all;
    chance *= goesOn;
    served += found[n] * chance;
    waits += found[n] * chance;
    result.gaveUp += found[n] * (1 - chance);
    givenUp += found[n] * (all - first);
    result.mean += found[n] * first;
    result.second += found[n] * second;
    result.waiting += found[n] * all;
  }
  if (leaves <= 0) {
    result.stages.assign(1, 0.0);
    for (std::size_t n = 0; n < std::min(room, found.size()); ++n) {
      n < c ? void(result.stages[0] += found[n] / served) : result.stages.push_back(found[n] / served);
    }
  }
  result.untilGivenUp = result.gaveUp > 0 ? givenUp / result.gaveUp : 0;
  if (served > 0) {
    result.waits = waits / served;
    result.mean /= served;
    result.second /= served;
  }
  return result;
}

std::vector<WaitInBursts> waitsInBursts(double firstLasts, double secondLasts,
                                        const std::vector<KindOfTwoRates>& kinds, const Law& service,
                                        double meanService) {
  using Row = std::array<double, 2>;
  const double factor = meanService / service.mean.inSeconds();
  const Moments one = momentsOf(service);
  const Moments h{one.first * factor, one.second * factor * factor, one.third * factor * factor * factor};
  const double toSecond = 1 / firstLasts;
  const double toFirst = 1 / secondLasts;
  Row rates{0, 0};
  for (const KindOfTwoRates& kind : kinds) {
    rates[0] += kind.first;
    rates[1] += kind.second;
  }
  // G, the phase after a busy period, is stochastic, so that Q - L + L G is a generator whose exponential is
  // in closed form: G = I + (Q - L + L G) (1 - H(r)) / r, with r the sum of its rates.
  const auto stepsOf = [&](double phi) {
    return Row{toSecond * phi / (1 - rates[0] * phi), toFirst * phi / (1 - rates[1] * phi)};
  };
  const double most = std::min(h.first, 1 / std::max(rates[0], rates[1]));
  const double phi = rootOfIncreasing(0, most, [&](double x) {
    const Row steps = stepsOf(x);
    const double r = toSecond + toFirst + rates[0] * steps[0] + rates[1] * steps[1];
    return std::isfinite(r) ? x * r - (1 - transformOf(service, r * factor)) : 1.0;
  });
  const Row steps = stepsOf(phi);
  const Row idle{steps[1] / (steps[0] + steps[1]), steps[0] / (steps[0] + steps[1])};
  const double share = firstLasts / (firstLasts + secondLasts);
  const Row pi{share, 1 - share};
  const double rate = pi[0] * rates[0] + pi[1] * rates[1];
  const double rho = rate * h.first;
  // x (Q + e pi)^-1
  const auto solved = [&](const Row& x) {
    const Pair in = Pair{pi[0] - toSecond, pi[1] + toSecond, pi[0] + toFirst, pi[1] - toFirst}.inverse();
    return Row{x[0] * in.a + x[1] * in.c, x[0] * in.b + x[1] * in.d};
  };
  const auto times = [](const Row& x, const Row& y) { return x[0] * y[0] + x[1] * y[1]; };
  // The transform of the work that is there, w(s) (s + Q - L (1 - H(s))) = s (1 - rho) g, power by power of
  // s.
  Row w1 = solved(
      {(1 - rho) * idle[0] + h.first * pi[0] * rates[0], (1 - rho) * idle[1] + h.first * pi[1] * rates[1]});
  w1 = {w1[0] - pi[0], w1[1] - pi[1]};
  const double x = (h.first * times(w1, rates) - rate * h.second / 2) / (1 - rho);
  w1 = {w1[0] + x * pi[0], w1[1] + x * pi[1]};
  Row w2 = solved({-(w1[0] * (1 - h.first * rates[0]) + pi[0] * rates[0] * h.second / 2),
                   -(w1[1] * (1 - h.first * rates[1]) + pi[1] * rates[1] * h.second / 2)});
  const double y =
      (h.first * times(w2, rates) - h.second / 2 * times(w1, rates) + rate * h.third / 6) / (1 - rho);
  w2 = {w2[0] + y * pi[0], w2[1] + y * pi[1]};
  std::vector<WaitInBursts> waits;
  for (const KindOfTwoRates& kind : kinds) {
    const Row own{kind.first, kind.second};
    const double all = times(pi, own);
    waits.push_back(all > 0 ? WaitInBursts{-times(w1, own) / all, 2 * times(w2, own) / all,
                                           1 - (1 - rho) * times(idle, own) / all}
                            : WaitInBursts{});
  }
  return waits;
}

}  // namespace cantilever::analytic
