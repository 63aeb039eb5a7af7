#pragma once

#include <cstdint>
#include <string>

#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

enum class QueueScope : std::uint8_t {
  Shared,       ///< one queue for all instances; the instance is chosen when a server frees (rule 6)
  PerInstance,  ///< the Link picks the instance on arrival; not revised
};

/// Instances x servers. A request takes a seat at an instance on admission and keeps it until it has
/// answered; it takes a server only for Work (rule 4).
struct Pool {
  std::string key;
  std::uint32_t instances = 1;
  std::uint32_t servers = 1;              ///< per instance; 0: unlimited (a pure delay, nothing queues)
  std::uint32_t seats = 0;                ///< per instance; 0: unlimited
  std::uint32_t queueLimit = kUnlimited;  ///< waiting requests (per queue) beyond which arrivals are refused
  QueueScope queue = QueueScope::PerInstance;

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
};

}  // namespace cantilever::plan
