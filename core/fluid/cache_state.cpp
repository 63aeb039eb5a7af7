#include <algorithm>
#include <cmath>
#include <limits>

#include "core/fluid/world.h"
#include "core/vocabulary/visits.h"

namespace cantilever::fluid {

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();
/// Steps of the load between which equilibria are interpolated.
constexpr double kLoadStep = 1.5;
constexpr double kLookupStep = 1.25;
/// A cache is warm when it is so near its equilibrium.
constexpr double kWarm = 1e-4;

/// Linear between points in rising order.
double between(const std::vector<std::pair<double, double>>& points, double at) {
  const auto after = std::lower_bound(points.begin(), points.end(), std::pair(at, -1.0));
  if (after == points.begin()) {
    return points.front().second;
  }
  if (after == points.end()) {
    return points.back().second;
  }
  const auto before = after - 1;
  const double share = (at - before->first) / (after->first - before->first);
  return before->second + share * (after->second - before->second);
}

}  // namespace

CacheState::CacheState(const plan::Plan& plan, Index cache, const plan::Visits& visits, bool startsCold)
    : m_plan(plan), m_cache(cache) {
  const plan::Cache& of = plan.caches[cache];
  const double instances = of.pool == kNone ? 1.0 : std::max(1u, plan.pools[of.pool].instances);
  m_loads.resize(plan.keySpaces.size() + 1);
  for (std::size_t i = 0; i < plan.keySpaces.size(); ++i) {
    m_loads[i].keys = plan.keySpaces[i];
  }
  for (std::size_t k = 0; k < plan.classes.size(); ++k) {
    const Index space = plan.classes[k].keySpace;
    const double rate = visits.cacheLookups[cache][k] / instances;
    m_loads[space == kNone ? plan.keySpaces.size() : space].perSecond += rate;
    m_perSecond += rate;
  }
  m_isByLoad = std::any_of(plan.caches.begin(), plan.caches.end(),
                           [](const plan::Cache& each) { return each.timeToLive > Duration(); });
  if (!m_isByLoad) {
    m_equilibria = {{1.0, visits.hitRatio[cache]}};
  }
  if (startsCold) {
    const double warm = static_cast<double>(plan::warmEntries(plan, of));
    plan::Cache kept = of;  // the most popular keys, as many as it begins with
    kept.eviction = plan::Eviction::LeastFrequentlyUsed;
    kept.capacity = static_cast<std::uint32_t>(std::min<double>(warm, plan::Cache::kMaxCapacity));
    kept.capacityBytes = 0;
    kept.timeToLive = {};
    m_cohorts.push_back({instances, 0, warm > 0 ? plan::expectedHitRatio(kept, m_loads) : 0.0});
    m_isWarming = true;
  } else {
    m_cohorts.push_back({instances, kForEver, 0});
  }
}

double CacheState::equilibriumAt(double load) {
  if (!m_isByLoad) {
    return m_equilibria.front().second;
  }
  const double step = std::log(std::max(load, 1e-6)) / std::log(kLoadStep);
  for (const double each : {std::floor(step), std::floor(step) + 1}) {
    const double at = std::pow(kLoadStep, each);
    const auto place =
        std::lower_bound(m_equilibria.begin(), m_equilibria.end(), std::pair(at * (1 - 1e-9), -1.0));
    if (place == m_equilibria.end() || place->first > at * (1 + 1e-9)) {
      const Result<plan::Visits> visits = plan::visits(m_plan, at);
      m_equilibria.insert(place, {at, visits ? visits->hitRatio[m_cache] : 0.0});
    }
  }
  return between(m_equilibria, load);
}

/// Of an empty cache after so many look-ups: the share of keys asked for before (nothing has had to go yet).
double CacheState::coldRatio(double lookups) {
  if (m_perSecond <= 0 || lookups <= 0) {
    return 0;
  }
  if (m_cold.empty()) {
    for (double n = 1; n < 1e13; n *= kLookupStep) {
      m_cold.emplace_back(std::log(n), plan::repeatedShare(m_loads, n / m_perSecond));
      if (m_cold.back().second > 1 - 1e-6) {
        break;
      }
    }
  }
  return lookups < 1 ? lookups * m_cold.front().second : between(m_cold, std::log(lookups));
}

double CacheState::hitRatio(double load) {
  const double most = equilibriumAt(load);
  double sum = 0;
  double instances = 0;
  m_isWarming = false;
  for (Cohort& cohort : m_cohorts) {
    double ratio = most;
    if (cohort.lookups < kForEver) {
      ratio = std::min(most, std::max(cohort.atLeast, coldRatio(cohort.lookups)));
      if (most - ratio < kWarm) {
        cohort.lookups = kForEver;
      } else {
        m_isWarming = true;
      }
    }
    sum += cohort.instances * ratio;
    instances += cohort.instances;
  }
  if (m_cohorts.size() > 1 && !m_isWarming) {
    m_cohorts = {{instances, kForEver, 0}};
  }
  return instances > 0 ? sum / instances : most;
}

void CacheState::lookedUp(double lookups) {
  double instances = 0;
  for (const Cohort& cohort : m_cohorts) {
    instances += cohort.instances;
  }
  for (Cohort& cohort : m_cohorts) {
    cohort.lookups += instances > 0 ? lookups / instances : 0.0;
  }
}

void CacheState::flush() {
  double instances = 0;
  for (const Cohort& cohort : m_cohorts) {
    instances += cohort.instances;
  }
  m_cohorts = {{instances, 0, 0}};
  m_isWarming = true;
}

void CacheState::joined(double instances) {
  m_cohorts.push_back({instances, 0, 0});
  m_isWarming = true;
}

void CacheState::left(double instances, double before) {
  for (Cohort& cohort : m_cohorts) {
    cohort.instances *= before > 0 ? std::max(0.0, 1 - instances / before) : 0.0;
  }
}

double CacheState::patience() const {
  double least = kForEver;
  double instances = 0;
  for (const Cohort& cohort : m_cohorts) {
    instances += cohort.instances;
    least = std::min(least, cohort.lookups);
  }
  return std::max(1.0, 0.05 * least) * instances;
}

}  // namespace cantilever::fluid
