#pragma once

#include <vector>

#include "core/analytic/stations.h"

/// Internal to the solver: what windows of stream processors send on when they end, all at once.
namespace cantilever::analytic {

struct WorkingState;

/// Of one window, what comes each time to a queue.
struct Burst {
  double period = 0;  ///< seconds, from one to the next
  double pieces = 0;  ///< that come in each
  double work = 0;    ///< seconds of service that these ask for together
  double lasts = 0;   ///< seconds for which they come, evenly: queues before this one hold them back
  std::vector<double> ofClass = {};  ///< [class] pieces per second

  bool operator==(const Burst&) const = default;
};

/// As far as they come there before any log and any other window.
struct Bursts {
  std::vector<std::vector<Burst>> atPool;
  std::vector<double> ofTokens;  ///< [tokens] how many are wanted at one time, at most
};
Bursts burstsOf(const Structure& structure, const WorkingState& state);

/// What a burst adds to the waits at a queue, first come, first served.
struct BurstWait {
  struct Wait {
    double probability = 0;
    double mean = 0;
    double second = 0;  ///< second moment
  };
  Wait ofOthers;
  Wait ofBurst;
  double share = 0;    ///< of the time in which it is worked off
  double longest = 0;  ///< wait, seconds
  double busiest = 0;  ///< erlangs in that time, if they are less than there are servers; else all work
};

/// As a flow: of work that comes faster than `servers` do what else there is, `background` erlangs of it, a
/// backlog grows for as long as it comes, and is worked off by what is free (Newell 1982, chapter 2).
BurstWait waitIn(const Burst& burst, double servers, double background);

/// Makes a station, solved for Poisson arrivals, what it is if some of them come in bursts: others meet these
/// for a part of the time, and else a queue with less load. Unsolvable where they do not fit into its queue,
/// and where servers are shared.
void addBursts(const plan::Pool& pool, const std::vector<Burst>& bursts, const StationLoad& load,
               StationFigures& figures);

}  // namespace cantilever::analytic
