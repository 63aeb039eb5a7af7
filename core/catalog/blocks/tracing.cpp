#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/telemetry.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct TracingParams : telemetry::CollectorParams {
  TracingParams() {
    recordTime = Law::lognormal(30_us, 0.6);
    keptShare = ratio(0.05);
  }
  Count spans{12};
  Duration retention = Duration::hours(24 * 30);
};

Schema<TracingParams> tracingSchema() {
  Schema<TracingParams> schema;
  schema.field("spans", &TracingParams::spans)
      .label("Spans per trace")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help(
          "Calls and pieces of work that are recorded for one request. Of a zone that is covered, as many "
          "calls "
          "that its servers answer are one trace.")
      .source(Source::Grade::Judgement, "A request through half a dozen services.")
      .field("retention", &TracingParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_h, Duration::hours(24 * 365))
      .help("How long traces are kept. Goes into the export.")
      .source(Source::Grade::Known, "AWS X-Ray developer guide: 30 days; https://docs.aws.amazon.com/xray/");
  return telemetry::addCollectorFields(
      schema, "A span", "33,000 spans a second and core.",
      {Source::Grade::Read,
       "AWS X-Ray developer guide, sampling rules: five per cent, and the first request of each second; "
       "https://docs.aws.amazon.com/xray/"});
}

}  // namespace

BlockType tracing() {
  BlockType type{
      .key = "tracing",
      .label = "Tracing",
      .category = Category::Operations,
      .purpose = "Records the way of some requests through all services, to see where their time goes."};
  type.documentation =
      R"(**What happens to a call.** It stands for one request, of which a share is traced: the decision falls at the beginning. The provider takes the spans in after a
while; a server of your own admits the call and works on each span.

Draw it at the entrance: one call for each request.

**Modelled.** Spans as processor time of own servers, traces in the bill.

**Not modelled.** What recording takes in each service (some microseconds a span). Traces that are chosen at their end, because they were slow or failed. (The
simulation's own traces are in the results, whether this block is there or not.))";
  type.documentation += telemetry::kCollectorDocumentation;
  type.vendorNames = {"X-Ray",        "Jaeger", "Tempo", "Zipkin", "Cloud Trace", "Application Insights",
                      "OpenTelemetry"};
  type.operations = {"write"};
  type.makesCalls = false;
  return makeBlock<TracingParams>(
      std::move(type), tracingSchema(),
      [](const TracingParams& params, plan::Lowering& lowering) {
        telemetry::lowerCollector(params, static_cast<double>(params.spans.value()), lowering);
      },
      [](const TracingParams& params, const Load& load) {
        if (!params.isManaged()) {
          return nodes::usageOfNodes(params);
        }
        // Who is covered tells of the calls it answers, one span each.
        const double traces =
            hosted::monthly(load) + hosted::monthlyCovered(load) / static_cast<double>(params.spans.value());
        return std::vector<Usage>{{Usage::Kind::Requests, "trace", traces * params.keptShare.raw(),
                                   "ondemand", "traces at the mean rate"}};
      },
      [](const TracingParams& params) {
        return telemetry::deployCollector(params, "traces", "jaegertracing/all-in-one:1.62.0", 4318,
                                          {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:14269/"},
                                          params.retention);
      },
      [](const TracingParams& params) { return telemetry::traitsOfCollector(params); });
}

}  // namespace cantilever::catalog::blocks
