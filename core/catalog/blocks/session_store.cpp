#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/key_value.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct SessionParams : key_value::NodeParams {
  Law getTime = Law::lognormal(11_us, 0.2);
  Law setTime = Law::lognormal(13_us, 0.2);
  Ratio writeShare = ratio(0.2);
  Count sessions{2'000'000};
  Bytes sessionSize = 2_KB;
  Duration idleTimeout = 30_min;

  /// With some 100 bytes for the key and its expiry.
  Bytes memoryNeeded() const {
    return bytes(static_cast<double>(sessions.value()) * (sessionSize.raw() + 100));
  }
};

Schema<SessionParams> sessionSchema() {
  Schema<SessionParams> schema;
  key_value::addNodeFields(schema, "One thread executes 80,000 commands a second.",
                           "A small memory-optimised node.");
  return schema.field("get_time", &SessionParams::getTime)
      .label("GET")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of reading a session on the shard's thread (a cache.r6g core).")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("set_time", &SessionParams::setTime)
      .label("SETEX")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of writing a session on the shard's thread (a cache.r6g core).")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("write_share", &SessionParams::writeShare)
      .label("Changed by a request")
      .group("Behaviour")
      .range(0, 1)
      .help("Of requests that name no operation: the share that writes its session back after reading it.")
      .source(Source::Grade::Judgement, "Most pages only read who is logged in.")
      .field("sessions", &SessionParams::sessions)
      .label("Sessions")
      .group("Size")
      .range(1, 1e10)
      .logarithmic()
      .help("Kept at a time: users of the last idle timeout.")
      .source(Source::Grade::Judgement, "Twenty million users a day, a tenth at a time.")
      .field("session_size", &SessionParams::sessionSize)
      .label("Session size")
      .group("Size")
      .range(10_B, 1_MB)
      .logarithmic()
      .help("Bytes of a session.")
      .source(Source::Grade::Judgement, "Who, what rights, a basket.")
      .field("idle_timeout", &SessionParams::idleTimeout)
      .label("Idle timeout")
      .group("Behaviour")
      .range(1_min, Duration::hours(24 * 90))
      .help("A session that nobody uses for so long is forgotten. Goes into the export.")
      .source(Source::Grade::Known,
              "Jakarta Servlet containers: 30 minutes by default; https://tomcat.apache.org/");
}

void lowerSessions(const SessionParams& params, plan::Lowering& lowering) {
  const Shards shards = key_value::addShards(params, lowering);
  const AtShard get("get-at", shards, lowering,
                    [&](plan::ProgramBuilder& program) { program.work(params.onThisNode(params.getTime)); });
  const AtShard set("set-at", shards, lowering,
                    [&](plan::ProgramBuilder& program) { program.work(params.onThisNode(params.setTime)); });
  const auto add = [&](std::string_view name, const plan::Body& body) {
    lowering.addOperation(name, plan::kNone, body);
  };
  const plan::Body read = [&](plan::ProgramBuilder& program) { get.use(program); };
  const plan::Body write = [&](plan::ProgramBuilder& program) { set.use(program); };
  const plan::Body touch = [&](plan::ProgramBuilder& program) {
    get.use(program);
    program.branch(params.writeShare.raw(), write);
  };
  add("", touch);
  add("touch", touch);
  add("get", read);
  add("read", read);
  add("set", write);
  add("write", write);
  key_value::warnIfTooLarge(params, params.memoryNeeded(), "Its sessions", lowering);
}

}  // namespace

BlockType session_store() {
  BlockType type{
      .key = "session_store",
      .label = "Session store",
      .category = Category::Cache,
      .purpose = "Keeps who is logged in, so that servers need not and any of them can serve anyone."};
  type.documentation =
      R"(**What happens to a request.** `touch` (the default) reads the session and, with the share of changes, writes it back; `get` (also `read`) and `set` (also
`write`) are single commands.

**Losing it logs everybody out,** hence the copies. If the sessions do not fit into the memory of the shards, a remark says so: then the store forgets
users who are still there.

**Modelled.** Single-threaded shards, keys, memory against sessions, nodes and copies in the bill.

**Not modelled.** Sessions one by one: a read never misses.)";
  type.documentation += key_value::kNodeDocumentation;
  type.vendorNames = {"ElastiCache", "Memorystore", "Azure Cache for Redis",
                      "Redis",       "Memcached",   "DynamoDB TTL"};
  type.operations = {"touch", "get", "set", "read", "write"};
  type.makesCalls = false;
  return makeBlock<SessionParams>(
      std::move(type), sessionSchema(), lowerSessions,
      [](const SessionParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const SessionParams& params) {
        Deployable deployable = key_value::deployNodes(params, "volatile-lru");
        deployable.settings["ttl_s"] = formatNumber(params.idleTimeout.inSeconds());
        return deployable;
      },
      [](const SessionParams& params) { return key_value::traitsOfNodes(params); });
}

}  // namespace cantilever::catalog::blocks
