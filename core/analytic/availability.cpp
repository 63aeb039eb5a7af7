#include "core/analytic/availability.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analytic/birth_death.h"

namespace cantilever::analytic {

double unavailability(double timeToFailure, double timeToRepair) {
  return timeToRepair / (timeToFailure + timeToRepair);
}

double unavailabilityOfSeries(const std::vector<double>& parts) {
  double log = 0;
  for (const double each : parts) {
    log += std::log1p(-each);
  }
  return -std::expm1(log);
}

double unavailabilityOfSome(std::uint32_t units, std::uint32_t needed, double each) {
  return unavailabilityOfSome(std::vector<double>(units, each), needed);
}

double unavailabilityOfSome(const std::vector<double>& each, std::uint32_t needed) {
  if (needed > each.size()) {
    return 1;
  }
  // By the number that are down: the last entry collects those that are too many.
  const std::size_t most = each.size() - needed;
  std::vector<double> down(most + 2, 0.0);
  down[0] = 1;
  for (const double u : each) {
    down[most + 1] += down[most] * u;
    for (std::size_t n = most; n > 0; --n) {
      down[n] = down[n] * (1 - u) + down[n - 1] * u;
    }
    down[0] *= 1 - u;
  }
  return needed == 0 ? 0.0 : down[most + 1];
}

double unavailabilityWithCrews(std::uint32_t units, std::uint32_t needed, double timeToFailure,
                               double timeToRepair, std::uint32_t crews) {
  const double hands = crews == 0 ? units : std::min(crews, units);
  const std::vector<double> down = stationary(
      units + std::size_t{1}, [&](double n) { return (units - n) / timeToFailure; },
      [&](double n) { return std::min(n, hands) / timeToRepair; });
  double sum = 0;
  for (std::size_t n = down.size(); n-- > 0 && n + needed > units;) {
    sum += down[n];
  }
  return sum;
}

double unavailabilityWithCommonCause(std::uint32_t units, std::uint32_t needed, double each, double beta) {
  return unavailabilityOfSeries({unavailabilityOfSome(units, needed, each * (1 - beta)), each * beta});
}

double unavailabilityOverZones(std::uint32_t zones, std::uint32_t unitsOfEach, std::uint32_t needed,
                               double unit, double zone) {
  double sum = 0;
  for (std::uint32_t up = 0; up <= zones; ++up) {
    const double logChoices =
        std::lgamma(zones + 1.0) - std::lgamma(up + 1.0) - std::lgamma(zones - up + 1.0);
    const double chance = std::exp(logChoices) * std::pow(1 - zone, up) * std::pow(zone, zones - up);
    sum += chance * unavailabilityOfSome(up * unitsOfEach, needed, unit);
  }
  return sum;
}

double unavailabilityWithFailover(double timeToFailure, double timeToRepair, double failover,
                                  double coverage) {
  const double fail = 1 / timeToFailure;
  const double repair = 1 / timeToRepair;
  // Both up; failing over; one up, the other in repair; uncovered or both down.
  const std::vector<double> p = stationaryOfChain({{0, fail * coverage, 0, fail * (1 - coverage)},
                                                   {0, 0, 1 / failover, 0},
                                                   {repair, 0, 0, fail},
                                                   {0, 0, repair, 0}});
  return p[1] + p[3];
}

std::vector<double> stationaryOfChain(std::vector<std::vector<double>> rates) {
  const std::size_t n = rates.size();
  for (std::size_t k = n - 1; k > 0; --k) {
    const double out =
        std::accumulate(rates[k].begin(), rates[k].begin() + static_cast<std::ptrdiff_t>(k), 0.0);
    for (std::size_t i = 0; i < k; ++i) {
      rates[i][k] /= out;
      for (std::size_t j = 0; j < k; ++j) {
        rates[i][j] += i == j ? 0.0 : rates[i][k] * rates[k][j];
      }
    }
  }
  std::vector<double> p(n, 0.0);
  p[0] = 1;
  double total = 1;
  for (std::size_t k = 1; k < n; ++k) {
    for (std::size_t i = 0; i < k; ++i) {
      p[k] += p[i] * rates[i][k];
    }
    total += p[k];
  }
  for (double& each : p) {
    each /= total;
  }
  return p;
}

}  // namespace cantilever::analytic
