#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "core/base/text.h"
#include "core/exchange/exporter.h"
#include "core/sim/simulation.h"

namespace cantilever::cli::commands {
namespace {

struct ExportOptions {
  std::string target;
  DesignArgument design;
  std::string folder;
};

std::string targetList() {
  std::string list;
  for (const exchange::Exporter& exporter : exchange::allExporters()) {
    list += "  " + exporter.key + std::string(exporter.key.size() < 12 ? 12 - exporter.key.size() : 1, ' ') +
            exporter.description + "\n";
  }
  return list;
}

const exchange::Exporter* targetOf(const ExportOptions& options) {
  const exchange::Exporter* exporter = exchange::findExporter(options.target);
  if (exporter == nullptr) {
    printError({"cli.target",
                "There is no export target \"" + options.target + "\". There are:\n" + targetList(),
                {}});
  }
  return exporter;
}

Exit runExport(const ExportOptions& options) {
  const exchange::Exporter* exporter = targetOf(options);
  if (exporter == nullptr) {
    return Exit::BadInput;
  }
  const auto opened = openAndCompile(options.design);
  if (!opened) {
    return Exit::BadInput;
  }
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  const cost::Estimate estimate = cost::estimate(opened->design, catalog, *opened->compiled.plan,
                                                 *opened->compiled.visits, cost::PriceBook::builtIn());
  const auto output = exporter->render({&opened->design, &catalog, &opened->compiled, nullptr, &estimate});
  if (!output) {
    printError(output.error());
    return Exit::BadInput;
  }
  if (const Result<void> written = exchange::writeFiles(output->files, options.folder); !written) {
    printError(written.error());
    return Exit::BadInput;
  }
  for (const std::string& warning : output->warnings) {
    printWarning(warning);
  }
  std::string list;
  for (const auto& [path, bytes] : output->files) {
    list += options.folder + "/" + path + "\n";
  }
  return Output{}.emit(list, Exit::Done);
}

std::function<Exit()> setUpExport(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  app.add_option("TARGET", options->target, "What to make")->required();
  options->design.addTo(app);
  app.add_option("-o,--output", options->folder, "Folder to write to; made if it is not there")
      ->required()
      ->type_name("DIR");
  app.footer(
      "Targets:\n" + targetList() +
      "\nPrints the files written. What the target cannot express is a warning, and a comment in a file.");
  return [options] { return runExport(*options); };
}

}  // namespace

// `export` is a word of C++.
Command export_to() {
  return {"export", "Write docker-compose, Terraform or a checklist", setUpExport};
}

}  // namespace cantilever::cli::commands
