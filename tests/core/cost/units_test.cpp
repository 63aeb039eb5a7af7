#include "core/cost/units.h"

#include <gtest/gtest.h>

namespace cantilever::cost {
namespace {

using Kind = Usage::Kind;

TEST(UnitsPer, CountsWhatIsSoldInThousandsAndMillions) {
  EXPECT_DOUBLE_EQ(unitsPer(Kind::Requests, "10k requests"), 1e-4);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::Requests, "100k notifications"), 1e-5);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::Requests, "1M units (25 KB)"), 1e-6);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::Requests, "message"), 1);
}

TEST(UnitsPer, TurnsHoursIntoMonthsAndSeconds) {
  EXPECT_DOUBLE_EQ(unitsPer(Kind::CapacityUnitHours, "LCU-hour"), 1);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::CapacityUnitHours, "metric-month"), 1.0 / 730);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::CapacityUnitHours, "GB-second"), 3600);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::ServiceHours, "hour"), 1);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::ServiceHours, "month"), 1.0 / 730);
}

TEST(UnitsPer, LetsBothEndsOfATransferPay) {
  EXPECT_DOUBLE_EQ(unitsPer(Kind::EgressGb, "GB"), 1);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::EgressGb, "GB per direction"), 2);
  EXPECT_DOUBLE_EQ(unitsPer(Kind::ProcessedGb, "TB scanned"), 1e-3);
}

TEST(UnitsPer, RefusesWhatMeasuresSomethingElse) {
  EXPECT_EQ(unitsPer(Kind::Requests, "GB"), 0);
  EXPECT_EQ(unitsPer(Kind::Requests, "GB-month"), 0);
  EXPECT_EQ(unitsPer(Kind::StorageGbMonths, "GB"), 0);
  EXPECT_EQ(unitsPer(Kind::InstanceHours, "month"), 0);
  EXPECT_EQ(unitsPer(Kind::CapacityUnitHours, "GB-month"), 0);
  EXPECT_EQ(unitsPer(Kind::ServiceHours, "GB"), 0);
}

}  // namespace
}  // namespace cantilever::cost
