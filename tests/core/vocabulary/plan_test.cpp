#include "core/vocabulary/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>

#include "tests/core/plan_maker.h"

namespace cantilever::plan {
namespace {

using namespace literals;
using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Two classes, a source, a pool, a link to it and every instruction somewhere.
Plan soundPlan() {
  PlanMaker maker;
  maker.requestClass("get");
  maker.requestClass("put");
  const Index law = maker.law(Law::exponential(8_ms));
  const Index set = maker.classSet({true, false});
  const Index pool = maker.pool("web");
  const Index link = maker.link("to-web");
  maker.aim(link, maker.program("web", pool, {work(law), reply(), work(law), end()}));
  const Index root =
      maker.program("root", kNone,
                    {ifClass(set, 2), send(link), ifChance(0.5, 4), call(link, 9), parallel(2, 1, 9),
                     branch(link), branch(link), jump(8), forward(link), fail()});
  maker.source("users", 0, 100, root);
  maker.plan.actions = {{1_s, Change::KillInstances, pool, 1}, {2_s, Change::LoadFactor, kNone, 2}};
  return maker.plan;
}

constexpr Index kRoot = 4;  // where the root program's code begins

TEST(PlanFaults, ASoundPlanHasNone) {
  EXPECT_THAT(faultIn(soundPlan()), IsEmpty());
  EXPECT_THAT(faultIn(Plan()), IsEmpty());
}

struct Spoiling {
  const char* name;
  std::function<void(Plan&)> spoil;
  const char* says;
};

void PrintTo(const Spoiling& spoiling, std::ostream* out) {
  *out << spoiling.name;
}

class SpoiltPlan : public ::testing::TestWithParam<Spoiling> {};

TEST_P(SpoiltPlan, IsFoundOut) {
  Plan plan = soundPlan();
  GetParam().spoil(plan);
  EXPECT_THAT(faultIn(plan), HasSubstr(GetParam().says));
}

Instruction& code(Plan& plan, Index offset) {
  return plan.code[kRoot + offset];
}

/// b lies in a.
void addZones(Plan& plan) {
  plan.zones = {{"a", kNone, 0}, {"b", 0, 1}};
  plan.zoneWays.assign(4, 1_ms);
}
Action between(Index zone, Index other) {
  Action partition;
  partition.change = Change::Partition;
  partition.zone = zone;
  partition.otherZone = other;
  return partition;
}

const Spoiling kSpoilings[] = {
    {"class_twice", [](Plan& p) { p.classes[1].key = "get"; }, "request class \"get\" occurs twice"},
    {"pool_without_key", [](Plan& p) { p.pools[0].key = ""; }, "a pool has no key"},
    {"too_many_classes", [](Plan& p) { p.classes.resize(256); }, "255 request classes"},
    {"origins_missing", [](Plan& p) { p.linkOrigin.clear(); }, "origins of links"},
    {"class_set_too_short", [](Plan& p) { p.classSets[0].pop_back(); }, "class set"},
    {"no_slice", [](Plan& p) { p.slice = 0; }, "slice"},
    {"source_class", [](Plan& p) { p.sources[0].requestClass = 2; }, "unknown request class"},
    {"source_rate_negative", [](Plan& p) { p.sources[0].rate = perSecond(-1); }, "rate outside"},
    {"source_rate_nan", [](Plan& p) { p.sources[0].rate = perSecond(kNan); }, "rate outside"},
    {"source_program", [](Plan& p) { p.sources[0].program = 2; }, "unknown program"},
    {"source_in_pool", [](Plan& p) { p.sources[0].program = 0; }, "sits in a pool"},
    {"source_spacing", [](Plan& p) { p.sources[0].spacing = Law(); }, "spacings of zero"},
    {"source_batch", [](Plan& p) { p.sources[0].batch.mean = 1.5; }, "not whole"},
    {"source_batch_small", [](Plan& p) { p.sources[0].batch.mean = 0; }, "a mean number below 1"},
    {"source_bursts",
     [](Plan& p) {
       p.sources[0].bursts = Bursts{3, 0.5, 1_s};
     },
     "more than all"},
    {"source_bursts_length",
     [](Plan& p) {
       p.sources[0].bursts = Bursts{2, 0.5, {}};
     },
     "length outside"},
    {"source_curve",
     [](Plan& p) {
       p.sources[0].curve.points = {{1_s, 1}};
     },
     "not at 0 s"},
    {"source_users", [](Plan& p) { p.sources[0].users = 5'000'000; }, "4,000,000 that are possible"},
    {"source_think", [](Plan& p) { p.sources[0].think = Law::uniform(1_s, 2); }, "think time that is not"},
    {"source_times",
     [](Plan& p) {
       p.sources[0].times = {2_s, 1_s};
     },
     "not in order"},
    {"no_instances", [](Plan& p) { p.pools[0].instances = 0; }, "has no instance"},
    {"too_many_instances", [](Plan& p) { p.pools[0].instances = 20'000'000; }, "10,000,000 instances"},
    {"pool_blocks",
     [](Plan& p) {
       p.pools[0].overflow = Overflow::Block;
       p.pools[0].queueLimit = 0;
     },
     "no waiting room"},
    {"pool_order", [](Plan& p) { p.pools[0].order = static_cast<ServiceOrder>(9); }, "unknown order"},
    {"pool_patience", [](Plan& p) { p.pools[0].patience = Law::uniform(1_ms, 2); }, "patience that is not"},
    {"pool_contention", [](Plan& p) { p.pools[0].contention = kNan; }, "contention or coherency outside"},
    {"pool_speeds",
     [](Plan& p) {
       p.pools[0].speeds = {1, 1, 1};
     },
     "more speeds than instances"},
    {"pool_speed", [](Plan& p) { p.pools[0].speeds = {-1}; }, "speed outside"},
    {"law_negative", [](Plan& p) { p.laws[0].mean = Duration::nanoseconds(-1); }, "the mean is negative"},
    {"link_pool", [](Plan& p) { p.links[0].pool = 1; }, "unknown pool"},
    {"link_program", [](Plan& p) { p.links[0].program = kNone; }, "unknown program"},
    {"link_other_pool", [](Plan& p) { p.links[0].pool = kNone; }, "program of another pool"},
    {"link_latency", [](Plan& p) { p.links[0].latency = Law::uniform(1_ms, 2); }, "latency is not valid"},
    {"link_timeout", [](Plan& p) { p.links[0].timeout = Duration::nanoseconds(-1); }, "timeout outside"},
    {"program_begin", [](Plan& p) { p.programs[1].begin = 100; }, "no code of its own"},
    {"programs_share_code", [](Plan& p) { p.programs[1].begin = 0; }, "no code of its own"},
    {"code_without_program", [](Plan& p) { p.programs[0].begin = 1; }, "belong to no program"},
    {"program_pool", [](Plan& p) { p.programs[0].pool = 9; }, "unknown pool"},
    {"work_law", [](Plan& p) { p.code[0].a = 1; }, "unknown law"},
    {"work_nowhere", [](Plan& p) { code(p, 1) = work(0); }, "work without a pool"},
    {"work_pool", [](Plan& p) { p.code[0].b = 7; }, "work without a pool"},
    {"wait_law", [](Plan& p) { code(p, 1) = {.op = Op::Wait, .a = 5}; }, "unknown law"},
    {"call_link", [](Plan& p) { code(p, 3).a = 1; }, "unknown link"},
    {"call_failure", [](Plan& p) { code(p, 3).b = 0; }, "on failure it goes outside"},
    {"send_link", [](Plan& p) { code(p, 1).a = kNone; }, "unknown link"},
    {"forward_timeout", [](Plan& p) { p.links[0].timeout = 1_s; }, "link with a timeout"},
    {"parallel_needs_none", [](Plan& p) { code(p, 4).b = 0; }, "between one and all"},
    {"parallel_needs_more", [](Plan& p) { code(p, 4).b = 3; }, "between one and all"},
    {"parallel_short", [](Plan& p) { code(p, 4).a = 3; }, "fewer branches"},
    {"parallel_empty", [](Plan& p) { code(p, 4).a = 0; }, "1 to 65,535"},
    {"stray_branch", [](Plan& p) { p.code.push_back(branch(0)); }, "a branch outside"},
    {"runs_into_branch", [](Plan& p) { code(p, 4).a = 1; }, "past the end"},
    {"chance_nan", [](Plan& p) { code(p, 2).p = kNan; }, "probability"},
    {"chance_above", [](Plan& p) { code(p, 2).p = 1.1; }, "probability"},
    {"jump_out", [](Plan& p) { code(p, 7).a = 0; }, "jumps outside"},
    {"jump_onto_branch", [](Plan& p) { code(p, 7).a = kRoot + 5; }, "jumps outside"},
    {"class_set", [](Plan& p) { code(p, 0).b = 1; }, "unknown class set"},
    {"no_reason", [](Plan& p) { code(p, 9).a = 0; }, "no known reason"},
    {"unknown_reason", [](Plan& p) { code(p, 9).a = 99; }, "no known reason"},
    {"falls_through", [](Plan& p) { code(p, 9) = send(0); }, "past the end"},
    {"falls_into_next", [](Plan& p) { p.code[3] = work(0); }, "past the end"},
    {"answers_twice", [](Plan& p) { p.code[2] = reply(); }, "answers a second time"},
    {"forwards_after_reply", [](Plan& p) { p.code[2] = forward(0); }, "answers a second time"},
    {"loop", [](Plan& p) { code(p, 7).a = kRoot + 7; }, "never ends"},
    {"loop_for_one_class", [](Plan& p) { code(p, 0).a = kRoot + 0; }, "never ends"},
    {"unknown_instruction", [](Plan& p) { code(p, 7).op = static_cast<Op>(77); }, "unknown instruction"},
    {"actions_unsorted", [](Plan& p) { p.actions[0].at = 3_s; }, "order of time"},
    {"action_pool", [](Plan& p) { p.actions[0].pool = kNone; }, "no pool"},
    {"action_value", [](Plan& p) { p.actions[1].value = kNan; }, "no number, negative or too large"},
    {"action_instances", [](Plan& p) { p.actions[0].firstInstance = p.actions[0].lastInstance = 1; },
     "no room for"},
    {"action_zone", [](Plan& p) { p.actions[0].change = Change::ZoneOutage; }, "no zone to act on"},
    {"action_zones",
     [](Plan& p) {
       addZones(p);
       p.actions[0] = between(0, 1);
     },
     "not apart"},
    {"zone_ways",
     [](Plan& p) {
       p.zones = {{"a", kNone, 0}};
     },
     "ways between zones"},
    {"zone_cycle",
     [](Plan& p) {
       addZones(p);
       p.zones[0].parent = 1;
     },
     "lies within itself"},
    {"zone_parent",
     [](Plan& p) {
       addZones(p);
       p.zones[0].parent = 7;
     },
     "unknown zone"},
    {"zone_site",
     [](Plan& p) {
       addZones(p);
       p.zones[0].site = 7;
     },
     "unknown site"},
    {"zone_way",
     [](Plan& p) {
       addZones(p);
       p.zoneWays[0] = Duration::nanoseconds(-1);
     },
     "way between zones"},
    {"zone_variations",
     [](Plan& p) {
       addZones(p);
       p.zoneVariation = {0.1};
     },
     "variations of ways"},
    {"zone_variation",
     [](Plan& p) {
       addZones(p);
       p.zoneVariation = {0.1, 0.1, kNan, 0.1};
     },
     "standard deviation"},
    {"zone_fault",
     [](Plan& p) {
       addZones(p);
       p.zoneFaults = {{"a", 7, {}, {}, false}};
     },
     "no zone to act on"},
    {"pool_place", [](Plan& p) { p.pools[0].places = {0}; }, "lies in an unknown zone"},
    {"program_zone", [](Plan& p) { p.programs[0].zone = 0; }, "runs in an unknown zone"},
    {"link_zone", [](Plan& p) { p.links[0].zone = 0; }, "begins in an unknown zone"},
    {"link_weights",
     [](Plan& p) {
       p.links[0].weights = {0, 0};
     },
     "weights"},
    {"link_bandwidth", [](Plan& p) { p.links[0].bandwidth = kNan; }, "bandwidth"},
    {"class_size", [](Plan& p) { p.classes[0].replyBytes = RequestClass::kMostBytes + 1; }, "1e15 bytes"},
    {"work_measure", [](Plan& p) { p.code[0].c = 5; }, "unknown measure"},
    {"work_per_byte", [](Plan& p) { p.code[0].p = 2; }, "per byte"},
    {"route_unknown", [](Plan& p) { code(p, 1) = {.op = Op::Route, .a = 0}; }, "unknown route"},
    {"route_empty", [](Plan& p) { p.routes.emplace_back(); }, "no way to go on"},
    {"route_link", [](Plan& p) { p.routes = {{{{.link = 7, .behind = 7}}}}; }, "unknown link"},
    {"route_out",
     [](Plan& p) {
       p.routes = {{{{.link = 0, .behind = 0, .pc = 0}}}};
       code(p, 1) = {.op = Op::Route, .a = 0};
     },
     "jumps outside"},
};

INSTANTIATE_TEST_SUITE_P(Every, SpoiltPlan, ::testing::ValuesIn(kSpoilings),
                         [](const auto& spoilt) { return std::string(spoilt.param.name); });

TEST(PlanFaults, ALoopWithAChanceToLeaveIsLegal) {
  Plan plan = soundPlan();
  plan.code[kRoot + 2].a = kRoot + 2;  // IfChance 0.5 back to itself
  EXPECT_THAT(faultIn(plan), IsEmpty());
  plan.code[kRoot + 2].p = 1;
  EXPECT_THAT(faultIn(plan), HasSubstr("never ends"));
}

TEST(LawFaults, AreParametersThatNoSamplerCanUse) {
  EXPECT_THAT(faultIn(Law::constant(0_ms)), IsEmpty());
  EXPECT_THAT(faultIn(Law::exponential(1_s)), IsEmpty());
  EXPECT_THAT(faultIn(Law::erlang(1_s, 4)), IsEmpty());
  EXPECT_THAT(faultIn(Law::lognormal(1_s, 0)), IsEmpty());
  EXPECT_THAT(faultIn(Law::uniform(1_s, 1)), IsEmpty());
  EXPECT_THAT(faultIn(Law::hyperexponential(1_s, 1)), IsEmpty());
  EXPECT_THAT(faultIn(Law::constant(Duration::hours(99 * 365 * 24))), IsEmpty());

  EXPECT_THAT(faultIn(Law::constant(Duration::hours(101 * 366 * 24))), HasSubstr("100 years"));
  EXPECT_THAT(faultIn(Law::constant(Duration::nanoseconds(-1))), HasSubstr("negative"));
  EXPECT_THAT(faultIn(Law::erlang(1_s, 0)), HasSubstr("stages"));
  EXPECT_THAT(faultIn(Law::lognormal(1_s, -1)), HasSubstr("cv"));
  EXPECT_THAT(faultIn(Law::lognormal(1_s, kNan)), HasSubstr("cv"));
  EXPECT_THAT(faultIn(Law::uniform(1_s, 1.5)), HasSubstr("half-width"));
  EXPECT_THAT(faultIn(Law::hyperexponential(1_s, 0.5)), HasSubstr("cv"));
  EXPECT_THAT(faultIn(Law::gamma(1_s, -1)), HasSubstr("cv"));
  EXPECT_THAT(faultIn(Law::pareto(1_s, 1)), HasSubstr("alpha"));
  EXPECT_THAT(faultIn(Law{static_cast<Law::Kind>(99), 1_s, 1}), HasSubstr("unknown"));
}

TEST(Reasons, HaveDistinctNames) {
  std::set<std::string> names;
  for (int i = 0; i < kReasonCount; ++i) {
    names.insert(nameOf(static_cast<Reason>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kReasonCount));
  EXPECT_EQ(names.count(""), 0u);
}

}  // namespace
}  // namespace cantilever::plan
