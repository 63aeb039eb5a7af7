#include "app/cli/run_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "app/cli/interrupt.h"
#include "app/cli/option_values.h"
#include "app/cli/output.h"
#include "core/base/text.h"
#include "core/exchange/action_log.h"
#include "core/exchange/file_set.h"

namespace cantilever::cli {
namespace {

/// Simulated time between two looks at the keyboard.
constexpr Duration kStep = Duration::milliseconds(50);

/// Nothing if the file cannot be read: the reason has been printed.
std::optional<exchange::ActionLog> readLogged(const CompiledDesign& design, const std::string& file) {
  const Result<std::string> text = exchange::readFile(file);
  Result<exchange::ActionLog> log = text ? exchange::readActionLog(*text, file, *design.compiled.plan)
                                         : Result<exchange::ActionLog>(text.error());
  if (!log) {
    printError(log.error());
    return std::nullopt;
  }
  if (log->design != design.design.name) {
    printWarning(file + " is a run of \"" + log->design + "\", this design is \"" + design.design.name +
                 "\": the changes are made again, in another system.");
  }
  return *std::move(log);
}

bool postLogged(sim::Simulation& simulation, const CompiledDesign& design, const std::string& file) {
  const auto log = readLogged(design, file);
  for (const plan::Action& action : log ? log->actions : std::vector<plan::Action>()) {
    simulation.post(action);
  }
  return log.has_value();
}

void showProgress(const sim::Simulation& simulation) {
  const double share = simulation.end().ns() == 0 ? 1 : simulation.now() / simulation.end();
  std::cerr << "\rsimulated " << formatShort(simulation.now()) << " of " << formatShort(simulation.end())
            << ", " << static_cast<int>(100 * share) << " %   " << std::flush;
}

}  // namespace

void RunOptions::addOptions(CLI::App& app) {
  addWhole(app, "--seed", config.seed, {}, "Seed of the random numbers: the same seed gives the same run");
  addWhole(app, "--replication", config.replication, {0, ~std::uint32_t{0}},
           "Number of the repetition: other random numbers, same seed");
  addDuration(app, "--duration", config.duration,
              "Simulated time that is measured, such as 60s or 5min. Unless it is given, a run with a "
              "scenario goes on for half a minute after its last event");
  addDuration(app, "--warmup", config.warmup, "Simulated time before it that is not counted");
  addDuration(app, "--lead-in", config.leadIn,
              "Simulated time before that in which curves, scenario, scalers and faults have not begun");
  addLoadFactor(app, config.loadFactor, {0, 1e6});
  app.add_option_function<std::string>(
         "--stop-at",
         [this](const std::string& what) {
           until = sim::Until{what == "failure" ? sim::Until::What::Failure : sim::Until::What::Happening};
         },
         "End the run at the first request that fails (failure), or at the first change of the system: a "
         "kill, a "
         "breaker, a scaler (happening)")
      ->check(CLI::IsMember({"failure", "happening"}))
      ->type_name("WHAT");
  app.add_option(
         "--replay", replay,
         "Make the changes again that this run has logged (JSON of `simulate`), in place of a scenario")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  addScenario(app, scenario, "Play this scenario of the design")->excludes(app.get_option("--replay"));
}

sim::RunConfig covering(const Design& design, const std::string& scenario, const sim::RunConfig& config,
                        Length length) {
  sim::RunConfig covering = config;
  const Scenario* const played = design.scenarios.find(ScenarioId(scenario));
  if (played == nullptr) {
    return covering;
  }
  if (length == Length::Usual) {
    covering.duration = sim::durationCovering(*played, config);
    return covering;
  }
  const Duration end = config.warmup + config.duration;
  const auto late = std::count_if(played->events.begin(), played->events.end(),
                                  [end](const Perturbation& event) { return event.at > end; });
  if (late > 0) {
    printWarning("the run ends at " + formatShort(end) + ", before " + std::to_string(late) + " of the " +
                 std::to_string(played->events.size()) + " events of scenario \"" + scenario +
                 "\" come: its whole course takes --duration " +
                 formatShort(sim::durationCovering(*played, config)) + ".");
  }
  return covering;
}

std::optional<CompiledDesign> withLoggedActions(const CompiledDesign& design, const std::string& file) {
  auto log = readLogged(design, file);
  if (!log) {
    return std::nullopt;
  }
  for (plan::Action& action : log->actions) {  // a plan's begin when the lead-in ends
    action.at = std::max(Duration(), action.at - log->leadIn);
  }
  std::stable_sort(log->actions.begin(), log->actions.end(),
                   [](const plan::Action& a, const plan::Action& b) { return a.at < b.at; });
  plan::Plan changed = *design.compiled.plan;
  changed.actions = std::move(log->actions);
  CompiledDesign replayed = design;
  replayed.compiled.plan = std::make_shared<const plan::Plan>(std::move(changed));
  return replayed;
}

std::optional<sim::RunResult> runDesign(const CompiledDesign& design, const RunOptions& options) {
  const std::optional<sim::Until>& until = options.until;
  auto simulation = sim::Simulation::create(design.compiled.plan, options.config);
  if (!simulation) {
    printError(simulation.error());
    return {};
  }
  if (!options.replay.empty() && !postLogged(*simulation, design, options.replay)) {
    return {};
  }
  const InterruptGuard interrupt;
  const bool isTerminal = ::isatty(STDERR_FILENO) == 1;
  bool isReached = false;
  while (!simulation->isFinished() && !interrupt.isRequested() && !isReached) {
    const Duration next = std::min(simulation->now() + kStep, simulation->end());
    if (until) {
      isReached = simulation->advanceUntil(*until, next).isReached;
    } else {
      simulation->advanceTo(next);
    }
    if (isTerminal) {
      showProgress(*simulation);
    }
  }
  if (isTerminal) {
    std::cerr << "\r\x1b[K";  // takes the progress line away
  }
  sim::RunResult result = simulation->result();
  if (!result.isComplete && result.stopReason.empty()) {
    result.stopReason = isReached ? "It was to stop here, at " + formatShort(simulation->now()) + "."
                                  : std::string("It was interrupted.");
  }
  return result;
}

}  // namespace cantilever::cli
