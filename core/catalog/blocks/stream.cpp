#include <algorithm>

#include "core/catalog/schema.h"
#include "core/catalog/windowing.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct StreamParams {
  Count parallelism{1};
  Count slots{0};
  Law service = Law::constant(1_ms);
  Law perBatch = Law::constant(Duration());
  Duration size = 60_s;
  Duration slide;
  Choice time{"arrival"};
  Duration lateness;
  Law emission = Law::constant(Duration());
};

constexpr const char* kStreamDocumentation =
    R"(A stage of a stream processor: events are put into **windows** by key, and when a window is over one outcome goes on for
each key in it, over the links that leave the block. Let a *Log* lead to it: then its instances (**parallelism**) are the consumers, and
each owns partitions. Settings of that consumer group, on the log or on the link:

- **checkpoints**: every *commit interval* nothing is read for the *commit pause*; when an instance dies, it begins again at its last
  checkpoint, and what it does a second time is counted as *duplicates*;
- *batch*: every message of a batch is an event of its own, with its own key.

**Windows** begin at every multiple of **slide** (0: of their size, so that they do not overlap) and are **size** long. An event is in every window that
contains its time: that of its *arrival* here, or that of the *event*, the arrival of the request that led to it; then windows wait for **lateness** beyond their end, and
what comes later still is dropped and counted as late.

A server works on an event for a draw of **service**, once for each window that the event is in (size / slide of them), and on a call for **service per call**. An outcome
costs **emission**. With **slots**, an instance holds so many calls and outcomes at a time, until those further on have taken them: when the next stage
blocks (a full pool or log with *block*), it reads no more, which is backpressure.

Exact: windows, keys, outcomes, what is late. Modelling choices: windows survive the death of an instance, as they do when state is restored from a checkpoint and
the events since are read again. An outcome has the request class and priority of the first event of its key, and its end-to-end latency runs from that
event.)";

void lowerStream(const StreamParams& params, plan::Lowering& lowering) {
  plan::Pool stage;
  stage.instances = static_cast<std::uint32_t>(params.parallelism.value());
  stage.seats = static_cast<std::uint32_t>(params.slots.value());
  const plan::Index pool = lowering.addPool(stage);
  plan::Window window;
  window.size = params.size;
  window.slide = slideOf(params.size, params.slide, lowering);
  window.isByBirth = params.time.value == "event";
  window.lateness = window.isByBirth ? params.lateness : Duration();
  window.link = lowering.addInnerLink({}, "outcomes", pool, [&](plan::ProgramBuilder& program) {
    if (!params.emission.isZero()) {
      program.work(params.emission);
    }
    program.useAll(lowering.links());
  });
  const auto panes = static_cast<double>(window.panes());
  const plan::Index gathering = lowering.addWindow(std::move(window));
  lowering.addOperation("process", pool, [&](plan::ProgramBuilder& program) {
    if (!params.perBatch.isZero()) {
      program.work(params.perBatch);
    }
    if (!params.service.isZero()) {
      program.workPerTarget(params.service.scaled(panes));
    }
    program.gather(gathering);
  });
}

Schema<StreamParams> streamSchema() {
  return Schema<StreamParams>()
      .field("parallelism", &StreamParams::parallelism)
      .label("Parallelism")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("Instances, each with one server; more than there are partitions stand idle.")
      .source(Source::Grade::Judgement, "The simplest stage: one.")
      .field("slots", &StreamParams::slots)
      .label("Slots per instance")
      .group("Size")
      .range(0, 1'000'000)
      .help("Calls and outcomes that an instance holds at a time; 0: as many as come.")
      .source(Source::Grade::Judgement, "No backpressure until somebody wants it.")
      .field("service", &StreamParams::service)
      .label("Service per event")
      .group("Behaviour")
      .range(Duration(), 1_h)
      .help("Server time of an event for each window that it is in.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("service_per_call", &StreamParams::perBatch)
      .label("Service per call")
      .group("Behaviour")
      .range(Duration(), 1_h)
      .help("Server time of a call or a batch, whatever is in it.")
      .source(Source::Grade::Judgement, "None.")
      .field("window", &StreamParams::size)
      .label("Window")
      .group("Behaviour")
      .range(1_ms, Duration::hours(8760))
      .logarithmic()
      .help("For how long events are put together.")
      .source(Source::Grade::Judgement, "Counts by the minute.")
      .field("slide", &StreamParams::slide)
      .label("Slide")
      .group("Behaviour")
      .range(Duration(), Duration::hours(8760))
      .help("How often a window begins; 0: when the one before is over.")
      .source(Source::Grade::Judgement, "Windows that do not overlap.")
      .field("time", &StreamParams::time)
      .label("Time")
      .group("Behaviour")
      .choices({"arrival", "event"})
      .help("Whether an event belongs to the window of its arrival here, or of when it came about.")
      .source(Source::Grade::Judgement, "The simpler one: nothing is late.")
      .field("lateness", &StreamParams::lateness)
      .label("Allowed lateness")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .help("How long windows by event time wait beyond their end.")
      .source(Source::Grade::Known,
              "Apache Flink documentation: allowed lateness is 0 by default; "
              "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/operators/windows/")
      .field("emission", &StreamParams::emission)
      .label("Emission")
      .group("Behaviour")
      .range(Duration(), 1_h)
      .help("Server time of each outcome.")
      .source(Source::Grade::Judgement, "None.");
}

}  // namespace

BlockType stream() {
  return makeBlock<StreamParams>(
      {.key = "stream",
       .label = "Stream",
       .category = Category::Primitives,
       .purpose = "A stage of a stream processor: keyed windows with one outcome for each key and window.",
       .documentation = kStreamDocumentation,
       .operations = {"process"}},
      streamSchema(), lowerStream, [](const StreamParams&, const Load&) { return std::vector<Usage>(); },
      [](const StreamParams&) { return Deployable(); },
      [](const StreamParams& params) {
        return Traits{.isPrimitive = true, .instances = static_cast<int>(params.parallelism.value())};
      });
}

}  // namespace cantilever::catalog::blocks
