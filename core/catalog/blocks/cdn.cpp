#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct CdnParams {
  Ratio hitRatio = ratio(0.9);
  Law edgeLatency = Law::lognormal(15_ms, 0.6);
  Law missOverhead = Law::lognormal(25_ms, 0.6);
  Duration timeToLive = 24_h;
  Choice reach{"continental"};
};

Schema<CdnParams> cdnSchema() {
  return Schema<CdnParams>()
      .field("hit_ratio", &CdnParams::hitRatio)
      .label("Hit ratio")
      .group("Behaviour")
      .range(0, 0.999)
      .help(
          "Share of the requests of cacheable classes that the edge answers itself. 95 % and more for files "
          "with versioned names, 80 to 90 % for a mix.")
      .source(Source::Grade::Judgement, "Between versioned files and mixed content.")
      .field("edge_latency", &CdnParams::edgeLatency)
      .label("Edge latency")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Time from the request's arrival at the edge to the first byte of a hit.")
      .source(Source::Grade::Judgement, "Look-up, disk and TLS at a busy edge.")
      .field("miss_overhead", &CdnParams::missOverhead)
      .label("Miss overhead")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help(
          "Extra time of a miss at the edge, besides what the origin takes: the way to it over a kept "
          "connection, and storing the answer.")
      .source(Source::Grade::Judgement, "One way across a continent with connection reuse.")
      .field("default_ttl", &CdnParams::timeToLive)
      .label("Time to live")
      .group("Behaviour")
      .range(0_s, Duration::hours(365 * 24))
      .help(
          "How long an answer may be served again. Goes into the exported configuration; the hit ratio says "
          "what comes of it. A year is right for files whose name changes with their content.")
      .source(Source::Grade::Known,
              "Amazon CloudFront developer guide: default TTL 86,400 s; "
              "https://docs.aws.amazon.com/AmazonCloudFront/")
      .field("reach", &CdnParams::reach)
      .label("Reach")
      .group("Size")
      .choices({"local", "continental", "global"})
      .help(
          "Where edges serve: one country, North America and Europe, or everywhere. Sets the price class of "
          "the export.")
      .source(Source::Grade::Judgement, "Most products begin on one continent.");
}

void lowerCdn(const CdnParams& params, plan::Lowering& lowering) {
  plan::Pool edge;
  edge.servers = 0;  // the provider's capacity is out of reach of one customer
  const plan::Index pool = lowering.addPool(edge);
  const plan::Body miss = [&](plan::ProgramBuilder& program) {
    program.wait(params.missOverhead).useAll(lowering.links());
  };
  const plan::Body lookUp = [&](plan::ProgramBuilder& program) {
    program.branch(
        params.hitRatio.raw(), [&](plan::ProgramBuilder& hit) { hit.wait(params.edgeLatency); }, miss);
  };
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program
        .branchOnClass(lowering.cacheableClasses(), lookUp,
                       [&](plan::ProgramBuilder& pass) { pass.useAll(lowering.links()); })
        .end();
  });
}

std::vector<Usage> usageOfCdn(const CdnParams&, const Load& load) {
  const double gigabytes = load.replyTraffic.raw() * kSecondsPerMonth / 1e9;
  const double requests = load.requests.raw() * kSecondsPerMonth;
  return {
      {Usage::Kind::EgressGb, "cdn-internet", gigabytes, "ondemand", "replies to users at the mean rate"},
      {Usage::Kind::Requests, "cdn-https", requests, "ondemand", "requests at the mean rate"},
  };
}

Deployable deployCdn(const CdnParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::Cdn;
  deployable.image = "varnish:8.0.2";
  deployable.ports = {80};
  deployable.healthCheck = {"varnishadm", "ping"};
  deployable.settings["ttl_s"] = formatNumber(params.timeToLive.inSeconds());
  deployable.settings["reach"] = params.reach.value;
  return deployable;
}

Traits traitsOfCdn(const CdnParams& params) {
  Traits traits;
  traits.isPublicEntry = true;
  traits.isCdn = true;
  traits.isManaged = true;
  traits.isReplicated = true;
  traits.scalesAutomatically = true;
  traits.hasHealthCheck = true;
  traits.terminatesTls = true;
  traits.hitRatio = params.hitRatio;
  traits.timeToLive = params.timeToLive;
  traits.mtbf = 43800_h;  // one short incident in five years for a customer: judgement
  traits.mttr = 15_min;
  return traits;
}

}  // namespace

BlockType cdn() {
  BlockType type;
  type.key = "cdn";
  type.label = "CDN";
  type.category = Category::Edge;
  type.purpose = "A cache near the users that answers what is the same for everybody.";
  type.documentation =
      R"(**What happens to a request.** If its class is *cacheable*, it is a hit with the hit ratio and is answered after the edge latency.
A miss takes the miss overhead and then the outgoing links that are meant for its class. A request of any other class passes straight
through to the outgoing links: the way from the edge to the origin is the latency of that link. Restrict links to classes to send files
to one origin and pages to another.

**Modelled.** Hits by a fixed ratio, two latencies, traffic and requests as they are billed. The edge itself never saturates.

**Not modelled.** What is in the cache: keys, sizes, expiry and cold starts (so the time to live changes the exports, not the run), several
misses of one file fetched once (origin shield), the provider's request quota, compression.)";
  type.vendorNames = {"CloudFront", "Cloud CDN", "Azure Front Door", "Cloudflare", "Varnish", "Fastly"};
  return makeBlock<CdnParams>(std::move(type), cdnSchema(), &lowerCdn, &usageOfCdn, &deployCdn, &traitsOfCdn);
}

}  // namespace cantilever::catalog::blocks
