#pragma once

#include <string>
#include <vector>

#include "core/advice/checklist.h"
#include "core/analytic/solution.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/exchange/templates.h"
#include "core/experiment/run_stability.h"
#include "core/experiment/study.h"
#include "core/sim/result.h"

/// Results as JSON with a stable schema (numbers, the unit in the key), documented in resources/help/json.md.
/// One writer per result, shared by command line and studio.
namespace cantilever::exchange {

std::string runJson(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts,
                    const experiment::RunStability& stability);  // cantilever.run/1
/// `poolKeys`: of the plan.
std::string studyJson(const Design& design, const experiment::Study& study,
                      const std::vector<std::string>& poolKeys,
                      const std::vector<advice::Verdict>& verdicts);  // cantilever.study/1
/// The traces of the run as OTLP JSON, for OpenTelemetry collectors and trace viewers.
std::string tracesJson(const sim::RunResult& run);
/// The series of the run as a table: RFC 4180.
std::string seriesCsv(const sim::RunResult& run);
std::string solutionJson(const Design& design, const analytic::Solution& solution);  // cantilever.solution/1
std::string costJson(const Design& design, const cost::Estimate& estimate);          // cantilever.cost/1
std::string checkJson(const Design& design, const compile::Compiled& compiled);      // cantilever.check/1
std::string checklistJson(const Design& design, std::string_view list,
                          const std::vector<advice::AnsweredItem>& items);  // cantilever.checklist/1
std::string blocksJson(
    const std::vector<catalog::BlockType>& types);                  // a JSON array of cantilever.block_type/1
std::string templatesJson(const std::vector<Template>& templates);  // a JSON array of cantilever.template/1
std::string checklistMarkdown(const Design& design, std::string_view list,
                              const std::vector<advice::AnsweredItem>& items);

}  // namespace cantilever::exchange
