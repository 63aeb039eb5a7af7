#include "core/vocabulary/plan.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

// Bounds that keep samplers in double precision; no measured service time comes near.
constexpr double kMostCounted = 1e9;
constexpr double kMaxVariation = 1000;
constexpr double kMaxStages = 10'000;
constexpr double kLeastTail = 1.001;  // at 1 the mean is infinite

void checkTables(const Plan& plan, FaultSink& sink) {
  sink.require(plan.poolOrigin.size() == plan.pools.size(),
               [] { return std::string("the origins of pools do not match the pools"); });
  sink.require(plan.linkOrigin.size() == plan.links.size(),
               [] { return std::string("the origins of links do not match the links"); });
  sink.require(plan.cacheOrigin.size() == plan.caches.size(),
               [] { return std::string("the origins of caches do not match the caches"); });
  sink.require(plan.tokenOrigin.size() == plan.tokens.size(),
               [] { return std::string("the origins of tokens do not match the tokens"); });
  sink.require(plan.logOrigin.size() == plan.logs.size(),
               [] { return std::string("the origins of logs do not match the logs"); });
  sink.require(std::isfinite(plan.slice) && plan.slice > 0,
               [] { return std::string("the slice is not a positive number"); });
  for (const std::vector<bool>& set : plan.classSets) {
    sink.require(set.size() == plan.classes.size(),
                 [] { return std::string("a class set does not cover the request classes"); });
  }
}

template <class Element>
void checkKeysOf(const std::vector<Element>& elements, const char* kind, FaultSink& sink) {
  std::unordered_set<std::string_view> seen;
  for (const Element& element : elements) {
    sink.require(!element.key.empty(), [&] { return std::string("a ") + kind + " has no key"; });
    sink.require(seen.insert(element.key).second, [&] { return named(kind, element.key) + " occurs twice"; });
  }
}

/// Random streams are made from keys: two elements of one key would share their randomness.
void checkKeys(const Plan& plan, FaultSink& sink) {
  checkKeysOf(plan.classes, "request class", sink);
  checkKeysOf(plan.keySpaces, "key space", sink);
  checkKeysOf(plan.sources, "source", sink);
  checkKeysOf(plan.pools, "pool", sink);
  checkKeysOf(plan.links, "link", sink);
  checkKeysOf(plan.caches, "cache", sink);
  checkKeysOf(plan.tokens, "tokens", sink);
  checkKeysOf(plan.logs, "log", sink);
  checkKeysOf(plan.groups, "consumer group", sink);
  checkKeysOf(plan.stores, "store", sink);
  checkKeysOf(plan.windows, "window", sink);
  checkKeysOf(plan.programs, "program", sink);
  checkKeysOf(plan.scalers, "scaler", sink);
  checkKeysOf(plan.meters, "meter", sink);
  checkKeysOf(plan.controls, "control", sink);
  checkKeysOf(plan.flags, "flag", sink);
  checkKeysOf(plan.randomFaults, "fault", sink);
  checkKeysOf(plan.zones, "zone", sink);
  checkKeysOf(plan.zoneFaults, "fault of a zone", sink);
}

void checkLaws(const Plan& plan, FaultSink& sink) {
  for (const Law& law : plan.laws) {
    const std::string fault = faultIn(law);
    sink.require(fault.empty(), [&] { return "a law is not valid: " + fault; });
  }
  for (const LawTable& table : plan.lawTables) {
    const bool isWhole =
        !plan.classes.empty() && !table.laws.empty() && table.laws.size() % plan.classes.size() == 0;
    const bool isKnown =
        std::all_of(table.laws.begin(), table.laws.end(), [&](Index law) { return law < plan.laws.size(); });
    sink.require(isWhole && isKnown,
                 [] { return std::string("a table of laws does not fit the request classes"); });
  }
  for (const CountLaw& law : plan.countLaws) {
    const std::string fault = faultIn(law);
    sink.require(fault.empty(), [&] { return "a law of a number is not valid: " + fault; });
  }
}

const char* faultInPoints(const Law& law) {
  if (law.points.empty() || law.points.size() > Law::kMostPoints) {
    return "a law of values has 1 to 10,000 of them.";
  }
  const auto isOutside = [](const Law::Point& point) {
    return point.value < Duration() || point.value > kLongestDuration || !(point.weight >= 0) ||
           !(point.weight <= kMostCounted);
  };
  if (std::any_of(law.points.begin(), law.points.end(), isOutside)) {
    return "its values are between 0 and 100 years, its weights from 0 to 1,000,000,000.";
  }
  const bool isRising =
      std::adjacent_find(law.points.begin(), law.points.end(), [](const Law::Point& a, const Law::Point& b) {
        return b.weight < a.weight || b.value < a.value;
      }) == law.points.end();
  if (law.kind == Law::Kind::Quantiles &&
      !(isRising && law.points.front().weight == 0 && law.points.back().weight == 1)) {
    return "shares and values of quantiles rise, from 0 to 1.";
  }
  const double mean = momentOfPoints(law, 1);
  const bool isMean = std::abs(mean - static_cast<double>(law.mean.ns())) <= 1 + 1e-6 * mean;
  return isMean ? "" : "its mean is not that of its values.";
}

}  // namespace

Index workLawIndex(const Plan& plan, const Instruction& work, Index requestClass) {
  return work.d == kNone ? work.a : plan.lawTables[work.d].laws[requestClass];
}

const Law& workLaw(const Plan& plan, const Instruction& work, Index requestClass) {
  return plan.laws[workLawIndex(plan, work, requestClass)];
}

std::string faultIn(const Law& law) {
  if (law.mean < Duration()) {
    return "the mean is negative.";
  }
  if (law.mean > kLongestDuration) {
    return "the mean is longer than 100 years.";
  }
  const auto shapeWithin = [&](double low, double high) { return law.shape >= low && law.shape <= high; };
  switch (law.kind) {
    case Law::Kind::Constant:
    case Law::Kind::Exponential:
      return {};
    case Law::Kind::Erlang:
      return shapeWithin(1, kMaxStages) ? "" : "an Erlang law has 1 to 10,000 stages k.";
    case Law::Kind::Lognormal:
      return shapeWithin(0, kMaxVariation) ? "" : "a lognormal law has a cv of 0 to 1,000.";
    case Law::Kind::Uniform:
      return shapeWithin(0, 1) ? "" : "a uniform law has a half-width of 0 to 100 % of the mean.";
    case Law::Kind::Hyperexponential:
      return shapeWithin(1, kMaxVariation) ? "" : "a hyperexponential law has a cv of 1 to 1,000.";
    case Law::Kind::Gamma:
      return shapeWithin(0, kMaxVariation) ? "" : "a gamma law has a cv of 0 to 1,000.";
    case Law::Kind::Pareto:
      return shapeWithin(kLeastTail, kMaxStages) ? "" : "a Pareto law has an alpha of 1.001 to 10,000.";
    case Law::Kind::Empirical:
    case Law::Kind::Quantiles:
      return faultInPoints(law);
  }
  return "its kind is unknown.";
}

std::string faultIn(const CountLaw& law) {
  const bool hasMean = law.kind != CountLaw::Kind::PowerLaw;
  if (hasMean && !(law.mean >= 1)) {
    return "a mean number below 1.";
  }
  if (hasMean && law.mean > kMostCounted) {
    return "a mean number above 1,000,000,000.";
  }
  if (law.kind == CountLaw::Kind::Fixed && law.mean != std::floor(law.mean)) {
    return "a fixed number that is not whole.";
  }
  if (!hasMean && !(law.exponent >= 0 && law.exponent <= KeySpace::kMaxExponent)) {
    return "a power law has an exponent of 0 to 10.";
  }
  if (!hasMean && (law.most < 1 || law.most > KeySpace::kMaxCount)) {
    return "a power law ends between 1 and 1,000,000,000.";
  }
  return {};
}

double shareOfFirst(const Plan& plan, const Instruction& code) {
  const double first = plan.pools[code.b].instances;
  const double both = first + plan.pools[code.c].instances;
  return both > 0 ? first / both : 0;  // with instances on demand there may be none
}

std::string faultIn(const Plan& plan) {
  FaultSink sink;
  for (const auto check :
       {checkClasses,  checkTables,   checkKeys,   checkZones,  checkSources, checkPools,
        checkCaches,   checkTokens,   checkMeters, checkLaws,   checkLayout,  checkLinks,
        checkFans,     checkRoutes,   checkLogs,   checkStores, checkWindows, checkBatchings,
        checkPrograms, checkControls, checkActions}) {
    check(plan, sink);
    if (sink.hasFailed()) {
      break;
    }
  }
  return sink.fault();
}

}  // namespace cantilever::plan
