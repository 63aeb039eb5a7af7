#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Calls to many targets over one link.
namespace cantilever::sim {

using plan::Reason;

/// What a call has from its caller.
void Engine::handOnCargo(Index from, Index to) {
  const FrameNotes notes = m_frames.notes(from);
  m_frames.notes(to).targets = notes.targets;
  m_frames.notes(to).bornAt = notes.bornAt;
}

void Engine::drawNumber(Index index, const Instr& code) {
  m_frames.notes(index).drawn = m_counts[code.operand].draw(m_programStreams[code.extra].draw);
}

/// True if the caller goes on at once.
bool Engine::startFan(Index caller, const Instr& code) {
  const plan::Fan& fan = m_plan->fans[code.operand];
  const bool isToEach = fan.count == plan::kNone;
  LinkState& link = m_links[fan.link];
  const LinkSide& side = sideAt(caller, link);
  const InstanceSet* up = !isToEach     ? nullptr
                          : side.health ? &side.health->eligible()
                                        : &m_pools[link.pool].up;
  const std::uint32_t targets = isToEach ? up->size() : m_frames.notes(caller).drawn;
  m_frames.notes(caller).fanLeft = targets;
  if (targets == 0 && !fan.isSent) {  // nobody is there
    m_frames[caller].pc = code.target;
    if (code.target == plan::kNone) {
      finish(caller, Reason::NoHealthyInstance);
    }
    return code.target != plan::kNone;
  }
  const std::uint32_t branches = targets / fan.batch + (targets % fan.batch == 0 ? 0 : 1);
  std::uint32_t together = branches;
  if (!fan.isSent) {
    Frame& frame = m_frames[caller];
    become(caller, FrameState::Join);
    frame.open = 0;
    FrameNotes& notes = m_frames.notes(caller);
    notes.fanNeeded = fan.needed == 0 ? branches : std::min(fan.needed, branches);
    notes.husks = 0;
    together = std::min(branches, fan.window == 0 ? plan::Fan::kMostOpen : fan.window);
  }
  for (std::uint32_t i = 0; i < together && !m_isHalted; ++i) {
    startFanBranch(caller, fan, isToEach ? up->at(i) : 0);
  }
  if (fan.isSent) {
    ++m_frames[caller].pc;
  }
  return fan.isSent;
}

/// `instance`: of the pool, over a link that goes to each.
void Engine::startFanBranch(Index caller, const plan::Fan& fan, Index instance) {
  FrameNotes& notes = m_frames.notes(caller);
  const std::uint32_t targets = std::min(fan.batch, notes.fanLeft);
  const std::uint32_t branch = (notes.drawn - notes.fanLeft) / fan.batch;  // that many have been started
  notes.fanLeft -= targets;
  if (!fan.isSent) {
    ++m_frames[caller].open;
  }
  m_stepsLeft += kStepsPerFrame;
  const Index index = enrol(caller, fan.link, fan.isSent ? frame_flags::kDetached : frame_flags::kBranch);
  m_frames.notes(index).targets = targets;
  m_frames.notes(index).branch = fan.count == plan::kNone ? 0 : branch;
  m_frames.cold(index).countedAt = instance;
  launch(index);
}

/// As join(), but for the branches that are still to be started, each in the place of one that is over.
Engine::Index Engine::joinFan(Index caller, Reason reason) {
  Frame& frame = m_frames[caller];
  FrameNotes& notes = m_frames.notes(caller);
  const Instr code = m_code.instructions[frame.pc];
  const plan::Fan& fan = m_plan->fans[code.operand];
  --frame.open;
  notes.fanNeeded -= reason == Reason::None ? 1u : 0u;
  const bool hasEnough = notes.fanNeeded == 0;
  const std::uint32_t toStart = notes.fanLeft / fan.batch + (notes.fanLeft % fan.batch == 0 ? 0 : 1);
  if (!hasEnough && frame.open + toStart >= notes.fanNeeded) {
    constexpr std::uint32_t kFewHusks = 16;
    if (++notes.husks > 2u * frame.open + kFewHusks) {
      sweepHusks(caller);
    }
    if (toStart > 0) {
      startFanBranch(caller, fan, 0);
    }
    return kNoFrame;
  }
  notes.fanLeft = 0;
  abandonCallees(caller);
  if (!hasEnough && code.target == plan::kNone) {
    finish(caller, reason);
    return kNoFrame;
  }
  m_frames[caller].pc = hasEnough ? m_frames[caller].pc + 1 : code.target;
  become(caller, FrameState::Ready);
  return caller;
}

/// Frees the branches that are over, so that a fan through a window needs memory for the window alone.
void Engine::sweepHusks(Index caller) {
  Index* link = &m_frames.cold(caller).child;
  while (*link != kNoFrame) {
    const Index callee = *link;
    if (m_frames[callee].state == FrameState::Husk) {
      *link = m_frames.cold(callee).sibling;
      m_frames.release(callee);
    } else {
      link = &m_frames.cold(callee).sibling;
    }
  }
  m_frames.notes(caller).husks = 0;
}

/// What a Work at `code` takes of the frame, whose server is known.
TimeNs Engine::drawWork(Index index, const Instr& code, PoolState& pool) {
  const Frame& frame = m_frames[index];
  const Instance& at = m_instances[frame.server];
  const WorkDetail detail = code.target == plan::kNone ? WorkDetail() : m_code.works[code.target];
  const std::size_t row = detail.laws + at.version * m_code.classes + frame.requestClass;
  const Timing& law = m_timings[detail.laws == plan::kNone ? code.operand : m_code.laws[row]];
  const TimeNs work = drawScaled(index, static_cast<plan::WorkScale>(code.count & work_flags::kScale), law,
                                 detail.perByte, pool);
  if (now() >= at.coldUntil) {
    return work;
  }
  const double cold = static_cast<double>(at.coldUntil - now()) / static_cast<double>(pool.warmTime);
  const double slowed = static_cast<double>(work) * (1 + (pool.coldFactor - 1) * cold);
  return static_cast<TimeNs>(std::min(slowed, static_cast<double>(plan::kLongestDuration.ns())) + 0.5);
}

/// Once, for each of its targets, or by its bytes. Beyond so many targets a draw stands for several: their
/// sum is close to its mean anyway.
TimeNs Engine::drawScaled(Index index, plan::WorkScale scale, const Timing& law, double perByte,
                          PoolState& pool) {
  if (scale == plan::WorkScale::Once) {
    return law.draw(pool.service);
  }
  const TimeNs longest = plan::kLongestDuration.ns();
  if (scale != plan::WorkScale::Targets) {
    const Direction there = Direction::There;
    double bytes = scale == plan::WorkScale::ReplyBytes ? 0 : static_cast<double>(bytesOf(index, there));
    bytes +=
        scale == plan::WorkScale::RequestBytes ? 0 : static_cast<double>(bytesOf(index, Direction::Back));
    const double ns = static_cast<double>(law.draw(pool.service)) * perByte * bytes;
    return ns < static_cast<double>(longest) ? static_cast<TimeNs>(ns + 0.5) : longest;
  }
  constexpr std::uint32_t kMostDraws = 64;
  const std::uint32_t targets = m_frames.notes(index).targets;
  const std::uint32_t draws = std::min(targets, kMostDraws);
  TimeNs sum = 0;
  for (std::uint32_t i = 0; i < draws && sum < longest; ++i) {
    const TimeNs each = law.draw(pool.service);
    const std::uint32_t standsFor = targets / draws + (i < targets % draws ? 1 : 0);
    sum = each > (longest - sum) / standsFor ? longest : sum + each * standsFor;
  }
  return sum;
}

}  // namespace cantilever::sim
