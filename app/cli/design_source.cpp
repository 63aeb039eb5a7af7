#include "app/cli/design_source.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "app/cli/output.h"
#include "core/exchange/arrivals_csv.h"
#include "core/exchange/file_set.h"
#include "core/exchange/remarks.h"
#include "core/storage/document_file.h"

namespace cantilever::cli {

void DesignArgument::addTo(CLI::App& app) {
  app.add_option("DESIGN", pathOrKey, "A design file, or the key of a template")->required();
}

void DesignArgument::addArrivalsTo(CLI::App& app) {
  app.add_option(
         "--arrivals", arrivals,
         "Take the arrivals of a workload from a CSV file: a column time_s (a request at each), or time_s "
         "and rate_per_s")
      ->type_name("WORKLOAD=FILE");
}

namespace {

Result<Design> withArrivals(Design design, const std::string& option) {
  const std::size_t equals = option.find('=');
  if (equals == std::string::npos) {
    return Error{
        "arrivals.workload", "\"" + option + "\" is not a workload and a file: write WORKLOAD=FILE.", {}};
  }
  const std::string file = option.substr(equals + 1);
  const auto bytes = exchange::readFile(file);
  return bytes ? exchange::withArrivals(std::move(design), option.substr(0, equals), *bytes, file)
               : bytes.error();
}

}  // namespace

std::optional<OpenedDesign> open(const DesignArgument& argument) {
  auto loaded = storage::openDesignOrTemplate(argument.pathOrKey, catalog::Catalog::builtIn());
  if (!loaded) {
    printError(loaded.error());
    return {};
  }
  for (const std::string& option : argument.arrivals) {
    Result<Design> changed = withArrivals(std::move(loaded->design), option);
    if (!changed) {
      printError(changed.error());
      return {};
    }
    loaded->design = std::move(changed).value();
  }
  return OpenedDesign{std::move(loaded->design), std::move(loaded->remarks)};
}

std::optional<CompiledDesign> openAndCompile(const DesignArgument& argument,
                                             const compile::Options& options) {
  std::optional<OpenedDesign> opened = open(argument);
  if (!opened) {
    return {};
  }
  CompiledDesign result{std::move(opened->design), {}};
  result.compiled = compile::compile(result.design, catalog::Catalog::builtIn(), options);
  result.compiled.diagnostics = exchange::combined(std::move(result.compiled.diagnostics), opened->remarks);
  std::vector<Diagnostic> serious = result.compiled.diagnostics;
  std::erase_if(serious, [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::Note; });
  printDiagnostics(serious);
  if (!serious.empty() && serious.front().severity == Severity::Error) {
    std::cerr << "This design cannot be used as it is; `cantilever-cli check` shows all that is to be said "
                 "about it.\n";
    return {};
  }
  return result;
}

bool warnIfNothingArrives(const CompiledDesign& design) {
  const std::vector<plan::Source>& sources = design.compiled.plan->sources;
  const bool isNothing = std::all_of(sources.begin(), sources.end(), [](const plan::Source& source) {
    return source.kind == plan::SourceKind::Open && source.rate == Rate();
  });
  if (isNothing) {
    printWarning(sources.empty() ? "nothing arrives: the design has no workload."
                                 : "nothing arrives: the peak of every workload is 0.");
  }
  return isNothing;
}

}  // namespace cantilever::cli
