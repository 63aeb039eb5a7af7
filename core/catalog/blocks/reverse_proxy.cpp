#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/contents.h"
#include "core/catalog/hosted.h"
#include "core/catalog/tier.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ReverseProxyParams : tier::TierParams, contents::ContentsParams {
  ReverseProxyParams() {
    instanceType = Choice{"c7g.large"};
    concurrency = Count(10'000);
    queueLimit = Count(0);
    hitRatio = ratio(0);
    timeToLive = 10_s;
  }
  Law proxyTime = Law::lognormal(60_us, 0.5);
  double requestsPerConnection = 20;
  Law handshakeTime = Law::lognormal(1_ms, 0.3);
};

constexpr const char* kNginxFigures =
    "NGINX, \"Testing the Performance of NGINX and NGINX Plus Web Servers\": 40,000 HTTPS requests of 1 KB a "
    "second and core "
    "over kept connections (as quoted at https://e-whisper.com/posts/56821/); passing on takes more than "
    "answering, hence 16,000.";

Schema<ReverseProxyParams> reverseProxySchema() {
  Schema<ReverseProxyParams> schema;
  tier::addSizeFields(schema, "Two, so that one may fail.",
                      "A small compute-optimised server: proxies need processors.");
  tier::addAdmissionFields(
      schema, Source::Grade::Judgement,
      "Half of 20,000 worker connections: each request has one to the client and one to the server.",
      "None: what has no connection is refused.");
  schema.field("proxy_time", &ReverseProxyParams::proxyTime)
      .label("Proxy time")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time of passing on one request and its answer, on a Graviton3 core.")
      .source(Source::Grade::Read, kNginxFigures)
      .field("requests_per_connection", &ReverseProxyParams::requestsPerConnection)
      .label("Requests per connection")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help("How many requests clients send over one TLS connection before they open another.")
      .source(Source::Grade::Judgement, "A page and its first calls over one HTTP/2 connection.")
      .field("handshake_time", &ReverseProxyParams::handshakeTime)
      .label("TLS handshake")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("Processor time of a full handshake; one request in so many needs one.")
      .source(Source::Grade::Judgement,
              "RSA-2048 signs about 1,000 times a second on a core; ECDSA several times as often.");
  contents::addContentsFields(
      schema,
      "No cache unless you want one; a micro-cache of a few seconds can take most reads of a hot page.",
      "A zone of 10 MB has room for some 80,000 keys; fewer large answers.",
      "A micro-cache: short enough that nobody notices.");
  return tier::addOperatingFields(schema);
}

void lowerReverseProxy(const ReverseProxyParams& params, plan::Lowering& lowering) {
  const plan::Index pool = tier::addServers(params, lowering);
  const contents::Contents cache(params, pool, lowering);
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program.branch(1 / params.requestsPerConnection, [&](plan::ProgramBuilder& opening) {
      opening.work(params.onThisServer(params.handshakeTime));
    });
    const plan::Body passOn = [&](plan::ProgramBuilder& body) { body.useAll(lowering.links()); };
    program.work(params.onThisServer(params.proxyTime));
    cache.readThrough(program, {}, passOn, passOn);
  });
  hosted::warnIfEveryLinkIsCalled(lowering, "proxy");
}

}  // namespace

BlockType reverse_proxy() {
  BlockType type{
      .key = "reverse_proxy",
      .label = "Reverse proxy",
      .category = Category::Edge,
      .purpose = "Servers of your own that end TLS, route, buffer and may keep answers for a moment."};
  type.documentation =
      R"(**What happens to a request.** The incoming link picks an instance, where the request takes one of its connections or is refused. One in so many
needs a TLS handshake first. It queues for a processor for the proxy time. If its class is cacheable and the answer is in the cache, that is
all; otherwise it goes on over the outgoing links meant for its class, holding its connection until the answer is there, and the answer is
put into the cache.

To share requests between several blocks give the links the role *route* and weights.

**Modelled.** Processors, connections, handshakes, a micro-cache, instances in the bill.

**Not modelled.** The transfer of large bodies, buffering to disk, reloading the configuration.)";
  type.documentation += contents::kContentsDocumentation;
  type.documentation += elasticity::kElasticDocumentation;
  type.vendorNames = {"nginx", "HAProxy", "Envoy", "Traefik", "Apache", "Caddy"};
  return makeBlock<ReverseProxyParams>(
      std::move(type), reverseProxySchema(), lowerReverseProxy,
      [](const ReverseProxyParams& params, const Load&) { return tier::usageOfServers(params); },
      [](const ReverseProxyParams& params) {
        Deployable deployable = tier::deployProduct(
            params, "traefik:v3.7", 80, {"traefik", "healthcheck", "--ping"}, Deployable::Kind::Proxy);
        deployable.command = {"--ping=true", "--entrypoints.web.address=:80"};
        return deployable;
      },
      [](const ReverseProxyParams& params) {
        Traits traits = tier::traitsOfServers(params);
        traits.isCompute = false;  // none of the designer's code
        traits.isPublicEntry = true;
        traits.balancesLoad = true;
        traits.terminatesTls = true;
        traits.hitRatio = params.statedRatio();
        traits.timeToLive = params.statedLife();
        traits.mttr = 5_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
