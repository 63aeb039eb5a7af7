#pragma once

#include <cstdint>
#include <string>

namespace cantilever::plan {

/// Something that requests use up, in a unit of its own (bytes, log lines, telemetry): counted without events
/// and without delay (rule 40). Where it has a capacity, what goes beyond is dropped by share: it delays
/// nobody and fails nobody.
struct Meter {
  std::string key;
  std::string unit;
  double capacity = 0;  ///< per second, with one second of it in hand; 0: any amount

  static constexpr double kMostAmount = 1e12;  ///< of a request; amounts are counted in thousandths
};

}  // namespace cantilever::plan
