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

namespace {

using Table = std::array<double, 30>;

/// `z`: the quantile of the normal law.
double studentT(const Table& table, double z, std::size_t degreesOfFreedom) {
  if (degreesOfFreedom <= table.size()) {
    return table[degreesOfFreedom - 1];
  }
  const auto n = static_cast<double>(degreesOfFreedom);
  const double z2 = z * z;
  const double g1 = z * (z2 + 1) / 4;
  const double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return z + g1 / n + g2 / (n * n) + g3 / (n * n * n);
}

}  // namespace

double studentT975(std::size_t degreesOfFreedom) {
  constexpr Table kTable = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                            2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                            2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  return studentT(kTable, 1.959963984540054, degreesOfFreedom);
}

double studentT999(std::size_t degreesOfFreedom) {
  constexpr Table kTable = {318.31, 22.327, 10.215, 7.173, 5.893, 5.208, 4.785, 4.501, 4.297, 4.144,
                            4.025,  3.930,  3.852,  3.787, 3.733, 3.686, 3.646, 3.610, 3.579, 3.552,
                            3.527,  3.505,  3.485,  3.467, 3.450, 3.435, 3.421, 3.408, 3.396, 3.385};
  return studentT(kTable, 3.090232306167813, degreesOfFreedom);
}

}  // namespace cantilever::experiment
