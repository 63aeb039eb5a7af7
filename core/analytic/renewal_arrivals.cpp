#include "core/analytic/renewal_arrivals.h"

#include <cmath>

#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

/// K of Takacs' formula: [1/(1-sigma) + sum_j C(c,j)/(C_j (1-A_j)) (c(1-A_j)-j)/(c(1-sigma)-j)]^-1, with A_j
/// = A*(j mu) and C_j the product of A_i / (1 - A_i) up to j.
double takacsConstant(const std::function<double(double)>& transform, double mu, double servers,
                      double sigma) {
  double sum = 1 / (1 - sigma);
  double logProduct = 0;
  for (double j = 1; j <= servers; ++j) {
    const double a = transform(j * mu);
    logProduct += std::log(a) - std::log1p(-a);
    const double logChoices = logFactorial(servers) - logFactorial(j) - logFactorial(servers - j);
    const double size = std::exp(logChoices - logProduct) / (1 - a);
    sum += size * (servers * (1 - a) - j) / (servers * (1 - sigma) - j);
  }
  return 1 / sum;
}

/// But where c (1 - sigma) is a whole number, at which one of the terms of the constant is 0/0.
RenewalQueue solveGIMc(const std::function<double(double)>& transform, double meanService, double servers) {
  const double mu = 1 / meanService;
  RenewalQueue queue;
  // A*(c mu (1 - x)) - x is above zero below the root and below it from there up to 1, where it is zero
  // again.
  queue.sigma =
      rootOfIncreasing(0, 1 - 1e-12, [&](double x) { return x - transform(servers * mu * (1 - x)); });
  queue.wait.probability =
      servers > 1 ? takacsConstant(transform, mu, servers, queue.sigma) / (1 - queue.sigma) : queue.sigma;
  queue.wait.rate = servers * mu * (1 - queue.sigma);
  return queue;
}

}  // namespace

RenewalQueue waitOfGIMc(const std::function<double(double)>& transform, double meanService, double servers) {
  RenewalQueue queue = solveGIMc(transform, meanService, servers);
  const double gap = servers * (1 - queue.sigma);
  if (servers > 1 && std::abs(gap - std::round(gap)) < 1e-7) {  // then the mean of either side
    constexpr double kStep = 1e-5;
    queue.wait.probability = (solveGIMc(transform, meanService * (1 - kStep), servers).wait.probability +
                              solveGIMc(transform, meanService * (1 + kStep), servers).wait.probability) /
                             2;
  }
  return queue;
}

}  // namespace cantilever::analytic
