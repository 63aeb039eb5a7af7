#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct StreamProcessorParams {
  Count units{16};
  Law eventTime = Law::lognormal(20_us, 0.5);
  Duration window = 10_s;
  Duration lateness = 5_s;
  Ratio emitted = ratio(0.01);
  Duration checkpoint = 60_s;
  Duration checkpointPause = 200_ms;
  Duration restart = 60_s;
  Bytes state = 20_GB;
};

Schema<StreamProcessorParams> streamProcessorSchema() {
  return Schema<StreamProcessorParams>()
      .field("units", &StreamProcessorParams::units)
      .label("Parallelism")
      .group("Size")
      .range(1, 5000)
      .logarithmic()
      .help(
          "Slots that each work on their own part of the keys. Give the log before it at least as many "
          "partitions.")
      .source(Source::Grade::Judgement, "800,000 events a second.")
      .field("event_time", &StreamProcessorParams::eventTime)
      .label("An event")
      .group("Behaviour")
      .range(100_ns, 10_s)
      .logarithmic()
      .help("Processor time of one event through all operators: reading, grouping, window, writing.")
      .source(
          Source::Grade::Judgement,
          "JSON grouped by key: 50,000 a second and slot; binary without regrouping several times as many.")
      .field("window", &StreamProcessorParams::window)
      .label("Window")
      .group("Behaviour")
      .range(0_s, 24_h)
      .help("Length of a tumbling window; an event waits for its end. 0: each event is passed on at once.")
      .source(Source::Grade::Judgement, "What a dashboard refreshes by.")
      .field("lateness", &StreamProcessorParams::lateness)
      .label("Waits for late events")
      .group("Behaviour")
      .range(0_s, 24_h)
      .help("A window is closed so long after its end (the delay of the watermark).")
      .source(Source::Grade::Judgement, "Mobile networks are late by seconds.")
      .field("emitted", &StreamProcessorParams::emitted)
      .label("Results per event")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the events that cause a result: one for each key and window.")
      .source(Source::Grade::Judgement, "A hundred events of a key in a window.")
      .field("checkpoint", &StreamProcessorParams::checkpoint)
      .label("Checkpoint every")
      .group("Reliability")
      .range(1_s, 24_h)
      .help("State is written away so often.")
      .source(Source::Grade::Known,
              "Amazon Managed Service for Apache Flink developer guide: every 60 s; "
              "https://docs.aws.amazon.com/managed-flink/")
      .field("checkpoint_pause", &StreamProcessorParams::checkpointPause)
      .label("Pause of a checkpoint")
      .group("Reliability")
      .range(1_ms, 10_min)
      .help("For so long a slot stands still; events wait before it.")
      .source(Source::Grade::Judgement, "Alignment and the synchronous part, with some gigabytes of state.")
      .field("restart", &StreamProcessorParams::restart)
      .label("Restart")
      .group("Reliability")
      .range(1_s, 1_h)
      .help("From the loss of a slot until the job goes on from its last checkpoint.")
      .source(Source::Grade::Judgement, "Noticing, starting, loading the state.")
      .field("state", &StreamProcessorParams::state)
      .label("State")
      .group("Size")
      .range(0_B, Bytes::fromRaw(1e14))
      .help("Bytes of all keys and windows together. 50 GB come with each unit.")
      .source(Source::Grade::Judgement, "Some hundred million counters.");
}

void lowerStreamProcessor(const StreamProcessorParams& params, plan::Lowering& lowering) {
  plan::Pool slots = hosted::machines(params.units, 1);
  slots.seats = 1;  // a slot works on one batch at a time
  slots.boot = Law::constant(params.restart);
  const plan::Index pool = lowering.addPool(slots);
  // A checkpoint is a pause that keeps the work: each slot's own, as its barriers arrive.
  plan::RandomFault checkpoints;
  checkpoints.pool = pool;
  checkpoints.timeToFailure = Law::constant(params.checkpoint);
  checkpoints.timeToRepair = Law::constant(params.checkpointPause);
  checkpoints.keepsWork = true;
  lowering.addFault(checkpoints);
  const plan::OutLink emit = lowering.addPart(
      "emit", plan::kNone, {},
      [&](plan::ProgramBuilder& program) {
        program.wait(Law::uniform(params.window * 0.5, 1))
            .wait(Law::constant(params.lateness))
            .useAll(lowering.links());
      },
      LinkMode::Send);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.workPerTarget(params.eventTime);
    program.branch(params.emitted.raw(), [&](plan::ProgramBuilder& result) { result.use(emit); });
  });
  if (hosted::gigabytes(params.state) > 50 * static_cast<double>(params.units.value())) {
    lowering.warn(
        "storage.too_small",
        "Its state of " + format(params.state) + " does not fit into the 50 GB that come with each unit.",
        "state");
  }
}

}  // namespace

BlockType stream_processor() {
  return makeBlock<StreamProcessorParams>(
      {.key = "stream_processor",
       .label = "Stream processor",
       .category = Category::Analytics,
       .purpose = "Counts, joins and groups events while they come, over windows of time.",
       .documentation =
           R"(**What happens to an event.** Draw it behind a log or stream: its slots are the consumers. A slot works on one batch at a time, for the time of each event. A share of the
events cause a result: it is there when the window has ended and late events have been waited for, half a window plus the lateness on average, and is then
passed on over the outgoing links.

**Checkpoints** stop each slot for a moment at their interval; events wait before it and keep their order. Shorter intervals mean less to repeat and more pauses.

**Restart.** A killed slot is missing until the scenario restores it, and its partitions wait for another; the restart time is that of slots that are added.

**Modelled.** Slots as a limit, checkpoints, the delay of windows, fewer results than events, units with their storage in the bill.

**Not modelled.** Keys and windows one by one: a batch causes at most one result, so state results per event for batches of the size you read. Events that
are repeated from the last checkpoint. Back-pressure: the log before it keeps what is too much.)",
       .vendorNames = {"Managed Service for Apache Flink", "Flink", "Spark Streaming", "Dataflow",
                       "Stream Analytics", "Kafka Streams"}},
      streamProcessorSchema(), lowerStreamProcessor,
      [](const StreamProcessorParams& params, const Load&) {
        const auto units = static_cast<double>(params.units.value());
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::CapacityUnitHours, "stream-processing-unit", units + 1,
                             format(params.units) + " units and one that directs them"),
            {Usage::Kind::StorageGbMonths, "stream-processing-state", units * 50, "ondemand",
             format(params.units) + " x 50 GB"}};
      },
      [](const StreamProcessorParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Worker, .image = "flink:2.2-java17"};
        deployable.instances = static_cast<int>(params.units.value());
        deployable.instanceClass = "m7g.medium";
        deployable.command = {"taskmanager"};
        deployable.healthCheck = {"pgrep", "-f", "TaskManagerRunner"};
        deployable.settings["concurrency"] = "1";
        deployable.settings["checkpoint_s"] = formatNumber(params.checkpoint.inSeconds());
        return deployable;
      },
      [](const StreamProcessorParams& params) {
        Traits traits;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.instances = static_cast<int>(params.units.value());
        traits.mtbf = 2190_h;  // four failures a year, deployments gone wrong included: judgement
        traits.mttr = params.restart;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
