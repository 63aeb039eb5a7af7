#pragma once

#include <cstdint>

namespace cantilever::plan {

/// Why a request did not succeed. Every request ends in exactly one outcome: success, one of these, or
/// unfinished. New ones are appended.
enum class Reason : std::uint8_t {
  None,
  QueueFull,          ///< the waiting room was full
  TimedOut,           ///< a caller waited longer than its timeout
  NoHealthyInstance,  ///< nobody was there to send to
  KilledInFlight,     ///< the instance went down meanwhile
  Injected,           ///< an error by chance or by decree
  QueueTimeout,       ///< its patience ended before its service began (rule 9)
  RateLimited,        ///< no token left, and nobody waits for one
  BreakerOpen,        ///< the circuit breaker let nothing through
  ConnectionRefused,  ///< the instance was down when the call arrived
  Lost,               ///< the network lost it, or is parted
  DeadlineExceeded,   ///< the time for all attempts was over
  Refused,            ///< by rule: authentication, a firewall
  Shed,               ///< given up in favour of more important work
  DeadLetter,         ///< received as often as allowed, never acknowledged
  CacheMiss,          ///< a look-up found nothing
  NotReplicated,      ///< too few copies of a write could be acknowledged
};
inline constexpr int kReasonCount = 17;
/// "queue_full" ... as results name it.
const char* nameOf(Reason reason);

}  // namespace cantilever::plan
