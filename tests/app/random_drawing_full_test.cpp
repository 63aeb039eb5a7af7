#include "tests/app/random_drawing.h"

namespace cantilever::app {
namespace {

TEST(RandomDrawing, TenThousandOperationsAreUndone) {
  testing::RandomDrawing drawing(4);
  drawing.run(10'000);
  EXPECT_EQ(drawing.reached(), drawing.reachable());
}

}  // namespace
}  // namespace cantilever::app
