#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <numeric>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/base/text.h"
#include "core/exchange/reports.h"
#include "core/sim/simulation.h"

namespace cantilever::cli::commands {
namespace {

using Align = TextTable::Align;

/// Simulated time between two looks at whether Ctrl+C was pressed.
constexpr Duration kSlice = Duration::milliseconds(20);

struct SimulateOptions {
  DesignArgument design;
  std::string scenario;
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  std::string duration = "60 s";
  std::string warmup = "5 s";
  double load = 1;
  Output output;
};

Result<sim::RunConfig> configOf(const SimulateOptions& options) {
  sim::RunConfig config;
  config.seed = options.seed;
  config.replication = options.replication;
  config.loadFactor = options.load;
  const auto duration = parseDuration(options.duration);
  if (!duration) {
    return Error{"cli.duration", "--duration: " + duration.error().message, {}};
  }
  const auto warmup = parseDuration(options.warmup);
  if (!warmup) {
    return Error{"cli.warmup", "--warmup: " + warmup.error().message, {}};
  }
  config.duration = *duration;
  config.warmup = *warmup;
  return config;
}

/// The run; Ctrl+C ends it early with what was measured so far.
Result<sim::RunResult> runUntilInterrupted(const std::shared_ptr<const plan::Plan>& plan,
                                           const sim::RunConfig& config) {
  auto simulation = sim::Simulation::create(plan, config);
  if (!simulation) {
    return simulation.error();
  }
  const InterruptGuard interrupt;
  while (!simulation->isFinished() && !interrupt.isRequested()) {
    simulation->advanceTo(std::min(simulation->now() + kSlice, simulation->end()));
  }
  return simulation->result();
}

std::string latencyText(std::int64_t ns) {
  return formatShort(Duration::nanoseconds(ns));
}

std::string failureText(const sim::ClassResult& result) {
  std::string text;
  for (int i = 1; i < plan::kReasonCount; ++i) {
    const auto reason = static_cast<plan::Reason>(i);
    if (const std::uint64_t count = result.failed[static_cast<std::size_t>(i)]; count > 0) {
      text += (text.empty() ? "" : ", ") + std::string(plan::nameOf(reason)) + " " + std::to_string(count);
    }
  }
  return text.empty() ? "-" : text;
}

std::string classesText(const Design& design, const sim::RunResult& run) {
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  TextTable table({{"REQUEST CLASS"},
                   {"OFFERED", Align::Right},
                   {"SUCCEEDED", Align::Right},
                   {"P50", Align::Right},
                   {"P95", Align::Right},
                   {"P99", Align::Right},
                   {"FAILED"}});
  for (const sim::ClassResult& result : run.classes) {
    const RequestClass* found = design.classes.find(ClassId(result.key));
    const double offered = static_cast<double>(result.offered);
    const double ended = static_cast<double>(result.offered - result.unfinished);
    table.add({found != nullptr && !found->name.empty() ? found->name : result.key,
               seconds > 0 ? formatShort(perSecond(offered / seconds)) : "-",
               ended > 0 ? formatShort(ratio(static_cast<double>(result.succeeded) / ended)) : "-",
               latencyText(result.latency.quantileNs(0.5)), latencyText(result.latency.quantileNs(0.95)),
               latencyText(result.latency.quantileNs(0.99)), failureText(result)});
  }
  return table.text();
}

std::string poolsText(const sim::RunResult& run) {
  std::vector<const sim::PoolResult*> pools;
  for (const sim::PoolResult& pool : run.pools) {
    if (pool.servers > 0) {
      pools.push_back(&pool);
    }
  }
  std::stable_sort(pools.begin(), pools.end(), [](const sim::PoolResult* a, const sim::PoolResult* b) {
    return a->utilisation > b->utilisation;
  });
  TextTable table({{"POOL"},
                   {"UTILISATION", Align::Right},
                   {"INSTANCES", Align::Right},
                   {"MEAN QUEUE", Align::Right},
                   {"MEAN WAIT", Align::Right},
                   {"P99 WAIT", Align::Right},
                   {"REFUSED", Align::Right}});
  for (const sim::PoolResult* pool : pools) {
    table.add({pool->key, formatShort(ratio(pool->utilisation)), std::to_string(pool->instances),
               formatNumber(pool->meanQueue, 3),
               latencyText(static_cast<std::int64_t>(pool->waiting.meanNs())),
               latencyText(pool->waiting.quantileNs(0.99)), std::to_string(pool->refused)});
  }
  return table.text();
}

std::string verdictsText(const std::vector<advice::Verdict>& verdicts) {
  TextTable table({{"OBJECTIVE"}, {"MEASURED", Align::Right}, {"VERDICT"}});
  for (const advice::Verdict& verdict : verdicts) {
    table.add({verdict.text, verdict.measured ? formatNumber(*verdict.measured, 4) : "-",
               !verdict.measured ? "not measured"
               : verdict.isMet   ? "met"
                                 : "MISSED"});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string runText(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts) {
  const Duration measured = Duration::nanoseconds(std::max<std::int64_t>(run.endNs - run.warmupNs, 0));
  std::string out = "One run of " + formatShort(measured) + " after " +
                    formatShort(Duration::nanoseconds(run.warmupNs)) + " of warm-up, seed " +
                    std::to_string(run.seed) + ", load x" + formatNumber(run.loadFactor, 4) + ", " +
                    std::to_string(run.events) + " events.\n";
  if (!run.isComplete) {
    out += "The run was stopped early: the figures are of the part that was run.\n";
  }
  out += "\n" + classesText(design, run) + "\n" + poolsText(run) + verdictsText(verdicts);
  return out + "\nDigest " + run.digest + "\n";
}

Exit runSimulate(const SimulateOptions& options) {
  const auto config = configOf(options);
  if (!config) {
    printError(config.error());
    return Exit::BadInput;
  }
  const auto opened = openAndCompile(options.design, {ScenarioId(options.scenario)});
  if (!opened) {
    return Exit::BadInput;
  }
  const auto run = runUntilInterrupted(opened->compiled.plan, *config);
  if (!run) {
    printError(run.error());
    return Exit::BadInput;
  }
  const cost::Estimate estimate =
      cost::estimate(opened->design, catalog::Catalog::builtIn(), *opened->compiled.plan,
                     *opened->compiled.visits, cost::PriceBook::builtIn());
  const std::vector<advice::Verdict> verdicts = advice::judge(opened->design, &*run, &estimate);
  const bool isMet = std::all_of(verdicts.begin(), verdicts.end(),
                                 [](const advice::Verdict& verdict) { return verdict.isMet; });
  return options.output.emit(options.output.isJson ? exchange::runJson(opened->design, *run, verdicts)
                                                   : runText(opened->design, *run, verdicts),
                             isMet ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpSimulate(CLI::App& app) {
  const auto options = std::make_shared<SimulateOptions>();
  options->design.addTo(app);
  app.add_option("--seed", options->seed, "Seed of the random streams")->capture_default_str();
  app.add_option("--replication", options->replication,
                 "Number of the replication: another sample of the same seed")
      ->capture_default_str();
  app.add_option("--duration", options->duration, "Simulated time that is measured")->capture_default_str();
  app.add_option("--warmup", options->warmup, "Simulated time before it, not measured")
      ->capture_default_str();
  app.add_option("--load", options->load, "Factor on all workloads")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--scenario", options->scenario, "Play this scenario of the design")->type_name("ID");
  options->output.addOptions(app);
  app.footer(
      "Runs the design's workloads at their peak through the discrete-event engine. Exits 1 if an objective "
      "is\n"
      "missed. The same design, options and seed give the same digest. Ctrl+C ends a run early and prints "
      "what was\n"
      "measured.");
  return [options] { return runSimulate(*options); };
}

}  // namespace

Command simulate() {
  return {"simulate", "Run a design and measure latency, failures and utilisation", setUpSimulate};
}

}  // namespace cantilever::cli::commands
