#include "core/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace cantilever {
namespace {

using namespace cantilever::literals;
using testing::HasSubstr;

// --- Reading ---------------------------------------------------------------------------------------------

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(*parseDuration("20 ms"), 20_ms);
  EXPECT_EQ(*parseDuration("1.2s"), Duration::milliseconds(1200));
  EXPECT_EQ(*parseDuration("5 min"), 5_min);
  EXPECT_EQ(*parseDuration("3 h"), 3_h);
  EXPECT_EQ(*parseDuration("7 d"), 168_h);
  EXPECT_EQ(*parseDuration("250us"), 250_us);
  EXPECT_EQ(*parseDuration("250 \u00b5s"), 250_us);
  EXPECT_EQ(*parseDuration("10 ns"), 10_ns);
  EXPECT_EQ(*parseDuration("  -2e1\tms "), Duration::nanoseconds(-20'000'000));
  EXPECT_EQ(*parseDuration("0"), Duration());
}

TEST(ParseDuration, IsExactToTheNanosecond) {
  // 0.1 + 0.2 style errors and doubles beyond 2^53 would both show here.
  EXPECT_EQ(parseDuration("0.000000001 s")->ns(), 1);
  EXPECT_EQ(parseDuration("1234567890.123456789 s")->ns(), 1'234'567'890'123'456'789);
  EXPECT_EQ(parseDuration("0.0000000005 s")->ns(), 1);
  EXPECT_EQ(parseDuration("0.00000000049 s")->ns(), 0);
}

TEST(ParseDuration, RefusesMoreThanACentury) {
  EXPECT_EQ(parseDuration("36525 d")->inHours(), 876'600);
  EXPECT_EQ(parseDuration("36526 d").error().code, "quantity.range");
  EXPECT_EQ(parseDuration("1e300 s").error().code, "quantity.range");
}

TEST(ParseRate, ReadsEveryUnit) {
  EXPECT_EQ(*parseRate("1.5k/s"), 1500_rps);
  EXPECT_EQ(*parseRate("500/s"), 500_rps);
  EXPECT_EQ(*parseRate("2 M/s"), 2'000'000_rps);
  EXPECT_EQ(*parseRate("90/min"), perSecond(1.5));
  EXPECT_EQ(*parseRate("36/h"), perSecond(0.01));
  EXPECT_EQ(*parseRate("1000 rps"), 1000_rps);
  EXPECT_EQ(*parseRate("-5/s"), perSecond(-5));  // a sign is legal text; whether it makes sense is the spec's
}

TEST(ParseBytes, TellsDecimalFromBinary) {
  EXPECT_EQ(*parseBytes("8 GiB"), 8_GiB);
  EXPECT_EQ(*parseBytes("500 MB"), 500_MB);
  EXPECT_EQ(*parseBytes("10 TB"), 10_TB);
  EXPECT_EQ(*parseBytes("64 B"), 64_B);
  EXPECT_EQ(*parseBytes("4KiB"), bytes(4096));
  EXPECT_EQ(*parseBytes("4kB"), bytes(4000));
}

TEST(ParseBandwidth, TellsBitsFromBytes) {
  EXPECT_EQ(*parseBandwidth("10 MB/s"), bytesPerSecond(1e7));
  EXPECT_EQ(*parseBandwidth("1 Gb/s"), bytesPerSecond(1.25e8));
  EXPECT_EQ(*parseBandwidth("1 Gbps"), bytesPerSecond(1.25e8));
  EXPECT_EQ(*parseBandwidth("8 b/s"), bytesPerSecond(1));
}

TEST(ParseRatio, ReadsPercentAndPlainNumbers) {
  EXPECT_EQ(*parseRatio("80 %"), ratio(0.8));
  EXPECT_EQ(*parseRatio("80%"), ratio(0.8));
  EXPECT_EQ(*parseRatio("0.8"), ratio(0.8));
  EXPECT_EQ(*parseRatio("7 %"), ratio(0.07));  // 7 / 100.0 would also do; 7 * 0.01 would not
  EXPECT_EQ(*parseRatio("0"), ratio(0));
}

TEST(ParseCount, ReadsGroupsAndPrefixes) {
  EXPECT_EQ(parseCount("3")->value(), 3);
  EXPECT_EQ(parseCount("1,000")->value(), 1000);
  EXPECT_EQ(parseCount("50k")->value(), 50'000);
  EXPECT_EQ(parseCount("1.5 M")->value(), 1'500'000);
  EXPECT_EQ(parseCount("1e3")->value(), 1000);
  EXPECT_EQ(parseCount("9,223,372,036,854,775,807")->value(), std::numeric_limits<std::int64_t>::max());
}

TEST(ParseLaw, ReadsEveryKind) {
  EXPECT_EQ(*parseLaw("8 ms"), Law::constant(8_ms));
  EXPECT_EQ(*parseLaw("constant 8 ms"), Law::constant(8_ms));
  EXPECT_EQ(*parseLaw("exponential 8 ms"), Law::exponential(8_ms));
  EXPECT_EQ(*parseLaw("lognormal 8 ms cv 1.5"), Law::lognormal(8_ms, 1.5));
  EXPECT_EQ(*parseLaw("erlang 8 ms k 4"), Law::erlang(8_ms, 4));
  EXPECT_EQ(*parseLaw("uniform 8 ms +-50 %"), Law::uniform(8_ms, 0.5));
  EXPECT_EQ(*parseLaw("uniform 8ms+-0.5"), Law::uniform(8_ms, 0.5));
  EXPECT_EQ(*parseLaw("hyperexponential 8 ms cv 3"), Law::hyperexponential(8_ms, 3));
  EXPECT_EQ(*parseLaw("gamma 8 ms cv 0.7"), Law::gamma(8_ms, 0.7));
  EXPECT_EQ(*parseLaw("pareto 8 ms alpha 2.5"), Law::pareto(8_ms, 2.5));
  EXPECT_EQ(*parseLaw("empirical 1 ms: 50 %, 3 ms: 30 %, 10 ms: 0.2"),
            Law::empirical({{1_ms, 0.5}, {3_ms, 0.3}, {10_ms, 0.2}}));
  EXPECT_EQ(*parseLaw("empirical 1 ms, 3 ms,3 ms, 9 ms"),
            Law::empirical({{1_ms, 1}, {3_ms, 1}, {3_ms, 1}, {9_ms, 1}}));
  EXPECT_EQ(*parseLaw("quantiles 0 %: 1 ms, 99 %: 20 ms, 100 %: 90 ms"),
            Law::quantiles({{1_ms, 0}, {20_ms, 0.99}, {90_ms, 1}}));
}

// --- Refusing --------------------------------------------------------------------------------------------

struct Refusal {
  const char* text;
  const char* code;
  const char* says;
};

template <class Parse>
void expectRefusals(Parse parse, const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    const auto result = parse(refusal.text);
    ASSERT_FALSE(result.ok()) << refusal.text;
    EXPECT_EQ(result.error().code, refusal.code) << refusal.text;
    EXPECT_THAT(result.error().message, HasSubstr(refusal.says)) << refusal.text;
    EXPECT_THAT(result.error().message, HasSubstr("such as")) << "shows what would be right";
  }
}

TEST(QuantityErrors, SayWhatWasReadAndWhatWouldBeRight) {
  expectRefusals([](const char* text) { return parseDuration(text); },
                 {{"", "quantity.empty", "nothing is there"},
                  {"   ", "quantity.empty", "nothing is there"},
                  {"ms", "quantity.number", "does not begin with a number"},
                  {"20", "quantity.unit", "the unit is missing"},
                  {"20 mss", "quantity.unit", "did you mean \"ms\"?"},
                  {"20 parsecs", "quantity.unit", "\"parsecs\" is not one of its units"},
                  {"1,5 s", "quantity.number", "decimals take a point"},
                  {"1..5 s", "quantity.number", "one decimal point"},
                  {"- s", "quantity.number", "is not a number"},
                  {"1e999 s", "quantity.number", "within range"},
                  {"nan s", "quantity.number", "does not begin with a number"},
                  {"inf s", "quantity.number", "does not begin with a number"},
                  {"0x10 s", "quantity.unit", "\"x10 s\" is not one of its units"}});
  expectRefusals([](const char* text) { return parseBytes(text); },
                 {{"8 gib", "quantity.unit", "did you mean"}, {"8", "quantity.unit", "the unit is missing"}});
  expectRefusals(
      [](const char* text) { return parseRate(text); },
      {{"500", "quantity.unit", "the unit is missing"}, {"1e308 M/s", "quantity.range", "too large"}});
  expectRefusals([](const char* text) { return parseBandwidth(text); },
                 {{"10 MB", "quantity.unit", "did you mean \"MB/s\"?"}});
  expectRefusals([](const char* text) { return parseRatio(text); },
                 {{"80 percent", "quantity.unit", "is not one of its units"}});
  expectRefusals([](const char* text) { return parseCount(text); },
                 {{"2.5", "quantity.number", "not a whole number"},
                  {"1,00", "quantity.number", "groups of three"},
                  {"1,0000", "quantity.number", "groups of three"},
                  {"1000,000", "quantity.number", "groups of three"},
                  {"1e19", "quantity.range", "too large"}});
}

TEST(ParseNumbers, ReadsAListAndNamesWhatIsNone) {
  EXPECT_EQ(*parseNumbers(" 0.5, 1 ,2e3"), (std::vector<double>{0.5, 1, 2000}));
  EXPECT_TRUE(parseNumbers("  ")->empty());
  for (const char* text : {"1, two", "1,,2", "1,"}) {
    const auto numbers = parseNumbers(text);
    ASSERT_FALSE(numbers.ok()) << text;
    EXPECT_EQ(numbers.error().code, "list.number");
  }
}

TEST(LawErrors, NameTheFaultyPart) {
  expectRefusals([](const char* text) { return parseLaw(text); },
                 {{"", "law.mean", "is not a duration"},
                  {"expnential 8 ms", "law.kind", "did you mean \"exponential\"?"},
                  {"weibull 8 ms", "law.kind", "\"weibull\" is no known law"},
                  {"exponential", "law.mean", "is not a duration"},
                  {"exponential 8", "law.mean", "\"8\" is not a duration"},
                  {"exponential -8 ms", "law.mean", "negative"},
                  {"lognormal 8 ms", "law.shape_missing", "\"cv\" is missing"},
                  {"lognormal 8 ms cv -1", "law.shape", "from 0 to 100"},
                  {"lognormal 8 ms cv x", "law.shape", "from 0 to 100"},
                  {"erlang 8 ms k 2.5", "law.shape", "whole number"},
                  {"erlang 8 ms k 0", "law.shape", "whole number"},
                  {"uniform 8 ms +-120 %", "law.shape", "from 0 % to 100 %"},
                  {"hyperexponential 8 ms cv 0.5", "law.shape", "from 1 to 100"},
                  {"gamma 8 ms", "law.shape_missing", "\"cv\" is missing"},
                  {"pareto 8 ms", "law.shape_missing", "\"alpha\" is missing"},
                  {"pareto 8 ms alpha 1", "law.shape", "from 1.001 to 1000"}});
}

TEST(QuantityErrors, QuoteLongTextsInPart) {
  const auto result = parseDuration(std::string(10'000, 'x'));
  EXPECT_LT(result.error().message.size(), 300u);
}

// --- Writing ---------------------------------------------------------------------------------------------

TEST(Format, IsShortAndFamiliar) {
  EXPECT_EQ(format(20_ms), "20 ms");
  EXPECT_EQ(format(Duration::milliseconds(1200)), "1.2 s");
  EXPECT_EQ(format(90_s), "90 s");
  EXPECT_EQ(format(5_min), "5 min");
  EXPECT_EQ(format(36_h), "36 h");
  EXPECT_EQ(format(48_h), "2 d");
  EXPECT_EQ(format(Duration()), "0 s");
  EXPECT_EQ(format(Duration::nanoseconds(-1500)), "-1.5 us");
  EXPECT_EQ(format(500_rps), "500/s");
  EXPECT_EQ(format(1500_rps), "1500/s");
  EXPECT_EQ(format(100'000_rps), "100k/s");
  EXPECT_EQ(format(perSecond(1.0 / 3600)), "1/h");
  EXPECT_EQ(format(8_GiB), "8 GiB");
  EXPECT_EQ(format(500_MB), "500 MB");
  EXPECT_EQ(format(bytes(512.0 * 1024 * 1024)), "512 MiB");
  EXPECT_EQ(format(64_B), "64 B");
  EXPECT_EQ(format(bytesPerSecond(1e7)), "10 MB/s");
  EXPECT_EQ(format(bytesPerSecond(1.25e8)), "1 Gb/s");
  EXPECT_EQ(format(ratio(0.8)), "80 %");
  EXPECT_EQ(format(ratio(0.07)), "7 %");
  EXPECT_EQ(format(Count(50'000)), "50000");
  EXPECT_EQ(format(Law::lognormal(8_ms, 1.5)), "lognormal 8 ms cv 1.5");
  EXPECT_EQ(format(Law::uniform(8_ms, 0.5)), "uniform 8 ms +-50 %");
  EXPECT_EQ(format(Law::constant(8_ms)), "8 ms");
}

TEST(FormatShort, RoundsToThreeDigits) {
  EXPECT_EQ(formatShort(Duration::nanoseconds(1'234'567)), "1.23 ms");
  EXPECT_EQ(formatShort(Duration::nanoseconds(999'999)), "1 ms");
  EXPECT_EQ(formatShort(90_s), "90 s");
  EXPECT_EQ(formatShort(150_s), "2.5 min");
  EXPECT_EQ(formatShort(5_h), "5 h");
  EXPECT_EQ(formatShort(240_h), "10 d");
  EXPECT_EQ(formatShort(Duration()), "0 s");
  EXPECT_EQ(formatShort(perSecond(12'345)), "12.3k/s");
  EXPECT_EQ(formatShort(perSecond(999.9)), "1k/s");
  EXPECT_EQ(formatShort(perSecond(0)), "0/s");
  EXPECT_EQ(formatShort(8_GiB), "8 GiB");
  EXPECT_EQ(formatShort(bytes(123'456'789)), "123 MB");
  EXPECT_EQ(formatShort(bytesPerSecond(1.25e8)), "125 MB/s");
  EXPECT_EQ(formatShort(ratio(0.81234)), "81.2 %");
  EXPECT_EQ(formatShort(Count(9'999)), "9999");
  EXPECT_EQ(formatShort(Count(1'234'567)), "1.23M");
}

TEST(FormatNumber, IsShortestAndPlain) {
  EXPECT_EQ(formatNumber(0.1), "0.1");
  EXPECT_EQ(formatNumber(1e5), "100000");
  EXPECT_EQ(formatNumber(-2.5), "-2.5");
  EXPECT_EQ(formatNumber(1e20), "100000000000000000000");
  EXPECT_EQ(formatNumber(1e21), "1e21");
  EXPECT_EQ(formatNumber(1.5e-7), "1.5e-7");
  EXPECT_EQ(formatNumber(0.000001), "0.000001");
  EXPECT_EQ(formatNumber(0), "0");
  EXPECT_EQ(formatNumber(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(formatNumber(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(formatNumber(1234567, 3), "1230000");
  EXPECT_EQ(formatNumber(0.05, 3), "0.05");
  EXPECT_EQ(formatNumber(2.0 / 3, 4), "0.6667");
  EXPECT_EQ(formatNumber(std::numeric_limits<double>::max(), 2), "1.8e308");
}

// --- Round trips over random values ----------------------------------------------------------------------

/// Positive and negative doubles over the whole range of magnitudes that quantities have, some of them round.
double anyNumber(RandomStream& random) {
  const double magnitude = std::pow(10.0, static_cast<double>(random.below(30)) - 10.0);
  const double mantissa = random.chance(0.5) ? static_cast<double>(random.below(1000)) : random.uniform();
  return (random.chance(0.2) ? -1 : 1) * mantissa * magnitude;
}

constexpr int kTrips = 5'000;

template <class Value, class Parse>
void expectRoundTrip(const Value& value, Parse parse) {
  const std::string text = format(value);
  const auto again = parse(text);
  ASSERT_TRUE(again.ok()) << text << ": " << again.error().message;
  EXPECT_EQ(*again, value) << text;
}

TEST(RoundTrip, KeepsEveryQuantity) {
  RandomStream random(42);
  for (int i = 0; i < kTrips; ++i) {
    const double x = anyNumber(random);
    expectRoundTrip(perSecond(x), [](const auto& text) { return parseRate(text); });
    expectRoundTrip(bytes(x), [](const auto& text) { return parseBytes(text); });
    expectRoundTrip(bytesPerSecond(x), [](const auto& text) { return parseBandwidth(text); });
    expectRoundTrip(ratio(x), [](const auto& text) { return parseRatio(text); });
  }
}

TEST(RoundTrip, KeepsEveryDurationToTheNanosecond) {
  RandomStream random(43);
  for (int i = 0; i < kTrips; ++i) {
    const auto bits = random.next() >> (2 + random.below(61));  // all magnitudes
    const auto ns = static_cast<std::int64_t>(bits % 3'155'760'000'000'000'000u);
    expectRoundTrip(Duration::nanoseconds(random.chance(0.1) ? -ns : ns),
                    [](const auto& text) { return parseDuration(text); });
  }
}

TEST(RoundTrip, KeepsEveryCount) {
  RandomStream random(44);
  for (int i = 0; i < kTrips; ++i) {
    const auto n = static_cast<std::int64_t>(random.next() >> (1 + random.below(62)));
    expectRoundTrip(Count(random.chance(0.1) ? -n : n), [](const auto& text) { return parseCount(text); });
  }
}

TEST(RoundTrip, KeepsEveryLaw) {
  RandomStream random(45);
  for (int i = 0; i < kTrips; ++i) {
    const auto mean =
        Duration::nanoseconds(static_cast<std::int64_t>(random.next() >> (10 + random.below(50))));
    const double shape = random.chance(0.5) ? random.uniform() : random.below(101) / 100.0;
    const Law laws[] = {Law::constant(mean),
                        Law::exponential(mean),
                        Law::erlang(mean, 1 + static_cast<int>(random.below(1000))),
                        Law::lognormal(mean, shape * 100),
                        Law::uniform(mean, shape),
                        Law::hyperexponential(mean, 1 + shape * 99),
                        Law::gamma(mean, shape * 100),
                        Law::pareto(mean, 1.001 + shape * 998),
                        Law::empirical({{mean, 1}, {mean, shape + 0.1}, {1_us, 1.0 / 3}}),
                        Law::quantiles({{Duration(), 0}, {1_ns, shape}, {mean + 1_ns, 1}})};
    for (const Law& law : laws) {
      expectRoundTrip(law, [](const auto& text) { return parseLaw(text); });
    }
  }
}

TEST(RoundTrip, KeepsEveryDoubleInFormatNumber) {
  RandomStream random(46);
  for (int i = 0; i < kTrips; ++i) {
    const double value = std::bit_cast<double>(random.next());
    if (std::isfinite(value)) {
      EXPECT_EQ(std::strtod(formatNumber(value).c_str(), nullptr), value) << formatNumber(value);
    }
  }
}

TEST(Parsing, SurvivesRandomText) {
  RandomStream random(47);
  constexpr std::string_view kAlphabet = "0123456789.,-+eE kMGTKiBbnsuhdminrps/%cvk\t\xc2\xb5(";
  for (int i = 0; i < kTrips; ++i) {
    std::string text;
    for (std::uint32_t length = random.below(16); length > 0; --length) {
      text += kAlphabet[random.below(static_cast<std::uint32_t>(kAlphabet.size()))];
    }
    const auto duration = parseDuration(text);
    EXPECT_TRUE(duration.ok() || !duration.error().message.empty());
    if (duration) {
      EXPECT_EQ(*parseDuration(format(*duration)), *duration) << text;
    }
    const auto law = parseLaw(text);
    EXPECT_TRUE(law.ok() || !law.error().message.empty());
    EXPECT_EQ(
        parseCount(text).ok() && !parseRatio(text).ok() && text.find_first_of("kMG") == std::string::npos,
        false)
        << "a count without prefix is a ratio too: " << text;
  }
}

// --- Did you mean ----------------------------------------------------------------------------------------

TEST(EditDistance, CountsInsertDeleteReplaceAndSwap) {
  EXPECT_EQ(editDistance("", ""), 0u);
  EXPECT_EQ(editDistance("", "abc"), 3u);
  EXPECT_EQ(editDistance("redis", "redis"), 0u);
  EXPECT_EQ(editDistance("redis", "rediss"), 1u);
  EXPECT_EQ(editDistance("redis", "rdeis"), 1u);
  EXPECT_EQ(editDistance("redis", "radis"), 1u);
  EXPECT_EQ(editDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(editDistance("ca", "abc"), 3u);  // optimal string alignment, not full Damerau-Levenshtein (2)
}

TEST(NearestOf, FindsNearWordsOnly) {
  const std::vector<std::string> words = {"instances", "cpu_time", "servers"};
  EXPECT_EQ(nearestOf("instnaces", words), "instances");
  EXPECT_EQ(nearestOf("cputime", words), "cpu_time");
  EXPECT_EQ(nearestOf("bandwidth", words), "");
}

}  // namespace
}  // namespace cantilever
