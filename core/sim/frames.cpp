#include "core/sim/frames.h"

namespace cantilever::sim {

std::uint32_t FrameArena::grow() {
  const std::uint32_t index = size();
  m_frames.emplace_back();
  m_cold.emplace_back();
  return index;
}

void FrameArena::prepend(WaitingList& list, std::uint32_t index) {
  insertAfter(list, index, kNoFrame);
}

void FrameArena::orderByPriority(WaitingList& list, std::uint8_t lowest) {
  list.lasts = static_cast<std::uint32_t>(m_lasts.size());
  m_lasts.resize(m_lasts.size() + lowest + 1u, kNoFrame);
}

void FrameArena::insertByPriority(WaitingList& list, std::uint32_t index, AmongEquals place) {
  const std::uint8_t priority = m_frames[index].priority;
  std::uint32_t* const lasts = m_lasts.data() + list.lasts;
  std::uint32_t before = kNoFrame;
  for (int of = place == AmongEquals::Last ? priority : priority - 1; of >= 0 && before == kNoFrame; --of) {
    before = lasts[of];
  }
  insertAfter(list, index, before);
  if (place == AmongEquals::Last || lasts[priority] == kNoFrame) {
    lasts[priority] = index;
  }
}

/// `before` = kNoFrame: at the head.
void FrameArena::insertAfter(WaitingList& list, std::uint32_t index, std::uint32_t before) {
  Frame& frame = m_frames[index];
  frame.previous = before;
  frame.next = before == kNoFrame ? list.head : m_frames[before].next;
  (before == kNoFrame ? list.head : m_frames[before].next) = index;
  (frame.next == kNoFrame ? list.tail : m_frames[frame.next].previous) = index;
  ++list.count;
}

/// Before a frame leaves a list by priority.
void FrameArena::forgetLast(const WaitingList& list, std::uint32_t index) {
  const Frame& frame = m_frames[index];
  std::uint32_t& last = m_lasts[list.lasts + frame.priority];
  if (last == index) {
    const bool hasEqual = frame.previous != kNoFrame && m_frames[frame.previous].priority == frame.priority;
    last = hasEqual ? frame.previous : kNoFrame;
  }
}

}  // namespace cantilever::sim
