#include "core/analytic/lanes.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/erlang.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostOfSeries = 20'000;
// Of more servers or lanes the numbers would grow too large, and what lanes hold back is next to nothing.
constexpr double kMostServers = 200;
constexpr double kMostLanes = 100;
constexpr double kTooLittle = 1e-12;
constexpr double kUnfelt = 1e-6;       // of a wait
constexpr double kBandOfLanes = 0.15;  // of waits, where services are not alike

/// Customers that are always there, and others that come and go.
class BesideSome {
 public:
  BesideSome(double others, double servers) : m_others(others), m_servers(servers) {}

  /// While so many are always there.
  struct Waits {
    double ofOthers = 0;  ///< in services
    double ofNext = 0;    ///< of one more of those who are always there, as it comes
  };
  Waits with(double always) const {
    // P(n others) is proportional to C(n + j, j) a^n / (min(1, c) ... min(n + j, c)).
    double weight = 1;
    double all = 0;
    double number = 0;
    double behind = 0;
    for (double n = 0; n < kMostOfSeries; ++n) {
      if (n > 0) {
        weight *= (n + always) / n * m_others / std::min(n + always, m_servers);
      }
      all += weight;
      number += weight * n;
      behind += weight * std::max(0.0, n + always + 1 - m_servers);
      const bool isFalling = (n + 1 + always) / (n + 1) * m_others < m_servers;
      if (m_others <= 0 || (isFalling && weight < kTooLittle * all && n + always > m_servers)) {
        break;
      }
    }
    return {m_others > 0 ? number / all / m_others - 1 : 0.0, behind / all / m_servers};
  }

 private:
  double m_others;
  double m_servers;
};

/// What comes to a pool like that.
struct Lanes {
  std::vector<Index> programs;  // what is done with a batch
  double open = 0;              // batches of each instance at a time
};
Lanes lanesAt(const plan::Plan& plan, Index pool) {
  Lanes lanes;
  for (const plan::ConsumerGroup& group : plan.groups) {
    const plan::Link& link = plan.links[group.link];
    if (link.pool == pool) {
      lanes.programs.push_back(link.program);
      lanes.open += placesOf(plan, group);
    }
  }
  return lanes;
}

}  // namespace

WaitsBesideLanes waitsBesideLanes(double others, double lanes, double servers, double open) {
  const double alone = waitOfMMc(others + lanes, 1, servers).mean();
  const bool isLarge = servers > kMostServers || open > kMostLanes ||
                       30 / (1 - others / servers) > kMostOfSeries - kMostServers;
  if (!(alone > 0) || !(lanes > 0) || isLarge) {
    return {};
  }
  const BesideSome beside(others, servers);
  double chance = 1;  // of so many, to begin with none
  double all = 0;
  double waitOfOthers = 0;
  double waitOfLanes = 0;
  BesideSome::Waits waits = beside.with(0);
  for (double present = 0;; ++present) {
    const double throughput = (present + 1) / (1 + waits.ofNext);  // of one more
    const bool isLast = present + 1 >= open;
    const double more = lanes / throughput;
    all += chance;
    waitOfOthers += chance * waits.ofOthers;
    waitOfLanes += chance * waits.ofNext;
    const double next = chance * more;
    if (next < kTooLittle * all && more < 1) {
      break;
    }
    const BesideSome::Waits then = beside.with(present + 1);
    if (isLast) {  // from there on they wait elsewhere, in a geometric number
      const double rest = more < 1 ? next / (1 - more) : INFINITY;
      if (std::isinf(rest)) {
        return {then.ofOthers / alone, waits.ofNext / alone};
      }
      all += rest;
      waitOfOthers += rest * then.ofOthers;
      waitOfLanes += rest * waits.ofNext;
      break;
    }
    chance = next;
    waits = then;
  }
  return {waitOfOthers / all / alone, waitOfLanes / all / alone};
}

void addLanes(const plan::Plan& plan, Index pool, const StationLoad& load, StationFigures& figures) {
  const plan::Pool& of = plan.pools[pool];
  const Lanes lanes = lanesAt(plan, pool);
  const bool isQueue = figures.servers > 0 && figures.isStable && figures.unsolvable.empty() &&
                       figures.work > 0 && figures.model != "pulled by consumers" &&
                       of.order == plan::ServiceOrder::Fifo && !of.patience &&
                       of.queueLimit == plan::Pool::kUnlimited;
  if (!isQueue || lanes.programs.empty()) {
    return;
  }
  const auto isLane = [&lanes](const Traffic::Work& each) {
    return std::find(lanes.programs.begin(), lanes.programs.end(), each.program) != lanes.programs.end();
  };
  double work = 0;    // erlangs that lanes ask for
  double pieces = 0;  // that these are, per second
  double waits = 0;
  double probability = 0;
  for (const Traffic::Work& each : *load.work) {
    if (isLane(each)) {
      work += each.rate * plan.laws[each.law].mean.inSeconds() * each.targets;
      pieces += each.rate;
      waits += each.rate * figures.waits[each.requestClass].mean();
      probability += each.rate * figures.waits[each.requestClass].probability;
    }
  }
  const double queues = of.queue == plan::QueueScope::Shared ? 1.0 : load.instances;
  const double share = std::min(1.0, work / figures.offered);
  const double busy = figures.concurrency / queues;
  const WaitsBesideLanes times = waitsBesideLanes((1 - share) * busy, share * busy, figures.servers / queues,
                                                  lanes.open * load.instances / queues);
  const bool isFelt = std::abs(times.ofOthers - 1) > kUnfelt || std::abs(times.ofLanes - 1) > kUnfelt;
  if (!isFelt || !(pieces > 0)) {
    return;
  }
  const double band = std::max(figures.band, kBandOfLanes);
  for (StationWait& wait : figures.waits) {
    wait = waitByMean(times.ofOthers * wait.mean(), wait.probability, std::max(wait.band, band), wait);
  }
  figures.lanes = lanes.programs;
  figures.laneWait =
      waitByMean(times.ofLanes * waits / pieces, probability / pieces, band, figures.waits.front());
  figures.queue = 0;
  for (const Traffic::Work& each : *load.work) {
    figures.queue += each.rate * figures.waitOf(each.requestClass, each.program).mean();
  }
  figures.band = band;
  figures.isExact = figures.isProductForm = false;
  figures.model += " beside lanes";
}

}  // namespace cantilever::analytic
