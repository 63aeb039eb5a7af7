#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "core/sim/event.h"
#include "core/sim/trace.h"

namespace cantilever::sim {

/// Where a frame's trace is.
struct TraceMark {
  std::uint32_t slot = 0;
  std::uint32_t serial = 0;  ///< of the trace that was there then
  std::uint32_t call = 0;
};

/// Follows some requests: one of so many that arrive, so that a run has enough of them, whatever its length.
/// It looks on, and nothing that happens depends on it.
class Tracer {
 public:
  /// `expected`: requests in the window.
  Tracer(double expected, std::uint32_t wanted);

  /// Asked once for each request that arrives in the window.
  bool isDue() { return --m_untilNext == 0; }
  TraceMark begin(std::uint32_t requestClass, plan::Index program, TimeNs now);
  /// The call that `caller` makes; false if it is not to be followed.
  bool addCall(const TraceMark& caller, TraceMark& call, plan::Index link, TimeNs now);
  /// False if the request is over, so that there is nothing more to follow.
  bool isOpen(const TraceMark& mark) const { return m_live[mark.slot].serial == mark.serial; }
  void change(const TraceMark& mark, Doing doing, plan::Index element, TimeNs now);
  /// It runs its program, for the time that takes: none.
  void goOn(const TraceMark& mark, TimeNs now);
  TraceCall& call(const TraceMark& mark) { return m_live[mark.slot].trace.calls[mark.call]; }
  void endCall(const TraceMark& mark, plan::Reason reason, TimeNs now);
  void end(const TraceMark& mark, plan::Reason reason, TimeNs now);

  /// Spread evenly over all that were followed, and the slowest ones; in order of arrival.
  std::vector<Trace> kept() const;
  std::vector<PathResult> paths() const;

 private:
  static constexpr std::uint32_t kMostCalls = 2000;
  static constexpr std::size_t kMostKept = 256;
  static constexpr std::size_t kSlowestKept = 16;

  struct OpenCall {
    Doing doing = Doing::Working;
    bool isDoing = false;
    plan::Index element = plan::kNone;
    TimeNs since = 0;
    // In the present wait for calls of its own.
    std::uint32_t firstStarted = 0;  ///< none before that is one of them
    std::uint32_t lastEnded = TraceSpan::kNone;
  };
  struct LiveTrace {
    std::uint32_t serial = 0;
    Trace trace;
    std::vector<OpenCall> open;
  };

  static std::uint32_t decisiveCall(const LiveTrace& live, std::uint32_t call, TimeNs now);
  static void closeSpan(LiveTrace& live, std::uint32_t call, TimeNs now);
  void countPath(const Trace& trace);
  void keep(Trace trace);

  std::uint64_t m_stride = 1;
  std::uint64_t m_untilNext = 1;
  std::uint64_t m_arrived = 0;
  std::vector<LiveTrace> m_live;
  std::vector<std::uint32_t> m_free;
  std::uint64_t m_ended = 0;
  std::uint64_t m_keepEach = 1;
  std::vector<Trace> m_kept;
  std::vector<Trace> m_slowest;
  struct ClassPath {
    std::uint64_t requests = 0;
    std::int64_t total = 0;
    std::map<std::tuple<Doing, plan::Index>, std::int64_t> shares;
  };
  std::map<std::uint32_t, ClassPath> m_paths;  // by class
};

}  // namespace cantilever::sim
