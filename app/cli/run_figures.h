#pragma once

#include <cstdint>
#include <string>

#include "core/base/text.h"
#include "core/sim/histogram.h"

/// Figures of a run as text.
namespace cantilever::cli {

inline std::string shortTime(std::int64_t ns) {
  return formatShort(Duration::nanoseconds(ns));
}

/// A quantile, or a dash if nothing was measured.
inline std::string quantileText(const sim::Histogram& histogram, double q) {
  return histogram.count() == 0 ? "-" : shortTime(histogram.quantileNs(q));
}

inline std::string maxText(const sim::Histogram& histogram) {
  return histogram.count() == 0 ? "-" : shortTime(histogram.maxNs());
}

/// "12.5 %", or a dash if the whole is nothing.
inline std::string shareText(double part, double whole) {
  return whole > 0 ? formatShort(ratio(part / whole)) : "-";
}

/// Behind a figure that depends on how long the run was, because a backlog grows.
inline std::string marked(std::string figure, bool isGrowing) {
  return isGrowing && figure != "-" ? figure + "*" : figure;
}

}  // namespace cantilever::cli
