#pragma once

#include <cstdint>

/// Many servers, one queue, exponential service: the M/M/c queue. Loads are in erlangs (rate x mean service),
/// rates per second, times in seconds. Everything is exact, and good to 10,000 servers and a utilisation of
/// 1 - 1e-9.
namespace cantilever::analytic {

/// Share of arrivals lost without a queue: 1 / B = sum over k of c! / ((c - k)! a^k) for c servers and load a
/// (Erlang 1917, in the form of Jagerman 1974). Exact for any law of service.
double erlangB(double load, double servers);

/// Probability of waiting: C = B / (1 - rho (1 - B)) (Erlang 1917). 1 from a utilisation of 1 on.
double erlangC(double load, double servers);

/// A wait that is zero with some probability and exponential else: P(W > t) = probability x e^(-rate t).
struct ExponentialWait {
  double probability = 0;
  double rate = 1;  ///< of those that wait; the inverse of their mean

  double mean() const { return probability / rate; }
  double above(double t) const;
  double quantile(double q) const;
};

/// The wait in M/M/c; needs load < servers.
ExponentialWait waitOfMMc(double arrivals, double meanService, double servers);

/// P(T > t) of wait and an independent exponential service one after the other, and its quantiles.
double responseAbove(const ExponentialWait& wait, double meanService, double t);
double responseQuantile(const ExponentialWait& wait, double meanService, double q);

}  // namespace cantilever::analytic
