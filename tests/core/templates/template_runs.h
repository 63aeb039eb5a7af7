#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "core/compile/compile.h"
#include "core/exchange/templates.h"
#include "core/sim/simulation.h"

/// Templates as they are or changed a little, run for a moment.
namespace cantilever::test {

inline Design templateDesign(const std::string& key) {
  Result<exchange::LoadedDesign> loaded = exchange::loadTemplate(key, catalog::Catalog::builtIn());
  EXPECT_TRUE(loaded.ok()) << key;
  return loaded.ok() ? loaded->design : Design();
}

inline Design withParam(Design design, const char* block, const char* key, ParamValue value) {
  Block changed = *design.blocks.find(BlockId(block));
  changed.params[key] = std::move(value);
  design.blocks.put(std::move(changed));
  return design;
}

struct TemplateRun {
  Duration warmup = Duration::milliseconds(500);
  Duration duration = Duration::seconds(2);
  double load = 1;
  const char* scenario = "";
  double squeeze = 1;  ///< of the times of the scenario's events
};

inline sim::RunResult runTemplate(const Design& design, const TemplateRun& how) {
  const compile::Compiled compiled =
      compile::compile(design, catalog::Catalog::builtIn(), {ScenarioId(how.scenario)});
  EXPECT_FALSE(compiled.hasErrors());
  plan::Plan plan = *compiled.plan;
  for (plan::Action& action : plan.actions) {
    action.at = action.at * how.squeeze;
  }
  sim::RunConfig config;
  config.warmup = how.warmup;
  config.duration = how.duration;
  config.loadFactor = how.load;
  return sim::simulate(std::make_shared<const plan::Plan>(std::move(plan)), config).value();
}

inline double callsOver(const sim::RunResult& run, std::string_view link) {
  const auto at = std::find_if(run.links.begin(), run.links.end(),
                               [&](const sim::LinkResult& each) { return each.key == link; });
  EXPECT_NE(at, run.links.end()) << link;
  return at == run.links.end() ? 0 : static_cast<double>(at->calls);
}

inline const sim::PoolResult& tierOf(const sim::RunResult& run, std::string_view key) {
  return *std::find_if(run.pools.begin(), run.pools.end(),
                       [&](const sim::PoolResult& each) { return each.key == key; });
}

inline const sim::ClassResult& classOf(const sim::RunResult& run, std::string_view key) {
  return *std::find_if(run.classes.begin(), run.classes.end(),
                       [&](const sim::ClassResult& each) { return each.key == key; });
}

inline double failedShare(const sim::RunResult& run, std::string_view requestClass) {
  const sim::ClassResult& of = classOf(run, requestClass);
  return static_cast<double>(of.failedTotal()) / static_cast<double>(of.offered);
}

}  // namespace cantilever::test
