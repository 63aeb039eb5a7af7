#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/model/extra.h"
#include "core/model/param_value.h"
#include "core/model/policy.h"

namespace cantilever {

/// A synchronous call waits for the reply; a send does not.
enum class LinkMode : std::uint8_t { Call, Send };

/// What the link is for, seen from the caller. Mode and role are independent.
enum class LinkRole : std::uint8_t {
  Default,      ///< every request that comes through
  Read,         ///< requests of read classes
  Write,        ///< requests of write classes
  Lookup,       ///< a cache that is asked first
  OnMiss,       ///< asked only when a look-up missed
  Replication,  ///< from a primary to its copies
  Standby,      ///< takes over when the primary fails
  Fallback,     ///< answers when the other fails
  Route,        ///< one of several alternatives, chosen by weight
};

/// The calls of one group over several links run one after the other, or all at once.
enum class CallGroup : std::uint8_t { Sequence, Parallel };

/// A directed connection: the caller `from` uses the callee `to`.
struct Link {
  LinkId id;
  BlockId from;
  BlockId to;
  LinkMode mode = LinkMode::Call;
  LinkRole role = LinkRole::Default;
  std::string operation;  ///< one of the callee's operations ("write_txn"); empty: chosen by role
  double calls = 1.0;     ///< mean calls per request; a fraction is drawn at random
  CallGroup group = CallGroup::Sequence;
  std::vector<ClassId> classes;  ///< only these request classes; empty: those the role implies
  double weight = 1.0;           ///< share among the links of role Route
  std::optional<Law> latency;  ///< one way, applied to request and to reply; unset: by locality of the zones
  Duration
      timeout;  ///< of one attempt, from sending to the reply; zero: none. Does not cancel work at the callee
  Balancing balancing = Balancing::Random;
  Params params;  ///< further ones: retries, breaker ... (catalog/policies/link_policy.h)
  Extras extras;

  bool operator==(const Link&) const = default;
};

}  // namespace cantilever
