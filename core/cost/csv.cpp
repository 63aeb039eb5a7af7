#include "core/cost/csv.h"

#include <algorithm>

namespace cantilever::cost {
namespace {

/// Reads one row after the other.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : m_text(text) {}

  bool atEnd() const { return m_at >= m_text.size(); }

  /// False if a quote is never closed; `row.line` then says where the row began.
  bool readRow(CsvRow& row) {
    row.line = m_line;
    row.fields.assign(1, {});
    while (!atEnd()) {
      const char c = m_text[m_at];
      if (c == '"' && row.fields.back().empty()) {
        if (!readQuoted(row.fields.back())) {
          return false;
        }
        continue;
      }
      ++m_at;
      if (c == ',') {
        row.fields.emplace_back();
      } else if (c == '\n') {
        ++m_line;
        return true;
      } else if (c != '\r') {
        row.fields.back() += c;
      }
    }
    return true;
  }

 private:
  bool readQuoted(std::string& field) {
    for (++m_at; !atEnd(); ++m_at) {
      const char c = m_text[m_at];
      if (c == '\n') {
        ++m_line;
      }
      if (c != '"') {
        field += c;
      } else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == '"') {
        field += '"';
        ++m_at;
      } else {
        ++m_at;
        return true;
      }
    }
    return false;
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  std::size_t m_line = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parseCsv(std::string_view text, std::string_view name) {
  std::vector<CsvRow> rows;
  CsvReader reader(text);
  while (!reader.atEnd()) {
    CsvRow row;
    if (!reader.readRow(row)) {
      const std::string where = std::string(name) + ":" + std::to_string(row.line);
      return Error{"csv.quote",
                   where + ": a quoted field of this row is never closed. Add the missing quote (\").",
                   where};
    }
    const bool isEmpty = row.fields.size() == 1 && row.fields.front().empty();
    if (!isEmpty) {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace cantilever::cost
