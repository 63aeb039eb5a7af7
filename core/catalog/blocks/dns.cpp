#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DnsParams {
  Choice policy{"latency"};
  Ratio cachedShare = ratio(0.98);
  Law lookupTime = Law::lognormal(20_ms, 0.8);
  Duration timeToLive = 60_s;
  Duration healthInterval = 30_s;
  Count failureThreshold{3};
  Count healthChecks{2};

  /// Whether names lead elsewhere when an endpoint fails.
  bool isWatching() const { return healthChecks > Count(0) && policy.value != "simple"; }
  Duration failoverTime() const {
    return healthInterval * static_cast<double>(failureThreshold.value()) + timeToLive;
  }
  /// Users follow when the answers that they keep have run out: as checks, the last of which shows it.
  Count checksUntilFollowed() const {
    const double kept = std::ceil(timeToLive.inSeconds() / healthInterval.inSeconds());
    return Count(failureThreshold.value() + static_cast<std::int64_t>(kept));
  }
};

constexpr const char* kRoute53Guide =
    "Amazon Route 53 developer guide: checks every 30 s (or 10 s), three failures; "
    "https://docs.aws.amazon.com/Route53/";

Schema<DnsParams> dnsSchema() {
  return Schema<DnsParams>()
      .field("policy", &DnsParams::policy)
      .label("Routing policy")
      .group("Behaviour")
      .choices({"simple", "weighted", "latency", "geo", "failover"})
      .choiceLabels({{"geo", "Geolocation"}})
      .help(
          "How an answer is chosen where there are several. Sets the price of queries and the export; the "
          "links' weights say "
          "what comes of it.")
      .source(Source::Grade::Judgement, "What sends users of two regions to the nearer one.")
      .field("cached_share", &DnsParams::cachedShare)
      .label("Answered by resolvers")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the requests whose name is still known to the browser, the device or the resolver.")
      .source(Source::Grade::Judgement, "A session of fifty requests looks the name up once.")
      .field("lookup_time", &DnsParams::lookupTime)
      .label("Look-up")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What a look-up adds to a request that needs one.")
      .source(Source::Grade::Judgement, "A resolver nearby asks a name server nearby.")
      .field("ttl", &DnsParams::timeToLive)
      .label("Time to live")
      .group("Reliability")
      .range(0_s, Duration::hours(48))
      .help("How long an answer may be kept, and so the least time until everybody has followed a change.")
      .source(Source::Grade::Known,
              "Amazon Route 53 developer guide: alias records of load balancers have 60 s; "
              "https://docs.aws.amazon.com/Route53/")
      .field("health_interval", &DnsParams::healthInterval)
      .label("Health check interval")
      .group("Reliability")
      .range(10_s, 30_s)
      .help("How often each endpoint is asked whether it is well.")
      .source(Source::Grade::Known, kRoute53Guide)
      .field("failure_threshold", &DnsParams::failureThreshold)
      .label("Failures until removal")
      .group("Reliability")
      .range(1, 10)
      .help("How many checks in a row must fail until the endpoint is not named any more.")
      .source(Source::Grade::Known, kRoute53Guide)
      .field("health_checks", &DnsParams::healthChecks)
      .label("Health checks")
      .group("Cost")
      .range(0, 1000)
      .help("Endpoints that are watched; 0: names do not follow failures.")
      .source(Source::Grade::Judgement, "Two regions.");
}

void lowerDns(const DnsParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(hosted::boundless());
  const plan::Body resolve = [&](plan::ProgramBuilder& program) {
    program.branch(1 - params.cachedShare.raw(),
                   [&](plan::ProgramBuilder& unknown) { unknown.wait(params.lookupTime); });
  };
  for (const char* name : {"", "lead"}) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      resolve(program);
      program.useAll(lowering.links());
    });
  }
  lowering.addOperation("resolve", pool, resolve);
  hosted::warnIfEveryLinkIsCalled(lowering, "name server");
}

std::vector<Usage> usageOfDns(const DnsParams& params, const Load& load) {
  const std::string query = params.policy.value == "latency" ? "dns-query-latency"
                            : params.policy.value == "geo"   ? "dns-query-geo"
                                                             : "dns-query";
  return {
      hosted::allMonth(Usage::Kind::ServiceHours, "dns-zone", 1, "1 zone"),
      hosted::allMonth(Usage::Kind::CapacityUnitHours, "dns-health-check",
                       static_cast<double>(params.healthChecks.value()),
                       format(params.healthChecks) + " checks"),
      hosted::perRequest(query, load, 1 - params.cachedShare.raw(), "look-ups that resolvers do not answer"),
  };
}

}  // namespace

BlockType dns() {
  return makeBlock<DnsParams>(
      {.key = "dns",
       .label = "DNS",
       .category = Category::Edge,
       .purpose = "Turns names into addresses, and leads users to the nearest entrance that is well.",
       .documentation =
           R"(**What happens to a request.** `lead` (the default): with the share that resolvers do not answer it waits for a look-up. Then it goes on over the outgoing
links: give several entrances the role *route* and weights, as a weighted or latency policy splits the users. `resolve` only looks up.

**Failover.** The name server needs interval times threshold to notice that an entrance is dead, and users follow within the time to live: with the
defaults 150 s, in which those who were sent there are refused; and as long until they come back. The policy *simple*, or no health checks: they never
follow. A link that says something else of its health checks is obeyed.

**Modelled.** Look-ups, failover, the bill (zone, health checks, queries that reach the name server).

**Not modelled.** That users follow a change one by one while their cached answers run out (here all do when the last one has); resolvers that keep answers longer than allowed; which
user is near to which region.)",
       .vendorNames = {"Route 53", "Cloud DNS", "Azure DNS", "Traffic Manager", "CoreDNS", "BIND"},
       .operations = {"lead", "resolve"}},
      dnsSchema(), lowerDns, usageOfDns,
      [](const DnsParams& params) {
        Deployable deployable{.kind = Deployable::Kind::NameServer};
        deployable.settings["policy"] = params.policy.value;
        deployable.settings["ttl_s"] = formatNumber(params.timeToLive.inSeconds());
        return deployable;
      },
      [](const DnsParams& params) {
        Traits traits = hosted::traits(87600_h, 5_min);  // one outage in ten years; the SLA promises 100 %
        traits.balancesLoad = true;
        traits.isPublicEntry = false;  // it tells the way, users enter elsewhere
        if (params.isWatching()) {
          traits.detectionTime = params.failoverTime();
          // An endpoint has 4 s to take the connection (Route 53 developer guide).
          const Count checks = params.checksUntilFollowed();
          traits.linkDefaults = hosted::checks(params.healthInterval, 4_s, checks, checks);
        } else {
          traits.linkDefaults = hosted::checks(1_h, 1_s, Count(0), Count(1));  // it never learns
        }
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
