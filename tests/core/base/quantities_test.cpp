#include "core/base/quantities.h"

#include <gtest/gtest.h>

namespace cantilever {
namespace {

TEST(Duration, WholeSecondsAndMillisecondsComeBackExactly) {
  for (const double seconds : {1.0, 3.0, 86'400.0, 31'536'000.0, 3'155'760'000.0}) {
    EXPECT_EQ(Duration::seconds(seconds).inSeconds(), seconds);
    EXPECT_EQ(Duration::seconds(seconds).inMilliseconds(), seconds * 1000);
  }
}

}  // namespace
}  // namespace cantilever
