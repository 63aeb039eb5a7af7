#pragma once

#include "core/base/result.h"
#include "core/fluid/flow_graph.h"

namespace cantilever::fluid {

/// What the solver knows of the steady state and the flows need.
struct Steady {
  SteadyFigures figures;
  std::vector<double> sourceRate;  ///< [source] requests per second at level 1; of users who think as solved
  std::vector<double>
      groupCapacity;  ///< [group] messages per second with the designed instances; 0: not known
};
/// Solved only if anything of the plan asks for it, at its load or, if that has no steady state, a little
/// below its limit. Error "plan.diverges".
Result<Steady> steadyOf(const plan::Plan& plan);

/// Batches that an instance of a group works on at a time, and how many of them so many instances can.
double parallelOf(const plan::Plan& plan, const plan::ConsumerGroup& group, double instances);

}  // namespace cantilever::fluid
