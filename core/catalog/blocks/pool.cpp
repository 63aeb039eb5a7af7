#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/catalog/elasticity.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr std::int64_t kNoQueueLimit = 1'000'000'000;

struct PoolParams : elasticity::ElasticParams {
  Count instances{1};
  Count servers{1};
  Count seats{0};
  Choice queue{"shared"};
  Count queueLimit{kNoQueueLimit};
  Choice overflow{"refuse"};
  Law service = Law::exponential(10_ms);
  Law perTarget;
  Choice transfers{"nothing"};
  Bandwidth transferRate = bytesPerSecond(125e6);
  Choice order{"fifo"};
  Law patience = Law::constant(0_s);
  Ratio contention{};
  Ratio coherency{};
  std::string speeds;
};

constexpr const char* kPoolDocumentation =
    R"(Instances × servers with a queue: the station of queueing theory.
With Poisson arrivals and an exponential law one instance of *c* servers is M/M/c; with another law M/G/c; with
a queue limit of *k* it is M/M/c/(c+k), and with limit 0 the loss system of Erlang.

A request that arrives

1. takes a **seat** at an instance if seats are limited, and keeps it until it has answered;
2. waits for a **server**, first come first served, and is served for a draw of **service**;
   A call from a fan-out that stands for *n* targets is then served for *n* times a draw of **service per target**;
   What it **transfers**, of the sizes of its request class, takes a server so long at the **transfer rate**.
3. gives the server back, and uses the links that leave this block as a synchronous caller (in order of their ids;
   those of a parallel group at once; of the links with role *route* exactly one, by weight);
4. answers.

**Order.** Who is served next:

- *fifo*: first come, first served;
- *lifo*: the last to come, after the work begun is finished;
- *priority*: by the priority of the request class (0 first), first come, first served among equals; work begun is
  finished;
- *preemptive*: the same, but work of a lower priority is interrupted at once and later goes on where it was, before
  others of its priority that have not begun; of several that could be interrupted the least important goes, of equals
  the one begun last;
- *sharing*: nobody waits for a server; *n* requests at an instance share its servers equally (processor sharing), each
  at the speed min(*n*, servers) / *n*. The instance is then chosen on arrival, and the queue limit counts only those
  that wait for a seat.

**Patience.** A request that has waited that long leaves with *queue timeout*: for a seat if seats are limited, else for
a server. It does not count while a request is served, nor after an interruption. M/M/c with exponential patience is
Erlang-A.

**Speed.** *Speeds of instances* are factors of the first instances ("0.1" makes one of them ten times as slow). With
*contention* α and *coherency* β each of *n* requests that an instance works on goes on at 1 / (1 + α(n-1) + βn(n-1)),
Gunther's universal scaling law. Whenever the speed changes, work in progress goes on at the new speed.

Servers are held only while serving. Seats are held while the calls of step 3 are open: seats = 200 with
servers = 4 is a thread-per-request server with 200 threads on 4 processors, and *c* seats with *c* servers is a
station that keeps its worker while it waits for others.

**Queue.** *shared*: one queue for all instances; the instance is chosen when a server frees. *per_instance*: the
link's balancing chooses an instance on arrival, and that is not revised. The **queue limit** counts waiting
requests, per queue; an arrival beyond it fails at once with *queue full* or, where the pool blocks on **overflow**, is
parked at its caller, who keeps what it holds; parked ones get into the queue in order of arrival as places there become
free. A pool that blocks has room for one at least.

A killed instance fails what it holds with *killed in flight*.)";

constexpr const char* kOrders[] = {"fifo", "lifo", "priority", "preemptive", "sharing"};  // as in the plan

plan::ServiceOrder orderOf(const Choice& choice) {
  const auto at = std::find(std::begin(kOrders), std::end(kOrders), choice.value);
  return at == std::end(kOrders) ? plan::ServiceOrder::Fifo
                                 : static_cast<plan::ServiceOrder>(at - std::begin(kOrders));
}

std::string faultInSpeeds(const std::string& text) {
  const Result<std::vector<double>> speeds = parseNumbers(text);
  if (!speeds) {
    return speeds.error().message;
  }
  const bool areValid = std::all_of(speeds->begin(), speeds->end(), [](double speed) {
    return speed >= 0 && speed <= plan::Pool::kMostSpeed;
  });
  return areValid ? "" : "each speed must be between 0 and 1,000.";
}

plan::WorkScale scaleOf(const Choice& transfers) {
  return transfers.value == "request" ? plan::WorkScale::RequestBytes
         : transfers.value == "reply" ? plan::WorkScale::ReplyBytes
                                      : plan::WorkScale::Bytes;
}

void lowerPool(const PoolParams& params, plan::Lowering& lowering) {
  plan::Pool pool;
  pool.instances = static_cast<std::uint32_t>(params.instances.value());
  pool.servers = static_cast<std::uint32_t>(params.servers.value());
  pool.seats = static_cast<std::uint32_t>(params.seats.value());
  pool.queue = params.queue.value == "shared" ? plan::QueueScope::Shared : plan::QueueScope::PerInstance;
  pool.queueLimit = params.queueLimit.value() >= kNoQueueLimit
                        ? plan::Pool::kUnlimited
                        : static_cast<std::uint32_t>(params.queueLimit.value());
  if (params.overflow.value == "block") {
    pool.overflow = plan::Overflow::Block;
    pool.queueLimit = std::max(pool.queueLimit, 1u);
  }
  pool.order = orderOf(params.order);
  if (!params.patience.isZero()) {
    pool.patience = params.patience;
  }
  pool.contention = params.contention.raw();
  pool.coherency = params.coherency.raw();
  if (const Result<std::vector<double>> speeds = parseNumbers(params.speeds)) {
    pool.speeds.assign(speeds->begin(), speeds->begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                              speeds->size(), pool.instances)));
  }
  elasticity::makeElastic(params, pool);
  const plan::Index index = lowering.addPool(pool);
  elasticity::addControls(params, pool, index, pool.servers, lowering);
  lowering.addOperation("", index, [&](plan::ProgramBuilder& program) {
    program.work(params.service);
    if (!params.perTarget.isZero()) {
      program.workPerTarget(params.perTarget);
    }
    if (params.transfers.value != "nothing") {
      program.transfer(params.transferRate, scaleOf(params.transfers));
    }
    program.useAll(lowering.links());
  });
}

Schema<PoolParams> poolSchema() {
  Schema<PoolParams> schema;
  schema.field("instances", &PoolParams::instances)
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
      .field("overflow", &PoolParams::overflow)
      .label("Overflow")
      .group("Behaviour")
      .choices({"refuse", "block"})
      .help("What a full queue does with the next: refuse it, or let it wait at its caller.")
      .source(Source::Grade::Judgement, "M/M/c/K refuses.")
      .field("service", &PoolParams::service)
      .label("Service time")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .logarithmic()
      .help("How long a server is busy with one request.")
      .source(Source::Grade::Judgement, "A round figure to start from: 100 requests/s per server.")
      .field("service_per_target", &PoolParams::perTarget)
      .label("Service per target")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .logarithmic()
      .help("Further service for each target that a call of a fan-out stands for; other calls stand for one.")
      .source(Source::Grade::Judgement, "None: textbook requests are alike.")
      .field("transfers", &PoolParams::transfers)
      .label("Transfers")
      .group("Behaviour")
      .choices({"nothing", "request", "reply", "both"})
      .help("Which sizes of the request class a server moves, after its service, at the transfer rate.")
      .source(Source::Grade::Judgement, "Textbook requests have no size.")
      .field("transfer_rate", &PoolParams::transferRate)
      .label("Transfer rate")
      .group("Behaviour")
      .range(bytesPerSecond(1), bytesPerSecond(1e15))
      .logarithmic()
      .help("Of a server; with order sharing and one server it is a line or a disk that all share.")
      .source(Source::Grade::Judgement, "A network card of 1 Gb/s.")
      .field("order", &PoolParams::order)
      .label("Order")
      .group("Behaviour")
      .choices({kOrders[0], kOrders[1], kOrders[2], kOrders[3], kOrders[4]})
      .choiceLabels({{"fifo", "First come, first served"},
                     {"lifo", "Last come, first served"},
                     {"priority", "By priority"},
                     {"preemptive", "By priority, preemptive"},
                     {"sharing", "Shared by all"}})
      .help("Who is served next; priorities are those of the request classes.")
      .source(Source::Grade::Judgement, "First come, first served: what queues do unless told otherwise.")
      .field("patience", &PoolParams::patience)
      .label("Patience")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .logarithmic()
      .help("How long a request waits before it leaves; 0 s: for ever.")
      .source(Source::Grade::Judgement, "The customers of M/M/c do not give up.")
      .field("contention", &PoolParams::contention)
      .label("Contention")
      .group("Speed")
      .range(ratio(0), ratio(1))
      .help(
          "By how much each further request at work slows an instance down: what must be done one at a "
          "time.")
      .source(Source::Grade::Judgement, "Servers do not disturb each other.")
      .field("coherency", &PoolParams::coherency)
      .label("Coherency")
      .group("Speed")
      .range(ratio(0), ratio(1))
      .help(
          "By how much each pair of requests at work slows an instance down: what each must tell each "
          "other.")
      .source(Source::Grade::Judgement, "Servers do not disturb each other.")
      .field("speeds", &PoolParams::speeds)
      .label("Speeds of instances")
      .group("Speed")
      .grammar(faultInSpeeds, "0.5")
      .help("Factors of the first instances, such as \"0.1, 0.5\"; all others have speed 1.")
      .source(Source::Grade::Judgement, "All instances are equal.");
  elasticity::addElasticFields(schema);
  return schema;
}

}  // namespace

BlockType pool() {
  return makeBlock<PoolParams>(
      {.key = "pool",
       .label = "Pool",
       .category = Category::Primitives,
       .purpose = "Instances with servers and a queue: M/M/c and its relatives.",
       .documentation = std::string(kPoolDocumentation) + elasticity::kElasticDocumentation},
      poolSchema(), lowerPool, [](const PoolParams&, const Load&) { return std::vector<Usage>(); },
      [](const PoolParams&) { return Deployable(); },
      [](const PoolParams& params) {
        return Traits{.isPrimitive = true, .instances = static_cast<int>(params.instances.value())};
      });
}

}  // namespace cantilever::catalog::blocks
