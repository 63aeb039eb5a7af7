#include "core/exchange/arrivals_csv.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/cost/csv.h"
#include "core/vocabulary/plan/curve.h"

namespace cantilever::exchange {

namespace {

constexpr double kLongestTime = 3.15576e9;  // 100 years in seconds
constexpr double kMostRate = 1e9;
constexpr std::size_t kMostTimes = 1'000'000;

/// One line of the table.
struct ArrivalRow {
  Duration at;
  double rate = 0;
};

struct ArrivalTable {
  std::vector<ArrivalRow> rows;
  bool hasRates = false;
};

Error arrivalError(const char* code, std::string message) {
  return {std::string("arrivals.") + code, std::move(message), {}};
}

Result<double> numberIn(const cost::CsvRow& row, std::size_t column, double most, std::string_view fileName) {
  const Result<std::vector<double>> numbers =
      column < row.fields.size() ? parseNumbers(row.fields[column]) : Error{"list.number", "", {}};
  if (!numbers || numbers->size() != 1 || !(numbers->front() >= 0) || numbers->front() > most) {
    return arrivalError("value", std::string(fileName) + ":" + std::to_string(row.line) + ": column " +
                                     std::to_string(column + 1) + " has no number from 0 to " +
                                     formatNumber(most) + ".");
  }
  return numbers->front();
}

Result<ArrivalTable> readTable(std::string_view csv, std::string_view fileName) {
  const Result<std::vector<cost::CsvRow>> lines = cost::parseCsv(csv, fileName);
  if (!lines) {
    return lines.error();
  }
  const std::vector<std::string> headings =
      lines->empty() ? std::vector<std::string>() : lines->front().fields;
  const auto columnOf = [&](const char* name) {
    return static_cast<std::size_t>(std::find(headings.begin(), headings.end(), name) - headings.begin());
  };
  const std::size_t times = columnOf("time_s");
  const std::size_t rates = columnOf("rate_per_s");
  ArrivalTable table;
  table.hasRates = rates < headings.size();
  if (times == headings.size() || lines->size() < 2) {
    return arrivalError("columns", std::string(fileName) +
                                       " must have a line of headings with \"time_s\", perhaps "
                                       "\"rate_per_s\", and a line for each time.");
  }
  for (std::size_t i = 1; i < lines->size(); ++i) {
    const cost::CsvRow& line = (*lines)[i];
    const Result<double> time = numberIn(line, times, kLongestTime, fileName);
    const Result<double> rate =
        table.hasRates ? numberIn(line, rates, kMostRate, fileName) : Result<double>(0.0);
    if (!time || !rate) {
      return time ? rate.error() : time.error();
    }
    const Duration at = Duration::seconds(*time);
    if (!table.rows.empty() && at < table.rows.back().at) {
      return arrivalError("value", std::string(fileName) + ":" + std::to_string(line.line) +
                                       ": the time is before that of the line above.");
    }
    table.rows.push_back({at, *rate});
  }
  const std::size_t most = table.hasRates ? plan::RateCurve::kMaxPoints - 1 : kMostTimes;
  if (table.rows.size() > most) {
    return arrivalError("value", std::string(fileName) + " has more than " +
                                     formatNumber(static_cast<double>(most)) + " lines.");
  }
  return table;
}

std::string timesOf(const std::vector<ArrivalRow>& rows) {
  std::string text;
  for (const ArrivalRow& row : rows) {
    text += (text.empty() ? "" : ", ") + format(row.at);
  }
  return text;
}

void takeRates(const std::vector<ArrivalRow>& rows, Workload& workload) {
  double peak = 0;
  double area = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    peak = std::max(peak, rows[i].rate);
    area += i + 1 < rows.size() ? rows[i].rate * (rows[i + 1].at - rows[i].at).inSeconds() : 0.0;
  }
  const double span = rows.back().at.inSeconds();
  workload.peak = perSecond(peak);
  workload.mean = perSecond(span > 0 ? area / span : peak);
  std::string text = "steps ";
  text += rows.front().at > Duration() ? "0 s: 0 %, " : "";
  for (const ArrivalRow& row : rows) {
    text += &row == &rows.front() ? "" : ", ";
    text += format(row.at) + ": " + format(ratio(peak > 0 ? row.rate / peak : 0.0));
  }
  workload.params.erase("kind");
  workload.params["curve"] = text;
}

}  // namespace

Result<Design> withArrivals(Design design, std::string_view workload, std::string_view csv,
                            std::string_view fileName) {
  const Workload* before = design.workloads.find(WorkloadId(std::string(workload)));
  if (before == nullptr) {
    return arrivalError("workload", "The design has no workload \"" + std::string(workload) + "\".");
  }
  const Result<ArrivalTable> table = readTable(csv, fileName);
  if (!table) {
    return table.error();
  }
  Workload changed = *before;
  if (table->hasRates) {
    takeRates(table->rows, changed);
  } else {
    changed.params["kind"] = Choice{"trace"};
    changed.params["times"] = timesOf(table->rows);
  }
  design.workloads.put(std::move(changed));
  return design;
}

}  // namespace cantilever::exchange
