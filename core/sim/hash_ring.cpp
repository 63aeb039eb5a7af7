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

HashRing::HashRing(std::string_view name, std::uint32_t instances, std::uint32_t points)
    : m_instances(instances) {
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

/// The first place from the key's own hash on.
std::size_t HashRing::placeOf(std::uint64_t key) const {
  const auto place =
      std::lower_bound(m_places.begin(), m_places.end(), mixed(key),
                       [](const Place& each, std::uint64_t wanted) { return each.at < wanted; });
  return place == m_places.end() ? 0 : static_cast<std::size_t>(place - m_places.begin());
}

std::uint32_t HashRing::instanceOf(std::uint64_t key, const InstanceSet& among) const {
  std::size_t place = placeOf(key);
  while (!among.contains(m_places[place].instance)) {
    place = place + 1 == m_places.size() ? 0 : place + 1;
  }
  return m_places[place].instance;
}

std::uint32_t HashRing::ownerOf(std::uint64_t key, std::uint32_t copy) const {
  std::size_t place = placeOf(key);
  if (copy % m_instances == 0) {
    return m_places[place].instance;
  }
  std::vector<std::uint32_t> owners{m_places[place].instance};
  while (owners.size() <= copy % m_instances) {
    place = place + 1 == m_places.size() ? 0 : place + 1;
    const std::uint32_t next = m_places[place].instance;
    if (std::find(owners.begin(), owners.end(), next) == owners.end()) {
      owners.push_back(next);
    }
  }
  return owners.back();
}

}  // namespace cantilever::sim
