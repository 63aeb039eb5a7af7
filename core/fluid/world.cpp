#include "core/fluid/world.h"

#include <algorithm>
#include <cmath>

namespace cantilever::fluid {

namespace {

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
    state.limits.capacity = kNever;
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
  return m_due.empty() ? kNever : m_due.front().at;
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
  double longest = kNever;
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
