#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct CdcParams : tier::TierParams {
  CdcParams() {
    instances = Count(1);
    instanceType = Choice{"m7g.large"};
  }
  Count tasks{1};
  Law changeTime = Law::lognormal(140_us, 0.6);
  Law captureDelay = Law::lognormal(400_ms, 0.6);
};

Schema<CdcParams> cdcSchema() {
  Schema<CdcParams> schema;
  tier::addSizeFields(schema, "One reads the log of one database; a second stands by.",
                      "A small general-purpose server.");
  schema.field("tasks", &CdcParams::tasks)
      .label("Tasks per instance")
      .group("Size")
      .range(1, 64)
      .help("Changes that an instance works on at once. One keeps the order of the database's log.")
      .source(Source::Grade::Read,
              "Confluent, Debezium PostgreSQL source connector: it always uses a single task; "
              "https://docs.confluent.io/kafka-connectors/debezium-postgres-source/current/")
      .field("change_time", &CdcParams::changeTime)
      .label("A change")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of decoding and converting one change, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "7,000 changes a second for each task.")
      .field("capture_delay", &CdcParams::captureDelay)
      .label("Until it is captured")
      .group("Behaviour")
      .range(0_ms, 10_min)
      .help("From the commit until the connector reads the change from the database's log.")
      .source(Source::Grade::Judgement, "It polls every half second.");
  return tier::addOperatingFields(schema);
}

}  // namespace

BlockType cdc_connector() {
  BlockType type{.key = "cdc_connector",
                 .label = "Change capture",
                 .category = Category::Messaging,
                 .purpose = "Follows the log of a database and tells other systems what has changed."};
  type.documentation =
      R"(**What happens to a change.** It waits until it is captured, then in one queue, in order, for a task, which takes its time and hands the change on over the
outgoing links: to a topic, a search index, a read model. A task goes on when its calls are answered.

Draw a link of mode *send* from the service that writes to the connector, once for each changed row, so that nobody waits for it.

**Modelled.** Tasks as a limit: when more changes come than they can convert, the queue grows, and with it the time until others know. Servers in the bill.

**Not modelled.** The first snapshot of a table. Changes wait in the database's log while the connector is down and are not lost; here, what it had in hand when it
was killed fails.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"Debezium", "MSK Connect", "DMS", "Datastream", "Kafka Connect", "Outbox", "Maxwell"};
  return makeBlock<CdcParams>(
      std::move(type), cdcSchema(),
      [](const CdcParams& params, plan::Lowering& lowering) {
        plan::Pool tasks;
        tasks.instances = static_cast<std::uint32_t>(params.instances.value());
        tasks.servers = static_cast<std::uint32_t>(params.tasks.value());
        tasks.seats = tasks.servers;
        tasks.queue = plan::QueueScope::Shared;
        elasticity::makeElastic(params, tasks);
        const plan::Index pool = lowering.addPool(tasks);
        elasticity::addControls(params, tasks, pool, params.instanceClass().vcpu, lowering);
        const plan::OutLink convert =
            lowering.addPart("convert", pool, {}, [&](plan::ProgramBuilder& program) {
              program.work(params.onThisServer(params.changeTime)).useAll(lowering.links());
            });
        lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
          program.wait(params.captureDelay).use(convert);
        });
      },
      [](const CdcParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const CdcParams& params) {
        return tier::deployProduct(params, "debezium/connect:2.7.3.Final", 8083,
                                   {"curl", "-fs", "http://127.0.0.1:8083/connectors"},
                                   Deployable::Kind::Worker);
      },
      [](const CdcParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.isCompute = false;
        traits.mttr = 3_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
