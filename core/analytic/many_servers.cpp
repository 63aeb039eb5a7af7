#include "core/analytic/many_servers.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/analytic/erlang.h"
#include "core/analytic/law_transform.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostCrommelinTerms = 2'000'000;
constexpr double kHighVariation = 2;
// Below these the sum converges fast, and the roots lose digits.
constexpr double kLeastLoadForRoots = 0.6;
constexpr double kLeastQueueByRoots = 1e-5;

/// P(Poisson(mean) >= n), by the incomplete gamma function.
double poissonFrom(double mean, double n) {
  return n <= 0 ? 1.0 : gammaUpTo(n, mean);
}

/// Crommelin's sum, in service times; some 40 / (1 - rho)^2 terms.
double waitByCrommelin(double load, double servers) {
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
  return sum;
}

using Complex = std::complex<double>;

/// The c - 1 roots z of z^c = e^(a (z - 1)) within the unit circle, one to each other root w of unity: z = w
/// e^(a (z - 1) / c). Calls `use(z, z - 1, times)`, for one of each conjugate pair with 2 times.
template <class Use>
void forRoots(double load, double servers, const Use& use) {
  const double rho = load / servers;
  const auto c = static_cast<std::size_t>(servers);
  for (std::size_t j = 1; 2 * j <= c && c > 1; ++j) {
    const double angle = 2 * 3.141592653589793 * static_cast<double>(j) / servers;
    const Complex unity = std::polar(1.0, angle);
    // To begin with, where the root is near 1, the logarithm of the equation to second order.
    const Complex near = (1 - rho) - std::sqrt(Complex((1 - rho) * (1 - rho), -2 * angle));
    Complex beyond = std::abs(near) < 0.5 ? near : unity * std::exp(rho * (unity - 2.0) / 2.0) - 1.0;
    for (int i = 0; i < 60; ++i) {
      const Complex power = unity * std::exp(rho * beyond);
      const Complex step = (beyond - (power - 1.0)) * inverseOf(1.0 - rho * power);
      beyond -= step;
      if (std::norm(step) < 1e-30) {
        break;
      }
    }
    use(1.0 + beyond, beyond, 2 * j == c ? 1.0 : 2.0);
  }
}

}  // namespace

double waitOfMDc(double arrivals, double service, double servers) {
  const double load = arrivals * service;
  if (load > kLeastLoadForRoots * servers) {
    double sum = 0;
    forRoots(load, servers,
             [&](Complex, Complex beyond, double times) { sum -= times * inverseOf(beyond).real(); });
    const double queue = (load * load - servers * (servers - 1)) / (2 * (servers - load)) + sum;
    if (queue > kLeastQueueByRoots * load) {
      return queue / arrivals;
    }
  }
  return waitByCrommelin(load, servers) * service;
}

double waitProbabilityOfMDc(double arrivals, double service, double servers) {
  const double load = arrivals * service;
  double log = 0;
  forRoots(load, servers,
           [&](Complex, Complex beyond, double times) { log += times * std::log(std::norm(beyond)) / 2; });
  return std::max(0.0, -std::expm1(std::log(servers - load) - log));
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
