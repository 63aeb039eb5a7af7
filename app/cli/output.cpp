#include "app/cli/output.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "core/exchange/file_set.h"

namespace cantilever::cli {

void Output::addOptions(CLI::App& app) {
  app.add_flag("--json", isJson, "Print JSON in the schema documented in json.md, for programs to read");
  app.add_option("-o,--output", file, "Write to this file instead of standard output")->type_name("FILE");
}

Exit Output::emit(std::string_view text, Exit exit) const {
  if (file.empty()) {
    std::cout << text << std::flush;
    if (!std::cout) {
      printError({"cli.output", "Standard output does not take the result: is the disk full?", {}});
      return Exit::BadInput;
    }
    return exit;
  }
  const Result<void> written = exchange::writeFile(file, text);
  if (!written) {
    printError(written.error());
    return Exit::BadInput;
  }
  return exit;
}

void printError(const Error& error) {
  const bool isPlaceSaid = error.where.empty() || error.message.find(error.where) != std::string::npos;
  std::cerr << "error: " << (isPlaceSaid ? "" : error.where + ": ") << error.message << "\n";
}

void printWarning(const std::string& message) {
  std::cerr << "warning: " << message << "\n";
}

std::string describe(const Diagnostic& diagnostic) {
  std::string line = diagnostic.severity == Severity::Error     ? "error: "
                     : diagnostic.severity == Severity::Warning ? "warning: "
                                                                : "note: ";
  if (!diagnostic.where.empty()) {
    line += diagnostic.where + ": ";
  }
  if (!diagnostic.block.isEmpty()) {
    line += "block " + diagnostic.block.text() + ": ";
  } else if (!diagnostic.link.isEmpty()) {
    line += "link " + diagnostic.link.text() + ": ";
  } else if (!diagnostic.zone.isEmpty()) {
    line += "zone " + diagnostic.zone.text() + ": ";
  }
  return line + diagnostic.message;
}

void printDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    std::cerr << describe(diagnostic) << "\n";
  }
}

}  // namespace cantilever::cli
