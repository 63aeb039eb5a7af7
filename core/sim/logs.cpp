#include "core/sim/logs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/text.h"
#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Messages that wait to be read, and which is read next (24).
namespace cantilever::sim {

using plan::Delivery;
using plan::Reason;

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
