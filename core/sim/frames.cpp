#include "core/sim/frames.h"

namespace cantilever::sim {

std::uint32_t FrameArena::grow() {
  const std::uint32_t index = size();
  m_frames.emplace_back();
  m_cold.emplace_back();
  return index;
}

}  // namespace cantilever::sim
