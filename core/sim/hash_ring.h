#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/sim/instance_set.h"

namespace cantilever::sim {

/// Consistent hashing: each of n instances has `points` places on a ring, and a key belongs to the next place
/// on from its own hash whose instance is there. When an instance goes, only its keys move.
class HashRing {
 public:
  HashRing() = default;
  /// `name` is of the pool, so that all links to it agree.
  HashRing(std::string_view name, std::uint32_t instances, std::uint32_t points);

  // Keys are those of Engine::namedKey: with the name of their key space in the upper half.
  /// Not when `among` is empty.
  std::uint32_t instanceOf(std::uint64_t key, const InstanceSet& among) const;
  /// The one that keeps the key's copy of that number, there or not: the places on from the key are those of
  /// its first, second ... distinct instance. Counts on from the first one again where there are fewer.
  std::uint32_t ownerOf(std::uint64_t key, std::uint32_t copy) const;

 private:
  struct Place {
    std::uint64_t at = 0;
    std::uint32_t instance = 0;
  };
  std::size_t placeOf(std::uint64_t key) const;

  std::vector<Place> m_places;  // around the ring
  std::uint32_t m_instances = 0;
};

}  // namespace cantilever::sim
