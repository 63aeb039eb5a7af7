#include "core/catalog/param_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace cantilever::catalog {
namespace {

using namespace literals;
using ::testing::HasSubstr;

ParamSpec spec(ParamValue defaultValue) {
  ParamSpec spec;
  spec.key = "size";
  spec.label = "Size";
  spec.kind = kindOf(defaultValue);
  spec.defaultValue = std::move(defaultValue);
  return spec;
}

ParamSpec ranged(ParamValue defaultValue, double minimum, double maximum) {
  ParamSpec result = spec(std::move(defaultValue));
  result.minimum = minimum;
  result.maximum = maximum;
  return result;
}

ParamSpec choice() {
  ParamSpec result = spec(Choice{"round_robin"});
  result.choices = {Choice{"random"}, Choice{"round_robin"}};
  return result;
}

const ParamValue kOneOfEach[] = {true,
                                 Count(3),
                                 1.25,
                                 20_ms,
                                 500_rps,
                                 8_GiB,
                                 bytesPerSecond(1e6),
                                 80_pct,
                                 Law::lognormal(8_ms, 1.5),
                                 Choice{"round_robin"},
                                 std::string("postgres:17")};

TEST(ParamSpec, ReadsBackTheTextOfEveryKind) {
  for (const ParamValue& value : kOneOfEach) {
    ParamSpec each = spec(value);
    each.choices = choice().choices;
    const Result<ParamValue> parsed = each.parse(textOf(value));
    ASSERT_TRUE(parsed.ok()) << textOf(value) << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, value) << textOf(value);
  }
}

TEST(ParamSpec, ReadsTrueAndFalseInThePlainWords) {
  for (const char* word : {"true", "yes", "on", "1"}) {
    EXPECT_EQ(spec(false).parse(word).value(), ParamValue(true)) << word;
  }
  for (const char* word : {"false", "no", "off", "0"}) {
    EXPECT_EQ(spec(true).parse(word).value(), ParamValue(false)) << word;
  }
  EXPECT_EQ(spec(true).parse("maybe").error().code, "param.unreadable");
}

TEST(ParamSpec, SaysWhatIsAllowedWhenAValueIsOutOfRange) {
  const ParamSpec time = ranged(20_ms, 0.001, 10);
  EXPECT_TRUE(time.parse("1 ms").ok());
  EXPECT_TRUE(time.parse("10 s").ok());
  const Result<ParamValue> tooLong = time.parse("11 s");
  ASSERT_FALSE(tooLong.ok());
  EXPECT_EQ(tooLong.error().code, "param.out_of_range");
  EXPECT_EQ(tooLong.error().message, "Size must be between 1 ms and 10 s; it is 11 s.");
}

TEST(ParamSpec, ARangeMayBeOpenOnOneSide) {
  ParamSpec atLeast = spec(Count(3));
  atLeast.minimum = 1;
  EXPECT_THAT(atLeast.check(Count(0)).error().message, HasSubstr("must be at least 1"));
  EXPECT_TRUE(atLeast.check(Count(1'000'000'000)).ok());
  ParamSpec atMost = spec(Count(3));
  atMost.maximum = 5;
  EXPECT_THAT(atMost.check(Count(6)).error().message, HasSubstr("must be at most 5"));
}

TEST(ParamSpec, TheRangeOfALawIsThatOfItsMean) {
  const ParamSpec law = ranged(Law::exponential(8_ms), 0.001, 1);
  EXPECT_TRUE(law.parse("lognormal 20 ms cv 3").ok());
  EXPECT_THAT(law.parse("exponential 2 s").error().message, HasSubstr("a mean between 1 ms and 1 s"));
}

TEST(ParamSpec, RefusesALawThatNoSamplerCanUse) {
  const ParamSpec law = spec(Law::exponential(8_ms));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(law.check(Law::lognormal(8_ms, nan)).error().code, "param.out_of_range");
  EXPECT_EQ(law.check(Law::erlang(8_ms, 0)).error().code, "param.out_of_range");
}

TEST(ParamSpec, RefusesWhatIsNoNumber) {
  const double infinite = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(spec(500_rps).check(perSecond(nan)).ok());
  EXPECT_FALSE(spec(1.0).check(infinite).ok());
  EXPECT_FALSE(ranged(80_pct, 0, 1).check(ratio(nan)).ok());
  EXPECT_FALSE(spec(1.0).parse("12 apples").ok());
  EXPECT_FALSE(spec(1.0).parse("").ok());
}

TEST(ParamSpec, RefusesTheWrongKind) {
  const Result<void> checked = spec(20_ms).check(Count(20));
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, "param.wrong_type");
  EXPECT_THAT(checked.error().message, HasSubstr("\"20 ms\""));
}

TEST(ParamSpec, SuggestsTheChoiceThatWasPerhapsMeant) {
  EXPECT_TRUE(choice().parse("random").ok());
  EXPECT_THAT(choice().parse("round-robin").error().message, HasSubstr("did you mean \"round_robin\"?"));
  EXPECT_THAT(choice().parse("zzz").error().message, HasSubstr("random or round_robin"));
}

TEST(ParamSpec, CallsAChoiceByItsLabelOrByItsValueInWords) {
  ParamSpec spec = choice();
  spec.choiceLabels = {{"postgres", "PostgreSQL"}};
  EXPECT_EQ(spec.labelOf({"round_robin"}), "Round robin");
  EXPECT_EQ(spec.labelOf({"postgres"}), "PostgreSQL");
  for (const char* code : {"db.r6g.large", "1 vCPU, 2 GB", ""}) {
    EXPECT_EQ(spec.labelOf({code}), code);
  }
}

TEST(ParamSpec, ShowsTextThatCouldNotBeRead) {
  const Result<void> checked = spec(20_ms).check(OpaqueValue{"\"soon\""});
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, "param.unreadable");
  EXPECT_THAT(checked.error().message, HasSubstr("\"soon\""));
  EXPECT_THAT(checked.error().message, HasSubstr("20 ms"));
}

TEST(ParamNumbers, AreInBaseUnitsAndComeBack) {
  for (const ParamValue& value : kOneOfEach) {
    if (const std::optional<double> number = numberOf(value)) {
      EXPECT_EQ(withNumber(value, *number), value) << textOf(value);
      EXPECT_DOUBLE_EQ(numberOf(withNumber(value, 2 * *number)).value(), 2 * *number) << textOf(value);
    } else {
      EXPECT_EQ(withNumber(value, 7), value) << textOf(value);
    }
  }
  EXPECT_DOUBLE_EQ(numberOf(20_ms).value(), 0.02);
  EXPECT_DOUBLE_EQ(numberOf(Law::lognormal(8_ms, 1.5)).value(), 0.008);
  EXPECT_EQ(numberOf(Choice{"random"}), std::nullopt);
}

}  // namespace
}  // namespace cantilever::catalog
