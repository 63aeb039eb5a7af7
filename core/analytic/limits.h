#pragma once

/// Attempts, token buckets and circuit breakers. Rates per second, times in seconds.
namespace cantilever::analytic {

/// Up to so many attempts, each failing with the same probability, independently: how many are made on
/// average, (1 - p^m) / (1 - p), and whether one succeeds, 1 - p^m.
struct Attempts {
  double mean = 1;
  double success = 1;
};
Attempts attemptsOf(double failure, double most);

/// Mean of the pauses before all `retries` further attempts: min(cap, base 2^i) each, half of that with full
/// jitter (Brooker 2015).
double meanBackoff(double base, double cap, double retries, bool hasJitter);

/// Share refused by a bucket of `depth` tokens that refills continuously at `rate`, Poisson arrivals that
/// take one each: 1 - G / (1 + rho G) with G = sum over k <= b - 1 of (-rho (b-1-k))^k / k! e^(rho (b-1-k)),
/// the complement of a finite M/D/1 dam. The alternating sum up to its reach in extended precision; beyond,
/// its exponential tail below a load of 1, fluid above, and a straight line at 1.
double refusedByBucket(double arrivals, double rate, double depth);

/// What those meet who take one token from such a bucket and wait for it if there is none, first come first
/// served, but for no longer than it takes to refill `limit` tokens (infinite: as long as it takes, at a load
/// below 1). Times in those that it takes to refill one.
struct BucketWaits {
  double lost = 0;  ///< would have to wait for longer
  // Of the others:
  double probability = 0;
  double mean = 0;
  double second = 0;
};
/// What is missing is the work of an M/D/1 queue which only those join who need not wait for longer, so that
/// it is as in M/D/1, but for a factor, up to the limit (Keilson 1966; Gavish and Schweitzer 1977). Moments
/// are integrals of P(wait > t): by Simpson's rule over the first four tokens, where its density jumps, then
/// of a constant and an exponential; good to 1 %.
BucketWaits waitsForBucket(double load, double depth, double limit);

/// A breaker that opens after `failures` in a row, stays open a while, then lets one probe through; Poisson
/// arrivals, calls that take no time and fail with probability `failure` (renewal-reward). With n = (1 - p^N)
/// /
/// ((1 - p) p^N) calls until it opens and g = 1 / (1 - p) openings until a probe succeeds.
struct BreakerFigures {
  double rejected = 0;  ///< share of requests
  double open = 0;      ///< share of time
};
BreakerFigures breaker(double arrivals, double failure, double failures, double openFor);

}  // namespace cantilever::analytic
