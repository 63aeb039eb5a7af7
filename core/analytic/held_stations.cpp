#include "core/analytic/held_stations.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/erlang.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;

constexpr double kMostQueues = 20;  // of instances, each by itself

}  // namespace

HeldStations::HeldStations(const Structure& structure, WorkingState& state)
    : m_structure(structure), m_plan(structure.plan()), m_state(state), m_at(m_plan.pools.size()) {}

bool HeldStations::isDelay(Index pool) const {
  const StationFigures& of = m_state.stations[pool];
  return of.servers == 0 || of.model == "pulled by consumers";
}

void HeldStations::addThrough(const HeldParts& parts, double rate) {
  for (const HeldPart& part : parts) {
    if (part.element < m_plan.pools.size()) {
      m_at[part.element].load += rate * part.work;
      m_at[part.element].visits += rate * part.visits;
    }
  }
}

bool HeldStations::isOnlyThrough(Index pool) const {
  return m_at[pool].load > m_state.stations[pool].offered * (1 - 1e-6);
}

void HeldStations::addFound(Index pool, double number, double rate) {
  m_at[pool].number += number;
  m_at[pool].solved += rate;
}

void HeldStations::judge(Index pool, bool isExact, double band) {
  m_at[pool].isExact = isExact;
  m_at[pool].band = std::max(m_at[pool].band, band);
}

double HeldStations::meanSpeed(Index pool) const {
  double sum = 0;
  for (Index i = 0; i < m_state.instances[pool]; ++i) {
    sum += m_plan.pools[pool].speedOf(i);
  }
  return sum / m_state.instances[pool];
}

double HeldStations::queuesAt(Index pool) const {
  const Pool& of = m_plan.pools[pool];
  const bool isShared =
      of.queue == plan::QueueScope::Shared && !(of.order == plan::ServiceOrder::Sharing && of.seats == 0);
  const auto& links = m_structure.linksTo(pool);
  const bool isBalanced = std::any_of(links.begin(), links.end(), [&](Index link) {
    return m_plan.links[link].balancing == Balancing::LeastConnections ||
           m_plan.links[link].balancing == Balancing::ShortestQueue;
  });
  const double instances = m_state.instances[pool];
  return isShared || isBalanced || instances > kMostQueues ? 1.0 : instances;
}

std::function<double(double)> HeldStations::speedAt(Index pool, double queues) const {
  const Pool& of = m_plan.pools[pool];
  const StationFigures& station = m_state.stations[pool];
  const double speed = meanSpeed(pool);
  const double others = std::max(0.0, station.offered - m_at[pool].load) / queues / speed;
  const double servers = station.servers / queues;
  const double left = others < 1e-6 * servers ? servers : std::max(1e-3 * servers, servers - others);
  return [left, speed, &of](double n) {
    const double busy = std::min(n, left);
    const double more = std::max(0.0, busy - 1);
    return speed * busy / (1 + of.contention * more + of.coherency * busy * more);
  };
}

double HeldStations::bandOfOthers(const HeldParts& parts) const {
  double worst = 0;
  for (const HeldPart& part : parts) {
    if (part.element < m_plan.pools.size() && m_state.stations[part.element].offered > 0) {
      const double share = 1 - m_at[part.element].load / m_state.stations[part.element].offered;
      worst = std::max(worst, std::min(0.4, share));
    }
  }
  return worst;
}

double HeldStations::exponentialWait(Index pool) const {
  const StationFigures& station = m_state.stations[pool];
  const Pool& of = m_plan.pools[pool];
  if (of.contention > 0 || of.coherency > 0) {
    return station.work > 0 ? station.queue / station.work : 0;
  }
  const double queues = queuesAt(pool);
  const double service = station.service.first / meanSpeed(pool);
  const double arrivals = station.work / queues;
  const double servers = station.servers / queues;
  return arrivals * service < servers ? waitOfMMc(arrivals, service, servers).mean() : INFINITY;
}

double HeldStations::variation(const HeldParts& parts) const {
  double actual = 0;
  double exponential = 0;
  for (const HeldPart& part : parts) {
    if (part.element >= m_plan.pools.size() || isDelay(part.element)) {
      continue;
    }
    const StationFigures& station = m_state.stations[part.element];
    const bool isSharing = m_plan.pools[part.element].order == plan::ServiceOrder::Sharing;
    const double wait = exponentialWait(part.element);
    if (station.work > 0 && std::isfinite(wait)) {
      exponential += part.visits * wait;
      actual += part.visits * (isSharing ? wait : station.queue / station.work);
    }
  }
  return exponential > 0 ? std::clamp(actual / exponential, 0.1, 10.0) : 1.0;
}

void HeldStations::apply(Index pool, std::optional<double> scale) {
  const AtPool& at = m_at[pool];
  StationFigures& station = m_state.stations[pool];
  if (at.solved <= 0 || at.visits <= 0 || station.work <= 0) {
    return;
  }
  const double service = at.load / at.visits / meanSpeed(pool);
  double wait = std::max(0.0, at.number / at.solved - service);
  wait = wait > 1e-9 * service ? wait : 0.0;
  const double open = exponentialWait(pool);
  if (scale) {
    applyClosed(pool, wait, service, *scale);
    return;
  }
  if (!(open > 0) || !std::isfinite(open)) {
    return;
  }
  const double share = std::min(1.0, at.visits / station.work);
  const double ratio = 1 - share + share * std::min(1.0, wait / open);
  if (ratio > 1 - 1e-9) {
    return;
  }
  for (StationWait& each : station.waits) {
    shorten(each, ratio, at, 1 / meanSpeed(pool));
  }
  station.queue *= ratio;
  const bool isSharing = m_plan.pools[pool].order == plan::ServiceOrder::Sharing;
  station.concurrency -= isSharing ? station.work * open * (1 - ratio) : 0.0;
  station.model += " behind a limit";
  station.isExact = station.isExact && at.isExact;
  station.isProductForm = station.isProductForm && at.isExact;
  station.band = at.isExact ? station.band : std::max(station.band, at.band);
}

void HeldStations::shorten(StationWait& wait, double ratio, const AtPool& at, double unstretched) {
  wait.rate = ratio > 0 ? wait.rate / ratio : 1;
  wait.probability = ratio > 0 ? wait.probability : 0;
  wait.second *= ratio * ratio;
  wait.isQueueOfOne = wait.isShared = false;
  wait.stages.clear();
  wait.busyArrivals = 0;
  wait.band = at.isExact ? wait.band : std::max(wait.band, at.band);
  if (wait.sharedLoad > 0) {
    wait.stretch = unstretched + ratio * (wait.stretch - unstretched);
    wait.stretchBand = std::max(wait.stretchBand, at.band);
  }
}

void HeldStations::applyClosed(Index pool, double wait, double service, double scale) {
  StationFigures& station = m_state.stations[pool];
  const bool isSharing = m_plan.pools[pool].order == plan::ServiceOrder::Sharing;
  const double work = station.work * scale;
  const double busy = station.offered * scale / meanSpeed(pool);
  for (StationWait& each : station.waits) {
    each = {};
    each.band = kLimitBand;
    each.stretch = (isSharing ? 1 + wait / service : 1) / meanSpeed(pool);
    each.stretchBand = isSharing ? kLimitBand : 0;
    if (!isSharing && wait > 0 && station.servers > 0) {
      each.probability = std::clamp(busy / station.servers, 1e-6, 1.0);
      each.rate = each.probability / wait;
    }
  }
  station.isStable = true;
  station.growth = 0;
  station.queue = isSharing ? 0 : work * wait;
  station.utilisation = station.most = station.servers > 0 ? std::min(1.0, busy / station.servers) : 0;
  station.offered = busy;
  station.concurrency = isSharing ? work * (wait + service) : busy;
  station.model = "closed";
  station.isExact = station.isProductForm = false;
  station.band = kLimitBand;
}

}  // namespace cantilever::analytic
