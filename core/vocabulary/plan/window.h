#pragma once

#include <cstdint>
#include <string>

#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// What comes about a key within a stretch of time is put together, and goes on as one call that nobody waits
/// for, at the end of the stretch: the windows of a stream processor. Windows begin at every multiple of
/// `slide`.
struct Window {
  std::string key;
  Duration size = Duration::seconds(1);
  Duration slide = Duration::seconds(1);  ///< not longer than the size; the same: each event is in one window
  /// By which time an event belongs to a window: that of its being gathered, or that of the arrival of the
  /// request that led to it. Then a window waits for `lateness` beyond its end; what comes later is dropped.
  bool isByBirth = false;
  Duration lateness = {};
  Index link = kNone;  ///< over which its outcomes go on, one for each key

  /// In how many windows an event is.
  std::uint64_t panes() const;
  static constexpr std::uint64_t kMostPanes = 1000;
};

}  // namespace cantilever::plan
