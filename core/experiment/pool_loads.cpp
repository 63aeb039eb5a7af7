#include "core/experiment/pool_loads.h"

#include <algorithm>
#include <cmath>

#include "core/vocabulary/plan/faults.h"
#include "core/vocabulary/visits.h"

namespace cantilever::experiment {

namespace {

Result<plan::Visits> visitsOfOthersThanUsers(const plan::Plan& plan, double loadFactor) {
  const auto isClosed = [](const plan::Source& source) { return source.kind == plan::SourceKind::Closed; };
  if (std::none_of(plan.sources.begin(), plan.sources.end(), isClosed)) {
    return plan::visits(plan, loadFactor);
  }
  plan::Plan open = plan;
  std::erase_if(open.sources, isClosed);
  return plan::visits(open, loadFactor);
}

/// Mean and squared coefficient of variation of the pieces of work done at a pool.
struct Work {
  double mean = 0;  ///< seconds
  double scv = 0;
};

/// As if each program did all of its pieces once in a call.
Work workAt(const plan::Plan& plan, const plan::Visits& visits, plan::Index pool) {
  std::vector<double> callsOf(plan.programs.size(), 0.0);
  for (plan::Index link = 0; link < plan.links.size(); ++link) {
    callsOf[plan.links[link].program] += visits.totalLinkRate(link);
  }
  const std::vector<plan::Index> ends = plan::programEnds(plan);
  double pieces = 0;
  double first = 0;
  double second = 0;
  for (plan::Index program = 0; program < plan.programs.size(); ++program) {
    if (plan.programs[program].pool != pool || callsOf[program] <= 0) {
      continue;
    }
    for (plan::Index pc = plan.programs[program].begin; pc < ends[program]; ++pc) {
      if (plan.code[pc].op != plan::Op::Work) {
        continue;
      }
      const Law& law = plan.laws[plan.code[pc].a];
      const double mean = law.mean.inSeconds();
      pieces += callsOf[program];
      first += callsOf[program] * mean;
      second += callsOf[program] * mean * mean * (1 + law.scv());
    }
  }
  if (first <= 0) {
    return {};
  }
  const double mean = first / pieces;
  return {mean, second / pieces / (mean * mean) - 1};
}

std::optional<Duration> relaxationOf(const plan::Pool& pool, const PoolLoad& load, const Work& work) {
  const double spare = 1 - std::sqrt(load.utilisation());
  if (spare <= 0) {
    return std::nullopt;
  }
  const bool isShared = pool.queue == plan::QueueScope::Shared;
  const double servers = isShared ? load.capacity : load.capacity / std::max(1u, pool.instances);
  const double seconds = (1 + work.scv) * work.mean / (2.8 * servers * spare * spare);
  return std::isfinite(seconds) ? std::optional(Duration::seconds(seconds)) : std::nullopt;
}

}  // namespace

std::vector<PoolLoad> poolLoads(const plan::Plan& plan, double loadFactor) {
  const Result<plan::Visits> visits = visitsOfOthersThanUsers(plan, loadFactor);
  if (!visits) {
    return {};
  }
  std::vector<PoolLoad> loads;
  for (plan::Index i = 0; i < plan.pools.size(); ++i) {
    const plan::Pool& pool = plan.pools[i];
    const bool keepsAll = pool.queueLimit == plan::Pool::kUnlimited && !pool.patience;
    if (pool.servers > 0 && keepsAll && pool.room() <= pool.instances) {
      PoolLoad load{i, visits->totalPoolWork(i), pool.capacity(), std::nullopt};
      load.relaxation = relaxationOf(pool, load, workAt(plan, *visits, i));
      loads.push_back(load);
    }
  }
  return loads;
}

}  // namespace cantilever::experiment
