#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/quantities.h"
#include "core/model/extra.h"

namespace cantilever {

/// What a perturbation does to its target.
enum class Change : std::uint8_t {
  KillInstances,     ///< `value` instances of the block go down; what they hold fails
  RestoreInstances,  ///< `value` instances come back
  LoadFactor,        ///< all workloads (no target): rates are multiplied by `value`
  SetInstances,      ///< the block is to have `value` instances: new ones boot, the newest drain
  Speed,         ///< the block's instances work at `value` times their own speed from now on; 0: they pause
  KillSilently,  ///< as KillInstances, but nobody is told: callers learn of it by their timeouts
  FlushCaches,   ///< what the block's caches hold is gone
  // Of all calls to the block, until changed again.
  AddLatency,       ///< each way takes `value` seconds more
  LoseCalls,        ///< the share `value` of them never arrives; of 1: nothing gets through
  FailCalls,        ///< the share `value` of them is answered with an error
  PauseInstances,   ///< `value` instances of the block stand still: they keep what they hold
  ResumeInstances,  ///< `value` instances go on
  // Of a zone, with all that lies in it.
  ZoneOutage,        ///< all its instances go down, and none comes up
  ZoneSilentOutage,  ///< the same, and nobody is told
  ZoneRecovery,      ///< they come back
  // Between a zone and another one, or all that lies outside.
  Partition,       ///< nothing gets through
  Heal,            ///< it does again
  AddZoneLatency,  ///< each way takes `value` seconds more
  // Of a system that changes itself.
  RollOut,      ///< the share `value` of the block's instances is to run the next version; 0 takes it back
  SetFlag,      ///< the feature flag `name` is on for the share `value` of the keys
  StopControl,  ///< what the control `name` has begun goes no further
  /// Of a block that keeps messages, all who read them, or of a block that reads some: what was appended
  /// `value` seconds ago or later is read (again), what is older is not read any more; 0: all that is
  /// there is left out.
  SeekGroup,
  /// `value` instances of the block, or if it is below 1 that share of those that work, take no new work,
  /// finish what they hold and go for good.
  Drain,
  /// A copy of the block's data becomes the primary, or the block's instance does that is a copy: an order,
  /// not a failure.
  Promote,
  InstanceWeight,    ///< the block's instances have the weight `value` for links that balance by weight
  RouteWeight,       ///< the link, one of several routes, has the weight `value`
  SetSize,           ///< the block's limits, or the pool of connections of the link, have the size `value`
  SetRate,           ///< the block's limits let `value` a second pass
  ScaleLatency,      ///< of calls to the block or over the link: each way takes `value` times as long
  ScaleZoneLatency,  ///< the same between two zones
};

/// What a change does it to: instances of a block, calls to it, or zones.
constexpr bool actsOnZones(Change change) {
  return (change >= Change::ZoneOutage && change <= Change::AddZoneLatency) ||
         change == Change::ScaleZoneLatency;
}
/// Of latencies between zones, or within one.
constexpr bool isOfZoneLatency(Change change) {
  return change == Change::AddZoneLatency || change == Change::ScaleZoneLatency;
}
constexpr bool actsBetweenZones(Change change) {
  return change == Change::Partition || change == Change::Heal || isOfZoneLatency(change);
}
/// What becomes of calls to a block, or over one link.
constexpr bool isOfCalls(Change change) {
  return change == Change::AddLatency || change == Change::LoseCalls || change == Change::FailCalls ||
         change == Change::ScaleLatency;
}
constexpr bool isOfTokens(Change change) {
  return change == Change::SetSize || change == Change::SetRate;
}
/// It may be of one link instead of a block.
constexpr bool mayNameLink(Change change) {
  return isOfCalls(change) || change == Change::SetSize || change == Change::RouteWeight;
}
/// Of some instances of a block, that is.
constexpr bool mayNameInstances(Change change) {
  return change == Change::KillInstances || change == Change::KillSilently ||
         change == Change::RestoreInstances || change == Change::PauseInstances ||
         change == Change::ResumeInstances || change == Change::Speed || change == Change::Drain ||
         change == Change::Promote || change == Change::InstanceWeight;
}

/// A flag or a control is acted upon instead of a block.
constexpr bool isOfName(Change change) {
  return change == Change::SetFlag || change == Change::StopControl;
}
/// Its value is a share of the calls, the instances or the keys.
constexpr bool isShare(Change change) {
  return change == Change::LoseCalls || change == Change::FailCalls || change == Change::RollOut ||
         change == Change::SetFlag;
}
/// Its value is a number of instances.
constexpr bool isNumberOfInstances(Change change) {
  return change == Change::KillInstances || change == Change::KillSilently ||
         change == Change::RestoreInstances || change == Change::SetInstances ||
         change == Change::PauseInstances || change == Change::ResumeInstances;
}
constexpr bool isOfBlock(Change change) {
  return change != Change::LoadFactor && change != Change::RouteWeight && !isOfName(change) &&
         !actsOnZones(change);
}

/// One scripted or live change. Scenarios name blocks and zones; compile turns them into plan actions.
struct Perturbation {
  Duration at;  ///< simulated time from the start of the run
  BlockId target;
  Change change = Change::KillInstances;
  double value = 1;
  ZoneId zone = {};       ///< of changes of zones
  ZoneId otherZone = {};  ///< of those between two; empty: all that lies outside of the first
  /// Of changes of instances: these alone, counted from 0, instead of as many as `value` says. The last one
  /// counts only with a first; unset: the first.
  std::optional<std::uint32_t> firstInstance = {};
  std::optional<std::uint32_t> lastInstance = {};
  Extras extras = {};
  std::string name = {};  ///< of SetFlag: the flag, of StopControl: the control
  LinkId link = {};       ///< of RouteWeight; of calls and of SetSize: of this link alone, not of a block

  bool operator==(const Perturbation&) const = default;
};

struct Scenario {
  ScenarioId id;
  std::string name;
  std::string description;
  std::vector<Perturbation> events;
  Extras extras;

  bool operator==(const Scenario&) const = default;
};

}  // namespace cantilever
