#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/catalog/policies/zone_policy.h"
#include "core/compile/compile.h"

namespace cantilever::compile {

namespace {

using namespace literals;

// Round trips; a link takes half of one each way.
//
// Within a data centre: judgement between the 0.5 ms of "Latency numbers every programmer should know" (as
// kept in donnemartin/system-design-primer, README), which dates from 2012, and what today's networks do.
constexpr Duration kSameZone = 0.3_ms;
// Between availability zones of one region: judgement within the measured 0.25 to 3.37 ms, typically 0.5
// to 1.5 ms (xkyle.com, "Measuring AWS Region and AZ Latency"; flashgrid.io, "Latencies between AWS
// availability zones").
constexpr Duration kSameRegion = 0.8_ms;
// Between regions of unknown distance: judgement, about coast to coast or across the North Atlantic.
constexpr Duration kOtherRegion = 70_ms;

// Between regions known by name: judgement, rounded values of public inter-region ping tables.
struct RegionPair {
  std::string_view one;
  std::string_view other;
  Duration roundTrip;
};
constexpr std::array kRegionPairs = std::to_array<RegionPair>({
    {"us-east-1", "us-west-2", 62_ms},
    {"us-east-1", "eu-west-1", 68_ms},
    {"us-east-1", "ap-southeast-1", 215_ms},
    {"us-east-1", "ap-northeast-1", 150_ms},
    {"eu-west-1", "ap-southeast-1", 175_ms},
});

constexpr int kMostZonesAbove = 16;

/// The region and the availability zone that a zone lies in.
struct Site {
  const Zone* region = nullptr;
  const Zone* availabilityZone = nullptr;
};

Site siteOf(const Design& design, const ZoneId& id) {
  Site locality;
  const Zone* zone = design.zones.find(id);
  // A damaged file may hold a zone that is its own ancestor.
  for (int depth = 0; zone != nullptr && depth < kMostZonesAbove; ++depth) {
    if (zone->kind == ZoneKind::AvailabilityZone) {
      locality.availabilityZone = zone;
    }
    locality.region = zone;
    if (zone->kind == ZoneKind::Region) {
      break;
    }
    zone = design.zones.find(zone->parent);
  }
  return locality;
}

bool isCalled(const Zone& zone, std::string_view name) {
  return zone.id.text() == name || zone.name == name;
}

Duration roundTripBetweenRegions(const Zone& from, const Zone& to) {
  for (const RegionPair& pair : kRegionPairs) {
    if ((isCalled(from, pair.one) && isCalled(to, pair.other)) ||
        (isCalled(from, pair.other) && isCalled(to, pair.one))) {
      return pair.roundTrip;
    }
  }
  return kOtherRegion;
}

Duration roundTrip(const Design& design, const ZoneId& from, const ZoneId& to) {
  const Site here = siteOf(design, from);
  const Site there = siteOf(design, to);
  if (from == to || here.region == nullptr || there.region == nullptr) {
    return kSameZone;
  }
  if (here.region != there.region) {
    return roundTripBetweenRegions(*here.region, *there.region);
  }
  const bool isOneZone = here.availabilityZone != nullptr && here.availabilityZone == there.availabilityZone;
  return isOneZone ? kSameZone : kSameRegion;
}

/// The zone and all that it lies in, from the inside.
std::vector<const Zone*> around(const Design& design, const ZoneId& id) {
  std::vector<const Zone*> zones;
  const Zone* zone = design.zones.find(id);
  for (int depth = 0; zone != nullptr && depth < kMostZonesAbove; ++depth) {
    zones.push_back(zone);
    zone = design.zones.find(zone->parent);
  }
  return zones;
}

/// What one of these zones says of the way to one of those, the innermost first.
std::optional<Duration> statedWay(const std::vector<const Zone*>& from, const std::vector<const Zone*>& to) {
  for (const Zone* here : from) {
    const auto ways = here->params.empty()
                          ? Result<std::vector<catalog::ZoneWay>>(std::vector<catalog::ZoneWay>())
                          : catalog::parseWays(catalog::zonePolicyOf(here->params).ways);
    for (const Zone* there : to) {
      for (const catalog::ZoneWay& way : ways ? *ways : std::vector<catalog::ZoneWay>()) {
        if (way.zone == there->id.text()) {
          return way.time;
        }
      }
    }
  }
  return std::nullopt;
}

/// That of the innermost zone that says one.
double jitterOf(const std::vector<const Zone*>& zones) {
  for (const Zone* zone : zones) {
    if (const double jitter = catalog::zonePolicyOf(zone->params).jitter; jitter > 0) {
      return jitter;
    }
  }
  return 0;
}

}  // namespace

Law latencyBetween(const Design& design, const ZoneId& from, const ZoneId& to) {
  const std::vector<const Zone*> here = around(design, from);
  const std::vector<const Zone*> there = around(design, to);
  std::optional<Duration> stated = statedWay(here, there);
  stated = stated ? stated : statedWay(there, here);
  const Duration way = stated ? *stated : roundTrip(design, from, to) * 0.5;
  const double jitter = std::max(jitterOf(here), jitterOf(there));
  return jitter > 0 && way > Duration() ? Law::lognormal(way, jitter) : Law::constant(way);
}

}  // namespace cantilever::compile
