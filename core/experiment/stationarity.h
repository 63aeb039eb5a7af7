#pragma once

#include <string>
#include <vector>

#include "core/vocabulary/plan.h"
#include "core/vocabulary/visits.h"

namespace cantilever::experiment {

/// What makes the plan's behaviour depend on the time, each as a phrase ("the rate of \"home\" follows a
/// curve"); empty if it can have a steady state (rule 33).
std::vector<std::string> changesOverTime(const plan::Plan& plan);

/// A pool that is offered at least as much work as it can do, and keeps what it cannot do waiting: the queue
/// grows without end (rule 35), if what it is offered comes there. Work of closed sources, which wait for
/// their answers, is left out.
struct Overload {
  plan::Index pool = plan::kNone;
  double offered = 0;   ///< erlangs
  double capacity = 0;  ///< servers of speed 1
};
/// `came`: as measured, by pool (workThatCame). Below 98 % what is offered was turned away before.
std::vector<Overload> overloads(const plan::Plan& plan, double loadFactor, const std::vector<double>& came);

/// Why intervals over replications are not to be trusted: work whose law is so heavy-tailed that waits have
/// no finite variance or mean (Pareto with alpha up to 3 or 2; M/G/1: Pollaczek and Khinchine's formulas need
/// the third and second moment). One sentence a law; empty if there is no such work.
std::vector<std::string> doubts(const plan::Plan& plan);

}  // namespace cantilever::experiment
