#include "core/compile/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/catalog/block_type.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/plan_maker.h"

namespace cantilever::compile {
namespace {

using namespace literals;
using test::design;
using ::testing::HasSubstr;

Compiled compiled(const Design& design, const char* scenario = "") {
  return compile(design, catalog::Catalog::builtIn(), {.scenario = ScenarioId(scenario)});
}

/// The diagnostic with that code, or null.
const Diagnostic* find(const Compiled& compiled, std::string_view code) {
  const auto at = std::find_if(compiled.diagnostics.begin(), compiled.diagnostics.end(),
                               [code](const Diagnostic& each) { return each.code == code; });
  return at == compiled.diagnostics.end() ? nullptr : &*at;
}

std::string describe(const Compiled& compiled) {
  std::string text;
  for (const Diagnostic& each : compiled.diagnostics) {
    text += each.code + ": " + each.message + "\n";
  }
  return text;
}

plan::Index linkOf(const plan::Plan& plan, const std::string& key) {
  const auto at = std::find_if(plan.links.begin(), plan.links.end(),
                               [&](const plan::Link& link) { return link.key == key; });
  return static_cast<plan::Index>(at - plan.links.begin());
}

double rateOver(const Compiled& compiled, const std::string& link) {
  return compiled.visits->totalLinkRate(linkOf(*compiled.plan, link));
}

test::DesignBuilder singleServer() {
  return design()
      .block("users", "source")
      .block("web", "pool")
      .param("service", Law::exponential(8_ms))
      .link("users", "web")
      .workload("users", 100_rps);
}

// The plan.

TEST(Compile, TurnsATextbookQueueIntoAPlan) {
  const Compiled result = compiled(singleServer());
  ASSERT_NE(result.plan, nullptr) << describe(result);
  EXPECT_TRUE(result.diagnostics.empty()) << describe(result);
  const plan::Plan& plan = *result.plan;
  EXPECT_EQ(plan::faultIn(plan), "");

  ASSERT_EQ(plan.pools.size(), 1u);
  EXPECT_EQ(plan.pools[0].key, "web");
  EXPECT_EQ(plan.pools[0].instances, 1u);
  EXPECT_EQ(plan.pools[0].servers, 1u);
  EXPECT_EQ(plan.pools[0].seats, 0u);
  EXPECT_EQ(plan.pools[0].queueLimit, plan::Pool::kUnlimited);
  EXPECT_EQ(plan.poolOrigin[0].block, "web");

  ASSERT_EQ(plan.sources.size(), 1u);
  EXPECT_EQ(plan.sources[0].key, "users-request");
  EXPECT_EQ(plan.sources[0].rate, 100_rps);
  EXPECT_EQ(plan.classes.at(plan.sources[0].requestClass).key, "request");

  ASSERT_EQ(plan.links.size(), 1u);
  EXPECT_EQ(plan.linkOrigin[0].link, "users-web");
  EXPECT_TRUE(plan.links[0].latency.isZero());
  EXPECT_DOUBLE_EQ(rateOver(result, "users-web"), 100);
  EXPECT_DOUBLE_EQ(result.visits->totalPoolWork(0), 0.8);
}

TEST(Compile, OffersThePeakRateNotTheMean) {
  const Compiled result = compiled(singleServer().mean(10_rps));
  ASSERT_NE(result.plan, nullptr);
  EXPECT_EQ(result.plan->sources[0].rate, 100_rps);
}

TEST(Compile, TheOrderInWhichBlocksWereMadeDoesNotMatter) {
  const Compiled one = compiled(design()
                                    .block("a", "source")
                                    .block("b", "pool")
                                    .block("c", "delay")
                                    .link("a", "b")
                                    .link("b", "c")
                                    .workload("a", 10_rps));
  const Compiled other = compiled(design()
                                      .block("c", "delay")
                                      .block("b", "pool")
                                      .block("a", "source")
                                      .link("b", "c")
                                      .link("a", "b")
                                      .workload("a", 10_rps));
  ASSERT_NE(one.plan, nullptr);
  ASSERT_NE(other.plan, nullptr);
  ASSERT_EQ(one.plan->links.size(), other.plan->links.size());
  for (std::size_t i = 0; i < one.plan->links.size(); ++i) {
    EXPECT_EQ(one.plan->links[i].key, other.plan->links[i].key);
    EXPECT_EQ(one.plan->links[i].program, other.plan->links[i].program);
  }
}

// Links.

TEST(Compile, ReadAndWriteLinksServeTheClassesOfTheirAccess) {
  const Compiled result = compiled(design()
                                       .requestClass("browse", Access::Read)
                                       .requestClass("order", Access::Write)
                                       .block("users", "source")
                                       .block("replica", "pool")
                                       .block("primary", "pool")
                                       .link("users", "primary")
                                       .role(LinkRole::Write)
                                       .link("users", "replica")
                                       .role(LinkRole::Read)
                                       .workload("users", 20_rps, "browse")
                                       .workload("users", 3_rps, "order"));
  ASSERT_NE(result.plan, nullptr) << describe(result);
  EXPECT_DOUBLE_EQ(rateOver(result, "users-replica"), 20);
  EXPECT_DOUBLE_EQ(rateOver(result, "users-primary"), 3);
}

TEST(Compile, NamedClassesOverrideTheOnesThatARoleImplies) {
  const Compiled result = compiled(design()
                                       .requestClass("browse", Access::Read)
                                       .requestClass("order", Access::Write)
                                       .block("users", "source")
                                       .block("primary", "pool")
                                       .link("users", "primary")
                                       .role(LinkRole::Write)
                                       .onlyFor({"browse"})
                                       .workload("users", 20_rps, "browse")
                                       .workload("users", 3_rps, "order"));
  ASSERT_NE(result.plan, nullptr) << describe(result);
  EXPECT_DOUBLE_EQ(rateOver(result, "users-primary"), 20);
}

/// A block type with operations, so that links have something to choose from.
catalog::Catalog withStore() {
  std::vector<catalog::BlockType> types = catalog::Catalog::builtIn().types();
  catalog::BlockType store = *catalog::Catalog::builtIn().find("pool");
  store.key = "store";
  store.operations = {"ping", "read", "write"};
  store.params.clear();
  store.lower = [](const Block&, plan::Lowering& lowering) {
    const plan::Index pool = lowering.addPool({});
    double seconds = 1;
    for (const char* operation : {"ping", "read", "write"}) {
      lowering.addOperation(operation, pool, [&](plan::ProgramBuilder& program) {
        program.work(Law::constant(Duration::seconds(seconds)));
      });
      seconds *= 10;
    }
  };
  store.traits = [](const Block&) { return Traits{.hitRatio = 75_pct}; };
  types.push_back(std::move(store));
  return catalog::Catalog(std::move(types));
}

double workOfStore(LinkRole role, const char* operation) {
  const Compiled result = compile(design()
                                      .requestClass("read", Access::Read)
                                      .requestClass("write", Access::Write)
                                      .block("users", "source")
                                      .block("db", "store")
                                      .link("users", "db")
                                      .role(role)
                                      .operation(operation)
                                      .workload("users", perSecond(0.001), "read")
                                      .workload("users", perSecond(0.001), "write"),
                                  withStore());
  EXPECT_NE(result.plan, nullptr) << describe(result);
  return result.plan == nullptr ? 0 : result.visits->totalPoolWork(0);
}

TEST(Compile, ALinkCallsTheOperationItNamesOrElseTheOneOfItsRoleOrElseTheFirst) {
  EXPECT_DOUBLE_EQ(workOfStore(LinkRole::Default, ""), 0.002);     // both classes ping: 1 s each
  EXPECT_DOUBLE_EQ(workOfStore(LinkRole::Default, "write"), 0.2);  // both write: 100 s each
  EXPECT_DOUBLE_EQ(workOfStore(LinkRole::Read, ""), 0.01);         // one class reads
  EXPECT_DOUBLE_EQ(workOfStore(LinkRole::Write, ""), 0.1);         // one class writes
  EXPECT_DOUBLE_EQ(workOfStore(LinkRole::Read, "ping"), 0.001);
}

TEST(Compile, CacheAsideCallsTheDatabaseAsOftenAsLookUpsMiss) {
  const Compiled result = compile(design()
                                      .block("users", "source")
                                      .block("cache", "store")
                                      .block("db", "delay")
                                      .link("users", "cache")
                                      .role(LinkRole::Lookup)
                                      .calls(2)
                                      .link("users", "db")
                                      .role(LinkRole::OnMiss)
                                      .calls(1.5)
                                      .workload("users", 100_rps),
                                  withStore());
  ASSERT_NE(result.plan, nullptr) << describe(result);
  EXPECT_DOUBLE_EQ(rateOver(result, "users-cache"), 200);
  EXPECT_DOUBLE_EQ(rateOver(result, "users-db"), 200 * 0.25 * 1.5);
}

TEST(Compile, WarnsWhenALookUpLeadsToNoCache) {
  const Compiled result = compiled(singleServer().link("users", "web").role(LinkRole::Lookup));
  ASSERT_NE(find(result, "link.lookup_without_cache"), nullptr) << describe(result);
  EXPECT_EQ(find(result, "link.lookup_without_cache")->severity, Severity::Warning);
  EXPECT_NE(result.plan, nullptr);
}

// Latency.

Design zoned() {
  return design()
      .zone("us-east-1", ZoneKind::Region)
      .zone("eu-west-1", ZoneKind::Region)
      .zone("us-a", ZoneKind::AvailabilityZone, "us-east-1")
      .zone("us-b", ZoneKind::AvailabilityZone, "us-east-1")
      .zone("us-a-rack", ZoneKind::Rack, "us-a")
      .zone("moon", ZoneKind::Region);
}

Duration latency(const char* from, const char* to) {
  const Law law = latencyBetween(zoned(), ZoneId(from), ZoneId(to));
  EXPECT_EQ(law.kind, Law::Kind::Constant);
  return law.mean;
}

TEST(Latency, GrowsWithTheDistanceOfTheZones) {
  EXPECT_EQ(latency("us-a", "us-a"), 150_us);
  EXPECT_EQ(latency("us-a", "us-a-rack"), 150_us);
  EXPECT_EQ(latency("us-a", "us-b"), 400_us);
  EXPECT_EQ(latency("us-a-rack", "us-b"), 400_us);
  EXPECT_EQ(latency("us-a", "us-east-1"), 400_us);  // something regional is in no particular zone
  EXPECT_EQ(latency("us-a", "eu-west-1"), 34_ms);   // known by name
  EXPECT_EQ(latency("eu-west-1", "us-a"), 34_ms);
  EXPECT_EQ(latency("us-a", "moon"), 35_ms);
  EXPECT_EQ(latency("", "us-a"), 150_us);
  EXPECT_EQ(latency("", ""), 150_us);
  EXPECT_EQ(latency("us-a", "no-such-zone"), 150_us);
}

TEST(Latency, SurvivesAZoneThatLiesWithinItself) {
  const Design damaged = design().zone("a", ZoneKind::Rack, "b").zone("b", ZoneKind::Rack, "a");
  EXPECT_EQ(latencyBetween(damaged, ZoneId("a"), ZoneId("b")).kind, Law::Kind::Constant);
  EXPECT_NE(find(compiled(damaged), "zone.cycle"), nullptr);
}

TEST(Compile, PrimitivesOutsideZonesHaveNoNetworkBetweenThem) {
  const Compiled nowhere = compiled(singleServer());
  EXPECT_TRUE(nowhere.plan->links[0].latency.isZero());

  const Compiled placed = compiled(design()
                                       .zone("a", ZoneKind::AvailabilityZone)
                                       .zone("b", ZoneKind::AvailabilityZone)
                                       .block("users", "source")
                                       .in("a")
                                       .block("web", "pool")
                                       .in("a")
                                       .link("users", "web")
                                       .workload("users", 1_rps));
  ASSERT_NE(placed.plan, nullptr) << describe(placed);
  EXPECT_EQ(placed.plan->links[0].latency, Law::constant(150_us));

  const Compiled said = compiled(singleServer().latency(Law()).link("users", "web").latency(7_ms));
  EXPECT_EQ(said.plan->links[linkOf(*said.plan, "users-web-2")].latency, Law::constant(7_ms));
}

// Diagnostics.

TEST(Compile, NamesTheTypeThatWasPerhapsMeant) {
  const Compiled result = compiled(design().block("web", "pol").named("Web tier"));
  EXPECT_TRUE(result.hasErrors());
  const Diagnostic* found = find(result, "block.unknown_type");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->severity, Severity::Error);
  EXPECT_EQ(found->block, BlockId("web"));
  EXPECT_THAT(found->message, HasSubstr("Web tier"));
  EXPECT_THAT(found->message, HasSubstr("did you mean \"pool\"?"));
}

TEST(Compile, NamesTheParameterThatWasPerhapsMeant) {
  const Compiled result = compiled(singleServer().block("web", "pool").param("instnces", 3));
  const Diagnostic* found = find(result, "param.unknown");
  ASSERT_NE(found, nullptr) << describe(result);
  EXPECT_EQ(found->param, "instnces");
  EXPECT_THAT(found->message, HasSubstr("did you mean \"instances\"?"));
}

TEST(Compile, RefusesParametersOutOfRangeOfTheWrongTypeOrUnreadable) {
  const Compiled range = compiled(design().block("web", "pool").param("instances", 0));
  ASSERT_NE(find(range, "param.out_of_range"), nullptr) << describe(range);
  EXPECT_THAT(find(range, "param.out_of_range")->message, HasSubstr("between 1 and"));

  const Compiled type = compiled(design().block("web", "pool").param("instances", 3_ms));
  ASSERT_NE(find(type, "param.wrong_type"), nullptr) << describe(type);

  const Compiled choice = compiled(design().block("web", "pool").param("queue", "shard"));
  ASSERT_NE(find(choice, "param.unknown_choice"), nullptr) << describe(choice);
  EXPECT_THAT(find(choice, "param.unknown_choice")->message, HasSubstr("\"shared\""));

  const Compiled opaque = compiled(design().block("web", "pool").param("instances", OpaqueValue{"[1, 2]"}));
  ASSERT_NE(find(opaque, "param.unreadable"), nullptr) << describe(opaque);
  EXPECT_THAT(find(opaque, "param.unreadable")->message, HasSubstr("[1, 2]"));
  for (const Compiled* each : {&range, &type, &choice, &opaque}) {
    EXPECT_TRUE(each->hasErrors());
    EXPECT_FALSE(each->visits.has_value());
  }
}

TEST(Compile, GivesRequestClassesTheirKeysPriorityAndDeadline) {
  const Compiled result = compiled(singleServer()
                                       .classParam("request", "keys", 5000)
                                       .classParam("request", "key_exponent", 0.8)
                                       .classParam("request", "priority", 2)
                                       .classParam("request", "deadline", 2_s));
  ASSERT_FALSE(result.hasErrors()) << describe(result);
  const plan::RequestClass& request = result.plan->classes.at(0);
  EXPECT_EQ(request.priority, 2);
  EXPECT_EQ(request.deadline, 2_s);
  ASSERT_LT(request.keySpace, result.plan->keySpaces.size());
  EXPECT_EQ(result.plan->keySpaces[request.keySpace].count, 5000u);
  EXPECT_EQ(result.plan->keySpaces[request.keySpace].exponent, 0.8);
}

TEST(Compile, ALinkWithConnectionsTakesOneBeforeItCalls) {
  test::DesignBuilder builder =
      singleServer().linkParam("connections", 20).linkParam("connection_wait", 30_s).linkParam("attempts", 3);
  Design design = builder;
  Link link = *design.links.find(LinkId("users-web"));
  link.timeout = 2_s;
  link.latency = Law::constant(1_ms);
  design.links.put(link);
  const Compiled result = compiled(design);
  ASSERT_FALSE(result.hasErrors()) << describe(result);
  const plan::Plan& plan = *result.plan;
  const plan::Tokens& connections = plan.tokens.at(0);
  EXPECT_EQ(connections.key, "users-web/connections");
  EXPECT_EQ(connections.size, 20u);
  EXPECT_EQ(connections.scope, plan::TokenScope::Caller);
  EXPECT_EQ(connections.patience, Law::constant(30_s));
  const plan::Link& outer = plan.links.at(linkOf(plan, "users-web"));
  const plan::Link& inner = plan.links.at(linkOf(plan, "users-web/connected"));
  EXPECT_EQ(plan.programs.at(outer.program).key, "users-web/connected");
  EXPECT_EQ(outer.pool, plan::kNone);
  EXPECT_EQ(outer.retries.attempts, 3u);
  EXPECT_EQ(outer.timeout, Duration());
  EXPECT_EQ(plan.programs.at(inner.program).key, "web");
  EXPECT_EQ(inner.retries.attempts, 1u);
  EXPECT_EQ(inner.timeout, 2_s);
  EXPECT_EQ(inner.latency, Law::constant(1_ms));
  EXPECT_EQ(rateOver(result, "users-web/connected"), 100);

  Link send = link;
  send.mode = LinkMode::Send;
  design.links.put(send);
  const Compiled sends = compiled(design);
  EXPECT_NE(find(sends, "link.connections_of_sends"), nullptr);
  EXPECT_TRUE(sends.plan->tokens.empty());
}

TEST(Compile, AFallbackIsTriedWhenACallFails) {
  const Compiled result = compiled(design()
                                       .block("users", "source")
                                       .block("app", "pool")
                                       .param("service", Law::constant(1_ms))
                                       .block("db", "pool")
                                       .block("copy", "pool")
                                       .block("ads", "pool")
                                       .link("users", "app")
                                       .link("app", "db")
                                       .link("app", "ads")
                                       .linkParam("on_failure", Choice{"degrade"})
                                       .link("app", "copy")
                                       .role(LinkRole::Fallback)
                                       .workload("users", 10_rps));
  ASSERT_FALSE(result.hasErrors()) << describe(result);
  const std::string plan = test::textOf(*result.plan);
  EXPECT_THAT(plan, HasSubstr("program app: Work 1 ms; Call app-ads/guarded; Call app-db/guarded; End"));
  EXPECT_THAT(plan, HasSubstr("program app-db/guarded: Call app-db ->2; End; Degrade; Call app-copy; End"));
  EXPECT_THAT(plan,
              HasSubstr("program app-ads/guarded: Call app-ads ->2; End; Degrade; Call app-copy ->5; End; "
                        "Degrade; End"));
  EXPECT_EQ(rateOver(result, "app-db"), 10);
  EXPECT_EQ(rateOver(result, "app-copy"), 0);
}

// The database is down: a page without recommendations is a page; without prices it takes the copy.
TEST(Compile, FallbacksMakeDegradedSuccesses) {
  Design shop = design()
                    .block("users", "source")
                    .block("app", "fork")
                    .block("db", "pool")
                    .param("queue", Choice{"per_instance"})
                    .block("copy", "pool")
                    .link("users", "app")
                    .link("app", "db")
                    .link("app", "copy")
                    .role(LinkRole::Fallback)
                    .workload("users", 10_rps);
  Scenario outage;
  outage.id = ScenarioId("outage");
  Perturbation& event = outage.events.emplace_back();
  event.at = 5_s;
  event.change = Change::KillInstances;
  event.target = BlockId("db");
  event.value = 1;
  shop.scenarios.put(outage);
  const Compiled result = compiled(shop, "outage");
  ASSERT_FALSE(result.hasErrors()) << describe(result);
  sim::RunConfig config;
  config.warmup = 1_s;
  config.duration = 9_s;
  const sim::RunResult run = *sim::simulate(result.plan, config);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_NEAR(static_cast<double>(run.classes[0].degraded), 50, 25);
  EXPECT_GT(run.classes[0].succeeded, run.classes[0].degraded);
}

TEST(Compile, RefusesParametersThatLinksClassesAndWorkloadsDoNotHave) {
  const Compiled ofClass = compiled(singleServer().classParam("request", "key_exponet", 0.8));
  ASSERT_NE(find(ofClass, "param.unknown"), nullptr) << describe(ofClass);
  EXPECT_THAT(find(ofClass, "param.unknown")->message, HasSubstr("did you mean \"key_exponent\"?"));

  const Compiled ofLink = compiled(singleServer().link("users", "web").linkParam("colour", true));
  ASSERT_NE(find(ofLink, "param.unknown"), nullptr) << describe(ofLink);
  EXPECT_EQ(find(ofLink, "param.unknown")->link, LinkId("users-web-2"));
  EXPECT_EQ(find(ofLink, "param.unknown")->param, "colour");

  const Compiled ofLoad = compiled(singleServer().workloadParam("users-request", "colour", true));
  ASSERT_NE(find(ofLoad, "param.unknown"), nullptr) << describe(ofLoad);
  EXPECT_THAT(find(ofLoad, "param.unknown")->message, HasSubstr("\"users-request\""));

  const Compiled range = compiled(singleServer().classParam("request", "priority", 256));
  ASSERT_NE(find(range, "param.out_of_range"), nullptr) << describe(range);
}

TEST(Compile, ReportsEveryFaultNotOnlyTheFirst) {
  const Compiled result = compiled(design()
                                       .block("users", "source")
                                       .block("web", "pool")
                                       .param("instances", -1)
                                       .block("db", "postgress")
                                       .block("loop", "choose")
                                       .link("users", "wbe")
                                       .link("users", "loop")
                                       .link("loop", "loop")
                                       .workload("users", perSecond(-1)));
  for (const char* code : {"param.out_of_range", "block.unknown_type", "link.dangling", "workload.rate"}) {
    EXPECT_NE(find(result, code), nullptr) << code << "\n" << describe(result);
  }
  EXPECT_THAT(find(result, "link.dangling")->message, HasSubstr("did you mean \"web\"?"));
  EXPECT_EQ(find(result, "link.dangling")->link, LinkId("users-wbe"));
  EXPECT_EQ(find(result, "link.dangling")->param, "to");
}

TEST(Compile, ListsErrorsBeforeWarningsBeforeNotes) {
  const Compiled result =
      compiled(singleServer().workload("users", 1000_rps).block("alone", "pool").block("wrong", "nothing"));
  const auto isSorted =
      std::is_sorted(result.diagnostics.begin(), result.diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return a.severity > b.severity; });
  EXPECT_TRUE(isSorted) << describe(result);
  EXPECT_EQ(result.diagnostics.front().severity, Severity::Error);
}

TEST(Compile, RefusesLinksThatMakeNoSense) {
  const Compiled intoSource = compiled(singleServer().link("web", "users"));
  EXPECT_NE(find(intoSource, "link.to_no_callee"), nullptr) << describe(intoSource);

  const Compiled operation = compiled(singleServer().link("users", "web").operation("raed"));
  EXPECT_NE(find(operation, "link.unknown_operation"), nullptr) << describe(operation);

  const Compiled lookup = compiled(singleServer().link("users", "web").role(LinkRole::Lookup).sends());
  EXPECT_NE(find(lookup, "link.lookup_send"), nullptr) << describe(lookup);

  const Compiled unknownClass = compiled(singleServer().link("users", "web").onlyFor({"reqest"}));
  ASSERT_NE(find(unknownClass, "link.unknown_class"), nullptr) << describe(unknownClass);
  EXPECT_THAT(find(unknownClass, "link.unknown_class")->message, HasSubstr("\"request\"?"));
}

TEST(Compile, RefusesNumbersThatNoLinkCanHave) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double calls : {-1.0, nan, infinite, 1001.0}) {
    EXPECT_NE(find(compiled(singleServer().link("users", "web").calls(calls)), "link.calls"), nullptr)
        << calls;
  }
  for (const double weight : {-1.0, nan, infinite}) {
    EXPECT_NE(find(compiled(singleServer().link("users", "web").weight(weight)), "link.weight"), nullptr);
  }
  EXPECT_NE(
      find(compiled(singleServer().link("users", "web").timeout(Duration::nanoseconds(-1))), "link.timeout"),
      nullptr);
  EXPECT_NE(
      find(compiled(singleServer().link("users", "web").latency(Law::lognormal(1_ms, nan))), "link.latency"),
      nullptr);
}

TEST(Compile, RefusesWorkloadsThatEnterNowhere) {
  const Compiled missing = compiled(singleServer().workload("user", 1_rps));
  ASSERT_NE(find(missing, "workload.no_entry"), nullptr) << describe(missing);
  EXPECT_THAT(find(missing, "workload.no_entry")->message, HasSubstr("did you mean \"users\"?"));

  const Compiled pool = compiled(singleServer().workload("web", 1_rps));
  ASSERT_NE(find(pool, "workload.entry_no_source"), nullptr) << describe(pool);
  EXPECT_EQ(find(pool, "workload.entry_no_source")->block, BlockId("web"));
}

TEST(Compile, WarnsOfAPoolWhoseWorkReachesItsCapacity) {
  const Compiled busy = compiled(singleServer().workload("users", 124_rps));
  EXPECT_EQ(find(busy, "pool.saturated"), nullptr) << describe(busy);

  const Compiled full = compiled(singleServer().workload("users", 125_rps));
  const Diagnostic* found = find(full, "pool.saturated");
  ASSERT_NE(found, nullptr) << describe(full);
  EXPECT_EQ(found->severity, Severity::Warning);
  EXPECT_EQ(found->block, BlockId("web"));
  EXPECT_THAT(found->message, HasSubstr("100 %"));
  EXPECT_NE(full.plan, nullptr);
}

TEST(Compile, NotesWhatNoRequestReaches) {
  const Compiled result = compiled(singleServer().block("alone", "pool").block("idle", "source"));
  std::vector<std::string> unreached;
  for (const Diagnostic& each : result.diagnostics) {
    if (each.code == "block.unreached") {
      unreached.push_back(each.block.text());
    }
  }
  EXPECT_THAT(unreached, ::testing::ElementsAre("alone", "idle"));

  const Compiled onMiss = compiled(singleServer().link("users", "web").role(LinkRole::OnMiss));
  ASSERT_NE(find(onMiss, "link.unused"), nullptr) << describe(onMiss);
  EXPECT_THAT(find(onMiss, "link.unused")->message, HasSubstr("look-up"));
}

TEST(Compile, RefusesCyclesOfCallsThatNeverEnd) {
  const Compiled result = compiled(design()
                                       .block("users", "source")
                                       .block("a", "pool")
                                       .block("b", "pool")
                                       .link("users", "a")
                                       .link("a", "b")
                                       .link("b", "a")
                                       .workload("users", 1_rps));
  EXPECT_EQ(result.plan, nullptr);
  const Diagnostic* found = find(result, "plan.diverges");
  ASSERT_NE(found, nullptr) << describe(result);
  EXPECT_THAT(found->message, HasSubstr("\"a-b\""));
  EXPECT_THAT(found->message, HasSubstr("\"b-a\""));
  EXPECT_FALSE(found->link.isEmpty());
}

TEST(Compile, AllowsFeedbackThatDiesOut) {
  const Compiled result = compiled(design()
                                       .block("users", "source")
                                       .block("a", "pool")
                                       .param("service", Law::constant(1_ms))
                                       .block("again", "choose")
                                       .block("out", "delay")
                                       .link("users", "a")
                                       .link("a", "again")
                                       .link("again", "a")
                                       .role(LinkRole::Route)
                                       .weight(3)
                                       .link("again", "out")
                                       .role(LinkRole::Route)
                                       .weight(1)
                                       .workload("users", 10_rps));
  ASSERT_NE(result.plan, nullptr) << describe(result);
  // Visits are geometric: 1 / (1 - 3/4) = 4 each.
  EXPECT_NEAR(rateOver(result, "a-again"), 40, 1e-9);
  EXPECT_NEAR(rateOver(result, "again-out"), 10, 1e-9);
}

// Scenarios.

TEST(Compile, TheChosenScenarioBecomesActionsInOrderOfTime) {
  const Design design = singleServer()
                            .scenario("storm")
                            .at(20_s, Change::RestoreInstances, "web", 1)
                            .at(10_s, Change::KillInstances, "web", 1)
                            .at(5_s, Change::LoadFactor, "", 2)
                            .build();
  EXPECT_TRUE(compiled(design).plan->actions.empty());
  const Compiled result = compiled(design, "storm");
  ASSERT_NE(result.plan, nullptr) << describe(result);
  const std::vector<plan::Action> expected = {{5_s, Change::LoadFactor, plan::kNone, 2},
                                              {10_s, Change::KillInstances, 0, 1},
                                              {20_s, Change::RestoreInstances, 0, 1}};
  EXPECT_EQ(result.plan->actions, expected);
}

TEST(Compile, SharesOfAScenarioAreSharesAndInstancesAreThere) {
  for (const auto& [change, value, code] : {std::tuple{Change::LoseCalls, 7.0, "scenario.event"},
                                            std::tuple{Change::FailCalls, 1.1, "scenario.event"},
                                            std::tuple{Change::KillInstances, 0.5, "scenario.event"},
                                            std::tuple{Change::Speed, 1e6, "scenario.event"},
                                            std::tuple{Change::SetInstances, 50.0, "scenario.too_many"},
                                            std::tuple{Change::PauseInstances, 2.0, "scenario.too_many"}}) {
    const Design design = singleServer().scenario("storm").at(1_s, change, "web", value).build();
    EXPECT_NE(find(compiled(design, "storm"), code), nullptr) << static_cast<int>(change);
  }
}

TEST(Compile, NoBlockCanNeedMoreInstancesThanItHas) {
  for (const int needed : {1, 2, 3}) {
    const Design design = test::design()
                              .block("users", "source")
                              .block("web", "pool")
                              .param("instances", Count(2))
                              .param("needed_instances", Count(needed))
                              .link("users", "web")
                              .workload("users", 10_rps);
    EXPECT_EQ(find(compiled(design), "block.needs_more_than_all") != nullptr, needed > 2) << needed;
  }
}

TEST(Compile, RemarksOnLawsThatWholeNanosecondsAreCoarseFor) {
  for (const auto& [law, isCoarse] :
       {std::pair{Law::exponential(3_ns), true}, std::pair{Law::constant(3_ns), false},
        std::pair{Law::exponential(100_ns), false}}) {
    const Design design = test::design()
                              .block("users", "source")
                              .block("web", "pool")
                              .param("service", law)
                              .link("users", "web")
                              .workload("users", 10_rps);
    EXPECT_EQ(find(compiled(design), "param.coarse") != nullptr, isCoarse);
  }
}

// Who looks up draws whether it hits, and the cache does not do so once more, whatever the link names.
TEST(Compile, DrawsOnceWhetherALookUpHits) {
  for (const char* operation : {"", "lookup"}) {
    const Design design = test::design()
                              .block("users", "source")
                              .block("app", "app_server")
                              .block("cache", "redis_cluster")
                              .param("hit_ratio", ratio(0.5))
                              .block("db", "pool")
                              .link("users", "app")
                              .link("app", "cache")
                              .role(LinkRole::Lookup)
                              .operation(operation)
                              .link("app", "db")
                              .role(LinkRole::OnMiss)
                              .requestClass("request", Access::Read, true)
                              .workload("users", 100_rps);
    const Compiled result = compiled(design);
    ASSERT_NE(result.plan, nullptr) << describe(result);
    EXPECT_NEAR(rateOver(result, "app-db"), 50, 1e-9) << operation;
  }
}

TEST(Compile, SaysWhatALinkAsksForInVain) {
  const auto remarks = [](auto... param) { return compiled(singleServer().linkParam(param...).build()); };
  EXPECT_NE(find(remarks("choices", 2), "link.in_vain"), nullptr);
  EXPECT_NE(find(remarks("ring_points", 50), "link.in_vain"), nullptr);
  EXPECT_NE(find(remarks("health_interval", 5_s), "link.in_vain"), nullptr);
  EXPECT_NE(find(remarks("priority", 1), "link.in_vain"), nullptr);
  EXPECT_NE(find(remarks("budget_depth", 3), "link.in_vain"), nullptr);
  EXPECT_NE(find(remarks("backoff", 3_s), "link.in_vain"), nullptr);
  EXPECT_NE(find(remarks("breaker_open", 3_s), "link.in_vain"), nullptr);
  EXPECT_EQ(find(remarks("attempts", 3), "link.in_vain"), nullptr);
  const Design hedged = singleServer().timeout(50_ms).linkParam("hedge", 60_ms).build();
  EXPECT_NE(find(compiled(hedged), "link.hedge_too_late"), nullptr);
  const Design hasty = singleServer().linkParam("attempts", 3).linkParam("backoff", 1_min).build();
  EXPECT_NE(find(compiled(hasty), "link.backoff_beyond_cap"), nullptr);
}

TEST(Compile, SaysWhoCanNeverGetTokensOrAcknowledgements) {
  const auto limited = [](int reserve) {
    return design()
        .block("users", "source")
        .block("limit", "tokens")
        .param("size", 2)
        .param("reserve", reserve)
        .block("web", "pool")
        .link("users", "limit")
        .link("limit", "web")
        .requestClass("request")
        .classParam("request", "priority", 1)
        .workload("users", 10_rps)
        .build();
  };
  EXPECT_EQ(find(compiled(limited(1)), "tokens.reserved_away"), nullptr);
  EXPECT_NE(find(compiled(limited(2)), "tokens.reserved_away"), nullptr);
  const auto logged = [](int acknowledgements) {
    return design()
        .block("users", "source")
        .block("log", "log")
        .param("acknowledgements", acknowledgements)
        .block("reader", "pool")
        .link("users", "log")
        .link("log", "reader")
        .workload("users", 10_rps)
        .build();
  };
  EXPECT_EQ(find(compiled(logged(1)), "log.too_few_to_acknowledge"), nullptr)
      << describe(compiled(logged(1)));
  EXPECT_NE(find(compiled(logged(3)), "log.too_few_to_acknowledge"), nullptr);
}

TEST(Compile, AFaultyScenarioMattersOnlyIfItIsChosen) {
  const Design design = singleServer().scenario("storm").at(1_s, Change::KillInstances, "wbe", 1).build();
  const Compiled unchosen = compiled(design);
  ASSERT_NE(find(unchosen, "scenario.event"), nullptr);
  EXPECT_EQ(find(unchosen, "scenario.event")->severity, Severity::Warning);
  EXPECT_NE(unchosen.plan, nullptr);
  EXPECT_EQ(compiled(design, "storm").plan, nullptr);
  const Compiled unknown = compiled(design, "strom");
  ASSERT_NE(find(unknown, "scenario.unknown"), nullptr);
  EXPECT_THAT(find(unknown, "scenario.unknown")->message, HasSubstr("did you mean \"storm\"?"));
}

TEST(Compile, WhoeverNamesAKeySpaceFirstSaysWhatIsInIt) {
  const auto shared = [](std::uint64_t keys) {
    return singleServer()
        .requestClass("a")
        .classParam("a", "keys", Count(100))
        .classParam("a", "key_space", std::string("things"))
        .requestClass("b")
        .classParam("b", "keys", Count(static_cast<std::int64_t>(keys)))
        .classParam("b", "key_space", std::string("things"))
        .build();
  };
  EXPECT_EQ(find(compiled(shared(100)), "class.key_space_differs"), nullptr);
  const Compiled differing = compiled(shared(5));
  ASSERT_NE(find(differing, "class.key_space_differs"), nullptr);
  EXPECT_THAT(find(differing, "class.key_space_differs")->message, HasSubstr("\"b\" shares the key space"));
  ASSERT_NE(differing.plan, nullptr);
}

}  // namespace
}  // namespace cantilever::compile
