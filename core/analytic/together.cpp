#include "core/analytic/together.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/analytic/erlang.h"
#include "core/analytic/found_states.h"

namespace cantilever::analytic {

namespace {

constexpr double kBandOfTogether = 0.1;
constexpr double kUnevenBand = 0.6;
constexpr double kOtherOrderBand = 0.5;  // of queues that are not first come, first served
constexpr double kLargestGroup = 2000;   // groups
constexpr double kFewBeside = 1e-3;      // beside each call, on average of all
constexpr double kMuchRoom = 8;          // of a queue, in groups
constexpr double kHardlyLost = 1e-6;

class Groups {
 public:
  Groups(const Structure& structure, const Traffic& traffic) : m_structure(structure), m_traffic(traffic) {
    m_result.arrivals.assign(structure.plan().classes.size(), 0.0);
  }

  Together at(Index pool) {
    for (const CallsAtOnce& each : m_structure.callsAtOnce(pool)) {
      each.fan == kNone ? add(each.links, each.last) : addFan(each.fan, each.each);
    }
    if (m_hasEndless) {
      m_result.groupsAbove.clear();
    }
    return std::move(m_result);
  }

 private:
  void add(const std::vector<Index>& links, double last) {
    for (std::size_t k = 0; k < m_result.arrivals.size(); ++k) {
      double rate = INFINITY;
      for (const Index link : links) {
        const auto times = static_cast<double>(std::count(links.begin(), links.end(), link));
        rate =
            std::min(rate, m_traffic.arrivals[link][k] / (times - (link == links.back() ? 1 - last : 0.0)));
      }
      addOfSize(k, rate * last, links.size());
      addOfSize(k, rate * (1 - last), links.size() - 1);
    }
  }

  void addOfSize(std::size_t k, double groups, std::size_t size) {
    if (size > 1 && groups > 0) {
      addGroups(k, groups * static_cast<double>(size), static_cast<double>(size) - 1);
      addSizes(groups, std::vector<double>(size, 1.0), 1);
    }
  }

  void addFan(Index index, double each) {
    const plan::Fan& fan = m_structure.plan().fans[index];
    const double calls = m_structure.fanSize(index).calls;
    if (!(calls * each > 1)) {
      return;
    }
    const bool isWhole = fan.window == 0 || fan.window >= calls;
    const double open = isWhole ? calls : static_cast<double>(fan.window);
    const bool isDrawn = isWhole && fan.count != kNone;
    const double beside = isDrawn ? m_structure.othersInFan(index) : open - 1;
    const std::vector<double> sizes =
        isDrawn ? m_structure.tailOfFan(index) : std::vector<double>(static_cast<std::size_t>(open), 1.0);
    m_hasEndless = m_hasEndless || sizes.empty();
    m_result.isUneven = m_result.isUneven || (isDrawn && fan.batch > 1);
    for (std::size_t k = 0; k < m_result.arrivals.size(); ++k) {
      const double fans = m_traffic.arrivals[fan.link][k] / calls;
      addGroups(k, fans * open * each, (beside + 1) * each - 1);
      addSizes(fans, sizes, each);
    }
  }

  void addSizes(double groups, const std::vector<double>& above, double each) {
    std::vector<double>& sum = m_result.groupsAbove;
    const auto most = static_cast<std::size_t>(std::ceil(static_cast<double>(above.size()) * each));
    if (!(groups > 0) || m_hasEndless || static_cast<double>(most) > kLargestGroup) {
      m_hasEndless = m_hasEndless || groups > 0;
      return;
    }
    sum.resize(std::max(sum.size(), most), 0.0);
    for (std::size_t i = 0; i < most; ++i) {
      const auto at = static_cast<std::size_t>(static_cast<double>(i) / each);
      sum[i] += groups * above[std::min(at, above.size() - 1)];
    }
  }

  void addGroups(std::size_t k, double arrivals, double beside) {
    m_result.arrivals[k] += arrivals;
    m_result.others += arrivals * beside;
  }

  const Structure& m_structure;
  const Traffic& m_traffic;
  Together m_result;
  bool m_hasEndless = false;
};

}  // namespace

Together togetherAt(const Structure& structure, const Traffic& traffic, Index pool) {
  return Groups(structure, traffic).at(pool);
}

void addTogether(const plan::Plan& plan, Index index, const StationLoad& load, bool isSplitEvenly,
                 const Together& together, StationFigures& figures) {
  const plan::Pool& pool = plan.pools[index];
  const double grouped = std::accumulate(together.arrivals.begin(), together.arrivals.end(), 0.0);
  const bool isQueue = figures.servers > 0 && figures.isStable && figures.unsolvable.empty() &&
                       figures.work > 0 && figures.model != "pulled by consumers";
  if (!isQueue || !(together.others > kFewBeside * figures.work)) {
    return;
  }
  const double queues = pool.queue == plan::QueueScope::Shared ? 1.0 : load.instances;
  const double size = together.others / grouped + 1;
  const double ofQueue = isSplitEvenly ? std::max(1.0, size / queues) : 1 + (size - 1) / queues;
  figures.isExact = figures.isProductForm = false;
  const bool hasRoom = pool.queueLimit == plan::Pool::kUnlimited ||
                       (pool.queueLimit > kMuchRoom * ofQueue &&
                        std::all_of(figures.waits.begin(), figures.waits.end(),
                                    [](const StationWait& each) { return each.lost < kHardlyLost; }));
  const bool isOrdinary = pool.order == plan::ServiceOrder::Fifo && !pool.patience && pool.speeds.empty() &&
                          hasRoom && ofQueue < kLargestGroup;
  std::optional<FoundByBatches> found;
  // The others are as much work, in pieces like those of groups.
  std::vector<double> work(figures.waits.size(), 0.0);
  std::vector<double> seconds(figures.waits.size(), 0.0);
  for (const Traffic::Work& each : *load.work) {
    work[each.requestClass] += each.rate;
    seconds[each.requestClass] += each.rate * each.targets * plan.laws[each.law].mean.inSeconds();
  }
  double asked = 0;  // erlangs, at speed 1
  for (std::size_t k = 0; k < work.size(); ++k) {
    asked += work[k] > 0 ? std::min(1.0, together.arrivals[k] / work[k]) * seconds[k] : 0.0;
  }
  const double share = std::min(1.0, asked / figures.offered);
  const double service = asked / grouped * figures.service.first * figures.work / figures.offered;
  const double pieces = figures.work * figures.service.first / service;
  const ExponentialServers queue{service, figures.servers / queues, INFINITY, 0};
  if (isOrdinary) {
    std::vector<double> atLeast;
    double mean = 0;
    if (queues == 1 && !together.groupsAbove.empty()) {
      for (const double above : together.groupsAbove) {
        atLeast.push_back(above / together.groupsAbove.front());
        mean += atLeast.back();
      }
    } else {
      mean = ofQueue;
      atLeast.assign(static_cast<std::size_t>(ofQueue), 1.0);
      if (ofQueue > std::floor(ofQueue)) {
        atLeast.push_back(ofQueue - std::floor(ofQueue));
      }
    }
    found = foundByBatches(queue, share * pieces / queues / mean, atLeast, (1 - share) * pieces / queues);
  }
  if (!found) {
    figures.band = std::max(figures.band, kOtherOrderBand);
    for (StationWait& wait : figures.waits) {
      wait.band = std::max(wait.band, kOtherOrderBand);
      wait.stretchBand = wait.sharedLoad > 0 ? std::max(wait.stretchBand, kOtherOrderBand) : wait.stretchBand;
    }
    return;
  }
  const double alone = waitOfMMc(pieces / queues, queue.service, queue.servers).mean();
  const WaitOfFound ofGroups = waitAfter(queue, found->ofBatches);
  const WaitOfFound ofOthers = waitAfter(queue, found->ofOthers);
  const double spread = ofGroups.mean - ofOthers.mean;
  const double ofGroup = together.isUneven ? kUnevenBand : kBandOfTogether;
  double added = 0;
  for (std::size_t k = 0; k < figures.waits.size(); ++k) {
    if (!(work[k] > 0)) {
      continue;
    }
    StationWait& wait = figures.waits[k];
    const double own = std::min(1.0, together.arrivals[k] / work[k]);
    const double first = std::max(0.0, wait.mean() + ofOthers.mean - alone);
    const double mean = first + own * spread;
    const double probability = own * ofGroups.waits + (1 - own) * ofOthers.waits;
    // Who of a class is where in its group is not known here.
    const double band = std::max(wait.band, ofGroup) + (mean > 0 ? own * spread / mean : 0.0);
    added += work[k] * (mean - wait.mean());
    wait = waitByMean(mean, std::max(wait.probability, probability), band, wait);
    wait.first = first;
    wait.together = own > 0 ? ofQueue : 1.0;
  }
  figures.queue += added;
  figures.band = std::max(figures.band, ofGroup);
  figures.model += " in groups";
}

}  // namespace cantilever::analytic
