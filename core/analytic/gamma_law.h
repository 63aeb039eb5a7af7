#pragma once

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/analytic/special.h"

/// A gamma law by its first two moments, which stands for laws of which no more is known. Times in seconds.
namespace cantilever::analytic {

/// Whether two moments are those of a constant.
inline bool isConstant(double mean, double second) {
  return second - mean * mean <= 1e-12 * mean * mean;
}

/// P(T > t).
inline double gammaAbove(double mean, double second, double t) {
  const double variance = second - mean * mean;
  if (isConstant(mean, second)) {
    return t < mean ? 1.0 : 0.0;
  }
  return 1 - gammaUpTo(mean * mean / variance, t * mean / variance);
}

/// The same to about a hundredth, in a tenth of the time: the cube root of a gamma variable is nearly normal
/// (Wilson and Hilferty 1931, "The distribution of chi-square").
inline double gammaAboveRoughly(double mean, double second, double t) {
  const double variance = second - mean * mean;
  const double shape = variance > 0 ? mean * mean / variance : 1e12;
  if (shape < 1) {
    return gammaAbove(mean, second, t);
  }
  const double spread = 1 / (9 * shape);
  return std::erfc((std::cbrt(t / mean) - 1 + spread) / std::sqrt(2 * spread)) / 2;
}

/// About its quantile, to begin a search with: by the same, or by a line through the logarithm of the tail
/// where the shape is below 1.
inline double gammaQuantileRoughly(double mean, double second, double q) {
  const double variance = second - mean * mean;
  const double shape = variance > 0 ? mean * mean / variance : 1e12;
  if (shape < 1) {
    return std::max(mean * 1e-3, mean / shape * (std::log(shape / (1 - q)) + 0.5 * (shape - 1)));
  }
  // The normal quantile: Abramowitz and Stegun 1964, 26.2.23, good to 5e-4.
  const double p = std::min(q, 1 - q);
  const double r = std::sqrt(-2 * std::log(p));
  const double z =
      r - (2.515517 + r * (0.802853 + r * 0.010328)) / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)));
  const double spread = 1 / (9 * shape);
  const double root = 1 - spread + (q < 0.5 ? -z : z) * std::sqrt(spread);
  return mean * std::max(1e-3, root * root * root);
}

inline std::complex<double> gammaTransformOf(double mean, double second, std::complex<double> s) {
  const double variance = second - mean * mean;
  if (isConstant(mean, second)) {
    return std::exp(-s * mean);
  }
  return std::exp(-mean * mean / variance * std::log(1.0 + s * (variance / mean)));
}

}  // namespace cantilever::analytic
