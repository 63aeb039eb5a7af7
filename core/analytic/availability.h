#pragma once

#include <cstdint>
#include <vector>

/// Shares of time in which something works. Everything is carried as unavailability, because one minus a
/// small number keeps no digits of it. Times in any one unit. Independence is assumed wherever it is not said
/// otherwise.
namespace cantilever::analytic {

/// Of one unit: repair / (failure + repair). Exact for any laws with these means.
double unavailability(double timeToFailure, double timeToRepair);

/// All are needed: 1 - product of (1 - u).
double unavailabilityOfSeries(const std::vector<double>& parts);

/// At least `needed` of n equal units, each with its own repair (binomial). Exact.
double unavailabilityOfSome(std::uint32_t units, std::uint32_t needed, double each);

/// At least `needed` of units that differ (Poisson binomial). Exact.
double unavailabilityOfSome(const std::vector<double>& each, std::uint32_t needed);

/// The same with r crews and exponential times (a birth-death chain of the number that are down): the share
/// of time in which fewer than `needed` are up. Exact.
double unavailabilityWithCrews(std::uint32_t units, std::uint32_t needed, double timeToFailure,
                               double timeToRepair, std::uint32_t crews);

/// A further cause that takes all redundant units at once: the beta-factor model (Fleming 1974): the share
/// `beta` of each unit's unavailability is common to all.
double unavailabilityWithCommonCause(std::uint32_t units, std::uint32_t needed, double each, double beta);

/// Units in equal zones that fail as a whole, as well as each by itself: at least `needed` of all up.
double unavailabilityOverZones(std::uint32_t zones, std::uint32_t unitsOfEach, std::uint32_t needed,
                               double unit, double zone);

/// A primary with a standby: its failure is noticed, and the standby takes over after `failover`, with
/// probability `coverage`; else the service waits for a repair. One repair at a time. A chain of up, failing
/// over, on the standby alone, and down, solved without subtraction (Grassmann, Taksar and Heyman 1985).
double unavailabilityWithFailover(double timeToFailure, double timeToRepair, double failover,
                                  double coverage);

/// Stationary probabilities of a small chain, rates[i][j] from i to j; the diagonal is ignored. By GTH
/// elimination: no subtractions, so that small probabilities keep all their digits.
std::vector<double> stationaryOfChain(std::vector<std::vector<double>> rates);

}  // namespace cantilever::analytic
