#include "core/fluid/world.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cantilever::fluid {

namespace {

constexpr double kForEverAhead = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostEvents = 10'000;
/// A cold instance grows warm in so many steps.
constexpr double kWarmSteps = 16;

}  // namespace

World::World(const plan::Plan& plan, const Options& options, const Steady& steady, const plan::Visits& visits,
             Network& network)
    : m_plan(plan),
      m_steady(steady),
      m_network(network),
      m_fleets(plan.pools.size()),
      m_states(plan.pools.size()),
      m_hitRatio(plan.caches.size(), 0),
      m_actions(plan.actions),
      m_isStopped(plan.controls.size(), false),
      m_lost(plan.classes.size(), 0) {
  for (Index i = 0; i < network.graph().factors.size(); ++i) {
    const Factor::Kind kind = network.graph().factors[i].kind;
    const bool isLookup = kind == Factor::Kind::Hit || kind == Factor::Kind::Miss;
    const bool isChoice =
        kind == Factor::Kind::FirstUp || kind == Factor::Kind::SecondUp || kind == Factor::Kind::Way;
    if (isLookup || isChoice) {
      (isLookup ? m_lookups : m_choices).push_back(i);
    }
  }
  // At the designed load with room for everything: what a request needs of each resource on average.
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    network.setSource(static_cast<Index>(i), {steady.sourceRate[i], 0});
  }
  for (ResourceState& state : network.resources()) {
    state.limits.capacity = kForEverAhead;
  }
  network.prepare(1);
  for (Index r = 0; r < network.resources().size(); ++r) {
    double requests = 0;
    for (const Index node : network.graph().stages[r]) {
      requests += network.into(node).rate;
    }
    const double units = network.resources()[r].offered.rate;
    m_meanNeed.push_back(requests > 0 ? units / requests : 1);
  }
  for (Index pool = 0; pool < plan.pools.size(); ++pool) {
    Fleet& fleet = m_fleets[pool];
    fleet.instances.resize(plan.pools[pool].room());
    for (Index i = 0; i < plan.pools[pool].instances; ++i) {
      fleet.instances[i].life = Instance::Life::Up;
    }
    fleet.warm = plan.pools[pool].warmPool;
  }
  for (const plan::ConsumerGroup& group : plan.groups) {
    const Index pool = plan.links[group.link].pool;
    m_groupUp0.push_back(pool == kNone ? 1.0 : plan.pools[pool].instances);
  }
  for (Index cache = 0; cache < plan.caches.size(); ++cache) {
    m_caches.emplace_back(plan, cache, visits, options.startsCold);
  }
  for (Index pool = 0; pool < plan.pools.size(); ++pool) {
    reckon(pool, 0);
  }
  setGroupLimits();
  setTokenLimits();
  for (Index i = 0; i < plan.scalers.size(); ++i) {
    m_scalers.push_back({&plan.scalers[i]});
    lookAt(m_scalers.back(), plan.scalers[i].period.inSeconds());
  }
  for (Index i = 0; i < m_actions.size(); ++i) {
    due({m_actions[i].at.inSeconds(), Due::What::Action, i});
  }
  for (Index i = 0; i < plan.controls.size(); ++i) {
    const plan::Trigger& trigger = plan.controls[i].trigger;
    if (trigger.kind == plan::Trigger::Kind::At || trigger.kind == plan::Trigger::Kind::Every) {
      due({trigger.at.inSeconds(), Due::What::Control, i});
    }
  }
  for (Index r = 0; r < network.resources().size(); ++r) {
    const Resource& resource = network.graph().resources[r];
    if (resource.kind == Resource::Kind::Consumers) {
      const plan::Log& log = plan.logs[plan.groups[resource.element].log];
      network.addWaiting(r, log.backlogClass, log.backlog);
    }
  }
}

void World::due(Due event) {
  event.order = ++m_order;
  m_due.push_back(event);
  std::push_heap(m_due.begin(), m_due.end());
}

double World::nextEvent() const {
  return m_due.empty() ? kForEverAhead : m_due.front().at;
}

void World::tell(Event::Kind kind, double at, const std::string& element, double count, const char* by) {
  if (m_events.size() < kMostEvents) {
    m_events.push_back({at, kind, element, count, by});
  }
}

void World::setFactor(Factor::Kind kind, Index element, double value) {
  const std::vector<Factor>& factors = m_network.graph().factors;
  for (Index i = 0; i < factors.size(); ++i) {
    if (factors[i].kind == kind && factors[i].element == element) {
      m_network.setFactor(i, value);
    }
  }
}

void World::actAt(double now) {
  for (;;) {
    Scaler* next = nextScaler();
    const bool isDue = !m_due.empty() && m_due.front().at <= now + kSameMoment;
    if (next != nullptr && next->looksAt <= now + kSameMoment &&
        (!isDue ||
         std::pair(next->looksAt, next->order) < std::pair(m_due.front().at, m_due.front().order))) {
      look(*next, now);
      continue;
    }
    if (!isDue) {
      return;
    }
    const Due event = m_due.front();
    std::pop_heap(m_due.begin(), m_due.end());
    m_due.pop_back();
    switch (event.what) {
      case Due::What::Action:
        act(m_actions[event.index], now, event.instance == 0 ? "scenario" : "control");
        break;
      case Due::What::Boot:
        if (m_fleets[event.index].instances[event.instance].epoch == event.epoch) {
          endBoot(event.index, event.instance, now);
        }
        break;
      case Due::What::WarmReady:
        m_fleets[event.index].warm += 1;
        break;
      case Due::What::Control:
        fire(event.index, now);
        break;
      case Due::What::Recover:
        if (m_fleets[event.index].instances[event.instance].life == Instance::Life::Down) {
          rise(event.index, event.instance, now);
          tell(Event::Kind::Restored, now, m_plan.pools[event.index].key, 1, "failover");
        }
        break;
      case Due::What::Cold:
        reckon(event.index, now);
        break;
    }
  }
}

void World::act(const plan::Action& action, double now, const char* by) {
  switch (action.change) {
    case Change::LoadFactor:
      m_loadFactor = action.value;
      return tell(Event::Kind::Other, now, "load", action.value, by);
    case Change::SetInstances:
      return setInstances(action.pool, std::floor(action.value + 0.5), now, by);
    case Change::Speed:
    case Change::KillInstances:
    case Change::KillSilently:
    case Change::RestoreInstances:
    case Change::PauseInstances:
    case Change::ResumeInstances:
      return actOnInstances(action, now, by);
    case Change::FlushCaches:
      for (Index cache = 0; cache < m_caches.size(); ++cache) {
        const bool isMeant =
            action.pool == kNone ? action.cache == cache : m_plan.caches[cache].pool == action.pool;
        if (isMeant) {
          m_caches[cache].flush();
          tell(Event::Kind::Flushed, now, m_plan.caches[cache].key, 1, by);
        }
      }
      return;
    case Change::LoseCalls:
    case Change::FailCalls: {
      const plan::Link& link = m_plan.links[action.link];
      const double lost = action.change == Change::LoseCalls ? action.value : link.lossShare;
      const double failed = action.change == Change::FailCalls ? action.value : link.errorShare;
      const double passes = (1 - lost) * (1 - failed);
      setFactor(Factor::Kind::Passes, action.link, passes);
      setFactor(Factor::Kind::Fails, action.link, 1 - passes);
      return tell(Event::Kind::Other, now, link.key, action.value, by);
    }
    case Change::SetFlag:
      setFactor(Factor::Kind::FlagOn, action.flag, action.value);
      setFactor(Factor::Kind::FlagOff, action.flag, 1 - action.value);
      return tell(Event::Kind::Other, now, m_plan.flags[action.flag].key, action.value, by);
    case Change::StopControl:
      m_isStopped[action.control] = true;
      return;
    case Change::ZoneOutage:
    case Change::ZoneSilentOutage:
    case Change::ZoneRecovery:
      return actOnZone(action, now, by);
    case Change::Drain:
      return drain(action, now, by);
    case Change::AddLatency:
    case Change::Partition:
    case Change::Heal:
    case Change::AddZoneLatency:
    case Change::RollOut:
    case Change::SeekGroup:
    case Change::Promote:
    case Change::InstanceWeight:
    case Change::RouteWeight:
    case Change::SetSize:
    case Change::SetRate:
    case Change::ScaleLatency:
    case Change::ScaleZoneLatency:
      return;  // see unrepresented.cpp
  }
}

void World::actOnInstances(const plan::Action& action, double now, const char* by) {
  Fleet& fleet = m_fleets[action.pool];
  const auto count = static_cast<Index>(fleet.instances.size());
  const bool areNamed = action.firstInstance != kNone;
  const Index first = areNamed ? std::min(action.firstInstance, count) : 0;
  const Index end = areNamed ? std::min(action.lastInstance, count - 1) + 1 : count;
  const bool isOfAll = areNamed || action.change == Change::Speed;
  double left = isOfAll ? count : std::floor(action.value + 0.5);
  double done = 0;
  for (Index i = first; i < end && left >= 1; ++i) {
    Instance& instance = fleet.instances[i];
    bool acts = false;
    switch (action.change) {
      case Change::KillInstances:
      case Change::KillSilently:
        acts = kill(action.pool, i, now);
        break;
      case Change::RestoreInstances:
        acts = instance.life == Instance::Life::Down && !instance.isHeldDown;
        if (acts) {
          rise(action.pool, i, now);
        }
        break;
      case Change::PauseInstances:
        acts = instance.life == Instance::Life::Up && !instance.isPaused;
        instance.isPaused = instance.isPaused || acts;
        break;
      case Change::ResumeInstances:
        acts = instance.isPaused;
        instance.isPaused = false;
        break;
      default:
        instance.speed = action.value;
        acts = true;
        break;
    }
    left -= acts ? 1 : 0;
    done += acts ? 1 : 0;
  }
  reckon(action.pool, now);
  const bool isDeath = action.change == Change::KillInstances || action.change == Change::KillSilently;
  tell(isDeath                                     ? Event::Kind::Killed
       : action.change == Change::RestoreInstances ? Event::Kind::Restored
                                                   : Event::Kind::Other,
       now, m_plan.pools[action.pool].key, done, by);
}

/// They leave as when there are to be fewer: which of them goes makes no difference but for its speed.
void World::drain(const plan::Action& action, double now, const char* by) {
  const Fleet& fleet = m_fleets[action.pool];
  double there = 0;
  double up = 0;
  double named = 0;
  for (Index i = 0; i < fleet.instances.size(); ++i) {
    const Instance::Life life = fleet.instances[i].life;
    const bool isUp = life == Instance::Life::Up;
    there += isUp || life == Instance::Life::Booting ? 1 : 0;
    up += isUp ? 1 : 0;
    named += isUp && i >= action.firstInstance && i <= action.lastInstance ? 1 : 0;
  }
  const double asked = action.value < 1 ? action.value * up : action.value;
  const double leaving = action.firstInstance != kNone ? named : std::min(up, std::floor(asked + 0.5));
  setInstances(action.pool, there - leaving, now, by);
}

void World::actOnZone(const plan::Action& action, double now, const char* by) {
  for (Index pool = 0; pool < m_fleets.size(); ++pool) {
    Fleet& fleet = m_fleets[pool];
    double changed = 0;
    for (Index i = 0; i < fleet.instances.size(); ++i) {
      const Index place = m_plan.pools[pool].placeOf(i);
      if (place == kNone || !plan::liesIn(m_plan.zones, place, action.zone)) {
        continue;
      }
      Instance& instance = fleet.instances[i];
      if (action.change == Change::ZoneRecovery) {
        const bool comesBack = instance.isHeldDown && instance.life == Instance::Life::Down;
        instance.isHeldDown = false;
        if (comesBack) {
          rise(pool, i, now);
          changed += 1;
        }
      } else {
        changed += kill(pool, i, now) ? 1 : 0;
        instance.isHeldDown = true;
      }
    }
    if (changed > 0) {
      reckon(pool, now);
      tell(action.change == Change::ZoneRecovery ? Event::Kind::Restored : Event::Kind::Killed, now,
           m_plan.pools[pool].key, changed, by);
    }
  }
}

/// What it held is gone; false if it was not up.
bool World::kill(Index pool, Index i, double now) {
  Fleet& fleet = m_fleets[pool];
  Instance& instance = fleet.instances[i];
  if (instance.life != Instance::Life::Up) {
    return false;
  }
  double before = 0;
  for (const Instance& each : fleet.instances) {
    before += each.life == Instance::Life::Up ? 1 : 0;
  }
  instance.life = Instance::Life::Down;
  ++instance.epoch;
  if (m_plan.pools[pool].queue == plan::QueueScope::PerInstance) {
    for (const Index resource : {m_network.graph().serversOf[pool], m_network.graph().seatsOf[pool]}) {
      if (resource != kNone) {
        m_network.lose(resource, 1 / before, m_lost);
      }
    }
  }
  for (Index cache = 0; cache < m_caches.size(); ++cache) {
    if (m_plan.caches[cache].pool == pool) {
      m_caches[cache].left(1, before);
    }
  }
  failOver(pool, i, now);
  return true;
}

void World::rise(Index pool, Index i, double now) {
  Instance& instance = m_fleets[pool].instances[i];
  instance.life = Instance::Life::Up;
  instance.since = now;
  ++instance.epoch;
  for (Index cache = 0; cache < m_caches.size(); ++cache) {
    if (m_plan.caches[cache].pool == pool) {
      m_caches[cache].joined(1);
    }
  }
  reckon(pool, now);
}

/// Somebody takes the place of a dead primary.
void World::failOver(Index pool, Index i, double now) {
  for (const plan::Store& store : m_plan.stores) {
    if (store.pool != pool || !store.failsOver) {
      continue;
    }
    const bool hasHeir = store.standbys > 0 || std::any_of(m_plan.groups.begin(), m_plan.groups.end(),
                                                           [&](const plan::ConsumerGroup& group) {
                                                             return group.takesOver && group.log == store.log;
                                                           });
    if (hasHeir) {
      due({now + store.detection.mean.inSeconds() + store.promotion.mean.inSeconds(), Due::What::Recover,
           pool, i});
    }
  }
}

void World::setInstances(Index pool, double wanted, double now, const char* by) {
  Fleet& fleet = m_fleets[pool];
  const plan::Pool& of = m_plan.pools[pool];
  double there = 0;
  for (const Instance& each : fleet.instances) {
    there += each.life == Instance::Life::Up || each.life == Instance::Life::Booting ? 1 : 0;
  }
  double ordered = 0;
  for (Index i = 0; i < fleet.instances.size() && there < wanted; ++i) {
    Instance& instance = fleet.instances[i];
    if (instance.life != Instance::Life::Absent) {
      continue;
    }
    instance.life = Instance::Life::Booting;
    ++instance.epoch;
    there += 1;
    ordered += 1;
    double boot = of.boot.mean.inSeconds();
    if (fleet.warm >= 1) {
      fleet.warm -= 1;
      due({now + boot, Due::What::WarmReady, pool});
      boot = of.warmBoot.mean.inSeconds();
    }
    if (boot <= 0) {
      endBoot(pool, i, now);
    } else {
      due({now + boot, Due::What::Boot, pool, i, instance.epoch});
    }
  }
  double taken = 0;
  for (Index i = static_cast<Index>(fleet.instances.size()); i-- > 0 && there > wanted;) {
    Instance& instance = fleet.instances[i];
    if (instance.life == Instance::Life::Up || instance.life == Instance::Life::Booting) {
      for (Index cache = 0; cache < m_caches.size() && instance.life == Instance::Life::Up; ++cache) {
        if (m_plan.caches[cache].pool == pool) {
          m_caches[cache].left(1, std::max(1.0, fleet.up - taken));
        }
      }
      instance.life = Instance::Life::Absent;
      ++instance.epoch;
      there -= 1;
      taken += 1;
    }
  }
  fleet.ordered += ordered;
  fleet.takenAway += taken;
  if (ordered > 0) {
    tell(Event::Kind::Ordered, now, of.key, ordered, by);
  }
  if (taken > 0) {
    tell(Event::Kind::TakenAway, now, of.key, taken, by);
  }
  reckon(pool, now);
}

void World::endBoot(Index pool, Index i, double now) {
  rise(pool, i, now);
  const plan::Pool& of = m_plan.pools[pool];
  if (of.coldFactor != 1 && of.warmTime > Duration()) {
    for (int step = 1; step <= static_cast<int>(kWarmSteps); ++step) {
      due({now + of.warmTime.inSeconds() * step / kWarmSteps, Due::What::Cold, pool});
    }
  }
  tell(Event::Kind::Ready, now, of.key, 1, "scaler");
}

void World::fire(Index index, double now) {
  const plan::Control& control = m_plan.controls[index];
  if (m_isStopped[index]) {
    return;
  }
  for (const plan::Action& action : control.actions) {
    m_actions.push_back(action);
    due({now + action.at.inSeconds(), Due::What::Action, static_cast<Index>(m_actions.size() - 1), 1});
  }
  if (control.trigger.kind == plan::Trigger::Kind::Every) {
    due({now + control.trigger.spacing.mean.inSeconds(), Due::What::Control, index});
  }
}

/// Servers of an instance that is busy all the time, at speed 1: contention slows them (Gunther's law).
double World::perInstance(Index pool) const {
  const plan::Pool& of = m_plan.pools[pool];
  const bool areSeatsLimit = of.seats > 0 && m_steady.figures.seatHold[pool] <= 0;
  double servers = of.servers > 0 ? of.servers : kForEverAhead;
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
  const double room = isLimited ? of.queueLimit * queues : kForEverAhead;
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
    limits.capacity = known <= 0             ? (up > 0 ? kForEverAhead : 0.0)
                      : std::isinf(designed) ? known
                                             : known * now / designed;
    if (pool != kNone && m_fleets[pool].capacity <= 0) {
      limits.capacity = 0;
    }
    limits.room = kForEverAhead;
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
                  : of.queueLimit == plan::Tokens::kUnlimited ? kForEverAhead
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

void World::beginPiece(double load, double now) {
  for (Index cache = 0; cache < m_caches.size(); ++cache) {
    m_hitRatio[cache] = m_caches[cache].hitRatio(load);
  }
  for (const Index i : m_lookups) {
    const Factor& factor = m_network.graph().factors[i];
    const double ratio = m_hitRatio[factor.element];
    m_network.setFactor(i, factor.kind == Factor::Kind::Hit ? ratio : 1 - ratio);
  }
  for (Index pool = 0; pool < m_fleets.size(); ++pool) {
    const plan::Pool& of = m_plan.pools[pool];
    if (!of.isOnDemand()) {
      continue;
    }
    Fleet& fleet = m_fleets[pool];
    const double busy = m_network.of(m_network.graph().poolWork[pool]).rate;
    const double each = std::max(1.0, perInstance(pool));
    const double needed = std::clamp(std::ceil(busy / each - 1e-9), static_cast<double>(of.instances),
                                     static_cast<double>(of.room()));
    if (needed >= fleet.needed || now - fleet.neededAt >= of.idleExpiry->inSeconds()) {
      fleet.needed = needed;
      fleet.neededAt = now;
    }
    fleet.up = fleet.needed;
  }
}

double World::longestPiece() const {
  double longest = kForEverAhead;
  for (Index cache = 0; cache < m_caches.size(); ++cache) {
    const double rate = m_network.of(m_network.graph().lookups[cache]).rate;
    if (m_caches[cache].isWarming() && rate > 0) {
      longest = std::min(longest, m_caches[cache].patience() / rate);
    }
  }
  return longest;
}

void World::passed(double start, double seconds) {
  for (Index cache = 0; cache < m_caches.size(); ++cache) {
    m_caches[cache].lookedUp(m_network.of(m_network.graph().lookups[cache]).over(seconds));
  }
  for (Scaler& scaler : m_scalers) {
    gather(scaler, start, start + seconds);
  }
}

}  // namespace cantilever::fluid
