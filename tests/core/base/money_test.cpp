#include "core/base/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace cantilever {
namespace {

UnitPrice unitPriceOf(std::string_view text) {
  const auto parsed = UnitPrice::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed ? *parsed : UnitPrice{};
}

std::int64_t microsOf(std::string_view unitPrice, double amount) {
  return multiply(unitPriceOf(unitPrice), amount).inMicros();
}

TEST(UnitPrice, IsExact) {
  EXPECT_EQ(unitPriceOf("0.0000000309"), (UnitPrice{309, 10}));
  EXPECT_EQ(unitPriceOf("3.557"), (UnitPrice{3557, 3}));
  EXPECT_EQ(unitPriceOf("12"), (UnitPrice{12, 0}));
  EXPECT_EQ(unitPriceOf(".5"), (UnitPrice{5, 1}));
  EXPECT_EQ(unitPriceOf("0"), (UnitPrice{0, 0}));
  EXPECT_EQ(unitPriceOf("999999999999999999").digits, 999'999'999'999'999'999);
}

TEST(UnitPrice, OfEqualWorthIsEqual) {
  EXPECT_EQ(unitPriceOf("0.10"), unitPriceOf("0.1"));
  EXPECT_EQ(unitPriceOf("0010.00"), unitPriceOf("10"));
  EXPECT_EQ(unitPriceOf("0.000"), unitPriceOf("0"));
}

TEST(UnitPrice, WritesWhatItRead) {
  for (const char* text : {"0.0000000309", "3.557", "12", "0.5", "0", "100", "0.000000000000000001"}) {
    EXPECT_EQ(unitPriceOf(text).text(), text);
  }
}

TEST(UnitPrice, RefusesAnythingElseAndSaysWhy) {
  for (const char* text : {"", ".", "-1", "+1", "1e-3", "1.2.3", "1,5", "USD 3", "1 ", "1234567890123456789",
                           "0.0000000000000000001"}) {
    const auto parsed = UnitPrice::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, "price.not_a_number");
    EXPECT_NE(parsed.error().message.find("such as"), std::string::npos);
  }
  EXPECT_FALSE(UnitPrice::parse("1." + std::string(1000, '0') + "1").ok());
}

TEST(Multiply, KeepsPricesBelowAMicroUnit) {
  // 3.09e-8 USD x 1e9 requests = 30.90 USD exactly; rounding the price to micro-units would give 0.
  EXPECT_EQ(microsOf("0.0000000309", 1e9), 30'900'000);
  EXPECT_EQ(microsOf("0.00000003", 1), 0);
  EXPECT_EQ(microsOf("0.00000003", 100), 3);
}

TEST(Multiply, RoundsHalfToEvenOnce) {
  EXPECT_EQ(microsOf("0.0000005", 1), 0);   // 0.5 micro-units
  EXPECT_EQ(microsOf("0.0000005", 3), 2);   // 1.5
  EXPECT_EQ(microsOf("0.0000005", 5), 2);   // 2.5
  EXPECT_EQ(microsOf("0.0000005", 7), 4);   // 3.5
  EXPECT_EQ(microsOf("0.00000051", 1), 1);  // 0.51
  EXPECT_EQ(microsOf("0.0000005", -3), -2);
}

TEST(Multiply, MatchesInstanceHoursByHand) {
  EXPECT_EQ(microsOf("0.29", 33 * 730.0), 6'986'100'000);  // 33 c7g.2xlarge for a month
  EXPECT_EQ(microsOf("0.0104", 730), 7'592'000);
}

TEST(Multiply, RoundsTheAmountToAMillionthOfAUnit) {
  EXPECT_EQ(microsOf("1000000", 0.0000004), 0);
  EXPECT_EQ(microsOf("1000000", 0.0000006), 1'000'000);
}

TEST(Multiply, StopsAtTheEndsOfTheRange) {
  const Money most = multiply(unitPriceOf("999999999999999999"), 1e300);
  EXPECT_EQ(most.inMicros(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(multiply(unitPriceOf("999999999999999999"), -1e300).inMicros(), -most.inMicros());
  EXPECT_EQ(most + most, most);
  EXPECT_EQ(most + Money::micros(-1), Money::micros(most.inMicros() - 1));
}

TEST(MoneyText, HasGroupsAndCents) {
  EXPECT_EQ(format(Money::micros(1'234'560'000)), "$1,234.56");
  EXPECT_EQ(format(Money::micros(1'000'000)), "$1.00");
  EXPECT_EQ(format(Money::micros(1'234'567'890'120'000)), "$1,234,567,890.12");
  EXPECT_EQ(format(Money::micros(-999'000'000)), "-$999.00");
  EXPECT_EQ(format(Money::micros(123'456'000'000)), "$123,456.00");
}

TEST(MoneyText, RoundsCentsHalfToEven) {
  EXPECT_EQ(format(Money::micros(1'005'000)), "$1.00");
  EXPECT_EQ(format(Money::micros(1'015'000)), "$1.02");
  EXPECT_EQ(format(Money::micros(999'999'999)), "$1,000.00");
}

TEST(MoneyText, KeepsSixDecimalsBelowADollar) {
  EXPECT_EQ(format(Money::micros(0)), "$0.00");
  EXPECT_EQ(format(Money::micros(31)), "$0.000031");
  EXPECT_EQ(format(Money::micros(-250'000)), "-$0.25");
  EXPECT_EQ(format(Money::micros(999'999)), "$0.999999");
  EXPECT_EQ(format(Money::micros(std::numeric_limits<std::int64_t>::min())), "-$9,223,372,036,854.78");
}

}  // namespace
}  // namespace cantilever
