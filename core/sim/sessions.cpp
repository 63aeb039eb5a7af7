#include "core/sim/sessions.h"

#include <algorithm>
#include <utility>

#include "core/sim/engine_calls.h"

/// Devices that hold a connection to an instance, and come back when it has gone (rule 30).
namespace cantilever::sim {

/// All are connected at the start, as far as there is room.
void Engine::addSessions() {
  for (Index i = 0; i < m_plan->sources.size(); ++i) {
    const plan::Source& of = m_plan->sources[i];
    if (of.kind != plan::SourceKind::Sessions) {
      continue;
    }
    const auto index = static_cast<Index>(m_sessions.size());
    SessionState& state = m_sessions.emplace_back();
    state.source = i;
    state.pool = of.holder;
    state.users = of.users;
    state.slots = of.slots;
    state.greeting = of.greeting;
    state.reconnect = Sampler(of.reconnect);
    state.stream = RandomStream::named(m_config.seed, m_config.replication, of.key, "sessions");
    PoolState& pool = m_pools[of.holder];
    state.heldHere.assign(pool.count, 0);
    if (!pool.sessions.isKept()) {
      pool.sessions = HeldCounts(pool.count);
    }
    for (std::uint32_t user = 0; user < of.users; ++user) {
      connect(index);
    }
    noteConnected(state);
  }
}

void Engine::noteConnected(const SessionState& state) {
  m_arrivals.setLevel(state.source,
                      state.users > 0 ? static_cast<double>(state.connected.value()) / state.users : 0.0);
}

/// One of the sessions that are not connected tries to be; true if it is.
bool Engine::connect(Index index) {
  SessionState& state = m_sessions[index];
  PoolState& pool = m_pools[state.pool];
  const Index number = placeFor(state, pool);
  if (number == kNoInstance) {
    state.refused.add();
    awaitReconnect(index);
    return false;
  }
  pool.sessions.add(number, 1);
  ++state.heldHere[number];
  state.connects.add();
  state.connected.increase(now());
  if (state.greeting != plan::kNone && now() > 0) {
    greet(state, number);
  }
  return true;
}

/// Work at its new holder that the session does not wait for.
void Engine::greet(const SessionState& state, Index number) {
  SourceState& source = m_sources[state.source];
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.requestClass = static_cast<std::uint8_t>(source.requestClass);
  frame.priority = source.priority;
  frame.link = static_cast<std::uint16_t>(state.greeting);
  frame.flags = frame_flags::kDetached;
  m_frames.cold(index).deadline = kNever;
  m_frames.cold(index).from = m_links[frame.link].callersAt;
  m_frames.cold(index).countedAt = number;
  if (m_hasCargo) {
    m_frames.notes(index).targets = 1;
    m_frames.notes(index).bornAt = now();
  }
  m_stepsLeft += kStepsPerFrame;
  launch(index);
}

/// A random instance with room; if a few draws find none, the next one with room.
Engine::Index Engine::placeFor(SessionState& state, const PoolState& pool) {
  constexpr int kDraws = 4;
  const auto hasRoom = [&](Index number) {
    return state.slots == 0 || pool.sessions.at(number) < state.slots;
  };
  if (pool.up.isEmpty()) {
    return kNoInstance;
  }
  Index rank = 0;
  for (int i = 0; i < kDraws; ++i) {
    rank = state.stream.below(pool.up.size());
    if (hasRoom(pool.up.at(rank))) {
      return pool.up.at(rank);
    }
  }
  for (Index i = 1; i < pool.up.size(); ++i) {
    const Index number = pool.up.at((rank + i) % pool.up.size());
    if (hasRoom(number)) {
      return number;
    }
  }
  return kNoInstance;
}

void Engine::awaitReconnect(Index index) {
  SessionState& state = m_sessions[index];
  m_agenda.at(now() + std::max<TimeNs>(1, state.reconnect.drawNs(state.stream)), Phase::Requests,
              {index, 0, EventType::Connect});
}

void Engine::reconnect(Index index) {
  if (connect(index)) {
    noteConnected(m_sessions[index]);
  }
}

/// Those that the instance held come back one by one.
void Engine::loseSessions(Index instance) {
  const Index poolIndex = m_instances[instance].pool;
  PoolState& pool = m_pools[poolIndex];
  if (!pool.sessions.isKept()) {
    return;
  }
  const Index number = instance - pool.first;
  for (Index i = 0; i < m_sessions.size(); ++i) {
    SessionState& state = m_sessions[i];
    if (state.pool != poolIndex || state.heldHere[number] == 0) {
      continue;
    }
    const std::uint32_t count = std::exchange(state.heldHere[number], 0);
    pool.sessions.add(number, -static_cast<std::int64_t>(count));
    state.lost.add(count);
    state.connected.set(state.connected.value() - count, now());
    for (std::uint32_t user = 0; user < count; ++user) {
      awaitReconnect(i);
    }
    noteConnected(state);
  }
}

/// The holder of a session drawn among all that are held; another instance if that takes no work.
Engine::Index Engine::pickHolder(LinkState& link, const InstanceSet& among) {
  const HeldCounts& held = m_pools[link.pool].sessions;
  if (held.isKept() && held.total() > 0) {
    const Index number = held.holderOf(link.pick.below(static_cast<std::uint32_t>(held.total())));
    if (among.contains(number)) {
      return number;
    }
  }
  return among.at(link.pick.below(among.size()));
}

}  // namespace cantilever::sim
