#include "tests/core/templates/bands.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "core/base/text.h"

namespace cantilever::test {

std::ostream& operator<<(std::ostream& out, const Band& band) {
  return out << band.low << " to " << band.high;
}

namespace {

using nlohmann::json;

constexpr const char* kKinds[] = {"class", "pool",  "link",      "cache",    "group",
                                  "store", "meter", "objective", "happening"};

Duration durationOf(const json& value) {
  const Result<Duration> parsed = parseDuration(value.get<std::string>());
  return parsed ? *parsed : throw std::runtime_error(parsed.error().message);
}

/// A misspelt field would promise nothing: it is an error.
void expectFields(const json& object, const std::set<std::string>& known) {
  for (const auto& [key, value] : object.items()) {
    if (known.count(key) == 0) {
      throw std::runtime_error("unknown field \"" + key + "\" in " + object.dump());
    }
  }
}

Band bandOf(const json& value) {
  const Band band{value.at(0).get<double>(), value.at(1).get<double>()};
  return value.size() == 2 && band.low <= band.high ? band : throw std::runtime_error(value.dump());
}

/// So wide that what it says does not tell where its ends come from.
bool isWide(const Band& band) {
  return band.low > 0 ? band.high > 1.5 * band.low : band.high > 0.02;
}

RunCheck checkOf(const json& value) {
  expectFields(value, {"says", "measure", "from", "to", "band", "how", "class", "pool", "link", "cache",
                       "group", "store", "meter", "objective", "happening"});
  RunCheck check;
  check.says = value.at("says");
  check.measure = value.at("measure");
  check.band = bandOf(value.at("band"));
  if (isWide(check.band) && value.value("how", "").empty()) {
    throw std::runtime_error("a wide band says how its ends come about: " + value.dump());
  }
  for (const char* kind : kKinds) {  // a happening may have a pool besides
    if (value.contains(kind)) {
      check.kind = kind;
      check.key = value.at(kind);
    }
  }
  if (check.kind == "happening") {
    check.pool = value.value("pool", "");
  }
  if (value.contains("from")) {
    check.from = durationOf(value.at("from"));
  }
  if (value.contains("to")) {
    check.to = durationOf(value.at("to"));
  }
  return check;
}

std::vector<RunCheck> checksOf(const json& list) {
  std::vector<RunCheck> checks;
  for (const json& each : list) {
    checks.push_back(checkOf(each));
  }
  return checks;
}

Fault faultOf(const json& value) {
  expectFields(value, {"scenario", "seed", "load", "duration", "begins", "squeeze", "effects", "recovery"});
  Fault fault;
  fault.scenario = value.at("scenario");
  fault.seed = value.value("seed", fault.seed);
  fault.load = value.value("load", fault.load);
  fault.squeeze = value.value("squeeze", fault.squeeze);
  fault.duration = durationOf(value.at("duration"));
  if (value.contains("begins")) {
    fault.begins = durationOf(value.at("begins"));
  }
  fault.effects = checksOf(value.at("effects"));
  fault.recovery = checksOf(value.at("recovery"));
  return fault;
}

std::vector<Sized> sizedOf(const json& all, const char* list, const char* key, const char* figure) {
  std::vector<Sized> sized;
  for (const json& each : all.value(list, json::array())) {
    expectFields(each, {key, figure, "how"});
    sized.push_back({each.at(key), each.at(figure), each.at("how")});
  }
  return sized;
}

void readCost(const json& cost, Bands& bands) {
  expectFields(cost, {"instances", "source", "apart", "rest", "unpriced"});
  bands.instancesUsdMonth = cost.at("instances");
  bands.instancesSource = cost.at("source");
  bands.billedApart = sizedOf(cost, "apart", "what", "usd");
  bands.restUsdMonth = sizedOf(cost, "rest", "what", "usd");
  bands.unpriced = cost.value("unpriced", bands.unpriced);
}

void readBottleneck(const json& bottleneck, Bands& bands) {
  expectFields(bottleneck, {"key", "kind", "with", "at", "how"});
  bands.bottleneck = bottleneck.at("key");
  bands.bottleneckKind = bottleneck.value("kind", bands.bottleneckKind);
  bands.fullWithIt = bottleneck.value("with", bands.fullWithIt);
  bands.saturatesAt = bandOf(bottleneck.at("at"));
  bands.howSaturates = bottleneck.value("how", "");
}

}  // namespace

Bands readBands(const std::string& key) {
  const std::string path =
      std::string(CANTILEVER_SOURCE_DIR) + "/tests/core/templates/bands/" + key + ".json";
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("there is no " + path);
  }
  const json all = json::parse(file);
  expectFields(all, {"source", "offered", "utilisation", "exceptions", "sized_pools", "sized_links",
                     "bottleneck", "cost", "checklist", "warnings", "faults"});
  Bands bands;
  bands.source = all.at("source");
  bands.offered = all.at("offered");
  if (all.contains("utilisation")) {
    bands.utilisation = bandOf(all.at("utilisation"));
  }
  for (const json& each : all.value("exceptions", json::array())) {
    expectFields(each, {"pool", "band", "why"});
    bands.exceptions.push_back({each.at("pool"), bandOf(each.at("band")), each.at("why")});
  }
  bands.sizedPools = sizedOf(all, "sized_pools", "pool", "utilisation");
  bands.sizedLinks = sizedOf(all, "sized_links", "link", "rate");
  readBottleneck(all.at("bottleneck"), bands);
  readCost(all.at("cost"), bands);
  for (const json& each : all.value("checklist", json::array())) {
    expectFields(each, {"item", "why"});
    bands.checklist.push_back({each.at("item"), 0, each.at("why")});
  }
  bands.warnings = all.value("warnings", bands.warnings);
  for (const json& each : all.at("faults")) {
    bands.faults.push_back(faultOf(each));
  }
  return bands;
}

}  // namespace cantilever::test
