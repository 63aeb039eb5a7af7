// What scenarios and controls do, instances that die and come back, and failover.
#include <algorithm>
#include <cmath>

#include "core/fluid/world.h"

namespace cantilever::fluid {

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

}  // namespace cantilever::fluid
