#include <algorithm>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

std::uint64_t warmEntries(const Plan& plan, const Cache& cache) {
  std::uint64_t keys = 0;
  for (const KeySpace& space : plan.keySpaces) {
    keys += space.count;
  }
  auto most = static_cast<double>(std::min<std::uint64_t>(cache.capacity, keys));
  if (cache.capacityBytes > 0) {
    most = std::min(most, static_cast<double>(cache.capacityBytes) / cache.entryBytes);
  }
  return static_cast<std::uint64_t>(cache.warmShare * most + 0.5);
}

void checkCaches(const Plan& plan, FaultSink& sink) {
  std::uint32_t mostKeys = 1;
  for (const KeySpace& keys : plan.keySpaces) {
    mostKeys = std::max(mostKeys, keys.count);
  }
  for (const Cache& cache : plan.caches) {
    const auto says = [&](const char* text) {
      return [&cache, text] { return named("cache", cache.key) + text; };
    };
    sink.require(cache.pool == kNone || cache.pool < plan.pools.size(), says(" belongs to an unknown pool"));
    // Where servers are fed by one queue, a request is at no instance until it is served.
    sink.require(sink.hasFailed() || cache.pool == kNone ||
                     plan.pools[cache.pool].queue == QueueScope::PerInstance ||
                     plan.pools[cache.pool].seats > 0,
                 says(" belongs to the instances of a pool with a shared queue and no seats"));
    sink.require(
        cache.capacity == Cache::kUnlimited || (cache.capacity >= 1 && cache.capacity <= Cache::kMaxCapacity),
        says(" has room for fewer than one or more than 1,000,000,000 entries"));
    sink.require(cache.eviction != Eviction::LeastFrequentlyUsed || mostKeys <= Cache::kMaxCountedKeys,
                 says(" counts requests by key, which is possible for at most 16,777,216 keys"));
    sink.require(cache.timeToLive >= Duration() && cache.timeToLive <= kLongestDuration,
                 says(" has a time to live outside 0 to 100 years"));
    sink.require(cache.entryBytes >= 1 && cache.entryBytes <= Cache::kMostEntryBytes &&
                     cache.entryVariation >= 0 && cache.entryVariation <= Cache::kMostVariation,
                 says(" has entries of a size outside 1 to 4e9 bytes, or that vary too much"));
    sink.require(cache.writeBack == kNone || (cache.writeBack < plan.links.size() &&
                                              plan.links[cache.writeBack].balancing != Balancing::All),
                 says(" writes back over an unknown link, or to all instances"));
    sink.require(cache.writeBackAfter >= Duration() && cache.writeBackAfter <= kLongestDuration,
                 says(" writes back after a time outside 0 to 100 years"));
    sink.require(cache.warmShare >= 0 && cache.warmShare <= 1, says(" has a warm share outside 0 to 1"));
    const std::uint64_t stores = cache.pool < plan.pools.size() ? plan.pools[cache.pool].instances : 1;
    sink.require(sink.hasFailed() || warmEntries(plan, cache) * stores <= Cache::kMostWarmEntries,
                 says(" starts with more than 100,000,000 entries"));
  }
}

}  // namespace cantilever::plan
