#pragma once

#include <optional>
#include <string>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "core/sim/result.h"
#include "core/sim/simulation.h"

namespace cantilever::cli {

/// How to run a simulation, from the command line.
struct RunOptions {
  sim::RunConfig config;
  std::string scenario;
  /// Ends the run early, once this has come.
  std::optional<sim::Until> until;
  /// The JSON of a run whose changes are made again.
  std::string replay;

  void addOptions(CLI::App& app);
};

/// As the user has said, or as nobody has.
enum class Length { Given, Usual };
/// A run whose length is the usual one is as long as its scenario takes (sim::durationCovering, as in the
/// studio); one that is too short for it as it was given stays so, with a warning.
sim::RunConfig covering(const Design& design, const std::string& scenario, const sim::RunConfig& config,
                        Length length);

/// The design with the changes that a run has logged in place of a scenario's. Nothing if the file cannot be
/// read: the reason has been printed.
std::optional<CompiledDesign> withLoggedActions(const CompiledDesign& design, const std::string& file);

/// Runs the design. Ctrl+C ends the run early: the result then is that of the part that was run. Nothing if
/// the run cannot begin: the reason has been printed. Progress goes to standard error if that is a terminal.
std::optional<sim::RunResult> runDesign(const CompiledDesign& design, const RunOptions& options);

}  // namespace cantilever::cli
