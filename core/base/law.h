#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/quantities.h"

namespace cantilever {

/// The probability law of a duration. Most have two parameters: `mean`, and `shape`, whose meaning depends on
/// the kind (see each); those that were measured have a list of points, of which the mean follows. New kinds
/// are appended; files write them by name (`text.h`).
struct Law {
  enum class Kind : std::uint8_t {
    Constant,          ///< always `mean`
    Exponential,       ///< memoryless; squared coefficient of variation (scv) 1
    Erlang,            ///< sum of k = round(shape) equal exponentials; scv 1/k
    Lognormal,         ///< `shape` = coefficient of variation cv; sigma^2 = ln(1 + cv^2)
    Uniform,           ///< on mean * [1 - shape, 1 + shape], 0 <= shape <= 1
    Hyperexponential,  ///< two exponentials with balanced means; `shape` = cv >= 1
    Gamma,             ///< `shape` = cv; k = 1/cv^2 need not be whole
    Pareto,     ///< P(X > x) = (m / x)^alpha from m on; `shape` = alpha > 1, m = mean (alpha - 1) / alpha
    Empirical,  ///< one of the values of `points`, each as likely as its share of all weights
    Quantiles,  ///< `points`: value below which the share `weight` lies; straight lines between them
  };
  struct Point {
    Duration value;
    double weight = 1;

    auto operator<=>(const Point&) const = default;
  };

  Kind kind = Kind::Constant;
  Duration mean;
  double shape = 0;
  /// Of Empirical: in any order. Of Quantiles: both rising, from weight 0 to weight 1.
  std::vector<Point> points = {};

  static constexpr std::size_t kMostPoints = 10'000;

  static Law constant(Duration mean) { return {Kind::Constant, mean, 0}; }
  static Law exponential(Duration mean) { return {Kind::Exponential, mean, 1}; }
  static Law erlang(Duration mean, int k) { return {Kind::Erlang, mean, static_cast<double>(k)}; }
  static Law lognormal(Duration mean, double cv) { return {Kind::Lognormal, mean, cv}; }
  static Law uniform(Duration mean, double halfWidth) { return {Kind::Uniform, mean, halfWidth}; }
  static Law hyperexponential(Duration mean, double cv) { return {Kind::Hyperexponential, mean, cv}; }
  static Law gamma(Duration mean, double cv) { return {Kind::Gamma, mean, cv}; }
  static Law pareto(Duration mean, double alpha) { return {Kind::Pareto, mean, alpha}; }
  /// Their mean is computed, exactly but for the rounding to a nanosecond.
  static Law empirical(std::vector<Point> points) { return ofPoints(Kind::Empirical, std::move(points)); }
  static Law quantiles(std::vector<Point> points) { return ofPoints(Kind::Quantiles, std::move(points)); }

  bool hasPoints() const { return kind == Kind::Empirical || kind == Kind::Quantiles; }
  /// Squared coefficient of variation, Var / mean^2; infinite for Pareto with alpha <= 2.
  double scv() const;
  bool isZero() const { return mean.ns() == 0; }
  Law scaled(double factor) const;
  /// The same shape with another mean.
  Law withMean(Duration other) const;

  auto operator<=>(const Law&) const = default;

 private:
  static Law ofPoints(Kind kind, std::vector<Point> points);
};

/// E[X^k] in ns^k of a law with points, k = 1 or 2.
double momentOfPoints(const Law& law, int k);

}  // namespace cantilever
