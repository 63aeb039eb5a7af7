#pragma once

#include <string>
#include <vector>

namespace cantilever {

/// A part of a file that this version does not know, kept on the object it was found in and written back
/// unchanged. `path` is the JSON key, `text` the JSON value. Only exchange looks inside.
struct Extra {
  std::string path;
  std::string text;
  bool operator==(const Extra&) const = default;
};
using Extras = std::vector<Extra>;

}  // namespace cantilever
