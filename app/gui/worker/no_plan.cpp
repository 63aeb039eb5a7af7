#include "app/gui/worker/no_plan.h"

#include <algorithm>

#include "core/model/names.h"

namespace cantilever::app {

std::string whyNoPlan(const Design& design, const ScenarioId& scenario, const compile::Compiled& compiled) {
  const auto isError = [](const Diagnostic& each) { return each.severity == Severity::Error; };
  const auto& all = compiled.diagnostics;
  const auto first = std::find_if(all.begin(), all.end(), isError);
  if (first == all.end()) {
    return "The design cannot be run.";
  }
  const Scenario* played = design.scenarios.find(scenario);
  const bool isOfScenario = played != nullptr && first->code.starts_with("scenario.");
  std::string message = isOfScenario ? "The scenario \"" + nameOf(*played) + "\" cannot be played: "
                                     : std::string("The design has an error: ");
  message += first->message;
  if (const auto count = std::count_if(all.begin(), all.end(), isError); count > 1) {
    message += " (" + std::to_string(count - 1) + " more under Problems)";
  }
  return message;
}

}  // namespace cantilever::app
