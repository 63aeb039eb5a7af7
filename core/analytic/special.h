#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

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

/// Where `f`, increasing from below zero to above it between the two, is zero; itself only found between
/// them. By halves, and by the parabola through the last three points where that is safe (Chandrupatla 1997),
/// until the ends meet. Where it is zero all along, the least of that.
template <class Function>
double rootOfIncreasing(double low, double high, const Function& f) {
  constexpr double kUnknown = std::numeric_limits<double>::infinity();  // at the ends, until they are found
  struct Point {
    double x;
    double f;
  };
  Point last{low, -kUnknown};
  Point opposite{high, kUnknown};
  double along = 0.5;  // from the last point to the opposite one
  for (int i = 0; i < 200; ++i) {
    const double x = last.x + along * (opposite.x - last.x);
    const Point found{x, f(x)};
    if (x == last.x || x == opposite.x) {
      return x;
    }
    const Point before = (found.f < 0) == (last.f < 0) ? last : opposite;
    if ((found.f < 0) != (last.f < 0)) {
      opposite = last;
    }
    last = found;
    const double width = std::abs(opposite.x - last.x);
    const double least = std::numeric_limits<double>::epsilon() * std::abs(last.x) / width;
    if (least > 0.5) {
      return std::abs(last.f) < std::abs(opposite.f) ? last.x : opposite.x;
    }
    const double xi = (last.x - opposite.x) / (before.x - opposite.x);
    const double phi = (last.f - opposite.f) / (before.f - opposite.f);
    const bool isSafe = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
    along = isSafe ? last.f / (opposite.f - last.f) * before.f / (opposite.f - before.f) +
                         (before.x - last.x) / (opposite.x - last.x) * last.f / (before.f - last.f) *
                             opposite.f / (before.f - opposite.f)
                   : 0.5;
    along = std::isfinite(along) ? std::clamp(along, least, 1 - least) : 0.5;
  }
  return last.x;
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
