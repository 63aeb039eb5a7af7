#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/sim/frames.h"
#include "core/sim/histogram.h"
#include "core/sim/result.h"
#include "core/vocabulary/plan.h"

/// What is counted while a run goes on. Everything is integers. Two spans are told apart: the measured window
/// (from the end of the warm-up) and the present sampling interval.
namespace cantilever::sim {

__extension__ typedef unsigned __int128 WideCount;

/// Counts that fit the result's 64 bits, else the largest number.
std::uint64_t narrowed(WideCount value);

/// Something counted.
class Counter {
 public:
  void add(std::uint64_t n = 1) { m_total += n; }
  std::uint64_t total() const { return m_total; }
  std::uint64_t inWindow() const { return m_total - m_atWindow; }
  std::uint64_t inInterval() const { return m_total - m_atInterval; }
  void openWindow() { m_atWindow = m_total; }
  void startInterval() { m_atInterval = m_total; }

 private:
  std::uint64_t m_total = 0;
  std::uint64_t m_atWindow = 0;
  std::uint64_t m_atInterval = 0;
};

/// A level over time (servers busy, requests waiting) and its integral in nanoseconds.
class Level {
 public:
  std::uint32_t value() const { return m_value; }
  TimeNs since() const { return m_since; }  ///< when it was last set
  void set(std::uint32_t value, TimeNs now) {
    settle(now);
    m_value = value;
  }
  void increase(TimeNs now) { set(m_value + 1, now); }
  void decrease(TimeNs now) { set(m_value - 1, now); }

  WideCount area(TimeNs now) const { return areaUntil(now); }
  WideCount inWindow(TimeNs now) const { return areaUntil(now) - m_atWindow; }
  WideCount inInterval(TimeNs now) const { return areaUntil(now) - m_atInterval; }
  void openWindow(TimeNs now) { m_atWindow = areaUntil(now); }
  void startInterval(TimeNs now) { m_atInterval = areaUntil(now); }

 private:
  void settle(TimeNs now) {
    m_area = areaUntil(now);
    m_since = now;
  }
  WideCount areaUntil(TimeNs now) const {
    return m_area + static_cast<WideCount>(m_value) * static_cast<std::uint64_t>(now - m_since);
  }

  WideCount m_area = 0;
  WideCount m_atWindow = 0;
  WideCount m_atInterval = 0;
  TimeNs m_since = 0;
  std::uint32_t m_value = 0;
};

/// A cell of a sampling interval's latency histogram that is not empty: 32 cells to a power of two.
struct LatencyCell {
  std::uint32_t cell = 0;
  std::uint32_t count = 0;
};

/// Of cells in order; 0 if there are none.
TimeNs quantileOf(const std::vector<LatencyCell>& cells, double q);

/// Latencies of one class in the present sampling interval.
class IntervalLatency {
 public:
  static constexpr int kBits = 5;

  void add(TimeNs ns) {
    const std::uint32_t cell = detail::cellOf<kBits>(static_cast<std::uint64_t>(ns));
    if (cell >= m_counts.size()) {
      m_counts.resize(cell + 1, 0);
    }
    if (m_counts[cell]++ == 0) {
      m_used.push_back(cell);
    }
  }
  /// By cell.
  std::vector<LatencyCell> cells() const;
  void clear();

 private:
  std::vector<std::uint32_t> m_counts;
  std::vector<std::uint32_t> m_used;  // the cells that are not empty
};

using Failures = std::array<std::uint64_t, plan::kReasonCount>;

/// Means of the latencies of so many requests in a row, in bounded memory: batches begin with 5 (the 5 of
/// MSER-5, White 1997), and are merged in pairs when there are too many.
class LatencyBatches {
 public:
  static constexpr std::size_t kMost = 4096;  // even

  void add(TimeNs latency, TimeNs now) {
    m_sum += static_cast<WideCount>(latency);
    if (++m_inBatch == m_size) {
      m_done.push_back({m_sum, now});
      m_sum = 0;
      m_inBatch = 0;
      if (m_done.size() == kMost) {
        halve();
      }
    }
  }
  /// Of those that are full.
  BatchMeans means() const;

 private:
  struct Batch {
    WideCount sum = 0;
    TimeNs end = 0;
  };
  void halve();

  std::vector<Batch> m_done;
  std::uint32_t m_size = 5;
  std::uint32_t m_inBatch = 0;
  WideCount m_sum = 0;
};

struct ClassMeter {
  std::uint64_t keyHash = 0;  ///< names the class in the digest
  // Of requests that arrived in the window.
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t degraded = 0;  ///< of those, with the answer of a fallback
  std::uint64_t inTime = 0;    ///< of those, within the deadline
  TimeNs deadline = kNever;
  Failures failed{};
  Histogram latency;
  Histogram failureLatency;
  // Of the present interval.
  std::uint64_t intervalOffered = 0;
  std::uint64_t intervalSucceeded = 0;
  std::array<std::uint32_t, plan::kReasonCount> intervalFailed{};
  IntervalLatency intervalLatency;
  double intervalLatencyNs = 0;  ///< their sum

  void record(plan::Reason outcome, TimeNs ns, bool isCounted) {
    if (outcome != plan::Reason::None) {
      const auto reason = static_cast<std::size_t>(outcome);
      ++intervalFailed[reason];
      if (isCounted) {
        ++failed[reason];
        failureLatency.add(ns);
      }
      return;
    }
    ++intervalSucceeded;
    intervalLatency.add(ns);
    intervalLatencyNs += static_cast<double>(ns);
    if (isCounted) {
      ++succeeded;
      inTime += ns <= deadline ? 1u : 0u;
      latency.add(ns);
    }
  }
  void startInterval();
};

/// Work that a Send started.
struct DetachedMeter {
  // Of what was sent in the window.
  std::uint64_t started = 0;
  std::uint64_t succeeded = 0;
  Failures failed{};
};

struct PoolMeter {
  Counter arrivals;
  Counter refused;
  Counter served;
  Counter abandoned;    ///< left the queue: their patience was over
  Counter coldStarts;   ///< instances ordered because a request found none
  Counter expired;      ///< dropped from the queue: their deadline was over
  Counter interrupted;  ///< pieces of work
  Level waiting;        ///< for a seat or a server
  Level parked;         ///< at their callers
  Level seated;         ///< only where seats are limited
  Level up;             ///< instances, those that drain included
  Level booting;        ///< instances
  Level next;           ///< of those, that run the next version
  Level isShort;        ///< 0 or 1: fewer take work than the pool needs
  std::uint32_t maxWaiting = 0;
  Histogram serverWait;
  Histogram seatWait;
  Histogram service;
  // What other numbers of seats than the present one have made of the seat time; modulo 2^128, so that it may
  // be less.
  WideCount seatsOfWindow = 0;
  WideCount seatsOfInterval = 0;
  // Server time in the window by what became of it; with the work going on they add up to the busy time.
  std::uint64_t usefulNs = 0;
  std::uint64_t orphanedNs = 0;
  std::uint64_t lostNs = 0;

  void startWaiting(TimeNs now) {
    waiting.increase(now);
    maxWaiting = std::max(maxWaiting, waiting.value());
  }
  /// Seat time of the instances that were up.
  WideCount seatTimeInWindow(std::uint32_t seats, TimeNs now) const {
    return up.inWindow(now) * seats + seatsOfWindow;
  }
  WideCount seatTimeInInterval(std::uint32_t seats, TimeNs now) const {
    return up.inInterval(now) * seats + seatsOfInterval;
  }
  void changeSeats(std::uint32_t before, std::uint32_t after, TimeNs now) {
    const WideCount less = WideCount{before} - after;
    seatsOfWindow += up.inWindow(now) * less;
    seatsOfInterval += up.inInterval(now) * less;
  }
  void openWindow(TimeNs now);
  void startInterval(TimeNs now);
};

struct LinkMeter {
  Counter calls;
  Counter failures;  ///< as they are noticed
  Counter timeouts;  ///< of those, by this link's own
  Counter retries;
  Counter sentBytes;      ///< of requests
  Counter receivedBytes;  ///< of replies that arrived
  Counter crossZone;      ///< calls to another availability zone
  // Of calls sent in the window.
  std::uint64_t failed = 0;
  std::uint64_t timedOut = 0;
  std::uint64_t lost = 0;  ///< they or their answers
  std::uint64_t hedges = 0;
  std::uint64_t hedgeWins = 0;
  std::uint64_t notSent = 0;  ///< refused by the breaker, or after the deadline
  Histogram latency;
  Level open;  ///< 0 or 1: the breaker

  void startInterval(TimeNs now);
};

}  // namespace cantilever::sim
