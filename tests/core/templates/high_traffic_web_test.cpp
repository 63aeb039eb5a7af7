#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/advice/checklist.h"
#include "core/compile/compile.h"
#include "core/exchange/templates.h"
#include "core/sim/simulation.h"

/// What the sizing sheet of 2026-11-23 says of this template besides what every_template_test asks of all.
/// Utilisation in the run within two points of the plan's, stated before the first run. Short runs, fixed
/// seeds: 3 s of load are 300,000 requests.
namespace cantilever::test {
namespace {

using namespace literals;
using advice::Status;

const catalog::Catalog& products() {
  return catalog::Catalog::builtIn();
}

const Design& highTrafficWeb() {
  static const Design design = [] {
    Result<exchange::LoadedDesign> loaded = exchange::loadTemplate("high_traffic_web", products());
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().message + " " + loaded.error().where);
    return loaded.ok() ? loaded->design : Design();
  }();
  return design;
}

const compile::Compiled& compiledTemplate() {
  static const compile::Compiled compiled = compile::compile(highTrafficWeb(), products());
  return compiled;
}

/// Offered work over capacity, by the plan, of each pool with servers.
std::map<std::string, double> plannedUtilisation(const compile::Compiled& compiled) {
  std::map<std::string, double> utilisation;
  for (std::size_t i = 0; i < compiled.plan->pools.size(); ++i) {
    const plan::Pool& pool = compiled.plan->pools[i];
    if (pool.servers > 0) {
      utilisation[pool.key] =
          compiled.visits->totalPoolWork(static_cast<plan::Index>(i)) / pool.instances / pool.servers;
    }
  }
  return utilisation;
}

sim::RunResult runOf(const compile::Compiled& compiled, Duration warmup, Duration duration,
                     double load = 1.0) {
  sim::RunConfig config;
  config.seed = 1;
  config.warmup = warmup;
  config.duration = duration;
  config.loadFactor = load;
  Result<sim::RunResult> run = sim::simulate(compiled.plan, config);
  EXPECT_TRUE(run.ok());
  return run.ok() ? std::move(*run) : sim::RunResult();
}

/// At the peak.
const sim::RunResult& normalRun() {
  static const sim::RunResult run = runOf(compiledTemplate(), 500_ms, 3_s);
  return run;
}

/// The writes alone, long enough for what is rare at the peak: 40,000 transactions and jobs.
sim::RunResult runOfWrites() {
  Design writes = highTrafficWeb();
  writes.workloads.erase(WorkloadId("pages"));
  writes.workloads.erase(WorkloadId("static-files"));
  return runOf(compile::compile(writes, products()), 1_s, 30_s);
}

const sim::PoolResult& poolIn(const sim::RunResult& run, const std::string& key) {
  static const sim::PoolResult none;
  const auto at = std::find_if(run.pools.begin(), run.pools.end(),
                               [&](const sim::PoolResult& pool) { return pool.key == key; });
  EXPECT_NE(at, run.pools.end()) << key;
  return at == run.pools.end() ? none : *at;
}

TEST(HighTrafficWeb, HasTheMeanLoadOfTenMillionDailyUsers) {
  double mean = 0;
  for (const Workload& workload : highTrafficWeb().workloads) {
    mean += workload.mean.raw();
  }
  // 10 M users x 2 sessions x 110 requests / 86,400 s
  EXPECT_NEAR(mean, 25'463, 25);
}

TEST(HighTrafficWeb, MeasuresInTheRunWhatThePlanExpects) {
  const std::map<std::string, double> planned = plannedUtilisation(compiledTemplate());
  for (const char* key : {"app", "cache", "events", "pool", "replicas"}) {
    EXPECT_NEAR(poolIn(normalRun(), key).utilisation, planned.at(key), 0.02) << key;
  }
}

TEST(HighTrafficWeb, MeasuresOfWritesWhatThePlanExpects) {
  const std::map<std::string, double> planned = plannedUtilisation(compiledTemplate());
  const sim::RunResult writes = runOfWrites();
  for (const char* key : {"primary", "workers"}) {
    EXPECT_NEAR(poolIn(writes, key).utilisation, planned.at(key), 0.02) << key;
  }
}

TEST(HighTrafficWeb, AnswersAPageInTheTimeOfItsHops) {
  // 40 ms round trip, 1.5 balancer, 0.1 to the app server, 8 there, 5 x (0.16 + 0.011) cache, 1.2 x (0.4 +
  // 0.012) sessions, 0.5 x (0.4 + 0.05 + 0.88) reads: 51.6 ms without waiting. At a load of 1 % nothing
  // waits.
  const sim::RunResult quiet = runOf(compiledTemplate(), 1_s, 60_s, 0.01);
  const auto page = std::find_if(quiet.classes.begin(), quiet.classes.end(),
                                 [](const sim::ClassResult& each) { return each.key == "page"; });
  ASSERT_NE(page, quiet.classes.end());
  EXPECT_NEAR(page->latency.meanNs() * 1e-6, 51.6, 0.3);
}

TEST(HighTrafficWeb, BreaksItsPromisesWhenItsAppServersAreFull) {
  const sim::RunResult overload = runOf(compiledTemplate(), 1_s, 1_s, 2.2);
  EXPECT_GT(poolIn(overload, "app").refused, 1000u);
  std::map<std::string, bool> isMet;
  for (const advice::Verdict& verdict : advice::judge(highTrafficWeb(), &overload, nullptr)) {
    isMet[verdict.objective.text()] = verdict.isMet;
  }
  EXPECT_FALSE(isMet["success"]);
  EXPECT_FALSE(isMet["p95"]);
}

TEST(HighTrafficWeb, NeedsItsCache) {
  // 80 instead of 92 % hits: 12,000 more reads a second x 0.88 ms put 121 % on the replicas.
  Design cold = highTrafficWeb();
  Block cache = *cold.blocks.find(BlockId("cache"));
  cache.params["hit_ratio"] = ratio(0.8);
  cold.blocks.put(cache);
  const compile::Compiled compiled = compile::compile(cold, products());
  ASSERT_FALSE(compiled.hasErrors());
  EXPECT_NEAR(plannedUtilisation(compiled)["replicas"], 1.21, 0.02);
  EXPECT_TRUE(
      std::any_of(compiled.diagnostics.begin(), compiled.diagnostics.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::Warning && diagnostic.block == BlockId("replicas");
      }));
}

/// Reviewed answer by answer on 2026-11-28. What is not met, the original does not have either.
TEST(HighTrafficWeb, AnswersThePreLaunchChecklistAsReviewed) {
  const std::map<std::string, Status> reviewed{
      {"PRE-01", Status::Pass},                            // the balancer spreads evenly
      {"PRE-02", Status::Pass},                            // 12 to 50 app servers, 4 to 16 workers
      {"PRE-03", Status::Pass},                            // 92 % hits, a tenth of the reads on databases
      {"PRE-04", Status::Pass},                            // all reads on replicas, 73 % if one is lost
      {"PRE-05", Status::Pass},                            // pooler, no waiting
      {"PRE-06", Status::Pass},                            // 60 s until a dead instance is left out
      {"PRE-07", Status::Pass},                            // agents in the region
      {"PRE-08", Status::Pass}, {"PRE-09", Status::Warn},  // timeouts shrink inward; no dead-letter queue
      {"PRE-10", Status::Pass},                            // before Redis and the pooler
      {"PRE-11", Status::Pass},                            // reads, once more within a tenth
      {"PRE-12", Status::Fail},                            // no rate limiter
      {"PRE-13", Status::Pass},                            // 96 % at the edge, kept for a year
      {"PRE-14", Status::Pass}, {"PRE-15", Status::Pass},
      {"PRE-16", Status::Pass},  // restored elsewhere in 66 min, of 8.76 h
  };
  advice::AdviceInput input;
  input.design = &highTrafficWeb();
  input.catalog = &products();
  input.compiled = &compiledTemplate();
  input.run = &normalRun();
  const auto answers = advice::answer("pre-launch", input);
  ASSERT_TRUE(answers.ok());
  ASSERT_EQ(answers->size(), reviewed.size());
  for (const advice::AnsweredItem& answered : *answers) {
    EXPECT_EQ(answered.answer.status, reviewed.at(answered.item->id))
        << answered.item->id << " is " << nameOf(answered.answer.status) << ": " << answered.answer.evidence;
  }
}

}  // namespace
}  // namespace cantilever::test
