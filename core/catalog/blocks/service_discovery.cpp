#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DiscoveryParams : tier::TierParams {
  DiscoveryParams() {
    instances = Count(3);
    instanceType = Choice{"t4g.small"};
    concurrency = Count(1000);
  }
  Law resolveTime = Law::lognormal(200_us, 0.5);
  Law registerTime = Law::lognormal(2_ms, 0.6);
  Ratio cachedShare = ratio(0.99);
  Duration timeToLive = 30_s;
  Duration expiry = 90_s;
};

constexpr const char* kEureka =
    "Spring Cloud Netflix reference: heartbeats and the clients' copies every 30 s, entries expire after 90 "
    "s; "
    "https://docs.spring.io/spring-cloud-netflix/";

Schema<DiscoveryParams> discoverySchema() {
  Schema<DiscoveryParams> schema;
  tier::addSizeFields(schema, "Three, the least that keep a majority when one fails.", "It does little.")
      .sourceOf("instances", Source::Grade::Known,
                "HashiCorp, Consul reference architecture: three or five servers; "
                "https://developer.hashicorp.com/consul/tutorials/production-deploy/reference-architecture");
  tier::addAdmissionFields(schema, Source::Grade::Judgement, "Clients keep connections open.",
                           "As many as one server still answers in time.");
  schema.field("resolve_time", &DiscoveryParams::resolveTime)
      .label("Resolve")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of one look-up, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "A list from memory, as JSON.")
      .field("register_time", &DiscoveryParams::registerTime)
      .label("Register")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of a registration or heartbeat, which a majority has to agree to.")
      .source(Source::Grade::Judgement, "A round of consensus and a write to disk.")
      .field("cached_share", &DiscoveryParams::cachedShare)
      .label("Answered from copies")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the look-ups that the client answers itself from its copy of the registry.")
      .source(Source::Grade::Judgement, "A client that calls ten times a second asks once in ten seconds.")
      .field("ttl", &DiscoveryParams::timeToLive)
      .label("Life of a copy")
      .group("Reliability")
      .range(0_s, 1_h)
      .help("How long clients use their copy.")
      .source(Source::Grade::Known, kEureka)
      .field("expiry", &DiscoveryParams::expiry)
      .label("Expiry of an entry")
      .group("Reliability")
      .range(1_s, 1_h)
      .help("So long after its last heartbeat an instance is taken off the list.")
      .source(Source::Grade::Known, kEureka);
  return tier::addOperatingFields(schema);
}

void lowerDiscovery(const DiscoveryParams& params, plan::Lowering& lowering) {
  const plan::Index pool = tier::addServers(params, lowering);
  const plan::OutLink ask = lowering.addPart("ask", pool, {}, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.resolveTime));
  });
  const plan::Body resolve = [&](plan::ProgramBuilder& program) {
    program.branch(1 - params.cachedShare.raw(), [&](plan::ProgramBuilder& stale) { stale.use(ask); });
  };
  for (const char* name : {"", "pass_on"}) {
    lowering.addOperation(name, plan::kNone, [&](plan::ProgramBuilder& program) {
      resolve(program);
      program.useAll(lowering.links());
    });
  }
  lowering.addOperation("resolve", plan::kNone, resolve);
  lowering.addOperation("register", pool, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.registerTime));
  });
}

}  // namespace

BlockType service_discovery() {
  BlockType type{.key = "service_discovery",
                 .label = "Service discovery",
                 .category = Category::Operations,
                 .purpose = "A registry of the instances that are well, which callers ask for addresses."};
  type.documentation =
      R"(**What happens to a call.** `resolve`: the client mostly has the list already; otherwise it asks one of the servers, which takes a processor for
the time of a look-up. `register` (also a heartbeat) always reaches a server. `pass_on` (the default) resolves and passes the call on over the
outgoing links, as a router with the registry built in does.

**How stale.** A dead instance is listed until its entry expires, and used until the clients' copies have run out: expiry plus the life of a copy, two
minutes with the defaults. That time is shown to the checklists; in a run it is set at the links (health checks).

**Modelled.** Look-ups that reach the servers, registrations, servers in the bill.

**Not modelled.** Who leads, splits of the network, and that callers can go on with their copies while all servers are down: fail with a link of role
*fallback*.)";
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"Consul", "Eureka", "etcd", "ZooKeeper", "Cloud Map", "Service Directory"};
  type.operations = {"pass_on", "resolve", "register"};
  return makeBlock<DiscoveryParams>(
      std::move(type), discoverySchema(), lowerDiscovery,
      [](const DiscoveryParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const DiscoveryParams& params) {
        Deployable deployable = tier::deployProduct(params, "hashicorp/consul:1.20", 8500,
                                                    {"consul", "members"}, Deployable::Kind::Server);
        deployable.settings["scheme"] = "http";
        return deployable;
      },
      [](const DiscoveryParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.isCompute = false;
        traits.isStateless = false;
        traits.isReplicated = params.instances.value() >= 3;
        traits.detectionTime = params.expiry + params.timeToLive;
        traits.mtbf = 43800_h;  // one failure in five years: judgement
        traits.mttr = 5_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
