#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/base/result.h"

namespace cantilever {

/// Quantities as people write them. Parsing is locale-independent, accepts optional spaces between number and
/// unit and any of the units named; errors say what was read and give an example of what would be right.
/// `format` gives text that parses back to the same value, as short as the units allow (counts stay plain
/// digits, ratios are per cent); `formatShort` gives about three significant digits for screens, or as many
/// as are asked for. Error codes are "quantity.empty", ".number", ".unit", ".range", "list.number" and
/// "law.kind", ".mean",
/// ".shape_missing", ".shape".
///
///   Duration   "20 ms" "1.2s" "5 min" "3 h" "7 d" "250us" "10 ns"
///   Rate       "1.5k/s" "500/s" "2 M/s" "90/min" "1000 rps"
///   Bytes      "8 GiB" "500 MB" "10 TB" "64 B" "4 KiB"   (KB, MB, GB decimal; KiB, MiB, GiB binary)
///   Bandwidth  "10 MB/s" "1 Gb/s"                        (b = bit, B = byte)
///   Ratio      "80 %" "0.8"
///   Count      "3" "1,000" "50k"
///   Amount     "2.5" "300M" "1.2 G"                      (any number of things, whole or not)
///   Law        "8 ms" (constant), "exponential 8 ms", "lognormal 8 ms cv 1.5", "erlang 8 ms k 4",
///              "uniform 8 ms +-50 %", "hyperexponential 8 ms cv 3", "gamma 8 ms cv 0.7",
///              "pareto 8 ms alpha 2.5", "empirical 1 ms: 70 %, 20 ms: 30 %" (values and weights, which
///              may be left out), "quantiles 0 %: 1 ms, 99 %: 20 ms, 100 %: 90 ms"
Result<Duration> parseDuration(std::string_view text);
Result<Rate> parseRate(std::string_view text);
Result<Bytes> parseBytes(std::string_view text);
Result<Bandwidth> parseBandwidth(std::string_view text);
Result<Ratio> parseRatio(std::string_view text);
Result<Count> parseCount(std::string_view text);
Result<double> parseAmount(std::string_view text);
Result<Law> parseLaw(std::string_view text);
/// Plain numbers separated by commas; an empty text is an empty list.
Result<std::vector<double>> parseNumbers(std::string_view text);
/// Durations separated by commas, in the same way.
Result<std::vector<Duration>> parseDurations(std::string_view text);
/// The parts of a text between separators, without blanks around them; of an empty text none.
std::vector<std::string_view> partsOf(std::string_view text, char separator);

std::string format(Duration value);
std::string format(Rate value);
std::string format(Bytes value);
std::string format(Bandwidth value);
std::string format(Ratio value);
std::string format(Count value);
std::string format(const Law& value);

std::string formatShort(Duration value, int digits = 3);
std::string formatShort(Rate value, int digits = 3);
std::string formatShort(Bytes value);
std::string formatShort(Bandwidth value);
std::string formatShort(Ratio value);
std::string formatShort(Count value);

/// Amounts are plain numbers: no type tells them from others, so the names do.
std::string formatAmount(double value);
std::string formatShortAmount(double value);

/// The shortest text that reads back as the same double; independent of the locale.
std::string formatNumber(double value);
/// About `digits` significant digits, no trailing zeros, independent of the locale.
std::string formatNumber(double value, int digits);

/// The candidate nearest to `word` by edit distance, for "did you mean"; empty when none is near.
template <class Range>
std::string nearestOf(std::string_view word, const Range& candidates);
/// Optimal-string-alignment distance (insert, delete, replace, swap of neighbours each cost 1).
std::size_t editDistance(std::string_view a, std::string_view b);

template <class Range>
std::string nearestOf(std::string_view word, const Range& candidates) {
  std::string best;
  std::size_t bestDistance = word.size() / 3 + 2;
  for (const auto& candidate : candidates) {
    const std::size_t distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace cantilever
