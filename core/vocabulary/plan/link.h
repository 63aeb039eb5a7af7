#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/model/policy.h"
#include "core/vocabulary/plan/index.h"
#include "core/vocabulary/plan/reason.h"

namespace cantilever::plan {

/// Further attempts at calls that failed (rule 20). Pause i (from 0) is min(cap, base x 2^i) or min(cap,
/// base), or with jitter a draw from 0 to that; or it is drawn from a law, and at most the cap. What a
/// breaker or authentication refused is never tried again, nor what has no time left.
struct Retries {
  enum class Growth : std::uint8_t { Doubling, Constant, Drawn };

  std::uint32_t attempts = 1;  ///< the first included; kUnlimited: until one succeeds
  Growth growth = Growth::Doubling;
  Law law = {};                         ///< of Drawn
  std::uint32_t reasons = kAllReasons;  ///< bit r: failures of Reason r are tried again
  Duration base = {};
  Duration cap = kLongestDuration;
  bool hasJitter = true;
  /// The budget: a bucket of at most `budgetDepth` retries that earns `budgetShare` of one with each first
  /// attempt, and `budgetFloor` per second; a share below zero: no budget, retries are free.
  double budgetShare = -1;
  Rate budgetFloor = {};
  double budgetDepth = 10;

  static constexpr std::uint32_t bitOf(Reason reason) { return 1u << static_cast<std::uint32_t>(reason); }
  static constexpr std::uint32_t kMostAttempts = 255;
  static constexpr std::uint32_t kUnlimited = 0;
  static constexpr std::uint32_t kNeverRetried = 1u | 1u << 8 | 1u << 11 | 1u << 12;
  static constexpr std::uint32_t kAllReasons = ((1u << kReasonCount) - 1) & ~kNeverRetried;

  bool isOn() const { return attempts != 1; }
  bool isFor(Reason reason) const { return (reasons & bitOf(reason)) != 0; }
  /// For those who reckon with every attempt.
  std::uint32_t reckoned() const { return attempts == kUnlimited ? kMostAttempts : attempts; }
  /// Without any time in between.
  bool isPauseless() const {
    return cap == Duration() || (growth == Growth::Drawn ? law.isZero() : base == Duration());
  }
};
static_assert(Retries::kNeverRetried ==
              (Retries::bitOf(Reason::None) | Retries::bitOf(Reason::BreakerOpen) |
               Retries::bitOf(Reason::DeadlineExceeded) | Retries::bitOf(Reason::Refused)));

/// Stops calling a callee that fails (rule 21).
struct Breaker {
  std::uint32_t consecutive = 0;  ///< opens after so many failures in a row; 0: not by this
  std::uint32_t window = 0;       ///< or when of the last so many attempts ...
  double failedShare = 0.5;       ///< ... at least this share failed; 0 attempts: not by this
  /// Or when of those that ended within so long the share failed; zero: not by this. The window moves on by
  /// tenths of it, so that it holds between 9 and 10 of them.
  Duration windowTime = {};
  /// A window with fewer attempts says nothing; 0: one of attempts must be full, one of time must have one.
  std::uint32_t minimum = 0;
  Duration open = Duration::seconds(10);
  std::uint32_t probes = 1;  ///< attempts let through after that; all must succeed

  bool hasWindow() const { return window != 0 || windowTime > Duration(); }
  bool isOn() const { return consecutive != 0 || hasWindow(); }
  static constexpr std::uint32_t kParts = 10;
  static constexpr std::uint32_t kMostWindow = 100'000;
};

/// What a link finds out by itself about the instances of its pool (rules 12 and 13); only where each has a
/// queue of its own. Without any of this it knows at once who is up.
struct HealthChecks {
  Duration interval = {};                   ///< between the checks of an instance; zero: none
  Duration timeout = Duration::seconds(1);  ///< after which a check that got no answer counts
  std::uint32_t downAfter = 3;              ///< failed checks in a row: no more calls go there; or kNever
  std::uint32_t upAfter = 2;                ///< passed checks in a row: calls go there again
  bool failsOpen = true;                    ///< if none is left, all are tried
  Duration slowStart =
      {};  ///< after it has come back or booted its weight rises from 10 % to 100 % in that time
  std::uint32_t ejectAfter = 0;  ///< failed calls in a row after which it is left out for a while; 0: never
  Duration ejectFor = Duration::seconds(30);

  /// It goes on calling whom it has come to know, dead or not.
  static constexpr std::uint32_t kNever = 0;

  bool isChecking() const { return interval > Duration(); }
  /// Whether it may take the link time to learn that an instance has died.
  bool isBlind() const { return isChecking() || ejectAfter > 0; }
  bool isOn() const { return isBlind() || slowStart > Duration(); }
};

/// How calls reach a station. `latency` is drawn for the request and again for the reply.
struct Link {
  std::string key;
  Index pool =
      kNone;  ///< the pool whose seat the call takes; kNone: a station without resources (routing only)
  Index program = kNone;  ///< what the callee does
  Law latency;
  bool isByZones = false;  ///< each way takes as long as between the zones of its ends, where they have some
  Index zone = kNone;      ///< where its callers are, as a whole: health checks come from there
  Duration
      timeout;  ///< of one attempt; zero: none. The caller is freed; the callee's work goes on as orphaned
  Balancing balancing = Balancing::Random;
  std::uint32_t choices =
      0;  ///< LeastConnections, ShortestQueue: among so many drawn at random; 0: among all
  std::uint32_t points = 100;  ///< ConsistentHash: of each instance on the ring
  /// Weighted: of the first instances; of those not listed 1. None: their speeds.
  std::vector<double> weights = {};
  Locality locality = Locality::Anywhere;
  /// Each calling instance has a breaker, a budget, health checks, a turn and counts of its own, as client
  /// libraries have (rule 16); else they are the link's, as those of one balancer.
  bool isPerCaller = false;
  /// Of each call by itself, in bytes per second: it takes so much longer each way (0: no time at all).
  double bandwidth = 0;
  Retries retries = {};
  Breaker breaker = {};
  /// A second attempt beside the first, at another instance where there is one, if there is no answer after
  /// so long (rule 22); zero: none. The first success wins. Paid from the budget of the retries.
  Duration hedge = {};
  /// What nobody waits for any more (it timed out, lost to a hedge, or its caller has gone on) is stopped at
  /// once, with all that it has called; else it goes on as orphaned work.
  bool cancels = false;
  /// Attempts end at the deadline of their request, and what waits at the callee after it is dropped (rule
  /// 19).
  bool propagates = false;
  HealthChecks health = {};
  /// The log of a store that is read over it: an Observe at the callee then knows what the read may not miss.
  Index readsOf = kNone;
  double lossShare = 0;   ///< of attempts that never arrive; only their timeout tells
  double errorShare = 0;  ///< of attempts that the callee answers with an error, without any work

  static constexpr std::uint32_t kMostPoints = 10'000;
  static constexpr double kMostBandwidth = 1e15;
};

}  // namespace cantilever::plan
