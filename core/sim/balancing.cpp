#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Choices of an instance that look at the state of the pool (17).
namespace cantilever::sim {

Engine::Index Engine::pickByState(Index index, LinkState& link, const InstanceSet& among) {
  if (link.balancing == Balancing::All) {  // the fan has chosen
    return among.from(m_frames.cold(index).countedAt);
  }
  if (link.balancing == Balancing::ConsistentHash) {
    return link.ring.instanceOf(m_frames[index].key, among);
  }
  if (link.balancing == Balancing::LeastConnections && !link.countsCalls) {
    return among.at(link.pick.below(among.size()));  // a shared queue: those among whom to choose are idle
  }
  return leastLoaded(link, among);
}

std::uint32_t Engine::loadOf(const LinkState& link, Index number) const {
  if (link.countsCalls) {
    return link.outstanding[number];
  }
  const PoolState& pool = m_pools[link.pool];
  const Instance& at = m_instances[pool.first + number];
  const bool isPacedByMany = pool.isPaced && pool.isSharing();
  const std::uint32_t atWork = isPacedByMany ? pool.paces[number].size() : at.busy.value();
  return pool.hasLimitedSeats() ? at.seated + at.forSeat.count : atWork + at.forServer.count;
}

/// The least loaded of all, or of some distinct ones drawn at random; ties at random.
Engine::Index Engine::leastLoaded(LinkState& link, const InstanceSet& among) {
  const Index size = among.size();
  const bool isDrawn = link.choices != 0 && link.choices < size;
  m_drawn.clear();
  Index best = 0;
  std::uint32_t least = 0;
  std::uint32_t ties = 0;
  for (Index i = 0; i < (isDrawn ? link.choices : size); ++i) {
    Index rank = i;
    if (isDrawn) {  // Floyd's sample without replacement, in order of drawing
      const Index last = size - link.choices + i;
      rank = link.pick.below(last + 1);
      rank = std::find(m_drawn.begin(), m_drawn.end(), rank) == m_drawn.end() ? rank : last;
      m_drawn.push_back(rank);
    }
    const Index number = among.at(rank);
    const std::uint32_t load = loadOf(link, number);
    if (ties == 0 || load < least) {
      best = number;
      least = load;
      ties = 1;
    } else if (load == least && link.pick.below(++ties) == 0) {
      best = number;
    }
  }
  return best;
}

/// Rule 17 counts calls that are not answered yet, or given up.
void Engine::countCall(Index index, LinkState& link) {
  Frame& frame = m_frames[index];
  const Index number = frame.instance - m_pools[link.pool].first;
  frame.flags |= frame_flags::kCounted;
  m_frames.cold(index).countedAt = number;
  ++link.outstanding[number];
}

void Engine::uncountCall(Index index) {
  Frame& frame = m_frames[index];
  frame.clear(frame_flags::kCounted);
  --m_links[frame.via].outstanding[m_frames.cold(index).countedAt];
}

}  // namespace cantilever::sim
