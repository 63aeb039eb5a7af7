#include "core/sim/engine_calls.h"

/// What a link knows, as one of its callers has it: for all together, or for each calling instance (16).
namespace cantilever::sim {

void Engine::prepareSide(LinkSide& side, const plan::Link& of) {
  const LinkState& link = m_links[side.link];
  side.breaker = BreakerState(of.breaker);
  side.budget = of.retries.budgetDepth;
  side.budgetAt = now();
  if (link.countsCalls) {
    side.outstanding.assign(m_pools[link.pool].count, 0);
  }
  addHealth(side, of);
}

/// By the number in an event: first come those of the links themselves.
LinkSide& Engine::sideBehind(std::uint32_t number) {
  return number < m_links.size() ? m_links[number].own : m_sides[number - m_links.size()];
}

/// The instance where the calling frame sits or, if that is at a station without instances, where the nearest
/// frame does that waits for it.
Engine::Index Engine::callingInstance(Index caller) const {
  Index at = caller;
  while (m_frames[at].instance == kNoInstance && m_frames[at].parent != kNoFrame) {
    at = m_frames[at].parent;
  }
  return m_frames[at].instance;
}

std::uint32_t Engine::sideFor(LinkState& link, Index caller) {
  if (link.sides.empty()) {
    link.sides.assign(m_instances.size() + 1, plan::kNone);
  }
  const Index instance = callingInstance(caller);
  std::uint32_t& known = link.sides[instance == kNoInstance ? m_instances.size() : instance];
  if (known == plan::kNone) {
    known = static_cast<std::uint32_t>(m_sides.size());
    ++link.openSides;
    LinkSide& side = m_sides.emplace_back();
    side.link = link.own.link;
    side.caller = instance;
    side.number = static_cast<std::uint32_t>(m_links.size()) + known;
    prepareSide(side, m_plan->links[side.link]);
  }
  return known;
}

LinkSide& Engine::sideOfCaller(Index index) {
  return m_sides[m_frames.notes(index).side];
}

/// As a frame has it that may call over it.
LinkSide& Engine::sideAt(Index caller, LinkState& link) {
  return link.isPerCaller ? m_sides[sideFor(link, caller)] : link.own;
}

/// A new process knows nothing of what the one before it knew; calls that are still open are counted on.
void Engine::forgetSidesOf(Index instance) {
  for (LinkSide& side : m_sides) {
    if (side.caller != instance) {
      continue;
    }
    LinkState& link = m_links[side.link];
    const plan::Link& of = m_plan->links[side.link];
    if (side.breaker.isOpen()) {
      link.meter.open.decrease(now());
    }
    if (side.breaker.mode() != BreakerState::Mode::Closed) {
      recordOfBreaker(Happening::Kind::BreakerClosed, side);
    }
    side.breaker.reset();
    side.budget = of.retries.budgetDepth;
    side.budgetAt = now();
    side.nextInTurn = 0;
    if (side.health) {
      *side.health = HealthState(of.health, m_pools[link.pool].count, m_pools[link.pool].up);
    }
  }
}

}  // namespace cantilever::sim
