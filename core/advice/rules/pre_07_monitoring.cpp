#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

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
                  "Connect every tier to a metrics block, or let one cover its zone, with dashboards of "
                  "rate, errors and duration for "
                  "each request "
                  "class and of utilisation and saturation for each tier.");
  }
  std::vector<const Station*> blind;
  std::copy_if(watched.begin(), watched.end(), std::back_inserter(blind), [&](const Station* station) {
    return !station->traits.isManaged &&
           std::none_of(collectors.begin(), collectors.end(),
                        [&](const Station* collector) { return survey.isCovered(*station, *collector); });
  });
  if (!blind.empty()) {
    return failed("Not connected to " + namesOf(collectors) + ": " + namesOf(blind) + ".",
                  "Connect them to the metrics block, or let it cover its zone.", blind);
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
          "A block collects metrics, and each block that serves requests is connected to it, is in the "
          "zone that it covers, or is a managed service.",
          &checkMonitoring};
}

}  // namespace cantilever::advice::rules
