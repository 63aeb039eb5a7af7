#include "core/analytic/birth_death.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/erlang.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

constexpr double kNegligible = 1e-18;
constexpr std::size_t kMostStates = 4'000'000;

QueueFigures figuresOf(const std::vector<double>& p, double servers, double meanService, double offered) {
  QueueFigures figures;
  double busy = 0;
  double waiting = 0;
  for (std::size_t n = 0; n < p.size(); ++n) {
    const auto number = static_cast<double>(n);
    figures.meanNumber += number * p[n];
    busy += std::min(number, servers) * p[n];
    waiting += std::max(number - servers, 0.0) * p[n];
  }
  figures.throughput = busy / meanService;
  figures.utilisation = busy / servers;
  figures.lost = std::max(0.0, 1 - figures.throughput / offered);
  figures.meanWait = figures.throughput > 0 ? waiting / figures.throughput : 0;
  return figures;
}

}  // namespace

std::vector<double> stationary(std::size_t states, const std::function<double(double)>& birth,
                               const std::function<double(double)>& death) {
  std::vector<double> logs{0};
  double largest = 0;
  for (std::size_t n = 1; n < states; ++n) {
    const auto number = static_cast<double>(n);
    const double up = birth(number - 1);
    if (!(up > 0)) {
      break;
    }
    logs.push_back(logs.back() + std::log(up) - std::log(death(number)));
    largest = std::max(largest, logs.back());
  }
  double sum = 0;
  for (double& each : logs) {
    each = std::exp(each - largest);
    sum += each;
  }
  for (double& each : logs) {
    each /= sum;
  }
  return logs;
}

QueueFigures finiteQueue(double arrivals, double meanService, double servers, double room) {
  const auto states = static_cast<std::size_t>(std::min<double>(room, kMostStates)) + 1;
  const std::vector<double> p = stationary(
      states, [&](double) { return arrivals; }, [&](double n) { return std::min(n, servers) / meanService; });
  QueueFigures figures = figuresOf(p, servers, meanService, arrivals);
  figures.lost = p.back();
  double waits = 0;
  double second = 0;
  for (auto n = static_cast<std::size_t>(servers); n + 1 < p.size(); ++n) {
    // Whoever finds n waits for n - c + 1 departures of c busy servers.
    const double before = static_cast<double>(n) - servers + 1;
    waits += p[n];
    second += p[n] * before * (before + 1) * meanService * meanService / (servers * servers);
  }
  figures.waits = figures.lost < 1 ? waits / (1 - figures.lost) : 0;
  figures.waitSecond = figures.lost < 1 ? second / (1 - figures.lost) : 0;
  return figures;
}

std::vector<double> departuresBefore(double arrivals, double meanService, double servers, double room) {
  const std::vector<double> p = stationary(
      static_cast<std::size_t>(room) + 1, [&](double) { return arrivals; },
      [&](double n) { return std::min(n, servers) / meanService; });
  const auto c = static_cast<std::size_t>(servers);
  std::vector<double> before(1, 0.0);
  const double admitted = 1 - p.back();
  for (std::size_t n = 0; n + 1 < p.size(); ++n) {
    if (n < c) {
      before[0] += p[n] / admitted;
    } else {
      before.push_back(p[n] / admitted);
    }
  }
  return before;
}

QueueFigures finiteSources(double users, double think, double meanService, double servers) {
  const std::vector<double> p = stationary(
      static_cast<std::size_t>(users) + 1, [&](double n) { return (users - n) / think; },
      [&](double n) { return std::min(n, servers) / meanService; });
  QueueFigures figures = figuresOf(p, servers, meanService, 1);
  figures.lost = 0;
  double waits = 0;
  for (std::size_t n = 0; n < p.size(); ++n) {
    if (static_cast<double>(n) >= servers) {
      waits += p[n] * (users - static_cast<double>(n)) / think;
    }
  }
  figures.waits = waits / figures.throughput;
  return figures;
}

ErlangA::ErlangA(double arrivals, double meanService, double servers, double meanPatience)
    : m_arrivals(arrivals), m_capacity(servers / meanService), m_patienceRate(1 / meanPatience) {
  const auto death = [&](double n) {
    return std::min(n, servers) / meanService + std::max(n - servers, 0.0) * m_patienceRate;
  };
  // Far enough that what is left is negligible against the largest.
  double log = 0;
  double largest = 0;
  std::size_t states = 1;
  for (; states < kMostStates; ++states) {
    log += std::log(arrivals / death(static_cast<double>(states)));
    largest = std::max(largest, log);
    if (static_cast<double>(states) > servers && log < largest + std::log(kNegligible)) {
      break;
    }
  }
  const std::vector<double> p = stationary(
      states + 1, [&](double) { return arrivals; }, death);
  m_figures = figuresOf(p, servers, meanService, arrivals);
  double waiting = 0;
  for (std::size_t n = 0; n < p.size(); ++n) {
    const auto number = static_cast<double>(n);
    waiting += std::max(number - servers, 0.0) * p[n];
    m_figures.waits += number >= servers ? p[n] : 0.0;
  }
  m_figures.lost = m_patienceRate * waiting / arrivals;
  m_figures.meanWait = waiting / arrivals;
  m_lastFree = servers >= 1 ? p[static_cast<std::size_t>(servers) - 1] : 0;
}

double ErlangA::waitAbove(double t) const {
  if (m_lastFree <= 0) {  // never a free server: all wait until enough have given up
    return t < std::log(m_arrivals / m_capacity) / m_patienceRate ? 1.0 : 0.0;
  }
  const double begin = std::log(m_arrivals) + std::log(m_lastFree);
  const auto integrand = [&](double x) {
    const double left = -std::expm1(-m_patienceRate * x) / m_patienceRate;
    return std::exp(begin + m_arrivals * left - m_capacity * x);
  };
  // The integrand falls at least like e^-((capacity - arrivals e^(-rate t)) x): 200 panels of Simpson's rule,
  // each a step at which it changes little.
  double sum = 0;
  double at = t;
  for (int panel = 0; panel < 20'000; ++panel) {
    const double fall = m_capacity - m_arrivals * std::exp(-m_patienceRate * at);
    const double step =
        0.05 / std::max({std::abs(fall), std::sqrt(m_arrivals * m_patienceRate), m_patienceRate});
    const double piece = step / 6 * (integrand(at) + 4 * integrand(at + step / 2) + integrand(at + step));
    sum += piece;
    at += step;
    if (fall > 0 && piece < sum * 1e-14) {
      break;
    }
  }
  return std::exp(-m_patienceRate * t) * sum;
}

double ErlangA::waitQuantile(double q) const {
  return quantileOf(q, m_figures.meanWait + 1 / m_capacity, [&](double t) { return waitAbove(t); });
}

QueueFigures deterministicPatience(double arrivals, double meanService, double servers, double patience) {
  const double load = arrivals * meanService;
  const double capacity = servers / meanService;
  const double spare = capacity - arrivals;
  // Everything over q(c-1) = a^(c-1) / (c-1)!; the sum of the q(j) over it is one over Erlang's B of c - 1.
  const double below = 1 / erlangB(load, servers - 1);
  const double decay = std::exp(-spare * patience);
  const double waiting = std::abs(spare) * patience < 1e-12
                             ? arrivals * patience
                             : -arrivals * std::expm1(-spare * patience) / spare;
  const double leaving = arrivals * decay / capacity;
  const double total = below + waiting + leaving;
  QueueFigures figures;
  figures.lost = leaving / total;
  figures.waits = (waiting + leaving) / total;
  figures.throughput = arrivals * (1 - figures.lost);
  figures.utilisation = figures.throughput / capacity;
  // The virtual wait has the density q(c-1) lambda e^(-spare x) up to the patience; those above it wait so
  // long.
  const double first = std::abs(spare) * patience < 1e-6
                           ? arrivals * patience * patience / 2
                           : arrivals * (1 - decay * (1 + spare * patience)) / (spare * spare);
  figures.meanWait = (first + leaving * patience) / total;
  figures.meanNumber = arrivals * figures.meanWait + figures.throughput * meanService;
  return figures;
}

double retrialOrbit(double arrivals, double meanService, double retryRate) {
  const double rho = arrivals * meanService;
  return rho * (arrivals + rho * retryRate) / ((1 - rho) * retryRate);
}

}  // namespace cantilever::analytic
