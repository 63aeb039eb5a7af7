// How long ways between zones take where zones say so.
#include <gtest/gtest.h>

#include "core/catalog/block_type.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/compile/compile.h"
#include "tests/core/design_builder.h"

namespace cantilever::compile {
namespace {

using namespace literals;
using test::design;

test::DesignBuilder threeZones() {
  return design()
      .zone("eu", ZoneKind::Region)
      .zone("a", ZoneKind::AvailabilityZone, "eu")
      .zone("b", ZoneKind::AvailabilityZone, "eu")
      .zone("us", ZoneKind::Region)
      .zone("c", ZoneKind::AvailabilityZone, "us");
}

Duration wayOf(const Design& of, const char* from, const char* to) {
  return latencyBetween(of, ZoneId(from), ZoneId(to)).mean;
}

TEST(Ways, AreThoseThatTheInnermostZoneStates) {
  const Design stated = threeZones()
                            .zoneParam("eu", "ways", std::string("us 40 ms, eu 0.5 ms"))
                            .zoneParam("a", "ways", std::string("c 25 ms, a 0.1 ms"));
  EXPECT_EQ(wayOf(stated, "a", "c"), 25_ms);
  EXPECT_EQ(wayOf(stated, "c", "a"), 25_ms) << "and back";
  EXPECT_EQ(wayOf(stated, "b", "c"), 40_ms);
  EXPECT_EQ(wayOf(stated, "us", "b"), 40_ms);
  EXPECT_EQ(wayOf(stated, "a", "a"), 100_us);
  EXPECT_EQ(wayOf(stated, "a", "b"), 500_us);
  EXPECT_EQ(wayOf(stated, "b", "b"), 500_us) << "within the region, since b says nothing else";
  EXPECT_EQ(wayOf(stated, "c", "c"), 150_us) << "as usual";
  const Design oneWay = threeZones()
                            .zoneParam("eu", "ways", std::string("us 40 ms"))
                            .zoneParam("us", "ways", std::string("eu 60 ms"));
  EXPECT_EQ(wayOf(oneWay, "a", "c"), 40_ms);
  EXPECT_EQ(wayOf(oneWay, "c", "a"), 60_ms) << "each way as its begin says";
}

TEST(Ways, ToNowhereAreErrors) {
  const Compiled wrong = compile(threeZones()
                                     .zoneParam("eu", "ways", std::string("moon 1 s"))
                                     .block("users", "source")
                                     .block("web", "pool")
                                     .link("users", "web")
                                     .workload("users", 10_rps),
                                 catalog::Catalog::builtIn());
  EXPECT_EQ(wrong.plan, nullptr);
  EXPECT_EQ(wrong.diagnostics.front().code, "zone.way_to_nowhere");
  EXPECT_FALSE(catalog::parseWays("eu").ok());
  EXPECT_FALSE(catalog::parseWays("eu -1 ms").ok());
  EXPECT_FALSE(catalog::parseWays("eu 1 ms, eu 2 ms").ok());
  EXPECT_TRUE(catalog::parseWays("")->empty());
}

}  // namespace
}  // namespace cantilever::compile
