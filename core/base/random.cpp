#include "core/base/random.h"

#include <bit>

#include "core/base/portable_math.h"
#include "core/base/ziggurat.h"

namespace cantilever {
namespace {

/// The top 53 bits as a number on [0, 1).
double unitInterval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

/// splitmix64's finaliser: David Stafford's variant 13 of the MurmurHash3 mixer.
std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15u;
  return mixed(state);
}

std::uint64_t hashText(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a (Fowler, Noll & Vo), 64 bits
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return mixed(hash);
}

RandomStream::RandomStream(std::uint64_t seed) {
  for (std::uint64_t& word : m_state) {
    word = splitmix64(seed);
  }
}

RandomStream RandomStream::named(std::uint64_t seed, std::uint32_t replication, std::string_view element,
                                 std::string_view purpose) {
  // A chain, so that the order of the parts counts: ("a", "b") and ("b", "a") are different streams.
  std::uint64_t state = seed;
  for (const std::uint64_t part : {std::uint64_t{replication}, hashText(element), hashText(purpose)}) {
    state = splitmix64(state) ^ part;
  }
  return RandomStream(mixed(state));
}

std::uint64_t RandomStream::next() {
  // xoshiro256++ 1.0 (Blackman & Vigna 2019).
  auto& s = m_state;
  const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double RandomStream::uniform() {
  return unitInterval(next());
}

std::uint32_t RandomStream::below(std::uint32_t n) {
  // Lemire 2019: the high half of a 32 x 32 bit product, rejecting the few low halves that would bias it.
  const auto product = [&] { return (next() >> 32) * n; };
  std::uint64_t wide = product();
  if (static_cast<std::uint32_t>(wide) < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (static_cast<std::uint32_t>(wide) < threshold) {
      wide = product();
    }
  }
  return static_cast<std::uint32_t>(wide >> 32);
}

double RandomStream::exponential() {
  const Ziggurat& table = exponentialZiggurat();
  double shift = 0;
  for (;;) {
    // The layer comes from the low 8 bits and the position from the high 53: disjoint, hence independent
    // (Doornik 2005).
    const std::uint64_t bits = next();
    const std::size_t layer = bits & 255u;
    const double x = unitInterval(bits) * table.edge[layer];
    if (x < table.edge[layer + 1]) {
      return shift + x;
    }
    if (layer == 0) {  // the tail is the same law, moved (no memory)
      shift += table.tailStart;
      continue;
    }
    const double y = table.height[layer] + uniform() * (table.height[layer + 1] - table.height[layer]);
    if (y < portable::exp(-x)) {
      return shift + x;
    }
  }
}

double RandomStream::normal() {
  const Ziggurat& table = normalZiggurat();
  for (;;) {
    const std::uint64_t bits = next();
    const std::size_t layer = bits & 255u;
    const double sign = (bits & 256u) != 0 ? -1.0 : 1.0;
    const double x = unitInterval(bits) * table.edge[layer];
    if (x < table.edge[layer + 1]) {
      return sign * x;
    }
    if (layer == 0) {  // Marsaglia 1964: accept an exponential beyond the start of the tail
      for (;;) {
        const double beyond = exponential() / table.tailStart;
        if (2.0 * exponential() > beyond * beyond) {
          return sign * (table.tailStart + beyond);
        }
      }
    }
    const double y = table.height[layer] + uniform() * (table.height[layer + 1] - table.height[layer]);
    if (y < portable::exp(-0.5 * x * x)) {
      return sign * x;
    }
  }
}

}  // namespace cantilever
