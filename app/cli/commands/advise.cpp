#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/output.h"
#include "app/cli/run_options.h"
#include "core/advice/checklist.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

/// Long enough for utilisations and percentiles of a busy design; rules need no more.
constexpr double kAdviceSeconds = 5;

struct AdviseOptions {
  DesignArgument design;
  std::string checklist = "pre-launch";
  bool isWithoutRun = false;
  Output output;
};

Exit runAdvise(const AdviseOptions& options) {
  const auto opened = openAndCompile(options.design);
  if (!opened) {
    return Exit::BadInput;
  }
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  std::optional<sim::RunResult> run;
  if (!options.isWithoutRun) {
    RunOptions measured;
    measured.config.duration = Duration::seconds(kAdviceSeconds);
    run = runDesign(*opened, measured);
    if (!run) {
      return Exit::BadInput;
    }
    if (!run->isComplete) {
      printWarning("the run ended early, the answers are from what was run. " + run->stopReason);
    }
  }
  const cost::Estimate estimate = cost::estimate(opened->design, catalog, *opened->compiled.plan,
                                                 *opened->compiled.visits, cost::PriceBook::builtIn());
  const advice::AdviceInput input{&opened->design, &catalog, &opened->compiled, run ? &*run : nullptr,
                                  &estimate};
  const auto items = advice::answer(options.checklist, input);
  if (!items) {
    printError(items.error());
    return Exit::BadInput;
  }
  const bool hasFailed = std::any_of(items->begin(), items->end(), [](const advice::AnsweredItem& item) {
    return item.answer.status == advice::Status::Fail;
  });
  return options.output.emit(options.output.isJson
                                 ? exchange::checklistJson(opened->design, options.checklist, *items)
                                 : exchange::checklistMarkdown(opened->design, options.checklist, *items),
                             hasFailed || (run && !run->isComplete) ? Exit::NotMet : Exit::Done);
}

std::function<Exit()> setUpAdvise(CLI::App& app) {
  const auto options = std::make_shared<AdviseOptions>();
  options->design.addTo(app);
  app.add_option("--checklist", options->checklist, "Which list to answer")
      ->capture_default_str()
      ->check(CLI::IsMember(advice::checklistNames()));
  app.add_flag("--no-run", options->isWithoutRun, "Do not simulate; items that need a run stay unknown");
  options->output.addOptions(app);
  app.footer(
      "Answers a checklist from the design and from a run that measures 5 s, with seed 1. Exits 1 if an item "
      "fails.");
  return [options] { return runAdvise(*options); };
}

}  // namespace

Command advise() {
  return {"advise", "Answer a checklist from the design and a run", setUpAdvise};
}

}  // namespace cantilever::cli::commands
