#include "core/analytic/balancing.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "core/analytic/block_chain.h"
#include "core/analytic/erlang.h"
#include "core/analytic/special.h"
#include "core/base/root.h"

namespace cantilever::analytic {

namespace {

constexpr std::size_t kMostLengths = 5'000;
constexpr double kJoinPower = 2;
constexpr std::size_t kMostRings = 64;

double togetherAs(double a, double b, double power) {
  return std::pow(std::pow(a, power) + std::pow(b, power), 1 / power);
}

/// s(0) .. s(last) when the last but one above is zero and s(last) is `end`.
std::vector<double> tailsFrom(double end, std::size_t last, double arrivals, double mu, double servers,
                              double choices) {
  std::vector<double> tails(last + 2, 0.0);
  tails[last] = end;
  for (std::size_t k = last; k >= 1; --k) {
    const double down = mu * std::min(static_cast<double>(k), servers) * (tails[k] - tails[k + 1]) / arrivals;
    tails[k - 1] = std::pow(std::pow(tails[k], choices) + down, 1 / choices);
    if (tails[k - 1] > 1e3) {
      tails[0] = tails[k - 1];  // far too much already
      break;
    }
  }
  return tails;
}

}  // namespace

Supermarket supermarket(double arrivalsOfEach, double meanService, double servers, double choices) {
  const double mu = 1 / meanService;
  Supermarket result;
  if (servers <= 1) {
    const double rho = arrivalsOfEach * meanService;
    result.tails.push_back(1);
    double sum = 0;
    for (double exponent = 1; result.tails.size() < kMostLengths; exponent = exponent * choices + 1) {
      const double tail = std::pow(rho, exponent);
      if (tail < 1e-300) {
        break;
      }
      result.tails.push_back(tail);
      sum += tail;
    }
    result.meanResponse = sum / arrivalsOfEach;
    return result;
  }
  // As many lengths as matter: their shares fall double exponentially, and the last must be a number.
  const double rho = arrivalsOfEach * meanService / servers;
  const auto more =
      static_cast<std::size_t>(std::clamp((6 - std::log2(1 - rho)) / std::log2(choices), 2.0, 60.0));
  std::size_t last = static_cast<std::size_t>(servers) + more;
  const auto excess = [&](double log) {
    return tailsFrom(std::exp(log), last, arrivalsOfEach, mu, servers, choices)[0] - 1;
  };
  const double least = std::log(1e-300);
  while (last > 1 && excess(least) > 0) {
    --last;
  }
  const double end = std::exp(rootOfIncreasing(least, 0, excess));
  result.tails = tailsFrom(end, last, arrivalsOfEach, mu, servers, choices);
  const double number = std::accumulate(result.tails.begin() + 1, result.tails.end(), 0.0);
  result.meanResponse = number / arrivalsOfEach;
  return result;
}

Figure waitOfShortestQueue(double arrivalsOfAll, double meanService, double queues, double servers,
                           double choices) {
  if (queues == 2 && servers == 1) {
    // The difference falls off much faster than either queue: beyond 24 nothing is left in double precision.
    return Figure::exact(joinTheShorterOfTwo(arrivalsOfAll, meanService, 24).meanResponse - meanService);
  }
  const double one = waitOfMMc(arrivalsOfAll, meanService, queues * servers).mean();
  const double many = std::max(
      0.0, supermarket(arrivalsOfAll / queues, meanService, servers, choices).meanResponse - meanService);
  const double split = waitOfMMc(arrivalsOfAll / queues, meanService, servers).mean();
  return Figure::approximate(std::min(split, togetherAs(one, many, kJoinPower)), 0.25);
}

namespace {

constexpr double kMostLengthMixes = 300;

using Lengths = std::vector<std::size_t>;  // [length] queues that are so long

void addLengths(std::size_t queues, std::size_t length, Lengths& begun, std::vector<Lengths>& all) {
  if (length + 1 == begun.size()) {
    begun[length] = queues;
    all.push_back(begun);
    return;
  }
  for (begun[length] = 0; begun[length] <= queues; ++begun[length]) {
    addLengths(queues - begun[length], length + 1, begun, all);
  }
  begun[length] = 0;
}

std::size_t numberIn(const Lengths& lengths) {
  std::size_t number = 0;
  for (std::size_t length = 0; length < lengths.size(); ++length) {
    number += length * lengths[length];
  }
  return number;
}

/// Probabilities that the shortest of the queues drawn is so long.
std::vector<double> shortestOfDrawn(const Lengths& lengths, double queues, double choices) {
  std::vector<double> result(lengths.size(), 0.0);
  double atLeast = queues;
  double chance = 1;  // that none of those drawn is shorter
  for (std::size_t length = 0; length < lengths.size(); ++length) {
    atLeast -= static_cast<double>(lengths[length]);
    double longer = 1;
    for (double drawn = 0; drawn < choices; ++drawn) {
      longer *= std::max(0.0, (atLeast - drawn) / (queues - drawn));
    }
    result[length] = chance - longer;
    chance = longer;
  }
  return result;
}

}  // namespace

std::optional<ShortestWithRooms> shortestWithRooms(double arrivalsOfAll, double meanService, double queues,
                                                   double servers, double room, double choices) {
  double mixes = 1;  // (queues + room) over room
  for (double i = 1; i <= std::min(room, kMostLengthMixes); ++i) {
    mixes *= (queues + i) / i;
  }
  if (mixes > kMostLengthMixes) {
    return std::nullopt;
  }
  std::vector<Lengths> states;
  Lengths begun(static_cast<std::size_t>(room) + 1, 0);
  addLengths(static_cast<std::size_t>(queues), 0, begun, states);
  std::stable_sort(states.begin(), states.end(),
                   [](const Lengths& a, const Lengths& b) { return numberIn(a) < numberIn(b); });
  std::map<Lengths, std::size_t> places;
  for (const Lengths& state : states) {
    places.emplace(state, places.size());
  }
  Matrix rates(states.size());
  for (std::size_t from = 0; from < states.size(); ++from) {
    Lengths state = states[from];
    const std::vector<double> joins = shortestOfDrawn(state, queues, choices);
    for (std::size_t length = 0; length < state.size(); ++length) {
      if (state[length] == 0) {
        continue;
      }
      const auto move = [&](std::size_t to, double rate) {
        --state[length];
        ++state[to];
        rates.at(from, places.at(state)) += rate;
        --state[to];
        ++state[length];
      };
      if (length + 1 < state.size() && joins[length] > 0) {
        move(length + 1, arrivalsOfAll * joins[length]);
      }
      if (length > 0) {
        const double busy = std::min(static_cast<double>(length), servers);
        move(length - 1, static_cast<double>(state[length]) * busy / meanService);
      }
    }
  }
  const std::vector<double> p = stationaryOf(rates);
  ShortestWithRooms result;
  for (std::size_t at = 0; at < states.size(); ++at) {
    const std::vector<double> joins = shortestOfDrawn(states[at], queues, choices);
    result.lost += p[at] * joins.back();
    for (std::size_t length = 0; length < states[at].size(); ++length) {
      const double waiting = std::max(0.0, static_cast<double>(length) - servers);
      result.queue += p[at] * static_cast<double>(states[at][length]) * waiting;
      const bool isWait = static_cast<double>(length) >= servers && length + 1 < states[at].size();
      result.waits += isWait ? p[at] * joins[length] : 0.0;
    }
  }
  result.waits /= 1 - result.lost;
  result.meanWait = result.queue / (arrivalsOfAll * (1 - result.lost));
  return result;
}

RingShares ringShares(double nodes, double points) {
  RingShares shares;
  shares.variation = std::sqrt((nodes - 1) / (nodes * points + 1));
  // E[max] = integral of 1 - P(v, x)^n, by Simpson's rule over where it changes.
  const double reach =
      points + 12 * std::sqrt(points * (1 + std::log(nodes))) + 12 * std::log(nodes + 1) + 40;
  constexpr int kPanels = 4'000;
  const double step = reach / kPanels;
  const auto rest = [&](double x) { return -std::expm1(nodes * std::log(gammaUpTo(points, x))); };
  double sum = 0;
  for (int i = 0; i < kPanels; ++i) {
    const double x = i * step;
    sum += step / 6 * (rest(x) + 4 * rest(x + step / 2) + rest(x + step));
  }
  shares.mostOverMean = sum / points;
  return shares;
}

namespace {

std::vector<double> findRingShares(std::size_t nodes, double points) {
  std::vector<double> shares;
  const auto n = static_cast<double>(nodes);
  const double variation = std::sqrt((n - 1) / (n * points + 1));
  double least = 0;
  for (std::size_t i = 0; i < nodes && nodes > 1; ++i) {
    const double q = (static_cast<double>(i) + 0.5) / n;
    const auto excess = [&](double x) { return betaUpTo(points, points * (n - 1), x) - q; };
    RootEnd low{least, i == 0 ? -q : excess(least)};
    RootEnd high{std::min(1.0, std::max(least, 1 / n) * (1 + variation)), 0};
    while ((high.value = excess(high.at)) < 0) {
      low = high;
      high.at = std::min(1.0, high.at * (1 + variation));
    }
    least = rootOfSmooth(low, high, 1e-12, excess);
    shares.push_back(least);
  }
  shares.resize(nodes, 1);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& each : shares) {
    each /= sum;
  }
  return shares;
}

}  // namespace

std::vector<double> typicalRingShares(std::size_t nodes, double points) {
  // Asked for by every pass of a solution, and always about the same few rings.
  thread_local std::map<std::pair<std::size_t, double>, std::vector<double>> known;
  if (known.size() > kMostRings) {
    known.clear();
  }
  auto [at, isNew] = known.try_emplace({nodes, points});
  if (isNew) {
    at->second = findRingShares(nodes, points);
  }
  return at->second;
}

}  // namespace cantilever::analytic
