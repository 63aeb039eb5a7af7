#include "core/sim/engine.h"

/// When a pool is full, and when it is so no more (5): said once, however much its use goes up and down.
namespace cantilever::sim {

namespace {

constexpr double kFull = 0.95;
constexpr double kRelieved = 0.80;
constexpr TimeNs kLasting = 1'000'000'000;
/// Of all pools together: the log of happenings is for others, too.
constexpr std::size_t kMostSaturations = 1'000;

}  // namespace

/// At the end of a sampling interval.
void Engine::noteSaturation(const Interval& interval) {
  for (std::size_t i = 0; i < m_pools.size(); ++i) {
    PoolState& pool = m_pools[i];
    if (!interval.pools[i].isThere()) {
      continue;  // that nobody is up relieves nobody
    }
    const double fullness = interval.pools[i].fullness();
    const bool isTurning = pool.isSaturated ? fullness < kRelieved : fullness > kFull;
    pool.turnsFor = isTurning ? pool.turnsFor + interval.length : 0;
    if (pool.turnsFor < kLasting) {
      continue;
    }
    pool.isSaturated = !pool.isSaturated;
    pool.turnsFor = 0;
    if (m_saturations == kMostSaturations) {
      ++m_happeningsLeftOut;
      continue;
    }
    ++m_saturations;
    const auto kind = pool.isSaturated ? Happening::Kind::Saturated : Happening::Kind::Relieved;
    if (Happening* happening = record(kind, Cause::Run, pool.first, fullness)) {
      happening->instance = Happening::kEach;
    }
  }
}

}  // namespace cantilever::sim
