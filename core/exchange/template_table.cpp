#include "core/exchange/template_table.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/analytic/availability.h"
#include "core/analytic/solve.h"
#include "core/base/text.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/sim/simulation.h"

namespace cantilever::exchange {
namespace {

/// The fullest of each block's pools.
std::map<std::string, double> utilisationOfBlocks(const compile::Compiled& compiled) {
  std::map<std::string, double> fullest;
  const plan::Plan& plan = *compiled.plan;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const plan::Pool& pool = plan.pools[i];
    if (pool.servers > 0) {
      const double work = compiled.visits->totalPoolWork(static_cast<plan::Index>(i));
      double& utilisation = fullest[plan.poolOrigin[i].block];
      utilisation = std::max(utilisation, work / pool.instances / pool.servers);
    }
  }
  return fullest;
}

double availabilityOf(const Design& design, const compile::Compiled& compiled,
                      const catalog::Catalog& catalog) {
  const std::map<std::string, double> utilisation = utilisationOfBlocks(compiled);
  std::vector<double> parts;
  for (const Block& block : design.blocks) {
    const Traits traits = catalog.traitsOf(block);
    if (!traits.mtbf || !traits.mttr) {
      continue;
    }
    const auto units = static_cast<std::uint32_t>(std::max(1, traits.instances));
    const auto busy = utilisation.find(block.id.text());
    const double share = busy == utilisation.end() ? 0 : std::min(1.0, busy->second);
    // The keys of a shard are nowhere else; of others those are enough that can do the work.
    const auto needed =
        traits.keepsKeysApart ? units : std::max(1u, static_cast<std::uint32_t>(std::ceil(share * units)));
    parts.push_back(analytic::unavailabilityOfSome(
        units, needed, analytic::unavailability(traits.mtbf->inSeconds(), traits.mttr->inSeconds())));
  }
  return 1 - analytic::unavailabilityOfSeries(parts);
}

}  // namespace

Result<TemplateFigures> figuresOf(const Template& one, const Design& design,
                                  const compile::Compiled& compiled, const sim::RunResult& run,
                                  const catalog::Catalog& catalog) {
  const auto solution = analytic::solve(*compiled.plan, *compiled.visits, {.withSensitivities = false});
  if (!solution) {
    return solution.error();
  }
  TemplateFigures figures;
  figures.key = one.key;
  figures.title = one.title;
  figures.blocks = design.blocks.size();
  figures.slice = design.slice;
  for (const Workload& workload : design.workloads) {
    figures.offered = figures.offered + workload.peak;
  }
  figures.p99 = Duration::nanoseconds(run.latency.quantileNs(0.99));
  if (!solution->bottlenecks.empty()) {
    figures.bottleneck = solution->bottlenecks.front().key;
    figures.saturatesAt = solution->bottlenecks.front().saturatesAt.value;
  }
  figures.availability = availabilityOf(design, compiled, catalog);
  figures.costMonth =
      cost::estimate(design, catalog, *compiled.plan, *compiled.visits, cost::PriceBook::builtIn()).total;
  figures.eventsPerSecond = static_cast<double>(run.events) / (static_cast<double>(run.endNs) * 1e-9);
  return figures;
}

Result<TemplateFigures> figuresOf(const Template& one, const catalog::Catalog& catalog) {
  const Result<LoadedDesign> loaded = loadTemplate(one.key, catalog);
  if (!loaded) {
    return loaded.error();
  }
  const Design& design = loaded->design;
  const compile::Compiled compiled = compile::compile(design, catalog);
  if (compiled.hasErrors()) {
    return Error{"template.faulty", compiled.diagnostics.front().message, one.key};
  }
  sim::RunConfig config;
  config.warmup = one.warmup;
  config.duration = one.duration;
  const Result<sim::RunResult> run = sim::simulate(compiled.plan, config);
  if (!run) {
    return run.error();
  }
  return figuresOf(one, design, compiled, *run, catalog);
}

std::string templateRow(const TemplateFigures& figures) {
  const std::string slice = figures.slice == 1 ? "" : " (1/" + formatNumber(figures.slice, 6) + ")";
  return "| `" + figures.key + "` | " + figures.title + " | " + std::to_string(figures.blocks) + " | " +
         formatShort(figures.offered) + slice + " | " + formatShort(figures.p99) + " | " +
         figures.bottleneck + " | " + formatNumber(figures.saturatesAt, 3) + " | " +
         formatNumber(100 * figures.availability, 5) + " % | " +
         formatNumber(std::round(figures.costMonth.toDouble())) + " | " +
         formatNumber(figures.eventsPerSecond, 3) + " |";
}

std::string templateTable(const std::vector<TemplateFigures>& all) {
  std::string text = R"(# Templates

Written by `cantilever-cli templates --table`; a test compares it with what the program says.

| key | what | blocks | requests a second | p99 | full first | at load x | available | USD a month | events a second |
|---|---|--:|--:|--:|---|--:|--:|--:|--:|
)";
  for (const TemplateFigures& one : all) {
    text += templateRow(one) + "\n";
  }
  return text + R"(
- **requests a second**: of all workloads together at their peak. (1/k): the design is a slice, rates and instance counts are 1/k of the real system's.
- **p99**: of all requests together in the run that `index.json` sets, with seed 1.
- **full first**, **at load x**: what is busy all the time first when the load grows, and the multiple of the load at which it is (`cantilever-cli solve`).
- **available**: share of the time in which every block has the instances that the peak needs, by the failures and repairs that its type expects; all blocks in series, and
  nothing done about failures but what the blocks do by themselves. Lower than what users see of a system that goes on without some of its parts.
- **USD a month**: at the workloads' mean rates, list prices; of a slice, the slice's.
- **events a second**: that the simulation works off for one simulated second.

What each template promises, and the source of that: `tests/core/templates/bands/KEY.json`.
)";
}

}  // namespace cantilever::exchange
