#include "core/analytic/fork_join.h"

#include <cmath>
#include <limits>

#include "core/analytic/special.h"

namespace cantilever::analytic {

double meanOfOrderStatistic(double n, double k, double mean) {
  return mean * (harmonicNumber(n) - (k < n ? harmonicNumber(n - k) : 0.0));
}

double quantileOfOrderStatistic(double n, double k, double mean, double q) {
  // The k-th of n uniform variables is a beta variable of k and n + 1 - k.
  const double above = rootOfIncreasing(0, 1, [&](double x) { return betaUpTo(n + 1 - k, k, x) - (1 - q); });
  return -mean * std::log(above);
}

double quantileOfEach(double n, double q) {
  return std::exp(std::log(q) / n);
}

Figure responseOfForkJoin(double arrivals, double meanService, double branches) {
  const double rho = arrivals * meanService;
  if (rho >= 1) {
    return Figure::unsolvable("the queues of a fork-join grow without end");
  }
  const double single = meanService / (1 - rho);
  if (branches <= 1) {
    return Figure::exact(single);
  }
  const double two = (12 - rho) / 8 * single;
  if (branches <= 2) {
    return Figure::exact(two);
  }
  const double h = harmonicNumber(branches);
  if (branches > 32) {
    return Figure::between(h * meanService, h * single);
  }
  const double scale = h / harmonicNumber(2);
  return Figure::approximate((scale + (1 - scale) * 4 * rho / 11) * two, 0.05);
}

double Hedging::responseAbove(double t) const {
  return t < after ? above(t) : above(t) * above(t - after);
}

double Hedging::quantile(double q, double scale) const {
  return quantileOf(q, scale, [&](double t) { return responseAbove(t); });
}

}  // namespace cantilever::analytic
