#include "core/analytic/law_transform.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

using Complex = std::complex<double>;

constexpr double kNormalStep = 0.8;
constexpr int kParetoPieces = 60;
constexpr double kParetoRatio = 0.7;  // of the probabilities beyond a piece's end and beyond its begin

Complex gammaTransform(double mean, double shape, Complex s) {
  return std::exp(-shape * std::log(1.0 + s * mean / shape));
}

Complex uniformTransform(double low, double high, Complex s) {
  const Complex width = s * (high - low);
  return std::abs(width) < 1e-6 ? std::exp(-s * low) * (1.0 - width / 2.0)
                                : (std::exp(-s * low) - std::exp(-s * high)) * inverseOf(width);
}

Complex paretoTransform(double least, double alpha, Complex s) {
  Complex sum = 0;
  double beyond = 1;
  double from = least;
  for (int i = 0; i < kParetoPieces; ++i) {
    const double next = beyond * kParetoRatio;
    const double to = least * std::pow(next, -1 / alpha);
    sum += (beyond - next) * uniformTransform(from, to, s);
    beyond = next;
    from = to;
  }
  return sum + beyond * std::exp(-s * from);
}

Complex pointsTransform(const Law& law, Complex s) {
  Complex sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < law.points.size(); ++i) {
    const double value = law.points[i].value.inSeconds();
    if (law.kind == Law::Kind::Empirical) {
      sum += law.points[i].weight * std::exp(-s * value);
      weights += law.points[i].weight;
    } else if (i > 0) {
      const double share = law.points[i].weight - law.points[i - 1].weight;
      sum += share * uniformTransform(law.points[i - 1].value.inSeconds(), value, s);
      weights += share;
    }
  }
  return weights > 0 ? sum / weights : Complex(1);
}

double pointsUpTo(const Law& law, double t) {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < law.points.size(); ++i) {
    const double value = law.points[i].value.inSeconds();
    if (law.kind == Law::Kind::Empirical) {
      sum += value <= t ? law.points[i].weight : 0.0;
      weights += law.points[i].weight;
    } else if (i > 0) {
      const double share = law.points[i].weight - law.points[i - 1].weight;
      const double low = law.points[i - 1].value.inSeconds();
      sum += value <= t ? share : t <= low ? 0.0 : share * (t - low) / (value - low);
      weights += share;
    }
  }
  return weights > 0 ? sum / weights : 1.0;
}

double hyperProbability(double scv) {
  return (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
}

}  // namespace

LawTransform::LawTransform(const Law& law) : m_law(law) {
  const double scv = law.scv();
  if (law.kind != Law::Kind::Lognormal || scv <= 0) {
    return;
  }
  const double variance = std::log1p(scv);
  // Neighbouring atoms of the outer law are blurred into one another by the inner one, whose shape is a power
  // of two, for speed: its transform is a square of squares.
  m_squarings = std::clamp(static_cast<int>(std::lround(-std::log2(std::expm1(variance * 0.15)))), 0, 20);
  const double shape = std::exp2(m_squarings);
  const double outer = std::sqrt(std::max(0.0, variance - std::log1p(1 / shape)));
  double weights = 0;
  for (int i = -kNormalSteps; i <= kNormalSteps; ++i) {
    const double z = i * kNormalStep;
    const double weight = std::exp(-z * z / 2);
    const double at = std::exp(outer * z - outer * outer / 2);
    const auto place = static_cast<std::size_t>(i + kNormalSteps);
    m_weight[place] = weight;
    m_scale[place] = law.mean.inSeconds() * at / shape;
    weights += weight;
  }
  for (double& weight : m_weight) {
    weight /= weights;
  }
  m_hasAtoms = true;
}

Complex LawTransform::operator()(Complex s) const {
  if (m_law.kind != Law::Kind::Lognormal) {
    return transformOf(m_law, s);
  }
  if (!m_hasAtoms) {
    return std::exp(-s * m_law.mean.inSeconds());
  }
  Complex sum = 0;
  for (std::size_t i = 0; i < kAtoms; ++i) {
    Complex gamma = inverseOf(1.0 + s * m_scale[i]);
    for (int k = 0; k < m_squarings; ++k) {
      gamma = productOf(gamma, gamma);
    }
    sum += m_weight[i] * gamma;
  }
  return sum;
}

void LawTransform::at(const Frequencies& s, Frequencies& result) const {
  using Lane = Frequencies::Lane;
  const auto gamma = [&s](double scale, Lane& real, Lane& imaginary) {
    const Lane a = 1 + s.real * scale;
    const Lane b = s.imaginary * scale;
    const Lane norm = 1 / (a * a + b * b);
    real = a * norm;
    imaginary = -b * norm;
  };
  if (m_law.kind == Law::Kind::Exponential) {
    return gamma(m_law.mean.inSeconds(), result.real, result.imaginary);
  }
  if (!m_hasAtoms) {
    for (std::size_t k = 0; k < Frequencies::kCount; ++k) {
      result.set(k, (*this)(s.at(k)));
    }
    return;
  }
  Lane sum{};
  Lane sumImaginary{};
  for (std::size_t i = 0; i < kAtoms; ++i) {
    Lane real;
    Lane imaginary;
    gamma(m_scale[i], real, imaginary);
    for (int squaring = 0; squaring < m_squarings; ++squaring) {
      const Lane square = real * real - imaginary * imaginary;
      imaginary = 2 * real * imaginary;
      real = square;
    }
    sum += m_weight[i] * real;
    sumImaginary += m_weight[i] * imaginary;
  }
  result.real = sum;
  result.imaginary = sumImaginary;
}

std::complex<double> transformOf(const Law& law, std::complex<double> s) {
  const double m = law.mean.inSeconds();
  if (m <= 0) {
    return 1;
  }
  const double scv = law.scv();
  switch (law.kind) {
    case Law::Kind::Constant:
      return std::exp(-s * m);
    case Law::Kind::Exponential:
      return inverseOf(1.0 + s * m);
    case Law::Kind::Erlang:
    case Law::Kind::Gamma:
      return scv > 0 ? gammaTransform(m, 1 / scv, s) : std::exp(-s * m);
    case Law::Kind::Uniform:
      return uniformTransform(m * (1 - law.shape), m * (1 + law.shape), s);
    case Law::Kind::Hyperexponential: {
      const double p = hyperProbability(scv);
      return p * inverseOf(1.0 + s * (m / (2 * p))) + (1 - p) * inverseOf(1.0 + s * (m / (2 * (1 - p))));
    }
    case Law::Kind::Lognormal:
      return LawTransform(law)(s);
    case Law::Kind::Pareto:
      return paretoTransform(m * (law.shape - 1) / law.shape, law.shape, s);
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      return pointsTransform(law, s);
  }
  return std::exp(-s * m);
}

double transformOf(const Law& law, double s) {
  return transformOf(law, Complex(s)).real();
}

double probabilityUpTo(const Law& law, double t) {
  const double m = law.mean.inSeconds();
  if (m <= 0 || t < 0) {
    return t < 0 ? 0.0 : 1.0;
  }
  const double scv = law.scv();
  switch (law.kind) {
    case Law::Kind::Constant:
      return t < m ? 0.0 : 1.0;
    case Law::Kind::Exponential:
      return -std::expm1(-t / m);
    case Law::Kind::Erlang:
    case Law::Kind::Gamma:
      return scv > 0 ? gammaUpTo(1 / scv, t / m / scv) : (t < m ? 0.0 : 1.0);
    case Law::Kind::Uniform:
      return law.shape > 0 ? std::clamp((t / m - 1 + law.shape) / (2 * law.shape), 0.0, 1.0)
                           : (t < m ? 0.0 : 1.0);
    case Law::Kind::Hyperexponential: {
      const double p = hyperProbability(scv);
      return 1 - p * std::exp(-t * 2 * p / m) - (1 - p) * std::exp(-t * 2 * (1 - p) / m);
    }
    case Law::Kind::Lognormal: {
      const double sigma = std::sqrt(std::log1p(scv));
      return sigma > 0 && t > 0
                 ? std::erfc(-(std::log(t / m) + sigma * sigma / 2) / (sigma * std::sqrt(2.0))) / 2
                 : (t < m ? 0.0 : 1.0);
    }
    case Law::Kind::Pareto: {
      const double least = m * (law.shape - 1) / law.shape;
      return t < least ? 0.0 : 1 - std::pow(least / t, law.shape);
    }
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      return pointsUpTo(law, t);
  }
  return t < m ? 0.0 : 1.0;
}

}  // namespace cantilever::analytic
