#pragma once

#include <cstdint>

#include "core/sim/histogram.h"
#include "core/sim/key_index.h"
#include "core/sim/meters.h"
#include "core/vocabulary/plan/batching.h"

namespace cantilever::sim {

/// A plan::Batching at work: of each caller the batch that is being filled.
struct BatchingState {
  const plan::Batching* of = nullptr;
  KeyIndex open;  ///< by caller: into the engine's deliveries
  Counter calls;
  Counter batches;
  Histogram wait;  ///< of calls that were sent in the window, for the others of their batch

  void openWindow() {
    calls.openWindow();
    batches.openWindow();
    wait.clear();
  }
};

}  // namespace cantilever::sim
