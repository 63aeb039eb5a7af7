#include "core/analytic/solve.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/analytic/solver_pass.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr std::size_t kMostSensitive = 3;
constexpr double kOtherState = 0.01;
constexpr double kFeltFetch = 1e-4;  // of the time that entries stay: so much of the hits a fetch may cost
constexpr double kRatioSettled = 1e-9;
constexpr int kMostRounds = 30;

bool hasRetries(const plan::Plan& plan) {
  return std::any_of(plan.links.begin(), plan.links.end(),
                     [](const plan::Link& link) { return link.retries.isOn(); });
}

/// Whether two states serve any class differently.
bool differ(const Settled& a, const Settled& b) {
  for (std::size_t link = 0; link < a.state.beliefs.attempts.size(); ++link) {
    for (std::size_t k = 0; k < a.state.beliefs.attempts[link].size(); ++k) {
      if (a.state.traffic.calls[link][k] > 0 &&
          std::abs(a.state.beliefs.attempts[link][k] - b.state.beliefs.attempts[link][k]) > kOtherState) {
        return true;
      }
    }
  }
  return false;
}

std::optional<OtherState> otherStateOf(const plan::Plan& plan, const Structure& structure, Settled& settled,
                                       const SolveOptions& options) {
  const Solution solution = solutionOf(plan, structure, settled, options);
  OtherState other;
  for (const ClassSolution& each : solution.classes) {
    other.classes.push_back(each.key);
    other.success.push_back(each.success);
    other.mean.push_back(each.mean);
  }
  for (const PoolSolution& pool : solution.pools) {
    if (!pool.isStable || pool.utilisation.value > 0.999) {
      other.overloadedPools.push_back(pool.key);
    }
  }
  return other;
}

bool isFelt(const plan::Visits& visits, const std::vector<plan::Fetch>& fetches) {
  for (std::size_t cache = 0; cache < fetches.size(); ++cache) {
    if (visits.stay[cache] > 0 && fetches[cache].mean > kFeltFetch * visits.stay[cache]) {
      return true;
    }
  }
  return false;
}

/// What misses cost: until an entry is fetched others miss it too, or wait for it. How long fetches take is
/// known when all has settled, and that again depends on how many there are.
Result<Settled> settleWithFetches(const plan::Plan& plan, const Structure& structure,
                                  const SolveOptions& options,
                                  const std::vector<Unrepresented>& unrepresented, FirstBelief first,
                                  plan::Visits& visits) {
  std::vector<plan::Fetch> fetches(plan.caches.size());
  Result<Settled> settled =
      settle(structure, {visits, fetches}, options.loadFactor, unrepresented, first, nullptr);
  for (int round = 0; settled && round < kMostRounds; ++round) {
    for (std::size_t cache = 0; cache < fetches.size(); ++cache) {
      fetches[cache] = settled->state.fetched[cache].fetch();
    }
    if (!isFelt(visits, fetches)) {
      break;
    }
    Result<plan::Visits> next = plan::visits(plan, options.loadFactor, fetches);
    if (!next) {
      break;
    }
    double change = 0;
    for (std::size_t cache = 0; cache < fetches.size(); ++cache) {
      change = std::max(change, std::abs(next->hitRatio[cache] - visits.hitRatio[cache]));
    }
    visits = *std::move(next);
    const std::vector<double> start = settled->handed;
    settled = settle(structure, {visits, fetches}, options.loadFactor, unrepresented, first,
                     start.empty() ? nullptr : &start);
    if (change < kRatioSettled) {
      break;
    }
  }
  return settled;
}

/// From what has settled, which is near.
void addSensitivities(const plan::Plan& plan, const plan::Visits& visits, const SolveOptions& options,
                      const Settled& settled, Solution& solution) {
  std::vector<std::size_t> fullest;
  for (std::size_t pool = 0; pool < solution.pools.size(); ++pool) {
    const PoolSolution& of = solution.pools[pool];
    if (of.servers > 0 && of.isStable && of.utilisation.value > 0 && of.model != "closed") {
      fullest.push_back(pool);
    }
  }
  const auto rank = [&](std::size_t pool) {
    return std::pair(-rankOf(solution.pools[pool].utilisation.value),
                     std::string_view(solution.pools[pool].key));
  };
  std::sort(fullest.begin(), fullest.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  fullest.resize(std::min(fullest.size(), kMostSensitive));
  for (const std::size_t pool : fullest) {
    plan::Plan larger = plan;
    larger.pools[pool].instances = solution.pools[pool].instances + 1;
    larger.pools[pool].maxInstances = std::max(larger.pools[pool].maxInstances, larger.pools[pool].instances);
    std::erase_if(larger.scalers, [&](const plan::Scaler& scaler) { return scaler.pool == pool; });
    SolveOptions plain = options;
    plain.percentiles = {false, false, true, false};
    const Structure structure(larger);
    Result<Settled> near = settle(structure, {visits, settled.state.fetches}, options.loadFactor,
                                  solution.unrepresented, FirstBelief::AllSucceed, &settled.handed);
    if (!near || !near->hasConverged) {
      continue;
    }
    const Solution changed = solutionOf(larger, structure, *near, plain);
    for (std::size_t k = 0; k < solution.classes.size(); ++k) {
      const Figure& before = solution.classes[k].p99;
      const Figure& after = changed.classes[k].p99;
      if (before.isSolved() && after.isSolved() && before.value > 0) {
        solution.sensitivities.push_back(
            {solution.pools[pool].key, solution.classes[k].key,
             Figure::approximate(after.value - before.value, before.band + after.band)});
      }
    }
  }
}

}  // namespace

Result<Solution> solve(const plan::Plan& plan, const plan::Visits& visits, const SolveOptions& options) {
  const Structure structure(plan);
  std::vector<Unrepresented> unrepresented = unrepresentedIn(plan);
  if (!structure.loop().empty()) {
    return Error{
        "analytic.loop", "The solver knows only programs that go forward, but " + structure.loop() + ".", {}};
  }
  plan::Visits found = visits;
  Result<Settled> settled =
      settleWithFetches(plan, structure, options, unrepresented, FirstBelief::AllSucceed, found);
  if (!settled) {
    return settled.error();
  }
  Solution solution = solutionOf(plan, structure, *settled, options);
  solution.unrepresented = std::move(unrepresented);
  if (options.withOtherState && solution.hasConverged && hasRetries(plan)) {
    plan::Visits otherwise = visits;
    Result<Settled> other =
        settleWithFetches(plan, structure, options, solution.unrepresented, FirstBelief::AllFail, otherwise);
    if (other && differ(*settled, *other)) {
      solution.other = otherStateOf(plan, structure, *other, options);
    }
  }
  if (options.withSensitivities && solution.isStable && solution.hasConverged) {
    addSensitivities(plan, found, options, *settled, solution);
  }
  return solution;
}

}  // namespace cantilever::analytic
