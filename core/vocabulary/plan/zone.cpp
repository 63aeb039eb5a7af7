#include "core/vocabulary/plan/zone.h"

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

/// The walk upwards from the zone ends.
bool hasTop(const std::vector<Zone>& zones, Index zone) {
  std::size_t steps = 0;
  for (; zone != kNone && steps <= zones.size(); ++steps) {
    zone = zones[zone].parent;
  }
  return zone == kNone;
}

void checkTree(const Plan& plan, FaultSink& sink) {
  for (const Zone& zone : plan.zones) {
    sink.require(zone.parent == kNone || zone.parent < plan.zones.size(),
                 [&] { return named("zone", zone.key) + " lies in an unknown zone"; });
    sink.require(zone.site < plan.zones.size(),
                 [&] { return named("zone", zone.key) + " has an unknown site"; });
  }
  for (Index i = 0; i < plan.zones.size() && !sink.hasFailed(); ++i) {
    sink.require(hasTop(plan.zones, i),
                 [&] { return named("zone", plan.zones[i].key) + " lies within itself"; });
  }
}

void checkZoneFault(const Plan& plan, const ZoneFault& fault, std::vector<bool>& hasFault, FaultSink& sink) {
  const auto says = [&](const std::string& text) {
    return [&fault, text] { return named("fault", fault.key) + text; };
  };
  sink.require(fault.zone < plan.zones.size(), says(" has no zone to act on"));
  if (sink.hasFailed()) {
    return;
  }
  sink.require(!hasFault[fault.zone], says(" is the second of its zone"));
  hasFault[fault.zone] = true;
  for (const Law* law : {&fault.timeToFailure, &fault.timeToRepair}) {
    const std::string wrong = faultIn(*law);
    sink.require(wrong.empty(), says(": a law of it is not valid: " + wrong));
  }
  sink.require(!fault.timeToFailure.isZero(), says(" happens all the time"));
}

}  // namespace

bool liesIn(const std::vector<Zone>& zones, Index zone, Index top) {
  while (zone != kNone && zone != top) {
    zone = zones[zone].parent;
  }
  return zone != kNone;
}

Duration wayBetween(const Plan& plan, Index from, Index to) {
  return plan.zoneWays[from * plan.zones.size() + to];
}

double variationBetween(const Plan& plan, Index from, Index to) {
  return plan.zoneVariation.empty() ? 0 : plan.zoneVariation[from * plan.zones.size() + to];
}

Law lawOfWay(Duration mean, double variation) {
  return variation > 0 && mean > Duration() ? Law::lognormal(mean, variation) : Law::constant(mean);
}

Index zoneOfCrews(const Plan& plan, Index zone) {
  while (zone != kNone && plan.zones[zone].crews == 0) {
    zone = plan.zones[zone].parent;
  }
  return zone;
}

namespace {

void checkWays(const Plan& plan, FaultSink& sink) {
  const std::size_t pairs = plan.zones.size() * plan.zones.size();
  sink.require(plan.zoneWays.size() == pairs,
               [] { return std::string("the ways between zones do not match the zones"); });
  for (const Duration way : plan.zoneWays) {
    sink.require(way >= Duration() && way <= kLongestDuration,
                 [] { return std::string("a way between zones takes no time from 0 to 100 years"); });
  }
  sink.require(plan.zoneVariation.empty() || plan.zoneVariation.size() == pairs,
               [] { return std::string("the variations of ways between zones do not match the zones"); });
  for (const double variation : plan.zoneVariation) {
    sink.require(variation >= 0 && variation <= Zone::kMostVariation, [] {
      return std::string("a way between zones has a standard deviation of no number from 0 to 10 means");
    });
  }
}

}  // namespace

void checkZones(const Plan& plan, FaultSink& sink) {
  const std::size_t count = plan.zones.size();
  sink.require(count <= Zone::kMost, [] { return std::string("more than 1,000 zones"); });
  if (sink.hasFailed()) {
    return;
  }
  checkTree(plan, sink);
  checkWays(plan, sink);
  std::vector<bool> hasFault(count, false);
  for (const ZoneFault& fault : plan.zoneFaults) {
    checkZoneFault(plan, fault, hasFault, sink);
  }
  const auto isPlace = [count](Index zone) { return zone == kNone || zone < count; };
  for (const Pool& pool : plan.pools) {
    bool isFine = isPlace(pool.zone);
    for (const Index place : pool.places) {
      isFine = isFine && isPlace(place);
    }
    sink.require(isFine, [&] { return named("pool", pool.key) + " lies in an unknown zone"; });
  }
  for (const Program& program : plan.programs) {
    sink.require(isPlace(program.zone),
                 [&] { return named("program", program.key) + " runs in an unknown zone"; });
  }
  for (const Link& link : plan.links) {
    sink.require(isPlace(link.zone), [&] { return named("link", link.key) + " begins in an unknown zone"; });
  }
  for (const Log& log : plan.logs) {
    sink.require(isPlace(log.zone), [&] { return named("log", log.key) + " lies in an unknown zone"; });
  }
}

}  // namespace cantilever::plan
