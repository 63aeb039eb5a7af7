// Every request ends in exactly one outcome, and every nanosecond of work is somebody's, whatever is drawn.
#include "tests/core/sim/random_runs.h"

namespace cantilever::sim {
namespace {

TEST(RandomRuns, AreSound) {
  test::expectSoundRuns(1, 400, Duration::milliseconds(300));
}

}  // namespace
}  // namespace cantilever::sim
