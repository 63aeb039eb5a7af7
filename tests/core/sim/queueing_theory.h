#pragma once

#include <cmath>
#include <functional>
#include <vector>

/// Closed forms to compare simulations with. Rates are per second, times in seconds.
namespace cantilever::sim::theory {

/// Erlang B by the stable forward recursion B(k) = a B(k-1) / (k + a B(k-1)) (Jagerman 1974).
inline double erlangB(double load, int servers) {
  double blocking = 1;
  for (int k = 1; k <= servers; ++k) {
    blocking = load * blocking / (k + load * blocking);
  }
  return blocking;
}

/// Probability of waiting in M/M/c: C = B / (1 - rho (1 - B)) (Erlang 1917).
inline double erlangC(double load, int servers) {
  const double blocking = erlangB(load, servers);
  return blocking / (1 - load / servers * (1 - blocking));
}

/// Mean wait in M/M/c: C / (c mu - lambda).
inline double waitMMc(double rate, int servers, double mean) {
  return erlangC(rate * mean, servers) / (servers / mean - rate);
}

/// Mean wait in M/G/1: lambda E[S^2] / (2 (1 - rho)) (Pollaczek 1930, Khinchine 1932).
inline double waitMG1(double rate, double mean, double scv) {
  return rate * mean * mean * (1 + scv) / (2 * (1 - rate * mean));
}

/// GI/M/1: sigma in (0, 1) with sigma = A*(mu (1 - sigma)), A* the transform of the interarrival time; the
/// response is exponential with rate mu (1 - sigma), and sigma is the probability of waiting (Takacs 1962).
inline double sigmaGIM1(double mu, const std::function<double(double)>& transform) {
  double low = 0;
  double high = 1 - 1e-9;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (transform(mu * (1 - middle)) > middle ? low : high) = middle;
  }
  return low;
}

/// Stationary probabilities of a birth-death process on 0 .. states-1.
inline std::vector<double> birthDeath(int states, const std::function<double(int)>& birth,
                                      const std::function<double(int)>& death) {
  std::vector<double> p(static_cast<std::size_t>(states), 1.0);
  double sum = 1;
  for (int n = 1; n < states; ++n) {
    const auto i = static_cast<std::size_t>(n);
    p[i] = p[i - 1] * birth(n - 1) / death(n);
    sum += p[i];
  }
  for (double& each : p) {
    each /= sum;
  }
  return p;
}

/// Mean of the largest of n independent exponentials of mean 1.
inline double harmonic(int n) {
  double sum = 0;
  for (int k = 1; k <= n; ++k) {
    sum += 1.0 / k;
  }
  return sum;
}

/// p with f(p) = 0 for a decreasing f, by bisection.
inline double rootOfDecreasing(double low, double high, const std::function<double(double)>& f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) > 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace cantilever::sim::theory
