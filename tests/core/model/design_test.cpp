#include "core/model/design.h"

#include <gtest/gtest.h>

namespace cantilever {
namespace {

Design nested() {
  Design design;
  for (const auto& [id, parent] : {std::pair{"region", ""}, {"zone", "region"}, {"a", "b"}, {"b", "a"}}) {
    Zone zone;
    zone.id = ZoneId(id);
    zone.parent = ZoneId(parent);
    design.zones.put(zone);
  }
  return design;
}

TEST(Zones, LieWithinThoseAboveThem) {
  EXPECT_TRUE(isWithin(nested(), ZoneId("zone"), ZoneId("zone")));
  EXPECT_TRUE(isWithin(nested(), ZoneId("zone"), ZoneId("region")));
  EXPECT_FALSE(isWithin(nested(), ZoneId("region"), ZoneId("zone")));
  EXPECT_FALSE(isWithin(nested(), ZoneId(), ZoneId("region")));
  EXPECT_TRUE(isWithin(nested(), ZoneId("zone"), ZoneId()));
}

TEST(Zones, OfADamagedFileEnd) {
  EXPECT_TRUE(isWithin(nested(), ZoneId("a"), ZoneId("b")));
  EXPECT_FALSE(isWithin(nested(), ZoneId("a"), ZoneId("region")));
}

}  // namespace
}  // namespace cantilever
