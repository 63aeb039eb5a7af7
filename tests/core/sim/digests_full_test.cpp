// The long runs among those of tests/reference/digests.csv.
#include "tests/core/sim/digests.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::sim::test;

TEST(Digests, OfLongRunsAreThoseWrittenDown) {
  const std::vector<ExpectedDigest> rows = expectedDigests("full");
  EXPECT_FALSE(rows.empty());
  for (const ExpectedDigest& of : rows) {
    EXPECT_EQ(digestOf(designOf(of.design), of.config), of.digest) << of.design;
  }
}

}  // namespace
}  // namespace cantilever::sim
