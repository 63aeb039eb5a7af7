#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct L4BalancerParams {
  Law forwardTime = Law::lognormal(200_us, 0.5);
  double requestsPerFlow = 20;
  Law connectTime = Law::lognormal(500_us, 0.6);
  Duration healthInterval = 30_s;
  Count unhealthyThreshold{3};
  bool crossZone = false;
};

constexpr const char* kNlbGuide =
    "Elastic Load Balancing, user guide for Network Load Balancers; "
    "https://docs.aws.amazon.com/elasticloadbalancing/";

Schema<L4BalancerParams> l4BalancerSchema() {
  return Schema<L4BalancerParams>()
      .field("forward_time", &L4BalancerParams::forwardTime)
      .label("Forwarding time")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("What it adds to each request: packets are passed on without being looked into.")
      .source(Source::Grade::Judgement, "A tenth of what an HTTP balancer takes.")
      .field("requests_per_flow", &L4BalancerParams::requestsPerFlow)
      .label("Requests per connection")
      .group("Cost")
      .range(1, 1'000'000)
      .logarithmic()
      .help(
          "How many requests clients send over one connection. New connections are one of the measures of "
          "the bill.")
      .source(Source::Grade::Judgement,
              "A page and its first calls over one connection; messages over a websocket are many more.")
      .field("connect_time", &L4BalancerParams::connectTime)
      .label("Connecting")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What opening a connection through it to an instance adds to the request that needs one.")
      .source(Source::Grade::Known,
              "Latency numbers every programmer should know: a round trip within a data centre takes 0.5 ms; "
              "https://github.com/donnemartin/system-design-primer")
      .field("health_interval", &L4BalancerParams::healthInterval)
      .label("Health check interval")
      .group("Reliability")
      .range(5_s, 300_s)
      .help("How often each instance behind is asked whether it is well.")
      .source(Source::Grade::Read,
              "Elastic Load Balancing API, CreateTargetGroup: every 30 seconds by default, 5 to 300; "
              "https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/elasticloadbalancingv2/")
      .field("unhealthy_threshold", &L4BalancerParams::unhealthyThreshold)
      .label("Failures until removal")
      .group("Reliability")
      .range(2, 10)
      .help("How many checks in a row must fail until an instance gets no new connections.")
      .source(Source::Grade::Known, kNlbGuide)
      .field("cross_zone", &L4BalancerParams::crossZone)
      .label("Across zones")
      .group("Reliability")
      .help(
          "Each zone's node spreads over the instances of all zones, not only its own. Goes into the export.")
      .source(Source::Grade::Known, kNlbGuide);
}

/// One capacity unit carries 800 new TCP flows/s or 1 GB/h; the larger need is billed (Elastic Load Balancing
/// pricing; its further measure, 100,000 active flows, is taken as never the largest).
double networkUnitsOf(const L4BalancerParams& params, const Load& load) {
  const double flows = load.requests.raw() / params.requestsPerFlow;
  return std::max(flows / 800, load.replyTraffic.raw() * 3600 / 1e9);
}

}  // namespace

BlockType l4_load_balancer() {
  return makeBlock<L4BalancerParams>(
      {.key = "l4_load_balancer",
       .label = "Load balancer (TCP)",
       .category = Category::Edge,
       .purpose = "Passes TCP and UDP connections on to instances: websockets, gRPC, brokers, databases.",
       .documentation =
           R"(**What happens to a request.** One in so many opens a connection first. It takes the forwarding time and then the outgoing links meant for its class. *Which instance* of the block
behind gets it is chosen by that link's balancing. A real one chooses when a connection is opened and keeps to it: for long-lived connections
give the link the balancing *consistent_hash* by the key of the user. To share between several blocks, give the links the role *route* and
weights.

**Health checks.** Each instance is asked every interval; one that was killed gets its share of the requests, which are refused, until as many
checks in a row as the threshold have failed, each 10 s after it was sent. A link that says something else of its health checks is obeyed.

**Modelled.** Forwarding, health checks, the choice of an instance, and the bill: an hourly fee and capacity units, which count new connections or bytes,
whichever needs more.

**Not modelled.** TLS and retries (it looks into nothing), connections that stay with an instance taken away until they end, unequal load of zones
when it does not balance across them.)",
       .vendorNames = {"NLB", "Network Load Balancer", "Azure Load Balancer", "HAProxy", "IPVS", "Maglev"}},
      l4BalancerSchema(),
      [](const L4BalancerParams& params, plan::Lowering& lowering) {
        lowering.addOperation("", lowering.addPool(hosted::boundless()), [&](plan::ProgramBuilder& program) {
          program
              .branch(1 / params.requestsPerFlow,
                      [&](plan::ProgramBuilder& opening) { opening.wait(params.connectTime); })
              .wait(params.forwardTime)
              .useAll(lowering.links());
        });
        hosted::warnIfEveryLinkIsCalled(lowering, "balancer");
      },
      [](const L4BalancerParams& params, const Load& load) {
        const double units = networkUnitsOf(params, load);
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::ServiceHours, "nlb", 1, "1 balancer"),
            hosted::allMonth(Usage::Kind::CapacityUnitHours, "nlb-lcu", units,
                             formatNumber(units, 4) + " capacity units at the mean rate")};
      },
      [](const L4BalancerParams& params) {
        Deployable deployable{.kind = Deployable::Kind::LoadBalancer, .image = "traefik:v3.7"};
        deployable.ports = {80};
        deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
        deployable.healthCheck = {"traefik", "healthcheck", "--ping"};
        deployable.settings["layer"] = "4";
        deployable.settings["cross_zone"] = params.crossZone ? "true" : "false";
        deployable.settings["health_interval_s"] = formatNumber(params.healthInterval.inSeconds());
        deployable.settings["unhealthy_threshold"] = format(params.unhealthyThreshold);
        return deployable;
      },
      [](const L4BalancerParams& params) {
        Traits traits =
            hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement, against an SLA of 99.99 %
        traits.isPublicEntry = true;
        traits.balancesLoad = true;
        traits.passesTlsOn = true;
        traits.detectionTime = params.healthInterval * static_cast<double>(params.unhealthyThreshold.value());
        // A connection that is not made within 10 s has failed; a new target is well after one check (NLB
        // guide).
        traits.linkDefaults =
            hosted::checks(params.healthInterval, 10_s, params.unhealthyThreshold, Count(1));
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
