#include "core/sim/trace.h"

#include <algorithm>

namespace cantilever::sim {

namespace {

/// A stretch of time that is to be explained by what a call did in it.
struct Stretch {
  std::uint32_t call = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
};

class PathFinder {
 public:
  explicit PathFinder(const Trace& trace) : m_trace(trace), m_first(trace.calls.size() + 1, 0) {
    for (const TraceSpan& span : trace.spans) {
      ++m_first[span.call + 1];
    }
    for (std::size_t call = 1; call < m_first.size(); ++call) {
      m_first[call] += m_first[call - 1];
    }
  }

  std::vector<PathShare> find() {
    m_open.push_back({0, m_trace.calls.front().startNs, m_trace.calls.front().endNs});
    while (!m_open.empty()) {
      const Stretch stretch = m_open.back();
      m_open.pop_back();
      explain(stretch);
    }
    return std::move(m_shares);
  }

 private:
  void explain(const Stretch& stretch) {
    for (std::size_t i = m_first[stretch.call]; i < m_first[stretch.call + 1]; ++i) {
      const TraceSpan& span = m_trace.spans[i];
      const std::int64_t from = std::max(span.startNs, stretch.from);
      const std::int64_t to = std::min(span.endNs, stretch.to);
      if (from >= to) {
        continue;
      }
      const std::int64_t unexplained = span.doing == Doing::WaitingForAnswers ? follow(span, from, to) : to;
      if (unexplained > from) {
        m_shares.push_back({span.doing, span.element, unexplained - from});
      }
    }
  }

  /// Back from the call that ended the wait, by those that caused it. Returns up to when that explains
  /// nothing.
  std::int64_t follow(const TraceSpan& wait, std::int64_t from, std::int64_t to) {
    std::uint32_t call = wait.decidedBy;
    while (call != TraceSpan::kNone && to > from) {
      const std::int64_t start = std::max(m_trace.calls[call].startNs, from);
      if (start < to) {
        m_open.push_back({call, start, to});
        to = start;
      }
      call = m_trace.calls[call].previous;
    }
    return to;
  }

  const Trace& m_trace;
  std::vector<std::size_t> m_first;  // by call: index of its first span
  std::vector<Stretch> m_open;
  std::vector<PathShare> m_shares;
};

}  // namespace

const char* nameOf(Doing doing) {
  switch (doing) {
    case Doing::Travelling:
      return "travelling";
    case Doing::BackingOff:
      return "backing_off";
    case Doing::HeldBack:
      return "held_back";
    case Doing::WaitingForSeat:
      return "waiting_for_seat";
    case Doing::WaitingForServer:
      return "waiting_for_server";
    case Doing::Working:
      return "working";
    case Doing::Delayed:
      return "delayed";
    case Doing::WaitingForTokens:
      return "waiting_for_tokens";
    case Doing::WaitingForFetch:
      return "waiting_for_fetch";
    case Doing::WaitingForLog:
      return "waiting_for_log";
    case Doing::WaitingForAnswers:
      return "waiting_for_answers";
  }
  return "";
}

ElementKind elementOf(Doing doing) {
  switch (doing) {
    case Doing::Travelling:
    case Doing::BackingOff:
      return ElementKind::Link;
    case Doing::HeldBack:
    case Doing::WaitingForSeat:
    case Doing::WaitingForServer:
    case Doing::Working:
      return ElementKind::Pool;
    case Doing::WaitingForTokens:
      return ElementKind::Tokens;
    case Doing::WaitingForFetch:
      return ElementKind::Cache;
    case Doing::WaitingForLog:
      return ElementKind::Log;
    case Doing::Delayed:
    case Doing::WaitingForAnswers:
      break;
  }
  return ElementKind::Program;
}

const char* nameOf(ElementKind kind) {
  switch (kind) {
    case ElementKind::Link:
      return "link";
    case ElementKind::Pool:
      return "pool";
    case ElementKind::Program:
      return "program";
    case ElementKind::Tokens:
      return "tokens";
    case ElementKind::Cache:
      return "cache";
    case ElementKind::Log:
      return "log";
  }
  return "";
}

std::vector<PathShare> criticalPath(const Trace& trace) {
  return PathFinder(trace).find();
}

}  // namespace cantilever::sim
