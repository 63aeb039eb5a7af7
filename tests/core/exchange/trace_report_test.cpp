#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/units.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/cost/csv.h"
#include "core/exchange/reports.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"

namespace cantilever::exchange {
namespace {

using namespace literals;
using nlohmann::json;
using test::design;

sim::RunResult smallRun() {
  const Design drawn = design()
                           .block("users", "source")
                           .block("shop", "fork")
                           .block("db", "pool")
                           .param("service", Law::exponential(4_ms))
                           .link("users", "shop")
                           .latency(1_ms)
                           .link("shop", "db")
                           .calls(2)
                           .timeout(30_ms)
                           .workload("users", 80_rps);
  const compile::Compiled compiled = compile::compile(drawn, catalog::Catalog::builtIn());
  EXPECT_NE(compiled.plan, nullptr);
  sim::RunConfig config;
  config.warmup = Duration();
  config.duration = 2_s;
  return *sim::simulate(compiled.plan, config);
}

// The form is that of opentelemetry-proto, trace/v1/trace.proto, in its JSON encoding: identifiers in
// hexadecimal of 16 and 8 bytes, 64-bit integers as strings, enumerations as numbers.
TEST(TracesJson, AreTreesOfSpansAsOpenTelemetryHasThem) {
  const sim::RunResult run = smallRun();
  const json all = json::parse(tracesJson(run));
  struct Span {
    std::string parent;
    std::int64_t start = 0;
    std::int64_t end = 0;
  };
  std::map<std::string, std::map<std::string, Span>> traces;
  std::set<std::string> services;
  std::size_t errors = 0;
  for (const json& resource : all.at("resourceSpans")) {
    const json& name = resource.at("resource").at("attributes").at(0);
    EXPECT_EQ(name.at("key"), "service.name");
    services.insert(name.at("value").at("stringValue").get<std::string>());
    for (const json& span : resource.at("scopeSpans").at(0).at("spans")) {
      const std::string trace = span.at("traceId");
      const std::string id = span.at("spanId");
      EXPECT_THAT(trace, ::testing::MatchesRegex("[0-9a-f]+"));
      EXPECT_EQ(trace.size(), 32u);
      EXPECT_EQ(id.size(), 16u);
      EXPECT_FALSE(span.at("name").get<std::string>().empty());
      EXPECT_TRUE(span.at("kind").is_number_integer());
      errors += span.contains("status") && span.at("status").at("code") == 2 ? 1u : 0u;
      const bool isNew = traces[trace]
                             .emplace(id, Span{span.value("parentSpanId", ""),
                                               std::stoll(span.at("startTimeUnixNano").get<std::string>()),
                                               std::stoll(span.at("endTimeUnixNano").get<std::string>())})
                             .second;
      EXPECT_TRUE(isNew) << id;
    }
  }
  EXPECT_EQ(services, (std::set<std::string>{"users", "shop", "db"}));
  EXPECT_EQ(traces.size(), run.traces.size());
  EXPECT_GT(errors, 0u);
  for (const auto& [id, spans] : traces) {
    std::size_t roots = 0;
    for (const auto& [name, span] : spans) {
      EXPECT_LE(span.start, span.end);
      if (span.parent.empty()) {
        ++roots;
        continue;
      }
      ASSERT_TRUE(spans.count(span.parent) == 1) << name;
      EXPECT_GE(span.start, spans.at(span.parent).start);
      EXPECT_LE(span.end, spans.at(span.parent).end);
    }
    EXPECT_EQ(roots, 1u);
  }
}

TEST(SeriesCsv, HasAColumnForEachFigureAndALineForEachSample) {
  sim::RunResult run = smallRun();
  run.pools[0].key = "d\"b, the first";
  const auto rows = cost::parseCsv(seriesCsv(run), "series");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), run.series.size() + 1);
  const std::vector<std::string>& headings = rows->front().fields;
  EXPECT_EQ(headings[0], "end_s");
  for (const cost::CsvRow& row : *rows) {
    EXPECT_EQ(row.fields.size(), headings.size());
  }
  const auto at = std::find(headings.begin(), headings.end(), "pool d\"b, the first utilisation_ratio");
  ASSERT_NE(at, headings.end());
  EXPECT_NEAR(std::stod(rows->at(3).fields[static_cast<std::size_t>(at - headings.begin())]),
              static_cast<double>(run.series[2].pools[0].utilisation), 1e-6);
  EXPECT_EQ(std::set<std::string>(headings.begin(), headings.end()).size(), headings.size());
}

}  // namespace
}  // namespace cantilever::exchange
