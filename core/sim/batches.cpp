#include "core/sim/batches.h"

#include <algorithm>
#include <vector>

#include "core/sim/engine_calls.h"

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
  return m_frames.notes(index).callBatch != FrameNotes::kNoBatch;
}

Engine::Index Engine::openBatch(Index batching, std::uint64_t caller) {
  Index which = m_firstFreeCallBatch;
  if (which == CallBatch::kNone) {
    which = static_cast<Index>(m_callBatches.size());
    m_callBatches.emplace_back();
  } else {
    m_firstFreeCallBatch = m_callBatches[which].next;
  }
  CallBatch& batch = m_callBatches[which];
  batch.batching = batching;
  batch.caller = caller;
  batch.isOpen = true;
  m_batchings[batching].open.findOrAdd(caller, which);
  return which;
}

/// Nobody joins it any more.
void Engine::stopFilling(CallBatch& batch) {
  m_batchings[batch.batching].open.erase(batch.caller);
  batch.isOpen = false;
}

void Engine::closeBatch(Index which) {
  CallBatch& batch = m_callBatches[which];
  batch.members.clear();
  ++batch.generation;
  batch.next = m_firstFreeCallBatch;
  m_firstFreeCallBatch = which;
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
  Index open = batching.open.find(name);
  const bool isFirst = open == KeyIndex::kAbsent;
  if (isFirst) {
    open = openBatch(which, name);
  }
  CallBatch& batch = m_callBatches[open];
  batch.members.push_back({index, m_frames[index].generation, now()});
  become(index, FrameState::Join);
  batching.calls.add();
  if (batch.members.size() >= batching.of->most) {
    sendBatchOfCalls(open);
  } else if (isFirst) {
    m_agenda.after(batching.of->linger.ns(), {open, batch.generation, EventType::BatchEnd});
  }
}

bool Engine::endBatch(Index which, std::uint32_t generation) {
  if (m_callBatches[which].generation != generation || !m_callBatches[which].isOpen) {
    return false;
  }
  sendBatchOfCalls(which);
  return true;
}

/// Without those that have been withdrawn meanwhile. It is as about what the first of them is about.
void Engine::sendBatchOfCalls(Index which) {
  CallBatch& batch = m_callBatches[which];
  BatchingState& batching = m_batchings[batch.batching];
  stopFilling(batch);
  std::erase_if(batch.members, [this](const CallBatch::Member& member) {
    return !m_frames.isCurrent(member.frame, member.generation);
  });
  if (batch.members.empty()) {
    closeBatch(which);
    return;
  }
  batching.batches.add();
  std::uint64_t targets = 0;
  for (const CallBatch::Member& member : batch.members) {
    targets += m_frames.notes(member.frame).targets;
    if (isInWindow(now())) {
      batching.wait.add(now() - member.joinedAt);
    }
  }
  const Index first = batch.members.front().frame;
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.pc = m_plan->programs[batching.of->program].begin;
  frame.requestClass = m_frames[first].requestClass;
  frame.priority = m_frames[first].priority;
  frame.key = m_frames[first].key;
  frame.link = static_cast<std::uint16_t>(batching.of->link);
  frame.flags = frame_flags::kDetached | frame_flags::kDelivery;
  if (batch.caller != kNowhere) {
    frame.instance = static_cast<Index>(batch.caller - 1);
    Instance& at = m_instances[frame.instance];
    at.holding += at.life == Life::Draining ? 1u : 0u;
  }
  m_frames.cold(index).deadline = kNever;
  if (m_network.hasZones()) {
    m_frames.cold(index).zone = zoneOf(first);
  }
  const TimeNs bornAt = m_frames.notes(first).bornAt;
  FrameNotes& notes = m_frames.notes(index);
  notes.targets = static_cast<std::uint32_t>(std::min<std::uint64_t>(targets, 0xffffffffu));
  notes.bornAt = bornAt;
  notes.callBatch = which;
  m_stepsLeft += kStepsPerFrame;
  m_agenda.after(0, eventOf(index, EventType::Reach));
}

/// The outcome of the batch is that of each of its calls; they hear of it as a consequence.
void Engine::answerBatch(Index which, Reason reason) {
  for (const CallBatch::Member& member : m_callBatches[which].members) {
    if (!m_frames.isCurrent(member.frame, member.generation)) {
      continue;
    }
    become(member.frame, FrameState::Ready);
    Frame& frame = m_frames[member.frame];
    if (reason == Reason::None) {
      ++frame.pc;
      m_agenda.after(0, eventOf(member.frame, EventType::Reach));
    } else {
      frame.reason = static_cast<std::uint8_t>(reason);
      m_agenda.after(0, eventOf(member.frame, EventType::Fail));
    }
  }
  closeBatch(which);
}

/// What a killed instance had not sent yet is lost with it.
void Engine::closeBatchesOf(Index instance) {
  for (const BatchingState& batching : m_batchings) {
    const Index which = batching.open.find(std::uint64_t{instance} + 1);
    if (which == KeyIndex::kAbsent) {
      continue;
    }
    stopFilling(m_callBatches[which]);
    const std::vector<CallBatch::Member> members = m_callBatches[which].members;
    closeBatch(which);
    for (const CallBatch::Member& member : members) {
      if (m_frames.isCurrent(member.frame, member.generation)) {
        finish(member.frame, Reason::KilledInFlight);
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
