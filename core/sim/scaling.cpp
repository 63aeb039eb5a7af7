#include "core/sim/scaling.h"

#include <algorithm>
#include <optional>

#include "core/sim/engine.h"

namespace cantilever::sim {

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
  const std::optional<Index> wanted = scaler.steps.empty()
                                          ? plan::instancesWanted(scaler, of, figures, state.load)
                                          : plan::instancesByStep(scaler, of, figures, there);
  state.load = figures.up > 0 ? plan::figureOf(scaler.on, of, figures) * figures.up : -1;
  const bool wantsFewer = wanted && *wanted < there;
  if (!wantsFewer) {
    state.neededAt = now();
  }
  if (wanted && *wanted > there && now() - state.addedAt >= scaler.cooldownUp.ns()) {
    state.addedAt = now();
    setInstances(scaler.pool, *wanted, Cause::Scaler);
  } else if (wantsFewer && now() - std::max(state.tookAt, state.neededAt) >= scaler.cooldownDown.ns()) {
    state.tookAt = now();
    setInstances(scaler.pool, *wanted, Cause::Scaler);
  }
  m_agenda.at(now() + scaler.period.ns(), Phase::Actions, {index, 0, EventType::LookAtPool});
}

}  // namespace cantilever::sim
