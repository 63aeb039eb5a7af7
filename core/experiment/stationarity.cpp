#include "core/experiment/stationarity.h"

#include <algorithm>

#include "core/base/text.h"

namespace cantilever::experiment {

std::vector<std::string> changesOverTime(const plan::Plan& plan) {
  std::vector<std::string> changes;
  for (const plan::Source& source : plan.sources) {
    const std::vector<plan::RateCurve::Point>& points = source.curve.points;
    const bool isLevel = std::all_of(points.begin(), points.end(), [&](const plan::RateCurve::Point& each) {
      return each.level == points.front().level;
    });
    if (!isLevel) {
      changes.push_back("the rate of \"" + source.key + "\" follows a curve");
    }
    if (source.kind == plan::SourceKind::Trace) {
      changes.push_back("the arrivals of \"" + source.key + "\" are listed");
    }
  }
  for (const plan::Scaler& scaler : plan.scalers) {
    changes.push_back("\"" + plan.pools[scaler.pool].key + "\" scales");
  }
  for (const plan::Control& control : plan.controls) {
    if (!control.actions.empty()) {
      changes.push_back("control \"" + control.key + "\" changes the system");
    }
  }
  if (!plan.actions.empty()) {
    changes.push_back("a scenario changes the system");
  }
  return changes;
}

namespace {

Result<plan::Visits> visitsOfOthersThanUsers(const plan::Plan& plan, double loadFactor) {
  const auto isClosed = [](const plan::Source& source) { return source.kind == plan::SourceKind::Closed; };
  if (std::none_of(plan.sources.begin(), plan.sources.end(), isClosed)) {
    return plan::visits(plan, loadFactor);
  }
  plan::Plan open = plan;
  std::erase_if(open.sources, isClosed);
  return plan::visits(open, loadFactor);
}

}  // namespace

std::vector<Overload> overloads(const plan::Plan& plan, double loadFactor, const std::vector<double>& came) {
  constexpr double kAll = 0.98;
  const Result<plan::Visits> visits = visitsOfOthersThanUsers(plan, loadFactor);
  if (!visits) {
    return {};
  }
  std::vector<Overload> found;
  for (plan::Index i = 0; i < plan.pools.size(); ++i) {
    const plan::Pool& pool = plan.pools[i];
    const bool keepsAll = pool.queueLimit == plan::Pool::kUnlimited && !pool.patience;
    const double offered = visits->totalPoolWork(i);
    const bool isFull = offered >= pool.capacity() && came[i] > kAll;
    if (pool.servers > 0 && keepsAll && isFull && pool.room() <= pool.instances) {
      found.push_back({i, offered, pool.capacity()});
    }
  }
  return found;
}

std::vector<std::string> doubts(const plan::Plan& plan) {
  std::vector<std::string> found;
  std::vector<bool> isSeen(plan.laws.size(), false);
  for (const plan::Instruction& step : plan.code) {
    if (step.op != plan::Op::Work || isSeen[step.a]) {
      continue;
    }
    isSeen[step.a] = true;
    const Law& law = plan.laws[step.a];
    if (law.kind == Law::Kind::Pareto && law.shape <= 3) {
      found.push_back("Work with the law " + format(law) + " makes waits of infinite " +
                      (law.shape <= 2 ? "mean" : "variance") +
                      ": means converge slowly and from below, and intervals hold the truth less often than "
                      "they say.");
    }
  }
  return found;
}

}  // namespace cantilever::experiment
