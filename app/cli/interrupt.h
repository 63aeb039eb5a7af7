#pragma once

namespace cantilever::cli {

/// While one lives, Ctrl+C asks for an end instead of ending the program; a second Ctrl+C ends it.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  bool isRequested() const;
};

}  // namespace cantilever::cli
