#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Choices of an instance that look at the state of the pool (17).
namespace cantilever::sim {

namespace {

/// Keys that a link remembers the instances of; then it forgets them all.
constexpr std::size_t kMostStuck = std::size_t{1} << 24;
constexpr std::uint32_t kUnknownPlace = 0xfffffffeu;

}  // namespace

Engine::Index Engine::pickByState(Index index, LinkState& link, const InstanceSet& among) {
  if (link.balancing == Balancing::All) {  // the fan has chosen
    return among.from(m_frames.cold(index).countedAt);
  }
  switch (link.balancing) {
    case Balancing::ConsistentHash:
      return link.ring.instanceOf(namedKey(m_frames[index].requestClass, m_frames[index].key), among);
    case Balancing::Owner:
      return pickOwner(index, link, among);
    case Balancing::Holder:
      return pickHolder(link, among);
    case Balancing::Weighted:
      return pickByWeight(link, among);
    case Balancing::Sticky:
      return pickAsBefore(index, link, among);
    case Balancing::Warmest:
      return pickWarmest(index, link, among);
    default:
      break;
  }
  if (link.balancing == Balancing::LeastConnections && !link.countsCalls) {
    return among.at(link.pick.below(among.size()));  // a shared queue: those among whom to choose are idle
  }
  return leastLoaded(index, link, among);
}

/// The instance that keeps the key, kNoInstance if it is not among those that can be called. Of a class
/// without keys any of all, since what it asks for is somewhere; where there are no instances to tell apart,
/// any.
Engine::Index Engine::pickOwner(Index index, LinkState& link, const InstanceSet& among) {
  const Frame& frame = m_frames[index];
  if (m_pools[link.pool].isShared) {
    return among.at(link.pick.below(among.size()));
  }
  if (!hasKeys(frame.requestClass)) {
    const Index any = link.pick.below(m_pools[link.pool].count);
    return among.contains(any) ? any : kNoInstance;
  }
  const Index owner = link.ring.ownerOf(namedKey(frame.requestClass, frame.key),
                                        m_hasCargo ? m_frames.notes(index).branch : 0);
  return among.contains(owner) ? owner : kNoInstance;
}

/// Those that a call may go to from where it comes.
const InstanceSet& Engine::nearby(Index index, LinkState& link, const InstanceSet& eligible) {
  if (!link.locality || link.balancing == Balancing::All || link.balancing == Balancing::Owner) {
    return eligible;
  }
  return link.locality->choose(m_frames.cold(index).from, eligible, link.pick);
}

/// For all links that look at weights.
void Engine::changeWeights(const plan::Action& action, Cause cause) {
  const PoolState& pool = m_pools[action.pool];
  const bool areNamed = action.firstInstance != plan::kNone;
  const Index first = areNamed ? std::min(action.firstInstance, pool.count) : 0;
  const Index end = areNamed ? std::min(action.lastInstance, pool.count - 1) + 1 : pool.count;
  for (LinkState& link : m_links) {
    for (Index i = first; link.pool == action.pool && !link.weights.empty() && i < end; ++i) {
      link.weights[i] = action.value;
    }
  }
  for (Index i = first; i < end && areNamed; ++i) {
    record(Happening::Kind::WeightSet, cause, pool.first + i, action.value);
  }
  if (!areNamed) {
    if (Happening* happening = record(Happening::Kind::WeightSet, cause, pool.first, action.value)) {
      happening->instance = Happening::kEach;
    }
  }
}

/// If all those there have weight zero, they are alike.
Engine::Index Engine::pickByWeight(LinkState& link, const InstanceSet& among) {
  double total = 0;
  among.forEach([&](Index number) { total += link.weights[number]; });
  if (total <= 0) {
    return among.at(link.pick.below(among.size()));
  }
  double left = link.pick.uniform() * total;
  Index chosen = kNoInstance;
  Index last = 0;
  among.forEach([&](Index number) {
    left -= link.weights[number];
    last = link.weights[number] > 0 ? number : last;
    chosen = left < 0 && chosen == kNoInstance ? number : chosen;
  });
  return chosen == kNoInstance ? last : chosen;
}

/// A key whose instance is not there gets another one for good.
Engine::Index Engine::pickAsBefore(Index index, LinkState& link, const InstanceSet& among) {
  const Frame& frame = m_frames[index];
  if (link.stuck.size() >= kMostStuck) {
    link.stuck.clear();
  }
  std::uint32_t& at = link.stuck.findOrAdd(namedKey(frame.requestClass, frame.key), kUnknownPlace);
  if (at == kUnknownPlace || !among.contains(at)) {
    at = among.at(among.size() == 1 ? 0 : link.pick.below(among.size()));
  }
  return at;
}

/// Of those that hold nothing the one that was last at work, of those that never were the first.
Engine::Index Engine::pickWarmest(Index index, LinkState& link, const InstanceSet& among) {
  const PoolState& pool = m_pools[link.pool];
  Index warmest = kNoInstance;
  among.forEach([&](Index number) {
    const Instance& at = m_instances[pool.first + number];
    const bool isWarmer = warmest == kNoInstance || at.lastUse > m_instances[pool.first + warmest].lastUse;
    if (isWarmer && heldAt(pool, number) == 0) {
      warmest = number;
    }
  });
  return warmest == kNoInstance ? leastLoaded(index, link, among) : warmest;
}

/// What waits and works there.
std::uint32_t Engine::heldAt(const PoolState& pool, Index number) const {
  const Instance& at = m_instances[pool.first + number];
  const bool isPacedByMany = pool.isPaced && pool.isSharing();
  const std::uint32_t atWork = isPacedByMany ? pool.paces[number].size() : at.busy.value();
  return pool.hasLimitedSeats() ? at.seated + at.forSeat.count : atWork + at.forServer.count;
}

/// The least loaded of all, or of some distinct ones drawn at random; ties at random.
Engine::Index Engine::leastLoaded(Index index, LinkState& link, const InstanceSet& among) {
  const LinkSide& side = sideOf(index, link);
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
    const std::uint32_t load =
        link.countsCalls ? side.outstanding[number] : heldAt(m_pools[link.pool], number);
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
  ++sideOf(index, link).outstanding[number];
}

void Engine::uncountCall(Index index) {
  Frame& frame = m_frames[index];
  frame.clear(frame_flags::kCounted);
  --sideOf(index, m_links[frame.via]).outstanding[m_frames.cold(index).countedAt];
}

}  // namespace cantilever::sim
