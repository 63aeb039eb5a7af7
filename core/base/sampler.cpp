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
  }
  return 0;
}

}  // namespace cantilever
