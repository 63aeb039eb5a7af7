#include "core/compile/block_lowering.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cantilever::compile {

BlockLowering::BlockLowering(plan::Plan& plan, Remarks& remarks, const Block& block,
                             std::span<const plan::OutLink> links, const std::vector<bool>& cacheable,
                             const Places& places)
    : m_plan(plan),
      m_remarks(remarks),
      m_block(block),
      m_links(links),
      m_cacheable(cacheable),
      m_places(places),
      m_zone(places.indexOf(block.zone)) {}

std::vector<plan::OutLink> BlockLowering::links(LinkRole role) const {
  std::vector<plan::OutLink> result;
  std::copy_if(m_links.begin(), m_links.end(), std::back_inserter(result),
               [role](const plan::OutLink& link) { return link.link->role == role; });
  return result;
}

plan::Index BlockLowering::cacheableClasses() {
  return plan::addClassSet(m_plan, m_cacheable);
}

plan::Index BlockLowering::keyedClasses() {
  std::vector<bool> isKeyed(m_plan.classes.size());
  std::transform(m_plan.classes.begin(), m_plan.classes.end(), isKeyed.begin(),
                 [](const plan::RequestClass& each) { return each.keySpace != plan::kNone; });
  return plan::addClassSet(m_plan, isKeyed);
}

/// The block's id, with the role behind it if there is one.
std::string BlockLowering::keyFor(std::string_view role) const {
  std::string key = m_block.id.text();
  if (!role.empty()) {
    key.append("/").append(role);
  }
  return key;
}

plan::Index BlockLowering::addPool(plan::Pool pool, std::string_view role) {
  pool.key = keyFor(role);
  pool.zone = m_zone;
  pool.places = m_places.spread(m_zone, pool.room());
  if (pool.needed > std::max(pool.room(), 1u)) {
    m_remarks.error("block.needs_more_than_all",
                    quoted(m_block) + " needs " + formatNumber(pool.needed) + " instances and has " +
                        formatNumber(pool.room()) + ": it can never be available.",
                    About::the(m_block, "needed_instances"));
  }
  pool.needed = std::min(pool.needed, pool.room());
  m_plan.pools.push_back(std::move(pool));
  m_plan.poolOrigin.push_back({m_block.id.text(), {}});
  const auto index = static_cast<plan::Index>(m_plan.pools.size() - 1);
  m_mainPool = m_mainPool == plan::kNone ? index : m_mainPool;
  return index;
}

void BlockLowering::addScaler(plan::Scaler scaler) {
  scaler.key = m_block.id.text();
  m_plan.scalers.push_back(std::move(scaler));
}

void BlockLowering::addFault(plan::RandomFault fault, std::string_view role) {
  fault.key = keyFor(role);
  m_plan.randomFaults.push_back(std::move(fault));
}

plan::Index BlockLowering::classOf(std::string_view id) const {
  const auto at = std::find_if(m_plan.classes.begin(), m_plan.classes.end(),
                               [id](const plan::RequestClass& each) { return each.key == id; });
  return at == m_plan.classes.end() ? plan::kNone : static_cast<plan::Index>(at - m_plan.classes.begin());
}

plan::Index BlockLowering::addCache(plan::Cache cache) {
  cache.key = m_block.id.text();
  m_plan.caches.push_back(std::move(cache));
  m_plan.cacheOrigin.push_back({m_block.id.text(), {}});
  return static_cast<plan::Index>(m_plan.caches.size() - 1);
}

plan::Index BlockLowering::addWindow(plan::Window window) {
  window.key = m_block.id.text();
  m_plan.windows.push_back(std::move(window));
  return static_cast<plan::Index>(m_plan.windows.size() - 1);
}

plan::Index BlockLowering::addBatching(const plan::OutLink& link, std::uint32_t most, Duration linger) {
  plan::Batching batching;
  batching.key = keyFor("batches");
  batching.link = link.index;
  batching.most = most;
  batching.linger = linger;
  batching.program =
      addProgram(batching.key, plan::kNone, [&](plan::ProgramBuilder& program) { program.use(link); });
  m_plan.batchings.push_back(std::move(batching));
  return static_cast<plan::Index>(m_plan.batchings.size() - 1);
}

plan::Index BlockLowering::addTokens(plan::Tokens tokens, std::string_view role) {
  tokens.key = keyFor(role);
  m_plan.tokens.push_back(std::move(tokens));
  m_plan.tokenOrigin.push_back({m_block.id.text(), {}});
  return static_cast<plan::Index>(m_plan.tokens.size() - 1);
}

/// Links that name it may have been there before.
plan::Index BlockLowering::addFlag(plan::Flag flag) {
  flag.key = m_block.id.text();
  const auto at = std::find_if(m_plan.flags.begin(), m_plan.flags.end(),
                               [&](const plan::Flag& each) { return each.key == flag.key; });
  const auto index = static_cast<plan::Index>(at - m_plan.flags.begin());
  if (at == m_plan.flags.end()) {
    m_plan.flags.push_back(std::move(flag));
  } else {
    *at = std::move(flag);
  }
  return index;
}

plan::Index BlockLowering::addMeter(plan::Meter meter) {
  meter.key = m_block.id.text();
  m_plan.meters.push_back(std::move(meter));
  m_plan.meterOrigin.push_back({m_block.id.text(), {}});
  return static_cast<plan::Index>(m_plan.meters.size() - 1);
}

plan::Index BlockLowering::addLog(plan::Log log, std::string_view role) {
  log.key = keyFor(role);
  log.zone = m_zone;
  m_plan.logs.push_back(std::move(log));
  m_plan.logOrigin.push_back({m_block.id.text(), {}});
  return static_cast<plan::Index>(m_plan.logs.size() - 1);
}

/// Their ids are no slugs, so that those of a design are others.
void BlockLowering::addControl(Control control) {
  control.id = ControlId(keyFor(control.id.text()));
  for (Perturbation& event : control.events) {
    if (event.change == Change::StopControl) {
      event.name = keyFor(event.name);
    }
  }
  m_controls.push_back(std::move(control));
}

void BlockLowering::addGroup(plan::ConsumerGroup group) {
  group.key = m_plan.links[group.link].key;
  m_plan.groups.push_back(std::move(group));
}

void BlockLowering::addStore(plan::Store store) {
  store.key = m_block.id.text();
  m_storeLog = store.log;
  m_plan.stores.push_back(std::move(store));
}

plan::Index BlockLowering::addInnerLink(plan::Link link, std::string_view role, plan::Index pool,
                                        const plan::Body& body) {
  link.key = keyFor(role);
  link.zone = m_zone;
  link.pool = pool;
  link.program = addProgram(link.key, pool, body);
  m_plan.links.push_back(std::move(link));
  m_plan.linkOrigin.push_back({m_block.id.text(), {}});
  return static_cast<plan::Index>(m_plan.links.size() - 1);
}

plan::Index BlockLowering::addProgram(const std::string& key, plan::Index pool, const plan::Body& body) {
  const auto begin = static_cast<plan::Index>(m_plan.code.size());
  plan::ProgramBuilder builder(m_plan, pool, m_variants);
  if (body) {
    body(builder);
  }
  if (builder.isOpen()) {
    builder.end();
  }
  if (builder.isTooLarge()) {
    m_remarks.error(
        "block.too_many_calls",
        "The calls of " + quoted(m_block) +
            " are too many to be written out: use fewer calls per request, and at most 8 parallel "
            "links with a fraction of a call.",
        About::the(m_block));
  }
  m_plan.programs.push_back({key, begin, pool, m_zone});
  return static_cast<plan::Index>(m_plan.programs.size() - 1);
}

void BlockLowering::addOperation(std::string_view operation, plan::Index pool, const plan::Body& body) {
  m_operations[std::string(operation)] = addProgram(keyFor(operation), pool, body);
}

void BlockLowering::addSource(const plan::Body& body) {
  const std::string key = m_block.id.text() + "/source";
  m_source = addProgram(key, plan::kNone, body);
  for (const plan::Index origin : m_origins) {
    const plan::Index own = std::exchange(m_zone, origin);
    m_sourceIn.push_back(addProgram(key + "@" + m_plan.zones[origin].key, plan::kNone, body));
    m_zone = own;
  }
}

plan::Index BlockLowering::sourceIn(plan::Index zone) const {
  const auto at = std::find(m_origins.begin(), m_origins.end(), zone);
  const auto number = static_cast<std::size_t>(at - m_origins.begin());
  return number < m_sourceIn.size() ? m_sourceIn[number] : plan::kNone;
}

void BlockLowering::warn(std::string code, std::string message, std::string param) {
  m_remarks.warn(std::move(code), std::move(message), About::the(m_block, std::move(param)));
}

}  // namespace cantilever::compile
