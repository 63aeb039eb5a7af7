#pragma once

#include <cstdint>
#include <string>

namespace cantilever::sim {

/// The fingerprint of a run: equal runs have equal digests, on every machine and in every build. 128 bits,
/// integers only, fixed for ever (test vectors); not meant to resist an adversary.
class Digest {
 public:
  void absorb(std::uint64_t word);
  /// 32 hexadecimal digits of what has been absorbed so far.
  std::string text() const;

 private:
  std::uint64_t m_first = 0x243f6a8885a308d3u;  // the fraction of pi
  std::uint64_t m_second = 0x13198a2e03707344u;
};

}  // namespace cantilever::sim
