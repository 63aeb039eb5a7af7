#include "core/analytic/response_laws.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analytic/single_server.h"

namespace cantilever::analytic {

ResponseLaws::ResponseLaws(Orders* orders, std::size_t nodes) : m_known(orders) {
  m_nodes.reserve(nodes + 1);
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
  const auto place =
      std::lower_bound(m_lawNodes.begin(), m_lawNodes.end(), law,
                       [this](Node node, const Law& wanted) { return m_laws[m_nodes[node].index] < wanted; });
  if (place != m_lawNodes.end() && m_laws[m_nodes[*place].index] == law) {
    return *place;
  }
  Part part;
  part.kind = Kind::Law;
  part.index = static_cast<std::uint32_t>(m_laws.size());
  const Moments moments = momentsOf(law);
  part.mean = moments.first;
  part.second = moments.second;
  part.least = law.kind == Law::Kind::Constant ? part.mean : 0;
  // Their transforms are not in closed form.
  part.isLawExact = law.kind != Law::Kind::Lognormal && law.kind != Law::Kind::Pareto;
  if (std::isinf(part.second)) {  // for what needs a number: 100 times the square of the mean
    part.isHeavy = true;
    part.second = 100 * part.mean * part.mean;
  }
  m_laws.push_back(law);
  return *m_lawNodes.insert(place, add(part));
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

ResponseLaws::Node ResponseLaws::waitOfLaw(double mean, double second, double probability, const Law& of,
                                           const Worth& worth) {
  const double p = std::min(1.0, probability);
  const Node rough = law(of);
  const Node node = mix(p, scaled(rough, mean / p / m_nodes[rough].mean, worth.band), kZero);
  m_nodes[node].second = second;
  m_nodes[node].isLawExact = false;
  m_nodes[node].places = worth.place;
  m_nodes[node].canOvertake = !worth.isSingle;
  return node;
}

ResponseLaws::Node ResponseLaws::stagesOf(const std::vector<double>& probabilities, double rate,
                                          const Worth& worth) {
  Part part;
  part.kind = Kind::Stages;
  part.index = static_cast<std::uint32_t>(m_stages.size());
  part.rate = rate;
  for (std::size_t n = 1; n < probabilities.size(); ++n) {
    const auto stages = static_cast<double>(n);
    part.mean += probabilities[n] * stages / rate;
    part.second += probabilities[n] * stages * (stages + 1) / (rate * rate);
  }
  if (!(part.mean > 0)) {
    return kZero;
  }
  m_stages.push_back(probabilities);
  part.error = worth.band * part.mean;
  part.isLawExact = worth.isLawExact;
  part.canOvertake = !worth.isSingle;
  part.places = worth.place;
  part.directCost = 1 + static_cast<double>(probabilities.size()) / 10;
  return add(part);
}

ResponseLaws::Node ResponseLaws::waitForBusyPeriod(double probability, double arrivals, double rate,
                                                   const Worth& worth) {
  if (!(probability > 0)) {
    return kZero;
  }
  const double idle = 1 - arrivals / rate;
  Part part;
  part.kind = Kind::BusyPeriod;
  part.p = probability;
  part.arrivals = arrivals;
  part.rate = rate;
  part.mean = part.p / (rate * idle);
  part.second = part.p * 2 / (rate * rate * idle * idle * idle);
  part.error = worth.band * part.mean;
  part.isLawExact = worth.isLawExact;
  part.canOvertake = true;
  part.places = worth.place;
  part.directCost = std::numeric_limits<double>::infinity();
  return add(part);
}

ResponseLaws::Node ResponseLaws::shared(double arrivals, double meanService, const Worth& worth) {
  const double rho = arrivals * meanService;
  Part part;
  part.kind = Kind::Shared;
  part.arrivals = arrivals;
  part.rate = 1 / meanService;
  part.mean = meanService / (1 - rho);
  part.second = part.mean * part.mean * (1 + (2 + rho) / (2 - rho));
  part.error = worth.band * part.mean;
  part.isLawExact = worth.isLawExact;
  part.canOvertake = true;
  part.places = worth.place;
  part.directCost = std::numeric_limits<double>::infinity();
  return add(part);
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
  part.mean = 1;
  part.least = scv > 1e-9 ? 0 : 1;
  part.second = 1 + scv;
  return scaled(add(part), mean, band);
}

bool ResponseLaws::isMemoryless(Node node) const {
  const Part& part = m_nodes[node];
  return part.kind == Kind::Law && m_laws[part.index].kind == Law::Kind::Exponential;
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
  part.least *= factor;
  part.second *= factor * factor;
  part.error = part.error * factor + band * part.mean;
  part.isLawExact = false;
  return add(part);
}

/// Whether an approximation is so small that the law of the other is that of both.
bool ResponseLaws::isLost(const Part& small, const Part& large) {
  constexpr double kNothing = 1e-6;
  return !small.isLawExact && std::sqrt(small.second) < kNothing * large.mean;
}

/// The law of one part with the moments, and what else is known, of the sum that it stands for.
ResponseLaws::Part ResponseLaws::withMomentsOf(const Part& sum, Part law) {
  law.mean = sum.mean;
  law.second = sum.second;
  law.error = sum.error;
  law.isLawExact = sum.isLawExact;
  law.isInexactSum = sum.isInexactSum;
  law.isHeavy = sum.isHeavy;
  law.places = sum.places;
  law.canOvertake = sum.canOvertake;
  return law;
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
  part.least = left.least + right.least;
  part.isLawExact = left.isLawExact && right.isLawExact;
  part.isHeavy = left.isHeavy || right.isHeavy;
  part.places = left.places | right.places;
  // Two waits are independent only where nobody overtakes on the way, and a station is not come back to.
  const bool haveBothWaited = left.places != 0 && right.places != 0;
  part.isInexactSum =
      left.isInexactSum || right.isInexactSum ||
      (haveBothWaited && (left.canOvertake || right.canOvertake || (left.places & right.places) != 0));
  part.canOvertake = left.canOvertake || right.canOvertake;
  if (isLost(right, left) || isLost(left, right)) {
    return add(withMomentsOf(part, isLost(right, left) ? left : right));
  }
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
  part.least = std::min(left.least, right.least);
  part.isLawExact = left.isLawExact && right.isLawExact;
  part.isInexactSum = left.isInexactSum || right.isInexactSum;
  part.isHeavy = left.isHeavy || right.isHeavy;
  part.places = left.places | right.places;
  part.canOvertake = part.places != 0;
  part.directCost = left.directCost + right.directCost + 1;
  return add(part);
}

}  // namespace cantilever::analytic
