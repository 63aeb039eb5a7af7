// Instances that come and go, by schedules worked by hand.

#include "core/fluid/profile.h"
#include "core/vocabulary/visits.h"
#include "tests/core/fluid/forecast_builder.h"

namespace cantilever::fluid {
namespace {

using namespace test;

plan::Scaler onUtilisation(double target) {
  plan::Scaler scaler;
  scaler.key = "scaler";
  scaler.pool = 0;
  scaler.target = target;
  scaler.most = 20;
  scaler.period = 60_s;
  return scaler;
}

// Instances of 10 servers at 1 s each, target 50 %, looked at every 60 s, boot 90 s. From 300 s on 20/s come.
// 0-300 s: 5/s on one instance, utilisation 0.5: nothing. 360 s: busy 10 of 10, so utilisation 1, wanted
// ceil(1/0.5) = 2. 420 s: one is up (1 boots), again wanted 2, which are there. 450 s: the second is up. 480
// s: mean 1.5 up, all busy, wanted 3. 570 s: the third. And so on until none waits and 20 busy servers ask
// for 4.
TEST(FluidScaling, AddsInstancesAfterTheirBoot) {
  OneQueue queue(10);
  queue.pool.maxInstances = 20;
  queue.pool.boot = Law::constant(90_s);
  queue.curve = steps({{0_s, 5}, {300_s, 20}});
  queue.scalers = {onUtilisation(0.5)};
  const std::vector<Sample> samples = samplesOf(*queue.build(), 600);
  const auto at = [&](double time) { return samples.at(static_cast<std::size_t>(time) - 1).pools[0]; };
  EXPECT_EQ(at(449).instances, 1);
  EXPECT_EQ(at(451).instances, 2);
  EXPECT_EQ(at(569).instances, 2);
  EXPECT_EQ(at(571).instances, 3);
  EXPECT_NEAR(at(450).waiting, 10 * 150, 1e-6);  // 10/s too many for 150 s
  EXPECT_NEAR(at(560).waiting, 10 * 150, 1e-6);  // then as many as come
  const Forecast forecast = forecastOf(*queue.build(), 600);
  ASSERT_GE(forecast.events.size(), 2u);
  EXPECT_EQ(forecast.events[0].at, 360);
  EXPECT_EQ(forecast.events[0].kind, Event::Kind::Ordered);
  EXPECT_EQ(forecast.events[1].at, 450);
  EXPECT_EQ(forecast.events[1].kind, Event::Kind::Ready);
}

// One instance of 10 servers at 1 s each, target 50 %, looked at every 7 s; 2/s at first, each 100 s one
// more. The mean of a period is that of its middle: beyond 5 busy servers from 303.5 s on. First look then:
// 308 s.
TEST(FluidScaling, LooksInTheMiddleOfPiecesWhileNothingWaits) {
  OneQueue queue(10);
  queue.pool.maxInstances = 20;
  queue.pool.boot = Law::constant(20_s);
  queue.curve = lines({{0_s, 2}, {1000_s, 12}});
  queue.scalers = {onUtilisation(0.5)};
  queue.scalers[0].period = 7_s;
  queue.scalers[0].tolerance = 0;
  const Forecast forecast = forecastOf(*queue.build(), 600);
  ASSERT_EQ(forecast.events.size(), 2u);
  EXPECT_NEAR(forecast.events[0].at, 308, 1e-9);
  EXPECT_NEAR(forecast.events[1].at, 328, 1e-9);
  EXPECT_NEAR(forecast.pools[0].instanceHours * 3600, 600 + (600 - 308), 1e-6);
  EXPECT_LE(forecast.pieces, 12);  // of a minute, and until it scales
}

TEST(FluidScaling, KeepsItsCooldowns) {
  OneQueue queue(10);
  queue.pool.maxInstances = 20;
  queue.pool.instances = 8;
  queue.curve = steps({{0_s, 5}});
  queue.scalers = {onUtilisation(0.5)};
  queue.scalers[0].cooldownDown = 600_s;
  queue.scalers[0].steps = {{false, 0.3, -1}};
  const Forecast forecast = forecastOf(*queue.build(), 1500);
  std::vector<double> times;
  for (const Event& event : forecast.events) {
    times.push_back(event.at);
  }
  EXPECT_EQ(times, (std::vector<double>{60, 660, 1260}));
  EXPECT_NEAR(forecast.pools[0].instanceHours * 3600, 8 * 60 + 7 * 600 + 6 * 600 + 5 * 240, 1e-6);
  EXPECT_EQ(forecast.pools[0].scaledDown, 3);
}

TEST(FluidScaling, TakesAwayOnlyWhatWasNotNeededForTheCooldown) {
  OneQueue queue(10);
  queue.pool.maxInstances = 20;
  queue.pool.instances = 8;
  queue.curve = steps({{0_s, 40}, {360_s, 5}});
  queue.scalers = {onUtilisation(0.5)};
  queue.scalers[0].cooldownDown = 300_s;
  const Forecast forecast = forecastOf(*queue.build(), 900);
  ASSERT_EQ(forecast.events.size(), 1u);
  EXPECT_EQ(forecast.events[0].kind, Event::Kind::TakenAway);
  EXPECT_EQ(forecast.events[0].at, 660);
}

// With a whole number of instances under a sine, E[n] = sum over k of P(load > k x) (an instance for each x).
TEST(FluidScaling, InstanceHoursFollowTheLoad) {
  OneQueue queue(10);
  queue.pool.maxInstances = 40;
  queue.pool.instances = 20;
  const auto sine = plan::parseRateCurve("sine 24 h from 20 %");
  ASSERT_TRUE(sine.ok());
  queue.curve = *sine;
  for (plan::RateCurve::Point& point : queue.curve.points) {
    point.level *= 100;
  }
  queue.scalers = {onUtilisation(0.5)};
  queue.scalers[0].most = 40;
  queue.scalers[0].tolerance = 0;
  const Forecast forecast = forecastOf(*queue.build(), 86'400);
  // Load between 20 and 100, x = 5: mean of ceil(load / 5).
  double expected = 0;
  for (int i = 0; i < 86'400; ++i) {
    expected += std::ceil((60 - 40 * std::cos(2 * M_PI * i / 86'400.0)) / 5);
  }
  EXPECT_NEAR(forecast.pools[0].instanceHours, expected / 3600, 0.02 * expected / 3600);
  EXPECT_TRUE(forecast.saturations.empty());
}

// Of four instances one drains, then half of the three (two).
TEST(FluidScaling, InstancesDrainByOrder) {
  PlanBuilder builder;
  plan::Pool four;
  four.instances = 4;
  const Index link = builder.station("web", four, Law::constant(100_ms));
  builder.source("users", 20_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.action(10_s, Change::Drain, 0, 1).action(20_s, Change::Drain, 0, 0.5);
  const Forecast forecast = forecastOf(*builder.build(), 30);
  EXPECT_EQ(forecast.pools[0].scaledDown, 3);
  EXPECT_NEAR(forecast.pools[0].instanceHours * 3600, 4 * 10 + 3 * 10 + 1 * 10, 0.1);
}

// After a flush an LRU cache hits what has been asked for since: of 1,000 equal keys at 100/s 1 - e^(-t / 10
// s).
TEST(FluidCaches, WarmUpAfterAFlush) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("all"), 1000, 0);
  plan::Cache cache;
  cache.warmShare = 1;
  const Index contents = builder.cache("c", cache);
  plan::Pool origin;
  origin.servers = 50;
  origin.queue = plan::QueueScope::Shared;
  const Index to = builder.station("origin", origin, Law::constant(1_s));
  builder.source("users", 100_rps, [&](ProgramWriter& p) {
    p.lookUp(contents, [&](ProgramWriter& q) { q.call(to).fill(contents); });
  });
  plan::Action flush;
  flush.at = 100_s;
  flush.change = Change::FlushCaches;
  flush.cache = contents;
  builder.raw().actions.push_back(flush);
  const auto plan = builder.build();
  const std::vector<Sample> samples = samplesOf(*plan, 200);
  for (const double after : {5.0, 10.0, 20.0, 50.0}) {
    const Sample& sample = samples.at(static_cast<std::size_t>(100 + after) - 1);
    EXPECT_NEAR(sample.hitRatio[0], 1 - std::exp(-after / 10), 0.03) << after;
  }
  EXPECT_NEAR(samples[50].hitRatio[0], 1, 1e-9);
  // 100 e^(-t/10) misses a second, 50 can be done: beyond that until 10 ln 2, integral 1000 (1 - 1/2) - 50 x
  // 10 ln 2.
  const Forecast forecast = forecastOf(*plan, 200);
  EXPECT_NEAR(forecast.pools[0].waiting.value, 500 - 500 * std::log(2.0), 12);
}

TEST(FluidCaches, BeginWarmUnlessToldOtherwise) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("all"), 1000, 0.8);
  plan::Cache cache;
  cache.capacity = 200;
  const Index contents = builder.cache("c", cache);
  builder.source("users", 100_rps,
                 [&](ProgramWriter& p) { p.lookUp(contents, [&](ProgramWriter& q) { q.fill(contents); }); });
  const auto plan = builder.build();
  const double steady = plan::visits(*plan)->hitRatio[0];
  EXPECT_NEAR(samplesOf(*plan, 5)[0].hitRatio[0], steady, 1e-9);
  Options cold;
  cold.startsCold = true;
  const std::vector<Sample> samples = samplesOf(*plan, 600, cold);
  EXPECT_LT(samples.front().hitRatio[0], 0.7 * steady);
  EXPECT_NEAR(samples.back().hitRatio[0], steady, 1e-3);
}

// Requests of 1 KB, kept for an hour: grows for an hour, then stays.
TEST(FluidLogs, GrowUntilTheirRetention) {
  PlanBuilder builder;
  builder.requestClass("all");
  builder.raw().classes[0].requestBytes = 1000;
  plan::Log log;
  log.retention = 1_h;
  const Index topic = builder.log("topic", log);
  builder.source("writers", 100_rps, [&](ProgramWriter& p) { p.publish(topic); });
  const Forecast forecast = forecastOf(*builder.build(), 4 * 3600);
  EXPECT_NEAR(forecast.hours[0].stored[0], 3600 * 1e5, 1);
  EXPECT_NEAR(forecast.hours[3].stored[0], 3600 * 1e5, 3600 * 1e5 / 40);
  builder.raw().logs[0].retention = {};
  EXPECT_NEAR(forecastOf(*builder.build(), 4 * 3600).logs[0].growthPerDay, 86'400 * 1e5, 1);
}

TEST(FluidStores, AHeirTakesThePlaceOfADeadPrimary) {
  OneQueue queue(100);
  queue.curve = steps({{0_s, 50}});
  queue.actions = {{100_s, Change::KillInstances, 0, 1}};
  plan::Plan plan = *queue.build();
  plan::Store store;
  store.key = "data";
  store.pool = 0;
  store.standbys = 1;
  store.failsOver = true;
  store.detection = Law::constant(10_s);
  store.promotion = Law::constant(20_s);
  plan.stores.push_back(store);
  const Forecast forecast = forecastOf(plan, 400);
  EXPECT_NEAR(forecast.pools[0].waiting.value, 50 * 30, 1e-6);
  EXPECT_NEAR(forecast.saturations.at(0).until, 160, 1e-6);  // 1,500 at 50/s more than come
}

TEST(Profiles, KeepTheMeanOfTheWorkload) {
  for (const double mean : {0.25, 0.5, 0.8}) {
    for (const Shape shape : {Shape::Day, Shape::Week}) {
      const plan::RateCurve curve = curveOf(shape, mean);
      EXPECT_EQ(plan::faultIn(curve), "");
      EXPECT_NEAR(meanLevelOf(curve, spanOf(shape)), mean, 1e-6);
      double most = 0;
      for (const plan::RateCurve::Point& point : curve.points) {
        most = std::max(most, point.level);
      }
      EXPECT_NEAR(most, 1, 1e-12);
    }
  }
  EXPECT_EQ(spanOf(*shapeNamed("month")), 720_h);
  EXPECT_EQ(shapeNamed("fortnight"), std::nullopt);
}

}  // namespace
}  // namespace cantilever::fluid
