#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/telemetry.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct LoggingParams : telemetry::CollectorParams {
  LoggingParams() { recordTime = Law::lognormal(20_us, 0.6); }
  Count recordsPerCall{1};
  Bytes recordSize = 600_B;
  Duration retention = Duration::hours(24 * 14);
  Ratio compression = ratio(0.15);
};

Schema<LoggingParams> loggingSchema() {
  Schema<LoggingParams> schema;
  schema.field("records_per_call", &LoggingParams::recordsPerCall)
      .label("Records per call")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help(
          "Lines that a call over the incoming links brings, or that come of each call which a server "
          "answers "
          "in the zone that is covered.")
      .source(Source::Grade::Judgement, "One for each request.")
      .field("record_size", &LoggingParams::recordSize)
      .label("Record size")
      .group("Behaviour")
      .range(10_B, 1_MB)
      .logarithmic()
      .help("Mean bytes of a line.")
      .source(Source::Grade::Judgement, "A structured line with two dozen fields.")
      .field("retention", &LoggingParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_h, Duration::hours(24 * 3650))
      .help("How long lines are kept.")
      .source(Source::Grade::Judgement, "Two weeks: long enough to find out what happened.")
      .field("compression", &LoggingParams::compression)
      .label("Compression")
      .group("Cost")
      .range(0.01, 1)
      .help("Bytes kept over bytes taken in.")
      .source(Source::Grade::Known,
              "Amazon CloudWatch pricing: archived logs compress to 15 %; "
              "https://aws.amazon.com/cloudwatch/pricing/");
  return telemetry::addCollectorFields(
      schema, "A line", "50,000 lines a second and core.",
      {Source::Grade::Judgement, "Everything; a tenth of the successes would do, and cost a tenth."});
}

}  // namespace

BlockType logging() {
  BlockType type{.key = "logging",
                 .label = "Logging",
                 .category = Category::Operations,
                 .purpose = "Keeps what every service has to say, in one place, to be searched."};
  type.documentation =
      R"(**What happens to a call.** It brings a number of lines, of which a share is kept. The provider takes them in after a while; a server of your own admits the call
and works on each line.

**Bytes are what costs:** 1,000 requests a second with a line of 600 bytes each are 1.6 TB and some 790 USD in a month.

**Modelled.** Lines as processor time of own servers, bytes taken in and kept in the bill.

**Not modelled.** Searching. Lines that are lost when collectors are down.)";
  type.documentation += telemetry::kCollectorDocumentation;
  type.vendorNames = {"CloudWatch Logs", "Loki",          "Elasticsearch", "ELK",
                      "Cloud Logging",   "Log Analytics", "Splunk"};
  type.operations = {"write"};
  type.makesCalls = false;
  return makeBlock<LoggingParams>(
      std::move(type), loggingSchema(),
      [](const LoggingParams& params, plan::Lowering& lowering) {
        telemetry::lowerCollector(params, static_cast<double>(params.recordsPerCall.value()), lowering);
      },
      [](const LoggingParams& params, const Load& load) {
        if (!params.isManaged()) {
          return nodes::usageOfNodes(params);
        }
        const double gigabytes = (hosted::monthly(load) + hosted::monthlyCovered(load)) *
                                 static_cast<double>(params.recordsPerCall.value()) *
                                 hosted::gigabytes(params.recordSize) * params.keptShare.raw();
        const double months = params.retention.inHours() / kHoursPerMonth;
        return std::vector<Usage>{
            {Usage::Kind::ProcessedGb, "logs", gigabytes, "ondemand", "lines at the mean rate"},
            {Usage::Kind::StorageGbMonths, "logs", gigabytes * months * params.compression.raw(), "ondemand",
             "kept for " + format(params.retention)}};
      },
      [](const LoggingParams& params) {
        return telemetry::deployCollector(params, "logs", "grafana/loki:3.2.1", 3100,
                                          {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3100/ready"},
                                          params.retention);
      },
      [](const LoggingParams& params) {
        Traits traits = telemetry::traitsOfCollector(params);
        traits.collectsLogs = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
