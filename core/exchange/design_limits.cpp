#include "core/exchange/design_limits.h"

#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace cantilever::exchange {
namespace {

// What money and durations can hold, with room to reckon: a hundred years, a trillion dollars.
constexpr double kMostMilliseconds = 100 * 365.25 * 86400e3;
constexpr double kMostDollars = 1e12;

/// The number before `unit`, exactly as written: latencies and money are doubles in the model, and going
/// through integer nanoseconds would round them. At most `most`, and finite.
Result<double> numberWithUnit(std::string_view text, std::string_view unit, double most) {
  if (text.size() > unit.size() && text.substr(text.size() - unit.size()) == unit) {
    text.remove_suffix(unit.size());
    while (!text.empty() && text.back() == ' ') {
      text.remove_suffix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && std::abs(value) <= most) {
      return value;
    }
  }
  return Error{"text.no_number", "Expected a number followed by " + std::string(unit) + ".", {}};
}

}  // namespace

std::string limitText(Metric metric, double limit) {
  switch (metric) {
    case Metric::SuccessRatio:
      return format(ratio(limit));
    case Metric::Throughput:
      return format(perSecond(limit));
    case Metric::CostMonth:
      return formatNumber(limit) + " USD";
    default:
      return formatNumber(limit) + " ms";
  }
}

Result<double> parseLimit(Metric metric, std::string_view text) {
  switch (metric) {
    case Metric::SuccessRatio: {
      const Result<Ratio> value = parseRatio(text);
      return value ? Result<double>(value->raw()) : value.error();
    }
    case Metric::Throughput: {
      const Result<Rate> value = parseRate(text);
      return value ? Result<double>(value->raw()) : value.error();
    }
    case Metric::CostMonth: {
      const Result<double> value = numberWithUnit(text, "USD", kMostDollars);
      return value ? value
                   : Error{"text.no_money",
                           "\"" + std::string(text) +
                               "\" is no amount of money up to 1e12 USD; write \"15000 USD\".",
                           {}};
    }
    default: {
      if (const Result<double> exact = numberWithUnit(text, "ms", kMostMilliseconds)) {
        return exact;
      }
      const Result<Duration> value = parseDuration(text);
      return value ? Result<double>(value->inMilliseconds()) : value.error();
    }
  }
}

}  // namespace cantilever::exchange
