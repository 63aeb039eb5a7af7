#pragma once

#include <map>

#include "core/base/ids.h"
#include "core/model/geometry.h"

namespace cantilever {

/// Where things shall be: what an alignment or a layout comes to. What is not named stays where it is.
struct Placement {
  std::map<BlockId, Point> blocks;  ///< top left corners
  std::map<ZoneId, Rect> zones;
  std::map<NoteId, Rect> notes;

  bool isEmpty() const { return blocks.empty() && zones.empty() && notes.empty(); }
  std::size_t size() const { return blocks.size() + zones.size() + notes.size(); }
  bool operator==(const Placement&) const = default;
};

}  // namespace cantilever
