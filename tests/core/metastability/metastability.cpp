#include "tests/core/metastability/metastability.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base/units.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/exchange/design_json.h"
#include "core/sim/simulation.h"

namespace cantilever::test {

namespace {

using namespace literals;

void setOfLink(Design& design, const char* id, const char* param, ParamValue value) {
  Link link = *design.links.find(LinkId(id));
  link.params[param] = std::move(value);
  design.links.put(std::move(link));
}

void setOfBlock(Design& design, const char* id, const char* param, ParamValue value) {
  Block block = *design.blocks.find(BlockId(id));
  block.params[param] = std::move(value);
  design.blocks.put(std::move(block));
}

}  // namespace

const std::vector<Metastability>& metastabilities() {
  static const std::vector<Metastability> all = {
      {"retry_storm",
       {8, 18},
       {100, 120},
       {120, 140},
       0.1,
       [](Design& design) {
         setOfLink(design, "users-server", "retry_budget", true);
         setOfLink(design, "users-server", "budget_share", ratio(0.1));
       }},
      {"pool_exhaustion",
       {8, 18},
       {100, 120},
       {120, 140},
       0.1,
       [](Design& design) { setOfLink(design, "users-app", "cancel", true); }},
      {"cache_stampede",
       {5, 18},
       {140, 170},
       {310, 340},
       0.1,
       [](Design& design) { setOfBlock(design, "cache", "single_flight", true); }},
      {"cache_flush",
       {8, 18},
       {80, 100},
       {220, 240},
       0.5,
       [](Design& design) { setOfLink(design, "cache-db", "cancel", true); }},
      {"timeout_cascade",
       {8, 18},
       {100, 120},
       {120, 140},
       0.1,
       [](Design& design) {
         setOfLink(design, "users-front", "cancel", true);
         setOfLink(design, "front-back", "cancel", true);
         setOfLink(design, "back-store", "cancel", true);
       }},
      {"garbage_collection_spiral",
       {8, 18},
       {80, 100},
       {80, 100},
       0.1,
       [](Design& design) { setOfBlock(design, "server", "servers", Count(40)); }},
      {"slow_instance_under_least_connections",
       {8, 18},
       {100, 120},
       {100, 120},
       0.8,
       [](Design& design) {
         setOfLink(design, "users-servers", "eject_after", Count(5));
         setOfLink(design, "users-servers", "eject_for", 30_s);
       }},
      {"goodput_collapse", {5, 18}, {150, 180}, {150, 180}, 0.1, [](Design& design) {
         setOfLink(design, "users-server", "propagate_deadline", true);
       }}};
  return all;
}

Design metastableDesign(const std::string& name) {
  const std::string path =
      std::string(CANTILEVER_SOURCE_DIR) + "/tests/metastability/designs/" + name + ".cantilever.json";
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Result<exchange::LoadedDesign> loaded = exchange::readDesign(text, catalog::Catalog::builtIn(), path);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().where << ": " << loaded.error().message;
    return {};
  }
  EXPECT_TRUE(loaded->remarks.empty()) << path << ": " << loaded->remarks.front().message;
  return std::move(loaded->design);
}

double goodput(const Design& design, const std::string& scenario, Span span, std::uint64_t seed) {
  const compile::Compiled compiled =
      compile::compile(design, catalog::Catalog::builtIn(), {.scenario = ScenarioId(scenario)});
  if (compiled.plan == nullptr) {
    ADD_FAILURE() << design.name << ": " << compiled.diagnostics.front().message;
    return 0;
  }
  for (const Diagnostic& each : compiled.diagnostics) {
    EXPECT_NE(each.code, "scenario.no_instances") << design.name << ": " << each.message;
  }
  sim::RunConfig config;
  config.seed = seed;
  config.warmup = Duration::seconds(span.from);
  config.duration = Duration::seconds(span.to - span.from);
  const Result<sim::RunResult> run = sim::simulate(compiled.plan, config);
  if (!run || !run->isComplete) {
    ADD_FAILURE() << design.name << ": " << (run ? run->stopReason : run.error().message);
    return 0;
  }
  return static_cast<double>(run->classes[0].inTime) / static_cast<double>(run->classes[0].offered);
}

double goodput(const Metastability& of, const std::string& scenario, Span span, std::uint64_t seed,
               WithPrevention prevention) {
  Design design = metastableDesign(of.design);
  if (prevention == WithPrevention::Yes) {
    of.prevention(design);
  }
  return goodput(design, scenario, span, seed);
}

}  // namespace cantilever::test
