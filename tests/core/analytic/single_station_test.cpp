// One station at a time. Expected values: the stated equation, evaluated independently of this program (the
// reference cases SS-nn), or the published number.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/analytic/birth_death.h"
#include "core/analytic/block_chain.h"
#include "core/analytic/erlang.h"
#include "core/analytic/found_states.h"
#include "core/analytic/law_transform.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/renewal_arrivals.h"
#include "core/analytic/single_server.h"
#include "tests/core/analytic/tolerance.h"

namespace cantilever::analytic {
namespace {

using namespace literals;

#define EXPECT_RELATIVE(actual, expected, tolerance) \
  EXPECT_NEAR((actual) / (expected), 1.0, tolerance) << (actual) << " instead of " << (expected)

// SS-01: M/M/1, T ~ Exp(mu - lambda).
TEST(Erlang, SolvesOneServer) {
  const ExponentialWait wait = waitOfMMc(80, 0.01, 1);
  EXPECT_RELATIVE(wait.mean(), 0.04, kReference);
  EXPECT_RELATIVE(wait.probability, 0.8, kReference);
  EXPECT_RELATIVE(responseQuantile(wait, 0.01, 0.95), 0.1497866137, kReference);
  EXPECT_RELATIVE(responseQuantile(wait, 0.01, 0.99), 0.2302585093, kReference);
}

// SS-03: Erlang C and the law of the response.
TEST(Erlang, SolvesTenServers) {
  const ExponentialWait wait = waitOfMMc(80, 0.1, 10);
  EXPECT_RELATIVE(wait.probability, 0.4091801508, kReference);
  EXPECT_RELATIVE(wait.mean(), 0.02045900754, kReference);
  EXPECT_RELATIVE(wait.quantile(0.95), 0.105106626, kReference);
  EXPECT_RELATIVE(wait.quantile(0.99), 0.1855785216, kReference);
  EXPECT_RELATIVE(responseQuantile(wait, 0.1, 0.95), 0.3328274679, kReference);
  EXPECT_RELATIVE(responseQuantile(wait, 0.1, 0.99), 0.4946111328, kReference);
}

// SS-05, SS-06: a^c / c! overflows, the recursion does not.
TEST(Erlang, IsStableForThousandsOfServers) {
  EXPECT_RELATIVE(erlangC(9900, 10'000), 0.2227769289, kReference);
  EXPECT_RELATIVE(erlangC(9990, 10'000), 0.8805417114, kReference);
  EXPECT_RELATIVE(erlangB(9900, 10'000), 0.002858126739, kReference);
  EXPECT_RELATIVE(erlangC(8100, 8192), 0.2162330071, kReference);
  EXPECT_RELATIVE(erlangB(8100, 8192), 0.003088797081, kReference);
}

// At utilisation 1 - e the wait tends to Exp(c mu e) with probability one (Kingman 1962).
TEST(Erlang, IsStableNearSaturation) {
  for (const double servers : {1.0, 10.0, 10'000.0}) {
    const double spare = 1e-9;
    const ExponentialWait wait = waitOfMMc(servers * (1 - spare), 1, servers);
    EXPECT_RELATIVE(wait.mean() * servers * spare, 1, 1e-4) << servers;
    EXPECT_RELATIVE(wait.quantile(0.99), std::log(100) / (servers * spare), 1e-4) << servers;
    EXPECT_RELATIVE(responseQuantile(wait, 1, 0.99), wait.quantile(0.99), 1e-3) << servers;
  }
}

TEST(Erlang, ResponseIsContinuousWhereItsRatesMeet) {
  // c mu - lambda = mu at lambda = 1, c = 2, mu = 1: e^(-t) (1 + C t).
  const double c = erlangC(1, 2);
  for (const double nudge : {0.0, 1e-13, 1e-11, 1e-7}) {
    EXPECT_NEAR(responseAbove({c, 1 + nudge}, 1, 2), std::exp(-2) * (1 + 2 * c), 1e-6) << nudge;
  }
}

// Of a hundred million servers that are asked for a tenth more nearly an eleventh is refused.
TEST(BirthDeath, HasRoomForManyServers) {
  const QueueFigures queue = finiteQueue(1.1e9, 0.1, 1e8, 1e8 + 1'000);
  EXPECT_RELATIVE(queue.lost, 1 / 11.0, 1e-6);
  EXPECT_RELATIVE(queue.utilisation, 1, 1e-6);
  EXPECT_EQ(departuresBefore(1.1e9, 0.1, 1e8, 1e8 + 1'000).size(), 1'001u);
}

// SS-07.
TEST(BirthDeath, SolvesAFiniteWaitingRoom) {
  const QueueFigures queue = finiteQueue(38, 0.1, 4, 10);
  EXPECT_RELATIVE(queue.lost, 0.08679393327, kReference);
  EXPECT_RELATIVE(queue.throughput, 34.70183054, kReference);
  EXPECT_RELATIVE(queue.meanWait, 0.05738145467, kReference);
  EXPECT_RELATIVE(queue.utilisation, 0.8675457634, kReference);
  EXPECT_RELATIVE(queue.meanNumber, 5.461424569, kReference);
  EXPECT_RELATIVE(queue.meanNumber, queue.throughput * (queue.meanWait + 0.1), 1e-12);  // Little 1961
}

TEST(BirthDeath, OverloadedRoomsLoseTheRest) {
  const QueueFigures queue = finiteQueue(20'000, 1, 10'000, 20'000);
  EXPECT_NEAR(queue.throughput, 10'000, 1e-6);
  EXPECT_NEAR(queue.lost, 0.5, 1e-9);
}

// The machine repairman is a closed network of a delay and a queue: exact mean value analysis by hand for two
// users, one server, think 2, service 1: R(1) = 1, X(1) = 1/3, Q(1) = 1/3, R(2) = 4/3, X(2) = 2/(2+4/3) =
// 0.6.
TEST(BirthDeath, SolvesFiniteSources) {
  const QueueFigures queue = finiteSources(2, 2, 1, 1);
  EXPECT_RELATIVE(queue.throughput, 0.6, 1e-12);
  EXPECT_RELATIVE(queue.meanWait, 1.0 / 3, 1e-12);
  EXPECT_RELATIVE(queue.meanNumber, 0.8, 1e-12);
}

// SS-27; published: 3.1 % abandon, 3.7 s, 12.5 s, 93 % (Garnett, Mandelbaum and Reiman 2002, table 1).
TEST(BirthDeath, SolvesErlangA) {
  const ErlangA queue(48.0 / 60, 60, 50, 120);
  EXPECT_RELATIVE(queue.figures().lost, 0.03091224916, kReference);
  EXPECT_RELATIVE(queue.figures().meanWait, 3.709469899, kReference);
  EXPECT_RELATIVE(queue.figures().waits, 0.4677740686, kReference);
  EXPECT_RELATIVE(queue.figures().utilisation, 0.9303242408, kReference);
  EXPECT_RELATIVE(queue.waitQuantile(0.9), 12.44464772, kReference);
  const ExponentialWait patient = waitOfMMc(48.0 / 60, 60, 50);
  EXPECT_RELATIVE(patient.mean(), 20.83366834, kReference);
  EXPECT_RELATIVE(patient.quantile(0.9), 58.13874178, kReference);
}

// Patience without end is Erlang C, none at all Erlang B.
TEST(BirthDeath, PatienceLeadsFromErlangBToErlangC) {
  EXPECT_RELATIVE(deterministicPatience(8, 1, 10, 1e-9).lost, erlangB(8, 10), 1e-6);
  EXPECT_RELATIVE(deterministicPatience(8, 1, 10, 1e4).waits, erlangC(8, 10), 1e-9);
  EXPECT_RELATIVE(deterministicPatience(8, 1, 10, 1e4).meanWait, waitOfMMc(8, 1, 10).mean(), 1e-9);
  // M/M/1+D at a load of 1: the virtual wait is uniform below tau: P(ab) = 1 / (2 + tau) (Barrer 1957).
  EXPECT_RELATIVE(deterministicPatience(1, 1, 1, 3).lost, 1.0 / 5, 1e-9);
  EXPECT_RELATIVE(ErlangA(8, 1, 10, 1e-7).figures().lost, erlangB(8, 10), 1e-5);
  EXPECT_RELATIVE(ErlangA(8, 1, 10, 1e9).figures().waits, erlangC(8, 10), 1e-6);
}

// Those served have waited for less than all: by the recursion over places in the queue, and by the integral.
TEST(BirthDeath, KnowsHowLongThoseServedHaveWaited) {
  const ExponentialServers queue{60, 50, std::numeric_limits<double>::infinity(), 120};
  const auto found = foundByBatches(queue, 0, {}, 48.0 / 60);
  ASSERT_TRUE(found.has_value());
  const WaitOfFound byPlaces = waitAfter(queue, found->ofOthers);
  const PatientQueue byTime = queueWithPatience(48.0 / 60, 60, 50, Law::exponential(120_s));
  EXPECT_RELATIVE(byPlaces.mean, 3.615900240, 1e-8);
  EXPECT_RELATIVE(byTime.mean, 3.615900240, 1e-8);
  EXPECT_RELATIVE(byTime.second, byPlaces.second, 1e-8);
  EXPECT_RELATIVE(byTime.lost, 0.03091224916, kReference);
  EXPECT_RELATIVE(byTime.untilGivenUp, byPlaces.untilGivenUp, 1e-8);
  EXPECT_RELATIVE(byTime.waiting, 3.709469899, kReference);
  // Constant patience: at a load of 1 the offered wait is uniform up to it (Barrer 1957).
  const PatientQueue constant = queueWithPatience(1, 1, 1, Law::constant(3_s));
  EXPECT_RELATIVE(constant.lost, 1.0 / 5, 1e-9);
  EXPECT_RELATIVE(constant.waits * 4, 3, 1e-9);
  EXPECT_RELATIVE(constant.mean, 0.75 * 1.5, 1e-9);
  EXPECT_RELATIVE(constant.second, 0.75 * 3, 1e-9);
  // An overload of three, and patience that does not vary much.
  EXPECT_NEAR(queueWithPatience(300, 0.01, 1, Law::gamma(10_s, 0.2)).lost, 2.0 / 3, 1e-6);
}

// A source in bursts, in batches, at equal spacings, where the room is limited: against Poisson arrivals, the
// loss of D/M/1/1, e^(-T/S), and M/G/1.
TEST(FoundStates, AreThoseOfTheirArrivals) {
  const ExponentialServers room{0.1, 4, 10, 0};
  const QueueFigures plain = finiteQueue(38, 0.1, 4, 10);
  const auto bursts = foundByBursts(room, 1, 3, {{38, 38}});
  ASSERT_TRUE(bursts.has_value());
  const auto batches = foundByBatches(room, 38, {1}, 0);
  ASSERT_TRUE(batches.has_value());
  for (const Found& found : {(*bursts)[0], batches->ofBatches}) {
    EXPECT_RELATIVE(waitAfter(room, found).refused, plain.lost, 1e-9);
    EXPECT_RELATIVE(waitAfter(room, found).mean, plain.meanWait, 1e-9);
  }
  const auto spaced = foundByRenewal({0.01, 1, 1, 0}, Law::constant(12500_us));
  ASSERT_TRUE(spaced.has_value());
  EXPECT_RELATIVE(spaced->back(), std::exp(-1.25), 1e-9);
  const auto poisson = foundByRenewal(room, Law::exponential(Duration::seconds(1.0 / 38)));
  ASSERT_TRUE(poisson.has_value());
  EXPECT_RELATIVE(poisson->back(), plain.lost, 1e-6);  // a spacing in whole nanoseconds
  // M^[X]/M/1: W = S (E[X^2] / E[X] + 1) / (2 (1 - rho)) - S.
  const auto ten = foundByBatches({0.01, 1}, 4, std::vector<double>(10, 1.0), 40);
  ASSERT_TRUE(ten.has_value());
  EXPECT_RELATIVE(
      waitAfter({0.01, 1}, ten->ofOthers).mean * 40 + waitAfter({0.01, 1}, ten->ofBatches).mean * 40, 12.2,
      1e-9);
}

TEST(FoundStates, OfBurstsAgreeWithAnyService) {
  const std::vector<KindOfTwoRates> kinds = {{75, 12.5}, {40, 40}};
  const auto found = foundByBursts({0.01, 1}, 1, 4, kinds);
  ASSERT_TRUE(found.has_value());
  const std::vector<WaitInBursts> waits = waitsInBursts(1, 4, kinds, Law::exponential(10_ms), 0.01);
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const WaitOfFound known = waitAfter({0.01, 1}, (*found)[kind]);
    EXPECT_RELATIVE(waits[kind].mean, known.mean, 1e-7) << kind;
    EXPECT_RELATIVE(waits[kind].second, known.second, 1e-7) << kind;
    EXPECT_RELATIVE(waits[kind].waits, known.waits, 1e-7) << kind;
  }
  // Without bursts it is M/G/1.
  const Moments constant = momentsOf(Law::constant(10_ms));
  EXPECT_RELATIVE(waitsInBursts(1, 4, {{80, 80}}, Law::constant(10_ms), 0.01)[0].mean,
                  waitOfMG1(80, constant), 1e-9);
  EXPECT_RELATIVE(waitsInBursts(1, 4, {{80, 80}}, Law::constant(10_ms), 0.01)[0].second,
                  waitSecondMomentOfMG1(80, constant), 1e-9);
}

// Without any spare server the orbit empties like a queue when retries come at once.
TEST(BirthDeath, CountsTheOrbitOfRetries) {
  EXPECT_RELATIVE(retrialOrbit(0.5, 1, 1e9), 0.5, 1e-8);   // the queue of M/M/1
  EXPECT_RELATIVE(retrialOrbit(0.5, 1, 0.1), 5.5, 1e-12);  // .5 (.5 + .05) / (.5 x .1)
}

// SS-12, SS-14: Pollaczek and Khinchine; the Pareto law's third moment is infinite.
TEST(SingleServer, WaitsByPollaczekAndKhinchine) {
  EXPECT_RELATIVE(waitOfMG1(0.7, momentsOf(Law::lognormal(1_s, 2))), 5.833333333, kReference);
  const Moments pareto = momentsOf(Law::pareto(1_s, 2.5));
  EXPECT_RELATIVE(waitOfMG1(0.5, pareto), 0.9, kReference);
  EXPECT_TRUE(std::isinf(waitSecondMomentOfMG1(0.5, pareto)));
  EXPECT_TRUE(std::isinf(waitOfMG1(0.5, momentsOf(Law::pareto(1_s, 2)))));
  EXPECT_TRUE(std::isinf(waitOfMG1(1, momentsOf(Law::exponential(1_s)))));
  // M/M/1: E[W^2] = 2 rho / (mu - lambda)^2.
  EXPECT_RELATIVE(waitSecondMomentOfMG1(0.5, momentsOf(Law::exponential(1_s))), 4, 1e-9);
}

// SS-11.
TEST(SingleServer, KnowsTheWaitOfConstantService) {
  EXPECT_RELATIVE(waitOfMG1(0.8, momentsOf(Law::constant(1_s))), 2, 1e-12);
  EXPECT_RELATIVE(waitQuantileOfMD1(0.8, 1, 0.95), 6.620324997, kReference);
  EXPECT_RELATIVE(waitQuantileOfMD1(0.8, 1, 0.99), 10.35588679, kReference);
  // The two branches meet.
  EXPECT_RELATIVE(waitAboveOfMD1(0.8, 1, 8.0), waitAboveOfMD1(0.8, 1, 8.0 + 1e-9), 1e-7);
}

// SS-24.
TEST(SingleServer, SharingIsInsensitive) {
  EXPECT_RELATIVE(responseOfSharing(0.7, 1), 3.333333333, kReference);
}

// SS-25 (Cobham); with preemption the first class does not see the others.
TEST(SingleServer, HasPriorities) {
  const Moments service = momentsOf(Law::exponential(1_s));
  const std::vector<PriorityLoad> classes = {{0.2, service}, {0.3, service}, {0.3, service}};
  const std::vector<double> waits = waitsNonPreemptive(classes);
  EXPECT_RELATIVE(waits[0] + 1, 2.0, kReference);
  EXPECT_RELATIVE(waits[1] + 1, 3.0, kReference);
  EXPECT_RELATIVE(waits[2] + 1, 9.0, kReference);
  const std::vector<double> several = waitsNonPreemptiveMMc({0.2, 0.3, 0.3}, 1, 1);
  EXPECT_RELATIVE(several[2], waits[2], 1e-12);
  const std::vector<double> preemptive = waitsPreemptiveResume(classes);
  EXPECT_RELATIVE(preemptive[0] + 1, 1 / (1 - 0.2), 1e-9);
  // Conservation of work for exponential service (Kleinrock 1965): sum of rho_k W_k as first come first
  // served.
  double work = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    work += classes[k].arrivals * waits[k];
  }
  EXPECT_RELATIVE(work, 0.8 * waitOfMG1(0.8, service), 1e-9);
  // An overloaded last class waits for ever, the others do not.
  const std::vector<double> full = waitsNonPreemptive({{0.5, service}, {0.9, service}});
  EXPECT_TRUE(std::isfinite(full[0]));
  EXPECT_TRUE(std::isinf(full[1]));
}

// Kesten and Runnenburg's second moments: one class is M/G/1, and with Markov chains of two classes what is
// left of the variance when their means are known. Preemption: the first class is alone.
TEST(SingleServer, KnowsHowWaitsWithPrioritiesVary) {
  const Moments service = momentsOf(Law::erlang(1_s, 2));
  EXPECT_RELATIVE(waitSecondsNonPreemptive({{0.8, service}}).at(0), waitSecondMomentOfMG1(0.8, service),
                  1e-12);
  const Moments exponential = momentsOf(Law::exponential(1_s));
  EXPECT_RELATIVE(waitSecondsPreemptiveResume({{0.3, exponential}, {0.5, exponential}}).at(0),
                  waitSecondMomentOfMG1(0.3, exponential), 1e-12);
  // Several servers: the classes together are M/M/c without regard to order.
  const std::vector<double> arrivals = {0.5, 0.8, 0.9};
  const std::vector<double> waits = waitsPreemptiveMMc(arrivals, 1, 3);
  EXPECT_RELATIVE(waits.at(0), waitOfMMc(0.5, 1, 3).mean(), 1e-12);
  double all = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    all += arrivals[k] * waits[k] / 2.2;
  }
  EXPECT_RELATIVE(all, waitOfMMc(2.2, 1, 3).mean(), 1e-12);
}

// Coffman, Muntz and Trotter 1970: the variance in M/M/1 with sharing is (2 + rho) / (2 - rho) squares of the
// mean.
TEST(SingleServer, KnowsHowSharedResponsesVary) {
  const double mean = responseOfSharing(0.8, 1);
  EXPECT_RELATIVE(responseSecondOfSharing(0.8, 1, momentsOf(Law::exponential(1_s))),
                  mean * mean * (1 + 2.8 / 1.2), 1e-9);
}

// SS-30, SS-31: L = rho (1 + E[X^2]/E[X]) / (2 (1 - rho)).
TEST(SingleServer, ServesBatches) {
  const Moments service = momentsOf(Law::exponential(1_s));
  EXPECT_RELATIVE(waitOfBatches(0.7, 5, 25, service) + 1, 10, kReference);
  EXPECT_RELATIVE(waitOfBatches(0.8, 4, 4 + 2 * 12.0, service) + 1, 20, kReference);  // E[X^2] = m (2m - 1)
}

// RS-17.
TEST(SingleServer, BreaksDown) {
  EXPECT_RELATIVE(numberWithBreakdowns(0.5, 1, 100, 10) / 0.5, 4.464646465, kReference);
  EXPECT_RELATIVE(numberWithBreakdowns(0.5, 1, 1e15, 10) / 0.5, 2, 1e-9);
}

// SS-20, SS-22: deterministic arrivals.
TEST(RenewalArrivals, SolvesClockworkArrivals) {
  const RenewalQueue one = waitOfGIMc([](double s) { return std::exp(-s / 0.9); }, 1, 1);
  EXPECT_RELATIVE(one.wait.mean(), 4.178659422, kReference);
  EXPECT_RELATIVE(one.sigma, 0.8068998329, kReference);
  EXPECT_RELATIVE(one.wait.quantile(0.99), 22.73749686, kReference);
  const RenewalQueue four = waitOfGIMc([](double s) { return std::exp(-s / 3.6); }, 1, 4);
  EXPECT_RELATIVE(four.wait.mean(), 0.8611782676, kReference);
  EXPECT_RELATIVE(four.wait.probability, 0.6651746697, kReference);
}

TEST(RenewalArrivals, IsErlangCForPoissonArrivals) {
  for (const double servers : {1.0, 5.0, 100.0}) {  // M/M/5 at a load of 4 is the 0/0 of the formula
    const double rate = servers * 0.8;
    const RenewalQueue queue = waitOfGIMc([rate](double s) { return rate / (rate + s); }, 1, servers);
    EXPECT_RELATIVE(queue.wait.probability, erlangC(rate, servers), 1e-5) << servers;
    EXPECT_RELATIVE(queue.sigma, 0.8, 1e-9) << servers;
  }
}

// SS-16.
TEST(ManyServers, SolvesConstantService) {
  EXPECT_RELATIVE(waitOfMDc(4, 1, 5), 0.2890600073, kReference);
  EXPECT_RELATIVE(waitProbabilityOfMDc(4, 1, 5), 0.533615063, kReference);
  EXPECT_RELATIVE(waitOfMMc(4, 1, 5).mean() / 2, 0.2770562771, kReference);  // Allen and Cunneen
  EXPECT_RELATIVE(waitOfMDcApproximately(4, 1, 5), 0.2887797915, kReference);
  EXPECT_RELATIVE(waitOfMDc(0.8, 1, 1), 2, 1e-9);  // M/D/1
}

// SS-18: M/E2/5 by its Markov chain (tables of Hillier and Yu 1981; Seelen, Tijms and van Hoorn 1985).
TEST(ManyServers, SolvesTwoPhasesOfService) {
  const BlockQueue queue = queueOfPhases(4, servicePhases(1, 0.5), 5);
  EXPECT_RELATIVE(queue.meanWait, 0.4232260725, kReference);
  EXPECT_RELATIVE(queue.waits, 0.5484104297, kReference);
  const double twoPoints = betweenTwoPoints(waitOfMMc(4, 1, 5).mean(), waitOfMDc(4, 1, 5), 0.5);
  EXPECT_RELATIVE(twoPoints, 0.4243963211, kReference);
  EXPECT_RELATIVE(waitOfMMc(4, 1, 5).mean() * 0.75, 0.4155844156, kReference);
}

// Crommelin's embedded chain, iterated to its fixed point (values of a program of its own); the roots agree
// with the sum where both are good.
TEST(ManyServers, SolvesConstantServiceUpToSaturation) {
  EXPECT_RELATIVE(waitOfMDc(3.6, 1, 4), 0.9999658854, 1e-8);
  EXPECT_RELATIVE(waitOfMDc(9, 1, 10), 0.3445820504, 1e-8);
  EXPECT_RELATIVE(waitOfMDc(0.999, 1, 1), 0.999 / (2 * 0.001), 1e-9);
  // In heavy traffic (1 - rho) W tends to that of a diffusion, D / (2 c).
  for (const double servers : {1.0, 10.0, 10'000.0}) {
    const double wait = waitOfMDc(servers * (1 - 1e-9), 1, servers);
    EXPECT_RELATIVE(wait * 2 * servers * 1e-9, 1, 1e-4) << servers;
  }
  EXPECT_RELATIVE(waitProbabilityOfMDc(0.7, 1, 1), 0.7, 1e-12);
}

TEST(ManyServers, TwoPhasesWithOneServerAreMG1) {
  EXPECT_RELATIVE(queueOfPhases(0.8, servicePhases(1, 0.5), 1).meanWait, 0.8 * 1.5 / (2 * 0.2), 1e-9);
  EXPECT_RELATIVE(queueOfPhases(0.8, servicePhases(1, 4), 1).meanWait, 0.8 * 5 / (2 * 0.2), 1e-9);
  EXPECT_RELATIVE(queueOfPhases(4, servicePhases(1, 1), 5).meanWait, waitOfMMc(4, 1, 5).mean(), 1e-9);
}

/// The two-point rule keeps its band over loads and numbers of servers; truth by the Markov chain.
TEST(ManyServers, ApproximationsKeepTheirBands) {
  for (const double servers : {2.0, 5.0, 12.0}) {
    for (const double rho : {0.5, 0.7, 0.9, 0.95}) {
      for (const double scv : {0.5, 1.5, 2.0, 4.0, 9.0}) {
        const double truth = queueOfPhases(servers * rho, servicePhases(1, scv), servers).meanWait;
        const Figure figure = waitOfMGc(servers * rho, 1, scv, servers);
        EXPECT_LE(std::abs(figure.value - truth), figure.band * figure.value + 1e-12)
            << servers << " servers, utilisation " << rho << ", scv " << scv << ": " << figure.value
            << " instead of " << truth;
      }
      const double constant = waitOfMDc(servers * rho, 1, servers);
      const Figure figure = waitOfMGc(servers * rho, 1, 0, servers);
      EXPECT_LE(std::abs(figure.value - constant), figure.band * figure.value) << servers << ' ' << rho;
    }
  }
}

TEST(ManyServers, RenewalArrivalsKeepTheirBands) {
  for (const double servers : {1.0, 4.0}) {
    for (const double rho : {0.6, 0.9}) {
      const double rate = servers * rho;
      const double clockwork =
          waitOfGIMc([rate](double s) { return std::exp(-s / rate); }, 1, servers).wait.mean();
      const Figure figure = waitOfGGc(rate, 0, 1, 1, servers);
      EXPECT_LE(std::abs(figure.value - clockwork), figure.band * figure.value) << servers << ' ' << rho;
    }
  }
}

// One rate only is a Poisson stream; very slow changes are a mixture of two stations.
TEST(BlockChain, SolvesBursts) {
  EXPECT_RELATIVE(queueOfTwoRates({0.8, 0.8, 3, 5}, 1, 1).meanWait, 4, 1e-9);
  EXPECT_RELATIVE(queueOfTwoRates({4, 4, 3, 5}, 1, 5).waits, erlangC(4, 5), 1e-9);
  const double slow = queueOfTwoRates({0.2, 0.8, 1e7, 1e7}, 1, 1).meanNumber;
  EXPECT_RELATIVE(slow, (0.25 + 4) / 2, 1e-3);
  // Very fast ones are a Poisson stream of the mean rate.
  EXPECT_RELATIVE(queueOfTwoRates({0.2, 1.4, 1e-6, 1e-6}, 1, 1).meanWait, 4, 1e-3);
}

// SS-10: the number in an unlimited station is Poisson.
TEST(LawTransform, AgreesWithMomentsAndProbabilities) {
  for (const Law& law :
       {Law::exponential(1_s), Law::erlang(1_s, 3), Law::lognormal(1_s, 1.5), Law::uniform(1_s, 0.5),
        Law::hyperexponential(1_s, 2), Law::gamma(1_s, 0.7), Law::pareto(1_s, 3.5), Law::constant(1_s)}) {
    const double h = 1e-4;
    const double first = (1 - transformOf(law, h)) / h;
    EXPECT_NEAR(first, 1, 2e-2);
    // The integral of P(X > t) e^(-st) is (1 - E[e^(-sX)]) / s.
    double sum = 0;
    const double step = 1e-3;
    for (double t = 0; t < 40; t += step) {
      sum += (1 - probabilityUpTo(law, t + step / 2)) * std::exp(-(t + step / 2)) * step;
    }
    EXPECT_NEAR(1 - sum, transformOf(law, 1.0), 3e-3) << static_cast<int>(law.kind);
  }
}

}  // namespace
}  // namespace cantilever::analytic
