#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "core/exchange/file_set.h"
#include "tests/cli/run_cli.h"
#include "tests/core/exchange/temporary_folder.h"

/// resources/help/json.md names the fields that the program prints, and no others.
namespace cantilever {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;
using testing::kTemplate;
using testing::runCli;

/// A run in which something fails, on a scenario, so that every list has an item.
constexpr const char* kEventful = R"({
  "schema": "cantilever.design/1",
  "name": "Eventful",
  "classes": [{"id": "job", "cacheable": true, "params": {"keys": 100}}],
  "workloads": [{"id": "jobs", "class": "job", "entry": "users", "peak": "200/s", "mean": "200/s"},
                {"id": "devices", "class": "job", "entry": "users", "peak": "1/s", "mean": "1/s", "params": {"kind": "sessions", "users": 10, "holder": "queue", "slots": 20}}],
  "objectives": [{"id": "p99", "metric": "latency_p99", "limit": "1 s"}],
  "zones": [{"id": "a"}, {"id": "b"}],
  "blocks": [
    {"id": "users", "type": "source"},
    {"id": "limit", "type": "tokens", "params": {"size": 1000}},
    {"id": "contents", "type": "cache", "params": {"ttl": "50 ms"}},
    {"id": "queue", "type": "pool", "params": {"service": "exponential 10 ms"}},
    {"id": "log", "type": "log"},
    {"id": "bytes", "type": "meter"},
    {"id": "readers", "type": "delay"},
    {"id": "counts", "type": "stream", "params": {"window": "20 ms"}},
    {"id": "data", "type": "store", "params": {"write_time": "exponential 1 ms", "detection_time": "constant 10 ms", "promotion_time": "constant 10 ms"}}
  ],
  "links": [{"id": "in", "from": "users", "to": "limit"}, {"id": "by", "from": "limit", "to": "contents"}, {"id": "on", "from": "contents", "to": "queue"}, {"id": "tell", "from": "queue", "to": "log"}, {"id": "read", "from": "log", "to": "readers"}, {"id": "count", "from": "log", "to": "counts"}, {"id": "save", "from": "users", "to": "data", "operation": "write"}, {"id": "measure", "from": "queue", "to": "bytes", "params": {"call_batch": 2}}],
  "scenarios": [{"id": "loss", "events": [{"at": "200 ms", "target": "queue", "change": "kill_instances", "first_instance": 0}, {"at": "300 ms", "target": "data", "change": "kill_instances"}, {"at": "300 ms", "zone": "a", "other_zone": "b", "change": "partition"},
                                          {"at": "150 ms", "target": "log", "change": "seek_group", "value": 0},
                                          {"at": "160 ms", "target": "limit", "change": "set_size", "value": 900},
                                          {"change": "set_flag", "name": "new"},
                                          {"change": "stop_control", "name": "alert"}]}],
  "controls": [{"id": "alert", "when": "at 100 ms", "events": [{"change": "set_flag", "name": "new", "value": 1}]}]
})";

void addKeys(const json& value, Names& keys) {
  if (!value.is_structured()) {
    return;
  }
  for (const auto& [key, member] : value.items()) {
    if (value.is_object()) {
      keys.insert(key);
    }
    addKeys(member, keys);
  }
}

Names keysOf(const std::string& text) {
  Names keys;
  addKeys(json::parse(text), keys);
  return keys;
}

/// The chapter whose heading names the schema.
std::string chapter(const std::string& schema) {
  const auto bytes = exchange::readFile(CANTILEVER_SOURCE_DIR "/resources/help/json.md");
  std::istringstream lines(bytes ? *bytes : std::string());
  std::string text;
  bool isInside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("## ", 0) == 0) {
      isInside = line.find("`" + schema + "`") != std::string::npos;
    } else if (isInside) {
      text += line + "\n";
    }
  }
  return text;
}

/// Everything between backquotes.
Names quotedIn(const std::string& text) {
  Names names;
  std::istringstream pieces(text);
  bool isQuoted = false;
  for (std::string piece; std::getline(pieces, piece, '`'); isQuoted = !isQuoted) {
    if (isQuoted) {
      names.insert(piece);
    }
  }
  return names;
}

/// `values`: the words of the chapter that are no field, but what fields say.
void expectDocumented(const std::string& schema, const Names& printed, const Names& values) {
  const Names documented = quotedIn(chapter(schema));
  ASSERT_FALSE(documented.empty()) << schema;
  for (const std::string& key : printed) {
    EXPECT_TRUE(key == "schema" || documented.count(key) == 1)
        << schema << " has " << key << ", json.md does not";
  }
  for (const std::string& name : documented) {
    EXPECT_TRUE(printed.count(name) == 1 || values.count(name) == 1)
        << "json.md promises " << name << " in " << schema << ", which does not have it";
  }
}

/// Where the chapter has its names: by field of the whole, and those that may be in any.
struct Places {
  std::map<std::string, Names> inField;
  Names anywhere;
};

/// Fields are in the first column of the table, what is in them in the second, or in a sentence that begins
/// with "A pool has" for `pools`, "Tokens (...) have" for `tokens`. Distributions and reasons are described
/// once.
Places placesIn(const std::string& text) {
  static const std::regex kTopic(R"((^|\. |\n)(?:An? )?(\w+) (?:\([^)]*\) )?(?:has|have|are|is those) )");
  Places places;
  std::istringstream lines(text);
  std::string prose;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t second = line.find(" | ", 2);
    if (line.rfind("| ", 0) != 0 || second == std::string::npos) {
      prose += line + "\n";
      continue;
    }
    for (const std::string& field : quotedIn(line.substr(0, second))) {
      places.inField[field].merge(quotedIn(line.substr(second)));
    }
  }
  const auto addAbout = [&](std::string topic, const std::string& about) {
    topic[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(topic[0])));
    topic += topic.back() == 's' ? "" : "s";
    (topic == "distributions" || topic == "reasons" ? places.anywhere : places.inField[topic])
        .merge(quotedIn(about));
  };
  std::string topic;
  std::size_t begin = 0;
  for (std::sregex_iterator at(prose.begin(), prose.end(), kTopic); at != std::sregex_iterator(); ++at) {
    if (!topic.empty()) {
      addAbout(topic, prose.substr(begin, static_cast<std::size_t>(at->position()) - begin));
    }
    topic = (*at)[2];
    begin = static_cast<std::size_t>(at->position());
  }
  if (!topic.empty()) {
    addAbout(topic, prose.substr(begin));
  }
  return places;
}

/// Each field of the whole is one of the table, and holds what is said of it.
void expectInTheirPlaces(const std::string& schema, const json& printed) {
  const Places places = placesIn(chapter(schema));
  ASSERT_FALSE(places.inField.empty()) << schema;
  for (const auto& [field, value] : printed.items()) {
    if (field == "schema") {
      continue;
    }
    const auto documented = places.inField.find(field);
    if (documented == places.inField.end()) {
      ADD_FAILURE() << schema << " has a field " << field << ", the table of json.md does not";
      continue;
    }
    Names keys;
    addKeys(value, keys);
    for (const std::string& key : keys) {
      EXPECT_TRUE(documented->second.count(key) + places.anywhere.count(key) > 0)
          << schema << " has " << key << " in " << field << ", json.md says it elsewhere";
    }
  }
  for (const auto& [field, names] : places.inField) {
    EXPECT_TRUE(printed.contains(field)) << "json.md promises a field " << field << " in " << schema;
  }
}

TEST(JsonDocumentation, OfStudies) {
  const testing::TemporaryFolder folder;
  const std::string design = folder.path("eventful.cantilever.json");
  std::string retrying = kEventful;
  const std::string by = R"("to": "queue")";
  retrying.replace(retrying.find(by), by.size(), by + R"(, "timeout": "20 ms", "params": {"attempts": 3})");
  retrying.erase(retrying.rfind(R"(,
  "controls")"),
                 std::string::npos);
  retrying += "}";
  ASSERT_TRUE(exchange::writeFile(design, retrying).ok());
  expectDocumented(
      "cantilever.study/1",
      keysOf(runCli({"simulate", design, "--replications", "10", "--duration", "5s", "--until-precision",
                     "0.1", "--json"})
                 .out),
      {"--until-precision", "cantilever-cli simulate --replications --json", "stable", "unstable",
       "metastable", "unknown", "growing_pool", "cantilever.run/1", "worst_window/p99_ms", "windows"});
}

TEST(JsonDocumentation, OfRuns) {
  const testing::TemporaryFolder folder;
  const std::string design = folder.path("eventful.cantilever.json");
  ASSERT_TRUE(exchange::writeFile(design, kEventful).ok());
  const std::string eventful =
      runCli({"simulate", design, "--scenario", "loss", "--duration", "61s", "--warmup", "0s", "--json"}).out;
  expectInTheirPlaces("cantilever.run/1", json::parse(eventful));
  Names printed = keysOf(eventful);
  printed.merge(
      keysOf(runCli({"simulate", kTemplate, "--duration", "50ms", "--warmup", "0s", "--json"}).out));
  expectDocumented("cantilever.run/1", printed,
                   {"cantilever-cli simulate --json",
                    "/role",
                    "load_factor",
                    "killed",
                    "restored",
                    "ordered",
                    "booted",
                    "draining",
                    "retired",
                    "speed",
                    "flushed",
                    "paused",
                    "resumed",
                    "rebalanced",
                    "sought",
                    "detected",
                    "promoted",
                    "rejoined",
                    "waiting_for_log",
                    "zone_down",
                    "zone_up",
                    "partitioned",
                    "healed",
                    "zone_latency_scaled",
                    "latency_scaled",
                    "weight_set",
                    "size_set",
                    "rate_set",
                    "zone_latency_added",
                    "latency_added",
                    "loss_set",
                    "errors_set",
                    "roll_out",
                    "rolled_out",
                    "flag_set",
                    "fired",
                    "cleared",
                    "stopped",
                    "demand",
                    "travelling",
                    "backing_off",
                    "held_back",
                    "waiting_for_seat",
                    "waiting_for_server",
                    "working",
                    "waiting_for_tokens",
                    "waiting_for_fetch",
                    "delayed",
                    "waiting_for_answers",
                    "cache",
                    "program",
                    "marked_down",
                    "marked_up",
                    "ejected",
                    "readmitted",
                    "breaker_opened",
                    "breaker_half_open",
                    "breaker_closed",
                    "saturated",
                    "relieved",
                    "stable",
                    "unstable",
                    "unknown",
                    "link",
                    "script",
                    "hand",
                    "control",
                    "scaler",
                    "chance",
                    "run"});
}

TEST(JsonDocumentation, OfSolutions) {
  const testing::TemporaryFolder folder;
  const std::string design = folder.path("eventful.cantilever.json");
  ASSERT_TRUE(exchange::writeFile(design, kEventful).ok());
  // At the second load the pool is unstable, so that some figures are not solvable; the last design has two
  // states.
  Names printed = keysOf(runCli({"solve", design, "--json"}).out);
  printed.merge(keysOf(runCli({"solve", design, "--load", "0.1", "--json"}).out));
  printed.merge(keysOf(runCli({"solve", kTemplate, "--json"}).out));
  const std::string metastable =
      CANTILEVER_SOURCE_DIR "/tests/core/analytic/designs/two_states.cantilever.json";
  printed.merge(keysOf(runCli({"solve", metastable, "--json"}).out));
  expectDocumented("cantilever.solution/1", printed,
                   {"cantilever-cli solve --json", "analytic.md", "exact", "approximation", "not_solvable",
                    "seats", "consumers"});
}

TEST(JsonDocumentation, OfForecasts) {
  const testing::TemporaryFolder folder;
  const std::string design = folder.path("eventful.cantilever.json");
  ASSERT_TRUE(exchange::writeFile(design, kEventful).ok());
  Names printed =
      keysOf(runCli({"forecast", design, "--scenario", "loss", "--duration", "1h", "--json"}).out);
  printed.merge(keysOf(runCli({"forecast", kTemplate, "--profile", "day", "--load", "1.9", "--json"}).out));
  expectDocumented("cantilever.forecast/1", printed,
                   {"cantilever-cli forecast --json", "fluid.md", "exact", "approximation", "not_solvable",
                    "pool", "seats", "tokens", "consumers", "ordered", "ready", "killed", "restored",
                    "flushed", "changed", "scaler", "scenario", "control", "failover"});
}

TEST(JsonDocumentation, OfEstimates) {
  Names printed =
      keysOf(runCli({"estimate", "--design", kTemplate, "--set", "mean_rate=5k/s", "--json"}).out);
  Names values = {"cantilever-cli estimate --json",
                  "estimate.md",
                  "default",
                  "typed",
                  "reckoned",
                  "number",
                  "ratio",
                  "rate",
                  "bytes",
                  "bandwidth",
                  "duration"};
  expectDocumented("cantilever.estimate/1", printed, values);
}

TEST(JsonDocumentation, OfCosts) {
  expectDocumented("cantilever.cost/1", keysOf(runCli({"cost", kTemplate, "--json"}).out),
                   {"cantilever-cli cost --json", "instance_hours", "storage_gb_months", "requests",
                    "egress_gb", "processed_gb", "capacity_unit_hours", "service_hours", "reason"});
}

TEST(JsonDocumentation, OfChecks) {
  const testing::TemporaryFolder folder;
  const std::string design = folder.path("wrong.cantilever.json");
  std::string text = kEventful;
  text.replace(text.find("exponential 10 ms"), 17, "fast");
  text.replace(text.find("\"from\": \"users\", "), 17, "");
  ASSERT_TRUE(exchange::writeFile(design, text).ok());
  Names printed = keysOf(runCli({"check", design, "--json"}).out);
  printed.merge(keysOf(runCli({"check", kTemplate, "--json"}).out));
  expectDocumented("cantilever.check/1", printed,
                   {"cantilever-cli check --json", "error", "warning", "note", "zone"});
}

TEST(JsonDocumentation, OfChecklists) {
  expectDocumented("cantilever.checklist/1", keysOf(runCli({"advise", kTemplate, "--no-run", "--json"}).out),
                   {"cantilever-cli advise --json"});
}

TEST(JsonDocumentation, OfBlockTypesAndTemplates) {
  Names printed = keysOf(runCli({"blocks", "--json"}).out);
  printed.merge(keysOf(runCli({"templates", "--json"}).out));
  expectDocumented(
      "cantilever.block_type/1", printed,
      {"cantilever-cli blocks --json", "cantilever-cli templates --json", "read", "known", "judgement"});
}

}  // namespace
}  // namespace cantilever
