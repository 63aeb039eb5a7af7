#include <algorithm>
#include <optional>
#include <set>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"

namespace cantilever::advice::rules {

namespace {

constexpr double kHighAvailability = 0.999;
constexpr double kHoursPerYear = 8760;

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

/// The loss of a region once a year is ridden out by copies elsewhere if what is promised leaves time to
/// restore them. Empty if nothing is copied elsewhere.
std::optional<Answer> judgeCopies(const Survey& survey, const std::vector<const Station*>& data,
                                  const std::string& promise, Duration allowed) {
  Duration longest;
  std::vector<const Station*> copiers;
  for (const Station* store : data) {
    std::optional<Duration> within;
    for (const Station& station : survey.stations()) {
      const bool copies =
          station.traits.restoredWithin && station.traits.copiesElsewhere && &station != store;
      if (copies && survey.isCovered(*store, station) &&
          (!within || *station.traits.restoredWithin < *within)) {
        within = station.traits.restoredWithin;
        copiers.push_back(&station);
      }
    }
    if (!within && !store->traits.restoredWithin) {
      return {};
    }
    longest = std::max(longest, within.value_or(Duration()));
  }
  const std::string evidence = "All data is copied to another region and restored there within " +
                               formatShort(longest) + "; " + promise + " leave " + formatShort(allowed) +
                               " a year.";
  return longest <= allowed
             ? passed(evidence)
             : failed(evidence,
                      "Keep a second region ready that need not be restored: replicas of the data, and "
                      "servers that are started when needed.",
                      copiers);
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
  const std::string promise = formatNumber(promised * 100.0, 6) + " %";
  if (promised < kHighAvailability) {
    return passed(promise + " is promised, which one region with backups can keep.");
  }
  if (const auto judged =
          judgeCopies(survey, data, promise, Duration::hours((1 - promised) * kHoursPerYear))) {
    return *judged;
  }
  return failed(
      "A success ratio of " + promise + " is promised, and all data is in " +
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
          "regions, or a block copies all data to another region and restores it within what the promise "
          "leaves in a year.",
          &checkDisasterRecovery};
}

}  // namespace cantilever::advice::rules
