#include "core/experiment/estimate.h"

#include <array>
#include <cmath>

namespace cantilever::experiment {

Estimate estimateOf(std::span<const double> values) {
  Estimate estimate;
  double sum = 0;
  for (const double value : values) {
    if (!std::isnan(value)) {
      sum += value;
      ++estimate.count;
    }
  }
  const auto n = static_cast<double>(estimate.count);
  estimate.mean = estimate.count > 0 ? sum / n : std::nan("");
  if (estimate.count < 2) {
    return estimate;
  }
  double squares = 0;
  for (const double value : values) {
    if (!std::isnan(value)) {
      squares += (value - estimate.mean) * (value - estimate.mean);
    }
  }
  estimate.halfWidth = studentT975(estimate.count - 1) * std::sqrt(squares / (n - 1) / n);
  return estimate;
}

double studentT975(std::size_t degreesOfFreedom) {
  constexpr std::array kTable = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                 2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                                 2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (degreesOfFreedom <= kTable.size()) {
    return kTable[degreesOfFreedom - 1];
  }
  constexpr double kZ = 1.959963984540054;  // of the normal law
  const auto n = static_cast<double>(degreesOfFreedom);
  const double z2 = kZ * kZ;
  const double g1 = kZ * (z2 + 1) / 4;
  const double g2 = kZ * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = kZ * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return kZ + g1 / n + g2 / (n * n) + g3 / (n * n * n);
}

}  // namespace cantilever::experiment
