#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "app/cli/run_options.h"
#include "app/cli/text_table.h"
#include "core/advice/checklist.h"
#include "core/base/text.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

using Align = TextTable::Align;

struct SimulateOptions {
  DesignArgument design;
  RunOptions run;
  Output output;
};

std::string shortTime(std::int64_t ns) {
  return formatShort(Duration::nanoseconds(ns));
}

/// A quantile, or a dash if nothing was measured.
std::string quantileText(const sim::Histogram& histogram, double q) {
  return histogram.count() == 0 ? "-" : shortTime(histogram.quantileNs(q));
}

/// The share of successes leaves out what was in flight at the end, as objectives do.
std::string classTable(const sim::RunResult& run) {
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  TextTable table({{"CLASS"},
                   {"OFFERED", Align::Right},
                   {"SUCCEEDED", Align::Right},
                   {"FAILED", Align::Right},
                   {"UNFINISHED", Align::Right},
                   {"P50", Align::Right},
                   {"P95", Align::Right},
                   {"P99", Align::Right}});
  for (const sim::ClassResult& result : run.classes) {
    const double offered = static_cast<double>(result.offered);
    const double ended = static_cast<double>(result.offered - result.unfinished);
    table.add({result.key, seconds > 0 ? formatShort(perSecond(offered / seconds)) : "-",
               ended > 0 ? formatNumber(100 * static_cast<double>(result.succeeded) / ended, 5) + " %" : "-",
               std::to_string(result.failedTotal()), std::to_string(result.unfinished),
               quantileText(result.latency, 0.5), quantileText(result.latency, 0.95),
               quantileText(result.latency, 0.99)});
  }
  table.add({"all", "", "", "", "", quantileText(run.latency, 0.5), quantileText(run.latency, 0.95),
             quantileText(run.latency, 0.99)});
  return table.text();
}

std::string failureTable(const sim::RunResult& run) {
  TextTable table({{"CLASS"}, {"FAILED BECAUSE"}, {"REQUESTS", Align::Right}});
  for (const sim::ClassResult& result : run.classes) {
    for (std::size_t reason = 1; reason < result.failed.size(); ++reason) {
      if (result.failed[reason] > 0) {
        table.add({result.key, plan::nameOf(static_cast<plan::Reason>(reason)),
                   std::to_string(result.failed[reason])});
      }
    }
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// The fullest first; pools without a limit have no utilisation and come last.
std::string poolTable(const sim::RunResult& run) {
  std::vector<const sim::PoolResult*> pools;
  for (const sim::PoolResult& pool : run.pools) {
    pools.push_back(&pool);
  }
  std::stable_sort(pools.begin(), pools.end(), [](const sim::PoolResult* a, const sim::PoolResult* b) {
    return a->utilisation > b->utilisation;
  });
  TextTable table({{"POOL"},
                   {"INSTANCES", Align::Right},
                   {"UTILISATION", Align::Right},
                   {"MEAN QUEUE", Align::Right},
                   {"WAIT P99", Align::Right},
                   {"SERVED", Align::Right},
                   {"REFUSED", Align::Right}});
  for (const sim::PoolResult* pool : pools) {
    table.add({pool->key, std::to_string(pool->instances),
               pool->servers == 0 ? "unlimited" : formatShort(ratio(pool->utilisation)),
               formatNumber(pool->meanQueue, 3), quantileText(pool->waiting, 0.99),
               std::to_string(pool->served), std::to_string(pool->refused)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string measuredText(Metric metric, const std::optional<double>& measured) {
  if (!measured) {
    return "not measured";
  }
  switch (metric) {
    case Metric::SuccessRatio:
      return formatNumber(100 * *measured, 6) + " %";
    case Metric::Throughput:
      return formatShort(perSecond(*measured));
    case Metric::CostMonth:
      return formatNumber(*measured, 6) + " USD";
    default:
      return formatNumber(*measured, 4) + " ms";
  }
}

std::string objectiveTable(const Design& design, const std::vector<advice::Verdict>& verdicts) {
  TextTable table({{"OBJECTIVE"}, {"MEASURED", Align::Right}, {"VERDICT"}});
  for (const advice::Verdict& verdict : verdicts) {
    const Objective* objective = design.objectives.find(verdict.objective);
    const Metric metric = objective == nullptr ? Metric::LatencyP99 : objective->metric;
    table.add({verdict.text, measuredText(metric, verdict.measured), verdict.isMet ? "met" : "NOT MET"});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string runText(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts) {
  std::string out = design.name + ": " + shortTime(run.endNs) + " simulated, the first " +
                    shortTime(run.warmupNs) + " not counted; " + std::to_string(run.events) +
                    " events, seed " + std::to_string(run.seed) + ".\n";
  if (!run.isComplete) {
    out += "STOPPED EARLY: " + run.stopReason + " The figures are of the part that was run.\n";
  }
  if (run.slice != 1) {
    out +=
        "This is a slice: rates and instances are 1/" + formatNumber(run.slice) + " of the real system's.\n";
  }
  return out + "\n" + classTable(run) + failureTable(run) + poolTable(run) +
         objectiveTable(design, verdicts) + "\ndigest " + run.digest + "\n";
}

Exit runSimulate(const SimulateOptions& options) {
  const auto opened = openAndCompile(options.design, {ScenarioId(options.run.scenario)});
  if (!opened) {
    return Exit::BadInput;
  }
  const auto run = runDesign(*opened, options.run.config);
  if (!run) {
    return Exit::BadInput;
  }
  const cost::Estimate estimate =
      cost::estimate(opened->design, catalog::Catalog::builtIn(), *opened->compiled.plan,
                     *opened->compiled.visits, cost::PriceBook::builtIn());
  const std::vector<advice::Verdict> verdicts = advice::judge(opened->design, &*run, &estimate);
  const bool isMet =
      run->isComplete && std::all_of(verdicts.begin(), verdicts.end(),
                                     [](const advice::Verdict& verdict) { return verdict.isMet; });
  return options.output.emit(options.output.isJson ? exchange::runJson(opened->design, *run, verdicts)
                                                   : runText(opened->design, *run, verdicts),
                             isMet ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpSimulate(CLI::App& app) {
  const auto options = std::make_shared<SimulateOptions>();
  options->design.addTo(app);
  options->run.addOptions(app);
  options->output.addOptions(app);
  app.footer(
      "Runs the design's workloads at their peak, one request at a time. The same design, options and seed "
      "give the\n"
      "same result, digest included, on every machine. Exits 1 if an objective of the design is not met.\n"
      "Ctrl+C stops and prints what was measured so far.\n\n"
      "  cantilever-cli simulate high_traffic_web --duration 30s --seed 1 --json > run.json\n"
      "  cantilever-cli simulate high_traffic_web --load 1.5\n"
      "  cantilever-cli simulate high_traffic_web --scenario zone-loss --duration 2min");
  return [options] { return runSimulate(*options); };
}

}  // namespace

Command simulate() {
  return {"simulate", "Run a design under load and measure it", setUpSimulate};
}

}  // namespace cantilever::cli::commands
