// What requests meet, by class and of all classes together.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/analytic/assembler.h"
#include "core/analytic/class_availability.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kMuchDown = 0.01;
constexpr double kFewAlike = 0.02;  // of the variance
constexpr double kAgainBand = 0.1;
constexpr double kStillToCome = 20;  // of what did not settle: changes like the last one
constexpr double kFewLate = 1e-3;
constexpr double kSharedBand = 0.15;  // percentiles with shared servers depend on the law of service
constexpr int kMostNewtonSteps = 12;  // of Newton's method
// Relative distances of P(T > t) from what is wanted, from which one more of them gets there.
constexpr double kNearAllRoughly = 0.02;
constexpr double kNearAllExactly = 1e-5;
constexpr double kFew = 0.005;        // of those that are asked for: whose tails are not looked at
constexpr double kFineEnough = 0.01;  // of percentiles of several classes, where they are approximations

double quantileOfGamma(double mean, double second, double q) {
  const double shape = mean * mean / (second - mean * mean);
  return quantileOf(q, mean, [&](double t) { return 1 - gammaUpTo(shape, t / mean * shape); });
}

std::array<Figure*, 7> responsesOf(ClassSolution& of) {
  return {&of.succeeded, &of.success, &of.mean, &of.p50, &of.p95, &of.p99, &of.p999};
}

}  // namespace

Outcome Assembler::outcomeOf(Index requestClass, double& total) {
  ClassResponses& responses = m_settled.responses[requestClass];
  Outcome all{0};
  double succeeded = 0;
  total = 0;
  for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
    if (m_plan.sources[i].requestClass != requestClass || m_state.sourceRates[i] <= 0) {
      continue;
    }
    const Outcome& each = responses.bySource[i];
    const double good = m_state.sourceRates[i] * each.success;
    total += m_state.sourceRates[i];
    succeeded += good;
    all.ok = succeeded > 0 ? responses.laws.mix(1 - good / succeeded, all.ok, each.ok) : all.ok;
    all.fault = all.fault.empty() ? each.fault : all.fault;
  }
  all.success = total > 0 ? succeeded / total : 0;
  return all;
}

ClassSolution Assembler::classSolution(Index requestClass) {
  ClassSolution result;
  result.key = m_plan.classes[requestClass].key;
  const double total = m_offered[requestClass];
  const Outcome& outcome = m_outcomes[requestClass];
  const bool isClosed =
      std::any_of(m_plan.sources.begin(), m_plan.sources.end(), [&](const plan::Source& source) {
        return source.requestClass == requestClass && source.kind == plan::SourceKind::Closed;
      });
  result.offered = isClosed && !m_settled.isClosedExact
                       ? Figure::approximate(total, 0.05 + m_settled.closedBand)
                       : Figure::exact(total);
  availabilityFigures(requestClass, result);
  if (total <= 0) {
    return result;
  }
  if (!outcome.fault.empty()) {
    for (Figure* figure : responsesOf(result)) {
      *figure = Figure::unsolvable(outcome.fault.why);
    }
    return result;
  }
  std::string why = m_settled.swings[requestClass] ? kSwings : faultBefore(requestClass);
  const bool isEarly = withinDeadline(requestClass, outcome, why);
  why = why.empty() ? doubtOfClass(requestClass) : why;
  if (!why.empty()) {
    for (Figure* figure : responsesOf(result)) {
      *figure = Figure::unsolvable(why);
    }
    return result;
  }
  const bool isExact = isEarly && isExactClass(requestClass);
  const double failure = std::max(0.0, 1 - outcome.success);
  double failureBand = kFailureBand + m_state.retryDoubt[requestClass] + dependentRefusals(requestClass);
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    failureBand = m_state.stations[pool].isByHash && awaitsPool(requestClass, pool) ? 1.0 : failureBand;
  }
  double doubt = isExact || failure < 1e-9 ? 0 : failureBand * failure;
  for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
    doubt +=
        askedBy(m_structure, m_state.traffic, tokens, requestClass) > 0 ? m_state.tokens[tokens].luck : 0;
  }
  const double successBand = outcome.success < 1e-9 ? 0 : doubt / outcome.success;
  result.success = Figure::approximate(outcome.success, successBand);
  result.succeeded = Figure::approximate(total * outcome.success, successBand + result.offered.band);
  if (outcome.success <= 0) {
    result.mean = result.p50 = result.p95 = result.p99 = result.p999 =
        Figure::unsolvable("no request succeeds");
    return result;
  }
  responseFigures(requestClass, outcome, isExact, result);
  return result;
}

std::string Assembler::faultBefore(Index requestClass) const {
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    if (awaitsPool(requestClass, pool) && failsUnseen(pool) > kMuchDown) {
      return "the instances of pool \"" + m_plan.pools[pool].key + "\" fail too often to leave that out";
    }
  }
  return {};
}

bool Assembler::withinDeadline(Index requestClass, const Outcome& outcome, std::string& why) const {
  const Duration deadline = m_plan.classes[requestClass].deadline;
  if (!(deadline > Duration()) || outcome.success <= 0) {
    return true;
  }
  const double late = m_settled.responses[requestClass].laws.above(outcome.ok, deadline.inSeconds());
  if (late > kFewLate && why.empty()) {
    why =
        "class \"" + m_plan.classes[requestClass].key + "\" has a deadline that too many requests would miss";
  }
  return late < 1e-9;
}

void Assembler::responseFigures(Index requestClass, const Outcome& outcome, bool isExact,
                                ClassSolution& result) {
  const ResponseLaws& laws = m_settled.responses[requestClass].laws;
  const double mean = laws.mean(outcome.ok);
  const double own = mean > 0 ? laws.error(outcome.ok) / mean : 0;
  const bool isMeanExact = isExact && laws.isMeanExact(outcome.ok);
  const double disturbed = isExact ? 0
                                   : disturbanceOf(requestClass, mean) +
                                         std::min(1.0, kStillToCome * m_settled.unsettled) +
                                         dependentSuccesses(requestClass);
  result.mean = Figure::approximate(mean, isMeanExact ? 0 : own + disturbed + (isExact ? 0 : kMeanBand));
  std::string why = whyNoPercentiles(requestClass);
  if (laws.isHeavy(outcome.ok)) {
    why = "class \"" + result.key +
          "\" has service times of infinite variance: "
          "percentiles need a simulation";
  }
  if (!why.empty()) {
    result.p50 = result.p95 = result.p99 = result.p999 = Figure::unsolvable(why);
    return;
  }
  const bool isLawExact = isMeanExact && laws.isLawExact(outcome.ok);
  const double alike = isLawExact ? 0.0 : covarianceOfVisits(requestClass, mean);
  const double second = laws.second(outcome.ok);
  const bool isAgain = alike > kFewAlike * (second - mean * mean);
  const double band = isLawExact ? 0
                                 : kTailBand + (isAgain ? kAgainBand : 0.0) + own + disturbed +
                                       speedBand(requestClass) + (isExact ? 0 : kMeanBand) +
                                       (sharesByMoments(requestClass) ? kSharedBand : 0);
  const Percentiles& wanted = m_options.percentiles;
  const auto find = [&](bool isWanted, double q, Figure& figure) {
    if (isWanted) {
      const double longer =
          isAgain ? quantileOfGamma(mean, second + alike, q) / quantileOfGamma(mean, second, q) : 1.0;
      figure = Figure::approximate(longer * laws.quantile(outcome.ok, q), band);
    }
  };
  find(wanted.p999, 0.999, result.p999);  // the largest first
  find(wanted.p99, 0.99, result.p99);
  find(wanted.p95, 0.95, result.p95);
  find(wanted.p50, 0.5, result.p50);
  if (const std::string far = whyNoFarOnes(requestClass); !far.empty()) {
    result.p99 = result.p999 = Figure::unsolvable(far);
  }
}

/// Who comes to the same queue again finds it much as before: its state relaxes as that of M/M/c does, in
/// about s / (c (1 - sqrt(rho))^2) (Morse 1955). What that adds to the variance of a response in which waits
/// are taken to be independent. Not of branches, which are not one after the other.
double Assembler::covarianceOfVisits(Index requestClass, double mean) const {
  double sum = 0;
  for (Index pool = 0; pool < m_plan.pools.size() && !m_hasForks[requestClass]; ++pool) {
    const StationFigures& station = m_state.stations[pool];
    const StationWait& wait = station.waits.at(requestClass);
    double visits = 0;
    for (const Traffic::Work& each : m_state.traffic.work[pool]) {
      visits += each.requestClass == requestClass ? each.rate / m_offered[requestClass] : 0.0;
    }
    if (!(visits > 1) || !(station.servers > 0) || !(wait.probability > 0) || wait.sharedLoad > 0) {
      continue;
    }
    const double queues =
        m_plan.pools[pool].queue == plan::QueueScope::Shared ? 1.0 : m_state.instances[pool];
    const double whole = wait.mean();
    const double variance =
        (wait.second > 0 ? wait.second : 2 * whole * whole / wait.probability) - whole * whole;
    const double slack = 1 - std::sqrt(std::min(1.0, station.utilisation));
    const double relaxes = station.service.first * queues / (station.servers * slack * slack);
    const double apart = (visits + 1) / 3 * mean / visits;  // on average, of all pairs
    const auto programs = m_structure.programsAt(pool);
    const bool isLoop = std::any_of(programs.begin(), programs.end(),
                                    [this](Index program) { return m_structure.isCalledBack(program); });
    const double pairs = visits * (visits - 1) * (isLoop ? 2 : 1);  // of a loop their number is geometric
    sum += pairs / queues * variance * std::exp(-apart / relaxes);
  }
  return sum;
}

bool Assembler::waitsAt(Index requestClass, Index pool) const {
  constexpr double kIdle = 0.02;
  const StationFigures& station = m_state.stations[pool];
  return awaitsPool(requestClass, pool) && station.servers > 0 && station.utilisation > kIdle;
}

std::string Assembler::whyNoPercentiles(Index requestClass) const {
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const StationFigures& station = m_state.stations[pool];
    const StationWait& wait = station.waits.at(requestClass);
    const plan::Pool& of = m_plan.pools[pool];
    if (!waitsAt(requestClass, pool)) {
      continue;
    }
    if (station.model == "closed" && wait.stages.empty() && of.order != plan::ServiceOrder::Sharing) {
      return "users who think wait for each other at pool \"" + of.key +
             "\", no longer than all of them take: percentiles need a simulation";
    }
    if (of.order == plan::ServiceOrder::Lifo && !(wait.busyArrivals > 0)) {
      return "pool \"" + of.key + "\" serves the last first: percentiles need a simulation";
    }
  }
  return {};
}

/// Of a Pareto law the inversion needs more digits in the far tail than there are.
std::string Assembler::whyNoFarOnes(Index requestClass) const {
  constexpr double kHeavy = 5;
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const auto& work = m_state.traffic.work[pool];
    const bool isHeavy = std::any_of(work.begin(), work.end(), [this](const Traffic::Work& each) {
      const Law& law = m_plan.laws[each.law];
      return each.rate > 0 && law.kind == Law::Kind::Pareto && law.shape < kHeavy;
    });
    if (isHeavy && waitsAt(requestClass, pool)) {
      return "who waits at pool \"" + m_plan.pools[pool].key +
             "\" does so behind a Pareto law: far percentiles need a simulation";
    }
  }
  return {};
}

double Assembler::speedBand(Index requestClass) const {
  constexpr double kBand = 0.5;
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const plan::Pool& of = m_plan.pools[pool];
    if (!of.speeds.empty() && m_state.instances[pool] > 1 && waitsAt(requestClass, pool)) {
      return kBand;
    }
  }
  return 0;
}

/// Whether its requests have waited behind what windows send on elsewhere, for longer than the pool works on
/// one: those who did so leave one after the other, at the pace of that queue.
bool Assembler::comesInClumps(Index requestClass, Index pool) const {
  for (Index other = 0; other < m_plan.pools.size(); ++other) {
    if (other != pool &&
        m_state.stations[other].waits.at(requestClass).ofBacklogs > m_state.stations[pool].service.first) {
      return true;
    }
  }
  return false;
}

double Assembler::disturbanceOf(Index requestClass, double mean) const {
  double sum = 0;
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    double work = 0;
    for (const Traffic::Work& each : m_state.traffic.work[pool]) {
      work += each.requestClass == requestClass && m_structure.isAwaited(requestClass, each.program)
                  ? each.rate
                  : 0.0;
    }
    const StationWait& wait = m_state.stations[pool].waits.at(requestClass);
    const double disturbance = comesInClumps(requestClass, pool) ? kMostDisturbed : m_disturbance[pool];
    sum += disturbance * work * std::max(0.0, wait.mean() - wait.ofBacklogs);
  }
  return mean > 0 && m_offered[requestClass] > 0 ? sum / m_offered[requestClass] / mean : 0.0;
}

void Assembler::availabilityFigures(Index requestClass, ClassSolution& result) const {
  constexpr double kWaysOutBand = 0.3;  // of what fails until it is noticed that something is down
  const ClassAvailability::Answer found =
      ClassAvailability(m_structure, m_state.beliefs, m_availability).of(requestClass);
  double off = found.unknown + (found.isTheorem ? 0.0 : kWaysOutBand * found.unavailable);
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    off += awaitsPool(requestClass, pool) ? m_availability.bandOf(pool) : 0.0;
  }
  result.unavailability =
      Figure::approximate(found.unavailable, found.unavailable > 0 ? off / found.unavailable : 0);
  const double up = 1 - found.unavailable;
  result.availability = Figure::approximate(up, up > 0 ? off / up : 0);
}

/// Whether servers are shared on its way, and the law of that is only known by its moments.
bool Assembler::sharesByMoments(Index requestClass) const {
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const StationWait& wait = m_state.stations[pool].waits.at(requestClass);
    if (awaitsPool(requestClass, pool) && wait.sharedLoad > 0 && !wait.isShared) {
      return true;
    }
  }
  return false;
}

/// Of a request of any class.
void Assembler::availabilityOfAll(ClassSolution& all) const {
  double offered = 0;
  double unavailable = 0;
  double band = 0;
  for (const ClassSolution& each : m_solution.classes) {
    offered += each.offered.value;
    unavailable += each.offered.value * each.unavailability.value;
    band = each.offered.value > 0 ? std::max(band, each.unavailability.band) : band;
  }
  const double down = offered > 0 ? unavailable / offered : 0.0;
  all.unavailability = Figure::approximate(down, down > 0 ? band : 0);
  all.availability = Figure::approximate(1 - down, down < 1 ? band * down / (1 - down) : 0);
}

ClassSolution Assembler::allClasses() {
  ClassSolution all;
  availabilityOfAll(all);
  double ended = 0;  // of the time that successes take, for each second
  for (const ClassSolution& each : m_solution.classes) {
    if (!(each.offered.value > 0)) {
      continue;
    }
    all.offered = Figure::approximate(all.offered.value + each.offered.value,
                                      std::max(all.offered.band, each.offered.band));
    if (each.succeeded.isSolved() && !(each.succeeded.value > 0)) {
      continue;  // there is no response that the others could be mixed with
    }
    const std::array<const Figure*, 2> needed = {&each.succeeded, &each.mean};
    for (const Figure* figure : needed) {
      if (!figure->isSolved()) {
        for (Figure* of : responsesOf(all)) {
          *of = *figure;
        }
        return all;
      }
    }
    all.succeeded = Figure::approximate(all.succeeded.value + each.succeeded.value,
                                        std::max(all.succeeded.band, each.succeeded.band));
    ended += each.succeeded.value * each.mean.value;
    all.mean = Figure::approximate(0, std::max(all.mean.band, each.mean.band));
  }
  if (!(all.succeeded.value > 0)) {
    return all;
  }
  all.success = Figure::approximate(all.succeeded.value / all.offered.value, all.succeeded.band);
  all.mean = Figure::approximate(ended / all.succeeded.value, all.mean.band);
  const Percentiles& wanted = m_options.percentiles;
  const auto find = [&](bool isWanted, double q, Figure ClassSolution::*figure) {
    if (isWanted) {
      all.*figure = quantileOfAll(q, figure);
    }
  };
  find(wanted.p50, 0.5, &ClassSolution::p50);
  find(wanted.p95, 0.95, &ClassSolution::p95);
  find(wanted.p99, 0.99, &ClassSolution::p99);
  find(wanted.p999, 0.999, &ClassSolution::p999);
  return all;
}

Figure Assembler::quantileOfAll(double q, Figure ClassSolution::*figure) {
  double low = 0;
  double high = 0;
  double total = 0;
  double band = 0;
  for (const ClassSolution& each : m_solution.classes) {
    const Figure& own = each.*figure;
    if (!own.isSolved()) {
      return own;
    }
    if (each.succeeded.value > 0) {
      low = total > 0 ? std::min(low, own.value) : own.value;
      high = std::max(high, own.value);
      total += each.succeeded.value;
      band = std::max(band, own.band);
    }
  }
  const bool isRough = band > 0;
  const auto tailAt = [&](double t) {
    ResponseLaws::Tail sum;
    for (std::size_t k = 0; k < m_outcomes.size(); ++k) {
      const double share = m_solution.classes[k].succeeded.value / total;
      const ResponseLaws& laws = m_settled.responses[k].laws;
      const bool isFarBehind = isRough && share * laws.mostAbove(m_outcomes[k].ok, t) < kFew * (1 - q);
      if (share > 0 && !isFarBehind) {
        const ResponseLaws::Tail own = laws.tailAt(m_outcomes[k].ok, t);
        sum.above += share * own.above;
        sum.density += share * own.density;
      }
    }
    return sum;
  };
  // It is between those of the classes: by Newton's method on the logarithm of P(T > t), which ends with a
  // step from near by; halving where that would leave the bracket or a density is not known, as at jumps.
  const double fine = isRough ? kFineEnough : 1e-12;
  double t = (low + high) / 2;
  for (int i = 0; i < 200 && high - low > fine * high; ++i) {
    const ResponseLaws::Tail at = tailAt(t);
    const double height = std::log(std::max(at.above, 1e-300) / (1 - q));
    (height > 0 ? low : high) = t;
    const double next = at.density > 0 && i < kMostNewtonSteps ? t + height * at.above / at.density : -1;
    const bool isInside = next > low && next < high;
    if (isInside && std::abs(height) < (isRough ? kNearAllRoughly : kNearAllExactly)) {
      return Figure::approximate(next, band);
    }
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) {
      break;
    }
    t = isInside ? next : middle;
  }
  return Figure::approximate((low + high) / 2, band);
}

}  // namespace cantilever::analytic
