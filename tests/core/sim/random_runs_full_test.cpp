// As random_runs_test, on many more designs.
#include "tests/core/sim/random_runs.h"

namespace cantilever::sim {
namespace {

TEST(RandomRuns, AreSoundOnManyMoreDesigns) {
  const test::Seen seen = test::expectSoundRuns(10'000, 20'000, Duration::seconds(3));
  EXPECT_TRUE(seen.isEverything()) << "what was drawn leaves elements untried";
}

}  // namespace
}  // namespace cantilever::sim
