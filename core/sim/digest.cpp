#include "core/sim/digest.h"

#include <bit>

namespace cantilever::sim {

namespace {

/// splitmix64's finaliser (Stafford's mix 13): every input bit reaches every output bit.
std::uint64_t digestFinal(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

void appendHex(std::string& text, std::uint64_t word) {
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[(word >> shift) & 15];
  }
}

}  // namespace

std::string Digest::text() const {
  std::string text;
  appendHex(text, digestFinal(m_first ^ std::rotl(m_second, 32)));
  appendHex(text, digestFinal(m_second + m_first));
  return text;
}

}  // namespace cantilever::sim
