// Consistent hashing to the precision of a reference case.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/sim/hash_ring.h"

namespace cantilever::sim {
namespace {

// LB-13: node shares are Dirichlet(v, ..., v): E[max] / mean = 1.159426379 and a coefficient of variation of
// sqrt((n - 1) / (n v + 1)) for n = 10 nodes of v = 100 points. Each ring is looked at through 50,000 keys,
// whose own scatter adds (n - 1) / keys to the variance; the maximum grows with the deviation.
TEST(HashRing, HasTheSharesOfTheReferenceCase) {
  constexpr std::uint32_t kNodes = 10;
  constexpr std::uint32_t kKeys = 50'000;
  constexpr int kRings = 2000;
  const InstanceSet all(kNodes, kNodes);
  double variance = 0;
  double most = 0;
  for (int i = 0; i < kRings; ++i) {
    const HashRing ring("ring-" + std::to_string(i), kNodes, 100);
    std::vector<double> load(kNodes, 0.0);
    for (std::uint32_t key = 0; key < kKeys; ++key) {
      load[ring.instanceOf(key, all)] += static_cast<double>(kNodes) / kKeys;
    }
    for (const double each : load) {
      variance += (each - 1) * (each - 1) / (kNodes * kRings);
    }
    most += *std::max_element(load.begin(), load.end()) / kRings;
  }
  const double exact = 9.0 / 1001;
  const double ofKeys = 9.0 / kKeys;
  EXPECT_NEAR(std::sqrt(variance - ofKeys), 0.09482093119, 0.005 * 0.0948);
  EXPECT_NEAR(1 + (most - 1) / std::sqrt(1 + ofKeys / exact), 1.159426379, 0.005 * 1.159426379);
}

}  // namespace
}  // namespace cantilever::sim
