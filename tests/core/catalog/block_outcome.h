#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"

/// What a request meets in a product block: expected visits where they settle it, short runs where queues do.
namespace cantilever::catalog::test_blocks {

using namespace literals;
using test::design;
using test::DesignBuilder;

class Outcome {
 public:
  explicit Outcome(const Design& design) : m_compiled(compile::compile(design, Catalog::builtIn())) {
    for (const Diagnostic& each : m_compiled.diagnostics) {
      EXPECT_NE(each.severity, Severity::Error) << each.message;
    }
  }

  double rate(std::string_view link) const {
    const auto at = std::find_if(m_compiled.plan->links.begin(), m_compiled.plan->links.end(),
                                 [&](const plan::Link& each) { return each.key == link; });
    EXPECT_NE(at, m_compiled.plan->links.end()) << link;
    return m_compiled.visits->totalLinkRate(static_cast<plan::Index>(at - m_compiled.plan->links.begin()));
  }
  const plan::Pool& pool(std::string_view key) const { return m_compiled.plan->pools[indexOf(key)]; }
  /// Erlangs.
  double work(std::string_view key) const {
    return m_compiled.visits->totalPoolWork(static_cast<plan::Index>(indexOf(key)));
  }
  bool isRemarkedOn(std::string_view code) const {
    return std::any_of(m_compiled.diagnostics.begin(), m_compiled.diagnostics.end(),
                       [&](const Diagnostic& each) { return each.code == code; });
  }

  sim::RunResult run(Duration duration) const {
    sim::RunConfig config;
    config.warmup = 1_s;
    config.duration = duration;
    return sim::simulate(m_compiled.plan, config).value();
  }

 private:
  std::size_t indexOf(std::string_view key) const {
    const auto at = std::find_if(m_compiled.plan->pools.begin(), m_compiled.plan->pools.end(),
                                 [&](const plan::Pool& each) { return each.key == key; });
    EXPECT_NE(at, m_compiled.plan->pools.end()) << key;
    return static_cast<std::size_t>(at - m_compiled.plan->pools.begin());
  }

  compile::Compiled m_compiled;
};

inline const sim::PoolResult& poolOf(const sim::RunResult& run, std::string_view key) {
  return *std::find_if(run.pools.begin(), run.pools.end(),
                       [&](const sim::PoolResult& pool) { return pool.key == key; });
}

/// Milliseconds.
inline double meanLatency(const Design& design, Duration duration = 10_s) {
  return Outcome(design).run(duration).latency.meanNs() / 1e6;
}

/// Users without a way to go, calling one block over a link without latency.
inline DesignBuilder calling(const char* type, Rate rate) {
  return design()
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("subject", type)
      .link("users", "subject")
      .latency(0_ms)
      .workload("users", rate);
}

/// The same, asking for an operation.
inline DesignBuilder asking(const char* type, const char* operation, Rate rate) {
  return calling(type, rate).operation(operation);
}

inline const BlockType& typeOf(std::string_view key) {
  return *Catalog::builtIn().find(key);
}

/// What the block `subject` of the design consumes under that load.
inline std::vector<Usage> usageOf(const Design& design, const Load& load = {}) {
  const Block& block = *design.blocks.find(BlockId("subject"));
  return typeOf(block.type).usage(block, load);
}

/// Of what the block asks for under that name; an item that it does not ask for is none of it.
inline double amountOf(const std::vector<Usage>& usage, std::string_view item, Usage::Kind kind) {
  double amount = 0;
  for (const Usage& each : usage) {
    amount += each.item == item && each.kind == kind ? each.amount : 0;
  }
  return amount;
}

}  // namespace cantilever::catalog::test_blocks
