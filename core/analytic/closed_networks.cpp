#include "core/analytic/closed_networks.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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

ClosedChain::ClosedChain(const std::vector<Queue>& queues, std::size_t customers) {
  // In units of about the time of a cycle over their number, so that factors neither grow nor shrink much.
  const auto most = static_cast<double>(std::max<std::size_t>(customers, 1));
  for (const Queue& each : queues) {
    m_unit = std::max(m_unit, each.demand > 0 ? each.demand / each.speed(most) : 0.0);
  }
  Factors none(customers + 1, 0);
  none[0] = 1;
  m_constant = none;
  if (!(m_unit > 0)) {
    return;
  }
  for (const Queue& each : queues) {
    m_factors.push_back(factorOf(each, customers));
  }
  for (const Factor& each : m_factors) {
    m_before.push_back(m_constant);
    m_constant = product(m_constant, each);
  }
  m_after.assign(m_factors.size(), none);
  for (std::size_t i = m_factors.size(); i-- > 1;) {
    m_after[i - 1] = product(m_after[i], m_factors[i]);
  }
  m_isSolved = std::all_of(m_constant.begin(), m_constant.end(),
                           [](long double each) { return std::isfinite(each) && each > 0; });
}

ClosedChain::Factor ClosedChain::factorOf(const Queue& queue, std::size_t customers) const {
  Factor result;
  result.values.assign(customers + 1, 0);
  result.values[0] = 1;
  for (std::size_t n = 1; n <= customers && queue.demand > 0; ++n) {
    const long double ratio = queue.demand / m_unit / queue.speed(static_cast<double>(n));
    result.geometricFrom = ratio == result.ratio ? result.geometricFrom : n - 1;
    result.ratio = ratio;
    result.values[n] = result.values[n - 1] * ratio;
  }
  return result;
}

ClosedChain::Factors ClosedChain::product(const Factors& a, const Factor& b) {
  const auto isOne = [](const Factors& of) {
    return std::all_of(of.begin() + 1, of.end(), [](long double each) { return each == 0; });
  };
  if (isOne(a) || isOne(b.values)) {
    return isOne(a) ? b.values : a;
  }
  Factors result(a.size(), 0);
  long double beyond = 0;  // of the geometric part, which goes on from one number to the next
  for (std::size_t n = 0; n < a.size(); ++n) {
    const std::size_t most = std::min(n, b.geometricFrom);
    long double sum = 0;
    for (std::size_t j = 0; j <= most; ++j) {
      sum += b.values[j] * a[n - j];
    }
    if (n > b.geometricFrom) {
      beyond = b.ratio * (beyond + b.values[b.geometricFrom] * a[n - 1 - b.geometricFrom]);
      sum += beyond;
    }
    result[n] = sum;
  }
  return result;
}

double ClosedChain::throughput(std::size_t customers) const {
  return customers == 0 ? 0.0
                        : static_cast<double>(m_constant[customers - 1] / m_constant[customers]) / m_unit;
}

std::vector<double> ClosedChain::numberAt(std::size_t queue, const std::vector<double>& population) const {
  const Factors others = product(m_before[queue], {m_after[queue], m_after[queue].size(), 0});
  Factors weights;
  for (std::size_t all = 0; all < population.size(); ++all) {
    weights.push_back(population[all] / m_constant[all]);
  }
  const auto first = static_cast<std::size_t>(
      std::find_if(weights.begin(), weights.end(), [](long double each) { return each > 0; }) -
      weights.begin());
  std::vector<double> at(m_constant.size(), 0.0);
  for (std::size_t n = 0; n < weights.size(); ++n) {
    long double sum = 0;
    for (std::size_t all = std::max(n, first); all < weights.size(); ++all) {
      sum += weights[all] * others[all - n];
    }
    at[n] = static_cast<double>(m_factors[queue].values[n] * sum);
  }
  return at;
}

ClosedFigures solveClosed(const std::vector<ClosedStation>& stations, const std::vector<ClosedClass>& classes,
                          double mostStates) {
  return ClosedSolver(stations, classes).solve(mostStates);
}

}  // namespace cantilever::analytic
