#include "app/cli/interrupt.h"

#include <csignal>

namespace cantilever::cli {
namespace {

volatile std::sig_atomic_t g_isRequested = 0;

extern "C" void onInterrupt(int) {
  g_isRequested = 1;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  g_isRequested = 0;
  struct sigaction action {};
  action.sa_handler = onInterrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one ends the program
  sigaction(SIGINT, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
}

bool InterruptGuard::isRequested() const {
  return g_isRequested != 0;
}

}  // namespace cantilever::cli
