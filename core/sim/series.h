#pragma once

#include <cstddef>
#include <vector>

#include "core/sim/meters.h"
#include "core/sim/result.h"

namespace cantilever::sim {

/// What a sampling interval measured, as sums, so that neighbours merge exactly.
struct Interval {
  struct OfClass {
    std::uint64_t offered = 0;
    std::uint64_t succeeded = 0;
    std::array<std::uint32_t, plan::kReasonCount> failed{};
    std::vector<LatencyCell> latency;  ///< by cell
    double latencyNs = 0;              ///< their sum
  };
  struct OfPool {
    // Nanoseconds of servers, seats and requests; below 2^53 sums are exact.
    double busy = 0;
    double serversUp = 0;
    double seatsHeld = 0;
    double seatsUp = 0;
    double waiting = 0;
    std::uint32_t refused = 0;
    std::uint32_t instancesUp = 0;
    std::uint32_t instancesNext = 0;
    std::uint32_t instancesBooting = 0;
    /// Of servers or of seats, whichever are used more; 0 if there is a limit on neither.
    double fullness() const;
    bool isThere() const { return serversUp > 0 || seatsUp > 0; }
  };
  struct OfLink {
    std::uint32_t calls = 0;
    std::uint32_t failed = 0;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    std::uint32_t timedOut = 0;
    std::uint32_t retries = 0;
    double open = 0;      ///< breakers, times nanoseconds
    double breakers = 0;  ///< the same of all that there are
  };
  struct OfTokens {
    double held = 0;  ///< times nanoseconds, as waiting
    double waiting = 0;
    std::uint32_t granted = 0;
    std::uint32_t refused = 0;
  };
  struct OfGroup {
    double waiting = 0;  ///< times nanoseconds
    TimeNs oldest = 0;
    std::uint32_t received = 0;
    std::uint32_t consumed = 0;
    std::uint32_t reads = 0;
    std::uint32_t staleReads = 0;
  };
  TimeNs end = 0;
  TimeNs length = 0;
  std::uint64_t backlog = 0;
  std::vector<OfClass> classes;
  std::vector<OfPool> pools;
  std::vector<OfLink> links;
  std::vector<Sample::OfCache> caches;
  std::vector<OfTokens> tokens;
  std::vector<OfGroup> groups;
  std::vector<Sample::OfMeter> meters;

  /// Appends the interval that follows this one.
  void merge(const Interval& next);
  void mergeClasses(const Interval& next);
  template <class Figures>
  void addLatencies(Figures& to) const;
  Sample sample() const;
  /// Its share of the memory bound.
  std::size_t cells() const;
};

/// Intervals in order, in bounded memory: when there are too many, or too much is in them, neighbours are
/// merged in pairs, which doubles the length of all (rule 34).
class Series {
 public:
  static constexpr std::size_t kMaxIntervals = 4096;
  static constexpr std::size_t kMaxCells = 4'000'000;

  explicit Series(std::size_t mostIntervals = kMaxIntervals, std::size_t mostCells = kMaxCells)
      : m_mostIntervals(mostIntervals), m_mostCells(mostCells) {}

  void add(Interval interval);
  std::vector<Sample> samples() const;
  /// Stretches of the time from `start` on, of `length`, one each `step`; whole intervals, so that the length
  /// may be up to one interval more.
  std::vector<Window> windows(TimeNs start, TimeNs length, TimeNs step) const;
  void clear() { *this = Series(m_mostIntervals, m_mostCells); }

 private:
  void halve();

  std::size_t m_mostIntervals;
  std::size_t m_mostCells;
  std::vector<Interval> m_intervals;
  std::size_t m_cells = 0;
  std::size_t m_perInterval = 1;
  std::size_t m_inLast = 0;  // intervals merged into the last one so far
};

}  // namespace cantilever::sim
