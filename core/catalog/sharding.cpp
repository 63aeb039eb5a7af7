#include "core/catalog/sharding.h"

#include <algorithm>

namespace cantilever::catalog {

namespace {

constexpr std::int64_t kPointsOfAll = 200'000;  // a ring is kept in memory for each link

plan::Link wayBy(Balancing balancing) {
  plan::Link way;
  way.balancing = balancing;
  return way;
}

plan::Link wayByKey(const Shards& shards) {
  plan::Link way = wayBy(Balancing::ConsistentHash);
  way.points = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(kPointsOfAll / std::max<std::int64_t>(1, shards.number.value()), 100, 1000));
  return way;
}

}  // namespace

AtShard::AtShard(std::string_view role, const Shards& shards, plan::Lowering& lowering,
                 const plan::Body& body)
    : m_byKey(lowering.addPart(role, shards.pool, wayByKey(shards), body)),
      m_atRandom(lowering.addPart(std::string(role) + "/any", shards.pool, wayBy(Balancing::Random), body)),
      m_keyed(lowering.keyedClasses()) {}

void AtShard::use(plan::ProgramBuilder& program) const {
  program.branchOnClass(
      m_keyed, [&](plan::ProgramBuilder& keyed) { keyed.use(m_byKey); },
      [&](plan::ProgramBuilder& other) { other.use(m_atRandom); });
}

plan::OutLink atEveryShard(std::string_view role, plan::Index pool, plan::Lowering& lowering,
                           const plan::Body& body) {
  return lowering.addPart(role, pool, wayBy(Balancing::All), body);
}

}  // namespace cantilever::catalog
