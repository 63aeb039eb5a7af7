// Any design that opens goes through the whole of core: compile, simulate for a moment, price, advise,
// export. Never a crash, never a request lost.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/advice/checklist.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/exchange/design_json.h"
#include "core/exchange/exporter.h"
#include "core/sim/simulation.h"

using namespace cantilever;

namespace {

void simulateBriefly(const std::shared_ptr<const plan::Plan>& plan) {
  sim::RunConfig config;
  config.warmup = Duration::milliseconds(1);
  config.duration = Duration::milliseconds(4);
  // A fuzzed rate may be astronomical: the load factor brings the run down to some thousand requests.
  double rate = 0;
  for (const plan::Source& source : plan->sources) {
    rate += source.rate.raw();
  }
  config.loadFactor = rate > 1e5 ? 1e5 / rate : 1.0;
  const auto run = sim::simulate(plan, config);
  if (!run) {
    return;
  }
  for (const sim::ClassResult& result : run->classes) {
    if (result.offered != result.succeeded + result.failedTotal() + result.unfinished) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  const auto loaded =
      exchange::readDesign({reinterpret_cast<const char*>(bytes), size}, catalog, "fuzz.json");
  if (!loaded) {
    return 0;
  }
  const Design& design = loaded->design;
  const compile::Compiled compiled = compile::compile(design, catalog);
  advice::AdviceInput input{&design, &catalog, &compiled, nullptr, nullptr};
  if (compiled.plan) {
    if (!plan::faultIn(*compiled.plan).empty()) {
      std::abort();
    }
    simulateBriefly(compiled.plan);
    const cost::Estimate estimate =
        cost::estimate(design, catalog, *compiled.plan, *compiled.visits, cost::PriceBook::builtIn());
    Money sum;
    for (const cost::Line& line : estimate.lines) {
      sum += line.amount;
    }
    if (sum != estimate.total) {
      std::abort();
    }
  }
  (void)advice::answer("pre-launch", input);
  for (const exchange::Exporter& exporter : exchange::allExporters()) {
    (void)exporter.render(input);
  }
  return 0;
}
