#include "core/vocabulary/visits.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/vocabulary/cache_levels.h"
#include "core/vocabulary/flow.h"
#include "core/vocabulary/hit_ratio.h"
#include "core/vocabulary/look_up_walk.h"
#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

constexpr int kMaxOutcomeSweeps = 1000;
constexpr double kOutcomeSettled = 1e-15;
// A cache's hit ratio depends on its look-ups, and those on the hit ratios of the caches before it: one pass
// for each level. So with what windows send on.
constexpr int kMaxPasses = 50;
// Of a fan that needs only some of them.
constexpr double kMostBranchesCounted = 1000;
constexpr double kSettled = 1e-9;

/// An amount per run of a program: calls over a link, seconds of work in a pool, or look-ups in a cache.
struct Amount {
  Index element = 0;
  double perRun = 0;
  /// Of calls: the targets that they stand for; below zero: as many as the caller stands for.
  double targets = -1;
  /// Else, where it is not the same as `perRun`: the targets of the calls for each target of the caller.
  double perTarget = -1;

  double targetsOfEach() const { return perTarget < 0 ? perRun : perTarget; }
};

/// What one run of a program does on average, for one request class.
struct RunProfile {
  std::vector<Amount> calls;
  std::vector<Amount> work;
  std::vector<Amount> workPerTarget;
  std::vector<Amount> lookups;
  std::vector<Amount> refreshes;
  std::vector<Amount> drops;
  std::vector<Amount> gathered;
  std::vector<Amount> batched;
  double success = 1;  ///< probability that the run answers rather than fails
};

/// Probability that at least `needed` (one or more) of independent branches succeed: the distribution of
/// their number, one branch after the other (Poisson binomial).
double chanceOfAtLeast(std::size_t needed, const std::vector<double>& success) {
  if (std::all_of(success.begin(), success.end(), [](double each) { return each >= 1; })) {
    return 1;
  }
  std::vector<double> reached(needed + 1, 0.0);  // the last entry collects "needed or more"
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

/// What is expected of numbers that are drawn; the same for all classes.
struct DrawnFigures {
  explicit DrawnFigures(const Plan& plan) {
    for (const Fan& fan : plan.fans) {
      fans.push_back(expectedSize(plan, fan));
    }
    for (Index pc = 0; !plan.countLaws.empty() && pc < plan.code.size(); ++pc) {
      const Instruction& code = plan.code[pc];
      chanceOfMore.push_back(
          code.op == Op::IfDrawn ? momentsOf(plan.countLaws[code.b], 1, code.c + 1).probability : 0.0);
    }
  }

  std::vector<FanSize> fans;
  std::vector<double> chanceOfMore;  ///< by pc of an IfDrawn
};

/// What depends on the rates, as the pass before has found it.
struct Known {
  std::vector<double> hitRatio;        ///< by cache
  std::vector<double> outcomes;        ///< by window: sent on for each Gather that is run
  std::vector<ExpectedBatch> batches;  ///< by batching
};

/// The visits that requests of one class cause. Programs are walked with probabilities; what a program does
/// depends on its callees only by how often they fail.
class ClassVisits {
 public:
  ClassVisits(const Plan& plan, const std::vector<Index>& programEnd, const Known& known,
              const DrawnFigures& drawn, Index requestClass)
      : m_plan(plan),
        m_end(programEnd),
        m_known(known),
        m_drawn(drawn),
        m_class(requestClass),
        m_profile(plan.programs.size()),
        m_isReached(plan.programs.size(), false) {}

  Result<void> addTo(Visits& visits, double loadFactor) {
    for (const Source& source : m_plan.sources) {
      if (source.requestClass == m_class && !m_isReached[source.program]) {
        reachFrom(source.program);
      }
    }
    if (m_canFail) {
      settleOutcomes();
    }
    if (!m_fault.code.empty()) {
      return m_fault;
    }
    return addRates(visits, loadFactor);
  }

  /// After addTo: what is looked up where, and by way of which other caches.
  void addLookUps(const Visits& visits, double loadFactor, CacheLevels& levels) {
    for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
      levels.addChanges(cache, m_class, visits.cacheRefreshes[cache][m_class],
                        visits.cacheDrops[cache][m_class]);
    }
    if (m_plan.caches.size() > 1) {
      LookUpWalk walk(m_plan, m_class, levels, stepsForWalk());
      for (const Source& source : m_plan.sources) {
        if (source.requestClass == m_class) {
          walk.addFrom(source.program, meanRate(m_plan, source) * loadFactor);
        }
      }
      if (walk.isComplete()) {
        return;
      }
      levels.forget(m_class);
    }
    for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
      levels.add(cache, m_class, CacheLevels::kBegin, visits.cacheLookups[cache][m_class]);
    }
  }

 private:
  /// Profiles every program that can be reached, callees before callers in m_order (but for cycles).
  void reachFrom(Index root) {
    std::vector<std::pair<Index, std::size_t>> path;
    const auto enter = [&](Index program) {
      m_isReached[program] = true;
      m_profile[program] = profile(program);
      path.emplace_back(program, 0);
    };
    enter(root);
    while (!path.empty()) {
      const Index program = path.back().first;
      std::size_t& next = path.back().second;
      if (next == m_profile[program].calls.size()) {
        m_order.push_back(program);
        path.pop_back();
        continue;
      }
      const Index callee = m_plan.links[m_profile[program].calls[next++].element].program;
      if (!m_isReached[callee]) {
        enter(callee);
      }
    }
  }

  /// Success probabilities solve s = f(s), f increasing: sweeps from s = 1 fall to its largest solution, in
  /// one sweep where calls form no cycle. What is only called after a failure is reached on the way.
  void settleOutcomes() {
    double change = 1;
    for (int i = 0; i < kMaxOutcomeSweeps && change > kOutcomeSettled; ++i) {
      change = 0;
      for (std::size_t at = 0; at < m_order.size(); ++at) {
        const Index program = m_order[at];
        RunProfile next = profile(program);
        change = std::max(change, std::abs(next.success - m_profile[program].success));
        m_profile[program] = std::move(next);
        for (std::size_t call = 0; call < m_profile[program].calls.size(); ++call) {
          const Index callee = m_plan.links[m_profile[program].calls[call].element].program;
          if (!m_isReached[callee]) {
            reachFrom(callee);
            change = 1;
          }
        }
      }
    }
  }

  LookUpWalk::Steps stepsForWalk() {
    LookUpWalk::Steps steps;
    steps.from = [this](Index program, Index place) {
      std::vector<FlowEdge> edges;
      addSteps(program, place, edges);
      return edges;
    };
    steps.calls = [this](Index program, Index place) {
      RunProfile profile;
      addAmounts(program, place, 1, profile);
      std::vector<std::pair<Index, double>> calls;
      for (const Amount& call : profile.calls) {
        calls.emplace_back(call.element, call.perRun);
      }
      return calls;
    };
    steps.failure = [this](Index pc) { return failureAt(pc); };
    steps.success = [this](Index program) { return m_profile[program].success; };
    steps.end = [this](Index program) { return m_end[program]; };
    return steps;
  }

  double successOf(Index link) const { return m_profile[m_plan.links[link].program].success; }

  // A place in a program is an instruction together with whether the caller has been answered already: after
  // an answer nothing can make the run fail.
  Index placesOf(Index program) const { return (m_end[program] - m_plan.programs[program].begin) * 2; }

  RunProfile profile(Index program) {
    const Index begin = m_plan.programs[program].begin;
    const std::vector<FlowEdge> steps = stepsOf(program);
    std::vector<double> entering(placesOf(program), 0.0);
    entering[0] = 1;
    const Flow flow = expectedVisits(entering, steps);
    if (!flow.cycle.empty()) {
      m_fault = {"plan.diverges",
                 "The program \"" + m_plan.programs[program].key + "\" contains a loop that it never leaves.",
                 m_plan.programs[program].key};
      return {};
    }
    RunProfile result;
    double failures = 0;
    for (Index place = 0; place < placesOf(program); ++place) {
      if (flow.visits[place] > 0) {
        addAmounts(program, place, flow.visits[place], result);
        failures += place % 2 == 0 ? flow.visits[place] * failureAt(begin + place / 2) : 0.0;
      }
    }
    result.success = std::clamp(1 - failures, 0.0, 1.0);
    return result;
  }

  /// Every step between places that control can reach, in order of place.
  std::vector<FlowEdge> stepsOf(Index program) const {
    std::vector<FlowEdge> steps;
    std::vector<bool> isKnown(placesOf(program), false);
    std::vector<Index> open{0};
    isKnown[0] = true;
    while (!open.empty()) {
      const Index place = open.back();
      open.pop_back();
      const std::size_t first = steps.size();
      addSteps(program, place, steps);
      for (std::size_t i = first; i < steps.size(); ++i) {
        if (!isKnown[steps[i].to]) {
          isKnown[steps[i].to] = true;
          open.push_back(steps[i].to);
        }
      }
    }
    std::stable_sort(steps.begin(), steps.end(),
                     [](const FlowEdge& a, const FlowEdge& b) { return a.from < b.from; });
    return steps;
  }

  /// Where control goes from a place, with its probability.
  void addSteps(Index program, Index place, std::vector<FlowEdge>& steps) const {
    const Index begin = m_plan.programs[program].begin;
    const Index pc = begin + place / 2;
    const Instruction& code = m_plan.code[pc];
    const auto step = [&](Index target, double probability, bool answers = false) {
      if (probability > 0) {
        steps.push_back({place, (target - begin) * 2 + (answers ? 1 : place % 2), probability});
      }
    };
    switch (code.op) {
      case Op::Work:
      case Op::Wait:
      case Op::Send:
      case Op::Fill:
      case Op::Drop:
      case Op::Take:
      case Op::Give:
      case Op::Draw:
      case Op::Degrade:
      case Op::Gather:
      case Op::Observe:
      case Op::Measure:
      case Op::Publish:
        step(pc + 1, 1);
        break;
      case Op::IfUp: {
        const double share = shareOfFirst(m_plan, code);
        step(code.a, share);
        step(pc + 1, 1 - share);
        break;
      }
      case Op::Look:
        step(code.b, m_known.hitRatio[code.a]);
        step(pc + 1, 1 - m_known.hitRatio[code.a]);
        break;
      case Op::Reply:
        step(pc + 1, 1, true);
        break;
      case Op::Call:
        step(pc + 1, successOf(code.a));
        if (code.b != kNone) {
          step(code.b, 1 - successOf(code.a));
        }
        break;
      case Op::Batch:
        step(pc + 1, successOf(m_plan.batchings[code.a].link));
        break;
      case Op::IfDrawn:
        step(code.a, m_drawn.chanceOfMore[pc]);
        step(pc + 1, 1 - m_drawn.chanceOfMore[pc]);
        break;
      case Op::IfVersion:  // as designed: no instance runs a later one
        step(code.b == 0 ? code.a : pc + 1, 1);
        break;
      case Op::IfFlag:
        step(code.a, m_plan.flags[code.b].share);
        step(pc + 1, 1 - m_plan.flags[code.b].share);
        break;
      case Op::Fan:
        step(pc + 1, fanSuccess(pc));
        if (code.c != kNone) {
          step(code.c, 1 - fanSuccess(pc));
        }
        break;
      case Op::Route: {
        const Route& route = m_plan.routes[code.a];
        const std::vector<double> shares = expectedShares(m_plan, route, program);
        for (std::size_t i = 0; i < shares.size(); ++i) {
          step(route.ways[i].pc, shares[i]);
        }
        break;
      }
      case Op::Parallel:
        step(pc + 1 + code.a, groupSuccess(pc));
        if (code.c != kNone) {
          step(code.c, 1 - groupSuccess(pc));
        }
        break;
      case Op::IfChance:
        step(code.a, code.p);
        step(pc + 1, 1 - code.p);
        break;
      case Op::IfClass:
        step(m_plan.classSets[code.b][m_class] ? code.a : pc + 1, 1);
        break;
      case Op::Jump:
        step(code.a, 1);
        break;
      case Op::Forward:
      case Op::Branch:
      case Op::Fail:
      case Op::End:
        break;
    }
  }

  double groupSuccess(Index pc) const {
    const Instruction& group = m_plan.code[pc];
    std::vector<double> success;
    for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
      success.push_back(successOf(m_plan.code[branch].a));
    }
    return chanceOfAtLeast(group.b, success);
  }

  /// As if it always went to as many as on average.
  double fanSuccess(Index pc) const {
    const Fan& fan = m_plan.fans[m_plan.code[pc].a];
    const double each = successOf(fan.link);
    if (fan.isSent || each >= 1) {
      return 1;
    }
    const double calls = m_drawn.fans[m_plan.code[pc].a].calls;
    if (fan.needed == 0 || fan.needed >= calls) {
      return std::pow(each, calls);
    }
    const auto branches = static_cast<std::size_t>(std::min(calls, kMostBranchesCounted) + 0.5);
    return chanceOfAtLeast(std::min<std::size_t>(fan.needed, branches), std::vector<double>(branches, each));
  }

  /// Probability that the run fails at this instruction, given that it gets there unanswered.
  double failureAt(Index pc) const {
    const Instruction& code = m_plan.code[pc];
    switch (code.op) {
      case Op::Fail:
        return 1;
      case Op::Forward:
        return 1 - successOf(code.a);
      case Op::Call:
        return code.b == kNone ? 1 - successOf(code.a) : 0.0;
      case Op::Batch:
        return 1 - successOf(m_plan.batchings[code.a].link);
      case Op::Fan:
        return code.c == kNone ? 1 - fanSuccess(pc) : 0.0;
      case Op::Parallel:
        return code.c == kNone ? 1 - groupSuccess(pc) : 0.0;
      default:
        return 0;
    }
  }

  void addAmounts(Index program, Index place, double visits, RunProfile& result) {
    const Index pc = m_plan.programs[program].begin + place / 2;
    const Instruction& code = m_plan.code[pc];
    switch (code.op) {
      case Op::Work: {
        const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
        const bool isPerTarget = code.c != kNone && code.c != static_cast<Index>(WorkScale::Once);
        (isPerTarget ? result.workPerTarget : result.work)
            .push_back({pool, visits * workLaw(m_plan, code, m_class).mean.inSeconds() * factorOf(code)});
        break;
      }
      case Op::Call:
      case Op::Send:
      case Op::Forward:
        result.calls.push_back({code.a, visits});
        break;
      case Op::Batch:
        result.calls.push_back(
            {m_plan.batchings[code.a].link, visits / m_known.batches[code.a].size, -1, visits});
        result.batched.push_back({code.a, visits});
        break;
      case Op::Fan: {
        const FanSize& size = m_drawn.fans[code.a];
        result.calls.push_back({m_plan.fans[code.a].link, visits * size.calls, visits * size.targets});
        break;
      }
      case Op::Parallel:  // branches beyond those needed go on as surplus: all count
        for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
          result.calls.push_back({m_plan.code[branch].a, visits});
        }
        break;
      case Op::Look:
        result.lookups.push_back({code.a, visits});
        break;
      case Op::Publish:  // full batches are the least work that the consumers can have with it
        for (const ConsumerGroup& group : m_plan.groups) {
          const bool isForClass = group.classSet == kNone || m_plan.classSets[group.classSet][m_class];
          if (group.log == code.a && isForClass) {
            const double messages = visits * copiesOf(m_plan, group);
            result.calls.push_back({group.link, messages / group.batch, -1, messages});
          }
        }
        break;
      case Op::Fill:  // at most: several writes of a key may go on as one
        if (code.b != kNone) {
          result.calls.push_back({m_plan.caches[code.a].writeBack, visits});
        }
        if (code.b != kNone || isOn(Op::Drop, pc - 1, code.a)) {
          result.refreshes.push_back({code.a, visits});
        }
        break;
      case Op::Drop:
        if (!isOn(Op::Fill, pc + 1, code.a)) {  // else it is put in anew at once
          result.drops.push_back({code.a, visits});
        }
        break;
      case Op::Gather:
        result.gathered.push_back({code.a, visits});
        result.calls.push_back({m_plan.windows[code.a].link, visits * m_known.outcomes[code.a], 1});
        break;
      case Op::Fail:
        m_canFail = true;
        break;
      default:
        break;
    }
  }

  bool isOn(Op op, Index pc, Index element) const {
    return m_plan.code[pc].op == op && m_plan.code[pc].a == element;
  }

  /// What the work of one target is multiplied by.
  double factorOf(const Instruction& work) const {
    const RequestClass& of = m_plan.classes[m_class];
    switch (work.c == kNone ? WorkScale::Once : static_cast<WorkScale>(work.c)) {
      case WorkScale::RequestBytes:
        return work.p * static_cast<double>(of.requestBytes);
      case WorkScale::ReplyBytes:
        return work.p * static_cast<double>(of.replyBytes);
      case WorkScale::Bytes:
        return work.p * static_cast<double>(of.requestBytes + of.replyBytes);
      case WorkScale::Once:
      case WorkScale::Targets:
        break;
    }
    return 1;
  }

  Result<void> addRates(Visits& visits, double loadFactor) const {
    // Callers first, so that without cycles one pass solves it.
    const std::vector<Index> programs(m_order.rbegin(), m_order.rend());
    std::vector<Index> node(m_plan.programs.size(), kNone);
    for (Index i = 0; i < programs.size(); ++i) {
      node[programs[i]] = i;
    }
    std::vector<FlowEdge> edges;
    for (Index i = 0; i < programs.size(); ++i) {
      for (const Amount& call : m_profile[programs[i]].calls) {
        edges.push_back({i, node[m_plan.links[call.element].program], call.perRun});
      }
    }
    std::vector<double> entering(programs.size(), 0.0);
    for (const Source& source : m_plan.sources) {
      if (source.requestClass == m_class) {
        entering[node[source.program]] += meanRate(m_plan, source) * loadFactor;
      }
    }
    const Flow runs = expectedVisits(entering, edges);
    if (!runs.cycle.empty()) {
      return divergence(programs, runs.cycle);
    }
    const Flow targets = targetsOf(programs, node, entering, runs);
    if (!targets.cycle.empty()) {
      return divergence(programs, targets.cycle);
    }
    for (Index i = 0; i < programs.size(); ++i) {
      for (const Amount& work : m_profile[programs[i]].workPerTarget) {
        visits.poolWork[work.element][m_class] += targets.visits[i] * work.perRun;
      }
      for (const Amount& call : m_profile[programs[i]].calls) {
        visits.linkRate[call.element][m_class] += runs.visits[i] * call.perRun;
      }
      for (const Amount& work : m_profile[programs[i]].work) {
        visits.poolWork[work.element][m_class] += runs.visits[i] * work.perRun;
      }
      for (const Amount& lookups : m_profile[programs[i]].lookups) {
        visits.cacheLookups[lookups.element][m_class] += runs.visits[i] * lookups.perRun;
      }
      for (const Amount& refreshes : m_profile[programs[i]].refreshes) {
        visits.cacheRefreshes[refreshes.element][m_class] += runs.visits[i] * refreshes.perRun;
      }
      for (const Amount& drops : m_profile[programs[i]].drops) {
        visits.cacheDrops[drops.element][m_class] += runs.visits[i] * drops.perRun;
      }
      for (const Amount& batched : m_profile[programs[i]].batched) {
        visits.batched[batched.element] += runs.visits[i] * batched.perRun;
      }
      for (const Amount& gathered : m_profile[programs[i]].gathered) {
        visits.windowEvents[gathered.element][m_class] += targets.visits[i] * gathered.perRun;
        visits.windowGathers[gathered.element] += runs.visits[i] * gathered.perRun;
        visits.windowOutcomes[gathered.element][m_class] +=
            runs.visits[i] * gathered.perRun * m_known.outcomes[gathered.element];
      }
    }
    return {};
  }

  /// How many targets the runs of each program stand for, per second. A request of a source stands for one, a
  /// call for as many as its caller, but for those of fans. In batches there may be ever more of them
  /// although the calls are few.
  Flow targetsOf(const std::vector<Index>& programs, const std::vector<Index>& node,
                 std::vector<double> entering, const Flow& runs) const {
    std::vector<FlowEdge> edges;
    bool isSame = true;
    for (Index i = 0; i < programs.size(); ++i) {
      for (const Amount& call : m_profile[programs[i]].calls) {
        const Index callee = node[m_plan.links[call.element].program];
        if (call.targets < 0) {
          edges.push_back({i, callee, call.targetsOfEach()});
          isSame = isSame && call.perTarget < 0;
        } else {
          entering[callee] += runs.visits[i] * call.targets;
          isSame = false;
        }
      }
    }
    return isSame ? runs : expectedVisits(entering, edges);
  }

  std::string nameOfLink(Index link) const {
    const std::string& origin = m_plan.linkOrigin[link].link;
    return origin.empty() ? m_plan.links[link].key : origin;
  }

  Error divergence(const std::vector<Index>& programs, const std::vector<Index>& cycle) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      const Index callee = programs[cycle[(i + 1) % cycle.size()]];
      const Amount* strongest = nullptr;
      for (const Amount& call : m_profile[programs[cycle[i]]].calls) {
        const bool isOfCycle = m_plan.links[call.element].program == callee;
        if (isOfCycle && (strongest == nullptr || call.perRun > strongest->perRun)) {
          strongest = &call;
        }
      }
      if (strongest != nullptr) {  // a cycle that grows by its targets may leave out a step
        names.push_back(nameOfLink(strongest->element));
      }
    }
    if (names.empty()) {
      names.push_back(nameOfLink(m_profile[programs[cycle.front()]].calls.front().element));
    }
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i) {
      list += i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
      list += "\"" + names[i] + "\"";
    }
    const bool isOne = names.size() == 1;
    return {
        "plan.diverges",
        "A request would make calls without end: " + std::string(isOne ? "link " : "links ") + list +
            (isOne ? " leads" : " lead") +
            " back to where it began, and on average at least once each time round. Let the cycle end, for "
            "example by fewer calls per request on one of its links.",
        names.front()};
  }

  const Plan& m_plan;
  const std::vector<Index>& m_end;
  const Known& m_known;
  const DrawnFigures& m_drawn;
  Index m_class;
  std::vector<RunProfile> m_profile;  // by program
  std::vector<bool> m_isReached;
  std::vector<Index> m_order;  // reached programs, callees first
  bool m_canFail = false;
  Error m_fault;
};

Visits noVisits(const Plan& plan) {
  const std::vector<double> none(plan.classes.size(), 0.0);
  Visits visits;
  visits.linkRate.assign(plan.links.size(), none);
  visits.poolWork.assign(plan.pools.size(), none);
  visits.cacheLookups.assign(plan.caches.size(), none);
  visits.cacheRefreshes = visits.cacheDrops = visits.cacheLookups;
  visits.windowEvents.assign(plan.windows.size(), none);
  visits.windowOutcomes = visits.windowEvents;
  visits.windowGathers.assign(plan.windows.size(), 0.0);
  visits.batched.assign(plan.batchings.size(), 0.0);
  return visits;
}

/// A rate by class as one by key space; the last one: all about the same.
std::vector<KeyLoad> loadsOf(const Plan& plan, const std::vector<double>& perSecond, double share) {
  std::vector<KeyLoad> loads(plan.keySpaces.size() + 1);
  for (std::size_t i = 0; i < plan.keySpaces.size(); ++i) {
    loads[i].keys = plan.keySpaces[i];
  }
  for (std::size_t each = 0; each < plan.classes.size(); ++each) {
    const Index space = plan.classes[each].keySpace;
    loads[space == kNone ? plan.keySpaces.size() : space].perSecond += perSecond[each] * share;
  }
  return loads;
}

/// For each Gather: of each window that ends, as many as there are keys in it.
double outcomesOf(const Plan& plan, const Visits& visits, Index index) {
  const Window& window = plan.windows[index];
  const double keys = expectedKeys(loadsOf(plan, visits.windowEvents[index], 1.0), window.size.inSeconds());
  const double perSecond = keys / window.slide.inSeconds();
  return visits.windowGathers[index] > 0 ? perSecond / visits.windowGathers[index] : 0.0;
}

}  // namespace

double Visits::totalLinkRate(Index link) const {
  return std::accumulate(linkRate[link].begin(), linkRate[link].end(), 0.0);
}

double Visits::totalPoolWork(Index pool) const {
  return std::accumulate(poolWork[pool].begin(), poolWork[pool].end(), 0.0);
}

double Visits::outcomesOf(Index window) const {
  const auto totalOf = [](const std::vector<double>& each) {
    return std::accumulate(each.begin(), each.end(), 0.0);
  };
  const double events = totalOf(windowEvents[window]);
  return events > 0 ? totalOf(windowOutcomes[window]) / events : 0.0;
}

Result<Visits> visits(const Plan& plan, double loadFactor, const std::vector<Fetch>& fetches) {
  const std::vector<Index> ends = programEnds(plan);
  const DrawnFigures drawn(plan);
  Known known{std::vector<double>(plan.caches.size(), 0.0), std::vector<double>(plan.windows.size(), 0.0),
              std::vector<ExpectedBatch>(plan.batchings.size())};
  std::vector<double> callers;
  for (Index batching = 0; batching < plan.batchings.size(); ++batching) {
    callers.push_back(callersOf(plan, batching));
  }
  CacheLevels levels(plan, fetches);
  for (int pass = 0;; ++pass) {
    Visits result = noVisits(plan);
    result.hitRatio = known.hitRatio;
    result.batches = known.batches;
    for (Index each = 0; each < plan.classes.size(); ++each) {
      ClassVisits ofClass(plan, ends, known, drawn, each);
      const Result<void> added = ofClass.addTo(result, loadFactor);
      if (!added) {
        return added.error();
      }
      ofClass.addLookUps(result, loadFactor, levels);
    }
    double change = 0;
    const std::vector<double> hitRatio = levels.endRound();
    for (Index cache = 0; cache < plan.caches.size(); ++cache) {
      change = std::max(change, std::abs(hitRatio[cache] - known.hitRatio[cache]));
    }
    known.hitRatio = hitRatio;
    result.coalesced = levels.coalesced();
    result.stay = levels.stay();
    for (Index window = 0; window < plan.windows.size(); ++window) {
      const double next = outcomesOf(plan, result, window);
      change = std::max(change, std::abs(next - known.outcomes[window]));
      known.outcomes[window] = next;
    }
    for (Index batching = 0; batching < plan.batchings.size(); ++batching) {
      const ExpectedBatch next =
          expectedBatch(plan.batchings[batching], result.batched[batching] / callers[batching]);
      change = std::max(change, std::abs(next.size - known.batches[batching].size));
      known.batches[batching] = next;
    }
    if (change < kSettled || pass == kMaxPasses) {
      return result;
    }
  }
}

}  // namespace cantilever::plan
