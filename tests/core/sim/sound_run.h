#pragma once

#include "core/sim/result.h"

namespace cantilever::sim::test {

/// What links did over time is what they did.
void expectSeriesAddUp(const RunResult& run);

/// What must be true of every run without a warm-up, whatever the design and the scenario.
void expectSound(const RunResult& run);

}  // namespace cantilever::sim::test
