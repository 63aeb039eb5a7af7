#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/base/text.h"
#include "core/edit/edit.h"
#include "core/estimate/workload_rates.h"
#include "core/exchange/estimate_report.h"
#include "core/storage/document_file.h"

namespace cantilever::cli::commands {
namespace {

struct EstimateOptions {
  DesignArgument design;  ///< may be left out
  std::vector<std::string> settings;
  std::string to;
  bool isJson = false;
};

/// "daily_users=5M" typed into the sheet; "daily_users=" taken out of it.
Result<void> typeInto(Sheet& sheet, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) {
    return Error{"estimate.setting",
                 "\"" + setting + "\" sets nothing: write NAME=VALUE, such as daily_users=5M.",
                 {}};
  }
  const std::string key = setting.substr(0, equals);
  const estimate::LineSpec* line = estimate::findLine(key);
  if (line == nullptr) {
    return estimate::unknownLine(key);
  }
  const std::string text = setting.substr(equals + 1);
  if (text.empty()) {
    sheet.typed.erase(key);
    return {};
  }
  const Result<double> value = estimate::parse(*line, text);
  if (!value) {
    return value.error();
  }
  sheet.typed[key] = *value;
  return {};
}

/// How the value came about: its working, or whether it is the user's.
std::string howText(const estimate::Lines& lines, const estimate::Line& line) {
  if (line.origin == estimate::Origin::Reckoned) {
    return "= " + estimate::workingText(lines, *line.spec);
  }
  const bool isOverridden = line.origin == estimate::Origin::Typed && !line.spec->formula.empty();
  return isOverridden ? "typed, instead of " + estimate::workingText(lines, *line.spec)
         : line.origin == estimate::Origin::Typed ? "typed"
                                                  : "default";
}

std::string sheetText(const estimate::Lines& lines) {
  TextTable table({{"NAME"}, {"WHAT"}, {"VALUE", TextTable::Align::Right}, {"HOW"}});
  std::string group;
  for (const estimate::Line& line : lines) {
    if (line.spec->group != group) {
      group = line.spec->group;
      table.add({});
      table.add({group});
    }
    table.add({"  " + line.spec->key, line.spec->label, estimate::formatShort(line.spec->unit, line.value),
               howText(lines, line)});
  }
  return table.text();
}

std::string ratesText(const Design& design, const estimate::WorkloadRates& rates) {
  TextTable table({{"LOAD"},
                   {"PEAK", TextTable::Align::Right},
                   {"NOW", TextTable::Align::Right},
                   {"MEAN", TextTable::Align::Right},
                   {"NOW", TextTable::Align::Right}});
  for (const estimate::WorkloadRate& rate : rates.rates) {
    const Workload& now = *design.workloads.find(rate.workload);
    table.add({rate.workload.text(), formatShort(rate.peak), formatShort(now.peak), formatShort(rate.mean),
               formatShort(now.mean)});
  }
  std::string text = "\n" + table.text();
  for (const std::string& remark : rates.remarks) {
    text += remark + "\n";
  }
  return text;
}

/// The design with the sheet applied goes to the file; the table still goes to standard output.
Result<void> writeApplied(const Design& design, const Sheet& sheet, const std::string& path) {
  const Result<Design> applied = edit::apply(design, edit::ApplySheet{sheet}, catalog::Catalog::builtIn());
  return applied ? storage::saveDesign(path, *applied) : applied.error();
}

Exit runEstimate(const EstimateOptions& options) {
  const bool hasDesign = !options.design.pathOrKey.empty();
  std::optional<OpenedDesign> opened = hasDesign ? open(options.design) : OpenedDesign{};
  if (!opened) {
    return Exit::BadInput;
  }
  printDiagnostics(opened->remarks);
  const Design& design = opened->design;
  Sheet sheet = design.sheet;
  for (const std::string& setting : options.settings) {
    if (const Result<void> typed = typeInto(sheet, setting); !typed) {
      printError(typed.error());
      return Exit::BadInput;
    }
  }
  const estimate::Lines lines = estimate::reckon(sheet);
  std::optional<estimate::WorkloadRates> rates;
  if (hasDesign) {
    Result<estimate::WorkloadRates> found = estimate::workloadRates(design, lines);
    if (found) {
      rates = *std::move(found);
    } else if (options.to.empty()) {
      printWarning(found.error().message);
    }
  }
  if (!options.to.empty()) {
    const Result<void> written =
        hasDesign ? writeApplied(design, sheet, options.to)
                  : Error{"estimate.no_design", "-o writes a design: name one with --design.", {}};
    if (!written) {
      printError(written.error());
      return Exit::BadInput;
    }
  }
  return Output().emit(options.isJson ? exchange::estimateJson(design, lines, rates ? &*rates : nullptr)
                                      : sheetText(lines) + (rates ? ratesText(design, *rates) : ""),
                       Exit::Done);
}

std::function<Exit()> setUpEstimate(CLI::App& app) {
  const auto options = std::make_shared<EstimateOptions>();
  app.add_option("--design", options->design.pathOrKey,
                 "Begin with the sheet of this design, a file or the key of a template")
      ->type_name("DESIGN");
  app.add_option("--set", options->settings,
                 "Type a value into a line, with its unit; an empty one is taken out again. May be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  app.add_flag("--json", options->isJson,
               "Print JSON in the schema documented in json.md, for programs to read");
  app.add_option("-o,--output", options->to,
                 "Write the design with this sheet, its loads set from it, to this file")
      ->type_name("FILE");
  app.footer(
      "Reckons requests, bandwidth, storage, cache and servers from daily users. Each line may be typed\n"
      "instead of reckoned; what is below follows.\n\n"
      "  cantilever-cli estimate --set monthly_users=300M --set requests_per_user=2 --set write_share=100%\n"
      "  cantilever-cli estimate --design high_traffic_web --set daily_users=20M -o mine.cantilever.json");
  return [options] { return runEstimate(*options); };
}

}  // namespace

Command estimate() {
  return {"estimate", "Reckon the load of a system from its users, on the back of an envelope",
          setUpEstimate};
}

}  // namespace cantilever::cli::commands
