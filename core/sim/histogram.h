#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace cantilever::sim {

namespace detail {

/// Log-linear cells: each power of two from 2^Bits on is cut into 2^Bits equal cells; below, every integer
/// has its own.
template <int Bits>
constexpr std::uint32_t cellOf(std::uint64_t value) {
  const auto shift = static_cast<std::uint32_t>(std::bit_width(value | (1u << Bits)) - 1 - Bits);
  return (shift << Bits) + static_cast<std::uint32_t>(value >> shift);
}

/// The least and the largest value of a cell.
struct CellBounds {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};
template <int Bits>
constexpr CellBounds boundsOf(std::uint32_t cell) {
  const std::uint32_t octave = cell >> Bits;
  const std::uint32_t shift = octave < 2 ? 0 : octave - 1;
  const std::uint64_t low = static_cast<std::uint64_t>(cell - (shift << Bits)) << shift;
  return {low, low + ((std::uint64_t{1} << shift) - 1)};
}

/// The middle of a cell, rounded down.
template <int Bits>
constexpr std::int64_t middleOf(std::uint32_t cell) {
  const CellBounds bounds = boundsOf<Bits>(cell);
  return static_cast<std::int64_t>(bounds.low + (bounds.high - bounds.low) / 2);
}

/// Position (1 .. count) of the q-quantile among `count` ordered values.
std::uint64_t rankOf(double q, std::uint64_t count);

}  // namespace detail

/// Log-linear histogram of non-negative nanoseconds: each power of two is cut into 128 equal cells, so a
/// reported quantile is within 1/128 of an observed value. Fixed memory (at most about 7,000 counters; only
/// the octaves between the least and the largest value are kept), mergeable, integers only.
class Histogram {
 public:
  [[gnu::always_inline]] void add(std::int64_t ns) {
    const auto value = static_cast<std::uint64_t>(ns);
    const std::uint32_t cell = detail::cellOf<kBits>(value);
    if (cell - m_firstCell >= m_cells.size()) {
      growTo(cell, cell);
    }
    ++m_cells[cell - m_firstCell];
    ++m_count;
    m_sumLow += value;
    m_sumHigh += m_sumLow < value ? 1u : 0u;
    m_maxNs = std::max(m_maxNs, ns);
  }
  void merge(const Histogram& other);
  void clear() { *this = {}; }

  std::uint64_t count() const { return m_count; }
  /// The q-quantile (0 < q <= 1) in nanoseconds; 0 if empty. The middle of the cell, but never beyond the
  /// largest value added.
  std::int64_t quantileNs(double q) const;
  /// How many values lie in the cells up to that of `ns`: exact below 256 ns, else those up to `ns` or at
  /// most 1/128 above.
  std::uint64_t countUpTo(std::int64_t ns) const;
  double meanNs() const;
  /// Calls visit(largest value of the cell in ns, how many values are in it) for the cells that are not
  /// empty, in order.
  template <class Visit>
  void forEachCell(const Visit& visit) const {
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
      if (m_cells[i] > 0) {
        const auto cell = m_firstCell + static_cast<std::uint32_t>(i);
        visit(static_cast<std::int64_t>(detail::boundsOf<kBits>(cell).high), m_cells[i]);
      }
    }
  }
  std::int64_t maxNs() const { return m_maxNs; }
  bool operator==(const Histogram&) const = default;

 private:
  static constexpr int kBits = 7;

  /// Makes room for the cells from `first` to `last`, by whole octaves.
  void growTo(std::uint32_t first, std::uint32_t last);

  std::vector<std::uint64_t> m_cells;  // of whole octaves, from m_firstCell on
  std::uint32_t m_firstCell = 0;
  std::uint64_t m_count = 0;
  // Sum in two words: 128-bit integers have no portable ==.
  std::uint64_t m_sumLow = 0;
  std::uint64_t m_sumHigh = 0;
  std::int64_t m_maxNs = 0;
};

}  // namespace cantilever::sim
