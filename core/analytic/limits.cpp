#include "core/analytic/limits.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cantilever::analytic {

namespace {

// Steps shorter than this, relatively, are followed by one of the size of rounding.
constexpr double kNewtonsLast = 1e-8;
// With 64 bits of mantissa the sum is good to 1e-9 up to here.
constexpr double kReachOfSums = 22;

/// G.
double bucketSum(double rho, double depth) {
  if (rho * (depth - 1) > std::numeric_limits<double>::max_exponent) {
    return std::numeric_limits<double>::infinity();
  }
  long double sum = 0;
  for (double k = 0; k <= depth - 1; ++k) {
    const long double x = static_cast<long double>(rho) * (depth - 1 - k);
    const long double size =
        x > 0 ? std::exp(k * std::log(x) - std::lgamma(static_cast<long double>(k) + 1) + x)
              : (k == 0 ? 1.0L : 0.0L);
    sum += std::fmod(k, 2) == 0 ? size : -size;
  }
  return static_cast<double>(sum);
}

/// The root other than 0 of rho (e^s - 1) = s. The difference is convex, so that Newton's steps from beyond
/// the root come ever nearer to it.
double rootOfBucket(double rho) {
  double s = rho < 1 ? std::min(2 * (1 - rho) / rho, 2 - 2 * std::log(rho)) : -rho;
  for (int i = 0; i < 100; ++i) {
    const double grown = std::expm1(s);
    const double step = (rho * grown - s) / (rho * (grown + 1) - 1);
    s -= step;
    if (!(std::abs(step) > kNewtonsLast * std::abs(s))) {
      break;
    }
  }
  return s;
}

}  // namespace

Attempts attemptsOf(double failure, double most) {
  const double all = std::pow(failure, most);
  return {failure < 1 ? (1 - all) / (1 - failure) : most, 1 - all};
}

double meanBackoff(double base, double cap, double retries, bool hasJitter) {
  double sum = 0;
  for (double i = 0; i < retries; ++i) {
    sum += std::min(cap, base * std::pow(2, std::min(i, 1000.0)));
  }
  return hasJitter ? sum / 2 : sum;
}

double refusedByBucket(double arrivals, double rate, double depth) {
  const double rho = arrivals / rate;
  if (rho <= 0) {
    return 0;
  }
  const auto refused = [rho](double g) { return std::max(0.0, 1 - 1 / (1 / g + rho)); };
  if (depth <= kReachOfSums) {
    return refused(bucketSum(rho, depth));
  }
  if (std::abs(rho - 1) * depth < 1e-6) {
    // G = 2 (b - 1) + 2/3 at a load of 1.
    return refused(2 * (depth - 1) + 2.0 / 3);
  }
  // G tends to 1 / (1 - rho) - r e^(-s (b - 1)), s the other root of rho (e^s - 1) = s (below zero for a load
  // above 1, where the second term is the larger one and G grows): the residue of its transform there.
  const double s = rootOfBucket(rho);
  const double residue = 1 / (rho * std::exp(s) - 1);
  const double g = 1 / (1 - rho) - residue * std::exp(-s * (depth - 1));
  return std::isfinite(g) ? refused(g) : 1 - 1 / rho;
}

BreakerFigures breaker(double arrivals, double failure, double failures, double openFor) {
  if (failure <= 0) {
    return {};
  }
  const double run = std::pow(failure, failures);
  if (failure >= 1) {  // it never closes: each opening is followed by one probe
    return {arrivals * openFor / (1 + arrivals * openFor), openFor / (openFor + 1 / arrivals)};
  }
  const double calls = (1 - run) / ((1 - failure) * run);
  const double openings = 1 / (1 - failure);
  const double rejected = arrivals * openFor * openings;
  return {rejected / (calls + openings + rejected),
          openings * openFor / (calls / arrivals + openings * (openFor + 1 / arrivals))};
}

}  // namespace cantilever::analytic
