#pragma once

#include <cstdint>
#include <limits>

#include "core/base/random.h"
#include "core/base/zipf.h"

namespace cantilever {

/// The probability law of a number of things, one or more.
struct CountLaw {
  enum class Kind : std::uint8_t {
    Fixed,      ///< always `mean`, a whole number
    Geometric,  ///< P(n) proportional to (1 - 1/mean)^n
    PowerLaw,   ///< P(n) proportional to n^-exponent, up to `most`: followers, sizes of groups
  };
  Kind kind = Kind::Fixed;
  double mean = 1;  ///< of Fixed and Geometric
  double exponent = 2;
  std::uint32_t most = 1;  ///< of PowerLaw

  static constexpr CountLaw fixed(std::uint32_t n) { return {Kind::Fixed, static_cast<double>(n)}; }
  static constexpr CountLaw geometric(double mean) { return {Kind::Geometric, mean}; }
  static constexpr CountLaw powerLaw(double exponent, std::uint32_t most) {
    return {Kind::PowerLaw, 1, exponent, most};
  }
};

/// What is expected of a number that lies between two others.
struct CountMoments {
  double probability = 0;  ///< of lying there
  double mean = 0;         ///< if it does, as the next
  double batches = 0;      ///< mean of the number divided by the size of a batch, rounded up
};
/// Of n with least <= n <= most. Exact but for rounding; of a power law beyond 1,000 by Euler and Maclaurin's
/// formula (relative error below 1e-9), beyond 1,000 batches by an average (1e-6).
CountMoments momentsOf(const CountLaw& law, std::uint32_t batch = 1, std::uint32_t least = 1,
                       std::uint32_t most = std::numeric_limits<std::uint32_t>::max());

/// Of such a number: the probabilities that it needs more than 0, 1, 2, ... batches; at most `count` of them,
/// and none below 1e-9.
std::vector<double> tailOfBatches(const CountLaw& law, std::uint32_t batch, std::uint32_t least,
                                  std::uint32_t most, std::size_t count);

/// Draws from a law. The same bits everywhere.
class CountSampler {
 public:
  CountSampler() = default;
  explicit CountSampler(const CountLaw& law);

  std::uint32_t draw(RandomStream& stream) const;

 private:
  CountLaw m_law;
  ZipfSampler m_ranks;
};

}  // namespace cantilever
