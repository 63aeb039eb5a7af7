#include "core/estimate/sheet_lines.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/base/quantities.h"
#include "core/estimate/expression.h"

namespace cantilever::estimate {
namespace {

/// A sheet as somebody types it.
Sheet typed(const std::vector<std::pair<std::string, std::string>>& entries) {
  Sheet sheet;
  for (const auto& [key, text] : entries) {
    const LineSpec* line = findLine(key);
    if (line == nullptr) {
      ADD_FAILURE() << key;
      continue;
    }
    const Result<double> value = parse(*line, text);
    EXPECT_TRUE(value.ok()) << (value ? "" : value.error().message);
    sheet.typed[key] = value ? *value : 0;
  }
  return sheet;
}

/// Published texts round boldly: 3,472 is "about 3,500".
void expectAbout(const Lines& lines, const std::string& key, double published, double within) {
  EXPECT_NEAR(valueIn(lines, key), published, within * published) << key;
}

TEST(Sheet, LinesStandBehindWhatTheyAreReckonedFrom) {
  std::set<std::string> above = {"day", "days_a_year"};
  for (const LineSpec& line : sheetLines()) {
    for (const std::string& name : namesIn(line.formula)) {
      EXPECT_TRUE(above.contains(name)) << line.key << " uses " << name;
    }
    EXPECT_TRUE(above.insert(line.key).second) << line.key << " is there twice";
    EXPECT_FALSE(line.label.empty() || line.group.empty()) << line.key;
    EXPECT_LT(line.least, line.most) << line.key;
    if (line.formula.empty()) {
      EXPECT_TRUE(check(line.key, line.otherwise).ok()) << line.key;
      EXPECT_FALSE(line.source.empty()) << line.key << ": where does its default come from?";
    }
  }
}

// Xu, System Design Interview, 2nd edition, 2020, chapter 2: 300 M monthly users, half of them daily, two
// tweets each, a tenth with media of 1 MB, kept for five years. "About 3,500" and "7,000" a second, 30 TB of
// media a day, "about 55 PB".
TEST(Sheet, ReckonsTwitterAsXuDoes) {
  const Lines lines = reckon(typed({{"monthly_users", "300 M"},
                                    {"daily_share", "50 %"},
                                    {"requests_per_user", "2"},
                                    {"write_share", "100 %"},
                                    {"peak_factor", "2"},
                                    {"object_size", "204 B"},
                                    {"media_share", "10 %"},
                                    {"media_size", "1 MB"},
                                    {"retention", "5 y"}}));
  EXPECT_DOUBLE_EQ(valueIn(lines, "daily_users"), 150e6);
  EXPECT_DOUBLE_EQ(valueIn(lines, "mean_rate"), 300e6 / 86'400);
  expectAbout(lines, "mean_rate", 3'500, 0.01);
  expectAbout(lines, "peak_rate", 7'000, 0.01);
  EXPECT_NEAR(valueIn(lines, "media_per_day"), 30e12, 1);
  EXPECT_NEAR(valueIn(lines, "media_kept"), 54.75e15, 1e3);
  // With the text of the tweets, which Xu leaves out: 300 M x 204 B more a day.
  EXPECT_NEAR(valueIn(lines, "storage_per_day"), 30e12 + 300e6 * 204, 1);
  EXPECT_EQ(valueIn(lines, "read_rate"), 0);
}

// Singh, System Design, 2022 (github.com/karanpratapsingh/system-design), Twitter: 200 M daily users, five
// tweets each, 100 bytes, a tenth with media of 50 KB; "12 thousand" a second, "5.1 TB a day", "about 19 PB"
// in ten years, "60 MB a second".
TEST(Sheet, ReckonsTwitterAsSinghDoes) {
  const Lines lines = reckon(typed({{"daily_users", "200M"},
                                    {"requests_per_user", "5"},
                                    {"write_share", "1"},
                                    {"object_size", "100 B"},
                                    {"media_share", "10 %"},
                                    {"media_size", "50 KB"},
                                    {"retention", "10 y"}}));
  EXPECT_DOUBLE_EQ(valueIn(lines, "requests_per_day"), 1e9);
  expectAbout(lines, "mean_rate", 12'000, 0.04);
  EXPECT_NEAR(valueIn(lines, "storage_per_day"), 5.1e12, 1);
  expectAbout(lines, "storage_kept", 19e15, 0.025);
  expectAbout(lines, "bandwidth_in", 60e6, 0.02);
}

// Design Gurus, Grokking the System Design Interview, "Designing a URL shortening service": 500 M new URLs a
// month and a hundred times as many look-ups, 500 bytes each, kept for five years: 200 and 20,000 a second,
// 100 KB and 10 MB a second, 15 TB, and 170 GB to cache a fifth of a day's look-ups.
TEST(Sheet, ReckonsAUrlShortenerAsGrokkingDoes) {
  Sheet sheet = typed({{"object_size", "500 B"}, {"retention", "5 y"}, {"working_share", "20 %"}});
  sheet.typed["requests_per_day"] = 101 * 500e6 / 30;
  sheet.typed["write_share"] = 1.0 / 101;
  const Lines lines = reckon(sheet);
  expectAbout(lines, "write_rate", 200, 0.04);
  expectAbout(lines, "read_rate", 20'000, 0.04);
  expectAbout(lines, "bandwidth_in", 100e3, 0.04);
  expectAbout(lines, "bandwidth_out", 10e6, 0.04);
  expectAbout(lines, "storage_kept", 15e12, 0.02);
  expectAbout(lines, "cache_memory", 170e9, 0.02);
}

TEST(Sheet, WhatIsTypedReplacesTheFormulaAndIsFollowed) {
  const Lines before = reckon({});
  Lines lines = reckon(typed({{"mean_rate", "1000/s"}, {"peak_factor", "3"}}));
  EXPECT_EQ(valueIn(lines, "daily_users"), valueIn(before, "daily_users"));
  EXPECT_EQ(valueIn(lines, "peak_rate"), 3'000);
  EXPECT_EQ(valueIn(lines, "write_rate"), 100);
  EXPECT_EQ(valueIn(lines, "writes_per_day"), 8.64e6);
  // The peak of writes follows a peak that is typed.
  lines = reckon(typed({{"mean_rate", "1000/s"}, {"peak_rate", "5k/s"}}));
  EXPECT_DOUBLE_EQ(valueIn(lines, "peak_write_rate"), 500);
  EXPECT_DOUBLE_EQ(valueIn(lines, "peak_read_rate"), 4'500);
  const auto originOf = [&lines](std::string_view key) {
    return lines[static_cast<std::size_t>(findLine(key) - sheetLines().data())].origin;
  };
  EXPECT_EQ(originOf("peak_rate"), Origin::Typed);
  EXPECT_EQ(originOf("peak_factor"), Origin::Default);
  EXPECT_EQ(originOf("peak_write_rate"), Origin::Reckoned);
}

// Utilisation law: 7,000/s x 10 ms keep 70 workers busy; at 70 % that takes 100, of which four are a server.
TEST(Sheet, CountsServersByTheUtilisationLaw) {
  const Lines lines = reckon(typed(
      {{"peak_rate", "7k/s"}, {"service_time", "10 ms"}, {"workers", "4"}, {"target_utilisation", "70 %"}}));
  EXPECT_EQ(valueIn(lines, "servers"), 25);
  EXPECT_EQ(valueIn(reckon(typed({{"peak_rate", "7001/s"}})), "servers"), 26);
}

TEST(Sheet, TellsPowersOfTenFromPowersOfTwo) {
  const LineSpec& size = *findLine("media_size");
  EXPECT_EQ(*parse(size, "1 MB"), 1e6);
  EXPECT_EQ(*parse(size, "1 MiB"), 1048576.0);
  EXPECT_EQ(*parse(*findLine("bandwidth_out"), "80 Mb/s"), 10e6);
  EXPECT_EQ(*parse(*findLine("retention"), "2 y"), 2 * 365 * 86'400.0);
  EXPECT_EQ(*parse(*findLine("monthly_users"), "1.5 B"), 1.5e9);
  EXPECT_EQ(formatShort(Unit::Bytes, 54.75e15), "54.8 PB");
  EXPECT_EQ(format(Unit::Bytes, 8589934592.0), "8 GiB");
  EXPECT_EQ(format(Unit::Duration, 5 * 365 * 86'400.0), "5 y");
  EXPECT_EQ(formatShort(Unit::Number, 300e6), "300M");
}

TEST(Sheet, ValuesReadBackAsTheyWereWritten) {
  for (const LineSpec& line : sheetLines()) {
    for (const double value :
         {line.least, line.least + 0.37 * (std::min(line.most, 1e6) - line.least), line.most}) {
      const double exact = line.unit == Unit::Duration ? Duration::seconds(value).inSeconds() : value;
      const Result<double> read = parse(line, format(line.unit, exact));
      ASSERT_TRUE(read.ok()) << line.key << ": " << read.error().message;
      EXPECT_EQ(*read, exact) << line.key;
    }
  }
}

TEST(Sheet, SaysWhatIsWrongWithAValue) {
  const auto complaint = [](const char* key, const char* text) {
    const Result<double> value = parse(*findLine(key), text);
    return value ? std::string("accepted") : value.error().code + ": " + value.error().message;
  };
  EXPECT_EQ(complaint("daily_share", "150 %"),
            "estimate.out_of_range: \"Share that comes daily\" must be from 0 % to 100 %.");
  EXPECT_EQ(
      complaint("peak_factor", "0.5").rfind("estimate.out_of_range: \"Peak factor\" must be from 1 to", 0),
      0u);
  EXPECT_EQ(complaint("media_size", "1 apple").rfind("estimate.malformed: \"Medium\": ", 0), 0u);
  EXPECT_EQ(complaint("media_size", "12").rfind("estimate.malformed: ", 0), 0u) << "a unit is needed";
  EXPECT_EQ(complaint("monthly_users", "-1").rfind("estimate.out_of_range", 0), 0u);
  EXPECT_EQ(check("dayly_users", 1).error().code, "estimate.unknown_line");
  EXPECT_NE(check("dayly_users", 1).error().message.find("\"daily_users\""), std::string::npos);
  EXPECT_FALSE(check("daily_users", std::numeric_limits<double>::quiet_NaN()).ok());
}

TEST(Sheet, IgnoresWhatCannotBe) {
  Sheet sheet;
  sheet.typed = {
      {"no_such_line", 1}, {"daily_share", 7}, {"daily_users", std::numeric_limits<double>::infinity()}};
  const Lines lines = reckon(sheet);
  EXPECT_EQ(valueIn(lines, "daily_users"), valueIn(reckon({}), "daily_users"));
}

TEST(Sheet, ShowsItsWorking) {
  const Lines lines = reckon(typed({{"daily_users", "5M"}}));
  EXPECT_EQ(formulaText(*findLine("requests_per_day")), "Daily users \u00d7 Requests a user and day");
  EXPECT_EQ(workingText(lines, *findLine("requests_per_day")), "5M \u00d7 10");
  EXPECT_EQ(workingText(lines, *findLine("mean_rate")), "50M / 86,400 s");
  EXPECT_EQ(formulaText(*findLine("monthly_users")), "");
}

}  // namespace
}  // namespace cantilever::estimate
