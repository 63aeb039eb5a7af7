#include "core/catalog/sharding.h"

#include <algorithm>

namespace cantilever::catalog {

namespace {

constexpr std::int64_t kPointsOfAll = 200'000;  // a ring is kept in memory for each link

plan::Link wayToOwner(const Shards& shards) {
  plan::Link way;
  way.balancing = Balancing::Owner;
  way.points = pointsOfShards(shards.number.value());
  return way;
}

}  // namespace

std::uint32_t pointsOfShards(std::int64_t shards) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(kPointsOfAll / std::max<std::int64_t>(1, shards), 100, 1000));
}

AtShard::AtShard(std::string_view role, const Shards& shards, plan::Lowering& lowering,
                 const plan::Body& body)
    : m_owner(lowering.addPart(role, shards.pool, wayToOwner(shards), body)) {}

void AtShard::use(plan::ProgramBuilder& program) const {
  program.use(m_owner);
}

plan::OutLink atEveryShard(std::string_view role, plan::Index pool, plan::Lowering& lowering,
                           const plan::Body& body) {
  plan::Link way;
  way.balancing = Balancing::All;
  return lowering.addPart(role, pool, way, body);
}

}  // namespace cantilever::catalog
