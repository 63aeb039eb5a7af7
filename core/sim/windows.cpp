#include "core/sim/windows.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/sim/engine_calls.h"

/// What comes about a key is put together by time, as stream processors do.
namespace cantilever::sim {

namespace {

/// Keys in open windows, for each call that may be in flight: they are smaller.
constexpr std::size_t kKeysPerFrame = 5;

}  // namespace

void Engine::addWindows() {
  for (const plan::Window& of : m_plan->windows) {
    m_windows.emplace_back().of = &of;
  }
}

/// The event that the call is about or, if it has read a batch of messages, each of them.
void Engine::gather(Index index, Index window) {
  const Frame& frame = m_frames[index];
  if (!frame.has(frame_flags::kDelivery)) {
    const std::uint64_t key = namedKey(frame.requestClass, frame.key);
    putInWindows(window, {key, m_frames.notes(index).bornAt, frame.requestClass, frame.priority});
    return;
  }
  for (const DeliveryState::Item& item : m_deliveries[m_frames.notes(index).delivery].items) {
    const Message& message = item.message;
    const std::uint64_t key = namedKey(message.requestClass, message.key);
    putInWindows(window, {key, message.bornAt, message.requestClass, message.priority});
  }
}

/// Into every window that contains its time: those that begin at multiples of the slide.
void Engine::putInWindows(Index which, const WindowState::Event& event) {
  WindowState& window = m_windows[which];
  const plan::Window& of = *window.of;
  window.events.add();
  const TimeNs slide = of.slide.ns();
  const TimeNs time = of.isByBirth ? event.bornAt : now();
  for (TimeNs begin = time / slide * slide; begin > time - of.size.ns(); begin -= slide) {
    const TimeNs end = begin + of.size.ns();
    const TimeNs due = end + of.lateness.ns();
    if (due <= now()) {
      window.late.add();
      continue;
    }
    auto at = std::lower_bound(window.open.begin(), window.open.end(), end,
                               [](const WindowState::Open& open, TimeNs value) { return open.end < value; });
    if (at == window.open.end() || at->end != end) {
      at = window.open.insert(at, WindowState::Open{end, {}, {}});
      m_agenda.at(due, Phase::Requests, {which, 0, EventType::WindowEnd});
    }
    const auto next = static_cast<std::uint32_t>(at->firsts.size());
    if (at->places.findOrAdd(event.key, next) != next) {
      continue;
    }
    at->firsts.push_back(event);
    window.maxKeys = std::max(window.maxKeys, ++window.keys);
  }
  const std::size_t most = kKeysPerFrame * m_config.maxFrames;
  if (window.keys > most) {
    halt(formatNumber(static_cast<double>(most)) + " keys are in the windows of \"" + of.key +
         "\", which is the limit");
  }
}

/// The first of those that are open: they end in order. One call for each key, in the order in which they
/// came.
void Engine::endWindow(Index which) {
  const WindowState::Open ended = std::move(m_windows[which].open.front());
  m_windows[which].open.pop_front();
  m_windows[which].keys -= ended.firsts.size();
  m_windows[which].ended.add();
  for (const WindowState::Event& first : ended.firsts) {
    if (m_isHalted) {
      return;
    }
    m_windows[which].outcomes.add();
    const Index index = newFrame();
    Frame& frame = m_frames[index];
    frame.requestClass = first.requestClass;
    frame.priority = first.priority;
    frame.key = static_cast<std::uint32_t>(first.key);
    frame.link = static_cast<std::uint16_t>(m_windows[which].of->link);
    frame.flags = frame_flags::kDetached;
    m_frames.cold(index).deadline = kNever;
    m_frames.cold(index).from = m_links[frame.link].callersAt;
    m_frames.notes(index).targets = 1;
    m_frames.notes(index).bornAt = first.bornAt;
    m_stepsLeft += kStepsPerFrame;
    launch(index);
  }
}

void Engine::addStreamResults(RunResult& result) const {
  for (const WindowState& window : m_windows) {
    StreamResult& to = result.streams.emplace_back();
    to.key = window.of->key;
    to.open = window.keys;
    if (isInWindow(now())) {
      to.events = window.events.inWindow();
      to.late = window.late.inWindow();
      to.windows = window.ended.inWindow();
      to.outcomes = window.outcomes.inWindow();
      to.maxOpen = window.maxKeys;
    }
  }
}

}  // namespace cantilever::sim
