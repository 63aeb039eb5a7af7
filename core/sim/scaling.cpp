#include "core/sim/scaling.h"

#include <algorithm>
#include <cmath>

#include "core/sim/engine.h"

namespace cantilever::sim {

namespace {

/// A load of exactly n targets needs n instances, whatever the last bit of the division says.
constexpr double kRounding = 1e-9;

}  // namespace

double figureOf(plan::ScaleOn on, const plan::Pool& pool, const PoolFigures& figures) {
  switch (on) {
    case plan::ScaleOn::Utilisation:
      return figures.busy / (figures.up * pool.servers);
    case plan::ScaleOn::Occupancy:
      return figures.seated / (figures.up * pool.seats);
    case plan::ScaleOn::Queue:
      return figures.waiting / figures.up;
    case plan::ScaleOn::RequestRate:
      return figures.arrivals / (figures.up * figures.span);
    case plan::ScaleOn::Lag:
      return figures.lag / figures.up;
  }
  return 0;
}

std::optional<std::uint32_t> instancesWanted(const plan::Scaler& scaler, const plan::Pool& pool,
                                             const PoolFigures& figures, double loadBefore) {
  if (!(figures.up > 0) || !(figures.span > 0)) {
    return std::nullopt;
  }
  double load = figureOf(scaler.on, pool, figures) * figures.up;
  if (scaler.lookahead > Duration() && loadBefore >= 0) {
    const double slope = (load - loadBefore) / scaler.period.inSeconds();
    load = std::max(load, load + slope * scaler.lookahead.inSeconds());
  }
  const double ratio = load / (figures.up * scaler.target);
  if (std::abs(ratio - 1) < scaler.tolerance) {
    return std::nullopt;
  }
  const double wanted = std::ceil(figures.up * ratio - kRounding);
  return static_cast<std::uint32_t>(
      std::clamp(wanted, static_cast<double>(scaler.least), static_cast<double>(scaler.most)));
}

std::optional<std::uint32_t> instancesByStep(const plan::Scaler& scaler, const plan::Pool& pool,
                                             const PoolFigures& figures, std::uint32_t there) {
  if (!(figures.up > 0) || !(figures.span > 0)) {
    return std::nullopt;
  }
  const double figure = figureOf(scaler.on, pool, figures);
  const plan::Scaler::Step* furthest = nullptr;
  for (const plan::Scaler::Step& step : scaler.steps) {
    const bool isBeyond = step.isAbove ? figure > step.threshold : figure < step.threshold;
    const bool isFurther = furthest == nullptr || (step.isAbove ? step.threshold >= furthest->threshold
                                                                : step.threshold <= furthest->threshold);
    furthest = isBeyond && isFurther ? &step : furthest;
  }
  if (furthest == nullptr) {
    return std::nullopt;
  }
  const std::int64_t wanted = static_cast<std::int64_t>(there) + furthest->change;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, scaler.least, scaler.most));
}

void Engine::startScalers() {
  for (Index i = 0; i < m_plan->scalers.size(); ++i) {
    ScalerState& state = m_scalers.emplace_back();
    state.lookedAt = m_windowStart;
    m_agenda.at(m_windowStart + m_plan->scalers[i].period.ns(), Phase::Actions,
                {i, 0, EventType::LookAtPool});
  }
}

/// What the scaler has not seen yet, as means.
PoolFigures Engine::figuresSince(ScalerState& state, const PoolState& pool) {
  WideCount busy = 0;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    busy += m_instances[i].busy.area(now());
  }
  const WideCount up = pool.meter.up.area(now());
  const WideCount seated = pool.meter.seated.area(now());
  const WideCount waiting = pool.meter.waiting.area(now());
  WideCount lag = 0;
  for (const GroupState& group : m_groups) {
    if (group.pool == m_instances[pool.first].pool) {
      lag += group.meter.waiting.area(now());
    }
  }
  const std::uint64_t arrivals = pool.meter.arrivals.total();
  const auto span = static_cast<double>(now() - state.lookedAt);
  const auto mean = [span](WideCount after, WideCount before) {
    return static_cast<double>(after - before) / span;
  };
  const PoolFigures figures{span / 1e9,
                            mean(up, state.up),
                            mean(busy, state.busy),
                            mean(seated, state.seated),
                            mean(waiting, state.waiting),
                            mean(lag, state.lag),
                            static_cast<double>(arrivals - state.arrivals)};
  state.busy = busy;
  state.up = up;
  state.seated = seated;
  state.waiting = waiting;
  state.lag = lag;
  state.arrivals = arrivals;
  state.lookedAt = now();
  return figures;
}

/// The end of a scaler's period (14).
void Engine::lookAtPool(Index index) {
  const plan::Scaler& scaler = m_plan->scalers[index];
  ScalerState& state = m_scalers[index];
  PoolState& pool = m_pools[scaler.pool];
  const PoolFigures figures = figuresSince(state, pool);
  const Index there = instancesThere(pool);
  const plan::Pool& of = m_plan->pools[scaler.pool];
  const std::optional<Index> wanted = scaler.steps.empty() ? instancesWanted(scaler, of, figures, state.load)
                                                           : instancesByStep(scaler, of, figures, there);
  state.load = figures.up > 0 ? figureOf(scaler.on, of, figures) * figures.up : -1;
  if (wanted && *wanted > there && now() - state.addedAt >= scaler.cooldownUp.ns()) {
    state.addedAt = now();
    setInstances(scaler.pool, *wanted, Cause::Scaler);
  } else if (wanted && *wanted < there && now() - state.tookAt >= scaler.cooldownDown.ns()) {
    state.tookAt = now();
    setInstances(scaler.pool, *wanted, Cause::Scaler);
  }
  m_agenda.at(now() + scaler.period.ns(), Phase::Actions, {index, 0, EventType::LookAtPool});
}

}  // namespace cantilever::sim
