#include <algorithm>
#include <cmath>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Zones: where calls come from and go to, how long that takes, and what happens when a zone fails or is cut
/// off.
namespace cantilever::sim {

using plan::Reason;

TimeNs Network::scaled(TimeNs way, double factor) {
  if (factor == 1) {
    return way;
  }
  const double ns = std::floor(static_cast<double>(way) * factor + 0.5);
  const TimeNs longest = plan::kLongestDuration.ns();
  return ns < static_cast<double>(longest) ? static_cast<TimeNs>(ns) : longest;
}

void Engine::addZones() {
  m_zones.resize(m_plan->zones.size());
  for (const plan::Zone& zone : m_plan->zones) {
    m_sites.push_back(static_cast<ZoneNumber>(zone.site));
    m_haveZonesCrews = m_haveZonesCrews || zone.crews > 0;
  }
  m_sites.push_back(m_network.nowhere());
  for (const plan::ZoneFault& of : m_plan->zoneFaults) {
    const auto stream = [&](const char* purpose) {
      return RandomStream::named(m_config.seed, m_config.replication, of.key, purpose);
    };
    ZoneState& zone = m_zones[of.zone];
    zone.failsAtRandom = true;
    zone.failsSilently = of.isSilent;
    zone.toFailure = Sampler(of.timeToFailure);
    zone.toRepair = Sampler(of.timeToRepair);
    zone.failures = stream("zone-failures");
    zone.repairs = stream("zone-repairs");
    awaitZoneFailure(of.zone);
  }
}

/// Where a frame is now.
ZoneNumber Engine::zoneOf(Index index) {
  const Frame& frame = m_frames[index];
  return frame.instance != kNoInstance ? m_instances[frame.instance].zone : m_frames.cold(index).zone;
}

/// The frame has been addressed: that is where it goes, if there is anybody.
void Engine::locate(Index index, LinkState& link, bool isThere) {
  const Frame& frame = m_frames[index];
  ColdFrame& cold = m_frames.cold(index);
  cold.zone = frame.instance != kNoInstance ? m_instances[frame.instance].zone
              : link.isWhereCallerIs        ? cold.from
                                            : link.home;
  if (isThere && cold.zone != cold.from && cold.zone != m_network.nowhere() &&
      cold.from != m_network.nowhere() && m_sites[cold.zone] != m_sites[cold.from]) {
    link.meter.crossZone.add();
  }
}

/// A call that stands for several targets has as many requests and replies in it. A failure has no size.
std::uint64_t Engine::bytesOf(Index index, Direction direction) const {
  const Frame& frame = m_frames[index];
  const Sizes& sizes = m_sizes[frame.requestClass];
  const std::uint64_t targets = m_hasCargo ? m_frames.notes(index).targets : 1;
  if (direction == Direction::There) {
    return sizes.request * targets;
  }
  return frame.reason == 0 ? sizes.reply * targets : 0;
}

void Engine::countSent(Index index, LinkState& link) {
  link.meter.sentBytes.add(bytesOf(index, Direction::There));
}

/// A way that is more than the link's own latency.
void Engine::travelFar(Index index, LinkState& link, Direction direction, const Event& event) {
  RandomStream& stream = direction == Direction::There ? link.there : link.back;
  TimeNs added = link.added;
  if (link.bandwidth > 0) {
    const double ns = 1e9 * static_cast<double>(bytesOf(index, direction)) / link.bandwidth;
    const TimeNs longest = plan::kLongestDuration.ns();
    added += ns < static_cast<double>(longest) ? static_cast<TimeNs>(ns + 0.5) : longest;
  }
  if (!m_network.hasZones()) {
    if (added == 0 && link.factor == 1) {
      return link.latency.schedule(m_agenda, stream, event);
    }
    return m_agenda.after(Network::scaled(link.latency.draw(stream), link.factor) + added, event);
  }
  const ColdFrame& cold = m_frames.cold(index);
  const Network::Way& way = direction == Direction::There ? m_network.way(cold.from, cold.zone)
                                                          : m_network.way(cold.zone, cold.from);
  added += way.added;
  const bool isByZones = link.isByZones && way.isKnown();
  const double factor = link.factor * way.factor;
  if (added > 0 || factor != 1) {
    const TimeNs time = isByZones ? m_network.timeOf(way, stream) : link.latency.draw(stream);
    m_agenda.after(Network::scaled(time, factor) + added, event);
  } else if (!isByZones) {
    link.latency.schedule(m_agenda, stream, event);
  } else if (way.law != plan::kNone) {
    m_agenda.after(m_network.timeOf(way, stream), event);
  } else if (way.time == 0) {
    m_agenda.after(0, event);
  } else {
    m_agenda.afterConstant(way.lane, event);
  }
}

void Engine::notePlain(LinkState& link) {
  link.isPlain = link.added == 0 && link.factor == 1 && link.bandwidth == 0 && !link.isByZones &&
                 !m_network.isDisturbed();
}

bool Engine::isCutOff(Index index) {
  const ColdFrame& cold = m_frames.cold(index);
  return m_network.hasZones() && m_network.way(cold.from, cold.zone).cuts > 0;
}

/// Of a call that nobody waits for: the batch of a reader is held up until it gets through, since readers
/// would ask again and again; what is sent otherwise is lost.
void Engine::holdUp(Index index) {
  m_heldUp.push_back(eventOf(index, EventType::Reach));
}

void Engine::releaseHeldUp() {
  std::vector<Event> waiting;
  waiting.swap(m_heldUp);
  for (const Event& each : waiting) {
    if (!m_frames.isCurrent(each.subject, each.generation)) {
      continue;
    }
    if (isCutOff(each.subject)) {
      m_heldUp.push_back(each);
    } else {
      travel(each.subject, m_links[m_frames[each.subject].link], Direction::There);
    }
  }
}

void Engine::actOnZones(const plan::Action& action, Cause cause) {
  const double most = plan::kLongestDuration.inSeconds();
  switch (action.change) {
    case Change::ZoneOutage:
    case Change::ZoneSilentOutage:
      return failZone(action.zone, action.change == Change::ZoneSilentOutage, cause);
    case Change::ZoneRecovery:
      return recoverZone(action.zone, cause);
    case Change::Partition:
    case Change::Heal: {
      const bool isCut = action.change == Change::Partition;
      if (m_network.setCut(action.zone, action.otherZone, isCut)) {
        recordOfZones(isCut ? Happening::Kind::Partitioned : Happening::Kind::Healed, action, cause);
      }
      break;
    }
    case Change::ScaleZoneLatency:
      if (m_network.setFactor(action.zone, action.otherZone, action.value)) {
        recordOfZones(Happening::Kind::ZoneLatencyScaled, action, cause);
      }
      break;
    default:
      if (m_network.setAdded(action.zone, action.otherZone,
                             Duration::seconds(std::min(action.value, most)).ns())) {
        recordOfZones(Happening::Kind::ZoneLatencyAdded, action, cause);
      }
      break;
  }
  for (LinkState& link : m_links) {
    notePlain(link);
  }
  releaseHeldUp();
}

void Engine::recordOfZones(Happening::Kind kind, const plan::Action& action, Cause cause) {
  if (Happening* happening = record(kind, cause, kNoInstance, action.value)) {
    happening->zone = action.zone;
    happening->otherZone = action.otherZone;
  }
}

/// All instances in it go down, and none comes up until it recovers.
void Engine::failZone(Index which, bool isSilent, Cause cause) {
  ZoneState& zone = m_zones[which];
  if (zone.isDown) {
    return;
  }
  zone.isDown = true;
  ++zone.epoch;
  ++m_zonesDown;
  zone.outages += isInWindow(now()) ? 1u : 0u;
  zone.down.set(1, now());
  if (Happening* happening = record(Happening::Kind::ZoneDown, cause, kNoInstance)) {
    happening->zone = which;
  }
  for (Index i = 0; i < m_instances.size(); ++i) {
    if (m_instances[i].isUp && m_network.liesIn(m_instances[i].zone, which)) {
      killInstance(i, Cause::Run, isSilent);
      m_instances[i].isHeldDown = m_instances[i].life == Life::Down;
    }
  }
}

void Engine::recoverZone(Index which, Cause cause) {
  ZoneState& zone = m_zones[which];
  if (!zone.isDown) {
    return;
  }
  zone.isDown = false;
  ++zone.epoch;
  --m_zonesDown;
  zone.down.set(0, now());
  if (Happening* happening = record(Happening::Kind::ZoneUp, cause, kNoInstance)) {
    happening->zone = which;
  }
  for (Index i = 0; i < m_instances.size(); ++i) {
    if (m_instances[i].isHeldDown && m_network.liesIn(m_instances[i].zone, which) && !isInDownZone(i)) {
      restoreInstance(i, Cause::Run);
    }
  }
  for (StoreState& store : m_stores) {
    if (store.isHeldDown && m_network.liesIn(m_instances[store.primary].zone, which)) {
      store.isHeldDown = false;
      rejoin(store, Cause::Run);
    }
  }
  awaitZoneFailure(which);
}

bool Engine::isInDownZone(Index instance) const {
  if (m_zonesDown == 0 || m_instances[instance].zone == m_network.nowhere()) {
    return false;
  }
  Index zone = m_instances[instance].zone;
  while (zone != plan::kNone && !m_zones[zone].isDown) {
    zone = m_plan->zones[zone].parent;
  }
  return zone != plan::kNone;
}

void Engine::awaitZoneFailure(Index which) {
  ZoneState& zone = m_zones[which];
  if (zone.failsAtRandom) {
    m_agenda.at(std::max(now(), m_worldStart) + zone.toFailure.drawNs(zone.failures), Phase::Actions,
                {which, zone.epoch, EventType::ZoneFailure});
  }
}

/// False if somebody was quicker.
bool Engine::failZoneByChance(Index which, std::uint32_t epoch) {
  ZoneState& zone = m_zones[which];
  if (zone.epoch != epoch) {
    return false;
  }
  failZone(which, zone.failsSilently, Cause::Chance);
  m_agenda.at(now() + zone.toRepair.drawNs(zone.repairs), Phase::Actions,
              {which, zone.epoch, EventType::ZoneRepair});
  return true;
}

bool Engine::repairZone(Index which, std::uint32_t epoch) {
  if (m_zones[which].epoch != epoch) {
    return false;
  }
  recoverZone(which, Cause::Chance);
  return true;
}

}  // namespace cantilever::sim
