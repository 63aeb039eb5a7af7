#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/exchange/file_set.h"
#include "tests/cli/run_cli.h"
#include "tests/core/exchange/temporary_folder.h"

namespace cantilever {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::kTemplate;
using testing::runCli;

double valueOf(const json& sheet, const std::string& key) {
  for (const json& line : sheet.at("lines")) {
    if (line.at("key") == key) {
      return line.at("value").get<double>();
    }
  }
  ADD_FAILURE() << "no line " << key;
  return 0;
}

TEST(EstimateCommand, ReckonsFromWhatIsSet) {
  const testing::CliResult result =
      runCli({"estimate", "--set", "monthly_users=300M", "--set", "daily_share=50%", "--set",
              "requests_per_user=2", "--set", "write_share=100 %", "--set", "media_share=10 %", "--json"});
  ASSERT_EQ(result.exitCode, 0) << result.err;
  const json sheet = json::parse(result.out);
  EXPECT_DOUBLE_EQ(valueOf(sheet, "peak_rate"), 2 * 300e6 / 86'400);
  EXPECT_NEAR(valueOf(sheet, "media_per_day"), 30e12, 1);
  EXPECT_FALSE(sheet.contains("workloads"));
}

TEST(EstimateCommand, ShowsEachStepWithItsWorking) {
  const testing::CliResult result =
      runCli({"estimate", "--set", "daily_users=5M", "--set", "peak_rate=2k/s"});
  EXPECT_EQ(result.exitCode, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("= 5M \u00d7 10\n"));
  EXPECT_THAT(result.out, HasSubstr("typed, instead of 579/s \u00d7 2\n"));
  EXPECT_THAT(result.out, HasSubstr("default\n"));
  EXPECT_THAT(result.out, HasSubstr("Cache memory"));
}

TEST(EstimateCommand, SaysWhatIsWrong) {
  const auto complaintAbout = [](const char* setting) {
    const testing::CliResult result = runCli({"estimate", "--set", setting});
    EXPECT_EQ(result.exitCode, 2) << setting;
    return result.err;
  };
  EXPECT_THAT(complaintAbout("dayly_users=5M"), HasSubstr("did you mean \"daily_users\"?"));
  EXPECT_THAT(complaintAbout("daily_users"), HasSubstr("write NAME=VALUE"));
  EXPECT_THAT(complaintAbout("daily_users=many"), HasSubstr("\"Daily users\": \"many\" is not a number"));
  EXPECT_THAT(complaintAbout("write_share=150 %"), HasSubstr("must be from 0 % to 100 %"));
  EXPECT_THAT(runCli({"estimate", "-o", "x.cantilever.json"}).err, HasSubstr("--design"));
  EXPECT_EQ(runCli({"estimate", "-o", "x.cantilever.json"}).exitCode, 2);
}

TEST(EstimateCommand, SetsTheLoadOfADesignAndStoresTheSheetInIt) {
  const testing::TemporaryFolder folder;
  const std::string file = folder.path("mine.cantilever.json");
  const testing::CliResult result = runCli(
      {"estimate", "--design", kTemplate, "--set", "mean_rate=2k/s", "--set", "peak_factor=4", "-o", file});
  ASSERT_EQ(result.exitCode, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("LOAD"));
  const json design = json::parse(*exchange::readFile(file));
  EXPECT_EQ(design.at("estimate"), (json{{"mean_rate", "2k/s"}, {"peak_factor", "4"}}));
  // The stored sheet is where the next call begins; an empty value takes a line out again.
  const json again =
      json::parse(runCli({"estimate", "--design", file, "--set", "peak_factor=", "--json"}).out);
  EXPECT_EQ(valueOf(again, "mean_rate"), 2'000);
  EXPECT_EQ(valueOf(again, "peak_rate"), 4'000);
  double peak = 0;
  for (const json& load : again.at("workloads")) {
    peak += load.at("peak_per_s").get<double>();
  }
  EXPECT_NEAR(peak, 4'000, 1e-6);
  // What was written is what runs: 8,000 requests a second at the peak.
  double offered = 0;
  for (const json& load : design.at("workloads")) {
    offered += parseRate(load.at("peak").get<std::string>())->raw();
  }
  EXPECT_NEAR(offered, 8'000, 1e-6);
}

}  // namespace
}  // namespace cantilever
