#include "core/sim/health.h"

#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

namespace cantilever::sim {

namespace {

/// A slow start begins with this weight (rule 13).
constexpr double kFirstWeight = 0.1;
/// Of the choices that may be passed over because the chosen instance starts slowly.
constexpr int kMostPassedOver = 64;

}  // namespace

HealthState::HealthState(const plan::HealthChecks& policy, std::uint32_t count, std::uint32_t members)
    : m_policy(policy), m_instances(count), m_registered(count, members), m_eligible(count, members) {}

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
  if (!of.isWell || of.fails < m_policy.downAfter) {
    return false;
  }
  of.isWell = false;
  update(instance);
  return true;
}

bool HealthState::observe(std::uint32_t instance, bool hasFailed) {
  Instance& of = m_instances[instance];
  of.failedCalls = hasFailed ? of.failedCalls + 1 : 0;
  if (m_policy.ejectAfter == 0 || of.failedCalls < m_policy.ejectAfter || of.isEjected ||
      2 * (m_ejected + 1) > m_registered.size()) {
    return false;
  }
  of.isEjected = true;
  of.failedCalls = 0;
  ++m_ejected;
  update(instance);
  return true;
}

bool HealthState::readmit(std::uint32_t instance) {
  Instance& of = m_instances[instance];
  if (!of.isEjected) {
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

void Engine::addHealth(LinkState& link, const plan::Link& of) {
  if (!of.health.isOn() || link.pool == plan::kNone || m_pools[link.pool].isShared) {
    return;
  }
  const PoolState& pool = m_pools[link.pool];
  link.health = std::make_unique<HealthState>(of.health, pool.count, pool.up.size());
  if (!of.health.isChecking()) {
    return;
  }
  // The phase of an instance's checks is drawn once.
  RandomStream phases = RandomStream::named(m_config.seed, m_config.replication, of.key, "health");
  const auto which = static_cast<Index>(&link - m_links.data());
  for (Index i = 0; i < pool.count; ++i) {
    const auto phase = static_cast<TimeNs>(phases.uniform() * static_cast<double>(of.health.interval.ns()));
    m_agenda.at(1 + phase, Phase::Actions, {which, i, EventType::HealthCheck});
  }
}

/// An answer comes at once; that there is none shows after the timeout (12).
void Engine::checkHealth(Index which, Index number) {
  LinkState& link = m_links[which];
  const plan::HealthChecks& policy = link.health->policy();
  m_agenda.at(now() + policy.interval.ns(), Phase::Actions, {which, number, EventType::HealthCheck});
  if (!link.health->isRegistered(number)) {
    return;
  }
  const Instance& at = m_instances[m_pools[link.pool].first + number];
  const bool isReached = !m_network.hasZones() || m_network.way(link.callersAt, at.zone).cuts == 0;
  if (!at.isUp || !isReached) {
    m_agenda.at(now() + policy.timeout.ns(), Phase::Actions, {which, number, EventType::HealthMissed});
  } else if (link.health->pass(number, now())) {
    recordOfLink(Happening::Kind::MarkedUp, which, number);
  }
}

void Engine::missHealth(Index which, Index number) {
  if (m_links[which].health->isRegistered(number) && m_links[which].health->fail(number)) {
    recordOfLink(Happening::Kind::MarkedDown, which, number);
  }
}

void Engine::observeInstance(Index index, bool hasFailed) {
  const Index which = m_frames[index].link;
  LinkState& link = m_links[which];
  const Index number = m_frames.cold(index).countedAt;
  if (number >= m_pools[link.pool].count || !link.health->observe(number, hasFailed)) {
    return;
  }
  recordOfLink(Happening::Kind::Ejected, which, number);
  m_agenda.at(now() + link.health->policy().ejectFor.ns(), Phase::Actions,
              {which, number, EventType::Readmit});
}

void Engine::readmit(Index which, Index number) {
  if (m_links[which].health->readmit(number)) {
    recordOfLink(Happening::Kind::Readmitted, which, number);
  }
}

/// As address(), over a link that goes by what it believes.
bool Engine::addressByHealth(Index index, LinkState& link) {
  const InstanceSet& among = link.health->eligible();
  m_frames.cold(index).countedAt =
      link.balancing == Balancing::All ? m_frames.cold(index).countedAt : kNoInstance;
  if (among.isEmpty()) {
    return false;
  }
  const Index number = pickByHealth(index, link, among);
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
Engine::Index Engine::pickByHealth(Index index, LinkState& link, const InstanceSet& among) {
  Index number = pick(index, link, among);
  if (!link.health->hasSlowStart() || link.balancing == Balancing::All) {
    return number;
  }
  const bool isFree = link.balancing == Balancing::Random || link.balancing == Balancing::RoundRobin;
  InstanceSet left;
  if (!isFree) {
    left = among;
  }
  for (int i = 0; i < kMostPassedOver; ++i) {
    const double weight = link.health->weight(number, now());
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
  for (LinkState& link : m_links) {
    if (link.health && link.pool == pool && (isOnPurpose || !link.health->policy().isBlind())) {
      const Index number = instance - m_pools[pool].first;
      isThere ? link.health->enter(number, now()) : link.health->leave(number);
    }
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
