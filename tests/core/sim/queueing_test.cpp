// Stations and networks with known answers. Each test states its equation; values called SS-, NW- or LB- are
// those of the project's reference cases, with the source of each named beside it.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

/// One station with one class of requests.
std::shared_ptr<const plan::Plan> singleStation(double rate, const plan::Pool& pool, const Law& law,
                                                ArrivalProcess arrivals = ArrivalProcess::Poisson,
                                                const plan::Link& by = {}) {
  PlanBuilder builder;
  const plan::Index station = builder.station("station", pool, law, by);
  builder.source(
      "users", perSecond(rate), [&](ProgramWriter& p) { p.forward(station); }, arrivals);
  return builder.build();
}

// SS-01. T is exponential with rate mu - lambda; Wq = rho / (mu - lambda); L = rho / (1 - rho).
TEST(Queueing, MM1) {
  const Replications runs(singleStation(80, servers(1), Law::exponential(10_ms)), 100'000);
  runs.expect("mean wait", 0.04, 0.12, meanWait());
  runs.expect("mean response", 0.05, 0.12, meanLatency());
  runs.expect("p95 response", std::log(20.0) / 20, 0.12, latencyQuantile(0.95));
  runs.expect("p99 response", std::log(100.0) / 20, 0.15, latencyQuantile(0.99));
  runs.expect("number in system", 4.0, 0.12, meanNumber());
  runs.expect("utilisation", 0.8, 0.01, utilisation());
  runs.expect("P(wait)", 0.8, 0.01, waitShare());
}

// SS-03. P(wait) = C(10, 8), Wq = C / (c mu - lambda), P(W > t) = C exp(-(c mu - lambda) t) (Erlang C).
void expectMM10(const Replications& runs) {
  runs.expect("P(wait)", 0.4091801508, 0.05, waitShare());
  runs.expect("mean wait", 0.02045900754, 0.12, meanWait());
  runs.expect("p95 wait", 0.105106626, 0.12, waitQuantile(0.95));
  runs.expect("p99 wait", 0.1855785216, 0.15, waitQuantile(0.99));
  runs.expect("p95 response", 0.3328274679, 0.03, latencyQuantile(0.95));
}

TEST(Queueing, MM10WithTenServersInOneInstance) {
  expectMM10(Replications(singleStation(80, servers(10), Law::exponential(100_ms)), 150'000));
}

// Rule 6: with a shared queue the instance is chosen when a server frees; so ten instances are one M/M/10.
TEST(Queueing, MM10WithTenInstancesBehindOneQueue) {
  expectMM10(
      Replications(singleStation(80, shared(instances(10, servers(1))), Law::exponential(100_ms)), 150'000));
}

TEST(Queueing, MM16AtNineTenths) {
  const Replications runs(singleStation(14.4, servers(16), Law::exponential(1_s)), 60'000);
  runs.expect("mean wait", theory::waitMMc(14.4, 16, 1), 0.2, meanWait());
  runs.expect("P(wait)", theory::erlangC(14.4, 16), 0.06, waitShare());
  runs.expect("utilisation", 0.9, 0.01, utilisation());
}

// SS-07. M/M/4/10 as a birth-death process; P(block) = p_10.
TEST(Queueing, MMcKRefusesWhenTheQueueIsFull) {
  const Replications runs(singleStation(38, withLimit(servers(4), 6), Law::exponential(100_ms)), 40'000);
  runs.expect("P(block)", 0.08679393327, 0.06, failedShare(Reason::QueueFull));
  runs.expect("mean wait of accepted", 0.05738145467, 0.05, meanWait());
  runs.expect("utilisation", 0.8675457634, 0.01, utilisation());
  runs.expect("number in system", 5.461424569, 0.04, meanNumber());
  runs.expect("refused", 0.08679393327, 0.06, [](const RunResult& r) {
    return static_cast<double>(r.pools[0].refused) / static_cast<double>(r.pools[0].arrivals);
  });
}

// SS-10. M/G/inf: the number in service is Poisson with mean lambda E[S], whatever the law.
TEST(Queueing, UnlimitedServersAreAPureDelay) {
  for (const Law& law : {Law::exponential(250_ms), Law::constant(250_ms), Law::uniform(250_ms, 0.5)}) {
    const Replications runs(singleStation(200, unlimitedServers(), law), 20'000);
    runs.expect("concurrency", 50.0, 0.02, meanNumber());
    runs.expect("mean response", 0.25, 0.02, meanLatency());
    EXPECT_EQ(runs.results()[0].pools[0].waiting.maxNs(), 0);
    EXPECT_EQ(runs.results()[0].pools[0].utilisation, 0);
  }
}

// Wq = lambda E[S^2] / (2 (1 - rho)) (Pollaczek-Khinchine).
TEST(Queueing, MG1WithManyLaws) {
  struct Case {
    const char* what;
    Law law;
    double rate;
    double width;
  };
  for (const Case& of :
       {Case{"deterministic (SS-11: 2.0)", Law::constant(1_s), 0.8, 0.06},
        Case{"Erlang 3", Law::erlang(1_s, 3), 0.8, 0.08}, Case{"uniform", Law::uniform(1_s, 1.0), 0.8, 0.08},
        Case{"lognormal, scv 4 (SS-12: 5.8333)", Law::lognormal(1_s, 2), 0.7, 0.3},
        Case{"hyperexponential, scv 5", Law::hyperexponential(1_s, std::sqrt(5.0)), 0.7, 0.2},
        Case{"gamma, scv 2", Law::gamma(1_s, std::sqrt(2.0)), 0.7, 0.15},
        Case{"Pareto, scv 1/15", Law::pareto(1_s, 5), 0.7, 0.1}}) {
    SCOPED_TRACE(of.what);
    const Replications runs(singleStation(of.rate, servers(1), of.law), 50'000);
    runs.expect("mean wait", theory::waitMG1(of.rate, 1, of.law.scv()), of.width, meanWait());
    runs.expect("utilisation", of.rate, 0.03, utilisation());
  }
}

// SS-11. The law of the wait in M/D/1 (Erlang 1909, Crommelin 1932).
TEST(Queueing, MD1WaitPercentiles) {
  const Replications runs(singleStation(0.8, servers(1), Law::constant(1_s)), 60'000);
  runs.expect("p95 wait", 6.620324997, 0.08, waitQuantile(0.95));
  runs.expect("p99 wait", 10.35588679, 0.12, waitQuantile(0.99));
}

// SS-16 (Crommelin 1932) and SS-18 (Markov chain; cf. Seelen, Tijms & van Hoorn 1985).
TEST(Queueing, MDcAndMErlangc) {
  const Replications deterministic(singleStation(4, servers(5), Law::constant(1_s)), 50'000);
  deterministic.expect("mean wait, M/D/5", 0.2890600073, 0.08, meanWait());
  deterministic.expect("P(wait), M/D/5", 0.533615063, 0.03, waitShare());
  const Replications erlang(singleStation(4, servers(5), Law::erlang(1_s, 2)), 50'000);
  erlang.expect("mean wait, M/E2/5", 0.4232260725, 0.1, meanWait());
  erlang.expect("P(wait), M/E2/5", 0.5484104297, 0.03, waitShare());
}

// SS-20: sigma = exp(-mu (1 - sigma) / lambda); P(wait) = sigma, Wq = sigma / (mu (1 - sigma)) (Takacs 1962).
TEST(Queueing, DM1) {
  const double sigma = theory::sigmaGIM1(1, [](double s) { return std::exp(-s / 0.9); });
  EXPECT_NEAR(sigma, 0.8068998329, 1e-9);
  const Replications runs(
      singleStation(0.9, servers(1), Law::exponential(1_s), ArrivalProcess::Deterministic), 200'000);
  runs.expect("mean wait", 4.178659422, 0.12, meanWait());
  runs.expect("P(wait)", sigma, 0.02, waitShare());
  runs.expect("p99 wait", 22.73749686, 0.2, waitQuantile(0.99));
}

// SS-22 (Takacs 1962).
TEST(Queueing, DM4) {
  const Replications runs(
      singleStation(3.6, servers(4), Law::exponential(1_s), ArrivalProcess::Deterministic), 60'000);
  runs.expect("mean wait", 0.8611782676, 0.15, meanWait());
  runs.expect("P(wait)", 0.6651746697, 0.04, waitShare());
}

// NW-01 (Bolch, Greiner, de Meer & Trivedi, example 7.4): Jackson, L_i = rho_i / (1 - rho_i).
TEST(Queueing, JacksonNetworkWithLoops) {
  PlanBuilder builder;
  const plan::Index io = builder.station("io", servers(1), Law::exponential(50_ms));
  const plan::Index cpu = builder.station("cpu", servers(1), Law::exponential(40_ms));
  const plan::Index printer = builder.station("printer", servers(1), Law::exponential(30_ms));
  const plan::Index disk = builder.station("disk", servers(1), Law::exponential(60_ms));
  builder.source("jobs", 4_rps, [&](ProgramWriter& p) {
    p.call(io);
    const plan::Index again = p.here();
    p.call(cpu);
    p.ifChance(
        0.5, [&](ProgramWriter& to) { to.call(printer).jumpTo(again); },
        [&](ProgramWriter& to) { to.call(disk).repeatWithChance(0.6, again); });
  });
  const Replications runs(builder.build(), 20'000);
  runs.expect("number at I/O", 0.25, 0.06, meanNumber(0));
  runs.expect("number at CPU", 4.0, 0.15, meanNumber(1));
  runs.expect("number at printer", 0.4285714286, 0.06, meanNumber(2));
  runs.expect("number at disk", 1.5, 0.1, meanNumber(3));
  runs.expect("end to end", 1.544642857, 0.1, meanLatency());
}

// NW-03 (Burke 1956, Reich 1957): the response of an M/M/1 tandem is hypoexponential.
TEST(Queueing, TandemOfThree) {
  PlanBuilder builder;
  const plan::Index balancer = builder.station("lb", servers(1), Law::exponential(Duration::seconds(0.01)));
  const plan::Index app = builder.station("app", servers(1), Law::exponential(Duration::seconds(1.0 / 90)));
  const plan::Index db = builder.station("db", servers(1), Law::exponential(Duration::seconds(1.0 / 140)));
  builder.source("users", 70_rps, [&](ProgramWriter& p) { p.call(balancer).call(app).call(db); });
  const Replications runs(builder.build(), 40'000);
  runs.expect("mean", 0.09761904762, 0.06, meanLatency());
  runs.expect("p95", 0.2165162198, 0.08, latencyQuantile(0.95));
  runs.expect("p99", 0.2998916671, 0.1, latencyQuantile(0.99));
}

// The same as tail calls: each station passes the request on and the last one answers.
TEST(Queueing, ForwardingIsCallingInTurn) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(1), Law::exponential(Duration::seconds(1.0 / 140)));
  const plan::Index appPool = builder.pool("app", servers(1));
  const plan::Index app = builder.link("to-app", builder.program("serve-app", appPool, [&](ProgramWriter& p) {
    p.work(Law::exponential(Duration::seconds(1.0 / 90))).forward(db);
  }));
  const plan::Index balancerPool = builder.pool("lb", servers(1));
  const plan::Index balancer =
      builder.link("to-lb", builder.program("serve-lb", balancerPool, [&](ProgramWriter& p) {
        p.work(Law::exponential(Duration::seconds(0.01))).forward(app);
      }));
  builder.source("users", 70_rps, [&](ProgramWriter& p) { p.call(balancer); });
  const Replications runs(builder.build(), 40'000);
  runs.expect("mean", 0.09761904762, 0.06, meanLatency());
  runs.expect("p95", 0.2165162198, 0.08, latencyQuantile(0.95));
}

// NW-13 (Gross, Shortle, Thompson & Harris, example 4.1): M/G/inf, then M/M/4. One minute is a second here.
TEST(Queueing, BrowsingThenCheckout) {
  PlanBuilder builder;
  const plan::Index browse = builder.station("browse", unlimitedServers(), Law::uniform(45_s, 0.5));
  const plan::Index checkout = builder.station("checkout", servers(4), Law::exponential(4_s));
  builder.source("customers", perSecond(2.0 / 3), [&](ProgramWriter& p) { p.call(browse).call(checkout); });
  const Replications runs(builder.build(), 30'000);
  runs.expect("wait at checkout", 1.135254989, 0.12, meanWait(1));
  runs.expect("number at checkout", 3.423503326, 0.05, meanNumber(1));
  runs.expect("number in the store", 33.42350333, 0.03,
              [](const RunResult& r) { return meanNumber(0)(r) + meanNumber(1)(r); });
}

// NW-14: a share p of the completions rejoins the tail: T = 1 / (mu (1 - p) - lambda).
TEST(Queueing, FeedbackRejoinsTheTail) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("server", servers(1));
  const plan::Index link = builder.link("to-server", builder.program("serve", pool, [](ProgramWriter& p) {
    const plan::Index again = p.here();
    p.work(Law::exponential(10_ms)).repeatWithChance(0.3, again);
  }));
  builder.source("users", 50_rps, [&](ProgramWriter& p) { p.call(link); });
  const Replications runs(builder.build(), 40'000);
  runs.expect("mean response", 0.05, 0.06, meanLatency());
  runs.expect("utilisation", 0.7142857143, 0.02, utilisation());
  runs.expect("attempts", 1.428571429, 0.01, [](const RunResult& r) {
    return static_cast<double>(r.pools[0].served) / static_cast<double>(r.classes[0].offered);
  });
}

// NW-16: R2 = (12 - rho) / (8 mu (1 - rho)) (Flatto & Hahn 1984; Nelson & Tantawi 1988).
TEST(Queueing, ForkJoinOfTwo) {
  PlanBuilder builder;
  const plan::Index a = builder.station("a", servers(1), Law::exponential(1_s));
  const plan::Index b = builder.station("b", servers(1), Law::exponential(1_s));
  builder.source("jobs", 0.8_rps, [&](ProgramWriter& p) { p.parallel({a, b}, 2); });
  const Replications runs(builder.build(), 50'000);
  runs.expect("mean response", 7.0, 0.12, meanLatency());
}

// NW-18: the largest of k exponentials has mean m H_k; the n-th smallest m (H_k - H_{k-n}).
TEST(Queueing, ParallelDelaysWithoutQueueing) {
  for (const std::size_t needed : {10u, 3u, 1u}) {
    PlanBuilder builder;
    const plan::Index delay = builder.station("delay", unlimitedServers(), Law::exponential(20_ms));
    builder.source("users", 10_rps,
                   [&](ProgramWriter& p) { p.parallel(std::vector<plan::Index>(10, delay), needed); });
    const Replications runs(builder.build(), 5'000);
    const double exact = 0.02 * (theory::harmonic(10) - theory::harmonic(10 - static_cast<int>(needed)));
    runs.expect("mean response", exact, 0.05, meanLatency());
    if (needed == 10) {
      runs.expect("p50 response", 0.05407110384, 0.03, latencyQuantile(0.5));
      runs.expect("p99 response", 0.1380647359, 0.06, latencyQuantile(0.99));
    }
  }
}

// NW-19: a replica is an M/G/1 of reads and of all writes; Wq = sum lambda_i E[S_i^2] / (2 (1 - rho)).
TEST(Queueing, ReplicasApplyEveryWrite) {
  PlanBuilder builder;
  builder.requestClass("read");
  builder.requestClass("write");
  const plan::Index primary = builder.station("primary", servers(1), Law::exponential(5_ms));
  std::vector<plan::Index> reads;
  std::vector<plan::Index> applies;
  for (const char* key : {"replica-1", "replica-2", "replica-3"}) {
    const plan::Index pool = builder.pool(key, servers(1));
    const auto serve = [&](const std::string& what, const Law& law) {
      const std::string name = what + "-" + key;
      return builder.link(name, builder.program(name, pool, [&](ProgramWriter& p) { p.work(law); }));
    };
    reads.push_back(serve("read", Law::exponential(5_ms)));
    applies.push_back(serve("apply", Law::constant(1_ms)));
  }
  builder.source("readers", 400_rps, [&](ProgramWriter& p) {
    p.ifChance(
        1.0 / 3, [&](ProgramWriter& to) { to.forward(reads[0]); },
        [&](ProgramWriter& to) {
          to.ifChance(
              0.5, [&](ProgramWriter& second) { second.forward(reads[1]); },
              [&](ProgramWriter& third) { third.forward(reads[2]); });
        });
  });
  builder.source(
      "writers", 100_rps,
      [&](ProgramWriter& p) { p.send(applies[0]).send(applies[1]).send(applies[2]).call(primary); },
      ArrivalProcess::Poisson, 1);
  const Replications runs(builder.build(), 50'000);
  runs.expect("read response", 0.0195, 0.06,
              [](const RunResult& r) { return r.classes[0].latency.meanNs() * 1e-9; });
  runs.expect("write response", 0.01, 0.06,
              [](const RunResult& r) { return r.classes[1].latency.meanNs() * 1e-9; });
  runs.expect("replica utilisation", 0.7666666667, 0.02, utilisation(1));
}

// LB-01: random splitting gives n independent M/M/1 queues.
TEST(Queueing, RandomBalancingIsSplitting) {
  const Replications runs(singleStation(9, instances(10, servers(1)), Law::exponential(1_s)), 100'000);
  runs.expect("mean response", 10.0, 0.15, meanLatency());
  runs.expect("p99 response", 46.05170186, 0.3, latencyQuantile(0.99));
}

// LB-02: under round robin each of n servers is E_n/M/1, with sigma = (n lambda' / (n lambda' + mu (1 -
// sigma)))^n where lambda' is the rate per server.
TEST(Queueing, RoundRobinMakesErlangArrivals) {
  const double sigma = theory::sigmaGIM1(1, [](double s) { return std::pow(3.2 / (3.2 + s), 4); });
  EXPECT_NEAR(sigma, 0.6939447218, 1e-9);
  const Replications runs(singleStation(3.2, instances(4, servers(1)), Law::exponential(1_s),
                                        ArrivalProcess::Poisson, roundRobin()),
                          60'000);
  runs.expect("mean response", 1 / (1 - sigma), 0.1, meanLatency());
  runs.expect("p99 response", 15.04685759, 0.2, latencyQuantile(0.99));
}

// The caller leaves after tau, the work does not: the queue stays an M/M/1 and P(timed out) = P(T > tau) =
// exp(-(mu - lambda) tau). Work that ends after its caller left has the share E[S 1(W + S > tau)] / E[S] with
// P(W > t) = rho exp(-(mu - lambda) t), integrated numerically.
TEST(Queueing, TimeoutsFreeTheCallerAndNotTheServer) {
  const double theta = 20;
  const double tau = 0.05;
  const auto weight = [&](double s) {
    const double late = s >= tau ? 1 : 0.8 * std::exp(-theta * (tau - s));
    return s * 100 * std::exp(-100 * s) * late;
  };
  double orphaned = 0;
  constexpr int kSteps = 200'000;
  for (int i = 0; i < kSteps; ++i) {
    orphaned += weight((i + 0.5) * 0.4 / kSteps) * 0.4 / kSteps / 0.01;
  }
  PlanBuilder builder;
  const plan::Index link =
      builder.station("server", servers(1), Law::exponential(10_ms), withTimeout(Duration::seconds(tau)));
  builder.source("users", 80_rps, [&](ProgramWriter& p) { p.call(link); });
  const Replications runs(builder.build(), 60'000);
  runs.expect("P(timed out)", std::exp(-1.0), 0.08, failedShare(Reason::TimedOut));
  runs.expect("utilisation", 0.8, 0.01, utilisation());
  runs.expect("wait, of all", 0.04, 0.12, meanWait());
  runs.expect("orphaned share", orphaned, 0.1, [](const RunResult& r) { return r.pools[0].orphanedShare; });
  EXPECT_LT(runs.results()[0].latency.maxNs(), 50'000'000);
}

// S seats (one each for a thread that works for 1/a on average and then waits for a call to c servers of rate
// b), a queue of K: a Markov chain of (in the pool, at the callee), solved here by iteration.
struct SeatModel {
  int seats = 4;
  int queue = 6;
  int callee = 2;
  double arrivals = 30;
  double own = 20;
  double nested = 25;

  struct Answer {
    double refused = 0;
    double waiting = 0;
    double seated = 0;
    double atCallee = 0;
  };

  Answer solve() const {
    const int most = seats + queue;
    std::vector<std::vector<double>> p(static_cast<std::size_t>(most) + 1,
                                       std::vector<double>(static_cast<std::size_t>(seats) + 1, 0.0));
    p[0][0] = 1;
    const double step = 0.9 / (arrivals + seats * own + callee * nested);  // uniformisation
    for (int round = 0; round < 4000; ++round) {
      auto next = p;
      for (int n = 0; n <= most; ++n) {
        const int seated = std::min(n, seats);
        for (int j = 0; j <= seated; ++j) {
          const auto at = [&](int i, int k) -> double& {
            return next[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
          };
          const double mass = p[static_cast<std::size_t>(n)][static_cast<std::size_t>(j)] * step;
          const auto flow = [&](int i, int k, double rate) {
            at(i, k) += mass * rate;
            at(n, j) -= mass * rate;
          };
          if (n < most) {
            flow(n + 1, j, arrivals);
          }
          if (seated > j) {
            flow(n, j + 1, (seated - j) * own);
          }
          if (j > 0) {
            flow(n - 1, j - 1, std::min(j, callee) * nested);
          }
        }
      }
      p.swap(next);
    }
    Answer answer;
    for (int n = 0; n <= most; ++n) {
      for (int j = 0; j <= std::min(n, seats); ++j) {
        const double mass = p[static_cast<std::size_t>(n)][static_cast<std::size_t>(j)];
        answer.refused += n == most ? mass : 0;
        answer.waiting += std::max(0, n - seats) * mass;
        answer.seated += std::min(n, seats) * mass;
        answer.atCallee += j * mass;
      }
    }
    return answer;
  }
};

TEST(Queueing, SeatsAreHeldOverANestedCall) {
  const SeatModel model;
  const SeatModel::Answer exact = model.solve();
  PlanBuilder builder;
  const plan::Index db =
      builder.station("db", servers(2), Law::exponential(Duration::seconds(1 / model.nested)));
  const plan::Index pool = builder.pool("app", withLimit(withSeats(unlimitedServers(), 4), 6));
  const plan::Index app = builder.link("to-app", builder.program("serve-app", pool, [&](ProgramWriter& p) {
    p.work(Law::exponential(Duration::seconds(1 / model.own))).call(db);
  }));
  builder.source("users", perSecond(model.arrivals), [&](ProgramWriter& p) { p.call(app); });
  const Replications runs(builder.build(), 60'000);
  runs.expect("refused", exact.refused, 0.15, failedShare(Reason::QueueFull));
  runs.expect("waiting for a seat", exact.waiting, 0.1,
              [](const RunResult& r) { return r.pools[1].meanQueue; });
  runs.expect("occupancy", exact.seated / 4, 0.03, [](const RunResult& r) { return r.pools[1].occupancy; });
  runs.expect("at the callee", exact.atCallee, 0.05, meanNumber(0));
  // Little's law for the seats: those admitted wait Lq / (accepted rate).
  runs.expect("wait for a seat", exact.waiting / (model.arrivals * (1 - exact.refused)), 0.1,
              [](const RunResult& r) { return r.pools[1].seatWaiting.meanNs() * 1e-9; });
}

// Seats with as many threads as requests ever are present change nothing but the counting of seats.
TEST(Queueing, MoreSeatsThanRequestsAreNoSeats) {
  const auto latencyWith = [](std::uint32_t seats) {
    const auto plan = singleStation(80, withSeats(servers(1), seats), Law::exponential(10_ms));
    return simulate(plan, RunConfig{})->latency;
  };
  EXPECT_EQ(latencyWith(100'000), latencyWith(0));
}

}  // namespace
}  // namespace cantilever::sim
