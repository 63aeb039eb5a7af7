#include <gtest/gtest.h>

#include <cmath>

#include "core/sim/tokens.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;
using plan::Refill;
using plan::Tokens;
using plan::TokenScope;
using theory::erlangB;
using theory::waitMMc;

Tokens tokensOf(std::uint32_t size) {
  Tokens tokens;
  tokens.size = size;
  tokens.waits = true;
  return tokens;
}
Tokens refusing(Tokens tokens) {
  tokens.waits = false;
  return tokens;
}
Tokens withRate(std::uint32_t depth, Rate rate) {
  Tokens tokens = tokensOf(depth);
  tokens.refill = Refill::Continuous;
  tokens.rate = rate;
  return tokens;
}
Tokens withWindow(std::uint32_t size, Refill refill, Duration window) {
  Tokens tokens = tokensOf(size);
  tokens.refill = refill;
  tokens.window = window;
  return tokens;
}

RunResult run(PlanBuilder& builder, Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

void expectBalance(const TokensResult& tokens, std::uint64_t waiting) {
  EXPECT_EQ(tokens.asked, tokens.granted + tokens.refused + tokens.shed + tokens.abandoned + waiting);
}

TEST(Bucket, FillsContinuouslyUpToItsDepth) {
  const Tokens tokens = withRate(3, 1000_rps);
  Bucket bucket(tokens, tokens.size, tokens.rate.raw());
  EXPECT_EQ(bucket.available(0), 3u);
  bucket.take(3, 0);
  EXPECT_EQ(bucket.available(999'999), 0u);
  EXPECT_EQ(bucket.availableAt(1, 0), kMs);
  EXPECT_EQ(bucket.available(kMs), 1u);
  bucket.take(1, kMs + 500'000);
  EXPECT_EQ(bucket.availableAt(1, kMs + 500'000), 2 * kMs) << "half a token is left";
  EXPECT_EQ(bucket.available(60 * kMs), 3u);
}

TEST(Bucket, OfAFixedWindowIsFullAtTheStartOfEach) {
  const Tokens tokens = withWindow(2, Refill::FixedWindow, 10_ms);
  Bucket bucket(tokens, tokens.size, tokens.rate.raw());
  bucket.take(2, 9 * kMs);
  EXPECT_EQ(bucket.available(10 * kMs - 1), 0u);
  EXPECT_EQ(bucket.availableAt(1, 9 * kMs), 10 * kMs);
  EXPECT_EQ(bucket.available(10 * kMs), 2u) << "four pass within 2 ms";
}

TEST(Bucket, OfASlidingWindowGetsEachBackAWindowLater) {
  const Tokens tokens = withWindow(2, Refill::SlidingWindow, 10_ms);
  Bucket bucket(tokens, tokens.size, tokens.rate.raw());
  bucket.take(1, 2 * kMs);
  bucket.take(1, 9 * kMs);
  EXPECT_EQ(bucket.available(12 * kMs - 1), 0u);
  EXPECT_EQ(bucket.availableAt(1, 9 * kMs), 12 * kMs);
  EXPECT_EQ(bucket.available(12 * kMs), 1u);
  EXPECT_EQ(bucket.available(19 * kMs), 2u);
}

TEST(Bucket, AdaptsItsSize) {
  Tokens tokens = tokensOf(10);
  tokens.adaptive = plan::AdaptiveLimit{10_ms, 2, 11, 0.5};
  Bucket bucket(tokens, tokens.size, tokens.rate.raw());
  bucket.take(4, 0);
  bucket.adapt(kMs, false);
  EXPECT_EQ(bucket.size(), 10u) << "fewer than half were in use";
  bucket.take(1, 0);
  bucket.adapt(10 * kMs, false);
  EXPECT_EQ(bucket.size(), 11u);
  bucket.take(5, 0);
  bucket.adapt(10 * kMs, false);
  EXPECT_EQ(bucket.size(), 11u) << "the most";
  bucket.adapt(10 * kMs + 1, false);
  EXPECT_EQ(bucket.size(), 5u);
  EXPECT_EQ(bucket.available(0), 0u) << "ten are out";
  bucket.adapt(kMs, true);
  bucket.adapt(kMs, true);
  EXPECT_EQ(bucket.size(), 2u);
}

// The schedule of one server: arrivals every 10 ms, 15 ms with the token; request k waits 5k ms.
TEST(TakenTokens, LetRequestsThroughOneByOne) {
  PlanBuilder builder;
  const plan::Index lock = builder.tokens("lock", tokensOf(1));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.take(lock).wait(Law::constant(15_ms)); },
      ArrivalProcess::Deterministic);
  const RunResult result = run(builder, 100_ms);
  EXPECT_EQ(result.classes[0].succeeded, 6u);
  EXPECT_EQ(result.classes[0].unfinished, 4u);
  EXPECT_DOUBLE_EQ(result.classes[0].latency.meanNs(), 27.5 * kMs);
  const TokensResult& tokens = result.tokens[0];
  EXPECT_EQ(tokens.asked, 10u);
  EXPECT_EQ(tokens.granted, 7u);
  expectBalance(tokens, 3);
  EXPECT_DOUBLE_EQ(tokens.waiting.meanNs(), 15.0 * kMs);
  EXPECT_DOUBLE_EQ(tokens.holding.meanNs(), 15.0 * kMs);
  EXPECT_DOUBLE_EQ(tokens.meanHeld, 0.9);
  EXPECT_DOUBLE_EQ(tokens.meanWaiting, 1.35);
  EXPECT_EQ(tokens.maxHeld, 1u);
  EXPECT_EQ(tokens.maxWaiting, 3u);
}

TEST(TakenTokens, AreGivenBackAtTheEndByFailuresAndByHand) {
  PlanBuilder builder;
  const plan::Index outer = builder.tokens("outer", tokensOf(2));
  const plan::Index inner = builder.tokens("inner", tokensOf(1));
  builder.source(
      "users", 100_rps,
      [&](ProgramWriter& p) {
        p.take(outer, 2).take(inner).wait(Law::constant(2_ms)).give(inner).give(inner);
        p.wait(Law::constant(3_ms)).fail(Reason::Injected);
      },
      ArrivalProcess::Deterministic);
  const RunResult result = run(builder, 1_s);
  EXPECT_DOUBLE_EQ(result.tokens[0].holding.meanNs(), 5.0 * kMs);
  EXPECT_EQ(result.tokens[0].holding.maxNs(), 5 * kMs);
  EXPECT_DOUBLE_EQ(result.tokens[1].holding.meanNs(), 2.0 * kMs);
  EXPECT_EQ(result.tokens[0].maxHeld, 2u);
  EXPECT_EQ(result.tokens[0].granted, 100u);
  EXPECT_EQ(failures(result, Reason::Injected), 99u);
}

TEST(TakenTokens, AreKeptByWorkThatNobodyWaitsForAnyMore) {
  PlanBuilder builder;
  const plan::Index lock = builder.tokens("lock", refusing(tokensOf(1)));
  const plan::Index guarded = builder.program(
      "guarded", plan::kNone, [&](ProgramWriter& p) { p.take(lock).wait(Law::constant(25_ms)); });
  const plan::Index link = builder.link("link", guarded, withTimeout(5_ms));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  const RunResult result = run(builder, 95_ms);  // at 10, 40 and 70 ms one gets in and times out
  EXPECT_EQ(result.tokens[0].granted, 3u);
  EXPECT_EQ(failures(result, Reason::RateLimited), 6u);
  EXPECT_EQ(failures(result, Reason::TimedOut), 3u);
}

TEST(TakenTokens, ThatAreMissingLetTheProgramGoOnOtherwise) {
  PlanBuilder builder;
  const plan::Index lock = builder.tokens("lock", refusing(tokensOf(1)));
  builder.source(
      "users", 100_rps,
      [&](ProgramWriter& p) {
        p.takeElse(lock, [](ProgramWriter& other) { other.wait(Law::constant(1_ms)).end(); });
        p.wait(Law::constant(12_ms));
      },
      ArrivalProcess::Deterministic);
  const RunResult result = run(builder, 99_ms);
  EXPECT_EQ(result.classes[0].failedTotal(), 0u);
  EXPECT_EQ(result.tokens[0].granted, 5u);
  EXPECT_EQ(result.tokens[0].refused, 4u);
}

TEST(TakenTokens, OfALeakyBucketLeaveSpacesBetweenRequests) {
  PlanBuilder builder;
  const plan::Index leaky = builder.tokens("leaky", withRate(1, 100_rps));
  builder.source(
      "burst", 1000_rps, [&](ProgramWriter& p) { p.take(leaky); }, ArrivalProcess::Deterministic);
  const RunResult result = run(builder, 5_ms);  // at 1 ms at once, then at 11, 21 ...
  EXPECT_EQ(result.classes[0].succeeded, 1u);
  PlanBuilder more;
  const plan::Index same = more.tokens("leaky", withRate(1, 100_rps));
  more.source(
      "burst", 1000_rps, [&](ProgramWriter& p) { p.take(same); }, ArrivalProcess::Deterministic);
  const RunResult later = run(more, 100_ms);
  EXPECT_EQ(later.classes[0].succeeded, 10u);  // 1, 11 ... 91 ms
  EXPECT_EQ(later.latency.maxNs(), 81 * kMs);  // that of 10 ms, at 91 ms
}

TEST(TakenTokens, OfWindowsComeBackByTheClock) {
  for (const Refill refill : {Refill::FixedWindow, Refill::SlidingWindow}) {
    PlanBuilder builder;
    const plan::Index limit = builder.tokens("limit", withWindow(4, refill, 10_ms));
    builder.source(
        "users", 1000_rps, [&](ProgramWriter& p) { p.take(limit); }, ArrivalProcess::Deterministic);
    // Fixed: 1-4, then four each at 10 and 20 ms. Sliding: 1-4, 11-14, 21-24 ms.
    const RunResult result = run(builder, 24_ms);
    EXPECT_EQ(result.classes[0].succeeded, 12u);
    EXPECT_EQ(result.latency.maxNs(), (refill == Refill::FixedWindow ? 11 : 12) * kMs);
  }
}

TEST(TakenTokens, WaitWithPatienceAndInLimitedNumber) {
  PlanBuilder builder;
  Tokens of = tokensOf(1);
  of.patience = Law::constant(7_ms);
  of.queueLimit = 2;
  const plan::Index lock = builder.tokens("lock", of);
  builder.source(
      "users", 250_rps, [&](ProgramWriter& p) { p.take(lock).wait(Law::constant(100_ms)); },
      ArrivalProcess::Deterministic);
  // At 4 ms the lock is gone; 8 and 12 ms wait and leave at 15 and 19 ms, just before 16 and 20 ms, and so
  // on.
  const RunResult result = run(builder, 99_ms);
  EXPECT_EQ(result.tokens[0].granted, 1u);
  EXPECT_EQ(result.tokens[0].refused, 0u);
  EXPECT_EQ(failures(result, Reason::QueueTimeout), 22u);  // of 8 ... 92 ms
  expectBalance(result.tokens[0], 1);

  PlanBuilder crowded;
  of.patience = Law::constant(9_ms);
  const plan::Index same = crowded.tokens("lock", of);
  crowded.source(
      "users", 250_rps, [&](ProgramWriter& p) { p.take(same).wait(Law::constant(100_ms)); },
      ArrivalProcess::Deterministic);
  const RunResult full = run(crowded, 99_ms);  // of 8, 12, 16 the third finds two waiting
  EXPECT_GT(full.tokens[0].refused, 0u);
  EXPECT_EQ(failures(full, Reason::QueueFull), full.tokens[0].refused);
}

TEST(TakenTokens, GoToImportantRequestsFirstAndAreKeptForThem) {
  const auto runWith = [](Tokens of) {
    PlanBuilder builder;
    builder.requestClass("first");
    builder.requestClass("second");
    builder.raw().classes[1].priority = 1;
    const plan::Index tokens = builder.tokens("tokens", of);
    const auto body = [&](ProgramWriter& p) { p.take(tokens).wait(Law::constant(30_ms)); };
    builder.source("second", 100_rps, body, ArrivalProcess::Deterministic, 1);
    builder.source("first", 50_rps, body, ArrivalProcess::Deterministic, 0);
    return run(builder, 99_ms);
  };
  Tokens byPriority = tokensOf(1);
  byPriority.isByPriority = true;
  const RunResult ordered = runWith(byPriority);  // 10 ms second, then those of 20, 40, 60 ms of the first
  EXPECT_EQ(ordered.classes[0].succeeded, 1u);
  EXPECT_EQ(ordered.classes[0].latency.maxNs(), 50 * kMs);
  EXPECT_EQ(ordered.classes[1].succeeded, 1u);
  EXPECT_EQ(ordered.tokens[0].granted, 3u);

  Tokens kept = refusing(tokensOf(3));
  kept.reserve = 2;
  const RunResult shed = runWith(kept);
  // The second class gets one of three, and only while no other is taken: at 10 ms, at 60 ms not (one of 40
  // ms).
  EXPECT_EQ(shed.classes[0].failedTotal(), 0u);
  EXPECT_EQ(shed.tokens[0].refused, 0u);
  EXPECT_GT(shed.tokens[0].shed, 0u);
  EXPECT_EQ(shed.classes[1].failed[static_cast<std::size_t>(Reason::Shed)], shed.tokens[0].shed);
}

// Who is next in line may need fewer tokens than the one that has gone, of which some are kept for others.
TEST(TakenTokens, AreThereForTheNextWhenTheFirstInLineGoes) {
  PlanBuilder builder;
  builder.requestClass("first");
  builder.requestClass("second");
  builder.raw().classes[1].priority = 1;
  Tokens kept = tokensOf(2);
  kept.reserve = 1;
  kept.patience = Law::constant(17_ms);
  const plan::Index tokens = builder.tokens("tokens", kept);
  const auto body = [&](ProgramWriter& p) { p.take(tokens).wait(Law::constant(1_s)); };
  builder.source("one", perSecond(1 / 0.010), body, ArrivalProcess::Deterministic, 0);    // 10 ms, 20 ms
  builder.source("other", perSecond(1 / 0.012), body, ArrivalProcess::Deterministic, 1);  // 12 ms
  const RunResult result = run(builder, Duration::milliseconds(29.9));
  // One token is free at 12 ms, but not for the second class, which waits to 29 ms; behind it waits that of
  // 20 ms, and it can be served at once then.
  EXPECT_EQ(result.tokens[0].abandoned, 1u);
  EXPECT_EQ(result.tokens[0].granted, 2u);
}

TEST(TakenTokens, OfAKeyAreItsOwn) {
  PlanBuilder builder;
  const plan::Index users = builder.requestClass("users");
  builder.keys(users, 1000, 0);
  Tokens of = refusing(tokensOf(1));
  of.scope = TokenScope::Key;
  const plan::Index lock = builder.tokens("row", of);
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.take(lock).wait(Law::constant(100_ms)); });
  const RunResult result = run(builder, 100_s);
  // A key has an own stream of 1 per second and one server without a queue: Erlang's loss formula.
  const double lost =
      static_cast<double>(result.tokens[0].refused) / static_cast<double>(result.tokens[0].asked);
  EXPECT_NEAR(lost, erlangB(0.1, 1), 0.004);  // 4 standard deviations of 100,000 requests
  EXPECT_LE(result.tokens[0].buckets, 1000u);
}

TEST(TakenTokens, OfManyKeysAreForgottenWhenTheyAreAsNew) {
  PlanBuilder builder;
  const plan::Index users = builder.requestClass("users");
  builder.keys(users, 1'000'000, 0);
  Tokens of = refusing(withRate(1, 100_rps));
  of.scope = TokenScope::Key;
  const plan::Index limit = builder.tokens("limit", of);
  builder.source("users", 10000_rps, [&](ProgramWriter& p) { p.take(limit); });
  const RunResult result = run(builder, 20_s);
  EXPECT_EQ(result.tokens[0].asked, result.classes[0].offered);
  EXPECT_LT(result.tokens[0].buckets, 3000u) << "a key comes again after 100 s, its token after 10 ms";
}

TEST(TakenTokens, OfACallerAreItsOwnAndGoWithIt) {
  PlanBuilder builder;
  Tokens of = tokensOf(1);
  of.scope = TokenScope::Caller;
  const plan::Index connections = builder.tokens("connections", of);
  const plan::Index pooled = builder.program(
      "pooled", plan::kNone, [&](ProgramWriter& p) { p.take(connections).wait(Law::constant(1000_s)); });
  const plan::Index toPooled = builder.link("to-pooled", pooled);
  const plan::Index app = builder.pool("app", instances(2, unlimitedServers()));
  const plan::Index serve = builder.program("serve", app, [&](ProgramWriter& p) { p.call(toPooled); });
  const plan::Index in = builder.link("in", serve, roundRobin());
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(in); }, ArrivalProcess::Deterministic);
  builder.action(55_ms, Change::KillInstances, app, 1);
  builder.action(56_ms, Change::RestoreInstances, app, 1);
  const RunResult result = run(builder, 99_ms);
  // Requests of 10, 30, 50 ms are at the first instance, which dies with them; then that of 60 or 70 ms gets
  // its new connection. Those of 20, 40 ... are at the second.
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 3u);
  EXPECT_EQ(result.tokens[0].granted, 3u);
  EXPECT_EQ(result.tokens[0].buckets, 2u);
  EXPECT_EQ(result.tokens[0].maxHeld, 3u) << "the orphan of the first instance goes on";
}

// c tokens before a delay are c servers: M/M/c, and without waiting the loss system.
TEST(TakenTokens, BeforeADelayAreAStation) {
  const auto station = [](const Tokens& of) {
    PlanBuilder builder;
    const plan::Index servers = builder.tokens("servers", of);
    builder.source("users", 80_rps,
                   [&](ProgramWriter& p) { p.take(servers).wait(Law::exponential(100_ms)); });
    return builder.build();
  };
  const Replications waiting(station(tokensOf(10)), 60'000);
  waiting.expect("mean wait", waitMMc(80, 10, 0.1), 0.2,
                 [](const RunResult& r) { return r.tokens[0].waiting.meanNs() * 1e-9; });
  waiting.expect("held", 8, 0.02, [](const RunResult& r) { return r.tokens[0].meanHeld; });
  const Replications losing(station(refusing(tokensOf(10))), 60'000);
  losing.expect("lost", erlangB(8, 10), 0.08, [](const RunResult& r) {
    return static_cast<double>(r.tokens[0].refused) / static_cast<double>(r.tokens[0].asked);
  });
}

// A bucket of depth b under Poisson arrivals that take or are dropped: the finite M/D/1 dam. With b = 1 it is
// the loss system with a constant service time.
TEST(TakenTokens, OfABucketDropAsTheFiniteDam) {
  const auto dropped = [](const RunResult& r) {
    return static_cast<double>(r.tokens[0].refused) / static_cast<double>(r.tokens[0].asked);
  };
  const auto bucket = [](std::uint32_t depth, Rate rate) {
    PlanBuilder builder;
    const plan::Index limit = builder.tokens("limit", refusing(withRate(depth, rate)));
    builder.source("users", 1200_rps, [&](ProgramWriter& p) { p.take(limit); });
    return builder.build();
  };
  const double rho = 1.2;
  const auto accepted = [rho](int depth) {  // G / (1 + rho G), see Prabhu, Queues and Inventories
    double g = 0;
    double factorial = 1;
    for (int k = 0; k < depth; ++k) {
      factorial *= k > 0 ? k : 1;
      const double x = rho * (depth - 1 - k);
      g += std::pow(-x, k) * std::exp(x) / factorial;
    }
    return g / (1 + rho * g);
  };
  ASSERT_NEAR(1 - accepted(10), 0.1709107685, 1e-9);
  Replications(bucket(10, 1000_rps), 60'000).expect("depth 10", 1 - accepted(10), 0.05, dropped);
  Replications(bucket(1, 1000_rps), 60'000).expect("depth 1", 1 - accepted(1), 0.02, dropped);
}

}  // namespace
}  // namespace cantilever::sim
