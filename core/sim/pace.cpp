#include "core/sim/pace.h"

#include <algorithm>

namespace cantilever::sim {

namespace {

constexpr int kClockBits = 56;
constexpr int kSpeedBits = 32;

}  // namespace

void Pace::settle(TimeNs now) {
  const auto passed = static_cast<std::uint64_t>(now - m_since);
  m_work += m_workPerNs * passed;
  m_served += m_servedPerNs * passed;
  m_since = now;
}

void Pace::add(std::uint32_t frame, TimeNs workNs, TimeNs now, FrameArena& frames) {
  settle(now);
  if (m_pieces.empty()) {  // keeps the clocks small
    m_work = m_served = 0;
  }
  m_pieces.emplace_back();
  siftUp(size() - 1, {m_work + (static_cast<Clock>(workNs) << kClockBits), m_served, m_order++, frame},
         frames);
}

Pace::Taken Pace::take(std::uint32_t frame, TimeNs now, FrameArena& frames) {
  settle(now);
  const std::uint32_t at = frames.notes(frame).place;
  const Piece taken = m_pieces[at];
  const Piece last = m_pieces.back();
  m_pieces.pop_back();
  if (at < size()) {
    if (at > 0 && last.isBefore(m_pieces[(at - 1) / 2])) {
      siftUp(at, last, frames);
    } else {
      siftDown(at, last, frames);
    }
  }
  Taken result;
  result.servedNs = rounded(static_cast<Difference>(m_served - taken.since), m_carry);
  if (taken.endsAt > m_work) {
    constexpr Clock kHalf = Clock{1} << (kClockBits - 1);
    result.remainingNs = static_cast<TimeNs>((taken.endsAt - m_work + kHalf) >> kClockBits);
  }
  return result;
}

/// To the nearest nanosecond; what is left over goes to the next one.
std::uint64_t Pace::rounded(Difference served, Difference& carry) {
  constexpr Difference kHalf = Difference{1} << (kClockBits - 1);
  const Difference owed = std::max<Difference>(0, served + carry);
  const Difference ns = (owed + kHalf) >> kClockBits;
  carry = served + carry - (ns << kClockBits);
  return static_cast<std::uint64_t>(ns);
}

/// Gunther, "Guerrilla Capacity Planning", 2007, chapter 4.
double Pace::speedNow() const {
  const double n = size();
  return m_speed / (1 + m_contention * (n - 1) + m_coherency * n * (n - 1));
}

TimeNs Pace::resume(TimeNs now) {
  settle(now);
  ++m_epoch;
  m_workPerNs = m_servedPerNs = 0;
  if (m_pieces.empty()) {
    return kNever;
  }
  m_servedPerNs = (static_cast<Clock>(busyServers()) << kClockBits) / size();
  const double speed = speedNow();
  constexpr double kScale = static_cast<double>(std::uint64_t{1} << kSpeedBits);
  m_workPerNs = speed == 1 ? m_servedPerNs
                           : (m_servedPerNs * static_cast<std::uint64_t>(speed * kScale + 0.5)) >> kSpeedBits;
  const Clock end = m_pieces.front().endsAt;
  if (end <= m_work) {
    return 0;
  }
  if (m_workPerNs == 0) {
    return kNever;
  }
  const Clock wait = (end - m_work + m_workPerNs / 2) / m_workPerNs;  // the nearest nanosecond (3)
  // Beyond any run; added to the present time it must not overflow.
  return wait < static_cast<Clock>(kNever / 2) ? static_cast<TimeNs>(wait) : kNever;
}

void Pace::openWindow(TimeNs now) {
  settle(now);
  m_carry = 0;
  for (Piece& piece : m_pieces) {
    piece.since = m_served;
  }
}

void Pace::place(std::uint32_t at, const Piece& piece, FrameArena& frames) {
  m_pieces[at] = piece;
  frames.notes(piece.frame).place = at;
}

void Pace::siftUp(std::uint32_t at, const Piece& piece, FrameArena& frames) {
  while (at > 0 && piece.isBefore(m_pieces[(at - 1) / 2])) {
    place(at, m_pieces[(at - 1) / 2], frames);
    at = (at - 1) / 2;
  }
  place(at, piece, frames);
}

void Pace::siftDown(std::uint32_t at, const Piece& piece, FrameArena& frames) {
  for (;;) {
    std::uint32_t child = 2 * at + 1;
    if (child >= size()) {
      break;
    }
    if (child + 1 < size() && m_pieces[child + 1].isBefore(m_pieces[child])) {
      ++child;
    }
    if (!m_pieces[child].isBefore(piece)) {
      break;
    }
    place(at, m_pieces[child], frames);
    at = child;
  }
  place(at, piece, frames);
}

}  // namespace cantilever::sim
