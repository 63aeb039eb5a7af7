#include "core/analytic/special.h"

#include <limits>

namespace cantilever::analytic {

namespace {

constexpr int kMostTerms = 100'000;
constexpr double kTermsEnd = 1e-17;
constexpr double kTiny = 1e-300;

double gammaSeries(double shape, double x) {
  double term = 1 / shape;
  double sum = term;
  for (int n = 1; n < kMostTerms && term > sum * kTermsEnd; ++n) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum * std::exp(shape * std::log(x) - x - std::lgamma(shape));
}

/// Lentz's evaluation of the continued fraction of the upper function.
double gammaFraction(double shape, double x) {
  double b = x + 1 - shape;
  double c = 1 / kTiny;
  double d = 1 / b;
  double h = d;
  for (int i = 1; i < kMostTerms; ++i) {
    const double a = -i * (i - shape);
    b += 2;
    d = 1 / (std::abs(a * d + b) < kTiny ? kTiny : a * d + b);
    c = b + a / c;
    c = std::abs(c) < kTiny ? kTiny : c;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) {
      break;
    }
  }
  return h * std::exp(shape * std::log(x) - x - std::lgamma(shape));
}

double betaFraction(double a, double b, double x) {
  const auto bounded = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / bounded(1 - (a + b) * x / (a + 1));
  double h = d;
  for (int m = 1; m < kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / bounded(1 + even * d);
    c = bounded(1 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / bounded(1 + odd * d);
    c = bounded(1 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) {
      break;
    }
  }
  return h;
}

}  // namespace

double gammaUpTo(double shape, double x) {
  if (x <= 0) {
    return 0;
  }
  return x < shape + 1 ? gammaSeries(shape, x) : 1 - gammaFraction(shape, x);
}

double betaUpTo(double a, double b, double x) {
  if (x <= 0 || x >= 1) {
    return x <= 0 ? 0.0 : 1.0;
  }
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a
                                   : 1 - front * betaFraction(b, a, 1 - x) / b;
}

double harmonicNumber(double n) {
  constexpr double kEulerGamma = 0.57721566490153286061;
  if (n > 10'000) {
    return std::log(n) + kEulerGamma + 1 / (2 * n) - 1 / (12 * n * n);
  }
  double sum = 0;
  for (double k = n; k >= 1; --k) {
    sum += 1 / k;
  }
  return sum;
}

}  // namespace cantilever::analytic
