#pragma once

#include <string>
#include <vector>

namespace cantilever::cli {

/// Columns of text for a terminal. Text is set left, numbers right.
class TextTable {
 public:
  enum class Align { Left, Right };
  struct Column {
    std::string heading;
    Align align = Align::Left;
  };

  explicit TextTable(std::vector<Column> columns) : m_columns(std::move(columns)) {}
  /// Missing cells are empty.
  void add(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
  bool isEmpty() const { return m_rows.empty(); }
  /// Headings, and one line a row; no trailing spaces.
  std::string text() const;

 private:
  std::vector<Column> m_columns;
  std::vector<std::vector<std::string>> m_rows;
};

}  // namespace cantilever::cli
