#pragma once

#include <optional>

#include "core/catalog/param_spec.h"

namespace cantilever::widgets {

/// Positions 0 .. kSteps of a slider over a parameter's range, linear or over decades.
class SliderScale {
 public:
  static constexpr int kSteps = 1000;

  /// Nothing if the parameter has no number or no two-sided range.
  static std::optional<SliderScale> of(const catalog::ParamSpec& spec);

  /// Nearest position; numbers outside the range are at its ends.
  int positionOf(double number) const;
  /// Rounded to a number one would type (two digits over decades, 1/1000 of the range otherwise; whole for
  /// counts), within the range.
  double numberAt(int position) const;

 private:
  double m_minimum = 0;
  double m_maximum = 1;
  double m_lowest = 0;  ///< of a logarithmic range that begins at 0: the number at position 1
  bool m_isLogarithmic = false;
  bool m_isWhole = false;
};

}  // namespace cantilever::widgets
