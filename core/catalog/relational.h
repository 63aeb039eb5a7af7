#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"
#include "core/vocabulary/lowering.h"

/// What relational block types have in common: the operations that callers may name, and what a server is
/// like.
namespace cantilever::catalog::relational {

/// Understood by replicas. `read` is the mix that a page makes of the other two.
inline const std::vector<std::string> kReadOperations{"read", "read_pk", "read_query"};
/// Understood by primaries besides the reads. `write` is another name of `write_txn`; `write_and_read` reads
/// back what it wrote, which a replica could not have yet.
inline const std::vector<std::string> kWriteOperations{"write", "write_txn", "write_and_read"};
/// Both, reads first.
std::vector<std::string> allOperations();
bool isWrite(std::string_view operation);

/// The parameters of every server, which answers reads whatever else it does.
struct ServerParams {
  Choice engine{"postgres"};
  Choice instanceType{"db.r6g.xlarge"};
  Count maxConnections{3600};
  Bytes storage = bytes(500e9);
  Law readPkTime = Law::lognormal(Duration::milliseconds(0.4), 1.0);
  Law readQueryTime = Law::lognormal(Duration::milliseconds(2.0), 1.5);
  Ratio queryShare = ratio(0.3);
  Bytes inDailyUse = bytes(12e9);
  Ratio bufferHit = ratio(0.99);
  Law pageReadTime = Law::lognormal(Duration::milliseconds(0.8), 0.5);

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  bool isMySql() const { return engine.value == "mysql"; }
  /// As many as the provider's parameter groups allow for that memory, in two digits.
  Count connectionsForMemory() const;
  /// A processor time as this server takes it: times are stated for a core of the default class, db.r6g.
  Law onThisServer(const Law& cpuTime) const;
};

template <class P>
Schema<P>& addEngineField(Schema<P>& schema) {
  return schema.field("engine", &ServerParams::engine)
      .label("Engine")
      .group("Size")
      .choices({"postgres", "mysql"})
      .choiceLabels({{"postgres", "PostgreSQL"}, {"mysql", "MySQL"}})
      .help("What is deployed and priced, and how many connections a server has by default.")
      .source(Source::Grade::Judgement, "The one that most new designs take.");
}

template <class P>
Schema<P>& addConnectionsField(Schema<P>& schema) {
  return schema.field("max_connections", &ServerParams::maxConnections)
      .label("Connections")
      .group("Size")
      .range(10, 16000)
      .logarithmic()
      .help(
          "Sessions that may be open at once on a server; one more is refused. Each costs it 1.5 to 14.5 MB.")
      .follows("the instance type and the engine",
               [](const ServerParams& params) { return params.connectionsForMemory(); })
      .source(
          Source::Grade::Read,
          "Amazon RDS and Aurora user guides (2023-06-15): PostgreSQL memory / 9,531,392 B, at most 5,000; "
          "MySQL memory / 12,582,880 B. 32 GiB give 3,600 and 2,700");
}

template <class P>
Schema<P>& addSizeFields(Schema<P>& schema) {
  using namespace literals;
  addEngineField(schema)
      .field("instance_type", &ServerParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::Rds))
      .help(
          "Sets vCPUs (the queries that run at once), their speed, memory (with it connections, and how many "
          "reads find their page there) and price.")
      .source(Source::Grade::Judgement, "Memory-optimised, as databases want; the smallest with four cores.");
  return addConnectionsField(schema)
      .field("storage", &ServerParams::storage)
      .label("Storage")
      .group("Size")
      .range(20_GB, 65_TB)
      .logarithmic()
      .help("Size of each server's volume (gp3).")
      .source(Source::Grade::Judgement,
              "Enough for 12,000 operations a second of the volume, which start at 400 GB.");
}

template <class P>
Schema<P>& addReadFields(Schema<P>& schema) {
  using namespace literals;
  return schema.field("read_pk_time", &ServerParams::readPkTime)
      .label("Key read")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of a read by primary key, on a db.r6g core.")
      .source(Source::Grade::Judgement, "An indexed row in memory; 10,000 a second on four cores.")
      .field("read_query_time", &ServerParams::readQueryTime)
      .label("Query")
      .group("Behaviour")
      .range(1_us, 60_s)
      .logarithmic()
      .help("Processor time of a join or a list of 20 to 50 rows, on a db.r6g core.")
      .source(Source::Grade::Judgement,
              "2,000 a second on four cores; a query without an index takes 40 times as long.")
      .field("query_share", &ServerParams::queryShare)
      .label("Queries among reads")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the operation read that is a query; the rest are key reads.")
      .source(Source::Grade::Judgement, "A page makes two or three key reads for each list it shows.")
      .field("in_daily_use", &ServerParams::inDailyUse)
      .label("Rows in daily use")
      .group("Behaviour")
      .range(1_MB, 65_TB)
      .logarithmic()
      .help(
          "Bytes of rows and indexes that are asked for again and again: what should fit into the memory of "
          "a "
          "server.")
      .source(Source::Grade::Judgement, "A few per cent of the storage; fits into 16 GiB.")
      .field("buffer_hit", &ServerParams::bufferHit)
      .label("Reads from memory")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the reads that find their page in memory: 99 % while the rows in daily use fill no more "
          "than three quarters of it, and in proportion beyond.")
      .follows("the instance type and the rows in daily use",
               [](const ServerParams& params) {
                 return readsFromMemory(params.instanceClass().memory(), params.inDailyUse);
               })
      .source(Source::Grade::Read,
              "DigitalOcean documentation, Cache Hit Ratio Metric: 99 % or higher is ideal for PostgreSQL; "
              "beyond that memory, rows as if asked for alike; "
              "https://docs.digitalocean.com/glossary/cache-hit-ratio/")
      .field("page_read_time", &ServerParams::pageReadTime)
      .label("Page read")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Wait for the disk when the page is not in memory. Holds the connection, not a core.")
      .source(Source::Grade::Judgement,
              "A random read from network-attached SSD; a local SSD takes 0.15 ms.");
}

/// Servers that refuse a connection too many.
plan::Pool serverPool(const ServerParams& params, Count instances);
/// The engine, with the size and the settings that all servers have.
Deployable serverDeployable(const ServerParams& params, Deployable::Kind kind, Count instances);
/// The bill of so many instances with their volumes; `what` says which they are.
std::vector<Usage> serverUsage(const ServerParams& params, double instances, const std::string& what);

/// Appends a read to a program: memory or disk, then processor time.
void appendKeyRead(const ServerParams& params, plan::ProgramBuilder& program);
void appendQuery(const ServerParams& params, plan::ProgramBuilder& program);
/// Reads of a copy of a store are told to be such: elsewhere that means nothing.
/// Defines kReadOperations and the default operation (`read`) on the pool.
void addReadOperations(const ServerParams& params, plan::Index pool, plan::Lowering& lowering);

}  // namespace cantilever::catalog::relational
