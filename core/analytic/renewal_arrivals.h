#pragma once

#include <functional>

#include "core/analytic/erlang.h"

namespace cantilever::analytic {

/// GI/M/c: independent spacings of any law, exponential service. Exact (Takacs 1962). `transform`: E[e^(-sA)]
/// of the spacing A, for real s >= 0.
struct RenewalQueue {
  double sigma = 0;      ///< root of sigma = A*(c mu (1 - sigma)): the decay of the number found on arrival
  ExponentialWait wait;  ///< exact, and its probability too
};
RenewalQueue waitOfGIMc(const std::function<double(double)>& transform, double meanService, double servers);

}  // namespace cantilever::analytic
