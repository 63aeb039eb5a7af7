#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

Answer checkLogging(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> speakers =
      survey.where([](const Station& station) { return station.traits.isCompute; });
  if (speakers.empty()) {
    return notApplicable("There is no compute block that writes logs.");
  }
  const std::vector<const Station*> collectors =
      survey.where([](const Station& station) { return station.traits.collectsLogs; });
  if (collectors.empty()) {
    return failed("No block collects the logs of " + namesOf(speakers) + ".",
                  "Connect them to a logging block, or let one cover their zone: keep logs 7 to 365 days, "
                  "every error and about 10 % of successes "
                  "(log volume is often the largest hidden cost).",
                  speakers);
  }
  std::vector<const Station*> silent;
  std::copy_if(speakers.begin(), speakers.end(), std::back_inserter(silent), [&](const Station* station) {
    return std::none_of(collectors.begin(), collectors.end(),
                        [&](const Station* collector) { return survey.isCovered(*station, *collector); });
  });
  if (!silent.empty()) {
    return failed("No logs reach a collector from " + namesOf(silent) + ".",
                  "Connect them to the logging block, or let it cover their zone.", silent);
  }
  return passed("Logs reach a collector from " + namesOf(speakers) + ".");
}

}  // namespace

ChecklistItem pre_08_logging() {
  return {
      "PRE-08",
      "pre-launch",
      "Logging configured",
      "Logs on a server that has been replaced are gone; after an incident they are what explains it.",
      "Each compute block sends its logs to a block that collects them, or is in the zone that one covers.",
      &checkLogging};
}

}  // namespace cantilever::advice::rules
