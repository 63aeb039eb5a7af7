// For how long promises are not kept.
#include <algorithm>
#include <cmath>

#include "core/fluid/account.h"

namespace cantilever::fluid {

namespace {

bool isLowerLimit(Promise::Of of) {
  return of == Promise::Of::Success || of == Promise::Of::Throughput;
}

bool breaks(const Promise& promise, double figure) {
  return isLowerLimit(promise.of) ? figure < promise.limit * (1 - 1e-12)
                                  : figure > promise.limit * (1 + 1e-12);
}

}  // namespace

double Account::figureOf(const Promise& promise, const Moment& moment, double offset,
                         std::string& why) const {
  double offeredSum = 0;
  double goodSum = 0;
  double badSum = 0;
  double worst = 0;
  double weighted = 0;
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    if (promise.requestClass != kNone && promise.requestClass != k) {
      continue;
    }
    const Flow& offered = m_flows[k].offered;
    offeredSum += offered.at(offset);
    goodSum += m_flows[k].succeeded.at(offset);
    badSum += m_flows[k].failed.at(offset);
    const SolvedClass& solved = moment.classes[k];
    if (promise.of < Promise::Of::Success && offered.at(offset) > 0) {
      if (!solved.isSolved) {
        why = solved.why;
        return kUnknown;
      }
      const double value = promise.of == Promise::Of::Mean  ? solved.mean + moment.meanWait[k]
                           : promise.of == Promise::Of::P50 ? solved.p50 + moment.meanWait[k]
                           : promise.of == Promise::Of::P95 ? solved.p95 + moment.tailWait[k]
                                                            : solved.p99 + moment.tailWait[k];
      worst = std::max(worst, value);
      weighted += value * offered.at(offset);
    }
  }
  switch (promise.of) {
    case Promise::Of::Success:
      return goodSum + badSum > 0 ? goodSum / (goodSum + badSum) : 1;
    case Promise::Of::Throughput:
      if (offeredSum < promise.limit) {
        why = "less than that is asked for";
        return kUnknown;
      }
      return goodSum;
    case Promise::Of::Other:
      why = "a forecast does not know this figure";
      return kUnknown;
    case Promise::Of::Mean:
      return offeredSum > 0 ? weighted / offeredSum : 0;
    default:  // of all classes together: the slowest class's, which is not less
      return worst;
  }
}

void Account::judge(const Moment& before, const Moment& after, double seconds) {
  for (PromiseCourse& course : m_forecast.promises) {
    std::string why;
    const double first = figureOf(course.promise, before, 0, why);
    const double last = figureOf(course.promise, after, seconds, why);
    if (std::isnan(first) || std::isnan(last)) {
      course.unknownSeconds += seconds;
      course.why = course.why.empty() ? why : course.why;
      continue;
    }
    const bool isFirst = breaks(course.promise, first);
    const bool isLast = breaks(course.promise, last);
    double share = isFirst && isLast ? 1.0 : 0.0;
    double from = 0;
    if (isFirst != isLast) {
      const double crossing = std::clamp((course.promise.limit - first) / (last - first), 0.0, 1.0);
      share = isFirst ? crossing : 1 - crossing;
      from = isFirst ? 0 : crossing;
    }
    course.violatedSeconds += share * seconds;
    if (share > 0 && course.firstAt < 0) {
      course.firstAt = before.time + from * seconds;
    }
    for (const auto& [figure, time] : {std::pair(first, before.time), std::pair(last, after.time)}) {
      const bool isWorse = isLowerLimit(course.promise.of) ? figure < course.worst : figure > course.worst;
      if (std::isnan(course.worst) || isWorse) {
        course.worst = figure;
        course.worstAt = time;
      }
    }
  }
}

}  // namespace cantilever::fluid
