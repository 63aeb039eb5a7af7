#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/instance_set.h"
#include "core/sim/network.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// Keeps the calls of a link in the zone that they come from, as far as that zone has its share of the
/// instances (rule 18). Zones are availability zones here. The shares of the calls are those of the last few
/// thousand.
class LocalityState {
 public:
  /// `sites`: by zone, and of nowhere.
  LocalityState(const plan::Plan& plan, const plan::Link& link, const std::vector<ZoneNumber>& sites);

  bool isStrict() const { return m_isStrict; }
  /// Those of the eligible instances among which a call from there chooses; empty if it must not leave and
  /// there is none. Valid until the next call.
  const InstanceSet& choose(ZoneNumber from, const InstanceSet& eligible, RandomStream& stream);
  /// Whether it would find one.
  bool hasAny(ZoneNumber from, const InstanceSet& eligible);

 private:
  struct Site {
    ZoneNumber zone = 0;  // an availability zone with instances in it, or where calls come from
    InstanceSet members;
    std::uint32_t calls = 0;  // of the last ones
    bool hasInstances = false;
  };
  Site& siteOf(ZoneNumber from);
  const InstanceSet& elsewhere(const Site& here, const InstanceSet& eligible, RandomStream& stream);
  void count(Site& site);

  const plan::Plan& m_plan;
  const plan::Pool& m_pool;
  const std::vector<ZoneNumber>& m_sitesOfZones;
  bool m_isStrict;
  std::vector<Site> m_sites;
  std::uint32_t m_calls = 0;
  InstanceSet m_chosen;
  std::vector<double> m_free;  // work space
};

}  // namespace cantilever::sim
