#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/catalog/block_type.h"
#include "core/estimate/sheet_lines.h"
#include "core/model/design.h"

namespace cantilever::testing {

/// Two block types of our own: "everything" has a parameter of each kind, "plain" has none.
inline const catalog::Catalog& sampleCatalog() {
  static const catalog::Catalog catalog = [] {
    catalog::BlockType everything;
    everything.key = "everything";
    everything.label = "Everything";
    const std::vector<std::pair<std::string, ParamValue>> defaults = {
        {"bool", false},
        {"count", Count(1)},
        {"number", 1.0},
        {"duration", Duration::milliseconds(1)},
        {"rate", perSecond(1)},
        {"bytes", bytes(1)},
        {"bandwidth", bytesPerSecond(1)},
        {"ratio", ratio(0.5)},
        {"law", Law::constant(Duration::milliseconds(1))},
        {"choice", Choice{"one"}},
        {"text", std::string("text")},
    };
    for (const auto& [key, value] : defaults) {
      catalog::ParamSpec spec;
      spec.key = key;
      spec.label = key;
      spec.kind = kindOf(value);
      spec.defaultValue = value;
      everything.params.push_back(std::move(spec));
    }
    catalog::BlockType plain;
    plain.key = "plain";
    plain.label = "Plain";
    return catalog::Catalog({everything, plain});
  }();
  return catalog;
}

/// Makes designs at random: every field of every kind of element, with text of any sort, in all combinations.
class DesignMaker {
 public:
  explicit DesignMaker(std::uint64_t seed) : m_random(seed) {}

  Design make(std::uint32_t size) {
    Design design;
    design.name = text();
    design.description = text();
    for (std::uint32_t i = m_random.below(3); i > 0; --i) {
      design.sources.push_back(text());
    }
    design.slice = coin() ? 1 : number();
    design.extras = extras();
    for (const estimate::LineSpec& line : estimate::sheetLines()) {
      if (m_random.below(8) == 0) {
        const double value = line.least + m_random.uniform() * (line.most - line.least);
        design.sheet.typed[line.key] =
            line.unit == estimate::Unit::Duration ? Duration::seconds(value).inSeconds() : value;
      }
    }
    design.sheet.extras = extras();
    for (std::uint32_t i = 0; i < size; ++i) {
      design.blocks.put(block());
      design.links.put(link());
      design.zones.put({id<ZoneId>(), text(),
                        pick({ZoneKind::Region, ZoneKind::AvailabilityZone, ZoneKind::Rack}), maybe<ZoneId>(),
                        area(), unknownParams(), coin(), extras()});
      design.notes.put({id<NoteId>(), text(), area(), extras(), number(), id<ZoneId>()});
      design.classes.put({id<ClassId>(), text(), pick({Access::Read, Access::Write}), coin(), bytes(size_B()),
                          bytes(size_B()), classParams(), extras()});
      design.workloads.put(
          {id<WorkloadId>(), maybe<ClassId>(), maybe<BlockId>(), perSecond(size_B()), perSecond(size_B()),
           pick({ArrivalProcess::Poisson, ArrivalProcess::Deterministic}), unknownParams(), extras()});
      design.objectives.put(
          {id<ObjectiveId>(),
           pick({Metric::LatencyMean, Metric::LatencyP50, Metric::LatencyP95, Metric::LatencyP99,
                 Metric::LatencyP999, Metric::SuccessRatio, Metric::Throughput, Metric::CostMonth}),
           maybe<ClassId>(), coin() ? 0 : size_B(), extras()});
      design.scenarios.put(scenario());
      design.controls.put({id<ControlId>(), text(), text(), scenario().events, extras()});
    }
    return design;
  }

 private:
  bool coin() { return m_random.below(2) == 0; }
  template <class T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + m_random.below(static_cast<std::uint32_t>(from.size())));
  }
  double number() { return pick({-1.5, 0.1, 1e-9, 3.0, 123456.789, 2e20, 1.0 / 3.0}) * m_random.uniform(); }
  double size_B() {
    return pick({0.0, 1.0, 7.25, 1024.0, 5e8, 1.0 / 3.0}) * (coin() ? 1.0 : m_random.uniform());
  }
  Params classParams() {
    Params params = unknownParams();
    if (coin()) {
      params.emplace("keys", Count(m_random.below(1000)));
    }
    if (coin()) {
      params.emplace("deadline", duration());
    }
    return params;
  }
  Params unknownParams() {
    return coin() ? Params() : Params{{"unheard_of", OpaqueValue{R"(["kept",1.0])"}}};
  }
  Duration duration() {
    return Duration::nanoseconds(
        pick<std::int64_t>({0, 1, 999, 1'500'000, 60'000'000'000, 86'400'000'000'001}));
  }
  std::string text() {
    return pick<std::string>({"", "Orders DB", "quotes \" and \\ and / and \n lines\t",
                              "Größe, 大きさ, \xF0\x9F\x9A\x80", std::string("nul \0 inside", 12),
                              "\x01\x1f\x7f", "null", "1.5"});
  }
  template <class IdType>
  IdType id() {
    return IdType("n" + std::to_string(m_random.below(1'000'000)));
  }
  template <class IdType>
  IdType maybe() {
    return coin() ? IdType() : id<IdType>();
  }
  std::optional<std::uint32_t> instance() {
    return coin() ? std::nullopt : std::optional(m_random.below(1000));
  }
  Point point() { return {coin() ? 0 : number(), number()}; }
  Rect area() { return {point(), {number(), coin() ? 0 : number()}}; }
  Extras extras() {
    Extras extras;
    if (m_random.below(4) == 0) {
      extras.push_back(
          {"x-vendor", pick<std::string>({"null", "[1.50,2e3,{\"a\":[]}]", "{\"z\":1,\"a\":true}"})});
    }
    if (m_random.below(4) == 0) {
      extras.push_back({"x-key \"odd\"\n", "12345678901234567890.0"});
    }
    return extras;
  }
  Law law() {
    return pick({Law::constant(duration()), Law::exponential(duration()), Law::erlang(duration(), 4),
                 Law::lognormal(duration(), 1.5), Law::uniform(duration(), 0.25),
                 Law::hyperexponential(duration(), 3), Law::gamma(duration(), 0.7),
                 Law::pareto(duration(), 2.5)});
  }
  ParamValue param(std::string_view key) {
    const ParamValue values[] = {coin(),
                                 Count(pick<std::int64_t>({-3, 0, 9'007'199'254'740'993})),
                                 number(),
                                 duration(),
                                 perSecond(size_B()),
                                 bytes(size_B()),
                                 bytesPerSecond(size_B()),
                                 ratio(m_random.uniform()),
                                 law(),
                                 Choice{"two"},
                                 text()};
    const auto& specs = sampleCatalog().find("everything")->params;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      if (specs[i].key == key && m_random.below(8) != 0) {
        return values[i];
      }
    }
    return OpaqueValue{R"({"not":["understood",1.0]})"};
  }
  Block block() {
    Block block{id<BlockId>(),   pick<std::string>({"everything", "plain", "from_the_future"}),
                text(),          {},
                maybe<ZoneId>(), point(),
                coin(),          extras(),
                number()};
    for (const char* key : {"bool", "count", "number", "duration", "rate", "bytes", "bandwidth", "ratio",
                            "law", "choice", "text", "unheard_of"}) {
      if (coin()) {
        block.params.emplace(key, block.type == "everything" ? param(key) : OpaqueValue{"[1e-7,\"20 ms\"]"});
      }
    }
    return block;
  }
  Link link() {
    Link link;
    link.id = id<LinkId>();
    link.from = maybe<BlockId>();
    link.to = maybe<BlockId>();
    link.mode = pick({LinkMode::Call, LinkMode::Send});
    link.role = pick({LinkRole::Default, LinkRole::Read, LinkRole::Write, LinkRole::Lookup, LinkRole::OnMiss,
                      LinkRole::Replication, LinkRole::Standby, LinkRole::Fallback, LinkRole::Route});
    link.operation = text();
    link.calls = number();
    link.group = pick({CallGroup::Sequence, CallGroup::Parallel});
    for (std::uint32_t i = m_random.below(3); i > 0; --i) {
      link.classes.push_back(id<ClassId>());
    }
    link.weight = number();
    if (coin()) {
      link.latency = law();
    }
    link.timeout = duration();
    link.balancing = pick({Balancing::Random, Balancing::RoundRobin, Balancing::LeastConnections,
                           Balancing::ShortestQueue, Balancing::ConsistentHash});
    link.extras = extras();
    return link;
  }
  Scenario scenario() {
    Scenario scenario{id<ScenarioId>(), text(), text(), {}, extras()};
    for (std::uint32_t i = m_random.below(3); i > 0; --i) {
      scenario.events.push_back(
          {duration(),
           maybe<BlockId>(),
           pick({Change::KillInstances, Change::RestoreInstances, Change::LoadFactor, Change::SetInstances,
                 Change::Speed, Change::PauseInstances, Change::ZoneOutage, Change::Partition,
                 Change::AddZoneLatency, Change::Drain, Change::Promote, Change::RouteWeight, Change::SetSize,
                 Change::ScaleLatency, Change::ScaleZoneLatency}),
           number(),
           maybe<ZoneId>(),
           maybe<ZoneId>(),
           instance(),
           instance(),
           extras(),
           {},
           maybe<LinkId>()});
    }
    return scenario;
  }

  RandomStream m_random;
};

}  // namespace cantilever::testing
