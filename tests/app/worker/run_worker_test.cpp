#include "app/gui/worker/run_worker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include "tests/app/small_design.h"

namespace cantilever::app {
namespace {

using namespace literals;

RunWorker::Request request(Duration duration, std::optional<double> speed = std::nullopt) {
  RunWorker::Request request;
  request.design = std::make_shared<const Design>(testing::smallDesign());
  request.catalog = &catalog::Catalog::builtIn();
  request.config.duration = duration;
  request.config.warmup = 1_s;
  request.speed = speed;
  return request;
}

/// Reads the mailbox as the window does until the condition holds; fails after a minute.
RunUpdate readUntil(RunWorker& worker, const std::function<bool(const RunUpdate&)>& isEnough) {
  RunUpdate all;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!isEnough(all)) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "the run did not tell what was waited for";
      break;
    }
    RunUpdate update = worker.take();
    if (update.started) {
      all.started = update.started;
    }
    all.samples.insert(all.samples.end(), update.samples.begin(), update.samples.end());
    all.happenings.insert(all.happenings.end(), update.happenings.begin(), update.happenings.end());
    if (update.progress) {
      all.progress = update.progress;
    }
    if (update.result) {
      all.result = update.result;
      all.stability = update.stability;
    }
    if (update.stepped) {
      all.stepped = update.stepped;
    }
    if (update.failure) {
      all.failure = update.failure;
    }
    all.isOver = all.isOver || update.isOver;
    std::this_thread::yield();
  }
  return all;
}

bool isOver(const RunUpdate& update) {
  return update.isOver;
}

TEST(RunWorker, TellsPlanSamplesAndResultOfAWholeRun) {
  RunWorker worker(request(5_s));
  const RunUpdate all = readUntil(worker, isOver);
  ASSERT_TRUE(all.started && all.started->plan);
  ASSERT_TRUE(all.result);
  EXPECT_TRUE(all.result->isComplete);
  EXPECT_EQ(all.samples.back().endNs, (6_s).ns());
  EXPECT_EQ(all.progress->now, 6_s);
}

TEST(RunWorker, JudgesTheRunWhenItIsOver) {
  RunWorker worker(request(20_s));
  const RunUpdate update = readUntil(worker, isOver);
  ASSERT_TRUE(update.stability.has_value());
  EXPECT_EQ(update.stability->verdict, experiment::Stability::Stable) << update.stability->why;
}

TEST(RunWorker, IsTheSameRunAsWithoutAWindow) {
  const RunWorker::Request wish = request(5_s);
  RunWorker worker(wish);
  const RunUpdate all = readUntil(worker, isOver);
  ASSERT_TRUE(all.started && all.started->plan);
  const Result<sim::RunResult> plain = sim::simulate(all.started->plan, wish.config);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(all.result->digest, plain->digest);
}

/// Of the small design: a server dies, the load doubles, the server comes back.
RunWorker::Request requestWithScenario() {
  RunWorker::Request wish = request(8_s);
  Design design = *wish.design;
  Scenario rush;
  rush.id = ScenarioId("rush");
  rush.events.push_back({2_s, BlockId("app"), Change::KillInstances, 1});
  rush.events.push_back({3_s, {}, Change::LoadFactor, 2});
  rush.events.push_back({5_s, BlockId("app"), Change::RestoreInstances, 1});
  design.scenarios.put(rush);
  wish.design = std::make_shared<const Design>(std::move(design));
  wish.scenario = rush.id;
  wish.config.leadIn = 500_ms;
  return wish;
}

sim::Simulation directly(const RunWorker::Request& wish) {
  const compile::Compiled compiled = compile::compile(*wish.design, *wish.catalog, {wish.scenario});
  EXPECT_FALSE(compiled.hasErrors());
  return std::move(*sim::Simulation::create(compiled.plan, wish.config));
}

TEST(RunWorker, PlaysAScenarioAsTheCommandLineDoes) {
  const RunWorker::Request wish = requestWithScenario();
  RunWorker worker(wish);
  const RunUpdate all = readUntil(worker, isOver);
  ASSERT_TRUE(all.result);
  sim::Simulation direct = directly(wish);
  direct.advanceTo(direct.end());
  EXPECT_EQ(all.result->digest, direct.result().digest);
  RunWorker::Request without = wish;
  without.scenario = {};
  RunWorker plain(without);
  EXPECT_NE(readUntil(plain, isOver).result->digest, all.result->digest) << "the scenario changes something";
}

TEST(RunWorker, TellsTheStepsOfAScenarioAsTheyCome) {
  RunWorker worker(requestWithScenario());
  const RunUpdate all = readUntil(worker, isOver);
  std::vector<std::pair<sim::Happening::Kind, std::int64_t>> steps;
  for (const sim::Happening& each : all.happenings) {
    if (each.cause == sim::Cause::Script) {
      steps.emplace_back(each.kind, each.atNs);
    }
  }
  using Kind = sim::Happening::Kind;
  const std::vector<std::pair<Kind, std::int64_t>> expected{
      {Kind::Killed, (2500_ms).ns()}, {Kind::LoadFactor, (3500_ms).ns()}, {Kind::Restored, (5500_ms).ns()}};
  EXPECT_EQ(steps, expected) << "counted from the end of the lead-in";
  EXPECT_EQ(all.happenings.size(), all.result->happenings.size());
}

// Orders of the person's own are logged with the moment at which they came to pass: made again then, between
// the steps of the scenario, they give the same run.
TEST(RunWorker, PlaysAScenarioBesideOrdersOfAPersonsOwn) {
  const RunWorker::Request wish = requestWithScenario();
  RunWorker::Request slow = wish;
  slow.speed = 8;
  RunWorker worker(slow);
  const auto isAt = [](Duration when) {
    return [when](const RunUpdate& update) { return update.progress && update.progress->now >= when; };
  };
  readUntil(worker, isAt(1_s));
  worker.post({Duration(), Change::LoadFactor, plan::kNone, 1.5});
  readUntil(worker, isAt(4_s));
  worker.post({Duration(), Change::Speed, 0, 0.7});
  worker.setSpeed(std::nullopt);
  const RunUpdate all = readUntil(worker, isOver);
  ASSERT_TRUE(all.result);
  ASSERT_EQ(all.result->actionLog.size(), 5u) << "three of the scenario, two of the person's";

  sim::Simulation direct = directly(wish);
  RunWorker::Request without = wish;
  without.scenario = {};
  sim::Simulation replayed = directly(without);
  for (const plan::Action& action : all.result->actionLog) {
    const bool isOwn =
        action.change == Change::Speed || (action.change == Change::LoadFactor && action.value == 1.5);
    if (isOwn) {
      direct.post(action);
    }
    replayed.post(action);
  }
  direct.advanceTo(direct.end());
  replayed.advanceTo(replayed.end());
  EXPECT_EQ(all.result->digest, direct.result().digest);
  EXPECT_EQ(all.result->digest, replayed.result().digest) << "the log alone is the whole story";
}

TEST(RunWorker, SaysWhyAScenarioCannotBePlayed) {
  RunWorker::Request wish = requestWithScenario();
  Design design = *wish.design;
  Scenario broken = *design.scenarios.find(wish.scenario);
  broken.name = "Black Friday";
  broken.events.push_back({6_s, BlockId("databse"), Change::KillInstances, 1});
  design.scenarios.put(broken);
  wish.design = std::make_shared<const Design>(std::move(design));
  RunWorker worker(wish);
  const RunUpdate all = readUntil(worker, isOver);
  ASSERT_TRUE(all.failure);
  EXPECT_EQ(all.failure->code, "run.design");
  EXPECT_NE(all.failure->message.find("\"Black Friday\" cannot be played"), std::string::npos)
      << all.failure->message;
  EXPECT_NE(all.failure->message.find("databse"), std::string::npos) << all.failure->message;
}

TEST(RunWorker, EndsEarlyWithTheFiguresSoFar) {
  RunWorker worker(request(3_h));
  readUntil(worker, [](const RunUpdate& update) { return !update.samples.empty(); });
  worker.stop();
  const RunUpdate rest = readUntil(worker, isOver);
  ASSERT_TRUE(rest.result);
  EXPECT_FALSE(rest.result->isComplete);
  EXPECT_LT(rest.result->endNs, (3_h).ns());
}

TEST(RunWorker, GoesAwayInTheMiddleOfARun) {
  RunWorker worker(request(3_h));
  readUntil(worker, [](const RunUpdate& update) { return !update.samples.empty(); });
  // The destructor ends and joins the thread; a hang would end this test by ctest's time limit.
}

TEST(RunWorker, GoesAwayWhilePaused) {
  RunWorker worker(request(3_h));
  worker.setPaused(true);
  readUntil(worker, [](const RunUpdate& update) { return update.progress.has_value(); });
}

TEST(RunWorker, HoldsSimulatedTimeWhilePaused) {
  RunWorker worker(request(3_h));
  // Until the speed has been measured it is zero also while the run moves.
  readUntil(worker, [](const RunUpdate& update) {
    return update.progress && update.progress->simulatedPerWallSecond > 0;
  });
  worker.setPaused(true);
  const RunUpdate paused = readUntil(worker, [](const RunUpdate& update) {
    return update.progress && update.progress->simulatedPerWallSecond == 0;
  });
  worker.post({Duration(), Change::LoadFactor, plan::kNone, 2});  // makes it look up once more
  const RunUpdate later =
      readUntil(worker, [](const RunUpdate& update) { return update.progress.has_value(); });
  EXPECT_EQ(later.progress->now, paused.progress->now);
}

// The first step is the run's before it begins: whoever pauses a run that goes on comes too late to count its
// events.
TEST(RunWorker, GoesOnByOneEventAndHolds) {
  RunWorker::Request first = request(3_h);
  first.step = sim::Until{sim::Until::What::Event};
  RunWorker worker(std::move(first));
  Duration before;
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      worker.stepTo({sim::Until::What::Event});
    }
    const RunUpdate update = readUntil(worker, [](const RunUpdate& all) { return all.stepped.has_value(); });
    EXPECT_TRUE(update.stepped->isReached);
    EXPECT_GE(update.stepped->at, before);
    EXPECT_EQ(update.result->events, static_cast<std::uint64_t>(i + 1));
    before = update.stepped->at;
  }
}

TEST(RunWorker, GoesOnUntilSomethingChangesTheSystem) {
  RunWorker worker(request(3_h, 1));  // so that it is not past what is posted; steps are not slowed down
  worker.setPaused(true);
  worker.post({5_s, Change::KillInstances, 0, 1});
  worker.stepTo({sim::Until::What::Happening});
  const RunUpdate update = readUntil(worker, [](const RunUpdate& all) { return all.stepped.has_value(); });
  EXPECT_EQ(update.stepped->at, 5_s);
  ASSERT_EQ(update.result->happenings.size(), 1u);
  EXPECT_EQ(update.result->happenings[0].kind, sim::Happening::Kind::Killed);
}

TEST(RunWorker, AppliesChangesAndLogsThem) {
  RunWorker worker(request(3_h));
  readUntil(worker, [](const RunUpdate& update) { return !update.samples.empty(); });
  worker.post({Duration(), Change::LoadFactor, plan::kNone, 3});
  worker.post({Duration(), Change::KillInstances, 0, 1});
  const std::uint32_t all = 2;
  readUntil(worker, [&](const RunUpdate& update) {
    return !update.samples.empty() && update.samples.back().pools.at(0).instancesUp == all - 1;
  });
  worker.stop();
  const RunUpdate rest = readUntil(worker, isOver);
  ASSERT_EQ(rest.result->actionLog.size(), 2u);
  EXPECT_EQ(rest.result->actionLog[0].change, Change::LoadFactor);
  EXPECT_EQ(rest.result->actionLog[1].change, Change::KillInstances);
}

// Nothing is read while the changes come, so that only the worker's lock orders the two threads: the thread
// sanitizer tells if it is missing.
TEST(RunWorker, LosesNoChangeHoweverFastTheyCome) {
  RunWorker worker(request(3_h));
  readUntil(worker, [](const RunUpdate& update) { return !update.samples.empty(); });
  constexpr int kChanges = 20'000;
  for (int i = 1; i <= kChanges; ++i) {
    worker.post({Duration(), Change::LoadFactor, plan::kNone, 1 + i * 1e-4});
  }
  worker.post({Duration(), Change::KillInstances, 0, 1});
  readUntil(worker, [](const RunUpdate& update) {
    return !update.samples.empty() && update.samples.back().pools.at(0).instancesUp == 1;
  });
  worker.stop();
  const std::vector<plan::Action> log = readUntil(worker, isOver).result->actionLog;
  ASSERT_GE(log.size(), 2u);
  EXPECT_EQ(log.back().change, Change::KillInstances);
  EXPECT_EQ(log[log.size() - 2].value, 1 + kChanges * 1e-4);
}

TEST(RunWorker, SaysWhyADesignCannotRun) {
  RunWorker::Request wish = request(5_s);
  wish.design = test::design("broken")
                    .block("users", "client_web")
                    .link("users", "nowhere")
                    .workload("users", 10_rps)
                    .share();
  RunWorker worker(wish);
  const RunUpdate all = readUntil(worker, isOver);
  ASSERT_TRUE(all.failure.has_value());
  EXPECT_EQ(all.failure->code, "run.design");
  EXPECT_FALSE(all.result);
}

}  // namespace
}  // namespace cantilever::app
