#include <algorithm>

#include "core/vocabulary/action_fault.h"
#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

bool hasItsInstances(const Pool& pool, const Action& action) {
  return action.firstInstance == kNone ||
         (action.firstInstance <= action.lastInstance && action.lastInstance < pool.room());
}

/// Latency may be added within a zone.
bool areApart(const Plan& plan, const Action& action) {
  if (action.otherZone == kNone) {
    return true;
  }
  return action.otherZone < plan.zones.size() &&
         (isOfZoneLatency(action.change) || (!liesIn(plan.zones, action.zone, action.otherZone) &&
                                             !liesIn(plan.zones, action.otherZone, action.zone)));
}

double mostOf(Change change) {
  return isShare(change) ? 1 : change == Change::Speed ? Pool::kMostSpeed : 1e9;
}

bool isOneOfSeveralWays(const Plan& plan, Index link) {
  return std::any_of(plan.routes.begin(), plan.routes.end(), [link](const Route& route) {
    return std::any_of(route.ways.begin(), route.ways.end(),
                       [link](const Route::Way& way) { return way.behind == link; });
  });
}

void checkTokens(const Plan& plan, const Action& action, FaultSink& sink) {
  sink.require(action.tokens < plan.tokens.size(),
               [] { return std::string("an action has no tokens to act on"); });
  if (sink.hasFailed()) {
    return;
  }
  const Tokens& tokens = plan.tokens[action.tokens];
  const bool isSliding = tokens.refill == Refill::SlidingWindow;
  sink.require(action.change != Change::SetRate || tokens.refill != Refill::OnGive, [] {
    return std::string("an action sets the rate of tokens that come back when given back");
  });
  const double size = action.change == Change::SetRate && tokens.refill != Refill::Continuous
                          ? action.value * tokens.window.inSeconds()
                          : action.value;
  sink.require(!isSliding || size <= Tokens::kMostInSlidingWindow,
               [] { return std::string("an action lets more than 1,000,000 pass in a sliding window"); });
}

/// Not where seats are what instances are ordered for, or what consumers are given work by.
void checkSeats(const Plan& plan, const Action& action, FaultSink& sink) {
  const bool isKnown = action.pool < plan.pools.size();
  sink.require(isKnown && plan.pools[action.pool].seats > 0,
               [] { return std::string("an action has no tokens and no seats to set"); });
  sink.require(sink.hasFailed() || !plan.pools[action.pool].isOnDemand(),
               [] { return std::string("an action sets the seats of instances that come on demand"); });
  const bool isConsumer =
      std::any_of(plan.groups.begin(), plan.groups.end(), [&](const ConsumerGroup& group) {
        return group.inFlight == 0 && group.link < plan.links.size() &&
               plan.links[group.link].pool == action.pool;
      });
  sink.require(sink.hasFailed() || !isConsumer,
               [] { return std::string("an action sets the seats of those who consume messages"); });
  sink.require(action.value >= 0.5,
               [] { return std::string("an action leaves the instances of a pool no seats"); });
}

/// A copy that may take over is an instance of a pool of its own, or stands by.
bool hasWhomToPromote(const Plan& plan, Index pool) {
  const Index store = storeBehind(plan, pool);
  if (store == kNone) {
    return false;
  }
  const auto mayTakeOver = [&](const ConsumerGroup& group) {
    return group.follows && group.takesOver && group.log == plan.stores[store].log;
  };
  return (plan.stores[store].pool == pool && plan.stores[store].standbys > 0) ||
         std::any_of(plan.groups.begin(), plan.groups.end(), mayTakeOver);
}

void checkTarget(const Plan& plan, const Action& action, FaultSink& sink) {
  const bool isOfCache = action.change == Change::FlushCaches && action.cache < plan.caches.size();
  sink.require(!action.isOfLink() || action.link < plan.links.size(),
               [] { return std::string("an action has no link to act on"); });
  sink.require(action.change != Change::SetFlag || action.flag < plan.flags.size(),
               [] { return std::string("an action has no flag to set"); });
  sink.require(action.change != Change::StopControl || action.control < plan.controls.size(),
               [] { return std::string("an action has no control to stop"); });
  sink.require(action.change != Change::SeekGroup ||
                   (action.group < plan.groups.size() && !plan.groups[action.group].follows),
               [] { return std::string("an action has no group of consumers to act on"); });
  const bool isOfPool = action.isOfPool() && !isOfCache;
  sink.require(!isOfPool || action.pool < plan.pools.size(),
               [] { return std::string("an action has no pool to act on"); });
  sink.require(!isOfPool || sink.hasFailed() || hasItsInstances(plan.pools[action.pool], action),
               [] { return std::string("an action is on instances that its pool has no room for"); });
  sink.require(
      action.change != Change::RouteWeight || sink.hasFailed() || isOneOfSeveralWays(plan, action.link),
      [] { return std::string("an action weighs a link that is not one of several routes"); });
  sink.require(action.change != Change::Promote || sink.hasFailed() || hasWhomToPromote(plan, action.pool),
               [] { return std::string("an action promotes where there is no copy to take over"); });
  if (action.isOfSeats()) {
    checkSeats(plan, action, sink);
  } else if (isOfTokens(action.change)) {
    checkTokens(plan, action, sink);
  }
  sink.require(!actsOnZones(action.change) || action.zone < plan.zones.size(),
               [] { return std::string("an action has no zone to act on"); });
  sink.require(!actsBetweenZones(action.change) || sink.hasFailed() || areApart(plan, action),
               [] { return std::string("an action is between zones that are not apart"); });
  sink.require(action.value >= 0 && action.value <= mostOf(action.change),
               [] { return std::string("an action has a value that is no number, negative or too large"); });
}

}  // namespace

std::string faultIn(const Plan& plan, const Action& action) {
  FaultSink sink;
  sink.require(action.at >= Duration() && action.at <= kLongestDuration,
               [] { return std::string("an action is at a time outside 0 to 100 years"); });
  checkTarget(plan, action, sink);
  return sink.fault();
}

void checkActions(const Plan& plan, FaultSink& sink) {
  Duration last;
  for (const Action& action : plan.actions) {
    sink.require(action.at >= last && action.at <= kLongestDuration,
                 [] { return std::string("actions are not in order of time"); });
    checkTarget(plan, action, sink);
    last = action.at;
  }
  for (const Control& control : plan.controls) {
    for (const Action& action : control.actions) {
      sink.require(action.at >= Duration() && action.at <= kLongestDuration, [&] {
        return named("control", control.key) + " acts at a time outside 0 to 100 years after it fired";
      });
      checkTarget(plan, action, sink);
    }
  }
}

}  // namespace cantilever::plan
