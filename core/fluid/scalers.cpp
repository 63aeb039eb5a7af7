// Scalers: what they gather, and what they want at the ends of their periods.
#include <algorithm>
#include <utility>

#include "core/fluid/world.h"

namespace cantilever::fluid {

namespace {

/// What flows between two moments of a piece.
double amountOf(const Flow& flow, double from, double to) {
  return flow.over(to) - flow.over(from);
}

}  // namespace

void World::lookAt(Scaler& scaler, double time) {
  scaler.looksAt = time;
  scaler.order = ++m_order;
}

/// The one that looks first; null: there is none.
World::Scaler* World::nextScaler() {
  const auto first =
      std::min_element(m_scalers.begin(), m_scalers.end(), [](const Scaler& a, const Scaler& b) {
        return std::pair(a.looksAt, a.order) < std::pair(b.looksAt, b.order);
      });
  return first != m_scalers.end() ? &*first : nullptr;
}

double World::nextLook() {
  const Scaler* next = nextScaler();
  return next != nullptr ? next->looksAt : kNever;
}

double World::untilScaled(double start, double seconds) {
  for (;;) {
    Scaler* next = nextScaler();
    if (next == nullptr || next->looksAt >= start + seconds - kSameMoment) {
      return seconds;
    }
    gather(*next, start, next->looksAt);
    const Verdict verdict = verdictOf(*next, next->looksAt);
    if (verdict.change != Verdict::Change::None) {
      return next->looksAt - start;
    }
    endPeriod(*next, verdict, next->looksAt);
  }
}

/// From where it has stopped, of a piece that began at `start`.
void World::gather(Scaler& scaler, double start, double until) const {
  const double from = std::max(0.0, scaler.gatheredAt - start);
  const double to = until - start;
  const double seconds = to - from;
  scaler.gatheredAt = until;
  const Index pool = scaler.of->pool;
  const Fleet& fleet = m_fleets[pool];
  const Graph& graph = m_network.graph();
  plan::PoolFigures& sums = scaler.sums;
  sums.span += seconds;
  sums.up += fleet.up * seconds;
  const double speed = fleet.speed > 0 ? fleet.speed : 1;
  const Index servers = graph.serversOf[pool];
  const double offered = amountOf(m_network.of(graph.poolWork[pool]), from, to) / speed;
  const double most = fleet.up * m_plan.pools[pool].servers * seconds;
  const bool isBusy = servers != kNone && m_network.resources()[servers].isBusy();
  sums.busy += isBusy ? most : m_plan.pools[pool].servers > 0 ? std::min(offered, most) : offered;
  const Index seats = graph.seatsOf[pool];
  if (seats != kNone) {
    const ResourceState& state = m_network.resources()[seats];
    const double all = state.limits.capacity * seconds;
    sums.seated += state.isBusy() ? all : std::min(amountOf(state.offered, from, to), all);
    sums.waiting += m_network.waitingFor(seats) * seconds;
  }
  if (servers != kNone) {
    sums.waiting += m_network.waitingFor(servers) * seconds;
  }
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    if (m_plan.links[m_plan.groups[group].link].pool == pool) {
      sums.lag += m_network.waitingFor(graph.consumersOf[group]) * seconds;
    }
  }
  sums.arrivals += amountOf(m_network.of(graph.poolArrivals[pool]), from, to);
}

/// The same decisions as the simulation makes (plan::instancesWanted).
World::Verdict World::verdictOf(const Scaler& scaler, double now) const {
  const plan::Pool& pool = m_plan.pools[scaler.of->pool];
  plan::PoolFigures figures = scaler.sums;
  if (figures.span > 0) {
    for (double* area : {&figures.up, &figures.busy, &figures.seated, &figures.waiting, &figures.lag}) {
      *area /= figures.span;
    }
  }
  double there = 0;
  for (const Instance& each : m_fleets[scaler.of->pool].instances) {
    there += each.life == Instance::Life::Up || each.life == Instance::Life::Booting ? 1 : 0;
  }
  const std::optional<std::uint32_t> wanted =
      scaler.of->steps.empty()
          ? plan::instancesWanted(*scaler.of, pool, figures, scaler.load)
          : plan::instancesByStep(*scaler.of, pool, figures, static_cast<std::uint32_t>(there));
  const bool wantsFewer = wanted && *wanted < there;
  Verdict verdict;
  verdict.wanted = wanted.value_or(0);
  verdict.load = figures.up > 0 ? plan::figureOf(scaler.of->on, pool, figures) * figures.up : -1;
  verdict.neededAt = wantsFewer ? scaler.neededAt : now;
  const double sinceAdded = now - scaler.addedAt;
  const double sinceNeeded = now - std::max(scaler.tookAt, verdict.neededAt);
  if (wanted && *wanted > there && sinceAdded >= scaler.of->cooldownUp.inSeconds() - kSameMoment) {
    verdict.change = Verdict::Change::Add;
  } else if (wantsFewer && sinceNeeded >= scaler.of->cooldownDown.inSeconds() - kSameMoment) {
    verdict.change = Verdict::Change::Take;
  }
  return verdict;
}

void World::endPeriod(Scaler& scaler, const Verdict& verdict, double now) {
  scaler.load = verdict.load;
  scaler.neededAt = verdict.neededAt;
  scaler.sums = {};
  lookAt(scaler, now + scaler.of->period.inSeconds());
}

void World::look(Scaler& scaler, double now) {
  const Verdict verdict = verdictOf(scaler, now);
  if (verdict.change != Verdict::Change::None) {
    (verdict.change == Verdict::Change::Add ? scaler.addedAt : scaler.tookAt) = now;
    setInstances(scaler.of->pool, verdict.wanted, now, "scaler");
  }
  endPeriod(scaler, verdict, now);
}

}  // namespace cantilever::fluid
