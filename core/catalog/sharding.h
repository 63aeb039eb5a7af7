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

/// What is done at the shard of a block that keeps the request's key. The key decides the shard, on a ring
/// with so many points of each that their shares are even to about 3 % (of very many shards: to 10 %);
/// requests of classes without keys go to one at random.
class AtShard {
 public:
  /// `body` is done there, on behalf of the request.
  AtShard(std::string_view role, const Shards& shards, plan::Lowering& lowering, const plan::Body& body);

  void use(plan::ProgramBuilder& program) const;

 private:
  plan::OutLink m_byKey;
  plan::OutLink m_atRandom;
  plan::Index m_keyed;
};

/// What is done at every shard at once; the request goes on when all have answered.
plan::OutLink atEveryShard(std::string_view role, plan::Index pool, plan::Lowering& lowering,
                           const plan::Body& body);

}  // namespace cantilever::catalog
