#pragma once

#include "core/base/text.h"
#include "core/vocabulary/lowering.h"

namespace cantilever::catalog {

/// By how much windows of that size slide, 0 meaning that each begins when the one before is over. Says so
/// where it is not as asked: windows leave no gaps, and no event is in more than a plan allows. The parameter
/// is called `slide`.
inline Duration slideOf(Duration size, Duration slide, plan::Lowering& lowering) {
  if (slide <= Duration()) {
    return size;
  }
  if (slide > size) {
    lowering.warn("stream.slides_too_much",
                  "Windows of " + format(size) + " that begin every " + format(slide) +
                      " would leave out the events between them: they begin every " + format(size) +
                      " instead. Set the slide to at most " + format(size) + ", or to 0.",
                  "slide");
    return size;
  }
  plan::Window window;
  window.size = size;
  window.slide = slide;
  if (window.panes() <= plan::Window::kMostPanes) {
    return slide;
  }
  const Duration least =
      Duration::nanoseconds(size.ns() / static_cast<std::int64_t>(plan::Window::kMostPanes) + 1);
  lowering.warn("stream.slides_too_little",
                "An event can be in 1,000 windows at most: they begin every " + format(least) +
                    " instead of every " + format(slide) + ".",
                "slide");
  return least;
}

}  // namespace cantilever::catalog
