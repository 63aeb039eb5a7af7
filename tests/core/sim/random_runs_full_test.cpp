// As random_runs_test, on many more designs.
#include "tests/core/sim/random_runs.h"

namespace cantilever::sim {
namespace {

TEST(RandomRuns, AreSoundOnManyMoreDesigns) {
  test::expectSoundRuns(10'000, 20'000);
}

}  // namespace
}  // namespace cantilever::sim
