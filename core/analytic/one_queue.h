#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/analytic/stations.h"

/// Internal to the solver: one queue for one or more servers, as a station has one or several of.
namespace cantilever::analytic {

/// Poisson arrivals of several classes at one queue.
struct QueueLoad {
  double arrivals = 0;
  double servers = 1;
  Moments service;
  bool isExponential = true;  ///< one exponential law for all
  std::vector<double> arrivalsByClass;
  std::vector<Moments> serviceByClass;
  std::vector<const Law*> lawByClass = {};  ///< as `onlyLaw`
  const Law* onlyLaw = nullptr;             ///< of all service, if it is one; then its mean may be scaled
  bool isLimited = false;                   ///< more than `room` may not wait
  double room = 0;
  double instances = 1;   ///< that the servers belong to: work slows down what is at the same one
  double mostShared = 0;  ///< where servers are shared: by so many at most; 0: by all that come
};

struct QueueAnswer {
  std::vector<StationWait> waits;
  double queue = 0;
  double busy = 0;         ///< pieces of work in service
  double working = 0;      ///< servers
  double growth = 0;       ///< of what has no steady state: pieces of work per second that are not done
  double most = 0;         ///< where speed depends on the number: what comes, of the most that is done
  bool slowsDown = false;  ///< beyond some number it does less than comes, though it hardly gets there
  std::string model;
  std::string unsolvable;  ///< why waits are not known
  bool isUseKnown = true;  ///< but how many servers work is
  bool isExact = true;
  bool isProductForm = true;
  bool isForStreams = false;  ///< for arrivals as they are, Poisson or not
  double band = 0;
  double useBand = 0;  ///< of the servers at work
};

/// A wait that is zero or exponential, with this mean.
StationWait waitOf(double mean, double probability, double band);

/// The queue of a pool, or of one of its instances, with Poisson arrivals; needs a utilisation below 1, or
/// losses.
QueueAnswer solveQueue(const plan::Plan& plan, const plan::Pool& pool, const QueueLoad& load);

/// Changes the answer, which is for Poisson arrivals, to that for independent spacings with this transform
/// and squared coefficient of variation.
void correctForRenewal(const std::function<double(double)>& transform, double scv, const QueueLoad& load,
                       QueueAnswer& answer);

}  // namespace cantilever::analytic
