#include "core/vocabulary/plan/route.h"

#include <algorithm>
#include <limits>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

/// One way over the link from a zone, as an engine reckons it.
Duration distance(const Plan& plan, const Link& link, Index from) {
  const Index to = link.pool == kNone ? plan.programs[link.program].zone : plan.pools[link.pool].zone;
  return link.isByZones && from != kNone && to != kNone ? wayBetween(plan, from, to) : link.latency.mean;
}

/// Adds `probability` to those of the ways among which weight decides for a caller in `from`.
void addShares(const Plan& plan, const Route& route, Index from, double probability,
               std::vector<double>& shares) {
  std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
  for (const Route::Way& way : route.ways) {
    first = std::min(first, way.priority);
  }
  bool isNearest = false;
  Duration nearest = kLongestDuration;
  for (const Route::Way& way : route.ways) {
    if (way.priority == first) {
      isNearest = isNearest || way.isNearest;
      nearest = std::min(nearest, distance(plan, plan.links[way.behind], from));
    }
  }
  std::vector<std::size_t> chosen;
  double total = 0;
  for (std::size_t i = 0; i < route.ways.size(); ++i) {
    const Route::Way& way = route.ways[i];
    const bool isNear = !isNearest || distance(plan, plan.links[way.behind], from) == nearest;
    if (way.priority == first && isNear) {
      chosen.push_back(i);
      total += way.weight;
    }
  }
  for (const std::size_t i : chosen) {
    shares[i] +=
        probability * (total > 0 ? route.ways[i].weight / total : 1 / static_cast<double>(chosen.size()));
  }
}

}  // namespace

std::vector<double> expectedShares(const Plan& plan, const Route& route, Index program) {
  std::vector<double> shares(route.ways.size(), 0.0);
  const Program& of = plan.programs[program];
  if (of.pool == kNone || plan.pools[of.pool].places.empty()) {
    addShares(plan, route, of.pool == kNone ? of.zone : plan.pools[of.pool].zone, 1, shares);
    return shares;
  }
  const Pool& pool = plan.pools[of.pool];
  for (Index i = 0; i < pool.instances; ++i) {
    addShares(plan, route, pool.placeOf(i), 1.0 / pool.instances, shares);
  }
  return shares;
}

void checkRoutes(const Plan& plan, FaultSink& sink) {
  for (const Route& route : plan.routes) {
    sink.require(!route.ways.empty(), [] { return std::string("a route has no way to go on"); });
    for (const Route::Way& way : route.ways) {
      sink.require(way.link < plan.links.size() && way.behind < plan.links.size(),
                   [] { return std::string("a route looks at an unknown link"); });
      sink.require(way.weight >= 0 && way.weight <= 1e9,
                   [] { return std::string("a route has a weight outside 0 to 1e9"); });
    }
  }
}

}  // namespace cantilever::plan
