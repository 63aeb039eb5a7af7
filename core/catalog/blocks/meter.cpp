#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

struct MeterParams {
  std::string unit = "units";
  double amount = 1;
  double capacity = 0;
};

constexpr const char* kMeterDocumentation =
    R"(Counts what requests use up, in a unit of your own: bytes sent, log lines, telemetry, quota.

Each call adds the **amount**, takes no time and no resources, and goes on over the links that leave this block as a synchronous
caller. A call of a fan-out that stands for several targets adds it for each. Several units of one request are a link with
several *calls*, or several meters.

With a **capacity** at most so much a second is taken in, with one second of it in hand; what a call brings beyond that is
dropped in part or whole, as a collector of telemetry does: it delays nobody and fails nobody. Results have the sum, what was dropped, and both over time.

Exact: sums, in thousandths of the unit.)";

Schema<MeterParams> meterSchema() {
  return Schema<MeterParams>()
      .field("unit", &MeterParams::unit)
      .label("Unit")
      .group("Size")
      .help("What is counted, such as \"lines\" or \"B\".")
      .source(Source::Grade::Judgement, "Whatever you like.")
      .field("amount", &MeterParams::amount)
      .label("Amount of a call")
      .group("Size")
      .range(0, plan::Meter::kMostAmount)
      .help("How much each call adds.")
      .source(Source::Grade::Judgement, "One: it counts calls.")
      .field("capacity_per_s", &MeterParams::capacity)
      .label("Capacity per second")
      .group("Size")
      .range(0, plan::Meter::kMostAmount)
      .help("More than that is dropped; 0: any amount is taken in.")
      .source(Source::Grade::Judgement, "No limit.");
}

}  // namespace

BlockType meter() {
  return makeBlock<MeterParams>(
      {.key = "meter",
       .label = "Meter",
       .category = Category::Primitives,
       .purpose = "Counts what requests use up: bytes, log lines, telemetry.",
       .documentation = kMeterDocumentation},
      meterSchema(),
      [](const MeterParams& params, plan::Lowering& lowering) {
        plan::Meter meter;
        meter.unit = params.unit;
        meter.capacity = params.capacity;
        const plan::Index index = lowering.addMeter(meter);
        lowering.addOperation("", plan::kNone, [&](plan::ProgramBuilder& program) {
          program.measure(index, params.amount).useAll(lowering.links());
        });
      },
      [](const MeterParams&, const Load&) { return std::vector<Usage>(); },
      [](const MeterParams&) { return Deployable(); },
      [](const MeterParams&) { return Traits{.isPrimitive = true}; });
}

}  // namespace cantilever::catalog::blocks
