#pragma once

#include <cstdint>

#include "core/base/random.h"

namespace cantilever {

/// Draws ranks 0 .. count-1 with probability proportional to 1 / (rank + 1)^exponent, in constant time and
/// memory for any count: rejection from the inverse of the continuous law (Hoermann & Derflinger 1996,
/// "Rejection-inversion to generate variates from monotone discrete distributions"). Exponent 0 is uniform.
/// The same bits everywhere: see portable_math.h.
class ZipfSampler {
 public:
  ZipfSampler() = default;
  /// count >= 1, exponent >= 0.
  ZipfSampler(std::uint32_t count, double exponent);

  std::uint32_t draw(RandomStream& stream) const;

 private:
  double area(double x) const;
  double areaInverse(double area) const;
  double density(double x) const;

  std::uint32_t m_count = 1;
  double m_exponent = 0;
  double m_low = 0;  // the area is drawn between these two
  double m_high = 0;
  double m_shortcut = 0;  // a point this near below its integer needs no second look
};

}  // namespace cantilever
