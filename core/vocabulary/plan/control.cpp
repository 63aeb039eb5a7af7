#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/base/text.h"
#include "core/vocabulary/plan/faults.h"
#include "core/vocabulary/scaling.h"

namespace cantilever::plan {

namespace {

void checkScaler(const Plan& plan, const Scaler& scaler, FaultSink& sink) {
  const auto says = [&](const char* text) {
    return [&scaler, text] { return named("scaler", scaler.key) + text; };
  };
  sink.require(scaler.pool < plan.pools.size(), says(" has no pool to scale"));
  if (sink.hasFailed()) {
    return;
  }
  const Pool& pool = plan.pools[scaler.pool];
  sink.require(scaler.target > 0 && scaler.target <= 1e9, says(" has a target outside 0 to 1e9"));
  sink.require(scaler.least <= scaler.most && scaler.most <= pool.room(),
               says(" wants more instances than its pool has room for"));
  sink.require(scaler.period > Duration() && scaler.period <= kLongestDuration,
               says(" has a period outside 0 to 100 years"));
  for (const Duration cooldown : {scaler.cooldownUp, scaler.cooldownDown}) {
    sink.require(cooldown >= Duration() && cooldown <= kLongestDuration,
                 says(" has a cooldown outside 0 to 100 years"));
  }
  sink.require(scaler.tolerance >= 0 && scaler.tolerance < 1, says(" has a tolerance outside 0 to 1"));
  sink.require(scaler.lookahead >= Duration() && scaler.lookahead <= kLongestDuration,
               says(" looks ahead for a time outside 0 to 100 years"));
  for (const Scaler::Step& step : scaler.steps) {
    sink.require(step.threshold >= 0 && step.threshold <= 1e9 && (step.change > 0) == step.isAbove &&
                     step.change != 0 && std::abs(step.change) <= 1'000'000,
                 says(" has a step that goes the wrong way"));
  }
  sink.require(scaler.on != ScaleOn::Utilisation || pool.servers != 0,
               says(" looks at the utilisation of unlimited servers"));
  sink.require(scaler.on != ScaleOn::Occupancy || pool.seats != 0,
               says(" looks at the occupancy of unlimited seats"));
}

void checkFault(const Plan& plan, const RandomFault& fault, std::vector<bool>& hasFault, FaultSink& sink) {
  const auto says = [&](const std::string& text) {
    return [&fault, text] { return named("fault", fault.key) + text; };
  };
  sink.require(fault.pool < plan.pools.size(), says(" has no pool to act on"));
  if (sink.hasFailed()) {
    return;
  }
  sink.require(!hasFault[fault.pool], says(" is the second of its pool"));
  hasFault[fault.pool] = true;
  for (const Law* law : {&fault.timeToFailure, &fault.timeToRepair}) {
    const std::string wrong = faultIn(*law);
    sink.require(wrong.empty(), says(": a law of it is not valid: " + wrong));
  }
  sink.require(!fault.timeToFailure.isZero(), says(" happens all the time"));
}

void checkControl(const Plan& plan, const Control& control, FaultSink& sink) {
  const auto says = [&](const std::string& text) {
    return [&control, text] { return named("control", control.key) + text; };
  };
  const Trigger& trigger = control.trigger;
  sink.require(faultIn(trigger).empty(), says(": " + faultIn(trigger)));
  if (trigger.kind != Trigger::Kind::Metric) {
    return;
  }
  if (!isOfPool(trigger.figure)) {
    sink.require(trigger.element == kNone || trigger.element < plan.classes.size(),
                 says(" looks at an unknown request class"));
    return;
  }
  sink.require(trigger.element < plan.pools.size(), says(" looks at an unknown pool"));
  if (!sink.hasFailed()) {
    sink.require(trigger.figure != Figure::Utilisation || plan.pools[trigger.element].servers != 0,
                 says(" looks at the utilisation of unlimited servers"));
    sink.require(trigger.figure != Figure::Occupancy || plan.pools[trigger.element].seats != 0,
                 says(" looks at the occupancy of unlimited seats"));
  }
}

Error stepsError(std::string_view part, const std::string& reason) {
  return {"steps.unreadable",
          "\"" + std::string(part) + "\" " + reason +
              ". Write steps such as \"above 70 %: +1, above 90 %: +4, below 30 %: -1\".",
          {}};
}

Result<Scaler::Step> parseStep(std::string_view part) {
  const std::size_t colon = part.find(':');
  const bool isAbove = part.starts_with("above ");
  if ((!isAbove && !part.starts_with("below ")) || colon == std::string_view::npos) {
    return stepsError(part, "is not \"above\" or \"below\" a figure, a colon and a number");
  }
  const Result<Ratio> threshold = parseRatio(part.substr(6, colon - 6));
  const Result<Count> change = parseCount(part.substr(colon + 1));
  if (!threshold || threshold->raw() < 0 || threshold->raw() > 1e9) {
    return stepsError(part, "has no figure from 0 up before the colon");
  }
  if (!change || change->value() == 0 || std::abs(change->value()) > 1'000'000 ||
      (change->value() > 0) != isAbove) {
    return stepsError(part,
                      isAbove ? "must add instances, such as +1" : "must take instances away, such as -1");
  }
  return Scaler::Step{isAbove, threshold->raw(), static_cast<std::int32_t>(change->value())};
}

}  // namespace

Result<std::vector<Scaler::Step>> parseSteps(std::string_view text) {
  std::vector<Scaler::Step> steps;
  for (const std::string_view part : partsOf(text, ',')) {
    const Result<Scaler::Step> step = parseStep(part);
    if (!step) {
      return step.error();
    }
    steps.push_back(*step);
  }
  return steps;
}

void checkControls(const Plan& plan, FaultSink& sink) {
  for (const Control& control : plan.controls) {
    checkControl(plan, control, sink);
  }
  for (const Flag& flag : plan.flags) {
    sink.require(flag.share >= 0 && flag.share <= 1,
                 [&] { return named("flag", flag.key) + " is on for a share outside 0 to 1"; });
    sink.require(flag.poll >= Duration() && flag.poll <= kLongestDuration,
                 [&] { return named("flag", flag.key) + " is fetched at no interval from 0 to 100 years"; });
  }
  for (const Scaler& scaler : plan.scalers) {
    checkScaler(plan, scaler, sink);
  }
  std::vector<bool> hasFault(plan.pools.size(), false);
  for (const RandomFault& fault : plan.randomFaults) {
    checkFault(plan, fault, hasFault, sink);
  }
}

namespace {

/// A load of exactly n targets needs n instances, whatever the last bit of the division says.
constexpr double kScalingRounding = 1e-9;

}  // namespace

double figureOf(ScaleOn on, const Pool& pool, const PoolFigures& figures) {
  switch (on) {
    case ScaleOn::Utilisation:
      return figures.busy / (figures.up * pool.servers);
    case ScaleOn::Occupancy:
      return figures.seated / (figures.up * pool.seats);
    case ScaleOn::Queue:
      return figures.waiting / figures.up;
    case ScaleOn::RequestRate:
      return figures.arrivals / (figures.up * figures.span);
    case ScaleOn::Lag:
      return figures.lag / figures.up;
  }
  return 0;
}

std::optional<std::uint32_t> instancesWanted(const Scaler& scaler, const Pool& pool,
                                             const PoolFigures& figures, double loadBefore) {
  if (!(figures.up > 0) || !(figures.span > 0)) {
    return std::nullopt;
  }
  double load = figureOf(scaler.on, pool, figures) * figures.up;
  if (scaler.lookahead > Duration() && loadBefore >= 0) {
    const double slope = (load - loadBefore) / scaler.period.inSeconds();
    load = std::max(load, load + slope * scaler.lookahead.inSeconds());
  }
  const double ratio = load / (figures.up * scaler.target);
  if (std::abs(ratio - 1) < scaler.tolerance) {
    return std::nullopt;
  }
  const double wanted = std::ceil(figures.up * ratio - kScalingRounding);
  return static_cast<std::uint32_t>(
      std::clamp(wanted, static_cast<double>(scaler.least), static_cast<double>(scaler.most)));
}

std::optional<std::uint32_t> instancesByStep(const Scaler& scaler, const Pool& pool,
                                             const PoolFigures& figures, std::uint32_t there) {
  if (!(figures.up > 0) || !(figures.span > 0)) {
    return std::nullopt;
  }
  const double figure = figureOf(scaler.on, pool, figures);
  const Scaler::Step* furthest = nullptr;
  for (const Scaler::Step& step : scaler.steps) {
    const bool isBeyond = step.isAbove ? figure > step.threshold : figure < step.threshold;
    const bool isFurther = furthest == nullptr || (step.isAbove ? step.threshold >= furthest->threshold
                                                                : step.threshold <= furthest->threshold);
    furthest = isBeyond && isFurther ? &step : furthest;
  }
  if (furthest == nullptr) {
    return std::nullopt;
  }
  const std::int64_t wanted = static_cast<std::int64_t>(there) + furthest->change;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, scaler.least, scaler.most));
}

}  // namespace cantilever::plan
