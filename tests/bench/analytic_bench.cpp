// Times of the solver: all templates, trees of 1,000 and 10,000 stations, and a single formula at 10,000
// servers; the second column is of two and a half times the load, far beyond what most can do. Usage:
// analytic_bench [ROUNDS [TEMPLATE]]. CPU time, medians; reported, never asserted.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/analytic/erlang.h"
#include "core/analytic/solve.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/exchange/templates.h"
#include "core/storage/document_file.h"
#include "tests/core/sim/plan_builder.h"

namespace {

using namespace cantilever;
using namespace cantilever::literals;
using cantilever::sim::test::PlanBuilder;
using cantilever::sim::test::ProgramWriter;

constexpr double kFarBeyond = 2.5;

double cpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double medianMilliseconds(int rounds, const std::function<void()>& work) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpuSeconds();
    work();
    times.push_back((cpuSeconds() - start) * 1e3);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// A binary tree of stations, each calling both below it.
std::shared_ptr<const plan::Plan> treeOf(std::size_t stations) {
  PlanBuilder builder;
  std::vector<plan::Index> links(stations + 1, plan::kNone);
  for (std::size_t i = stations; i >= 1; --i) {
    const plan::Index pool = builder.pool("s" + std::to_string(i), sim::test::servers(4));
    const plan::Index serve = builder.program("p" + std::to_string(i), pool, [&](ProgramWriter& p) {
      p.work(Law::exponential(1_ms));
      for (const std::size_t below : {2 * i, 2 * i + 1}) {
        if (below <= stations) {
          p.ifChance(0.5, [&](ProgramWriter& q) { q.call(links[below]); });
        }
      }
    });
    links[i] = builder.link("l" + std::to_string(i), serve, sim::test::withLatency(Law::constant(100_us)));
  }
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.call(links[1]); });
  return builder.build();
}

/// Milliseconds for once, at so many times the load; none: the plan's calls have no end.
std::optional<double> timeOf(const plan::Plan& plan, double load, int rounds) {
  const Result<plan::Visits> visits = plan::visits(plan, load);
  if (!visits) {
    return std::nullopt;
  }
  analytic::SolveOptions plain;
  plain.loadFactor = load;
  plain.withSensitivities = plain.withOtherState = false;
  return medianMilliseconds(rounds, [&] { (void)analytic::solve(plan, *visits, plain); });
}

void report(const char* name, const plan::Plan& plan, int rounds) {
  const std::optional<double> once = timeOf(plan, 1, rounds);
  const std::optional<double> far = timeOf(plan, kFarBeyond, std::max(1, rounds / 10));
  std::printf("%-34s %10.2f ms  %10.2f ms\n", name, once.value_or(-1), far.value_or(-1));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const std::string only = argc > 2 ? argv[2] : "";
  for (const exchange::Template& each : exchange::templates()) {
    if (!only.empty() && each.key != only) {
      continue;
    }
    const auto loaded = storage::openDesignOrTemplate(each.key, catalog::Catalog::builtIn());
    if (loaded) {
      const compile::Compiled compiled = compile::compile(loaded->design, catalog::Catalog::builtIn());
      report(each.key.c_str(), *compiled.plan, rounds);
    }
  }
  if (!only.empty()) {
    return 0;
  }
  report("tree of 1,000 stations", *treeOf(1'000), rounds);
  report("tree of 10,000 stations", *treeOf(10'000), 1);
  double sum = 0;
  const double erlang =
      medianMilliseconds(rounds, [&] { sum += analytic::waitOfMMc(9990, 1, 10'000).mean(); });
  std::printf("%-34s %10.4f ms (mean wait %.4g)\n", "M/M/10000", erlang, sum / rounds);
  return 0;
}
