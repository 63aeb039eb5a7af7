#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/base/quantities.h"

namespace cantilever {

/// The probability law of a duration. Two parameters are enough for all of them: `mean`, and `shape`, whose
/// meaning depends on the kind (see each). New kinds are appended; files write them by name (`text.h`).
struct Law {
  enum class Kind : std::uint8_t {
    Constant,          ///< always `mean`
    Exponential,       ///< memoryless; squared coefficient of variation (scv) 1
    Erlang,            ///< sum of k = round(shape) equal exponentials; scv 1/k
    Lognormal,         ///< `shape` = coefficient of variation cv; sigma^2 = ln(1 + cv^2)
    Uniform,           ///< on mean * [1 - shape, 1 + shape], 0 <= shape <= 1
    Hyperexponential,  ///< two exponentials with balanced means; `shape` = cv >= 1
    Gamma,             ///< `shape` = cv; k = 1/cv^2 need not be whole
    Pareto,  ///< P(X > x) = (m / x)^alpha from m on; `shape` = alpha > 1, m = mean (alpha - 1) / alpha
  };

  Kind kind = Kind::Constant;
  Duration mean;
  double shape = 0;

  static constexpr Law constant(Duration mean) { return {Kind::Constant, mean, 0}; }
  static constexpr Law exponential(Duration mean) { return {Kind::Exponential, mean, 1}; }
  static constexpr Law erlang(Duration mean, int k) { return {Kind::Erlang, mean, static_cast<double>(k)}; }
  static constexpr Law lognormal(Duration mean, double cv) { return {Kind::Lognormal, mean, cv}; }
  static constexpr Law uniform(Duration mean, double halfWidth) { return {Kind::Uniform, mean, halfWidth}; }
  static constexpr Law hyperexponential(Duration mean, double cv) {
    return {Kind::Hyperexponential, mean, cv};
  }
  static constexpr Law gamma(Duration mean, double cv) { return {Kind::Gamma, mean, cv}; }
  static constexpr Law pareto(Duration mean, double alpha) { return {Kind::Pareto, mean, alpha}; }

  /// Squared coefficient of variation, Var / mean^2; infinite for Pareto with alpha <= 2.
  constexpr double scv() const {
    switch (kind) {
      case Kind::Constant:
        return 0;
      case Kind::Exponential:
        return 1;
      case Kind::Erlang:
        return 1.0 / shape;
      case Kind::Uniform:
        return shape * shape / 3.0;
      case Kind::Lognormal:
      case Kind::Hyperexponential:
      case Kind::Gamma:
        return shape * shape;
      case Kind::Pareto:
        return shape > 2 ? 1 / (shape * (shape - 2)) : std::numeric_limits<double>::infinity();
    }
    return 0;
  }
  constexpr bool isZero() const { return mean.ns() == 0; }
  constexpr Law scaled(double factor) const { return {kind, mean * factor, shape}; }

  constexpr auto operator<=>(const Law&) const = default;
};

}  // namespace cantilever
