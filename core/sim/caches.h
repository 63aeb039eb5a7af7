#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/cache_store.h"
#include "core/sim/frames.h"
#include "core/sim/key_index.h"
#include "core/sim/meters.h"

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

  void openWindow();
  void startInterval();
};

/// A cache at work: one store, or one for each instance of its pool.
struct CacheState {
  std::uint32_t firstInstance = kNoInstance;  ///< of its pool; kNoInstance: there is one store for all
  bool isSingleFlight = false;
  std::vector<CacheStore> stores;
  std::vector<KeyIndex> fetching;  ///< by store: the fetch that is going on, by key; only with single flight
  CacheMeter meter;

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
