// A fluid queue against closed forms (Newell 1982, Applications of Queueing Theory, chapter 2): backlog =
// integral of what comes beyond the capacity.

#include "core/sim/simulation.h"
#include "tests/core/fluid/forecast_builder.h"

namespace cantilever::fluid {
namespace {

using namespace test;

// ST-07 of the reference cases: 800/s, a step to 1,500/s, 1,000/s can be done, 2,000/s from 120 s on.
TEST(FluidQueue, StepOfLoadWithCapacityThatComesLater) {
  OneQueue queue(1000);
  queue.curve = steps({{0_s, 800}, {1000_s, 1500}});
  queue.pool.maxInstances = 2;
  queue.pool.boot = Law::constant(120_s);
  queue.actions = {{1000_s, Change::SetInstances, 0, 2}};
  for (const double step : {1.0, 7.0, 60.0}) {  // what is exact does not depend on the step
    Options options;
    options.step = step;
    const Forecast forecast = forecastOf(*queue.build(), 2000, options);
    ASSERT_EQ(forecast.saturations.size(), 1u);
    const Saturation& only = forecast.saturations[0];
    EXPECT_NEAR(only.from, 1000, 1e-6);
    EXPECT_TRUE(only.isOver);
    EXPECT_NEAR(only.until, 1240, 1e-6);
    EXPECT_NEAR(only.peakWaiting, 60'000, 1e-3);
    EXPECT_NEAR(forecast.pools[0].waiting.at, 1120, 1e-6);
    EXPECT_NEAR(only.peakWait, 40, 1e-6)
        << "of the request that came at 80 s, served when the second comes up";
    EXPECT_EQ(forecast.pools[0].trust.exactness, analytic::Exactness::Exact);
    expectConserved(forecast);
  }
}

// The load climbs in a straight line through the capacity and falls back: backlog = slope x^2 / 2.
TEST(FluidQueue, RampOfLoad) {
  OneQueue queue(100);
  queue.curve = lines({{0_s, 50}, {100_s, 150}, {200_s, 50}, {1000_s, 50}});
  const Forecast forecast = forecastOf(*queue.build(), 900);
  // Beyond 100/s from 50 s to 150 s: a triangle of height 50 and base 100, at its most at 150 s.
  EXPECT_NEAR(forecast.pools[0].waiting.value, 2500, 1e-6);
  EXPECT_NEAR(forecast.pools[0].waiting.at, 150, 1e-6);
  // Drained by (t - 150)^2 / 2 until 200 s (1,250), the rest at 50/s.
  ASSERT_EQ(forecast.saturations.size(), 1u);
  EXPECT_NEAR(forecast.saturations[0].from, 50, 1e-6);
  EXPECT_NEAR(forecast.saturations[0].until, 225, 1e-6);
  expectConserved(forecast);
}

TEST(FluidQueue, BacklogAtEachStepIsTheIntegral) {
  OneQueue queue(100);
  queue.curve = lines({{0_s, 50}, {100_s, 150}, {200_s, 50}, {1000_s, 50}});
  for (const Sample& sample : samplesOf(*queue.build(), 149)) {
    const double beyond = std::max(0.0, sample.time - 50);
    EXPECT_NEAR(
        sample.pools[0].waiting,
        sample.time <= 100 ? beyond * beyond / 2 : 2500 - (150 - sample.time) * (150 - sample.time) / 2, 1e-6)
        << sample.time;
  }
}

// ST-05: a backlog of 100,000 messages, 1,000/s come, 1,200/s are read.
TEST(FluidQueue, DrainsABacklog) {
  PlanBuilder builder;
  builder.requestClass("all");
  plan::Log log;
  log.backlog = 100'000;
  const Index topic = builder.log("topic", log);
  plan::Pool readers;
  readers.servers = 12;
  const Index to = builder.station("readers", readers, Law::constant(10_ms));
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Competing;
  builder.group(topic, to, group);
  builder.source("writers", 1000_rps, [&](ProgramWriter& p) { p.publish(topic); });
  const auto plan = builder.build();
  const Forecast forecast = forecastOf(*plan, 1000);
  ASSERT_EQ(forecast.saturations.size(), 1u);
  EXPECT_NEAR(forecast.saturations[0].until, 500, 0.5);
  EXPECT_NEAR(forecast.groups[0].consumed, 1'100'000, 1100);
  EXPECT_NEAR(forecast.groups[0].lagAtEnd, 0, 1e-6);
}

TEST(FluidQueue, RefusesWhatFindsNoRoom) {
  OneQueue queue(100);
  queue.curve = steps({{0_s, 150}});
  queue.pool.queueLimit = 1000;
  const Forecast forecast = forecastOf(*queue.build(), 100);
  EXPECT_NEAR(forecast.pools[0].waiting.value, 1000, 1e-6);  // after 20 s
  EXPECT_NEAR(forecast.classes[0].failed, 50 * 80, 1e-3);
  EXPECT_NEAR(forecast.classes[0].succeeded, 100 * 100, 1e-3);
  expectConserved(forecast);
}

// With a constant patience nobody waits longer (Baccelli and Hebuterne 1981, fluid limit); with an
// exponential one as many leave as come too much: (150 - 100) x 20 s wait.
TEST(FluidQueue, ThoseWhoWaitGiveUp) {
  OneQueue queue(100);
  queue.curve = steps({{0_s, 150}});
  queue.pool.patience = Law::constant(4_s);
  EXPECT_NEAR(forecastOf(*queue.build(), 600).pools[0].waiting.value, 400, 1e-3);
  queue.pool.patience = Law::exponential(20_s);
  const Forecast forecast = forecastOf(*queue.build(), 600);
  EXPECT_NEAR(forecast.pools[0].waiting.value, 1000, 10);
}

// A bucket of 500 tokens lets a burst through, then as many as it refills.
TEST(FluidQueue, ABucketLetsABurstThrough) {
  PlanBuilder builder;
  plan::Tokens bucket;
  bucket.refill = plan::Refill::Continuous;
  bucket.size = 500;
  bucket.rate = 100_rps;
  const Index tokens = builder.tokens("limit", bucket);
  const Index source = builder.source("users", 150_rps, [&](ProgramWriter& p) { p.take(tokens); });
  builder.raw().sources[source].curve = steps({{0_s, 1}, {30_s, 0}, {50_s, 1}});
  const Forecast forecast = forecastOf(*builder.build(), 50);
  // Full after 10 s, refuses 50/s for 20 s.
  EXPECT_NEAR(forecast.classes[0].failed, 1000, 1e-3);
  ASSERT_EQ(forecast.saturations.size(), 1u);
  EXPECT_NEAR(forecast.saturations[0].from, 10, 1e-6);
  EXPECT_EQ(forecast.saturations[0].kind, "tokens");
}

// Two stations in a row: the second sees no more than the first can do, and is full only once that has grown.
TEST(FluidQueue, TheFirstHoldsBackWhatTheSecondSees) {
  PlanBuilder builder;
  plan::Pool first;
  first.servers = 100;
  plan::Pool second;
  second.servers = 120;
  first.queue = second.queue = plan::QueueScope::Shared;
  const Index a = builder.station("a", first, Law::constant(1_s));
  const Index b = builder.station("b", second, Law::constant(1_s));
  builder.source("users", 150_rps, [&](ProgramWriter& p) { p.call(a).call(b); });
  const Forecast forecast = forecastOf(*builder.build(), 100);
  EXPECT_NEAR(forecast.pools[0].waiting.value, 5000, 1e-6);
  EXPECT_EQ(forecast.pools[1].waiting.value, 0);
  EXPECT_NEAR(forecast.pools[1].utilisation.value, 100.0 / 120, 1e-9);
  EXPECT_NEAR(forecast.classes[0].succeeded, 10'000, 1e-6);
  expectConserved(forecast);
}

// Of three branches all are needed: the slowest decides.
TEST(FluidQueue, TheSlowestBranchDecides) {
  PlanBuilder builder;
  std::vector<Index> links;
  for (const std::uint32_t servers : {200u, 80u, 120u}) {
    plan::Pool pool;
    pool.servers = servers;
    pool.queue = plan::QueueScope::Shared;
    links.push_back(builder.station("s" + std::to_string(servers), pool, Law::constant(1_s)));
  }
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.parallel(links, 3); });
  const Forecast forecast = forecastOf(*builder.build(), 100);
  EXPECT_NEAR(forecast.classes[0].succeeded, 8000, 100);
}

// Late answers are worth nothing: with a timeout of 10 s and three attempts, callers ask three times once
// that long a queue has formed, and it never recovers (Bronson et al. 2021, "Metastable failures in
// distributed systems").
TEST(FluidQueue, TimeoutsAndRetriesKeepAnOverloadAlive) {
  OneQueue queue(100);
  queue.curve = steps({{0_s, 80}, {100_s, 150}, {160_s, 80}});
  const Forecast patient = forecastOf(*queue.build(), 1000);
  EXPECT_NEAR(patient.classes[0].failed, 0, 1e-9);
  EXPECT_TRUE(patient.saturations.at(0).isOver);
  queue.link.timeout = 10_s;
  queue.link.retries.attempts = 3;
  const Forecast hasty = forecastOf(*queue.build(), 1000);
  EXPECT_FALSE(hasty.saturations.at(0).isOver);
  EXPECT_GT(hasty.classes[0].failed, 0.8 * 80 * 800);
}

// Who comes x seconds after the load has risen waits x / 2, and y after it has fallen 30 - y / 5: more than
// 19 s from 38 s after the one until 55 s after the other.
TEST(FluidQueue, AnswersAfterTheDeadlineAreFailures) {
  OneQueue queue(100);
  queue.curve = steps({{0_s, 80}, {100_s, 150}, {160_s, 80}});
  const auto plan = queue.build();
  plan::Plan hasty = *plan;
  hasty.classes[0].deadline = 20_s;
  const Forecast forecast = forecastOf(hasty, 1000);
  EXPECT_NEAR(forecast.classes[0].failed, 22 * 150 + 55 * 80, 0.02 * 7700);
  expectConserved(forecast);
}

// Calls of 10 ms on average, exponential, with a second attempt after 20 ms: e^-2 of them. So has the
// simulation, where the first answer of both is taken and the other goes on.
TEST(FluidQueue, SecondAttemptsBringTheirWork) {
  PlanBuilder builder;
  plan::Pool pool;
  pool.servers = 60;
  pool.queue = plan::QueueScope::Shared;
  plan::Link link;
  link.hedge = 20_ms;
  const Index to = builder.station("q", pool, Law::exponential(10_ms), link);
  builder.source("users", 2000_rps, [&](ProgramWriter& p) { p.call(to); });
  const auto plan = builder.build();
  const double expected = 2000 * 0.010 * (1 + std::exp(-2.0)) / 60;
  const Forecast forecast = forecastOf(*plan, 600);
  EXPECT_NEAR(forecast.hours[0].pools[0].utilisation, expected, 1e-3 * expected);
  EXPECT_NEAR(forecast.classes[0].succeeded, 2000 * 600, 1);
  expectConserved(forecast);
  sim::RunConfig config;
  config.warmup = 1_s;
  config.duration = 60_s;
  config.traced = 0;
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  ASSERT_TRUE(run.ok());
  EXPECT_NEAR(run->pools[0].utilisation, expected, 0.02 * expected);
}

// Beyond the capacity everybody waits longer than that, and everything is asked for twice.
TEST(FluidQueue, SecondAttemptsDoubleAnOverload) {
  OneQueue queue(100);
  queue.link.hedge = 2_s;
  queue.curve = steps({{0_s, 150}});
  const Forecast forecast = forecastOf(*queue.build(), 100);
  // 50/s too much until two seconds' work waits beyond the one of service, then 200/s.
  const double until = 1 * 100 / 50.0;
  EXPECT_NEAR(forecast.pools[0].waiting.value, until * 50 + (100 - until) * 200, 0.02 * 100 * 200);
}

/// What is answered in time, and how busy the servers are, beside a simulation.
void expectAsSimulated(const std::shared_ptr<const plan::Plan>& plan, double span, double most = 0.05) {
  const Forecast forecast = forecastOf(*plan, span);
  sim::RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::seconds(span);
  config.traced = 0;
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  ASSERT_TRUE(run.ok());
  const auto succeeded = static_cast<double>(run->classes[0].succeeded);
  EXPECT_NEAR(forecast.classes[0].succeeded / succeeded, 1, most) << succeeded;
  EXPECT_NEAR(forecast.hours[0].pools[0].utilisation, run->pools[0].utilisation, 0.05);
}

// Seats are held for the server and for a call behind it. Who waits for a server has one, so that only so
// many do; who finds none waits for it, up to a limit, and the others are refused. Nobody waits for a second.
TEST(FluidQueue, SeatsLimitWhoWaitsForServers) {
  PlanBuilder builder;
  const Index to = builder.station("db", sim::test::unlimitedServers(), Law::constant(20_ms));
  plan::Pool app = sim::test::withLimit(sim::test::withSeats(sim::test::servers(10), 60), 100);
  app.queue = plan::QueueScope::Shared;
  const Index pool = builder.pool("app", app);
  const Index program =
      builder.program("app", pool, [&](ProgramWriter& p) { p.work(Law::constant(10_ms)).call(to); });
  const Index link = builder.link("to app", program, sim::test::withTimeout(1_s));
  builder.source("users", 1500_rps, [&](ProgramWriter& p) { p.call(link); });
  const auto plan = builder.build();
  const Forecast forecast = forecastOf(*plan, 200);
  EXPECT_NEAR(forecast.classes[0].succeeded, 1000 * 200, 0.01 * 1000 * 200);
  EXPECT_NEAR(forecast.pools[pool].waiting.value, 100 + 60 - 10 - 20, 1)
      << "the room, and the seats that nobody is served in or away from";
  expectConserved(forecast);
  sim::RunConfig config;
  config.duration = 200_s;
  config.traced = 0;
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  ASSERT_TRUE(run.ok());
  EXPECT_NEAR(forecast.classes[0].succeeded / static_cast<double>(run->classes[0].succeeded), 1, 0.02);
}

// Without a breaker everybody waits longer than they want to, and nothing is worth anything. With one the
// queue is worked off while it is open, and what comes in the next few seconds is answered in time.
TEST(FluidQueue, BreakersKeepAnOverloadShort) {
  OneQueue queue(100);
  queue.curve = steps({{0_s, 150}});
  queue.link.timeout = 4_s;
  const Forecast without = forecastOf(*queue.build(), 1000);
  EXPECT_LT(without.classes[0].succeeded, 0.02 * 150 * 1000);
  queue.link.breaker.consecutive = 20;
  queue.link.breaker.open = 10_s;
  expectAsSimulated(queue.build(), 1000);
  queue.link.breaker = {};
  queue.link.breaker.window = 200;
  queue.link.breaker.open = 5_s;
  expectAsSimulated(queue.build(), 1000);
  queue.link.breaker.window = 0;
  queue.link.breaker.windowTime = 10_s;
  queue.link.breaker.minimum = 50;
  expectAsSimulated(queue.build(), 1000, 0.1);
}

// Who waits for 4 s, and is served for one of them, is late from 3 s in the queue on; then nobody else comes
// for 20 s but the few who wait for longer, and what is there is worked off in 5. Their breaker is looked at
// more often than there are steps, which must not make it slower.
TEST(FluidQueue, WorksOffAsFastBetweenSteps) {
  PlanBuilder builder;
  const Index pool = builder.pool("q", sim::test::servers(100));
  const Index program = builder.program("q", pool, [](ProgramWriter& p) { p.work(Law::constant(1_s)); });
  plan::Link link = sim::test::withTimeout(4_s);
  link.breaker.window = 200;
  link.breaker.open = 20_s;
  const Index to = builder.link("many", program, link);
  link.timeout = 8_s;
  const Index patiently = builder.link("few", program, link);
  builder.source("many", 150_rps, [&](ProgramWriter& p) { p.call(to); });
  builder.source("few", 1_rps, [&](ProgramWriter& p) { p.call(patiently); });
  const auto plan = builder.build();
  for (const double step : {0.25, 1.0, 10.0}) {
    Options options;
    options.step = step;
    const Forecast forecast = forecastOf(*plan, 1000, options);
    EXPECT_GT(forecast.pools[0].wait.value, 4.5) << step;
    EXPECT_LT(forecast.pools[0].wait.value, 5.7) << step;
    EXPECT_NEAR(forecast.pools[0].waiting.value, 560, 20) << step;
    expectConserved(forecast);
  }
}

// Six errors in a row come every now and then where half of the attempts fail: that is in the steady state.
TEST(FluidQueue, BreakersOpenByChance) {
  PlanBuilder builder;
  plan::Link link;
  link.errorShare = 0.5;
  link.breaker.consecutive = 6;
  link.breaker.open = 5_s;
  const Index to = builder.station("q", sim::test::servers(1), Law::constant(1_ms), link);
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(to); });
  expectAsSimulated(builder.build(), 10'000, 0.1);
}

TEST(FluidQueue, AKillLosesItsShareAndTheRestCarriesOn) {
  OneQueue queue(100);
  queue.pool.instances = 2;
  queue.pool.queue = plan::QueueScope::PerInstance;
  queue.curve = steps({{0_s, 150}});
  queue.actions = {{100_s, Change::KillInstances, 0, 1}, {140_s, Change::RestoreInstances, 0, 1}};
  const Forecast forecast = forecastOf(*queue.build(), 400);
  EXPECT_NEAR(forecast.pools[0].waiting.value, 2000, 1e-6);
  EXPECT_NEAR(forecast.saturations.at(0).until, 180, 1e-6);
  EXPECT_NEAR(forecast.pools[0].instanceHours * 3600, 2 * 400 - 40, 1e-6);
  expectConserved(forecast);
}

TEST(FluidQueue, IsGivenUpWhenNobodyWantsIt) {
  Options options;
  options.span = 7 * 86'400;
  int asked = 0;
  options.goesOn = [&asked](double) { return ++asked < 3; };
  const Result<Forecast> result = forecast(*OneQueue(1000).build(), options);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "forecast.stopped");
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace cantilever::fluid
