#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/base/result.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// What a metric trigger looks at, over its period.
enum class Figure : std::uint8_t {
  // Of a request class, or of all together: requests that ended in the period.
  LatencyMean,  ///< of successes, in seconds
  LatencyP50,
  LatencyP95,
  LatencyP99,
  FailedRatio,
  Throughput,  ///< successes per second
  // Of a pool: means over the period, as scalers see them.
  Utilisation,
  Occupancy,
  Queue,        ///< waiting requests per instance
  RequestRate,  ///< arrivals per second and instance
  Lag,          ///< unread messages per instance
  Instances,    ///< that were up
};
constexpr bool isOfPool(Figure figure) {
  return figure >= Figure::Utilisation;
}
/// "latency_p99" ... as designs name it.
const char* nameOf(Figure figure);

/// When a control fires.
struct Trigger {
  enum class Kind : std::uint8_t {
    At,      ///< once
    Every,   ///< at `at` and each `spacing` (constant) after it
    Random,  ///< after a draw of `spacing`, and after each further one
    Metric,  ///< when the figure has been beyond the threshold in each of the last periods
  };
  Kind kind = Kind::At;
  Duration at;
  Law spacing;
  Figure figure = Figure::LatencyP99;
  Index element = kNone;  ///< a class (kNone: all together) or a pool
  bool isAbove = true;    ///< fires above the threshold, or else below it
  double threshold = 0;   ///< seconds, a share, or a number
  Duration period =
      Duration::seconds(10);  ///< over which the figure is taken; the first from the warm-up's end
  Duration lasting = {};  ///< for at least so long: in ceil(lasting / period) periods in a row, one at least

  static constexpr Duration kShortestSpacing = Duration::milliseconds(1);
};

/// The same in the words of a design.
struct TriggerText {
  Trigger trigger;
  std::string of;  ///< id of a request class or block; empty: all classes
};

/// "at 10 min", "every 24 h", "every 24 h from 6 h", "random exponential 2 h" (a law of the time from one to
/// the next), "latency_p99 of checkout above 300 ms", "failed_ratio above 2 % over 10 s for 30 s",
/// "utilisation of web below 20 % for 5 min". Error code "trigger.unreadable".
Result<TriggerText> parseTrigger(std::string_view text);

/// A sentence for what is wrong with a text that is to look at a figure, or empty.
std::string faultInFigure(std::string_view text);

/// A sentence for what is wrong, or empty; elements are not looked at.
std::string faultIn(const Trigger& trigger);

}  // namespace cantilever::plan
