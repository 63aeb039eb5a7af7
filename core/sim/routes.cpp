#include <algorithm>
#include <limits>

#include "core/sim/engine_calls.h"

/// Which of several ways a program goes on, by what can be called now.
namespace cantilever::sim {

namespace {

constexpr TimeNs kFurthest = std::numeric_limits<TimeNs>::max();

}  // namespace

/// It leads to an instance that can be called, as far as its caller knows.
bool Engine::canBeCalled(Index caller, const plan::Route::Way& way) {
  LinkState& first = m_links[way.link];
  if (first.policy && first.policy->breakerPolicy.isOn() && !sideAt(caller, first).breaker.wouldPass()) {
    return false;
  }
  LinkState& link = m_links[way.behind];
  LinkSide& side = sideAt(caller, link);
  if (link.pool == plan::kNone) {
    return true;
  }
  if (side.health && !side.health->hasEligible()) {
    return false;
  }
  const InstanceSet& eligible = side.health ? side.health->eligible() : m_pools[link.pool].up;
  return link.locality ? link.locality->hasAny(zoneOf(caller), eligible) : !eligible.isEmpty();
}

/// How long one way takes from there.
TimeNs Engine::distanceFrom(Index caller, const LinkState& link) {
  if (link.isByZones) {
    const Network::Way& way = m_network.way(zoneOf(caller), link.home);
    if (way.isKnown()) {
      return way.time;
    }
  }
  return m_plan->links[link.own.link].latency.mean.ns();
}

Engine::Index Engine::routeOf(Index index, const Instr& code) {
  const std::vector<plan::Route::Way>& ways = m_routes[code.operand].ways;
  m_open.clear();
  std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
  for (Index i = 0; i < ways.size(); ++i) {
    if (m_routes[code.operand].isBlind || canBeCalled(index, ways[i])) {
      m_open.push_back(i);
      first = std::min(first, ways[i].priority);
    }
  }
  if (m_open.empty()) {  // then as if all could
    for (Index i = 0; i < ways.size(); ++i) {
      m_open.push_back(i);
      first = std::min(first, ways[i].priority);
    }
  }
  std::erase_if(m_open, [&](Index i) { return ways[i].priority != first; });
  const bool isNearest =
      std::any_of(m_open.begin(), m_open.end(), [&](Index i) { return ways[i].isNearest; });
  if (isNearest) {
    TimeNs nearest = kFurthest;
    for (const Index i : m_open) {
      nearest = std::min(nearest, distanceFrom(index, m_links[ways[i].behind]));
    }
    std::erase_if(m_open, [&](Index i) { return distanceFrom(index, m_links[ways[i].behind]) != nearest; });
  }
  if (m_open.size() == 1) {
    return ways[m_open.front()].pc;
  }
  double total = 0;
  for (const Index i : m_open) {
    total += ways[i].weight;
  }
  const bool areEqual = total <= 0;
  double left =
      m_programStreams[code.extra].chance.uniform() * (areEqual ? static_cast<double>(m_open.size()) : total);
  for (const Index i : m_open) {
    left -= areEqual ? 1 : ways[i].weight;
    if (left < 0) {
      return ways[i].pc;
    }
  }
  return ways[m_open.back()].pc;
}

void Engine::changeRouteWeight(const plan::Action& action, Cause cause) {
  for (plan::Route& route : m_routes) {
    for (plan::Route::Way& way : route.ways) {
      way.weight = way.behind == action.link ? action.value : way.weight;
    }
  }
  recordOfLink(Happening::Kind::WeightSet, action.link, kNoInstance, cause, action.value);
}

}  // namespace cantilever::sim
