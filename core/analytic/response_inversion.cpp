// Probabilities and quantiles of responses.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analytic/erlang.h"
#include "core/analytic/gamma_law.h"
#include "core/analytic/response_laws.h"
#include "core/analytic/single_server.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostFrequencies = 400;
// Relative distances of P(T > t) from what is wanted, from which one more step of Newton's gets there.
constexpr double kNearExactly = 1e-5;
constexpr double kNearRoughly = 1e-3;
constexpr double kLonger = 2;  // a series than the time that it is wanted for

/// After a number of stages of this rate, so many with these probabilities.
double stagesAbove(const std::vector<double>& stages, double rate, double t) {
  // P(Erlang of n stages > t) = P(fewer than n points of a Poisson process until t).
  // Beyond this exp() of it is too small for a product.
  constexpr double kTooFar = 700;
  const bool isFar = rate * t > kTooFar;
  double points = std::exp(-rate * t);
  double fewer = 0;
  double sum = 0;
  for (std::size_t n = 1; n < stages.size(); ++n) {
    const auto number = static_cast<double>(n);
    fewer += isFar ? std::exp((number - 1) * std::log(rate * t) - rate * t - std::lgamma(number)) : points;
    sum += stages[n] * std::min(fewer, 1.0);
    points *= rate * t / number;
  }
  return sum;
}

/// The busy period of M/M/1: the root in the unit circle of arrivals z^2 - (arrivals + rate + s) z + rate = 0
/// (Takacs 1962).
std::complex<double> busyPeriod(double arrivals, double rate, std::complex<double> s) {
  const std::complex<double> b = arrivals + rate + s;
  const std::complex<double> root = std::sqrt(b * b - 4 * arrivals * rate);
  const std::complex<double> plus = b + root;
  const std::complex<double> minus = b - root;
  return 2 * rate * inverseOf(std::norm(plus) > std::norm(minus) ? plus : minus);
}

/// The response in M/M/1 with processor sharing (Coffman, Muntz and Trotter 1970), its conditional transform
/// integrated over the exponential service term by term: with r the busy period's transform, a geometric
/// series in rho (1 - r)^2 / (1 - rho r)^2.
std::complex<double> sharedTransform(double arrivals, double rate, std::complex<double> s) {
  const double rho = arrivals / rate;
  const std::complex<double> r = busyPeriod(arrivals, rate, s);
  const std::complex<double> bottom = inverseOf((1.0 - rho * r) * (1.0 - rho * r));
  const std::complex<double> ratio = rho * (1.0 - r) * (1.0 - r) * bottom;
  const std::complex<double> first = rate + arrivals * (1.0 - r) + s;
  const std::complex<double> step = rate * (inverseOf(r) - rho * r);
  std::complex<double> sum = 0;
  std::complex<double> power = 1;
  for (int k = 0; k < 100'000 && std::norm(power) > 1e-30; ++k) {
    sum += power * inverseOf(first + static_cast<double>(k) * step);
    power *= ratio;
  }
  return (1 - rho) * (1.0 - rho * r * r) * bottom * rate * sum;
}

}  // namespace

/// How fine an inversion is: its discretisation error is e^-damping P(T > 3 t); the last terms of the series,
/// weighted binomially, stand for the rest of it.
struct ResponseLaws::Fineness {
  double damping;
  double terms;  ///< at least
  int averaged;
  double byNarrowness;  ///< more terms: a law much narrower than its mean needs frequencies as much higher
};
constexpr ResponseLaws::Fineness ResponseLaws::kFine = {22, 24, 12, 1.5};
// For what is an approximation anyway: P(T > t) to a quarter of a per cent, beside gamma laws and mixtures of
// them.
constexpr ResponseLaws::Fineness ResponseLaws::kCoarse = {8, 4, 6, 1.5};

double ResponseLaws::above(Node node, double t) const {
  const Part& part = m_nodes[node];
  if (t < 0) {
    return 1;
  }
  if (part.isLookedUp) {
    return tableAbove(part, t);
  }
  return isDirect(node) ? directlyAbove(part, t) : invertedTail(node, t).above;
}

ResponseLaws::Tail ResponseLaws::tailAt(Node node, double t) const {
  return isDirect(node) ? Tail{above(node, t)} : invertedTail(node, t);
}

ResponseLaws::Tail ResponseLaws::invertedTail(Node node, double t) const {
  return isLawExact(node) ? inversionAt(node, t, kFine) : seriesAt(node, t);
}

/// From a series that is known, or a new one; beside jumps by an inversion of its own.
ResponseLaws::Tail ResponseLaws::seriesAt(Node node, double t) const {
  const Part& part = m_nodes[node];
  if (t < part.least) {
    return {1};
  }
  const double beyond = std::max(t - part.least, (part.mean - part.least) * 1e-9);
  std::vector<TailSeries>& series = m_series[node];
  bool isKnown = false;
  for (const TailSeries& each : series) {
    if (const std::optional<Tail> found = each.at(beyond)) {
      return *found;
    }
    isKnown = isKnown || each.isMadeFor(beyond);
  }
  if (!isKnown) {
    const double longest = kLonger * beyond;
    TailSeries::Transform transform;
    eachFrequency(node, TailSeries::damping(longest), TailSeries::spacing(longest), transform.size(),
                  [&](std::size_t k, Complex, Complex value) { transform[k] = value; });
    if (const std::optional<Tail> found = series.emplace_back(longest, transform).at(beyond)) {
      return *found;
    }
  }
  return inversionAt(node, t, kCoarse);
}

double ResponseLaws::mostAbove(Node node, double t) const {
  double most = 1;
  const auto known = m_series.find(node);
  for (std::size_t i = 0; known != m_series.end() && i < known->second.size(); ++i) {
    most = std::min(most, known->second[i].mostAbove(t - m_nodes[node].least));
  }
  return most;
}

bool ResponseLaws::isDirect(Node node) const {
  const Part& part = m_nodes[node];
  const bool isTabulated = part.kind == Kind::Order || part.kind == Kind::Hedged || part.kind == Kind::Within;
  return part.isLookedUp || part.directCost <= kMostDirect || isTabulated;
}

const LawTransform& ResponseLaws::transformOfLaw(std::uint32_t index) const {
  m_transforms.resize(m_laws.size());
  std::optional<LawTransform>& known = m_transforms[index];
  if (!known) {
    known.emplace(m_laws[index]);
  }
  return *known;
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
      return hedgedAbove(part, t);
    case Kind::Within:
      return t >= part.rate ? 0.0 : std::clamp(1 - (1 - branchAbove(part, t)) / part.p, 0.0, 1.0);
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
    case Kind::Stages:
      return stagesAbove(m_stages[part.index], part.rate, t);
    case Kind::BusyPeriod:
    case Kind::Shared:  // by their transforms only: see directCost
      return invertedTail(nodeOf(part), t).above;
  }
  return 0;
}

/// Of a node that is not made of others, as sums and mixtures are.
ResponseLaws::Complex ResponseLaws::transform(const Part& part, Complex s) const {
  switch (part.kind) {
    case Kind::Law:
      return transformOfLaw(part.index)(s);
    case Kind::Wait:
      return 1 - part.p + part.p * part.rate * inverseOf(part.rate + s);
    case Kind::Stages: {
      // A polynomial of the transform of one stage.
      const std::vector<double>& stages = m_stages[part.index];
      const Complex one = part.rate * inverseOf(part.rate + s);
      Complex sum = stages.back();
      for (std::size_t i = stages.size() - 1; i-- > 0;) {
        sum = productOf(sum, one) + stages[i];
      }
      return sum;
    }
    case Kind::BusyPeriod:
      return 1 - part.p + part.p * busyPeriod(part.arrivals, part.rate, s);
    case Kind::Shared:
      return sharedTransform(part.arrivals, part.rate, s);
    case Kind::Scaled:
      return transform(m_nodes[part.a], s * part.rate);
    case Kind::Order:
    case Kind::Hedged:
    case Kind::Within:
      return part.isLawExact ? transformOfTable(m_tables[part.b], s)
                             : gammaTransformOf(part.mean, part.second, s);
    case Kind::Zero:
    case Kind::Sum:
    case Kind::Mix:
    case Kind::QueueOfOne:
      break;
  }
  return 1;
}

/// What the node is made of, each after its parts and with their places in this list.
std::vector<ResponseLaws::Step>& ResponseLaws::stepsTo(Node node) const {
  if (m_stepsTo == node && !m_steps.empty()) {
    return m_steps;
  }
  std::vector<bool> isNeeded(node + std::size_t{1}, false);
  isNeeded[node] = true;
  for (Node at = node + 1; at-- > 0;) {
    const Part& part = m_nodes[at];
    if (isNeeded[at] && (part.kind == Kind::Sum || part.kind == Kind::Mix)) {
      isNeeded[part.a] = isNeeded[part.b] = true;
    } else if (isNeeded[at] && part.kind == Kind::QueueOfOne) {
      isNeeded[part.a] = true;
    }
  }
  m_steps.clear();
  std::vector<Node> place(node + std::size_t{1}, kZero);
  for (Node at = 0; at <= node; ++at) {
    if (isNeeded[at]) {
      const Part& part = m_nodes[at];
      const bool isOfTwo = part.kind == Kind::Sum || part.kind == Kind::Mix;
      const bool isOfOne = part.kind == Kind::QueueOfOne;
      place[at] = static_cast<Node>(m_steps.size());
      Step step{part.kind, isOfTwo || isOfOne ? place[part.a] : at, isOfTwo ? place[part.b] : kZero, part.p,
                part.rate};
      if (part.kind == Kind::Mix) {
        step.lagA = m_nodes[part.a].least - part.least;
        step.lagB = m_nodes[part.b].least - part.least;
      } else if (part.kind == Kind::QueueOfOne) {
        step.lagA = m_nodes[part.a].least;
      }
      m_steps.push_back(step);
    }
  }
  m_stepsTo = node;
  return m_steps;
}

/// Of what is beyond its least.
void ResponseLaws::transform(const Part& part, const Frequencies& s, Frequencies& result) const {
  if (part.least > 0) {  // a constant
    result.real = Frequencies::Lane{} + 1.0;
    result.imaginary = Frequencies::Lane{};
    return;
  }
  if (part.kind == Kind::Law) {
    return transformOfLaw(part.index).at(s, result);
  }
  if (part.kind == Kind::Wait) {
    const Frequencies::Lane a = part.rate + s.real;
    const Frequencies::Lane scale = part.p * part.rate / (a * a + s.imaginary * s.imaginary);
    result.real = 1 - part.p + scale * a;
    result.imaginary = -scale * s.imaginary;
    return;
  }
  if (part.kind == Kind::Scaled) {
    Frequencies faster;
    faster.real = s.real * part.rate;
    faster.imaginary = s.imaginary * part.rate;
    return transform(m_nodes[part.a], faster, result);
  }
  for (std::size_t k = 0; k < Frequencies::kCount; ++k) {
    result.set(k, transform(part, s.at(k)));
  }
}

/// Factors for the lags, at the first frequencies; and for those after them, which are as far from each
/// other.
void ResponseLaws::beginLags(std::vector<Step>& steps, const Frequencies& first, double further) {
  const auto begin = [&](double lag, Lag& factor) {
    factor.isThere = lag > 0;
    if (factor.isThere) {
      for (std::size_t k = 0; k < Frequencies::kCount; ++k) {
        factor.at.set(k, std::exp(-first.at(k) * lag));
        factor.further.set(k, std::polar(1.0, -further * lag));
      }
    }
  };
  for (Step& step : steps) {
    begin(step.lagA, step.factorA);
    begin(step.lagB, step.factorB);
  }
}

void ResponseLaws::advanceLags(std::vector<Step>& steps) {
  for (Step& step : steps) {
    for (Lag* factor : {&step.factorA, &step.factorB}) {
      if (factor->isThere) {
        factor->at = productOf(factor->at, factor->further);
      }
    }
  }
}

/// Of what the last step is beyond its least: constants that everything takes only move a law, and as factors
/// they would need as many more frequencies as it is narrow beside them.
void ResponseLaws::transformAt(const std::vector<Step>& steps, const Frequencies& s,
                               Frequencies& result) const {
  const auto lagging = [](const Frequencies& value, const Lag& factor) {
    return factor.isThere ? productOf(value, factor.at) : value;
  };
  std::vector<Frequencies>& values = m_values;
  values.resize(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    Frequencies& value = values[i];
    switch (step.kind) {
      case Kind::Sum: {
        value = productOf(values[step.a], values[step.b]);
        break;
      }
      case Kind::Mix: {
        const Frequencies a = lagging(values[step.a], step.factorA);
        const Frequencies b = lagging(values[step.b], step.factorB);
        value.real = b.real + step.p * (a.real - b.real);
        value.imaginary = b.imaginary + step.p * (a.imaginary - b.imaginary);
        break;
      }
      case Kind::QueueOfOne: {
        const Frequencies service = lagging(values[step.a], step.factorA);
        for (std::size_t k = 0; k < Frequencies::kCount; ++k) {
          const Complex at = s.at(k);
          value.set(k, productOf(step.p * at, inverseOf(at - step.rate * (1.0 - service.at(k)))));
        }
        break;
      }
      default:
        transform(m_nodes[step.a], s, value);
        break;
    }
  }
  result = values.back();
}

/// Calls `visit` with k, s and the transform of what is beyond the node's least at s = damping + i k spacing,
/// for k up to the count.
template <class Visit>
void ResponseLaws::eachFrequency(Node node, double damping, double spacing, std::size_t count,
                                 const Visit& visit) const {
  constexpr std::size_t kCount = Frequencies::kCount;
  std::vector<Step>& steps = stepsTo(node);
  Frequencies s;
  s.real += damping;
  Frequencies values;
  for (std::size_t first = 0; first < count; first += kCount) {
    for (std::size_t i = 0; i < kCount; ++i) {
      s.imaginary[i] = spacing * static_cast<double>(first + i);
    }
    first == 0 ? beginLags(steps, s, spacing * kCount) : advanceLags(steps);
    transformAt(steps, s, values);
    for (std::size_t i = 0; i < std::min(kCount, count - first); ++i) {
      visit(first + i, s.at(i), values.at(i));
    }
  }
}

/// P(T > t), and the density there, from the same values of the transform.
ResponseLaws::Tail ResponseLaws::inversionAt(Node node, double t, const Fineness& fineness) const {
  const Part& part = m_nodes[node];
  if (t < part.least) {
    return {1, 0, t};
  }
  const double mean = part.mean - part.least;  // from here on of what is beyond the least
  t = std::max(t - part.least, mean * 1e-9);
  const double deviation = std::sqrt(std::max(1e-12 * mean * mean, part.second - part.mean * part.mean));
  const double needed =
      std::min(kMostFrequencies, fineness.terms + fineness.byNarrowness * std::min(t, 2 * mean) / deviation);
  // As many as whole groups of frequencies give.
  constexpr double kGroup = Frequencies::kCount;
  const int all = static_cast<int>(std::ceil((needed + fineness.averaged + 1) / kGroup) * kGroup);
  const int terms = all - fineness.averaged - 1;
  Tail sum;
  Tail averaged;
  double weight = std::pow(2, -fineness.averaged);  // of the binomial mean of the last partial sums
  eachFrequency(node, fineness.damping / (2 * t), 3.141592653589793 / t, static_cast<std::size_t>(all),
                [&](std::size_t at, Complex s, Complex value) {
                  const auto k = static_cast<int>(at);
                  const double sign = k == 0 ? 0.5 : (k % 2 == 0 ? 1 : -1);
                  const Complex inverse = inverseOf(s);
                  const Complex above = productOf(1.0 - value, inverse);
                  sum.above += sign * above.real();
                  sum.area += sign * productOf(above, inverse).real();
                  sum.density += sign * value.real();
                  if (k >= terms) {
                    averaged.above += weight * sum.above;
                    averaged.area += weight * sum.area;
                    averaged.density += weight * sum.density;
                    weight *= static_cast<double>(fineness.averaged - (k - terms)) / (k - terms + 1);
                  }
                });
  const double scale = std::exp(fineness.damping / 2) / t;
  return {std::clamp(scale * averaged.above, 0.0, 1.0), scale * averaged.density,
          part.least + scale * averaged.area};
}

double ResponseLaws::meanUpTo(Node node, double t) const {
  const Tail at = inversionAt(node, t, kFine);
  return at.above < 1 ? std::clamp((at.area - t * at.above) / (1 - at.above), 0.0, t) : t;
}

double ResponseLaws::quantile(Node node, double q) const {
  const Part& part = m_nodes[node];
  if (node == kZero || part.second - part.mean * part.mean <= 1e-9 * part.mean * part.mean) {
    return part.mean;
  }
  // Newton's method on the logarithm of P(T > t), which is nearly straight, from a gamma law with the same
  // moments; between the ends of what is known where it would leave that or does not get on. Where it is near
  // enough, its next step is the answer.
  const double rest = 1 - q;
  const auto find = [&](double t, double near, const auto& tail) {
    double low = part.least;
    double high = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 200 && (std::isinf(high) || high - low > 1e-3 * near * high); ++i) {
      const Tail at = tail(t);
      const double height = std::log(std::max(at.above, 1e-300) / rest);
      const double next = at.density > 0 && i < 12 ? t + height * at.above / at.density : -1;
      if (std::abs(height) < (next > 0 ? near : 1e-9)) {
        return next > 0 ? next : t;
      }
      (height > 0 ? low : high) = t;
      if (high - part.least < part.mean * 1e-9) {
        return part.least;
      }
      t = next > low && next < high && next < 4 * t ? next
          : std::isinf(high)                        ? 1.5 * t
          : low <= part.least                       ? part.least + (t - part.least) / 1.5
                                                    : (low + high) / 2;
    }
    return t;
  };
  const double mean = part.mean - part.least;
  const double variance = part.second - part.mean * part.mean;
  const double guess =
      part.least + std::max(gammaQuantileRoughly(mean, variance + mean * mean, q), mean * 1e-6);
  if (isDirect(node)) {
    return find(guess, kNearExactly, [&](double t) { return Tail{above(node, t)}; });
  }
  const double rough = find(guess, kNearRoughly, [&](double t) { return seriesAt(node, t); });
  return isLawExact(node) ? find(rough, kNearExactly, [&](double t) { return inversionAt(node, t, kFine); })
                          : rough;
}

}  // namespace cantilever::analytic
