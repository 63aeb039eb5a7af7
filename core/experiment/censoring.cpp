#include "core/experiment/censoring.h"

#include "core/base/text.h"

namespace cantilever::experiment {

Censoring censoringOf(const sim::RunResult& run) {
  Censoring of;
  double offered = 0;
  double unfinished = 0;
  double unfinishedMs = 0;
  for (const sim::ClassResult& each : run.classes) {
    offered += static_cast<double>(each.offered);
    unfinished += static_cast<double>(each.unfinished);
    unfinishedMs += each.unfinishedNs * 1e-6;
    of.isBeyondRule = of.isBeyondRule || each.isCensored();
  }
  if (unfinished > 0 && run.latency.count() > 0) {
    const double mean = run.latency.meanNs() * 1e-6;
    const double withThem = static_cast<double>(run.latency.count()) + unfinished;
    of.share = unfinished / offered;
    of.lackMs = (2 * unfinishedMs - unfinished * mean) / withThem;
  }
  return of;
}

std::string Censoring::describe(const std::string& why) const {
  return "Of the requests " + formatShort(ratio(share)) + " had not ended " + why +
         " and are left out, the slowest among them (censored): the mean latency lacks some " +
         formatShort(Duration::milliseconds(lackMs), 2) +
         ", and percentiles are too low as well. Measure for longer.";
}

}  // namespace cantilever::experiment
