#include "core/analytic/many_servers.h"

#include <cmath>
#include <vector>

#include "core/analytic/erlang.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostCrommelinTerms = 2'000'000;
constexpr double kHighVariation = 2;

/// P(Poisson(mean) >= n), by the incomplete gamma function.
double poissonFrom(double mean, double n) {
  return n <= 0 ? 1.0 : gammaUpTo(n, mean);
}

}  // namespace

double waitOfMDc(double arrivals, double service, double servers) {
  const double load = arrivals * service;
  double sum = 0;
  for (double n = 1; n < kMostCrommelinTerms; ++n) {
    const double from = poissonFrom(n * load, n * servers);
    // P(>= m + 1) = P(>= m) - P(m), so that no second sum is needed.
    const double at = std::exp(n * servers * std::log(n * load) - n * load - logFactorial(n * servers));
    const double term = from - servers / load * (from - at);
    sum += term;
    if (n > 2 && std::abs(term) < 1e-15 * sum) {
      break;
    }
  }
  return sum * service;
}

double waitProbabilityOfMDc(double arrivals, double service, double servers) {
  const double load = arrivals * service;
  const auto c = static_cast<std::size_t>(servers);
  const double spare = 1 - load / servers;
  const std::size_t states = c + static_cast<std::size_t>(load + 20 * std::sqrt(load) + 30 / spare) + 20;
  std::vector<double> arriving(states);
  for (std::size_t n = 0; n < states; ++n) {
    const auto number = static_cast<double>(n);
    arriving[n] = std::exp(number * std::log(load) - load - logFactorial(number));
  }
  std::vector<double> p(states, 0.0);
  p[0] = 1;
  for (int i = 0; i < 200'000; ++i) {
    std::vector<double> next(states, 0.0);
    for (std::size_t from = 0; from < states; ++from) {
      const std::size_t left = from > c ? from - c : 0;
      for (std::size_t to = left; to < states && p[from] > 1e-300; ++to) {
        next[to] += p[from] * arriving[to - left];
      }
    }
    double change = 0;
    for (std::size_t n = 0; n < states; ++n) {
      change += std::abs(next[n] - p[n]);
    }
    p.swap(next);
    if (change < 1e-14) {
      break;
    }
  }
  double waits = 0;
  for (std::size_t n = c; n < states; ++n) {
    waits += p[n];
  }
  return waits;
}

double waitOfMDcApproximately(double arrivals, double service, double servers) {
  const double rho = arrivals * service / servers;
  const double correction =
      (1 - rho) * (servers - 1) * (std::sqrt(4 + 5 * servers) - 2) / (16 * rho * servers);
  return waitOfMMc(arrivals, service, servers).mean() / 2 * (1 + correction);
}

double betweenTwoPoints(double exponential, double constant, double scv) {
  return (1 + scv) / (2 * scv / exponential + (1 - scv) / constant);
}

Figure waitOfMGc(double arrivals, double meanService, double serviceScv, double servers) {
  const double exponential = waitOfMMc(arrivals, meanService, servers).mean();
  if (servers <= 1 || serviceScv == 1 || exponential <= 0) {
    return Figure::exact(exponential * (1 + serviceScv) / 2);
  }
  // Light traffic spoils the correction (it tends to infinity): a constant service waits no longer than a
  // exponential one.
  const double constant = std::min(waitOfMDcApproximately(arrivals, meanService, servers), exponential);
  const double low = betweenTwoPoints(exponential, constant, serviceScv);
  const double high = exponential * (1 + serviceScv) / 2;
  if (serviceScv > kHighVariation) {
    return Figure::between(std::min(low, high), std::max(low, high)).widened(0.1);
  }
  return Figure::approximate(low, 0.05);
}

Figure waitOfGGc(double arrivals, double arrivalScv, double meanService, double serviceScv, double servers) {
  if (arrivalScv == 1) {
    return waitOfMGc(arrivals, meanService, serviceScv, servers);
  }
  const double exponential = waitOfMMc(arrivals, meanService, servers).mean();
  const double rho = arrivals * meanService / servers;
  double factor = (arrivalScv + serviceScv) / 2;
  if (factor <= 0) {
    return Figure::exact(0);  // everything comes and is served like clockwork
  }
  if (arrivalScv < 1) {
    const double gap = 1 - arrivalScv;
    factor *= std::exp(-2 * (1 - rho) * gap * gap / (3 * rho * (arrivalScv + serviceScv)));
  }
  return Figure::approximate(exponential * factor,
                             arrivalScv < 1 && serviceScv <= 2 && servers <= 1 ? 0.15 : 0.5);
}

}  // namespace cantilever::analytic
