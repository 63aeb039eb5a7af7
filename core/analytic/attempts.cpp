// What a link does about attempts that are late, fail or are refused.
#include <algorithm>
#include <cmath>

#include "core/analytic/limits.h"
#include "core/analytic/responder.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kSeldomOpen = 0.01;
constexpr double kSeldomLate =
    1e-3;  // then the law of those in time is that of all, unless their mean is not
constexpr double kLittle = 0.02;
constexpr double kMostRough = 0.5;    // of what retries after refusals may be off
constexpr double kBudgetBand = 0.05;  // of what a budget lets through, which is a bucket

}  // namespace

/// Where a gamma law with the same moments says never, by Chernoff's bound, no inversion is spent on it.
Responder::Late Responder::lateOnes(Node node, double most) const {
  const double mean = m_laws.mean(node);
  const double variance = std::max(0.0, m_laws.second(node) - mean * mean);
  if (variance <= 1e-18 * mean * mean) {
    return {mean >= most && mean > 0 ? 1.0 : 0.0, mean};
  }
  const double shape = mean * mean / variance;
  const double times = most / mean;
  const bool isFarAway =
      !m_laws.isHeavy(node) && times > 3 && shape * (times - 1 - std::log(times)) > -std::log(kNeverLate);
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

}  // namespace cantilever::analytic
