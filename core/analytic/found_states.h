#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "core/analytic/block_chain.h"
#include "core/base/law.h"

/// Exponential servers, first come, first served, whatever the arrivals are: how long a request waits,
/// whether it is refused or gives up follow from how many it finds, and that comes from a chain of its own
/// for each kind of arrivals. Rates per second, times in seconds.
namespace cantilever::analytic {

struct ExponentialServers {
  double service = 1;  ///< mean
  double servers = 1;
  double room = std::numeric_limits<double>::infinity();  ///< requests at most, in service included
  double patience = 0;                                    ///< mean of an exponential one; 0: nobody gives up

  /// At which one of `n` leaves.
  double leaving(double n) const;
};

/// Of arrivals, the share that finds 0, 1, 2, ... there.
using Found = std::vector<double>;

/// Poisson arrivals of which some kinds come at two rates (MMPP/M/c/K+M), for each of the kinds; none if too
/// many may be there. Two phases of a finite chain, by elimination from above (Neuts 1981; Bright and Taylor
/// 1995).
struct KindOfTwoRates {
  double first = 0;
  double second = 0;
};
std::optional<std::vector<Found>> foundByBursts(const ExponentialServers& queue, double firstLasts,
                                                double secondLasts, const std::vector<KindOfTwoRates>& kinds);

/// Poisson batches, of which those that find no room are refused one by one, beside Poisson arrivals
/// (M^[X]/M/c/K+M). `atLeast`: the probabilities that a batch has at least 1, 2, ... members. By the flow
/// over each cut of the chain (Chaudhry and Templeton 1983, "A First Course in Bulk Queues").
struct FoundByBatches {
  Found ofBatches;  ///< by their members
  Found ofOthers;
};
std::optional<FoundByBatches> foundByBatches(const ExponentialServers& queue, double batches,
                                             const std::vector<double>& atLeast, double others);

/// Independent spacings of a law (GI/M/c/K+M), by the chain at arrivals (Takacs 1962); needs a room of at
/// most some hundreds, and a law whose count of Poisson events is in closed form.
std::optional<Found> foundByRenewal(const ExponentialServers& queue, const Law& spacing);

/// What those meet who find so many.
struct WaitOfFound {
  double refused = 0;
  double gaveUp = 0;        ///< share of all arrivals, as `refused`
  double untilGivenUp = 0;  ///< their mean time
  double waits = 0;         ///< of those served, as what follows
  double mean = 0;
  double second = 0;
  double waiting = 0;          ///< mean time in the queue of all arrivals
  std::vector<double> stages;  ///< where nobody gives up: probabilities of waiting for 0, 1, ... departures
};
WaitOfFound waitAfter(const ExponentialServers& queue, const Found& found);

/// The wait in MMPP/G/1, by kinds of arrivals, of one law of service (Lucantoni, Meier-Hellstern and Neuts
/// 1990; Fischer and Meier-Hellstern 1993, "The Markov-modulated Poisson process (MMPP) cookbook").
struct WaitInBursts {
  double mean = 0;
  double second = 0;
  double waits = 0;
};
std::vector<WaitInBursts> waitsInBursts(double firstLasts, double secondLasts,
                                        const std::vector<KindOfTwoRates>& kinds, const Law& service,
                                        double meanService);

}  // namespace cantilever::analytic
