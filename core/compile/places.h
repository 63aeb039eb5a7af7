#pragma once

#include <cstdint>
#include <vector>

#include "core/model/design.h"
#include "core/vocabulary/plan.h"

namespace cantilever::compile {

/// Where things are: the zones of a design as those of a plan, and the ways between them.
class Places {
 public:
  /// Zones in order of id. A zone whose parent does not exist, or that lies within itself, counts as one
  /// without. The design must outlive this.
  explicit Places(const Design& design);

  const std::vector<plan::Zone>& zones() const { return m_zones; }
  /// As Plan::zoneWays and, if any varies, Plan::zoneVariation.
  struct Ways {
    std::vector<Duration> means;
    std::vector<double> variation;
  };
  Ways ways() const;
  /// kNone: no such zone, or none at all.
  plan::Index indexOf(const ZoneId& id) const;
  /// Zones of the instances of a block in `zone`, in turn: instance i of a zone with n zones in it is in that
  /// of number i modulo n, and there it counts as number i / n; in a zone without, it is there. `room`: how
  /// many instances there may be.
  std::vector<plan::Index> spread(plan::Index zone, std::uint32_t room) const;

 private:
  plan::Index placeOf(plan::Index zone, std::uint32_t instance) const;

  const Design& m_design;
  std::vector<plan::Zone> m_zones;
  std::vector<std::vector<plan::Index>> m_within;  // by zone: those directly in it
};

}  // namespace cantilever::compile
