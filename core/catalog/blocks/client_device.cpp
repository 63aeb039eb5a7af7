#include "core/catalog/blocks.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DeviceParams {
  Law roundTrip = Law::lognormal(70_ms, 0.6);
  Count messagesPerConnection{900};
  Law connectTime = Law::lognormal(210_ms, 0.6);
};

Schema<DeviceParams> deviceSchema() {
  return Schema<DeviceParams>()
      .field("round_trip", &DeviceParams::roundTrip)
      .label("Mobile round trip")
      .group("Behaviour")
      .range(0_ms, 30_s)
      .help(
          "Time on the way between the device and the nearest entrance, there and back. Part of every "
          "latency.")
      .source(Source::Grade::Judgement,
              "A mix of 4G, 5G and Wi-Fi; a phone in a moving car now and then takes a second.")
      .field("messages_per_connection", &DeviceParams::messagesPerConnection)
      .label("Messages per connection")
      .group("Behaviour")
      .range(1, 1'000'000)
      .logarithmic()
      .help(
          "How many messages a device sends over one connection before it has to open another; 1: each opens "
          "one.")
      .source(Source::Grade::Judgement,
              "One new connection an hour with a message every 4 s, the interval of Uber's drivers (How Uber "
              "scales its "
              "real-time market platform).")
      .field("connect_time", &DeviceParams::connectTime)
      .label("Connecting")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("What opening a connection adds to the message that needs it: TCP and TLS handshakes.")
      .source(Source::Grade::Judgement, "Three mobile round trips: name, TCP, TLS 1.3.");
}

}  // namespace

BlockType client_device() {
  return makeBlock<DeviceParams>(
      {.key = "client_device",
       .label = "Devices and apps",
       .category = Category::Clients,
       .purpose = "Phones, vehicles or sensors that report in at intervals over mobile networks.",
       .documentation =
           R"(**What happens.** Messages of each workload that enters here arrive at random moments or evenly spaced. One in so many (messages per
connection) finds its connection gone and opens another first. Each then takes the mobile round trip and uses the outgoing links meant
for its class. Latencies include both.

**How many.** A fleet of *n* devices that report every *t* seconds offers *n/t* messages a second: 100,000 devices every 4 s are a workload of
25,000/s.

**Modelled.** The mobile network near the device, connections that have to be opened anew. Rates, class mix and arrival process are set in
the *workload*.

**Not modelled.** Devices one by one: batteries, dead spots, messages kept on the device and sent later in a burst.)",
       .vendorNames = {"iOS", "Android", "IoT", "Drivers", "Sensors"},
       .acceptsCalls = false},
      deviceSchema(),
      [](const DeviceParams& params, plan::Lowering& lowering) {
        lowering.addSource([&](plan::ProgramBuilder& program) {
          program
              .branch(1.0 / static_cast<double>(params.messagesPerConnection.value()),
                      [&](plan::ProgramBuilder& opening) { opening.wait(params.connectTime); })
              .wait(params.roundTrip)
              .useAll(lowering.links());
        });
      },
      [](const DeviceParams&, const Load&) { return std::vector<Usage>(); },
      [](const DeviceParams&) { return Deployable{.kind = Deployable::Kind::Client}; },
      [](const DeviceParams&) { return Traits{.isSource = true}; });
}

}  // namespace cantilever::catalog::blocks
