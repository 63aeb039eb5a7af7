#include "core/analytic/erlang.h"

#include <cmath>

#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kHopeless = 1e150;  // losses of less than the inverse of it are as good as none

}  // namespace

double erlangB(double load, double servers) {
  if (!(load > 0)) {
    return servers >= 1 ? 0 : 1;
  }
  // 1 / B = 1 + c/a + c (c - 1)/a^2 + ...: the usual recursion written out from its end, all terms positive,
  // and over where they have become small. An infinite sum is a loss of zero.
  const double perLoad = 1 / load;
  double sum = 1;
  double term = 1;
  for (double left = std::floor(servers); left >= 1; --left) {
    term *= left * perLoad;
    sum += term;
    if ((term < 1e-17 * sum && left < load) || sum > kHopeless) {
      break;
    }
  }
  return 1 / sum;
}

double erlangC(double load, double servers) {
  if (load >= servers) {
    return 1;
  }
  const double blocking = erlangB(load, servers);
  // 1 - rho (1 - B) without cancellation at rho near 1.
  return blocking * servers / ((servers - load) + load * blocking);
}

double ExponentialWait::above(double t) const {
  return probability * std::exp(-rate * t);
}

double ExponentialWait::quantile(double q) const {
  return probability <= 1 - q ? 0.0 : std::log(probability / (1 - q)) / rate;
}

ExponentialWait waitOfMMc(double arrivals, double meanService, double servers) {
  const double load = arrivals * meanService;
  return {erlangC(load, servers), (servers - load) / meanService};
}

double responseAbove(const ExponentialWait& wait, double meanService, double t) {
  const double mu = 1 / meanService;
  const double theta = wait.rate;
  const double served = std::exp(-mu * t);
  // (e^(-mu t) - e^(-theta t)) / (theta - mu), also where the two are nearly equal.
  const double gap = theta - mu;
  const double together = std::abs(gap) * t < 1e-9 ? t * served
                          : std::abs(gap) * t < 1  ? -served * std::expm1(-gap * t) / gap
                                                   : (served - std::exp(-theta * t)) / gap;
  return served + wait.probability * mu * together;
}

double responseQuantile(const ExponentialWait& wait, double meanService, double q) {
  return quantileOf(q, meanService + wait.mean(),
                    [&](double t) { return responseAbove(wait, meanService, t); });
}

}  // namespace cantilever::analytic
