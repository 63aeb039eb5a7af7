#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/sim/key_index.h"
#include "core/sim/meters.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// A plan::Window at work.
struct WindowState {
  /// Something about a key.
  struct Event {
    std::uint64_t key = 0;
    TimeNs bornAt = 0;
    std::uint8_t requestClass = 0;
    std::uint8_t priority = 0;
  };
  /// One stretch of time; the events are the first of each key.
  struct Open {
    TimeNs end = 0;
    KeyIndex places;
    std::vector<Event> firsts;
  };

  const plan::Window* of = nullptr;
  std::deque<Open> open;   ///< by end
  std::uint64_t keys = 0;  ///< in all of them
  std::uint64_t maxKeys = 0;
  Counter events;
  Counter late;
  Counter ended;
  Counter outcomes;

  void openWindow() {
    for (Counter* each : {&events, &late, &ended, &outcomes}) {
      each->openWindow();
    }
    maxKeys = keys;
  }
};

}  // namespace cantilever::sim
