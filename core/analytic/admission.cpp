#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analytic/birth_death.h"
#include "core/analytic/contents.h"
#include "core/analytic/erlang.h"
#include "core/analytic/limits.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/single_server.h"
#include "core/analytic/special.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Op;

constexpr double kNextToNothing = 1e-14;

class TokenSolver {
 public:
  TokenSolver(const Structure& structure, const WorkingState& state)
      : m_structure(structure), m_plan(structure.plan()), m_state(state) {}

  /// How many sets of the tokens there are that requests may be at.
  double bucketsOf(Index tokens) const {
    const plan::TokenScope scope = m_plan.tokens[tokens].scope;
    if (scope == plan::TokenScope::All) {
      return 1;
    }
    double buckets = 1;
    for (const Index program : m_structure.takersOf(tokens)) {
      buckets =
          std::max(buckets, scope == plan::TokenScope::Instance ? instancesOf(m_plan.programs[program].pool)
                                                                : callersOf(program, 0));
    }
    return buckets;
  }
  double instancesOf(Index pool) const { return pool == kNone ? 1.0 : m_state.instances[pool]; }

  /// Instances that call the program, through stations without resources as well.
  double callersOf(Index program, int depth) const {
    constexpr int kMostHops = 8;
    double callers = 1;
    for (const Index caller : m_structure.callersOf(program)) {
      const Index pool = m_plan.programs[caller].pool;
      if (pool != kNone) {
        callers = std::max(callers, instancesOf(pool));
      } else if (depth + 1 < kMostHops) {
        callers = std::max(callers, callersOf(caller, depth + 1));
      }
    }
    return callers;
  }

  Admission admit(Index index) const {
    const plan::Tokens& tokens = m_plan.tokens[index];
    const double asked = totalOf(m_state.traffic.asks[index]);
    if (asked <= 0) {
      return {};
    }
    if (tokens.scope == plan::TokenScope::Key) {
      return byKey(index, asked);
    }
    const double buckets = bucketsOf(index);
    Admission result = admitTo(tokens, asked / buckets, m_state.tokenHolding[index]);
    result.held *= buckets;
    result.queue *= buckets;
    result.growth *= buckets;
    return result;
  }

  /// Every key has its own: the mean over the requests.
  Admission byKey(Index index, double asked) const {
    const plan::Tokens& tokens = m_plan.tokens[index];
    Admission result;
    double waits = 0;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const Index space = m_plan.classes[k].keySpace;
      const plan::KeySpace keys = space == kNone ? plan::KeySpace{} : m_plan.keySpaces[space];
      const double rate = m_state.traffic.asks[index][k];
      if (rate <= 0) {
        continue;
      }
      for (const KeysAlike& alike : m_structure.keysAlike(space)) {
        const Admission one =
            add(result, waits, tokens, rate * alike.share, rate * alike.share * alike.keys / asked, index);
        const bool isOfRanks =
            &alike - m_structure.keysAlike(space).data() >= static_cast<std::ptrdiff_t>(keys.hot.size());
        if (isOfRanks && one.isStable && one.lost < kNextToNothing && one.probability < kNextToNothing) {
          break;  // who asks less often meets even less
        }
      }
    }
    result.rate = waits > 0 ? result.probability / waits : 1;
    return result;
  }

  Admission add(Admission& sum, double& waits, const plan::Tokens& tokens, double arrivals, double share,
                Index index) const {
    const Admission one = admitTo(tokens, arrivals, m_state.tokenHolding[index]);
    sum.probability += share * one.probability;
    waits += share * one.meanWait();
    sum.lost += share * one.lost;
    sum.isStable = sum.isStable && one.isStable;
    sum.growth += one.growth;
    sum.band = std::max(sum.band, one.band);
    sum.occupancy = std::max(sum.occupancy, one.occupancy);
    sum.fault = sum.fault.empty() ? one.fault : sum.fault;
    return one;
  }

  static Admission admitTo(const plan::Tokens& tokens, double arrivals, double hold) {
    const double size = tokens.size;
    Admission result;
    switch (tokens.refill) {
      case plan::Refill::OnGive:
        return borrowed(tokens, arrivals, hold);
      case plan::Refill::Continuous: {
        const double rate = tokens.rate.raw();
        result.occupancy = rate > 0 ? arrivals / rate : 1;
        return rate > 0 ? refilled(tokens, arrivals, rate, std::move(result)) : result;
      }
      case plan::Refill::FixedWindow: {
        // The mean of min(N, size) for a Poisson number N of each window.
        const double mean = arrivals * tokens.window.inSeconds();
        double granted = size;
        for (double n = 0; n < size; ++n) {
          granted -= (size - n) * std::exp(n * std::log(mean) - mean - logFactorial(n));
        }
        result.lost = std::max(0.0, 1 - granted / mean);
        result.occupancy = std::min(1.0, mean / size);
        return result;
      }
      case plan::Refill::SlidingWindow: {
        // Each grant occupies a token for the window: a loss system, whatever the law (Erlang B), or M/D/c.
        const double window = tokens.window.inSeconds();
        if (!tokens.waits) {
          result.lost = erlangB(arrivals * window, size);
          result.occupancy = arrivals * window * (1 - result.lost) / size;
          return result;
        }
        return queueFor(arrivals, size, window, 0,
                        tokens.queueLimit == plan::Tokens::kUnlimited ? 1e18 : tokens.queueLimit);
      }
    }
    return result;
  }

  static Admission borrowed(const plan::Tokens& tokens, double arrivals, double hold) {
    const double size = tokens.size;
    Admission result;
    if (!tokens.waits) {
      result.lost = erlangB(arrivals * hold, size);
      result.held = arrivals * hold * (1 - result.lost);
      result.occupancy = result.held / size;
      return result;
    }
    if (tokens.patience && hold > 0) {
      const QueueFigures figures =
          ErlangA(arrivals, hold, size, std::max(1e-9, tokens.patience->mean.inSeconds())).figures();
      result.probability = figures.waits;
      result.rate = figures.meanWait > 0 ? figures.waits / figures.meanWait : 1;
      result.lost = figures.lost;
      result.patience = tokens.patience->mean.inSeconds();
      result.held = figures.utilisation * size;
      result.occupancy = figures.utilisation;
      result.queue = figures.meanWait * arrivals;
      result.band = tokens.patience->kind == Law::Kind::Exponential ? 0.15 : 0.3;
      return result;
    }
    return queueFor(arrivals, size, hold, 1,
                    tokens.queueLimit == plan::Tokens::kUnlimited ? 1e18 : tokens.queueLimit);
  }

  static Admission refilled(const plan::Tokens& tokens, double arrivals, double rate, Admission result) {
    if (!tokens.waits) {
      result.lost = refusedByBucket(arrivals, rate, tokens.size);
      return result;
    }
    if (arrivals >= rate) {
      result.isStable = tokens.queueLimit != plan::Tokens::kUnlimited;
      result.growth = arrivals - rate;
      if (result.isStable) {  // the line is full but for moments
        result.lost = 1 - rate / arrivals;
        result.probability = 1;
        result.rate = rate / std::max(1.0, static_cast<double>(tokens.queueLimit));
        result.band = 0.3;
      }
      return result;
    }
    return awaited(tokens, arrivals, rate, std::move(result));
  }

  /// What is missing from the bucket is the work of an M/D/1 queue; who comes when all is missing waits. Who
  /// finds the line full is refused: then the queue is M/D/1/K, in which the others find the same as in M/D/1
  /// where that is not so long (Keilson 1966). Moments are integrals of P(wait > t): by Simpson's rule at
  /// first, then like an exponential law, as it is from the start where much is missing.
  static Admission awaited(const plan::Tokens& tokens, double arrivals, double rate, Admission result) {
    constexpr int kParts = 8;  // of each unit, at whose ends the density jumps
    constexpr std::uint32_t kMuch = 8;
    constexpr double kNobody = 1e-15;
    constexpr double kBand = 0.01;
    const double unit = 1 / rate;
    const double load = arrivals * unit;
    const bool isLimited = tokens.queueLimit != plan::Tokens::kUnlimited;
    const double limit = isLimited ? tokens.queueLimit : INFINITY;  // of the wait, in units
    const double missing = (tokens.size - 1.0) * unit;
    const auto above = [&](double t) { return waitAboveOfMD1(arrivals, unit, missing + t * unit); };
    const double full = isLimited ? above(limit) : 0.0;  // were there no limit
    const double waits = above(0);
    if (!(waits > kNobody)) {
      return result;
    }
    const int units = tokens.size <= kMuch ? static_cast<int>(std::min(4.0, limit)) : 0;
    double mean = 0;    // in units
    double second = 0;  // in their squares
    double from = waits - full;
    for (int part = 0; part < units * kParts; ++part) {
      const double width = 1.0 / kParts;
      const double begin = part * width;
      const double middle = above(begin + width / 2) - full;
      const double to = above(begin + width) - full;
      mean += width / 6 * (from + 4 * middle + to);
      second += width / 3 * (begin * from + 4 * (begin + width / 2) * middle + (begin + width) * to);
      from = to;
    }
    const double at = above(units);
    if (const double later = above(units + 1); later > 0 && later < at && units < limit) {
      const double decay = std::log(at / later);
      const double most = isLimited ? limit : 0.0;
      mean += (at - full) / decay - (isLimited ? full * (limit - units) : 0.0);
      second +=
          2 * (at * (units / decay + 1 / (decay * decay)) - full * (most / decay + 1 / (decay * decay))) -
          full * (most * most - (isLimited ? units * units : 0));
    }
    mean = std::max(0.0, mean) / (1 - full);
    second = std::max(0.0, second) / (1 - full);
    result.lost = (1 - load) * full / (1 - load * full);
    result.occupancy = load * (1 - result.lost);
    result.probability = mean > 0 ? (waits - full) / (1 - full) : 0.0;
    result.rate = mean > 0 ? result.probability / (mean * unit) : 1.0;
    result.second = second * unit * unit;
    result.queue = arrivals * (1 - result.lost) * result.meanWait();
    result.band = kBand;
    return result;
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  const WorkingState& m_state;
};

}  // namespace

/// A wait for one of `places`, each held for a time of this mean; `room`: how many may wait.
Admission queueFor(double arrivals, double places, double hold, double scv, double room) {
  Admission result;
  const double load = arrivals * hold;
  if (load <= 0 || places <= 0) {
    return result;
  }
  const bool isLimited = room < 1e9;
  if (load < places) {
    const Figure mean = waitOfMGc(arrivals, hold, scv, places);
    const double waits = erlangC(load, places);
    const bool isFelt = mean.value > 1e-12 * hold;
    result.probability = isFelt ? std::max(waits, 1e-12) : 0;
    result.rate = isFelt ? result.probability / mean.value : 1;
    result.band = mean.band + 0.1;
    result.occupancy = load / places;
    result.held = load;
    result.queue = arrivals * mean.value;
    const double decay = std::log(load / places) * 2 / (1 + std::max(0.0, scv));
    if (!isLimited || waits * std::exp(decay * room) < 1e-12) {
      return result;
    }
  } else if (!isLimited) {
    result.isStable = false;
    result.growth = arrivals - places / hold;
    result.occupancy = 1;
    result.held = places;
    return result;
  }
  const QueueFigures figures = finiteQueue(arrivals, hold, places, places + std::min(room, 1e5));
  result.probability = figures.waits;
  result.rate = figures.meanWait > 0 ? figures.waits / figures.meanWait : 1;
  result.lost = figures.lost;
  result.occupancy = figures.utilisation;
  result.held = figures.utilisation * places;
  result.queue = figures.meanWait * figures.throughput;
  result.band = scv == 1 ? 0.1 : 0.3;
  return result;
}

double bucketsOf(const Structure& structure, const WorkingState& state, Index tokens) {
  return TokenSolver(structure, state).bucketsOf(tokens);
}

Admission admissionTo(const Structure& structure, const WorkingState& state, Index tokens) {
  return TokenSolver(structure, state).admit(tokens);
}

}  // namespace cantilever::analytic
