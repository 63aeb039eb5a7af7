#include "core/sim/batches.h"

#include <utility>
#include <vector>

#include "core/sim/engine_calls.h"
#include "core/sim/logs.h"

/// Calls of one caller that are put together and go on as one (42).
namespace cantilever::sim {

using plan::Reason;

namespace {

/// The caller of requests that come from no instance.
constexpr std::uint64_t kNowhere = 0;

}  // namespace

void Engine::addBatchings() {
  for (const plan::Batching& of : m_plan->batchings) {
    m_batchings.emplace_back().of = &of;
  }
}

bool Engine::isBatchOfCalls(Index index) const {
  return m_deliveries[m_frames.notes(index).delivery].group == plan::kNone;
}

/// The instance of the frame that waits for this one or, if that sits at none, of the nearest further up.
Engine::Index Engine::callerOf(Index index) const {
  Index at = m_frames[index].parent;
  while (at != kNoFrame && m_frames[at].instance == kNoInstance) {
    at = m_frames[at].parent;
  }
  return at == kNoFrame ? kNoInstance : m_frames[at].instance;
}

void Engine::joinBatch(Index index, Index which) {
  BatchingState& batching = m_batchings[which];
  const Index caller = callerOf(index);
  const std::uint64_t name = caller == kNoInstance ? kNowhere : std::uint64_t{caller} + 1;
  Index batch = batching.open.find(name);
  const bool isFirst = batch == KeyIndex::kAbsent;
  if (isFirst) {
    batch = openDelivery(plan::kNone, which);
    batching.open.findOrAdd(name, batch);
    m_deliveries[batch].caller = name;
  }
  const FrameNotes& notes = m_frames.notes(index);
  const Frame& frame = m_frames[index];
  Message call;
  call.bornAt = notes.bornAt;
  call.appendedAt = now();
  call.key = frame.key;
  call.targets = notes.targets;
  call.requestClass = frame.requestClass;
  call.priority = frame.priority;
  m_deliveries[batch].items.push_back({call, index, frame.generation, false});
  become(index, FrameState::Join);
  batching.calls.add();
  if (m_deliveries[batch].items.size() >= batching.of->most) {
    sendBatchOfCalls(batch);
  } else if (isFirst) {
    m_agenda.after(batching.of->linger.ns(), {batch, m_deliveries[batch].generation, EventType::BatchEnd});
  }
}

bool Engine::endBatch(Index batch, std::uint32_t generation) {
  if (m_deliveries[batch].generation != generation || !m_deliveries[batch].isOpen) {
    return false;
  }
  sendBatchOfCalls(batch);
  return true;
}

/// Without those that have been withdrawn meanwhile. It is as about what the first of them is about.
void Engine::sendBatchOfCalls(Index which) {
  DeliveryState& batch = m_deliveries[which];
  BatchingState& batching = m_batchings[batch.member];
  batching.open.erase(batch.caller);
  batch.isOpen = false;
  std::erase_if(batch.items, [this](const DeliveryState::Item& item) {
    return !m_frames.isCurrent(item.queue, item.epoch);
  });
  if (batch.items.empty()) {
    closeDelivery(which);
    return;
  }
  batching.batches.add();
  std::uint64_t targets = 0;
  for (const DeliveryState::Item& item : batch.items) {
    targets += item.message.targets;
    if (isInWindow(now())) {
      batching.wait.add(now() - item.message.appendedAt);
    }
  }
  const Message first = batch.items.front().message;
  const Index place = batch.items.front().queue;
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.pc = m_plan->programs[batching.of->program].begin;
  frame.requestClass = first.requestClass;
  frame.priority = first.priority;
  frame.key = first.key;
  frame.link = static_cast<std::uint16_t>(batching.of->link);
  frame.flags = frame_flags::kDetached | frame_flags::kDelivery;
  frame.instance = batch.caller == kNowhere ? kNoInstance : static_cast<Index>(batch.caller - 1);
  m_frames.cold(index).deadline = kNever;
  if (m_network.hasZones()) {
    m_frames.cold(index).zone = zoneOf(place);
  }
  FrameNotes& notes = m_frames.notes(index);
  notes.targets = static_cast<std::uint32_t>(std::min<std::uint64_t>(targets, 0xffffffffu));
  notes.bornAt = first.bornAt;
  notes.delivery = which;
  m_stepsLeft += kStepsPerFrame;
  m_agenda.after(0, eventOf(index, EventType::Reach));
}

/// The outcome of the batch is that of each of its calls; they hear of it as a consequence.
void Engine::answerBatch(Index which, Reason reason) {
  for (const DeliveryState::Item& item : m_deliveries[which].items) {
    if (!m_frames.isCurrent(item.queue, item.epoch)) {
      continue;
    }
    become(item.queue, FrameState::Ready);
    if (reason == Reason::None) {
      ++m_frames[item.queue].pc;
      m_agenda.after(0, eventOf(item.queue, EventType::Reach));
    } else {
      m_frames[item.queue].reason = static_cast<std::uint8_t>(reason);
      m_agenda.after(0, eventOf(item.queue, EventType::Fail));
    }
  }
  closeDelivery(which);
}

/// What a killed instance had not sent yet is lost with it.
void Engine::closeBatchesOf(Index instance) {
  for (BatchingState& batching : m_batchings) {
    const Index which = batching.open.find(std::uint64_t{instance} + 1);
    if (which == KeyIndex::kAbsent) {
      continue;
    }
    batching.open.erase(std::uint64_t{instance} + 1);
    const std::vector<DeliveryState::Item> items = std::move(m_deliveries[which].items);
    closeDelivery(which);
    for (const DeliveryState::Item& item : items) {
      if (m_frames.isCurrent(item.queue, item.epoch)) {
        finish(item.queue, Reason::KilledInFlight);
      }
    }
  }
}

void Engine::addBatchResults(RunResult& result) const {
  for (const BatchingState& batching : m_batchings) {
    BatchResult& to = result.callBatches.emplace_back();
    to.key = batching.of->key;
    if (isInWindow(now())) {
      to.calls = batching.calls.inWindow();
      to.batches = batching.batches.inWindow();
      to.wait = batching.wait;
    }
  }
}

}  // namespace cantilever::sim
