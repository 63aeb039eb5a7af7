#pragma once

#include <cstdint>
#include <string>

#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// Which entry of a full cache has to go.
enum class Eviction : std::uint8_t {
  LeastRecentlyUsed,
  /// By the requests for each key since the start, in the cache or not; a new key only replaces one that was
  /// asked for less often.
  LeastFrequentlyUsed,
  FirstIn,
  Random,
};

/// Contents, and nothing else: a look-up takes no time and no resources (rule 23). What is in it is known by
/// key, keys of different key spaces are different.
struct Cache {
  std::string key;
  Index pool = kNone;  ///< each instance of this pool has contents of its own, lost when it is killed; kNone:
                       ///< one for all
  std::uint32_t capacity = kUnlimited;  ///< entries, of each instance
  std::uint64_t capacityBytes = 0;      ///< of each instance; 0: only the entries are limited
  /// Bytes of an entry: the same whenever its key is fetched, over the keys lognormal with this mean and
  /// coefficient of variation. Not smaller than one.
  double entryBytes = 1;
  double entryVariation = 0;
  Eviction eviction = Eviction::LeastRecentlyUsed;
  Duration timeToLive;  ///< zero: entries do not expire. Expired ones take room until touched or evicted
  enum class TtlFrom : std::uint8_t { Fill, Touch } ttlFrom = TtlFrom::Fill;
  /// While one request fetches a key, others that miss it wait for it instead of fetching it themselves.
  bool isSingleFlight = false;
  /// Writes that stay in the cache at first (Op::Fill) go on over this link, with the key of the entry: when
  /// it makes room, is found expired, or leaves with its instance in good order, and at the latest so long
  /// after the first of them (zero: only then). A kill or a flush loses them.
  Index writeBack = kNone;
  Duration writeBackAfter = {};
  double warmShare = 0;  ///< at the start: share of the capacity (or of all keys) filled, most popular first

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
  static constexpr std::uint32_t kMaxCapacity = 1'000'000'000;
  /// LeastFrequentlyUsed counts the requests for each key.
  static constexpr std::uint32_t kMaxCountedKeys = 1u << 24;
  static constexpr double kMostEntryBytes = 4e9;
  static constexpr double kMostVariation = 100;
  static constexpr std::uint64_t kMostWarmEntries = 100'000'000;  ///< of all its instances: 5 GB
};

struct Plan;
/// How many entries each of its instances starts with.
std::uint64_t warmEntries(const Plan& plan, const Cache& cache);

}  // namespace cantilever::plan
