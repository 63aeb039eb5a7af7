#include "core/model/design.h"

#include <set>

namespace cantilever {

bool isWithin(const Design& design, const ZoneId& zone, const ZoneId& outer) {
  std::set<ZoneId> seen;  // a damaged file may hold a cycle of parents
  const Zone* at = design.zones.find(zone);
  while (!outer.isEmpty() && at != nullptr && at->id != outer && seen.insert(at->id).second) {
    at = design.zones.find(at->parent);
  }
  return outer.isEmpty() || (at != nullptr && at->id == outer);
}

}  // namespace cantilever
