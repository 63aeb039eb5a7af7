#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/contents.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct CdnParams : contents::ContentsParams {
  CdnParams() {
    capacity = Count(1'000'000);
    timeToLive = 24_h;
    isSingleFlight = true;
  }
  Count places{1};
  Law edgeLatency = Law::lognormal(15_ms, 0.6);
  Law missOverhead = Law::lognormal(25_ms, 0.6);
  Choice reach{"continental"};
};

Schema<CdnParams> cdnSchema() {
  Schema<CdnParams> schema;
  schema.field("places", &CdnParams::places)
      .label("Places")
      .group("Size")
      .range(1, 1000)
      .logarithmic()
      .help(
          "Caches that each have contents of their own (contents by keys): a file is fetched once for each. "
          "One "
          "stands for an origin shield, which all edges ask.")
      .source(Source::Grade::Judgement, "As with an origin shield: the most that a CDN can spare its origin.")
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
      .field("reach", &CdnParams::reach)
      .label("Reach")
      .group("Size")
      .choices({"local", "continental", "global"})
      .help(
          "Where edges serve: one country, North America and Europe, or everywhere. Sets the price class of "
          "the export.")
      .source(Source::Grade::Judgement, "Most products begin on one continent.");
  return contents::addContentsFields(
             schema, "Between versioned files (95 % and more) and mixed content (80 to 90 %).",
             "Files that a place keeps, 100 GB of pictures and scripts; the provider tells nobody.",
             "Amazon CloudFront developer guide: default TTL 86,400 s, a year for files whose name changes "
             "with "
             "their "
             "content; https://docs.aws.amazon.com/AmazonCloudFront/",
             Source::Grade::Known)
      .sourceOf("single_flight", Source::Grade::Known,
                "Amazon CloudFront developer guide: requests for an object that is being fetched wait for it "
                "(request collapsing); "
                "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
                "RequestAndResponseBehaviorCustomOrigin.html");
}

void lowerCdn(const CdnParams& params, plan::Lowering& lowering) {
  plan::Pool edge;
  edge.servers = 0;  // the provider's capacity is out of reach of one customer
  edge.instances = params.areSimulated() ? hosted::small(params.places) : 1;
  const plan::Index pool = lowering.addPool(edge);
  const contents::Contents contents(params, pool, lowering);
  const plan::Body hit = [&](plan::ProgramBuilder& program) { program.wait(params.edgeLatency); };
  const plan::Body miss = [&](plan::ProgramBuilder& program) {
    program.wait(params.missOverhead).useAll(lowering.links());
  };
  const plan::Body pass = [&](plan::ProgramBuilder& program) { program.useAll(lowering.links()); };
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    contents.readThrough(program, hit, miss, pass);
    program.end();
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
  deployable.settings["ttl_s"] = formatNumber(params.statedLife().inSeconds());
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
  traits.hitRatio = params.statedRatio();
  traits.timeToLive = params.statedLife();
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
      R"(**What happens to a request.** If its class is *cacheable* and the answer is at the edge (see *Contents*), it is answered after the edge latency.
A miss takes the miss overhead and then the outgoing links that are meant for its class; with contents by keys it is kept, and hits until it has expired or made room. A request of any other class passes straight
through to the outgoing links: the way from the edge to the origin is the latency of that link. Restrict links to classes to send files
to one origin and pages to another.

**Modelled.** Hits by a fixed ratio, or what is kept at each place: keys, capacity, expiry, cold starts, misses of one file fetched once. Two latencies, traffic and requests as they are billed. The edge
itself never saturates.

**Not modelled.** Sizes of files against the capacity, two levels of caches, the provider's request quota, compression.)";
  type.documentation += contents::kContentsDocumentation;
  type.vendorNames = {"CloudFront", "Cloud CDN", "Azure Front Door", "Cloudflare", "Varnish", "Fastly"};
  return makeBlock<CdnParams>(std::move(type), cdnSchema(), &lowerCdn, &usageOfCdn, &deployCdn, &traitsOfCdn);
}

}  // namespace cantilever::catalog::blocks
