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

/// What one run of a program does on average.
struct RunOf {
  struct Use {
    Index link = kNone;
    double calls = 0;
    bool isSent = false;
    double targets = 1;  ///< of each call, for one target of the caller
    bool isFan = false;  ///< then whatever the caller stands for
  };
  struct Work {
    Index pool = kNone;
    Index law = kNone;
    double times = 0;
    bool isPerTarget = false;
  };
  std::vector<Use> uses;
  std::vector<Work> work;
  std::vector<std::pair<Index, double>> asks, lookups, published, batched;
};

class TrafficOfClass {
 public:
  TrafficOfClass(const Structure& structure, const Beliefs& beliefs, Index requestClass)
      : m_structure(structure), m_plan(structure.plan()), m_beliefs(beliefs), m_class(requestClass) {}

  Result<void> addTo(Traffic& traffic, const std::vector<double>& sourceRates) {
    // Callers first.
    std::vector<Index> programs(m_structure.order(m_class).rbegin(), m_structure.order(m_class).rend());
    std::vector<Index> node(m_plan.programs.size(), kNone);
    std::vector<RunOf> runs;
    for (Index i = 0; i < programs.size(); ++i) {
      node[programs[i]] = i;
      runs.push_back(runOf(programs[i]));
    }
    std::vector<FlowEdge> edges;
    std::vector<FlowEdge> targetEdges;
    bool hasTargets = false;
    for (Index i = 0; i < programs.size(); ++i) {
      for (const RunOf::Use& use : runs[i].uses) {
        const double arrivals = use.calls * arrivalsOf(use);
        if (arrivals > 0) {
          const Index to = node[m_plan.links[use.link].program];
          edges.push_back({i, to, arrivals});
          if (!use.isFan) {
            targetEdges.push_back({i, to, arrivals * use.targets});
          }
          hasTargets = hasTargets || use.isFan || use.targets != 1;
        }
      }
    }
    std::vector<double> entering(programs.size(), 0.0);
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      if (m_plan.sources[i].requestClass == m_class) {
        entering[node[m_plan.sources[i].program]] += sourceRates[i];
      }
    }
    const plan::Flow flow = plan::expectedVisits(entering, edges);
    if (hasTargets && flow.cycle.empty()) {  // calls of fans stand for targets of their own
      for (Index i = 0; i < programs.size(); ++i) {
        for (const RunOf::Use& use : runs[i].uses) {
          if (use.isFan) {
            entering[node[m_plan.links[use.link].program]] +=
                flow.visits[i] * use.calls * arrivalsOf(use) * use.targets;
          }
        }
      }
    }
    const plan::Flow targets = hasTargets ? plan::expectedVisits(entering, targetEdges) : flow;
    if (!flow.cycle.empty() || !targets.cycle.empty()) {
      return Error{"plan.diverges",
                   "With the retries that failures cause, requests would make calls without end.",
                   m_plan.programs[programs[(flow.cycle.empty() ? targets : flow).cycle.front()]].key};
    }
    for (Index i = 0; i < programs.size(); ++i) {
      add(traffic, programs[i], runs[i], flow.visits[i], targets.visits[i]);
    }
    return {};
  }

 private:
  double arrivalsOf(const RunOf::Use& use) const {
    const double arrive = m_beliefs.arrive[use.link][m_class];
    return use.isSent ? arrive : arrive * m_beliefs.attempts[use.link][m_class];
  }

  void add(Traffic& traffic, Index program, const RunOf& run, double rate, double targetRate) const {
    if (!(rate > 0)) {
      return;
    }
    traffic.runs[program][m_class] += rate;
    for (const RunOf::Use& use : run.uses) {
      traffic.calls[use.link][m_class] += rate * use.calls;
      traffic.sends[use.link][m_class] += use.isSent ? rate * use.calls : 0.0;
      traffic.arrivals[use.link][m_class] += rate * use.calls * arrivalsOf(use);
    }
    for (const RunOf::Work& work : run.work) {
      if (work.pool != kNone) {
        traffic.work[work.pool].push_back(
            {work.law, m_class, rate * work.times, work.isPerTarget ? targetRate / rate : 1.0, program});
      }
    }
    const auto addAll = [&](ByClass& to, const std::vector<std::pair<Index, double>>& from) {
      for (const auto& [element, perRun] : from) {
        to[element][m_class] += rate * perRun;
      }
    };
    addAll(traffic.asks, run.asks);
    addAll(traffic.lookups, run.lookups);
    addAll(traffic.published, run.published);
    addAll(traffic.batched, run.batched);
  }

  RunOf runOf(Index program) const {
    RunOf run;
    const Index begin = m_plan.programs[program].begin;
    std::vector<double> reach(m_structure.endOf(program) - begin + std::size_t{1}, 0.0);
    reach[0] = 1;
    for (Index pc = begin; pc < m_structure.endOf(program); ++pc) {
      const double here = reach[pc - begin];
      if (here > 0) {
        const auto go = [&](Index target, double probability) {
          if (target != kNone && target > pc) {
            reach[target - begin] += here * probability;
          }
        };
        step(program, pc, here, go, run);
      }
    }
    return run;
  }

  template <class Go>
  void step(Index program, Index pc, double here, const Go& go, RunOf& run) const {
    const Instruction& code = m_plan.code[pc];
    switch (code.op) {
      case Op::Work: {
        const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
        run.work.push_back({pool, plan::workLawIndex(m_plan, code, m_class), here, code.c != kNone});
        go(pc + 1, 1 - (pool == kNone ? 0.0 : m_beliefs.workLost[pool][m_class]));
        break;
      }
      case Op::Look:
        run.lookups.emplace_back(code.a, here);
        go(code.b, m_beliefs.hitRatio[code.a]);
        go(pc + 1, 1 - m_beliefs.hitRatio[code.a]);
        break;
      case Op::Call: {
        const double success = m_beliefs.success[code.a][m_class];
        run.uses.push_back({code.a, here});
        go(pc + 1, success);
        go(code.b, 1 - success);
        break;
      }
      case Op::Batch: {
        const plan::Batching& batching = m_plan.batchings[code.a];
        const double size = m_beliefs.callBatch[code.a];
        run.batched.emplace_back(code.a, here);
        run.uses.push_back({batching.link, here / size, false, size});
        go(pc + 1, m_beliefs.success[batching.link][m_class]);
        break;
      }
      case Op::Send:
        run.uses.push_back({code.a, here, true});
        go(pc + 1, 1);
        break;
      case Op::Forward:
        run.uses.push_back({code.a, here});
        break;
      case Op::Take: {
        const double refused = m_beliefs.tokensRefused[code.a][m_class];
        run.asks.emplace_back(code.a, here);
        go(pc + 1, 1 - refused);
        go(code.c, refused);
        break;
      }
      case Op::Parallel: {
        std::vector<double> success;
        for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
          run.uses.push_back({m_plan.code[branch].a, here});
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
        run.uses.push_back(
            {fan.link, here * size.calls, fan.isSent, size.calls > 0 ? size.targets / size.calls : 1, true});
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
        run.published.emplace_back(code.a, here);
        for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
          const plan::ConsumerGroup& group = m_plan.groups[i];
          if (group.log == code.a && (group.classSet == kNone || m_plan.classSets[group.classSet][m_class])) {
            const double messages = here * plan::copiesOf(m_plan, group);
            run.uses.push_back({group.link, messages / m_beliefs.batch[i], true, m_beliefs.batch[i]});
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
          run.uses.push_back({m_plan.caches[code.a].writeBack, here, true, 1});
        }
        go(pc + 1, 1);
        break;
      case Op::Gather:  // see unrepresented.cpp
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
};

}  // namespace

Beliefs::Beliefs(const plan::Plan& plan)
    : success(allOf(plan.links.size(), plan, 1)),
      attempts(allOf(plan.links.size(), plan, 1)),
      arrive(allOf(plan.links.size(), plan, 1)),
      workLost(allOf(plan.pools.size(), plan, 0)),
      tokensRefused(allOf(plan.tokens.size(), plan, 0)),
      hitRatio(plan.caches.size(), 0),
      batch(plan.groups.size(), 1),
      callBatch(plan.batchings.size(), 1) {}

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

Result<Traffic> trafficOf(const Structure& structure, const Beliefs& beliefs,
                          const std::vector<double>& sourceRates) {
  const plan::Plan& plan = structure.plan();
  Traffic traffic;
  traffic.calls = traffic.arrivals = traffic.sends = allOf(plan.links.size(), plan, 0);
  traffic.asks = allOf(plan.tokens.size(), plan, 0);
  traffic.lookups = allOf(plan.caches.size(), plan, 0);
  traffic.published = allOf(plan.logs.size(), plan, 0);
  traffic.batched = allOf(plan.batchings.size(), plan, 0);
  traffic.runs = allOf(plan.programs.size(), plan, 0);
  traffic.work.resize(plan.pools.size());
  for (Index each = 0; each < plan.classes.size(); ++each) {
    const Result<void> added = TrafficOfClass(structure, beliefs, each).addTo(traffic, sourceRates);
    if (!added) {
      return added.error();
    }
  }
  return traffic;
}

}  // namespace cantilever::analytic
