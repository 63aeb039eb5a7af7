#pragma once

#include <QString>

#include "core/analytic/solution.h"
#include "core/model/design.h"
#include "core/vocabulary/plan.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::app {

/// What the canvas shows while nothing runs: the steady state by formulas, each figure marked as an estimate
/// and explained (model, inputs, band). A block with several pools shows its busiest. Nothing flows.
widgets::CanvasOverlay steadyOverlay(const Design& design, const plan::Plan& plan,
                                     const analytic::Solution& solution);

/// What is full first when the load grows, such as "App servers full at x 1.65"; empty if nothing is known.
QString headroomText(const Design& design, const plan::Plan& plan, const analytic::Solution& solution);
/// What is full next, and by what formula.
QString headroomExplanation(const Design& design, const plan::Plan& plan, const analytic::Solution& solution);

}  // namespace cantilever::app
