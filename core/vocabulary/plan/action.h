#pragma once

#include "core/base/quantities.h"
#include "core/model/scenario.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// A change of the running system at a time; the same record for scripted faults, live knobs and replay.
struct Action {
  bool isOfSeats() const { return change == Change::SetSize && tokens == kNone; }
  bool isOfLink() const { return isOfCalls(change) || change == Change::RouteWeight; }
  bool isOfPool() const {
    return isOfBlock(change) && !isOfLink() && !isOfTokens(change) && change != Change::SeekGroup;
  }

  Duration at;
  Change change = Change::LoadFactor;
  Index pool = kNone;
  double value = 1;
  Index link = kNone;       ///< of what becomes of calls; of RouteWeight: where the route leads
  Index cache = kNone;      ///< of FlushCaches without a pool: one that all share
  Index zone = kNone;       ///< of changes of zones
  Index otherZone = kNone;  ///< of those between zones; kNone: all that lies outside of `zone`
  // Of the instances of the pool, these alone, from the first to the last; kNone: as many as `value` says.
  Index firstInstance = kNone;
  Index lastInstance = kNone;
  Index flag = kNone;     ///< of SetFlag
  Index control = kNone;  ///< of StopControl
  Index group = kNone;    ///< of SeekGroup
  Index tokens = kNone;   ///< of SetSize and SetRate; of SetSize without tokens: the seats of the pool

  bool operator==(const Action&) const = default;
};

}  // namespace cantilever::plan
