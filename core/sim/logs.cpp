#include "core/sim/logs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/text.h"
#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Messages that wait to be read, and those who read them (24, 25, 26).
namespace cantilever::sim {

using plan::Delivery;
using plan::Reason;

namespace {

/// Messages that may wait, of all groups together, for each call that may be in flight: they are smaller.
constexpr std::size_t kMessagesPerFrame = 5;
constexpr unsigned kMostReceives = 0x7fff;

}  // namespace

void GroupMeter::openWindow(TimeNs now) {
  for (Counter* each : {&received, &consumed, &batches, &redelivered, &duplicates, &deadLetters, &expired,
                        &reads, &staleReads}) {
    each->openWindow();
  }
  waiting.openWindow(now);
  inFlight.openWindow(now);
  maxWaiting = waiting.value();
  drainedAt = kNever;
}

void GroupMeter::startInterval(TimeNs now) {
  consumed.startInterval();
  received.startInterval();
  reads.startInterval();
  staleReads.startInterval();
  waiting.startInterval(now);
}

void Engine::addLogs() {
  for (const plan::Log& of : m_plan->logs) {
    LogState& log = m_logs.emplace_back();
    log.partitions = RandomStream::named(m_config.seed, m_config.replication, of.key, "partitions");
  }
  for (const plan::ConsumerGroup& of : m_plan->groups) {
    m_logs[of.log].groups.push_back(static_cast<Index>(m_groups.size()));
    addGroup(of);
  }
  for (Index log = 0; log < m_logs.size(); ++log) {
    if (m_plan->logs[log].backlog > 0) {
      m_agenda.at(0, Phase::Actions, {log, 0, EventType::Backlog});
    }
  }
}

/// With keys as its class asks for them.
void Engine::appendBacklog(Index which) {
  const plan::Log& of = m_plan->logs[which];
  const plan::RequestClass& requestClass = m_plan->classes[of.backlogClass];
  RandomStream keys = RandomStream::named(m_config.seed, m_config.replication, of.key, "backlog");
  KeySampler sampler;
  if (requestClass.keySpace != plan::kNone) {
    sampler = KeySampler(m_plan->keySpaces[requestClass.keySpace]);
  }
  Frame as;
  as.requestClass = static_cast<std::uint8_t>(of.backlogClass);
  Message message;
  message.requestClass = as.requestClass;
  message.priority = requestClass.priority;
  for (std::uint32_t i = 0; i < of.backlog && !m_isHalted; ++i) {
    message.key = as.key = requestClass.keySpace == plan::kNone ? 0 : sampler.draw(keys, 0);
    message.number = m_logs[which].published++;
    m_logs[which].appended.add();
    appendToGroups(which, partitionFor(m_logs[which], of, as), message);
  }
}

/// Among those to be read, if it is wanted and has messages that may be read.
void Engine::setReady(GroupState& group, Index queue, bool wanted) {
  PartitionState& state = group.queues[queue];
  const bool isReady = wanted && state.desk != plan::kNone && !state.isBusy && !state.waiting.isEmpty();
  if (isReady == (state.place != PartitionState::kNotReady)) {
    return;
  }
  std::vector<Index>& ready = m_desks[state.desk].ready;
  if (isReady) {
    state.place = static_cast<Index>(ready.size());
    ready.push_back(queue);
    return;
  }
  group.queues[ready.back()].place = state.place;
  ready[state.place] = ready.back();
  ready.pop_back();
  state.place = PartitionState::kNotReady;
}

/// True if there is more to do at once.
bool Engine::publish(Index index, const Instr& code) {
  LogState& log = m_logs[code.operand];
  const plan::Log& of = m_plan->logs[code.operand];
  using Overflow = plan::Log::Overflow;
  const Index partition = partitionFor(log, of, m_frames[index]);
  const bool isOpen = of.overflow == Overflow::DropOldest || of.limit == plan::Log::kUnlimited;
  if (isOpen || (log.parked.count == 0 && !hasNoRoom(log, of, partition))) {
    return appendFor(index, code, partition);
  }
  if (of.overflow == Overflow::Block) {
    m_frames.notes(index).ticket = partition;
    become(index, FrameState::Room);
    m_frames.append(log.parked, index);
    return false;
  }
  log.refused.add();
  return failPublish(index, code, Reason::QueueFull);
}

bool Engine::failPublish(Index index, const Instr& code, Reason reason) {
  if (code.target == plan::kNone) {
    finish(index, reason);
    return false;
  }
  m_frames[index].pc = code.target;
  return true;
}

/// There is room for it. True if the publisher goes on at once.
bool Engine::appendFor(Index index, const Instr& code, Index partition) {
  LogState& log = m_logs[code.operand];
  const Frame& frame = m_frames[index];
  std::uint32_t needed = 0;
  if (code.extra != plan::kNone || code.count > 0) {
    const std::uint32_t there = readersThere(log, frame.requestClass);
    if (there < code.count) {
      log.refused.add();
      return failPublish(index, code, Reason::NotReplicated);
    }
    needed = code.extra == plan::Instruction::kEveryCopy ? there : code.extra == plan::kNone ? 0 : code.extra;
  }
  log.appended.add();
  Message message;
  message.bornAt = m_frames.notes(index).bornAt;
  message.appendedAt = now();
  message.number = log.published++;
  message.key = frame.key;
  message.targets = m_frames.notes(index).targets;
  message.requestClass = frame.requestClass;
  message.priority = frame.priority;
  if (needed > 0) {
    message.ticket = openTicket(index, needed, code.operand, partition, message.number);
  }
  appendToGroups(code.operand, partition, message);
  if (needed > 0) {
    m_frames.notes(index).ticket = message.ticket;
    become(index, FrameState::Acks);
    return false;
  }
  noteWrite(code.operand, namedKey(message.requestClass, message.key), message.number, partition);
  ++m_frames[index].pc;
  return true;
}

void Engine::appendToGroups(Index log, Index partition, const Message& message) {
  for (const Index which : m_logs[log].groups) {
    if (!isFor(m_groups[which], message.requestClass)) {
      continue;
    }
    for (Index queue = partition; queue < m_groups[which].queues.size();
         queue += m_groups[which].partitions) {
      append(which, queue, message);
    }
  }
}

bool Engine::isFor(const GroupState& group, std::uint8_t requestClass) const {
  return group.of->classSet == plan::kNone || m_code.isInSet(group.of->classSet, requestClass);
}

/// A message has left a queue: if somebody waits for room, there will be a look at it at once.
void Engine::noteRoom(Index which) {
  LogState& log = m_logs[which];
  if (log.parked.count > 0 && !log.isAdmitting) {
    log.isAdmitting = true;
    m_agenda.after(0, {which, 0, EventType::Admit});
  }
}

/// It gives up. Who is next may be for a partition that has room.
void Engine::leaveRoomQueue(Index index) {
  const Index which = m_code.instructions[m_frames[index].pc].operand;
  m_frames.remove(m_logs[which].parked, index);
  noteRoom(which);
}

/// In the order in which they came.
void Engine::admitPublishers(Index which) {
  LogState& log = m_logs[which];
  log.isAdmitting = false;
  while (log.parked.count > 0 && !m_isHalted) {
    const Index index = log.parked.head;
    const Index partition = m_frames.notes(index).ticket;
    if (hasNoRoom(log, m_plan->logs[which], partition)) {
      return;
    }
    m_frames.takeFirst(log.parked);
    become(index, FrameState::Ready);
    if (appendFor(index, m_code.instructions[m_frames[index].pc], partition)) {
      m_agenda.after(0, eventOf(index, EventType::Reach));
    }
  }
}

Engine::Index Engine::partitionFor(LogState& log, const plan::Log& of, const Frame& frame) {
  using Partitioning = plan::Log::Partitioning;
  if (of.partitions == 1) {
    return 0;
  }
  if (of.partitioning == Partitioning::InTurn) {
    log.nextInTurn = log.nextInTurn + 1 < of.partitions ? log.nextInTurn + 1 : 0;
    return log.nextInTurn;
  }
  if (of.partitioning == Partitioning::Random || !hasKeys(frame.requestClass)) {
    return log.partitions.below(of.partitions);
  }
  std::uint64_t mixed = namedKey(frame.requestClass, frame.key);
  return static_cast<Index>(splitmix64(mixed) % of.partitions);
}

bool Engine::hasNoRoom(const LogState& log, const plan::Log& of, Index partition) const {
  return of.limit != plan::Log::kUnlimited &&
         std::any_of(log.groups.begin(), log.groups.end(), [&](Index which) {
           const GroupState& group = m_groups[which];
           for (std::size_t queue = partition; queue < group.queues.size(); queue += group.partitions) {
             if (group.queues[queue].waiting.size() >= of.limit) {
               return true;
             }
           }
           return false;
         });
}

void Engine::append(Index which, Index queue, const Message& message) {
  GroupState& group = m_groups[which];
  const plan::Log& log = m_plan->logs[group.of->log];
  const bool isForMember = group.of->delivery == Delivery::Every;
  if (isForMember && group.isMember[queue / group.partitions] == 0) {
    return;
  }
  PartitionState& state = group.queues[queue];
  dropOld(group, state);
  if (state.waiting.size() >= log.limit) {  // those that refuse have been asked before
    dropOldest(group, state);
  }
  group.meter.received.add();
  if (message.ticket != Message::kNoTicket) {
    ++m_tickets[message.ticket].open;
  }
  state.waiting.push(message);
  countWaiting(group, 1);
  setReady(group, queue, true);
  if (state.desk != plan::kNone) {
    readAt(state.desk);
  }
  group.meter.noteWaiting();
}

void Engine::dropOld(GroupState& group, PartitionState& state) {
  const TimeNs retention = m_plan->logs[group.of->log].retention.ns();
  while (retention > 0 && !state.waiting.isEmpty() && now() - state.waiting.front().appendedAt > retention) {
    dropOldest(group, state);
  }
}

void Engine::dropOldest(GroupState& group, PartitionState& state) {
  const Message message = state.waiting.pop();
  const Index ticket = message.ticket;
  countWaiting(group, -1);
  group.meter.expired.add(message.wasDone != 0 ? 0 : 1);
  if (ticket != Message::kNoTicket) {
    countLost(ticket);
  }
  noteRoom(group.of->log);
}

void Engine::countWaiting(GroupState& group, std::int32_t change) {
  Level& waiting = group.meter.waiting;
  waiting.set(waiting.value() + static_cast<std::uint32_t>(change), now());
  if (waiting.value() == 0 && group.meter.drainedAt == kNever && group.meter.maxWaiting > 0) {
    group.meter.drainedAt = now();
  }
  m_messages += static_cast<std::size_t>(change);
  const std::size_t most = kMessagesPerFrame * m_config.maxFrames;
  if (m_messages > most) {
    halt(formatNumber(static_cast<double>(most)) +
         " messages wait in logs, which is the limit; some of them in \"" + m_plan->logs[group.of->log].key +
         "\", whose consumers do not keep up");
  }
}

/// As many batches as there are members with room and messages for them.
void Engine::readAt(Index which) {
  GroupState& group = m_groups[m_desks[which].group];
  while (!m_isHalted && group.mayRead()) {
    Desk& desk = m_desks[which];
    const Index member = memberWithRoom(group, desk.number);
    if (member == plan::kNone || desk.ready.empty() || isToLinger(group, which)) {
      return;
    }
    deliver(which, member);
  }
}

Engine::Index Engine::memberWithRoom(const GroupState& group, Index number) const {
  if (group.of->delivery != Delivery::Competing) {
    return group.withRoom.contains(number) ? number : plan::kNone;
  }
  if (group.withRoom.isEmpty()) {
    return plan::kNone;
  }
  return group.withRoom.from(group.nextInTurn);
}

/// What is too old is not there any more.
bool Engine::hasUnread(GroupState& group, Index queue) {
  PartitionState& state = group.queues[queue];
  dropOld(group, state);
  if (state.waiting.isEmpty()) {
    setReady(group, queue, false);
    return false;
  }
  return true;
}

/// The partition whose first message is the oldest (24).
Engine::Index Engine::oldestAt(const GroupState& group, const Desk& desk) const {
  Index oldest = desk.ready.front();
  for (const Index queue : desk.ready) {
    if (group.queues[queue].waiting.front().number < group.queues[oldest].waiting.front().number) {
      oldest = queue;
    }
  }
  return oldest;
}

/// True if the batch may still become fuller: then there will be another look.
bool Engine::isToLinger(const GroupState& group, Index which) {
  Desk& desk = m_desks[which];
  if (group.of->linger == Duration()) {
    return false;
  }
  std::size_t available = 0;
  for (const Index queue : desk.ready) {
    available += group.queues[queue].waiting.size();
  }
  const TimeNs due = group.queues[oldestAt(group, desk)].waiting.front().appendedAt + group.of->linger.ns();
  if (available >= group.of->batch || now() >= due) {
    return false;
  }
  if (!desk.isLingering) {
    desk.isLingering = true;
    m_agenda.at(due, Phase::Requests, {which, 0, EventType::Linger});
  }
  return true;
}

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

void Engine::lookAgain(Index desk) {
  m_desks[desk].isLingering = false;
  readAt(desk);
}

/// The age of the message that has waited longest, in nanoseconds.
TimeNs Engine::oldestWait(const GroupState& group) const {
  TimeNs oldest = 0;
  for (const PartitionState& state : group.queues) {
    if (!state.waiting.isEmpty()) {
      oldest = std::max(oldest, now() - state.waiting.front().appendedAt);
    }
  }
  return oldest;
}

void Engine::addLogResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  const double span = isOpen ? static_cast<double>(now() - m_windowStart) : 0.0;
  for (std::size_t i = 0; i < m_logs.size(); ++i) {
    LogResult& to = result.logs.emplace_back();
    to.key = m_plan->logs[i].key;
    to.partitions = m_plan->logs[i].partitions;
    to.appended = isOpen ? m_logs[i].appended.inWindow() : 0;
    to.refused = isOpen ? m_logs[i].refused.inWindow() : 0;
  }
  for (const GroupState& group : m_groups) {
    GroupResult& to = result.groups.emplace_back();
    to.key = group.of->key;
    to.log = group.of->log;
    to.waiting = group.meter.waiting.value();
    to.inFlight = group.meter.inFlight.value();
    to.oldestNs = oldestWait(group);
    to.drainedNs = group.meter.drainedAt == kNever ? GroupResult::kNotDrained : group.meter.drainedAt;
    if (!isOpen) {
      continue;
    }
    const GroupMeter& meter = group.meter;
    to.received = meter.received.inWindow();
    to.consumed = meter.consumed.inWindow();
    to.batches = meter.batches.inWindow();
    to.redelivered = meter.redelivered.inWindow();
    to.duplicates = meter.duplicates.inWindow();
    to.deadLetters = meter.deadLetters.inWindow();
    to.expired = meter.expired.inWindow();
    to.reads = meter.reads.inWindow();
    to.staleReads = meter.staleReads.inWindow();
    to.maxWaiting = meter.maxWaiting;
    to.meanWaiting = span > 0 ? static_cast<double>(meter.waiting.inWindow(now())) / span : 0;
    to.meanInFlight = span > 0 ? static_cast<double>(meter.inFlight.inWindow(now())) / span : 0;
    to.wait = meter.wait;
    to.inLog = meter.inLog;
    to.latency = meter.latency;
  }
}

}  // namespace cantilever::sim
