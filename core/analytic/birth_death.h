#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/base/law.h"

/// Queues that are birth-death chains, solved exactly in logarithms: finite waiting rooms, finite numbers of
/// users, customers who give up. Rates per second, times in seconds.
namespace cantilever::analytic {

/// Stationary probabilities of the states 0, 1, ... `states` - 1. `birth(n)` leads from n to n + 1,
/// `death(n)` from n to n - 1: p(n) = p(n-1) birth(n-1) / death(n) (detailed balance), summed as logarithms
/// so that 10,000 servers do no harm. A birth rate of zero ends the chain.
std::vector<double> stationary(std::size_t states, const std::function<double(double)>& birth,
                               const std::function<double(double)>& death);

/// What such a queue does with its arrivals.
struct QueueFigures {
  double lost = 0;         ///< share of arrivals that find no room or give up
  double throughput = 0;   ///< served per second
  double waits = 0;        ///< share of the arrivals admitted that wait
  double meanWait = 0;     ///< of the arrivals admitted, those that give up included
  double waitSecond = 0;   ///< second moment of the same; of finite queues only
  double meanNumber = 0;   ///< waiting or in service
  double utilisation = 0;  ///< of the servers
};

/// M/M/c/K: `room` requests at most, in service included (Gross, Shortle, Thompson and Harris 2008, 3.5). Has
/// a steady state at any load.
QueueFigures finiteQueue(double arrivals, double meanService, double servers, double room);

/// The same: the probabilities that an arrival that is admitted waits for no, 1, 2, ... departures.
std::vector<double> departuresBefore(double arrivals, double meanService, double servers, double room);

/// M/M/c//N, the machine repairman: users think for a mean time, then ask and wait (ibid. 3.7). `lost` is 0.
QueueFigures finiteSources(double users, double think, double meanService, double servers);

/// M/M/c+M, Erlang-A: those who wait give up after an exponential time (Palm 1957; Garnett, Mandelbaum and
/// Reiman 2002). Has a steady state at any load.
class ErlangA {
 public:
  ErlangA(double arrivals, double meanService, double servers, double meanPatience);

  const QueueFigures& figures() const { return m_figures; }
  /// P(W > t), the wait of those who give up ending then (Palm's formula, integrated numerically).
  double waitAbove(double t) const;
  double waitQuantile(double q) const;

 private:
  double m_arrivals, m_capacity, m_patienceRate;
  double m_lastFree = 0;  ///< probability that all servers but one are busy
  QueueFigures m_figures;
};

/// M/M/c+D: those who have waited for `patience` leave (Barrer 1957; Baccelli and Hebuterne 1981).
QueueFigures deterministicPatience(double arrivals, double meanService, double servers, double patience);

/// M/M/c+G: those who wait give up after a time of any law. The wait that an arrival would have has the
/// density lambda p(c-1) exp(lambda (integral of P(patience > u) du up to x) - c mu x), which is integrated
/// numerically (Baccelli and Hebuterne 1981). Has a steady state at any load.
struct PatientQueue {
  double lost = 0;          ///< share that gives up
  double untilGivenUp = 0;  ///< their mean time
  double waiting = 0;       ///< mean time in the queue of all
  double waits = 0;         ///< of those served, as what follows
  double mean = 0;
  double second = 0;
  /// Of those served who wait: times that shares of them do not exceed, rising from 0 to 1.
  struct Point {
    double time = 0;
    double share = 0;
  };
  std::vector<Point> law;
  bool isKnown = true;  ///< else it would take too many steps
};
PatientQueue queueWithPatience(double arrivals, double meanService, double servers, const Law& patience);

/// Mean number that wait to try again in the M/M/1 queue whose arrivals, when they find the server busy, come
/// back after exponential times of the given rate: rho (lambda + rho theta) / ((1 - rho) theta) (Falin and
/// Templeton 1997, 1.2).
double retrialOrbit(double arrivals, double meanService, double retryRate);

}  // namespace cantilever::analytic
