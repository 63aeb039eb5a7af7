#include "core/vocabulary/plan.h"

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
  checkKeysOf(plan.randomFaults, "fault", sink);
  checkKeysOf(plan.zones, "zone", sink);
  checkKeysOf(plan.zoneFaults, "fault of a zone", sink);
}

void checkLaws(const Plan& plan, FaultSink& sink) {
  for (const Law& law : plan.laws) {
    const std::string fault = faultIn(law);
    sink.require(fault.empty(), [&] { return "a law is not valid: " + fault; });
  }
  for (const CountLaw& law : plan.countLaws) {
    const std::string fault = faultIn(law);
    sink.require(fault.empty(), [&] { return "a law of a number is not valid: " + fault; });
  }
}

}  // namespace

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
  return first / (first + plan.pools[code.c].instances);
}

std::string faultIn(const Plan& plan) {
  FaultSink sink;
  for (const auto check :
       {checkClasses, checkTables, checkKeys, checkZones, checkSources, checkPools, checkCaches, checkTokens,
        checkLaws, checkLayout, checkLinks, checkFans, checkRoutes, checkLogs, checkStores, checkWindows,
        checkPrograms, checkControls, checkActions}) {
    check(plan, sink);
    if (sink.hasFailed()) {
      break;
    }
  }
  return sink.fault();
}

}  // namespace cantilever::plan
