#include "app/cli/text_table.h"

#include <algorithm>

namespace cantilever::cli {
namespace {

/// Characters, not bytes: continuation bytes of UTF-8 take no place.
std::size_t widthOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < m_columns.size(); ++i) {
    std::size_t width = widthOf(m_columns[i].heading);
    for (const auto& row : m_rows) {
      width = std::max(width, i < row.size() ? widthOf(row[i]) : 0);
    }
    widths.push_back(width);
  }
  std::string out;
  const auto addLine = [&](const auto& cellOf) {
    std::string line;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      const std::string cell = cellOf(i);
      const std::string padding(widths[i] - widthOf(cell), ' ');
      line += (i == 0 ? "" : "  ") + (m_columns[i].align == Align::Right ? padding + cell : cell + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  addLine([&](std::size_t i) { return m_columns[i].heading; });
  for (const auto& row : m_rows) {
    addLine([&](std::size_t i) { return i < row.size() ? row[i] : std::string(); });
  }
  return out;
}

}  // namespace cantilever::cli
