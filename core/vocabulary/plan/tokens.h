#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// How tokens that were taken come back.
enum class Refill : std::uint8_t {
  OnGive,         ///< when the one who took them is done: connections, bulkheads, locks
  Continuous,     ///< at a rate, up to the size: the token bucket
  FixedWindow,    ///< all at the end of each window, counted from the start of the run
  SlidingWindow,  ///< each a window after it was taken: at most `size` in any window
};

/// Who shares tokens.
enum class TokenScope : std::uint8_t {
  All,       ///< everybody
  Instance,  ///< requests at the same instance of the pool that they sit in
  Caller,    ///< requests of the same calling instance, as connection pools and client-side limits have it
  Key,       ///< requests for the same key of the same key space
};

/// A limit that finds its own size (additive increase, multiplicative decrease): when tokens come back after
/// more than `target`, or from a request that failed, it shrinks by `backoff`; else, if at least half of it
/// was in use, it grows by one.
struct AdaptiveLimit {
  Duration target;
  std::uint32_t least = 1;
  std::uint32_t most = 1000;
  double backoff = 0.9;
};

/// A number of tokens that requests take, and wait for or are refused when there are none. Who waits is
/// served strictly in order.
struct Tokens {
  std::string key;
  std::uint32_t size = 1;  ///< with AdaptiveLimit: at the start
  Refill refill = Refill::OnGive;
  Rate rate = {};        ///< of Continuous
  Duration window = {};  ///< of the windows
  TokenScope scope = TokenScope::All;
  bool waits = false;                     ///< when there are none; else the request is refused
  std::uint32_t queueLimit = kUnlimited;  ///< of those that wait for the same tokens
  std::optional<Law> patience = {};       ///< how long one waits before it leaves with QueueTimeout
  bool isByPriority = false;              ///< the order of waiting; else first come, first served
  /// Requests of priority p take tokens only if this many times p remain: less important ones are shed first.
  std::uint32_t reserve = 0;
  std::optional<AdaptiveLimit> adaptive = {};  ///< only with OnGive

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
  static constexpr std::uint32_t kMostSize = 1'000'000'000;
  /// The times of so many grants are kept for each.
  static constexpr std::uint32_t kMostInSlidingWindow = 1'000'000;
};

}  // namespace cantilever::plan
