#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct LoadBalancerParams {
  Law forwardLatency = Law::lognormal(1.5_ms, 0.6);
  bool tls = true;
  Duration healthInterval = 30_s;
  Count unhealthyThreshold{2};
  double requestsPerConnection = 20;

  Duration detectionTime() const { return healthInterval * static_cast<double>(unhealthyThreshold.value()); }
};

constexpr const char* kHealthCheckDefaults =
    "Elastic Load Balancing user guide: interval 30 s, two failures; "
    "https://docs.aws.amazon.com/elasticloadbalancing/";

Schema<LoadBalancerParams> loadBalancerSchema() {
  return Schema<LoadBalancerParams>()
      .field("forward_latency", &LoadBalancerParams::forwardLatency)
      .label("Forwarding time")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What the balancer adds to each request: parsing, rules, encryption.")
      .source(Source::Grade::Judgement, "Managed HTTP balancers add one to two milliseconds.")
      .field("tls", &LoadBalancerParams::tls)
      .label("TLS")
      .group("Behaviour")
      .help("Whether it has a certificate and speaks HTTPS.")
      .source(Source::Grade::Judgement, "Nothing public should be without.")
      .field("health_interval", &LoadBalancerParams::healthInterval)
      .label("Health check interval")
      .group("Reliability")
      .range(5_s, 300_s)
      .help("How often each instance behind is asked whether it is well.")
      .source(Source::Grade::Known, kHealthCheckDefaults)
      .field("unhealthy_threshold", &LoadBalancerParams::unhealthyThreshold)
      .label("Failures until removal")
      .group("Reliability")
      .range(2, 10)
      .help(
          "How many checks in a row must fail until the instance gets no more requests. Interval times "
          "threshold is the time a dead instance may hurt.")
      .source(Source::Grade::Known, kHealthCheckDefaults)
      .field("requests_per_connection", &LoadBalancerParams::requestsPerConnection)
      .label("Requests per connection")
      .group("Cost")
      .range(1, 1000)
      .logarithmic()
      .help(
          "How many requests clients send over one connection before they open another. New connections are "
          "one of the measures of the bill.")
      .source(Source::Grade::Judgement, "A page and its first calls over one HTTP/2 connection.");
}

void lowerLoadBalancer(const LoadBalancerParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(hosted::boundless());
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.wait(params.forwardLatency).useAll(lowering.links()).end();
  });
  hosted::warnIfEveryLinkIsCalled(lowering, "balancer");
}

/// One capacity unit carries 25 new connections/s or 1 GB/h; the larger need is billed (AWS pricing page of
/// Elastic Load Balancing, read through internettoolset.com/cloud/load-balancer-calculator). Its further
/// measures, 3,000 active connections and 1,000 rule evaluations/s, are taken as never the largest.
double capacityUnitsOf(const LoadBalancerParams& params, const Load& load) {
  const double newConnections = load.requests.raw() / params.requestsPerConnection;
  const double gigabytesPerHour = load.replyTraffic.raw() * 3600 / 1e9;
  return std::max(newConnections / 25, gigabytesPerHour);
}

std::vector<Usage> usageOfLoadBalancer(const LoadBalancerParams& params, const Load& load) {
  const double units = capacityUnitsOf(params, load);
  return {
      {Usage::Kind::ServiceHours, "alb", kHoursPerMonth, "ondemand", "1 balancer x 730 h"},
      {Usage::Kind::CapacityUnitHours, "alb-lcu", units * kHoursPerMonth, "ondemand",
       formatNumber(units, 4) + " capacity units at the mean rate x 730 h"},
  };
}

Deployable deployLoadBalancer(const LoadBalancerParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::LoadBalancer;
  deployable.image = "traefik:v3.7";
  deployable.ports = {80};
  deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
  deployable.healthCheck = {"traefik", "healthcheck", "--ping"};
  deployable.settings["tls"] = params.tls ? "true" : "false";
  deployable.settings["health_interval_s"] = formatNumber(params.healthInterval.inSeconds());
  deployable.settings["unhealthy_threshold"] = format(params.unhealthyThreshold);
  return deployable;
}

Traits traitsOfLoadBalancer(const LoadBalancerParams& params) {
  Traits traits;
  traits.isPublicEntry = true;
  traits.balancesLoad = true;
  traits.isManaged = true;
  traits.isReplicated = true;
  traits.scalesAutomatically = true;
  traits.hasHealthCheck = true;
  traits.terminatesTls = params.tls;
  traits.detectionTime = params.detectionTime();
  // A check that is not answered in 5 s has failed; a new target is well after one (Elastic Load Balancing,
  // user guide).
  traits.linkDefaults = hosted::checks(params.healthInterval, 5_s, params.unhealthyThreshold, Count(1));
  traits.mtbf = 87600_h;  // one outage in ten years: judgement, against an SLA of 99.99 %
  traits.mttr = 5_min;
  return traits;
}

}  // namespace

BlockType l7_load_balancer() {
  BlockType type;
  type.key = "l7_load_balancer";
  type.label = "Load balancer (HTTP)";
  type.category = Category::Edge;
  type.purpose =
      "Spreads HTTP requests over instances in several zones, ends TLS, and leaves out those that fail.";
  type.documentation =
      R"(**What happens to a request.** It takes the forwarding time and then the outgoing links meant for its class. *Which instance* of the
block behind gets it is chosen by that link's balancing (random or round robin), among the instances that are believed to be up. To share requests
between several blocks, give the links the role `route` and weights.

**Health checks.** Each instance is asked every interval. One that was killed gets its share of the requests, which are refused, until as many
checks in a row as the threshold have failed, each 5 s after it was sent; a new one gets its first after one that has passed. A link that says
something else of its health checks is obeyed (*health_interval* 0: it knows at once).

**Modelled.** The forwarding time, health checks, the choice of an instance, and the bill: an hourly fee and capacity units, which count new
connections or bytes, whichever needs more.

**Not modelled.** Handshakes, warm-up of the balancer when load doubles within minutes. Slow start and stickiness are settings of the links.)";
  type.vendorNames = {
      "ALB", "Application Load Balancer", "Application Gateway", "HAProxy", "nginx", "Envoy", "Traefik"};
  return makeBlock<LoadBalancerParams>(std::move(type), loadBalancerSchema(), &lowerLoadBalancer,
                                       &usageOfLoadBalancer, &deployLoadBalancer, &traitsOfLoadBalancer);
}

}  // namespace cantilever::catalog::blocks
