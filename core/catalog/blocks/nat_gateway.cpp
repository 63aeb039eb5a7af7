#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct NatParams {
  Count zones{3};
  Law translateTime = Law::constant(100_us);
  Count ports{55'000};
  Bytes requestSize = 2_KB;
  Ratio bypassShare = ratio(0);
};

Schema<NatParams> natSchema() {
  return Schema<NatParams>()
      .field("zones", &NatParams::zones)
      .label("Gateways")
      .group("Size")
      .range(1, 8)
      .help("One in each zone, so that the loss of a zone leaves the others their way out.")
      .source(Source::Grade::Judgement, "Three zones.")
      .field("translate_time", &NatParams::translateTime)
      .label("Translation")
      .group("Behaviour")
      .range(0_ms, 100_ms)
      .help("What it adds to each request.")
      .source(Source::Grade::Judgement, "Addresses are replaced in passing.")
      .field("ports", &NatParams::ports)
      .label("Connections per gateway")
      .group("Size")
      .range(100, 1'000'000)
      .logarithmic()
      .help("Connections to one destination that may be open at a time; one more fails.")
      .source(Source::Grade::Known,
              "Amazon VPC user guide: 55,000 simultaneous connections to each unique destination; "
              "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html")
      .field("request_size", &NatParams::requestSize)
      .label("Bytes out per request")
      .group("Cost")
      .range(0_B, 1_GB)
      .help("Processed besides the replies, which the request classes state.")
      .source(Source::Grade::Judgement, "A JSON call with its headers.")
      .field("bypass_share", &NatParams::bypassShare)
      .label("By endpoints instead")
      .group("Cost")
      .range(0, 1)
      .help(
          "Share of the traffic that goes to the provider's own services over endpoints and is not billed "
          "here.")
      .source(Source::Grade::Judgement, "None, until somebody has looked at the bill.");
}

}  // namespace

BlockType nat_gateway() {
  return makeBlock<NatParams>(
      {.key = "nat_gateway",
       .label = "NAT gateway",
       .category = Category::Operations,
       .purpose = "The way out of a private network, billed by the gigabyte.",
       .documentation =
           R"(**What happens to a request.** Draw it between servers and the external service that they call. The incoming link picks a gateway. The request takes
one of its connections to that destination, or is refused with *rate limited* if all are open; it keeps it while it uses the outgoing links, until the
answer is there. So a slow partner that many call can exhaust the ports of the way to it.

**Modelled.** Connections to one destination as a limit, translation, the bill: hours of each gateway and every gigabyte in either direction.

**Not modelled.** Each request opens a connection of its own, as short-lived calls do; clients that keep theirs need fewer. Several destinations behind
one gateway share the limit here. Bandwidth (5 to 100 Gb/s) is not a limit.)",
       .vendorNames = {"NAT Gateway", "Cloud NAT", "Azure NAT Gateway", "iptables"}},
      natSchema(),
      [](const NatParams& params, plan::Lowering& lowering) {
        plan::Tokens ports;
        ports.size = hosted::small(params.ports);
        ports.scope = plan::TokenScope::Instance;
        const plan::Index tokens = lowering.addTokens(ports);
        const plan::Index pool = lowering.addPool(hosted::machines(params.zones, 0));
        lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
          program.take(tokens).wait(params.translateTime).useAll(lowering.links());
        });
      },
      [](const NatParams& params, const Load& load) {
        const double bytesPerSecond =
            load.replyTraffic.raw() + load.requests.raw() * params.requestSize.raw();
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::ServiceHours, "nat", static_cast<double>(params.zones.value()),
                             format(params.zones) + " gateways"),
            {Usage::Kind::ProcessedGb, "nat-data",
             bytesPerSecond * (1 - params.bypassShare.raw()) * kSecondsPerMonth / 1e9, "ondemand",
             "requests and replies at the mean rate"}};
      },
      [](const NatParams&) { return Deployable{.kind = Deployable::Kind::Network}; },
      [](const NatParams& params) {
        Traits traits = hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement
        traits.isReplicated = params.zones.value() > 1;
        traits.instances = static_cast<int>(params.zones.value());
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
