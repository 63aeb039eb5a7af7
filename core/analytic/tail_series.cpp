#include "core/analytic/tail_series.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/law_transform.h"

namespace cantilever::analytic {

namespace {

using Complex = std::complex<double>;

constexpr double kFarthest = 1 / 1.15;  // of the longest
constexpr double kNearest = 1 / 24.0;
constexpr double kMostError = 2.5e-3;
constexpr double kStep = 1e-4;  // for the density

Complex quotientOf(Complex a, Complex b) {
  return productOf(a, inverseOf(b));
}

/// The same everywhere.
Frequencies all(Complex value) {
  Frequencies result;
  result.real += value.real();
  result.imaginary += value.imag();
  return result;
}

Frequencies sumOf(const Frequencies& a, const Frequencies& b) {
  return {a.real + b.real, a.imaginary + b.imaginary};
}

bool isFinite(Complex z) {
  return std::isfinite(z.real()) && std::isfinite(z.imag());
}

}  // namespace

TailSeries::TailSeries(double longest, const Transform& transform) : m_longest(longest), m_fraction{} {
  std::array<Complex, kTerms> terms;
  for (std::size_t k = 0; k < kTerms; ++k) {
    const Complex s(damping(longest), static_cast<double>(k) * spacing(longest));
    terms[k] = (k == 0 ? 0.5 : 1.0) * quotientOf(1.0 - transform[k], s);
  }
  // Rutishauser's quotient-difference scheme, column after column.
  std::array<Complex, kTerms> quotients;
  std::array<Complex, kTerms> differences{};
  std::size_t left = kTerms - 1;
  for (std::size_t i = 0; i < left; ++i) {
    quotients[i] = quotientOf(terms[i + 1], terms[i]);
  }
  m_fraction[0] = terms[0];
  for (std::size_t n = 1; n + 1 < kTerms; n += 2) {
    m_fraction[n] = -quotients[0];
    --left;
    for (std::size_t i = 0; i < left; ++i) {
      differences[i] = quotients[i + 1] - quotients[i] + differences[i + 1];
    }
    m_fraction[n + 1] = -differences[0];
    --left;
    for (std::size_t i = 0; i < left; ++i) {
      quotients[i] = productOf(quotients[i + 1], quotientOf(differences[i + 1], differences[i]));
    }
  }
  // Of a law that so many terms are more than enough for, the rest of the fraction is nothing.
  const auto end = std::find_if_not(m_fraction.begin(), m_fraction.end(), isFinite);
  std::fill(end, m_fraction.end(), Complex(0));
}

std::array<TailSeries::Value, 2> TailSeries::valuesAt(const Times& times) const {
  static_assert(Frequencies::kCount == 2);
  Frequencies z;
  for (std::size_t i = 0; i < 2; ++i) {
    const double angle = kPi * times[i] / m_longest;
    z.set(i, {std::cos(angle), std::sin(angle)});
  }
  // Convergents by their recursion.
  Frequencies top = all(m_fraction[0]);
  Frequencies bottom = all(1);
  Frequencies topBefore;
  Frequencies bottomBefore = all(1);
  std::array<std::array<double, 2>, 2> ends{};  // of the last but two, and of the last
  for (std::size_t n = 1; n < kTerms; ++n) {
    const Frequencies along = productOf(all(m_fraction[n]), z);
    if (n + 3 == kTerms || n + 1 == kTerms) {  // with what an endless fraction of two coefficients would add
      for (std::size_t i = 0; i < 2; ++i) {
        const Complex half = 0.5 * (1.0 + productOf(z.at(i), m_fraction[n - 1] - m_fraction[n]));
        const Complex rest =
            productOf(half, std::sqrt(1.0 + quotientOf(along.at(i), productOf(half, half))) - 1.0);
        ends[n + 1 == kTerms ? 1 : 0][i] = quotientOf(top.at(i) + productOf(rest, topBefore.at(i)),
                                                      bottom.at(i) + productOf(rest, bottomBefore.at(i)))
                                               .real();
      }
    }
    const Frequencies nextTop = sumOf(top, productOf(along, topBefore));
    const Frequencies nextBottom = sumOf(bottom, productOf(along, bottomBefore));
    topBefore = top;
    bottomBefore = bottom;
    top = nextTop;
    bottom = nextBottom;
  }
  std::array<Value, 2> values;
  for (std::size_t i = 0; i < 2; ++i) {
    const double scale = std::exp(damping(m_longest) * times[i]) / m_longest;
    values[i] = {scale * ends[1][i], scale * std::abs(ends[1][i] - ends[0][i])};
  }
  return values;
}

bool TailSeries::isMadeFor(double t) const {
  return t > m_longest / 4 && t < m_longest * kFarthest;
}

double TailSeries::mostAbove(double t) const {
  if (t < m_longest * kNearest) {
    return 1;
  }
  constexpr double kSafe = 10;  // times as large as errors seem to be
  const double at = std::min(t, m_longest * kFarthest);
  const Value value = valuesAt({at, at})[0];
  const double most = value.above + kSafe * value.error;
  return most >= 0 && most < 1 ? most : 1.0;
}

std::optional<TailAt> TailSeries::at(double t) const {
  if (t > m_longest * kFarthest || t < m_longest * kNearest) {
    return std::nullopt;
  }
  const auto [value, later] = valuesAt({t, t * (1 + kStep)});
  if (!(value.error <= kMostError * value.above && value.above < 1 + kMostError)) {
    return std::nullopt;
  }
  const double density = (value.above - later.above) / (t * kStep);
  return TailAt{std::min(value.above, 1.0), std::max(density, 0.0), 0};
}

}  // namespace cantilever::analytic
