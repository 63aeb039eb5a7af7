#pragma once

#include <string>
#include <vector>

#include "core/base/money.h"
#include "core/compile/compile.h"
#include "core/exchange/templates.h"
#include "core/sim/result.h"

namespace cantilever::exchange {

/// What a template does at its normal load.
struct TemplateFigures {
  std::string key;
  std::string title;
  std::size_t blocks = 0;
  double slice = 1;
  Rate offered;  ///< of all workloads at their peak, as drawn
  Duration p99;  ///< of the successes of all classes
  std::string bottleneck;
  double saturatesAt = 0;  ///< the multiple of the load at which it is busy all the time, by queueing theory
  /// Share of the time in which every block has the instances that the peak needs, by the reliability figures
  /// of the block types: k of n equal units each, all of them in series, independent of one another.
  double availability = 0;
  Money costMonth;
  double eventsPerSecond = 0;  ///< of simulated time
};

/// From a run of the compiled template as long as the index says, with seed 1. An Error if it cannot be
/// solved.
Result<TemplateFigures> figuresOf(const Template& one, const Design& design,
                                  const compile::Compiled& compiled, const sim::RunResult& run,
                                  const catalog::Catalog& catalog);
/// By compiling, solving, pricing and a run as long as the index says, with seed 1: the same figures
/// everywhere. Takes about as long as that run. An Error if the template does not compile.
Result<TemplateFigures> figuresOf(const Template& one, const catalog::Catalog& catalog);

/// A row of the table below, without a line break.
std::string templateRow(const TemplateFigures& figures);
/// templates/README.md: a Markdown table of all with a legend.
std::string templateTable(const std::vector<TemplateFigures>& all);

}  // namespace cantilever::exchange
