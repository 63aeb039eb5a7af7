#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/analytic/solution.h"
#include "core/base/ids.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/experiment/study.h"
#include "core/model/design.h"
#include "core/sim/result.h"

namespace cantilever::advice {

/// What rules may look at. Rules ask for traits and measurements, never for block keys.
struct AdviceInput {
  const Design* design = nullptr;
  const catalog::Catalog* catalog = nullptr;
  const compile::Compiled* compiled = nullptr;
  const sim::RunResult* run = nullptr;       ///< null: not simulated; rules that need it answer Unknown
  const cost::Estimate* estimate = nullptr;  ///< may be null

  Traits traitsOf(const Block& block) const;  ///< of an unknown type: all false
};

enum class Status : std::uint8_t { Pass, Warn, Fail, Unknown, NotApplicable };
const char* nameOf(Status status);

/// The answer to one item.
struct Answer {
  Status status = Status::Unknown;
  std::string evidence;         ///< what was found, with numbers and names
  std::string remedy;           ///< what to do; empty for Pass
  std::vector<BlockId> blocks;  ///< those concerned
};

/// One line of a checklist, answered from the design and the last run.
struct ChecklistItem {
  std::string id;    ///< "PRE-01"
  std::string list;  ///< "pre-launch"
  std::string title;
  std::string rationale;  ///< why it matters
  std::string rule;       ///< what is checked, in words, thresholds included
  Answer (*check)(const AdviceInput&) = nullptr;
};

/// Every item of rules/, by id.
const std::vector<ChecklistItem>& allItems();
std::vector<std::string> checklistNames();

struct AnsweredItem {
  const ChecklistItem* item = nullptr;
  Answer answer;
};

/// Error "advice.unknown_checklist" names the lists there are.
Result<std::vector<AnsweredItem>> answer(std::string_view list, const AdviceInput& input);

/// How a run measures up to the design's objectives.
struct Verdict {
  ObjectiveId objective;
  std::string text;                ///< "p99 latency <= 400 ms"
  std::optional<double> measured;  ///< in the objective's unit; nothing if it could not be measured
  bool isMet = false;
  /// How the figure came about and how far it may be trusted, or why there is none; a sentence or two.
  std::string basis = {};
  /// Of the run's windows of a minute (33): in how many something could be measured, and it held.
  std::size_t windows = 0;
  std::size_t windowsHeld = 0;
  /// What was measured in words, "412 ms"; "not measured" if it could not be. With as many digits as it takes
  /// to be told from the limit.
  std::string figure = "not measured";
};
std::vector<Verdict> judge(const Design& design, const sim::RunResult* run, const cost::Estimate* estimate);
/// The same before any run, with the steady state by formulas: `measured` is then what is expected,
/// nothing where there is no formula.
std::vector<Verdict> judge(const Design& design, const analytic::Solution& expected,
                           const cost::Estimate* estimate);
/// By the means over several replications.
std::vector<Verdict> judge(const Design& design, const experiment::Study& study,
                           const cost::Estimate* estimate);

}  // namespace cantilever::advice
