#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct WebsocketParams : tier::TierParams {
  WebsocketParams() {
    instances = Count(4);
    instanceType = Choice{"c7g.xlarge"};
    drainLimit = 300_s;
  }
  Count connections{200'000};
  Bytes memoryPerConnection = 30_KB;
  Ratio memoryShare = ratio(0.7);
  Law inboundTime = Law::lognormal(40_us, 0.5);
  Law pushTime = Law::lognormal(15_us, 0.5);
  Law handshakeTime = Law::lognormal(1.5_ms, 0.5);
  Rate acceptRate = perSecond(2000);
  Duration acceptPatience = 10_s;

  /// Connections that an instance has memory for.
  std::int64_t slotsOfInstance() const {
    return static_cast<std::int64_t>(memoryThereIs().raw() / static_cast<double>(instances.value()) /
                                     memoryPerConnection.raw());
  }
  /// That an instance holds if all have as many.
  std::uint32_t heldByInstance() const {
    const std::int64_t n = instances.value();
    return static_cast<std::uint32_t>((connections.value() + n - 1) / n);
  }
  Bytes memoryNeeded() const {
    return bytes(static_cast<double>(connections.value()) * memoryPerConnection.raw());
  }
  Bytes memoryThereIs() const {
    return bytes(static_cast<double>(instances.value()) * instanceClass().memory_gib * memoryShare.raw() *
                 1024 * 1024 * 1024);
  }
};

constexpr double kAcceptedByCore = 500;
constexpr const char* kConnectionMemory =
    "Summaries of websocket servers: 4 to 8 KB of socket buffers each way and 1 to 100 KB of the "
    "application's state "
    "(https://novaaiops.com/blog/websocket-perf); a million on 128 GB were shown";

Schema<WebsocketParams> websocketSchema() {
  Schema<WebsocketParams> schema;
  tier::addSizeFields(schema, "50,000 connections each; three can hold those of a fourth.",
                      "Compute-optimised: pushes are many and short.");
  schema.field("connections", &WebsocketParams::connections)
      .label("Connections")
      .group("Size")
      .range(1, 100'000'000)
      .logarithmic()
      .help(
          "Open at a time, over all instances: they take memory, and a broadcast tells each of them. What "
          "they "
          "say is the load, a workload of sessions that this block holds.")
      .source(
          Source::Grade::Read,
          "WebSocket scaling patterns (https://aicassindra.com/blogs/bidi/websocket_scaling_patterns.html): "
          "10,000 to 50,000 on a node in practice, of 100,000 to a million that it could hold. 50,000 on "
          "each "
          "instance: planned, not the most that was ever shown.")
      .field("memory_per_connection", &WebsocketParams::memoryPerConnection)
      .label("Memory per connection")
      .group("Size")
      .range(1_KB, 10_MB)
      .logarithmic()
      .help("Buffers of the kernel and what the application keeps of a user.")
      .source(Source::Grade::Read, kConnectionMemory)
      .field("memory_share", &WebsocketParams::memoryShare)
      .label("Memory for connections")
      .group("Size")
      .range(0.1, 1)
      .help("Share of a server's memory; the rest is for the process itself.")
      .source(Source::Grade::Judgement, "Room for those of an instance that fails.")
      .field("inbound_time", &WebsocketParams::inboundTime)
      .label("Message from a client")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "Frame, JSON, dispatch: 25,000 a second and core.")
      .field("push_time", &WebsocketParams::pushTime)
      .label("Push to a client")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time for each client that is told, by a push or a broadcast.")
      .source(Source::Grade::Judgement, "A frame that is ready is written: 66,000 a second and core.")
      .field("handshake_time", &WebsocketParams::handshakeTime)
      .label("Connecting")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time of TLS and the upgrade, for each new connection and each that comes back.")
      .source(Source::Grade::Judgement, "A handshake and who it is.")
      .field("accept_rate", &WebsocketParams::acceptRate)
      .label("New connections per instance")
      .group("Behaviour")
      .range(perSecond(1), perSecond(1e6))
      .logarithmic()
      .help(
          "That an instance lets in a second; more wait at the door, so that a storm of reconnects does not "
          "drown those who are in.")
      .follows("the instance type",
               [](const WebsocketParams& params) {
                 return perSecond(kAcceptedByCore * params.instanceClass().power());
               })
      .source(Source::Grade::Judgement, "500 for each Graviton3 core: three quarters of its time.")
      .field("accept_patience", &WebsocketParams::acceptPatience)
      .label("Patience at the door")
      .group("Behaviour")
      .range(100_ms, 10_min)
      .help("A client that has waited so long gives up with queue timeout.")
      .source(Source::Grade::Judgement, "Then it tries again elsewhere.");
  return tier::addOperatingFields(schema).sourceOf(
      "drain_limit", Source::Grade::Read,
      "Elastic Load Balancing user guide, connection draining: 300 seconds by default; "
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-conn-drain.html");
}

void lowerWebsocket(const WebsocketParams& params, plan::Lowering& lowering) {
  plan::Pool servers = hosted::machines(params.instances, params.instanceClass().vcpu);
  elasticity::makeElastic(params, servers);
  const plan::Index pool = lowering.addPool(servers);
  elasticity::addControls(params, servers, pool, params.instanceClass().vcpu, lowering);
  plan::Tokens door =
      hosted::throttle(params.acceptRate, params.acceptRate.raw(), plan::TokenScope::Instance);
  door.waits = true;
  door.patience = Law::constant(params.acceptPatience);
  const plan::Index tokens = lowering.addTokens(door);
  const plan::Body inbound = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.inboundTime)).useAll(lowering.links());
  };
  lowering.addOperation("", pool, inbound);
  lowering.addOperation("message", pool, inbound);
  lowering.addOperation("push", pool, [&](plan::ProgramBuilder& program) {
    program.workPerTarget(params.onThisServer(params.pushTime));
  });
  lowering.addOperation("connect", pool, [&](plan::ProgramBuilder& program) {
    program.take(tokens).work(params.onThisServer(params.handshakeTime)).useAll(lowering.links());
  });
  lowering.addOperation("reconnect", pool, [&](plan::ProgramBuilder& program) {
    program.take(tokens).work(params.onThisServer(params.handshakeTime));
  });
  plan::Link toEach;
  toEach.balancing = Balancing::RoundRobin;
  const plan::OutLink tell = lowering.addPart("tell", pool, toEach, [&](plan::ProgramBuilder& program) {
    program.workPerTarget(params.onThisServer(params.pushTime));
  });
  plan::Fan toAll;
  toAll.batch = params.heldByInstance();
  lowering.addOperation("broadcast", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.draw(CountLaw::fixed(hosted::small(params.connections))).fanOut(tell, toAll);
  });
  if (params.memoryNeeded() > params.memoryThereIs()) {
    lowering.warn("memory.too_small",
                  "Its connections need " + format(params.memoryNeeded()) + ", and its servers have " +
                      format(params.memoryThereIs()) + " for them: take more or larger ones.",
                  "connections");
  }
}

}  // namespace

BlockType websocket_gateway() {
  BlockType type{
      .key = "websocket_gateway",
      .label = "Websocket gateway",
      .category = Category::Edge,
      .purpose = "Holds a connection open to every client that is there, to tell it things at once."};
  type.documentation =
      R"(**What happens.** By the operation that the link names:

- `message` (the default): a client says something; it takes a processor, then the outgoing links are used;
- `push`: clients are told; a call from a fan-out stands for many, and takes a processor for each of them. With the balancing *holder* it goes to the instance that holds the client;
- `broadcast`: all connections are told: every instance works on those that it holds, and the last one ends it;
- `connect`: a client comes in; it waits at the door if too many come at once, and takes a processor for the handshake. The outgoing links are used
  (who is it?);
- `reconnect`: the same without the links.

**Connections** are the sessions of a workload (kind *sessions*, held by this block): each is at one instance, and what it says goes there (balancing *holder*). An instance holds as many
as it has memory for, unless the workload says how many; one more finds no place there.

**Reconnects.** When an instance dies or drains, its sessions come back, each after the workload's time to reconnect, to other instances: each one that comes back is a *reconnect* at its new
instance, beside the messages of those who are in. The door is what keeps such a storm from drowning them.

**Modelled.** Connections by instance, memory as a limit of their number, processors for each message, push and handshake, the door, storms of reconnects, scaling.

**Not modelled.** A session counts as connected while its handshake still waits. A broadcast goes to as many as the block says, evenly over its instances. Clients that read too
slowly; heartbeats (add them to the messages).)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"API Gateway websocket", "Web PubSub", "SignalR", "Socket.IO", "Centrifugo", "Netty",
                      "Phoenix channels"};
  type.operations = {"message", "push", "broadcast", "connect", "reconnect"};
  return makeBlock<WebsocketParams>(
      std::move(type), websocketSchema(), lowerWebsocket,
      [](const WebsocketParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const WebsocketParams& params) {
        return tier::deployProduct(params, "centrifugo/centrifugo:v5", 8000,
                                   {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8000/health"});
      },
      [](const WebsocketParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.isPublicEntry = true;
        traits.isStateless = false;  // it holds its connections
        traits.sessionSlots =
            static_cast<int>(std::min<std::int64_t>(params.slotsOfInstance(), 1'000'000'000));
        traits.terminatesTls = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
