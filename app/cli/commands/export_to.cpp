#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/exchange/exporter.h"
#include "core/exchange/file_set.h"

namespace cantilever::cli::commands {
namespace {

struct ExportOptions {
  std::string target;
  DesignArgument design;
  std::string folder;
  bool isList = false;
};

std::string targetTable() {
  TextTable table({{"TARGET"}, {"NAME"}, {"WHAT IT WRITES"}});
  for (const exchange::Exporter& exporter : exchange::allExporters()) {
    table.add({exporter.key, exporter.label, exporter.description});
  }
  return table.text();
}

const exchange::Exporter* findTarget(const std::string& key) {
  const exchange::Exporter* exporter = exchange::findExporter(key);
  if (exporter == nullptr) {
    std::vector<std::string> keys;
    std::string all;
    for (const exchange::Exporter& one : exchange::allExporters()) {
      keys.push_back(one.key);
      all += (all.empty() ? "" : ", ") + one.key;
    }
    printError(
        {"export.unknown_target",
         "There is no export target \"" + key + "\"" + didYouMean(key, keys, "; there are " + all + "."),
         {}});
  }
  return exporter;
}

Exit runExport(const ExportOptions& options) {
  if (options.isList) {
    return Output{}.emit(targetTable(), Exit::Done);
  }
  if (options.target.empty() || options.design.pathOrKey.empty() || options.folder.empty()) {
    printError({"export.usage",
                "Say what to make, from what, and where: cantilever-cli export TARGET DESIGN -o DIR.",
                {}});
    return Exit::BadInput;
  }
  const exchange::Exporter* exporter = findTarget(options.target);
  const auto opened = exporter == nullptr ? std::nullopt : openAndCompile(options.design);
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
    list += (std::filesystem::path(options.folder) / path).string() + "\n";
  }
  return Output{}.emit(list, Exit::Done);
}

std::function<Exit()> setUpExport(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  app.add_option("TARGET", options->target, "What to make; --list shows the targets");
  app.add_option("DESIGN", options->design.pathOrKey, "A design file, or the key of a template");
  app.add_option("-o,--output", options->folder, "The folder to write into; made if it is not there")
      ->type_name("DIR");
  app.add_flag("--list", options->isList, "List the targets");
  app.footer(
      "Prints the files written: all of them or none. What the target cannot express is printed as a warning "
      "and\n"
      "stands as a comment in the files.\n\n"
      "  cantilever-cli export compose high_traffic_web -o stack\n"
      "  cantilever-cli export terraform mine.cantilever -o infrastructure");
  return [options] { return runExport(*options); };
}

}  // namespace

// `export` is a word of C++.
Command export_to() {
  return {"export", "Write docker-compose, Terraform or a checklist", setUpExport};
}

}  // namespace cantilever::cli::commands
