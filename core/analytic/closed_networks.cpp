#include "core/analytic/closed_networks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

class ClosedSolver {
 public:
  ClosedSolver(const std::vector<ClosedStation>& stations, const std::vector<ClosedClass>& classes)
      : m_stations(stations), m_classes(classes) {
    m_figures.residence.assign(stations.size(), std::vector<double>(classes.size(), 0.0));
    m_figures.throughput.assign(classes.size(), 0);
    m_figures.number.assign(stations.size(), 0);
  }

  ClosedFigures solve(double mostStates) {
    double states = 1;
    for (const ClosedClass& each : m_classes) {
      states *= each.users + 1;
    }
    const bool areSingle = std::all_of(m_stations.begin(), m_stations.end(),
                                       [](const ClosedStation& each) { return each.servers <= 1; });
    if (isOneClass() && convolve()) {
      return m_figures;
    }
    areSingle&& states <= mostStates ? exact() : approximate();
    return m_figures;
  }

 private:
  bool isOneClass() const {
    constexpr double kMostConvolved = 5e7;
    if (m_classes.size() != 1 || m_classes[0].users < 1) {
      return false;
    }
    return static_cast<double>(m_stations.size()) * m_classes[0].users * m_classes[0].users <= kMostConvolved;
  }

  /// Buzen's convolution.
  bool convolve() {
    const auto users = static_cast<std::size_t>(m_classes[0].users);
    std::vector<ClosedChain::Queue> queues;
    for (const ClosedStation& each : m_stations) {
      queues.push_back({each.demands[0], [servers = each.servers](double n) {
                          return servers == 0 ? n : std::min(n, servers);
                        }});
    }
    queues.push_back({m_classes[0].think, [](double n) { return n; }});
    const ClosedChain chain(queues, users);
    if (!chain.isSolved()) {
      return false;
    }
    m_figures.throughput[0] = chain.throughput(users);
    std::vector<double> population(users + 1, 0.0);
    population[users] = 1;
    for (std::size_t i = 0; i < m_stations.size(); ++i) {
      const std::vector<double> at = chain.numberAt(i, population);
      for (std::size_t n = 1; n <= users; ++n) {
        m_figures.number[i] += static_cast<double>(n) * at[n];
      }
      m_figures.residence[i][0] = m_figures.number[i] / m_figures.throughput[0];
    }
    std::vector<double> others(users, 0.0);
    others[users - 1] = 1;
    for (std::size_t i = 0; i < m_stations.size(); ++i) {
      m_figures.found.push_back(chain.numberAt(i, others));
    }
    return true;
  }

  /// Several classes, queues of one server: all populations up to the last, in order.
  void exact() {
    const std::size_t classes = m_classes.size();
    std::vector<std::size_t> stride(classes, 1);
    std::size_t states = 1;
    for (std::size_t k = 0; k < classes; ++k) {
      stride[k] = states;
      states *= static_cast<std::size_t>(m_classes[k].users) + 1;
    }
    std::vector<std::vector<double>> number(m_stations.size(), std::vector<double>(states, 0.0));
    std::vector<std::size_t> population(classes, 0);
    for (std::size_t state = 1; state < states; ++state) {
      std::size_t rest = state;
      for (std::size_t k = classes; k-- > 0;) {
        population[k] = rest / stride[k];
        rest %= stride[k];
      }
      for (std::size_t k = 0; k < classes; ++k) {
        if (population[k] == 0) {
          continue;
        }
        double total = m_classes[k].think;
        for (std::size_t i = 0; i < m_stations.size(); ++i) {
          const double demand = m_stations[i].demands[k];
          const double others = m_stations[i].servers == 0 ? 0.0 : number[i][state - stride[k]];
          m_figures.residence[i][k] = demand * (1 + others);
          total += m_figures.residence[i][k];
        }
        m_figures.throughput[k] = total > 0 ? static_cast<double>(population[k]) / total : 0;
        for (std::size_t i = 0; i < m_stations.size(); ++i) {
          number[i][state] += m_figures.throughput[k] * m_figures.residence[i][k];
        }
      }
    }
    for (std::size_t i = 0; i < m_stations.size(); ++i) {
      m_figures.number[i] = number[i][states - 1];
    }
  }

  /// Bard and Schweitzer: whoever arrives sees the mean numbers, of its own class (N - 1) / N of them.
  void approximate() {
    const std::size_t classes = m_classes.size();
    std::vector<std::vector<double>> number(m_stations.size(),
                                            std::vector<double>(classes, 0.0));  // that queue
    std::vector<double> queueing(m_stations.size(), 0.0);
    for (std::size_t k = 0; k < classes; ++k) {
      for (std::size_t i = 0; i < m_stations.size(); ++i) {
        number[i][k] = m_classes[k].users / static_cast<double>(m_stations.size());
      }
    }
    for (int pass = 0; pass < 10'000; ++pass) {
      double change = 0;
      for (std::size_t k = 0; k < classes; ++k) {
        if (m_classes[k].users <= 0) {
          continue;
        }
        double total = m_classes[k].think;
        for (std::size_t i = 0; i < m_stations.size(); ++i) {
          const double c = m_stations[i].servers;
          const double demand = m_stations[i].demands[k];
          const double all = std::accumulate(number[i].begin(), number[i].end(), 0.0);
          const double seen = all - number[i][k] / m_classes[k].users;
          queueing[i] = c == 0 ? 0.0 : demand / c * (1 + seen);
          m_figures.residence[i][k] = c == 0 ? demand : queueing[i] + demand * (c - 1) / c;
          total += m_figures.residence[i][k];
        }
        m_figures.throughput[k] = total > 0 ? m_classes[k].users / total : 0;
        for (std::size_t i = 0; i < m_stations.size(); ++i) {
          const double next = m_figures.throughput[k] * queueing[i];
          change = std::max(change, std::abs(next - number[i][k]) / std::max(1.0, m_classes[k].users));
          number[i][k] = next;
        }
      }
      if (change < 1e-12) {
        break;
      }
    }
    for (std::size_t i = 0; i < m_stations.size(); ++i) {
      for (std::size_t k = 0; k < classes; ++k) {
        m_figures.number[i] += m_figures.throughput[k] * m_figures.residence[i][k];
      }
    }
    m_figures.isExact = false;
    m_figures.band = 0.15;
  }

  const std::vector<ClosedStation>& m_stations;
  const std::vector<ClosedClass>& m_classes;
  ClosedFigures m_figures;
};

}  // namespace

class ClosedChain::Convolution {
 public:
  Convolution() = default;
  Convolution(const Convolution&) = delete;
  Convolution& operator=(const Convolution&) = delete;
  virtual ~Convolution() = default;
  virtual std::vector<double> throughput() const = 0;
  virtual std::vector<double> numberAt(std::size_t queue, const std::vector<double>& population) const = 0;
};

/// Buzen's convolution in one kind of numbers. Nothing is subtracted, so that queues that are always busy do
/// no harm.
template <class Number>
class ClosedChain::ConvolutionIn final : public Convolution {
 public:
  ConvolutionIn(const std::vector<Queue>& queues, std::size_t customers, double unit) : m_unit(unit) {
    Factors none(customers + 1, 0);
    none[0] = 1;
    for (const Queue& each : queues) {
      m_factors.push_back(factorOf(each, customers));
    }
    m_constant = none;
    for (const Factor& each : m_factors) {
      m_before.push_back(m_constant);
      m_constant = product(m_constant, each);
    }
    m_after.assign(m_factors.size(), none);
    for (std::size_t i = m_factors.size(); i-- > 1;) {
      m_after[i - 1] = product(m_after[i], m_factors[i]);
    }
  }

  /// Whether the constants are between the two.
  bool isWithin(Number least, Number most) const {
    return std::all_of(m_constant.begin(), m_constant.end(),
                       [&](Number each) { return each >= least && each <= most; });
  }

  std::vector<double> throughput() const override {
    std::vector<double> result{0};
    for (std::size_t n = 1; n < m_constant.size(); ++n) {
      result.push_back(static_cast<double>(m_constant[n - 1] / m_constant[n]) / m_unit);
    }
    return result;
  }

  std::vector<double> numberAt(std::size_t queue, const std::vector<double>& population) const override {
    const Factors others = product(m_before[queue], {m_after[queue], m_after[queue].size(), 0});
    std::vector<Number> sums(m_constant.size(), 0);
    for (std::size_t all = 0; all < population.size(); ++all) {
      if (population[all] > 0) {
        const Number weight = population[all] / m_constant[all];
        for (std::size_t n = 0; n <= all; ++n) {
          sums[n] += weight * others[all - n];
        }
      }
    }
    std::vector<double> at(m_constant.size(), 0.0);
    for (std::size_t n = 0; n < population.size(); ++n) {
      at[n] = static_cast<double>(m_factors[queue].values[n] * sums[n]);
    }
    return at;
  }

 private:
  using Factors = std::vector<Number>;
  struct Factor {
    Factors values;                 // by number
    std::size_t geometricFrom = 0;  // from there on each is `ratio` times the one before, if there are more
    Number ratio = 0;
  };

  Factor factorOf(const Queue& queue, std::size_t customers) const {
    // What is less cannot be told from nothing beside the constants, and would be reckoned slowly.
    const Number least = std::numeric_limits<Number>::min() * 1e5;
    Factor result;
    result.values.assign(customers + 1, 0);
    result.values[0] = 1;
    for (std::size_t n = 1; n <= customers && queue.demand > 0; ++n) {
      const Number ratio = queue.demand / m_unit / queue.speed(static_cast<double>(n));
      result.geometricFrom = ratio == result.ratio ? result.geometricFrom : n - 1;
      result.ratio = ratio;
      result.values[n] = result.values[n - 1] * ratio;
      if (result.values[n] < least) {
        result.values[n] = result.ratio = 0;
        result.geometricFrom = n;
        break;
      }
    }
    return result;
  }

  static Factors product(const Factors& a, const Factor& b) {
    const auto isOne = [](const Factors& of) {
      return std::all_of(of.begin() + 1, of.end(), [](Number each) { return each == 0; });
    };
    if (isOne(a) || isOne(b.values)) {
      return isOne(a) ? b.values : a;
    }
    Factors result(a.size(), 0);
    for (std::size_t j = 0; j <= std::min(a.size() - 1, b.geometricFrom); ++j) {
      const Number factor = b.values[j];
      for (std::size_t n = j; n < a.size(); ++n) {
        result[n] += factor * a[n - j];
      }
    }
    Number beyond = 0;  // of the geometric part, which goes on from one number to the next
    for (std::size_t n = b.geometricFrom + 1; n < a.size(); ++n) {
      beyond = b.ratio * (beyond + b.values[b.geometricFrom] * a[n - 1 - b.geometricFrom]);
      result[n] += beyond;
    }
    return result;
  }

  double m_unit;
  std::vector<Factor> m_factors;           // [queue]
  std::vector<Factors> m_before, m_after;  // [queue] of all before and after it together
  Factors m_constant;
};

ClosedChain::ClosedChain(const std::vector<Queue>& queues, std::size_t customers)
    : m_throughput(customers + 1, 0.0) {
  double alone = 0;  // time of a cycle of one customer
  double most = 0;   // of all of them over their number, at least
  for (const Queue& each : queues) {
    if (each.demand > 0) {
      alone += each.demand / each.speed(1);
      most =
          std::max(most, each.demand / each.speed(static_cast<double>(std::max<std::size_t>(customers, 1))));
    }
  }
  if (!(most > 0)) {
    return;
  }
  // In units in which the last constant is about one, by the bounds of throughput: n / alone and 1 / most. As
  // the constants are log-concave, those between are not less, and at most about e^(0.37 customers).
  const auto all = static_cast<double>(customers);
  const double free = std::min(all, std::floor(alone / most));
  const double unit =
      all > 0 ? std::exp((free * std::log(alone) - logFactorial(free) + (all - free) * std::log(most)) / all)
              : most;
  const auto solveIn = [&](auto smallest, auto largest) {
    auto convolution = std::make_unique<ConvolutionIn<decltype(smallest)>>(queues, customers, unit);
    if (convolution->isWithin(smallest, largest)) {
      m_throughput = convolution->throughput();
      m_convolution = std::move(convolution);
    }
    return m_convolution != nullptr;
  };
  // So far from the ends of what there is that products of what matters are there too; else in the other
  // kind, which is slow, but has more exponents.
  constexpr double kMost = 1e140;
  using Wide = std::numeric_limits<long double>;
  solveIn(1 / kMost, kMost) || solveIn(Wide::min(), Wide::max());
}

ClosedChain::~ClosedChain() = default;
ClosedChain::ClosedChain(ClosedChain&&) noexcept = default;
ClosedChain& ClosedChain::operator=(ClosedChain&&) noexcept = default;

std::vector<double> ClosedChain::numberAt(std::size_t queue, const std::vector<double>& population) const {
  return m_convolution->numberAt(queue, population);
}

ClosedFigures solveClosed(const std::vector<ClosedStation>& stations, const std::vector<ClosedClass>& classes,
                          double mostStates) {
  return ClosedSolver(stations, classes).solve(mostStates);
}

}  // namespace cantilever::analytic
