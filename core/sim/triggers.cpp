#include "core/sim/triggers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/sim/engine.h"

/// Controls: what fires them, and what they do then (rule 37).
namespace cantilever::sim {

using plan::Figure;
using plan::Trigger;

namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

plan::ScaleOn scaleOnOf(Figure figure) {
  switch (figure) {
    case Figure::Occupancy:
      return plan::ScaleOn::Occupancy;
    case Figure::Queue:
      return plan::ScaleOn::Queue;
    case Figure::RequestRate:
      return plan::ScaleOn::RequestRate;
    case Figure::Lag:
      return plan::ScaleOn::Lag;
    default:
      return plan::ScaleOn::Utilisation;
  }
}

double quantileFor(Figure figure) {
  return figure == Figure::LatencyP50 ? 0.5 : figure == Figure::LatencyP95 ? 0.95 : 0.99;
}

double figureOfClass(const ControlState& state, const Trigger& trigger) {
  const auto succeeded = static_cast<double>(state.succeeded);
  const auto ended = static_cast<double>(state.succeeded + state.failed);
  switch (trigger.figure) {
    case Figure::Throughput:
      return succeeded / trigger.period.inSeconds();
    case Figure::FailedRatio:
      return ended > 0 ? static_cast<double>(state.failed) / ended : kNotMeasured;
    case Figure::LatencyMean:
      return succeeded > 0 ? static_cast<double>(state.latencySum) * 1e-9 / succeeded : kNotMeasured;
    default:
      return succeeded > 0
                 ? static_cast<double>(quantileOf(state.latencies.cells(), quantileFor(trigger.figure))) *
                       1e-9
                 : kNotMeasured;
  }
}

}  // namespace

void Engine::addControls() {
  for (const plan::Flag& of : m_plan->flags) {
    m_flags.push_back({of.share, hashText(of.key), of.poll.ns()});
  }
  for (Index i = 0; i < m_plan->controls.size(); ++i) {
    const plan::Control& of = m_plan->controls[i];
    ControlState& state = m_controls.emplace_back();
    state.spacing = Sampler(of.trigger.spacing);
    state.stream = RandomStream::named(m_config.seed, m_config.replication, of.key, "triggers");
    state.pool.lookedAt = m_windowStart;
    for (const plan::Action& action : of.actions) {
      m_controlActions.push_back({i, action});
    }
    const bool isMetric = of.trigger.kind == Trigger::Kind::Metric;
    m_hasWatchers = m_hasWatchers || (isMetric && !plan::isOfPool(of.trigger.figure));
    const TimeNs after =
        of.trigger.kind == Trigger::Kind::Random ? state.spacing.drawNs(state.stream) : of.trigger.at.ns();
    const TimeNs first = isMetric ? m_windowStart + of.trigger.period.ns() : m_worldStart + after;
    m_agenda.at(first, Phase::Actions, {i, 0, EventType::Trigger});
  }
}

/// Its time has come, or a period of what it looks at is over.
void Engine::trigger(Index index) {
  const Trigger& of = m_plan->controls[index].trigger;
  ControlState& state = m_controls[index];
  switch (of.kind) {
    case Trigger::Kind::At:
      if (!state.isStopped) {
        fire(index);
      }
      return;
    case Trigger::Kind::Every:
    case Trigger::Kind::Random:
      fire(index);
      m_agenda.at(now() + std::max<TimeNs>(1, state.spacing.drawNs(state.stream)), Phase::Actions,
                  {index, 0, EventType::Trigger});
      return;
    case Trigger::Kind::Metric:
      lookAtFigure(index);
      m_agenda.at(now() + of.period.ns(), Phase::Actions, {index, 0, EventType::Trigger});
      return;
  }
}

void Engine::lookAtFigure(Index index) {
  const Trigger& of = m_plan->controls[index].trigger;
  ControlState& state = m_controls[index];
  const double figure = takeFigure(index);
  const bool isBeyond = of.isAbove ? figure > of.threshold : figure < of.threshold;
  state.inARow = isBeyond ? state.inARow + 1 : 0;
  const std::int64_t lasting = (of.lasting.ns() + of.period.ns() - 1) / of.period.ns();
  if (!isBeyond && state.isRaised) {
    state.isRaised = false;
    state.raised.set(0, now());
    recordOfControl(Happening::Kind::Cleared, index);
  } else if (isBeyond && !state.isRaised && state.inARow >= std::max<std::int64_t>(1, lasting)) {
    state.isRaised = true;
    state.raised.set(1, now());
    fire(index);
  }
}

/// Of the period that is over; the next one begins.
double Engine::takeFigure(Index index) {
  const Trigger& of = m_plan->controls[index].trigger;
  ControlState& state = m_controls[index];
  if (!plan::isOfPool(of.figure)) {
    const double figure = figureOfClass(state, of);
    forgetOutcomes(state);
    return figure;
  }
  const PoolFigures figures = figuresSince(state.pool, m_pools[of.element]);
  if (of.figure == Figure::Instances) {
    return figures.up;
  }
  return figures.up > 0 ? plan::figureOf(scaleOnOf(of.figure), m_plan->pools[of.element], figures)
                        : kNotMeasured;
}

void Engine::forgetOutcomes(ControlState& state) {
  state.succeeded = state.failed = 0;
  state.latencySum = 0;
  state.latencies.clear();
}

/// Of a request, to all who look at its class.
void Engine::watchOutcome(std::uint8_t requestClass, plan::Reason reason, TimeNs latency) {
  for (Index i = 0; i < m_controls.size(); ++i) {
    const Trigger& of = m_plan->controls[i].trigger;
    const bool isOfClass = of.kind == Trigger::Kind::Metric && !plan::isOfPool(of.figure);
    if (!isOfClass || (of.element != plan::kNone && of.element != requestClass)) {
      continue;
    }
    ControlState& state = m_controls[i];
    if (reason != plan::Reason::None) {
      ++state.failed;
      continue;
    }
    ++state.succeeded;
    state.latencySum += static_cast<std::uint64_t>(latency);
    state.latencies.add(latency);
  }
}

void Engine::fire(Index index) {
  ControlState& state = m_controls[index];
  state.fired.add();
  state.firstAt = std::min(state.firstAt, now());
  recordOfControl(Happening::Kind::Fired, index);
  for (Index i = 0; i < m_controlActions.size(); ++i) {
    if (m_controlActions[i].control == index) {
      m_agenda.at(now() + m_controlActions[i].action.at.ns(), Phase::Actions,
                  {i, state.generation, EventType::ActOfControl});
    }
  }
}

/// False if the control was stopped meanwhile.
bool Engine::actOfControl(Index index, std::uint32_t generation) {
  const OwnedAction& owned = m_controlActions[index];
  if (m_controls[owned.control].generation != generation) {
    return false;
  }
  act(owned.action, Cause::Control);
  return true;
}

void Engine::stopControl(Index index, Cause cause) {
  ++m_controls[index].generation;
  m_controls[index].isStopped = true;
  recordOfControl(Happening::Kind::Stopped, index, cause);
}

void Engine::recordOfControl(Happening::Kind kind, Index index, Cause cause) {
  if (Happening* happening = record(kind, cause, kNoInstance)) {
    happening->control = index;
  }
}

void Engine::setFlag(const plan::Action& action, Cause cause) {
  FlagState& flag = m_flags[action.flag];
  if (flag.poll > 0) {
    std::erase_if(flag.before, [&](const auto& each) { return each.until <= now() - flag.poll; });
    flag.before.push_back({now(), flag.share});
  }
  flag.share = std::min(1.0, action.value);
  if (Happening* happening = record(Happening::Kind::FlagSet, cause, kNoInstance, flag.share)) {
    happening->flag = action.flag;
  }
}

/// The same key is on the same side every time, and stays on when the share grows.
bool Engine::isOn(Index index, const Instr& code) {
  const Frame& frame = m_frames[index];
  const FlagState& flag = m_flags[code.operand];
  const double share = flag.before.empty() ? flag.share : flag.shareAt(lastFetch(index, code.operand));
  if (m_plan->classes[frame.requestClass].keySpace == plan::kNone) {
    return m_programStreams[code.extra].chance.chance(share);
  }
  std::uint64_t state = flag.salt + frame.key;
  return static_cast<double>(splitmix64(state) >> 11) * 0x1p-53 < share;
}

/// When whoever asks for the frame has last fetched the flag: on its round, or when it came up.
TimeNs Engine::lastFetch(Index index, Index which) {
  FlagState& flag = m_flags[which];
  const Index reader = callingInstance(index);
  if (flag.phases.empty()) {
    flag.phases.assign(m_instances.size() + 1, -1);
  }
  TimeNs& phase = flag.phases[reader == kNoInstance ? m_instances.size() : reader];
  if (phase < 0) {
    std::string key = m_plan->flags[which].key;
    if (reader != kNoInstance) {
      const PoolState& pool = m_pools[m_instances[reader].pool];
      key += "/" + m_plan->pools[m_instances[reader].pool].key + "/" + std::to_string(reader - pool.first);
    }
    RandomStream stream = RandomStream::named(m_config.seed, m_config.replication, key, "polls");
    phase = static_cast<TimeNs>(stream.uniform() * static_cast<double>(flag.poll));
  }
  // Its rounds have gone on for ever: the last one before the run began is as long ago as any.
  const TimeNs since = (now() - phase) % flag.poll;
  const TimeNs onRound = now() - (since < 0 ? since + flag.poll : since);
  return reader == kNoInstance ? onRound : std::max(onRound, m_instances[reader].up.since());
}

}  // namespace cantilever::sim
