#include "core/analytic/single_server.h"

#include <cmath>
#include <limits>

#include "core/analytic/erlang.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// The alternating sum loses a digit for each unit of 2 rho t / D or so.
constexpr double kSeriesReach = 8;

/// What is left of the capacity by the classes up to each, the most important first; the first is 1.
std::vector<double> spareAfter(const std::vector<PriorityLoad>& classes) {
  std::vector<double> spare{1};
  for (const PriorityLoad& each : classes) {
    spare.push_back(spare.back() - each.arrivals * each.service.first);
  }
  return spare;
}

}  // namespace

Moments momentsOf(const Law& law) {
  const double m = law.mean.inSeconds();
  const double m2 = m * m;
  const double m3 = m2 * m;
  switch (law.kind) {
    case Law::Kind::Constant:
      return {m, m2, m3};
    case Law::Kind::Exponential:
      return {m, 2 * m2, 6 * m3};
    case Law::Kind::Erlang:
    case Law::Kind::Gamma: {
      const double k = 1 / law.scv();
      return {m, m2 * (k + 1) / k, m3 * (k + 1) * (k + 2) / (k * k)};
    }
    case Law::Kind::Lognormal: {
      const double growth = 1 + law.scv();
      return {m, m2 * growth, m3 * growth * growth * growth};
    }
    case Law::Kind::Uniform:
      return {m, m2 * (1 + law.scv()), m3 * (1 + 3 * law.scv())};
    case Law::Kind::Hyperexponential: {
      // Balanced means: p1 m1 = p2 m2 = m / 2.
      const double scv = law.scv();
      const double p = (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
      const double fast = m / (2 * p);
      const double slow = m / (2 * (1 - p));
      return {m, 2 * (p * fast * fast + (1 - p) * slow * slow),
              6 * (p * fast * fast * fast + (1 - p) * slow * slow * slow)};
    }
    case Law::Kind::Pareto: {
      const double alpha = law.shape;
      const double least = m * (alpha - 1) / alpha;
      return {m, alpha > 2 ? alpha * least * least / (alpha - 2) : kInfinity,
              alpha > 3 ? alpha * least * least * least / (alpha - 3) : kInfinity};
    }
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      return {momentOfPoints(law, 1) * 1e-9, momentOfPoints(law, 2) * 1e-18, momentOfPoints(law, 3) * 1e-27};
  }
  return {m, m2, m3};
}

Moments sumOf(const Moments& a, const Moments& b) {
  return {a.first + b.first, a.second + 2 * a.first * b.first + b.second,
          a.third + 3 * a.second * b.first + 3 * a.first * b.second + b.third};
}

Moments mixtureOf(const std::vector<WeightedMoments>& parts) {
  Moments sum;
  for (const WeightedMoments& part : parts) {
    if (part.weight > 0) {
      sum.first += part.weight * part.moments.first;
      sum.second += part.weight * part.moments.second;
      sum.third += part.weight * part.moments.third;
    }
  }
  return sum;
}

double waitOfMG1(double arrivals, const Moments& service) {
  const double spare = 1 - arrivals * service.first;
  return spare > 0 ? arrivals * service.second / (2 * spare) : kInfinity;
}

double waitSecondMomentOfMG1(double arrivals, const Moments& service) {
  const double spare = 1 - arrivals * service.first;
  const double wait = waitOfMG1(arrivals, service);
  return spare > 0 ? 2 * wait * wait + arrivals * service.third / (3 * spare) : kInfinity;
}

double waitAboveOfMD1(double arrivals, double service, double t) {
  const double rho = arrivals * service;
  const auto series = [&](double at) {
    double sum = 0;
    for (double k = 0; k * service <= at; ++k) {
      const double x = arrivals * (at - k * service);
      const double size = x > 0 ? std::exp(k * std::log(x) - logFactorial(k) + x) : (k == 0 ? 1.0 : 0.0);
      sum += std::fmod(k, 2) == 0 ? size : -size;
    }
    return 1 - (1 - rho) * sum;
  };
  if (t <= kSeriesReach * service) {
    return series(t);
  }
  // s > 0 with lambda (e^(s D) - 1) = s (Cramer's root).
  const double most = 2 * (1 - rho) / (arrivals * service * service) + 2 / service;
  const double s =
      rootOfIncreasing(1e-12 * most, most, [&](double x) { return arrivals * std::expm1(x * service) - x; });
  return (1 - rho) / (rho * std::exp(s * service) - 1) * std::exp(-s * t);
}

double waitQuantileOfMD1(double arrivals, double service, double q) {
  return quantileOf(q, service, [&](double t) { return waitAboveOfMD1(arrivals, service, t); });
}

double responseOfSharing(double arrivals, double meanService) {
  const double spare = 1 - arrivals * meanService;
  return spare > 0 ? meanService / spare : kInfinity;
}

double responseSecondOfSharing(double load, double meanOfAll, const Moments& service) {
  const double spare = 1 - load;
  if (!(spare > 0)) {
    return kInfinity;
  }
  const double scv = std::max(0.0, service.scv());
  const double x = spare * service.first / meanOfAll;
  const double transform = scv > 1e-9 ? std::exp(-std::log1p(x * scv) / scv) : std::exp(-x);
  const double given = 2 * load * meanOfAll * service.first / (spare * spare * spare) -
                       2 * load * meanOfAll * meanOfAll * (1 - transform) / (spare * spare * spare * spare);
  return service.second / (spare * spare) + std::max(0.0, given);
}

double responseVarianceOfSharing(double load, const Moments& all, double service) {
  const double spare = 1 - load;
  if (!std::isfinite(all.second)) {  // others are there until it has gone
    return load * service * service / (spare * spare);
  }
  const double decay = all.second / (2 * all.first * spare);  // E[W | W > 0]
  const double x = service / decay;
  return 2 * load * decay * decay * (x < 1e-4 ? x * x / 2 : x + std::expm1(-x)) / (spare * spare);
}

double waitOfBatches(double requests, double batchMean, double batchSecond, const Moments& service) {
  const double spare = 1 - requests * service.first;
  return waitOfMG1(requests, service) +
         (spare > 0 ? service.first * (batchSecond / batchMean - 1) / (2 * spare) : 0.0);
}

double numberWithBreakdowns(double arrivals, double meanService, double timeToFailure, double timeToRepair) {
  const double mu = 1 / meanService;
  const double fail = 1 / timeToFailure;
  const double repair = 1 / timeToRepair;
  const double spare = repair * mu - arrivals * (fail + repair);
  return spare > 0 ? arrivals * ((fail + repair) * (fail + repair) + fail * mu) / ((fail + repair) * spare)
                   : kInfinity;
}

std::vector<double> waitsNonPreemptive(const std::vector<PriorityLoad>& classes) {
  double residual = 0;
  for (const PriorityLoad& each : classes) {
    residual += each.arrivals * each.service.second / 2;
  }
  const std::vector<double> spare = spareAfter(classes);
  std::vector<double> waits;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    waits.push_back(spare[k + 1] > 0 ? residual / (spare[k] * spare[k + 1]) : kInfinity);
  }
  return waits;
}

std::vector<double> waitsPreemptiveResume(const std::vector<PriorityLoad>& classes) {
  const std::vector<double> spare = spareAfter(classes);
  std::vector<double> waits;
  double residual = 0;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const Moments& service = classes[k].service;
    residual += classes[k].arrivals * service.second / 2;
    waits.push_back(spare[k + 1] > 0
                        ? service.first * (1 / spare[k] - 1) + residual / (spare[k] * spare[k + 1])
                        : kInfinity);
  }
  return waits;
}

std::vector<double> waitSecondsNonPreemptive(const std::vector<PriorityLoad>& classes) {
  double allSeconds = 0;
  double allThirds = 0;
  for (const PriorityLoad& each : classes) {
    allSeconds += each.arrivals * each.service.second;
    allThirds += each.arrivals * each.service.third;
  }
  const std::vector<double> spare = spareAfter(classes);
  std::vector<double> seconds;
  double before = 0;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const double with = before + classes[k].arrivals * classes[k].service.second;
    const double s = spare[k];
    const double t = spare[k + 1];
    seconds.push_back(t > 0 ? allThirds / (3 * s * s * t) + allSeconds * with / (2 * s * s * t * t) +
                                  allSeconds * before / (2 * s * s * s * t)
                            : kInfinity);
    before = with;
  }
  return seconds;
}

std::vector<double> waitSecondsPreemptiveResume(const std::vector<PriorityLoad>& classes) {
  const std::vector<double> spare = spareAfter(classes);
  std::vector<double> seconds;
  double before = 0;
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const std::vector<PriorityLoad> seen(classes.begin(),
                                         classes.begin() + static_cast<std::ptrdiff_t>(k) + 1);
    const Moments& service = classes[k].service;
    const double s = spare[k];
    if (!(spare[k + 1] > 0)) {
      seconds.push_back(kInfinity);
      continue;
    }
    const double wait = waitsNonPreemptive(seen).back();
    const double longer = service.first * (1 / s - 1);
    const double ownVariance = service.second - service.first * service.first;
    const double variance = waitSecondsNonPreemptive(seen).back() - wait * wait +
                            ownVariance * (1 / (s * s) - 1) + before * service.first / (s * s * s);
    seconds.push_back(variance + (wait + longer) * (wait + longer));
    before += classes[k].arrivals * service.second;
  }
  return seconds;
}

std::vector<double> waitsPreemptiveMMc(const std::vector<double>& arrivals, double meanService,
                                       double servers) {
  std::vector<double> waits;
  double together = 0;
  double queueBefore = 0;
  for (const double each : arrivals) {
    together += each;
    const bool isStable = together * meanService < servers;
    const double queue = isStable ? together * waitOfMMc(together, meanService, servers).mean() : kInfinity;
    waits.push_back(!isStable ? kInfinity : each > 0 ? (queue - queueBefore) / each : 0.0);
    queueBefore = queue;
  }
  return waits;
}

std::vector<double> waitsNonPreemptiveMMc(const std::vector<double>& arrivals, double meanService,
                                          double servers) {
  double total = 0;
  for (const double each : arrivals) {
    total += each;
  }
  // Beyond the capacity every arrival of a stable class finds all servers busy.
  const double residual = erlangC(total * meanService, servers) * meanService / servers;
  std::vector<double> waits;
  double spare = 1;
  for (const double each : arrivals) {
    const double next = spare - each * meanService / servers;
    waits.push_back(next > 0 ? residual / (spare * next) : kInfinity);
    spare = next;
  }
  return waits;
}

}  // namespace cantilever::analytic
