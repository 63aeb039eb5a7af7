#include "core/sim/histogram.h"

#include <cmath>

namespace cantilever::sim {

std::uint64_t detail::rankOf(double q, std::uint64_t count) {
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count)));
  return std::clamp<std::uint64_t>(rank, 1, count);
}

void Histogram::merge(const Histogram& other) {
  if (other.m_count == 0) {
    return;
  }
  growTo(other.m_firstCell, other.m_firstCell + static_cast<std::uint32_t>(other.m_cells.size()) - 1);
  const std::size_t offset = other.m_firstCell - m_firstCell;
  for (std::size_t i = 0; i < other.m_cells.size(); ++i) {
    m_cells[offset + i] += other.m_cells[i];
  }
  m_count += other.m_count;
  m_sumLow += other.m_sumLow;
  m_sumHigh += other.m_sumHigh + (m_sumLow < other.m_sumLow ? 1 : 0);
  m_maxNs = std::max(m_maxNs, other.m_maxNs);
}

std::int64_t Histogram::quantileNs(double q) const {
  if (m_count == 0) {
    return 0;
  }
  const std::uint64_t rank = detail::rankOf(q, m_count);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < m_cells.size(); ++i) {
    seen += m_cells[i];
    if (seen >= rank) {
      return std::min(m_maxNs, detail::middleOf<kBits>(m_firstCell + static_cast<std::uint32_t>(i)));
    }
  }
  return m_maxNs;
}

std::uint64_t Histogram::countUpTo(std::int64_t ns) const {
  const std::uint32_t last = detail::cellOf<kBits>(static_cast<std::uint64_t>(ns));
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < m_cells.size() && m_firstCell + i <= last; ++i) {
    count += m_cells[i];
  }
  return count;
}

double Histogram::meanNs() const {
  if (m_count == 0) {
    return 0;
  }
  const double sum = static_cast<double>(m_sumHigh) * 0x1p64 + static_cast<double>(m_sumLow);
  return sum / static_cast<double>(m_count);
}

void Histogram::growTo(std::uint32_t first, std::uint32_t last) {
  constexpr std::uint32_t kOctave = 1u << kBits;
  std::uint32_t begin = first & ~(kOctave - 1);
  std::uint32_t end = (last | (kOctave - 1)) + 1;
  if (!m_cells.empty()) {
    begin = std::min(begin, m_firstCell);
    end = std::max(end, m_firstCell + static_cast<std::uint32_t>(m_cells.size()));
    m_cells.insert(m_cells.begin(), m_firstCell - begin, 0);
  }
  m_cells.resize(end - begin, 0);
  m_firstCell = begin;
}

}  // namespace cantilever::sim
