#pragma once

#include "core/catalog/schema.h"
#include "core/vocabulary/lowering.h"

/// What block types with a primary and copies have in common: when a write is acknowledged, how copies
/// follow, and what happens when the primary dies.
namespace cantilever::catalog::replication {

struct ReplicationParams {
  Choice replication{"asynchronous"};
  Count acknowledgements{1};
  bool failover = true;
  Law detectionTime = Law::constant(Duration::seconds(30));
  Law promotionTime = Law::uniform(Duration::seconds(60), 0.5);
  Ratio coverage = ratio(1);
};

template <class P>
Schema<P>& addReplicationFields(Schema<P>& schema) {
  using namespace literals;
  return schema.field("replication", &ReplicationParams::replication)
      .label("Replication")
      .group("Replication")
      .choices({"asynchronous", "semi_synchronous", "synchronous"})
      .help(
          "When a write is acknowledged: at once, when so many copies have applied it, or when all copies "
          "that "
          "are up have.")
      .source(Source::Grade::Known,
              "PostgreSQL documentation, 27.2: streaming replication is asynchronous by default; "
              "https://www.postgresql.org/docs/17/warm-standby.html")
      .field("acknowledgements", &ReplicationParams::acknowledgements)
      .label("Copies waited for")
      .group("Replication")
      .range(1, 100)
      .help("Of semi-synchronous replication. With fewer copies up, writes fail.")
      .source(Source::Grade::Known,
              "MySQL reference manual: rpl_semi_sync_source_wait_for_replica_count is 1 by default; "
              "https://dev.mysql.com/doc/refman/8.4/en/replication-semisync.html")
      .field("failover", &ReplicationParams::failover)
      .label("Failover")
      .group("Replication")
      .help(
          "When the primary dies a standby or, if there is none, a copy takes its place. Otherwise it stays "
          "dead "
          "until it is repaired.")
      .source(Source::Grade::Judgement, "Managed databases do this by themselves.")
      .field("detection_time", &ReplicationParams::detectionTime)
      .label("Detection")
      .group("Replication")
      .range(Duration(), 24_h)
      .help("From the death of the primary until it is noticed.")
      .source(
          Source::Grade::Read,
          "Amazon RDS user guide, Failing over a Multi-AZ DB instance: 60 to 120 s typically, the promotion "
          "included; https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html")
      .field("promotion_time", &ReplicationParams::promotionTime)
      .label("Promotion")
      .group("Replication")
      .range(Duration(), 24_h)
      .help("From then until another server takes writes; meanwhile all of them fail.")
      .source(Source::Grade::Read,
              "Amazon RDS user guide (2023-06-15): a Multi-AZ standby takes over within 60 to 120 s")
      .field("coverage", &ReplicationParams::coverage)
      .label("Coverage")
      .group("Replication")
      .range(0, 1)
      .help(
          "Probability that a failover works. Otherwise nobody notices, and the outage lasts until the "
          "repair.")
      .source(Source::Grade::Judgement, "It works; 0.95 to 0.99 where it is never exercised.");
}

/// A store with this primary. The links lead to its copies (blocks whose trait isReplica is set), which
/// follow by applying its writes in `lanes` sequences at once, up to `batch` of them at a time; those of
/// `candidates` may become the primary. Returns the log of its writes, kNone without copies.
struct Copies {
  std::vector<plan::Index> links;
  std::vector<plan::Index> candidates;
  std::uint32_t lanes = 1;
  std::uint32_t batch = 1;
  bool hasStandby = false;
  bool shareVolume = false;  ///< with the primary: nothing that was acknowledged is lost
};
plan::Index addStore(const ReplicationParams& params, plan::Index primary, const Copies& copies,
                     plan::Lowering& lowering);
/// At the end of a write's program: the write is on its way to the copies, and waited for as `params` say.
void appendReplication(const ReplicationParams& params, plan::Index log, plan::ProgramBuilder& program);

/// The paragraphs that the documentation of every such block has.
extern const char* const kReplicationDocumentation;

}  // namespace cantilever::catalog::replication
