#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace cantilever::cost {

struct CsvRow {
  std::size_t line = 0;  ///< where it begins, from 1
  std::vector<std::string> fields;
};

/// RFC 4180: fields may be quoted, quotes inside are doubled, quoted fields may hold commas and line ends.
/// Empty lines are skipped. Error "csv.quote" names the line in which a quote is never closed.
Result<std::vector<CsvRow>> parseCsv(std::string_view text, std::string_view name);

}  // namespace cantilever::cost
