#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "core/storage/document_file.h"

namespace cantilever::cli::commands {
namespace {

struct ConvertOptions {
  DesignArgument from;
  std::string to;
};

std::function<Exit()> setUpConvert(CLI::App& app) {
  const auto options = std::make_shared<ConvertOptions>();
  app.add_option("IN", options->from.pathOrKey, "A design file, or the key of a template")->required();
  app.add_option("OUT", options->to,
                 "The file to write: .cantilever (for the studio) or .cantilever.json (for git)")
      ->required();
  options->from.addArrivalsTo(app);
  app.footer(
      "What this version does not know is kept: unknown block types, parameters and fields are written as "
      "they were.\n"
      "Converting a file to itself brings it into the standard layout.");
  return [options] {
    const auto opened = open(options->from);
    if (!opened) {
      return Exit::BadInput;
    }
    printDiagnostics(opened->remarks);
    const Result<void> saved = storage::saveDesign(options->to, opened->design);
    if (!saved) {
      printError(saved.error());
      return Exit::BadInput;
    }
    return Exit::Done;
  };
}

}  // namespace

Command convert() {
  return {"convert", "Write a design in the other format, or a template as a file", setUpConvert};
}

}  // namespace cantilever::cli::commands
