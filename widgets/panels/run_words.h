#pragma once

#include <QString>

#include "core/sim/happening.h"
#include "core/sim/trace.h"

namespace cantilever::widgets {

/// What the engine does and what befalls it, in the person's language: "waiting for a server", "killed".
QString doingText(sim::Doing doing);
QString happeningText(const sim::Happening& happening);
QString causeText(sim::Cause cause);
/// Of a step through a run, by the name that the engine gives it: "work_ends" is "Work ends".
QString stepText(const char* event);

}  // namespace cantilever::widgets
