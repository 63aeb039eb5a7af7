#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/base/text.h"
#include "core/cost/estimate.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

struct CostOptions {
  DesignArgument design;
  Output output;
};

std::string nameOfBlock(const Design& design, const BlockId& id) {
  const Block* block = design.blocks.find(id);
  return block != nullptr && !block->name.empty() ? block->name : id.text();
}

std::string costText(const Design& design, const cost::Estimate& estimate) {
  using Align = TextTable::Align;
  TextTable lines({{"BLOCK"},
                   {"ITEM"},
                   {"UNITS", Align::Right},
                   {"UNIT"},
                   {"PRICE", Align::Right},
                   {"A MONTH", Align::Right},
                   {"AS OF"}});
  for (const cost::Line& line : estimate.lines) {
    lines.add({nameOfBlock(design, line.block), line.usage.item, formatNumber(line.units, 6), line.price.unit,
               line.price.price.text(), format(line.amount), line.price.asOf});
  }
  std::string out = lines.text();
  if (!estimate.unpriced.empty()) {
    TextTable unpriced({{"NOT PRICED"}, {"ITEM"}, {"WHY"}});
    for (const cost::Unpriced& each : estimate.unpriced) {
      unpriced.add({nameOfBlock(design, each.block), each.usage.item, each.reason});
    }
    out += "\n" + unpriced.text();
  }
  out += "\nTotal " + format(estimate.total) + " a month, of which instances " + format(estimate.instances) +
         "; " + format(estimate.perMillionRequests) + " per million requests.\n" + estimate.priceBook +
         ", prices of " + estimate.pricesFrom + " to " + estimate.pricesAsOf +
         ". List prices for planning: confirm them with the provider.\n";
  return out;
}

Exit runCost(const CostOptions& options) {
  const auto opened = openAndCompile(options.design);
  if (!opened) {
    return Exit::BadInput;
  }
  const cost::Estimate estimate =
      cost::estimate(opened->design, catalog::Catalog::builtIn(), *opened->compiled.plan,
                     *opened->compiled.visits, cost::PriceBook::builtIn());
  return options.output.emit(options.output.isJson ? exchange::costJson(opened->design, estimate)
                                                   : costText(opened->design, estimate),
                             Exit::Done);
}

std::function<Exit()> setUpCost(CLI::App& app) {
  const auto options = std::make_shared<CostOptions>();
  options->design.addTo(app);
  options->output.addOptions(app);
  app.footer(
      "Prices what the design consumes in a month of 730 hours: instances as drawn, volumes at the "
      "workloads' mean\n"
      "rates. What the price book does not know is listed, never left out.");
  return [options] { return runCost(*options); };
}

}  // namespace

Command cost() {
  return {"cost", "Say what a design costs a month, line by line", setUpCost};
}

}  // namespace cantilever::cli::commands
