#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/plan_maker.h"

/// What the primitives say to the engines, word for word.
namespace cantilever::catalog {
namespace {

using namespace literals;
using test::design;
using ::testing::HasSubstr;

std::string planOf(const Design& design) {
  const compile::Compiled compiled = compile::compile(design, Catalog::builtIn());
  if (compiled.plan == nullptr) {
    return compiled.diagnostics.front().message;
  }
  return test::textOf(*compiled.plan);
}

TEST(Primitives, AnMM1QueueIsASourceAndAPool) {
  EXPECT_EQ(planOf(design()
                       .block("arrivals", "source")
                       .block("server", "pool")
                       .param("service", Law::exponential(8_ms))
                       .link("arrivals", "server")
                       .workload("arrivals", 100_rps)),
            "class request\n"
            "pool server 1x1 seats 0 limit 4294967295 queue 0\n"
            "elastic server: room 1 needed 1 boot 1 min drain 30 s\n"
            "link arrivals-server to server latency 0 s timeout 0 s balancing 0\n"
            "source arrivals-request request 100/s 0 runs arrivals/source\n"
            "program arrivals/source: Call arrivals-server; End\n"
            "program server: Work exponential 8 ms; End\n");
}

TEST(Primitives, APoolPassesItsSizeAndQueueOn) {
  const std::string plan = planOf(design()
                                      .block("server", "pool")
                                      .param("instances", 3)
                                      .param("servers", 4)
                                      .param("seats", 200)
                                      .param("queue", "per_instance")
                                      .param("queue_limit", 0));
  EXPECT_THAT(plan, HasSubstr("pool server 3x4 seats 200 limit 0 queue 1\n"));
}

TEST(Primitives, APoolPassesItsOrderPatienceAndSpeedsOn) {
  int number = 0;
  for (const char* order : {"fifo", "lifo", "priority", "preemptive", "sharing"}) {
    const std::string plan = planOf(design().block("server", "pool").param("order", order));
    const std::string expected = number == 0 ? "queue 0\n" : "queue 0 order " + formatNumber(number) + "\n";
    EXPECT_THAT(plan, HasSubstr(expected));
    ++number;
  }
  const std::string plan = planOf(design()
                                      .block("server", "pool")
                                      .param("instances", 3)
                                      .param("patience", Law::exponential(2_s))
                                      .param("contention", ratio(0.02))
                                      .param("speeds", std::string("0.5, 2")));
  EXPECT_THAT(plan, HasSubstr("queue 0 patience exponential 2 s slowed 0.02 0 speed 0.5 speed 2\n"));
}

TEST(Primitives, APoolThatBlocksHasRoomForOne) {
  const std::string plan =
      planOf(design().block("server", "pool").param("overflow", "block").param("queue_limit", 0));
  EXPECT_THAT(plan, HasSubstr("limit 1 queue 0 blocks\n"));
}

TEST(Primitives, APoolSaysWhatIsWrongWithItsSpeeds) {
  const ParamSpec* speeds = Catalog::builtIn().find("pool")->find("speeds");
  EXPECT_THAT(speeds->parse("0.5, x").error().message, HasSubstr("\"x\" is not a number"));
  EXPECT_THAT(speeds->parse("-1").error().message, HasSubstr("between 0 and 1,000"));
  EXPECT_TRUE(speeds->parse("").ok());
  EXPECT_THAT(planOf(design().block("server", "pool").param("speeds", std::string("fast"))),
              HasSubstr("\"fast\" is not a number"));
}

// One of two instances at a tenth of the speed: less capacity than the two promise.
TEST(Primitives, ASlowInstanceCountsForLess) {
  const auto remarks = [](const char* speeds) {
    const compile::Compiled compiled = compile::compile(design()
                                                            .block("in", "source")
                                                            .block("server", "pool")
                                                            .param("instances", 2)
                                                            .param("service", Law::exponential(10_ms))
                                                            .param("speeds", std::string(speeds))
                                                            .link("in", "server")
                                                            .workload("in", 150_rps),
                                                        Catalog::builtIn());
    return std::count_if(compiled.diagnostics.begin(), compiled.diagnostics.end(),
                         [](const Diagnostic& each) { return each.code == "pool.saturated"; });
  };
  EXPECT_EQ(remarks(""), 0);
  EXPECT_EQ(remarks("0.1"), 1);
}

TEST(Primitives, APoolCallsOnwardAfterItsService) {
  const std::string plan = planOf(design()
                                      .block("server", "pool")
                                      .param("service", Law::constant(1_ms))
                                      .block("next", "delay")
                                      .param("delay", Law::constant(2_ms))
                                      .link("server", "next"));
  EXPECT_THAT(plan, HasSubstr("program server: Work 1 ms; Call server-next; End\n"));
  EXPECT_THAT(plan, HasSubstr("program next: Work 2 ms; End\n"));
  EXPECT_THAT(plan, HasSubstr("pool next 1x0 "));  // unlimited servers
}

TEST(Primitives, ChooseTakesOneOfItsLinks) {
  const std::string plan = planOf(design()
                                      .block("fate", "choose")
                                      .block("a", "delay")
                                      .block("b", "delay")
                                      .link("fate", "a")
                                      .weight(1)
                                      .link("fate", "b")
                                      .role(LinkRole::Route)
                                      .weight(3)
                                      .link("fate", "b")
                                      .role(LinkRole::Standby));
  EXPECT_THAT(plan, HasSubstr("program fate: IfChance 0.25 ->3; Call fate-b; Jump ->4; Call fate-a; End\n"));
}

TEST(Primitives, ForkCallsAllAtOnceAndWaitsForAsManyAsAreNeeded) {
  test::DesignBuilder builder = design()
                                    .block("fan", "fork")
                                    .block("a", "delay")
                                    .block("b", "delay")
                                    .link("fan", "a")
                                    .link("fan", "b")
                                    .calls(2);
  EXPECT_THAT(planOf(builder),
              HasSubstr("program fan: Parallel 3 of 3; Branch fan-a; Branch fan-b; Branch fan-b; End\n"));
  Design quorum = builder;
  Block fan = *quorum.blocks.find(BlockId("fan"));
  fan.params["needed"] = Count(2);
  quorum.blocks.put(fan);
  EXPECT_THAT(planOf(quorum), HasSubstr("program fan: Parallel 2 of 3;"));
}

TEST(Primitives, ACacheReadsThroughForCacheableClasses) {
  const Design shop = design()
                          .requestClass("get", Access::Read, true)
                          .requestClass("put", Access::Write)
                          .block("cache", "cache")
                          .param("capacity", 100)
                          .param("eviction", "random")
                          .param("single_flight", true)
                          .param("writes", "refresh")
                          .block("origin", "delay")
                          .link("cache", "origin");
  const std::string plan = planOf(shop);
  EXPECT_THAT(plan, HasSubstr("cache cache of cache capacity 100 eviction 3 ttl 0 s from 0 single flight 1"));
  EXPECT_THAT(plan,
              HasSubstr("program cache/read_through: IfClass {get} ->5; Call cache-origin; Drop cache; "
                        "Fill cache; Jump ->9; Look cache ->9; Call cache-origin; Fill cache; Jump ->9; "
                        "End\n"));
}

// Look-aside: the miss is a failed call; what the on-miss link brought goes back by a call of its own.
TEST(Primitives, ACacheCanBeLookedUpAside) {
  const Design shop = design()
                          .requestClass("get", Access::Read, true)
                          .block("app", "pool")
                          .param("service", Law::constant(1_ms))
                          .block("cache", "cache")
                          .block("origin", "delay")
                          .link("app", "cache")
                          .role(LinkRole::Lookup)
                          .link("app", "origin")
                          .role(LinkRole::OnMiss);
  const std::string plan = planOf(shop);
  EXPECT_THAT(plan, HasSubstr("program app: Work 1 ms; Call app-cache ->3; Jump ->5; Call app-origin; Call "
                              "app-cache/fill ->5; End\n"));
  EXPECT_THAT(plan, HasSubstr("link app-cache to cache/lookup"));
  EXPECT_THAT(plan, HasSubstr("link app-cache/fill to cache/fill"));
}

TEST(Primitives, LookingUpAsideHitsAsOftenAsReadingThrough) {
  const auto shop = [](bool isAside) {
    test::DesignBuilder builder = design()
                                      .requestClass("get", Access::Read, true)
                                      .classParam("get", "keys", 12)
                                      .classParam("get", "key_exponent", 1.0)
                                      .block("users", "source")
                                      .block("app", "pool")
                                      .param("service", Law::constant(1_us))
                                      .block("cache", "cache")
                                      .param("capacity", 4)
                                      .block("origin", "delay")
                                      .param("delay", Law::constant(Duration()))
                                      .link("users", "app")
                                      .workload("users", 1000_rps, "get")
                                      .link("app", "cache");
    if (isAside) {
      builder.role(LinkRole::Lookup).link("app", "origin").role(LinkRole::OnMiss);
    } else {
      builder.link("cache", "origin");
    }
    const compile::Compiled compiled = compile::compile(builder, Catalog::builtIn());
    EXPECT_NE(compiled.plan, nullptr);
    EXPECT_NEAR(compiled.visits->hitRatio[0], 0.5274982768, 1e-6);
    sim::RunConfig config;
    config.duration = 50_s;
    const sim::RunResult run = *sim::simulate(compiled.plan, config);
    EXPECT_EQ(run.classes[0].failedTotal(), 0u);
    return static_cast<double>(run.caches[0].hits) / static_cast<double>(run.caches[0].lookups);
  };
  EXPECT_NEAR(shop(false), 0.5294594768, 0.01);  // King 1971
  EXPECT_DOUBLE_EQ(shop(true), shop(false));
}

TEST(Primitives, TokensStandBeforeWhatTheyProtect) {
  test::DesignBuilder builder = design()
                                    .block("limit", "tokens")
                                    .param("size", 5)
                                    .param("refill", "sliding_window")
                                    .param("window", 2_s)
                                    .param("scope", "key")
                                    .param("when_short", "refuse")
                                    .param("reserve", 1)
                                    .block("app", "delay")
                                    .link("limit", "app");
  const std::string plan = planOf(builder);
  EXPECT_THAT(plan,
              HasSubstr("tokens limit 5 refill 3 rate 100/s window 2 s scope 3 waits 0 limit 4294967295 "
                        "patience none by priority 0 reserve 1\n"));
  EXPECT_THAT(plan, HasSubstr("program limit/pass: Take 1 limit; Call limit-app; End\n"));
  EXPECT_THAT(plan, HasSubstr("program limit/check: Take 1 limit; End\n"));
}

TEST(Primitives, AFanOutLeavesOutCelebrities) {
  test::DesignBuilder builder = design()
                                    .block("posts", "fanout")
                                    .param("targets", "power_law")
                                    .param("skip_above", 1000)
                                    .param("batch", 100)
                                    .param("window", 8)
                                    .param("needed", 3)
                                    .block("feeds", "delay")
                                    .link("posts", "feeds");
  EXPECT_THAT(
      planOf(builder),
      HasSubstr("program posts: Draw power law 2.1 up to 1000000; IfDrawn > 1000 ->4; Fan posts-feeds "
                "batch 100 window 8 needed 3; Jump ->4; End\n"));
}

TEST(Primitives, AllIsOneCallForEachInstance) {
  test::DesignBuilder builder = design()
                                    .block("search", "pool")
                                    .param("service", Law::constant(1_ms))
                                    .block("shards", "pool")
                                    .param("instances", 5)
                                    .param("queue", "per_instance")
                                    .link("search", "shards");
  Design all = builder;
  Link link = *all.links.find(LinkId("search-shards"));
  link.balancing = Balancing::All;
  all.links.put(link);
  EXPECT_THAT(planOf(all), HasSubstr("program search: Work 1 ms; Fan search-shards to each batch 1 window 0 "
                                     "needed 0; End\n"));
  Block shared = *all.blocks.find(BlockId("shards"));
  shared.params["queue"] = Choice{"shared"};
  all.blocks.put(shared);
  const compile::Compiled refused = compile::compile(all, Catalog::builtIn());
  ASSERT_EQ(refused.plan, nullptr);
  EXPECT_EQ(refused.diagnostics.front().code, "link.all_of_none");
}

TEST(Primitives, TokensAdaptOnlyIfTheyComeBackWhenGiven) {
  const auto planWith = [](const char* refill) {
    test::DesignBuilder builder = design()
                                      .block("limit", "tokens")
                                      .param("refill", refill)
                                      .param("adaptive", true)
                                      .param("target", 50_ms)
                                      .param("least", 20)
                                      .param("most", 10);
    return planOf(builder);
  };
  EXPECT_THAT(planWith("on_release"), HasSubstr("target 50 ms within 20 to 20 backoff 0.9"));
  EXPECT_THAT(planWith("continuous"), ::testing::Not(HasSubstr("target")));
}

TEST(Primitives, ClassesOfOneKeySpaceDropEachOthersEntries) {
  const auto hitsWith = [](const char* space) {
    const compile::Compiled compiled =
        compile::compile(design()
                             .requestClass("get", Access::Read, true)
                             .classParam("get", "key_space", std::string("things"))
                             .requestClass("put", Access::Write)
                             .classParam("put", "key_space", std::string(space))
                             .block("users", "source")
                             .block("cache", "cache")
                             .param("writes", "drop")
                             .block("origin", "delay")
                             .link("users", "cache")
                             .link("cache", "origin")
                             .workload("users", 50_rps, "get")
                             .workload("users", 50_rps, "put"),
                         Catalog::builtIn());
    EXPECT_NE(compiled.plan, nullptr);
    return (*sim::simulate(compiled.plan, {})).caches[0].drops;
  };
  EXPECT_GT(hitsWith("things"), 100u);
  EXPECT_EQ(hitsWith("others"), 0u);
}

TEST(Primitives, SayWhatCannotBe) {
  const compile::Compiled compiled = compile::compile(design()
                                                          .block("fate", "choose")
                                                          .block("fan", "fork")
                                                          .param("needed", 2)
                                                          .block("a", "delay")
                                                          .link("fan", "a"),
                                                      Catalog::builtIn());
  std::vector<std::string> codes;
  for (const Diagnostic& each : compiled.diagnostics) {
    if (each.severity == Severity::Warning) {
      codes.push_back(each.code);
    }
  }
  EXPECT_THAT(codes, ::testing::UnorderedElementsAre("choose.no_links", "fork.needs_too_many"));
}

TEST(Primitives, ANetworkWithFeedbackSolvesItsTrafficEquations) {
  // Jackson network: 10/s from outside into cpu; from there 0.3 to disk and back, 0.7 out: cpu gets 10 / 0.7.
  const compile::Compiled compiled = compile::compile(design()
                                                          .block("in", "source")
                                                          .block("cpu", "pool")
                                                          .param("service", Law::exponential(20_ms))
                                                          .block("fate", "choose")
                                                          .block("disk", "pool")
                                                          .param("service", Law::exponential(50_ms))
                                                          .block("out", "delay")
                                                          .link("in", "cpu")
                                                          .link("cpu", "fate")
                                                          .link("fate", "disk")
                                                          .weight(0.3)
                                                          .link("fate", "out")
                                                          .weight(0.7)
                                                          .link("disk", "cpu")
                                                          .workload("in", 10_rps),
                                                      Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  ASSERT_EQ(compiled.plan->pools[0].key, "cpu");
  ASSERT_EQ(compiled.plan->pools[1].key, "disk");
  EXPECT_NEAR(compiled.visits->totalPoolWork(0), 10 / 0.7 * 0.02, 1e-12);
  EXPECT_NEAR(compiled.visits->totalPoolWork(1), 10 / 0.7 * 0.3 * 0.05, 1e-12);
}

}  // namespace
}  // namespace cantilever::catalog
