#pragma once

#include <map>
#include <string>

#include "core/model/extra.h"

namespace cantilever {

/// What somebody typed into the back-of-envelope sheet: by the key of its line (core/estimate/sheet_lines.h),
/// in the base unit of the line: a number, a ratio, per second, bytes, bytes per second, or seconds. A line
/// that is not here has its default or is reckoned from others.
struct Sheet {
  std::map<std::string, double> typed = {};
  Extras extras = {};

  bool isEmpty() const { return typed.empty() && extras.empty(); }
  bool operator==(const Sheet&) const = default;
};

}  // namespace cantilever
