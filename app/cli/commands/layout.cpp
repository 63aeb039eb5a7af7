#include "core/layout/layout.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "core/edit/edit.h"
#include "core/exchange/design_json.h"
#include "core/storage/document_file.h"

namespace cantilever::cli::commands {
namespace {

struct LayoutOptions {
  DesignArgument from;
  std::string to;
  std::vector<std::string> only;
};

/// Nothing if the design has no such block: the reason has been printed.
std::optional<layout::Options> chosenBlocks(const LayoutOptions& options, const Design& design) {
  layout::Options chosen;
  for (const std::string& text : options.only) {
    const BlockId id(text);
    if (!design.blocks.contains(id)) {
      printError({"layout.unknown_block", "There is no block \"" + text + "\" in the design.", "--only"});
      return std::nullopt;
    }
    if (!chosen.only) {
      chosen.only.emplace();
    }
    chosen.only->insert(id);
  }
  return chosen;
}

Exit write(const std::string& path, const Design& design) {
  if (path.empty()) {
    return Output().emit(exchange::writeDesign(design), Exit::Done);
  }
  const Result<void> saved = storage::saveDesign(path, design);
  if (!saved) {
    printError(saved.error());
    return Exit::BadInput;
  }
  return Exit::Done;
}

std::function<Exit()> setUpLayout(CLI::App& app) {
  const auto options = std::make_shared<LayoutOptions>();
  options->from.addTo(app);
  app.add_option("-o,--output", options->to, "The file to write; without it, JSON on standard output")
      ->type_name("FILE");
  app.add_option("--only", options->only, "Place only these blocks and leave all others where they are")
      ->delimiter(',')
      ->type_name("ID,ID");
  app.footer(
      "Pinned blocks stay. Zones become as large as what they own needs.\n"
      "  cantilever-cli layout shop.cantilever.json -o shop.cantilever.json");
  return [options] {
    const auto opened = open(options->from);
    if (!opened) {
      return Exit::BadInput;
    }
    printDiagnostics(opened->remarks);
    const auto chosen = chosenBlocks(*options, opened->design);
    if (!chosen) {
      return Exit::BadInput;
    }
    const edit::Place place{"Lay out", layout::arrange(opened->design, *chosen)};
    const Result<Design> placed = edit::apply(opened->design, place, catalog::Catalog::builtIn());
    if (!placed) {
      printError(placed.error());
      return Exit::BadInput;
    }
    return write(options->to, *placed);
  };
}

}  // namespace

Command layout() {
  return {"layout", "Place the blocks of a design in layers from left to right", setUpLayout};
}

}  // namespace cantilever::cli::commands
