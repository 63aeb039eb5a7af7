#pragma once

#include <string>

#include "core/base/ids.h"
#include "core/model/extra.h"
#include "core/model/geometry.h"

namespace cantilever {

/// Markdown text on the canvas; a zone owns it as it owns blocks, which is a matter of the drawing alone.
struct Note {
  NoteId id;
  std::string text;
  Rect area;
  Extras extras;
  double zOrder = 0;  ///< drawn over those of its kind that have a lower one
  ZoneId zone = {};   ///< empty: outside all zones

  bool operator==(const Note&) const = default;
};

}  // namespace cantilever
