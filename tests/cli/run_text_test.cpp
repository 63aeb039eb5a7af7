#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/exchange/file_set.h"
#include "tests/cli/run_cli.h"
#include "tests/core/exchange/temporary_folder.h"

/// What `cantilever-cli simulate` says of a run.
namespace cantilever {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::CliResult;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::runCli;

class RunText : public ::testing::Test {
 protected:
  /// Users, then a block of that type, then a station of 1 ms without limits.
  CliResult simulate(const std::string& type, const std::string& params, const std::string& rate,
                     std::vector<std::string> more = {}) {
    const std::string path = m_folder.path("it.cantilever.json");
    EXPECT_TRUE(exchange::writeFile(path, R"({"schema": "cantilever.design/1", "name": "It",
  "classes": [{"id": "job"}],
  "workloads": [{"id": "jobs", "class": "job", "entry": "users", "peak": ")" +
                                              rate + R"(/s", "mean": "1/s"}],
  "objectives": [{"id": "good", "metric": "success_ratio", "limit": "99 %"}],
  "blocks": [{"id": "users", "type": "source"}, {"id": "it", "type": ")" +
                                              type + R"(", "params": {)" + params + R"(}},
             {"id": "rest", "type": "delay", "params": {"delay": "1 ms"}}],
  "links": [{"id": "in", "from": "users", "to": "it"}, {"id": "on", "from": "it", "to": "rest"}]})")
                    .ok());
    std::vector<std::string> arguments{"simulate", path, "--duration", "80s", "--warmup", "0s"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runCli(arguments);
  }

  testing::TemporaryFolder m_folder;
};

TEST_F(RunText, SaysThatAQueueGrowsAndMarksWhatIsNoResult) {
  const CliResult result = simulate("pool", R"("service": "exponential 10 ms")", "150");
  EXPECT_EQ(result.exitCode, 1) << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("UNSTABLE: the backlog grows by"), HasSubstr("most before it"), HasSubstr("* "),
                    HasSubstr("there is no mean to come to"), HasSubstr("saturated")));
  const json stability =
      json::parse(simulate("pool", R"("service": "exponential 10 ms")", "150", {"--json"}).out)
          .at("stability");
  EXPECT_EQ(stability.at("verdict"), "unstable");
  EXPECT_EQ(stability.at("growing_kind"), "pool");
  EXPECT_EQ(stability.at("growing_key"), "it");
  EXPECT_NEAR(stability.at("backlog_growth_per_s").get<double>(), 50, 10);
}

TEST_F(RunText, SaysThatALimitIsAskedForMoreThanItGives) {
  const CliResult result =
      simulate("tokens", R"("refill": "continuous", "rate": "100/s", "when_short": "wait")", "150");
  EXPECT_EQ(result.exitCode, 1) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("UNSTABLE: the backlog grows by"), HasSubstr("most before it")));
}

TEST_F(RunText, HasTheColumnsThatThereIsSomethingFor) {
  const CliResult calm = simulate("pool", R"("service": "exponential 10 ms")", "50");
  EXPECT_EQ(calm.exitCode, 0) << calm.err;
  EXPECT_THAT(calm.out,
              AllOf(HasSubstr("Steady:"), HasSubstr("P99.9"), HasSubstr("MAX"), HasSubstr("at once"),
                    HasSubstr("WINDOWS HELD"), HasSubstr("3 of 3"), Not(HasSubstr("*"))));
  EXPECT_THAT(calm.out,
              AllOf(Not(HasSubstr("OCCUPANCY")), Not(HasSubstr("REFUSED")), Not(HasSubstr("ADMITTED")),
                    Not(HasSubstr("ORPHANED")), Not(HasSubstr("Detached"))));
  const CliResult full =
      simulate("pool", R"("service": "exponential 10 ms", "seats": 1, "queue_limit": 2)", "100");
  EXPECT_THAT(full.out, AllOf(HasSubstr("OCCUPANCY"), HasSubstr("REFUSED"), HasSubstr("ADMITTED")));
}

// Room for twenty, of which two are there.
TEST_F(RunText, CountsTheInstancesThatThereWereAndNotTheRoomForThem) {
  const CliResult result = simulate(
      "pool", R"("instances": 2, "service": "1 ms", "scale_on": "utilisation", "max_instances": 20)", "10");
  const std::size_t table = result.out.find("POOL");
  ASSERT_NE(table, std::string::npos);
  const std::size_t row = result.out.find("\nit ", table);
  ASSERT_NE(row, std::string::npos);
  EXPECT_THAT(result.out.substr(row, result.out.find('\n', row + 1) - row), Not(HasSubstr(" 20 ")));
}

}  // namespace
}  // namespace cantilever
