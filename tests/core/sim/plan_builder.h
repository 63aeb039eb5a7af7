#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/sim/simulation.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim::test {

// Shapes of pools and links: withLimit(servers(4), 6), shared(instances(10, servers(1))).
plan::Pool servers(std::uint32_t n);
plan::Pool unlimitedServers();
plan::Pool instances(std::uint32_t n, plan::Pool each);
plan::Pool shared(plan::Pool pool);
plan::Pool withLimit(plan::Pool pool, std::uint32_t waiting);
plan::Pool withSeats(plan::Pool pool, std::uint32_t seats);
plan::Link withLatency(const Law& latency, plan::Link link = {});
plan::Link withTimeout(Duration timeout, plan::Link link = {});
plan::Link roundRobin(plan::Link link = {});

/// Writes the instructions of one program; PlanBuilder adds an End after them.
class ProgramWriter {
 public:
  using Body = std::function<void(ProgramWriter&)>;

  explicit ProgramWriter(plan::Plan& plan);

  plan::Index here() const;
  ProgramWriter& work(const Law& law, plan::Index pool = plan::kNone);
  ProgramWriter& wait(const Law& law);
  ProgramWriter& call(plan::Index link);
  ProgramWriter& send(plan::Index link);
  ProgramWriter& forward(plan::Index link);
  ProgramWriter& reply();
  ProgramWriter& fail(plan::Reason reason);
  ProgramWriter& end();
  /// Runs `miss` on a miss, and goes on.
  ProgramWriter& lookUp(plan::Index cache, const Body& miss);
  ProgramWriter& fill(plan::Index cache);
  /// A write that goes on later.
  ProgramWriter& fillWrite(plan::Index cache);
  ProgramWriter& batch(plan::Index batching);
  ProgramWriter& gather(plan::Index window);
  ProgramWriter& drop(plan::Index cache);
  ProgramWriter& take(plan::Index tokens, plan::Index units = 1);
  ProgramWriter& workPerTarget(const Law& law);
  ProgramWriter& draw(const CountLaw& law);
  /// If more than `number` was drawn last.
  ProgramWriter& ifDrawn(plan::Index number, const Body& yes, const Body& no = {});
  /// Over the number that was drawn last.
  ProgramWriter& fan(plan::Index link, plan::Fan fan = {});
  /// Behind a fan: runs `onFailure` if that fails, and goes on.
  ProgramWriter& handleFanFailure(const Body& onFailure);
  ProgramWriter& degrade();
  ProgramWriter& fanToEach(plan::Index link);
  ProgramWriter& fanAs(plan::Index link, plan::Fan fan);
  ProgramWriter& publish(plan::Index log);
  /// Waits for so many acknowledgements.
  ProgramWriter& publish(plan::Index log, plan::Index needed);
  ProgramWriter& observe();
  /// Runs `onFailure` if there is no room, and goes on.
  ProgramWriter& publishElse(plan::Index log, const Body& onFailure);
  ProgramWriter& measure(plan::Index meter, double amount);
  ProgramWriter& give(plan::Index tokens);
  /// Runs `onFailure` if it gets no tokens, and goes on.
  ProgramWriter& takeElse(plan::Index tokens, const Body& onFailure);
  ProgramWriter& jumpTo(plan::Index pc);
  /// Goes back to `pc` with a probability.
  ProgramWriter& repeatWithChance(double p, plan::Index pc);
  ProgramWriter& ifChance(double p, const Body& yes, const Body& no = {});
  ProgramWriter& ifClass(std::vector<bool> classes, const Body& yes, const Body& no = {});
  /// Calls; runs `onFailure` if that fails, and goes on.
  ProgramWriter& callElse(plan::Index link, const Body& onFailure);
  ProgramWriter& parallel(const std::vector<plan::Index>& links, std::size_t needed);
  ProgramWriter& parallelElse(const std::vector<plan::Index>& links, std::size_t needed,
                              const Body& onFailure);

 private:
  ProgramWriter& add(const plan::Instruction& instruction);
  plan::Index lawOf(const Law& law);
  ProgramWriter& fork(const plan::Instruction& test, const Body& yes, const Body& no,
                      plan::Index plan::Instruction::*target = &plan::Instruction::a);
  template <class Patch>
  void handleFailure(const Body& onFailure, const Patch& patch) {
    const plan::Index over = here();
    jumpTo(plan::kNone);
    patch(here());
    onFailure(*this);
    m_plan.code[over].a = here();
  }

  plan::Plan& m_plan;
};

/// Builds plans by hand. One request class "all" unless classes are named.
class PlanBuilder {
 public:
  using Body = ProgramWriter::Body;

  plan::Index requestClass(const std::string& key);
  plan::Index pool(std::string key, plan::Pool pool = {});
  plan::Index program(std::string key, plan::Index pool, const Body& body);
  /// Without latency and timeout, unless `link` says so.
  plan::Index link(std::string key, plan::Index program, plan::Link link = {});
  /// Gives the class keys 0 .. count - 1.
  void keys(plan::Index requestClass, std::uint32_t count, double exponent);
  plan::Index cache(std::string key, plan::Cache cache);
  plan::Index window(std::string key, plan::Window window);
  plan::Index tokens(std::string key, plan::Tokens tokens);
  plan::Index meter(std::string key, double capacity = 0);
  plan::Index log(std::string key, plan::Log log = {});
  /// Those at the other end of the link read the log.
  plan::Index group(plan::Index log, plan::Index link, plan::ConsumerGroup group = {});
  /// A pool whose requests do one piece of work, and the link to it.
  plan::Index station(const std::string& key, const plan::Pool& as, const Law& law,
                      const plan::Link& by = {});
  /// A source whose requests run `body`.
  plan::Index source(const std::string& key, Rate rate, const Body& body,
                     ArrivalProcess arrivals = ArrivalProcess::Poisson, plan::Index requestClass = 0);
  PlanBuilder& action(Duration at, Change change, plan::Index pool, double value);
  /// For what the verbs above do not say.
  plan::Plan& raw() { return m_plan; }

  std::shared_ptr<const plan::Plan> build();

 private:
  plan::Plan m_plan;
};

/// All of it is measured.
RunResult runFor(Duration duration, PlanBuilder& builder, std::uint64_t seed = 1);

}  // namespace cantilever::sim::test
