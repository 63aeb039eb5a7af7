#include "core/compile/places.h"

#include <algorithm>

#include "core/compile/compile.h"

namespace cantilever::compile {

using plan::Index;
using plan::kNone;

Places::Places(const Design& design) : m_design(design) {
  for (const Zone& zone : design.zones) {
    m_zones.push_back({.key = zone.id.text()});
  }
  const auto& all = design.zones.pointers();
  for (Index i = 0; i < m_zones.size(); ++i) {
    const Index parent = indexOf(all[i]->parent);
    const bool isCycle = parent != kNone && plan::liesIn(m_zones, parent, i);
    m_zones[i].parent = isCycle ? kNone : parent;
  }
  m_within.resize(m_zones.size());
  for (Index i = 0; i < m_zones.size(); ++i) {
    if (m_zones[i].parent != kNone) {
      m_within[m_zones[i].parent].push_back(i);
    }
    Index site = i;
    while (site != kNone && all[site]->kind != ZoneKind::AvailabilityZone) {
      site = m_zones[site].parent;
    }
    m_zones[i].site = site == kNone ? i : site;
  }
}

Places::Ways Places::ways() const {
  Ways ways;
  if (m_zones.size() > plan::Zone::kMost) {
    return ways;
  }
  ways.means.reserve(m_zones.size() * m_zones.size());
  bool varies = false;
  for (const Zone& from : m_design.zones) {
    for (const Zone& to : m_design.zones) {
      const Law way = latencyBetween(m_design, from.id, to.id);
      const bool isConstant = way.kind == Law::Kind::Constant;
      ways.means.push_back(way.mean);
      ways.variation.push_back(isConstant ? 0 : way.shape);
      varies = varies || !isConstant;
    }
  }
  if (!varies) {
    ways.variation.clear();
  }
  return ways;
}

Index Places::indexOf(const ZoneId& id) const {
  const auto at =
      std::lower_bound(m_zones.begin(), m_zones.end(), id.text(),
                       [](const plan::Zone& zone, const std::string& wanted) { return zone.key < wanted; });
  return !id.isEmpty() && at != m_zones.end() && at->key == id.text()
             ? static_cast<Index>(at - m_zones.begin())
             : kNone;
}

std::vector<Index> Places::spread(Index zone, std::uint32_t room) const {
  if (zone == kNone) {
    return {};
  }
  if (m_within[zone].empty()) {
    return {zone};
  }
  std::vector<Index> places;
  places.reserve(room);
  for (std::uint32_t i = 0; i < room; ++i) {
    places.push_back(placeOf(zone, i));
  }
  return places;
}

Index Places::placeOf(Index zone, std::uint32_t instance) const {
  while (!m_within[zone].empty()) {
    const auto count = static_cast<std::uint32_t>(m_within[zone].size());
    zone = m_within[zone][instance % count];
    instance /= count;
  }
  return zone;
}

}  // namespace cantilever::compile
