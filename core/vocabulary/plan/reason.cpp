#include "core/vocabulary/plan/reason.h"

namespace cantilever::plan {

const char* nameOf(Reason reason) {
  switch (reason) {
    case Reason::None:
      return "none";
    case Reason::QueueFull:
      return "queue_full";
    case Reason::TimedOut:
      return "timed_out";
    case Reason::NoHealthyInstance:
      return "no_healthy_instance";
    case Reason::KilledInFlight:
      return "killed_in_flight";
    case Reason::Injected:
      return "injected";
    case Reason::QueueTimeout:
      return "queue_timeout";
    case Reason::RateLimited:
      return "rate_limited";
    case Reason::BreakerOpen:
      return "breaker_open";
    case Reason::ConnectionRefused:
      return "connection_refused";
    case Reason::Lost:
      return "lost";
    case Reason::DeadlineExceeded:
      return "deadline_exceeded";
    case Reason::Refused:
      return "refused";
    case Reason::Shed:
      return "shed";
    case Reason::DeadLetter:
      return "dead_letter";
    case Reason::NotReplicated:
      return "not_replicated";
    case Reason::CacheMiss:
      return "cache_miss";
  }
  return "";
}

}  // namespace cantilever::plan
