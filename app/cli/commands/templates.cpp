#include "core/exchange/templates.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

std::function<Exit()> setUpTemplates(CLI::App& app) {
  app.footer("Save one as a file of your own:\n  cantilever-cli convert KEY mine.cantilever.json");
  const auto output = std::make_shared<Output>();
  output->addOptions(app);
  return [output] {
    if (output->isJson) {
      return output->emit(exchange::templatesJson(exchange::templates()), Exit::Done);
    }
    TextTable table({{"KEY"}, {"TITLE"}, {"WHAT IT IS"}});
    for (const exchange::Template& one : exchange::templates()) {
      table.add({one.key, one.title, one.summary});
    }
    return output->emit(table.text(), Exit::Done);
  };
}

}  // namespace

Command templates() {
  return {"templates", "List the designs that come with the program", setUpTemplates};
}

}  // namespace cantilever::cli::commands
