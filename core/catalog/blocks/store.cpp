#include "core/catalog/machines.h"
#include "core/catalog/replication.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct StoreParams : replication::ReplicationParams, machines::FaultParams {
  StoreParams() {
    detectionTime = Law::constant(10_s);
    promotionTime = Law::constant(20_s);
  }

  Count copies{2};
  Count servers{1};
  Law readTime = Law::exponential(5_ms);
  Law writeTime = Law::exponential(5_ms);
  Law applyTime = Law::constant(1_ms);
  Law shippingTime;
  Count applyLanes{1};
  Count applyBatch{1};
  Choice readFrom{"any"};
};

constexpr const char* kStoreDocumentation =
    R"(Data with a primary that takes all writes, and copies that follow it: the replicated store of a textbook.
Every member, the primary and each copy, is an instance with **servers** and a queue of its own, first come, first served.

- `write`: the primary works for a draw of **write time**, then the write goes to the copies, each of which works for a draw of **apply time**;
- `read`: a member works for a draw of **read time**: by **read from** the *primary*, a *replica*, or *any* member that is up, each as likely (among
  the copies the choice is random);
- `read_primary` and `read_replica` say it themselves.

A link of role *read* or *write* asks for that operation. Give the request classes of reads and writes the same key space: a read is only stale with
respect to writes of its own key. **Apply lanes**: writes that a copy applies at the same time, by hash of their keys, each lane in order; with one lane a copy
is one sequence, with many it is a queue like any other. **Apply batch**: how many writes of a lane a copy reads and applies at a time. **Shipping time**: each way
between primary and copies.)";

void lowerStore(const StoreParams& params, plan::Lowering& lowering) {
  plan::Pool member;
  member.servers = static_cast<std::uint32_t>(params.servers.value());
  const plan::Index primary = lowering.addPool(member);
  const auto count = static_cast<std::uint32_t>(params.copies.value());
  const auto withFaults = [&](plan::Index pool, std::string_view role) {
    if (params.failsAtRandom) {
      lowering.addFault(machines::faultOf(params, pool), role);
    }
  };
  withFaults(primary, {});
  const plan::Body read = [&](plan::ProgramBuilder& program) { program.work(params.readTime); };
  const plan::Index toPrimary = lowering.addInnerLink({}, "primary", primary, read);

  plan::Index copies = plan::kNone;
  plan::Index toCopy = plan::kNone;
  replication::Copies following;
  following.lanes = static_cast<std::uint32_t>(params.applyLanes.value());
  following.batch = static_cast<std::uint32_t>(params.applyBatch.value());
  if (count > 0) {
    member.instances = count;
    copies = lowering.addPool(member, "copies");
    withFaults(copies, "copies");
    toCopy = lowering.addInnerLink(
        {}, "copy", copies, [&](plan::ProgramBuilder& program) { program.work(params.readTime).observe(); });
    plan::Link shipping;
    shipping.latency = params.shippingTime;
    following.links.push_back(lowering.addInnerLink(
        std::move(shipping), "apply", copies,
        [&](plan::ProgramBuilder& program) { program.workPerTarget(params.applyTime); }));
    following.candidates = following.links;
  }
  const plan::Index log = replication::addStore(params, primary, following, lowering);

  const auto readPrimary = [&](plan::ProgramBuilder& program) { program.forward(toPrimary); };
  const auto readCopy = [&](plan::ProgramBuilder& program) {
    program.forward(count > 0 ? toCopy : toPrimary);
  };
  lowering.addOperation("read", plan::kNone, [&](plan::ProgramBuilder& program) {
    if (params.readFrom.value == "any" && count > 0) {
      program.branchOnUp(primary, copies, readPrimary, readCopy);
    } else {
      params.readFrom.value == "replica" ? readCopy(program) : readPrimary(program);
    }
  });
  lowering.addOperation("read_primary", plan::kNone, readPrimary);
  lowering.addOperation("read_replica", plan::kNone, readCopy);
  lowering.addOperation("write", primary, [&](plan::ProgramBuilder& program) {
    program.work(params.writeTime);
    replication::appendReplication(params, log, program);
  });
}

Schema<StoreParams> storeSchema() {
  Schema<StoreParams> schema;
  schema.field("copies", &StoreParams::copies)
      .label("Copies")
      .group("Size")
      .range(0, 100)
      .help("How many members follow the primary.")
      .source(Source::Grade::Judgement, "Three members, one in each of three zones.")
      .field("servers", &StoreParams::servers)
      .label("Servers per member")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("How many reads and writes a member works on at a time.")
      .source(Source::Grade::Judgement, "The simplest station: one.")
      .field("read_time", &StoreParams::readTime)
      .label("Read time")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .help("How long a server is busy with a read.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("write_time", &StoreParams::writeTime)
      .label("Write time")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .help("How long a server of the primary is busy with a write.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("apply_time", &StoreParams::applyTime)
      .label("Apply time")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .help("How long a server of a copy is busy with a write of the primary.")
      .source(Source::Grade::Judgement, "Replaying a change is cheaper than finding out what it is.")
      .field("shipping_time", &StoreParams::shippingTime)
      .label("Shipping time")
      .group("Behaviour")
      .range(Duration(), 1_h)
      .help("Each way between the primary and a copy.")
      .source(Source::Grade::Judgement, "Textbook elements have no network between them.")
      .field("apply_lanes", &StoreParams::applyLanes)
      .label("Apply lanes")
      .group("Behaviour")
      .range(1, 1000)
      .logarithmic()
      .help("Sequences of writes, by key, that a copy applies side by side.")
      .source(Source::Grade::Known,
              "PostgreSQL replays in one process; MySQL 8.4: replica_parallel_workers is 4")
      .field("apply_batch", &StoreParams::applyBatch)
      .label("Apply batch")
      .group("Behaviour")
      .range(1, plan::ConsumerGroup::kMostInBatch)
      .logarithmic()
      .help("Writes of a lane that a copy reads and applies at a time, if so many are there.")
      .source(Source::Grade::Judgement, "One after the other.")
      .field("read_from", &StoreParams::readFrom)
      .label("Read from")
      .group("Behaviour")
      .choices({"any", "replica", "primary"})
      .help("Which members answer the operation read.")
      .source(Source::Grade::Judgement, "All members share the reads.");
  replication::addReplicationFields(schema);
  return machines::addFaultFields(schema, "Members", "A month; shorten it to see failures in a short run.",
                                  Source::Grade::Judgement, "Five minutes: detection and a new machine.")
      .sourceOf("detection_time", Source::Grade::Judgement, "Two or three checks some seconds apart.")
      .sourceOf("promotion_time", Source::Grade::Judgement, "A vote, and the last of the log.");
}

}  // namespace

BlockType store() {
  return makeBlock<StoreParams>(
      {.key = "store",
       .label = "Store",
       .category = Category::Primitives,
       .purpose = "A primary and its copies: replication, lag, stale reads, failover, lost writes.",
       .documentation = std::string(kStoreDocumentation) + replication::kReplicationDocumentation,
       .operations = {"read", "write", "read_primary", "read_replica"},
       .makesCalls = false},
      storeSchema(), lowerStore, [](const StoreParams&, const Load&) { return std::vector<Usage>(); },
      [](const StoreParams&) { return Deployable(); },
      [](const StoreParams& params) {
        Traits traits;
        traits.isPrimitive = true;
        traits.holdsData = true;
        traits.isReplicated = params.copies.value() > 0;
        traits.instances = static_cast<int>(params.copies.value()) + 1;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
