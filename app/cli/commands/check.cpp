#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/option_values.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/base/text.h"
#include "core/exchange/remarks.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

struct CheckOptions {
  DesignArgument design;
  std::string scenario;
  bool isStrict = false;
  Output output;
};

/// Expected load of each pool at the peak, the fullest first.
std::string expectedLoad(const plan::Plan& plan, const plan::Visits& visits) {
  struct PoolLoad {
    const plan::Pool* pool;
    double work;
    double utilisation;
  };
  std::vector<PoolLoad> loads;
  for (plan::Index i = 0; i < plan.pools.size(); ++i) {
    const plan::Pool& pool = plan.pools[i];
    if (pool.servers > 0) {
      const double servers = static_cast<double>(pool.instances) * static_cast<double>(pool.servers);
      loads.push_back({&pool, visits.totalPoolWork(i), visits.totalPoolWork(i) / servers});
    }
  }
  std::stable_sort(loads.begin(), loads.end(),
                   [](const PoolLoad& a, const PoolLoad& b) { return a.utilisation > b.utilisation; });
  TextTable table({{"POOL"},
                   {"INSTANCES", TextTable::Align::Right},
                   {"SERVERS EACH", TextTable::Align::Right},
                   {"UTILISATION AT PEAK", TextTable::Align::Right}});
  for (const PoolLoad& load : loads) {
    table.add({load.pool->key, std::to_string(load.pool->instances), std::to_string(load.pool->servers),
               formatShort(ratio(load.utilisation))});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string checkText(const compile::Compiled& compiled) {
  std::string out;
  std::ptrdiff_t errors = 0;
  std::ptrdiff_t warnings = 0;
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    out += describe(diagnostic) + "\n";
    errors += diagnostic.severity == Severity::Error ? 1 : 0;
    warnings += diagnostic.severity == Severity::Warning ? 1 : 0;
  }
  out += std::to_string(errors) + " errors, " + std::to_string(warnings) + " warnings\n";
  if (compiled.plan && compiled.visits) {
    out += expectedLoad(*compiled.plan, *compiled.visits);
  }
  return out;
}

Exit runCheck(const CheckOptions& options) {
  auto opened = open(options.design);
  if (!opened) {
    return Exit::BadInput;
  }
  compile::Compiled compiled =
      compile::compile(opened->design, catalog::Catalog::builtIn(), {ScenarioId(options.scenario)});
  compiled.diagnostics = exchange::combined(std::move(compiled.diagnostics), opened->remarks);
  const Severity limit = options.isStrict ? Severity::Warning : Severity::Error;
  const bool isFine =
      std::none_of(compiled.diagnostics.begin(), compiled.diagnostics.end(),
                   [&](const Diagnostic& diagnostic) { return diagnostic.severity >= limit; });
  return options.output.emit(
      options.output.isJson ? exchange::checkJson(opened->design, compiled) : checkText(compiled),
      isFine ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpCheck(CLI::App& app) {
  const auto options = std::make_shared<CheckOptions>();
  options->design.addTo(app);
  addScenario(app, options->scenario, "Check this scenario of the design too");
  app.add_flag("--strict", options->isStrict, "Exit 1 for warnings as well as for errors");
  options->output.addOptions(app);
  app.footer(
      "Finds what keeps a design from being run (errors) and what is suspicious (warnings), and computes "
      "how\n"
      "full each pool will be at the workloads' peak. Exits 1 if there are errors.");
  return [options] { return runCheck(*options); };
}

}  // namespace

Command check() {
  return {"check", "Say what is wrong with a design and how full its pools will be", setUpCheck};
}

}  // namespace cantilever::cli::commands
