#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analytic/responder.h"
#include "core/analytic/single_server.h"
#include "core/analytic/unrepresented.h"

namespace cantilever::analytic {

namespace {

constexpr double kSeldomRefused = 1e-6;  // changes nothing if it is tried again

constexpr double kFetchBand = 0.3;  // of what is left of another one's fetch

}  // namespace

ClassResponses Responder::respond() {
  m_outcomes.resize(m_plan.programs.size());
  m_calls.resize(m_plan.links.size());
  m_isSent.resize(m_plan.links.size());
  m_lawNodes.assign(m_plan.laws.size(), kNotYet);
  m_parts.resize(m_plan.programs.size());
  for (const Index program : m_structure.order(m_class)) {
    m_outcomes[program] = outcomeOf(program);
    remember(program);
  }
  ClassResponses result;
  for (const plan::Source& source : m_plan.sources) {
    result.bySource.push_back(source.requestClass == m_class ? *m_outcomes[source.program] : Outcome{});
  }
  followGroups();
  m_laws.forgetOrders();
  m_state.lawNodes[m_class] = m_laws.size();
  result.laws = std::move(m_laws);
  return result;
}

Outcome Responder::outcomeAt(Index program, Index pc) {
  const Instruction& code = m_plan.code[pc];
  const auto at = [this, begin = m_plan.programs[program].begin](Index target) -> const Outcome& {
    return m_outcomeAt[target - begin];
  };
  const auto go = [this](Index target, double probability) { m_steps.push_back({target, probability}); };
  const auto handled = [&](Index handler) { return handler == kNone ? nullptr : &at(handler); };
  const auto goOn = [&](const CallResult& call, Index nextPc, Index handler) {
    m_steps.push_back(stepTo(nextPc, call.success, call.ok));
    m_steps.push_back(stepTo(handler, 1 - call.success, call.bad));
    Outcome result = join(call.success, call.ok, call.bad, at(nextPc), handled(handler));
    result.fullFor = std::max(result.fullFor, call.fullFor);
    result.fault = either(call.fault, result.fault);
    return result;
  };
  switch (code.op) {
    case Op::Work:
      return goOn(work(code.b == kNone ? m_plan.programs[program].pool : code.b, code, program), pc + 1,
                  kNone);
    case Op::Wait:
      return goOn({1, lawOf(code.a)}, pc + 1, kNone);
    case Op::Call:
      return goOn(call(code.a, program), pc + 1, code.b);
    case Op::Batch:
      return goOn(batch(code.a, program), pc + 1, kNone);
    case Op::Parallel:
      return goOn(parallel(pc, program), pc + 1 + code.a, code.c);
    case Op::Fan:
      return goOn(fan(code.a, program), pc + 1, code.c);
    case Op::Take:
      return goOn(take(pc), pc + 1, code.c);
    case Op::Forward: {
      const CallResult result = forwarded(code.a, program);
      return {result.success, result.ok, result.bad, result.fault, result.fullFor};
    }
    case Op::Look: {
      const double hit = m_state.beliefs.hitRatio[code.a];
      const double awaited = hit > 0 ? m_state.coalesced[code.a] / hit : 0.0;
      go(code.b, hit * (1 - awaited));
      go(pc + 1, 1 - hit);
      if (!(awaited > 0)) {
        return choose(hit, at(code.b), at(pc + 1));
      }
      // What is left of somebody's fetch.
      const plan::Fetch& fetch = m_state.fetches[code.a];
      const double left = fetch.mean * (1 + fetch.scv) / 2;
      const Node wait = m_laws.momentsOnly(left, left * left * 4 / 3, kFetchBand);
      m_steps.push_back({code.b, hit * awaited, left, left * left * 4 / 3});
      const Outcome waited = join(1, wait, ResponseLaws::kZero, at(code.b), nullptr);
      return choose(hit, choose(awaited, waited, at(code.b)), at(pc + 1));
    }
    case Op::IfChance:
      go(code.a, code.p);
      go(pc + 1, 1 - code.p);
      return choose(code.p, at(code.a), at(pc + 1));
    case Op::IfUp: {
      const double first = plan::shareOfFirst(m_plan, code);
      go(code.a, first);
      go(pc + 1, 1 - first);
      return choose(first, at(code.a), at(pc + 1));
    }
    case Op::IfDrawn: {
      const double more = m_structure.chanceOfMore(pc);
      go(code.a, more);
      go(pc + 1, 1 - more);
      return choose(more, at(code.a), at(pc + 1));
    }
    case Op::IfClass: {
      const Index target = m_plan.classSets[code.b][m_class] ? code.a : pc + 1;
      go(target, 1);
      return at(target);
    }
    case Op::Route: {
      const plan::Route& route = m_plan.routes[code.a];
      const std::vector<double> shares = plan::expectedShares(m_plan, route, program);
      Outcome result = at(route.ways.back().pc);
      double rest = shares.back();
      go(route.ways.back().pc, rest);
      for (std::size_t i = route.ways.size() - 1; i-- > 0;) {
        rest += shares[i];
        go(route.ways[i].pc, shares[i]);
        result = choose(rest > 0 ? shares[i] / rest : 0.0, at(route.ways[i].pc), result);
      }
      return result;
    }
    case Op::IfVersion: {  // all run the present one
      const Index target = code.b == 0 ? code.a : pc + 1;
      go(target, 1);
      return at(target);
    }
    case Op::IfFlag: {
      const double on = m_plan.flags[code.b].share;
      go(code.a, on);
      go(pc + 1, 1 - on);
      return choose(on, at(code.a), at(pc + 1));
    }
    case Op::Jump:
      go(code.a, 1);
      return at(code.a);
    case Op::Gather:
    case Op::Send:
      send(code.op == Op::Send ? code.a : m_plan.windows[code.a].link, program);
      go(pc + 1, 1);
      return at(pc + 1);
    case Op::Fill:
    case Op::Drop:
    case Op::Give:
    case Op::Draw:
    case Op::Degrade:
    case Op::Observe:
    case Op::Measure:
      go(pc + 1, 1);
      return at(pc + 1);
    case Op::Publish:
      return goOn(publish(code, program), pc + 1, code.c);
    case Op::Reply:
      go(pc + 1, 1);
      return {};
    case Op::Fail:
      return {0};
    case Op::Branch:
    case Op::End:
      return {};
  }
  return {};
}

Outcome Responder::outcomeOf(Index program) {
  const Index begin = m_plan.programs[program].begin;
  const Index end = m_structure.endOf(program);
  m_outcomeAt.assign(end - begin + std::size_t{1}, {});
  m_stepsOf.assign(m_outcomeAt.size(), {});
  m_steps.clear();
  for (Index pc = end; pc-- > begin;) {
    if (!m_structure.isPassed(m_class, pc)) {
      continue;
    }
    Steps& own = m_stepsOf[pc - begin];
    own.first = m_steps.size();
    m_outcomeAt[pc - begin] = outcomeAt(program, pc);
    own.count = m_steps.size() - own.first;
  }
  measureHolding(program);
  return m_outcomeAt[0];
}

Outcome Responder::join(double success, Node okTime, Node badTime, const Outcome& next,
                        const Outcome* handler) {
  const double ok = success * next.success;
  const double helped = handler == nullptr ? 0 : (1 - success) * handler->success;
  Outcome result;
  result.success = ok + helped;
  if (result.success > 0) {
    const Node first = ok > 0 ? m_laws.sum(okTime, next.ok) : ResponseLaws::kZero;
    const Node second = helped > 0 ? m_laws.sum(badTime, handler->ok) : ResponseLaws::kZero;
    result.ok = m_laws.mix(ok / result.success, first, second);
  }
  const double later = success * (1 - next.success);
  const double failed = (1 - success) * (handler == nullptr ? 1 : 1 - handler->success);
  if (later + failed > 0) {
    const Node first = later > 0 ? m_laws.sum(okTime, next.bad) : ResponseLaws::kZero;
    const Node second =
        failed > 0 ? (handler == nullptr ? badTime : m_laws.sum(badTime, handler->bad)) : ResponseLaws::kZero;
    result.bad = m_laws.mix(later / (later + failed), first, second);
  }
  if (success > 0) {
    result.fault = next.fault;
    result.fullFor = next.fullFor;
  }
  if (success < 1 && handler != nullptr) {
    result.fault = either(result.fault, handler->fault);
    result.fullFor = std::max(result.fullFor, handler->fullFor);
  }
  return result;
}

Outcome Responder::choose(double p, const Outcome& yes, const Outcome& no) {
  if (p >= 1 || p <= 0) {
    return p >= 1 ? yes : no;
  }
  Outcome result;
  result.success = p * yes.success + (1 - p) * no.success;
  if (result.success > 0) {
    result.ok = m_laws.mix(p * yes.success / result.success, yes.ok, no.ok);
  }
  const double failing = p * (1 - yes.success) + (1 - p) * (1 - no.success);
  if (failing > 0) {
    result.bad = m_laws.mix(p * (1 - yes.success) / failing, yes.bad, no.bad);
  }
  result.fault = either(yes.fault, no.fault);
  result.fullFor = std::max(yes.fullFor, no.fullFor);
  return result;
}

Responder::Step Responder::stepTo(Index target, double probability, Node time) const {
  return {target, probability, m_laws.mean(time), m_laws.second(time)};
}

Node Responder::lawOf(Index law) {
  Node& known = m_lawNodes[law];
  known = known == kNotYet ? m_laws.law(m_plan.laws[law]) : known;
  return known;
}

CallResult Responder::work(Index pool, const Instruction& code, Index program) {
  const Node service = lawOf(plan::workLawIndex(m_plan, code, m_class));
  if (pool == kNone) {
    return {1, service};
  }
  const StationFigures& station = m_state.stations[pool];
  CallResult result;
  if (station.work <= 0 && m_state.traffic.runs[program][m_class] > 0) {
    return {1, service};  // not asked for yet: the first pass
  }
  if (!station.isStable) {
    result.fault = {nameOfPool(pool) + " is unstable: its backlog grows by " + formatRate(station.growth),
                    true};
  } else if (!station.unsolvable.empty()) {
    result.fault = {nameOfPool(pool) + ": " + station.unsolvable};
  }
  result.fault = either(m_state.poolFault[pool], result.fault);
  const StationWait& wait = station.waitOf(m_class, program);
  result.ok =
      m_laws.sum(waitAt(pool, wait), servedAt(pool, wait, forTargets(pool, code, service), wait.stretch));
  result.success = 1 - wait.lost;
  if (wait.lost > 0 && wait.patience > 0) {
    result.bad = m_laws.constant(wait.patience);
  }
  if (wait.lost > kSeldomRefused) {  // until those have gone who are there when it is full
    const plan::Pool& of = m_plan.pools[pool];
    const double waiting = of.queueLimit == plan::Pool::kUnlimited ? station.queue : of.queueLimit;
    const double servers = std::max(1.0, station.servers);
    result.fullFor = std::max(station.service.first * (1 + waiting / servers), wait.patience);
  }
  return result;
}

double Responder::targetsOf(Index pool, const Instruction& code) const {
  double targets = 1;
  for (const Traffic::Work& each : m_state.traffic.work[pool]) {
    const bool isThis = code.c != kNone && each.law == plan::workLawIndex(m_plan, code, m_class) &&
                        each.requestClass == m_class;
    targets = isThis ? each.targets : targets;
  }
  return targets;
}

/// Once for each target of the calls, where the work is such.
Node Responder::forTargets(Index pool, const Instruction& code, Node service) {
  const double targets = targetsOf(pool, code);
  if (targets == 1 || m_laws.isHeavy(service)) {
    return m_laws.scaled(service, targets, 0);
  }
  const double mean = m_laws.mean(service);
  const double variance = m_laws.second(service) - mean * mean;
  return m_laws.momentsOnly(mean * targets, variance * targets + mean * mean * targets * targets, 0);
}

Node Responder::servedAt(Index pool, const StationWait& wait, Node service, double stretch) {
  const double load = wait.sharedLoad;
  const Moments own{m_laws.mean(service), m_laws.second(service), 0};
  if (wait.stretchSecond > 0 && !m_laws.isHeavy(service)) {
    return m_laws.momentsOnly(own.first * stretch, own.second * wait.stretchSecond, wait.stretchBand);
  }
  if (!(load > 0) || own.first <= 0) {
    return m_laws.scaled(service, stretch, wait.stretchBand);
  }
  const double meanOfAll = m_state.stations[pool].service.first;
  if (wait.isShared && own.first == meanOfAll) {
    return m_laws.shared(load / own.first, own.first, {0, true, false, placeOf(pool)});
  }
  const double against = stretch * (1 - load);  // one server at speed 1 stretches by 1 / (1 - load)
  if (sharesByVeryDifferent(m_state.stations[pool], wait)) {
    return sharedBySize(service, load, m_state.stations[pool].service, against, wait.stretchBand);
  }
  const double second = responseSecondOfSharing(load, meanOfAll, own) * against * against;
  return m_laws.momentsOnly(own.first * stretch, second, wait.stretchBand);
}

/// Where sizes differ much, responses differ mostly by size: of each of some sizes as if gamma. Sizes are
/// those of the law, or of a lognormal one.
Node Responder::sharedBySize(Node service, double load, const Moments& all, double against, double band) {
  struct Size {
    double share;
    double quantile;    ///< in the middle of that share
    double deviations;  ///< of a normal law, there
  };
  static constexpr Size kSizes[] = {{0.003, 0.9985, 2.9677}, {0.017, 0.9885, 2.2734}, {0.08, 0.94, 1.5548},
                                    {0.2, 0.8, 0.8416},      {0.3, 0.55, 0.1257},     {0.4, 0.2, -0.8416}};
  const Law* law = m_laws.lawOf(service);
  const bool isLognormal = law == nullptr || law->kind == Law::Kind::Lognormal;
  const double mean = m_laws.mean(service);
  const double sigma = std::sqrt(std::log(std::max(1.0, m_laws.second(service) / (mean * mean))));
  std::vector<double> sizes;
  double sum = 0;
  for (const Size& each : kSizes) {
    sizes.push_back(isLognormal ? std::exp(sigma * each.deviations)
                                : m_laws.quantile(service, each.quantile));
    sum += each.share * sizes.back();
  }
  Node result = ResponseLaws::kZero;
  double before = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double own = mean * sizes[i] / sum;
    const double response = against * own / (1 - load);
    const double variance = against * against * responseVarianceOfSharing(load, all, own);
    const Node ofSize = m_laws.momentsOnly(response, variance + response * response, band);
    result = m_laws.mix(before / (before + kSizes[i].share), result, ofSize);
    before += kSizes[i].share;
  }
  return result;
}

Node Responder::waitAt(Index pool, const StationWait& wait) {
  const StationFigures& station = m_state.stations[pool];
  const bool isSingle = station.model == "M/M/1";
  const ResponseLaws::Worth worth{
      wait.band, wait.band == 0 && station.isExact && !wait.isLawRough && isLawKnown(station, wait), isSingle,
      placeOf(pool)};
  if (!wait.stages.empty()) {
    return m_laws.stagesOf(wait.stages, wait.departures, worth);
  }
  if (wait.busyArrivals > 0) {
    return m_laws.waitForBusyPeriod(wait.probability, wait.busyArrivals, wait.departures, worth);
  }
  if (wait.law && wait.probability > 0) {
    return m_laws.waitOfLaw(wait.mean(), wait.second, wait.probability, *wait.law, worth);
  }
  if (wait.second > 0 && wait.probability > 0) {
    return m_laws.waitOfMoments(wait.mean(), wait.second, wait.probability, worth);
  }
  if (!wait.isQueueOfOne) {
    return m_laws.wait(wait.probability, wait.rate, worth);
  }
  const double queues = m_plan.pools[pool].queue == plan::QueueScope::Shared ? 1 : m_state.instances[pool];
  ResponseLaws::Worth ofOne = worth;
  ofOne.isLawExact = worth.isLawExact && !hasJumps(pool);
  return m_laws.queueOfOne(station.work / queues, mixedService(pool), ofOne);
}

bool Responder::isLawKnown(const StationFigures& station, const StationWait& wait) {
  return wait.isQueueOfOne || !wait.stages.empty() || wait.busyArrivals > 0 || station.model == "M/M/1" ||
         station.model == "M/M/c" || station.model == "GI/M/c";
}

/// Whether times of service are some values more likely than others, so that an inversion is rough beside
/// them. One constant alone has a closed form.
bool Responder::hasJumps(Index pool) const {
  const Law* first = nullptr;
  bool jumps = false;
  bool isOneLaw = true;
  for (const Traffic::Work& work : m_state.traffic.work[pool]) {
    if (work.rate > 0) {
      const Law& law = m_plan.laws[work.law];
      jumps = jumps || law.kind == Law::Kind::Constant || law.kind == Law::Kind::Empirical;
      isOneLaw = isOneLaw && (first == nullptr || *first == law);
      first = &law;
    }
  }
  return jumps && !(isOneLaw && first->kind == Law::Kind::Constant);
}

Node Responder::mixedService(Index pool) {
  double done = 0;
  Node mixed = ResponseLaws::kZero;
  for (const Traffic::Work& work : m_state.traffic.work[pool]) {
    if (work.rate > 0) {
      done += work.rate;
      mixed = m_laws.mix(1 - work.rate / done, mixed, lawOf(work.law));
    }
  }
  return mixed;
}

CallResult Responder::batch(Index batching, Index program) {
  // Of the mean, where arrivals are not Poisson: what is put together comes from queues.
  constexpr double kBand = 0.1;
  CallResult result = call(m_plan.batchings[batching].link, program);
  const plan::ExpectedBatch expected = batchOf(m_plan, m_state, batching);
  const bool isFixed = expected.waitSecond <= expected.wait * expected.wait * (1 + 1e-6);
  const Node wait = isFixed ? m_laws.constant(expected.wait)
                            : m_laws.waitOfMoments(expected.wait, expected.waitSecond, 1, {kBand});
  result.ok = m_laws.sum(wait, result.ok);
  result.bad = m_laws.sum(wait, result.bad);
  return result;
}

CallResult Responder::take(Index pc) {
  const Index tokens = m_plan.code[pc].a;
  const Index ask = m_structure.askAt(pc);
  const Admission& admission = m_state.tokens[tokens];
  const double lost =
      admission.lostOf.empty() ? admission.lost : admission.lostOf[ask - m_structure.firstAskOf(tokens)];
  CallResult result;
  result.success = 1 - lost;
  result.fault = either(m_state.tokenFault[tokens], admission.fault);
  result.fault.changesFlow = result.fault.changesFlow && admission.isShort;
  if (!admission.isStable) {
    result.fault =
        either(result.fault, {"tokens \"" + m_plan.tokens[tokens].key +
                                  "\" are too few: their backlog grows by " + formatRate(admission.growth),
                              true});
  }
  const ResponseLaws::Worth worth{admission.band, admission.isLawKnown};
  if (admission.probability > 0 && admission.second > 0) {
    result.ok = m_laws.waitOfMoments(admission.meanWait(), admission.second, admission.probability, worth);
  } else if (admission.probability > 0) {
    result.ok = m_laws.wait(admission.probability, admission.rate, worth);
  }
  if (admission.patience > 0 && lost > 0) {
    result.bad = m_laws.constant(admission.patience);
  }
  if (lost > kSeldomRefused) {
    const plan::Tokens& of = m_plan.tokens[tokens];
    const bool isRefilled = of.refill == plan::Refill::Continuous;
    result.fullFor = of.refill == plan::Refill::OnGive ? m_state.tokenHolding[tokens]
                     : isRefilled ? m_structure.asks()[ask].units / std::max(1e-9, of.rate.raw())
                                  : of.window.inSeconds();
  }
  m_next.tokensRefused[ask][m_class] = lost;
  return result;
}

void Responder::remember(Index program) {
  const Outcome& outcome = *m_outcomes[program];
  const double mean =
      outcome.success * m_laws.mean(outcome.ok) + (1 - outcome.success) * m_laws.mean(outcome.bad);
  const double second =
      outcome.success * m_laws.second(outcome.ok) + (1 - outcome.success) * m_laws.second(outcome.bad);
  m_state.programMoments[program][m_class] = {mean, second};
  m_state.programSuccess[program][m_class] = outcome.success;
  for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
    const Instruction& code = m_plan.code[pc];
    const Index pool = code.op != Op::Work ? kNone : code.b == kNone ? m_plan.programs[program].pool : code.b;
    if (pool != kNone && m_state.stations[pool].work > 0) {
      m_next.workLost[pool][m_class] = m_state.stations[pool].waits.at(m_class).lost;
    }
  }
}

Holding Responder::untilEnd(Index program, Index from, Index givenBack) const {
  const Index begin = m_plan.programs[program].begin;
  std::vector<Holding>& rest = m_rest;
  rest.assign(m_stepsOf.size(), {});
  for (std::size_t i = rest.size(); i-- > 0;) {
    const Index pc = begin + static_cast<Index>(i);
    const bool isEnd =
        pc >= m_structure.endOf(program) ||
        (givenBack != kNone && m_plan.code[pc].op == Op::Give && m_plan.code[pc].a == givenBack);
    for (const Step& step : stepsFrom(i)) {
      if (isEnd || step.probability <= 0) {
        continue;
      }
      const Holding next = step.target == kNone ? Holding{} : rest[step.target - begin];
      rest[i].mean += step.probability * (step.mean + next.mean);
      rest[i].second += step.probability * (step.second + 2 * step.mean * next.mean + next.second);
    }
  }
  return rest[from - begin];
}

void Responder::measureHolding(Index program) {
  const Index begin = m_plan.programs[program].begin;
  const Index pool = m_plan.programs[program].pool;
  if (pool != kNone && m_plan.pools[pool].seats > 0) {
    m_state.holding[program][m_class] = untilEnd(program, begin, kNone);
  }
  const double runs = m_state.traffic.runs[program][m_class];
  std::vector<double> reach;
  for (Index pc = begin; runs > 0 && pc < m_structure.endOf(program); ++pc) {
    const Instruction& code = m_plan.code[pc];
    if (code.op == Op::Take && m_structure.isPassed(m_class, pc) &&
        m_plan.tokens[code.a].refill == plan::Refill::OnGive) {
      const double asked = askedOf(m_structure, m_state.traffic, code.a);
      reach = reach.empty() ? reachOf(program) : std::move(reach);
      if (asked > 0) {
        // Each class, and each place that asks, by its share.
        const double share = runs * reach[pc - begin] / asked;
        m_tokenTime.push_back({code.a, share, untilEnd(program, pc + 1, code.a).mean});
      }
    }
  }
  for (Index pc = begin; runs > 0 && !m_plan.caches.empty() && pc < m_structure.endOf(program); ++pc) {
    const Index cache = m_structure.fetches(pc);
    if (cache != kNone && m_structure.isPassed(m_class, pc)) {
      reach = reach.empty() ? reachOf(program) : std::move(reach);
      measureFetch(program, pc, cache, runs * reach[pc - begin]);
    }
  }
  if (m_state.isLimited) {
    measureLimits(program);
  }
}

/// Of a look-up: from a miss until the entry is put in, as far as it is.
void Responder::measureFetch(Index program, Index look, Index cache, double perSecond) {
  const Index begin = m_plan.programs[program].begin;
  const Instruction& code = m_plan.code[look];
  const Index from = code.op == Op::Look ? look + 1 : code.b;
  struct Rest {
    double filled = 0;  // the chance that it is
    Holding time = {};  // where it is, times that
  };
  std::vector<Rest> rest(m_structure.endOf(program) - begin);  // without the end
  for (std::size_t i = rest.size(); i-- > 0;) {
    if (m_structure.fills(begin + static_cast<Index>(i), cache)) {
      rest[i].filled = 1;
      continue;
    }
    for (const Step& step : stepsFrom(i)) {
      if (step.target == kNone || step.target >= m_structure.endOf(program)) {
        continue;
      }
      const Rest& next = rest[step.target - begin];
      rest[i].filled += step.probability * next.filled;
      rest[i].time.mean += step.probability * (step.mean * next.filled + next.time.mean);
      rest[i].time.second +=
          step.probability * (step.second * next.filled + 2 * step.mean * next.time.mean + next.time.second);
    }
  }
  const Rest& whole = rest[from - begin];
  double missed = 0;
  for (const Step& step : stepsFrom(look - begin)) {
    missed += step.target == from ? step.probability : 0.0;
  }
  FetchTime& sum = m_state.fetched[cache];
  sum.rate += perSecond * missed * whole.filled;
  sum.time += perSecond * missed * whole.time.mean;
  sum.square += perSecond * missed * whole.time.second;
}

/// What a run of the program works for each target that it stands for.
double Responder::perTarget(Index program) const {
  double sum = 0;
  for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
    const Instruction& code = m_plan.code[pc];
    if (code.op == Op::Work && code.c != kNone && m_structure.isPassed(m_class, pc)) {
      const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
      const StationFigures& station = m_state.stations[pool];
      sum += plan::workLaw(m_plan, code, m_class).mean.inSeconds() *
             (station.waits.empty() ? 1.0 : station.waits.at(m_class).stretch);
    }
  }
  return sum;
}

void Responder::followGroups() {
  for (const auto& [tokens, share, mean] : m_tokenTime) {
    m_state.tokenHolding[tokens] += share * mean;
  }
  for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
    const plan::ConsumerGroup& group = m_plan.groups[i];
    const Index program = m_plan.links[group.link].program;
    const double all = totalOf(m_state.traffic.calls[group.link]);
    if (!m_structure.isReached(m_class, program) || all <= 0) {
      continue;
    }
    const double share = m_state.traffic.calls[group.link][m_class] / all;
    const CallResult result = delivered(static_cast<Index>(i), kNone);
    const Node service =
        m_laws.sum(wayOf(group.link, kNone, Trip::There), result.ok);  // nobody is told of its end
    m_state.groupService[i].mean += share * m_laws.mean(service);
    m_state.groupService[i].second += share * m_laws.second(service);
    m_state.groupPerMessage[i] += share * perTarget(program);
  }
}

ClassResponses respond(const Structure& structure, WorkingState& state, Index requestClass, Beliefs& next) {
  return Responder(structure, state, requestClass, next).respond();
}

}  // namespace cantilever::analytic
