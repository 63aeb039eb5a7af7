#include "core/analytic/response_laws.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analytic/erlang.h"
#include "core/analytic/law_transform.h"
#include "core/analytic/single_server.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostDirect = 200;  // closed forms worth more than an inversion
constexpr int kTablePoints = 80;
constexpr int kRoughTablePoints = 32;        // of laws that are approximations anyway
constexpr double kLookedUp = 3;              // what a look-up in a table costs, in closed forms
constexpr std::uint32_t kMostInverted = 16;  // nodes of a branch that is inverted for each point of a table
constexpr double kByMoments = 0.05;          // relative error of a mean whose branches are gamma laws
constexpr double kAlike = 0.02;              // branches with moments so near are taken for the same

/// How fine an inversion is: its discretisation error is e^-damping; the last terms of the series, weighted
/// binomially, stand for the rest of it.
struct Fineness {
  double damping;
  double terms;  ///< at least
  int averaged;
};
constexpr Fineness kFine = {22, 24, 12};
constexpr Fineness kCoarse = {14, 8, 8};  // for laws that are approximations anyway
// A law much narrower than its mean needs frequencies as much higher.
constexpr double kTermsByNarrowness = 1.5;
constexpr double kMostTerms = 400;

double gammaAbove(double mean, double second, double t) {
  const double variance = second - mean * mean;
  if (variance <= 1e-12 * mean * mean) {
    return t < mean ? 1.0 : 0.0;
  }
  return 1 - gammaUpTo(mean * mean / variance, t * mean / variance);
}

/// The same to about a hundredth, in a tenth of the time: the cube root of a gamma variable is nearly normal
/// (Wilson and Hilferty 1931, "The distribution of chi-square").
double gammaAboveRoughly(double mean, double second, double t) {
  const double variance = second - mean * mean;
  const double shape = variance > 0 ? mean * mean / variance : 1e12;
  if (shape < 1) {
    return gammaAbove(mean, second, t);
  }
  const double spread = 1 / (9 * shape);
  return std::erfc((std::cbrt(t / mean) - 1 + spread) / std::sqrt(2 * spread)) / 2;
}

std::complex<double> gammaTransformOf(double mean, double second, std::complex<double> s) {
  const double variance = second - mean * mean;
  if (variance <= 1e-12 * mean * mean) {
    return std::exp(-s * mean);
  }
  return std::exp(-mean * mean / variance * std::log(1.0 + s * (variance / mean)));
}

}  // namespace

ResponseLaws::ResponseLaws() {
  m_nodes.emplace_back();
}

ResponseLaws::Node ResponseLaws::add(const Part& part) {
  m_nodes.push_back(part);
  return static_cast<Node>(m_nodes.size() - 1);
}

ResponseLaws::Node ResponseLaws::law(const Law& law) {
  if (law.isZero()) {
    return kZero;
  }
  if (const auto known = m_lawNodes.find(law); known != m_lawNodes.end()) {
    return known->second;
  }
  Part part;
  part.kind = Kind::Law;
  part.index = static_cast<std::uint32_t>(m_laws.size());
  const Moments moments = momentsOf(law);
  part.mean = moments.first;
  part.second = moments.second;
  // Their transforms are not in closed form.
  part.isLawExact = law.kind != Law::Kind::Lognormal && law.kind != Law::Kind::Pareto;
  if (std::isinf(part.second)) {  // for what needs a number: 100 times the square of the mean
    part.isHeavy = true;
    part.second = 100 * part.mean * part.mean;
  }
  m_laws.push_back(law);
  m_transforms.emplace_back(law);
  return m_lawNodes[law] = add(part);
}

ResponseLaws::Node ResponseLaws::constant(double seconds) {
  return law(Law::constant(Duration::seconds(seconds)));
}

ResponseLaws::Node ResponseLaws::uniformUpTo(double most) {
  return law(Law::uniform(Duration::seconds(most / 2), 1));
}

ResponseLaws::Node ResponseLaws::wait(double probability, double rate, const Worth& worth) {
  if (!(probability > 0)) {
    return kZero;
  }
  Part part;
  part.kind = Kind::Wait;
  part.p = std::min(probability, 1.0);
  part.rate = rate;
  part.mean = part.p / rate;
  part.second = 2 * part.p / (rate * rate);
  part.error = worth.band * part.mean;
  part.isLawExact = worth.isLawExact;
  part.canOvertake = !worth.isSingle;
  part.places = worth.place;
  return add(part);
}

ResponseLaws::Node ResponseLaws::waitOfMoments(double mean, double second, double probability,
                                               const Worth& worth) {
  const double p = std::min(1.0, probability);
  const Node waits = momentsOnly(mean / p, second / p, worth.band);
  if (waits == kZero) {
    return kZero;
  }
  const Node node = mix(p, waits, kZero);
  m_nodes[node].places = worth.place;
  m_nodes[node].canOvertake = !worth.isSingle;
  return node;
}

ResponseLaws::Node ResponseLaws::queueOfOne(double arrivals, Node service, const Worth& worth) {
  const Part& of = m_nodes[service];
  const double rho = arrivals * of.mean;
  if (!(rho > 0)) {
    return kZero;
  }
  Part part;
  part.kind = Kind::QueueOfOne;
  part.a = service;
  part.size = of.size + 1;
  part.rate = arrivals;
  part.p = 1 - rho;
  part.mean = arrivals * of.second / (2 * part.p);
  part.second =
      2 * part.mean * part.mean + part.mean * of.second / of.mean;  // third moment as if gamma: display only
  part.error = worth.band * part.mean;
  part.isLawExact = worth.isLawExact;
  part.isHeavy = of.isHeavy;
  part.canOvertake = !worth.isSingle;
  part.places = worth.place;
  const bool isConstant = of.kind == Kind::Law && m_laws[of.index].kind == Law::Kind::Constant;
  part.directCost = isConstant ? 5 : std::numeric_limits<double>::infinity();
  return add(part);
}

ResponseLaws::Node ResponseLaws::momentsOnly(double mean, double second, double band) {
  if (!(mean > 0)) {
    return kZero;
  }
  const double scv = std::max(0.0, second / (mean * mean) - 1);
  Part part;
  part.kind = Kind::Law;
  part.index = static_cast<std::uint32_t>(m_laws.size());
  // As a law in nanoseconds its mean would be rounded: a scale of 1 s is put in front.
  m_laws.push_back(scv > 1e-9 ? Law::gamma(Duration::seconds(1), std::sqrt(scv))
                              : Law::constant(Duration::seconds(1)));
  m_transforms.emplace_back(m_laws.back());
  part.mean = 1;
  part.second = 1 + scv;
  return scaled(add(part), mean, band);
}

ResponseLaws::Node ResponseLaws::scaled(Node of, double factor, double band) {
  if (of == kZero || factor == 1) {
    return of;
  }
  Part part = m_nodes[of];
  part.isLookedUp = false;
  part.kind = Kind::Scaled;
  part.a = of;
  part.rate = factor;
  part.mean *= factor;
  part.second *= factor * factor;
  part.error = part.error * factor + band * part.mean;
  part.isLawExact = false;
  return add(part);
}

ResponseLaws::Node ResponseLaws::sum(Node a, Node b) {
  if (a == kZero || b == kZero) {
    return a == kZero ? b : a;
  }
  const Part& left = m_nodes[a];
  const Part& right = m_nodes[b];
  Part part;
  part.kind = Kind::Sum;
  part.a = a;
  part.b = b;
  part.size = m_nodes[a].size + m_nodes[b].size + 1;
  part.mean = left.mean + right.mean;
  part.second = left.second + right.second + 2 * left.mean * right.mean;
  part.error = left.error + right.error;
  part.isLawExact = left.isLawExact && right.isLawExact;
  part.isHeavy = left.isHeavy || right.isHeavy;
  part.places = left.places | right.places;
  // Two waits are independent only where nobody overtakes on the way, and a station is not come back to.
  const bool haveBothWaited = left.places != 0 && right.places != 0;
  part.isInexactSum =
      left.isInexactSum || right.isInexactSum ||
      (haveBothWaited && (left.canOvertake || right.canOvertake || (left.places & right.places) != 0));
  part.canOvertake = left.canOvertake || right.canOvertake;
  const auto isConstant = [&](const Part& of) {
    return of.kind == Kind::Law && m_laws[of.index].kind == Law::Kind::Constant;
  };
  const bool isWaitAndExponential = left.kind == Kind::Wait && right.kind == Kind::Law &&
                                    m_laws[right.index].kind == Law::Kind::Exponential;
  part.directCost = isConstant(left)       ? right.directCost + 1
                    : isConstant(right)    ? left.directCost + 1
                    : isWaitAndExponential ? 2
                                           : std::numeric_limits<double>::infinity();
  return add(part);
}

ResponseLaws::Node ResponseLaws::mix(double p, Node a, Node b) {
  if (p >= 1 || a == b) {
    return a;
  }
  if (p <= 0) {
    return b;
  }
  const Part& left = m_nodes[a];
  const Part& right = m_nodes[b];
  Part part;
  part.kind = Kind::Mix;
  part.a = a;
  part.b = b;
  part.size = m_nodes[a].size + m_nodes[b].size + 1;
  part.p = p;
  part.mean = p * left.mean + (1 - p) * right.mean;
  part.second = p * left.second + (1 - p) * right.second;
  part.error = p * left.error + (1 - p) * right.error;
  part.isLawExact = left.isLawExact && right.isLawExact;
  part.isInexactSum = left.isInexactSum || right.isInexactSum;
  part.isHeavy = left.isHeavy || right.isHeavy;
  part.places = left.places | right.places;
  part.canOvertake = part.places != 0;
  part.directCost = left.directCost + right.directCost + 1;
  return add(part);
}

/// Branches that are nearly alike are one, several times: shards of a cluster differ by little.
std::vector<ResponseLaws::Branches> ResponseLaws::grouped(const std::vector<Branches>& branches) const {
  std::vector<Branches> groups;
  for (const Branches& each : branches) {
    const Part& of = m_nodes[each.node];
    const auto isAlike = [&](const Branches& group) {
      const Part& its = m_nodes[group.node];
      return isByMoments(each.node) && isByMoments(group.node) &&
             std::abs(of.mean - its.mean) <= kAlike * its.mean &&
             std::abs(of.second - its.second) <= 2 * kAlike * its.second;
    };
    const auto group = std::find_if(groups.begin(), groups.end(), isAlike);
    group == groups.end() ? groups.push_back(each) : void(group->times += each.times);
  }
  return groups;
}

ResponseLaws::Node ResponseLaws::orderOf(const std::vector<Branches>& branches, double needed, double band) {
  Part part;
  part.kind = Kind::Order;
  part.index = static_cast<std::uint32_t>(m_orders.size());
  double scale = 0;
  double total = 0;
  bool isOneLaw = true;
  bool isReckonedByMoments = false;
  part.directCost = 1;
  for (const Branches& each : branches) {
    const Part& of = m_nodes[each.node];
    total += each.times;
    scale = std::max(scale, of.mean);
    part.isLawExact = part.isLawExact && of.isLawExact && of.places == 0;
    part.isHeavy = part.isHeavy || of.isHeavy;
    part.error = std::max(part.error, of.mean > 0 ? of.error / of.mean : 0.0);
    part.places |= of.places;
    part.directCost += of.directCost;
    isReckonedByMoments = isReckonedByMoments || isByMoments(each.node);
    isOneLaw = isOneLaw && each.node == branches.front().node;
  }
  if (scale <= 0) {
    return kZero;
  }
  part.canOvertake = part.places != 0;
  const double wanted = std::min(needed, total);
  m_orders.push_back({isReckonedByMoments ? grouped(branches) : branches, wanted});
  const double worst = part.error + band + (isReckonedByMoments ? kByMoments : 0.0);
  part.isLawExact = part.isLawExact && !isReckonedByMoments;
  const Node node = tabulated(part, scale);
  Part& made = m_nodes[node];
  const Part& first = m_nodes[branches.front().node];
  const bool isExponential =
      first.kind == Kind::Law && m_laws[first.index].kind == Law::Kind::Exponential && isOneLaw;
  if (isExponential) {  // exact moments (Renyi 1953)
    made.mean = 0;
    double variance = 0;
    for (double i = 0; i < wanted; ++i) {
      made.mean += first.mean / (total - i);
      variance += first.mean * first.mean / ((total - i) * (total - i));
    }
    made.second = variance + made.mean * made.mean;
  }
  made.error = made.mean * (isExponential ? worst : worst + (made.isLawExact ? 0.002 : 0.0));
  return node;
}

ResponseLaws::Node ResponseLaws::hedged(Node of, double after) {
  Part part = m_nodes[of];
  part.kind = Kind::Hedged;
  part.a = of;
  part.rate = after;
  part.isLawExact = part.isLawExact && part.places == 0 && !isByMoments(of);
  const double band = part.mean > 0 ? part.error / part.mean : 0;
  const Node node = tabulated(part, part.mean);
  m_nodes[node].error = m_nodes[node].mean * (band + (isByMoments(of) ? kByMoments : 0.002));
  return node;
}

ResponseLaws::Node ResponseLaws::within(Node of, double most, double within) {
  Part part = m_nodes[of];
  part.kind = Kind::Within;
  part.a = of;
  part.rate = most;
  part.p = within;
  part.isLawExact = part.isLawExact && !isByMoments(of);
  const double band = part.mean > 0 ? part.error / part.mean : 0;
  const Node node = tabulated(part, std::min(part.mean, most));
  m_nodes[node].error = m_nodes[node].mean * (band + (isByMoments(of) ? kByMoments : 0.002));
  return node;
}

/// Adds the node with a table of its law, and moments by the trapezoidal rule over it.
ResponseLaws::Node ResponseLaws::tabulated(Part part, double scale) {
  const auto above = [&](double t) { return directlyAbove(part, t); };
  double high = scale;
  while (above(high) > 1e-7 && high < scale * 1e7) {
    high *= 1.5;
  }
  double low = scale;
  while (above(low) < 1 - 1e-3 && low > scale * 1e-4) {
    low /= 2;
  }
  Table table;
  table.times.push_back(0);
  table.above.push_back(above(0));
  const int points = part.isLawExact ? kTablePoints : kRoughTablePoints;
  const double ratio = std::pow(high / low, 1.0 / (points - 1));
  double t = low;
  for (int i = 0; i < points; ++i, t *= ratio) {
    table.times.push_back(t);
    table.above.push_back(std::min(above(t), table.above.back()));
  }
  part.mean = 0;
  part.second = 0;
  for (std::size_t i = 1; i < table.times.size(); ++i) {
    const double from = table.times[i - 1];
    const double to = table.times[i];
    // Boole's three-point rule between the points keeps the mean good to a thousandth of a per cent.
    const double middle = (from + to) / 2;
    const double at = above(middle);
    part.mean += (to - from) / 6 * (table.above[i - 1] + 4 * at + table.above[i]);
    part.second += (to - from) / 3 * (from * table.above[i - 1] + 4 * middle * at + to * table.above[i]);
  }
  m_tables.push_back(std::move(table));
  part.b = static_cast<Node>(m_tables.size() - 1);
  part.isLookedUp = part.directCost > kMostDirect && !part.isLawExact;
  part.directCost = part.isLookedUp ? kLookedUp : part.directCost;
  part.size = 1;
  return add(part);
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

double ResponseLaws::above(Node node, double t) const {
  const Part& part = m_nodes[node];
  if (t < 0) {
    return 1;
  }
  if (part.isLookedUp) {
    return tableAbove(part, t);
  }
  const bool isTabulated = part.kind == Kind::Order || part.kind == Kind::Hedged || part.kind == Kind::Within;
  return part.directCost <= kMostDirect || isTabulated ? directlyAbove(part, t) : inverted(node, t);
}

double ResponseLaws::orderAbove(const Order& order, double t) const {
  // The number of answers so far: groups of equal branches are binomial, put together one by one.
  const auto needed = static_cast<std::size_t>(order.needed + 0.5);
  double all = 1;
  double total = 0;
  for (const Branches& each : order.branches) {
    all *= std::pow(1 - branchAbove(each.node, t), each.times);
    total += each.times;
  }
  if (order.needed >= total - 0.5) {
    return 1 - all;
  }
  std::vector<double> reached(needed + 1, 0.0);
  reached[0] = 1;
  for (const Branches& each : order.branches) {
    const double done = 1 - branchAbove(each.node, t);
    for (double i = 0; i + 0.5 < each.times; ++i) {
      reached[needed] += reached[needed - 1] * done;
      for (std::size_t count = needed - 1; count > 0; --count) {
        reached[count] = reached[count] * (1 - done) + reached[count - 1] * done;
      }
      reached[0] *= 1 - done;
    }
  }
  return 1 - reached[needed];
}

double ResponseLaws::directlyAbove(const Part& part, double t) const {
  if (t < 0) {
    return 1;
  }
  switch (part.kind) {
    case Kind::Zero:
      return 0;
    case Kind::Law:
      return 1 - probabilityUpTo(m_laws[part.index], t);
    case Kind::Wait:
      return part.p * std::exp(-part.rate * t);
    case Kind::Mix:
      return part.p * above(part.a, t) + (1 - part.p) * above(part.b, t);
    case Kind::Order:
      return orderAbove(m_orders[part.index], t);
    case Kind::Hedged:
      return branchAbove(part.a, t) * (t < part.rate ? 1.0 : branchAbove(part.a, t - part.rate));
    case Kind::Within:
      return t >= part.rate ? 0.0 : std::clamp(1 - (1 - branchAbove(part.a, t)) / part.p, 0.0, 1.0);
    case Kind::Scaled:
      return above(part.a, t / part.rate);
    case Kind::Sum: {
      const Part& first = m_nodes[part.a];
      const Part& then = m_nodes[part.b];
      if (first.kind == Kind::Wait && then.kind == Kind::Law &&
          m_laws[then.index].kind == Law::Kind::Exponential) {
        return responseAbove({first.p, first.rate}, then.mean, t);
      }
      const bool isLeftConstant =
          m_nodes[part.a].kind == Kind::Law && m_laws[m_nodes[part.a].index].kind == Law::Kind::Constant;
      return isLeftConstant ? above(part.b, t - m_nodes[part.a].mean)
                            : above(part.a, t - m_nodes[part.b].mean);
    }
    case Kind::QueueOfOne:
      return waitAboveOfMD1(part.rate, m_nodes[part.a].mean, t);
  }
  return 0;
}

ResponseLaws::Complex ResponseLaws::transformOfTable(const Table& table, Complex s) const {
  Complex sum = 1 - table.above.front();
  Complex from = 1;
  for (std::size_t i = 1; i < table.times.size(); ++i) {
    const Complex to = std::exp(-s * table.times[i]);
    const double share = table.above[i - 1] - table.above[i];
    if (share > 0) {
      const Complex width = s * (table.times[i] - table.times[i - 1]);
      sum += share * (std::abs(width) < 1e-6 ? to : (from - to) / width);
    }
    from = to;
  }
  return sum + table.above.back() * from;
}

ResponseLaws::Complex ResponseLaws::transform(const Part& part, Complex s,
                                              const std::vector<Complex>& values) const {
  switch (part.kind) {
    case Kind::Zero:
      return 1;
    case Kind::Law:
      return m_transforms[part.index](s);
    case Kind::Wait:
      return 1 - part.p + part.p * part.rate / (part.rate + s);
    case Kind::QueueOfOne:
      return part.p * s / (s - part.rate * (1.0 - values[part.a]));
    case Kind::Sum:
      return values[part.a] * values[part.b];
    case Kind::Mix:
      return part.p * values[part.a] + (1 - part.p) * values[part.b];
    case Kind::Scaled:
      return transform(m_nodes[part.a], s * part.rate, values);
    case Kind::Order:
    case Kind::Hedged:
    case Kind::Within:
      return part.isLawExact ? transformOfTable(m_tables[part.b], s)
                             : gammaTransformOf(part.mean, part.second, s);
  }
  return 1;
}

const std::vector<ResponseLaws::Node>& ResponseLaws::reached(Node node) const {
  if (m_reachedFrom == node && !m_reached.empty() && m_reached.back() == node) {
    return m_reached;
  }
  std::vector<bool> isNeeded(node + std::size_t{1}, false);
  isNeeded[node] = true;
  m_reached.clear();
  for (Node at = node + 1; at-- > 0;) {
    if (!isNeeded[at]) {
      continue;
    }
    m_reached.push_back(at);
    const Part& part = m_nodes[at];
    if (part.kind == Kind::Sum || part.kind == Kind::Mix) {
      isNeeded[part.a] = isNeeded[part.b] = true;
    } else if (part.kind == Kind::QueueOfOne) {
      isNeeded[part.a] = true;
    }
  }
  std::reverse(m_reached.begin(), m_reached.end());
  m_reachedFrom = node;
  return m_reached;
}

double ResponseLaws::inverted(Node node, double t) const {
  const Part& part = m_nodes[node];
  if (t <= 0) {
    t = part.mean * 1e-9;
  }
  const Fineness& fineness = isLawExact(node) ? kFine : kCoarse;
  const double deviation =
      std::sqrt(std::max(1e-12 * part.mean * part.mean, part.second - part.mean * part.mean));
  const auto terms = static_cast<int>(
      std::min(kMostTerms, fineness.terms + kTermsByNarrowness * std::min(t, 2 * part.mean) / deviation));
  const std::vector<Node>& order = reached(node);
  std::vector<Complex>& values = m_values;
  values.resize(m_nodes.size());
  double sum = 0;
  double averaged = 0;
  double weight = std::pow(2, -fineness.averaged);  // of the binomial mean of the last partial sums
  for (int k = 0; k <= terms + fineness.averaged; ++k) {
    const Complex s(fineness.damping / (2 * t), 3.141592653589793 * k / t);
    for (const Node each : order) {
      values[each] = transform(m_nodes[each], s, values);
    }
    const double term = ((1.0 - values[node]) / s).real();
    sum += k == 0 ? term / 2 : (k % 2 == 0 ? term : -term);
    if (k >= terms) {
      averaged += weight * sum;
      weight *= static_cast<double>(fineness.averaged - (k - terms)) / (k - terms + 1);
    }
  }
  return std::clamp(std::exp(fineness.damping / 2) / t * averaged, 0.0, 1.0);
}

double ResponseLaws::quantile(Node node, double q) const {
  const Part& part = m_nodes[node];
  const double variance = part.second - part.mean * part.mean;
  if (node == kZero || variance <= 1e-9 * part.mean * part.mean) {
    return part.mean;
  }
  const double rest = 1 - q;
  // From a gamma law with the same moments to a bracket, then regula falsi (Illinois) on the logarithm.
  double t = quantileOf(q, part.mean, [&](double x) { return gammaAbove(part.mean, part.second, x); });
  t = std::max(t, part.mean * 1e-6);
  const auto height = [&](double x) { return std::log(std::max(above(node, x), 1e-300) / rest); };
  double low = t;
  double high = t;
  double heightLow = height(t);
  double heightHigh = heightLow;
  for (int i = 0; i < 80 && heightLow < 0; ++i) {
    high = low;
    heightHigh = heightLow;
    low /= 1.5;
    if (low < part.mean * 1e-9) {
      return 0;
    }
    heightLow = height(low);
  }
  for (int i = 0; i < 200 && heightHigh > 0; ++i) {
    low = high;
    heightLow = heightHigh;
    high *= 1.3;
    heightHigh = height(high);
  }
  // No finer than the inversion itself.
  const double fine = isLawExact(node) ? 1e-8 : 1e-5;
  int side = 0;
  for (int i = 0; i < 60 && high - low > fine * high; ++i) {
    const double middle = std::clamp(low + (high - low) * heightLow / (heightLow - heightHigh), low, high);
    const double at = height(middle);
    if (std::abs(at) < fine) {
      return middle;
    }
    if (at > 0) {
      heightHigh *= side > 0 ? 0.5 : 1;
      low = middle;
      heightLow = at;
      side = 1;
    } else {
      heightLow *= side < 0 ? 0.5 : 1;
      high = middle;
      heightHigh = at;
      side = -1;
    }
  }
  return (low + high) / 2;
}

}  // namespace cantilever::analytic
