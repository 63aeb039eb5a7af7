#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/advice/checklist.h"
#include "core/base/text.h"
#include "core/cost/estimate.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

using Align = TextTable::Align;

struct CostOptions {
  DesignArgument design;
  Output output;
};

std::string lineTable(const cost::Estimate& estimate) {
  TextTable table({{"BLOCK"},
                   {"CATEGORY"},
                   {"WHAT"},
                   {"UNITS A MONTH", Align::Right},
                   {"UNIT"},
                   {"USD PER UNIT", Align::Right},
                   {"A MONTH", Align::Right},
                   {"PRICE OF"}});
  for (const cost::Line& line : estimate.lines) {
    table.add({line.block.text(), line.category, line.usage.item, formatNumber(line.units, 6),
               line.price.unit, line.price.price.text(), format(line.amount), line.price.asOf});
  }
  return table.isEmpty() ? std::string() : table.text() + "\n";
}

std::string unpricedTable(const cost::Estimate& estimate) {
  TextTable table({{"BLOCK"}, {"NOT PRICED"}, {"AMOUNT", Align::Right}, {"WHY"}});
  for (const cost::Unpriced& unpriced : estimate.unpriced) {
    table.add({unpriced.block.text(), unpriced.usage.item, formatNumber(unpriced.usage.amount, 6),
               unpriced.reason});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string costText(const Design& design, const cost::Estimate& estimate) {
  return design.name + ": a month of 730 hours at the workloads' mean rates\n\n" + lineTable(estimate) +
         "Total " + format(estimate.total) + " a month, of it " + format(estimate.instances) +
         " for instances; " + format(estimate.perMillionRequests) +
         " per million requests.\nPrices: " + estimate.priceBook + ", of " + estimate.pricesFrom + " to " +
         estimate.pricesAsOf + ".\n" + unpricedTable(estimate);
}

Exit runCost(const CostOptions& options) {
  const auto opened = openAndCompile(options.design);
  if (!opened) {
    return Exit::BadInput;
  }
  const cost::Estimate estimate =
      cost::estimate(opened->design, catalog::Catalog::builtIn(), *opened->compiled.plan,
                     *opened->compiled.visits, cost::PriceBook::builtIn());
  const std::vector<advice::Verdict> verdicts = advice::judge(opened->design, nullptr, &estimate);
  const bool isWithin = std::all_of(verdicts.begin(), verdicts.end(), [](const advice::Verdict& verdict) {
    return verdict.isMet || !verdict.measured;  // without a run only costs are measured
  });
  return options.output.emit(options.output.isJson ? exchange::costJson(opened->design, estimate)
                                                   : costText(opened->design, estimate),
                             isWithin ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpCost(CLI::App& app) {
  const auto options = std::make_shared<CostOptions>();
  options->design.addTo(app);
  options->output.addOptions(app);
  app.footer(
      "Each line names its price and the date of that; the JSON names the source too. What has no price is "
      "listed\n"
      "and not counted. Exits 1 if the design has an objective for its cost and misses it.");
  return [options] { return runCost(*options); };
}

}  // namespace

Command cost() {
  return {"cost", "Say what a design costs a month, line by line", setUpCost};
}

}  // namespace cantilever::cli::commands
