#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/law.h"
#include "core/base/quantities.h"

namespace cantilever {

/// One stream of random numbers: xoshiro256++ (Blackman & Vigna 2019) seeded by splitmix64 of a hash of
/// *names*, never of positions, so that adding a block leaves the streams of all others alone. A plain value:
/// copying forks the stream. The same bits on every platform and build type; uses no libm (own exp/log in
/// `portable_math.h`).
class RandomStream {
 public:
  RandomStream() = default;
  explicit RandomStream(std::uint64_t seed);
  /// The generator in exactly this state, which must not be all zeros (for checkpoints and known answers).
  explicit RandomStream(const std::array<std::uint64_t, 4>& state) : m_state(state) {}
  /// The stream of (run seed, replication, element key, purpose).
  static RandomStream named(std::uint64_t seed, std::uint32_t replication, std::string_view element,
                            std::string_view purpose);

  std::uint64_t next();
  /// Uniform on [0, 1) with 53 bits.
  double uniform();
  /// Uniform on 0 .. n-1, unbiased (Lemire 2019). n > 0.
  std::uint32_t below(std::uint32_t n);
  /// Exponential with mean 1, by ziggurat (Marsaglia & Tsang 2000; tables of our own making).
  double exponential();
  /// Standard normal, by ziggurat.
  double normal();
  bool chance(double probability) { return uniform() < probability; }

  bool operator==(const RandomStream&) const = default;

 private:
  std::array<std::uint64_t, 4> m_state{};
};

/// Draws from a Law. Precomputes what the law needs once, so that a draw costs one or two variates (Erlang: k
/// of them); hot loops hold Samplers. A sampled duration is rounded to the nearest nanosecond, is never
/// negative and never above kLongestDraw. A shape outside its law's range is taken as the nearest inside.
class Sampler {
 public:
  /// 100 years: such a draw added to any simulated time still fits a Duration.
  static constexpr Duration kLongestDraw = Duration::nanoseconds(3'155'760'000'000'000'000);

  Sampler() = default;
  explicit Sampler(const Law& law);
  std::int64_t drawNs(RandomStream& stream) const;
  Duration draw(RandomStream& stream) const { return Duration::nanoseconds(drawNs(stream)); }

 private:
  double drawGamma(RandomStream& stream) const;
  double drawPoint(RandomStream& stream) const;
  void takePoints(const Law& law);

  Law::Kind m_kind = Law::Kind::Constant;
  std::int64_t m_constantNs = 0;
  double m_a = 0;
  double m_b = 0;
  double m_c = 0;
  std::vector<double> m_values;  // of laws with points, in nanoseconds
  std::vector<double> m_upTo;    // the share of draws up to each of them
};

/// The next number of the splitmix64 sequence (Vigna 2015, after Steele, Lea & Flood 2014).
std::uint64_t splitmix64(std::uint64_t& state);

/// 64-bit hash of a text: FNV-1a followed by a splitmix64 finaliser. Fixed for ever: stream names depend on
/// it.
std::uint64_t hashText(std::string_view text);

}  // namespace cantilever
