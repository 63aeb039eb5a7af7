#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr std::int64_t kNoQueueLimit = 1'000'000'000;

struct PoolParams {
  Count instances{1};
  Count servers{1};
  Count seats{0};
  Choice queue{"shared"};
  Count queueLimit{kNoQueueLimit};
  Law service = Law::exponential(10_ms);
};

constexpr const char* kPoolDocumentation =
    R"(Instances × servers with a queue: the station of queueing theory.
With Poisson arrivals and an exponential law one instance of *c* servers is M/M/c; with another law M/G/c; with
a queue limit of *k* it is M/M/c/(c+k), and with limit 0 the loss system of Erlang.

A request that arrives

1. takes a **seat** at an instance if seats are limited, and keeps it until it has answered;
2. waits for a **server**, first come first served, and is served for a draw of **service**;
3. gives the server back, and uses the links that leave this block as a synchronous caller (in order of their ids;
   those of a parallel group at once; of the links with role *route* exactly one, by weight);
4. answers.

Servers are held only while serving. Seats are held while the calls of step 3 are open: seats = 200 with
servers = 4 is a thread-per-request server with 200 threads on 4 processors, and *c* seats with *c* servers is a
station that keeps its worker while it waits for others.

**Queue.** *shared*: one queue for all instances; the instance is chosen when a server frees. *per_instance*: the
link's balancing chooses an instance on arrival, and that is not revised. The **queue limit** counts waiting
requests, per queue; an arrival beyond it fails at once with *queue full*.

A killed instance fails what it holds with *killed in flight*.)";

void lowerPool(const PoolParams& params, plan::Lowering& lowering) {
  plan::Pool pool;
  pool.instances = static_cast<std::uint32_t>(params.instances.value());
  pool.servers = static_cast<std::uint32_t>(params.servers.value());
  pool.seats = static_cast<std::uint32_t>(params.seats.value());
  pool.queue = params.queue.value == "shared" ? plan::QueueScope::Shared : plan::QueueScope::PerInstance;
  pool.queueLimit = params.queueLimit.value() >= kNoQueueLimit
                        ? plan::Pool::kUnlimited
                        : static_cast<std::uint32_t>(params.queueLimit.value());
  lowering.addOperation("", lowering.addPool(pool), [&](plan::ProgramBuilder& program) {
    program.work(params.service).useAll(lowering.links());
  });
}

}  // namespace

BlockType pool() {
  return makeBlock<PoolParams>(
      {.key = "pool",
       .label = "Pool",
       .category = Category::Primitives,
       .purpose = "Instances with servers and a queue: M/M/c and its relatives.",
       .documentation = kPoolDocumentation},
      Schema<PoolParams>()
          .field("instances", &PoolParams::instances)
          .label("Instances")
          .group("Size")
          .range(1, 10'000)
          .logarithmic()
          .help("How many equal instances there are; each can be killed by itself.")
          .source(Source::Grade::Judgement, "The simplest station: one.")
          .field("servers", &PoolParams::servers)
          .label("Servers per instance")
          .group("Size")
          .range(1, 10'000)
          .logarithmic()
          .help("How many requests an instance serves at a time. For unlimited servers use a Delay.")
          .source(Source::Grade::Judgement, "The simplest station: one.")
          .field("seats", &PoolParams::seats)
          .label("Seats per instance")
          .group("Size")
          .range(0, 1'000'000)
          .help(
              "How many requests an instance holds from admission to answer, for example its threads; 0: as "
              "many as come.")
          .source(Source::Grade::Judgement, "Queueing theory has no seats: unlimited.")
          .field("queue", &PoolParams::queue)
          .label("Queue")
          .group("Behaviour")
          .choices({"shared", "per_instance"})
          .help("One queue for all instances, or one for each, chosen on arrival by the link's balancing.")
          .source(Source::Grade::Judgement, "The c of M/M/c shares one queue.")
          .field("queue_limit", &PoolParams::queueLimit)
          .label("Queue limit")
          .group("Behaviour")
          .range(0, static_cast<double>(kNoQueueLimit))
          .logarithmic()
          .help("Waiting requests per queue beyond which arrivals are refused; 1,000,000,000: no limit.")
          .source(Source::Grade::Judgement, "The queue of M/M/c is unlimited.")
          .field("service", &PoolParams::service)
          .label("Service time")
          .group("Behaviour")
          .range(Duration(), 24_h)
          .logarithmic()
          .help("How long a server is busy with one request.")
          .source(Source::Grade::Judgement, "A round figure to start from: 100 requests/s per server."),
      lowerPool, [](const PoolParams&, const Load&) { return std::vector<Usage>(); },
      [](const PoolParams&) { return Deployable(); },
      [](const PoolParams& params) {
        return Traits{.isPrimitive = true, .instances = static_cast<int>(params.instances.value())};
      });
}

}  // namespace cantilever::catalog::blocks
