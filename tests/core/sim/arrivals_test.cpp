// When requests arrive: by hand, and against theory. Values called SS- and NW- are those of the project's
// reference cases.
#include "core/sim/arrivals.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

plan::Source openSource(double rate, const std::string& curve = {},
                        ArrivalProcess arrivals = ArrivalProcess::Deterministic) {
  plan::Source source;
  source.key = "users";
  source.rate = perSecond(rate);
  source.arrivals = arrivals;
  source.curve = *plan::parseRateCurve(curve);
  return source;
}

/// The arrivals of one source in ms, one for each request; `change`, if given, multiplies the rate at a time.
struct FactorChange {
  double at_ms = 0;
  double factor = 1;
};

std::vector<double> arrivalsOf(const plan::Source& source, Duration until,
                               const std::vector<FactorChange>& changes = {}, std::uint64_t seed = 1) {
  FrameArena frames;
  Agenda agenda({}, frames);
  Arrivals arrivals(agenda, 0);
  arrivals.add(source, {RandomStream(seed), RandomStream(seed + 1000), RandomStream(seed + 2000)}, 1);
  for (const FactorChange& each : changes) {
    agenda.at(Duration::milliseconds(each.at_ms).ns(), Phase::Actions, {0, 0, EventType::Act});
  }
  std::vector<double> times;
  std::size_t change = 0;
  for (Event event; agenda.next(until.ns(), event);) {
    if (event.type == EventType::Act) {
      arrivals.setFactor(changes[change++].factor);
      continue;
    }
    times.insert(times.end(), arrivals.take(event), static_cast<double>(agenda.now()) * 1e-6);
  }
  return times;
}

std::size_t countWithin(const std::vector<double>& times, double from_ms, double to_ms) {
  return static_cast<std::size_t>(std::count_if(
      times.begin(), times.end(), [&](double time) { return time > from_ms && time <= to_ms; }));
}

using Times = std::vector<double>;

// Curves ----------------------------------------------------------------------------------------------------

TEST(Arrivals, StepsActAtOnce) {
  // 10/s, from 0.25 s on 20/s (half a spacing was left: a quarter of a second's worth), none from 0.4 to 1 s.
  EXPECT_EQ(arrivalsOf(openSource(10, "steps 0 s: 100 %, 250 ms: 200 %, 400 ms: 0 %, 1 s: 50 %"), 1500_ms),
            (Times{100, 200, 275, 325, 375, 1100, 1300, 1500}));
}

// The cumulated rate is t^2 / 2 for a rate of t: the k-th arrival is at sqrt(2 k).
TEST(Arrivals, LinesAreInvertedExactly) {
  const std::vector<double> up = arrivalsOf(openSource(10, "lines 0 s: 0 %, 10 s: 100 %"), 10001_ms);
  ASSERT_EQ(up.size(), 50u);
  for (std::size_t k = 0; k < up.size(); ++k) {
    EXPECT_NEAR(up[k], 1000 * std::sqrt(2.0 * static_cast<double>(k + 1)), 2e-6);
  }
  // Downwards to nothing: the rest is (10 - t)^2 / 2 of 50.
  const std::vector<double> down = arrivalsOf(openSource(10, "lines 0 s: 100 %, 10 s: 0 %"), 100_s);
  ASSERT_GE(down.size(), 49u) << "the last would come at the very end";
  for (std::size_t k = 0; k < 49; ++k) {
    EXPECT_NEAR(down[k], 1000 * (10 - std::sqrt(100 - 2.0 * static_cast<double>(k + 1))), 2e-6);
  }
}

TEST(Arrivals, ACurveRepeatsAndJumps) {
  // In each 400 ms: 0-100 at 10/s, 100-300 at 20/s, 300-400 none; that is 5 each time.
  const std::vector<double> steps =
      arrivalsOf(openSource(10, "steps 0 s: 100 %, 100 ms: 200 %, 300 ms: 0 % every 400 ms"), 800_ms);
  EXPECT_EQ(steps, (Times{100, 150, 200, 250, 300, 500, 550, 600, 650, 700}));
  // A saw: from 0 to 21/s in 1 s, then down at once: 10.5 each time.
  const std::vector<double> saw =
      arrivalsOf(openSource(21, "lines 0 s: 0 %, 1 s: 100 %, 1 s: 0 % every 1001 ms"), 10010_ms);
  EXPECT_EQ(countWithin(saw, 0, 1001), 10u);
  EXPECT_NEAR(static_cast<double>(saw.size()), 105, 1);
}

// A change of load in the middle of a line: steps that have passed stay passed.
TEST(Arrivals, AFactorActsAtOnceOnACurve) {
  // Rate t until 2 s (2 arrivals' worth), then 2 t: the k-th at sqrt(4 + (k - 2)).
  const std::vector<double> times =
      arrivalsOf(openSource(10, "lines 0 s: 0 %, 10 s: 100 %"), 5001_ms, {{2000, 2}});
  ASSERT_EQ(times.size(), 23u);
  for (std::size_t k = 3; k <= times.size(); ++k) {
    EXPECT_NEAR(times[k - 1], 1000 * std::sqrt(4.0 + static_cast<double>(k - 2)), 2e-6);
  }
}

// Rule 32: the same randomness under another curve: a curve that is twice as high halves the times.
TEST(Arrivals, ACurveKeepsTheRandomness) {
  const std::vector<double> once = arrivalsOf(openSource(10, "", ArrivalProcess::Poisson), 20_s);
  const std::vector<double> twice =
      arrivalsOf(openSource(10, "steps 0 s: 200 %, 1 h: 0 %", ArrivalProcess::Poisson), 10_s);
  ASSERT_EQ(once.size(), twice.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_NEAR(twice[i], once[i] / 2, 1e-5);
  }
}

// From 0.2 to 1 and back in 100 s: the level is 0.6 - 0.4 cos(2 pi t / 100), and a Poisson number of arrivals
// has the integral of the rate as its mean and variance.
TEST(Arrivals, ASineGivesPoissonNumbers) {
  const std::vector<double> times =
      arrivalsOf(openSource(1000, "sine 100 s from 20 %", ArrivalProcess::Poisson), 400_s);
  constexpr double kPi = 3.14159265358979;
  for (int piece = 0; piece < 16; ++piece) {
    const double from = 25.0 * piece;
    const auto cumulated = [](double t) {
      return 1000 * (0.6 * t - 0.4 * 100 / (2 * kPi) * std::sin(2 * kPi * t / 100));
    };
    const double mean = cumulated(from + 25) - cumulated(from);
    const auto count = static_cast<double>(countWithin(times, 1000 * from, 1000 * (from + 25)));
    EXPECT_LT(std::abs(count - mean), 4 * std::sqrt(mean)) << piece;
  }
}

TEST(Arrivals, ATraceIsKept) {
  plan::Source source = openSource(1);
  source.kind = plan::SourceKind::Trace;
  source.times = {0_s, 5_ms, 5_ms, 70_ms};
  EXPECT_EQ(arrivalsOf(source, 1_s, {{1, 10}}), (Times{0, 5, 5, 70})) << "a load factor does not act on it";
}

// Batches ---------------------------------------------------------------------------------------------------

TEST(Arrivals, TheRateIsOfRequestsAndNotOfBatches) {
  plan::Source source = openSource(10);
  source.batch = CountLaw::fixed(3);
  EXPECT_EQ(arrivalsOf(source, 700_ms), (Times{300, 300, 300, 600, 600, 600}));
  source.batch = CountLaw::geometric(4);
  // 10,000 batches of mean 4 and variance 12.
  const auto count = static_cast<double>(arrivalsOf(source, 4000_s).size());
  EXPECT_LT(std::abs(count - 40'000), 4 * std::sqrt(10'000 * 12.0));
}

std::shared_ptr<const plan::Plan> queueOf(plan::Source source, const Law& service) {
  PlanBuilder builder;
  const plan::Index station = builder.station("station", servers(1), service);
  builder.source("users", source.rate, [&](ProgramWriter& p) { p.call(station); });
  source.program = builder.raw().sources[0].program;
  builder.raw().sources[0] = source;
  return builder.build();
}

// SS-30 and SS-31: L = rho (1 + E[X^2] / E[X]) / (2 (1 - rho)).
TEST(Arrivals, BatchesHaveTheirClosedForm) {
  plan::Source source = openSource(0.7, "", ArrivalProcess::Poisson);
  source.batch = CountLaw::fixed(5);
  const Replications fixed(queueOf(source, Law::exponential(1_s)), 100'000);
  fixed.expect("batches of 5", 10.0, 0.1, meanLatency());
  source.rate = perSecond(0.8);
  source.batch = CountLaw::geometric(4);
  const Replications geometric(queueOf(source, Law::exponential(1_s)), 150'000);
  geometric.expect("geometric batches", 20.0, 0.15, meanLatency());
}

// Spacings and bursts ---------------------------------------------------------------------------------------

// GI/M/1: P(wait) = sigma, sigma = A*(mu (1 - sigma)); T is exponential with rate mu (1 - sigma) (Takacs
// 1962).
TEST(Arrivals, SpacingsMayHaveAnyLaw) {
  struct Case {
    const char* what;
    Law law;
    std::function<double(double)> transform;
    double width;
  };
  // Erlang 3: (3 l / (3 l + s))^3. Balanced hyperexponential, cv^2 = 4: p = (1 + sqrt(3 / 5)) / 2, rates 2 p
  // l.
  const double rate = 0.8;
  const double p = (1 + std::sqrt(0.6)) / 2;
  const Case cases[] = {
      {"Erlang", Law::erlang(1_s, 3), [&](double s) { return std::pow(3 * rate / (3 * rate + s), 3); }, 0.06},
      {"hyperexponential", Law::hyperexponential(1_s, 2),
       [&](double s) {
         const double one = 2 * p * rate;
         const double two = 2 * (1 - p) * rate;
         return p * one / (one + s) + (1 - p) * two / (two + s);
       },
       0.2}};
  for (const Case& of : cases) {
    SCOPED_TRACE(of.what);
    const double sigma = theory::sigmaGIM1(1, of.transform);
    plan::Source source = openSource(rate);
    source.spacing = of.law;
    const Replications runs(queueOf(source, Law::exponential(1_s)), 80'000);
    runs.expect("mean response", 1 / (1 - sigma), of.width, meanLatency());
    runs.expect("P(wait)", sigma, 0.03, waitShare());
    runs.expect("utilisation", rate, 0.02, utilisation());
  }
}

using Matrix = std::array<std::array<double, 2>, 2>;

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c{};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
    }
  }
  return c;
}

Matrix inverse(const Matrix& a) {
  const double det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
  return {{{a[1][1] / det, -a[0][1] / det}, {-a[1][0] / det, a[0][0] / det}}};
}

/// Mean number in MMPP(2)/M/1 as a quasi-birth-death process (Neuts 1981): the levels' vectors are pi0 R^n
/// with R the least solution of A0 + R A1 + R^2 A2 = 0.
double numberInMmppM1(const std::array<double, 2>& rate, double leave0, double leave1, double mu) {
  const Matrix phases = {{{-leave0, leave0}, {leave1, -leave1}}};
  Matrix minusA1 = {};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      minusA1[i][j] = -phases[i][j] + (i == j ? rate[i] + mu : 0);
    }
  }
  const Matrix inverseA1 = inverse(minusA1);
  Matrix r{};
  for (int round = 0; round < 20'000; ++round) {
    Matrix sum = product(r, r);
    for (std::size_t i = 0; i < 2; ++i) {
      for (std::size_t j = 0; j < 2; ++j) {
        sum[i][j] = sum[i][j] * mu + (i == j ? rate[i] : 0);
      }
    }
    r = product(sum, inverseA1);
  }
  // pi0 (phases - rates + mu R) = 0, up to a factor.
  const double from0 = phases[0][1] + mu * r[0][1];
  const double from1 = phases[1][0] + mu * r[1][0];
  const std::array<double, 2> empty = {from1, from0};
  const Matrix sum = inverse({{{1 - r[0][0], -r[0][1]}, {-r[1][0], 1 - r[1][1]}}});
  const Matrix weighted = product(product(r, sum), sum);
  double mass = 0;
  double number = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    mass += empty[i] * (sum[i][0] + sum[i][1]);
    number += empty[i] * (weighted[i][0] + weighted[i][1]);
  }
  return number / mass;
}

TEST(Arrivals, BurstsMakeTheQueueOfAModulatedProcess) {
  // Without modulation it is M/M/1: the check of the check.
  EXPECT_NEAR(numberInMmppM1({0.5, 0.5}, 1, 2, 1), 1, 1e-9);
  // A fifth of the time 2.5 times the rate: an overload of 1.75 for 5 s on average, then 0.4375 for 20 s.
  plan::Source source = openSource(0.7, "", ArrivalProcess::Poisson);
  source.bursts = plan::Bursts{2.5, 0.2, 5_s};
  EXPECT_DOUBLE_EQ(source.bursts->calmLevel(), 0.625);
  const double number = numberInMmppM1({0.4375, 1.75}, 0.05, 0.2, 1);
  const Replications runs(queueOf(source, Law::exponential(1_s)), 150'000);
  runs.expect("utilisation", 0.7, 0.02, utilisation());
  runs.expect("number", number, 0.12, meanNumber());
  runs.expect("mean response", number / 0.7, 0.12, meanLatency());
  EXPECT_GT(number, 1.5 * 0.7 / 0.3) << "the mean load alone would say much less";
}

// Closed sources --------------------------------------------------------------------------------------------

/// `rate` only says how long a run of so many requests takes.
plan::Index addUsers(PlanBuilder& builder, std::uint32_t users, const Law& think, double rate,
                     const ProgramWriter::Body& body, plan::Index requestClass = 0) {
  const plan::Index index = builder.source("users" + std::to_string(requestClass), perSecond(rate), body,
                                           ArrivalProcess::Poisson, requestClass);
  plan::Source& source = builder.raw().sources[index];
  source.kind = plan::SourceKind::Closed;
  source.users = users;
  source.think = think;
  return index;
}

std::function<double(const RunResult&)> throughput(std::size_t requestClass = 0) {
  return [requestClass](const RunResult& r) {
    return static_cast<double>(r.classes[requestClass].succeeded) * 1e9 /
           static_cast<double>(r.endNs - r.warmupNs);
  };
}

// Three users think 10 ms; the server takes 4 ms: they arrive together at 10, end at 14, 18, 22, come back at
// 24, 28, 32 and never meet again.
TEST(Users, ThinkAskAndWait) {
  PlanBuilder builder;
  const plan::Index station = builder.station("station", servers(1), Law::constant(4_ms));
  addUsers(builder, 3, Law::constant(10_ms), 1, [&](ProgramWriter& p) { p.call(station); });
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::milliseconds(51);  // rounds begin at 10, 24 and 38
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(result.classes[0].offered, 9u);
  EXPECT_EQ(result.classes[0].succeeded, 9u);
  EXPECT_EQ(result.classes[0].latency.maxNs(), 12 * kMs);
  EXPECT_EQ(result.pools[0].busyNs, 36u * kMs);
  EXPECT_EQ(result.pools[0].maxQueue, 2u);
}

TEST(Users, CountAFailureAsACycle) {
  PlanBuilder builder;
  addUsers(builder, 1, Law::constant(10_ms), 1,
           [](ProgramWriter& p) { p.wait(Law::constant(5_ms)).fail(Reason::Injected); });
  RunConfig config;
  config.warmup = Duration();
  config.duration = 150_ms;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(result.classes[0].offered, 10u);
  EXPECT_EQ(failures(result, Reason::Injected), 10u);
}

TEST(Users, ComeAndGoWithTheLoadFactor) {
  PlanBuilder builder;
  addUsers(builder, 10, Law::constant(100_ms), 1, [](ProgramWriter& p) { p.wait(Law::constant(1_ns)); });
  builder.action(950_ms, Change::LoadFactor, plan::kNone, 2);
  builder.action(1960_ms, Change::LoadFactor, plan::kNone, 0.5);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 3_s;
  config.sampleInterval = 10_ms;
  const RunResult result = *simulate(builder.build(), config);
  // Ten ask at each full 100 ms; from 1.05 s on ten more at each 50; five stay. The nanoseconds add up to
  // nothing.
  const auto offeredUntil = [&](std::int64_t end) {
    std::uint64_t sum = 0;
    for (const Sample& sample : result.series) {
      sum += sample.endNs <= end * kMs ? sample.classes[0].offered : 0;
    }
    return sum;
  };
  EXPECT_EQ(offeredUntil(930), 90u);
  EXPECT_EQ(offeredUntil(1930), 190u + 90u);
  EXPECT_EQ(offeredUntil(2930) - offeredUntil(2030), 45u);
}

TEST(Users, WithoutThinkTimeAndWorkAreALoopThatIsFoundOut) {
  PlanBuilder builder;
  addUsers(builder, 1, Law::constant(0_s), 1, [](ProgramWriter& p) { p.end(); });
  const RunResult result = *simulate(builder.build(), RunConfig{});
  EXPECT_FALSE(result.isComplete);
  EXPECT_NE(result.stopReason.find("run-users0"), std::string::npos) << result.stopReason;
}

// NW-04: 20 users, think 4 s; exact mean value analysis (Reiser & Lavenberg 1980).
TEST(Users, CentralServerHasItsMvaThroughput) {
  PlanBuilder builder;
  const plan::Index cpu = builder.station("cpu", servers(1), Law::exponential(125_ms));
  const plan::Index a = builder.station("a", servers(1), Law::exponential(300_ms));
  const plan::Index b = builder.station("b", servers(1), Law::exponential(200_ms));
  // 16 visits to the processor, each followed by disk A (10 of 16), disk B (5) or the end (1).
  addUsers(builder, 20, Law::exponential(4_s), 0.3332465122, [&](ProgramWriter& p) {
    const plan::Index again = p.here();
    p.call(cpu);
    p.ifChance(
        10.0 / 16, [&](ProgramWriter& to) { to.call(a).jumpTo(again); },
        [&](ProgramWriter& rest) {
          rest.ifChance(5.0 / 6, [&](ProgramWriter& to) { to.call(b).jumpTo(again); });
        });
  });
  const Replications runs(builder.build(), 10'000);
  runs.expect("throughput", 0.3332465122, 0.03, throughput());
  runs.expect("mean response", 56.01563187, 0.03, meanLatency());
  runs.expect("number at disk A", 16.17665112, 0.03, meanNumber(1));
}

// NW-10: 10 users without think time.
TEST(Users, NeedNotThink) {
  PlanBuilder builder;
  const plan::Index web = builder.station("web", servers(1), Law::exponential(9.8_ms));
  const plan::Index app = builder.station("app", servers(1), Law::exponential(2.5_ms));
  const plan::Index db = builder.station("db", servers(1), Law::exponential(0.72_ms));
  const plan::Index dummy = builder.station("dummy", servers(1), Law::exponential(9.8_ms));
  addUsers(builder, 10, Law::constant(0_s), 92.39452505,
           [&](ProgramWriter& p) { p.call(web).call(app).call(db).call(dummy); });
  const Replications runs(builder.build(), 40'000);
  runs.expect("throughput", 92.39452505, 0.02, throughput());
  runs.expect("mean response", 0.1082315212, 0.02, meanLatency());
  runs.expect("utilisation of the database", 0.06652405803, 0.03, utilisation(2));
}

// NW-07: a customer of each of two classes at two shared servers.
TEST(Users, OfTwoClassesShareServers) {
  PlanBuilder builder;
  builder.requestClass("A");
  builder.requestClass("B");
  plan::Pool sharing = servers(1);
  sharing.order = plan::ServiceOrder::Sharing;
  const plan::Index cpu = builder.pool("cpu", sharing);
  const plan::Index disk = builder.pool("disk", sharing);
  const double demands[2][2] = {{1, 3}, {2, 4}};
  for (plan::Index k = 0; k < 2; ++k) {
    const auto link = [&](const std::string& key, plan::Index pool, double seconds) {
      return builder.link("to-" + key, builder.program(key, pool, [&](ProgramWriter& p) {
        p.work(Law::exponential(Duration::seconds(seconds)));
      }));
    };
    const std::string name = std::to_string(k);
    const plan::Index first = link("cpu" + name, cpu, demands[k][0]);
    const plan::Index second = link("disk" + name, disk, demands[k][1]);
    addUsers(
        builder, 1, Law::constant(0_s), 0.13, [&](ProgramWriter& p) { p.call(first).call(second); }, k);
  }
  const Replications runs(builder.build(), 20'000);
  runs.expect("throughput of A", 0.1578947368, 0.03, throughput(0));
  runs.expect("throughput of B", 0.1052631579, 0.03, throughput(1));
}

}  // namespace
}  // namespace cantilever::sim
