#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/exchange/help_pages.h"

namespace cantilever::cli::commands {
namespace {

std::function<Exit()> setUpExplain(CLI::App& app) {
  const auto page = std::make_shared<std::string>();
  app.add_option("PAGE", *page, "Which page; without one, lists them")->type_name("");
  app.footer("  cantilever-cli explain pool");
  return [page] {
    if (page->empty()) {
      TextTable table({{"PAGE"}, {"ABOUT"}});
      for (const exchange::HelpPage& each : exchange::helpPages()) {
        table.add({each.key, each.title});
      }
      return Output().emit(table.text(), Exit::Done);
    }
    const Result<exchange::HelpPage> found = exchange::findHelpPage(*page);
    if (!found) {
      printError(found.error());
      return Exit::BadInput;
    }
    return Output().emit(found->text, Exit::Done);
  };
}

}  // namespace

Command explain() {
  return {"explain", "Explain what is simulated, element by element", setUpExplain};
}

}  // namespace cantilever::cli::commands
