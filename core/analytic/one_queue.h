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
  const Law* onlyLaw = nullptr;  ///< of all service, if it is one; then its mean may be scaled
  bool isLimited = false;        ///< more than `room` may not wait
  double room = 0;
};

struct QueueAnswer {
  std::vector<StationWait> waits;
  double queue = 0;
  double busy = 0;
  std::string model;
  std::string unsolvable;
  bool isExact = true;
  bool isProductForm = true;
  bool isForStreams = false;  ///< for arrivals as they are, Poisson or not
  double band = 0;
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
