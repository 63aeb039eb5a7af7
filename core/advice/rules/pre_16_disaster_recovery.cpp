#include <algorithm>
#include <set>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kHighAvailability = 0.999;

/// The region above a block's zone; empty if it is in none.
ZoneId regionOf(const Design& design, const Block& block) {
  std::set<ZoneId> seen;  // a damaged file may hold a cycle of parents
  const Zone* zone = design.zones.find(block.zone);
  while (zone != nullptr && zone->kind != ZoneKind::Region && seen.insert(zone->id).second) {
    zone = design.zones.find(zone->parent);
  }
  return zone != nullptr && zone->kind == ZoneKind::Region ? zone->id : ZoneId();
}

std::set<ZoneId> regionsOf(const Design& design, const std::vector<const Station*>& stations) {
  std::set<ZoneId> regions;
  for (const Station* station : stations) {
    const ZoneId region = regionOf(design, *station->block);
    if (!region.isEmpty()) {
      regions.insert(region);
    }
  }
  return regions;
}

Answer checkDisasterRecovery(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> compute =
      survey.where([](const Station& station) { return station.traits.isCompute; });
  const std::vector<const Station*> data = survey.where(
      [](const Station& station) { return station.traits.holdsData && !station.traits.isQueue; });
  if (data.empty()) {
    return notApplicable("No block is the home of data that must survive.");
  }
  double promised = 0;
  for (const Objective& objective : input.design->objectives) {
    promised = objective.metric == Metric::SuccessRatio ? std::max(promised, objective.limit) : promised;
  }
  if (promised == 0) {
    return warned("The design does not say how available it must be.",
                  "Add an objective for the share of requests that succeed.");
  }
  const std::size_t dataRegions = regionsOf(*input.design, data).size();
  const std::size_t computeRegions = regionsOf(*input.design, compute).size();
  if (dataRegions >= 2 && (compute.empty() || computeRegions >= 2)) {
    return passed("Data is kept in " + counted(dataRegions, "region") + ", and " +
                  counted(computeRegions, "region") + " can serve it.");
  }
  if (promised < kHighAvailability) {
    return passed(formatNumber(promised * 100.0, 6) +
                  " % is promised, which one region with backups can keep.");
  }
  return failed(
      "A success ratio of " + formatNumber(promised * 100.0, 6) + " % is promised, and all data is in " +
          (dataRegions == 0 ? std::string("no named region") : counted(dataRegions, "region")) + ".",
      "Copy data to a second region (a pilot light at least: replicas and images, servers started when "
      "needed), write down who moves traffic and how, and rehearse it.",
      data);
}

}  // namespace

ChecklistItem pre_16_disaster_recovery() {
  return {"PRE-16",
          "pre-launch",
          "Disaster recovery plan",
          "Whole regions fail rarely, but for hours; a plan that was never rehearsed takes days.",
          "The design states a success ratio. From 99.9 % on, durable data and compute are in at least two "
          "regions.",
          &checkDisasterRecovery};
}

}  // namespace cantilever::advice::rules
