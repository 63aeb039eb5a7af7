#include "core/analytic/instance_shares.h"

#include <algorithm>

#include "core/analytic/balancing.h"
#include "core/analytic/contents.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;

constexpr std::uint32_t kMostRingInstances = 200;

/// At random by the link's weights; without any, by speeds.
std::vector<double> sharesByWeight(const Pool& pool, const plan::Link& link, std::size_t instances) {
  std::vector<double> shares;
  double total = 0;
  for (std::size_t i = 0; i < instances; ++i) {
    const double own = link.weights.empty() ? pool.speedOf(static_cast<Index>(i)) : 1.0;
    shares.push_back(i < link.weights.size() ? link.weights[i] : own);
    total += shares.back();
  }
  for (double& each : shares) {
    each = total > 0 ? each / total : 1.0 / static_cast<double>(instances);
  }
  return shares;
}

/// Shares of the calls over one link.
std::vector<double> sharesOver(const Structure& structure, std::size_t n, Index link,
                               const std::vector<double>& asked) {
  const plan::Plan& plan = structure.plan();
  std::vector<double> shares(n, 1.0 / static_cast<double>(n));
  const Balancing balancing = link == kNone ? Balancing::Random : plan.links[link].balancing;
  if (balancing == Balancing::Weighted) {
    return sharesByWeight(plan.pools[plan.links[link].pool], plan.links[link], n);
  }
  const bool isOwned = balancing == Balancing::Owner;
  const bool isSticky = balancing == Balancing::Sticky;  // a key is where it was sent at random first
  if ((!isOwned && !isSticky && balancing != Balancing::ConsistentHash) || n > kMostRingInstances) {
    return shares;
  }
  // The hottest keys go somewhere as a whole; the rest follows the ring.
  if (!isSticky) {
    shares = typicalRingShares(n, plan.links[link].points);
  }
  double hottest = 0;
  double total = 0;
  for (std::size_t k = 0; k < asked.size(); ++k) {
    const Index space = plan.classes[k].keySpace;
    const bool goesAnywhere = isOwned && space == kNone;
    if (asked[k] > 0 && !goesAnywhere) {
      hottest +=
          asked[k] * (space == kNone ? shareOfHottest(plan::KeySpace{}) : structure.shareOfHottest(space));
    }
    total += asked[k];
  }
  hottest = total > 0 ? hottest / total : 0;
  for (double& each : shares) {
    each *= 1 - hottest;
  }
  shares[n / 2] += hottest;  // at a node like the others
  return shares;
}

}  // namespace

Index mainLink(const StationLoad& load) {
  const auto most = std::max_element(load.arrivals.begin(), load.arrivals.end(),
                                     [](const auto& a, const auto& b) { return a.share < b.share; });
  return most == load.arrivals.end() || most->share <= 0 ? kNone : most->link;
}

bool goesByKey(Balancing balancing, bool areAskedForKeys) {
  return balancing == Balancing::ConsistentHash || balancing == Balancing::Sticky ||
         (balancing == Balancing::Owner && areAskedForKeys);
}

std::vector<double> sharesOfInstances(const Structure& structure, const StationLoad& load) {
  std::vector<double> asked(structure.plan().classes.size(), 0.0);
  for (const Traffic::Work& work : *load.work) {
    asked[work.requestClass] += work.rate;
  }
  return sharesOfInstances(structure, load.instances, load.arrivals, asked);
}

std::vector<double> sharesOfInstances(const Structure& structure, std::size_t n,
                                      const std::vector<StationLoad::Arrivals>& arrivals,
                                      const std::vector<double>& asked) {
  std::vector<double> shares(n, 0.0);
  double total = 0;
  for (const StationLoad::Arrivals& each : arrivals) {
    const std::vector<double> ofLink = sharesOver(structure, n, each.link, asked);
    for (std::size_t i = 0; i < n; ++i) {
      shares[i] += each.share * ofLink[i];
    }
    total += each.share;
  }
  for (double& each : shares) {
    each = total > 0 ? each / total : 1.0 / static_cast<double>(n);
  }
  return shares;
}

}  // namespace cantilever::analytic
