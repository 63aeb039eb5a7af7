#include "core/sim/frames.h"

namespace cantilever::sim {

void FrameArena::append(WaitingList& list, std::uint32_t index) {
  Frame& frame = m_frames[index];
  frame.previous = list.tail;
  frame.next = kNoFrame;
  if (list.tail == kNoFrame) {
    list.head = index;
  } else {
    m_frames[list.tail].next = index;
  }
  list.tail = index;
  ++list.count;
}

std::uint32_t FrameArena::takeFirst(WaitingList& list) {
  const std::uint32_t index = list.head;
  remove(list, index);
  return index;
}

void FrameArena::remove(WaitingList& list, std::uint32_t index) {
  Frame& frame = m_frames[index];
  if (frame.previous == kNoFrame) {
    list.head = frame.next;
  } else {
    m_frames[frame.previous].next = frame.next;
  }
  if (frame.next == kNoFrame) {
    list.tail = frame.previous;
  } else {
    m_frames[frame.next].previous = frame.previous;
  }
  frame.next = frame.previous = kNoFrame;
  --list.count;
}

std::uint32_t FrameArena::grow() {
  const std::uint32_t index = size();
  m_frames.emplace_back();
  m_cold.emplace_back();
  return index;
}

}  // namespace cantilever::sim
