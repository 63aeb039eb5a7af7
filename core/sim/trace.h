#pragma once

#include <cstdint>
#include <vector>

#include "core/vocabulary/plan.h"

/// What single requests went through.
namespace cantilever::sim {

/// What a call spends its time with, and at which element of the plan.
enum class Doing : std::uint8_t {
  Travelling,         ///< over a link, there or back; also what was lost there
  BackingOff,         ///< before a further attempt over a link
  HeldBack,           ///< at the caller, until there is room to wait at a pool
  WaitingForSeat,     ///< of a pool
  WaitingForServer,   ///< of a pool
  Working,            ///< at a pool
  Delayed,            ///< in a program
  WaitingForTokens,   ///< of tokens
  WaitingForFetch,    ///< of a cache: another request fetches the same key
  WaitingForLog,      ///< for room in a log, or until others have done what was published there
  WaitingForAnswers,  ///< in a program; of a path: what no call that was seen accounts for
};
inline constexpr int kDoingCount = 11;
/// "working" ... as reports name it.
const char* nameOf(Doing doing);

enum class ElementKind : std::uint8_t { Link, Pool, Program, Tokens, Cache, Log };
/// Where that is done.
ElementKind elementOf(Doing doing);
const char* nameOf(ElementKind kind);

/// A stretch of a call's life; those of a call follow each other without gaps, none has length zero.
struct TraceSpan {
  std::uint32_t call = 0;  ///< index into Trace::calls
  Doing doing = Doing::Working;
  plan::Index element = plan::kNone;  ///< of the plan: see elementOf()
  std::int64_t startNs = 0;
  std::int64_t endNs = 0;
  /// Of WaitingForAnswers: the call whose answer ended it or, if it was broken off, one that had not
  /// answered.
  std::uint32_t decidedBy = kNone;

  static constexpr std::uint32_t kNone = 0xffffffffu;
};

/// A request, or a call that it has caused. What was sent without waiting for an answer is not followed.
struct TraceCall {
  std::uint32_t parent = TraceSpan::kNone;  ///< index into Trace::calls; none: the request itself
  std::uint32_t previous =
      TraceSpan::kNone;               ///< whose end, or delay, has caused this one: an attempt before it
  plan::Index link = plan::kNone;     ///< by which it came
  plan::Index program = plan::kNone;  ///< what it does there
  plan::Index pool = plan::kNone;     ///< where it was served last
  std::uint32_t instance = 0;         ///< of that pool
  std::uint8_t tries = 0;             ///< attempts before it
  bool isHedge = false;
  bool isOver = false;  ///< false: when its request was over it was still going on, and nobody waited for it
  plan::Reason reason = plan::Reason::None;
  std::int64_t startNs = 0;
  std::int64_t endNs = 0;
};

struct Trace {
  std::uint64_t number = 0;  ///< of the request, in order of arrival, from 1
  std::uint32_t requestClass = 0;
  plan::Reason reason = plan::Reason::None;
  bool isCut = false;            ///< it has made too many calls to follow them all
  std::vector<TraceCall> calls;  ///< [0] is the request
  std::vector<TraceSpan> spans;  ///< by call, then by time

  std::int64_t durationNs() const { return calls.front().endNs - calls.front().startNs; }
};

/// A share of the critical path.
struct PathShare {
  Doing doing = Doing::Working;
  plan::Index element = plan::kNone;
  std::int64_t ns = 0;
};

/// Where the time of one class's requests went: of those followed that succeeded. At each moment a request is
/// where the call is that it waits for: of several at once, the one whose answer let it go on.
struct PathResult {
  std::uint32_t requestClass = 0;
  std::uint64_t requests = 0;
  std::int64_t totalNs = 0;       ///< the sum of their latencies, and of the shares
  std::vector<PathShare> shares;  ///< the largest first
};

/// What the request was doing from its arrival to its outcome; the lengths add up to its latency.
std::vector<PathShare> criticalPath(const Trace& trace);

}  // namespace cantilever::sim
