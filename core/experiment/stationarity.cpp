#include "core/experiment/stationarity.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/vocabulary/plan/faults.h"

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

std::vector<PoolLoad> overloads(const plan::Plan& plan, double loadFactor, const std::vector<double>& came) {
  constexpr double kAll = 0.98;
  std::vector<PoolLoad> found = poolLoads(plan, loadFactor);
  std::erase_if(found, [&](const PoolLoad& of) { return of.offered < of.capacity || came[of.pool] <= kAll; });
  return found;
}

std::vector<std::string> doubts(const plan::Plan& plan) {
  std::vector<std::string> found;
  std::set<std::pair<plan::Index, bool>> seen;
  const std::vector<plan::Index> ends = plan::programEnds(plan);
  for (std::size_t i = 0; i < plan.programs.size(); ++i) {
    const plan::Program& program = plan.programs[i];
    // Where servers are shared or enough, work waits for no other: a response has the moments of its own work
    // (M/G/1-PS; Zwart and Boxma, Sojourn time asymptotics in the M/G/1 processor sharing queue, 2000).
    const bool waits =
        program.pool == plan::kNone || (plan.pools[program.pool].servers > 0 &&
                                        plan.pools[program.pool].order != plan::ServiceOrder::Sharing);
    for (plan::Index pc = program.begin; pc < ends[i]; ++pc) {
      if (plan.code[pc].op != plan::Op::Work || !seen.insert({plan.code[pc].a, waits}).second) {
        continue;
      }
      const Law& law = plan.laws[plan.code[pc].a];
      if (law.kind != Law::Kind::Pareto || law.shape > (waits ? 3 : 2)) {
        continue;
      }
      found.push_back("Work with the law " + format(law) + " makes " + (waits ? "waits" : "responses") +
                      " of infinite " + (waits && law.shape <= 2 ? "mean" : "variance") +
                      ": means converge slowly and from below, and intervals hold the truth less often than "
                      "they say.");
    }
  }
  return found;
}

std::vector<std::string> doubts(const plan::Plan& plan, double loadFactor, Duration measured) {
  std::vector<std::string> found = doubts(plan);
  constexpr double kEnough = 20;  // relaxation times; fewer, and of 95 % intervals noticeably fewer hold
  const PoolLoad* slowest = nullptr;
  const std::vector<PoolLoad> loads = poolLoads(plan, loadFactor);
  for (const PoolLoad& of : loads) {
    if (of.relaxation && (slowest == nullptr || *slowest->relaxation < *of.relaxation)) {
      slowest = &of;
    }
  }
  if (slowest != nullptr && measured < *slowest->relaxation * kEnough) {
    found.push_back(
        "The queue before \"" + plan.pools[slowest->pool].key + "\", which is busy for " +
        formatShort(Ratio::fromRaw(slowest->utilisation())) + " of the time, takes some " +
        formatShort(*slowest->relaxation, 2) + " to forget where it began; " + formatShort(measured) +
        " is short for that: means are uncertain, often too low, and intervals hold the truth less "
        "often than they say. Measure for " +
        formatShort(*slowest->relaxation * kEnough, 2) + " or longer.");
  }
  return found;
}

}  // namespace cantilever::experiment
