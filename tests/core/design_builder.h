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
  explicit DesignBuilder(std::string name);

  operator const Design&() const { return m_design; }
  const Design& build() const { return m_design; }
  DesignPtr share() const;

  DesignBuilder& zone(const std::string& id, ZoneKind kind, const std::string& parent = "");

  DesignBuilder& block(const std::string& id, const std::string& type);
  DesignBuilder& named(const std::string& name);
  DesignBuilder& in(const std::string& zone);
  /// Whole numbers are counts, texts are choices; for a text parameter pass a std::string.
  template <class T>
  DesignBuilder& param(const char* key, T value) {
    return setParam(key, paramValue(std::move(value)));
  }

  DesignBuilder& link(const std::string& from, const std::string& to);
  DesignBuilder& sends();
  DesignBuilder& role(LinkRole role);
  DesignBuilder& operation(const std::string& name);
  DesignBuilder& calls(double calls);
  DesignBuilder& parallel();
  DesignBuilder& onlyFor(std::initializer_list<const char*> classes);
  DesignBuilder& weight(double weight);
  DesignBuilder& latency(Law law);
  DesignBuilder& latency(Duration constant);
  DesignBuilder& timeout(Duration timeout);
  DesignBuilder& balancing(Balancing balancing);

  template <class T>
  DesignBuilder& linkParam(const char* key, T value) {
    return setLinkParam(key, paramValue(std::move(value)));
  }

  template <class T>
  DesignBuilder& classParam(const std::string& id, const char* key, T value) {
    return setClassParam(id, key, paramValue(std::move(value)));
  }
  template <class T>
  DesignBuilder& workloadParam(const std::string& id, const char* key, T value) {
    return setWorkloadParam(id, key, paramValue(std::move(value)));
  }

  DesignBuilder& requestClass(const std::string& id, Access access = Access::Read, bool isCacheable = false);
  /// Peak = mean = `rate`; a class that the design has not yet is added as a read.
  DesignBuilder& workload(const std::string& entry, Rate rate, const std::string& requestClassId = "request");
  DesignBuilder& mean(Rate rate);
  DesignBuilder& deterministic();

  DesignBuilder& objective(const std::string& id, Metric metric, double limit,
                           const std::string& requestClassId = "");
  DesignBuilder& scenario(const std::string& id);
  DesignBuilder& at(Duration time, Change change, const std::string& target, double value);
  DesignBuilder& atLink(Duration time, Change change, const std::string& link, double value);
  /// What was said last is of these instances alone, counted from 0.
  DesignBuilder& onInstances(std::uint32_t first, std::uint32_t last);
  /// A change of a zone, or between it and another one.
  DesignBuilder& atZone(Duration time, Change change, const std::string& zone, const std::string& other = "",
                        double value = 1);
  template <class T>
  DesignBuilder& zoneParam(const std::string& id, const char* key, T value) {
    return setZoneParam(id, key, paramValue(std::move(value)));
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

  DesignBuilder& setParam(const char* key, ParamValue value);
  DesignBuilder& setLinkParam(const char* key, ParamValue value);
  DesignBuilder& setClassParam(const std::string& id, const char* key, ParamValue value);
  DesignBuilder& setWorkloadParam(const std::string& id, const char* key, ParamValue value);
  DesignBuilder& setZoneParam(const std::string& id, const char* key, ParamValue value);

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

DesignBuilder design(std::string name = "test");

}  // namespace cantilever::test
