#pragma once

#include <string>
#include <string_view>

#include "core/base/quantities.h"
#include "core/vocabulary/lowering.h"

namespace cantilever::catalog {

/// A pool whose instances are shards, each with a queue of its own.
struct Shards {
  plan::Index pool = plan::kNone;
  Count number{1};
};

/// Points of each of so many shards on a ring: enough for shares that are even to about 3 % (of very many
/// shards: to 10 %).
std::uint32_t pointsOfShards(std::int64_t shards);

/// What is done at the shard of a block that keeps the request's key, and nowhere else: if that shard is
/// down, the request fails. Requests of classes without keys go to one of all shards, at random.
class AtShard {
 public:
  /// `body` is done there, on behalf of the request.
  AtShard(std::string_view role, const Shards& shards, plan::Lowering& lowering, const plan::Body& body);

  void use(plan::ProgramBuilder& program) const;

 private:
  plan::OutLink m_owner;
};

/// What is done at every shard at once; the request goes on when all have answered.
plan::OutLink atEveryShard(std::string_view role, plan::Index pool, plan::Lowering& lowering,
                           const plan::Body& body);

}  // namespace cantilever::catalog
