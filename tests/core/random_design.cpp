#include "tests/core/random_design.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/text.h"
#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/zone_policy.h"

namespace cantilever::test {

const catalog::Catalog& builtIn() {
  return catalog::Catalog::builtIn();
}

DesignMaker::DesignMaker(std::uint64_t seed, double harm, Wiring wiring)
    : m_stream(seed),
      m_ways(seed ^ 0x77617973u),
      m_later(seed ^ 0x6c617465u),
      m_harm(harm),
      m_wiring(wiring) {}

Design DesignMaker::make() {
  m_size = 1 + m_stream.below(30);
  addZones();
  addClasses();
  for (std::uint32_t i = 0; i < m_size; ++i) {
    m_design.blocks.put(block(i));
  }
  const std::uint32_t links = m_stream.below(2 * m_size + 1);
  for (std::uint32_t i = 0; i < links; ++i) {
    m_design.links.put(link(i));
  }
  addWorkloads();
  addScenario();
  addControls();
  m_design.slice = odd() ? number() : 1;
  return std::move(m_design);
}

bool DesignMaker::odd() {
  return m_stream.chance(0.1 * m_harm);
}

double DesignMaker::number() {
  const std::vector<double> strange = {0,
                                       -1,
                                       1e-300,
                                       1e300,
                                       1e9,
                                       0.5,
                                       3,
                                       std::numeric_limits<double>::infinity(),
                                       -0.0,
                                       -1e9,
                                       std::numeric_limits<double>::quiet_NaN()};
  return oneOf(strange);
}

double DesignMaker::positive(double most) {
  return odd() ? number() : most * m_stream.uniform();
}

Duration DesignMaker::time() {
  const std::vector<Duration> strange = {
      Duration(), Duration::nanoseconds(-1), Duration::nanoseconds(std::numeric_limits<std::int64_t>::max()),
      Duration::nanoseconds(std::numeric_limits<std::int64_t>::min()), 1_ns};
  return odd() ? oneOf(strange) : Duration::milliseconds(20 * m_stream.uniform());
}

Law DesignMaker::law() {
  const auto kind = static_cast<Law::Kind>(m_stream.below(odd() ? 13 : 10));
  if (kind == Law::Kind::Empirical && !odd()) {
    return Law::empirical({{time(), 1}, {time(), positive(3) + 1}, {time(), 1}});
  }
  if (kind == Law::Kind::Quantiles && !odd()) {
    return Law::quantiles({{1_us, 0}, {1_ms, 0.9}, {10_ms, 1}});
  }
  return {kind, time(), odd() ? number() : kind == Law::Kind::Pareto ? 2.5 : 1.0};
}

std::string DesignMaker::id(const char* stem, std::uint32_t count) {
  return odd() ? std::string(m_stream.chance(0.5) ? "" : "no such thing")
               : stem + formatNumber(m_stream.below(count));
}

void DesignMaker::addZones() {
  for (const char* name : {"z0", "z1", "z2"}) {
    Zone zone;
    zone.id = ZoneId(name);
    zone.kind = static_cast<ZoneKind>(m_stream.below(3));
    zone.parent = m_stream.chance(0.5) ? ZoneId() : ZoneId(id("z", 3));
    for (const catalog::ParamSpec& spec : catalog::zoneParams()) {
      if (spec.key == "ways") {
        addWays(zone, spec);
      } else if (spec.key == "jitter" || spec.key == "crews") {
        addLater(zone, spec);
      } else if (m_stream.chance(0.2)) {
        zone.params[spec.key] = value(spec);
      }
    }
    m_design.zones.put(std::move(zone));
  }
}

void DesignMaker::addWays(Zone& zone, const catalog::ParamSpec& spec) {
  if (m_ways.chance(0.2)) {
    zone.params[spec.key] = m_ways.chance(0.05 * m_harm) ? ParamValue(std::string("moon")) : spec.example;
  }
}

void DesignMaker::addLater(Zone& zone, const catalog::ParamSpec& spec) {
  if (m_later.chance(0.2)) {
    const bool isCrews = spec.key == "crews";
    const double drawn = m_later.chance(0.05 * m_harm) ? -1
                         : isCrews                     ? 1 + m_later.below(3)
                                                       : m_later.uniform();
    zone.params[spec.key] = catalog::withNumber(spec.defaultValue, drawn);
  }
}

void DesignMaker::addClasses() {
  for (const char* name : {"c0", "c1", "c2"}) {
    RequestClass added;
    added.id = ClassId(name);
    added.access = m_stream.chance(0.5) ? Access::Read : Access::Write;
    added.isCacheable = m_stream.chance(0.5);
    added.requestSize = bytes(m_stream.chance(0.5) ? 0 : 1000);
    added.replySize = bytes(odd() ? number() : 100);
    for (const catalog::ParamSpec& spec : catalog::classParams()) {
      if (m_stream.chance(0.2)) {
        added.params[spec.key] = value(spec);
      }
    }
    m_design.classes.put(std::move(added));
  }
}

Block DesignMaker::block(std::uint32_t number) {
  const std::vector<catalog::BlockType>& types = builtIn().types();
  Block block;
  block.id = BlockId(odd() ? "" : "b" + formatNumber(number));
  const catalog::BlockType& type = number == 0 ? *builtIn().find("source") : oneOf(types);
  block.type = odd() ? "mystery" : type.key;
  if (type.key == "pool" || type.key == "app_server") {
    m_holder = block.id.text();
  }
  block.zone = m_stream.chance(0.5) ? ZoneId() : ZoneId(id("z", 3));
  for (const catalog::ParamSpec& spec : type.params) {
    if (m_stream.chance(0.3)) {
      block.params[odd() ? "mystery" : spec.key] = value(spec);
    }
  }
  needNoMoreThanAll(block, type);
  return block;
}

/// Which is an error.
void DesignMaker::needNoMoreThanAll(Block& block, const catalog::BlockType& type) {
  const catalog::ParamSpec* const instances = catalog::findSpec(type.params, "instances");
  const auto needed = block.params.find("needed_instances");
  if (instances == nullptr || needed == block.params.end() || m_later.chance(0.1 * m_harm)) {
    return;
  }
  const auto stated = block.params.find("instances");
  const auto all = catalog::numberOf(stated == block.params.end() ? instances->defaultValue : stated->second);
  if (catalog::numberOf(needed->second).value_or(0) > all.value_or(0)) {
    block.params.erase(needed);
  }
}

ParamValue DesignMaker::value(const catalog::ParamSpec& spec) {
  if (odd()) {
    const std::vector<ParamValue> strange = {
        true,  Count(-5),         number(),         time(),           perSecond(number()),
        law(), Choice{"mystery"}, std::string("?"), OpaqueValue{"{}"}};
    return oneOf(strange);
  }
  if (!spec.choices.empty()) {
    return oneOf(spec.choices);
  }
  if (spec.minimum && spec.maximum && m_stream.chance(0.3)) {
    return catalog::withNumber(spec.defaultValue, m_stream.chance(0.5) ? *spec.minimum : *spec.maximum);
  }
  if (spec.minimum && spec.maximum && m_stream.chance(0.8)) {  // the size of a default, or of a short time
    const double usual = catalog::numberOf(spec.defaultValue).value_or(0);
    const double unit = spec.kind == ParamKind::Bandwidth ? 1e9 : 1.0;
    const double drawn = usual > 0 ? usual * std::exp2(6 * m_stream.uniform() - 3)
                                   : unit * std::pow(10.0, 4 * m_stream.uniform() - 3);
    const ParamValue near =
        catalog::withNumber(spec.defaultValue, std::clamp(drawn, *spec.minimum, *spec.maximum));
    return spec.check(near).ok() ? near : spec.defaultValue;
  }
  if (spec.key == "work_by_class") {
    return std::string(m_stream.chance(0.5) ? "c0: x 3" : "c0: x 0.5; c1: exponential 5 ms; mystery: 1 ms");
  }
  if (spec.key == "lives_on") {
    return std::string(m_stream.chance(0.5) ? "b1 x 3" : "b2");
  }
  if (spec.key == "flag") {
    return std::string("new");
  }
  if (spec.kind == ParamKind::Text && spec.faultInText != nullptr && m_stream.chance(0.5)) {
    return spec.example;
  }
  return spec.kind == ParamKind::Bool ? ParamValue(m_stream.chance(0.5)) : spec.defaultValue;
}

void DesignMaker::drawEnds(Link& link) {
  link.from = BlockId(id("b", m_size));
  link.to = BlockId(id("b", m_size));
  if (m_wiring == Wiring::Forward && m_size > 1) {
    const std::uint32_t from = m_stream.below(m_size - 1);
    const std::uint32_t to = std::min(m_size - 1, from + 1 + m_stream.below(4));
    link.from = BlockId("b" + formatNumber(from));
    link.to = BlockId("b" + formatNumber(to));
  }
}

bool DesignMaker::canCall(const Link& link) const {
  const Block* from = m_design.blocks.find(link.from);
  const Block* to = m_design.blocks.find(link.to);
  const catalog::BlockType* caller = from != nullptr ? builtIn().find(from->type) : nullptr;
  const catalog::BlockType* callee = to != nullptr ? builtIn().find(to->type) : nullptr;
  return caller != nullptr && callee != nullptr && caller->makesCalls && callee->acceptsCalls;
}

Link DesignMaker::link(std::uint32_t number) {
  Link link;
  link.id = LinkId("l" + formatNumber(number));
  drawEnds(link);
  for (int tries = 0; tries < 8 && !odd() && !canCall(link); ++tries) {
    drawEnds(link);
  }
  link.mode = m_stream.chance(0.8) ? LinkMode::Call : LinkMode::Send;
  link.role = m_stream.chance(0.5) ? LinkRole::Default : static_cast<LinkRole>(m_stream.below(9));
  link.group = m_stream.chance(0.5) ? CallGroup::Sequence : CallGroup::Parallel;
  link.calls = m_stream.chance(0.5) ? 1 : positive(3);
  link.weight = positive(2);
  if (m_stream.chance(0.3)) {
    link.classes.push_back(ClassId(id("c", 3)));
  }
  if (m_stream.chance(0.3)) {
    link.latency = law();
  }
  if (m_stream.chance(0.3)) {
    link.timeout = time();
  }
  for (const catalog::ParamSpec& spec : catalog::linkParams()) {
    if (m_stream.chance(0.05)) {
      link.params[spec.key] = value(spec);
    }
  }
  if (m_stream.chance(0.3)) {
    const std::uint32_t drawn = m_stream.below(10);  // all but one of them: of all instances
    link.balancing = static_cast<Balancing>(drawn < 5 ? drawn : drawn + 1);
  }
  const std::vector<std::string> operations = {"read", "write", "get", "produce"};
  if (m_stream.chance(0.2 * m_harm)) {
    link.operation = oneOf(operations);
  }
  return link;
}

void DesignMaker::addWorkloads() {
  for (const char* name : {"w0", "w1", "w2"}) {
    Workload workload;
    workload.id = WorkloadId(name);
    workload.requestClass = ClassId(id("c", 3));
    workload.entry = BlockId(odd() ? id("b", m_size) : "b0");
    workload.peak = perSecond(positive(1000));
    workload.mean = perSecond(positive(1000));
    if (!m_holder.empty() && m_stream.chance(0.2)) {
      workload.params["kind"] = Choice{"sessions"};
      workload.params["users"] = Count(1 + m_stream.below(500));
      workload.params["slots"] = Count(m_stream.below(200));
      workload.params["reconnect"] = Law::exponential(20_ms);
      workload.params["holder"] = m_holder;
    } else if (m_stream.chance(0.1)) {
      workload.params["kind"] = Choice{"trace"};
      workload.params["times"] = std::string("1 ms, 1 ms, 5 ms");
      workload.params["repeat"] = 10_ms;
    }
    m_design.workloads.put(std::move(workload));
  }
}

void DesignMaker::addScenario() {
  Scenario scenario;
  scenario.id = ScenarioId("storm");
  addEvents(scenario.events);
  m_design.scenarios.put(std::move(scenario));
}

void DesignMaker::addEvents(std::vector<Perturbation>& events) {
  for (std::uint32_t i = m_stream.below(4); i > 0; --i) {
    Perturbation event;
    event.at = time();
    event.target = BlockId(id("b", m_size));
    event.change =
        static_cast<Change>(m_stream.below(static_cast<std::uint32_t>(Change::ScaleZoneLatency) + 1));
    event.zone = ZoneId(id("z", 3));
    event.otherZone = m_stream.chance(0.8) ? ZoneId() : ZoneId(id("z", 3));
    if (m_stream.chance(0.2)) {
      event.firstInstance = m_stream.below(odd() ? 100 : 2);
    }
    if (m_stream.chance(0.2)) {
      event.lastInstance =
          odd() ? m_stream.below(100) : std::max(event.firstInstance.value_or(0), m_stream.below(2));
    }
    event.value = positive(isShare(event.change) ? 1 : 5);
    event.value = isNumberOfInstances(event.change) && !m_later.chance(0.1 * m_harm) ? std::floor(event.value)
                                                                                     : event.value;
    aimAtLink(event);
    event.name = event.change == Change::StopControl ? id("k", 3) : "new";
    events.push_back(event);
  }
}

void DesignMaker::aimAtLink(Perturbation& event) {
  const auto& links = m_design.links.pointers();
  if (odd() || links.empty()) {
    event.link = LinkId(id("l", 2 * m_size));
  } else if (m_stream.chance(0.3) || event.change == Change::RouteWeight) {
    event.link = links[m_stream.below(static_cast<std::uint32_t>(links.size()))]->id;
  }
  const Link* link = m_design.links.find(event.link);
  if (event.change == Change::RouteWeight && !odd() && (link == nullptr || link->role != LinkRole::Route)) {
    event.change = Change::Drain;
  }
}

void DesignMaker::addControls() {
  const std::vector<std::string> triggers = {"at 30 ms",
                                             "every 70 ms from 10 ms",
                                             "random exponential 50 ms",
                                             "latency_p99 above 5 ms over 20 ms",
                                             "failed_ratio of c1 above 1 % over 30 ms for 60 ms",
                                             "throughput of c0 below 100/s over 25 ms",
                                             "queue of b1 above 0.1 over 20 ms",
                                             "instances of b2 below 2 over 20 ms"};
  for (const char* name : {"k0", "k1", "k2"}) {
    Control control;
    control.id = ControlId(name);
    control.when = odd() ? "whenever" : oneOf(triggers);
    const bool hasBlock =
        control.when.find(" of b1") == std::string::npos && control.when.find(" of b2") == std::string::npos;
    control.when = hasBlock || odd() ? control.when : "at 0 s";
    addEvents(control.events);
    m_design.controls.put(std::move(control));
  }
}

}  // namespace cantilever::test
