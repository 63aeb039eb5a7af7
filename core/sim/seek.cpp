#include <algorithm>
#include <vector>

#include "core/sim/engine_calls.h"
#include "core/sim/logs.h"

/// Consumers that are set back to read again what they have done, or ahead to leave out what they have not.
namespace cantilever::sim {

/// For as long as the group can be set back to it.
void Engine::keepForSeek(GroupState& group, PartitionState& state, const Message& message) {
  const TimeNs replay = group.of->replay.ns();
  if (replay == 0) {
    return;
  }
  const auto isFull = [&] { return group.kept >= plan::ConsumerGroup::kMostKept; };
  while (!state.kept.isEmpty() && (now() - state.kept.front().appendedAt > replay || isFull())) {
    state.kept.pop();
    --group.kept;
  }
  if (!isFull()) {
    state.kept.push(message);
    ++group.kept;
  }
}

/// What is done will not come back if its reader dies.
void Engine::commitAll(GroupState& group, PartitionState& state) {
  m_uncommitted -= state.uncommitted.size();
  if (group.of->replay == Duration()) {
    state.uncommitted.clear();
  }
  while (!state.uncommitted.isEmpty()) {
    keepForSeek(group, state, state.uncommitted.pop());
  }
}

/// All that was appended `back` seconds ago or later is to be read (again), what is older is not. Work in
/// progress goes on; what of it is to be read again counts as done twice.
void Engine::seek(Index which, double back, Cause cause) {
  GroupState& group = m_groups[which];
  const double age = std::min(back * 1e9, static_cast<double>(now()));
  const TimeNs from = now() - static_cast<TimeNs>(age);
  takeBackFromReaders(which, from);
  for (Index queue = 0; queue < group.queues.size(); ++queue) {
    PartitionState& state = group.queues[queue];
    setReady(group, queue, false);
    commitAll(group, state);
    bringBack(group, queue, from);
    while (!state.waiting.isEmpty() && state.waiting.front().appendedAt < from) {
      dropOldest(group, state);
    }
    setReady(group, queue, true);
  }
  recordOfLink(Happening::Kind::Sought, group.of->link, kNoInstance, cause, back);
  readAgain(group);
}

void Engine::takeBackFromReaders(Index which, TimeNs from) {
  GroupState& group = m_groups[which];
  for (DeliveryState& delivery : m_deliveries) {
    if (delivery.items.empty() || delivery.group != which) {
      continue;
    }
    for (std::size_t at = delivery.items.size(); at-- > 0;) {
      DeliveryState::Item& item = delivery.items[at];
      if (!item.isReturned && item.message.appendedAt >= from) {
        item.isReturned = true;
        group.meter.inFlight.decrease(now());
        putBack(group, item.queue, item.message);
        release(group, item);
      }
    }
  }
}

/// Of what is kept, the latest first: each goes to the front.
void Engine::bringBack(GroupState& group, Index queue, TimeNs from) {
  Ring<Message>& kept = group.queues[queue].kept;
  const TimeNs earliest = std::max(from, now() - group.of->replay.ns());
  std::vector<Message> again;
  for (std::size_t left = kept.size(); left > 0; --left) {
    const Message message = kept.pop();
    if (message.appendedAt >= earliest) {
      again.push_back(message);
      --group.kept;
    } else {
      kept.push(message);
    }
  }
  std::sort(again.begin(), again.end(),
            [](const Message& a, const Message& b) { return a.number > b.number; });
  for (Message& message : again) {
    message.wasDone = true;
    putBack(group, queue, message);
  }
}

}  // namespace cantilever::sim
