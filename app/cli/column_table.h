#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/text_table.h"

namespace cantilever::cli {

/// A table of items of one kind, a line each. Columns that may be empty are left out when they are.
template <class Item>
class ColumnTable {
 public:
  using Text = std::function<std::string(const Item&)>;
  using Test = std::function<bool(const Item&)>;

  explicit ColumnTable(const std::vector<Item>& items) : m_items(items) {}

  ColumnTable& name(std::string heading, Text text) {
    return add({std::move(heading), TextTable::Align::Left}, std::move(text));
  }
  ColumnTable& figure(std::string heading, Text text) {
    return add({std::move(heading), TextTable::Align::Right}, std::move(text));
  }
  /// Only there if some item has it.
  ColumnTable& figureIf(const Test& isThere, std::string heading, Text text) {
    return std::any_of(m_items.begin(), m_items.end(), isThere) ? figure(std::move(heading), std::move(text))
                                                                : *this;
  }
  template <class Number>
  ColumnTable& count(std::string heading, Number Item::*member) {
    return figure(std::move(heading), [member](const Item& item) { return std::to_string(item.*member); });
  }
  /// Only there if it is not 0 everywhere.
  template <class Number>
  ColumnTable& countIfAny(std::string heading, Number Item::*member) {
    return figureIf([member](const Item& item) { return item.*member != 0; }, std::move(heading),
                    [member](const Item& item) { return std::to_string(item.*member); });
  }

  /// With an empty line before; nothing if there are no items.
  std::string text() const {
    if (m_items.empty()) {
      return {};
    }
    TextTable table(m_columns);
    for (const Item& item : m_items) {
      std::vector<std::string> cells;
      for (const Text& cell : m_cells) {
        cells.push_back(cell(item));
      }
      table.add(std::move(cells));
    }
    return "\n" + table.text();
  }

 private:
  ColumnTable& add(TextTable::Column column, Text text) {
    m_columns.push_back(std::move(column));
    m_cells.push_back(std::move(text));
    return *this;
  }

  const std::vector<Item>& m_items;
  std::vector<TextTable::Column> m_columns;
  std::vector<Text> m_cells;
};

/// Those of the items that `isShown`.
template <class Item, class Test>
std::vector<Item> chosen(const std::vector<Item>& items, const Test& isShown) {
  std::vector<Item> shown;
  std::copy_if(items.begin(), items.end(), std::back_inserter(shown), isShown);
  return shown;
}

}  // namespace cantilever::cli
