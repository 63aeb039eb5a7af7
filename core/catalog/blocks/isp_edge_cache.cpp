#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/contents.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct IspCacheParams : contents::ContentsParams {
  IspCacheParams() {
    hitRatio = ratio(0.95);
    capacity = Count(100'000);
    eviction = Choice{"least_frequently_used"};
    warmShare = ratio(1);
  }
  Count appliances{100};
  Bandwidth throughput = bytesPerSecond(90e9 / 8);
  Bytes segment = 2500_KB;
  Law serveTime = Law::lognormal(8_ms, 0.6);

  Law transferTime() const { return Law::constant(Duration::seconds(segment.raw() / throughput.raw())); }
};

constexpr const char* kOpenConnect =
    "GeoLeap, How Netflix Open Connect Delivers 95% of Its Traffic From Inside Your ISP "
    "(https://geoleap.app/blog/netflix-open-connect-explained), not Netflix itself, which said close to 90 % "
    "in "
    "2016 "
    "(https://www.rapidtvnews.com/2016031942170/netflix-moves-all-global-traffic-to-open-connect-cdn.html).";

Schema<IspCacheParams> ispCacheSchema() {
  Schema<IspCacheParams> schema;
  schema.field("appliances", &IspCacheParams::appliances)
      .label("Appliances")
      .group("Size")
      .range(1, 50'000)
      .logarithmic()
      .help(
          "Machines in the networks of internet providers, each with contents and a network card of its own.")
      .source(Source::Grade::Judgement, "A country; Netflix has some 19,000 all over the world.")
      .field("throughput", &IspCacheParams::throughput)
      .label("Throughput per appliance")
      .group("Size")
      .range(bytesPerSecond(1e7), bytesPerSecond(1e12))
      .logarithmic()
      .help("What its network card sends; all segments on the way share it equally.")
      .source(Source::Grade::Read, "Summaries of Netflix Open Connect: 90 Gb/s in 2016 (11.25 GB/s)")
      .field("segment", &IspCacheParams::segment)
      .label("Segment")
      .group("Behaviour")
      .range(1_KB, 1_GB)
      .logarithmic()
      .help("Bytes of what one request asks for.")
      .source(Source::Grade::Judgement, "Four seconds of video at 5 Mb/s.")
      .field("serve_time", &IspCacheParams::serveTime)
      .label("Serving time")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("From the request's arrival to the first byte, besides the transfer.")
      .source(Source::Grade::Judgement, "A read from flash and TLS on a busy machine.");
  return contents::addContentsFields(schema, kOpenConnect,
                                     "Titles in popular encodings on 200 TB of storage, some 2 GB each.",
                                     "Films do not change.")
      .sourceOf("eviction", Source::Grade::Judgement, "It is filled by how popular films are.")
      .sourceOf("warm_share", Source::Grade::Judgement, "It is filled at night, before anybody asks.");
}

void lowerIspCache(const IspCacheParams& params, plan::Lowering& lowering) {
  plan::Pool appliances = hosted::machines(params.appliances, 1);
  appliances.order = plan::ServiceOrder::Sharing;
  const plan::Index pool = lowering.addPool(appliances);
  const contents::Contents contents(params, pool, lowering);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    const plan::Body serve = [&](plan::ProgramBuilder& hit) {
      hit.wait(params.serveTime).work(params.transferTime());
    };
    const plan::Body passOn = [&](plan::ProgramBuilder& miss) { miss.useAll(lowering.links()); };
    contents.readThrough(program, serve, passOn, passOn);
  });
}

}  // namespace

BlockType isp_edge_cache() {
  BlockType type{
      .key = "isp_edge_cache",
      .label = "Caches in ISPs",
      .category = Category::Edge,
      .purpose =
          "Appliances inside internet providers' networks that hold films before anybody asks for them."};
  type.documentation =
      R"(**What happens to a request.** The incoming link picks an appliance (with balancing *consistent_hash* always the same one for a title). If the
request's class is cacheable and the segment is there, it takes the serving time and the transfer over the appliance's network card, which all
transfers share equally. Otherwise it goes on over the outgoing links, to a CDN or the origin, and what it brought is kept.

**Filled in advance.** With contents by keys and *warm at start* 100 % each appliance begins with the titles asked for most, as a nightly fill
leaves it.

**Modelled.** Bandwidth of every appliance as a resource that saturates, hits, misses that go further.

**Not modelled.** The fill itself and its traffic at night. The hardware is no cloud's: it is not billed. What it saves shows when the same
traffic goes through a *CDN* block instead.)";
  type.documentation += contents::kContentsDocumentation;
  type.vendorNames = {"Open Connect", "Google Global Cache", "Media CDN", "Embedded POP"};
  return makeBlock<IspCacheParams>(
      std::move(type), ispCacheSchema(), lowerIspCache,
      [](const IspCacheParams&, const Load&) { return std::vector<Usage>(); },
      [](const IspCacheParams& params) {
        Deployable deployable{.kind = Deployable::Kind::External, .image = "varnish:8.0.2"};
        deployable.ports = {80};
        deployable.healthCheck = {"varnishadm", "ping"};
        deployable.settings["ttl_s"] = formatNumber(params.statedLife().inSeconds());
        return deployable;
      },
      [](const IspCacheParams& params) {
        Traits traits;
        traits.isPublicEntry = true;
        traits.isCdn = true;
        traits.hasHealthCheck = true;
        traits.isReplicated = params.appliances.value() > 1;
        traits.terminatesTls = true;
        traits.instances = static_cast<int>(params.appliances.value());
        traits.hitRatio = params.statedRatio();
        traits.timeToLive = params.statedLife();
        traits.mtbf = 17520_h;  // one failure in two years and appliance: judgement
        traits.mttr = 24_h;     // somebody has to go there
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
