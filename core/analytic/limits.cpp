#include "core/analytic/limits.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analytic/single_server.h"

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

/// P(at most x tokens are missing), but for a factor, where all who come are let through: 1 for none.
double contentOfBucket(double rho, double x) {
  if (x < kReachOfSums) {
    return bucketSum(rho, x + 1);
  }
  if (std::abs(rho - 1) * (x + 1) < 1e-6) {
    return 2 * x + 2.0 / 3;
  }
  // It tends to 1 / (1 - rho) - r e^(-s x), s the other root of rho (e^s - 1) = s (below zero for a load
  // above 1, where the second term is the larger one and it grows): the residue of its transform there.
  const double s = rootOfBucket(rho);
  return 1 / (1 - rho) - std::exp(-s * x) / (rho * std::exp(s) - 1);
}

/// Integrals of (e^(sq) - 1) / (e^(sQ) - 1) and of q times that, for q from 0 to Q.
struct Areas {
  double first;
  double second;
};
Areas areasUpTo(double end, double s) {
  const double x = s * end;
  if (std::abs(x) < 1e-4) {
    return {end / 2, end * end / 3};
  }
  const double rest = 1 / std::expm1(x);
  return {1 / s - end * rest, end / (s * -std::expm1(-x)) - 1 / (s * s) - end * end / 2 * rest};
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
  const double g = contentOfBucket(rho, depth - 1);
  return std::isfinite(g) ? refused(g) : 1 - 1 / rho;
}

BucketWaits waitsForBucket(double load, double depth, double limit) {
  constexpr double kParts = 8;  // of each token, at whose ends the density jumps
  constexpr double kMuch = 8;
  constexpr double kNobody = 1e-15;
  constexpr double kNearOne = 1 - 1e-6;
  constexpr double kOne = 1e-9;
  BucketWaits result;
  const double missing = depth - 1;
  const bool isBelow = std::isinf(limit) || load < kNearOne;  // nearer to one it would cancel
  const double full = isBelow && std::isfinite(limit) ? waitAboveOfMD1(load, 1, missing + limit) : 0.0;
  const double most = isBelow ? 0.0 : contentOfBucket(load, missing + limit);
  const double s = std::abs(load - 1) < kOne ? 0.0 : rootOfBucket(load);
  const auto above = [&](double t) {
    if (isBelow) {
      return (waitAboveOfMD1(load, 1, missing + t) - full) / (1 - full);
    }
    return std::isfinite(most) ? 1 - contentOfBucket(load, missing + t) / most : -std::expm1(s * (limit - t));
  };
  result.lost = isBelow               ? std::max(0.0, (1 - load) * full / (1 - load * full))
                : std::isfinite(most) ? 1 - 1 / (1 / most + load)
                                      : 1 - 1 / load;
  const double waits = above(0);
  if (!(waits > kNobody)) {
    return result;
  }
  const double byParts = depth <= kMuch ? std::min(4.0, limit) : 0.0;
  const double parts = std::ceil(byParts * kParts);
  const double width = parts > 0 ? byParts / parts : 0.0;
  double before = waits;
  for (double part = 0; part < parts; ++part) {
    const double begin = part * width;
    const double middle = above(begin + width / 2);
    const double end = above(begin + width);
    result.mean += width / 6 * (before + 4 * middle + end);
    result.second += width / 3 * (begin * before + 4 * (begin + width / 2) * middle + (begin + width) * end);
    before = end;
  }
  if (std::isinf(limit)) {
    result.mean += before / s;
    result.second += 2 * before * (byParts / s + 1 / (s * s));
  } else if (limit > byParts) {
    const Areas areas = areasUpTo(limit - byParts, s);
    result.mean += before * areas.first;
    result.second += 2 * before * (limit * areas.first - areas.second);
  }
  result.mean = std::max(0.0, result.mean);
  result.second = std::max(0.0, result.second);
  result.probability = result.mean > 0 ? waits : 0.0;
  return result;
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
