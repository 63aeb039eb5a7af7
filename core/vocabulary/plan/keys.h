#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/quantities.h"

namespace cantilever::plan {

/// The things that requests are about (users, products, videos): keys 0 .. count-1 in order of popularity,
/// drawn once per request. Caches, shards, partitions, sticky links and limits per key see the same key.
struct KeySpace {
  std::string key;
  std::uint32_t count = 1;
  double exponent = 0;  ///< Zipf: key k has a share proportional to 1 / (k + 1)^exponent; 0: uniform
  /// The first keys have these shares of all requests; the others share the rest by the law above, the first
  /// of them as its first.
  std::vector<double> hot = {};
  /// Each time so much has passed a new key becomes the most popular one, and every other falls by one rank:
  /// the last one takes the first place. Zero: the keys keep their ranks.
  Duration drift = {};

  static constexpr std::uint32_t kMaxCount = 1'000'000'000;
  static constexpr double kMaxExponent = 10;
  static constexpr std::size_t kMostHot = 10'000;

  std::uint32_t others() const { return count - static_cast<std::uint32_t>(hot.size()); }
  /// Of all requests, those for none of the hot keys.
  double shareOfOthers() const;
};

}  // namespace cantilever::plan
