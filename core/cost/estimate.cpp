#include "core/cost/estimate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/cost/units.h"

namespace cantilever::cost {
namespace {

const char* costCategory(Usage::Kind kind) {
  switch (kind) {
    case Usage::Kind::InstanceHours:
      return "compute";
    case Usage::Kind::StorageGbMonths:
      return "storage";
    case Usage::Kind::Requests:
      return "requests";
    case Usage::Kind::EgressGb:
      return "transfer";
    case Usage::Kind::ProcessedGb:
    case Usage::Kind::CapacityUnitHours:
    case Usage::Kind::ServiceHours:
      return "service";
  }
  return "";
}

/// Mean over peak of each class: plans carry peaks, months are billed by means.
std::vector<double> meanOverPeak(const Design& design, const plan::Plan& plan) {
  std::map<std::string, std::pair<double, double>> ofClass;
  for (const Workload& workload : design.workloads) {
    auto& [mean, peak] = ofClass[workload.requestClass.text()];
    mean += workload.mean.raw();
    peak += workload.peak.raw();
  }
  std::vector<double> shares;
  shares.reserve(plan.classes.size());
  for (const plan::RequestClass& requestClass : plan.classes) {
    const auto at = ofClass.find(requestClass.key);
    const bool isKnown = at != ofClass.end() && at->second.second > 0;
    shares.push_back(isKnown ? at->second.first / at->second.second : 1.0);
  }
  return shares;
}

/// What arrives at each block. The traffic of a reply is the size its class states, whichever block answers:
/// exact at the entry, an upper bound behind caches that store less than whole replies.
std::map<BlockId, Load> loadOfBlocks(const Design& design, const plan::Plan& plan,
                                     const plan::Visits& visits) {
  const std::vector<double> shares = meanOverPeak(design, plan);
  std::vector<double> replyBytes;
  for (const plan::RequestClass& requestClass : plan.classes) {
    const RequestClass* found = design.classes.find(ClassId(requestClass.key));
    replyBytes.push_back(found != nullptr ? found->replySize.raw() : 0.0);
  }
  std::map<BlockId, Load> loads;
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const Link* link = design.links.find(LinkId(plan.linkOrigin[i].link));
    if (link == nullptr) {
      continue;
    }
    Load& load = loads[link->to];
    for (std::size_t c = 0; c < plan.classes.size(); ++c) {
      const double peak = visits.linkRate[i][c];
      load.requests += perSecond(peak * shares[c]);
      load.peakRequests += perSecond(peak);
      load.replyTraffic += bytesPerSecond(peak * shares[c] * replyBytes[c]);
    }
  }
  return loads;
}

/// Calls that compute blocks answer in the zone of one that covers it (in none: anywhere). What links bring
/// it comes besides.
Rate coveredBy(const Block& block, const Design& design, const catalog::Catalog& catalog,
               const std::map<BlockId, Load>& loads) {
  Rate calls;
  for (const auto& [id, load] : loads) {
    const Block* other = design.blocks.find(id);
    if (other != nullptr && catalog.traitsOf(*other).isCompute && isWithin(design, other->zone, block.zone)) {
      calls += load.requests;
    }
  }
  return calls;
}

/// Prices usages of one block after another into an estimate. Tiers count what the whole account uses in the
/// month: where two blocks use the same item, the second goes on in the tier where the first ended.
class Pricing {
 public:
  Pricing(const PriceBook& book, Estimate& estimate) : m_book(book), m_estimate(estimate) {}

  void add(const BlockId& block, const Usage& usage) {
    if (usage.amount == 0) {
      return;
    }
    if (!std::isfinite(usage.amount) || usage.amount < 0) {
      leaveUnpriced(block, usage, "its amount of " + formatNumber(usage.amount) + " cannot be billed");
      return;
    }
    const auto tiers = m_book.tiersOf(usage);
    if (tiers.empty()) {
      leaveUnpriced(block, usage, m_book.name() + " has no " + usage.purchase + " price for " + usage.item);
      return;
    }
    const double scale = unitsPer(usage.kind, tiers.front()->unit);
    if (!(scale > 0)) {
      leaveUnpriced(block, usage, "it is sold by the " + tiers.front()->unit + ", which cannot be converted");
      return;
    }
    addTiers(block, usage, usage.amount * scale, tiers);
  }

 private:
  /// Marginal: the units between a tier's bounds cost that tier's price. Units below the first tier are free:
  /// the book then begins at the end of an allowance.
  void addTiers(const BlockId& block, const Usage& usage, double units,
                const std::vector<const Price*>& tiers) {
    double& sold = m_sold[tiers.front()];
    const double begin = sold;
    sold += units;
    for (const Price* tier : tiers) {
      const double upTo = tier->tierTo ? std::min(sold, *tier->tierTo) : sold;
      const double inTier = upTo - std::max(begin, tier->tierFrom);
      if (inTier > 0) {
        m_estimate.lines.push_back(
            {block, costCategory(usage.kind), usage, inTier, multiply(tier->price, inTier), *tier});
      }
    }
    const std::optional<double> end = tiers.back()->tierTo;
    if (end && sold > *end) {
      leaveUnpriced(block, usage,
                    m_book.name() + " has no price beyond " + formatNumber(*end) + " " + tiers.back()->unit +
                        "; not priced are " + formatNumber(sold - std::max(begin, *end), 6));
    }
  }

  void leaveUnpriced(const BlockId& block, const Usage& usage, std::string reason) {
    m_estimate.unpriced.push_back({block, usage, std::move(reason)});
  }

  const PriceBook& m_book;
  Estimate& m_estimate;
  std::map<const Price*, double> m_sold;  ///< units so far, by the first tier of the price
};

void addTotals(Estimate& estimate, double requestsPerMonth) {
  for (const Line& line : estimate.lines) {
    estimate.total += line.amount;
    if (line.usage.kind == Usage::Kind::InstanceHours) {
      estimate.instances += line.amount;
    }
    const std::string& date = line.price.asOf;
    estimate.pricesAsOf = std::max(estimate.pricesAsOf, date);
    estimate.pricesFrom = estimate.pricesFrom.empty() ? date : std::min(estimate.pricesFrom, date);
  }
  if (requestsPerMonth > 0) {
    constexpr double kMost = 9e18;
    const double micros = static_cast<double>(estimate.total.inMicros()) / requestsPerMonth * 1e6;
    estimate.perMillionRequests = Money::micros(static_cast<std::int64_t>(std::min(micros + 0.5, kMost)));
  }
}

}  // namespace

Money Estimate::ofBlock(const BlockId& block) const {
  Money sum;
  for (const Line& line : lines) {
    if (line.block == block) {
      sum += line.amount;
    }
  }
  return sum;
}

Estimate estimate(const Design& design, const catalog::Catalog& catalog, const plan::Plan& plan,
                  const plan::Visits& visits, const PriceBook& book) {
  Estimate result;
  result.priceBook = book.name();
  const std::map<BlockId, Load> loads = loadOfBlocks(design, plan, visits);
  Pricing pricing(book, result);
  for (const Block& block : design.blocks) {
    const catalog::BlockType* type = catalog.find(block.type);
    if (type == nullptr || !type->usage) {
      continue;
    }
    const auto at = loads.find(block.id);
    Load load = at != loads.end() ? at->second : Load{};
    if (catalog.traitsOf(block).coversItsZone) {
      load.covered = coveredBy(block, design, catalog, loads);
    }
    for (const Usage& usage : type->usage(block, load)) {
      pricing.add(block.id, usage);
    }
  }
  double requestsPerMonth = 0;
  for (const Workload& workload : design.workloads) {
    requestsPerMonth += workload.mean.raw() * kSecondsPerMonth;
  }
  addTotals(result, requestsPerMonth);
  return result;
}

}  // namespace cantilever::cost
