#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

/// Requests of the run that failed, over those offered.
double failedShare(const sim::RunResult& run) {
  double failures = 0;
  double offered = 0;
  for (const sim::ClassResult& requestClass : run.classes) {
    failures += static_cast<double>(requestClass.failedTotal());
    offered += static_cast<double>(requestClass.offered);
  }
  return offered > 0 ? failures / offered : 0;
}

Answer checkRetries(const AdviceInput& input) {
  const Survey survey(input);
  std::size_t calls = 0;
  for (const Station& station : survey.stations()) {
    calls +=
        static_cast<std::size_t>(std::count_if(station.out.begin(), station.out.end(), [&](const Link* link) {
          return isSynchronous(*link) && !station.traits.isSource;
        }));
  }
  if (calls == 0) {
    return notApplicable("No block calls another.");
  }
  std::string evidence =
      "None of " + counted(calls, "call") +
      " between blocks is retried: load is never multiplied, but one lost call fails its request.";
  if (survey.hasRun()) {
    evidence += " In the run " + percent(failedShare(*input.run)) + " of the requests failed.";
  }
  return failed(
      evidence,
      "Links have no retries yet: retry once in the outermost client, only reads and idempotent writes, with "
      "exponential backoff, full jitter and a budget of 10 % of the calls. Never at several layers.");
}

}  // namespace

ChecklistItem pre_11_retries() {
  return {
      "PRE-11",
      "pre-launch",
      "Retry logic",
      "One retry hides most short faults; retries at every layer turn a short fault into a long outage.",
      "Two or three attempts at one layer, with backoff, jitter and a budget of at most 20 %. Links cannot "
      "be retried in this version, so the answer is Fail or, without calls between blocks, NotApplicable.",
      &checkRetries};
}

}  // namespace cantilever::advice::rules
