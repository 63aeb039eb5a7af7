#pragma once

#include "tests/core/catalog/block_outcome.h"

/// Runs of designs around one product block in which something goes wrong or comes at once, and what they
/// showed.
namespace cantilever::catalog::test_blocks {

inline sim::RunResult runOf(const Design& design, Duration duration, const char* scenario = "") {
  const compile::Compiled compiled = compile::compile(design, Catalog::builtIn(), {ScenarioId(scenario)});
  for (const Diagnostic& each : compiled.diagnostics) {
    EXPECT_NE(each.severity, Severity::Error) << each.message;
  }
  sim::RunConfig config;
  config.warmup = {};
  config.duration = duration;
  return sim::simulate(compiled.plan, config).value();
}

inline std::uint64_t failedFor(const sim::RunResult& run, plan::Reason reason) {
  std::uint64_t failed = 0;
  for (const sim::ClassResult& of : run.classes) {
    failed += of.failed[static_cast<std::size_t>(reason)];
  }
  return failed;
}

inline std::int64_t momentOf(const sim::RunResult& run, sim::Happening::Kind kind) {
  const auto at = std::find_if(run.happenings.begin(), run.happenings.end(),
                               [&](const sim::Happening& each) { return each.kind == kind; });
  return at == run.happenings.end() ? -1 : at->atNs;
}

/// Of a run that is stationary.
inline double shareOfFailures(const sim::RunResult& run) {
  const sim::ClassResult& of = run.classes.front();
  return static_cast<double>(of.failedTotal()) / static_cast<double>(of.offered);
}

}  // namespace cantilever::catalog::test_blocks
