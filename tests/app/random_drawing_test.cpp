#include "tests/app/random_drawing.h"

namespace cantilever::app {
namespace {

TEST(RandomDrawing, KeepsSceneAndDesignInStepAndIsUndone) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    testing::RandomDrawing(seed).run(120);
  }
}

}  // namespace
}  // namespace cantilever::app
