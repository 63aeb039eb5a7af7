#include "app/cli/study_text.h"

#include <cmath>

#include "app/cli/column_table.h"
#include "app/cli/text_table.h"
#include "core/base/text.h"

namespace cantilever::cli {
namespace {

using Align = TextTable::Align;

std::string withInterval(const experiment::Estimate& of, double scale, const std::string& unit) {
  const std::string mean = formatNumber(of.mean * scale, 4);
  return std::isfinite(of.halfWidth) ? mean + " +- " + formatNumber(of.halfWidth * scale, 2) + unit
                                     : mean + unit;
}

/// The unit is the end of a figure's name: it is said behind the number instead.
struct Shown {
  std::string name;
  std::string unit;
  double scale = 1;
};

Shown shownAs(const std::string& path) {
  struct Ending {
    const char* text;
    const char* unit;
    double scale;
  };
  constexpr Ending kEndings[] = {{"_per_s", "/s", 1}, {"_ms", " ms", 1}, {"_ratio", " %", 100}};
  for (const Ending& ending : kEndings) {
    if (path.ends_with(ending.text)) {
      return {path.substr(0, path.size() - std::string(ending.text).size()), ending.unit, ending.scale};
    }
  }
  return {path, "", 1};
}

std::string stabilityText(const experiment::Study& study, const std::vector<std::string>& poolKeys) {
  switch (study.stability) {
    case experiment::Stability::Stable:
      return "Stable: the backlog does not grow.\n";
    case experiment::Stability::Unstable:
      return "UNSTABLE: the backlog grows by " + withInterval(study.backlogSlope, 1, " requests/s") +
             (study.growing < poolKeys.size() ? ", before " + poolKeys[study.growing] : std::string()) +
             ". The figures below are of this run only; there is no steady state.\n";
    case experiment::Stability::Metastable:
      return "METASTABLE: after a surge to three times the load it does not come back.\n";
    case experiment::Stability::Unknown:
      break;
  }
  return study.isStationary ? "Whether it is stable takes at least five replications to tell.\n" : "";
}

std::string preparationText(const experiment::Study& study) {
  const auto& config = study.config;
  if (study.isStationary) {
    return "Steady state, after " + formatShort(config.warmup) + " of warm-up" +
           (study.warmUp ? " (MSER-5)" : "") + ".\n";
  }
  std::string why;
  for (const std::string& change : study.changes) {
    why += (why.empty() ? "" : ", ") + change;
  }
  return "No steady state: " + why + ". After " + formatShort(config.leadIn + config.warmup) +
         " under the load that it begins with, nothing is left out.\n";
}

std::string objectiveTable(const std::vector<advice::Verdict>& verdicts) {
  using advice::Verdict;
  return ColumnTable<Verdict>(verdicts)
      .name("OBJECTIVE", [](const Verdict& of) { return of.text; })
      .figure("MEASURED", [](const Verdict& of) { return of.figure; })
      .name("VERDICT", [](const Verdict& of) { return of.isMet ? "met" : "NOT MET"; })
      .name("BECAUSE", [](const Verdict& of) { return of.basis; })
      .text();
}

}  // namespace

std::string studyText(const Design& design, const experiment::Study& study,
                      const std::vector<std::string>& poolKeys,
                      const std::vector<advice::Verdict>& verdicts) {
  std::string out = design.name + ": " + std::to_string(study.digests.size()) + " replications of " +
                    formatShort(study.config.duration) + ", seed " + std::to_string(study.config.seed) +
                    ".\n" + preparationText(study) + stabilityText(study, poolKeys);
  if (study.afterSurge) {
    out += "In time, long after a surge: " + withInterval(study.afterSurge->succeededRatio, 100, " %") +
           "; without one: " + withInterval(study.afterSurge->usual, 100, " %") + ".\n";
  }
  if (study.wanted && study.wanted->isReached) {
    out += study.wanted->precision.path + " is known to " + formatShort(ratio(study.wanted->reached)) +
           ", as was asked for (" + formatShort(ratio(study.wanted->precision.share)) + ").\n";
  }
  for (const std::string& doubt : study.doubts) {
    out += "Doubtful: " + doubt + "\n";
  }
  TextTable table({{"FIGURE"}, {"MEAN +- 95 %", Align::Right}});
  for (const experiment::EstimatedFigure& figure : study.figures) {
    if (!std::isnan(figure.estimate.mean)) {
      const Shown shown = shownAs(figure.path);
      table.add({shown.name, withInterval(figure.estimate, shown.scale, shown.unit)});
    }
  }
  return out + objectiveTable(verdicts) + "\n" + table.text();
}

}  // namespace cantilever::cli
