#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "core/exchange/json_writer.h"
#include "core/exchange/reports.h"
#include "core/exchange/run_elements.h"

/// Traces in the JSON form of the OpenTelemetry protocol (OTLP 1.x, ExportTraceServiceRequest): what
/// collectors and trace viewers read. Identifiers are hexadecimal, 64-bit numbers are strings.
namespace cantilever::exchange {
namespace {

// Of OTLP: Span.SpanKind and Status.StatusCode.
constexpr int kInternal = 1;
constexpr int kServer = 2;
constexpr int kClient = 3;
constexpr int kError = 2;
/// Simulated time 0; viewers do not like the year 1970. 2020-01-01T00:00:00Z.
constexpr std::int64_t kStartOfTime = 1'577'836'800'000'000'000;

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

struct Service {
  std::vector<std::pair<const sim::Trace*, std::uint32_t>> calls;
};

class TraceWriter {
 public:
  explicit TraceWriter(const sim::RunResult& run) : m_run(run) {}

  std::string write() {
    std::map<std::string, Service> services;
    for (const sim::Trace& trace : m_run.traces) {
      for (std::uint32_t call = 0; call < trace.calls.size(); ++call) {
        services[blockOf(m_run, trace.calls[call].program)].calls.emplace_back(&trace, call);
      }
    }
    m_writer.beginObject();
    m_writer.key("resourceSpans");
    m_writer.beginArray();
    for (const auto& [name, service] : services) {
      writeService(name, service);
    }
    m_writer.endArray();
    m_writer.endObject();
    return m_writer.take();
  }

 private:
  void writeService(const std::string& name, const Service& service) {
    m_writer.beginObject();
    m_writer.key("resource");
    m_writer.beginObject();
    beginAttributes();
    attribute("service.name", name);
    m_writer.endArray();
    m_writer.endObject();
    m_writer.key("scopeSpans");
    m_writer.beginArray();
    m_writer.beginObject();
    m_writer.key("scope");
    m_writer.beginObject();
    m_writer.field("name", "cantilever");
    m_writer.endObject();
    m_writer.key("spans");
    m_writer.beginArray();
    for (const auto& [trace, call] : service.calls) {
      writeCall(*trace, call);
    }
    m_writer.endArray();
    m_writer.endObject();
    m_writer.endArray();
    m_writer.endObject();
  }

  void writeCall(const sim::Trace& trace, std::uint32_t index) {
    const sim::TraceCall& call = trace.calls[index];
    const bool isRoot = call.parent == sim::TraceSpan::kNone;
    m_nextSpan = (std::uint64_t{index} + 1) << 20;
    const std::uint64_t id = m_nextSpan;
    beginSpan(trace, id, isRoot ? 0 : (std::uint64_t{call.parent} + 1) << 20,
              isRoot ? m_run.classes.at(trace.requestClass).key : m_run.programs.at(call.program),
              isRoot ? kClient : kServer, call.startNs, call.endNs);
    beginAttributes();
    attribute("cantilever.request_class", m_run.classes.at(trace.requestClass).key);
    if (!isRoot) {
      attribute("cantilever.link", m_run.links.at(call.link).key);
    }
    if (call.pool != plan::kNone) {
      attribute("service.instance.id", m_run.pools.at(call.pool).key + "-" + std::to_string(call.instance));
    }
    if (call.tries > 0) {
      attribute("cantilever.attempt", std::to_string(call.tries + 1));
    }
    if (call.isHedge) {
      attribute("cantilever.hedge", "true");
    }
    if (!call.isOver) {
      attribute("cantilever.unfinished", "true");
    }
    m_writer.endArray();
    if (call.reason != plan::Reason::None) {
      m_writer.key("status");
      m_writer.beginObject();
      m_writer.field("code", kError);
      m_writer.field("message", plan::nameOf(call.reason));
      m_writer.endObject();
    }
    m_writer.endObject();
    const auto own = std::partition_point(trace.spans.begin(), trace.spans.end(),
                                          [index](const sim::TraceSpan& span) { return span.call < index; });
    for (auto span = own; span != trace.spans.end() && span->call == index; ++span) {
      if (span->doing != sim::Doing::WaitingForAnswers) {
        writePart(trace, id, *span);
      }
    }
  }

  /// Waiting and service apart, as children of the call.
  void writePart(const sim::Trace& trace, std::uint64_t call, const sim::TraceSpan& span) {
    beginSpan(trace, ++m_nextSpan, call,
              std::string(sim::nameOf(span.doing)) + " " + elementKey(m_run, span.doing, span.element),
              kInternal, span.startNs, span.endNs);
    beginAttributes();
    attribute("cantilever.doing", sim::nameOf(span.doing));
    m_writer.endArray();
    m_writer.endObject();
  }

  /// Leaves the object open.
  void beginSpan(const sim::Trace& trace, std::uint64_t id, std::uint64_t parent, const std::string& name,
                 int kind, std::int64_t startNs, std::int64_t endNs) {
    m_writer.beginObject();
    m_writer.field("traceId", hex(m_run.seed + 1) + hex(trace.number));
    m_writer.field("spanId", hex(id));
    if (parent != 0) {
      m_writer.field("parentSpanId", hex(parent));
    }
    m_writer.field("name", name);
    m_writer.field("kind", kind);
    m_writer.field("startTimeUnixNano", std::to_string(kStartOfTime + startNs));
    m_writer.field("endTimeUnixNano", std::to_string(kStartOfTime + endNs));
  }

  void beginAttributes() {
    m_writer.key("attributes");
    m_writer.beginArray();
  }
  void attribute(std::string_view key, std::string_view value) {
    m_writer.beginObject();
    m_writer.field("key", key);
    m_writer.key("value");
    m_writer.beginObject();
    m_writer.field("stringValue", value);
    m_writer.endObject();
    m_writer.endObject();
  }

  const sim::RunResult& m_run;
  JsonWriter m_writer;
  std::uint64_t m_nextSpan = 0;
};

}  // namespace

std::string tracesJson(const sim::RunResult& run) {
  return TraceWriter(run).write();
}

}  // namespace cantilever::exchange
