#include "core/catalog/blocks.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct GeneratorParams {
  Law roundTrip = Law::constant(500_us);
  bool keepsConnections = true;
  Law connectTime = Law::constant(4_ms);
};

Schema<GeneratorParams> generatorSchema() {
  return Schema<GeneratorParams>()
      .field("round_trip", &GeneratorParams::roundTrip)
      .label("Round trip")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Time on the way between the generator and the entrance, there and back. Part of every latency.")
      .source(Source::Grade::Known,
              "Latency numbers every programmer should know: 0.5 ms within a data centre; "
              "https://github.com/donnemartin/system-design-primer")
      .field("keeps_connections", &GeneratorParams::keepsConnections)
      .label("Keeps connections")
      .group("Behaviour")
      .help(
          "Virtual users go on over one connection. Otherwise each request opens its own, as impatient "
          "scripts do.")
      .source(Source::Grade::Known,
              "k6 documentation: connections are kept alive by default; https://grafana.com/docs/k6/")
      .field("connect_time", &GeneratorParams::connectTime)
      .label("Connecting")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("What opening a connection adds to a request that needs one.")
      .source(Source::Grade::Judgement,
              "Two round trips and the processor time of a TLS handshake at either end.");
}

}  // namespace

BlockType load_generator() {
  return makeBlock<GeneratorParams>(
      {.key = "load_generator",
       .label = "Load test",
       .category = Category::Clients,
       .purpose = "A machine that offers a scripted load: ramp, step, spike or soak, before launch and after "
                  "changes.",
       .documentation =
           R"(**What happens.** Requests of each workload that enters here take the round trip, and the opening of a connection unless connections
are kept, then use the outgoing links meant for their class.

**A script of load** is the *workload*: a steady rate (soak), a curve over simulated time (ramp, step, spike), a number of virtual users
who think between requests (closed), or a recorded trace. What the test must show are the design's *objectives*: the run says which were
kept.

**Open or closed.** Tools with virtual users slow down when the system does, and so hide overload; a workload with a rate does not.

**Modelled.** The way from a machine in the same region instead of the users' networks: figures from here are lower than those users see.

**Not modelled.** The generator's own limits: it never runs out of processors, ports or memory.)",
       .vendorNames = {"k6", "Gatling", "Locust", "JMeter", "Azure Load Testing"},
       .acceptsCalls = false},
      generatorSchema(),
      [](const GeneratorParams& params, plan::Lowering& lowering) {
        lowering.addSource([&](plan::ProgramBuilder& program) {
          program.wait(params.keepsConnections ? Law() : params.connectTime)
              .wait(params.roundTrip)
              .useAll(lowering.links());
        });
      },
      [](const GeneratorParams&, const Load&) { return std::vector<Usage>(); },
      [](const GeneratorParams&) { return Deployable{.kind = Deployable::Kind::Client}; },
      [](const GeneratorParams&) { return Traits{.isSource = true}; });
}

}  // namespace cantilever::catalog::blocks
