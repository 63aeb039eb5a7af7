#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

bool reportsTo(const Survey& survey, const Station& station, const std::vector<const Station*>& collectors) {
  return std::any_of(collectors.begin(), collectors.end(), [&](const Station* collector) {
    const auto isCollector = [&](const BlockId& id) { return survey.find(id) == collector; };
    return std::any_of(station.out.begin(), station.out.end(),
                       [&](const Link* link) { return isCollector(link->to); }) ||
           std::any_of(station.in.begin(), station.in.end(),
                       [&](const Link* link) { return isCollector(link->from); });
  });
}

Answer checkMonitoring(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> watched = survey.where([](const Station& station) {
    return !station.traits.isSource && !station.traits.isPrimitive && !station.traits.collectsMetrics;
  });
  if (watched.empty()) {
    return notApplicable("There is nothing to monitor.");
  }
  const std::vector<const Station*> collectors =
      survey.where([](const Station& station) { return station.traits.collectsMetrics; });
  if (collectors.empty()) {
    return failed("No block collects metrics of the " + counted(watched.size(), "block") + ".",
                  "Connect every tier to a metrics block, with dashboards of rate, errors and duration for "
                  "each request "
                  "class and of utilisation and saturation for each tier.");
  }
  std::vector<const Station*> blind;
  std::copy_if(watched.begin(), watched.end(), std::back_inserter(blind), [&](const Station* station) {
    return !station->traits.isManaged && !reportsTo(survey, *station, collectors);
  });
  if (!blind.empty()) {
    return failed("Not connected to " + namesOf(collectors) + ": " + namesOf(blind) + ".",
                  "Connect them to the metrics block.", blind);
  }
  return passed(counted(watched.size(), "block") + " covered by " + namesOf(collectors) +
                " (managed services report by themselves).");
}

}  // namespace

ChecklistItem pre_07_monitoring() {
  return {"PRE-07",
          "pre-launch",
          "Monitoring setup",
          "What is not measured is noticed by customers first.",
          "A block collects metrics, and each block that serves requests is connected to it or is a managed "
          "service.",
          &checkMonitoring};
}

}  // namespace cantilever::advice::rules
