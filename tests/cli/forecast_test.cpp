#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/exchange/file_set.h"
#include "tests/cli/run_cli.h"
#include "tests/core/exchange/temporary_folder.h"

namespace cantilever {
namespace {

using nlohmann::json;
using testing::kTemplate;
using testing::runCli;

TEST(ForecastCommand, ShowsADay) {
  const testing::CliResult result = runCli({"forecast", kTemplate, "--profile", "day"});
  EXPECT_EQ(result.exitCode, 0) << result.err;
  for (const char* word :
       {"CLASS", "page", "POOL", "HIGHEST UTILISATION", "INSTANCE HOURS", "OBJECTIVE", "LOG"}) {
    EXPECT_NE(result.out.find(word), std::string::npos) << word;
  }
}

TEST(ForecastCommand, CountsTheInstanceHoursAndTheRequestsOfADay) {
  const json day = json::parse(runCli({"forecast", kTemplate, "--profile", "day", "--json"}).out);
  EXPECT_EQ(day.at("schema"), "cantilever.forecast/1");
  EXPECT_EQ(day.at("hours").size(), 24u);
  for (const json& pool : day.at("pools")) {
    const double hours = pool.at("instance_hours").get<double>();
    if (pool.at("key") == "primary") {
      EXPECT_NEAR(hours, 24, 1e-6);
    } else if (pool.at("key") == "app") {  // from 12 at night to 33 at the peak
      EXPECT_GT(hours, 12 * 24);
      EXPECT_LT(hours, 33 * 24);
    }
  }
  // The workload's own mean, 4,736 pages a second, and its peak.
  for (const json& of : day.at("classes")) {
    if (of.at("id") == "page") {
      EXPECT_NEAR(of.at("offered").get<double>(), 4736.0 * 86'400, 1e4);
      EXPECT_NEAR(of.at("peak_offered_per_s").at("value").get<double>(), 18'600, 1e-3);
    }
  }
}

TEST(ForecastCommand, SaysWhenAnOverloadBreaksObjectives) {
  const testing::CliResult result =
      runCli({"forecast", kTemplate, "--profile", "day", "--load", "2", "--json"});
  EXPECT_EQ(result.exitCode, 1) << result.err;
  const json day = json::parse(result.out);
  ASSERT_FALSE(day.at("saturations").empty());
  EXPECT_EQ(day.at("saturations")[0].at("key"), "replicas");  // which do not scale, as the servers do
  EXPECT_TRUE(std::any_of(day.at("objectives").begin(), day.at("objectives").end(),
                          [](const json& of) { return of.at("violated_s").get<double>() > 60; }));
}

TEST(ForecastCommand, ReadsAProfileAndWritesASeries) {
  const testing::TemporaryFolder folder;
  const std::string profile = folder.path("load.csv");
  const std::string series = folder.path("series.csv");
  ASSERT_TRUE(exchange::writeFile(profile, "time,rate\n0 s,10k/s\n60,50000\n2 min,10k/s\n").ok());
  const testing::CliResult result =
      runCli({"forecast", kTemplate, "--profile", profile, "--csv", series, "--step", "10s", "--json"});
  EXPECT_EQ(result.exitCode, 0) << result.err;
  EXPECT_NEAR(json::parse(result.out).at("peak_offered_per_s").at("value").get<double>(), 50'000, 1e-3);
  const auto text = exchange::readFile(series);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(std::count(text->begin(), text->end(), '\n'), 13);
  EXPECT_EQ(text->rfind("end_s,", 0), 0u);
}

TEST(ForecastCommand, NamesTheLineOfAProfileThatIsWrong) {
  const testing::TemporaryFolder folder;
  const std::string profile = folder.path("load.csv");
  const auto complaintAbout = [&](const std::string& text) {
    EXPECT_TRUE(exchange::writeFile(profile, text).ok());
    const testing::CliResult result = runCli({"forecast", kTemplate, "--profile", profile});
    EXPECT_EQ(result.exitCode, 2);
    return result.err;
  };
  EXPECT_NE(complaintAbout("time,rate\n0,100\n60,many\n").find("load.csv:3: \"many\" is no rate"),
            std::string::npos);
  EXPECT_NE(complaintAbout("time,rate\n0,100\nlater,5\n").find("load.csv:3: \"later\" is no time"),
            std::string::npos);
  EXPECT_NE(complaintAbout("time,rate\n0,100\n60,5\n50,5\n").find("load.csv:4: The time is before"),
            std::string::npos);
  EXPECT_NE(complaintAbout("time,rate\n5,100\n60,5\n").find("load.csv:2: The first time must be 0"),
            std::string::npos);
  EXPECT_NE(complaintAbout("when,rate\n0,100\n60,5\n").find("\"time\" and \"rate\""), std::string::npos);
  EXPECT_EQ(runCli({"forecast", kTemplate, "--profile", "fortnight"}).exitCode, 2);
}

}  // namespace
}  // namespace cantilever
