#include "tests/core/design_builder.h"

namespace cantilever::test {

DesignBuilder::DesignBuilder(std::string name) {
  m_design.name = std::move(name);
}

DesignPtr DesignBuilder::share() const {
  return std::make_shared<const Design>(m_design);
}

DesignBuilder& DesignBuilder::zone(const std::string& id, ZoneKind kind, const std::string& parent) {
  Zone zone;
  zone.id = ZoneId(id);
  zone.name = id;
  zone.kind = kind;
  zone.parent = ZoneId(parent);
  m_design.zones.put(std::move(zone));
  return *this;
}

DesignBuilder& DesignBuilder::block(const std::string& id, const std::string& type) {
  Block block;
  block.id = BlockId(id);
  block.type = type;
  block.name = id;
  m_block = block.id;
  m_design.blocks.put(std::move(block));
  return *this;
}

DesignBuilder& DesignBuilder::named(const std::string& name) {
  return changeBlock([&](Block& block) { block.name = name; });
}

DesignBuilder& DesignBuilder::in(const std::string& zone) {
  return changeBlock([&](Block& block) { block.zone = ZoneId(zone); });
}

DesignBuilder& DesignBuilder::link(const std::string& from, const std::string& to) {
  const std::string stem = std::string(from) + "-" + to;
  Link link;
  link.id = LinkId(stem);
  for (int n = 2; m_design.links.contains(link.id); ++n) {
    link.id = LinkId(stem + "-" + std::to_string(n));
  }
  link.from = BlockId(from);
  link.to = BlockId(to);
  m_link = link.id;
  m_design.links.put(std::move(link));
  return *this;
}

DesignBuilder& DesignBuilder::sends() {
  return changeLink([](Link& link) { link.mode = LinkMode::Send; });
}

DesignBuilder& DesignBuilder::role(LinkRole role) {
  return changeLink([&](Link& link) { link.role = role; });
}

DesignBuilder& DesignBuilder::operation(const std::string& name) {
  return changeLink([&](Link& link) { link.operation = name; });
}

DesignBuilder& DesignBuilder::calls(double calls) {
  return changeLink([&](Link& link) { link.calls = calls; });
}

DesignBuilder& DesignBuilder::parallel() {
  return changeLink([](Link& link) { link.group = CallGroup::Parallel; });
}

DesignBuilder& DesignBuilder::onlyFor(std::initializer_list<const char*> classes) {
  return changeLink([&](Link& link) {
    for (const char* each : classes) {
      link.classes.emplace_back(each);
    }
  });
}

DesignBuilder& DesignBuilder::weight(double weight) {
  return changeLink([&](Link& link) { link.weight = weight; });
}

DesignBuilder& DesignBuilder::latency(Law law) {
  return changeLink([&](Link& link) { link.latency = law; });
}

DesignBuilder& DesignBuilder::latency(Duration constant) {
  return latency(Law::constant(constant));
}

DesignBuilder& DesignBuilder::timeout(Duration timeout) {
  return changeLink([&](Link& link) { link.timeout = timeout; });
}

DesignBuilder& DesignBuilder::balancing(Balancing balancing) {
  return changeLink([&](Link& link) { link.balancing = balancing; });
}

DesignBuilder& DesignBuilder::requestClass(const std::string& id, Access access, bool isCacheable) {
  RequestClass added;
  added.id = ClassId(id);
  added.name = id;
  added.access = access;
  added.isCacheable = isCacheable;
  m_design.classes.put(std::move(added));
  return *this;
}

DesignBuilder& DesignBuilder::workload(const std::string& entry, Rate rate,
                                       const std::string& requestClassId) {
  if (!m_design.classes.contains(ClassId(requestClassId))) {
    requestClass(requestClassId);
  }
  Workload workload;
  workload.id = WorkloadId(std::string(entry) + "-" + requestClassId);
  workload.requestClass = ClassId(requestClassId);
  workload.entry = BlockId(entry);
  workload.peak = rate;
  workload.mean = rate;
  m_workload = workload.id;
  m_design.workloads.put(std::move(workload));
  return *this;
}

DesignBuilder& DesignBuilder::mean(Rate rate) {
  return changeWorkload([&](Workload& workload) { workload.mean = rate; });
}

DesignBuilder& DesignBuilder::deterministic() {
  return changeWorkload([](Workload& workload) { workload.arrivals = ArrivalProcess::Deterministic; });
}

DesignBuilder& DesignBuilder::objective(const std::string& id, Metric metric, double limit,
                                        const std::string& requestClassId) {
  Objective objective;
  objective.id = ObjectiveId(id);
  objective.metric = metric;
  objective.requestClass = ClassId(requestClassId);
  objective.limit = limit;
  m_design.objectives.put(std::move(objective));
  return *this;
}

DesignBuilder& DesignBuilder::scenario(const std::string& id) {
  Scenario scenario;
  scenario.id = ScenarioId(id);
  scenario.name = id;
  m_scenario = scenario.id;
  m_design.scenarios.put(std::move(scenario));
  return *this;
}

DesignBuilder& DesignBuilder::at(Duration time, Change change, const std::string& target, double value) {
  Scenario changed = *m_design.scenarios.find(m_scenario);
  changed.events.push_back({.at = time, .target = BlockId(target), .change = change, .value = value});
  m_design.scenarios.put(std::move(changed));
  return *this;
}

DesignBuilder& DesignBuilder::atLink(Duration time, Change change, const std::string& link, double value) {
  return changeIn(m_design.scenarios, m_scenario, [&](Scenario& scenario) {
    Perturbation event;
    event.at = time;
    event.change = change;
    event.value = value;
    event.link = LinkId(link);
    scenario.events.push_back(std::move(event));
  });
}

DesignBuilder& DesignBuilder::onInstances(std::uint32_t first, std::uint32_t last) {
  return changeIn(m_design.scenarios, m_scenario, [&](Scenario& scenario) {
    scenario.events.back().firstInstance = first;
    scenario.events.back().lastInstance = last;
  });
}

DesignBuilder& DesignBuilder::atZone(Duration time, Change change, const std::string& zone,
                                     const std::string& other, double value) {
  return changeIn(m_design.scenarios, m_scenario, [&](Scenario& scenario) {
    scenario.events.push_back({.at = time,
                               .target = {},
                               .change = change,
                               .value = value,
                               .zone = ZoneId(zone),
                               .otherZone = ZoneId(other)});
  });
}

DesignBuilder& DesignBuilder::setParam(const char* key, ParamValue value) {
  return changeBlock([&](Block& block) { block.params[key] = std::move(value); });
}

DesignBuilder& DesignBuilder::setLinkParam(const char* key, ParamValue value) {
  return changeLink([&](Link& link) { link.params[key] = std::move(value); });
}

DesignBuilder& DesignBuilder::setClassParam(const std::string& id, const char* key, ParamValue value) {
  return changeIn(m_design.classes, ClassId(id),
                  [&](RequestClass& requestClass) { requestClass.params[key] = std::move(value); });
}

DesignBuilder& DesignBuilder::setWorkloadParam(const std::string& id, const char* key, ParamValue value) {
  return changeIn(m_design.workloads, WorkloadId(id),
                  [&](Workload& workload) { workload.params[key] = std::move(value); });
}

DesignBuilder& DesignBuilder::setZoneParam(const std::string& id, const char* key, ParamValue value) {
  return changeIn(m_design.zones, ZoneId(id), [&](Zone& zone) { zone.params[key] = std::move(value); });
}

DesignBuilder design(std::string name) {
  return DesignBuilder(std::move(name));
}

}  // namespace cantilever::test
