#pragma once

#include <string>
#include <vector>

#include "core/experiment/pool_loads.h"
#include "core/vocabulary/plan.h"

namespace cantilever::experiment {

/// What makes the plan's behaviour depend on the time, each as a phrase ("the rate of \"home\" follows a
/// curve"); empty if it can have a steady state (rule 33).
std::vector<std::string> changesOverTime(const plan::Plan& plan);

/// Pools that are offered at least as much work as they can do, and keep what they cannot do waiting: their
/// queues grow without end (rule 35), if what they are offered comes there. `came`: as measured, by pool
/// (workThatCame). Below 98 % what is offered was turned away before.
std::vector<PoolLoad> overloads(const plan::Plan& plan, double loadFactor, const std::vector<double>& came);

/// Why intervals over replications are not to be trusted: work whose law is so heavy-tailed that waits have
/// no finite variance or mean (Pareto with alpha up to 3 or 2; M/G/1: Pollaczek and Khinchine's formulas need
/// the third and second moment). One sentence a law; empty if there is no such work.
std::vector<std::string> doubts(const plan::Plan& plan);
/// The same, and whether the time that is measured is short for the queue that is slowest to forget where it
/// began.
std::vector<std::string> doubts(const plan::Plan& plan, double loadFactor, Duration measured);

}  // namespace cantilever::experiment
