#pragma once

#include <bit>
#include <cstdint>
#include <string>

namespace cantilever::sim {

/// The fingerprint of a run: equal runs have equal digests, on every machine and in every build. 128 bits,
/// integers only, fixed for ever (test vectors); not meant to resist an adversary.
class Digest {
 public:
  /// Each word goes through a multiplication (by an odd number, so nothing is lost) before the next arrives;
  /// the second half sums the history of the first.
  void absorb(std::uint64_t word) {
    m_first = (m_first ^ word) * 0x9e3779b97f4a7c15u;
    m_first ^= m_first >> 29;
    m_second = (std::rotl(m_second, 23) + m_first) * 0xd6e8feb86659fd93u;
  }
  /// 32 hexadecimal digits of what has been absorbed so far.
  std::string text() const;

 private:
  std::uint64_t m_first = 0x243f6a8885a308d3u;  // the fraction of pi
  std::uint64_t m_second = 0x13198a2e03707344u;
};

}  // namespace cantilever::sim
