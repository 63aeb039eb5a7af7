#pragma once

#include <cstdint>
#include <string>

namespace cantilever::plan {

/// The things that requests are about (users, products, videos): keys 0 .. count-1 in order of popularity,
/// drawn once per request. Caches, shards, partitions, sticky links and limits per key see the same key.
struct KeySpace {
  std::string key;
  std::uint32_t count = 1;
  double exponent = 0;  ///< Zipf: key k has a share proportional to 1 / (k + 1)^exponent; 0: uniform

  static constexpr std::uint32_t kMaxCount = 1'000'000'000;
  static constexpr double kMaxExponent = 10;
};

}  // namespace cantilever::plan
