#include "core/analytic/law_transform.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

using Complex = std::complex<double>;

/// Values of a normal variable, and how likely they are.
struct NormalAtom {
  double z = 0;
  double weight = 0;
};
// Of a law that varies little, by Gauss and Hermite's rule of five; else by the trapezoidal rule, farther up
// than down, where they are near nothing.
constexpr std::array<NormalAtom, 5> kFewAtoms = {{{-2.856970013872806, 0.01125741132772069},
                                                  {-1.355626179974266, 0.2220759220056126},
                                                  {0, 0.5333333333333333},
                                                  {1.355626179974266, 0.2220759220056126},
                                                  {2.856970013872806, 0.01125741132772069}}};
constexpr int kLowestAtom = -3;
constexpr int kHighestAtom = 5;
constexpr double kVariesLittle = 0.05;   // squared coefficient of variation
constexpr double kInnerOfLittle = 0.35;  // of the variance of the logarithm, that the gamma variable has
constexpr double kInner = 0.2;
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
  const bool variesLittle = scv < kVariesLittle;
  const double inner = variance * (variesLittle ? kInnerOfLittle : kInner);
  m_squarings = std::clamp(static_cast<int>(std::lround(-std::log2(std::expm1(inner)))), 0, 20);
  const double shape = std::exp2(m_squarings);
  const double outer = std::sqrt(std::max(0.0, variance - std::log1p(1 / shape)));
  double weights = 0;
  const auto add = [&](const NormalAtom& atom) {
    m_weight[m_atoms] = atom.weight;
    m_scale[m_atoms] = law.mean.inSeconds() * std::exp(outer * atom.z - outer * outer / 2) / shape;
    weights += atom.weight;
    ++m_atoms;
  };
  if (variesLittle) {
    std::for_each(kFewAtoms.begin(), kFewAtoms.end(), add);
  } else {
    for (int z = kLowestAtom; z <= kHighestAtom; ++z) {
      add({static_cast<double>(z), std::exp(-z * z / 2.0)});
    }
  }
  for (double& weight : m_weight) {
    weight /= weights;
  }
}

Complex LawTransform::operator()(Complex s) const {
  if (m_law.kind != Law::Kind::Lognormal) {
    return transformOf(m_law, s);
  }
  if (m_atoms == 0) {
    return std::exp(-s * m_law.mean.inSeconds());
  }
  Complex sum = 0;
  for (std::size_t i = 0; i < m_atoms; ++i) {
    Complex gamma = inverseOf(1.0 + s * m_scale[i]);
    for (int k = 0; k < m_squarings; ++k) {
      gamma = productOf(gamma, gamma);
    }
    sum += m_weight[i] * gamma;
  }
  return sum;
}

namespace {

using Lane = Frequencies::Lane;

/// 1 / (1 + s scale).
inline void exponential(const Frequencies& s, double scale, Lane& real, Lane& imaginary) {
  const Lane a = 1 + s.real * scale;
  const Lane b = s.imaginary * scale;
  const Lane norm = 1 / (a * a + b * b);
  real = a * norm;
  imaginary = -b * norm;
}

}  // namespace

/// The number of squarings is known to the compiler, up to what most laws have.
template <int kSquarings>
void LawTransform::sumAtoms(const Frequencies& s, Frequencies& result) const {
  const int squarings = kSquarings < 0 ? m_squarings : kSquarings;
  Lane sum{};
  Lane sumImaginary{};
  for (std::size_t i = 0; i < m_atoms; ++i) {
    Lane real;
    Lane imaginary;
    exponential(s, m_scale[i], real, imaginary);
#pragma GCC unroll 8
    for (int squaring = 0; squaring < squarings; ++squaring) {
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

void LawTransform::at(const Frequencies& s, Frequencies& result) const {
  if (m_law.kind == Law::Kind::Exponential) {
    return exponential(s, m_law.mean.inSeconds(), result.real, result.imaginary);
  }
  if (m_atoms == 0) {
    for (std::size_t k = 0; k < Frequencies::kCount; ++k) {
      result.set(k, (*this)(s.at(k)));
    }
    return;
  }
  switch (m_squarings) {
    case 1:
      return sumAtoms<1>(s, result);
    case 2:
      return sumAtoms<2>(s, result);
    case 3:
      return sumAtoms<3>(s, result);
    case 4:
      return sumAtoms<4>(s, result);
    case 5:
      return sumAtoms<5>(s, result);
    case 6:
      return sumAtoms<6>(s, result);
    default:
      return sumAtoms<-1>(s, result);
  }
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
