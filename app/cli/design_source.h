#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "core/compile/compile.h"
#include "core/model/design.h"

namespace cantilever::cli {

/// The argument DESIGN.
struct DesignArgument {
  std::string pathOrKey;
  std::vector<std::string> arrivals;  ///< "WORKLOAD=FILE", of which the design's workloads take theirs
  void addTo(CLI::App& app);
  void addArrivalsTo(CLI::App& app);
};

struct OpenedDesign {
  Design design;
  std::vector<Diagnostic> remarks;  ///< of reading
};

/// Nothing if it cannot be read: the reason has been printed.
std::optional<OpenedDesign> open(const DesignArgument& argument);

/// A design that can be run, and all that is to be said about it.
struct CompiledDesign {
  Design design;
  compile::Compiled compiled;  ///< its diagnostics include the remarks of reading
};

/// Opens and compiles. Nothing if that fails, or if there is an error among the diagnostics: then they have
/// been printed, otherwise only the warnings among them.
std::optional<CompiledDesign> openAndCompile(const DesignArgument& argument,
                                             const compile::Options& options = {});

/// True, with a warning, if the design has no workload, or only such as bring nothing.
bool warnIfNothingArrives(const CompiledDesign& design);

}  // namespace cantilever::cli
