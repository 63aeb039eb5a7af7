#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct TlsParams {
  Choice version{"1.3"};
  Law roundTrip = Law::lognormal(40_ms, 0.5);
  double requestsPerConnection = 20;
  Ratio resumed = ratio(0.5);
  Law signTime = Law::lognormal(1_ms, 0.3);

  /// Round trips before the first byte of a request: RFC 8446 takes one, RFC 5246 two; a resumed session
  /// of 1.3 none.
  double roundTrips(bool isResumed) const {
    return version.value == "1.3" ? (isResumed ? 0 : 1) : (isResumed ? 1 : 2);
  }
};

Schema<TlsParams> tlsSchema() {
  return Schema<TlsParams>()
      .field("version", &TlsParams::version)
      .label("TLS version")
      .group("Behaviour")
      .choices({"1.3", "1.2"})
      .choiceLabels({{"1.3", "TLS 1.3"}, {"1.2", "TLS 1.2"}})
      .help(
          "1.3 needs one round trip for a new session and none for one that is resumed; 1.2 needs two and "
          "one.")
      .source(Source::Grade::Known, "RFC 8446, section 2, and RFC 5246, section 7.3")
      .field("round_trip", &TlsParams::roundTrip)
      .label("Round trip")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Between the client and where the certificate is.")
      .source(Source::Grade::Judgement, "To an edge nearby; 100 ms and more to a region far away.")
      .field("requests_per_connection", &TlsParams::requestsPerConnection)
      .label("Requests per connection")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help("One request in so many pays for the handshake.")
      .source(Source::Grade::Judgement, "A page and its first calls over one HTTP/2 connection.")
      .field("resumed", &TlsParams::resumed)
      .label("Resumed sessions")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the handshakes of clients who were there before and still have a ticket.")
      .source(Source::Grade::Judgement, "Half of the visitors come back within hours.")
      .field("sign_time", &TlsParams::signTime)
      .label("Signature")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("Processor time of a full handshake, as added latency.")
      .source(Source::Grade::Judgement,
              "RSA-2048 signs about 1,000 times a second on a core; ECDSA several times as often.");
}

void lowerTls(const TlsParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(hosted::boundless());
  const auto shake = [&](bool isResumed) -> plan::Body {
    return [&params, isResumed](plan::ProgramBuilder& program) {
      program.wait(params.roundTrip.scaled(params.roundTrips(isResumed)));
      if (!isResumed) {
        program.wait(params.signTime);
      }
    };
  };
  lowering.addOperation("", pool, [&](plan::ProgramBuilder& program) {
    program
        .branch(1 / params.requestsPerConnection,
                [&](plan::ProgramBuilder& opening) {
                  opening.branch(params.resumed.raw(), shake(true), shake(false));
                })
        .useAll(lowering.links());
  });
}

}  // namespace

BlockType tls_certificate() {
  return makeBlock<TlsParams>(
      {.key = "tls_certificate",
       .label = "TLS certificate",
       .category = Category::Edge,
       .purpose = "Shows who answers and encrypts, for a round trip or two at each new connection.",
       .documentation =
           R"(**What happens to a request.** Draw it where connections are encrypted that no other block does it for. One request in so many opens a connection: it waits for the handshake's
round trips, fewer if the session is resumed, and for the signature of a full one. The others pass. Then the outgoing links are used.

CDNs, HTTP balancers, gateways and proxies end TLS themselves: their times contain it.

**Modelled.** Round trips by version, resumption, signatures as latency. Public certificates of the provider cost nothing.

**Not modelled.** Processors that signatures compete for (see *Reverse proxy*), certificates that expire, early data.)",
       .vendorNames = {"ACM", "Let's Encrypt", "Certificate Manager", "Key Vault", "cert-manager", "HTTPS",
                       "SSL"}},
      tlsSchema(), lowerTls, [](const TlsParams&, const Load&) { return std::vector<Usage>(); },
      [](const TlsParams&) { return Deployable{.kind = Deployable::Kind::Network}; },
      [](const TlsParams&) {
        Traits traits = hosted::traits(87600_h, 1_h);  // an expired certificate in ten years: judgement
        traits.terminatesTls = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
