#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/relational.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct EventStoreParams : relational::ServerParams, consumption::ConsumerParams {
  EventStoreParams() {
    batch = Count(100);
    rebalancePause = 1_s;
    commitInterval = 0_s;
  }
  Law appendTime = Law::lognormal(1_ms, 0.8);
  Law commitTime = Law::lognormal(1.5_ms, 0.6);
  Ratio conflictShare = ratio(0.002);
  Law eventTime = Law::lognormal(10_us, 0.6);
  Count snapshotEvery{100};
  Law projectionDelay = Law::lognormal(100_ms, 0.8);
  Count streams{64};
  bool multiAz = true;
  Count backupDays{35};

  /// On average half of the events between two snapshots are replayed.
  Law replayTime() const { return eventTime.scaled(0.5 * static_cast<double>(snapshotEvery.value())); }
};

Schema<EventStoreParams> eventStoreSchema() {
  Schema<EventStoreParams> schema;
  relational::addSizeFields(schema)
      .field("append_time", &EventStoreParams::appendTime)
      .label("Append")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of appending the events of one command, on a db.r6g core.")
      .source(Source::Grade::Judgement,
              "A row and an index entry for each: 4,000 commands a second on four cores.")
      .field("commit_time", &EventStoreParams::commitTime)
      .label("Commit")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Wait until the log is on disk. Holds the connection, not a core.")
      .source(Source::Grade::Judgement, "A flush to a gp3 volume takes about 1 ms, more under load.")
      .field("conflict_share", &EventStoreParams::conflictShare)
      .label("Conflicts")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the appends that find that somebody else has appended to the same aggregate: loaded and "
          "tried once more.")
      .source(Source::Grade::Judgement, "Two users rarely change one thing in the same moment.")
      .field("event_time", &EventStoreParams::eventTime)
      .label("Replay of an event")
      .group("Behaviour")
      .range(10_ns, 10_ms)
      .logarithmic()
      .help("Processor time of reading and applying one event.")
      .source(Source::Grade::Judgement, "A row and its JSON.")
      .field("snapshot_every", &EventStoreParams::snapshotEvery)
      .label("Snapshot every")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help(
          "Events. Loading an aggregate replays what came after its last snapshot, half as many on average.")
      .source(Source::Grade::Known,
              "Akka persistence: a snapshot every hundred events is the usual example; https://doc.akka.io/")
      .field("projection_delay", &EventStoreParams::projectionDelay)
      .label("Until readers see it")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("From the commit until the event is handed to the read models.")
      .source(Source::Grade::Judgement, "They poll, or listen to the replication log.")
      .field("streams", &EventStoreParams::streams)
      .label("Streams")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("Parts by aggregate that read models work through side by side, each in order.")
      .source(Source::Grade::Judgement, "More than the consumers of a read model.")
      .field("multi_az", &EventStoreParams::multiAz)
      .label("Standby in another zone")
      .group("Reliability")
      .help("Keeps a synchronous copy that takes over when the primary fails. Doubles the bill.")
      .source(Source::Grade::Judgement, "It is the source of truth.")
      .field("backup_days", &EventStoreParams::backupDays)
      .label("Backups kept")
      .group("Reliability")
      .range(0, 35)
      .help("Days that can be restored to any moment; 0: no backups.")
      .source(Source::Grade::Known,
              "Amazon RDS user guide: 35 days at most; https://docs.aws.amazon.com/AmazonRDS/");
  return consumption::addConsumerFields(schema)
      .sourceOf("batch", Source::Grade::Judgement, "Read models are written a hundred events at a time.")
      .sourceOf("rebalance_pause", Source::Grade::Judgement,
                "Consumers join again, as those of a log do, and there are few.")
      .sourceOf("commit_interval", Source::Grade::Judgement,
                "A read model stores how far it is with what it has read.");
}

void lowerEventStore(const EventStoreParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(relational::serverPool(params, Count(1)));
  plan::Log events;
  events.partitions = static_cast<std::uint32_t>(params.streams.value());
  const plan::Index log = lowering.addLog(events);
  consumption::addGroups(params, {}, log, lowering);
  const plan::Body load = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.replayTime()));
  };
  // Told to the read models behind the caller's back, so that its connection is free.
  const plan::OutLink tell = lowering.addPart(
      "tell", plan::kNone, {},
      [&](plan::ProgramBuilder& program) { program.wait(params.projectionDelay).publish(log); },
      LinkMode::Send);
  const plan::Body append = [&](plan::ProgramBuilder& program) {
    const auto write = [&](plan::ProgramBuilder& body) {
      body.work(params.onThisServer(params.appendTime)).wait(params.commitTime);
    };
    write(program);
    program
        .branch(params.conflictShare.raw(),
                [&](plan::ProgramBuilder& again) {
                  load(again);
                  write(again);
                })
        .use(tell);
  };
  lowering.addOperation("", pool, append);
  lowering.addOperation("append", pool, append);
  lowering.addOperation("write", pool, append);
  lowering.addOperation("load", pool, load);
  lowering.addOperation("read", pool, load);
}

}  // namespace

BlockType event_store() {
  return makeBlock<EventStoreParams>(
      {.key = "event_store",
       .label = "Event store",
       .category = Category::Data,
       .purpose = "Keeps what happened instead of what is: the source of truth that feeds read models.",
       .documentation =
           R"(**What happens to a request.** It takes a connection, or is refused if all are taken.

- `append` (the default, also `write`) queues for a core, then waits for the commit; in a conflict it loads the aggregate and tries once more. Then the
  caller has its answer. After the delay the event is handed to the read models;
- `load` (also `read`) replays what came after the aggregate's last snapshot.

**Read models.** Each link that leaves the store is one, and gets every event of its request classes, in order within each stream. Connect the block that
updates it; see the primitive *Log*, delivery *partitions*, for batches, failures and rebalancing. Its lag is how far readers are behind: who has just written
may not see it there yet.

**Modelled.** Cores, connections, commits, conflicts, snapshots as shorter replays, read models with their lag, the bill of a PostgreSQL server.

**Not modelled.** Growth of the store, schema changes of old events, rebuilding a read model from the beginning.)",
       .vendorNames = {"EventStoreDB", "KurrentDB", "Axon", "Event sourcing", "CQRS", "DynamoDB Streams",
                       "Marten"},
       .operations = {"append", "load", "read", "write"}},
      eventStoreSchema(), lowerEventStore,
      [](const EventStoreParams& params, const Load&) {
        return params.multiAz ? relational::serverUsage(params, 2, "primary and standby")
                              : relational::serverUsage(params, 1, "1 server");
      },
      [](const EventStoreParams& params) {
        Deployable deployable =
            relational::serverDeployable(params, Deployable::Kind::RelationalPrimary, Count(1));
        deployable.settings["multi_az"] = params.multiAz ? "true" : "false";
        deployable.settings["backup_days"] = format(params.backupDays);
        return deployable;
      },
      [](const EventStoreParams& params) {
        Traits traits;
        traits.holdsData = true;
        traits.isQueue = true;
        traits.isReplicated = params.multiAz;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.hasBackups = params.backupDays.value() > 0;
        traits.mtbf = 8760_h;  // one failure a year: judgement
        traits.mttr = Duration::seconds(params.multiAz ? 90 : 3600);
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
