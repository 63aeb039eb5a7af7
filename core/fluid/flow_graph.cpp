#include "core/fluid/flow_graph.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "core/fluid/sorted_graph.h"
#include "core/vocabulary/plan/faults.h"

namespace cantilever::fluid {

namespace {

using plan::Instruction;
using plan::Op;

constexpr std::size_t kMostNodes = 300'000;
constexpr int kDeepest = 1'000;  // calls within calls: as deep as a thread's stack allows, and more
/// A cycle of calls is followed until so few requests are left in it.
constexpr double kFewOfCycle = 1e-9;

/// Where a call leads in the end.
struct Outlets {
  Index answers = kNone;
  Index failures = kNone;
};

class GraphBuilder {
 public:
  GraphBuilder(const plan::Plan& plan, const SteadyFigures& steady)
      : m_plan(plan),
        m_steady(steady),
        m_end(plan::programEnds(plan)),
        m_onPath(plan.programs.size(), 0),
        m_linkFactors(plan.links.size(), {kNone, kNone}) {}

  Result<Graph> build() {
    m_graph.factors.push_back({});
    addResources();
    const std::size_t classes = m_plan.classes.size();
    m_graph.answered.resize(classes);
    m_graph.failed.resize(classes);
    m_graph.poolWork.resize(m_plan.pools.size());
    m_graph.poolArrivals.resize(m_plan.pools.size());
    m_graph.linkCalls.resize(m_plan.links.size());
    m_graph.lookups.resize(m_plan.caches.size());
    m_graph.published.resize(m_plan.logs.size());
    m_graph.logBytes.resize(m_plan.logs.size());
    m_graph.meters.resize(m_plan.meters.size());
    for (m_source = 0; m_source < m_plan.sources.size(); ++m_source) {
      const plan::Source& source = m_plan.sources[m_source];
      m_class = source.requestClass;
      m_isDetached = false;
      const Outlets outlets{node(), node()};
      m_graph.answered[m_class].add(outlets.answers, 1);
      m_graph.failed[m_class].add(outlets.failures, 1);
      const Index entry = node();
      m_graph.sourceNode.push_back(entry);
      connect(entry, enter(source.program, outlets, 1, 1));
    }
    if (!m_error.code.empty()) {
      return m_error;
    }
    return sorted(m_plan, {std::move(m_graph), std::move(m_nodes), std::move(m_edges), std::move(m_calls)});
  }

 private:
  void addResources() {
    const auto add = [this](Resource::Kind kind, Index element) {
      m_graph.resources.push_back({kind, element});
      m_graph.poolOf.push_back(kNone);
      return static_cast<Index>(m_graph.resources.size() - 1);
    };
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      const plan::Pool& of = m_plan.pools[pool];
      const bool isLimited = of.servers > 0 || (of.seats > 0 && m_steady.seatHold[pool] <= 0);
      const bool isPulled = m_steady.arePulled[pool];
      m_graph.serversOf.push_back(isLimited && !isPulled ? add(Resource::Kind::Servers, pool) : kNone);
      m_graph.seatsOf.push_back(m_steady.seatHold[pool] > 0 && !isPulled ? add(Resource::Kind::Seats, pool)
                                                                         : kNone);
    }
    for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
      const plan::Tokens& of = m_plan.tokens[tokens];
      const bool isKnown = of.refill != plan::Refill::OnGive || m_steady.tokenHold[tokens] > 0;
      const bool isOne = of.scope == plan::TokenScope::All || of.scope == plan::TokenScope::Instance;
      m_graph.tokensOf.push_back(isKnown && isOne ? add(Resource::Kind::Tokens, tokens) : kNone);
    }
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      m_graph.consumersOf.push_back(add(Resource::Kind::Consumers, group));
    }
  }

  Index node() {
    m_nodes.emplace_back();
    m_nodes.back().requestClass = m_class;
    m_nodes.back().source = m_source;
    m_nodes.back().isDetached = m_isDetached;
    if (m_nodes.size() > kMostNodes && m_error.code.empty()) {
      m_error = {"forecast.too_large",
                 "Requests have more than 300,000 ways through the design: a forecast follows each of them.",
                 m_plan.classes[m_class].key};
    }
    return static_cast<Index>(m_nodes.size() - 1);
  }
  void connect(Index from, Index to, double share = 1, Index factor = 0) {
    if (share > 0 && to != kNone) {
      m_edges.push_back({from, {to, share, factor}});
    }
  }
  /// One that changes with time; equal ones are one.
  Index factor(Factor::Kind kind, Index element, Index place, double now, Index program = kNone) {
    const std::array<Index, 4> key{static_cast<Index>(kind), element, place, program};
    const auto [at, isNew] = m_factors.try_emplace(key, static_cast<Index>(m_graph.factors.size()));
    if (isNew) {
      m_graph.factors.push_back({kind, element, place, now, program});
    }
    return at->second;
  }

  /// A run of a program for calls that come `weight` times for each request of the source, each for so many
  /// targets.
  Index enter(Index program, const Outlets& outlets, double weight, double targets) {
    const bool isCycle = m_onPath[program] > 0;
    if (!m_error.code.empty() || (isCycle && weight < kFewOfCycle)) {
      return outlets.answers == kNone ? node() : outlets.answers;
    }
    if (m_depth >= kDeepest) {
      m_error = {"forecast.too_large",
                 "Calls go around or on for more than 1,000 steps: a forecast follows each of them.",
                 m_plan.programs[program].key};
      return node();
    }
    ++m_depth;
    ++m_onPath[program];
    const Index entry = Run(*this, program, outlets, weight, targets).walk();
    --m_onPath[program];
    --m_depth;
    return entry;
  }

  /// Walks one program for one caller. A place is an instruction, before or after the answer.
  class Run {
   public:
    Run(GraphBuilder& builder, Index program, const Outlets& outlets, double weight, double targets)
        : m_builder(builder),
          m_plan(builder.m_plan),
          m_program(program),
          m_begin(builder.m_plan.programs[program].begin),
          m_outlets(outlets),
          m_weight(weight),
          m_targets(targets),
          m_places((builder.m_end[program] - m_begin) * std::size_t{2}, kNone),
          m_reach(m_places.size(), 0.0) {}

    Index walk() {
      const Index pool = m_plan.programs[m_program].pool;
      m_isAnswered = false;
      const Index first = at(m_begin, 1);
      Index entry = first;
      if (pool != kNone) {
        const Index seats = m_builder.m_graph.seatsOf[pool];
        entry = m_builder.node();
        if (seats != kNone) {
          of(entry).resource = seats;
          of(entry).need = m_builder.m_steady.seatHold[pool];
          of(entry).lostTo = m_outlets.failures;
        }
        m_builder.connect(entry, first);
        m_builder.m_graph.poolArrivals[pool].add(entry, 1);
      }
      for (Index pc = m_begin; pc < m_builder.m_end[m_program] && m_builder.m_error.code.empty(); ++pc) {
        for (const bool isAnswered : {false, true}) {
          m_isAnswered = isAnswered;
          const std::size_t place = placeOf(pc);
          if (m_places[place] != kNone) {
            m_here = m_reach[place];
            m_at = m_places[place];
            step(pc);
          }
        }
      }
      return entry;
    }

   private:
    FlowNode& of(Index node) { return m_builder.m_nodes[node]; }
    std::size_t placeOf(Index pc) const { return (pc - m_begin) * std::size_t{2} + (m_isAnswered ? 1 : 0); }

    /// The node of a place, reached with this probability more.
    Index at(Index pc, double probability) {
      Index& place = m_places[placeOf(pc)];
      if (place == kNone) {
        place = m_builder.node();
      }
      m_reach[placeOf(pc)] += probability;
      return place;
    }
    void go(Index pc, double share, Index factor = 0) {
      if (share > 0) {
        goFrom(m_at, pc, share, factor, share * m_builder.m_graph.factors[factor].now);
      }
    }
    void goFrom(Index from, Index pc, double share, Index factor, double probability) {
      if (pc <= m_herePc) {
        m_builder.m_error = {"forecast.loop",
                             "A forecast knows only programs that go forward, but the program \"" +
                                 m_plan.programs[m_program].key + "\" jumps backwards.",
                             m_plan.programs[m_program].key};
        return;
      }
      m_builder.connect(from, at(pc, m_here * probability), share, factor);
    }
    /// Where a failure leads: to its handler, or out of the program; an answered call cannot fail any more.
    Index failureTo(Index handler) {
      if (handler != kNone) {
        return at(handler, 0);
      }
      return m_isAnswered ? kNone : m_outlets.failures;
    }

    void step(Index pc);
    void work(Index pc, const Instruction& code);
    void take(Index pc, const Instruction& code);
    void publish(Index pc, const Instruction& code);
    void route(const Instruction& code);
    void call(Index pc, Index link, Index handler);
    void join(const std::vector<std::pair<Index, double>>& calls, double targets, double needed, Index nextPc,
              Index handler);
    /// Of calls over a link that come from a node: the callee's entry, with what is lost on the way.
    void attempt(Index from, Index link, const Outlets& outlets, double weight, double targets);
    void detached(Index link, double perRun, double targets);

    GraphBuilder& m_builder;
    const plan::Plan& m_plan;
    Index m_program;
    Index m_begin;
    Outlets m_outlets;
    double m_weight;
    double m_targets;
    std::vector<Index> m_places;
    std::vector<double> m_reach;
    bool m_isAnswered = false;
    double m_here = 1;
    Index m_herePc = 0;
    Index m_at = kNone;
  };

  const plan::Plan& m_plan;
  const SteadyFigures& m_steady;
  std::vector<Index> m_end;
  std::vector<int> m_onPath;
  int m_depth = 0;
  std::vector<FlowNode> m_nodes;  // as they were made
  std::vector<MadeGraph::Edge> m_edges;
  std::vector<MadeGraph::Call> m_calls;  // [timed call]
  std::map<std::array<Index, 4>, Index> m_factors;
  std::vector<std::pair<Index, Index>> m_linkFactors;  // [link] of what passes and fails; kNone: not yet
  Graph m_graph;
  Index m_class = 0;
  Index m_source = 0;
  bool m_isDetached = false;
  Error m_error;
};

void GraphBuilder::Run::step(Index pc) {
  const Instruction& code = m_plan.code[pc];
  Graph& graph = m_builder.m_graph;
  m_herePc = pc;
  switch (code.op) {
    case Op::Work:
      return work(pc, code);
    case Op::Wait:
      of(m_at).delay = m_plan.laws[code.a].mean.inSeconds();
      return go(pc + 1, 1);
    case Op::Call:
      return call(pc, code.a, code.b);
    case Op::Send:
      detached(code.a, 1, m_targets);
      return go(pc + 1, 1);
    case Op::Forward: {
      graph.linkCalls[code.a].add(m_at, 1);
      of(m_at).delay += m_plan.links[code.a].latency.mean.inSeconds();
      return attempt(m_at, code.a, m_isAnswered ? Outlets{} : m_outlets, m_weight * m_here, m_targets);
    }
    case Op::Parallel: {
      std::vector<std::pair<Index, double>> calls;
      for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
        calls.emplace_back(m_plan.code[branch].a, 1.0);
      }
      return join(calls, m_targets, code.b, pc + 1 + code.a, code.c);
    }
    case Op::Fan: {
      const plan::Fan& fan = m_plan.fans[code.a];
      const plan::FanSize size = plan::expectedSize(m_plan, fan);
      const double targets = size.calls > 0 ? size.targets / size.calls : 1;
      if (fan.isSent || size.calls <= 0) {
        detached(fan.link, size.calls, targets);
        return go(pc + 1, 1);
      }
      const double needed = fan.needed == 0 ? size.calls : std::min<double>(fan.needed, size.calls);
      return join({{fan.link, size.calls}}, targets, needed, pc + 1, code.c);
    }
    case Op::Batch: {
      const plan::Batching& batching = m_plan.batchings[code.a];
      const plan::ExpectedBatch& expected = m_builder.m_steady.callBatches[code.a];
      const double size = expected.size;
      const Outlets inside{m_builder.node(), m_builder.node()};
      const Index sent = m_builder.node();
      m_builder.connect(m_at, sent, 1 / size);
      of(sent).delay += expected.wait + 2 * m_plan.links[batching.link].latency.mean.inSeconds();
      graph.linkCalls[batching.link].add(sent, 1);
      attempt(sent, batching.link, inside, m_weight * m_here / size, size * m_targets);
      const Index failure = failureTo(kNone);
      goFrom(inside.answers, pc + 1, size, 0, 1);
      return m_builder.connect(inside.failures, failure, size);
    }
    case Op::Look: {
      graph.lookups[code.a].add(m_at, 1);
      go(code.b, 1, m_builder.factor(Factor::Kind::Hit, code.a, 0, 0.5));
      return go(pc + 1, 1, m_builder.factor(Factor::Kind::Miss, code.a, 0, 0.5));
    }
    case Op::Fill:
      if (code.b != kNone) {
        detached(m_plan.caches[code.a].writeBack, 1, 1);
      }
      return go(pc + 1, 1);
    case Op::Take:
      return take(pc, code);
    case Op::Publish:
      return publish(pc, code);
    case Op::Gather:
      detached(m_plan.windows[code.a].link, m_builder.m_steady.outcomes[code.a] * m_targets, 1);
      return go(pc + 1, 1);
    case Op::Route:
      return route(code);
    case Op::IfUp: {
      const double first = plan::shareOfFirst(m_plan, code);
      go(code.a, 1, m_builder.factor(Factor::Kind::FirstUp, code.b, pc, first));
      return go(pc + 1, 1, m_builder.factor(Factor::Kind::SecondUp, code.b, pc, 1 - first));
    }
    case Op::IfChance:
      go(code.a, code.p);
      return go(pc + 1, 1 - code.p);
    case Op::IfClass:
      return go(m_plan.classSets[code.b][m_builder.m_class] ? code.a : pc + 1, 1);
    case Op::IfDrawn: {
      const double more = momentsOf(m_plan.countLaws[code.b], 1, code.c + 1).probability;
      go(code.a, more);
      return go(pc + 1, 1 - more);
    }
    case Op::IfVersion:  // all run the present one
      return go(code.b == 0 ? code.a : pc + 1, 1);
    case Op::IfFlag: {
      const double on = m_plan.flags[code.b].share;
      go(code.a, 1, m_builder.factor(Factor::Kind::FlagOn, code.b, 0, on));
      return go(pc + 1, 1, m_builder.factor(Factor::Kind::FlagOff, code.b, 0, 1 - on));
    }
    case Op::Jump:
      return go(code.a, 1);
    case Op::Measure:
      graph.meters[code.a].add(m_at, code.p * m_targets);
      return go(pc + 1, 1);
    case Op::Reply: {
      const Index answered = m_at;
      if (!m_isAnswered) {
        m_builder.connect(answered, m_outlets.answers);
      }
      m_isAnswered = true;
      const bool wasDetached = std::exchange(m_builder.m_isDetached, true);
      goFrom(answered, pc + 1, 1, 0, 1);
      m_builder.m_isDetached = wasDetached;
      return;
    }
    case Op::Fail:
      return m_builder.connect(m_at, m_isAnswered ? kNone : m_outlets.failures);
    case Op::End:
      return m_builder.connect(m_at, m_isAnswered ? kNone : m_outlets.answers);
    case Op::Drop:
    case Op::Give:
    case Op::Draw:
    case Op::Degrade:
    case Op::Observe:
      return go(pc + 1, 1);
    case Op::Branch:
      return;
  }
}

void GraphBuilder::Run::work(Index pc, const Instruction& code) {
  const Index pool = code.b == kNone ? m_plan.programs[m_program].pool : code.b;
  const plan::RequestClass& about = m_plan.classes[m_builder.m_class];
  double times = 1;
  switch (code.c == kNone ? plan::WorkScale::Once : static_cast<plan::WorkScale>(code.c)) {
    case plan::WorkScale::Once:
      break;
    case plan::WorkScale::Targets:
      times = m_targets;
      break;
    case plan::WorkScale::RequestBytes:
      times = m_targets * code.p * static_cast<double>(about.requestBytes);
      break;
    case plan::WorkScale::ReplyBytes:
      times = m_targets * code.p * static_cast<double>(about.replyBytes);
      break;
    case plan::WorkScale::Bytes:
      times = m_targets * code.p * static_cast<double>(about.requestBytes + about.replyBytes);
      break;
  }
  const double need = plan::workLaw(m_plan, code, m_builder.m_class).mean.inSeconds() * times;
  FlowNode& here = of(m_at);
  here.delay = need;
  if (pool != kNone && need > 0) {
    m_builder.m_graph.poolWork[pool].add(m_at, need);
    here.resource = m_builder.m_graph.serversOf[pool];
    here.need = need;
    here.lostTo = m_isAnswered ? kNone : m_outlets.failures;
  }
  go(pc + 1, 1);
}

void GraphBuilder::Run::take(Index pc, const Instruction& code) {
  const plan::Tokens& tokens = m_plan.tokens[code.a];
  const double units = code.b == kNone ? 1 : code.b;
  const Index resource = m_builder.m_graph.tokensOf[code.a];
  of(m_at).resource = resource;
  if (resource != kNone && m_builder.m_graph.poolOf[resource] == kNone) {
    m_builder.m_graph.poolOf[resource] = m_plan.programs[m_program].pool;
  }
  of(m_at).need =
      tokens.refill == plan::Refill::OnGive ? units * m_builder.m_steady.tokenHold[code.a] : units;
  of(m_at).lostTo = failureTo(code.c);
  go(pc + 1, 1);
}

void GraphBuilder::Run::publish(Index pc, const Instruction& code) {
  Graph& graph = m_builder.m_graph;
  graph.published[code.a].add(m_at, m_targets);
  graph.logBytes[code.a].add(m_at,
                             m_targets * static_cast<double>(m_plan.classes[m_builder.m_class].requestBytes));
  for (Index i = 0; i < m_plan.groups.size(); ++i) {
    const plan::ConsumerGroup& group = m_plan.groups[i];
    const bool isForClass = group.classSet == kNone || m_plan.classSets[group.classSet][m_builder.m_class];
    if (group.log != code.a || !isForClass) {
      continue;
    }
    const bool wasDetached = std::exchange(m_builder.m_isDetached, true);
    const Index messages = m_builder.node();
    m_builder.connect(m_at, messages, plan::copiesOf(m_plan, group));
    of(messages).resource = graph.consumersOf[i];
    of(messages).need = 1;
    const double batch = m_builder.m_steady.batch[i];
    const Index batches = m_builder.node();
    m_builder.connect(messages, batches, 1 / batch);
    graph.linkCalls[group.link].add(batches, 1);
    attempt(batches, group.link, {}, m_weight * m_here, batch * m_targets);
    m_builder.m_isDetached = wasDetached;
  }
  go(pc + 1, 1);
}

void GraphBuilder::Run::route(const Instruction& code) {
  const plan::Route& route = m_plan.routes[code.a];
  const std::vector<double> shares = plan::expectedShares(m_plan, route, m_program);
  for (Index i = 0; i < shares.size(); ++i) {
    // The same route may have other shares for another program, which is elsewhere.
    const Index way = m_builder.factor(Factor::Kind::Way, code.a, i, shares[i], m_program);
    go(route.ways[i].pc, 1, way);
  }
}

void GraphBuilder::Run::attempt(Index from, Index link, const Outlets& outlets, double weight,
                                double targets) {
  const plan::Link& of = m_plan.links[link];
  const double passes = (1 - of.lossShare) * (1 - of.errorShare);
  auto& [pass, fail] = m_builder.m_linkFactors[link];
  if (pass == kNone) {
    pass = m_builder.factor(Factor::Kind::Passes, link, 0, passes);
    fail = m_builder.factor(Factor::Kind::Fails, link, 0, 1 - passes);
  }
  m_builder.connect(from, m_builder.enter(of.program, outlets, weight * passes, targets), 1, pass);
  m_builder.connect(from, outlets.failures, 1, fail);
}

void GraphBuilder::Run::detached(Index link, double perRun, double targets) {
  const bool wasDetached = std::exchange(m_builder.m_isDetached, true);
  const Index sent = m_builder.node();
  m_builder.connect(m_at, sent, perRun);
  m_builder.m_graph.linkCalls[link].add(sent, 1);
  attempt(sent, link, {}, m_weight * m_here * perRun, targets);
  m_builder.m_isDetached = wasDetached;
}

void GraphBuilder::Run::call(Index pc, Index linkIndex, Index handler) {
  const plan::Link& link = m_plan.links[linkIndex];
  Graph& graph = m_builder.m_graph;
  graph.linkCalls[linkIndex].add(m_at, 1);
  const Outlets inside{m_builder.node(), m_builder.node()};
  const bool isTimed =
      link.timeout > Duration() || link.hedge > Duration() || link.retries.isOn() || link.breaker.isOn();
  const Index from = isTimed ? m_builder.node() : m_at;
  of(from).delay += 2 * link.latency.mean.inSeconds();
  TimedCall timed;
  if (isTimed) {
    timed = {&link, from, inside.answers, inside.failures};
    timed.hedged = m_builder.m_steady.hedged[linkIndex];
    timed.factors = static_cast<Index>(graph.factors.size());
    const auto number = static_cast<Index>(graph.timed.size());
    graph.factors.push_back({Factor::Kind::Attempts, number, 0, 1});
    graph.factors.push_back({Factor::Kind::Answered, number, 0, 1});
    graph.factors.push_back({Factor::Kind::GivenUp, number, 0, 1});
    graph.factors.push_back({Factor::Kind::Abandoned, number, 0, 0});
    m_builder.connect(m_at, from, 1, timed.factors);
    graph.timed.push_back(timed);
    m_builder.m_calls.push_back({linkIndex, m_builder.m_class, m_builder.m_isDetached, m_targets});
    timed.firstInside = static_cast<Index>(m_builder.m_nodes.size());
    attempt(from, linkIndex, inside, m_weight * m_here, m_targets);
    graph.timed[number].firstInside = timed.firstInside;
    graph.timed[number].endInside = static_cast<Index>(m_builder.m_nodes.size());
  } else {
    attempt(from, linkIndex, inside, m_weight * m_here, m_targets);
  }
  const Index failure = failureTo(handler);
  goFrom(inside.answers, pc + 1, 1, isTimed ? timed.factors + 1 : 0, 1);
  if (isTimed) {
    m_builder.connect(m_at, failure, 1, timed.factors + 3);
  }
  m_builder.connect(inside.failures, failure, 1, isTimed ? timed.factors + 2 : 0);
}

void GraphBuilder::Run::join(const std::vector<std::pair<Index, double>>& calls, double targets,
                             double needed, Index nextPc, Index handler) {
  Graph& graph = m_builder.m_graph;
  Join join;
  join.needed = needed;
  const auto number = static_cast<Index>(graph.joins.size());
  graph.joins.emplace_back();
  const Index failure = failureTo(handler);
  for (const auto& [link, count] : calls) {
    Join::Branch branch;
    branch.entry = m_builder.node();
    branch.answers = m_builder.node();
    branch.failures = m_builder.node();
    branch.calls = count;
    of(branch.entry).delay += 2 * m_plan.links[link].latency.mean.inSeconds();
    m_builder.connect(m_at, branch.entry, count);
    graph.linkCalls[link].add(branch.entry, 1);
    attempt(branch.entry, link, {branch.answers, branch.failures}, m_weight * m_here * count, targets);
    branch.factors = static_cast<Index>(graph.factors.size());
    const double first = join.branches.empty() ? 1 / count : 0;
    graph.factors.push_back({Factor::Kind::Joined, number, 0, first});
    graph.factors.push_back({Factor::Kind::NotJoined, number, 0, 0});
    graph.factors.push_back({Factor::Kind::NoneJoined, number, 0, 0});
    goFrom(branch.answers, nextPc, 1, branch.factors, join.branches.empty() ? 1 : 0);
    m_builder.connect(branch.answers, failure, 1, branch.factors + 1);
    m_builder.connect(branch.failures, failure, 1, branch.factors + 2);
    join.branches.push_back(branch);
  }
  if (needed <= 0) {
    go(nextPc, 1);
  }
  graph.joins[number] = std::move(join);
}

}  // namespace

Result<Graph> graphOf(const plan::Plan& plan, const SteadyFigures& steady) {
  return GraphBuilder(plan, steady).build();
}

}  // namespace cantilever::fluid
