#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/frames.h"
#include "core/sim/meters.h"

namespace cantilever::sim {

/// The pieces of work going on at one instance, where their speed may change: servers shared by more pieces
/// than there are servers, work interrupted, speeds that depend on the load or are changed from outside
/// (rule 7). At any moment all pieces go on at one speed, so one clock of work done per piece serves them all
/// and an arrival or a departure costs O(log n). A second clock counts the server time that each has had.
///
/// Clocks are integers in units of 2^-56 ns: nothing depends on how a machine rounds, and the server times of
/// all pieces add up to the busy time of the instance to the nanosecond.
class Pace {
 public:
  static constexpr double kMostSpeed = 1000;

  /// Of `servers` servers (0: unlimited); each further piece slows all down as Gunther's universal scaling
  /// law has it: speed = 1 / (1 + contention (n - 1) + coherency n (n - 1)) for n pieces.
  Pace(std::uint32_t servers, double contention, double coherency, double speed)
      : m_servers(servers), m_contention(contention), m_coherency(coherency), m_speed(speed) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(m_pieces.size()); }
  /// Servers at work: the smaller of pieces and servers.
  std::uint32_t busyServers() const { return m_servers == 0 || size() < m_servers ? size() : m_servers; }
  /// The piece that ends first; of equal ones the one begun first. Not when there is none.
  std::uint32_t first() const { return m_pieces.front().frame; }
  std::uint32_t epoch() const { return m_epoch; }

  /// What a piece of work leaves behind.
  struct Taken {
    std::uint64_t servedNs = 0;  ///< server time since it was added, or since the window was opened
    TimeNs remainingNs = 0;      ///< at speed 1
  };
  void add(std::uint32_t frame, TimeNs workNs, TimeNs now, FrameArena& frames);
  Taken take(std::uint32_t frame, TimeNs now, FrameArena& frames);
  void setSpeed(double speed, TimeNs now) {
    settle(now);
    m_speed = speed;
  }

  /// After changes: the present speed, from now on. Returns the time until the first piece ends, kNever if
  /// nothing moves; makes the epoch a new one.
  TimeNs resume(TimeNs now);

  /// Counts server time from now on.
  void openWindow(TimeNs now);
  /// Calls visit(frame, server time so far in ns) for each piece.
  template <class Visit>
  void forEach(TimeNs now, const Visit& visit) const;

  WaitingList
      running;  ///< where work can be interrupted: the pieces, those to be interrupted first at the end

 private:
  __extension__ typedef unsigned __int128 Clock;
  __extension__ typedef __int128 Difference;

  struct Piece {
    Clock endsAt = 0;  // on the clock of work
    Clock since = 0;   // on the clock of server time
    std::uint64_t order = 0;
    std::uint32_t frame = 0;

    bool isBefore(const Piece& other) const {
      return endsAt != other.endsAt ? endsAt < other.endsAt : order < other.order;
    }
  };

  void settle(TimeNs now);
  static std::uint64_t rounded(Difference served, Difference& carry);
  double speedNow() const;
  void place(std::uint32_t at, const Piece& piece, FrameArena& frames);
  void siftUp(std::uint32_t at, const Piece& piece, FrameArena& frames);
  void siftDown(std::uint32_t at, const Piece& piece, FrameArena& frames);

  std::vector<Piece> m_pieces;  // a binary heap by end
  Clock m_work = 0;
  Clock m_served = 0;
  Clock m_workPerNs = 0;
  Clock m_servedPerNs = 0;
  Difference m_carry = 0;  // server time given to no piece yet by rounding: less than 1 ns
  TimeNs m_since = 0;
  std::uint64_t m_order = 0;
  std::uint32_t m_epoch = 0;
  std::uint32_t m_servers;
  double m_contention;
  double m_coherency;
  double m_speed;
};

template <class Visit>
void Pace::forEach(TimeNs now, const Visit& visit) const {
  const Clock served = m_served + m_servedPerNs * static_cast<std::uint64_t>(now - m_since);
  Difference carry = m_carry;
  for (const Piece& piece : m_pieces) {
    visit(piece.frame, rounded(static_cast<Difference>(served - piece.since), carry));
  }
}

}  // namespace cantilever::sim
