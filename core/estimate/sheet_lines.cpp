#include "core/estimate/sheet_lines.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "core/base/did_you_mean.h"
#include "core/base/text.h"
#include "core/estimate/expression.h"

namespace cantilever::estimate {
namespace {

constexpr double kSecondsADay = 86'400;
constexpr double kDaysAYear = 365;
constexpr double kMostThings = 1e15;
constexpr double kMostBytes = 1e18;
constexpr double kMostRate = 1e15;
constexpr double kMostBandwidth = 1e18;
constexpr double kYear = kDaysAYear * kSecondsADay;

/// What formulas may name besides lines.
struct Constant {
  std::string_view name;
  double value;
  std::string_view text;
};
constexpr std::array kConstants{Constant{"day", kSecondsADay, "86,400 s"},
                                Constant{"days_a_year", kDaysAYear, "365"}};

const Constant* constantNamed(std::string_view name) {
  const auto* found = std::find_if(kConstants.begin(), kConstants.end(),
                                   [&](const Constant& one) { return one.name == name; });
  return found == kConstants.end() ? nullptr : found;
}

constexpr const char* kXu =
    "Xu, System Design Interview, 2nd edition, 2020, chapter 2: the estimate of Twitter's load";
constexpr const char* kPareto =
    "The 80/20 rule of thumb: a fifth of the objects takes four fifths of the reads";
constexpr const char* kJudgement = "A round figure to start from.";

LineSpec answer(const char* key, const char* label, const char* group, Unit unit, double otherwise,
                double least, double most, const char* note, const char* source) {
  return {key, label, group, unit, {}, otherwise, least, most, note, source};
}

LineSpec step(const char* key, const char* label, const char* group, Unit unit, const char* formula,
              double most, const char* note, const char* source = "") {
  return {key, label, group, unit, formula, 0, 0, most, note, source};
}

std::vector<LineSpec> makeLines() {
  using enum Unit;
  const char* const load = "Load";
  const char* const split = "Reads and writes";
  const char* const sizes = "Sizes";
  const char* const storage = "Storage";
  const char* const traffic = "Bandwidth";
  const char* const cache = "Cache";
  const char* const servers = "Servers";
  return {
      answer("monthly_users", "Monthly users", load, Number, 1e6, 0, kMostThings,
             "People who come at least once a month.", kJudgement),
      answer("daily_share", "Share that comes daily", load, Ratio, 0.5, 0, 1,
             "Of the monthly users, those who come on an average day.", kXu),
      step("daily_users", "Daily users", load, Number, "monthly_users * daily_share", kMostThings,
           "People who come on an average day. Type it if it is known."),
      answer("requests_per_user", "Requests a user and day", load, Number, 10, 0, 1e9,
             "What one of them asks for on that day, reads and writes together.", kJudgement),
      step("requests_per_day", "Requests a day", load, Number, "daily_users * requests_per_user", kMostThings,
           "All requests of an average day."),
      step("mean_rate", "Mean rate", load, Rate, "requests_per_day / day", kMostRate,
           "Spread evenly over the day.", kXu),
      answer("peak_factor", "Peak factor", load, Number, 2, 1, 10'000,
             "The busiest time of the day as a multiple of the mean.", kXu),
      step("peak_rate", "Peak rate", load, Rate, "mean_rate * peak_factor", kMostRate,
           "What capacity is planned for.", kXu),

      answer("write_share", "Share of writes", split, Ratio, 0.1, 0, 1,
             "Of all requests, those that store something.", kJudgement),
      step("write_rate", "Writes, mean", split, Rate, "mean_rate * write_share", kMostRate, ""),
      step("read_rate", "Reads, mean", split, Rate, "max(mean_rate - write_rate, 0)", kMostRate, ""),
      step("peak_write_rate", "Writes, peak", split, Rate, "peak_rate * write_rate / mean_rate", kMostRate,
           "The split is the same all day."),
      step("peak_read_rate", "Reads, peak", split, Rate, "max(peak_rate - peak_write_rate, 0)", kMostRate,
           ""),
      step("writes_per_day", "Writes a day", split, Number, "write_rate * day", kMostThings, ""),
      step("reads_per_day", "Reads a day", split, Number, "read_rate * day", kMostThings, ""),

      answer("object_size", "Record", sizes, Bytes, 1e3, 0, kMostBytes,
             "What a write stores apart from media: text, keys, times.", kJudgement),
      answer("media_share", "Writes with media", sizes, Ratio, 0, 0, 1,
             "Of the writes, those that bring a picture or a film.", kJudgement),
      answer("media_size", "Medium", sizes, Bytes, 1e6, 0, kMostBytes, "Size of one of them.", kXu),
      step("stored_size", "Stored a write", sizes, Bytes, "object_size + media_share * media_size",
           kMostBytes, "On average over all writes."),
      step("read_size", "Reply to a read", sizes, Bytes, "stored_size", kMostBytes,
           "Taken for as large as what a write stores. Type it if a read returns more, or less."),

      step("media_per_day", "Media a day", storage, Bytes, "writes_per_day * media_share * media_size",
           kMostBytes, "Part of what comes a day.", kXu),
      step("storage_per_day", "All a day", storage, Bytes, "writes_per_day * stored_size", kMostBytes,
           "Before copies."),
      step("storage_per_year", "All a year", storage, Bytes, "storage_per_day * days_a_year", kMostBytes,
           "Before copies."),
      answer("retention", "Kept for", storage, Duration, 5 * kYear, 0, 100 * kYear, "A year has 365 days.",
             kXu),
      step("media_kept", "Media kept", storage, Bytes, "media_per_day * retention / day", kMostBytes,
           "Part of what is kept, before copies.", kXu),
      step("storage_kept", "All kept", storage, Bytes, "storage_per_day * retention / day", kMostBytes,
           "At the end of that time, before copies. The load is taken to stay as it is."),
      answer("replication", "Copies", storage, Number, 3, 1, 100, "Of everything, the first included.",
             "Three, as HDFS (Shvachko et al., 2010) and most stores have it by default"),
      step("storage_total", "All with copies", storage, Bytes, "storage_kept * replication", kMostBytes, ""),

      step("bandwidth_in", "In, mean", traffic, Bandwidth, "write_rate * stored_size", kMostBandwidth,
           "Each write sends what is stored."),
      step("bandwidth_out", "Out, mean", traffic, Bandwidth, "read_rate * read_size", kMostBandwidth, ""),
      step("peak_bandwidth_in", "In, peak", traffic, Bandwidth, "peak_write_rate * stored_size",
           kMostBandwidth, ""),
      step("peak_bandwidth_out", "Out, peak", traffic, Bandwidth, "peak_read_rate * read_size",
           kMostBandwidth, ""),

      answer("working_share", "Working set", cache, Ratio, 0.2, 0, 1,
             "Of what a day's reads return, the part that is worth keeping in memory.", kPareto),
      step("cache_memory", "Cache memory", cache, Bytes, "reads_per_day * read_size * working_share",
           kMostBytes, "Reads of the same object count each time: an upper estimate.", kPareto),

      answer("service_time", "Work a request", servers, Duration, 0.010, 0, kSecondsADay,
             "How long a request keeps one worker (a core) busy.", kJudgement),
      answer("workers", "Workers a server", servers, Number, 4, 1, 100'000, "Cores, or threads that work.",
             kJudgement),
      answer("target_utilisation", "Utilisation aimed at", servers, Ratio, 0.7, 0.01, 1,
             "How busy servers may be at the peak: waits grow as 1 / (1 - utilisation).",
             "Erlang (1917); 70 % is a usual limit"),
      step("servers", "Servers", servers, Number,
           "ceil(peak_rate * service_time / (workers * target_utilisation))", kMostThings,
           "At the peak, without spare ones for failures.",
           "The utilisation law: Denning and Buzen, The operational analysis of queueing network models, "
           "ACM Computing Surveys 10, 1978, equation 2"),
  };
}

std::size_t indexOf(std::string_view key) {
  const std::vector<LineSpec>& specs = sheetLines();
  const auto found =
      std::find_if(specs.begin(), specs.end(), [&](const LineSpec& one) { return one.key == key; });
  return static_cast<std::size_t>(found - specs.begin());
}

bool isWithin(const LineSpec& line, double value) {
  return std::isfinite(value) && value >= line.least && value <= line.most;
}

Error outOfRange(const LineSpec& line) {
  return {"estimate.out_of_range",
          "\"" + line.label + "\" must be from " + format(line.unit, line.least) + " to " +
              format(line.unit, line.most) + ".",
          line.key};
}

template <class Quantity, class Raw>
Result<double> rawOf(const Result<Quantity>& value, Raw raw) {
  return value ? Result<double>(raw(*value)) : value.error();
}

Result<double> parseIn(Unit unit, std::string_view text) {
  const auto raw = [](auto value) { return value.raw(); };
  switch (unit) {
    case Unit::Ratio:
      return rawOf(parseRatio(text), raw);
    case Unit::Rate:
      return rawOf(parseRate(text), raw);
    case Unit::Bytes:
      return rawOf(parseBytes(text), raw);
    case Unit::Bandwidth:
      return rawOf(parseBandwidth(text), raw);
    case Unit::Duration:
      return rawOf(parseDuration(text), [](cantilever::Duration value) { return value.inSeconds(); });
    case Unit::Number:
      break;
  }
  return parseAmount(text);
}

}  // namespace

const std::vector<LineSpec>& sheetLines() {
  static const std::vector<LineSpec> specs = makeLines();
  return specs;
}

const LineSpec* findLine(std::string_view key) {
  const std::size_t index = indexOf(key);
  return index < sheetLines().size() ? &sheetLines()[index] : nullptr;
}

Error unknownLine(std::string_view key) {
  std::vector<std::string> known;
  for (const LineSpec& line : sheetLines()) {
    known.push_back(line.key);
  }
  return {"estimate.unknown_line",
          "The estimate has no line \"" + std::string(key) + "\"" +
              didYouMean(key, known, "; `cantilever-cli estimate` lists them."),
          std::string(key)};
}

Lines reckon(const Sheet& sheet) {
  Lines lines;
  lines.reserve(sheetLines().size());
  const auto valueOf = [&lines](std::string_view name) {
    const Constant* constant = constantNamed(name);
    return constant != nullptr ? constant->value : valueIn(lines, name);
  };
  for (const LineSpec& spec : sheetLines()) {
    const auto typed = sheet.typed.find(spec.key);
    if (typed != sheet.typed.end() && isWithin(spec, typed->second)) {
      lines.push_back({&spec, typed->second, Origin::Typed});
    } else if (spec.formula.empty()) {
      lines.push_back({&spec, spec.otherwise, Origin::Default});
    } else {
      lines.push_back({&spec, workedOut(spec.formula, valueOf), Origin::Reckoned});
    }
  }
  return lines;
}

double valueIn(const Lines& lines, std::string_view key) {
  const std::size_t index = indexOf(key);
  assert(index < lines.size());
  return lines[index].value;
}

Result<void> check(std::string_view key, double value) {
  const LineSpec* line = findLine(key);
  if (line == nullptr) {
    return unknownLine(key);
  }
  return isWithin(*line, value) ? Result<void>() : outOfRange(*line);
}

Result<double> parse(const LineSpec& line, std::string_view text) {
  const Result<double> value = parseIn(line.unit, text);
  if (!value) {
    return Error{"estimate.malformed", "\"" + line.label + "\": " + value.error().message, line.key};
  }
  return isWithin(line, *value) ? value : outOfRange(line);
}

std::string format(Unit unit, double value) {
  switch (unit) {
    case Unit::Ratio:
      return cantilever::format(ratio(value));
    case Unit::Rate:
      return cantilever::format(perSecond(value));
    case Unit::Bytes:
      return cantilever::format(bytes(value));
    case Unit::Bandwidth:
      return cantilever::format(bytesPerSecond(value));
    case Unit::Duration:
      return value > 0 && std::fmod(value, kYear) == 0
                 ? formatNumber(value / kYear) + " y"
                 : cantilever::format(cantilever::Duration::seconds(value));
    case Unit::Number:
      break;
  }
  return formatAmount(value);
}

std::string formatShort(Unit unit, double value) {
  switch (unit) {
    case Unit::Ratio:
      return cantilever::formatShort(ratio(value));
    case Unit::Rate:
      return cantilever::formatShort(perSecond(value));
    case Unit::Bytes:
      return cantilever::formatShort(bytes(value));
    case Unit::Bandwidth:
      return cantilever::formatShort(bytesPerSecond(value));
    case Unit::Duration:
      return value >= kYear ? formatNumber(value / kYear, 3) + " y"
                            : cantilever::formatShort(cantilever::Duration::seconds(value));
    case Unit::Number:
      break;
  }
  return formatShortAmount(value);
}

std::string_view nameOf(Unit unit) {
  constexpr std::array<std::string_view, 6> kNames{"number", "ratio",     "rate",
                                                   "bytes",  "bandwidth", "duration"};
  return kNames[static_cast<std::size_t>(unit)];
}

std::string_view nameOf(Origin origin) {
  constexpr std::array<std::string_view, 3> kNames{"default", "typed", "reckoned"};
  return kNames[static_cast<std::size_t>(origin)];
}

std::string formulaText(const LineSpec& line) {
  return inWords(line.formula, [](std::string_view name) {
    const Constant* constant = constantNamed(name);
    return constant != nullptr ? std::string(constant->text) : findLine(name)->label;
  });
}

std::string workingText(const Lines& lines, const LineSpec& line) {
  return inWords(line.formula, [&](std::string_view name) {
    const Constant* constant = constantNamed(name);
    return constant != nullptr ? std::string(constant->text)
                               : formatShort(findLine(name)->unit, valueIn(lines, name));
  });
}

}  // namespace cantilever::estimate
