#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "widgets/canvas/rects.h"

namespace cantilever::widgets {

/// Finds what lies in an area among many rectangles: they are kept in the cells of a grid that they touch.
template <class Key>
class AreaIndex {
 public:
  void insert(const Rect& area, Key key) {
    const Span span = spanOf(area);
    if (span.count() > kMostCells) {
      m_large.push_back({area, key, {span.left, span.top}});
      return;
    }
    forEachCell(span, [&](std::int64_t x, std::int64_t y) {
      m_cells[{x, y}].push_back({area, key, {span.left, span.top}});
    });
  }

  /// The area must be the one it was inserted with.
  void erase(const Rect& area, Key key) {
    const auto take = [&](std::vector<Entry>& entries) {
      const auto at = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
        return entry.key == key && entry.area == area;
      });
      if (at != entries.end()) {
        *at = entries.back();
        entries.pop_back();
      }
    };
    const Span span = spanOf(area);
    if (span.count() > kMostCells) {
      take(m_large);
      return;
    }
    forEachCell(span, [&](std::int64_t x, std::int64_t y) {
      const auto cell = m_cells.find({x, y});
      if (cell != m_cells.end()) {
        take(cell->second);
      }
    });
  }

  void clear() {
    m_cells.clear();
    m_large.clear();
  }

  /// Calls `visit(key, area)` once for every rectangle that overlaps the area, in no particular order.
  template <class Visit>
  void visit(const Rect& area, const Visit& visit) const {
    for (const Entry& entry : m_large) {
      if (overlap(entry.area, area)) {
        visit(entry.key, entry.area);
      }
    }
    const Span span = spanOf(area);
    const auto look = [&](std::int64_t x, std::int64_t y, const std::vector<Entry>& entries) {
      for (const Entry& entry : entries) {
        // What lies in several cells is reported in the first that both have.
        if (overlap(entry.area, area) && x == std::max(entry.first.x, span.left) &&
            y == std::max(entry.first.y, span.top)) {
          visit(entry.key, entry.area);
        }
      }
    };
    if (span.count() > static_cast<double>(m_cells.size())) {
      for (const auto& [cell, entries] : m_cells) {
        if (cell.x >= span.left && cell.x <= span.right && cell.y >= span.top && cell.y <= span.bottom) {
          look(cell.x, cell.y, entries);
        }
      }
      return;
    }
    forEachCell(span, [&](std::int64_t x, std::int64_t y) {
      const auto cell = m_cells.find({x, y});
      if (cell != m_cells.end()) {
        look(x, y, cell->second);
      }
    });
  }

 private:
  static constexpr double kCell = 256;
  static constexpr double kMostCells = 4096;
  static constexpr double kFarthest = 1e12;  // damaged files put blocks anywhere

  struct Cell {
    std::int64_t x = 0;
    std::int64_t y = 0;
    bool operator==(const Cell&) const = default;
  };
  struct Entry {
    Rect area;
    Key key;
    Cell first;  ///< that the area touches: the least in both directions
  };
  struct CellHash {
    std::size_t operator()(const Cell& cell) const {
      const auto mix = static_cast<std::uint64_t>(cell.x) * 0x9e3779b97f4a7c15ULL;
      return static_cast<std::size_t>(mix ^ (static_cast<std::uint64_t>(cell.y) * 0xc2b2ae3d27d4eb4fULL));
    }
  };
  struct Span {
    std::int64_t left = 0;
    std::int64_t top = 0;
    std::int64_t right = 0;
    std::int64_t bottom = 0;
    double count() const {
      return static_cast<double>(right - left + 1) * static_cast<double>(bottom - top + 1);
    }
  };

  static std::int64_t cellOf(double coordinate) {
    return static_cast<std::int64_t>(std::floor(std::clamp(coordinate, -kFarthest, kFarthest) / kCell));
  }
  static Span spanOf(const Rect& area) {
    return {cellOf(area.topLeft.x), cellOf(area.topLeft.y), cellOf(rightOf(area)), cellOf(bottomOf(area))};
  }
  template <class Step>
  static void forEachCell(const Span& span, const Step& step) {
    for (std::int64_t x = span.left; x <= span.right; ++x) {
      for (std::int64_t y = span.top; y <= span.bottom; ++y) {
        step(x, y);
      }
    }
  }

  std::unordered_map<Cell, std::vector<Entry>, CellHash> m_cells;
  std::vector<Entry> m_large;
};

}  // namespace cantilever::widgets
