#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/telemetry.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct MetricsParams : telemetry::CollectorParams {
  Count series{2500};
  Duration interval = 60_s;
  Count samplesPerCall{100};
  Duration retention = Duration::hours(24 * 30);
  Choice billedBy{"metrics"};
};

Schema<MetricsParams> metricsSchema() {
  Schema<MetricsParams> schema;
  schema.field("series", &MetricsParams::series)
      .label("Series")
      .group("Size")
      .range(0, 1'000'000'000)
      .help(
          "Different combinations of names and labels that are kept; each is billed as a metric. Labels "
          "multiply.")
      .source(Source::Grade::Judgement, "Fifty of each of fifty instances.")
      .field("interval", &MetricsParams::interval)
      .label("Interval")
      .group("Behaviour")
      .range(1_s, 1_h)
      .help("Between two samples of a series; for the bill by samples.")
      .source(Source::Grade::Known,
              "Prometheus configuration: scrape_interval is one minute; https://prometheus.io/docs/")
      .field("samples_per_call", &MetricsParams::samplesPerCall)
      .label("Samples per call")
      .group("Behaviour")
      .range(1, 1'000'000)
      .logarithmic()
      .help("That a call over the incoming links brings.")
      .source(Source::Grade::Judgement, "Agents collect and send batches.")
      .field("retention", &MetricsParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_h, Duration::hours(24 * 730))
      .help("How long samples are kept. Goes into the export.")
      .source(Source::Grade::Judgement, "A month in full.")
      .field("billed_by", &MetricsParams::billedBy)
      .label("Billed by")
      .group("Cost")
      .choices({"metrics", "samples"})
      .help("Custom metrics by the month (CloudWatch), or samples taken in (managed Prometheus).")
      .source(Source::Grade::Judgement, "What comes with the account.");
  return telemetry::addCollectorFields(
      schema, "A sample", "125,000 samples a second and core.",
      {Source::Grade::Judgement, "Everything; sampling would distort sums."});
}

}  // namespace

BlockType metrics() {
  BlockType type{
      .key = "metrics",
      .label = "Metrics",
      .category = Category::Operations,
      .purpose = "Keeps figures over time, to see what is going on and to call somebody when it is not."};
  type.documentation =
      R"(**What happens to a call.** It brings a number of samples. The provider takes them in after a while; a server of your own admits the call and works on each sample.

**Series are what costs.** Each combination of a name and its labels is one; a label with the user's id makes millions of them.

**Modelled.** Samples as processor time of own servers, metrics or samples in the bill.

**Not modelled.** What queries and dashboards take. Memory: a million series need 3 to 8 GB.)";
  type.documentation += telemetry::kCollectorDocumentation;
  type.vendorNames = {"CloudWatch",       "Prometheus",    "Managed Prometheus",
                      "Cloud Monitoring", "Azure Monitor", "Datadog"};
  type.operations = {"write"};
  type.makesCalls = false;
  return makeBlock<MetricsParams>(
      std::move(type), metricsSchema(),
      [](const MetricsParams& params, plan::Lowering& lowering) {
        telemetry::lowerCollector(params, static_cast<double>(params.samplesPerCall.value()), lowering);
      },
      [](const MetricsParams& params, const Load&) {
        if (!params.isManaged()) {
          return nodes::usageOfNodes(params);
        }
        const double kept = static_cast<double>(params.series.value()) * params.keptShare.raw();
        if (params.billedBy.value == "samples") {
          return std::vector<Usage>{{Usage::Kind::Requests, "metric-sample",
                                     kept * kSecondsPerMonth / params.interval.inSeconds(), "ondemand",
                                     format(params.series) + " series, one sample each interval"}};
        }
        return std::vector<Usage>{hosted::allMonth(Usage::Kind::CapacityUnitHours, "custom-metric", kept,
                                                   format(params.series) + " series")};
      },
      [](const MetricsParams& params) {
        return telemetry::deployCollector(
            params, "metrics", "prom/prometheus:v3.5.4", 9090,
            {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:9090/-/healthy"}, params.retention);
      },
      [](const MetricsParams& params) {
        Traits traits = telemetry::traitsOfCollector(params);
        traits.collectsMetrics = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
