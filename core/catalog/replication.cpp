#include "core/catalog/replication.h"

#include <algorithm>

namespace cantilever::catalog::replication {

plan::Index addStore(const ReplicationParams& params, plan::Index primary, const Copies& copies,
                     plan::Lowering& lowering) {
  plan::Store store;
  store.pool = primary;
  store.standbys = copies.hasStandby ? 1 : 0;
  store.sharesVolume = copies.shareVolume;
  store.failsOver = params.failover && (copies.hasStandby || !copies.candidates.empty());
  store.detection = params.detectionTime;
  store.promotion = params.promotionTime;
  store.coverage = params.coverage.raw();
  if (!copies.links.empty()) {
    plan::Log writes;
    writes.partitions = copies.lanes;
    store.log = lowering.addLog(std::move(writes), "writes");
  }
  for (const plan::Index link : copies.links) {
    plan::ConsumerGroup group;
    group.log = store.log;
    group.link = link;
    group.delivery = plan::Delivery::Every;
    group.batch = copies.batch;
    group.inFlight = copies.lanes;                  // they compete for the servers of the copy with its reads
    group.retryAfter = Duration::milliseconds(10);  // where a copy had no connection left: judgement
    group.follows = true;
    group.takesOver =
        std::find(copies.candidates.begin(), copies.candidates.end(), link) != copies.candidates.end();
    lowering.addGroup(std::move(group));
  }
  const plan::Index log = store.log;
  lowering.addStore(std::move(store));
  return log;
}

void appendReplication(const ReplicationParams& params, plan::Index log, plan::ProgramBuilder& program) {
  if (log == plan::kNone) {
    return;
  }
  if (params.replication.value == "semi_synchronous") {
    program.publish(log, static_cast<std::uint32_t>(params.acknowledgements.value()));
  } else {
    program.publish(log, params.replication.value == "synchronous" ? plan::Instruction::kEveryCopy : 0, 0);
  }
}

const char* const kReplicationDocumentation = R"(

**Replication.** Each write is appended to a log of writes. Every copy reads it and applies what is there, which takes its
processors the *apply time* of each write; when it is done with that it reads on. A write is acknowledged at once
(*asynchronous*), when as many copies as said have applied it and told so over their link (*semi_synchronous*; it fails with
*not replicated* if fewer are up), or when all copies have that were up (*synchronous*). The lag of the copies is that of a consumer group:
messages not read, and the time from a write to its being applied. A read of a copy is **stale** if it misses a write of its key
that was acknowledged before the read was sent.

**Failover.** When the primary dies, what it did fails, and writes fail until there is a primary again. The death is noticed after
the *detection* time, and another server takes over after the *promotion* time: the standby, which has every write, or of the copies that may
take over the one that is least behind. What a copy has not read by the death of the primary it cannot read any more: acknowledged writes that
the promoted one has not read are **lost writes**, for all. The copy leaves its pool, and the primary's instance in the results stands for it. The dead
server, when it is restored, comes back as the standby, or as a copy that is up to date. With the probability that *coverage* lacks, nobody notices, and the
outage lasts until the repair. A primary that is restored before all that has lost nothing.

Modelling choices: a copy asks for more when it has applied what it got, so what it has not asked for is lost with the primary. The promoted server does its work
with the size and the laws of the primary. Copies agree without conflicts.)";

}  // namespace cantilever::catalog::replication
