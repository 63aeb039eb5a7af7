#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "core/model/design.h"

/// Designs for tests, in the reader's language:
///
///   const Design shop = design("shop")
///       .block("users", "source")
///       .block("web", "pool").param("instances", 3).param("service", Law::exponential(8_ms))
///       .link("users", "web").latency(1_ms)
///       .workload("users", 500_rps);
///
/// What follows a block, link, workload or scenario is about that one. Links get the id "from-to"
/// ("from-to-2" for the next between the same blocks), workloads "entry-class". Nothing is checked: wrong
/// designs are wanted as well.
namespace cantilever::test {

class DesignBuilder {
 public:
  explicit DesignBuilder(std::string name) { m_design.name = std::move(name); }

  operator const Design&() const { return m_design; }
  const Design& build() const { return m_design; }
  DesignPtr share() const { return std::make_shared<const Design>(m_design); }

  DesignBuilder& zone(const std::string& id, ZoneKind kind, const std::string& parent = "") {
    Zone zone;
    zone.id = ZoneId(id);
    zone.name = id;
    zone.kind = kind;
    zone.parent = ZoneId(parent);
    m_design.zones.put(std::move(zone));
    return *this;
  }

  DesignBuilder& block(const std::string& id, const std::string& type) {
    Block block;
    block.id = BlockId(id);
    block.type = type;
    block.name = id;
    m_block = block.id;
    m_design.blocks.put(std::move(block));
    return *this;
  }
  DesignBuilder& named(const std::string& name) {
    return changeBlock([&](Block& block) { block.name = name; });
  }
  DesignBuilder& in(const std::string& zone) {
    return changeBlock([&](Block& block) { block.zone = ZoneId(zone); });
  }
  /// Whole numbers are counts, texts are choices; for a text parameter pass a std::string.
  template <class T>
  DesignBuilder& param(const char* key, T value) {
    return changeBlock([&](Block& block) { block.params[key] = paramValue(std::move(value)); });
  }

  DesignBuilder& link(const std::string& from, const std::string& to) {
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
  DesignBuilder& sends() {
    return changeLink([](Link& link) { link.mode = LinkMode::Send; });
  }
  DesignBuilder& role(LinkRole role) {
    return changeLink([&](Link& link) { link.role = role; });
  }
  DesignBuilder& operation(const std::string& name) {
    return changeLink([&](Link& link) { link.operation = name; });
  }
  DesignBuilder& calls(double calls) {
    return changeLink([&](Link& link) { link.calls = calls; });
  }
  DesignBuilder& parallel() {
    return changeLink([](Link& link) { link.group = CallGroup::Parallel; });
  }
  DesignBuilder& onlyFor(std::initializer_list<const char*> classes) {
    return changeLink([&](Link& link) {
      for (const char* each : classes) {
        link.classes.emplace_back(each);
      }
    });
  }
  DesignBuilder& weight(double weight) {
    return changeLink([&](Link& link) { link.weight = weight; });
  }
  DesignBuilder& latency(Law law) {
    return changeLink([&](Link& link) { link.latency = law; });
  }
  DesignBuilder& latency(Duration constant) { return latency(Law::constant(constant)); }
  DesignBuilder& timeout(Duration timeout) {
    return changeLink([&](Link& link) { link.timeout = timeout; });
  }
  DesignBuilder& balancing(Balancing balancing) {
    return changeLink([&](Link& link) { link.balancing = balancing; });
  }

  template <class T>
  DesignBuilder& linkParam(const char* key, T value) {
    return changeLink([&](Link& link) { link.params[key] = paramValue(std::move(value)); });
  }

  template <class T>
  DesignBuilder& classParam(const std::string& id, const char* key, T value) {
    RequestClass changed = *m_design.classes.find(ClassId(id));
    changed.params[key] = paramValue(std::move(value));
    m_design.classes.put(std::move(changed));
    return *this;
  }
  template <class T>
  DesignBuilder& workloadParam(const std::string& id, const char* key, T value) {
    Workload changed = *m_design.workloads.find(WorkloadId(id));
    changed.params[key] = paramValue(std::move(value));
    m_design.workloads.put(std::move(changed));
    return *this;
  }

  DesignBuilder& requestClass(const std::string& id, Access access = Access::Read, bool isCacheable = false) {
    RequestClass added;
    added.id = ClassId(id);
    added.name = id;
    added.access = access;
    added.isCacheable = isCacheable;
    m_design.classes.put(std::move(added));
    return *this;
  }
  /// Peak = mean = `rate`; a class that the design has not yet is added as a read.
  DesignBuilder& workload(const std::string& entry, Rate rate,
                          const std::string& requestClassId = "request") {
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
  DesignBuilder& mean(Rate rate) {
    return changeWorkload([&](Workload& workload) { workload.mean = rate; });
  }
  DesignBuilder& deterministic() {
    return changeWorkload([](Workload& workload) { workload.arrivals = ArrivalProcess::Deterministic; });
  }

  DesignBuilder& objective(const std::string& id, Metric metric, double limit,
                           const std::string& requestClassId = "") {
    Objective objective;
    objective.id = ObjectiveId(id);
    objective.metric = metric;
    objective.requestClass = ClassId(requestClassId);
    objective.limit = limit;
    m_design.objectives.put(std::move(objective));
    return *this;
  }
  DesignBuilder& scenario(const std::string& id) {
    Scenario scenario;
    scenario.id = ScenarioId(id);
    scenario.name = id;
    m_scenario = scenario.id;
    m_design.scenarios.put(std::move(scenario));
    return *this;
  }
  DesignBuilder& at(Duration time, Change change, const std::string& target, double value) {
    Scenario changed = *m_design.scenarios.find(m_scenario);
    changed.events.push_back({.at = time, .target = BlockId(target), .change = change, .value = value});
    m_design.scenarios.put(std::move(changed));
    return *this;
  }
  DesignBuilder& atLink(Duration time, Change change, const std::string& link, double value) {
    return changeIn(m_design.scenarios, m_scenario, [&](Scenario& scenario) {
      Perturbation event;
      event.at = time;
      event.change = change;
      event.value = value;
      event.link = LinkId(link);
      scenario.events.push_back(std::move(event));
    });
  }
  /// What was said last is of these instances alone, counted from 0.
  DesignBuilder& onInstances(std::uint32_t first, std::uint32_t last) {
    return changeIn(m_design.scenarios, m_scenario, [&](Scenario& scenario) {
      scenario.events.back().firstInstance = first;
      scenario.events.back().lastInstance = last;
    });
  }
  /// A change of a zone, or between it and another one.
  DesignBuilder& atZone(Duration time, Change change, const std::string& zone, const std::string& other = "",
                        double value = 1) {
    return changeIn(m_design.scenarios, m_scenario, [&](Scenario& scenario) {
      scenario.events.push_back({.at = time,
                                 .target = {},
                                 .change = change,
                                 .value = value,
                                 .zone = ZoneId(zone),
                                 .otherZone = ZoneId(other)});
    });
  }
  template <class T>
  DesignBuilder& zoneParam(const std::string& id, const char* key, T value) {
    return changeIn(m_design.zones, ZoneId(id),
                    [&](Zone& zone) { zone.params[key] = paramValue(std::move(value)); });
  }

 private:
  template <class T>
  static ParamValue paramValue(T value) {
    if constexpr (std::integral<T> && !std::same_as<T, bool>) {
      return Count(static_cast<std::int64_t>(value));
    } else if constexpr (std::convertible_to<T, const char*>) {
      return Choice{value};
    } else {
      return value;
    }
  }

  template <class Change>
  DesignBuilder& changeBlock(const Change& change) {
    return changeIn(m_design.blocks, m_block, change);
  }
  template <class Change>
  DesignBuilder& changeLink(const Change& change) {
    return changeIn(m_design.links, m_link, change);
  }
  template <class Change>
  DesignBuilder& changeWorkload(const Change& change) {
    return changeIn(m_design.workloads, m_workload, change);
  }
  template <class Element, class Change>
  DesignBuilder& changeIn(Table<Element>& table, const typename Table<Element>::IdType& id,
                          const Change& change) {
    Element changed = *table.find(id);
    change(changed);
    table.put(std::move(changed));
    return *this;
  }

  Design m_design;
  BlockId m_block;
  LinkId m_link;
  WorkloadId m_workload;
  ScenarioId m_scenario;
};

inline DesignBuilder design(std::string name = "test") {
  return DesignBuilder(std::move(name));
}

}  // namespace cantilever::test
