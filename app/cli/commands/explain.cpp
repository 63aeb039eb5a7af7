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
  app.add_option("PAGE", *page, "Which page, or what to find in one; without it, lists them")->type_name("");
  app.footer("  cantilever-cli explain pool\n  cantilever-cli explain retries");
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
    const std::string whole =
        "\n(From the page \"" + found->key + "\": `cantilever-cli explain " + found->key + "`.)\n";
    return Output().emit(std::string(found->text) + (found->isSection ? whole : std::string()), Exit::Done);
  };
}

}  // namespace

Command explain() {
  return {"explain", "Explain what is simulated, element by element", setUpExplain};
}

}  // namespace cantilever::cli::commands
