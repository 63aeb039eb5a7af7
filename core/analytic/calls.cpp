#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analytic/fork_join.h"
#include "core/analytic/limits.h"
#include "core/analytic/responder.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

// A chance of being too late below this changes nothing that is shown.
constexpr double kNeverLate = 1e-9;
constexpr double kSeldomOpen = 0.01;
constexpr double kSeldomLate =
    1e-3;  // then the law of those in time is that of all, unless their mean is not
constexpr double kLittle = 0.02;
constexpr double kFewAttempts = 1e-9;
constexpr double kMostRough = 0.5;    // of what retries after refusals may be off
constexpr double kBudgetBand = 0.05;  // of what a budget lets through, which is a bucket
// Parallel calls to stations with queues come at the same moment: their waits are not independent.
constexpr double kForkBand = 0.2;
constexpr double kFanBand = 0.3;
constexpr double kGroupFrom = 1.5;   // calls at a queue at once: more are a group
constexpr double kGroupBand = 0.15;  // of what they meet there
// Of a fan-out with a window, beside drawing it many times; and for each by which the variation exceeds one.
constexpr double kWindowBand = 0.15;
constexpr double kWindowBandOfVariation = 0.07;
// Of readers who get the same at the same moment, and who answers as well for messages that came together.
constexpr double kReadersBand = 0.1;

}  // namespace

Outcome Responder::calleeOf(Index program, Index caller) {
  if (caller == kNone || !m_structure.isBackward(m_class, caller, program)) {
    return m_outcomes[program] ? *m_outcomes[program] : Outcome{};
  }
  const Holding& known = m_state.programMoments[program][m_class];
  Outcome result;
  result.success = m_state.programSuccess[program][m_class];
  result.ok = result.bad = m_laws.momentsOnly(known.mean, known.second, 0);
  return result;
}

CallResult Responder::served(Index linkIndex, Index caller) {
  const plan::Link& link = m_plan.links[linkIndex];
  const Outcome callee = calleeOf(link.program, caller);
  CallResult result{callee.success, callee.ok, callee.bad};
  result.fullFor = callee.fullFor;
  result.fault = either(m_state.linkFault[linkIndex], callee.fault);
  if (link.pool == kNone || m_plan.pools[link.pool].seats == 0) {
    return result;
  }
  const Admission& seat = m_state.seats[link.pool];
  if (!seat.isStable) {
    result.fault = either(result.fault, {nameOfPool(link.pool) + " has too few seats: its backlog grows by " +
                                             formatRate(seat.growth),
                                         true});
  }
  result.fault = either(seat.fault, result.fault);
  result.isThinned = seat.fault.changesFlow;
  if (seat.probability > 0) {
    const Node wait = m_laws.wait(seat.probability, seat.rate, {seat.band, seat.isLawKnown});
    result.ok = m_laws.sum(wait, result.ok);
    result.bad = m_laws.sum(wait, result.bad);
  }
  if (seat.lost > 0) {
    const double failing = seat.lost + (1 - seat.lost) * (1 - result.success);
    result.fullFor = std::max(result.fullFor, m_laws.mean(result.ok));
    const Node lost = seat.patience > 0 ? m_laws.constant(seat.patience) : ResponseLaws::kZero;
    result.bad = m_laws.mix(seat.lost / failing, lost, result.bad);
    result.success *= 1 - seat.lost;
    result.arrive *= 1 - seat.lost;
  }
  return result;
}

Node Responder::wayOf(Index linkIndex, Index caller, Trip trip) {
  const plan::Link& link = m_plan.links[linkIndex];
  const Node way = latencyOf(linkIndex, caller, trip == Trip::There ? 1 : 2);
  if (link.bandwidth <= 0) {
    return way;
  }
  const plan::RequestClass& of = m_plan.classes[m_class];
  const double reply = trip == Trip::Answered ? static_cast<double>(of.replyBytes) : 0.0;
  return m_laws.sum(m_laws.constant((static_cast<double>(of.requestBytes) + reply) / link.bandwidth), way);
}

Node Responder::latencyOf(Index linkIndex, Index caller, int ways) {
  const plan::Link& link = m_plan.links[linkIndex];
  if (link.isByZones) {
    const auto [known, isNew] = m_state.ways.try_emplace({linkIndex, caller});
    if (isNew) {
      known->second = waysBetween(linkIndex, caller);
    }
    const auto& all = ways == 1 ? known->second.there : known->second.both;
    Node mixed = ResponseLaws::kZero;
    double before = 0;
    for (const WorkingState::Way& each : all) {
      const Node first = m_laws.law(plan::lawOfWay(each.first, each.variation));
      const Node way = m_laws.sum(first, m_laws.law(plan::lawOfWay(each.second, each.variation)));
      mixed = m_laws.mix(before / (before + each.count), mixed, way);
      before += each.count;
    }
    if (!all.empty()) {
      return mixed;
    }
  }
  const Node way = m_laws.law(link.latency);
  return ways == 1 ? way : m_laws.sum(way, way);
}

/// Every pair of instances as likely as another; those equally far apart together.
WorkingState::Ways Responder::waysBetween(Index linkIndex, Index caller) const {
  const plan::Link& link = m_plan.links[linkIndex];
  WorkingState::Ways ways;
  const auto add = [](std::vector<WorkingState::Way>& to, WorkingState::Way way) {
    if (way.variation == 0) {  // two constants are one
      way.first = way.first + std::exchange(way.second, Duration());
    }
    const auto same = std::find_if(to.begin(), to.end(), [&way](const WorkingState::Way& each) {
      return each.first == way.first && each.second == way.second && each.variation == way.variation;
    });
    same == to.end() ? to.push_back(way) : void(same->count += way.count);
  };
  const auto starts = caller == kNone ? placesOf(kNone, zoneOfLogBy(linkIndex))
                                      : placesOf(m_plan.programs[caller].pool, link.zone);
  const auto ends = placesOf(link.pool, m_plan.programs[link.program].zone);
  for (const auto& [begin, ofBegin] : starts) {
    for (const auto& [end, ofEnd] : ends) {
      const Duration there = plan::wayBetween(m_plan, begin, end);
      const double variation = plan::variationBetween(m_plan, begin, end);
      add(ways.there, {there, Duration(), variation, ofBegin * ofEnd});
      add(ways.both, {there, plan::wayBetween(m_plan, end, begin), variation, ofBegin * ofEnd});
    }
  }
  return ways;
}

std::vector<std::pair<Index, double>> Responder::placesOf(Index pool, Index otherwise) const {
  std::vector<std::pair<Index, double>> places;
  const auto add = [&places](Index zone) {
    const auto same =
        std::find_if(places.begin(), places.end(), [zone](const auto& each) { return each.first == zone; });
    if (same != places.end()) {
      ++same->second;
    } else if (zone != kNone) {
      places.emplace_back(zone, 1);
    }
  };
  if (pool == kNone) {
    add(otherwise);
  } else if (m_plan.pools[pool].places.empty()) {
    add(m_plan.pools[pool].zone);
  } else {
    std::for_each(m_plan.pools[pool].places.begin(), m_plan.pools[pool].places.end(), add);
  }
  return places;
}

Index Responder::zoneOfLogBy(Index link) const {
  const auto group = std::find_if(m_plan.groups.begin(), m_plan.groups.end(),
                                  [link](const plan::ConsumerGroup& each) { return each.link == link; });
  return group == m_plan.groups.end() ? kNone : m_plan.logs[group->log].zone;
}

CallResult Responder::delivered(Index group, Index caller) {
  const Index link = m_plan.groups[group].link;
  const Index program = m_plan.links[link].program;
  std::optional<CallResult>& known = m_calls[link];
  const bool isBackward = caller != kNone && m_structure.isBackward(m_class, caller, program);
  if (!known || isBackward) {
    known = served(link, caller);
    believe(link, *known);
  }
  return *known;
}

Responder::Acknowledgement Responder::acknowledged(Index group, Index program) {
  const Index link = m_plan.groups[group].link;
  const Consumption& reading = m_state.groups[group];
  const std::string name = "consumers \"" + m_plan.groups[group].key + "\"";
  CallResult done = delivered(group, program);
  if (!reading.isStable) {
    done.fault = {name + " read less than comes: who waits for them waits ever longer", true};
  } else if (1 - done.success > kNeverLate) {
    done.fault =
        either(done.fault, {name + " fail at times, and read again: who waits for that is not solved"});
  }
  Acknowledgement result;
  result.fault = either(m_state.groupFault[group], done.fault);
  result.done = m_laws.sum(wayOf(link, kNone, Trip::Answered), done.ok);
  result.wait = m_laws.waitOfMoments(reading.wait, reading.waitSecond, reading.waitProbability,
                                     {reading.band, false, false, placeOf(m_plan.links[link].pool)});
  result.copies = plan::copiesOf(m_plan, m_plan.groups[group]);
  if (reading.longer > 0) {
    const double longer = reading.longer;
    result.done = m_laws.sum(result.done, m_laws.momentsOnly(longer, 2 * longer * longer, reading.band));
  }
  // Whose queues get the same at the same moment differ by their service alone.
  const Node service = m_laws.sum(wayOf(link, kNone, Trip::There), done.ok);
  const double square = m_laws.mean(service) * m_laws.mean(service);
  result.common = square > 0 ? std::min(1.0, square / m_laws.second(service)) : 0.0;
  return result;
}

CallResult Responder::publish(const Instruction& code, Index program) {
  const Quorum quorum = quorumOf(m_plan, code, m_class);
  CallResult result;
  if (!quorum.isMet) {
    result.success = 0;
    return result;
  }
  if (quorum.needed <= 0) {
    return result;
  }
  if (quorum.needed > quorum.readers) {
    result.fault = {"log \"" + m_plan.logs[code.a].key + "\" has fewer readers than who publishes waits for",
                    true};
    return result;
  }
  std::vector<Acknowledgement> from;
  for (Index i = 0; i < m_plan.groups.size(); ++i) {
    const plan::ConsumerGroup& group = m_plan.groups[i];
    if (group.log == code.a && (group.classSet == kNone || m_plan.classSets[group.classSet][m_class])) {
      from.push_back(acknowledged(i, program));
      result.fault = either(result.fault, from.back().fault);
    }
  }
  result.ok = quorumTime(from, quorum);
  return result;
}

/// The k-th smallest of the readers' times. Two M/M/1 queues that get the same have a longest response
/// between that of independent ones and that of ones with the same wait, a quarter of the way (Flatto and
/// Hahn 1984); queues whose service does not vary have the same wait: in between it is taken to be the square
/// of the correlation of what comes. Of the first of all the law is that of independent ones, stretched.
Node Responder::quorumTime(const std::vector<Acknowledgement>& from, const Quorum& quorum) {
  std::vector<ResponseLaws::Branches> independent;
  for (const Acknowledgement& each : from) {
    independent.push_back({m_laws.sum(each.wait, each.done), each.copies});
  }
  if (quorum.readers == 1) {
    return independent.front().node;
  }
  const Node apart =
      m_laws.orderOf(independent, quorum.needed, queueing(independent) < 2 ? 0.0 : kReadersBand);
  if (from.size() > 1 || from.front().wait == ResponseLaws::kZero) {
    return apart;
  }
  const Node together =
      m_laws.sum(from.front().wait, m_laws.orderOf({{from.front().done, quorum.readers}}, quorum.needed, 0));
  const double share = from.front().common * from.front().common;
  if (quorum.needed > 1) {
    return m_laws.mix(share, together, apart);
  }
  const double mean = share * m_laws.mean(together) + (1 - share) * m_laws.mean(apart);
  return m_laws.scaled(apart, mean / m_laws.mean(apart), 0);
}

CallResult Responder::forwarded(Index linkIndex, Index caller) {
  CallResult result = served(linkIndex, caller);
  const Node there = wayOf(linkIndex, caller, Trip::There);
  result.ok = m_laws.sum(there, result.ok);
  result.bad = m_laws.sum(there, result.bad);
  believe(linkIndex, result);
  return result;
}

CallResult Responder::call(Index linkIndex, Index caller) {
  std::optional<CallResult>& known = m_calls[linkIndex];
  const bool isBackward = m_structure.isBackward(m_class, caller, m_plan.links[linkIndex].program);
  if (!known || isBackward) {
    CallResult result = attempt(linkIndex, caller);
    hedge(m_plan.links[linkIndex], result);
    const double failing = 1 - result.success;  // of attempts
    eject(m_plan.links[linkIndex], linkIndex, failing, result);
    retry(m_plan.links[linkIndex], linkIndex, result);
    guard(m_plan.links[linkIndex], linkIndex, failing, result);
    believe(linkIndex, result);
    if (result.fault.changesFlow || result.fault.isOverload) {
      m_state.callFaults[{linkIndex, m_class}] = {result.fault.why, result.isThinned};
    }
    known = result;
  }
  return *known;
}

CallResult Responder::attempt(Index linkIndex, Index caller) {
  const plan::Link& link = m_plan.links[linkIndex];
  CallResult result = served(linkIndex, caller);
  const Node answered = wayOf(linkIndex, caller, Trip::Answered);
  const Node failed = link.bandwidth > 0 ? wayOf(linkIndex, caller, Trip::Failed) : answered;
  result.ok = m_laws.sum(answered, result.ok);
  result.bad = m_laws.sum(failed, result.bad);
  const double reaches = (1 - link.lossShare) * (1 - link.errorShare);
  if (link.errorShare > 0) {
    const double failing = link.errorShare + (1 - link.errorShare) * (1 - result.success);
    result.bad = m_laws.mix(link.errorShare / failing, failed, result.bad);
    result.success *= 1 - link.errorShare;
  }
  result.arrive *= reaches;
  if (link.timeout > Duration()) {
    timeOut(link, result);
  }
  return result;
}

/// Where a gamma law with the same moments says never, no inversion is spent on it.
Responder::Late Responder::lateOnes(Node node, double most) const {
  const double mean = m_laws.mean(node);
  const double variance = std::max(0.0, m_laws.second(node) - mean * mean);
  if (variance <= 1e-18 * mean * mean) {
    return {mean >= most && mean > 0 ? 1.0 : 0.0, mean};
  }
  const bool isFarAway = !m_laws.isHeavy(node) && most > 3 * mean &&
                         1 - gammaUpTo(mean * mean / variance, most * mean / variance) < kNeverLate;
  const double late = isFarAway ? 0.0 : m_laws.above(node, most);
  return late < kNeverLate ? Late{0, mean} : Late{late, m_laws.meanUpTo(node, most)};
}

void Responder::timeOut(const plan::Link& link, CallResult& result) {
  const double most = link.timeout.inSeconds();
  const double lost = link.lossShare;
  // Few late ones change the law of the others only if they are very late.
  const auto matters = [this](const Late& late, Node of) {
    return late.share > kSeldomLate ||
           (late.share > 0 && m_laws.mean(of) - late.meanOfOthers > kLittle * m_laws.mean(of));
  };
  Late late{0, m_laws.mean(result.ok)};
  if (result.fault.isOverload) {  // in the long run everybody waits longer than that
    late.share = 1;
    result.fault = {};
    result.ok = m_laws.constant(most);
  } else if (result.success > 0 && result.fault.empty()) {
    late = lateOnes(result.ok, most);
  } else {  // nobody knows how many are late
    result.fault.changesFlow = result.fault.changesFlow || !result.fault.empty();
  }
  // Failures as well are waited for no longer.
  const Late failures = result.success < 1 ? lateOnes(result.bad, most) : Late{};
  if (matters(failures, result.bad)) {
    const Node early = failures.share < 1
                           ? m_laws.within(result.bad, most, 1 - failures.share, failures.meanOfOthers)
                           : ResponseLaws::kZero;
    result.bad = m_laws.mix(failures.share, m_laws.constant(most), early);
  }
  const double wasBad = (1 - lost) * (1 - result.success);
  const double timedOut = lost + (1 - lost) * result.success * late.share;
  if (late.share < 1 && matters(late, result.ok)) {
    result.ok = m_laws.within(result.ok, most, 1 - late.share, late.meanOfOthers);
  }
  if (timedOut > 0) {
    result.bad = m_laws.mix(wasBad / (wasBad + timedOut), result.bad, m_laws.constant(most));
  }
  result.success = (1 - lost) * result.success * (1 - late.share);
}

void Responder::hedge(const plan::Link& link, CallResult& result) {
  if (!(link.hedge > Duration()) || result.success <= 0 || !result.fault.empty()) {
    return;
  }
  ResponseLaws::Hedge hedge{.after = link.hedge.inSeconds(), .success = result.success};
  hedge.late = m_laws.above(result.ok, hedge.after);
  const double late = result.success * hedge.late;
  hedge.extra =
      late + (result.success < 1 ? (1 - result.success) * m_laws.above(result.bad, hedge.after) : 0.0);
  if (hedge.extra < kNeverLate) {
    return;
  }
  result.ok = m_laws.hedged(result.ok, hedge);
  result.attempts += hedge.extra;
  // Of those that were answered before it went out, and of the others by either.
  result.success += (hedge.extra - late) * result.success;
}

namespace {

/// A retry that is not paid for is the end of a call: with which share of them granted at every stage as many
/// are made for each call as are paid for.
double shareGranted(double failure, double attempts, double paid) {
  const auto made = [&](double share) { return attemptsOf(failure * share, attempts).mean - 1; };
  double low = 0;
  double high = 1;
  if (made(high) <= paid) {
    return high;
  }
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (made(middle) < paid ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

/// Retries are independent of what refused the call before if they come much later: how far off that is, as
/// measured beside Falin and Templeton's retrial queue (1997, 1.2) and simulations of M/M/c/K.
double Responder::roughnessOf(const plan::Retries& retries, double fullFor) {
  constexpr double kRoughAt = 1.5;  // with a pause as long as it is full
  const double pause = m_laws.mean(pauseBefore(retries, 0));
  return pause > 0 ? kRoughAt * fullFor / pause : 1e9;
}

void Responder::doubtRetries(double band) {
  m_state.retryDoubt[m_class] = std::max(m_state.retryDoubt[m_class], band);
}

/// The longest pause cuts nothing off of drawn ones that are shorter on average.
Node Responder::pauseBefore(const plan::Retries& retries, std::uint32_t retry) {
  const bool doubles = retries.growth == plan::Retries::Growth::Doubling;
  const double cap = retries.cap.inSeconds();
  if (retries.growth == plan::Retries::Growth::Drawn) {
    return retries.law.mean < retries.cap ? m_laws.law(retries.law) : m_laws.constant(cap);
  }
  const double first = retries.base.inSeconds();
  const double pause = std::min(cap, doubles ? first * std::pow(2, std::min(retry, 60u)) : first);
  return retries.hasJitter ? m_laws.uniformUpTo(pause) : m_laws.constant(pause);
}

/// Whoever fails so often in a row is left out: seldom, or what the others then have to do is not solved.
void Responder::eject(const plan::Link& link, Index linkIndex, double failure, CallResult& result) {
  if (link.health.ejectAfter == 0 || link.pool == kNone || failure < kFewAttempts) {
    return;
  }
  const double instances = m_state.instances[link.pool];
  const double calls = totalOf(m_state.traffic.arrivals[linkIndex]);
  const double ejections = calls / instances * std::pow(failure, link.health.ejectAfter);
  if (instances > 1 && ejections * link.health.ejectFor.inSeconds() > kSeldomOpen) {
    result.fault = either(result.fault, {"link \"" + link.key +
                                             "\" leaves out instances that fail so many calls in a row: what "
                                             "the others have to do then is not solved",
                                         false, true});
  }
}

void Responder::retry(const plan::Link& link, Index linkIndex, CallResult& result) {
  const double failure = 1 - result.success;
  const plan::Retries& retries = link.retries;
  const std::uint32_t attempts = retries.reckoned();
  if (attempts <= 1 || failure < kFewAttempts) {
    return;
  }
  if (retries.attempts == plan::Retries::kUnlimited && std::pow(failure, attempts) > kSeldomLate) {
    result.fault =
        either(result.fault,
               {"link \"" + link.key + "\" tries without limit what fails nearly always", false, true});
  }
  const double each = result.attempts;
  double again = 1;  // of the retries wanted at each stage, the share that the budget pays for
  if (retries.budgetShare >= 0) {
    const double calls = totalOf(m_state.traffic.calls[linkIndex]);
    const double paid = retries.budgetShare + (calls > 0 ? retries.budgetFloor.raw() / calls : 0.0);
    again = shareGranted(failure, attempts, paid);
    doubtRetries(again < 1 ? kBudgetBand : 0.0);
  }
  const double rough = result.fullFor > 0 ? roughnessOf(retries, result.fullFor) : 0.0;
  doubtRetries(rough);
  if (rough > kMostRough) {
    result.fault = either(result.fault, {"link \"" + link.key +
                                             "\" tries again while what refused it is still full: how often "
                                             "that fails is not solved",
                                         false, true});
  }
  // Fail, pause, try again: from the last attempt backwards.
  Outcome rest{result.success, result.ok, result.bad};
  for (std::uint32_t i = attempts - 1; i-- > 0;) {
    const Node pause = pauseBefore(retries, i);
    const Node paused =
        rough > 0 ? m_laws.momentsOnly(m_laws.mean(pause), m_laws.second(pause), rough) : pause;
    const Outcome later{rest.success, m_laws.sum(paused, rest.ok), m_laws.sum(paused, rest.bad)};
    const Outcome handler = choose(again, later, Outcome{0});
    rest = join(result.success, result.ok, result.bad, Outcome{}, &handler);
  }
  result.attempts = each * attemptsOf(failure * again, attempts).mean;
  result.success = rest.success;
  result.ok = rest.ok;
  result.bad = rest.bad;
}

namespace {

/// About the share of the time for which a breaker with a window is open, while that is small: attempts per
/// second, by the probability that as many of a window have failed, each by itself, by how long it stays
/// open.
double opensByWindow(const plan::Breaker& breaker, double calls, double failure) {
  const auto failsIn = [&](double attempts) {
    const double needed = std::max(1.0, std::ceil(breaker.failedShare * attempts));
    return needed > attempts ? 0.0 : betaUpTo(needed, attempts - needed + 1, failure);
  };
  // Counted windows are looked at from the least attempts on; those of time have what comes in them.
  const double least = std::max(1u, breaker.minimum);
  const double inWindow = breaker.minimum == 0 ? breaker.window : std::min<double>(least, breaker.window);
  const double inTime = std::floor(calls * breaker.windowTime.inSeconds());
  const double byCount = breaker.window == 0 ? 0.0 : failsIn(inWindow);
  const double byTime = inTime >= least ? failsIn(inTime) : 0.0;
  return calls * std::max(byCount, byTime) * breaker.open.inSeconds();
}

}  // namespace

void Responder::guard(const plan::Link& link, Index linkIndex, double failure, CallResult& result) {
  if (!link.breaker.isOn() || failure < kFewAttempts) {
    return;
  }
  const double calls = totalOf(m_state.traffic.calls[linkIndex]);
  const bool mayOpen =
      link.breaker.hasWindow() && opensByWindow(link.breaker, calls * result.attempts, failure) > kSeldomOpen;
  const bool isPlain = link.breaker.consecutive != 0 && link.breaker.probes == 1 && !link.retries.isOn();
  if (mayOpen ||
      (link.breaker.consecutive != 0 && !isPlain && std::pow(failure, link.breaker.consecutive) > 1e-6)) {
    result.fault = either(
        result.fault,
        {"link \"" + link.key + "\" has a breaker that opens, of a kind without formula", false, true});
    result.isThinned = true;
    return;
  }
  if (!isPlain) {
    return;
  }
  const double rejected =
      breaker(calls, failure, link.breaker.consecutive, link.breaker.open.inSeconds()).rejected;
  const double failing = rejected + (1 - rejected) * failure;
  result.bad = m_laws.mix(rejected / failing, ResponseLaws::kZero, result.bad);
  result.success *= 1 - rejected;
  result.attempts *= 1 - rejected;
}

void Responder::believe(Index link, const CallResult& result) {
  m_next.success[link][m_class] = result.success;
  m_next.attempts[link][m_class] = result.attempts;
  m_next.arrive[link][m_class] = result.arrive;
}

CallResult Responder::parallel(Index pc, Index program) {
  const Instruction& group = m_plan.code[pc];
  std::vector<ResponseLaws::Branches> branches;
  std::vector<double> success;
  CallResult result;
  double worst = 0;
  Node slowest = ResponseLaws::kZero;
  for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
    const CallResult each = call(m_plan.code[branch].a, program);
    branches.push_back({each.ok, 1, each.success});
    success.push_back(each.success);
    result.fault = either(result.fault, each.fault);
    if (m_laws.mean(each.bad) >= worst) {
      worst = m_laws.mean(each.bad);
      slowest = each.bad;
    }
  }
  const Figure joined = forkJoin(pc);
  result.success = chanceOfSome(group.b, success);
  const double queues = queueing(branches);
  result.ok = group.b == 0
                  ? ResponseLaws::kZero
                  : m_laws.orderOf(branches, group.b, joined.value > 0 || queues < 2 ? 0.0 : kForkBand);
  const Index first = m_plan.code[pc + 1].a;
  const bool areAlike = std::all_of(m_plan.code.begin() + pc + 1, m_plan.code.begin() + pc + 1 + group.a,
                                    [&](const Instruction& branch) {
                                      return m_plan.links[branch.a].program == m_plan.links[first].program;
                                    });
  if (areAlike && group.b > 0) {
    result.ok =
        answersTogether(first, program, call(first, program), group.a, group.b, 0).value_or(result.ok);
  }
  if (joined.value > 0) {
    result.ok = m_laws.scaled(result.ok, joined.value / m_laws.mean(result.ok), joined.band);
  }
  result.bad = slowest;
  return result;
}

double Responder::queueing(const std::vector<ResponseLaws::Branches>& branches) const {
  double sum = 0;
  for (const ResponseLaws::Branches& each : branches) {
    sum += m_laws.hasWaits(each.node) ? each.times : 0.0;
  }
  return sum;
}

Figure Responder::forkJoin(Index pc) const {
  const Instruction& group = m_plan.code[pc];
  if (group.a < 2 || group.b != group.a) {
    return {};
  }
  std::optional<std::pair<double, double>> alike;
  std::vector<Index> pools;
  for (Index branch = pc + 1; branch <= pc + group.a; ++branch) {
    const plan::Link& link = m_plan.links[m_plan.code[branch].a];
    const Index begin = m_plan.programs[link.program].begin;
    const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
    if (!isOneWork || link.pool == kNone || !link.latency.isZero() || m_plan.pools[link.pool].seats != 0) {
      return {};
    }
    const bool isAgain = std::find(pools.begin(), pools.end(), link.pool) != pools.end();
    pools.push_back(link.pool);
    const StationFigures& station = m_state.stations[link.pool];
    const double calls = totalOf(m_state.traffic.calls[m_plan.code[branch].a]);
    const std::pair<double, double> is{station.work, station.service.first};
    if (station.model != "M/M/1" || station.servers != 1 ||
        std::abs(calls - station.work) > 1e-9 * station.work || (alike && *alike != is) || isAgain) {
      return {};
    }
    alike = is;
  }
  return responseOfForkJoin(alike->first, alike->second, group.a);
}

CallResult Responder::fan(Index index, Index program) {
  const plan::Fan& fan = m_plan.fans[index];
  const CallResult each = call(fan.link, program);
  const plan::FanSize& size = m_structure.fanSize(index);
  if (fan.isSent || size.calls <= 0) {
    return {};
  }
  CallResult result = each;
  const double needed = fan.needed == 0 ? size.calls : std::min<double>(fan.needed, size.calls);
  const bool isDrawn = fan.count != kNone;
  const bool isSpread = m_plan.links[fan.link].balancing == Balancing::All;
  const double band = (m_laws.hasWaits(each.ok) ? kFanBand : 0.0) +
                      (isDrawn && size.calls != std::round(size.calls) ? 0.3 : 0.0);
  const bool isVaried = isDrawn && m_plan.countLaws[fan.count].kind != CountLaw::Kind::Fixed;
  const std::optional<Node> together =
      fan.window == 0 || fan.window >= size.calls
          ? answersTogether(fan.link, program, each, size.calls, needed, isVaried ? kFanBand : 0.0)
          : std::nullopt;
  result.ok = isSpread   ? slowestInstance(fan, each, needed, band)
              : together ? *together
                         : answersOf(each, size.calls, fan.window, needed, band);
  result.success =
      needed >= size.calls
          ? std::pow(each.success, size.calls)
          : chanceOfSome(static_cast<std::size_t>(needed),
                         std::vector<double>(static_cast<std::size_t>(size.calls + 0.5), each.success));
  return result;
}

/// The answers of calls that come at the same moment to one queue, where they do nothing but work: the first
/// of them waits for those who are there, and then they are served as from a stock of their own.
std::optional<Node> Responder::answersTogether(Index linkIndex, Index program, const CallResult& each,
                                               double calls, double needed, double band) {
  const plan::Link& link = m_plan.links[linkIndex];
  if (link.pool == kNone || each.success < 1 - kFewAttempts || link.hedge > Duration() || calls <= 1) {
    return {};
  }
  const plan::Pool& pool = m_plan.pools[link.pool];
  const StationFigures& station = m_state.stations[link.pool];
  const StationWait& wait = station.waits.at(m_class);
  const Index begin = m_plan.programs[link.program].begin;
  const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
  const bool isOneQueue = pool.queue == plan::QueueScope::Shared || m_state.instances[link.pool] == 1;
  if (!(wait.together > kGroupFrom) || !isOneWork || !isOneQueue || pool.seats > 0 || station.servers == 0) {
    return {};
  }
  CallResult service;
  service.ok = m_laws.law(plan::workLaw(m_plan, m_plan.code[begin], m_class));
  const double probability = std::clamp(wait.first > 0 ? wait.probability : 0.0, 0.0, 1.0);
  const Node first = probability > 0 ? m_laws.wait(probability, probability / wait.first,
                                                   {kGroupBand + band, false, false, placeOf(link.pool)})
                                     : ResponseLaws::kZero;
  const Node served = answersOf(service, calls, station.servers, needed, kGroupBand + band);
  return m_laws.sum(wayOf(linkIndex, program, Trip::Answered), m_laws.sum(first, served));
}

/// The `needed`-th answer of calls of which at most `window` are open; 0: all. The next is begun when one has
/// ended, so answers come as from so many renewal processes until the last ones are begun. Exact where each
/// is exponential, a sum of stages, and where each is constant, rounds; in between by how much it varies.
Node Responder::answersOf(const CallResult& call, double calls, double window, double needed, double band) {
  const Node each = call.ok;
  const double all = std::max(1.0, std::round(calls));
  const double wanted = std::clamp(std::round(needed), 1.0, all);
  const double open = window == 0 ? all : std::min(window, all);
  const double before = std::min(wanted - 1, all - open);
  if (before <= 0) {
    return m_laws.orderOf({{each, open, call.success}}, wanted, band);
  }
  const double mean = m_laws.mean(each);
  const double scv = std::max(0.0, m_laws.second(each) / (mean * mean) - 1);
  const bool isKnown = m_laws.isMemoryless(each) || scv == 0;
  const double rough = isKnown ? 0.0 : kWindowBand + kWindowBandOfVariation * std::max(0.0, scv - 1);
  const Node last = m_laws.orderOf({{each, open}}, wanted - before, band + rough);
  if (m_laws.isMemoryless(each)) {
    const Duration stages = Duration::seconds(mean * before / open);
    return m_laws.sum(m_laws.law(Law::erlang(stages, static_cast<int>(before))), last);
  }
  const double varied = std::min(1.0, scv);
  const bool areMoreBegun = wanted <= all - open + 1;  // all the time, so that there is no last of them
  const double ended = areMoreBegun ? wanted : before;
  const double rounds = std::ceil(wanted / open) - (areMoreBegun ? 0 : 1);
  const double first = mean * (varied * ended / open + (1 - varied) * rounds);
  const double variance = ended * varied * mean * mean / (open * open);
  const Node begun = m_laws.momentsOnly(first, first * first + variance, band + rough);
  return areMoreBegun ? begun : m_laws.sum(begun, last);
}

Node Responder::slowestInstance(const plan::Fan& fan, const CallResult& each, double needed, double band) {
  const plan::Link& link = m_plan.links[fan.link];
  const plan::Pool& pool = m_plan.pools[link.pool];
  const Index begin = m_plan.programs[link.program].begin;
  const bool isOneWork = m_plan.code[begin].op == Op::Work && m_plan.code[begin + 1].op == Op::End;
  const StationWait& wait = m_state.stations[link.pool].waits.at(m_class);
  if (pool.speeds.empty() || !isOneWork || wait.mean() > 1e-9 * m_laws.mean(each.ok) ||
      !link.latency.isZero()) {
    return m_laws.orderOf({{each.ok, static_cast<double>(m_state.instances[link.pool]), each.success}},
                          needed, band + (pool.speeds.empty() ? 0.0 : 0.5));
  }
  std::vector<ResponseLaws::Branches> branches;
  const Law& law = plan::workLaw(m_plan, m_plan.code[begin], m_class);
  for (Index i = 0; i < m_state.instances[link.pool]; ++i) {
    const Node node = m_laws.law(law.scaled(1 / pool.speedOf(i)));
    const auto same =
        std::find_if(branches.begin(), branches.end(), [&](const auto& b) { return b.node == node; });
    same == branches.end() ? branches.push_back({node, 1, each.success}) : void(++same->times);
  }
  return m_laws.orderOf(branches, needed, 0);
}

}  // namespace cantilever::analytic
