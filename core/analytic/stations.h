#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/analytic/single_server.h"
#include "core/analytic/traffic.h"

/// Internal to the solver: one pool with what is asked of it.
namespace cantilever::analytic {

/// How the wait of one class at a pool is distributed: zero or exponential, unless `isQueueOfOne`.
struct StationWait {
  double probability = 0;
  double rate = 1;
  double second = 0;          ///< where it is known, and waits are not exponential: second moment
  double band = 0;            ///< of the mean
  bool isQueueOfOne = false;  ///< exactly that of M/G/1
  /// If not empty: it is the time until no, 1, 2, ... departures with these probabilities, at the rate
  /// `departures`.
  std::vector<double> stages = {};
  double departures = 0;
  /// Last come, first served at exponential servers: those who wait do so for a busy period with these
  /// arrivals and departures.
  double busyArrivals = 0;
  double sharedLoad = 0;  ///< where servers are shared: their load
  bool isShared = false;  ///< exactly that of M/M/1 with sharing
  double stretch = 1;     ///< the service takes so many times as long
  double stretchBand = 0;
  double stretchSecond = 0;  ///< where that differs among requests: mean of its square
  double together =
      1;             ///< calls that come at once to a queue, those of the class that do; the mean is theirs
  double first = 0;  ///< then: mean wait of the first of them
  double ofBacklogs = 0;  ///< of the mean, behind what windows send on at once: however else others come
  double lost = 0;        ///< share refused, or gone before its service; waits are those of the others
  double patience = 0;    ///< mean time after which those go; 0: at once
  std::optional<Law> law = {};  ///< where it is known: of those who wait
  bool isLawRough = false;      ///< of `stages`: only their mean is exact

  double mean() const { return probability / rate; }
};

/// A wait of which only so much is known: zero or exponential.
inline StationWait waitByMean(double mean, double probability, double band, const StationWait& before) {
  StationWait wait;
  wait.probability = std::clamp(probability, 1e-12, 1.0);
  wait.rate = mean > 0 ? wait.probability / mean : 1;
  wait.band = band;
  wait.stretch = before.stretch;
  wait.stretchBand = before.stretchBand;
  return wait;
}

/// What the pool does as a whole.
struct StationFigures {
  bool isByHash = false;  ///< keys decide who does what, and some instance may have much more than the others
  bool isStable = true;
  double growth = 0;       ///< of an unstable one: pieces of work per second that come and are not done
  std::string unsolvable;  ///< why there is no formula; then the waits mean nothing
  bool isUseKnown = true;  ///< but how much its servers work is
  bool slowsDown = false;  ///< beyond some number it does less than comes, though it hardly gets there
  std::string model;       ///< what it was taken for, as M/M/c
  bool isExact = true;     ///< the formula is, for Poisson arrivals
  bool isProductForm = true;
  bool isForStreams = false;  ///< the formula is for arrivals as they are, Poisson or not
  bool isUneven = false;      ///< some of them are not, and that is felt
  bool isRetried = false;  ///< more comes than is reckoned: bursts that are not answered in time come again
  double servers = 0;      ///< of all instances; 0: unlimited
  double offered = 0;      ///< erlangs asked for, at speed 1
  double utilisation = 0;  ///< of the servers, the busiest instance's in `most`
  double most = 0;
  double concurrency = 0;
  double queue = 0;    ///< waiting for a server
  double band = 0;     ///< of queue and waits
  double useBand = 0;  ///< of utilisation and concurrency
  Moments service;
  double work = 0;                 ///< pieces per second
  std::vector<StationWait> waits;  ///< by class
  std::vector<Index> lanes;        ///< programs of consumers who wait otherwise than others (lanes.h)
  StationWait laneWait;            ///< of these

  bool isInLane(Index program) const { return std::find(lanes.begin(), lanes.end(), program) != lanes.end(); }
  const StationWait& waitOf(Index requestClass, Index program) const {
    return isInLane(program) ? laneWait : waits.at(requestClass);
  }
};

/// What comes to a pool.
struct StationLoad {
  const std::vector<Traffic::Work>* work = nullptr;
  std::uint32_t instances = 1;
  struct Arrivals {
    Index link = kNone;
    double rate = 0;   ///< calls per second
    double share = 0;  ///< of the pool's work, that these calls ask for
  };
  std::vector<Arrivals> arrivals;
  bool arePulled = false;  ///< consumers take work when they are free for it: nothing queues here
  /// What comes from a source that is not Poisson.
  struct Stream {
    const plan::Source* source = nullptr;
    double rate = 0;          ///< work per second
    double kept = 1;          ///< of each of its requests
    double unevenness = 0;    ///< see `unevennessOf`
    bool isAsSent = false;    ///< as it left the source, or a random part of that
    bool isModulated = true;  ///< else what comes depends on what became of others before
    bool isRetried = false;   ///< calls are made again when they wait for too long, in bursts most of all
  };
  std::vector<Stream> streams = {};
  /// Where a seat is held for nothing but work: of each instance, so many servers at most, and so many seats
  /// more than servers to wait in; 0: seats are not counted.
  double seatsAsServers = 0;
  double roomBeyond = 0;
};

StationFigures solveStation(const Structure& structure, Index pool, const StationLoad& load);

/// With arrivals as they are: unsolvable where there is no formula for them.
StationFigures solveByFormula(const Structure& structure, Index pool, const StationLoad& load);

}  // namespace cantilever::analytic
