#include "core/base/count_law.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "core/base/portable_math.h"

namespace cantilever {
namespace {

constexpr double kMostDrawn = 1e9;
// From here on a sum over a power law is an integral with corrections, and a sum over batches an average.
constexpr std::size_t kSummedUpTo = 1000;

/// Sums over n from `first` to `last` of n^-s, by Euler and Maclaurin.
double integralOfPowers(double first, double last, double s) {
  if (first > last) {
    return 0;
  }
  const auto power = [s](double x) { return std::pow(x, -s); };
  const double integral = std::abs(s - 1) < 1e-12 ? std::log(last / first)
                                                  : (last * power(last) - first * power(first)) / (1 - s);
  const double slopes = -s * (power(last) / last - power(first) / first);
  return integral + (power(first) + power(last)) / 2 + slopes / 12;
}

/// Sums of n^-s from any number to `last`.
class PowerSums {
 public:
  PowerSums(double last, double s) : m_last(last), m_s(s), m_from(kSummedUpTo + 2, 0.0) {
    m_from[kSummedUpTo + 1] = integralOfPowers(kSummedUpTo + 1, last, s);
    for (std::size_t n = kSummedUpTo; n > 0; --n) {  // the small ones first
      const auto x = static_cast<double>(n);
      m_from[n] = m_from[n + 1] + (x <= last ? std::pow(x, -s) : 0.0);
    }
  }
  double from(double first) const {
    return first <= kSummedUpTo ? m_from[static_cast<std::size_t>(std::max(first, 1.0))]
                                : integralOfPowers(first, m_last, m_s);
  }

 private:
  double m_last;
  double m_s;
  std::vector<double> m_from;
};

/// Not divided by the probability yet, as below.
CountMoments momentsOfPowerLaw(const CountLaw& law, double batch, double least, double most) {
  const double last = std::min<double>(most, law.most);
  const double whole = PowerSums(law.most, law.exponent).from(1);
  const PowerSums weights(last, law.exponent);
  const PowerSums numbers(last, law.exponent - 1);
  CountMoments moments;
  moments.probability = weights.from(least) / whole;
  moments.mean = numbers.from(least) / whole;
  // The sum over j of P(n > j batch); far out the remainders of the division are spread evenly.
  double sum = 0;
  double start = 0;
  for (std::size_t j = 0; j < kSummedUpTo && start < last; ++j, start += batch) {
    sum += weights.from(std::max(least, start + 1));
  }
  if (start < last) {
    const double from = std::max(least, start + 1);
    sum += numbers.from(from) / batch + weights.from(from) * ((batch - 1) / (2 * batch) - start / batch);
  }
  moments.batches = sum / whole;
  return moments;
}

CountMoments momentsOfGeometric(double mean, double batch, double least, double most) {
  const double logQ = std::log1p(-1 / mean);
  const auto beyond = [logQ](double n) { return n > 0 ? std::exp(n * logQ) : 1.0; };  // P(number > n)
  const double below = beyond(least - 1);
  const double above = beyond(most);
  CountMoments moments;
  moments.probability = below - above;
  moments.mean = below * (least - 1 + mean) - above * (most + mean);
  // The sum over j of P(n > j batch), within the bounds: first those below the least, then a geometric
  // series.
  const double before = std::ceil((least - 1) / batch);
  const double behind = std::max(0.0, std::ceil(most / batch) - before);
  const double series = mean > 1 ? std::expm1(behind * batch * logQ) / std::expm1(batch * logQ) : 1.0;
  moments.batches = before * (below - above) + beyond(before * batch) * series - behind * above;
  return moments;
}

}  // namespace

CountMoments momentsOf(const CountLaw& law, std::uint32_t batch, std::uint32_t least, std::uint32_t most) {
  const double size = batch;
  const double low = std::max(least, 1u);
  const double high = most;
  CountMoments moments;
  switch (law.kind) {
    case CountLaw::Kind::Fixed:
      moments.probability = law.mean >= low && law.mean <= high ? 1 : 0;
      moments.mean = law.mean * moments.probability;
      moments.batches = std::ceil(law.mean / size) * moments.probability;
      break;
    case CountLaw::Kind::Geometric:
      moments = low <= high ? momentsOfGeometric(law.mean, size, low, high) : moments;
      break;
    case CountLaw::Kind::PowerLaw:
      moments = low <= std::min<double>(high, law.most) ? momentsOfPowerLaw(law, size, low, high) : moments;
      break;
  }
  if (moments.probability > 0) {
    moments.mean /= moments.probability;
    moments.batches /= moments.probability;
  }
  return moments;
}

std::vector<double> tailOfBatches(const CountLaw& law, std::uint32_t batch, std::uint32_t least,
                                  std::uint32_t most, std::size_t count) {
  constexpr double kNone = 1e-9;
  std::optional<PowerSums> powers;
  if (law.kind == CountLaw::Kind::PowerLaw) {
    powers.emplace(std::min(most, law.most), law.exponent);
  }
  const auto from = [&](double n) {  // P(at least so many), but for a factor
    switch (law.kind) {
      case CountLaw::Kind::Fixed:
        return n <= law.mean ? 1.0 : 0.0;
      case CountLaw::Kind::Geometric:
        return std::pow(1 - 1 / law.mean, n - 1) - std::pow(1 - 1 / law.mean, most);
      case CountLaw::Kind::PowerLaw:
        return n <= std::min(most, law.most) ? powers->from(n) : 0.0;
    }
    return 0.0;
  };
  const double low = std::max(least, 1u);
  const double all = from(low);
  std::vector<double> tail;
  while (tail.size() < count && all > 0) {
    const double more = from(std::max(low, static_cast<double>(tail.size()) * batch + 1)) / all;
    if (more < kNone) {
      break;
    }
    tail.push_back(more);
  }
  return tail;
}

CountSampler::CountSampler(const CountLaw& law) : m_law(law) {
  if (law.kind == CountLaw::Kind::PowerLaw) {
    m_ranks = ZipfSampler(law.most, law.exponent);
  }
}

std::uint32_t CountSampler::draw(RandomStream& stream) const {
  if (m_law.kind == CountLaw::Kind::PowerLaw) {
    return m_ranks.draw(stream) + 1;
  }
  if (m_law.kind == CountLaw::Kind::Fixed || m_law.mean == 1) {
    return static_cast<std::uint32_t>(m_law.mean);
  }
  // One and a geometric number: the whole part of an exponential of rate -ln(1 - 1/mean).
  const double more = stream.exponential() / -portable::log(1 - 1 / m_law.mean);
  return 1 + static_cast<std::uint32_t>(std::min(more, kMostDrawn));
}

}  // namespace cantilever
