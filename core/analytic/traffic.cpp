#include "core/analytic/traffic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/vocabulary/plan/steps.h"

namespace cantilever::analytic {

namespace {

using plan::FlowEdge;
using plan::Instruction;
using plan::Op;

constexpr double kMostBranches = 1000;

ByClass allOf(std::size_t elements, const plan::Plan& plan, double value) {
  return {elements, plan.classes.size(), value};
}

/// What the programs that a class runs do, and how often in a run of each; `caller` is a place in the order
/// of these, callers first.
struct Use {
  Index caller = kNone;
  Index link = kNone;
  double calls = 0;
  bool isSent = false;
  double targets = 1;    ///< of each call, for one target of the caller
  bool isFan = false;    ///< then whatever the caller stands for
  bool isLater = false;  ///< when somebody has read it from a log
};
struct Worked {
  Index caller = kNone;
  Index pool = kNone;
  Index law = kNone;
  double times = 0;
  bool isPerTarget = false;
};
/// Anything else that is counted by element.
struct Counted {
  ByClass Traffic::*what = nullptr;
  Index caller = kNone;
  Index element = kNone;
  double times = 0;
};

class TrafficOfClass {
 public:
  TrafficOfClass(const Structure& structure, const Beliefs& beliefs, Index requestClass)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_beliefs(beliefs),
        m_class(requestClass),
        m_programs(structure.order(requestClass).rbegin(), structure.order(requestClass).rend()) {}

  Result<void> addTo(Traffic& traffic, const Entering& all) {
    std::vector<Index> place(m_plan.programs.size(), kNone);
    for (Index i = 0; i < m_programs.size(); ++i) {
      place[m_programs[i]] = i;
      follow(i);
    }
    const Edges edges = edgesTo(place, true);
    std::vector<double> entering(m_programs.size(), 0.0);
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      if (m_plan.sources[i].requestClass == m_class) {
        entering[place[m_plan.sources[i].program]] += all.ofSources[i];
      }
    }
    for (std::size_t window = 0; window < traffic.ofWindows.size(); ++window) {
      const Index link = m_plan.windows[window].link;
      if (const double calls = all.ofWindows[window][m_class]; calls > 0) {
        const double arrivals = calls * m_beliefs.arrive[link][m_class];
        traffic.calls[link][m_class] += calls;
        traffic.sends[link][m_class] += calls;
        traffic.arrivals[link][m_class] += arrivals;
        entering[place[m_plan.links[link].program]] += arrivals;
      }
    }
    Result<void> added = addEntering(std::move(entering), place, edges, traffic);
    const Edges atOnce = traffic.ofWindows.empty() ? Edges{} : edgesTo(place, false);
    for (std::size_t window = 0; added && window < traffic.ofWindows.size(); ++window) {
      const Index link = m_plan.windows[window].link;
      const double arrivals = all.ofWindows[window][m_class] * m_beliefs.arrive[link][m_class];
      if (arrivals > 0) {
        entering.assign(m_programs.size(), 0.0);
        entering[place[m_plan.links[link].program]] = arrivals;
        added = addEntering(std::move(entering), place, atOnce, traffic.ofWindows[window]);
      }
    }
    return added;
  }

 private:
  struct Edges {
    std::vector<FlowEdge> calls;
    std::vector<FlowEdge> targets;
    bool haveTargets = false;  // else calls stand for one each
    bool haveLater = true;
  };
  Edges edgesTo(const std::vector<Index>& place, bool withLater) const {
    Edges edges;
    edges.haveLater = withLater;
    for (const Use& use : m_uses) {
      const double arrivals = use.calls * arrivalsOf(use);
      if (arrivals > 0 && (withLater || !use.isLater)) {
        const Index to = place[m_plan.links[use.link].program];
        edges.calls.push_back({use.caller, to, arrivals});
        if (!use.isFan) {
          edges.targets.push_back({use.caller, to, arrivals * use.targets});
        }
        edges.haveTargets = edges.haveTargets || use.isFan || use.targets != 1;
      }
    }
    return edges;
  }

  Result<void> addEntering(std::vector<double> entering, const std::vector<Index>& place, const Edges& edges,
                           Traffic& traffic) const {
    const plan::Flow flow = plan::expectedVisits(entering, edges.calls);
    if (edges.haveTargets && flow.cycle.empty()) {  // calls of fans stand for targets of their own
      for (const Use& use : m_uses) {
        if (use.isFan) {
          entering[place[m_plan.links[use.link].program]] +=
              flow.visits[use.caller] * use.calls * arrivalsOf(use) * use.targets;
        }
      }
    }
    const plan::Flow targets = edges.haveTargets ? plan::expectedVisits(entering, edges.targets) : flow;
    if (!flow.cycle.empty() || !targets.cycle.empty()) {
      return Error{"plan.diverges",
                   "With the retries that failures cause, requests would make calls without end.",
                   m_plan.programs[m_programs[(flow.cycle.empty() ? targets : flow).cycle.front()]].key};
    }
    add(traffic, flow.visits, targets.visits, edges.haveLater);
    return {};
  }

  double arrivalsOf(const Use& use) const {
    const double arrive = m_beliefs.arrive[use.link][m_class];
    return use.isSent ? arrive : arrive * m_beliefs.attempts[use.link][m_class];
  }

  void add(Traffic& traffic, const std::vector<double>& rates, const std::vector<double>& targetRates,
           bool withLater) const {
    for (std::size_t i = 0; i < m_programs.size(); ++i) {
      traffic.runs[m_programs[i]][m_class] += std::max(0.0, rates[i]);
    }
    for (const Use& use : m_uses) {
      if (use.isLater && !withLater) {
        continue;
      }
      const double calls = std::max(0.0, rates[use.caller]) * use.calls;
      traffic.calls[use.link][m_class] += calls;
      traffic.sends[use.link][m_class] += use.isSent ? calls : 0.0;
      traffic.arrivals[use.link][m_class] += calls * arrivalsOf(use);
    }
    for (const Worked& each : m_work) {
      const double rate = rates[each.caller];
      if (each.pool != kNone && rate > 0) {
        traffic.work[each.pool].push_back({each.law, m_class, rate * each.times,
                                           each.isPerTarget ? targetRates[each.caller] / rate : 1.0,
                                           m_programs[each.caller]});
      }
    }
    for (const Counted& each : m_counted) {
      (traffic.*each.what)[each.element][m_class] += std::max(0.0, rates[each.caller]) * each.times;
    }
  }

  /// Of the program at this place.
  void follow(Index place) {
    const Index program = m_programs[place];
    const Index begin = m_plan.programs[program].begin;
    m_reach.assign(m_structure.endOf(program) - begin + std::size_t{1}, 0.0);
    m_reach[0] = 1;
    for (Index pc = begin; pc < m_structure.endOf(program); ++pc) {
      const double here = m_reach[pc - begin];
      if (here > 0) {
        const auto go = [&](Index target, double probability) {
          if (target != kNone && target > pc) {
            m_reach[target - begin] += here * probability;
          }
        };
        step(place, pc, here, go);
      }
    }
  }

  template <class Go>
  void step(Index place, Index pc, double here, const Go& go) {
    const Index program = m_programs[place];
    const Instruction& code = m_plan.code[pc];
    const auto count = [&](ByClass Traffic::*what) { m_counted.push_back({what, place, code.a, here}); };
    switch (code.op) {
      case Op::Work: {
        const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
        m_work.push_back({place, pool, plan::workLawIndex(m_plan, code, m_class), here, code.c != kNone});
        go(pc + 1, 1 - (pool == kNone ? 0.0 : m_beliefs.workLost[pool][m_class]));
        break;
      }
      case Op::Look:
        count(&Traffic::lookups);
        go(code.b, m_beliefs.hitRatio[code.a]);
        go(pc + 1, 1 - m_beliefs.hitRatio[code.a]);
        break;
      case Op::Call: {
        const double success = m_beliefs.success[code.a][m_class];
        m_uses.push_back({place, code.a, here});
        go(pc + 1, success);
        go(code.b, 1 - success);
        break;
      }
      case Op::Batch: {
        const plan::Batching& batching = m_plan.batchings[code.a];
        const double size = m_beliefs.callBatch[code.a];
        count(&Traffic::batched);
        m_uses.push_back({place, batching.link, here / size, false, size});
        go(pc + 1, m_beliefs.success[batching.link][m_class]);
        break;
      }
      case Op::Send:
        m_uses.push_back({place, code.a, here, true});
        go(pc + 1, 1);
        break;
      case Op::Forward:
        m_uses.push_back({place, code.a, here});
        break;
      case Op::Take: {
        const Index ask = m_structure.askAt(pc);
        const double refused = m_beliefs.tokensRefused[ask][m_class];
        m_counted.push_back({&Traffic::asks, place, ask, here});
        go(pc + 1, 1 - refused);
        go(code.c, refused);
        break;
      }
      case Op::Parallel: {
        std::vector<double> success;
        for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
          m_uses.push_back({place, m_plan.code[branch].a, here});
          success.push_back(m_beliefs.success[m_plan.code[branch].a][m_class]);
        }
        const double enough = chanceOfSome(code.b, success);
        go(pc + 1 + code.a, enough);
        go(code.c, 1 - enough);
        break;
      }
      case Op::Fan: {
        const plan::Fan& fan = m_plan.fans[code.a];
        const plan::FanSize& size = m_structure.fanSize(code.a);
        m_uses.push_back({place, fan.link, here * size.calls, fan.isSent,
                          size.calls > 0 ? size.targets / size.calls : 1, true});
        const double enough = fanSuccess(fan, size.calls);
        go(pc + 1, enough);
        go(code.c, 1 - enough);
        break;
      }
      case Op::Publish:
        if (!quorumOf(m_plan, code, m_class).isMet) {
          go(code.c, 1);
          break;
        }
        count(&Traffic::published);
        for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
          const plan::ConsumerGroup& group = m_plan.groups[i];
          if (group.log == code.a && (group.classSet == kNone || m_plan.classSets[group.classSet][m_class])) {
            const double messages = here * plan::copiesOf(m_plan, group);
            m_uses.push_back(
                {place, group.link, messages / m_beliefs.batch[i], true, m_beliefs.batch[i], false, true});
          }
        }
        go(pc + 1, 1);
        break;
      case Op::IfChance:
        go(code.a, code.p);
        go(pc + 1, 1 - code.p);
        break;
      case Op::IfClass:
        go(m_plan.classSets[code.b][m_class] ? code.a : pc + 1, 1);
        break;
      case Op::IfDrawn: {
        const double more = m_structure.chanceOfMore(pc);
        go(code.a, more);
        go(pc + 1, 1 - more);
        break;
      }
      case Op::Route: {
        const plan::Route& route = m_plan.routes[code.a];
        const std::vector<double> shares = plan::expectedShares(m_plan, route, program);
        for (std::size_t i = 0; i < shares.size(); ++i) {
          go(route.ways[i].pc, shares[i]);
        }
        break;
      }
      case Op::IfVersion:  // all run the present one
        go(code.b == 0 ? code.a : pc + 1, 1);
        break;
      case Op::IfFlag:
        go(code.a, m_plan.flags[code.b].share);
        go(pc + 1, 1 - m_plan.flags[code.b].share);
        break;
      case Op::Jump:
        go(code.a, 1);
        break;
      case Op::IfUp: {
        const double first = plan::shareOfFirst(m_plan, code);
        go(code.a, first);
        go(pc + 1, 1 - first);
        break;
      }
      case Op::Fill:
        if (code.b != kNone) {
          m_uses.push_back({place, m_plan.caches[code.a].writeBack, here, true, 1});
        }
        go(pc + 1, 1);
        break;
      case Op::Gather:  // its outcomes come by themselves
      case Op::Observe:
      case Op::Wait:
      case Op::Drop:
      case Op::Give:
      case Op::Draw:
      case Op::Degrade:
      case Op::Measure:
      case Op::Reply:
        go(pc + 1, 1);
        break;
      case Op::Branch:
      case Op::Fail:
      case Op::End:
        break;
    }
  }

  double fanSuccess(const plan::Fan& fan, double calls) const {
    const double each = m_beliefs.success[fan.link][m_class];
    if (fan.isSent || each >= 1) {
      return 1;
    }
    if (fan.needed == 0 || fan.needed >= calls) {
      return std::pow(each, calls);
    }
    const auto branches = static_cast<std::size_t>(std::min(calls, kMostBranches) + 0.5);
    return chanceOfSome(std::min<std::size_t>(fan.needed, branches), std::vector<double>(branches, each));
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  const Beliefs& m_beliefs;
  Index m_class;
  std::vector<Index> m_programs;  // callers first
  std::vector<Use> m_uses;
  std::vector<Worked> m_work;
  std::vector<Counted> m_counted;
  std::vector<double> m_reach;  // of the program at hand
};

}  // namespace

Beliefs::Beliefs(const Structure& structure) : Beliefs(structure.plan(), structure.asks().size()) {}

Beliefs::Beliefs(const plan::Plan& plan, std::size_t asks)
    : success(allOf(plan.links.size(), plan, 1)),
      attempts(allOf(plan.links.size(), plan, 1)),
      arrive(allOf(plan.links.size(), plan, 1)),
      workLost(allOf(plan.pools.size(), plan, 0)),
      tokensRefused(allOf(asks, plan, 0)),
      hitRatio(plan.caches.size(), 0),
      batch(plan.groups.size(), 1),
      callBatch(plan.batchings.size(), 1) {}

double askedBy(const Structure& structure, const Traffic& traffic, Index tokens, std::size_t requestClass) {
  double asked = 0;
  for (Index ask = structure.firstAskOf(tokens); ask < structure.endOfAsks(tokens); ++ask) {
    asked += traffic.asks[ask][requestClass];
  }
  return asked;
}

double askedOf(const Structure& structure, const Traffic& traffic, Index tokens) {
  double asked = 0;
  for (Index ask = structure.firstAskOf(tokens); ask < structure.endOfAsks(tokens); ++ask) {
    asked += totalOf(traffic.asks[ask]);
  }
  return asked;
}

double chanceOfSome(std::size_t needed, const std::vector<double>& success) {
  if (needed == 0 || std::all_of(success.begin(), success.end(), [](double each) { return each >= 1; })) {
    return 1;
  }
  std::vector<double> reached(needed + 1, 0.0);
  reached[0] = 1;
  for (const double each : success) {
    reached[needed] += reached[needed - 1] * each;
    for (std::size_t count = needed - 1; count > 0; --count) {
      reached[count] = reached[count] * (1 - each) + reached[count - 1] * each;
    }
    reached[0] *= 1 - each;
  }
  return reached[needed];
}

Quorum quorumOf(const plan::Plan& plan, const Instruction& code, Index requestClass) {
  Quorum quorum;
  if (code.b == kNone && code.d == kNone) {
    return quorum;
  }
  for (const plan::ConsumerGroup& group : plan.groups) {
    if (group.log == code.a && (group.classSet == kNone || plan.classSets[group.classSet][requestClass])) {
      quorum.readers += plan::copiesOf(plan, group);
    }
  }
  const bool isEvery = code.b == Instruction::kEveryCopy;
  quorum.needed = isEvery ? quorum.readers : code.b == kNone ? 0 : code.b;
  quorum.isMet = quorum.readers >= (code.d != kNone ? code.d : isEvery ? 0 : quorum.needed);
  return quorum;
}

namespace {

Traffic noTraffic(const Structure& structure) {
  const plan::Plan& plan = structure.plan();
  Traffic traffic;
  traffic.calls = traffic.arrivals = traffic.sends = allOf(plan.links.size(), plan, 0);
  traffic.asks = allOf(structure.asks().size(), plan, 0);
  traffic.lookups = allOf(plan.caches.size(), plan, 0);
  traffic.published = allOf(plan.logs.size(), plan, 0);
  traffic.batched = allOf(plan.batchings.size(), plan, 0);
  traffic.runs = allOf(plan.programs.size(), plan, 0);
  traffic.work.resize(plan.pools.size());
  return traffic;
}

}  // namespace

Result<Traffic> trafficOf(const Structure& structure, const Beliefs& beliefs, const Entering& entering) {
  const plan::Plan& plan = structure.plan();
  Traffic traffic = noTraffic(structure);
  if (!plan.windows.empty()) {
    traffic.ofWindows.assign(plan.windows.size(), traffic);
  }
  for (Index each = 0; each < plan.classes.size(); ++each) {
    const Result<void> added = TrafficOfClass(structure, beliefs, each).addTo(traffic, entering);
    if (!added) {
      return added.error();
    }
  }
  return traffic;
}

}  // namespace cantilever::analytic
