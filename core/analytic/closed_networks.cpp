#include "core/analytic/closed_networks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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
    if (m_classes.size() == 1 && !areSingle) {
      const double work = static_cast<double>(m_stations.size()) * m_classes[0].users * m_classes[0].users;
      if (m_classes[0].users < 1 || work > 5e7 || !convolve()) {
        approximate();
      }
    } else if (areSingle && states <= mostStates) {
      exact();
    } else {
      approximate();
    }
    return m_figures;
  }

 private:
  /// One class: Buzen's convolution (1973), with all of the exponent that the machine has, since factors of
  /// stations are D^n / (1 2 .. c c ..). Nothing is subtracted, so saturated stations do no harm.
  bool convolve() {
    const auto users = static_cast<std::size_t>(m_classes[0].users);
    std::vector<ClosedStation> all = m_stations;
    all.push_back({0, {m_classes[0].think}});
    // In units of the largest demand for each server.
    double unit = 0;
    for (const ClosedStation& each : all) {
      unit = std::max(unit, each.demands[0] / std::max(each.servers, 1.0));
    }
    if (!(unit > 0)) {
      return false;
    }
    std::vector<Factors> factors;
    for (const ClosedStation& each : all) {
      Factors of(users + 1, 0);
      of[0] = 1;
      for (std::size_t n = 1; n <= users; ++n) {
        const auto number = static_cast<double>(n);
        of[n] = of[n - 1] *
                (each.demands[0] / unit / (each.servers == 0 ? number : std::min(number, each.servers)));
      }
      factors.push_back(std::move(of));
    }
    Factors none(users + 1, 0);
    none[0] = 1;
    std::vector<Factors> before{none};
    for (const Factors& each : factors) {
      before.push_back(product(before.back(), each));
    }
    const Factors& constant = before.back();
    if (!std::isfinite(constant[users]) || !(constant[users] > 0)) {
      return false;
    }
    m_figures.throughput[0] = static_cast<double>(constant[users - 1] / constant[users]) / unit;
    Factors after = none;
    for (std::size_t i = factors.size(); i-- > 0;) {
      if (i < m_stations.size()) {
        const Factors others = product(before[i], after);
        long double number = 0;
        for (std::size_t n = 1; n <= users; ++n) {
          number += static_cast<long double>(n) * factors[i][n] * others[users - n];
        }
        m_figures.number[i] = static_cast<double>(number / constant[users]);
        m_figures.residence[i][0] = m_figures.number[i] / m_figures.throughput[0];
      }
      after = product(after, factors[i]);
    }
    return true;
  }

  using Factors = std::vector<long double>;
  static Factors product(const Factors& a, const Factors& b) {
    Factors result(a.size(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t j = 0; a[i] != 0 && i + j < a.size(); ++j) {
        result[i + j] += a[i] * b[j];
      }
    }
    return result;
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

ClosedFigures solveClosed(const std::vector<ClosedStation>& stations, const std::vector<ClosedClass>& classes,
                          double mostStates) {
  return ClosedSolver(stations, classes).solve(mostStates);
}

}  // namespace cantilever::analytic
