#include "core/exchange/design_limits.h"

#include <charconv>

#include "core/base/text.h"

namespace cantilever::exchange {
namespace {

/// The number before `unit`, exactly as written: latencies and money are doubles in the model, and going
/// through integer nanoseconds would round them.
Result<double> numberWithUnit(std::string_view text, std::string_view unit) {
  if (text.size() > unit.size() && text.substr(text.size() - unit.size()) == unit) {
    text.remove_suffix(unit.size());
    while (!text.empty() && text.back() == ' ') {
      text.remove_suffix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) {
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
      const Result<double> value = numberWithUnit(text, "USD");
      return value ? value
                   : Error{"text.no_money",
                           "\"" + std::string(text) + "\" is no amount of money; write \"15000 USD\".",
                           {}};
    }
    default: {
      if (const Result<double> exact = numberWithUnit(text, "ms")) {
        return exact;
      }
      const Result<Duration> value = parseDuration(text);
      return value ? Result<double>(value->inMilliseconds()) : value.error();
    }
  }
}

}  // namespace cantilever::exchange
