#include "core/catalog/blocks.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ClientWebParams {
  Law roundTrip = Law::constant(40_ms);
};

Schema<ClientWebParams> clientWebSchema() {
  return Schema<ClientWebParams>()
      .field("round_trip", &ClientWebParams::roundTrip)
      .label("Last-mile round trip")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help(
          "Time on the way between the user's device and the nearest edge, there and back. Part of every "
          "latency that is reported; the user's own link adds to it.")
      .source(Source::Grade::Judgement,
              "20 ms on fibre close to an edge, 60 to 100 ms on mobile networks; 40 ms is a mix.");
}

void lowerClientWeb(const ClientWebParams& params, plan::Lowering& lowering) {
  lowering.addSource(
      [&](plan::ProgramBuilder& program) { program.wait(params.roundTrip).useAll(lowering.links()).end(); });
}

std::vector<Usage> usageOfClientWeb(const ClientWebParams&, const Load&) {
  return {};
}

Deployable deployClientWeb(const ClientWebParams&) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::Client;
  return deployable;
}

Traits traitsOfClientWeb(const ClientWebParams&) {
  Traits traits;
  traits.isSource = true;
  return traits;
}

}  // namespace

BlockType client_web() {
  BlockType type;
  type.key = "client_web";
  type.label = "Web users";
  type.category = Category::Clients;
  type.purpose = "People with browsers, who send the design its requests.";
  type.documentation =
      R"(**What happens.** Requests of each workload that enters here arrive at random moments (a Poisson process) or evenly spaced.
Each takes the last-mile round trip, then uses the outgoing links that are meant for its class. Its latency is measured from the arrival
to the answer and includes the round trip.

**Modelled.** Rates, class mix and arrival process (all set in the *workload*, not here), and the network near the user.

**Not modelled.** Users do not wait for an answer before they send the next request, they do not give up unless their link has a timeout,
and they do not retry. The round trip is drawn from one law for everybody.)";
  type.vendorNames = {"Browser", "Website visitors", "Daily active users"};
  type.acceptsCalls = false;
  return makeBlock<ClientWebParams>(std::move(type), clientWebSchema(), &lowerClientWeb, &usageOfClientWeb,
                                    &deployClientWeb, &traitsOfClientWeb);
}

}  // namespace cantilever::catalog::blocks
