#pragma once

#include <cstdint>

#include "core/vocabulary/plan/index.h"

namespace cantilever::sim {

/// Who made something happen.
enum class Cause : std::uint8_t {
  Script,  ///< an action of the scenario
  Hand,    ///< an action posted while the run went on
  Scaler,
  Chance,   ///< a random fault, or the repair that follows
  Run,      ///< it followed from what went before
  Control,  ///< an action of a control
  Demand,   ///< a request that found no instance for it
};
const char* nameOf(Cause cause);

/// Something that changed the system: what a reader of a chart wants to see on its time axis.
struct Happening {
  enum class Kind : std::uint8_t {
    Killed,    ///< an instance of a pool went down
    Restored,  ///< it is up again
    Ordered,   ///< new instances begin to boot
    Booted,    ///< one of them takes work
    Draining,  ///< an instance takes no new work
    Retired,   ///< it has gone
    // Of a whole pool (5).
    Saturated,  ///< its servers or its seats have been in use, nearly all of them, for a while
    Relieved,   ///< for as long a while clearly fewer of them
    LoadFactor,
    Speed,            ///< an instance of a pool works at another one, or all of them do
    BreakerOpened,    ///< of a link
    BreakerHalfOpen,  ///< it lets probes through
    BreakerClosed,    ///< they came back well, or the caller whose it is knows nothing any more
    Flushed,          ///< the caches of a pool were emptied
    Paused,           ///< an instance stands still
    Resumed,
    // Of a link and an instance of its pool.
    MarkedDown,  ///< by failed health checks
    MarkedUp,
    Ejected,  ///< after failed calls, for a while
    Readmitted,
    // Of a link: what becomes of its calls from now on.
    LatencyAdded,
    LossSet,
    ErrorsSet,
    // Of zones.
    ZoneDown,
    ZoneUp,
    Partitioned,  ///< a zone from another one, or from all that lies outside
    Healed,
    ZoneLatencyAdded,
    // Of the pool of a store's primary.
    Detected,    ///< its death was noticed
    NotCovered,  ///< it will not be: it stays down until it is repaired
    Promoted,    ///< of a copy, or of the primary's pool: the standby. It is the primary from now on
    Rejoined,    ///< a former primary is there again, as a copy
    Rebalanced,  ///< of the link from a log to its consumers: partitions were assigned anew
    Sought,      ///< of the same link: they read on from `value` seconds ago
    RollOut,     ///< of a pool: a share of its instances is to run the next version
    RolledOut,   ///< all that are to do so, do
    FlagSet,
    // Of a control.
    Fired,
    Cleared,  ///< what it had fired for is over
    Stopped,
    WeightSet,          ///< of instances of a pool, or of a link that is one of several routes
    SizeSet,            ///< of tokens
    RateSet,            ///< of tokens
    LatencyScaled,      ///< of a link
    ZoneLatencyScaled,  ///< between zones
  };
  std::int64_t atNs = 0;
  Kind kind = Kind::Killed;
  Cause cause = Cause::Script;
  plan::Index pool = plan::kNone;
  std::uint32_t instance = 0;  ///< within the pool, or that of the link; kEach: all of them
  plan::Index link = plan::kNone;
  plan::Index zone = plan::kNone;
  plan::Index otherZone = plan::kNone;
  /// Of Promoted: writes that were lost; of LoadFactor, Speed and what is scaled: the factor; of what becomes
  /// of calls: seconds, shares; of RollOut, RolledOut and FlagSet: the share; of what is set: that.
  double value = 0;
  plan::Index control = plan::kNone;
  plan::Index flag = plan::kNone;
  plan::Index tokens = plan::kNone;

  static constexpr std::uint32_t kEach = 0xffffffffu;
};
const char* nameOf(Happening::Kind kind);

}  // namespace cantilever::sim
