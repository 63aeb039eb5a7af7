#include "core/sim/stores.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/sim/engine_calls.h"

/// Primaries and the copies that follow them: stale reads, failover, lost writes (15, 27).
namespace cantilever::sim {

void Engine::addStores() {
  for (const plan::Store& of : m_plan->stores) {
    m_pools[of.pool].store = static_cast<Index>(m_stores.size());
    for (Index number = 0; number < m_pools[of.pool].count; ++number) {
      addPrimary(of, number);
    }
    if (of.log == plan::kNone) {
      continue;
    }
    const Index which = m_pools[of.pool].store;
    m_logs[of.log].store = which;
    for (const Index group : m_logs[of.log].groups) {
      if (m_groups[group].of->follows) {
        m_stores[which].groups.push_back(group);
        m_pools[m_groups[group].pool].copyOf = which;
      }
    }
  }
}

void Engine::addPrimary(const plan::Store& of, Index number) {
  const std::string name = number == 0 ? of.key : of.key + "/" + std::to_string(number);
  const auto stream = [&](const char* purpose) {
    return RandomStream::named(m_config.seed, m_config.replication, name, purpose);
  };
  StoreState& store = m_stores.emplace_back();
  store.of = &of;
  store.primary = m_pools[of.pool].first + number;
  store.detection = Sampler(of.detection);
  store.promotion = Sampler(of.promotion);
  store.detections = stream("detection");
  store.promotions = stream("promotion");
  store.coverage = stream("coverage");
  store.standbys = of.standbys;
}

/// That of the instance, which is a primary; kNone: it is none.
Engine::Index Engine::storeOf(Index instance) const {
  const PoolState& pool = m_pools[m_instances[instance].pool];
  return pool.store == plan::kNone ? plan::kNone : pool.store + (instance - pool.first);
}

/// A write has met its rule of durability.
void Engine::noteWrite(Index log, std::uint64_t key, std::uint64_t number, Index partition) {
  if (m_logs[log].store == plan::kNone) {
    return;
  }
  StoreState& store = m_stores[m_logs[log].store];
  store.writes.add();
  if (store.lastWrites.size() >= store.sweepAt) {
    forgetDone(store);
  }
  const Index place = store.places.findOrAdd(key, static_cast<Index>(store.lastWrites.size()));
  if (place == store.lastWrites.size()) {
    store.lastWrites.push_back({key, 0, 0});
  }
  LastWrite& last = store.lastWrites[place];
  if (number + 1 > last.number) {
    last.number = number + 1;
    last.partition = partition;
  }
}

/// No copy that is read, or may be again, could miss it. New copies begin with all that there is.
bool Engine::isDoneByAll(const StoreState& store, const LastWrite& last) const {
  for (const Index which : store.groups) {
    const GroupState& group = m_groups[which];
    const Index first = m_pools[group.pool].first;
    for (Index member = 0; member < group.running.size(); ++member) {
      const bool isRead = group.isMember[member] != 0 || m_instances[first + member].isUp;
      const std::size_t queue = member * std::size_t{group.partitions} + last.partition;
      if (isRead && group.queues[queue].applied < last.number) {
        return false;
      }
    }
  }
  return true;
}

/// Writes that every copy has done make no read stale. Looks at all of them each time their number has
/// doubled, so that memory is bounded by what copies have still to do.
void Engine::forgetDone(StoreState& store) const {
  std::erase_if(store.lastWrites,
                [&](const LastWrite& last) { return last.number == 0 || isDoneByAll(store, last); });
  store.places.clear();
  for (Index place = 0; place < store.lastWrites.size(); ++place) {
    store.places.findOrAdd(store.lastWrites[place].key, place);
  }
  store.sweepAt = std::max<std::size_t>(1024, 2 * store.lastWrites.size());
}

/// A read is sent: it may not miss what its key has had by now.
void Engine::noteKnown(Index index, Index log) {
  const Frame& frame = m_frames[index];
  FrameNotes& notes = m_frames.notes(index);
  notes.known = 0;
  const StoreState& store = m_stores[m_logs[log].store];
  const Index place = store.places.find(namedKey(frame.requestClass, frame.key));
  if (place != KeyIndex::kAbsent) {
    notes.known = store.lastWrites[place].number;
    notes.knownPartition = store.lastWrites[place].partition;
  }
}

void Engine::observeCopy(Index index, Index which) {
  const Frame& frame = m_frames[index];
  if (which == plan::kNone || frame.link == kNoLink) {
    return;
  }
  GroupState& group = m_groups[which];
  if (m_links[frame.link].readsOf != group.of->log) {
    return;
  }
  group.meter.reads.add();
  const FrameNotes& notes = m_frames.notes(index);
  const Index member = frame.instance - m_pools[group.pool].first;
  const std::size_t queue = member * std::size_t{group.partitions} + notes.knownPartition;
  group.meter.staleReads.add(group.queues[queue].applied < notes.known ? 1 : 0);
}

/// Each instance of the two pools that is up is as likely.
bool Engine::choosesFirst(Index frame, const Instr& code) {
  const std::uint32_t first = m_pools[code.operand].up.size();
  const std::uint32_t both = first + m_pools[code.extra].up.size();
  RandomStream& chance = m_programStreams[m_code.programOfPc[m_frames[frame].pc]].chance;
  return first > 0 && chance.below(both) < first;
}

/// What its copies have not read yet they cannot read for now. Who has gone by order is not replaced.
void Engine::losePrimary(Index which, bool isOrderly) {
  StoreState& store = m_stores[which];
  const plan::Store& of = *store.of;
  ++store.epoch;
  store.isDown = true;
  store.down.set(1, now());
  setCut(store, !of.sharesVolume);
  if (!of.failsOver || isOrderly || store.isByOrder) {
    return;
  }
  if (!store.coverage.chance(of.coverage)) {
    store.notCovered.add();
    record(Happening::Kind::NotCovered, Cause::Chance, store.primary);
    return;
  }
  m_agenda.at(now() + store.detection.drawNs(store.detections), Phase::Actions,
              {which, store.epoch, EventType::PrimaryLost});
}

bool Engine::noticeLoss(Index which, std::uint32_t epoch) {
  StoreState& store = m_stores[which];
  if (store.epoch != epoch) {
    return false;
  }
  record(Happening::Kind::Detected, Cause::Run, store.primary);
  m_agenda.at(now() + store.promotion.drawNs(store.promotions), Phase::Actions,
              {which, epoch, EventType::Promote});
  return true;
}

/// The copy that was chosen, if it is still there; else a standby, or the copy that is least behind. If there
/// is none, the primary that gave way by order goes on, and else the first copy that comes takes over.
bool Engine::promote(Index which, std::uint32_t epoch) {
  StoreState& store = m_stores[which];
  if (store.epoch != epoch || !store.isDown) {
    return false;
  }
  const Index primary = store.primary;
  Candidate promoted = chosenCopy(store);
  if (promoted.group == plan::kNone && store.standbys > 0) {
    --store.standbys;
    record(Happening::Kind::Promoted, Cause::Run, primary);
    becomePrimary(store);
    return true;
  }
  promoted = promoted.group == plan::kNone ? leastBehind(store) : promoted;
  if (promoted.group == plan::kNone) {
    store.isWaiting = true;
    if (store.isByOrder && m_instances[primary].life == Life::Down) {
      restoreInstance(primary, Cause::Run);
    }
    return true;
  }
  const std::uint64_t lost = store.of->sharesVolume ? 0 : dropUnread(store, promoted);
  store.lostWrites.add(lost);
  const Index copy = m_pools[m_groups[promoted.group].pool].first + promoted.member;
  record(Happening::Kind::Promoted, Cause::Run, copy, static_cast<double>(lost));
  store.formerZones.push_back(m_instances[primary].zone);
  m_instances[primary].zone = m_instances[copy].zone;
  takeAway(copy, Cause::Run);
  becomePrimary(store);
  return true;
}

/// The instance of its pool stands for another machine from now on.
void Engine::becomePrimary(StoreState& store) {
  const Index primary = store.primary;
  const bool isHeldDown = std::exchange(m_instances[primary].isHeldDown, false);
  const bool isStandby = store.standbys < store.of->standbys;
  const bool isByOrder = store.isByOrder;
  ++store.replaced;
  store.failovers.add();
  PoolState& pool = m_pools[store.of->pool];
  giveUpHeld(pool);
  if (m_instances[primary].life == Life::Booting) {  // it was ordered anew, with its host
    takeAway(primary, Cause::Run);
  }
  ++m_instances[primary].epoch;
  m_instances[primary].version = versionForNew(pool);
  tellLinks(primary, true, false);
  comeUp(primary);
  store.isHeldDown = isHeldDown && isStandby;
  // Held down it waits in its place, for its zone; otherwise nothing is wrong with who gave way by order.
  if (isHeldDown ? !isStandby : isByOrder) {
    rejoin(store, Cause::Run);
  }
}

/// Of the primaries that the action names, or as many as it says; or of the one whose copies the pool has.
void Engine::promoteByOrder(const plan::Action& action, Cause cause) {
  const PoolState& pool = m_pools[action.pool];
  const bool areNamed = action.firstInstance != plan::kNone;
  const Index first = pool.first + (areNamed ? std::min(action.firstInstance, pool.count) : 0);
  const Index end = pool.first + (areNamed ? std::min(action.lastInstance, pool.count - 1) + 1 : pool.count);
  if (pool.store != plan::kNone) {
    const double most = areNamed ? pool.count : std::floor(action.value + 0.5);
    for (Index i = first; i < end && i - first < most; ++i) {
      orderPromotion(storeOf(i), kNoInstance, cause);
    }
    return;
  }
  Index copy = kNoInstance;
  for (Index i = first; i < end && copy == kNoInstance; ++i) {
    copy = m_instances[i].life == Life::Up ? i : kNoInstance;
  }
  if (copy != kNoInstance && pool.copyOf != plan::kNone) {
    orderPromotion(pool.copyOf, copy, cause);
  }
}

/// A primary that works stops at once; what it holds fails. Where there is nobody to take its place it goes
/// on.
void Engine::orderPromotion(Index which, Index copy, Cause cause) {
  StoreState& store = m_stores[which];
  const bool works = m_instances[store.primary].life == Life::Up;
  if (copy == kNoInstance && store.standbys == 0 && leastBehind(store).group == plan::kNone) {
    return;
  }
  if (!works && !store.isDown) {
    return;  // it boots, drains or is not there at all
  }
  store.chosen = copy;
  if (works) {
    store.isByOrder = true;
    killInstance(store.primary, cause);
  } else {
    ++store.epoch;  // whatever was under way is overtaken
    store.isWaiting = false;
  }
  m_agenda.at(now() + store.promotion.drawNs(store.promotions), Phase::Actions,
              {which, store.epoch, EventType::Promote});
}

/// The one that was chosen, if it is still there.
Engine::Candidate Engine::chosenCopy(const StoreState& store) const {
  for (const Index which : store.groups) {
    const GroupState& group = m_groups[which];
    const PoolState& pool = m_pools[group.pool];
    if (store.chosen < pool.first || store.chosen >= pool.first + pool.count || !group.of->takesOver) {
      continue;
    }
    const Index member = store.chosen - pool.first;
    if (isThere(group, member) && group.isMember[member] != 0) {
      return {which, member, 0};
    }
  }
  return {};
}

void Engine::setCut(const StoreState& store, bool isCut) {
  for (const Index group : store.groups) {
    m_groups[group].isCut = isCut;
    if (!isCut) {
      readAgain(m_groups[group]);
    }
  }
}

/// Of the copies that take work and may take over, the one that has the fewest messages to read.
Engine::Candidate Engine::leastBehind(const StoreState& store) const {
  Candidate best;
  best.behind = std::numeric_limits<std::uint64_t>::max();
  for (const Index which : store.groups) {
    const GroupState& group = m_groups[which];
    for (Index member = 0; group.of->takesOver && member < group.running.size(); ++member) {
      if (!isThere(group, member) || group.isMember[member] == 0) {
        continue;
      }
      std::uint64_t behind = 0;
      for (Index queue = 0; queue < group.partitions; ++queue) {
        behind += group.queues[member * std::size_t{group.partitions} + queue].waiting.size();
      }
      if (behind < best.behind) {
        best = {which, member, behind};
      }
    }
  }
  return best;
}

/// What the promoted copy has not read is gone, for all; the number of acknowledged writes among that.
std::uint64_t Engine::dropUnread(StoreState& store, const Candidate& promoted) {
  constexpr std::uint64_t kNothing = std::numeric_limits<std::uint64_t>::max();
  GroupState& own = m_groups[promoted.group];
  std::vector<std::uint64_t> firstLost(own.partitions, kNothing);
  std::uint64_t lost = 0;
  for (Index partition = 0; partition < own.partitions; ++partition) {
    Ring<Message>& waiting = own.queues[promoted.member * std::size_t{own.partitions} + partition].waiting;
    if (!waiting.isEmpty()) {
      firstLost[partition] = waiting.front().number;
    }
    waiting.forEach([&](const Message& message) {
      const bool wasWaitedFor = message.ticket != Message::kNoTicket;
      lost += !wasWaitedFor || m_tickets[message.ticket].isAcknowledged ? 1u : 0u;
    });
  }
  for (const Index which : store.groups) {
    GroupState& group = m_groups[which];
    for (Index queue = 0; queue < group.queues.size(); ++queue) {
      PartitionState& state = group.queues[queue];
      Ring<Message> kept;
      setReady(group, queue, false);
      while (!state.waiting.isEmpty()) {
        if (state.waiting.front().number < firstLost[queue % group.partitions]) {
          kept.push(state.waiting.pop());
          continue;
        }
        dropOldest(group, state);
      }
      state.waiting = std::move(kept);
      setReady(group, queue, true);
    }
  }
  forgetLost(store, firstLost);
  return lost;
}

/// Reads cannot miss what nobody has any more. What their keys had before matters where some copy still has
/// to read it.
void Engine::forgetLost(StoreState& store, const std::vector<std::uint64_t>& firstLost) {
  const auto isLost = [&](const LastWrite& last) {
    return last.number > 0 && last.number - 1 >= firstLost[last.partition];
  };
  std::vector<bool> wasLost;
  for (LastWrite& last : store.lastWrites) {
    wasLost.push_back(isLost(last));
    if (wasLost.back()) {
      last.number = 0;
    }
  }
  for (const Index which : store.groups) {
    GroupState& group = m_groups[which];
    for (Index queue = 0; queue < group.queues.size(); ++queue) {
      group.queues[queue].waiting.forEach([&](const Message& message) {
        const Index place = store.places.find(namedKey(message.requestClass, message.key));
        if (place != KeyIndex::kAbsent && wasLost[place] &&
            message.number + 1 > store.lastWrites[place].number) {
          store.lastWrites[place].number = message.number + 1;
          store.lastWrites[place].partition = queue % group.partitions;
        }
      });
    }
  }
}

/// There is a primary.
void Engine::regainPrimary(StoreState& store) {
  ++store.epoch;
  store.isDown = store.isWaiting = false;
  store.isByOrder = false;
  store.chosen = kNoInstance;
  store.down.set(0, now());
  setCut(store, false);
}

bool Engine::isReplaced(Index instance) const {
  const Index store = storeOf(instance);
  return store != plan::kNone && m_stores[store].replaced > 0;
}

/// A former primary is repaired: it is the standby now, or a copy in the place of the one that was promoted.
void Engine::rejoin(StoreState& store, Cause cause) {
  if (store.replaced == 0) {
    return;
  }
  if (store.standbys < store.of->standbys) {
    --store.replaced;
    ++store.standbys;
    record(Happening::Kind::Rejoined, cause, store.primary);
    return;
  }
  store.isReturning = true;  // unless there is a free place now
  for (const Index which : store.groups) {
    const PoolState& pool = m_pools[m_groups[which].pool];
    for (Index copy = pool.first; m_groups[which].of->takesOver && copy < pool.first + pool.count; ++copy) {
      const Index host = hostOf(copy);
      const bool hasPlace = host == kNoInstance || m_instances[host].life == Life::Up;
      if (m_instances[copy].life != Life::Absent || m_instances[copy].isHeld || !hasPlace) {
        continue;
      }
      store.isReturning = false;
      --store.replaced;
      Instance& at = m_instances[copy];
      ++at.epoch;
      if (!store.formerZones.empty()) {
        at.zone = store.formerZones.front();
        store.formerZones.erase(store.formerZones.begin());
      }
      at.isHeldDown = isInDownZone(copy);
      if (at.isHeldDown) {
        at.life = Life::Down;
        return;
      }
      record(Happening::Kind::Rejoined, cause, copy);
      at.version = versionForNew(pool);
      tellLinks(copy, true, false);
      comeUp(copy);
      return;
    }
  }
}

/// Of a store with several primaries the sum of all.
void Engine::addStoreResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  for (const StoreState& store : m_stores) {
    if (result.stores.empty() || result.stores.back().key != store.of->key) {
      result.stores.emplace_back().key = store.of->key;
    }
    StoreResult& to = result.stores.back();
    if (isOpen) {
      to.writes += store.writes.inWindow();
      to.lostWrites += store.lostWrites.inWindow();
      to.failovers += store.failovers.inWindow();
      to.notCovered += store.notCovered.inWindow();
      to.downNs += static_cast<std::int64_t>(store.down.inWindow(now()));
    }
  }
}

}  // namespace cantilever::sim
