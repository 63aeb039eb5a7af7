#include "core/analytic/unequal_servers.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/block_chain.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr std::size_t kMostMixes = 256;  // of how many of each kind work

/// How many servers of each kind work, counted as digits.
class MixChain {
 public:
  MixChain(double arrivals, double meanService, std::vector<ServerKind> kinds, double servers,
           IdleChoice choice)
      : m_arrivals(arrivals), m_meanService(meanService), m_servers(servers), m_choice(choice) {
    for (const ServerKind& kind : kinds) {
      // Instances of several servers each are told apart.
      const double apart = servers > 1 ? kind.instances : 1;
      for (double i = 0; i < apart; ++i) {
        m_kinds.push_back(kind);
        m_kinds.back().instances = servers > 1 ? 1 : kind.instances;
      }
    }
    for (const ServerKind& kind : m_kinds) {
      m_steps.push_back(m_size);
      m_most.push_back(static_cast<std::size_t>(kind.instances * servers));
      m_size = std::min(m_size * (m_most.back() + 1), kMostMixes + 1);
      m_allServe += kind.instances * servers * kind.speed / meanService;
    }
  }

  bool isSmall() const { return m_size <= kMostMixes; }

  UnequalQueue solve(double room) const {
    Matrix rates(m_size);
    for (std::size_t state = 0; state < m_size; ++state) {
      addFrom(state, rates);
    }
    const std::vector<double> p = stationaryOf(rates);
    // When all work, the queue is a geometric one.
    const double ratio = m_arrivals / m_allServe;
    const double full = p.back();
    UnequalQueue result;
    double all = 0;
    double served = 0;
    const auto place = [&](std::size_t state, double probability) {
      all += probability;
      for (std::size_t k = 0; k < m_kinds.size(); ++k) {
        const auto busy = static_cast<double>(busyIn(state, k));
        result.working += probability * busy;
        served += probability * busy * m_kinds[k].speed;
        result.stretchSecond += probability * busy / m_kinds[k].speed;
      }
    };
    result.stretchSecond = 0;
    for (std::size_t state = 0; state < m_size; ++state) {
      place(state, p[state]);
    }
    double waiting = 0;
    double here = full;
    for (double n = 1; n <= room && here > 1e-18 * full; ++n) {
      waiting += here;  // arrivals that find n - 1 waiting
      result.meanWait += here * n / m_allServe;
      result.waitSecond += here * n * (n + 1) / (m_allServe * m_allServe);
      here *= ratio;
      result.queue += here * n;
      place(m_size - 1, here);
    }
    result.lost = room < INFINITY ? here / all : 0.0;
    const double accepted = all * (1 - result.lost);
    result.waits = waiting / accepted;
    result.meanWait /= accepted;
    result.waitSecond /= accepted;
    result.queue /= all;
    result.stretch = result.working / served;
    result.stretchSecond /= served;
    result.working /= all;
    return result;
  }

 private:
  std::size_t busyIn(std::size_t state, std::size_t kind) const {
    return state / m_steps[kind] % (m_most[kind] + 1);
  }

  void addFrom(std::size_t state, Matrix& rates) const {
    double all = 0;
    std::vector<double> chosen(m_kinds.size(), 0.0);
    const std::size_t least = leastBusyIn(state);
    for (std::size_t k = 0; k < m_kinds.size(); ++k) {
      const std::size_t busy = busyIn(state, k);
      const double free = m_servers > 1 ? double(busy < m_most[k]) : static_cast<double>(m_most[k] - busy);
      const bool isByLoad = m_choice == IdleChoice::LeastBusy;
      const bool isChosen = !isByLoad || m_servers <= 1 || busy == least;
      chosen[k] = isChosen ? free * (isByLoad ? 1.0 : m_kinds[k].weight) : 0.0;
      all += chosen[k];
      if (busy > 0) {
        rates.at(state, state - m_steps[k]) += static_cast<double>(busy) * m_kinds[k].speed / m_meanService;
      }
    }
    for (std::size_t k = 0; k < m_kinds.size() && all > 0; ++k) {
      if (chosen[k] > 0) {
        rates.at(state, state + m_steps[k]) += m_arrivals * chosen[k] / all;
      }
    }
  }

  std::size_t leastBusyIn(std::size_t state) const {
    std::size_t least = busyIn(state, 0);
    for (std::size_t k = 1; k < m_kinds.size(); ++k) {
      least = std::min(least, busyIn(state, k));
    }
    return least;
  }

  double m_arrivals;
  double m_meanService;
  double m_servers;
  IdleChoice m_choice;
  std::vector<ServerKind> m_kinds;
  std::vector<std::size_t> m_steps;  // [kind] from one of it to the next
  std::vector<std::size_t> m_most;   // [kind] servers
  std::size_t m_size = 1;
  double m_allServe = 0;  // per second, when all work
};

}  // namespace

std::optional<UnequalQueue> queueOfUnequal(double arrivals, double meanService,
                                           const std::vector<ServerKind>& kinds, double servers,
                                           IdleChoice choice, double room) {
  const MixChain chain(arrivals, meanService, kinds, servers, choice);
  return chain.isSmall() ? std::optional(chain.solve(room)) : std::nullopt;
}

UnequalQueue manyUnequal(double arrivals, double meanService, const std::vector<ServerKind>& kinds,
                         double servers) {
  // A server is begun at the rate weight x asked while it is idle; all together as much as comes.
  const auto busyShare = [&](const ServerKind& kind, double log) {
    const double begun = std::exp(log) * kind.weight;
    return begun / (begun + kind.speed / meanService);
  };
  const auto served = [&](double log) {
    double sum = -arrivals;
    for (const ServerKind& kind : kinds) {
      sum += kind.instances * servers * kind.speed / meanService * busyShare(kind, log);
    }
    return sum;
  };
  const double log = rootOfIncreasing(std::log(1e-12 / meanService), std::log(1e12 / meanService), served);
  UnequalQueue result;
  result.stretchSecond = 0;
  for (const ServerKind& kind : kinds) {
    const double busy = kind.instances * servers * busyShare(kind, log);
    result.working += busy;
    result.stretchSecond += busy / kind.speed;
  }
  const double offered = arrivals * meanService;
  result.stretch = result.working / offered;
  result.stretchSecond /= offered;
  return result;
}

}  // namespace cantilever::analytic
