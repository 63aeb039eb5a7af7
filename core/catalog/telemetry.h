#pragma once

#include <string>
#include <utility>

#include "core/catalog/nodes.h"

/// What block types have in common that collect what systems tell about themselves.
namespace cantilever::catalog::telemetry {

struct CollectorParams : nodes::NodeParams {
  CollectorParams() {
    concurrency = Count(1000);
    queueLimit = Count(10'000);
    storage = bytes(500e9);
  }
  Choice covers{"linked"};
  Choice operatedBy{"provider"};
  Law ingestTime = Law::lognormal(Duration::milliseconds(20), 0.8);
  Law recordTime = Law::constant(Duration::nanoseconds(8000));
  Ratio keptShare = ratio(1);

  bool isManaged() const { return operatedBy.value == "provider"; }
};

/// `whyRecord`: of the processor time of one record, `whyKept`: of the share that is kept.
template <class P>
Schema<P>& addCollectorFields(Schema<P>& schema, const char* record, const char* whyRecord, Source whyKept) {
  using namespace literals;
  schema.field("covers", &CollectorParams::covers)
      .label("Covers")
      .group("Behaviour")
      .choices({"linked", "zone"})
      .choiceLabels({{"linked", "What is linked with it"}, {"zone", "Its zone"}})
      .help(
          "What is linked with it; or all blocks in its zone, as agents on every machine do (outside all "
          "zones: "
          "the whole design). What links bring is simulated and paid for, what agents bring is paid for.")
      .source(Source::Grade::Judgement, "What is drawn.")
      .field("operated_by", &CollectorParams::operatedBy)
      .label("Operated by")
      .group("Size")
      .choices({"provider", "self"})
      .choiceLabels({{"self", "Servers of your own"}})
      .help(
          "The provider, billed by what comes in; or servers of your own, for which size, type and storage "
          "count.")
      .source(Source::Grade::Judgement, "Nothing to run.")
      .field("ingest_time", &CollectorParams::ingestTime)
      .label("Taking in")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("Until the provider has taken in a call. Send, and nobody waits for it.")
      .source(Source::Grade::Judgement, "A call within the region.")
      .field("record_time", &CollectorParams::recordTime)
      .label(record)
      .group("Behaviour")
      .range(10_ns, 1_s)
      .logarithmic()
      .help("Processor time of one record on servers of your own, on a Graviton3 core.")
      .source(Source::Grade::Judgement, whyRecord)
      .field("kept_share", &CollectorParams::keptShare)
      .label("Kept")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of what arrives that is not thrown away at the door.")
      .source(whyKept.grade, std::move(whyKept.document));
  nodes::addNodeFields(schema, "Two, so that one may fail.", "A general-purpose server.",
                       "What is kept, with room.");
  return tier::addAdmissionFields(
      schema, Source::Grade::Judgement, "Calls that a server of your own takes in at once.",
      "Agents would lose what they cannot send: ten calls wait for each at work.");
}

/// A call brings `records`.
void lowerCollector(const CollectorParams& params, double records, plan::Lowering& lowering);
Deployable deployCollector(const CollectorParams& params, const std::string& signal, std::string image,
                           int port, std::vector<std::string> healthCheck, Duration retention);
Traits traitsOfCollector(const CollectorParams& params);

/// The paragraph that the documentation of every such block has.
extern const char* const kCollectorDocumentation;

}  // namespace cantilever::catalog::telemetry
