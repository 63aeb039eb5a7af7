#include "core/exchange/templates.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/exchange/reports.h"
#include "core/exchange/template_edits.h"
#include "core/exchange/template_table.h"

namespace cantilever::cli::commands {
namespace {

Exit writeTable(const Output& output) {
  std::vector<exchange::TemplateFigures> all;
  for (const exchange::Template& one : exchange::templates()) {
    const auto figures = exchange::figuresOf(one, catalog::Catalog::builtIn());
    if (!figures) {
      printError(figures.error());
      return Exit::BadInput;
    }
    all.push_back(*figures);
  }
  return output.emit(exchange::templateTable(all), Exit::Done);
}

/// What is done to one template to get the next.
Exit writeSteps(const Output& output) {
  const auto steps = exchange::templateSteps(catalog::Catalog::builtIn());
  if (!steps) {
    printError(steps.error());
    return Exit::BadInput;
  }
  TextTable table({{"FROM"}, {"TO"}, {"WHAT IS DONE"}});
  for (const exchange::TemplateStep& step : *steps) {
    for (const exchange::StoredEdit& edit : step.edits) {
      table.add({step.from, step.to, edit.text});
    }
  }
  return output.emit(table.text(), Exit::Done);
}

std::function<Exit()> setUpTemplates(CLI::App& app) {
  app.footer("Save one as a file of your own:\n  cantilever-cli convert KEY mine.cantilever.json");
  const auto output = std::make_shared<Output>();
  output->addOptions(app);
  const auto isTable = std::make_shared<bool>(false);
  app.add_flag("--table", *isTable,
               "Run each, and print what it does as the Markdown table of templates/README.md")
      ->excludes("--json");
  const auto isSteps = std::make_shared<bool>(false);
  app.add_flag("--steps", *isSteps, "Print how the templates of a path are made, one from the other")
      ->excludes("--table")
      ->excludes("--json");
  return [output, isTable, isSteps] {
    if (*isSteps) {
      return writeSteps(*output);
    }
    if (*isTable) {
      return writeTable(*output);
    }
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
