#include "core/compile/compiler.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

/// Blocks as their types lower them, and what concerns several of them.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

void Compiler::lowerBlocks() {
  m_sourceProgram.assign(m_checked.blocks.size(), kNone);
  m_mainPool.assign(m_checked.blocks.size(), kNone);
  m_storeLog.assign(m_checked.blocks.size(), kNone);
  m_operations.resize(m_checked.blocks.size());
  m_programs.resize(m_checked.blocks.size());
  for (std::size_t i = 0; i < m_checked.blocks.size(); ++i) {
    const CheckedBlock& checked = m_checked.blocks[i];
    if (!checked.isUsable) {
      continue;
    }
    BlockLowering lowering(m_plan, m_remarks, *checked.block, m_outLinks[i], m_isCacheable, m_places);
    m_programs[i].begin = static_cast<Index>(m_plan.programs.size());
    lowering.comeFrom(m_origins[i]);
    checked.type->lower(*checked.block, lowering);
    m_programs[i].end = static_cast<Index>(m_plan.programs.size());
    m_sourceProgram[i] = lowering.source();
    for (const Index zone : m_origins[i]) {
      m_sourcesIn.push_back({static_cast<std::uint32_t>(i), zone, lowering.sourceIn(zone)});
    }
    m_mainPool[i] = lowering.mainPool();
    m_operations[i] = lowering.operations();
    m_storeLog[i] = lowering.storeLog();
    for (const Control& control : lowering.controls()) {
      m_blockControls.push_back({i, control});
    }
    for (const BlockLowering::Residence& residence : lowering.residences()) {
      m_residences.push_back({i, residence});
    }
  }
  for (const auto& [block, residence] : m_residences) {
    settle(*m_checked.blocks[block].block, residence);
  }
}

bool Compiler::isHost(Index pool) const {
  return std::any_of(m_plan.pools.begin(), m_plan.pools.end(),
                     [pool](const plan::Pool& each) { return each.host == pool; });
}

/// Takes the processors of each place from the host's, and leaves the places that it has processors for:
/// first come, first served, in order of id. False if there is not one.
bool Compiler::reserve(const Block& block, std::uint32_t host, BlockLowering::Residence& residence) {
  constexpr double kRounding = 1e-6;
  const double all = m_checked.blocks[host].traits.processorsForGuests;
  if (all == 0 || residence.processors == 0) {
    return true;
  }
  double& reserved = m_reserved[host];
  const double places = std::floor((all - reserved) / residence.processors + kRounding);
  if (places < residence.perHost) {
    const std::string why = quoted(block) + " reserves " + formatNumber(residence.processors) +
                            " vCPU at each of " + formatNumber(residence.perHost) + " places on each of " +
                            quoted(residence.block) + ", which has " + formatNumber(all - reserved, 4) +
                            " of " + formatNumber(all, 4) + " left: ";
    if (places < 1) {
      m_remarks.error("block.no_processors", why + "it finds no place.", About::the(block, "lives_on"));
      return false;
    }
    m_remarks.warn("block.few_processors", why + "it finds " + formatNumber(places) + ".",
                   About::the(block, "lives_on"));
    residence.perHost = static_cast<std::uint32_t>(places);
  }
  reserved += residence.perHost * residence.processors;
  return true;
}

/// Gives the pool its host, and no more instances than there are places.
void Compiler::settle(const Block& block, BlockLowering::Residence residence) {
  const std::uint32_t at = m_checked.find(m_design, BlockId(residence.block));
  const Index host = at < m_mainPool.size() ? m_mainPool[at] : kNone;
  if (isHost(residence.pool)) {
    m_remarks.warn("block.no_host",
                   quoted(block) + " is to live on " + quoted(residence.block) +
                       ", but others live on it: hosts live nowhere in particular.",
                   About::the(block, "lives_on"));
    return;
  }
  if (host == kNone || host == residence.pool || m_plan.pools[host].host != kNone ||
      m_plan.pools[host].isOnDemand()) {
    m_remarks.warn("block.no_host",
                   quoted(block) + " is to live on " + quoted(residence.block) +
                       ", which is no block with instances of its own: it lives nowhere in particular.",
                   About::the(block, "lives_on"));
    return;
  }
  if (!reserve(block, at, residence)) {
    return;
  }
  plan::Pool& pool = m_plan.pools[residence.pool];
  const plan::Pool& on = m_plan.pools[host];
  const auto places = [&](std::uint32_t hosts) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(std::uint64_t{hosts} * residence.perHost, pool.room()));
  };
  if (pool.instances > places(on.instances)) {
    m_remarks.warn("block.no_places",
                   quoted(block) + " has " + formatNumber(pool.instances) + " instances, and " +
                       quoted(residence.block) + " has places for " + formatNumber(places(on.instances)) +
                       ".",
                   About::the(block, "lives_on"));
  }
  const std::uint32_t room = places(on.room());
  pool.instances = std::min(pool.instances, places(on.instances));
  pool.maxInstances = room;
  pool.needed = std::min(pool.needed, room);
  pool.speeds.resize(std::min<std::size_t>(pool.speeds.size(), room));
  pool.host = host;
  pool.perHost = residence.perHost;
  pool.places.clear();
  for (Index i = 0; i < room && !on.places.empty(); ++i) {
    pool.places.push_back(on.placeOf(i / residence.perHost));
  }
  for (plan::Scaler& scaler : m_plan.scalers) {
    if (scaler.pool == residence.pool) {
      scaler.most = std::min(scaler.most, room);
      scaler.least = std::min(scaler.least, scaler.most);
    }
  }
}

/// Copies belong to one store.
void Compiler::checkCopies() {
  std::vector<Index> known;
  for (plan::ConsumerGroup& group : m_plan.groups) {
    const Index pool = m_plan.links[group.link].pool;
    if (!group.follows) {
      continue;
    }
    if (std::find(known.begin(), known.end(), pool) != known.end()) {
      group.follows = group.takesOver = false;
      const Link& link = *m_design.links.find(LinkId(m_plan.linkOrigin[group.link].link));
      m_remarks.warn(
          "link.second_primary",
          "Link " + quoted(link.id.text()) +
              " is the second by which its copies follow a primary: they apply what comes over it, "
              "and are its copies no further.",
          About::the(link));
    }
    known.push_back(pool);
  }
}

/// Whoever reads of a store or of its copies is told what may not be missed.
void Compiler::tellReaders() {
  for (Index i = 0; i < m_checked.links.size(); ++i) {
    m_plan.links[i].readsOf = m_storeLog[m_checked.links[i].to];
  }
  for (const plan::ConsumerGroup& group : m_plan.groups) {
    for (plan::Link& link : m_plan.links) {
      const bool isOfCopies = link.pool != kNone && link.pool == m_plan.links[group.link].pool;
      if (group.follows && isOfCopies) {
        link.readsOf = group.log;
      }
    }
  }
}

/// What a cache can hold also depends on the keys of the request classes.
void Compiler::checkCaches() {
  std::uint32_t mostKeys = 1;
  for (const plan::KeySpace& keys : m_plan.keySpaces) {
    mostKeys = std::max(mostKeys, keys.count);
  }
  for (std::size_t i = 0; i < m_plan.caches.size(); ++i) {
    const plan::Cache& cache = m_plan.caches[i];
    const Block& block = *m_design.blocks.find(BlockId(m_plan.cacheOrigin[i].block));
    if (cache.eviction == plan::Eviction::LeastFrequentlyUsed && mostKeys > plan::Cache::kMaxCountedKeys) {
      m_remarks.error("cache.too_many_keys",
                      quoted(block) + " counts the requests for each key, which is possible for at most " +
                          formatNumber(plan::Cache::kMaxCountedKeys) + " keys; a request class has " +
                          formatNumber(mostKeys) + ". Choose another eviction, or fewer keys.",
                      About::the(block, "eviction"));
    }
    const std::uint64_t stores = cache.pool == kNone ? 1 : m_plan.pools[cache.pool].instances;
    if (plan::warmEntries(m_plan, cache) * stores > plan::Cache::kMostWarmEntries) {
      m_remarks.error("cache.too_warm",
                      quoted(block) +
                          " starts with more entries than the 100,000,000 that are possible: give it a "
                          "smaller warm share or capacity.",
                      About::the(block, "warm_share"));
    }
  }
}

}  // namespace cantilever::compile
