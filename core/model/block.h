#pragma once

#include <string>

#include "core/base/ids.h"
#include "core/model/extra.h"
#include "core/model/geometry.h"
#include "core/model/param_value.h"

namespace cantilever {

/// One component on the canvas. `type` is the key of its block type ("redis_cluster"); a key that the
/// catalogue does not know is kept, drawn hatched, and reported by compile.
struct Block {
  BlockId id;
  std::string type;
  std::string name;
  Params params;
  ZoneId zone;  ///< empty: in no zone
  Point position;
  bool isPinned = false;  ///< auto-layout leaves it where it is
  Extras extras;
  double zOrder = 0;  ///< drawn over those of its kind that have a lower one

  bool operator==(const Block&) const = default;
};

}  // namespace cantilever
