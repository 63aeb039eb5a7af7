#include "core/sim/tracer.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace cantilever::sim {

Tracer::Tracer(double expected, std::uint32_t wanted) {
  if (wanted == 0) {
    m_stride = std::numeric_limits<std::uint64_t>::max();
  } else if (expected > wanted) {
    m_stride = static_cast<std::uint64_t>(std::min(expected / wanted, 1e15));
  }
  m_untilNext = m_stride;
}

TraceMark Tracer::begin(std::uint32_t requestClass, plan::Index program, TimeNs now) {
  m_untilNext = m_stride;
  m_arrived += m_stride;
  std::uint32_t slot = 0;
  if (m_free.empty()) {
    slot = static_cast<std::uint32_t>(m_live.size());
    m_live.emplace_back();
  } else {
    slot = m_free.back();
    m_free.pop_back();
  }
  LiveTrace& live = m_live[slot];
  live.trace = Trace{};
  live.trace.number = m_arrived;
  live.trace.requestClass = requestClass;
  TraceCall& root = live.trace.calls.emplace_back();
  root.program = program;
  root.startNs = now;
  live.open.assign(1, {});
  return {slot, live.serial, 0};
}

bool Tracer::addCall(const TraceMark& caller, TraceMark& mark, plan::Index link, TimeNs now) {
  LiveTrace& live = m_live[caller.slot];
  if (live.trace.calls.size() >= kMostCalls) {
    live.trace.isCut = true;
    return false;
  }
  mark = caller;
  mark.call = static_cast<std::uint32_t>(live.trace.calls.size());
  TraceCall& call = live.trace.calls.emplace_back();
  call.parent = caller.call;
  call.previous = live.open[caller.call].lastEnded;
  call.link = link;
  call.startNs = now;
  live.open.emplace_back();
  return true;
}

void Tracer::closeSpan(LiveTrace& live, std::uint32_t which, TimeNs now) {
  OpenCall& open = live.open[which];
  if (!std::exchange(open.isDoing, false) || open.since == now) {
    return;
  }
  TraceSpan& span = live.trace.spans.emplace_back();
  span.call = which;
  span.doing = open.doing;
  span.element = open.element;
  span.startNs = open.since;
  span.endNs = now;
  if (open.doing == Doing::WaitingForAnswers) {
    span.decidedBy = decisiveCall(live, which, now);
  }
}

/// What ended the wait of a call for its own ones: one that has ended now or, if the wait was broken off, the
/// last of those that it still waited for.
std::uint32_t Tracer::decisiveCall(const LiveTrace& live, std::uint32_t which, TimeNs now) {
  const std::vector<TraceCall>& calls = live.trace.calls;
  const std::uint32_t ended = live.open[which].lastEnded;
  if (ended != TraceSpan::kNone && calls[ended].endNs == now) {
    return ended;
  }
  for (auto call = static_cast<std::uint32_t>(calls.size()); call-- > live.open[which].firstStarted;) {
    if (calls[call].parent == which && !calls[call].isOver) {
      return call;
    }
  }
  return TraceSpan::kNone;
}

void Tracer::change(const TraceMark& mark, Doing doing, plan::Index element, TimeNs now) {
  LiveTrace& live = m_live[mark.slot];
  OpenCall& open = live.open[mark.call];
  if (open.isDoing && open.doing == doing && open.element == element) {
    return;
  }
  closeSpan(live, mark.call, now);
  open.isDoing = true;
  open.doing = doing;
  open.element = element;
  open.since = now;
  if (doing == Doing::WaitingForAnswers) {
    open.firstStarted = static_cast<std::uint32_t>(live.trace.calls.size());
    open.lastEnded = TraceSpan::kNone;
  }
}

void Tracer::goOn(const TraceMark& mark, TimeNs now) {
  closeSpan(m_live[mark.slot], mark.call, now);
}

void Tracer::endCall(const TraceMark& mark, plan::Reason reason, TimeNs now) {
  LiveTrace& live = m_live[mark.slot];
  TraceCall& call = live.trace.calls[mark.call];
  closeSpan(live, mark.call, now);
  call.endNs = now;
  call.isOver = true;
  call.reason = reason;
  live.open[call.parent].lastEnded = mark.call;
}

void Tracer::end(const TraceMark& mark, plan::Reason reason, TimeNs now) {
  LiveTrace& live = m_live[mark.slot];
  for (std::uint32_t i = 0; i < live.trace.calls.size(); ++i) {
    TraceCall& call = live.trace.calls[i];
    if (!call.isOver) {
      closeSpan(live, i, now);
      call.endNs = now;
    }
  }
  Trace trace = std::move(live.trace);
  ++live.serial;
  m_free.push_back(mark.slot);
  trace.calls.front().isOver = true;
  trace.calls.front().reason = trace.reason = reason;
  std::stable_sort(trace.spans.begin(), trace.spans.end(),
                   [](const TraceSpan& a, const TraceSpan& b) { return a.call < b.call; });
  if (reason == plan::Reason::None) {
    countPath(trace);
  }
  keep(std::move(trace));
}

void Tracer::countPath(const Trace& trace) {
  ClassPath& path = m_paths[trace.requestClass];
  ++path.requests;
  path.total += trace.durationNs();
  for (const PathShare& share : criticalPath(trace)) {
    path.shares[{share.doing, share.element}] += share.ns;
  }
}

void Tracer::keep(Trace trace) {
  const auto isSlower = [](const Trace& a, const Trace& b) { return a.durationNs() > b.durationNs(); };
  if (m_slowest.size() < kSlowestKept || isSlower(trace, m_slowest.back())) {
    m_slowest.insert(std::upper_bound(m_slowest.begin(), m_slowest.end(), trace, isSlower), trace);
    m_slowest.resize(std::min(m_slowest.size(), kSlowestKept));
  }
  if (m_ended++ % m_keepEach != 0) {
    return;
  }
  m_kept.push_back(std::move(trace));
  if (m_kept.size() > kMostKept) {
    for (std::size_t i = 1; 2 * i < m_kept.size(); ++i) {
      m_kept[i] = std::move(m_kept[2 * i]);
    }
    m_kept.resize((m_kept.size() + 1) / 2);
    m_keepEach *= 2;
  }
}

std::vector<Trace> Tracer::kept() const {
  std::map<std::uint64_t, const Trace*> byNumber;
  for (const std::vector<Trace>* each : {&m_kept, &m_slowest}) {
    for (const Trace& trace : *each) {
      byNumber[trace.number] = &trace;
    }
  }
  std::vector<Trace> traces;
  for (const auto& [number, trace] : byNumber) {
    traces.push_back(*trace);
  }
  return traces;
}

std::vector<PathResult> Tracer::paths() const {
  std::vector<PathResult> results;
  for (const auto& [requestClass, path] : m_paths) {
    PathResult& to = results.emplace_back();
    to.requestClass = requestClass;
    to.requests = path.requests;
    to.totalNs = path.total;
    for (const auto& [of, ns] : path.shares) {
      to.shares.push_back({std::get<Doing>(of), std::get<plan::Index>(of), ns});
    }
    std::stable_sort(to.shares.begin(), to.shares.end(),
                     [](const PathShare& a, const PathShare& b) { return a.ns > b.ns; });
  }
  return results;
}

}  // namespace cantilever::sim
