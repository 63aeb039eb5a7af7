#include <algorithm>
#include <limits>

#include "core/sim/engine_calls.h"
#include "core/sim/logs.h"

/// Who reads a log: the members of its groups, how they come and go, and which partitions they own (25).
namespace cantilever::sim {

using plan::Delivery;

namespace {

std::uint32_t slotsOf(const plan::ConsumerGroup& group, const plan::Pool* pool) {
  std::uint32_t slots = group.inFlight;
  if (slots == 0 && pool != nullptr) {
    slots = pool->seats != 0 ? pool->seats : pool->servers;
  }
  return slots == 0 ? std::numeric_limits<std::uint32_t>::max() : slots;
}

}  // namespace

/// It can be given work.
bool Engine::isThere(const GroupState& group, Index member) const {
  return group.pool == plan::kNone || m_instances[m_pools[group.pool].first + member].takesWork();
}

void Engine::addGroup(const plan::ConsumerGroup& of) {
  const auto which = static_cast<Index>(m_groups.size());
  GroupState& group = m_groups.emplace_back();
  LinkState& link = m_links[of.link];
  link.isPerCaller = false;
  link.locality.reset();
  link.balancing = Balancing::All;  // where the pool lets one choose, the member is chosen here
  group.of = &of;
  group.pool = link.pool;
  const plan::Pool* pool = link.pool == plan::kNone ? nullptr : &m_plan->pools[link.pool];
  const std::uint32_t members = pool == nullptr ? 1 : m_pools[link.pool].count;
  const std::uint32_t there = pool == nullptr ? 1 : pool->instances;
  group.slots = slotsOf(of, pool);
  group.partitions = m_plan->logs[of.log].partitions;
  group.running.assign(members, 0);
  group.isMember.assign(members, 0);
  std::fill_n(group.isMember.begin(), there, std::uint8_t{1});
  group.withRoom = InstanceSet(members, there);
  group.diedAt.assign(members, 0);
  group.firstDesk = static_cast<Index>(m_desks.size());
  const std::uint32_t desks = of.delivery == Delivery::Competing ? 1 : members;
  for (Index number = 0; number < desks; ++number) {
    m_desks.push_back({which, number, {}, false});
  }
  group.queues.resize(group.partitions * std::size_t{of.delivery == Delivery::Every ? members : 1});
  if (of.visibility > Duration()) {
    group.visibilityLane = m_agenda.laneOf(of.visibility.ns());
  }
  if (of.retryAfter > Duration()) {
    group.retryLane = m_agenda.laneOf(of.retryAfter.ns());
  }
  if (of.commitInterval > Duration() && of.delivery != Delivery::Competing) {
    m_agenda.at(of.commitInterval.ns(), Phase::Requests, {which, 0, EventType::Commit});
  }
  assignPartitions(which);
}

/// Member m of M owns the partitions p with floor(p M / P) = m (25).
void Engine::assignPartitions(Index which) {
  GroupState& group = m_groups[which];
  std::vector<Index> members;
  for (Index number = 0; number < group.running.size(); ++number) {
    if (isThere(group, number)) {
      members.push_back(number);
    }
  }
  for (Index queue = 0; queue < group.queues.size(); ++queue) {
    Index owner = 0;
    if (group.of->delivery == Delivery::Every) {
      owner = queue / group.partitions;
    } else if (group.of->delivery == Delivery::Partitions) {
      const std::uint64_t rank = std::uint64_t{queue} * members.size() / group.partitions;
      owner = members.empty() ? plan::kNone : members[rank];
    }
    const Index desk = owner == plan::kNone ? plan::kNone : group.firstDesk + owner;
    PartitionState& state = group.queues[queue];
    if (state.desk != desk) {
      setReady(group, queue, false);
      state.desk = desk;
      ++state.epoch;
      state.isBusy = false;
      returnUncommitted(group, queue);
    }
  }
}

void Engine::returnUncommitted(GroupState& group, Index queue) {
  PartitionState& state = group.queues[queue];
  m_uncommitted -= state.uncommitted.size();
  while (!state.uncommitted.isEmpty()) {
    Message message = state.uncommitted.pop();
    message.wasDone = true;
    putBack(group, queue, message);
  }
  setReady(group, queue, true);
}

void Engine::commit(Index which) {
  GroupState& group = m_groups[which];
  for (PartitionState& state : group.queues) {
    commitAll(group, state);
  }
  m_agenda.at(now() + group.of->commitInterval.ns(), Phase::Requests, {which, 0, EventType::Commit});
  if (group.of->commitPause > Duration()) {
    group.isCommitting = true;
    m_agenda.after(group.of->commitPause.ns(), {which, ++group.commits, EventType::CommitEnd});
  }
}

/// Those who read may go on, unless they have to commit again by now.
bool Engine::endCommit(Index which, std::uint32_t commits) {
  GroupState& group = m_groups[which];
  if (group.commits != commits) {
    return false;
  }
  group.isCommitting = false;
  readAgain(group);
  return true;
}

/// All of its members look at what they have.
void Engine::readAgain(const GroupState& group) {
  const std::size_t desks = group.of->delivery == Delivery::Competing ? 1 : group.running.size();
  for (Index number = 0; number < desks; ++number) {
    readAt(group.firstDesk + number);
  }
}

/// An instance takes work from now on.
void Engine::joinGroups(Index instance) {
  for (Index which = 0; which < m_groups.size(); ++which) {
    GroupState& group = m_groups[which];
    if (group.pool != m_instances[instance].pool) {
      continue;
    }
    const Index member = instance - m_pools[group.pool].first;
    const bool isNew = group.isMember[member] == 0 && group.of->delivery == Delivery::Every;
    for (Index queue = member * group.partitions; isNew && queue < (member + 1) * group.partitions; ++queue) {
      group.queues[queue].applied = m_logs[group.of->log].published;  // it begins as a copy of what there is
    }
    group.isMember[member] = 1;
    if (group.running[member] < group.slots) {
      group.withRoom.insert(member);
    }
    if (group.of->delivery == Delivery::Partitions) {
      startRebalance(which);
    } else {
      readAt(group.firstDesk + (group.of->delivery == Delivery::Every ? member : 0));
    }
  }
}

/// It takes no work any more: it has died, or leaves on purpose.
void Engine::leaveGroups(Index instance, bool isOnPurpose) {
  for (Index which = 0; which < m_groups.size(); ++which) {
    GroupState& group = m_groups[which];
    if (group.pool != m_instances[instance].pool) {
      continue;
    }
    const Index member = instance - m_pools[group.pool].first;
    group.withRoom.erase(member);
    group.diedAt[member] = now();
    for (Index queue = 0; !isOnPurpose && queue < group.queues.size(); ++queue) {
      if (group.queues[queue].desk == group.firstDesk + member) {
        returnUncommitted(group, queue);
      }
    }
    if (group.of->delivery == Delivery::Every && isOnPurpose) {
      leaveUnread(group, member);
    }
    if (group.of->delivery == Delivery::Partitions) {
      if (isOnPurpose) {
        startRebalance(which);
      } else {
        m_agenda.at(now() + group.of->sessionTimeout.ns(), Phase::Requests,
                    {which, member, EventType::SessionEnd});
      }
    }
  }
}

/// Where every member gets all messages, one that goes for good leaves its own unread.
void Engine::leaveUnread(GroupState& group, Index member) {
  group.isMember[member] = 0;
  for (Index queue = member * group.partitions; queue < (member + 1) * group.partitions; ++queue) {
    setReady(group, queue, false);
    while (!group.queues[queue].waiting.isEmpty()) {
      dropOldest(group, group.queues[queue]);
    }
    group.kept -= static_cast<std::uint32_t>(group.queues[queue].kept.size());
    group.queues[queue].kept.clear();
  }
}

bool Engine::endSession(Index which, Index member) {
  const GroupState& group = m_groups[which];
  const bool isStillDead =
      !isThere(group, member) && now() - group.diedAt[member] >= group.of->sessionTimeout.ns();
  if (isStillDead) {
    startRebalance(which);
  }
  return isStillDead;
}

/// Nothing is read until the partitions have been assigned anew.
void Engine::startRebalance(Index which) {
  GroupState& group = m_groups[which];
  group.isPaused = true;
  ++group.rebalances;
  m_agenda.after(group.of->rebalancePause.ns(), {which, group.rebalances, EventType::Rebalance});
}

bool Engine::endRebalance(Index which, std::uint32_t rebalances) {
  GroupState& group = m_groups[which];
  if (group.rebalances != rebalances) {
    return false;
  }
  group.isPaused = false;
  assignPartitions(which);
  // What others still work on of partitions that they have lost is delivered again.
  for (Index i = 0; i < m_deliveries.size(); ++i) {
    DeliveryState& delivery = m_deliveries[i];
    if (delivery.items.empty() || delivery.group != which) {
      continue;
    }
    for (std::size_t at = delivery.items.size(); at-- > 0;) {
      DeliveryState::Item& item = delivery.items[at];
      if (!item.isReturned && group.queues[item.queue].epoch != item.epoch) {
        item.isReturned = true;
        group.meter.inFlight.decrease(now());
        putBack(group, item.queue, item.message);
      }
    }
  }
  recordOfLink(Happening::Kind::Rebalanced, group.of->link);
  for (Index queue = 0; queue < group.queues.size(); ++queue) {
    setReady(group, queue, true);
  }
  readAgain(group);
  return true;
}

}  // namespace cantilever::sim
