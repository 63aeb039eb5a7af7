#pragma once

#include <vector>

#include "core/analytic/stations.h"
#include "core/analytic/traffic.h"

/// Internal to the solver: calls that one request makes at the same instant, to the same pool.
namespace cantilever::analytic {

/// What comes to a pool like that. Per second.
struct Together {
  std::vector<double> arrivals;  ///< [class] calls that have others beside them
  double others = 0;             ///< sum over these calls of the others beside each
  bool isUneven = false;         ///< those of large groups are more work than others
  /// Groups with more than 0, 1, 2, ... calls; empty: some may have very many.
  std::vector<double> groupsAbove;
};

/// Calls at once (see Structure), as Poisson groups. Of fans with a window, those that begin.
Together togetherAt(const Structure& structure, const Traffic& traffic, Index pool);

/// Makes a station, solved for calls that come one by one, what it is for those that come in groups (where
/// instances have queues of their own all of the size that one of their calls sees on average): by M^[X]/M/c,
/// whose excess over M/M/c that of other laws of service is about (of one server exactly, Burke 1975).
/// Nothing where it is not a queue that is first come, first served; then only its band is wider.
/// `isSplitEvenly`: instances get equal parts of a group, not random ones.
void addTogether(const plan::Plan& plan, Index pool, const StationLoad& load, bool isSplitEvenly,
                 const Together& together, StationFigures& figures);

}  // namespace cantilever::analytic
