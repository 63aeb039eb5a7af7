#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/option_values.h"
#include "app/cli/output.h"
#include "app/cli/replications.h"
#include "app/cli/run_options.h"
#include "app/cli/run_text.h"
#include "app/cli/study_text.h"
#include "core/advice/checklist.h"
#include "core/exchange/file_set.h"
#include "core/exchange/reports.h"
#include "core/experiment/run_stability.h"

namespace cantilever::cli::commands {
namespace {

struct SimulateOptions {
  DesignArgument design;
  RunOptions run;
  Output output;
  std::string tracesFile;
  std::string seriesFile;
  std::uint32_t replications = 1;
  experiment::Precision precision;
  bool hasPrecision = false;
  bool hasWarmUp = false;  ///< the user has said how long
  Length length = Length::Usual;
};

bool writeAsked(const SimulateOptions& options, const sim::RunResult& run) {
  const auto write = [](const std::string& file, const auto& text) {
    if (file.empty()) {
      return true;
    }
    const Result<void> written = exchange::writeFile(file, text());
    if (!written) {
      printError(written.error());
    }
    return written.ok();
  };
  return write(options.tracesFile, [&] { return exchange::tracesJson(run); }) &&
         write(options.seriesFile, [&] { return exchange::seriesCsv(run); });
}

cost::Estimate estimateOf(const CompiledDesign& opened) {
  return cost::estimate(opened.design, catalog::Catalog::builtIn(), *opened.compiled.plan,
                        *opened.compiled.visits, cost::PriceBook::builtIn());
}

bool areMet(const std::vector<advice::Verdict>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const advice::Verdict& verdict) { return verdict.isMet; });
}

/// Changes of a run that are made again are those of a scenario here: each run has them.
Exit runStudy(const SimulateOptions& options, const CompiledDesign& opened) {
  if (!options.run.replay.empty()) {
    const auto replayed = withLoggedActions(opened, options.run.replay);
    SimulateOptions without = options;
    without.run.replay.clear();
    return replayed ? runStudy(without, *replayed) : Exit::BadInput;
  }
  sim::RunConfig config = options.run.config;
  if (!options.hasWarmUp) {
    config.warmup = Duration();  // a pilot finds how long
  }
  config = covering(opened.design, options.run.scenario, config, options.length);
  const auto study = runReplications(opened, config, options.replications,
                                     options.hasPrecision ? std::optional(options.precision) : std::nullopt);
  if (!study) {
    return Exit::BadInput;
  }
  std::vector<std::string> pools;
  for (const plan::Pool& pool : opened.compiled.plan->pools) {
    pools.push_back(pool.key);
  }
  const cost::Estimate estimate = estimateOf(opened);
  const std::vector<advice::Verdict> verdicts = advice::judge(opened.design, *study, &estimate);
  const bool isSound = !study->isInterrupted && areMet(verdicts) &&
                       (study->stability == experiment::Stability::Stable ||
                        study->stability == experiment::Stability::Unknown) &&
                       (!study->wanted || study->wanted->isReached);
  return options.output.emit(options.output.isJson
                                 ? exchange::studyJson(opened.design, *study, pools, verdicts)
                                 : studyText(opened.design, *study, pools, verdicts),
                             isSound ? Exit::Done : Exit::NotMet);
}

Exit runSimulate(const SimulateOptions& options) {
  if (options.hasPrecision && options.replications < experiment::Precision::kFewest) {
    printError({"cli.too_few",
                "A precision takes " + std::to_string(experiment::Precision::kFewest) +
                    " replications at least: --replications says how many there may be at most, such as 200.",
                "--until-precision"});
    return Exit::BadInput;
  }
  const auto opened = openAndCompile(options.design, {ScenarioId(options.run.scenario)});
  if (!opened) {
    return Exit::BadInput;
  }
  const bool isNothing = warnIfNothingArrives(*opened);
  if (options.replications > 1) {
    const Exit exit = runStudy(options, *opened);
    return isNothing && exit == Exit::Done ? Exit::NotMet : exit;
  }
  RunOptions asked = options.run;
  asked.config = covering(opened->design, asked.scenario, asked.config, options.length);
  const auto run = runDesign(*opened, asked);
  if (!run) {
    return Exit::BadInput;
  }
  if (!writeAsked(options, *run)) {
    return Exit::BadInput;
  }
  const cost::Estimate estimate = estimateOf(*opened);
  const std::vector<advice::Verdict> verdicts = advice::judge(opened->design, &*run, &estimate);
  const experiment::RunStability stability = experiment::stabilityOf(*opened->compiled.plan, *run);
  const bool isMet = !isNothing && run->isComplete && !stability.isUnstable() && areMet(verdicts);
  return options.output.emit(options.output.isJson
                                 ? exchange::runJson(opened->design, *run, verdicts, stability)
                                 : runText(opened->design, *run, verdicts, stability),
                             isMet ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpSimulate(CLI::App& app) {
  const auto options = std::make_shared<SimulateOptions>();
  options->design.addTo(app);
  options->design.addArrivalsTo(app);
  options->run.addOptions(app);
  options->output.addOptions(app);
  app.add_option("--traces", options->tracesFile,
                 "Write some requests, call by call, as OpenTelemetry (OTLP) JSON")
      ->type_name("FILE");
  app.add_option("--series", options->seriesFile, "Write the course of the run as CSV")->type_name("FILE");
  CLI::Option* const replications =
      addWhole(app, "--replications", options->replications, {2, 10'000},
               "Run so many times with other random numbers, on all processors: means with 95 % intervals, "
               "and whether there is a steady state. Without --warmup or --lead-in a pilot finds how long "
               "to wait")
          ->default_str("");  // without it there is one run, which is no study
  for (const char* ofOneRun : {"--traces", "--series", "--stop-at", "--replication"}) {
    replications->excludes(app.get_option(ofOneRun));
  }
  CLI::Option* const until =
      addShare(app, "--until-precision", options->precision.share, {0.0001, 1},
               "Make replications, ten at least and as many as --replications at most, until the half-width "
               "of the 95 % interval of a figure is this share of its mean, such as 5%")
          ->default_str("")
          ->needs(replications);
  app.add_option("--precision-of", options->precision.path,
                 "The figure, as --json lists figures, such as latency/p99_ms")
      ->capture_default_str()
      ->needs(until)
      ->type_name("FIGURE");
  app.footer(
      "Runs the design's workloads at their peak, one request at a time. The same design, options and seed "
      "give the\n"
      "same result, digest included, on every machine. Exits 1 if an objective of the design is not met, if "
      "its\n"
      "backlog grows, or if nothing arrives.\n"
      "Ctrl+C stops and prints what was measured so far.\n\n"
      "  cantilever-cli simulate high_traffic_web --duration 30s --seed 1 --json > run.json\n"
      "  cantilever-cli simulate high_traffic_web --load 1.5\n"
      "  cantilever-cli simulate high_traffic_web --replications 10 --duration 10s\n"
      "  cantilever-cli simulate high_traffic_web --replications 200 --until-precision 0.02\n"
      "  cantilever-cli simulate high_traffic_web --scenario zone-loss --duration 2min");
  return [options, &app] {
    options->hasWarmUp = app.count("--warmup") > 0;
    options->length = app.count("--duration") > 0 ? Length::Given : Length::Usual;
    options->hasPrecision = app.count("--until-precision") > 0;
    return runSimulate(*options);
  };
}

}  // namespace

Command simulate() {
  return {"simulate", "Run a design under load and measure it", setUpSimulate};
}

}  // namespace cantilever::cli::commands
