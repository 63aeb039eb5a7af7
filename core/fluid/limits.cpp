// What pools, consumers and rate limits can do as they are now, and where requests go.
#include <algorithm>
#include <cmath>

#include "core/fluid/world.h"

namespace cantilever::fluid {

/// Servers of an instance that is busy all the time, at speed 1: contention slows them (Gunther's law).
double World::perInstance(Index pool) const {
  const plan::Pool& of = m_plan.pools[pool];
  const bool areSeatsLimit = of.seats > 0 && m_steady.figures.seatHold[pool] <= 0;
  double servers = of.servers > 0 ? of.servers : kNever;
  if (areSeatsLimit) {
    servers = std::min<double>(servers, of.seats);
  }
  if (std::isinf(servers)) {
    return servers;
  }
  return servers / (1 + of.contention * (servers - 1) + of.coherency * servers * (servers - 1));
}

double World::coldFactor(Index pool, const Instance& instance, double now) const {
  const plan::Pool& of = m_plan.pools[pool];
  const double age = now - instance.since;
  const double warm = of.warmTime.inSeconds();
  return of.coldFactor == 1 || age >= warm ? 1.0 : of.coldFactor + (1 - of.coldFactor) * age / warm;
}

/// What the pool can do now.
void World::reckon(Index pool, double now) {
  Fleet& fleet = m_fleets[pool];
  const plan::Pool& of = m_plan.pools[pool];
  fleet.up = fleet.booting = 0;
  double working = 0;
  for (Index i = 0; i < fleet.instances.size(); ++i) {
    const Instance& instance = fleet.instances[i];
    fleet.up += instance.life == Instance::Life::Up ? 1 : 0;
    fleet.booting += instance.life == Instance::Life::Booting ? 1 : 0;
    if (instance.life == Instance::Life::Up && !instance.isPaused) {
      working += of.speedOf(i) * instance.speed / coldFactor(pool, instance, now);
    }
  }
  if (of.isOnDemand()) {
    working = of.room();
  }
  fleet.capacity = working > 0 ? working * perInstance(pool) : 0;
  fleet.speed = fleet.up > 0 ? working / fleet.up : 0;
  double designed = 0;
  for (Index i = 0; i < of.instances; ++i) {
    designed += of.speedOf(i);
  }
  const double usual = of.speeds.empty() ? 1.0 : designed / of.instances;
  const double relative = fleet.up > 0 && usual > 0 ? fleet.speed / usual : 1;
  m_states[pool] = {static_cast<std::uint32_t>(fleet.up),
                    of.isOnDemand() || std::abs(relative - 1) < 1e-9 ? 1.0 : std::max(1e-3, relative)};
  setLimits(pool);
  setGroupLimits();
  setTokenLimits();
  setRoutes();
  m_network.limitsChanged();
}

void World::setLimits(Index pool) {
  const plan::Pool& of = m_plan.pools[pool];
  const Fleet& fleet = m_fleets[pool];
  const bool isNobodyThere = fleet.up == 0 && of.queue == plan::QueueScope::PerInstance;
  const double queues = of.queue == plan::QueueScope::Shared ? 1 : fleet.up;
  const auto set = [&](Index resource, double capacity, double room) {
    if (resource == kNone) {
      return;
    }
    Limits& limits = m_network.resources()[resource].limits;
    limits.capacity = capacity;
    limits.room = isNobodyThere ? 0 : room * m_meanNeed[resource];
    limits.patience = 0;
    if (of.patience && of.patience->kind == Law::Kind::Constant) {
      limits.room = std::min(limits.room, capacity * of.patience->mean.inSeconds());
    } else if (of.patience) {
      limits.patience = of.patience->mean.inSeconds();
    }
  };
  const Index seats = m_network.graph().seatsOf[pool];
  const bool isLimited = of.queueLimit != plan::Pool::kUnlimited && of.overflow == plan::Overflow::Refuse;
  const double room = isLimited ? of.queueLimit * queues : kNever;
  const Index servers = m_network.graph().serversOf[pool];
  // Who waits for a server has a seat, as far as these are not held for anything else; the others wait for
  // one.
  double beyond = 0;
  if (of.servers > 0 && of.seats > 0 && servers != kNone) {
    const double done = fleet.capacity / m_meanNeed[servers];
    const double elsewhere = seats != kNone ? done * m_steady.figures.seatHold[pool] : of.servers * fleet.up;
    beyond = std::max(0.0, of.seats * fleet.up - elsewhere);
  }
  set(servers, fleet.capacity, room + beyond);
  set(seats, of.seats * fleet.up, room);
}

void World::setGroupLimits() {
  for (Index r = 0; r < m_network.resources().size(); ++r) {
    const Resource& resource = m_network.graph().resources[r];
    if (resource.kind != Resource::Kind::Consumers) {
      continue;
    }
    const plan::ConsumerGroup& group = m_plan.groups[resource.element];
    const plan::Log& log = m_plan.logs[group.log];
    const Index pool = m_plan.links[group.link].pool;
    const double up = pool == kNone ? 1.0 : m_fleets[pool].up * m_states[pool].speed;
    const double designed = parallelOf(m_plan, group, m_groupUp0[resource.element]);
    const double now = parallelOf(m_plan, group, up);
    const double known = m_steady.groupCapacity[resource.element];
    Limits& limits = m_network.resources()[r].limits;
    limits.capacity = known <= 0             ? (up > 0 ? kNever : 0.0)
                      : std::isinf(designed) ? known
                                             : known * now / designed;
    if (pool != kNone && m_fleets[pool].capacity <= 0) {
      limits.capacity = 0;
    }
    limits.room = kNever;
    if (log.limit != plan::Log::kUnlimited && log.overflow != plan::Log::Overflow::Block) {
      limits.room = static_cast<double>(log.limit) * log.partitions;
    }
    if (log.retention > Duration() && std::isfinite(limits.capacity) && limits.capacity > 0) {
      limits.room = std::min(limits.room, limits.capacity * log.retention.inSeconds());
    }
  }
}

void World::setTokenLimits() {
  for (Index r = 0; r < m_network.resources().size(); ++r) {
    const Resource& resource = m_network.graph().resources[r];
    if (resource.kind != Resource::Kind::Tokens) {
      continue;
    }
    const plan::Tokens& of = m_plan.tokens[resource.element];
    double times = 1;
    if (of.scope == plan::TokenScope::Instance && !m_network.graph().stages[r].empty()) {
      const Index pool = m_network.graph().poolOf[r];
      times = pool == kNone ? 1.0 : m_fleets[pool].up;
    }
    Limits& limits = m_network.resources()[r].limits;
    const bool isHeld = of.refill == plan::Refill::OnGive;
    limits.capacity = times * (isHeld                                  ? of.size
                               : of.refill == plan::Refill::Continuous ? of.rate.raw()
                                                                       : of.size / of.window.inSeconds());
    limits.credit = isHeld ? 0 : times * of.size;
    limits.room = !of.waits                                   ? 0
                  : of.queueLimit == plan::Tokens::kUnlimited ? kNever
                                                              : times * of.queueLimit * m_meanNeed[r];
    if (of.patience && of.patience->kind == Law::Kind::Constant) {
      limits.room = std::min(limits.room, limits.capacity * of.patience->mean.inSeconds());
    } else if (of.patience) {
      limits.patience = of.patience->mean.inSeconds();
    }
  }
}

/// Requests go where somebody is up.
void World::setRoutes() {
  for (const Index f : m_choices) {
    const Factor& factor = m_network.graph().factors[f];
    if (factor.kind == Factor::Kind::FirstUp || factor.kind == Factor::Kind::SecondUp) {
      const plan::Instruction& code = m_plan.code[factor.place];
      const double first = m_fleets[code.b].up;
      const double second = m_fleets[code.c].up;
      const double share = first + second > 0 ? first / (first + second) : plan::shareOfFirst(m_plan, code);
      m_network.setFactor(f, factor.kind == Factor::Kind::FirstUp ? share : 1 - share);
    } else if (factor.kind == Factor::Kind::Way) {
      const plan::Route& route = m_plan.routes[factor.element];
      plan::Route open;
      Index mine = kNone;
      for (Index i = 0; i < route.ways.size(); ++i) {
        const Index pool = m_plan.links[route.ways[i].behind].pool;
        if (route.isBlind || pool == kNone || m_fleets[pool].up > 0) {
          mine = i == factor.place ? static_cast<Index>(open.ways.size()) : mine;
          open.ways.push_back(route.ways[i]);
        }
      }
      const bool isNobody = open.ways.empty();
      const std::vector<double> shares =
          plan::expectedShares(m_plan, isNobody ? route : open, factor.program);
      const Index index = isNobody ? factor.place : mine;
      m_network.setFactor(f, index == kNone ? 0.0 : shares[index]);
    }
  }
}

}  // namespace cantilever::fluid
