#pragma once

#include <cstdint>
#include <string>

#include "core/base/ids.h"
#include "core/model/extra.h"
#include "core/model/geometry.h"
#include "core/model/param_value.h"

namespace cantilever {

enum class ZoneKind : std::uint8_t { Region, AvailabilityZone, Rack };

/// A place that owns blocks: a failure domain and a class of latency. Zones form a tree: region >
/// availability zone > rack.
struct Zone {
  ZoneId id;
  std::string name;
  ZoneKind kind = ZoneKind::AvailabilityZone;
  ZoneId parent;  ///< empty: top level
  Rect area;
  Params params = {};        ///< further ones: failures (catalog/policies/zone_policy.h)
  bool isCollapsed = false;  ///< drawn as one block; a matter of the drawing alone
  Extras extras = {};

  bool operator==(const Zone&) const = default;
};

}  // namespace cantilever
