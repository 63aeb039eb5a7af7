#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/advice/checklist.h"
#include "core/base/embedded.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/exchange/design_json.h"
#include "core/exchange/templates.h"
#include "core/sim/simulation.h"

/// The template against the sizing sheet of 2026-11-23 that it was drawn from. Bands, stated before the first
/// run: rates of the plan within 1 %, utilisation within two points (plan and run), instance cost within 1 %.
/// Runs are short, with fixed seeds: 3 s of load are 300,000 requests.
namespace cantilever::test {
namespace {

using namespace literals;
using advice::Status;
using ::testing::IsEmpty;

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

double plannedRate(const std::string& link) {
  const compile::Compiled& compiled = compiledTemplate();
  for (std::size_t i = 0; i < compiled.plan->links.size(); ++i) {
    if (compiled.plan->links[i].key == link) {
      return compiled.visits->totalLinkRate(static_cast<plan::Index>(i));
    }
  }
  ADD_FAILURE() << "no link " << link;
  return 0;
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

/// The template with one of its scenarios, which begins that much earlier, to save simulated time.
compile::Compiled compiledScenario(const char* id, Duration earlier) {
  compile::Compiled compiled = compile::compile(highTrafficWeb(), products(), {ScenarioId(id)});
  plan::Plan plan = *compiled.plan;
  for (plan::Action& action : plan.actions) {
    action.at = action.at - earlier;
  }
  compiled.plan = std::make_shared<const plan::Plan>(std::move(plan));
  return compiled;
}

const sim::PoolResult& poolIn(const sim::RunResult& run, const std::string& key) {
  static const sim::PoolResult none;
  const auto at = std::find_if(run.pools.begin(), run.pools.end(),
                               [&](const sim::PoolResult& pool) { return pool.key == key; });
  EXPECT_NE(at, run.pools.end()) << key;
  return at == run.pools.end() ? none : *at;
}

/// From the sizing sheet: rate x service time / (instances x servers).
const std::map<std::string, double> kSizedUtilisation{
    {"app", 0.606},      // 20,000/s x 8 ms / (33 x 8)
    {"cache", 0.463},    // (100,000/s x 11 us + 24,000/s x 12 us) / 3
    {"primary", 0.56},   // 1,400/s x (1.2 + 0.4 ms) / 4
    {"replicas", 0.55},  // (7,000/s x 0.4 ms + 3,000/s x 2 ms) / (4 x 4)
    {"events", 0.444},   // 20 MB/s / (3 x 15 MB/s)
    {"workers", 0.547},  // 1,400/s x 50 ms / (8 x 16)
};

TEST(HighTrafficWeb, CompilesWithoutErrorsOrWarnings) {
  for (const Diagnostic& diagnostic : compiledTemplate().diagnostics) {
    EXPECT_EQ(diagnostic.severity, Severity::Note) << diagnostic.code << ": " << diagnostic.message;
  }
  EXPECT_FALSE(compiledTemplate().hasErrors());
}

TEST(HighTrafficWeb, IsStoredAsTheProgramWouldWriteIt) {
  const auto files = embedded::templates();
  const auto file = std::find_if(files.begin(), files.end(), [](const embedded::File& each) {
    return each.name == "high_traffic_web.json";
  });
  ASSERT_NE(file, files.end());
  EXPECT_TRUE(exchange::writeDesign(highTrafficWeb()) == file->text)
      << "cantilever-cli convert templates/high_traffic_web.json templates/high_traffic_web.json puts it "
         "right";
}

TEST(HighTrafficWeb, OffersAHundredThousandRequestsASecondInThePublishedMix) {
  EXPECT_NEAR(plannedRate("users-cdn"), 100'000, 1'000);
  EXPECT_NEAR(plannedRate("cdn-files"), 3'200, 32);
  EXPECT_NEAR(plannedRate("cdn-alb"), 20'000, 200);
  EXPECT_NEAR(plannedRate("app-cache"), 100'000, 1'000);
  EXPECT_NEAR(plannedRate("app-sessions"), 24'000, 240);
  EXPECT_NEAR(plannedRate("pool-replicas"), 10'000, 100);
  EXPECT_NEAR(plannedRate("pool-primary"), 1'400, 14);
  EXPECT_NEAR(plannedRate("app-events"), 20'000, 200);
  EXPECT_NEAR(plannedRate("events-workers"), 1'400, 14);
}

TEST(HighTrafficWeb, HasTheMeanLoadOfTenMillionDailyUsers) {
  double mean = 0;
  for (const Workload& workload : highTrafficWeb().workloads) {
    mean += workload.mean.raw();
  }
  // 10 M users x 2 sessions x 110 requests / 86,400 s
  EXPECT_NEAR(mean, 25'463, 25);
}

TEST(HighTrafficWeb, LoadsEachStationAsSized) {
  const std::map<std::string, double> planned = plannedUtilisation(compiledTemplate());
  for (const auto& [key, utilisation] : kSizedUtilisation) {
    ASSERT_TRUE(planned.count(key)) << key;
    EXPECT_NEAR(planned.at(key), utilisation, 0.02) << key;
  }
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

TEST(HighTrafficWeb, KeepsItsPromisesAtThePeak) {
  const std::vector<advice::Verdict> verdicts = advice::judge(highTrafficWeb(), &normalRun(), nullptr);
  EXPECT_EQ(verdicts.size(), 4u);
  for (const advice::Verdict& verdict : verdicts) {
    EXPECT_TRUE(verdict.isMet) << verdict.text << ": " << verdict.measured.value_or(-1);
  }
}

TEST(HighTrafficWeb, SaturatesItsAppServersFirstAndThenBreaksItsPromises) {
  // Full at 1 / 0.606 = 1.65 times the load; the next, the primary, at 1.79.
  const std::map<std::string, double> planned = plannedUtilisation(compiledTemplate());
  const auto fullest = std::max_element(planned.begin(), planned.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
  EXPECT_EQ(fullest->first, "app");
  const sim::RunResult overload = runOf(compiledTemplate(), 1_s, 1_s, 2.2);
  EXPECT_GT(poolIn(overload, "app").utilisation, 0.99);
  EXPECT_GT(poolIn(overload, "app").refused, 1000u);
  EXPECT_LT(poolIn(overload, "primary").utilisation, 0.95);
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

TEST(HighTrafficWeb, CostsWhatItsInstancesCost) {
  const cost::Estimate estimate = cost::estimate(highTrafficWeb(), products(), *compiledTemplate().plan,
                                                 *compiledTemplate().visits, cost::PriceBook::builtIn());
  EXPECT_NEAR(estimate.instances.toDouble(), 10'742.68, 107.43);
  EXPECT_THAT(estimate.unpriced, IsEmpty());
  Money lines;
  for (const cost::Line& line : estimate.lines) {
    lines += line.amount;
  }
  EXPECT_EQ(lines, estimate.total);
}

TEST(HighTrafficWeb, RidesOutTheLossOfAZone) {
  const compile::Compiled compiled = compiledScenario("zone-loss", 19.5_s);  // it goes after half a second
  const sim::RunResult run = runOf(compiled, 200_ms, 3.3_s);
  const auto app = static_cast<std::size_t>(&poolIn(run, "app") - run.pools.data());
  ASSERT_FALSE(run.series.empty());
  EXPECT_EQ(run.series.back().pools[app].instancesUp, 22u);
  double busy = 0;
  double samples = 0;
  for (const sim::Sample& sample : run.series) {
    if (sample.endNs - sample.lengthNs >= (1500_ms).ns()) {
      busy += static_cast<double>(sample.pools[app].utilisation);
      samples += 1;
    }
  }
  // 20,000/s x 8 ms / (22 x 8)
  EXPECT_NEAR(busy / samples, 0.91, 0.02);
  for (const advice::Verdict& verdict : advice::judge(highTrafficWeb(), &run, nullptr)) {
    EXPECT_TRUE(verdict.isMet) << verdict.text << ": " << verdict.measured.value_or(-1);
  }
}

TEST(HighTrafficWeb, FailsWritesOnlyWhileThePrimaryIsGone) {
  const compile::Compiled compiled = compiledScenario("primary-failover", 19.5_s);
  const sim::RunResult run = runOf(compiled, 800_ms, 1_s);  // within the outage
  for (const sim::ClassResult& requests : run.classes) {
    if (requests.key == "write") {
      EXPECT_EQ(requests.succeeded, 0u);
      EXPECT_GT(requests.failed[static_cast<std::size_t>(plan::Reason::NoHealthyInstance)], 1000u);
    } else {
      EXPECT_EQ(requests.failedTotal(), 0u) << requests.key;
    }
  }
}

/// Reviewed answer by answer on 2026-11-23. What fails has no means in this version, which the remedies say,
/// except for the second region, which the original does not have either.
TEST(HighTrafficWeb, AnswersThePreLaunchChecklistAsReviewed) {
  const std::map<std::string, Status> reviewed{
      {"PRE-01", Status::Pass},  // the balancer spreads evenly
      {"PRE-02", Status::Fail},  // no auto-scaling yet
      {"PRE-03", Status::Pass},  // 92 % hits, a tenth of the reads on databases
      {"PRE-04", Status::Pass},  // all reads on replicas, 73 % if one is lost
      {"PRE-05", Status::Pass},  // pooler, no waiting
      {"PRE-06", Status::Pass},  // 60 s until a dead instance is left out
      {"PRE-07", Status::Fail},  // no metrics block yet
      {"PRE-08", Status::Fail},  // no logging block yet
      {"PRE-09", Status::Warn},  // timeouts shrink inward; no dead-letter queue yet
      {"PRE-10", Status::Fail},  // no circuit breakers yet
      {"PRE-11", Status::Fail},  // no retries yet
      {"PRE-12", Status::Fail},  // no rate limiter yet
      {"PRE-13", Status::Pass},  // 96 % at the edge, kept for a year
      {"PRE-14", Status::Pass}, {"PRE-15", Status::Pass},
      {"PRE-16", Status::Fail},  // 99.9 % promised from one region
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

// --- The drawing ---

Rect areaOf(const Block& block) {
  return {block.position, kBlockSize};
}

bool overlap(const Rect& a, const Rect& b) {
  return a.topLeft.x < b.topLeft.x + b.size.width && b.topLeft.x < a.topLeft.x + a.size.width &&
         a.topLeft.y < b.topLeft.y + b.size.height && b.topLeft.y < a.topLeft.y + a.size.height;
}

bool contains(const Rect& outer, const Rect& inner) {
  return outer.topLeft.x <= inner.topLeft.x && outer.topLeft.y <= inner.topLeft.y &&
         inner.topLeft.x + inner.size.width <= outer.topLeft.x + outer.size.width &&
         inner.topLeft.y + inner.size.height <= outer.topLeft.y + outer.size.height;
}

TEST(HighTrafficWeb, LiesOnTheGridWithoutOverlaps) {
  std::vector<Rect> things;
  for (const Block& block : highTrafficWeb().blocks) {
    EXPECT_EQ(std::fmod(block.position.x, kGrid), 0) << block.id;
    EXPECT_EQ(std::fmod(block.position.y, kGrid), 0) << block.id;
    things.push_back(areaOf(block));
  }
  for (const Note& note : highTrafficWeb().notes) {
    things.push_back(note.area);
  }
  for (std::size_t i = 0; i < things.size(); ++i) {
    for (std::size_t j = i + 1; j < things.size(); ++j) {
      EXPECT_FALSE(overlap(things[i], things[j])) << i << " and " << j;
    }
  }
}

TEST(HighTrafficWeb, DrawsEachBlockWithinItsZoneAndNoZoneThroughABlock) {
  for (const Block& block : highTrafficWeb().blocks) {
    for (const Zone& zone : highTrafficWeb().zones) {
      if (zone.id == block.zone) {
        EXPECT_TRUE(contains(zone.area, areaOf(block))) << block.id << " in " << zone.id;
      } else if (!contains(zone.area, areaOf(block))) {
        EXPECT_FALSE(overlap(zone.area, areaOf(block))) << block.id << " and " << zone.id;
      }
    }
    if (block.zone.isEmpty()) {
      for (const Zone& zone : highTrafficWeb().zones) {
        EXPECT_FALSE(overlap(zone.area, areaOf(block))) << block.id << " and " << zone.id;
      }
    }
  }
}

}  // namespace
}  // namespace cantilever::test
