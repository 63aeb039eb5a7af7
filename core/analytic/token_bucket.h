#pragma once

#include <vector>

/// Token buckets from which requests take several at a time.
namespace cantilever::analytic {

/// Requests that take as many tokens as each other.
struct BucketTakes {
  double rate = 0;   ///< per second, Poisson
  double units = 1;  ///< tokens that each takes
};

/// Shares refused, in the order of `takes`, by a bucket of `depth` tokens that refills continuously at
/// `rate`: who finds fewer than it wants takes none. What is missing is the content x of a dam with P(x) = F:
/// rate F'(x) = sum of rate_j (F(min(x, depth - units_j)) - F(x - units_j)), refused is 1 - F(depth -
/// units_j) / F(depth) (by level crossings: Brill and Posner 1977). Integrated from the bottom up with F
/// straight between steps of 1/128 of the largest take (what is refused is good to 1e-3 of itself); a deep
/// bucket in its middle by the sum of a constant and an exponential. Takes of one size by `refusedByBucket`
/// of limits.h.
std::vector<double> refusedByTakes(const std::vector<BucketTakes>& takes, double rate, double depth);

}  // namespace cantilever::analytic
