// The k-th of several, hedges and time limits: laws that are tabulated.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/analytic/gamma_law.h"
#include "core/analytic/response_laws.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr int kTablePoints = 80;
constexpr int kRoughTablePoints = 32;  // of laws that are approximations anyway
constexpr int kInvertedTablePoints = 16;
constexpr double kLookedUp = 3;              // what a look-up in a table costs, in closed forms
constexpr std::uint32_t kMostInverted = 16;  // nodes of a branch that is inverted for each point of a table
constexpr double kByMoments = 0.05;          // error of probabilities, and relative of means, by gamma laws
constexpr double kByFewPoints = 0.03;        // the same of inverted laws in tables of few points
constexpr double kByPoints = 0.002;          // relative, of moments from the points of a table alone
constexpr double kMomentsTo = 1e-10;         // relative to the mean, between two points, else
constexpr int kMostHalvings = 40;
constexpr std::size_t kMostKnown = 2000;
constexpr double kAlike = 0.02;  // branches with moments so near are taken for the same

struct TailPoint {
  double t = 0;
  double above = 0;
};
struct TailAreas {
  double first = 0;
  double second = 0;
};

/// Simpson's rule for the integrals of P(T > t) and of 2 t P(T > t).
TailAreas simpson(const TailPoint& from, const TailPoint& middle, const TailPoint& to) {
  const double width = to.t - from.t;
  return {width / 6 * (from.above + 4 * middle.above + to.above),
          width / 3 * (from.t * from.above + 4 * middle.t * middle.above + to.t * to.above)};
}

/// The same, halved until that changes less than `enough`, or there is a step.
template <class Above>
TailAreas halved(const Above& above, const TailPoint& from, const TailPoint& middle, const TailPoint& to,
                 double enough, int depth) {
  const TailPoint left{(from.t + middle.t) / 2, above((from.t + middle.t) / 2)};
  const TailPoint right{(middle.t + to.t) / 2, above((middle.t + to.t) / 2)};
  const TailAreas whole = simpson(from, middle, to);
  const TailAreas before = simpson(from, left, middle);
  const TailAreas after = simpson(middle, right, to);
  const double more = before.first + after.first - whole.first;
  const double secondMore = before.second + after.second - whole.second;
  if (depth <= 0 || std::abs(more) < enough) {
    return {whole.first + more * 16 / 15, whole.second + secondMore * 16 / 15};
  }
  const TailAreas low = halved(above, from, left, middle, enough / 2, depth - 1);
  const TailAreas high = halved(above, middle, right, to, enough / 2, depth - 1);
  return {low.first + high.first, low.second + high.second};
}

}  // namespace

/// Branches that are nearly alike are one, several times: shards of a cluster differ by little.
std::vector<ResponseLaws::Branches> ResponseLaws::grouped(const std::vector<Branches>& branches) const {
  std::vector<Branches> groups;
  for (const Branches& each : branches) {
    const Part& of = m_nodes[each.node];
    const auto isAlike = [&](const Branches& group) {
      const Part& its = m_nodes[group.node];
      return isByMoments(each.node) && isByMoments(group.node) && each.success == group.success &&
             std::abs(of.mean - its.mean) <= kAlike * its.mean &&
             std::abs(of.second - its.second) <= 2 * kAlike * its.second;
    };
    const auto group = std::find_if(groups.begin(), groups.end(), isAlike);
    group == groups.end() ? groups.push_back(each) : void(group->times += each.times);
  }
  return groups;
}

ResponseLaws::Node ResponseLaws::orderOf(const std::vector<Branches>& branches, double needed, double band) {
  if (branches.size() == 1 && branches.front().times == 1 && band == 0) {
    return branches.front().node;
  }
  Part part;
  part.kind = Kind::Order;
  part.index = static_cast<std::uint32_t>(m_orders.size());
  double scale = 0;
  bool isOneLaw = true;
  bool isReckonedByMoments = false;
  part.directCost = 1;
  const double most = std::accumulate(branches.begin(), branches.end(), 0.0,
                                      [](double sum, const Branches& each) { return sum + each.times; });
  const bool needsAll = needed >= most - 0.5;  // then all of them answer
  for (const Branches& each : branches) {
    const Part& of = m_nodes[each.node];
    scale = std::max(scale, of.mean);
    part.isLawExact = part.isLawExact && of.isLawExact && of.places == 0;
    part.isHeavy = part.isHeavy || of.isHeavy;
    part.error = std::max(part.error, of.mean > 0 ? of.error / of.mean : 0.0);
    part.places |= of.places;
    part.directCost += of.directCost;
    isReckonedByMoments = isReckonedByMoments || isByMoments(each.node);
    isOneLaw = isOneLaw && each.node == branches.front().node && (each.success >= 1 || needsAll);
  }
  if (scale <= 0) {
    return kZero;
  }
  part.canOvertake = part.places != 0;
  const double wanted = std::min(needed, most);
  m_orders.push_back({isReckonedByMoments ? grouped(branches) : branches, wanted});
  const double worst = part.error + band + (isReckonedByMoments ? kByMoments : 0.0);
  part.isLawExact = part.isLawExact && !isReckonedByMoments;
  const Node node = m_known != nullptr ? knownOrder(part, scale) : tabulated(part, scale);
  Part& made = m_nodes[node];
  const Part& first = m_nodes[branches.front().node];
  const bool isExponential =
      first.kind == Kind::Law && m_laws[first.index].kind == Law::Kind::Exponential && isOneLaw;
  if (isExponential) {  // exact moments (Renyi 1953)
    made.mean = 0;
    double variance = 0;
    for (double i = 0; i < wanted; ++i) {
      made.mean += first.mean / (most - i);
      variance += first.mean * first.mean / ((most - i) * (most - i));
    }
    made.second = variance + made.mean * made.mean;
  }
  made.error = made.mean * (isExponential ? worst : worst + roughnessOf(part));
  return node;
}

/// Adds to the key what an order takes from a branch; false: more than can be told.
bool ResponseLaws::tell(Node branch, std::vector<double>& key) const {
  const Part& part = m_nodes[branch];
  if (isByMoments(branch)) {
    key.insert(key.end(), {-1, part.mean, part.second});
    return true;
  }
  if (part.kind != Kind::Law || m_laws[part.index].hasPoints()) {
    return false;
  }
  const Law& law = m_laws[part.index];
  key.insert(key.end(), {static_cast<double>(law.kind), part.mean, law.shape});
  return true;
}

ResponseLaws::Node ResponseLaws::knownOrder(const Part& part, double scale) {
  const Order& order = m_orders[part.index];
  std::vector<double> key{order.needed, scale};
  for (const Branches& each : order.branches) {
    key.insert(key.end(), {each.times, each.success});
    if (!tell(each.node, key)) {
      return tabulated(part, scale);
    }
  }
  if (m_known->size() > kMostKnown) {
    m_known->clear();
  }
  const auto [known, isNew] = m_known->try_emplace(std::move(key));
  if (isNew) {
    known->second = tableOf(part, scale);
  }
  return withTable(part, known->second);
}

ResponseLaws::Node ResponseLaws::hedged(Node of, const Hedge& hedge) {
  Part part = m_nodes[of];
  part.kind = Kind::Hedged;
  part.a = of;
  part.rate = hedge.after;
  part.p = hedge.success;
  part.arrivals = hedge.extra;
  part.isInverted =
      isByMoments(of) && (std::abs(branchAbove(of, hedge.after) - hedge.late) > kByMoments ||
                          std::abs(branchAbove(of, part.mean) - above(of, part.mean)) > kByMoments);
  part.early = 1 - (part.isInverted || !isByMoments(of) ? hedge.late : branchAbove(of, hedge.after));
  part.isLawExact = part.isLawExact && part.places == 0 && !isByMoments(of);
  const double band = part.mean > 0 ? part.error / part.mean : 0;
  const bool isRough = isByMoments(of) && !part.isInverted;
  const Node node = tabulated(part, part.mean);
  m_nodes[node].error = m_nodes[node].mean * (band + (isRough ? kByMoments : roughnessOf(part)));
  return node;
}

namespace {

double meanUpToOfGamma(double mean, double second, double most) {
  const double shape = mean * mean / (second - mean * mean);
  const double upTo = gammaUpTo(shape, most / mean * shape);
  return upTo > 0 ? mean * gammaUpTo(shape + 1, most / mean * shape) / upTo : most;
}

/// How far apart the means of a gamma and of a lognormal law with the same moments are, of what is at most so
/// long; relative to the mean of the first.
double shapeMatters(double mean, double second, double most) {
  if (isConstant(mean, second)) {
    return 0;
  }
  const double gamma = meanUpToOfGamma(mean, second, most);
  const double variance = std::log(second / (mean * mean));
  const double deviation = std::sqrt(variance);
  const double at = (std::log(most / mean) + variance / 2) / deviation;
  const auto normalUpTo = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
  const double lognormal = mean * normalUpTo(at - deviation) / normalUpTo(at);
  return gamma > 0 && lognormal > 0 ? std::abs(lognormal / gamma - 1) : 0;
}

}  // namespace

ResponseLaws::Node ResponseLaws::within(Node of, double most, double within, double mean) {
  Part part = m_nodes[of];
  part.kind = Kind::Within;
  part.a = of;
  part.rate = most;
  part.isInverted = isByMoments(of) && !isConstant(part.mean, part.second) &&
                    (std::abs(1 - branchAbove(of, most) - within) > kByMoments ||
                     std::abs(meanUpToOfGamma(part.mean, part.second, most) - mean) > kByMoments * mean ||
                     std::abs(branchAbove(of, mean) - above(of, mean)) > kByMoments);
  const bool isRough = isByMoments(of) && !part.isInverted;
  part.p = isRough ? std::max(1e-12, 1 - branchAbove(of, most)) : within;
  part.isLawExact = part.isLawExact && !isByMoments(of);
  const double band = part.mean > 0 ? part.error / part.mean : 0;
  const Node node = tabulated(part, std::min(part.mean, most));
  Part& made = m_nodes[node];
  if (made.isInverted && made.mean > 0) {  // better than by the table
    made.second *= mean / made.mean * mean / made.mean;
    made.mean = mean;
  }
  const double ofLaw = isRough ? kByMoments + shapeMatters(m_nodes[of].mean, m_nodes[of].second, most)
                       : made.isInverted ? kByFewPoints
                                         : roughnessOf(part);
  made.error = made.mean * (band + ofLaw);
  return node;
}

/// Adds the node with a table of its law.
ResponseLaws::Node ResponseLaws::tabulated(Part part, double scale) {
  return withTable(part, tableOf(part, scale));
}

ResponseLaws::Node ResponseLaws::withTable(Part part, Tabulated of) {
  part.mean = of.mean;
  part.second = of.second;
  m_tables.push_back(std::move(of.table));
  part.b = static_cast<Node>(m_tables.size() - 1);
  part.isLookedUp = part.directCost > kMostDirect && !part.isLawExact;
  part.directCost = part.isLookedUp ? kLookedUp : part.directCost;
  part.least = 0;
  part.size = 1;
  return add(part);
}

/// Whether what it is made of is known exactly, and cheaply at any point, so that its moments can be too.
bool ResponseLaws::isFine(const Part& part) {
  return part.error == 0 && part.directCost <= kMostDirect && !part.isInverted;
}

double ResponseLaws::roughnessOf(const Part& part) {
  return isFine(part) ? 0 : kByPoints;
}

ResponseLaws::Tabulated ResponseLaws::tableOf(const Part& part, double scale) const {
  const auto above = [&](double t) { return directlyAbove(part, t); };
  const bool isExact = isFine(part);
  const double nothing = isExact ? 1e-12 : 1e-7;
  double high = scale;
  while (above(high) > nothing && high < scale * 1e7) {
    high *= 1.5;
  }
  double low = scale;
  while (above(low) < 1 - 1e-3 && low > scale * 1e-4) {
    low /= 2;
  }
  Tabulated result;
  Table& table = result.table;
  table.times.push_back(0);
  table.above.push_back(above(0));
  const int points = part.isLawExact   ? kTablePoints
                     : part.isInverted ? kInvertedTablePoints
                                       : kRoughTablePoints;
  const double ratio = std::pow(high / low, 1.0 / (points - 1));
  double t = low;
  for (int i = 0; i < points; ++i, t *= ratio) {
    table.times.push_back(t);
    table.above.push_back(std::min(above(t), table.above.back()));
  }
  for (std::size_t i = 1; i < table.times.size(); ++i) {
    const double from = table.times[i - 1];
    const double to = table.times[i];
    const TailPoint first{from, table.above[i - 1]};
    const TailPoint middle{(from + to) / 2, above((from + to) / 2)};
    const TailPoint last{to, table.above[i]};
    const TailAreas area = isExact ? halved(above, first, middle, last, kMomentsTo * scale, kMostHalvings)
                                   : simpson(first, middle, last);
    result.mean += area.first;
    result.second += area.second;
  }
  return result;
}

bool ResponseLaws::isByMoments(Node node) const {
  const Part& part = m_nodes[node];
  return part.directCost > kMostDirect && (!isLawExact(node) || part.size > kMostInverted);
}

double ResponseLaws::branchAbove(Node node, double t) const {
  const Part& part = m_nodes[node];
  return !isByMoments(node) ? above(node, t) : t < 0 ? 1.0 : gammaAboveRoughly(part.mean, part.second, t);
}

double ResponseLaws::tableAbove(const Part& part, double t) const {
  const Table& table = m_tables[part.b];
  const auto after = std::upper_bound(table.times.begin(), table.times.end(), t);
  if (after == table.times.end()) {
    return t > table.times.back() ? 0.0 : table.above.back();
  }
  const auto i = static_cast<std::size_t>(after - table.times.begin());
  const double along = (t - table.times[i - 1]) / (table.times[i] - table.times[i - 1]);
  return table.above[i - 1] + along * (table.above[i] - table.above[i - 1]);
}

double ResponseLaws::orderAbove(const Order& order, double t) const {
  const bool areSure = std::all_of(order.branches.begin(), order.branches.end(),
                                   [](const Branches& each) { return each.success >= 1; });
  const double inTheEnd = areSure ? 1.0 : enoughBy(order, std::numeric_limits<double>::infinity());
  return inTheEnd > 0 ? std::clamp(1 - enoughBy(order, t) / inTheEnd, 0.0, 1.0) : 0.0;
}

/// The probability that as many have answered as are needed.
double ResponseLaws::enoughBy(const Order& order, double t) const {
  const auto doneOf = [&](const Branches& each) {
    return std::isinf(t) ? each.success : each.success * (1 - branchAbove(each.node, t));
  };
  // The number of answers so far: groups of equal branches are binomial, put together one by one.
  const auto needed = static_cast<std::size_t>(order.needed + 0.5);
  double all = 1;
  double total = 0;
  for (const Branches& each : order.branches) {
    all *= std::pow(doneOf(each), each.times);
    total += each.times;
  }
  if (order.needed >= total - 0.5) {
    return all;
  }
  constexpr double kMany = 16;
  if (order.branches.size() == 1 && total > kMany) {  // of a binomial number, as a beta probability
    const double above = 1 - doneOf(order.branches.front());
    const double wanted = order.needed;
    return above <= 0 ? 1.0 : above >= 1 ? 0.0 : 1 - betaUpTo(total - wanted + 1, wanted, above);
  }
  std::vector<double> reached(needed + 1, 0.0);
  reached[0] = 1;
  for (const Branches& each : order.branches) {
    const double done = doneOf(each);
    for (double i = 0; i + 0.5 < each.times; ++i) {
      reached[needed] += reached[needed - 1] * done;
      for (std::size_t count = needed - 1; count > 0; --count) {
        reached[count] = reached[count] * (1 - done) + reached[count - 1] * done;
      }
      reached[0] *= 1 - done;
    }
  }
  return reached[needed];
}

/// The first attempt has succeeded by then, or the second one, if it was begun.
double ResponseLaws::hedgedAbove(const Part& part, double t) const {
  const auto succeeds = [&](double of, double other) {  // by a time at which attempts have these shares
    return part.p * of + std::max(0.0, part.arrivals - part.p * (of - part.early)) * part.p * other;
  };
  const double first = 1 - branchAbove(part, t);
  const double second = t < part.rate ? 0.0 : 1 - branchAbove(part, t - part.rate);
  return std::clamp(1 - succeeds(first, second) / succeeds(1, 1), 0.0, 1.0);
}

ResponseLaws::Complex ResponseLaws::transformOfTable(const Table& table, Complex s) const {
  Complex sum = 1 - table.above.front();
  Complex from = 1;
  for (std::size_t i = 1; i < table.times.size(); ++i) {
    const Complex to = std::exp(-s * table.times[i]);
    const double share = table.above[i - 1] - table.above[i];
    if (share > 0) {
      const Complex width = s * (table.times[i] - table.times[i - 1]);
      sum += share * (std::abs(width) < 1e-6 ? to : (from - to) * inverseOf(width));
    }
    from = to;
  }
  return sum + table.above.back() * from;
}

}  // namespace cantilever::analytic
