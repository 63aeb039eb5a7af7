#include "core/exchange/design_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/exchange/json_value.h"
#include "tests/core/exchange/golden.h"
#include "tests/core/exchange/sample_design.h"

namespace cantilever::exchange {
namespace {

using testing::DesignMaker;
using ::testing::HasSubstr;
using testing::sampleCatalog;
using namespace literals;

Result<LoadedDesign> read(std::string_view json) {
  return readDesign(json, sampleCatalog(), "d.json");
}

/// A design of the text between the braces.
Result<LoadedDesign> readFields(const std::string& fields) {
  return read("{\"schema\": \"cantilever.design/1\",\n" + fields + "}");
}

Error errorOf(const Result<LoadedDesign>& loaded) {
  return loaded ? Error{"accepted", {}, {}} : loaded.error();
}

/// Small, but with every field away from its default once.
Design smallDesign() {
  Design design;
  design.name = "Shop";
  design.description = "# A shop\nwith *two* lines";
  design.sources = {"our own figures", "https://example.org/shop"};
  design.slice = 10;
  design.extras = {{"x-owner", R"({"team":"orders","since":2024.50})"}};
  design.classes.put({ClassId("read"),
                      "Read",
                      Access::Read,
                      true,
                      1_KB,
                      40_KB,
                      {{"keys", Count(50000)}, {"key_exponent", 0.8}, {"deadline", 2_s}},
                      {}});
  design.classes.put({ClassId("write"), "Write", Access::Write, false, 2_KB, bytes(0), {}, {}});
  design.workloads.put({WorkloadId("reads"),
                        ClassId("read"),
                        BlockId("users"),
                        1500_rps,
                        400_rps,
                        ArrivalProcess::Deterministic,
                        {}});
  design.objectives.put({ObjectiveId("fast"), Metric::LatencyP95, ClassId("read"), 200, {}});
  design.objectives.put({ObjectiveId("sure"), Metric::SuccessRatio, {}, 0.999, {}});
  design.objectives.put({ObjectiveId("cheap"), Metric::CostMonth, {}, 15000, {}});
  design.objectives.put({ObjectiveId("much"), Metric::Throughput, {}, 1400, {}});
  design.zones.put({ZoneId("eu"), "Europe", ZoneKind::Region, {}, {{0, 0}, {800, 600}}, {}});
  design.zones.put(
      {ZoneId("eu-a"), "", ZoneKind::AvailabilityZone, ZoneId("eu"), {{16, 16}, {400, 300}}, {}});
  Block users;
  users.id = BlockId("users");
  users.type = "plain";
  users.name = "Users";
  design.blocks.put(users);
  Block app;
  app.id = BlockId("app");
  app.type = "everything";
  app.name = "App \"1\"";
  app.zone = ZoneId("eu-a");
  app.position = {320, 160.5};
  app.isPinned = true;
  app.params = {{"bool", true},
                {"count", Count(3)},
                {"number", 1.5},
                {"duration", 20_ms},
                {"rate", 1500_rps},
                {"bytes", 8.0_GiB},
                {"bandwidth", bytesPerSecond(1e7)},
                {"ratio", 80_pct},
                {"law", Law::lognormal(8_ms, 1.5)},
                {"choice", Choice{"two"}},
                {"text", std::string("t")},
                {"unheard_of", OpaqueValue{R"(["kept",1.0])"}}};
  app.extras = {{"colour", "\"teal\""}};
  design.blocks.put(app);
  Link link;
  link.id = LinkId("users-app");
  link.from = BlockId("users");
  link.to = BlockId("app");
  link.mode = LinkMode::Send;
  link.role = LinkRole::Read;
  link.operation = "get";
  link.calls = 1.2;
  link.group = CallGroup::Parallel;
  link.classes = {ClassId("read"), ClassId("write")};
  link.weight = 2;
  link.latency = Law::exponential(500_us);
  link.timeout = 2_s;
  link.balancing = Balancing::RoundRobin;
  design.links.put(link);
  design.notes.put({NoteId("hint"), "Watch the *cache*", {{10, 20}, {200, 80}}, {}, 0, ZoneId("eu")});
  design.scenarios.put(
      {ScenarioId("loss"),
       "Zone loss",
       "A third is gone",
       {{10_s, BlockId("app"), Change::KillInstances, 2, {}}, {20_s, {}, Change::LoadFactor, 1.5, {}}},
       {}});
  return design;
}

TEST(DesignJson, ReadsBackWhatItWrote) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Design design = DesignMaker(seed).make(static_cast<std::uint32_t>(seed % 7));
    const std::string json = writeDesign(design);
    const Result<LoadedDesign> loaded = read(json);
    ASSERT_TRUE(loaded.ok()) << "seed " << seed << ": " << loaded.error().where << ": "
                             << loaded.error().message;
    EXPECT_EQ(loaded->design, design) << "seed " << seed << "\n" << json;
    EXPECT_EQ(writeDesign(loaded->design), json) << "seed " << seed;
  }
}

TEST(DesignJson, LooksAsDocumented) {
  testing::expectGolden("design.cantilever.json", writeDesign(smallDesign()));
}

TEST(DesignJson, LeavesOutWhatIsDefault) {
  EXPECT_EQ(writeDesign(Design()), "{\n  \"schema\": \"cantilever.design/1\"\n}\n");
}

TEST(DesignJson, ReadsWhatPeopleWrite) {
  const auto loaded = readFields(R"("blocks": [{"id": "a", "type": "everything", "params": {
      "count": "50k", "ratio": 0.25, "duration": "1.2ms", "rate": "1.5k/s"}}])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_TRUE(loaded->remarks.empty());
  const Params& params = loaded->design.blocks.find(BlockId("a"))->params;
  EXPECT_EQ(params.at("count"), ParamValue(Count(50'000)));
  EXPECT_EQ(params.at("ratio"), ParamValue(ratio(0.25)));
  EXPECT_EQ(params.at("duration"), ParamValue(1.2_ms));
  EXPECT_EQ(params.at("rate"), ParamValue(1500_rps));
}

TEST(DesignJson, ReadsEventsOfZonesAndOfSingleInstances) {
  const auto loaded = readFields(R"("zones": [{"id": "z", "params": {"fails_at_random": true}}],
"scenarios": [{"id": "s", "events": [
  {"zone": "z", "other_zone": "y", "change": "partition"},
  {"target": "a", "first_instance": 2, "last_instance": 3, "change": "pause_instances"},
  {"target": "a", "change": "kill_instances", "first_instance": -1},
  {"target": "a", "change": "kill_instances", "first_instance": 0.5}]}])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->design.zones.find(ZoneId("z"))->params.at("fails_at_random"), ParamValue(true));
  const std::vector<Perturbation>& events = loaded->design.scenarios.find(ScenarioId("s"))->events;
  EXPECT_EQ(events[0].zone, ZoneId("z"));
  EXPECT_EQ(events[0].otherZone, ZoneId("y"));
  EXPECT_EQ(events[1].firstInstance, 2u);
  EXPECT_EQ(events[1].lastInstance, 3u);
  EXPECT_FALSE(events[2].firstInstance || events[3].firstInstance);
  ASSERT_EQ(loaded->remarks.size(), 2u);
  EXPECT_EQ(loaded->remarks[0].code, "file.bad_value");
  const std::string written = writeDesign(loaded->design);
  EXPECT_THAT(written, HasSubstr("\"first_instance\": -1"));
  EXPECT_THAT(written, HasSubstr("\"first_instance\": 0.5"));
}

TEST(DesignJson, KeepsTypesParametersAndFieldsItDoesNotKnow) {
  const auto loaded = readFields(R"("future": {"b": [1.0], "a": null},
"blocks": [
 {"id": "a", "type": "quantum_cache", "params": {"spin": "1/2", "n": 1.50}, "aura": "blue"},
 {"id": "b", "type": "everything", "params": {"warp": 9}}
])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Design& design = loaded->design;
  EXPECT_EQ(design.extras, (Extras{{"future", R"({"b":[1.0],"a":null})"}}));
  const Block& a = *design.blocks.find(BlockId("a"));
  EXPECT_EQ(a.type, "quantum_cache");
  EXPECT_EQ(a.params.at("n"), ParamValue(OpaqueValue{"1.50"}));
  EXPECT_EQ(a.extras, (Extras{{"aura", "\"blue\""}}));
  EXPECT_EQ(design.blocks.find(BlockId("b"))->params.at("warp"), ParamValue(OpaqueValue{"9"}));

  std::vector<std::string> codes;
  for (const Diagnostic& remark : loaded->remarks) {
    codes.push_back(remark.code + " " + remark.block.text() + " " + remark.where);
  }
  EXPECT_THAT(codes, ::testing::UnorderedElementsAre(
                         "block.unknown_type a d.json:4:2", "file.unknown_field a d.json:4:77",
                         "param.unknown b d.json:5:47", "file.unknown_field  d.json:2:1"));
  const std::string written = writeDesign(design);
  for (const char* kept :
       {"\"spin\": \"1/2\"", "\"n\": 1.50", "\"aura\": \"blue\"", "\"warp\": 9", "\"future\": {"}) {
    EXPECT_THAT(written, HasSubstr(kept));
  }
}

TEST(DesignJson, WarnsOfAFieldThatIsMisspeltAndSaysWhatIsNear) {
  const auto loaded = readFields(R"("links": [{"id": "l", "timout": "5 ms"}])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  ASSERT_EQ(loaded->remarks.size(), 1U);
  EXPECT_EQ(loaded->remarks[0].severity, Severity::Warning);
  EXPECT_EQ(loaded->remarks[0].link, LinkId("l"));
  EXPECT_THAT(loaded->remarks[0].message, HasSubstr("did you mean \"timeout\"?"));
}

// What an event changes and what an objective limits have no default that anybody could mean.
TEST(DesignJson, MissesTheFieldsThatDecideTheMeaning) {
  const auto loaded = readFields(R"("objectives": [{"id": "o", "limit": "1 s"}],
"scenarios": [{"id": "s", "events": [{"target": "a", "chnge": "speed"}, {"target": "a", "change": "sped"}]}])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  std::vector<std::string> remarks;
  for (const Diagnostic& remark : loaded->remarks) {
    remarks.push_back(remark.code + (remark.severity == Severity::Error ? " error " : " ") + remark.param);
  }
  EXPECT_THAT(remarks, ::testing::UnorderedElementsAre(
                           "file.missing_field error metric", "file.missing_field error change",
                           "file.unknown_field chnge", "file.bad_value error change"));
  EXPECT_THAT(loaded->remarks.back().message, HasSubstr("did you mean \"speed\"?"));
}

TEST(DesignJson, ReadsAndKeepsParametersOfClassesWorkloadsAndLinks) {
  const auto loaded =
      readFields(R"("classes": [{"id": "c", "params": {"keys": "50k", "priority": 1.5, "tint": 7}}],
"workloads": [{"id": "w", "class": "c", "params": {"tint": 8}}],
"links": [{"id": "l", "params": {"tint": 9}}])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Params& params = loaded->design.classes.find(ClassId("c"))->params;
  EXPECT_EQ(params.at("keys"), ParamValue(Count(50'000)));
  EXPECT_EQ(params.at("priority"), ParamValue(OpaqueValue{"1.5"}));
  std::vector<std::string> remarks;
  for (const Diagnostic& remark : loaded->remarks) {
    remarks.push_back(remark.code + " " + remark.param);
  }
  EXPECT_THAT(remarks, ::testing::ElementsAre("param.malformed priority", "param.unknown tint",
                                              "param.unknown tint", "param.unknown tint"));
  const std::string written = writeDesign(loaded->design);
  for (const char* kept :
       {"\"keys\": 50000", "\"priority\": 1.5", "\"tint\": 7", "\"tint\": 8", "\"tint\": 9"}) {
    EXPECT_THAT(written, HasSubstr(kept));
  }
}

TEST(DesignJson, KeepsQuantitiesThatDoNotParse) {
  const auto loaded = readFields(
      R"("blocks": [{"id": "a", "type": "everything", "params": {"duration": "12 parsecs", "count": 1.5}}],
"links": [{"id": "l", "latency": "soon", "mode": "teleport", "calls": "many"}],
"workloads": [{"id": "w", "peak": "a lot", "mean": 7}])");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Design& design = loaded->design;
  EXPECT_EQ(design.blocks.find(BlockId("a"))->params.at("duration"),
            ParamValue(OpaqueValue{"\"12 parsecs\""}));
  EXPECT_EQ(design.blocks.find(BlockId("a"))->params.at("count"), ParamValue(OpaqueValue{"1.5"}));
  EXPECT_EQ(design.links.find(LinkId("l"))->extras,
            (Extras{{"latency", "\"soon\""}, {"mode", "\"teleport\""}, {"calls", "\"many\""}}));
  EXPECT_EQ(design.workloads.find(WorkloadId("w"))->extras, (Extras{{"peak", "\"a lot\""}, {"mean", "7"}}));
  EXPECT_EQ(loaded->remarks.size(), 7U);
  for (const Diagnostic& remark : loaded->remarks) {
    EXPECT_EQ(remark.severity, Severity::Error) << remark.message;
    EXPECT_THAT(remark.where, HasSubstr("d.json:"));
  }
  const auto again = read(writeDesign(design));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->design, design);
  EXPECT_EQ(again->remarks.size(), 7U);
}

TEST(DesignJson, ReadsTheEstimateAndKeepsWhatItDoesNotUnderstand) {
  const auto loaded = readFields(
      R"("estimate": {"daily_users": "5M", "media_size": "2 MiB", "retention": "5 y", "write_share": "300 %", "peak_factor": 3, "mood": "good"})");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const Sheet& sheet = loaded->design.sheet;
  EXPECT_EQ(sheet.typed,
            (std::map<std::string, double>{
                {"daily_users", 5e6}, {"media_size", 2097152}, {"retention", 5 * 365 * 86'400.0}}));
  EXPECT_EQ(sheet.extras, (Extras{{"write_share", "\"300 %\""}, {"peak_factor", "3"}, {"mood", "\"good\""}}));
  std::vector<std::string> remarks;
  for (const Diagnostic& remark : loaded->remarks) {
    remarks.push_back(remark.code + " " + remark.param);
  }
  EXPECT_THAT(remarks,
              ::testing::UnorderedElementsAre("file.bad_value write_share", "file.bad_value peak_factor",
                                              "file.unknown_field mood"));
  const std::string written = writeDesign(loaded->design);
  for (const char* part : {R"("daily_users": "5M")", R"("media_size": "2 MiB")", R"("retention": "5 y")",
                           R"("write_share": "300 %")", R"("mood": "good")"}) {
    EXPECT_THAT(written, HasSubstr(part));
  }
  EXPECT_EQ(read(written)->design, loaded->design);
  EXPECT_EQ(readFields(R"("estimate": 7)")->design.extras, (Extras{{"estimate", "7"}}));
}

TEST(DesignJson, ANewValueReplacesOneThatDidNotParse) {
  const auto loaded = readFields(R"("workloads": [{"id": "w", "peak": "a lot"}])");
  ASSERT_TRUE(loaded.ok());
  Workload workload = *loaded->design.workloads.find(WorkloadId("w"));
  workload.peak = 5_rps;
  Design design = loaded->design;
  design.workloads.put(workload);
  const auto again = read(writeDesign(design));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->remarks.empty());
  EXPECT_EQ(again->design.workloads.find(WorkloadId("w"))->peak, 5_rps);
}

TEST(DesignJson, KeepsReferencesThatDangle) {
  const auto loaded = readFields(R"("links": [{"id": "l", "from": "nowhere", "to": "Not A Slug"}])");
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->design.links.find(LinkId("l"))->to, BlockId("Not A Slug"));
}

TEST(DesignJson, RefusesWithPlaceAndRemedy) {
  struct Case {
    const char* fields;
    const char* code;
    const char* where;
    const char* says;
  };
  const Case cases[] = {
      {R"("blocks": {})", "file.not_a_list", "d.json:2:11", "list of objects"},
      {R"("blocks": [7])", "file.not_an_object", "d.json:2:12", "holds objects"},
      {R"("blocks": [{"type": "plain"}])", "file.no_id", "d.json:2:12", "This block has no \"id\""},
      {R"("blocks": [{"id": 7}])", "file.bad_id", "d.json:2:19", "is text"},
      {R"("blocks": [{"id": "Orders DB"}])", "file.bad_id", "d.json:2:19", "write \"orders-db\""},
      {R"("blocks": [{"id": "a"},
                     {"id": "a"}])",
       "file.duplicate_id", "d.json:3:22", "first at d.json:2:12"},
      {R"("blocks": [{"id": "a", "type": "plain", "params": []}])", "file.not_an_object", "d.json:2:51",
       "block \"a\""},
      {R"("scenarios": [{"id": "s", "events": {}}])", "file.not_a_list", "d.json:2:37", "scenario \"s\""},
      {R"("scenarios": [{"id": "s", "events": [1]}])", "file.not_an_object", "d.json:2:38", "scenario \"s\""},
      {R"("name": "a", "name": "b")", "json.duplicate_key", "d.json:2:14", "first at d.json:2:1"},
  };
  for (const Case& one : cases) {
    const Error error = errorOf(readFields(one.fields));
    EXPECT_EQ(error.code, one.code) << one.fields;
    EXPECT_EQ(error.where, one.where) << one.fields;
    EXPECT_THAT(error.message, HasSubstr(one.says));
  }
}

TEST(DesignJson, RefusesOtherSchemas) {
  EXPECT_EQ(errorOf(read("{}")).code, "file.no_schema");
  EXPECT_EQ(errorOf(read("[]")).code, "file.not_an_object");
  EXPECT_EQ(errorOf(read(R"({"schema": "cantilever.run/1"})")).code, "file.wrong_schema");
  EXPECT_EQ(errorOf(read(R"({"schema": 7})")).code, "file.wrong_schema");
  const Error newer = errorOf(read("{\n\"schema\": \"cantilever.design/2\"}"));
  EXPECT_EQ(newer.code, "file.newer_schema");
  EXPECT_EQ(newer.where, "d.json:2:11");
}

TEST(DesignJson, TruncatedAnywhereIsAnErrorAndNotACrash) {
  const std::string json = writeDesign(smallDesign());
  const std::size_t lastBrace = json.rfind('}');
  for (std::size_t length = 0; length < json.size(); ++length) {
    const Result<LoadedDesign> loaded = read(std::string_view(json).substr(0, length));
    EXPECT_EQ(loaded.ok(), length > lastBrace) << length;
    if (!loaded) {
      EXPECT_THAT(loaded.error().where, HasSubstr("d.json:"));
    }
  }
}

TEST(DesignJson, AnyByteChangedIsReadOrRefusedAndWhatIsReadCanBeWritten) {
  const std::string json = writeDesign(smallDesign());
  RandomStream random(7);
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char bytes[] = {'"', '{', ']', '0', '\\', '\xFF', static_cast<char>(random.below(256))};
    std::string changed = json;
    changed[at] = bytes[random.below(sizeof(bytes))];
    if (const Result<LoadedDesign> loaded = read(changed)) {
      const Result<LoadedDesign> again = read(writeDesign(loaded->design));
      ASSERT_TRUE(again.ok()) << again.error().message << "\n" << changed;
      EXPECT_EQ(again->design, loaded->design) << changed;
    }
  }
}

TEST(DesignJson, WritesTextThatIsNotUtf8InAFormThatCanBeRead) {
  Design design;
  design.name = "bad \xFF byte";
  const auto loaded = read(writeDesign(design));
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->design.name, "bad \xEF\xBF\xBD byte");
}

TEST(DesignJson, LimitsKeepEveryDigit) {
  for (const double limit : {0.1234567891234, 1.0 / 3.0, 99.9, 0.999, 1e-9}) {
    for (const Metric metric :
         {Metric::LatencyMean, Metric::SuccessRatio, Metric::Throughput, Metric::CostMonth}) {
      Design design;
      design.objectives.put({ObjectiveId("o"), metric, {}, limit, {}});
      const auto loaded = read(writeDesign(design));
      ASSERT_TRUE(loaded.ok());
      EXPECT_EQ(loaded->design, design) << writeDesign(design);
    }
  }
}

TEST(DesignJson, LimitsTakeAnyUnitOfTheirKind) {
  const auto loaded = readFields(R"("objectives": [{"id": "a", "metric": "latency_p50", "limit": "0.4 s"},
    {"id": "b", "metric": "success_ratio", "limit": "99.9 %"}, {"id": "c", "metric": "throughput", "limit": "1.4k/s"},
    {"id": "d", "metric": "cost_month", "limit": "15000 EUR"}])");
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->design.objectives.find(ObjectiveId("a"))->limit, 400);
  EXPECT_EQ(loaded->design.objectives.find(ObjectiveId("b"))->limit, 0.999);
  EXPECT_EQ(loaded->design.objectives.find(ObjectiveId("c"))->limit, 1400);
  ASSERT_EQ(loaded->remarks.size(), 1U);
  EXPECT_THAT(loaded->remarks[0].message, HasSubstr("\"15000 USD\""));
}

// Beyond what money and durations can hold there is nothing to judge by.
TEST(DesignJson, LimitsAreFinite) {
  for (const auto& [metric, limit] :
       std::vector<std::pair<std::string, std::string>>{{"latency_p99", "nan ms"},
                                                        {"latency_p99", "1e300 ms"},
                                                        {"cost_month", "inf USD"},
                                                        {"cost_month", "1e300 USD"}}) {
    const auto loaded = readFields(R"("objectives": [{"id": "a", "metric": ")" + metric + R"(", "limit": ")" +
                                   limit + R"("}])");
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(loaded->remarks.size(), 1U) << limit;
    EXPECT_LE(loaded->design.objectives.find(ObjectiveId("a"))->limit, 1e12) << limit;
  }
}

TEST(DesignJson, TenThousandBlocksRoundTrip) {
  Design design;
  for (int i = 0; i < 10'000; ++i) {
    Block block;
    block.id = BlockId("b" + std::to_string(i));
    block.type = "everything";
    block.name = "Block " + std::to_string(i);
    block.position = {i * 8.0, 16};
    block.params = {{"duration", 20_ms}, {"count", Count(i)}, {"law", Law::exponential(8_ms)}};
    design.blocks.put(block);
    Link link;
    link.id = LinkId("l" + std::to_string(i));
    link.from = block.id;
    link.to = BlockId("b" + std::to_string((i * 7 + 1) % 10'000));
    design.links.put(link);
  }
  const auto loaded = read(writeDesign(design));
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->design, design);
}

TEST(Fragment, ReadsBackWhatItWrote) {
  const Design design = DesignMaker(42).make(5);
  Fragment written;
  const auto all = [](const auto& table, auto& list) {
    for (const auto& each : table) {
      list.push_back(each);
    }
  };
  all(design.blocks, written.blocks);
  all(design.links, written.links);
  all(design.zones, written.zones);
  all(design.notes, written.notes);
  const Result<Fragment> read = readFragment(writeFragment(written), sampleCatalog());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->blocks, written.blocks);
  EXPECT_EQ(read->links, written.links);
  EXPECT_EQ(read->zones, written.zones);
  EXPECT_EQ(read->notes, written.notes);
  EXPECT_FALSE(written.zones.empty() || written.notes.empty());
}

TEST(Fragment, IsNoDesignAndTheOtherWayRound) {
  EXPECT_EQ(readFragment(writeDesign(smallDesign()), sampleCatalog()).error().code, "file.wrong_schema");
  EXPECT_EQ(errorOf(read(writeFragment({}))).code, "file.wrong_schema");
  EXPECT_EQ(readFragment("any text on the clipboard", sampleCatalog()).error().code, "json.syntax");
}

}  // namespace
}  // namespace cantilever::exchange
