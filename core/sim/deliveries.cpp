#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/text.h"
#include "core/sim/engine_calls.h"
#include "core/sim/logs.h"

/// Batches on their way to those who read them, and what becomes of them there (25, 26).
namespace cantilever::sim {

using plan::Delivery;
using plan::Reason;

namespace {

constexpr unsigned kMostReceives = 0x7fff;

}  // namespace

/// A batch of what is there, oldest first (24).
void Engine::deliver(Index desk, Index member) {
  const Index which = m_desks[desk].group;
  GroupState& group = m_groups[which];
  const Index delivery = openDelivery(which, member);
  std::vector<DeliveryState::Item>& items = m_deliveries[delivery].items;
  std::uint32_t targets = 0;
  bool isNew = false;
  while (items.size() < group.of->batch && !m_desks[desk].ready.empty()) {
    const Index queue = oldestAt(group, m_desks[desk]);
    if (!hasUnread(group, queue)) {
      continue;
    }
    PartitionState& state = group.queues[queue];
    Message message = state.waiting.pop();
    setReady(group, queue, true);
    group.meter.redelivered.add(message.receives > 0 ? 1 : 0);
    if (message.receives == 0 && isInWindow(message.appendedAt)) {
      group.meter.wait.add(now() - message.appendedAt);
    }
    isNew = isNew || (message.receives == 0 && message.appendedAt < now());
    message.receives = std::min(message.receives + 1u, kMostReceives) & kMostReceives;
    targets += std::min(message.targets, std::numeric_limits<std::uint32_t>::max() - targets);
    items.push_back({message, queue, state.epoch, false});
  }
  if (items.empty()) {
    closeDelivery(delivery);
    return;
  }
  for (const DeliveryState::Item& item : items) {
    if (group.isOrdered()) {
      group.queues[item.queue].isBusy = true;
      setReady(group, item.queue, false);
    }
  }
  const auto count = static_cast<std::uint32_t>(items.size());
  countWaiting(group, -static_cast<std::int32_t>(count));
  group.meter.inFlight.set(group.meter.inFlight.value() + count, now());
  group.meter.batches.add();
  group.nextInTurn = member + 1;
  if (++group.running[member] >= group.slots) {
    group.withRoom.erase(member);
  }
  if (group.of->delivery == Delivery::Competing && group.of->visibility > Duration()) {
    m_agenda.afterConstant(group.visibilityLane,
                           {delivery, m_deliveries[delivery].generation, EventType::Visible});
  }
  // What is read for the first time cannot be part of a loop in which no time passes.
  m_stepsLeft += isNew ? kStepsPerFrame : 0;
  noteRoom(group.of->log);
  sendBatch(delivery, targets);
}

/// The batch as a call that nobody waits for. It goes the way of its first message.
void Engine::sendBatch(Index delivery, std::uint32_t targets) {
  const Message first = m_deliveries[delivery].items.front().message;
  const GroupState& group = m_groups[m_deliveries[delivery].group];
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  LinkState& link = m_links[group.of->link];
  frame.requestClass = first.requestClass;
  frame.priority = first.priority;
  frame.key = first.key;
  frame.link = frame.via = static_cast<std::uint16_t>(group.of->link);
  frame.pc = link.entry;
  frame.state = FrameState::Net;
  frame.flags = frame_flags::kDetached | frame_flags::kDelivery;
  const Index member = m_deliveries[delivery].member;
  if (link.pool != plan::kNone && !m_pools[link.pool].isShared) {
    frame.instance = m_pools[link.pool].first + member;
  }
  m_frames.cold(index).countedAt = member;
  m_frames.cold(index).deadline = kNever;
  FrameNotes& notes = m_frames.notes(index);
  notes.targets = targets;
  notes.bornAt = first.bornAt;
  notes.delivery = delivery;
  notes.callBatch = FrameNotes::kNoBatch;
  link.meter.calls.add();
  if (m_hasSizes) {
    countSent(index, link);
  }
  countDetached();
  if (m_network.hasZones()) {
    m_frames.cold(index).from = m_network.numberOf(m_plan->logs[group.of->log].zone);
    locate(index, link, true);
    if (isCutOff(index)) {
      holdUp(index);
      return;
    }
  }
  travel(index, link, Direction::There);
}

Engine::Index Engine::openDelivery(Index group, Index member) {
  Index which = m_firstFreeDelivery;
  if (which == DeliveryState::kNone) {
    which = static_cast<Index>(m_deliveries.size());
    m_deliveries.emplace_back();
  } else {
    m_firstFreeDelivery = m_deliveries[which].next;
  }
  DeliveryState& delivery = m_deliveries[which];
  delivery.group = group;
  delivery.member = member;
  delivery.isOpen = true;
  return which;
}

void Engine::closeDelivery(Index which) {
  DeliveryState& delivery = m_deliveries[which];
  delivery.isOpen = false;
  delivery.items.clear();
  ++delivery.generation;
  delivery.next = m_firstFreeDelivery;
  m_firstFreeDelivery = which;
}

/// The consumer is done with a batch, or has failed.
void Engine::endDelivery(Index which, Reason reason) {
  DeliveryState& delivery = m_deliveries[which];
  delivery.isOpen = false;
  const Index member = delivery.member;
  const Index groupIndex = delivery.group;
  GroupState& group = m_groups[groupIndex];
  const bool isAlive = isThere(group, member);
  --group.running[member];
  if (isAlive && group.running[member] < group.slots) {
    group.withRoom.insert(member);
  }
  const bool isCompeting = group.of->delivery == Delivery::Competing;
  const bool isAllReturned = std::all_of(delivery.items.begin(), delivery.items.end(),
                                         [](const DeliveryState::Item& item) { return item.isReturned; });
  if (reason == Reason::None) {
    acknowledge(which);
  } else if (isAllReturned) {
    closeDelivery(which);
  } else if (isCompeting && group.of->visibility > Duration()) {
    return readAt(group.firstDesk);  // comes back when it becomes visible again
  } else if (!isCompeting && isAlive && group.of->retryAfter > Duration()) {
    retryLater(which);
  } else {
    giveBack(which, isCompeting || isAlive);
  }
  readAt(isCompeting ? group.firstDesk : group.firstDesk + member);
}

void Engine::acknowledge(Index which) {
  DeliveryState& delivery = m_deliveries[which];
  GroupState& group = m_groups[delivery.group];
  for (DeliveryState::Item& item : delivery.items) {
    Message& message = item.message;
    const bool isLate = item.isReturned;
    if (message.wasDone || item.isDone || (isLate && !takeBack(group, item))) {
      group.meter.duplicates.add();
    } else {
      group.meter.consumed.add();
      if (message.ticket != Message::kNoTicket) {
        m_agenda.after(wayBackFrom(group, delivery.member),
                       {std::exchange(message.ticket, Message::kNoTicket), 0, EventType::Acknowledge});
      }
      if (isInWindow(message.appendedAt)) {
        group.meter.inLog.add(now() - message.appendedAt);
        group.meter.latency.add(now() - message.bornAt);
      }
      if (isLate) {
        keepForSeek(group, group.queues[item.queue], message);
      }
    }
    if (isLate) {
      continue;
    }
    group.meter.inFlight.decrease(now());
    std::uint64_t& applied = group.queues[item.queue].applied;
    applied = std::max(applied, message.number + 1);
    if (group.of->commitInterval > Duration() && group.of->delivery != Delivery::Competing) {
      keepUncommitted(group, group.queues[item.queue], message);
    } else if (!item.isDone) {
      keepForSeek(group, group.queues[item.queue], message);
    }
    release(group, item);
  }
  closeDelivery(which);
}

/// A competing consumer has done a message whose time to acknowledge was over: it need not be done again, and
/// who works on it by now does so in vain (26). False if it is a dead letter already, or if consumers own
/// their partitions, where who has lost one has no say any more.
bool Engine::takeBack(GroupState& group, const DeliveryState::Item& late) {
  if (group.of->delivery != Delivery::Competing) {
    return false;
  }
  PartitionState& state = group.queues[late.queue];
  if (state.waiting.eraseIf([&](const Message& each) { return each.number == late.message.number; })) {
    setReady(group, late.queue, true);
    countWaiting(group, -1);
    noteRoom(group.of->log);
    return true;
  }
  for (DeliveryState& delivery : m_deliveries) {
    if (&m_groups[delivery.group] != &group) {
      continue;
    }
    for (DeliveryState::Item& item : delivery.items) {
      if (&item != &late && item.queue == late.queue && item.message.number == late.message.number &&
          !item.isReturned) {
        item.isDone = true;
        item.message.ticket = Message::kNoTicket;
        return true;
      }
    }
  }
  return false;
}

/// It comes back if its reader dies before the next commit.
void Engine::keepUncommitted(const GroupState& group, PartitionState& state, const Message& message) {
  state.uncommitted.push(message);
  const std::size_t most = kMessagesPerFrame * m_config.maxFrames;
  if (++m_uncommitted > most) {
    halt(formatNumber(static_cast<double>(most)) +
         " messages are done and not committed, which is the limit; some of them of \"" +
         m_plan->logs[group.of->log].key + "\", whose consumers commit too seldom");
  }
}

/// Its partition can be read again.
void Engine::release(GroupState& group, const DeliveryState::Item& item) {
  PartitionState& state = group.queues[item.queue];
  if (state.epoch == item.epoch) {
    state.isBusy = false;
    setReady(group, item.queue, true);
  }
}

/// The partitions of a batch that failed wait before it comes again. What has been received too often does
/// not come again: it is a dead letter at once, and a partition with nothing else in the batch goes on.
void Engine::retryLater(Index which) {
  GroupState& group = m_groups[m_deliveries[which].group];
  const std::uint32_t most = group.of->maxReceives;
  std::vector<Index> waiting;     // partitions
  std::vector<std::size_t> dead;  // items
  for (std::size_t i = m_deliveries[which].items.size(); i-- > 0;) {
    const DeliveryState::Item& item = m_deliveries[which].items[i];
    if (!item.isReturned && most != 0 && item.message.receives >= most) {
      dead.push_back(i);
      bury(group, which, i);
    } else if (!item.isReturned) {
      waiting.push_back(item.queue);
    }
  }
  for (const std::size_t i : dead) {
    const DeliveryState::Item& item = m_deliveries[which].items[i];
    if (std::find(waiting.begin(), waiting.end(), item.queue) == waiting.end()) {
      release(group, item);
    }
  }
  if (waiting.empty()) {
    closeDelivery(which);
  } else {
    m_agenda.afterConstant(group.retryLane, {which, m_deliveries[which].generation, EventType::Visible});
  }
}

void Engine::bury(GroupState& group, Index delivery, std::size_t item) {
  DeliveryState::Item& of = m_deliveries[delivery].items[item];
  of.isReturned = true;
  group.meter.inFlight.decrease(now());
  buryMessage(group, Message(of.message));
}

/// Its messages are to be delivered again, but for those that have been received too often (26).
void Engine::giveBack(Index which, bool isOwnFault) {
  DeliveryState& delivery = m_deliveries[which];
  GroupState& group = m_groups[delivery.group];
  const std::uint32_t most = group.of->maxReceives;
  for (std::size_t i = delivery.items.size(); i-- > 0;) {
    DeliveryState::Item& item = m_deliveries[which].items[i];
    if (item.isReturned) {
      continue;
    }
    if (!item.isDone && isOwnFault && most != 0 && item.message.receives >= most) {
      release(group, item);
      bury(group, which, i);
      continue;
    }
    item.isReturned = true;
    group.meter.inFlight.decrease(now());
    if (!item.isDone) {
      putBack(group, item.queue, Message(item.message));
    }
    release(group, m_deliveries[which].items[i]);
  }
  if (!m_deliveries[which].isOpen) {
    closeDelivery(which);
  }
}

/// In its old place in line.
void Engine::putBack(GroupState& group, Index queue, const Message& message) {
  Ring<Message>& waiting = group.queues[queue].waiting;
  waiting.pushFront(message);
  for (std::size_t i = 1; i < waiting.size() && waiting[i].number < message.number; ++i) {
    std::swap(waiting[i - 1], waiting[i]);
  }
  countWaiting(group, 1);
  group.meter.noteWaiting();
}

void Engine::buryMessage(GroupState& group, const Message& message) {
  (message.wasDone != 0 ? group.meter.duplicates : group.meter.deadLetters).add();
  if (message.ticket != Message::kNoTicket) {
    countLost(message.ticket);
  }
  if (group.of->deadLetters == plan::kNone) {
    return;
  }
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.requestClass = message.requestClass;
  frame.priority = message.priority;
  frame.key = message.key;
  frame.link = static_cast<std::uint16_t>(group.of->deadLetters);
  frame.flags = frame_flags::kDetached;
  m_frames.cold(index).deadline = kNever;
  m_frames.notes(index).targets = message.targets;
  m_frames.notes(index).bornAt = message.bornAt;
  launch(index);
}

/// The time to acknowledge a batch is over, or the pause before it is tried again.
bool Engine::makeVisible(Index which, std::uint32_t generation) {
  if (m_deliveries[which].generation != generation) {
    return false;
  }
  const GroupState& group = m_groups[m_deliveries[which].group];
  const Index member = m_deliveries[which].member;
  const bool isCompeting = group.of->delivery == Delivery::Competing;
  giveBack(which, isCompeting || isThere(group, member));
  readAt(isCompeting ? group.firstDesk : group.firstDesk + member);
  return true;
}

}  // namespace cantilever::sim
