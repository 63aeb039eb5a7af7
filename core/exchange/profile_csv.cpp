#include "core/exchange/profile_csv.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/cost/csv.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::exchange {

namespace {

constexpr double kMostLoad = 1e12;
constexpr std::size_t kMostLoadLines = 1'000'000;

Error profileError(const char* code, std::string_view fileName, std::size_t line, const std::string& what) {
  return {std::string("profile.") + code,
          std::string(fileName) + (line > 0 ? ":" + std::to_string(line) : std::string()) + ": " + what,
          {}};
}

/// A plain number, or what `parse` makes of a quantity.
template <class Parse>
Result<double> numberOr(const std::string& text, const Parse& parse) {
  const Result<std::vector<double>> plain = parseNumbers(text);
  if (plain && plain->size() == 1) {
    return plain->front();
  }
  return parse(text);
}

Result<double> secondsIn(const std::string& text) {
  return numberOr(text, [](const std::string& quantity) -> Result<double> {
    const Result<Duration> parsed = parseDuration(quantity);
    return parsed ? Result<double>(parsed->inSeconds()) : Result<double>(parsed.error());
  });
}

Result<double> rateIn(const std::string& text) {
  return numberOr(text, [](const std::string& quantity) -> Result<double> {
    const Result<Rate> parsed = parseRate(quantity);
    return parsed ? Result<double>(parsed->raw()) : Result<double>(parsed.error());
  });
}

}  // namespace

Result<LoadTable> readLoadTable(std::string_view csv, std::string_view fileName) {
  const Result<std::vector<cost::CsvRow>> rows = cost::parseCsv(csv, fileName);
  if (!rows) {
    return rows.error();
  }
  const std::vector<std::string> headings = rows->empty() ? std::vector<std::string>() : rows->front().fields;
  const auto columnOf = [&](const char* name) {
    return static_cast<std::size_t>(std::find(headings.begin(), headings.end(), name) - headings.begin());
  };
  const std::size_t times = columnOf("time");
  const std::size_t rates = columnOf("rate");
  if (times == headings.size() || rates == headings.size() || rows->size() < 3) {
    return profileError(
        "columns", fileName, 0,
        "A profile begins with a line of headings with \"time\" and \"rate\" and has two lines of "
        "figures at least, such as \"0 s,100/s\" and \"1 h,250/s\".");
  }
  if (rows->size() > kMostLoadLines) {
    return profileError("value", fileName, 0, "A profile has at most a million lines.");
  }
  LoadTable table;
  table.curve.between = plan::RateCurve::Between::Lines;
  for (std::size_t i = 1; i < rows->size(); ++i) {
    const cost::CsvRow& row = (*rows)[i];
    if (row.fields.size() <= std::max(times, rates)) {
      return profileError("value", fileName, row.line, "The line has too few fields.");
    }
    const Result<double> time = secondsIn(row.fields[times]);
    if (!time || !(*time >= 0) || *time > plan::kLongestDuration.inSeconds()) {
      return profileError(
          "value", fileName, row.line,
          "\"" + row.fields[times] + "\" is no time; write seconds, or a duration such as \"2 h\".");
    }
    const Result<double> rate = rateIn(row.fields[rates]);
    if (!rate || !(*rate >= 0) || *rate > kMostLoad) {
      return profileError(
          "value", fileName, row.line,
          "\"" + row.fields[rates] + "\" is no rate; write requests per second, or \"1.5k/s\".");
    }
    const Duration at = Duration::seconds(*time);
    if (i == 1 && at != Duration()) {
      return profileError("value", fileName, row.line, "The first time must be 0.");
    }
    if (!table.curve.points.empty() && at < table.curve.points.back().at) {
      return profileError("value", fileName, row.line, "The time is before that of the line above.");
    }
    table.curve.points.push_back({at, *rate});
  }
  table.span = table.curve.points.back().at;
  if (table.span == Duration()) {
    return profileError("value", fileName, rows->back().line, "The last time must be after the first.");
  }
  return table;
}

}  // namespace cantilever::exchange
