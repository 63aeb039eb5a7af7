#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/cli/command.h"
#include "core/base/result.h"
#include "core/model/diagnostic.h"

namespace cantilever::cli {

/// Where a result goes and in which form: `--json` and `-o FILE`, which most commands have.
struct Output {
  bool isJson = false;
  std::string file;  ///< empty: standard output

  void addOptions(CLI::App& app);
  /// Prints or writes the text; `exit` if that worked.
  Exit emit(std::string_view text, Exit exit) const;
};

/// "error: where: message" on standard error.
void printError(const Error& error);
void printWarning(const std::string& message);
void printDiagnostics(const std::vector<Diagnostic>& diagnostics);

/// "error: d.json:3:5: block app: message".
std::string describe(const Diagnostic& diagnostic);

}  // namespace cantilever::cli
