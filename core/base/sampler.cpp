#include <algorithm>
#include <cmath>

#include "core/base/portable_math.h"
#include "core/base/random.h"

namespace cantilever {
namespace {

std::int64_t roundedToNs(double ns) {
  constexpr auto kMost = static_cast<double>(Sampler::kLongestDraw.ns());
  if (!(ns > 0)) {  // not a number included
    return 0;
  }
  return ns >= kMost ? Sampler::kLongestDraw.ns() : static_cast<std::int64_t>(ns + 0.5);
}

}  // namespace

// What m_a, m_b and m_c mean depends on the law; all means are in nanoseconds. The limits are written with
// min and max in this order because they also turn a shape that is not a number into a valid one.
Sampler::Sampler(const Law& law) : m_kind(law.kind) {
  const double mean = std::max(0.0, static_cast<double>(law.mean.ns()));
  switch (law.kind) {
    case Law::Kind::Constant:
      m_constantNs = roundedToNs(mean);
      break;
    case Law::Kind::Exponential:
      m_a = mean;
      break;
    case Law::Kind::Erlang:
      m_b = std::min(1e6, std::max(1.0, std::nearbyint(law.shape)));  // stages
      m_a = mean / m_b;                                               // mean of a stage
      break;
    case Law::Kind::Lognormal: {
      // mean = exp(mu + sigma^2/2) and cv^2 = exp(sigma^2) - 1, hence exp(mu) = mean / sqrt(1 + cv^2).
      const double onePlusScv = 1.0 + law.shape * law.shape;
      m_a = mean / std::sqrt(onePlusScv);          // exp(mu)
      m_b = std::sqrt(portable::log(onePlusScv));  // sigma
      break;
    }
    case Law::Kind::Uniform: {
      const double half = std::min(1.0, std::max(0.0, law.shape));
      m_a = mean * (1.0 - half);
      m_b = mean * 2.0 * half;
      break;
    }
    case Law::Kind::Hyperexponential: {
      // Balanced means (Morse 1958): p1/mu1 = p2/mu2 = mean/2, p1 = (1 + sqrt((scv - 1) / (scv + 1))) / 2.
      const double scv = std::max(1.0, law.shape * law.shape);
      m_c = 0.5 * (1.0 + std::sqrt((scv - 1.0) / (scv + 1.0)));  // p1
      m_a = mean / (2.0 * m_c);                                  // mean of branch 1
      m_b = mean / (2.0 * (1.0 - m_c));                          // mean of branch 2
      break;
    }
    case Law::Kind::Gamma: {
      if (!(law.shape > 0)) {
        m_kind = Law::Kind::Constant;
        m_constantNs = roundedToNs(mean);
        break;
      }
      const double cv = std::min(1e3, std::max(1e-6, law.shape));
      const double k = 1.0 / (cv * cv);
      m_c = k < 1.0 ? 1.0 / k : 0.0;              // the draw is of k + 1, times a uniform to this power
      m_b = (k < 1.0 ? k + 1.0 : k) - 1.0 / 3.0;  // d of Marsaglia & Tsang
      m_a = mean / k;                             // scale
      break;
    }
    case Law::Kind::Pareto: {
      const double alpha = std::min(1e6, std::max(1.0 + 1e-6, law.shape));
      m_a = mean * (alpha - 1.0) / alpha;  // the least value
      m_b = 1.0 / alpha;
      break;
    }
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      takePoints(law);
      break;
  }
}

/// Weights below zero, or that are no numbers, count as zero; a law in which nothing has a weight is its
/// mean.
void Sampler::takePoints(const Law& law) {
  const bool isQuantiles = law.kind == Law::Kind::Quantiles;
  double sum = 0;
  for (const Law::Point& point : law.points) {
    const double weight = std::min(1e300, std::max(0.0, point.weight));
    sum = isQuantiles ? std::max(sum, weight) : sum + weight;
    m_values.push_back(static_cast<double>(point.value.ns()));
    m_upTo.push_back(sum);
  }
  if (!(sum > 0)) {
    m_kind = Law::Kind::Constant;
    m_constantNs = roundedToNs(static_cast<double>(law.mean.ns()));
    return;
  }
  for (double& share : m_upTo) {
    share /= sum;
  }
}

/// By inversion of the distribution function.
double Sampler::drawPoint(RandomStream& stream) const {
  const double u = stream.uniform();
  const auto at = std::upper_bound(m_upTo.begin(), m_upTo.end(), u);
  const auto i = static_cast<std::size_t>(std::min(at, m_upTo.end() - 1) - m_upTo.begin());
  if (m_kind == Law::Kind::Empirical || i == 0) {
    return m_values[i];
  }
  const double width = m_upTo[i] - m_upTo[i - 1];
  const double share = width > 0 ? (u - m_upTo[i - 1]) / width : 1.0;
  return m_values[i - 1] + share * (m_values[i] - m_values[i - 1]);
}

/// Gamma with shape d + 1/3 >= 1 and scale 1: the cube of a squeezed normal, by rejection (Marsaglia & Tsang
/// 2000, "A simple method for generating gamma variables", ACM TOMS 26(3)).
double Sampler::drawGamma(RandomStream& stream) const {
  const double d = m_b;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = stream.normal();
    const double root = 1.0 + c * x;
    if (root <= 0) {
      continue;
    }
    const double v = root * root * root;
    const double u = 1.0 - stream.uniform();  // not zero
    const double x2 = x * x;
    if (u < 1.0 - 0.0331 * x2 * x2 || portable::log(u) < 0.5 * x2 + d * (1.0 - v + portable::log(v))) {
      return d * v;
    }
  }
}

std::int64_t Sampler::drawNs(RandomStream& stream) const {
  switch (m_kind) {
    case Law::Kind::Constant:
      return m_constantNs;
    case Law::Kind::Exponential:
      return roundedToNs(m_a * stream.exponential());
    case Law::Kind::Erlang: {
      double sum = 0;
      for (auto stage = static_cast<std::int64_t>(m_b); stage > 0; --stage) {
        sum += stream.exponential();
      }
      return roundedToNs(m_a * sum);
    }
    case Law::Kind::Lognormal:
      return roundedToNs(m_a * portable::exp(m_b * stream.normal()));
    case Law::Kind::Uniform:
      return roundedToNs(m_a + m_b * stream.uniform());
    case Law::Kind::Hyperexponential: {
      const bool isFirst = stream.uniform() < m_c;
      return roundedToNs((isFirst ? m_a : m_b) * stream.exponential());
    }
    case Law::Kind::Gamma: {
      const double drawn = drawGamma(stream);
      // Shapes below one: Gamma(k) = Gamma(k + 1) U^(1/k), and -ln U is exponential.
      return roundedToNs(m_a * (m_c > 0 ? drawn * portable::exp(-m_c * stream.exponential()) : drawn));
    }
    case Law::Kind::Pareto:  // the logarithm of a Pareto variable is exponential
      return roundedToNs(m_a * portable::exp(m_b * stream.exponential()));
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      return roundedToNs(drawPoint(stream));
  }
  return 0;
}

}  // namespace cantilever
