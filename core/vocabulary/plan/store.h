#pragma once

#include <cstdint>
#include <string>

#include "core/base/law.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// Data with one server that takes all writes, the primary: the one instance of `pool`. It appends each write
/// to a log, and the groups of that log that `follow` it are its copies. While the primary is down the copies
/// get nothing, and what they have not read yet is on the primary alone.
///
/// A failover (rules 15, 27) brings the primary up again in the place of a copy: the pool's instance stands
/// for whoever is the primary. The dead one, once repaired, comes back in that copy's place.
///
/// Without a log the pool may have several instances, each a primary of its own (a shard) with standbys of
/// its own.
struct Store {
  std::string key;
  Index pool = kNone;
  Index log = kNone;  ///< of its writes; kNone: it has no copies that serve
  /// Copies of each primary that have every write and do nothing else; they take over before others.
  std::uint32_t standbys = 0;
  /// Primary and copies read and write the same volume: a write that was acknowledged outlives the primary,
  /// and the copies go on to get what there is.
  bool sharesVolume = false;
  bool failsOver = false;  ///< to a standby, or to a group that may take over
  Law detection;           ///< from the death of the primary until it is noticed
  Law promotion;           ///< from then on until another one is the primary
  double coverage = 1;     ///< probability that the death is noticed at all; else it lasts until the repair
};

struct Plan;
/// The store whose primary, or whose copies that may take over, are the instances of the pool; kNone: none.
Index storeBehind(const Plan& plan, Index pool);

}  // namespace cantilever::plan
