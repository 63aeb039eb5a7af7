#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/sim/cache_store.h"
#include "core/sim/frames.h"
#include "core/sim/key_index.h"
#include "core/sim/lanes.h"
#include "core/sim/meters.h"
#include "core/sim/ring.h"

namespace cantilever::sim {

struct CacheMeter {
  Counter lookups;
  Counter hits;
  Counter coalesced;  ///< look-ups that waited for the fetch of another
  Counter fills;      ///< that added something
  Counter declined;
  Counter evictions;
  Counter expirations;  ///< noticed, by a look-up
  Counter drops;        ///< that took something out
  Counter writes;       ///< that stay here at first
  Counter absorbed;     ///< of those, into an entry that had one to go on with
  Counter writeBacks;   ///< that have gone on
  Counter lostWrites;

  void openWindow();
  void startInterval();
};

/// A cache at work: one store, or one for each instance of its pool.
struct CacheState {
  /// Look-ups at instances that have been up for 2^i - 1 to 2^(i+1) - 1 seconds; in the window.
  struct OfAge {
    std::uint64_t lookups = 0;
    std::uint64_t hits = 0;
  };
  static constexpr std::size_t kAges = 24;
  /// An entry that is to be written when its time has come.
  struct Due {
    std::uint64_t key = 0;
    std::uint32_t mark = 0;
  };
  std::uint32_t firstInstance = kNoInstance;  ///< of its pool; kNoInstance: there is one store for all
  bool isSingleFlight = false;
  std::vector<CacheStore> stores;
  std::vector<KeyIndex> fetching;  ///< by store: the fetch that is going on, by key; only with single flight
  CacheMeter meter;
  std::array<OfAge, kAges> ages{};
  std::vector<TimeNs> upSince;  ///< by store, of those at instances
  std::vector<Ring<Due>> due;   ///< by store
  LaneId dueLane = 0;

  OfAge& ageOf(std::uint32_t store, TimeNs now) {
    const auto seconds = static_cast<std::uint64_t>(now - upSince[store]) / 1'000'000'000;
    return ages[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(seconds + 1)) - 1, kAges - 1)];
  }
  std::uint32_t storeOf(const Frame& frame) const {
    return firstInstance == kNoInstance ? 0 : frame.instance - firstInstance;
  }
};

/// One request's fetch of a key for which others wait (single flight).
struct Fetch {
  std::uint32_t cache = 0;
  std::uint32_t store = 0;
  std::uint64_t key = 0;
  WaitingList waiters;
  std::uint32_t next = kNoFetch;  ///< of the same request; also links free ones
  bool isOpen = false;            ///< not filled yet

  static constexpr std::uint32_t kNoFetch = 0xffffffffu;
};

}  // namespace cantilever::sim
