#include "core/sim/hash_ring.h"

#include <algorithm>
#include <tuple>

#include "core/base/random.h"

namespace cantilever::sim {

namespace {

std::uint64_t mixed(std::uint64_t value) {
  return splitmix64(value);
}

}  // namespace

HashRing::HashRing(std::string_view name, std::uint32_t instances, std::uint32_t points) {
  const std::uint64_t seed = hashText(name);
  m_places.reserve(std::size_t{instances} * points);
  for (std::uint32_t instance = 0; instance < instances; ++instance) {
    for (std::uint32_t point = 0; point < points; ++point) {
      m_places.push_back({mixed(seed ^ mixed((std::uint64_t{instance} << 32) + point)), instance});
    }
  }
  std::sort(m_places.begin(), m_places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.at, a.instance) < std::tie(b.at, b.instance);
  });
}

std::uint32_t HashRing::instanceOf(std::uint32_t key, const InstanceSet& among) const {
  const std::uint64_t at = mixed(key);
  auto place = std::lower_bound(m_places.begin(), m_places.end(), at,
                                [](const Place& each, std::uint64_t wanted) { return each.at < wanted; });
  for (;;) {
    if (place == m_places.end()) {
      place = m_places.begin();
    }
    if (among.contains(place->instance)) {
      return place->instance;
    }
    ++place;
  }
}

}  // namespace cantilever::sim
