#include "tests/app/random_drawing.h"

namespace cantilever::app {
namespace {

TEST(RandomDrawing, TenThousandOperationsAreUndone) {
  testing::RandomDrawing(4).run(10'000);
}

}  // namespace
}  // namespace cantilever::app
