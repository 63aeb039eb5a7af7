#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/run_cli.h"

namespace cantilever {
namespace {

using testing::kTemplate;
using testing::runCli;

TEST(SolveCommand, ShowsASteadyState) {
  const testing::CliResult result = runCli({"solve", kTemplate});
  EXPECT_EQ(result.exitCode, 0) << result.err;
  for (const char* word :
       {"CLASS", "page", "POOL", "UTILISATION", "SATURATES", "CONSUMERS", "ONE INSTANCE MORE OF"}) {
    EXPECT_NE(result.out.find(word), std::string::npos) << word;
  }
}

TEST(SolveCommand, SaysWhatIsUnstable) {
  const testing::CliResult result = runCli({"solve", kTemplate, "--load", "3"});
  EXPECT_EQ(result.exitCode, 1);
  EXPECT_NE(result.out.find("UNSTABLE: the backlog of app grows by"), std::string::npos) << result.out;
}

TEST(SolveCommand, MarksEveryFigure) {
  const auto solution = nlohmann::json::parse(runCli({"solve", kTemplate, "--json"}).out);
  EXPECT_EQ(solution.at("schema"), "cantilever.solution/1");
  for (const auto& of : solution.at("classes")) {
    for (const char* figure :
         {"mean_ms", "p50_ms", "p95_ms", "p99_ms", "success_ratio", "availability_ratio"}) {
      EXPECT_TRUE(of.at(figure).contains("exactness")) << figure;
    }
  }
}

TEST(SolveCommand, RefusesALoadThatIsNone) {
  EXPECT_EQ(runCli({"solve", kTemplate, "--load", "0"}).exitCode, 2);
}

}  // namespace
}  // namespace cantilever
