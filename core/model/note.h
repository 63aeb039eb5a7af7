#pragma once

#include <string>

#include "core/base/ids.h"
#include "core/model/extra.h"
#include "core/model/geometry.h"

namespace cantilever {

/// Markdown text on the canvas.
struct Note {
  NoteId id;
  std::string text;
  Rect area;
  Extras extras;

  bool operator==(const Note&) const = default;
};

}  // namespace cantilever
