#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

/// Functions and searches that the formulas share.
namespace cantilever::analytic {

/// P(k, x), the regularised lower incomplete gamma function: the probability that a gamma variable of shape k
/// and scale 1 is at most x (Abramowitz and Stegun 1964, 6.5.1; series 6.5.29, continued fraction 6.5.31).
double gammaUpTo(double shape, double x);

/// I_x(a, b), the regularised incomplete beta function (Abramowitz and Stegun 1964, 26.5.8).
double betaUpTo(double a, double b, double x);

/// 1 + 1/2 + ... + 1/n: summed up to 10,000, beyond by Euler and Maclaurin's formula (relative error 1e-16).
double harmonicNumber(double n);

/// log n!
inline double logFactorial(double n) {
  return std::lgamma(n + 1);
}

/// Of what is above zero, to order by: the same of values that differ in their last digits, which are chance.
inline double rankOf(double value) {
  return std::round(std::log(value) * 1e6);
}

/// Where `f`, increasing from below zero to above it between the two, is zero. Halves until the ends meet.
template <class Function>
double rootOfIncreasing(double low, double high, const Function& f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) {
      break;
    }
    (f(middle) < 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

/// The least t >= 0 with survival(t) <= 1 - q, for a survival function that falls to zero. `scale`: the size
/// of the answer, roughly.
template <class Function>
double quantileOf(double q, double scale, const Function& survival) {
  if (survival(0.0) <= 1 - q) {
    return 0;
  }
  double high = scale > 0 ? scale : 1;
  for (int i = 0; i < 1000 && survival(high) > 1 - q; ++i) {
    high *= 2;
  }
  return rootOfIncreasing(0, high, [&](double t) { return (1 - q) - survival(t); });
}

}  // namespace cantilever::analytic
