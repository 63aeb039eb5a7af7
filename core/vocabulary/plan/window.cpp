#include "core/vocabulary/plan/window.h"

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

std::uint64_t Window::panes() const {
  return static_cast<std::uint64_t>((size.ns() + slide.ns() - 1) / slide.ns());
}

void checkWindows(const Plan& plan, FaultSink& sink) {
  for (const Window& window : plan.windows) {
    const auto says = [&window](const char* text) {
      return [&window, text] { return named("window", window.key) + text; };
    };
    sink.require(window.slide > Duration() && window.slide <= window.size && window.size <= kLongestDuration,
                 says(" has a size and a slide that do not fit"));
    sink.require(sink.hasFailed() || window.panes() <= Window::kMostPanes,
                 says(" has more than 1,000 windows open at a time"));
    sink.require(window.lateness >= Duration() && window.lateness <= kLongestDuration,
                 says(" waits for a time outside 0 to 100 years"));
    sink.require(window.link < plan.links.size(), says(" sends its outcomes over an unknown link"));
    sink.require(sink.hasFailed() || plan.links[window.link].balancing != Balancing::All,
                 says(" sends its outcomes to all instances"));
  }
}

}  // namespace cantilever::plan
