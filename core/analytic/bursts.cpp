#include "core/analytic/bursts.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/analytic/erlang.h"
#include "core/analytic/working_state.h"
#include "core/vocabulary/plan/steps.h"

namespace cantilever::analytic {

namespace {

using plan::Op;

constexpr double kBurstBand = 0.3;
constexpr double kFelt = 0.02;      // of the service
constexpr double kNearlyAll = 0.9;  // of the mean

/// Where the outcomes of one window come to, and for how long.
class BurstWalk {
 public:
  BurstWalk(const Structure& structure, const WorkingState& state, std::size_t window)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_state(state),
        m_traffic(state.traffic.ofWindows[window]),
        m_period(m_plan.windows[window].slide.inSeconds()),
        m_ways(m_plan.programs.size()),
        m_tokensLast(m_plan.tokens.size(), 0.0) {
    const Index program = m_plan.links[m_plan.windows[window].link].program;
    if (totalOf(m_traffic.runs[program]) > 0) {
      follow(program, 0);
    }
  }

  void addTo(Bursts& bursts) const {
    for (std::size_t ask = 0; ask < m_structure.asks().size(); ++ask) {
      const Ask& of = m_structure.asks()[ask];
      if (const double takes = totalOf(m_traffic.asks[ask]) * m_period; takes > 0) {
        bursts.ofTokens[of.tokens] += of.units * atOneTime(of.tokens, takes);
      }
    }
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      Burst burst;
      burst.period = m_period;
      burst.ofClass.assign(m_plan.classes.size(), 0.0);
      for (const Traffic::Work& each : m_traffic.work[pool]) {
        burst.pieces += each.rate * m_period;
        burst.work += workOf(each);
        burst.lasts = std::max(burst.lasts, m_ways[each.program].begins);
        burst.ofClass[each.requestClass] += each.rate;
      }
      if (burst.pieces > 0) {
        bursts.atPool[pool].push_back(std::move(burst));
      }
    }
  }

 private:
  double workOf(const Traffic::Work& work) const {
    return work.rate * m_period * work.targets * m_plan.laws[work.law].mean.inSeconds();
  }

  /// Of so many takes, those that are not given back before the last of them, or for which no tokens have
  /// come back by then.
  double atOneTime(Index tokens, double takes) const {
    const plan::Tokens& of = m_plan.tokens[tokens];
    const double lasts = m_tokensLast[tokens];
    const double holding = m_state.tokenHolding[tokens];
    return of.refill == plan::Refill::OnGive && lasts > holding ? takes * holding / lasts : takes;
  }

  /// Runs of the program that begin within so many seconds: within how many they end. What a run does takes
  /// turns with what others do where they queue, so that what it does next comes for at least as long.
  double follow(Index program, double lasts) {
    Way& way = m_ways[program];
    if (way.isKnown && lasts <= way.begins) {
      return way.ends;
    }
    way = {true, lasts, lasts};
    for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
      const plan::Instruction& code = m_plan.code[pc];
      if (code.op == Op::Work) {
        lasts = std::max(lasts, timeAt(code.b == kNone ? m_plan.programs[program].pool : code.b));
      }
      if (code.op == Op::Take) {
        m_tokensLast[code.a] = std::max(m_tokensLast[code.a], lasts);
      }
      const Index link = plan::linkOf(m_plan, code);
      if (link == kNone || totalOf(m_traffic.arrivals[link]) <= 0) {
        continue;
      }
      const double end = follow(m_plan.links[link].program, lasts);
      const bool isLeft =
          code.op == Op::Send || code.op == Op::Fill || (code.op == Op::Fan && m_plan.fans[code.a].isSent);
      lasts = isLeft ? lasts : std::max(lasts, end);
    }
    m_ways[program].ends = std::max(m_ways[program].ends, lasts);
    return m_ways[program].ends;
  }

  /// For which all servers of the pool are busy with it.
  double timeAt(Index pool) const {
    const double servers =
        pool == kNone ? 0.0 : static_cast<double>(m_plan.pools[pool].servers) * m_state.instances[pool];
    double work = 0;
    for (std::size_t i = 0; servers > 0 && i < m_traffic.work[pool].size(); ++i) {
      work += workOf(m_traffic.work[pool][i]);
    }
    return servers > 0 ? work / servers : 0;
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  const WorkingState& m_state;
  const Traffic& m_traffic;
  double m_period;
  struct Way {
    bool isKnown = false;
    double begins = 0;  // seconds from the first run to the last
    double ends = 0;
  };
  std::vector<Way> m_ways;           // [program]
  std::vector<double> m_tokensLast;  // [tokens] seconds from the first take to the last
};

/// Of a wait that is zero or exponential, unless more is known.
double secondOf(const StationWait& wait) {
  return wait.second > 0 ? wait.second : 2 * wait.mean() / wait.rate;
}

/// Of a mean that was known to the band of `before`, and is `mean` with what bursts add.
double bandOf(const StationWait& before, double mean) {
  const double known = mean > 0 ? std::min(1.0, before.mean() / mean) : 1.0;
  return known * before.band + kBurstBand;
}

/// Exponential waits at so much load, over those at the whole load.
struct LessLoad {
  double probability;
  double mean;
};
LessLoad lessLoad(const StationFigures& figures, double erlangs) {
  const double all = std::min(figures.utilisation * figures.servers, figures.servers * (1 - 1e-9));
  const double part = std::min(erlangs, figures.servers * (1 - 1e-9));
  const double whole = waitOfMMc(all, 1, figures.servers).mean();
  if (!(whole > 0)) {
    return {1, 1};
  }
  const ExponentialWait less = waitOfMMc(std::max(0.0, part), 1, figures.servers);
  return {std::min(1.0, less.probability / erlangC(all, figures.servers)), less.mean() / whole};
}

}  // namespace

Bursts burstsOf(const Structure& structure, const WorkingState& state) {
  const plan::Plan& plan = structure.plan();
  Bursts bursts{std::vector<std::vector<Burst>>(plan.pools.size()),
                std::vector<double>(plan.tokens.size(), 0.0)};
  for (std::size_t window = 0; window < state.traffic.ofWindows.size(); ++window) {
    BurstWalk(structure, state, window).addTo(bursts);
  }
  return bursts;
}

BurstWait waitIn(const Burst& burst, double servers, double background) {
  BurstWait wait;
  const double free = servers - background;
  if (!(free > 0) || !(burst.work > 0)) {
    return wait;
  }
  if (burst.work <= free * burst.lasts) {  // it comes no faster than it is worked off
    wait.share = std::min(1.0, burst.lasts / burst.period);
    wait.busiest = background + burst.work / burst.lasts;
    return wait;
  }
  wait.busiest = servers;
  wait.share = std::min(1.0, burst.work / free / burst.period);
  // The most that is there, without what is being worked on.
  const double most = burst.work - free * burst.lasts;
  const double inService = std::min(most, free * burst.work / burst.pieces);
  wait.longest = (most - inService) / servers;
  const double waiting = 1 - inService / most;
  const auto uniform = [&](double probability) {
    return BurstWait::Wait{probability, probability * wait.longest / 2,
                           probability * wait.longest * wait.longest / 3};
  };
  wait.ofOthers = uniform(wait.share * waiting);
  wait.ofBurst = uniform(waiting);
  return wait;
}

namespace {

/// A burst at one station, and what that is without it, and beside it.
class BurstAtStation {
 public:
  /// `background`: erlangs of all else.
  BurstAtStation(const Burst& burst, const StationFigures& figures, double background)
      : m_added(waitIn(burst, figures.servers, background)),
        m_calm(lessLoad(figures, background)),
        m_busy(lessLoad(figures, std::min(m_added.busiest, figures.servers))),
        m_isOver(m_added.busiest >= figures.servers) {
    // A queue that is nearly full for so short a time does not get as long as it would: from an empty one it
    // grows like a random walk (on average to two thirds of what that has come to in the end).
    const double variance = burst.pieces * (1 + figures.service.scv());
    m_grown = 2.0 / 3 * burst.work / burst.pieces / figures.servers * std::sqrt(2 * variance / M_PI);
  }

  const BurstWait& added() const { return m_added; }
  bool isFelt(const StationFigures& figures) const {
    return m_added.longest * m_added.share > kFelt * figures.service.first ||
           (!m_isOver && m_added.share > 0);
  }

  /// Of requests of which this share is the burst.
  StationWait with(const StationWait& wait, double ofBurst) const {
    const double inBurst = std::min(wait.mean() * m_busy.mean, std::max(m_grown, wait.mean() * m_calm.mean));
    const double isWaiting = std::min(1.0, wait.probability * m_busy.probability);
    const auto mix = [&](double calm, double beside, double others, double mine) {
      const double besides = m_isOver ? 0.0 : beside;
      return (1 - ofBurst) * ((1 - m_added.share) * calm + m_added.share * besides + others) +
             ofBurst * (besides + mine);
    };
    const double mean = mix(wait.mean() * m_calm.mean, inBurst, m_added.ofOthers.mean, m_added.ofBurst.mean);
    const double second =
        mix(secondOf(wait) * m_calm.mean, 2 * inBurst * inBurst / std::max(isWaiting, 1e-12),
            m_added.ofOthers.second, m_added.ofBurst.second);
    const double probability = mix(wait.probability * m_calm.probability, isWaiting,
                                   m_added.ofOthers.probability, m_added.ofBurst.probability);
    const double ofBacklog = mix(0, 0, m_added.ofOthers.mean, m_added.ofBurst.mean);
    StationWait next = waitByMean(mean, probability, bandOf(wait, mean), wait);
    if (ofBacklog > kNearlyAll * mean) {  // then that is the law
      const double inBacklog = mix(0, 0, m_added.ofOthers.probability, m_added.ofBurst.probability);
      next = waitByMean(mean, inBacklog, next.band, wait);
      next.law = Law::uniform(Duration::seconds(m_added.longest / 2), 1);
    }
    next.second = std::max(second, mean * mean / next.probability);
    next.ofBacklogs = wait.ofBacklogs + ofBacklog;
    next.together = wait.together;
    next.first = wait.first > 0 ? wait.first + std::max(0.0, mean - wait.mean()) : 0;
    return next;
  }

 private:
  BurstWait m_added;
  LessLoad m_calm;
  LessLoad m_busy;
  bool m_isOver;
  double m_grown = 0;
};

/// Why there is no formula for it; null: there is.
const char* whyNone(const plan::Pool& pool, const Burst& burst, const BurstWait& added, double servers,
                    std::uint32_t instances) {
  if (!(added.longest > 0)) {
    return nullptr;
  }
  const double waiting = added.longest * servers * burst.pieces / burst.work;
  if (pool.queueLimit != plan::Pool::kUnlimited &&
      waiting > static_cast<double>(pool.queueLimit) * instances) {
    return "windows send on more at once than its queue has room for";
  }
  if (pool.seats > 0 && waiting > static_cast<double>(pool.seats) * instances) {
    return "windows send on more at once than it has seats for";
  }
  if (pool.patience && added.longest > kFelt * pool.patience->mean.inSeconds()) {
    return "requests give up behind what windows send on at once";
  }
  return pool.order == plan::ServiceOrder::Sharing
             ? "windows send on much at once, to servers that are shared"
             : nullptr;
}

}  // namespace

void addBursts(const plan::Pool& pool, const std::vector<Burst>& bursts, const StationLoad& load,
               StationFigures& figures) {
  const bool isQueue = figures.servers > 0 && figures.isStable && figures.unsolvable.empty() &&
                       figures.work > 0 && figures.model != "pulled by consumers";
  if (!isQueue || bursts.empty()) {
    return;
  }
  std::vector<double> work(figures.waits.size(), 0.0);
  double ofLanes = 0;
  for (const Traffic::Work& each : *load.work) {
    (figures.isInLane(each.program) ? ofLanes : work[each.requestClass]) += each.rate;
  }
  const double busy = figures.utilisation * figures.servers;
  const double speed = figures.offered / busy;
  bool isFelt = false;
  for (const Burst& each : bursts) {
    Burst burst = each;
    burst.work /= speed;
    const BurstAtStation at(burst, figures, std::max(0.0, busy - burst.work / burst.period));
    if (!at.isFelt(figures)) {
      continue;
    }
    isFelt = true;
    if (const char* why = whyNone(pool, burst, at.added(), figures.servers, load.instances); why != nullptr) {
      figures.unsolvable = why;
      return;
    }
    const auto apply = [&](StationWait& wait, double perSecond, double ofBurst) {
      if (perSecond > 0) {
        const StationWait next = at.with(wait, std::min(1.0, ofBurst / perSecond));
        figures.queue = std::max(0.0, figures.queue + perSecond * (next.mean() - wait.mean()));
        wait = next;
      }
    };
    for (std::size_t k = 0; k < figures.waits.size(); ++k) {
      apply(figures.waits[k], work[k], burst.ofClass[k]);
    }
    apply(figures.laneWait, ofLanes, 0);
  }
  figures.isExact = figures.isProductForm = false;
  if (isFelt) {
    figures.band = std::max(figures.band, kBurstBand);
    figures.model += " in bursts";
  }
}

}  // namespace cantilever::analytic
