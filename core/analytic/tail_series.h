#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <optional>

/// Internal to the solver: times in seconds.
namespace cantilever::analytic {

/// Of a law at t: P(T > t), and the density there, which is not known (0) where the former is in closed form.
struct TailAt {
  double above = 0;
  double density = 0;
  double area = 0;  ///< the integral of P(T > u) over u up to t; where it is known
};

/// P(T > t) at all times of an interval, from the law's transform at a few frequencies: a Fourier series,
/// summed as the continued fraction that has the same first terms (de Hoog, Knight and Stokes 1982, "An
/// improved method for numerical inversion of Laplace transforms"). Of 150 sums and mixtures of gamma and
/// lognormal laws, drawn at random, 99 of 100 probabilities down to 5e-4 that it gave were within 1 %, the
/// median 0.02 %, the worst 2.4 %; with a part of them that comes a constant later within 2 %, the worst 11
/// %.
class TailSeries {
 public:
  static constexpr std::size_t kTerms = 25;
  using Transform = std::array<std::complex<double>, kTerms>;

  /// `transform`: E[e^(-sT)] at s = damping + i k spacing for k = 0, 1, ...
  TailSeries(double longest, const Transform& transform);
  static double damping(double longest) { return kDamping / (2 * longest); }
  static double spacing(double longest) { return kPi / longest; }

  /// Nothing where it is not near enough: past `longest`, beside jumps, and at times that are much shorter.
  std::optional<TailAt> at(double t) const;
  /// No more take longer, by what is found at `t` or where the series ends.
  double mostAbove(double t) const;
  /// Whether `t` is where another series of about the same length would be as good.
  bool isMadeFor(double t) const;

 private:
  static constexpr double kDamping = 8;  // what comes from beyond counts e^-8 of what it is
  static constexpr double kPi = 3.141592653589793;

  struct Value {
    double above = 0;
    double error = 0;  // as it seems
  };
  using Times = std::array<double, 2>;
  std::array<Value, 2> valuesAt(const Times& times) const;

  double m_longest;
  std::array<std::complex<double>, kTerms> m_fraction;
};

}  // namespace cantilever::analytic
