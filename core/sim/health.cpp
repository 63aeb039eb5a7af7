#include "core/sim/health.h"

#include <algorithm>
#include <string>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

namespace cantilever::sim {

namespace {

/// A slow start begins with this weight (rule 13).
constexpr double kFirstWeight = 0.1;
/// Of the choices that may be passed over because the chosen instance starts slowly.
constexpr int kMostPassedOver = 64;

}  // namespace

HealthState::HealthState(const plan::HealthChecks& policy, std::uint32_t count, const InstanceSet& up)
    : m_policy(policy), m_instances(count), m_registered(up), m_eligible(up) {}

void HealthState::enter(std::uint32_t instance, TimeNs now) {
  if (m_registered.contains(instance)) {
    return;
  }
  m_registered.insert(instance);
  m_instances[instance] = {};
  m_instances[instance].isWell = !m_policy.isChecking();
  m_instances[instance].since = now;
  update(instance);
}

void HealthState::leave(std::uint32_t instance) {
  if (m_registered.contains(instance)) {
    m_ejected -= m_instances[instance].isEjected ? 1u : 0u;
    m_instances[instance].isEjected = false;
    m_registered.erase(instance);
    m_eligible.erase(instance);
  }
}

bool HealthState::hide(std::uint32_t instance) {
  const bool isHidden = m_eligible.size() > 1 && m_eligible.contains(instance);
  if (isHidden) {
    m_eligible.erase(instance);
  }
  return isHidden;
}

void HealthState::update(std::uint32_t instance) {
  const Instance& of = m_instances[instance];
  if (of.isWell && !of.isEjected && m_registered.contains(instance)) {
    m_eligible.insert(instance);
  } else {
    m_eligible.erase(instance);
  }
}

bool HealthState::pass(std::uint32_t instance, TimeNs now) {
  Instance& of = m_instances[instance];
  of.fails = 0;
  ++of.passes;
  if (of.isWell || of.passes < m_policy.upAfter) {
    return false;
  }
  of.isWell = true;
  of.failedCalls = 0;
  of.since = now;
  update(instance);
  return true;
}

bool HealthState::fail(std::uint32_t instance) {
  Instance& of = m_instances[instance];
  of.passes = 0;
  ++of.fails;
  if (!of.isWell || m_policy.downAfter == plan::HealthChecks::kNever || of.fails < m_policy.downAfter) {
    return false;
  }
  of.isWell = false;
  update(instance);
  return true;
}

bool HealthState::observe(std::uint32_t instance, bool hasFailed, TimeNs now) {
  Instance& of = m_instances[instance];
  of.failedCalls = hasFailed ? of.failedCalls + 1 : 0;
  if (m_policy.ejectAfter == 0 || of.failedCalls < m_policy.ejectAfter || of.isEjected ||
      2 * (m_ejected + 1) > m_registered.size()) {
    return false;
  }
  of.isEjected = true;
  of.ejectedUntil = now + m_policy.ejectFor.ns();
  of.failedCalls = 0;
  ++m_ejected;
  update(instance);
  return true;
}

bool HealthState::readmit(std::uint32_t instance, TimeNs now) {
  Instance& of = m_instances[instance];
  if (!of.isEjected || now < of.ejectedUntil) {
    return false;
  }
  of.isEjected = false;
  --m_ejected;
  update(instance);
  return true;
}

double HealthState::weight(std::uint32_t instance, TimeNs now) const {
  const TimeNs since = m_instances[instance].since;
  const TimeNs slow = m_policy.slowStart.ns();
  if (since < 0 || slow == 0 || now - since >= slow) {
    return 1;
  }
  return kFirstWeight + (1 - kFirstWeight) * static_cast<double>(now - since) / static_cast<double>(slow);
}

void Engine::addHealth(LinkSide& side, const plan::Link& of) {
  const LinkState& link = m_links[side.link];
  if (!link.hasHealth) {
    return;
  }
  const PoolState& pool = m_pools[link.pool];
  side.health = std::make_unique<HealthState>(of.health, pool.count, pool.up);
  if (!of.health.isChecking()) {
    return;
  }
  // The phase of an instance's checks is drawn once.
  const bool isOfCaller = side.caller != kNoInstance;
  const std::string key = isOfCaller ? of.key + "/" + std::to_string(side.caller) : of.key;
  RandomStream phases = RandomStream::named(m_config.seed, m_config.replication, key, "health");
  for (Index i = 0; i < pool.count; ++i) {
    const auto phase = static_cast<TimeNs>(phases.uniform() * static_cast<double>(of.health.interval.ns()));
    m_agenda.at(now() + 1 + phase, Phase::Actions, {side.number, i, EventType::HealthCheck});
  }
}

/// An answer comes at once; that there is none shows after the timeout (12).
void Engine::checkHealth(Index which, Index number) {
  LinkSide& side = sideBehind(which);
  const LinkState& link = m_links[side.link];
  const plan::HealthChecks& policy = side.health->policy();
  m_agenda.at(now() + policy.interval.ns(), Phase::Actions, {which, number, EventType::HealthCheck});
  if (!side.health->isRegistered(number)) {
    return;
  }
  const Instance& at = m_instances[m_pools[link.pool].first + number];
  const ZoneNumber from = side.caller == kNoInstance ? link.callersAt : m_instances[side.caller].zone;
  const bool isReached = !m_network.hasZones() || m_network.way(from, at.zone).cuts == 0;
  if (!at.isUp || !isReached) {
    m_agenda.at(now() + policy.timeout.ns(), Phase::Actions, {which, number, EventType::HealthMissed});
  } else if (side.health->pass(number, now())) {
    recordOfLink(Happening::Kind::MarkedUp, side.link, number);
  }
}

void Engine::missHealth(Index which, Index number) {
  LinkSide& side = sideBehind(which);
  if (side.health->isRegistered(number) && side.health->fail(number)) {
    recordOfLink(Happening::Kind::MarkedDown, side.link, number);
  }
}

void Engine::observeInstance(Index index, bool hasFailed) {
  LinkState& link = m_links[m_frames[index].link];
  LinkSide& side = sideOf(index, link);
  const Index number = m_frames.cold(index).countedAt;
  if (number >= m_pools[link.pool].count || !side.health->observe(number, hasFailed, now())) {
    return;
  }
  recordOfLink(Happening::Kind::Ejected, side.link, number);
  m_agenda.at(now() + side.health->policy().ejectFor.ns(), Phase::Actions,
              {side.number, number, EventType::Readmit});
}

void Engine::readmit(Index which, Index number) {
  LinkSide& side = sideBehind(which);
  if (side.health->readmit(number, now())) {
    recordOfLink(Happening::Kind::Readmitted, side.link, number);
  }
}

/// As address(), over a link that goes by what it believes.
bool Engine::addressByHealth(Index index, LinkState& link) {
  HealthState& health = *sideOf(index, link).health;
  const InstanceSet& among = nearby(index, link, health.eligible());
  m_frames.cold(index).countedAt =
      link.balancing == Balancing::All ? m_frames.cold(index).countedAt : kNoInstance;
  if (among.isEmpty()) {
    return false;
  }
  const Index number = pickByHealth(index, link, health, among);
  if (number == kNoInstance) {
    return false;
  }
  m_frames[index].instance = m_pools[link.pool].first + number;
  if (link.countsCalls) {
    countCall(index, link);
  }
  m_frames.cold(index).countedAt = number;
  if (!m_instances[m_frames[index].instance].isUp) {
    m_frames[index].flags |= frame_flags::kRefused;
  }
  return true;
}

/// An instance that starts slowly is passed over as often as its weight says, and the choice is made again:
/// where it does not lie with chance or turn, among the others.
Engine::Index Engine::pickByHealth(Index index, LinkState& link, const HealthState& health,
                                   const InstanceSet& among) {
  Index number = pick(index, link, among);
  if (!health.hasSlowStart() || link.balancing == Balancing::All || link.balancing == Balancing::Owner) {
    return number;
  }
  const bool isFree = link.balancing == Balancing::Random || link.balancing == Balancing::RoundRobin;
  InstanceSet left;
  if (!isFree) {
    left = among;
  }
  for (int i = 0; i < kMostPassedOver; ++i) {
    const double weight = health.weight(number, now());
    if (weight >= 1 || link.pick.chance(weight)) {
      return number;
    }
    if (!isFree) {
      left.erase(number);
      if (left.isEmpty()) {
        return number;
      }
    }
    number = pick(index, link, isFree ? among : left);
  }
  return number;
}

/// The pool has an instance more, or one less. Links learn of it at once if it was done on purpose, or if
/// they do not have to find out for themselves.
void Engine::tellLinks(Index instance, bool isThere, bool isOnPurpose) {
  const Index pool = m_instances[instance].pool;
  const Index number = instance - m_pools[pool].first;
  const auto tell = [&](LinkSide& side) {
    if (side.health && m_links[side.link].pool == pool && (isOnPurpose || !side.health->policy().isBlind())) {
      isThere ? side.health->enter(number, now()) : side.health->leave(number);
    }
  };
  for (LinkState& link : m_links) {
    tell(link.own);
  }
  for (LinkSide& side : m_sides) {
    tell(side);
  }
}

/// A call arrives where nobody is any more.
void Engine::meetNobody(Index index, const PoolState& pool) {
  const Frame& frame = m_frames[index];
  if (pool.isShared) {
    finish(index, plan::Reason::NoHealthyInstance);
  } else if (m_instances[frame.instance].isSilent) {
    vanish(index);
  } else {
    finish(index,
           frame.has(frame_flags::kRefused) ? plan::Reason::ConnectionRefused : plan::Reason::KilledInFlight);
  }
}

/// Its instance has gone without a word: whoever waits for it learns nothing.
void Engine::vanish(Index index) {
  const bool isJoin = m_frames[index].state == FrameState::Join;
  leaveWaiting(index);
  if (isJoin) {
    abandonCallees(index);
  }
  if (m_frames[index].has(frame_flags::kRoot | frame_flags::kDetached) ||
      m_frames[index].parent == kNoFrame) {
    finish(index, plan::Reason::KilledInFlight);
    return;
  }
  if (m_frames[index].has(frame_flags::kOwing)) {
    settle(index, plan::Reason::KilledInFlight);
  }
  leaveSeat(index);
  become(index, FrameState::Lost);
  m_frames[index].instance = kNoInstance;
}

}  // namespace cantilever::sim
