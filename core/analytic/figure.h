#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace cantilever::analytic {

/// How far a figure may be trusted.
enum class Exactness : std::uint8_t {
  Exact,          ///< the formula holds for the model as it is, but for rounding
  Approximation,  ///< within `band` of the truth, as far as is known
  NotSolvable,    ///< no formula here: `why` says what of and at which element
};

/// A number, and what it is worth.
struct Figure {
  double value = 0;
  Exactness exactness = Exactness::Exact;
  /// Of an approximation, relative: the true value is expected within value x (1 - band) and (1 + band).
  double band = 0;
  std::string why = {};  ///< of what is not solvable: the reason and the element, as a sentence

  bool isSolved() const { return exactness != Exactness::NotSolvable; }
  static Figure exact(double value) { return {value}; }
  static Figure approximate(double value, double band) {
    return band > 0 ? Figure{value, Exactness::Approximation, band} : Figure{value};
  }
  static Figure unsolvable(std::string why) { return {0, Exactness::NotSolvable, 0, std::move(why)}; }
  /// From bounds on both sides: the middle, and half their distance.
  static Figure between(double low, double high) {
    const double middle = (low + high) / 2;
    return middle > 0 ? approximate(middle, (high - low) / 2 / middle) : exact(0);
  }
  Figure widened(double by) const {
    Figure wider = *this;
    if (isSolved() && by > 0) {
      wider.exactness = Exactness::Approximation;
      wider.band += by;
    }
    return wider;
  }
};

}  // namespace cantilever::analytic
