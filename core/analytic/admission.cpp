#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analytic/birth_death.h"
#include "core/analytic/contents.h"
#include "core/analytic/erlang.h"
#include "core/analytic/instance_shares.h"
#include "core/analytic/limits.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/single_server.h"
#include "core/analytic/special.h"
#include "core/analytic/token_bucket.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Op;

constexpr double kNextToNothing = 1e-14;
constexpr double kRounding = 1e-12;  // of differences of probabilities
constexpr double kNearlyAll = 0.7;
/// Which keys meet at an instance is the luck of the hash: as if so much more were asked for.
constexpr double kUnlucky = 1.15;

double rateOf(const std::vector<BucketTakes>& takes) {
  double rate = 0;
  for (const BucketTakes& each : takes) {
    rate += each.rate;
  }
  return rate;
}

/// What those who ask for tokens meet on average, where there are several sets.
class AdmissionSum {
 public:
  /// Of all sets together.
  explicit AdmissionSum(const std::vector<BucketTakes>& all) : m_all(all), m_asked(rateOf(all)) {
    m_sum.lostOf.assign(all.size() > 1 ? all.size() : 0, 0.0);
  }

  /// `count` sets where this is so; `takes`: of each.
  void add(const Admission& one, const std::vector<BucketTakes>& takes, double count) {
    const double share = rateOf(takes) * count / m_asked;
    m_sum.probability += share * one.probability;
    m_waits += share * one.meanWait();
    m_squares += share * (one.second > 0 ? one.second : 2 * one.meanWait() / one.rate);
    m_isSecondKnown = m_isSecondKnown || one.second > 0;
    m_sum.lost += share * one.lost;
    for (std::size_t ask = 0; ask < m_sum.lostOf.size(); ++ask) {
      m_sum.lostOf[ask] +=
          m_all[ask].rate > 0 ? one.lostOf[ask] * takes[ask].rate * count / m_all[ask].rate : 0.0;
    }
    m_sum.patience = std::max(m_sum.patience, one.patience);
    m_sum.held += count * one.held;
    m_sum.queue += count * one.queue;
    m_sum.growth += count * one.growth;
    m_sum.isStable = m_sum.isStable && one.isStable;
    m_sum.band = std::max(m_sum.band, one.band);
    m_sum.occupancy = std::max(m_sum.occupancy, one.occupancy);
    m_sum.fault = m_sum.fault.empty() ? one.fault : m_sum.fault;
  }

  Admission result() {
    m_sum.rate = m_waits > 0 ? m_sum.probability / m_waits : 1;
    m_sum.second = m_isSecondKnown ? m_squares : 0;
    return std::move(m_sum);
  }

 private:
  const std::vector<BucketTakes>& m_all;
  double m_asked;
  Admission m_sum;
  double m_waits = 0;
  double m_squares = 0;
  bool m_isSecondKnown = false;
};

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

  /// Sets of the tokens that are asked alike.
  struct SetsAlike {
    double count;
    double share;  // of all who ask, of each
  };
  Admission admitTo(Index index, const std::vector<BucketTakes>& takes,
                    const std::vector<SetsAlike>& sets) const {
    AdmissionSum sum(takes);
    for (const SetsAlike& each : sets) {
      const std::vector<BucketTakes> mine = scaled(takes, each.share);
      sum.add(admitTo(m_plan.tokens[index], mine, m_state.tokenHolding[index]), mine, each.count);
    }
    return sum.result();
  }

  Admission admit(Index index) const {
    const plan::Tokens& tokens = m_plan.tokens[index];
    const std::vector<BucketTakes> takes =
        takesOf(index, [this](Index ask) { return totalOf(m_state.traffic.asks[ask]); });
    if (rateOf(takes) <= 0) {
      return {};
    }
    if (tokens.scope == plan::TokenScope::Key) {
      return byKey(index, takes);
    }
    bool isByHash = false;
    const std::vector<SetsAlike> sets = setsOf(index, isByHash);
    Admission result = admitTo(index, takes, sets);
    if (isByHash && result.occupancy > kNearlyAll) {
      result.luck = admitTo(index, scaled(takes, kUnlucky), sets).lost - result.lost;
    }
    return result;
  }

  std::vector<SetsAlike> setsOf(Index index, bool& isByHash) const {
    const double buckets = bucketsOf(index);
    std::vector<SetsAlike> sets{{buckets, 1 / buckets}};
    const std::vector<Index>& takers = m_structure.takersOf(index);
    const Index pool = takers.empty() ? kNone : m_plan.programs[takers.front()].pool;
    const bool isOfOnePool = pool != kNone && m_plan.tokens[index].scope == plan::TokenScope::Instance &&
                             std::all_of(takers.begin(), takers.end(), [&](Index program) {
                               return m_plan.programs[program].pool == pool;
                             });
    if (!isOfOnePool || m_state.instances[pool] <= 1) {
      return sets;
    }
    std::vector<StationLoad::Arrivals> arrivals;
    std::vector<double> asked;
    bool areAskedForKeys = false;
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      asked.push_back(askedBy(m_structure, m_state.traffic, index, k));
      areAskedForKeys = areAskedForKeys || (asked.back() > 0 && m_plan.classes[k].keySpace != kNone);
    }
    for (const Index link : m_structure.linksTo(pool)) {
      const double rate = totalOf(m_state.traffic.arrivals[link]);
      if (rate > 0 && std::find(takers.begin(), takers.end(), m_plan.links[link].program) != takers.end()) {
        arrivals.push_back({link, rate, rate});
        isByHash = isByHash || goesByKey(m_plan.links[link].balancing, areAskedForKeys);
      }
    }
    sets.clear();
    for (const double share : sharesOfInstances(m_structure, m_state.instances[pool], arrivals, asked)) {
      const auto same = std::find_if(sets.begin(), sets.end(),
                                     [share](const SetsAlike& each) { return each.share == share; });
      same == sets.end() ? sets.push_back({1, share}) : void(++same->count);
    }
    return sets;
  }

  /// By how many tokens they take; `rateOf(ask)`.
  template <class Rate>
  std::vector<BucketTakes> takesOf(Index tokens, const Rate& rateOfAsk) const {
    std::vector<BucketTakes> takes;
    for (Index ask = m_structure.firstAskOf(tokens); ask < m_structure.endOfAsks(tokens); ++ask) {
      takes.push_back({rateOfAsk(ask), m_structure.asks()[ask].units});
    }
    return takes;
  }
  static std::vector<BucketTakes> scaled(std::vector<BucketTakes> takes, double by) {
    for (BucketTakes& each : takes) {
      each.rate *= by;
    }
    return takes;
  }

  /// Every key has its own.
  Admission byKey(Index index, const std::vector<BucketTakes>& all) const {
    const plan::Tokens& tokens = m_plan.tokens[index];
    AdmissionSum sum(all);
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const Index space = m_plan.classes[k].keySpace;
      const plan::KeySpace keys = space == kNone ? plan::KeySpace{} : m_plan.keySpaces[space];
      const std::vector<BucketTakes> takes =
          takesOf(index, [this, k](Index ask) { return m_state.traffic.asks[ask][k]; });
      if (rateOf(takes) <= 0) {
        continue;
      }
      for (const KeysAlike& alike : m_structure.keysAlike(space)) {
        const std::vector<BucketTakes> mine = scaled(takes, alike.share);
        const Admission one = admitTo(tokens, mine, m_state.tokenHolding[index]);
        sum.add(one, mine, alike.keys);
        const bool isOfRanks =
            &alike - m_structure.keysAlike(space).data() >= static_cast<std::ptrdiff_t>(keys.hot.size());
        if (isOfRanks && one.isStable && one.lost < kNextToNothing && one.probability < kNextToNothing) {
          break;  // who asks less often meets even less
        }
      }
    }
    return sum.result();
  }

  /// One set of the tokens.
  static Admission admitTo(const plan::Tokens& tokens, const std::vector<BucketTakes>& takes, double hold) {
    const double arrivals = rateOf(takes);
    double units = 0;
    for (const BucketTakes& each : takes) {
      units += arrivals > 0 ? each.units * each.rate / arrivals : 0;
    }
    if (takes.size() > 1 && tokens.refill == plan::Refill::Continuous && !tokens.waits) {
      Admission result;
      const double rate = tokens.rate.raw();
      result.occupancy = rate > 0 ? arrivals * units / rate : 1;
      result.lostOf = refusedByTakes(takes, rate, tokens.size);
      for (std::size_t ask = 0; ask < takes.size() && arrivals > 0; ++ask) {
        result.lost += result.lostOf[ask] * takes[ask].rate / arrivals;
      }
      return result;
    }
    // All take as many: as if there were fewer, of which each takes one.
    const double size = tokens.size / std::max(1.0, units);
    if (size < 1) {
      Admission result;
      result.lost = result.occupancy = 1;
      return result;
    }
    Admission result = admitOnes(tokens, tokens.refill == plan::Refill::Continuous ? size : std::floor(size),
                                 tokens.rate.raw() / std::max(1.0, units), arrivals, hold);
    result.held *= std::max(1.0, units);
    result.lostOf.assign(takes.size() > 1 ? takes.size() : 0, result.lost);
    return result;
  }

  /// Requests that take one of `size` each, which come back at `rate`, where they do so by themselves.
  static Admission admitOnes(const plan::Tokens& tokens, double size, double rate, double arrivals,
                             double hold) {
    Admission result;
    switch (tokens.refill) {
      case plan::Refill::OnGive:
        return borrowed(tokens, size, arrivals, hold);
      case plan::Refill::Continuous:
        result.occupancy = rate > 0 ? arrivals / rate : 1;
        return rate > 0 ? refilled(tokens, size, arrivals, rate, std::move(result)) : result;
      case plan::Refill::FixedWindow: {
        // E[(N - size)+] / E[N] for a Poisson number N of each window: P(N >= n) is an incomplete gamma
        // function.
        const double mean = arrivals * tokens.window.inSeconds();
        const double lost = gammaUpTo(size, mean) - size / mean * gammaUpTo(size + 1, mean);
        result.lost = lost > kRounding ? lost : 0.0;
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

  static Admission borrowed(const plan::Tokens& tokens, double size, double arrivals, double hold) {
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

  /// Who finds the line full is refused, and whoever would have to wait for longer than its patience leaves
  /// when that is over. Those are in the line too, which is not counted.
  static Admission refilled(const plan::Tokens& tokens, double size, double arrivals, double rate,
                            Admission result) {
    constexpr double kBand = 0.01;
    constexpr double kBandOfLine = 0.3;
    if (!tokens.waits) {
      result.lost = refusedByBucket(arrivals, rate, size);
      return result;
    }
    const bool isLimited = tokens.queueLimit != plan::Tokens::kUnlimited;
    const double room = isLimited ? static_cast<double>(tokens.queueLimit) : INFINITY;
    const double patience = tokens.patience ? tokens.patience->mean.inSeconds() : INFINITY;
    const double limit = std::min(room, patience * rate);
    if (std::isinf(limit) && arrivals >= rate) {
      result.isStable = false;
      result.growth = arrivals - rate;
      return result;
    }
    const BucketWaits waits = waitsForBucket(arrivals / rate, size, limit);
    result.lost = waits.lost;
    result.patience = patience < room / rate ? patience : 0.0;
    result.occupancy = arrivals / rate * (1 - waits.lost);
    result.probability = waits.probability;
    result.rate = waits.mean > 0 ? waits.probability * rate / waits.mean : 1.0;
    result.second = waits.second / (rate * rate);
    result.queue = arrivals * ((1 - waits.lost) * result.meanWait() + waits.lost * result.patience);
    result.band = isLimited && result.patience > 0 && waits.lost > kRounding ? kBandOfLine : kBand;
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
