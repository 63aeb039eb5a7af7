#include "core/exchange/reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/exchange/remarks.h"
#include "tests/core/exchange/golden.h"

namespace cantilever::exchange {
namespace {

using namespace literals;
using nlohmann::json;
using ::testing::HasSubstr;

Design namedDesign() {
  Design design;
  design.name = "Shop \"1\"";
  return design;
}

/// A run with one of everything, made by hand.
sim::RunResult sampleRun() {
  sim::RunResult run;
  run.seed = 18446744073709551615U;
  run.replication = 2;
  run.loadFactor = 1.5;
  run.warmupNs = (1_s).ns();
  run.endNs = (11_s).ns();
  run.isComplete = true;
  run.events = 12345;
  run.digest = "00112233445566778899aabbccddeeff";
  sim::ClassResult result;
  result.key = "page";
  result.offered = 10;
  result.succeeded = 6;
  result.failed[static_cast<std::size_t>(plan::Reason::QueueFull)] = 1;
  result.failed[static_cast<std::size_t>(plan::Reason::TimedOut)] = 2;
  result.unfinished = 1;
  for (int i = 0; i < 6; ++i) {
    result.latency.add((2_ms).ns());
    run.latency.add((2_ms).ns());
  }
  run.classes.push_back(result);
  run.classes.emplace_back().key = "idle";
  sim::PoolResult pool;
  pool.key = "app";
  pool.instances = 2;
  pool.servers = 4;
  pool.utilisation = 0.625;
  pool.instanceUtilisation = {0.5, 0.75};
  pool.instanceQueue = {0.25, 0};
  pool.instanceRefused = {1, 0};
  pool.instanceServed = {4, 0};
  pool.instanceBusyNs = {10'000'000, 0};
  run.pools.push_back(pool);
  sim::LinkResult link;
  link.key = "users-app";
  link.calls = 10;
  link.failed = 3;
  link.timedOut = 2;
  run.links.push_back(link);
  sim::CacheResult cache;
  cache.key = "cdn";
  cache.entries = 5;
  cache.lookups = 10;
  cache.hits = 6;
  cache.coalesced = 1;
  cache.fills = 3;
  run.caches.push_back(cache);
  sim::TokensResult tokens;
  tokens.key = "limit";
  tokens.size = 10;
  tokens.buckets = 1;
  tokens.asked = 10;
  tokens.granted = 9;
  tokens.refused = 1;
  tokens.meanHeld = 0.5;
  run.tokens.push_back(tokens);
  sim::LogResult log;
  log.key = "events";
  log.partitions = 12;
  log.appended = 20;
  run.logs.push_back(log);
  sim::GroupResult group;
  group.key = "events-workers";
  group.received = 20;
  group.consumed = 17;
  group.batches = 19;
  group.redelivered = 2;
  group.duplicates = 1;
  group.meanWaiting = 1.5;
  group.maxWaiting = 4;
  group.wait.add((2_ms).ns());
  group.waiting = 1;
  group.inFlight = 2;
  group.oldestNs = (3_ms).ns();
  run.groups.push_back(group);
  run.streams.push_back({"counts", 50, 1, 2, 20, 5, 15});
  run.stores.push_back({"db", 100, 3, 1, 0, (30_ms).ns()});
  run.programs = {"users/source", "app"};
  run.paths.push_back(
      {0, 4, (20_ms).ns(), {{sim::Doing::Working, 0, (15_ms).ns()}, {sim::Doing::Delayed, 0, (5_ms).ns()}}});
  sim::Sample sample;
  sample.endNs = (100_ms).ns();
  sample.lengthNs = (100_ms).ns();
  sample.classes.resize(2);
  sample.classes[0].offered = 3;
  sample.classes[0].failed[static_cast<std::size_t>(plan::Reason::QueueFull)] = 1;
  sample.pools.push_back({0.5F, 0, 2, 0.25F, 1, 2});
  sample.links.push_back({3, 1, 300, 200, 1, 2, 0.5F});
  sample.caches.push_back({4, 2});
  sample.tokens.push_back({0.5F, 0, 4, 1});
  sample.groups.push_back({1.5F, (3_ms).ns(), 5, 4});
  run.series = {sample, sample};
  run.actionLog.push_back({2_s, Change::KillInstances, 0, 1});
  run.actionLog.push_back({3_s, Change::LoadFactor, plan::kNone, 2});
  return run;
}

experiment::RunStability sampleStability() {
  experiment::RunStability stability;
  stability.verdict = experiment::Stability::Unstable;
  stability.growth = 12.5;
  stability.growingKind = "pool";
  stability.growingKey = "app";
  return stability;
}

TEST(RunJson, LooksAsDocumented) {
  testing::expectGolden("run.json", runJson(namedDesign(), sampleRun(),
                                            {{ObjectiveId("p99"), "p99 latency <= 5 ms", 2.0, true},
                                             {ObjectiveId("cost"), "cost <= 10 USD", {}, false}},
                                            sampleStability()));
}

TEST(RunJson, SumsItsClasses) {
  const json run = json::parse(runJson(namedDesign(), sampleRun(), {}, {}));
  EXPECT_EQ(run.at("offered"), 10);
  EXPECT_EQ(run.at("failed_total"), 3);
  EXPECT_EQ(run.at("offered_per_s"), 1.0);  // 10 requests in 11 s - 1 s
  EXPECT_EQ(run.at("seed"), 18446744073709551615U);
}

TEST(RunJson, WhatWasNotMeasuredIsNullAndNotZero) {
  const json run = json::parse(runJson(namedDesign(), sampleRun(), {}, {}));
  EXPECT_TRUE(run.at("classes").at(1).at("latency").at("p99_ms").is_null());
  EXPECT_EQ(run.at("classes").at(1).at("latency").at("count"), 0);
  sim::RunResult nothing;
  EXPECT_TRUE(json::parse(runJson(namedDesign(), nothing, {}, {})).at("offered_per_s").is_null());
}

TEST(CostJson, LooksAsDocumented) {
  cost::Estimate estimate;
  cost::Line line;
  line.block = BlockId("app");
  line.category = "compute";
  line.usage = {Usage::Kind::InstanceHours, "c7g.large", 1460, "ondemand", "2 instances x 730 h"};
  line.units = 1460;
  line.amount = Money::micros(105'850'000);
  line.price.sku = "c7g.large";
  line.price.service = "EC2";
  line.price.unit = "hour";
  line.price.price = {725, 4};
  line.price.terms = "ondemand";
  line.price.asOf = "2026-11-01";
  line.price.source = "price list";
  line.price.confidence = "high";
  estimate.lines.push_back(line);
  estimate.unpriced.push_back(
      {BlockId("cdn"), {Usage::Kind::EgressGb, "cdn-internet", 12.5, "ondemand", ""}, "no price"});
  estimate.total = line.amount;
  estimate.instances = line.amount;
  estimate.perMillionRequests = Money::micros(40'000);
  estimate.priceBook = "aws us-east-1";
  estimate.pricesAsOf = "2026-11-01";
  estimate.pricesFrom = "2025-07-01";
  testing::expectGolden("cost.json", costJson(namedDesign(), estimate));
}

compile::Compiled compiledWithRemarks() {
  compile::Compiled compiled;
  plan::Plan plan;
  plan.pools.push_back({"app", 2, 4, 0});
  plan.pools.push_back({"wire", 1, 0, 0});
  compiled.plan = std::make_shared<const plan::Plan>(plan);
  compiled.visits.emplace().poolWork = {{3.0, 1.0}, {0.5, 0.0}};
  Diagnostic diagnostic;
  diagnostic.severity = Severity::Warning;
  diagnostic.code = "pool.saturated";
  diagnostic.message = "It is full.";
  diagnostic.block = BlockId("app");
  compiled.diagnostics.push_back(diagnostic);
  return compiled;
}

TEST(CheckJson, LooksAsDocumented) {
  testing::expectGolden("check.json", checkJson(namedDesign(), compiledWithRemarks()));
}

TEST(CheckJson, UtilisationIsWorkByServers) {
  const json report = json::parse(checkJson(namedDesign(), compiledWithRemarks()));
  EXPECT_EQ(report.at("pools").at(0).at("utilisation_ratio"), 0.5);  // 4 erlangs on 2 x 4 servers
  EXPECT_TRUE(report.at("pools").at(1).at("utilisation_ratio").is_null());
}

class ChecklistReport : public ::testing::Test {
 protected:
  advice::ChecklistItem m_item{"PRE-01",     "pre-launch",   "Backups *daily*",
                               "Disks fail", "backups >= 1", nullptr};
  std::vector<advice::AnsweredItem> m_items{
      {&m_item, {advice::Status::Fail, "[db] has none\n# not a heading", "Turn them on", {BlockId("db")}}},
      {&m_item, {advice::Status::NotApplicable, "no data", "", {}}}};
};

TEST_F(ChecklistReport, JsonLooksAsDocumented) {
  testing::expectGolden("checklist.json", checklistJson(namedDesign(), "pre-launch", m_items));
}

TEST_F(ChecklistReport, MarkdownLooksAsReviewed) {
  testing::expectGolden("checklist.md", checklistMarkdown(namedDesign(), "pre-launch", m_items));
}

TEST_F(ChecklistReport, TextOfTheDesignIsNoMarkup) {
  const std::string markdown = checklistMarkdown(namedDesign(), "pre-launch", m_items);
  EXPECT_THAT(markdown, HasSubstr("Backups \\*daily\\*"));
  EXPECT_THAT(markdown, HasSubstr("\\[db\\] has none \\# not a heading"));
}

TEST(BlocksJson, NamesEveryParameterWithItsSource) {
  for (const json& type : json::parse(blocksJson(catalog::Catalog::builtIn().types()))) {
    EXPECT_EQ(type.at("schema"), "cantilever.block_type/1");
    for (const json& param : type.at("params")) {
      EXPECT_FALSE(param.at("source").at("document").get<std::string>().empty())
          << type.at("key") << " " << param.at("key");
    }
  }
}

Diagnostic remarkOn(const char* block, const char* param, const char* where) {
  Diagnostic diagnostic;
  diagnostic.code = "x";
  diagnostic.block = BlockId(block);
  diagnostic.param = param;
  diagnostic.where = where;
  return diagnostic;
}

TEST(CombinedRemarks, SayNothingTwiceAndKeepThePlace) {
  Diagnostic error = remarkOn("a", "type", "");
  error.severity = Severity::Error;
  Diagnostic other = remarkOn("b", "", "");
  const auto all = combined({other, error}, {remarkOn("a", "type", "f:1:2"), remarkOn("b", "size", "f:3:4"),
                                             remarkOn("b", "", "f:5:6")});
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].severity, Severity::Error) << "errors come first";
  EXPECT_EQ(all[0].where, "f:1:2");
  EXPECT_EQ(all[1].where, "") << "remarks without a field are never taken for each other";
}

}  // namespace
}  // namespace cantilever::exchange
