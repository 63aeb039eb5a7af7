#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/sim/histogram.h"
#include "core/sim/key_index.h"
#include "core/sim/meters.h"
#include "core/vocabulary/plan/batching.h"

namespace cantilever::sim {

/// Calls of one caller that go on together: being filled, or sent and not answered yet.
struct CallBatch {
  /// A frame that waits for it; stale if it was withdrawn.
  struct Member {
    std::uint32_t frame = 0;
    std::uint32_t generation = 0;
    TimeNs joinedAt = 0;
  };
  std::uint32_t batching = 0;
  std::uint64_t caller = 0;      ///< as BatchingState names it
  std::uint32_t generation = 0;  ///< guards the end of its filling
  bool isOpen = false;           ///< being filled
  std::vector<Member> members;
  std::uint32_t next = kNone;  ///< links free ones

  static constexpr std::uint32_t kNone = 0xffffffffu;
};

/// A plan::Batching at work: of each caller the batch that is being filled.
struct BatchingState {
  const plan::Batching* of = nullptr;
  KeyIndex open;  ///< by caller: into the engine's batches of calls
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
