#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/frames.h"
#include "core/sim/key_index.h"
#include "core/sim/meters.h"
#include "core/sim/network.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// The last acknowledged write of a key.
struct LastWrite {
  std::uint64_t key = 0;
  std::uint64_t number = 0;  ///< one more than that of its message; 0: none that anybody has
  std::uint32_t partition = 0;
};

/// One primary of a plan::Store at work, with its copies.
struct StoreState {
  const plan::Store* of = nullptr;
  std::uint32_t primary = 0;  ///< its instance
  Sampler detection;
  Sampler promotion;
  RandomStream detections;
  RandomStream promotions;
  RandomStream coverage;
  std::vector<std::uint32_t> groups;  ///< of its copies
  std::uint32_t epoch = 0;            ///< bumped when the primary goes or comes; guards what is under way
  bool isDown = false;
  bool isWaiting = false;               ///< for a copy that could take over
  bool isReturning = false;             ///< a former primary waits until its place is free
  std::uint32_t standbys = 0;           ///< now
  std::uint32_t replaced = 0;           ///< former primaries that are down
  bool isByOrder = false;               ///< the primary gives way, and is a copy afterwards
  std::uint32_t chosen = kNoInstance;   ///< by that order: the copy that is to take its place
  bool isHeldDown = false;              ///< the former one that becomes the standby: with its zone
  std::vector<ZoneNumber> formerZones;  ///< where those are that come back as copies
  KeyIndex places;                      ///< by key: in lastWrites
  std::vector<LastWrite> lastWrites;    ///< those that some copy has still to do, and some others
  std::size_t sweepAt = 1024;           ///< when there are so many of them, the others are forgotten
  // What is counted.
  Counter writes;
  Counter lostWrites;
  Counter failovers;
  Counter notCovered;
  Level down;  ///< 0 or 1

  void openWindow(TimeNs now) {
    for (Counter* each : {&writes, &lostWrites, &failovers, &notCovered}) {
      each->openWindow();
    }
    down.openWindow(now);
  }
};

}  // namespace cantilever::sim
