#include "core/exchange/exporter.h"
#include "core/exchange/reports.h"

namespace cantilever::exchange::exporters {
namespace {

Result<ExportOutput> renderChecklist(const advice::AdviceInput& input) {
  constexpr std::string_view list = "pre-launch";
  const Result<std::vector<advice::AnsweredItem>> answers = advice::answer(list, input);
  if (!answers) {
    return answers.error();
  }
  ExportOutput output;
  output.files["pre-launch.md"] = checklistMarkdown(*input.design, list, *answers);
  return output;
}

}  // namespace

Exporter checklist() {
  return {"checklist", "Pre-launch checklist",
          "What to have before going live, answered from the design, as Markdown", renderChecklist};
}

}  // namespace cantilever::exchange::exporters
