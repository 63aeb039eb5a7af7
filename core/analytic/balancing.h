#pragma once

#include <optional>
#include <vector>

#include "core/analytic/figure.h"

/// What the choice of an instance does to waits: n instances with a queue each. Rates per second, times in
/// seconds.
namespace cantilever::analytic {

/// The supermarket model with c servers a queue, in the limit of many queues: each request looks at d and
/// joins the shortest. `tails[k]`: the share of queues with at least k requests, from rates of up- and
/// down-going that balance, lambda (s(k-1)^d - s(k)^d) = mu min(k, c) (s(k) - s(k+1)) (Vvedenskaya, Dobrushin
/// and Karpelevich 1996; Mitzenmacher 2001: with one server s(k) = rho^((d^k - 1)/(d - 1))).
struct Supermarket {
  std::vector<double> tails;
  double meanResponse = 0;
};
Supermarket supermarket(double arrivalsOfEach, double meanService, double servers, double choices);

/// Mean wait with n queues of c servers, each request joining the shortest of d: the limit of many queues and
/// the wait in one queue for all servers, neither of which it can undercut, put together as (a^p + b^p)^(1/p)
/// with p = 2, which simulations of 2 to 100 queues bear out within the band. Of two queues of one server
/// each exact.
Figure waitOfShortestQueue(double arrivalsOfAll, double meanService, double queues, double servers,
                           double choices);

/// Exponential queues with `room` places each, servers included, whose arrivals join the shortest of
/// `choices` drawn at random, ties at random, and are refused if that is full: a chain of how many queues are
/// how long. Exact; none where there are too many states.
struct ShortestWithRooms {
  double lost = 0;
  double waits = 0;  ///< share of those served
  double meanWait = 0;
  double queue = 0;  ///< of all
};
std::optional<ShortestWithRooms> shortestWithRooms(double arrivalsOfAll, double meanService, double queues,
                                                   double servers, double room, double choices);

/// Consistent hashing of uniform keys to n nodes with v random points each: shares follow Dirichlet's law.
struct RingShares {
  double variation = 0;     ///< coefficient of variation of a node's share: sqrt((n - 1) / (n v + 1))
  double mostOverMean = 0;  ///< E[largest share] x n, by the largest of n gamma variables
};
RingShares ringShares(double nodes, double points);
/// Shares to reckon with: the quantiles (i + 1/2) / n of one node's beta law, made to add up to one.
std::vector<double> typicalRingShares(std::size_t nodes, double points);

}  // namespace cantilever::analytic
