#include "core/exchange/action_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "tests/core/design_builder.h"

namespace cantilever::exchange {
namespace {

using namespace literals;
using ::testing::HasSubstr;

std::shared_ptr<const plan::Plan> somePlan() {
  const Design drawn = test::design()
                           .zone("here", ZoneKind::Region)
                           .block("users", "source")
                           .block("web", "pool")
                           .in("here")
                           .param("instances", 3)
                           .link("users", "web")
                           .workload("users", 10_rps);
  const compile::Compiled compiled = compile::compile(drawn, catalog::Catalog::builtIn());
  EXPECT_NE(compiled.plan, nullptr);
  return compiled.plan;
}

Result<ActionLog> readLog(const std::string& action) {
  return readActionLog(R"({"schema": "cantilever.run/1", "lead_in_ms": 250, "actions": [)" + action + "]}",
                       "run.json", *somePlan());
}

TEST(ActionLog, IsRead) {
  const auto log = readLog(
      R"({"at_ms": 1500, "change": "kill_instances", "pool": "web", "first_instance": 1, "last_instance": 2})");
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_EQ(log->leadIn, 250_ms);
  ASSERT_EQ(log->actions.size(), 1u);
  EXPECT_EQ(log->actions.front().at, 1500_ms);
  EXPECT_EQ(log->actions.front().pool, 0u);
  EXPECT_EQ(log->actions.front().lastInstance, 2u);
}

TEST(ActionLog, OfAnImpossibleLeadInIsRefused) {
  const auto log = readActionLog(R"({"schema": "cantilever.run/1", "lead_in_ms": -1, "actions": []})",
                                 "run.json", *somePlan());
  ASSERT_FALSE(log.ok());
  EXPECT_NE(log.error().message.find("lead-in"), std::string::npos);
}

// Whatever a log says, a run is never asked to do what cannot be done.
TEST(ActionLog, OfWhatCannotBeDoneIsRefusedWithTheReason) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"at_ms": 1, "change": "kill_instances"})", "no pool"},
      {R"({"at_ms": 1, "change": "speed", "pool": "web", "value": 2000})", "too large"},
      {R"({"at_ms": 1, "change": "speed", "pool": "web", "first_instance": 1})", "room"},
      {R"({"at_ms": 1, "change": "kill_instances", "pool": "web", "first_instance": 2, "last_instance": 9})",
       "room"},
      {R"({"at_ms": 1, "change": "kill_instances", "pool": "web", "first_instance": 0.5})", "first_instance"},
      {R"({"at_ms": 1, "change": "add_latency", "value": 1})", "no link"},
      {R"({"at_ms": 1, "change": "fail_calls", "link": "users-web", "value": 3})", "too large"},
      {R"({"at_ms": 1, "change": "zone_outage"})", "no zone"},
      {R"({"at_ms": 1, "change": "partition"})", "no zone"},
      {R"({"at_ms": 1, "change": "set_flag", "value": 1})", "no flag"},
      {R"({"at_ms": 1, "change": "stop_control"})", "no control"},
      {R"({"at_ms": 1, "change": "seek_group"})", "no group"},
      {R"({"at_ms": 1, "change": "drain"})", "no pool"},
      {R"({"at_ms": 1, "change": "promote", "pool": "web"})", "no copy to take over"},
      {R"({"at_ms": 1, "change": "instance_weight"})", "no pool"},
      {R"({"at_ms": 1, "change": "route_weight", "link": "users-db"})", "does not have"},
      {R"({"at_ms": 1, "change": "route_weight"})", "no link"},
      {R"({"at_ms": 1, "change": "set_size", "tokens": "web"})", "does not have"},
      {R"({"at_ms": 1, "change": "set_rate"})", "no tokens"},
      {R"({"at_ms": 1, "change": "scale_latency", "link": "users-web", "value": 1e12})", "too large"},
      {R"({"at_ms": 1, "change": "scale_zone_latency"})", "no zone"},
      {R"({"at_ms": 1, "change": "load_factor", "value": -5})", "negative"},
      {R"({"at_ms": 1, "change": "load_factor", "value": "much"})", "no number"},
      {R"({"at_ms": "soon", "change": "load_factor"})", "no number"},
      {R"({"at_ms": 1e300, "change": "load_factor"})", "100 years"},
      {R"({"at_ms": -1, "change": "load_factor"})", "100 years"},
      {R"({"at_ms": 1, "change": "explode"})", "change"},
      {R"(7)", "change"},
  };
  for (const auto& [action, reason] : wrong) {
    const auto actions = readLog(action);
    ASSERT_FALSE(actions.ok()) << action;
    EXPECT_THAT(actions.error().message, HasSubstr(reason)) << action;
    EXPECT_THAT(actions.error().where, HasSubstr("run.json")) << action;
  }
}

}  // namespace
}  // namespace cantilever::exchange
