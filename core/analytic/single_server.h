#pragma once

#include <vector>

#include "core/base/law.h"

/// One server, Poisson arrivals, any law of service (M/G/1) and its relatives. Exact. Rates per second, times
/// in seconds; where the utilisation is 1 or more there is no steady state and the result is infinite.
namespace cantilever::analytic {

/// E[S], E[S^2], E[S^3]; infinite where the law has none.
struct Moments {
  double first = 0;
  double second = 0;
  double third = 0;

  double scv() const { return first > 0 ? second / (first * first) - 1 : 0.0; }
};
Moments momentsOf(const Law& law);
/// Of a sum of independent variables.
Moments sumOf(const Moments& a, const Moments& b);
/// Of a mixture, weights adding up to one.
struct WeightedMoments {
  double weight = 0;
  Moments moments;
};
Moments mixtureOf(const std::vector<WeightedMoments>& parts);

/// Mean wait, first come first served: lambda E[S^2] / (2 (1 - rho)) (Pollaczek 1930, Khinchine 1932).
double waitOfMG1(double arrivals, const Moments& service);
/// E[W^2] = 2 W^2 + lambda E[S^3] / (3 (1 - rho)) (Takacs 1962); infinite if E[S^3] is.
double waitSecondMomentOfMG1(double arrivals, const Moments& service);

/// P(W > t) in M/D/1 (Erlang 1909): the alternating sum up to 8 service times, its exponential tail beyond
/// (relative error below 1e-8 at a utilisation of 0.8).
double waitAboveOfMD1(double arrivals, double service, double t);
double waitQuantileOfMD1(double arrivals, double service, double q);

/// E[T^2] with processor sharing, of a class with this service at a station with this load and mean service:
/// E[S^2] / (1 - rho)^2 and the variance given the service, 2 rho m x / (1 - rho)^3 - 2 rho m^2 (1 -
/// e^(-(1 - rho) x / m)) / (1 - rho)^4, which is exact for exponential service (Coffman, Muntz and Trotter
/// 1970) and taken for all laws, averaged over a gamma law.
double responseSecondOfSharing(double load, double meanOfAll, const Moments& service);
/// Var[T] of a request that is served for so long in M/G/1 with processor sharing, 2 / (1 - rho)^2 times the
/// integral over y from 0 to x of (x - y) P(W > y), W the wait first come, first served (Yashkov 1983), here
/// as if exponential for those who wait; `all`: of all requests.
double responseVarianceOfSharing(double load, const Moments& all, double service);

/// Mean response with processor sharing: E[S] / (1 - rho), whatever the law (Sakata, Noguchi and Oizumi
/// 1971).
double responseOfSharing(double arrivals, double meanService);

/// Mean wait in M^[X]/G/1: that of M/G/1 with the rate of requests, and E[S] (E[X^2] / E[X] - 1) / (2 (1 -
/// rho)) for those of the same batch (Burke 1975). `requests`: per second, not batches.
double waitOfBatches(double requests, double batchMean, double batchSecond, const Moments& service);

/// Mean number in M/M/1 whose server breaks down, idle or not, and resumes its work when repaired (White and
/// Christie 1958): lambda ((xi + eta)^2 + xi mu) / ((xi + eta) (eta mu - lambda (xi + eta))).
double numberWithBreakdowns(double arrivals, double meanService, double timeToFailure, double timeToRepair);

/// A class of requests at a server with priorities.
struct PriorityLoad {
  double arrivals = 0;
  Moments service;
};
/// Mean wait of each class, the most important first, work begun is finished: W0 / ((1 - s(k-1)) (1 - s(k)))
/// (Cobham 1954). Classes beyond the capacity wait for ever.
std::vector<double> waitsNonPreemptive(const std::vector<PriorityLoad>& classes);
/// E[W^2] of the same: with s the load of more important classes, t that with its own, m2 and m3 sums of
/// arrivals x E[S^2] and E[S^3]: m3 / (3 (1-s)^2 (1-t)) + m2 m2(k) / (2 (1-s)^2 (1-t)^2) + m2 m2(k-1) /
/// (2 (1-s)^3 (1-t)), m2(k) up to class k (Kesten and Runnenburg 1957). Infinite where E[S^3] is.
std::vector<double> waitSecondsNonPreemptive(const std::vector<PriorityLoad>& classes);
/// Mean response beyond the service itself when work is interrupted and resumed (Jaiswal 1968).
std::vector<double> waitsPreemptiveResume(const std::vector<PriorityLoad>& classes);
/// E[(W + C - S)^2] of the same, so that its variance and that of S make up that of the response: C, from
/// the first to the last moment of service, has mean S / (1 - s) and variance Var(S) / (1 - s)^2 + m2 E[S] /
/// (1 - s)^3 (Jaiswal 1968); before it the class waits as without preemption, among those not less important.
std::vector<double> waitSecondsPreemptiveResume(const std::vector<PriorityLoad>& classes);
/// Preemptive priorities at several servers with one exponential law for all: the first classes together are
/// M/M/c, whatever comes after them. Mean response beyond the service.
std::vector<double> waitsPreemptiveMMc(const std::vector<double>& arrivals, double meanService,
                                       double servers);
/// Non-preemptive priorities at several servers with one exponential law for all: C / (c mu) instead of W0
/// (Kella and Yechiali 1985).
std::vector<double> waitsNonPreemptiveMMc(const std::vector<double>& arrivals, double meanService,
                                          double servers);

}  // namespace cantilever::analytic
