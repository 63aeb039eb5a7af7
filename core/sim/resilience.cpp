#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// What links do about failure: retries with a budget (20), deadlines (19), breakers (21), losses and errors.
namespace cantilever::sim {

using plan::Reason;

namespace {

/// Those that come after are counted like it.
constexpr std::uint8_t kMostTries = 255;

}  // namespace

TimeNs LinkPolicyState::pauseAfter(std::uint8_t tries) {
  using Growth = plan::Retries::Growth;
  const TimeNs cap = retries.cap.ns();
  if (retries.growth == Growth::Drawn) {
    return std::min(drawnPause.drawNs(pauses), cap);
  }
  TimeNs pause = std::min(retries.base.ns(), cap);
  const bool doubles = retries.growth == Growth::Doubling;
  for (std::uint8_t i = 0; doubles && i < tries && pause < cap && pause > 0; ++i) {
    pause = pause > cap / 2 ? cap : 2 * pause;
  }
  if (!retries.hasJitter || pause == 0) {
    return pause;
  }
  return static_cast<TimeNs>(pauses.uniform() * static_cast<double>(pause));
}

/// What time has brought into the bucket.
void LinkPolicyState::earn(LinkSide& side, TimeNs now) const {
  side.budget =
      std::min(retries.budgetDepth,
               side.budget + retries.budgetFloor.raw() * (static_cast<double>(now - side.budgetAt) * 1e-9));
  side.budgetAt = now;
}

bool LinkPolicyState::pay(LinkSide& side, TimeNs now) const {
  if (retries.budgetShare < 0) {
    return true;
  }
  earn(side, now);
  if (side.budget < 1) {
    return false;
  }
  side.budget -= 1;
  return true;
}

void Engine::addLinkPolicy(LinkState& link, const plan::Link& of) {
  const bool hasPolicy = of.retries.isOn() || of.breaker.isOn() || of.lossShare > 0 || of.errorShare > 0 ||
                         of.hedge > Duration() || m_hasDeadlines;
  if (hasPolicy) {
    givePolicy(link, of);
  }
  link.cancels = of.cancels;
  m_dropsExpired = m_dropsExpired || (of.propagates && m_hasDeadlines);
  if (link.pool == plan::kNone) {
    return;
  }
  const PoolState& pool = m_pools[link.pool];
  link.choices = of.choices;
  link.countsCalls = of.balancing == Balancing::LeastConnections && !pool.isShared;
  if (of.balancing == Balancing::ConsistentHash || (of.balancing == Balancing::Owner && !pool.isShared)) {
    link.ring = HashRing(m_plan->pools[link.pool].key, pool.count, of.points);
  }
  if (of.balancing == Balancing::Weighted) {
    for (Index i = 0; i < pool.count; ++i) {
      const double own = of.weights.empty() ? m_plan->pools[link.pool].speedOf(i) : 1.0;
      link.weights.push_back(i < of.weights.size() ? of.weights[i] : own);
    }
  }
  m_pools[link.pool].tracksUse = m_pools[link.pool].tracksUse || of.balancing == Balancing::Warmest;
  if (of.locality != Locality::Anywhere && m_network.hasZones() && !pool.isShared) {
    link.locality = std::make_unique<LocalityState>(*m_plan, of, m_sites);
  }
}

void Engine::givePolicy(LinkState& link, const plan::Link& of) {
  link.policy = std::make_unique<LinkPolicyState>(of);
  link.policy->pauses = RandomStream::named(m_config.seed, m_config.replication, of.key, "pauses");
  link.policy->losses = RandomStream::named(m_config.seed, m_config.replication, of.key, "losses");
  link.policy->errors = RandomStream::named(m_config.seed, m_config.replication, of.key, "errors");
}

/// A change of what becomes of calls over the link.
void Engine::disturb(const plan::Action& action, Cause cause) {
  LinkState& link = m_links[action.link];
  if (action.change == Change::AddLatency) {
    const double most = plan::kLongestDuration.inSeconds();
    link.added = Duration::seconds(std::min(action.value, most)).ns();
    notePlain(link);
  } else if (action.change == Change::ScaleLatency) {
    link.factor = action.value;
    notePlain(link);
  } else {
    if (!link.policy) {
      givePolicy(link, m_plan->links[action.link]);
    }
    double& share = action.change == Change::LoseCalls ? link.policy->lossShare : link.policy->errorShare;
    share = std::min(action.value, 1.0);
  }
  recordOfLink(action.change == Change::AddLatency     ? Happening::Kind::LatencyAdded
               : action.change == Change::ScaleLatency ? Happening::Kind::LatencyScaled
               : action.change == Change::LoseCalls    ? Happening::Kind::LossSet
                                                       : Happening::Kind::ErrorsSet,
               action.link, kNoInstance, cause, action.value);
}

/// An attempt that is not a send, over a link with a policy: false if it fails at once, without latency.
bool Engine::startAttempt(Index index) {
  const Frame& frame = m_frames[index];
  LinkState& link = m_links[frame.link];
  LinkPolicyState& policy = *link.policy;
  const bool isFirst = frame.tries == 0 && !frame.has(frame_flags::kHedge);
  LinkSide& side = sideOf(index, link);
  if (isFirst && policy.retries.budgetShare >= 0) {
    policy.earn(side, now());
    side.budget = std::min(policy.retries.budgetDepth, side.budget + policy.retries.budgetShare);
  }
  if (m_hasDeadlines && now() >= m_frames.cold(index).deadline) {
    failAtOnce(index, Reason::DeadlineExceeded);
    return false;
  }
  if (policy.breakerPolicy.isOn()) {
    const BreakerState::Passage passage = side.breaker.pass();
    if (passage == BreakerState::Passage::Refused) {
      failAtOnce(index, Reason::BreakerOpen);
      return false;
    }
    if (passage == BreakerState::Passage::Probe) {
      m_frames[index].flags |= frame_flags::kProbe;
    }
  }
  if (isFirst && policy.hedge > 0 && link.balancing != Balancing::All) {
    m_agenda.afterConstant(link.hedgeLane, eventOf(index, EventType::Hedge));
  }
  if (policy.propagates && m_hasDeadlines) {
    expireAtDeadline(index);
  }
  return true;
}

/// The attempt ends when the time of its request is over, if its own is not over before.
void Engine::expireAtDeadline(Index index) {
  const TimeNs deadline = m_frames.cold(index).deadline;
  if (deadline == kNever) {
    return;
  }
  m_frames[index].flags |= frame_flags::kExpires;
  const TimeNs timeout = m_links[m_frames[index].link].timeout;
  if (timeout == 0 || deadline - now() < timeout) {
    m_agenda.at(deadline, Phase::Requests, eventOf(index, EventType::Timeout));
  }
}

/// Of an attempt that has been addressed: true if nothing of it will arrive. One that is answered with an
/// error is made to run into it.
bool Engine::isLostOrDone(Index index) {
  LinkState& link = m_links[m_frames[index].link];
  if (!link.isPlain && isCutOff(index)) {
    lose(index, link);
    return true;
  }
  if (!link.policy) {
    return false;
  }
  LinkPolicyState& policy = *link.policy;
  if (policy.lossShare > 0 && policy.losses.chance(policy.lossShare)) {
    lose(index, link);
    return true;
  }
  if (policy.errorShare > 0 && policy.errors.chance(policy.errorShare)) {
    m_frames[index].pc = m_code.errorPc;
    m_frames[index].instance = kNoInstance;
  }
  return false;
}

/// Only its timeout will tell.
void Engine::lose(Index index, LinkState& link) {
  m_frames[index].instance = kNoInstance;
  become(index, FrameState::Lost);
  link.meter.lost += isInWindow(m_frames[index].calledAt) ? 1u : 0u;
}

/// Known at once, without latency.
void Engine::failAtOnce(Index index, Reason reason) {
  Frame& frame = m_frames[index];
  frame.flags |= frame_flags::kNotSent;
  become(index, FrameState::Replied);
  frame.reason = static_cast<std::uint8_t>(reason);
  m_links[frame.link].meter.notSent += isInWindow(now()) ? 1u : 0u;
  m_agenda.after(0, eventOf(index, EventType::Reply));
}

/// After an attempt that failed: true if there will be another one. It is a frame of its own, which sleeps
/// first.
bool Engine::retry(Index caller, const FailedCall& failed, Reason reason) {
  LinkPolicyState& policy = *m_links[failed.link].policy;
  const std::uint32_t attempts = policy.retries.attempts;
  const bool isLast = attempts != plan::Retries::kUnlimited && failed.tries + 1u >= attempts;
  if (isLast || !policy.retries.isFor(reason)) {
    return false;
  }
  const TimeNs pause = policy.pauseAfter(failed.tries);
  if (m_hasDeadlines && now() + pause >= m_frames.cold(caller).deadline) {
    return false;
  }
  LinkState& link = m_links[failed.link];
  if (!policy.pay(sideAt(caller, link), now())) {
    return false;
  }
  const Index index = enrol(caller, failed.link, failed.flags);
  m_frames[index].tries =
      failed.tries == kMostTries ? kMostTries : static_cast<std::uint8_t>(failed.tries + 1);
  become(index, FrameState::Backoff);
  m_frames.cold(index).countedAt = failed.instance;
  if (m_hasCargo) {
    m_frames.notes(index).targets = failed.targets;
    m_frames.notes(index).branch = failed.branch;
  }
  m_links[failed.link].meter.retries.add();
  m_agenda.after(pause, eventOf(index, EventType::Timer));
  return true;
}

/// The pause is over. Returns the callee if it can run at once.
Engine::Index Engine::attemptAgain(Index index) {
  Frame& frame = m_frames[index];
  become(index, FrameState::Net);
  frame.calledAt = now();
  return sendOff(index);
}

void Engine::observe(Index index, bool hasFailed) {
  LinkState& link = m_links[m_frames[index].link];
  const LinkPolicyState& policy = *link.policy;
  if (!policy.breakerPolicy.isOn()) {
    return;
  }
  LinkSide& side = sideOf(index, link);
  const BreakerState::Turn turn =
      side.breaker.observe(hasFailed, m_frames[index].has(frame_flags::kProbe), now());
  if (turn == BreakerState::Turn::Closed) {
    recordOfBreaker(Happening::Kind::BreakerClosed, side);
  }
  if (turn != BreakerState::Turn::Opened) {
    return;
  }
  link.meter.open.increase(now());
  recordOfBreaker(Happening::Kind::BreakerOpened, side);
  m_agenda.at(now() + policy.breakerPolicy.open.ns(), Phase::Requests,
              {side.number, side.breaker.epoch(), EventType::BreakEnd});
}

void Engine::endBreak(std::uint32_t number, std::uint32_t epoch) {
  LinkSide& side = sideBehind(number);
  if (side.breaker.epoch() == epoch) {
    side.breaker.endOpen();
    m_links[side.link].meter.open.decrease(now());
    recordOfBreaker(Happening::Kind::BreakerHalfOpen, side);
  }
}

/// With the caller whose it is.
void Engine::recordOfBreaker(Happening::Kind kind, const LinkSide& side) {
  if (Happening* happening = record(kind, Cause::Run, side.caller)) {
    happening->link = side.link;
    if (side.caller == kNoInstance) {
      happening->instance = kNoInstance;
    }
  }
}

}  // namespace cantilever::sim
