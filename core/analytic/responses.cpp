#include <algorithm>
#include <cmath>
#include <optional>

#include "core/analytic/fork_join.h"
#include "core/analytic/limits.h"
#include "core/analytic/special.h"
#include "core/analytic/working_state.h"
#include "core/base/text.h"

namespace cantilever::analytic {

namespace {

using plan::Instruction;
using plan::Op;
using Node = ResponseLaws::Node;

// A chance of being too late below this changes nothing that is shown.
constexpr double kNeverLate = 1e-9;
constexpr double kSeldomLate = 1e-3;  // then the law of those in time is that of all
constexpr double kFewAttempts = 1e-9;
// Parallel calls to stations with queues come at the same moment: their waits are not independent.
constexpr double kForkBand = 0.2;
constexpr double kFanBand = 0.3;

Fault either(const Fault& a, const Fault& b) {
  return a.empty() ? b : a;
}

class Responder {
 public:
  Responder(const Structure& structure, WorkingState& state, Index requestClass, Beliefs& next)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_state(state),
        m_class(requestClass),
        m_next(next) {}

  ClassResponses respond() {
    m_outcomes.resize(m_plan.programs.size());
    m_calls.resize(m_plan.links.size());
    for (const Index program : m_structure.order(m_class)) {
      m_outcomes[program] = outcomeOf(program);
      remember(program);
    }
    ClassResponses result;
    for (const plan::Source& source : m_plan.sources) {
      result.bySource.push_back(source.requestClass == m_class ? *m_outcomes[source.program] : Outcome{});
    }
    followGroups();
    result.laws = std::move(m_laws);
    return result;
  }

 private:
  /// Where control goes from a pc, and the time until then.
  struct Step {
    Index target = kNone;  ///< kNone: out of the program
    double probability = 1;
    double mean = 0;
    double second = 0;
  };

  Outcome outcomeOf(Index program) {
    const Index begin = m_plan.programs[program].begin;
    const Index end = m_structure.endOf(program);
    std::vector<Outcome> at(end - begin + std::size_t{1});
    m_steps.assign(at.size(), {});
    for (Index pc = end; pc-- > begin;) {
      at[pc - begin] =
          outcomeAt(program, pc, [&](Index target) -> const Outcome& { return at[target - begin]; });
    }
    measureHolding(program);
    return at[0];
  }

  /// One step, then what comes after a success, or after a failure: `handler`, or the end of the call.
  Outcome join(double success, Node okTime, Node badTime, const Outcome& next, const Outcome* handler) {
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
      const Node second = failed > 0 ? (handler == nullptr ? badTime : m_laws.sum(badTime, handler->bad))
                                     : ResponseLaws::kZero;
      result.bad = m_laws.mix(later / (later + failed), first, second);
    }
    if (success > 0) {
      result.fault = next.fault;
    }
    if (success < 1 && handler != nullptr) {
      result.fault = either(result.fault, handler->fault);
    }
    return result;
  }

  Outcome choose(double p, const Outcome& yes, const Outcome& no) {
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
    return result;
  }

  std::vector<Step>& stepsAt(Index program, Index pc) { return m_steps[pc - m_plan.programs[program].begin]; }
  Step stepTo(Index target, double probability, Node time) const {
    return {target, probability, m_laws.mean(time), m_laws.second(time)};
  }

  template <class At>
  Outcome outcomeAt(Index program, Index pc, const At& at) {
    const Instruction& code = m_plan.code[pc];
    std::vector<Step>& steps = stepsAt(program, pc);
    const auto handled = [&](Index handler) { return handler == kNone ? nullptr : &at(handler); };
    const auto goOn = [&](const CallResult& call, Index nextPc, Index handler) {
      steps.push_back(stepTo(nextPc, call.success, call.ok));
      steps.push_back(stepTo(handler, 1 - call.success, call.bad));
      Outcome result = join(call.success, call.ok, call.bad, at(nextPc), handled(handler));
      result.fault = either(call.fault, result.fault);
      return result;
    };
    switch (code.op) {
      case Op::Work:
        return goOn(work(code.b == kNone ? m_plan.programs[program].pool : code.b, code, program), pc + 1,
                    kNone);
      case Op::Wait:
        return goOn({1, m_laws.law(m_plan.laws[code.a])}, pc + 1, kNone);
      case Op::Call:
        return goOn(call(code.a, program), pc + 1, code.b);
      case Op::Parallel:
        return goOn(parallel(pc, program), pc + 1 + code.a, code.c);
      case Op::Fan:
        return goOn(fan(m_plan.fans[code.a], program), pc + 1, code.c);
      case Op::Take:
        return goOn(take(code.a), pc + 1, code.c);
      case Op::Forward: {
        const CallResult result = forwarded(code.a, program);
        return {result.success, result.ok, result.bad, result.fault};
      }
      case Op::Look: {
        const double hit = m_state.beliefs.hitRatio[code.a];
        steps = {{code.b, hit}, {pc + 1, 1 - hit}};
        return choose(hit, at(code.b), at(pc + 1));
      }
      case Op::IfChance:
        steps = {{code.a, code.p}, {pc + 1, 1 - code.p}};
        return choose(code.p, at(code.a), at(pc + 1));
      case Op::IfDrawn: {
        const double more = momentsOf(m_plan.countLaws[code.b], 1, code.c + 1).probability;
        steps = {{code.a, more}, {pc + 1, 1 - more}};
        return choose(more, at(code.a), at(pc + 1));
      }
      case Op::IfClass: {
        const Index target = m_plan.classSets[code.b][m_class] ? code.a : pc + 1;
        steps = {{target, 1}};
        return at(target);
      }
      case Op::Jump:
        steps = {{code.a, 1}};
        return at(code.a);
      case Op::Send:
        call(code.a, program);  // for what is believed of it
        steps = {{pc + 1, 1}};
        return at(pc + 1);
      case Op::Fill:
      case Op::Drop:
      case Op::Give:
      case Op::Draw:
      case Op::Degrade:
      case Op::Publish:
        steps = {{pc + 1, 1}};
        return at(pc + 1);
      case Op::Reply:
        steps = {{pc + 1, 1}};
        return {};
      case Op::Fail:
        return {0};
      case Op::Branch:
      case Op::End:
        return {};
    }
    return {};
  }

  std::string nameOfPool(Index pool) const { return "pool \"" + m_plan.pools[pool].key + "\""; }

  CallResult work(Index pool, const Instruction& code, Index program) {
    const Node service = m_laws.law(m_plan.laws[code.a]);
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
    const StationWait& wait = station.waits.at(m_class);
    double stretch = wait.stretch;
    if (code.c != kNone) {
      for (const Traffic::Work& each : m_state.traffic.work[pool]) {
        stretch *= each.law == code.a && each.requestClass == m_class ? each.targets : 1.0;
      }
    }
    const Node served = m_laws.scaled(service, stretch, wait.stretchBand);
    result.ok = m_laws.sum(waitAt(pool, wait), served);
    result.success = 1 - wait.lost;
    if (wait.lost > 0 && wait.patience > 0) {
      result.bad = m_laws.constant(wait.patience);
    }
    return result;
  }

  static std::string formatRate(double perSecond) { return formatShort(cantilever::perSecond(perSecond)); }

  Node waitAt(Index pool, const StationWait& wait) {
    const StationFigures& station = m_state.stations[pool];
    const bool isSingle = station.model == "M/M/1";
    const ResponseLaws::Worth worth{wait.band, wait.band == 0 && station.isExact && isLawKnown(station, wait),
                                    isSingle, std::uint64_t{1} << (pool % 64)};
    if (wait.second > 0 && wait.probability > 0) {
      return m_laws.waitOfMoments(wait.mean(), wait.second, wait.probability, worth);
    }
    if (!wait.isQueueOfOne) {
      return m_laws.wait(wait.probability, wait.rate, worth);
    }
    const double queues = m_plan.pools[pool].queue == plan::QueueScope::Shared ? 1 : m_state.instances[pool];
    return m_laws.queueOfOne(station.work / queues, mixedService(pool), worth);
  }

  /// Whether zero-or-exponential is what the wait is, and not only its mean.
  static bool isLawKnown(const StationFigures& station, const StationWait& wait) {
    return wait.isQueueOfOne || station.model == "M/M/1" || station.model == "M/M/c" ||
           station.model == "GI/M/c";
  }

  Node mixedService(Index pool) {
    double done = 0;
    Node mixed = ResponseLaws::kZero;
    for (const Traffic::Work& work : m_state.traffic.work[pool]) {
      if (work.rate > 0) {
        done += work.rate;
        mixed = m_laws.mix(1 - work.rate / done, mixed, m_laws.law(m_plan.laws[work.law]));
      }
    }
    return mixed;
  }

  /// The callee's program: its own outcome, or where calls form a cycle what the last pass knew of it.
  Outcome calleeOf(Index program, Index caller) {
    if (!m_structure.isBackward(m_class, caller, program)) {
      return m_outcomes[program] ? *m_outcomes[program] : Outcome{};
    }
    const Holding& known = m_state.programMoments[program][m_class];
    Outcome result;
    result.success = m_state.programSuccess[program][m_class];
    result.ok = result.bad = m_laws.momentsOnly(known.mean, known.second, 0);
    return result;
  }

  /// Admission to the callee's seat and its program.
  CallResult served(Index linkIndex, Index caller) {
    const plan::Link& link = m_plan.links[linkIndex];
    const Outcome callee = calleeOf(link.program, caller);
    CallResult result{callee.success, callee.ok, callee.bad};
    result.fault = either(m_state.linkFault[linkIndex], callee.fault);
    if (link.pool == kNone || m_plan.pools[link.pool].seats == 0) {
      return result;
    }
    const Admission& seat = m_state.seats[link.pool];
    if (!seat.isStable) {
      result.fault = either(
          result.fault,
          {nameOfPool(link.pool) + " has too few seats: its backlog grows by " + formatRate(seat.growth),
           true});
    }
    result.fault = either(seat.fault, result.fault);
    if (seat.probability > 0) {
      const Node wait = m_laws.wait(seat.probability, seat.rate, {seat.band});
      result.ok = m_laws.sum(wait, result.ok);
      result.bad = m_laws.sum(wait, result.bad);
    }
    if (seat.lost > 0) {
      const double failing = seat.lost + (1 - seat.lost) * (1 - result.success);
      const Node lost = seat.patience > 0 ? m_laws.constant(seat.patience) : ResponseLaws::kZero;
      result.bad = m_laws.mix(seat.lost / failing, lost, result.bad);
      result.success *= 1 - seat.lost;
      result.arrive *= 1 - seat.lost;
    }
    return result;
  }

  /// One way or there and back: by the link's law, or as far as the zones of its ends are apart.
  Node wayOf(Index linkIndex, Index caller, int ways) {
    const plan::Link& link = m_plan.links[linkIndex];
    const std::vector<Index> from = placesOf(m_plan.programs[caller].pool, link.zone);
    const std::vector<Index> to = placesOf(link.pool, m_plan.programs[link.program].zone);
    if (!link.isByZones || from.empty() || to.empty()) {
      const Node way = m_laws.law(link.latency);
      return ways == 1 ? way : m_laws.sum(way, way);
    }
    // Every pair of instances as likely as another.
    Node mixed = ResponseLaws::kZero;
    double pairs = 0;
    for (const Index begin : from) {
      for (const Index end : to) {
        const Node way = m_laws.constant(ways * plan::wayBetween(m_plan, begin, end).inSeconds());
        mixed = m_laws.mix(pairs / (pairs + 1), mixed, way);
        ++pairs;
      }
    }
    return mixed;
  }

  std::vector<Index> placesOf(Index pool, Index otherwise) const {
    std::vector<Index> places;
    if (pool != kNone) {
      places = m_plan.pools[pool].places;
      if (places.empty() && m_plan.pools[pool].zone != kNone) {
        places.push_back(m_plan.pools[pool].zone);
      }
    } else if (otherwise != kNone) {
      places.push_back(otherwise);
    }
    std::erase(places, kNone);
    return places;
  }

  CallResult forwarded(Index linkIndex, Index caller) {
    CallResult result = served(linkIndex, caller);
    const Node there = wayOf(linkIndex, caller, 1);
    result.ok = m_laws.sum(there, result.ok);
    result.bad = m_laws.sum(there, result.bad);
    believe(linkIndex, result);
    return result;
  }

  /// With latency, losses, timeout, hedge, retries and breaker, for all calls over the link the same.
  CallResult call(Index linkIndex, Index caller) {
    std::optional<CallResult>& known = m_calls[linkIndex];
    const bool isBackward = m_structure.isBackward(m_class, caller, m_plan.links[linkIndex].program);
    if (!known || isBackward) {
      CallResult result = attempt(linkIndex, caller);
      hedge(m_plan.links[linkIndex], result);
      retry(m_plan.links[linkIndex], linkIndex, result);
      guard(m_plan.links[linkIndex], linkIndex, result);
      believe(linkIndex, result);
      known = result;
    }
    return *known;
  }

  CallResult attempt(Index linkIndex, Index caller) {
    const plan::Link& link = m_plan.links[linkIndex];
    CallResult result = served(linkIndex, caller);
    const Node both = wayOf(linkIndex, caller, 2);
    result.ok = m_laws.sum(both, result.ok);
    result.bad = m_laws.sum(both, result.bad);
    const double reaches = (1 - link.lossShare) * (1 - link.errorShare);
    if (link.errorShare > 0) {
      const double failing = link.errorShare + (1 - link.errorShare) * (1 - result.success);
      result.bad = m_laws.mix(link.errorShare / failing, both, result.bad);
      result.success *= 1 - link.errorShare;
    }
    result.arrive *= reaches;
    if (link.timeout > Duration()) {
      timeOut(link, result);
    }
    return result;
  }

  void timeOut(const plan::Link& link, CallResult& result) {
    const double most = link.timeout.inSeconds();
    const double lost = link.lossShare;
    double late = result.fault.isOverload ? 1 : 0;
    if (late > 0) {  // in the long run everybody waits longer than that
      result.fault = {};
      result.ok = m_laws.constant(most);
    }
    // Where a gamma law with the same moments says never, no inversion is spent on it.
    if (late < 1 && result.success > 0 && result.fault.empty()) {
      const double mean = m_laws.mean(result.ok);
      const double variance = std::max(0.0, m_laws.second(result.ok) - mean * mean);
      const bool isConstant = variance <= 1e-18 * mean * mean;
      const bool isFarAway = !isConstant && !m_laws.isHeavy(result.ok) && most > 3 * mean &&
                             1 - gammaUpTo(mean * mean / variance, most * mean / variance) < kNeverLate;
      late = isConstant ? (mean >= most ? 1.0 : 0.0) : isFarAway ? 0.0 : m_laws.above(result.ok, most);
      late = late < kNeverLate ? 0 : late;
    }
    const double wasBad = (1 - lost) * (1 - result.success);
    const double timedOut = lost + (1 - lost) * result.success * late;
    if (late > kSeldomLate && late < 1) {
      result.ok = m_laws.within(result.ok, most, 1 - late);
    }
    if (timedOut > 0) {
      result.bad = m_laws.mix(wasBad / (wasBad + timedOut), result.bad, m_laws.constant(most));
    }
    result.success = (1 - lost) * result.success * (1 - late);
  }

  void hedge(const plan::Link& link, CallResult& result) {
    if (!(link.hedge > Duration()) || result.success <= 0 || !result.fault.empty()) {
      return;
    }
    const double after = link.hedge.inSeconds();
    const double extra = m_laws.above(result.ok, after);
    if (extra < kNeverLate) {
      return;
    }
    result.ok = m_laws.hedged(result.ok, after);
    result.attempts += extra;
    result.success = 1 - (1 - result.success) * (1 - extra * result.success);
  }

  void retry(const plan::Link& link, Index linkIndex, CallResult& result) {
    const double failure = 1 - result.success;
    const plan::Retries& retries = link.retries;
    if (retries.attempts <= 1 || failure < kFewAttempts) {
      return;
    }
    const double each = result.attempts;
    double again = 1;  // share of the wanted retries that the budget pays for
    if (retries.budgetShare >= 0) {
      const double calls = m_state.traffic.totalOf(m_state.traffic.calls[linkIndex]);
      const double paid = retries.budgetShare + (calls > 0 ? retries.budgetFloor.raw() / calls : 0.0);
      const double wanted = attemptsOf(failure, retries.attempts).mean - 1;
      again = std::min(1.0, paid / wanted);
    }
    // Fail, pause, try again: from the last attempt backwards.
    Outcome rest{result.success, result.ok, result.bad};
    for (std::uint32_t i = retries.attempts - 1; i-- > 0;) {
      const double pause =
          std::min(retries.cap.inSeconds(), retries.base.inSeconds() * std::pow(2, std::min(i, 60u)));
      const Node paused = retries.hasJitter ? m_laws.uniformUpTo(pause) : m_laws.constant(pause);
      const Outcome later{rest.success, m_laws.sum(paused, rest.ok), m_laws.sum(paused, rest.bad)};
      const Outcome handler = choose(again, later, Outcome{0});
      rest = join(result.success, result.ok, result.bad, Outcome{}, &handler);
    }
    result.attempts = each * attemptsOf(failure * again, retries.attempts).mean;
    result.success = rest.success;
    result.ok = rest.ok;
    result.bad = rest.bad;
  }

  void guard(const plan::Link& link, Index linkIndex, CallResult& result) {
    const double failure = 1 - result.success;
    if (!link.breaker.isOn() || failure < kFewAttempts) {
      return;
    }
    const bool mayOpen = link.breaker.window != 0 && failure > link.breaker.failedShare / 2;
    const bool isPlain =
        link.breaker.consecutive != 0 && link.breaker.probes == 1 && link.retries.attempts <= 1;
    if (mayOpen ||
        (link.breaker.consecutive != 0 && !isPlain && std::pow(failure, link.breaker.consecutive) > 1e-6)) {
      result.fault = either(
          result.fault, {"link \"" + link.key + "\" has a breaker that opens, of a kind without formula"});
      return;
    }
    if (!isPlain) {
      return;
    }
    const double calls = m_state.traffic.totalOf(m_state.traffic.calls[linkIndex]);
    const double rejected =
        breaker(calls, failure, link.breaker.consecutive, link.breaker.open.inSeconds()).rejected;
    const double failing = rejected + (1 - rejected) * failure;
    result.bad = m_laws.mix(rejected / failing, ResponseLaws::kZero, result.bad);
    result.success *= 1 - rejected;
    result.attempts *= 1 - rejected;
  }

  void believe(Index link, const CallResult& result) {
    m_next.success[link][m_class] = result.success;
    m_next.attempts[link][m_class] = result.attempts;
    m_next.arrive[link][m_class] = result.arrive;
  }

  CallResult parallel(Index pc, Index program) {
    const Instruction& group = m_plan.code[pc];
    std::vector<ResponseLaws::Branches> branches;
    std::vector<double> success;
    CallResult result;
    double worst = 0;
    Node slowest = ResponseLaws::kZero;
    for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
      const CallResult each = call(m_plan.code[branch].a, program);
      branches.push_back({each.ok, 1});
      success.push_back(each.success);
      result.fault = either(result.fault, each.fault);
      if (m_laws.mean(each.bad) >= worst) {
        worst = m_laws.mean(each.bad);
        slowest = each.bad;
      }
    }
    const double joined = forkJoinScale(pc);
    result.success = chanceOfSome(group.b, success);
    const double queues = queueing(branches);
    result.ok = group.b == 0 ? ResponseLaws::kZero
                             : m_laws.orderOf(branches, group.b, joined > 0 || queues < 2 ? 0.0 : kForkBand);
    if (joined > 0) {
      result.ok = m_laws.scaled(result.ok, joined / m_laws.mean(result.ok), group.a == 2 ? 0.0 : 0.05);
    }
    result.bad = slowest;
    return result;
  }

  double queueing(const std::vector<ResponseLaws::Branches>& branches) const {
    double sum = 0;
    for (const ResponseLaws::Branches& each : branches) {
      sum += m_laws.hasWaits(each.node) ? each.times : 0.0;
    }
    return sum;
  }

  /// The mean of a fork-join over equal M/M/1 stations that nobody else uses; 0 if it is not one.
  double forkJoinScale(Index pc) const {
    const Instruction& group = m_plan.code[pc];
    if (group.a < 2 || group.b != group.a) {
      return 0;
    }
    std::optional<std::pair<double, double>> alike;
    for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
      const plan::Link& link = m_plan.links[m_plan.code[branch].a];
      const Index begin = m_plan.programs[link.program].begin;
      const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
      if (!isOneWork || link.pool == kNone || !link.latency.isZero() || m_plan.pools[link.pool].seats != 0) {
        return 0;
      }
      const StationFigures& station = m_state.stations[link.pool];
      const double calls = m_state.traffic.totalOf(m_state.traffic.calls[m_plan.code[branch].a]);
      const std::pair<double, double> is{station.work, station.service.first};
      if (station.model != "M/M/1" || station.servers != 1 ||
          std::abs(calls - station.work) > 1e-9 * station.work || (alike && *alike != is)) {
        return 0;
      }
      alike = is;
    }
    return responseOfForkJoin(alike->first, alike->second, group.a).value;
  }

  CallResult fan(const plan::Fan& fan, Index program) {
    const CallResult each = call(fan.link, program);
    const plan::FanSize size = plan::expectedSize(m_plan, fan);
    if (fan.isSent || size.calls <= 0) {
      return {};
    }
    CallResult result = each;
    const double needed = fan.needed == 0 ? size.calls : std::min<double>(fan.needed, size.calls);
    const bool isDrawn = fan.count != kNone;
    const double open = fan.window == 0 ? size.calls : std::min<double>(fan.window, size.calls);
    const double rounds = size.calls / open;
    const bool isSpread = m_plan.links[fan.link].balancing == Balancing::All;
    const double band = (m_laws.hasWaits(each.ok) ? kFanBand : 0.0) +
                        (isDrawn && size.calls != std::round(size.calls) ? 0.3 : 0.0) +
                        (rounds > 1 ? 0.3 : 0.0);
    result.ok = isSpread ? slowestInstance(fan, each, needed, band)
                         : m_laws.orderOf({{each.ok, std::max(1.0, std::round(open))}},
                                          std::max(1.0, std::round(needed / rounds)), band);
    for (double round = 1; round + 0.5 < rounds && round < 64; ++round) {
      result.ok = m_laws.sum(result.ok, m_laws.orderOf({{each.ok, std::max(1.0, std::round(open))}},
                                                       std::max(1.0, std::round(needed / rounds)), band));
    }
    result.success =
        needed >= size.calls
            ? std::pow(each.success, size.calls)
            : chanceOfSome(static_cast<std::size_t>(needed),
                           std::vector<double>(static_cast<std::size_t>(size.calls + 0.5), each.success));
    return result;
  }

  /// A call to every instance: those of other speeds answer at other times.
  Node slowestInstance(const plan::Fan& fan, const CallResult& each, double needed, double band) {
    const plan::Link& link = m_plan.links[fan.link];
    const plan::Pool& pool = m_plan.pools[link.pool];
    const Index begin = m_plan.programs[link.program].begin;
    const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
    const StationWait& wait = m_state.stations[link.pool].waits.at(m_class);
    if (pool.speeds.empty() || !isOneWork || wait.mean() > 1e-9 * m_laws.mean(each.ok) ||
        !link.latency.isZero()) {
      return m_laws.orderOf({{each.ok, static_cast<double>(m_state.instances[link.pool])}}, needed,
                            band + (pool.speeds.empty() ? 0.0 : 0.5));
    }
    std::vector<ResponseLaws::Branches> branches;
    const Law& law = m_plan.laws[m_plan.code[begin].a];
    for (Index i = 0; i < m_state.instances[link.pool]; ++i) {
      const Node node = m_laws.law(law.scaled(1 / pool.speedOf(i)));
      const auto same =
          std::find_if(branches.begin(), branches.end(), [&](const auto& b) { return b.node == node; });
      same == branches.end() ? branches.push_back({node, 1}) : void(++same->times);
    }
    return m_laws.orderOf(branches, needed, 0);
  }

  CallResult take(Index tokens) {
    const Admission& admission = m_state.tokens[tokens];
    CallResult result;
    result.success = 1 - admission.lost;
    result.fault = either(m_state.tokenFault[tokens], admission.fault);
    if (!admission.isStable) {
      result.fault =
          either(result.fault, {"tokens \"" + m_plan.tokens[tokens].key +
                                    "\" are too few: their backlog grows by " + formatRate(admission.growth),
                                true});
    }
    if (admission.probability > 0) {
      result.ok = m_laws.wait(admission.probability, admission.rate, {admission.band});
    }
    if (admission.patience > 0 && admission.lost > 0) {
      result.bad = m_laws.constant(admission.patience);
    }
    m_next.tokensRefused[tokens][m_class] = admission.lost;
    return result;
  }

  void remember(Index program) {
    const Outcome& outcome = *m_outcomes[program];
    const double mean =
        outcome.success * m_laws.mean(outcome.ok) + (1 - outcome.success) * m_laws.mean(outcome.bad);
    const double second =
        outcome.success * m_laws.second(outcome.ok) + (1 - outcome.success) * m_laws.second(outcome.bad);
    m_state.programMoments[program][m_class] = {mean, second};
    m_state.programSuccess[program][m_class] = outcome.success;
    for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
      const Instruction& code = m_plan.code[pc];
      const Index pool = code.op != Op::Work ? kNone
                         : code.b == kNone   ? m_plan.programs[program].pool
                                             : code.b;
      if (pool != kNone && m_state.stations[pool].work > 0) {
        m_next.workLost[pool][m_class] = m_state.stations[pool].waits.at(m_class).lost;
      }
    }
  }

  /// From here to the end of the program, or until some tokens are given back: expected time, and its square.
  Holding untilEnd(Index program, Index from, Index givenBack) const {
    const Index begin = m_plan.programs[program].begin;
    std::vector<Holding> rest(m_steps.size());
    for (std::size_t i = m_steps.size(); i-- > 0;) {
      const Index pc = begin + static_cast<Index>(i);
      const bool isEnd =
          pc >= m_structure.endOf(program) ||
          (givenBack != kNone && m_plan.code[pc].op == Op::Give && m_plan.code[pc].a == givenBack);
      for (const Step& step : m_steps[i]) {
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

  void measureHolding(Index program) {
    const Index begin = m_plan.programs[program].begin;
    m_state.holding[program][m_class] = untilEnd(program, begin, kNone);
    const double runs = m_state.traffic.runs[program][m_class];
    for (Index pc = begin; runs > 0 && pc < m_structure.endOf(program); ++pc) {
      const Instruction& code = m_plan.code[pc];
      if (code.op == Op::Take && m_plan.tokens[code.a].refill == plan::Refill::OnGive) {
        const double asked = m_state.traffic.totalOf(m_state.traffic.asks[code.a]);
        const double own = m_state.traffic.asks[code.a][m_class];
        if (asked > 0) {
          // Each class, and each place that asks, by its share.
          m_tokenTime.push_back({code.a, own / asked, untilEnd(program, pc + 1, code.a).mean});
        }
      }
    }
  }

  void followGroups() {
    for (const auto& [tokens, share, mean] : m_tokenTime) {
      m_state.tokenHolding[tokens] += share * mean;
    }
    for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
      const plan::ConsumerGroup& group = m_plan.groups[i];
      const Index program = m_plan.links[group.link].program;
      const double all = m_state.traffic.totalOf(m_state.traffic.calls[group.link]);
      if (!m_structure.isReached(m_class, program) || all <= 0) {
        continue;
      }
      const double share = m_state.traffic.calls[group.link][m_class] / all;
      const CallResult result = m_calls[group.link] ? *m_calls[group.link] : call(group.link, program);
      m_state.groupService[i].mean += share * m_laws.mean(result.ok);
      m_state.groupService[i].second += share * m_laws.second(result.ok);
    }
  }

  struct TokenTime {
    Index tokens;
    double share;
    double mean;
  };

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
  Index m_class;
  Beliefs& m_next;
  ResponseLaws m_laws;
  std::vector<std::optional<Outcome>> m_outcomes;  // by program
  std::vector<std::optional<CallResult>> m_calls;  // by link
  std::vector<std::vector<Step>> m_steps;          // of the program at hand
  std::vector<TokenTime> m_tokenTime;
};

}  // namespace

ClassResponses respond(const Structure& structure, WorkingState& state, Index requestClass, Beliefs& next) {
  return Responder(structure, state, requestClass, next).respond();
}

}  // namespace cantilever::analytic
