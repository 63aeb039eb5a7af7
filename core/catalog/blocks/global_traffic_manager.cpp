#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct TrafficManagerParams {
  Law forwardTime = Law::lognormal(2_ms, 0.5);
  Duration healthInterval = 10_s;
  Count failureThreshold{3};
};

Schema<TrafficManagerParams> trafficManagerSchema() {
  return Schema<TrafficManagerParams>()
      .field("forward_time", &TrafficManagerParams::forwardTime)
      .label("Forwarding time")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What it adds to each request at the edge, besides the way to the region.")
      .source(Source::Grade::Judgement,
              "Packets are taken in at the nearest edge and put onto the provider's network.")
      .field("health_interval", &TrafficManagerParams::healthInterval)
      .label("Health check interval")
      .group("Reliability")
      .range(10_s, 30_s)
      .help("How often each region's entrance is asked whether it is well.")
      .source(Source::Grade::Known,
              "AWS Global Accelerator developer guide: every 10 or 30 s; "
              "https://docs.aws.amazon.com/global-accelerator/")
      .field("failure_threshold", &TrafficManagerParams::failureThreshold)
      .label("Failures until removal")
      .group("Reliability")
      .range(1, 10)
      .help("How many checks in a row must fail until users are sent to another region.")
      .source(Source::Grade::Known,
              "AWS Global Accelerator developer guide: three; "
              "https://docs.aws.amazon.com/global-accelerator/");
}

}  // namespace

BlockType global_traffic_manager() {
  return makeBlock<TrafficManagerParams>(
      {.key = "global_traffic_manager",
       .label = "Global traffic manager",
       .category = Category::Edge,
       .purpose = "One address all over the world that leads users to the nearest region that is well.",
       .documentation =
           R"(**What happens to a request.** It takes the forwarding time and goes on over one of the outgoing links: give each region's entrance the
role *route* and, as its weight, its share of the users or the dial of a gradual move.

**Failover.** Users keep one address, so no cached name stands in the way: a region that fails is left as soon as it is noticed, interval times
threshold, 30 s with the defaults, and used again after as many checks that pass. Until then its users are refused. A link that says something
else of its health checks is obeyed.

**Modelled.** Forwarding, health checks, the split by weight, the hourly fee and the surcharge on traffic.

**Not modelled.** Which user is nearest to which region: weights say it. The gain of the provider's network over the internet is in the links'
latencies.)",
       .vendorNames = {"Global Accelerator", "Cloud Load Balancing", "Azure Front Door", "Anycast",
                       "Cloudflare"}},
      trafficManagerSchema(),
      [](const TrafficManagerParams& params, plan::Lowering& lowering) {
        lowering.addOperation("", lowering.addPool(hosted::boundless()), [&](plan::ProgramBuilder& program) {
          program.wait(params.forwardTime).useAll(lowering.links());
        });
        hosted::warnIfEveryLinkIsCalled(lowering, "traffic manager");
      },
      [](const TrafficManagerParams&, const Load& load) {
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::ServiceHours, "global-accelerator", 1, "1 accelerator"),
            {Usage::Kind::EgressGb, "global-accelerator", load.replyTraffic.raw() * kSecondsPerMonth / 1e9,
             "ondemand", "replies at the mean rate; the regions' own traffic comes on top"}};
      },
      [](const TrafficManagerParams&) {
        Deployable deployable{.kind = Deployable::Kind::TrafficManager, .image = "traefik:v3.7"};
        deployable.ports = {80};
        deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
        deployable.healthCheck = {"traefik", "healthcheck", "--ping"};
        return deployable;
      },
      [](const TrafficManagerParams& params) {
        Traits traits = hosted::traits(87600_h, 10_min);  // one outage in ten years: judgement
        traits.balancesLoad = true;
        traits.isPublicEntry = true;
        traits.passesTlsOn = true;  // to the region, which ends it
        traits.detectionTime = params.healthInterval * static_cast<double>(params.failureThreshold.value());
        // As many in a row, failed or passed, change its mind (Global Accelerator developer guide).
        traits.linkDefaults =
            hosted::checks(params.healthInterval, 1_s, params.failureThreshold, params.failureThreshold);
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
