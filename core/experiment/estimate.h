#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace cantilever::experiment {

/// A mean over independent values and the half-width of its 95 % interval, in the unit of the values.
struct Estimate {
  double mean = 0;                                             ///< not a number if there are none
  double halfWidth = std::numeric_limits<double>::infinity();  ///< infinite for fewer than two values
  std::size_t count = 0;

  double low() const { return mean - halfWidth; }
  double high() const { return mean + halfWidth; }
};

/// mean +- t s / sqrt(n), Student's interval for the mean of normal values. Values that are not numbers (a
/// percentile of nothing) are left out.
Estimate estimateOf(std::span<const double> values);

/// The 0.975 quantile of Student's t with that many (at least 1) degrees of freedom. Source: Abramowitz and
/// Stegun, Handbook of Mathematical Functions, table 26.10 up to 30, equation 26.7.5 beyond (error below
/// 1e-5).
double studentT975(std::size_t degreesOfFreedom);
/// The same of its 0.999 quantile.
double studentT999(std::size_t degreesOfFreedom);

}  // namespace cantilever::experiment
