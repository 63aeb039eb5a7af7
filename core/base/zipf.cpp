#include "core/base/zipf.h"

#include <algorithm>
#include <cmath>

#include "core/base/portable_math.h"

namespace cantilever {
namespace {

// Below this the first terms of the series are exact to the last bit but one.
constexpr double kNearZero = 1e-8;

/// (e^t - 1) / t
double expm1Over(double t) {
  return std::abs(t) < kNearZero ? 1 + t / 2 : (portable::exp(t) - 1) / t;
}

/// ln(1 + t) / t
double log1pOver(double t) {
  return std::abs(t) < kNearZero ? 1 - t / 2 : portable::log(1 + t) / t;
}

}  // namespace

// In what follows integers k = rank + 1 stand for the bars of width 1 around them, and x runs over the line.

ZipfSampler::ZipfSampler(std::uint32_t count, double exponent) : m_count(count), m_exponent(exponent) {
  m_high = area(1.5) - 1;  // the bar of k = 1 is as high as the law there, and not what lies under the curve
  m_low = area(static_cast<double>(count) + 0.5);
  m_shortcut = 2 - areaInverse(area(2.5) - density(2));
}

/// The integral of x^-exponent from 1 to x.
double ZipfSampler::area(double x) const {
  const double logX = portable::log(x);
  return expm1Over((1 - m_exponent) * logX) * logX;
}

double ZipfSampler::areaInverse(double area) const {
  const double t = std::max(-1.0, area * (1 - m_exponent));
  return portable::exp(log1pOver(t) * area);
}

double ZipfSampler::density(double x) const {
  return portable::exp(-m_exponent * portable::log(x));
}

std::uint32_t ZipfSampler::draw(RandomStream& stream) const {
  if (m_exponent == 0) {
    return stream.below(m_count);
  }
  for (;;) {
    const double drawn = m_low + stream.uniform() * (m_high - m_low);
    const double x = areaInverse(drawn);
    const double k = std::clamp(std::floor(x + 0.5), 1.0, static_cast<double>(m_count));
    if (k - x <= m_shortcut || drawn >= area(k + 0.5) - density(k)) {
      return static_cast<std::uint32_t>(k) - 1;
    }
  }
}

}  // namespace cantilever
