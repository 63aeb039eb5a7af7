#pragma once

#include <cstdint>
#include <vector>

namespace cantilever::sim {

/// Log-linear histogram of non-negative nanoseconds: each power of two is cut into 128 equal cells, so a
/// reported quantile is within 1/128 of an observed value. Fixed memory (about 7,000 counters, grown as
/// needed), mergeable, integers only.
class Histogram {
 public:
  void add(std::int64_t ns);
  void merge(const Histogram& other);
  std::uint64_t count() const { return m_count; }
  /// The q-quantile (0 < q <= 1) in nanoseconds; 0 if empty. The middle of the cell, but never beyond the
  /// largest value added.
  std::int64_t quantileNs(double q) const;
  double meanNs() const;
  std::int64_t maxNs() const { return m_maxNs; }
  bool operator==(const Histogram&) const = default;

 private:
  std::vector<std::uint64_t> m_cells;
  std::uint64_t m_count = 0;
  // Sum in two words: 128-bit integers have no portable ==.
  std::uint64_t m_sumLow = 0;
  std::uint64_t m_sumHigh = 0;
  std::int64_t m_maxNs = 0;
};

}  // namespace cantilever::sim
