#include "core/compile/compiler.h"

#include <algorithm>

/// How long the ways of links take, where they do not say it.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

Law Compiler::latencyOf(const CheckedLink& checked) const {
  if (checked.link->latency) {
    return *checked.link->latency;
  }
  const CheckedBlock& from = m_checked.blocks[checked.from];
  const CheckedBlock& to = m_checked.blocks[checked.to];
  // A textbook element that was put nowhere is a part of a model, not a machine: no network leads to it.
  return isNoMachine(from) || isNoMachine(to) ? Law()
                                              : latencyBetween(m_design, from.block->zone, to.block->zone);
}

bool Compiler::isNoMachine(const CheckedBlock& block) {
  return block.traits.isPrimitive && block.block->zone.isEmpty();
}

/// Links that do not say how long a way takes: as long as between the zones of its ends. Where that is the
/// same for all of them it is said here, and nobody has to look.
void Compiler::measureLinks() {
  if (m_plan.zones.size() < 2 || m_plan.zones.size() > plan::Zone::kMost) {
    return;
  }
  for (Index i = 0; i < m_checked.links.size(); ++i) {
    const CheckedLink& checked = m_checked.links[i];
    const CheckedBlock& from = m_checked.blocks[checked.from];
    const bool isSomewhere = !isNoMachine(from) || !m_origins[checked.from].empty();
    if (!checked.link->latency && isSomewhere && !isNoMachine(m_checked.blocks[checked.to])) {
      measure(i, placesOfCallers(checked.from), placesBehind(m_plan.links[networkLinkOf(i)]));
    }
  }
  for (Index i = 0; i < m_lookupOfFill.size(); ++i) {
    const plan::Link& lookup = m_plan.links[networkLinkOf(m_lookupOfFill[i])];
    plan::Link& fill = m_plan.links[m_checked.links.size() + i];
    fill.latency = lookup.latency;
    fill.isByZones = lookup.isByZones;
  }
}

void Compiler::measure(Index link, const std::set<Index>& from, const std::set<Index>& to) {
  std::set<std::pair<Duration, double>> ways;
  bool isKnown = !from.contains(kNone) && !to.contains(kNone);
  for (const Index here : from) {
    for (const Index there : to) {
      if (here != kNone && there != kNone) {
        ways.insert({plan::wayBetween(m_plan, here, there), plan::variationBetween(m_plan, here, there)});
        ways.insert({plan::wayBetween(m_plan, there, here), plan::variationBetween(m_plan, there, here)});
      }
    }
  }
  plan::Link& measured = m_plan.links[networkLinkOf(link)];
  measured.isByZones = ways.size() > 1;
  if (ways.size() == 1 && isKnown) {
    measured.latency = plan::lawOfWay(ways.begin()->first, ways.begin()->second);
  }
}

/// The plan's link that goes through the network for a link of the design.
Index Compiler::networkLinkOf(Index link) const {
  link = behindBatching(link);
  const auto pooled = std::find_if(m_pooled.begin(), m_pooled.end(),
                                   [&](const PooledLink& each) { return each.outer == link; });
  return pooled == m_pooled.end() ? link : pooled->inner;
}

Index Compiler::behindBatching(Index link) const {
  const auto batched = std::find_if(m_batched.begin(), m_batched.end(),
                                    [&](const BatchedLink& each) { return each.outer == link; });
  return batched == m_batched.end() ? link : batched->inner;
}

std::set<Index> Compiler::placesOfCallers(std::uint32_t block) const {
  std::set<Index> places;
  const Block& of = *m_checked.blocks[block].block;
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    if (m_plan.poolOrigin[pool].block == of.id.text()) {
      places.insert(m_plan.pools[pool].places.begin(), m_plan.pools[pool].places.end());
    }
  }
  places.insert(m_origins[block].begin(), m_origins[block].end());
  if (places.empty() || m_checked.blocks[block].traits.isQueue) {  // what a queue hands out comes from it
    places.insert(m_places.indexOf(of.zone));
  }
  return places;
}

std::set<Index> Compiler::placesBehind(const plan::Link& link) const {
  if (link.program >= m_plan.programs.size()) {
    return {};
  }
  if (link.pool == kNone) {
    return {m_plan.programs[link.program].zone};
  }
  const plan::Pool& pool = m_plan.pools[link.pool];
  std::set<Index> places(pool.places.begin(), pool.places.end());
  if (pool.queue == plan::QueueScope::Shared || places.empty()) {
    places.insert(pool.zone);
  }
  return places;
}

}  // namespace cantilever::compile
