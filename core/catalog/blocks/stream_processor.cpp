#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"
#include "core/catalog/windowing.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct StreamProcessorParams {
  Count units{16};
  Law eventTime = Law::lognormal(20_us, 0.5);
  Duration window = 10_s;
  Duration slide;
  Duration lateness = 5_s;
  Law resultTime = Law::lognormal(20_us, 0.5);
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
      .help(
          "For how long the events of a key are put together, by the time when they came about. 0: each "
          "event "
          "is passed on at once.")
      .source(Source::Grade::Judgement, "What a dashboard refreshes by.")
      .field("slide", &StreamProcessorParams::slide)
      .label("Slide")
      .group("Behaviour")
      .range(0_s, 24_h)
      .help("How often a window begins; 0: when the one before is over.")
      .source(Source::Grade::Judgement, "Windows that do not overlap (tumbling).")
      .field("lateness", &StreamProcessorParams::lateness)
      .label("Waits for late events")
      .group("Behaviour")
      .range(0_s, 24_h)
      .help(
          "A window is closed so long after its end (the delay of the watermark); what comes later is lost.")
      .source(Source::Grade::Judgement, "Mobile networks are late by seconds.")
      .field("result_time", &StreamProcessorParams::resultTime)
      .label("A result")
      .group("Behaviour")
      .range(100_ns, 10_s)
      .logarithmic()
      .help("Processor time of the result of one key and window.")
      .source(Source::Grade::Judgement, "As long as an event: it is written once.")
      .field("checkpoint", &StreamProcessorParams::checkpoint)
      .label("Checkpoint every")
      .group("Reliability")
      .range(1_s, 24_h)
      .help("State is written away so often; what came since is done again after a loss.")
      .source(Source::Grade::Known,
              "Amazon Managed Service for Apache Flink developer guide: every 60 s; "
              "https://docs.aws.amazon.com/managed-flink/")
      .field("checkpoint_pause", &StreamProcessorParams::checkpointPause)
      .label("Pause of a checkpoint")
      .group("Reliability")
      .range(0_ms, 10_min)
      .help("For so long nothing is read; events wait in the log.")
      .source(Source::Grade::Judgement, "Alignment and the synchronous part, with some gigabytes of state.")
      .field("restart", &StreamProcessorParams::restart)
      .label("Restart")
      .group("Reliability")
      .range(1_s, 1_h)
      .help(
          "When a slot is lost, or comes, the whole job stands still for so long, and goes on from its last "
          "checkpoint.")
      .source(Source::Grade::Judgement, "Noticing, starting, loading the state.")
      .field("state", &StreamProcessorParams::state)
      .label("State")
      .group("Size")
      .range(0_B, Bytes::fromRaw(1e14))
      .help("Bytes of all keys and windows together. 50 GB come with each unit.")
      .source(Source::Grade::Judgement, "Some hundred million counters.");
}

/// The results of its windows, for whose keys it works on again.
plan::Window windowOf(const StreamProcessorParams& params, plan::Index pool, plan::Lowering& lowering) {
  plan::Window window;
  window.size = params.window;
  window.slide = slideOf(params.window, params.slide, lowering);
  window.isByBirth = true;
  window.lateness = params.lateness;
  window.link = lowering.addInnerLink({}, "results", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.resultTime).useAll(lowering.links());
  });
  return window;
}

void lowerStreamProcessor(const StreamProcessorParams& params, plan::Lowering& lowering) {
  plan::Pool slots = hosted::machines(params.units, 1);
  slots.boot = Law::constant(params.restart);
  const plan::Index pool = lowering.addPool(slots);
  if (params.window > Duration()) {
    plan::Window window = windowOf(params, pool, lowering);
    const auto panes = static_cast<double>(window.panes());
    const plan::Index gathering = lowering.addWindow(std::move(window));
    lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
      program.workPerTarget(params.eventTime.scaled(panes)).gather(gathering);
    });
  } else {
    lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
      program.workPerTarget(params.eventTime).useAll(lowering.links());
    });
  }
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
           R"(**What happens to an event.** Draw it behind a log or stream: its slots are the consumers, and each owns partitions of the log. A slot works on a batch, for the time of each event in it (once for each window that it is in), and
puts the events into the **windows** of their keys. When a window is over, and late events have been waited for, each key in it has one **result**: a slot works on it, and it goes on over the outgoing links. Events belong to windows by
the time when their request arrived; one that comes after its window was closed is lost, and counted as late. Request classes without keys have one result for each window.

**Checkpoints.** At their interval nothing is read for the pause; what they cost shows as lag. **When a slot is lost** the whole job stands still for the restart time, and goes on from its last
checkpoint: what was done since is done again, and counted as duplicates. Shorter intervals mean less to repeat and more pauses. The consumer group of a log has these from here, whatever the log says; the link may say otherwise.

**Modelled.** Slots as a limit, keyed windows with their results, late events, checkpoints, restarts with what is repeated, units with their storage in the bill.

**Not modelled.** Windows survive the loss of a slot, as they do when state is restored and events are read again, but what is counted twice is not taken out. Where events are called in, and not read from a log, there are no checkpoints. Back-pressure: the log before it keeps what is too much.)",
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
        traits.checkpoints = Checkpoints{params.checkpoint, params.checkpointPause, params.restart};
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
