#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/sheet.h"

/// The back-of-envelope sheet: from daily users to requests, bandwidth, storage, cache and servers.
namespace cantilever::estimate {

/// What a line is measured in; values are in the base unit of it.
enum class Unit : std::uint8_t {
  Number,     ///< of things, whole or not: "300M"
  Ratio,      ///< 0.5: "50 %"
  Rate,       ///< per second: "3.5k/s"
  Bytes,      ///< "1 MB", "1 MiB"
  Bandwidth,  ///< bytes per second: "10 MB/s", "80 Mb/s"
  Duration,   ///< seconds: "5 y", "90 d", "10 ms"
};

/// One line. With a formula it is reckoned from lines above it, unless somebody typed a value.
struct LineSpec {
  std::string key;    ///< never renamed: files hold it
  std::string label;  ///< "Daily users"
  std::string group;  ///< the heading it stands under
  Unit unit = Unit::Number;
  std::string formula = {};  ///< of keys and constants (expression.h); empty: it is an answer of the user
  double otherwise = 0;      ///< of an answer that nobody gave
  double least = 0, most = 0;
  std::string note = {};    ///< what it means
  std::string source = {};  ///< where the default or the formula comes from
};

/// All lines, groups together, each behind those it is reckoned from.
const std::vector<LineSpec>& sheetLines();
/// Null if there is none.
const LineSpec* findLine(std::string_view key);
/// "estimate.unknown_line"; names the nearest one.
Error unknownLine(std::string_view key);

enum class Origin : std::uint8_t { Default, Typed, Reckoned };

struct Line {
  const LineSpec* spec = nullptr;  ///< into sheetLines()
  double value = 0;
  Origin origin = Origin::Default;
};
/// Parallel to sheetLines().
using Lines = std::vector<Line>;

/// The sheet with all its values. What was typed for a line that there is not, or beyond its range, counts as
/// not typed (`check` says so).
Lines reckon(const Sheet& sheet);
/// The line must exist.
double valueIn(const Lines& lines, std::string_view key);

/// May this be typed? "estimate.unknown_line", "estimate.out_of_range".
Result<void> check(std::string_view key, double value);

/// A value as people write it, with any unit of the line's kind. "estimate.malformed",
/// "estimate.out_of_range"; messages name the line.
Result<double> parse(const LineSpec& line, std::string_view text);
/// Reads back as the same value.
std::string format(Unit unit, double value);
/// About three digits, for screens.
std::string formatShort(Unit unit, double value);
/// "number", "ratio", "rate", "bytes", "bandwidth", "duration".
std::string_view nameOf(Unit unit);
/// "default", "typed", "reckoned".
std::string_view nameOf(Origin origin);

/// "Daily users × Requests a user and day"; empty of a line without formula.
std::string formulaText(const LineSpec& line);
/// The same with figures: "150M × 2".
std::string workingText(const Lines& lines, const LineSpec& line);

}  // namespace cantilever::estimate
