#include "tests/core/reference/reference_cases.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/exchange/design_json.h"
#include "core/exchange/reports.h"
#include "core/experiment/stationarity.h"
#include "core/sim/simulation.h"

namespace cantilever::test {

namespace {

using nlohmann::json;

const std::string kReferenceFolder = std::string(CANTILEVER_SOURCE_DIR) + "/tests/reference/";

std::string contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A design, ready to be run.
struct PreparedCase {
  Design design;
  std::shared_ptr<const plan::Plan> plan;
};

PreparedCase prepared(const ReferenceCase& of) {
  const std::string path = kReferenceFolder + "designs/" + of.id + ".cantilever.json";
  Result<exchange::LoadedDesign> loaded =
      exchange::readDesign(contentOf(path), catalog::Catalog::builtIn(), path);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().where << ": " << loaded.error().message;
    return {};
  }
  EXPECT_TRUE(loaded->remarks.empty()) << path << ": " << loaded->remarks.front().message;
  const compile::Compiled compiled = compile::compile(loaded->design, catalog::Catalog::builtIn());
  for (const Diagnostic& each : compiled.diagnostics) {
    EXPECT_NE(each.severity, Severity::Error) << path << ": " << each.message;
  }
  return {std::move(loaded->design), compiled.plan};
}

/// Each is read and compiled once.
const PreparedCase& preparedOnce(const ReferenceCase& of) {
  static std::map<std::string, PreparedCase> cases;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  auto at = cases.find(of.id);
  if (at == cases.end()) {
    at = cases.emplace(of.id, prepared(of)).first;
  }
  return at->second;
}

const json* memberOf(const json& value, const std::string& name) {
  if (value.is_object()) {
    const auto at = value.find(name);
    return at == value.end() ? nullptr : &*at;
  }
  if (value.is_array()) {
    for (const json& item : value) {
      for (const char* field : {"id", "key"}) {
        if (item.is_object() && item.value(field, std::string()) == name) {
          return &item;
        }
      }
    }
  }
  return nullptr;
}

double figureAt(const json& run, const std::string& path) {
  const json* value = &run;
  std::istringstream parts(path);
  for (std::string part; value != nullptr && std::getline(parts, part, '/');) {
    if (const std::size_t slash = part.find("~1"); slash != std::string::npos) {
      part.replace(slash, 2, "/");
    }
    value = memberOf(*value, part);
  }
  if (value == nullptr || !value->is_number()) {
    ADD_FAILURE() << "cantilever.run/1 has no number at " << path;
    return std::nan("");
  }
  return value->get<double>();
}

double sumAt(const json& run, const std::vector<std::string>& paths) {
  double sum = 0;
  for (const std::string& path : paths) {
    sum += figureAt(run, path);
  }
  return sum;
}

}  // namespace

const std::vector<ReferenceCase>& referenceCases() {
  static const std::vector<ReferenceCase> cases = [] {
    std::vector<ReferenceCase> read;
    const json file = json::parse(contentOf(kReferenceFolder + "cases.json"));
    for (const json& from : file.at("cases")) {
      ReferenceCase& to = read.emplace_back();
      to.id = from.at("id");
      to.source = from.at("source");
      to.seconds = from.value("seconds", to.seconds);
      to.requests = from.value("requests", to.requests);
      to.coverageShare = from.value("coverageShare", to.coverageShare);
      to.hasDoubtfulIntervals = from.value("hasDoubtfulIntervals", false);
      for (const json& quantity : from.at("quantities")) {
        ReferenceQuantity& each = to.quantities.emplace_back();
        each.name = quantity.at("name");
        each.expected = quantity.at("expected");
        each.tolerance = quantity.at("tolerance");
        each.sum = quantity.at("sum").get<std::vector<std::string>>();
        each.over = quantity.value("over", std::vector<std::string>());
        each.scale = quantity.value("scale", 1.0);
      }
    }
    return read;
  }();
  return cases;
}

std::vector<std::string> doubtsAbout(const ReferenceCase& of) {
  const PreparedCase& prepared = preparedOnce(of);
  return prepared.plan == nullptr ? std::vector<std::string>() : experiment::doubts(*prepared.plan);
}

std::vector<double> runReferenceCase(const ReferenceCase& of, double requests, std::uint64_t seed,
                                     std::uint32_t replication) {
  const PreparedCase& prepared = preparedOnce(of);
  if (prepared.plan == nullptr) {
    ADD_FAILURE() << of.id << " cannot be run";
    return {};
  }
  double rate = 0;
  for (const plan::Source& source : prepared.plan->sources) {
    rate += source.rate.raw();
  }
  sim::RunConfig config;
  config.seed = seed;
  config.replication = replication;
  config.duration = Duration::seconds(requests / rate);
  config.warmup = Duration::seconds(requests / rate / 5);
  if (of.seconds > 0) {
    config.duration = Duration::seconds(of.seconds);
    config.warmup = Duration();
  }
  const Result<sim::RunResult> result = sim::simulate(prepared.plan, config);
  if (!result || !result->isComplete) {
    ADD_FAILURE() << of.id << ": " << (result ? result->stopReason : result.error().message);
    return {};
  }
  const json run = json::parse(exchange::runJson(prepared.design, *result, {}, {}));
  std::vector<double> values;
  for (const ReferenceQuantity& quantity : of.quantities) {
    const double divisor = quantity.over.empty() ? 1 : sumAt(run, quantity.over);
    values.push_back(sumAt(run, quantity.sum) / divisor * quantity.scale);
  }
  return values;
}

}  // namespace cantilever::test
