#include "core/sim/engine.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace cantilever::sim {

namespace {

constexpr TimeNs kShortestInterval = 10'000'000;

}  // namespace

Engine::Engine(std::shared_ptr<const plan::Plan> plan, const RunConfig& config, const AgendaOptions& options)
    : m_plan(std::move(plan)),
      m_config(config),
      m_code(*m_plan),
      m_worldStart(config.leadIn.ns()),
      m_windowStart(m_worldStart + config.warmup.ns()),
      m_end(m_windowStart + config.duration.ns()),
      m_last(m_end),
      m_agenda(options, m_frames),
      m_network(*m_plan, m_agenda),
      m_arrivals(m_agenda, m_worldStart),
      m_tracer(expectedRequests(), config.traced) {
  if (m_windowStart > 0) {
    m_agenda.at(m_windowStart, Phase::Actions, {0, 0, EventType::OpenWindow});
  }
  for (const Law& law : m_plan->laws) {
    m_timings.emplace_back(law, m_agenda);
  }
  for (const CountLaw& law : m_plan->countLaws) {
    m_counts.emplace_back(law);
  }
  m_hasCargo = !m_plan->fans.empty() || !m_plan->logs.empty() || !m_plan->windows.empty() ||
               !m_plan->batchings.empty();
  for (const plan::RequestClass& of : m_plan->classes) {
    m_hasDeadlines = m_hasDeadlines || of.deadline > Duration();
    ClassMeter& meter = m_classes.emplace_back();
    meter.keyHash = hashText(of.key);
    m_sizes.push_back({of.requestBytes, of.replyBytes});
    m_hasSizes = m_hasSizes || of.requestBytes + of.replyBytes > 0;
    meter.deadline = of.deadline > Duration() ? of.deadline.ns() : kNever;
  }
  for (const plan::Program& of : m_plan->programs) {
    m_programStreams.push_back({RandomStream::named(config.seed, config.replication, of.key, "chance"),
                                RandomStream::named(config.seed, config.replication, of.key, "wait"),
                                RandomStream::named(config.seed, config.replication, of.key, "draw")});
  }
  m_routes = m_plan->routes;
  addZones();
  addPools();
  addLinks();
  nameKeySpaces();
  addCaches();
  addTokens();
  addLogs();
  addStores();
  addWindows();
  addBatchings();
  addSources();
  addSessions();
  startFaults();
  startScalers();
  addControls();
  for (const plan::Meter& of : m_plan->meters) {
    m_meters.emplace_back(static_cast<std::uint64_t>(of.capacity * 1000 + 0.5));
  }
  chooseInterval(config.sampleInterval);
  for (plan::Action action : m_plan->actions) {
    action.at = action.at + config.leadIn;
    post(action);
  }
}

/// Different ones, none of them 0; of two names with the same hash the second gets the next one.
void Engine::nameKeySpaces() {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 32;
  for (const plan::KeySpace& of : m_plan->keySpaces) {
    std::uint64_t name = hashText(of.key) / kOne * kOne;
    while (name == 0 || std::find(m_keyNames.begin(), m_keyNames.end(), name) != m_keyNames.end()) {
      name += kOne;
    }
    m_keyNames.push_back(name);
  }
  for (const plan::RequestClass& of : m_plan->classes) {
    m_keyNameOfClass.push_back(of.keySpace == plan::kNone ? 0 : m_keyNames[of.keySpace]);
  }
}

void Engine::addSources() {
  for (const plan::Source& of : m_plan->sources) {
    const auto stream = [&](const char* purpose) {
      return RandomStream::named(m_config.seed, m_config.replication, of.key, purpose);
    };
    m_arrivals.add(of, {stream("arrivals"), stream("batches"), stream("bursts")}, m_config.loadFactor);
    m_hasUsers = m_hasUsers || of.kind == plan::SourceKind::Closed;
    const plan::RequestClass& requestClass = m_plan->classes[of.requestClass];
    SourceState& source = m_sources.emplace_back();
    source.requestClass = of.requestClass;
    source.entry = m_plan->programs[of.program].begin;
    source.zone = m_network.numberOf(m_plan->programs[of.program].zone);
    source.priority = requestClass.priority;
    source.isClosed = of.kind == plan::SourceKind::Closed;
    source.deadline = requestClass.deadline.ns();
    source.hasKeys = requestClass.keySpace != plan::kNone;
    if (source.hasKeys) {
      source.keys = KeySampler(m_plan->keySpaces[requestClass.keySpace]);
      source.keyStream = RandomStream::named(m_config.seed, m_config.replication, of.key, "keys");
    }
  }
}

void Engine::addPools() {
  for (const plan::Pool& of : m_plan->pools) {
    const auto index = static_cast<Index>(m_pools.size());
    PoolState& pool = m_pools.emplace_back(of, static_cast<Index>(m_instances.size()));
    pool.service = RandomStream::named(m_config.seed, m_config.replication, of.key, "service");
    pool.boots = RandomStream::named(m_config.seed, m_config.replication, of.key, "boots");
    pool.visits = RandomStream::named(m_config.seed, m_config.replication, of.key, "visits");
    pool.meter.up.set(of.instances, 0);
    if (of.patience) {
      pool.patience = Timing(*of.patience, m_agenda);
      pool.patienceStream = RandomStream::named(m_config.seed, m_config.replication, of.key, "patience");
    }
    for (Index i = 0; i < of.room(); ++i) {
      Instance& instance = m_instances.emplace_back();
      instance.pool = index;
      instance.forServer.owner = instance.forSeat.owner = static_cast<Index>(m_instances.size() - 1);
      instance.zone = m_network.numberOf(of.placeOf(i));
      if (i < of.instances) {
        instance.life = Life::Up;
        instance.isUp = true;
        instance.up.set(1, 0);
        if (pool.isOnDemand) {
          m_agenda.at(pool.idleExpiry, Phase::Requests, {pool.first + i, instance.epoch, EventType::IdleEnd});
        }
      }
    }
    prepareOrder(pool, of);
    noteAvailability(pool);
  }
  for (Index i = 0; i < m_pools.size(); ++i) {
    if (m_pools[i].host != plan::kNone) {
      m_pools[m_pools[i].host].guests.push_back(i);
    }
  }
}

void Engine::addLinks() {
  for (std::size_t i = 0; i < m_plan->links.size(); ++i) {
    const plan::Link& of = m_plan->links[i];
    LinkState& link = m_links.emplace_back();
    link.pool = of.pool;
    const plan::Index home =
        of.pool == plan::kNone ? m_plan->programs[of.program].zone : m_plan->pools[of.pool].zone;
    link.isWhereCallerIs = of.pool == plan::kNone && home == plan::kNone;
    link.home = m_network.numberOf(home);
    link.callersAt = m_network.numberOf(of.zone);
    link.isByZones = of.isByZones;
    link.entry = m_code.entries[i];
    link.balancing = of.balancing;
    link.timeout = of.timeout.ns();
    link.readsOf = of.readsOf;
    link.timeoutLane = link.timeout > 0 ? m_agenda.laneOf(link.timeout) : 0;
    link.hedgeLane = of.hedge > Duration() ? m_agenda.laneOf(of.hedge.ns()) : 0;
    link.latency = Timing(of.latency, m_agenda);
    link.there = RandomStream::named(m_config.seed, m_config.replication, of.key, "there");
    link.back = RandomStream::named(m_config.seed, m_config.replication, of.key, "back");
    link.pick = RandomStream::named(m_config.seed, m_config.replication, of.key, "pick");
    addLinkPolicy(link, of);
    link.isPerCaller = of.isPerCaller;
    link.bandwidth = of.bandwidth;
    link.hasHealth = of.health.isOn() && link.pool != plan::kNone && !m_pools[link.pool].isShared;
    link.own.link = link.own.number = static_cast<Index>(i);
    if (!link.isPerCaller) {
      prepareSide(link.own, of);
    }
    notePlain(link);
  }
}

/// Rule 34: a power of two times 10 ms, with bounds on the number of samples and on what is in them.
void Engine::chooseInterval(Duration asked) {
  const std::size_t cells =
      std::max<std::size_t>(1, m_classes.size() + m_pools.size() + m_links.size() + m_caches.size() +
                                   m_tokens.size() + m_groups.size() + m_meters.size());
  const auto most =
      static_cast<TimeNs>(std::clamp<std::size_t>(Series::kMaxCells / cells, 1, Series::kMaxIntervals));
  m_interval = kShortestInterval;
  while (2 * m_interval <= asked.ns() || (m_end - 1) / m_interval >= most) {
    m_interval *= 2;
  }
  m_agenda.at(m_interval, Phase::Sampling, {0, 0, EventType::Sample});
}

void Engine::halt(std::string reason) {
  if (!m_isHalted) {
    m_isHalted = true;
    m_stopReason = "The run was stopped after " + formatShort(Duration::nanoseconds(m_agenda.now())) + ": " +
                   std::move(reason) + ".";
  }
}

void Engine::haltForLoop(Index pc) {
  halt("program \"" + m_plan->programs[m_code.programOfPc[pc]].key +
       "\" goes on and on without time passing; a loop of calls or steps needs a delay in it");
}

/// What is being run because of an event.
Engine::Index Engine::pcBehind(const Event& event) const {
  if (event.type >= EventType::Reach) {
    return m_frames[event.subject].pc;
  }
  if (event.type == EventType::Arrive) {
    return m_sources[event.subject].entry;
  }
  if (event.type != EventType::PaceEnd) {
    return 0;
  }
  const PoolState& pool = m_pools[m_instances[event.subject].pool];
  const Pace& pace = pool.paces[event.subject - pool.first];
  return pace.size() > 0 ? m_frames[pace.first()].pc : 0;
}

void Engine::haltForMemory() {
  std::string reason = formatNumber(m_config.maxFrames) + " calls are in flight, which is the limit";
  const auto longest =
      std::max_element(m_pools.begin(), m_pools.end(), [](const PoolState& a, const PoolState& b) {
        return a.meter.waiting.value() < b.meter.waiting.value();
      });
  if (longest != m_pools.end() && longest->meter.waiting.value() > 0) {
    reason += "; " + formatNumber(longest->meter.waiting.value()) + " of them wait for pool \"" +
              m_plan->pools[static_cast<std::size_t>(longest - m_pools.begin())].key +
              "\", which gets more work than it can do";
  }
  halt(std::move(reason));
}

}  // namespace cantilever::sim
