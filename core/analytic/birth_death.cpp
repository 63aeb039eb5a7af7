#include "core/analytic/birth_death.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/analytic/erlang.h"
#include "core/analytic/law_transform.h"
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

namespace {

/// M/M/c/K from where all servers work: the number that wait is a piece of a geometric law beside all that is
/// below, by Erlang's loss formula.
class Room {
 public:
  Room(double arrivals, double meanService, double servers, double room)
      : m_load(arrivals * meanService),
        m_servers(std::min(servers, room)),
        m_places(static_cast<std::size_t>(std::min<double>(room - m_servers, kMostStates))),
        m_step(std::log(m_load / m_servers)),
        m_top(std::max(0.0, m_step * static_cast<double>(m_places))) {
    m_below = std::exp(-m_top) * (1 / erlangB(m_load, m_servers) - 1);
    m_all = m_below;
    for (std::size_t n = 0; n <= m_places; ++n) {
      m_all += raw(n);
    }
  }

  std::size_t places() const { return m_places; }
  double servers() const { return m_servers; }
  double below() const { return m_below / m_all; }                          ///< of a free server
  double waiting(std::size_t number) const { return raw(number) / m_all; }  ///< so many, and no free server

 private:
  double raw(std::size_t number) const { return std::exp(m_step * static_cast<double>(number) - m_top); }

  double m_load;
  double m_servers;
  std::size_t m_places;
  double m_step;  // logarithm of the ratio of one number to the one before
  double m_top;
  double m_below = 0;
  double m_all = 0;
};

}  // namespace

QueueFigures finiteQueue(double arrivals, double meanService, double servers, double room) {
  const Room queue(arrivals, meanService, servers, room);
  QueueFigures figures;
  figures.lost = queue.waiting(queue.places());
  const double admitted = 1 - figures.lost;
  figures.throughput = arrivals * admitted;
  figures.utilisation = figures.throughput * meanService / servers;
  const double capacity = queue.servers() / meanService;
  double number = 0;
  for (std::size_t n = 0; n < queue.places(); ++n) {
    // Whoever finds n waiting waits for n + 1 departures.
    const double before = static_cast<double>(n) + 1;
    const double found = queue.waiting(n);
    figures.waits += found / admitted;
    figures.waitSecond += found / admitted * before * (before + 1) / (capacity * capacity);
    number += before * queue.waiting(n + 1);
  }
  figures.meanWait = number / figures.throughput;
  figures.meanNumber = number + figures.throughput * meanService;
  return figures;
}

std::vector<double> departuresBefore(double arrivals, double meanService, double servers, double room) {
  const Room queue(arrivals, meanService, servers, room);
  const double admitted = 1 - queue.waiting(queue.places());
  std::vector<double> before(1, queue.below() / admitted);
  for (std::size_t n = 0; n < queue.places(); ++n) {
    before.push_back(queue.waiting(n) / admitted);
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

namespace {

/// Integrals over the wait that is offered, panel by panel (Gauss and Legendre, five points each).
class OfferedWait {
 public:
  OfferedWait(double arrivals, double meanService, double servers, const Law& patience)
      : m_arrivals(arrivals), m_capacity(servers / meanService), m_patience(patience) {
    if (patience.kind == Law::Kind::Empirical || patience.kind == Law::Kind::Quantiles) {
      for (const Law::Point& point : patience.points) {
        m_breaks.push_back(point.value.inSeconds());
      }
    } else if (patience.kind == Law::Kind::Uniform) {
      m_breaks = {patience.mean.inSeconds() * (1 - patience.shape),
                  patience.mean.inSeconds() * (1 + patience.shape)};
    } else if (patience.kind == Law::Kind::Pareto) {
      m_breaks = {patience.mean.inSeconds() * (patience.shape - 1) / patience.shape};
    } else if (patience.kind == Law::Kind::Constant) {
      m_breaks = {patience.mean.inSeconds()};
    }
    std::sort(m_breaks.begin(), m_breaks.end());
  }

  PatientQueue solve(double below) {
    const double mean = m_patience.mean.inSeconds();
    const double variation = std::min(1.0, std::sqrt(std::max(0.0, m_patience.scv())) + 0.05);
    const double widest = std::min(0.05 * mean * variation, 0.5 / std::sqrt(m_arrivals / mean));
    m_below = below;
    for (int panel = 0; panel < kMostPanels; ++panel) {
      const double patient = stays(m_at);
      const double fall = m_capacity - m_arrivals * patient;
      if (patient <= 0) {  // whoever would wait longer has given up
        const double rest = m_arrivals * std::exp(m_height - m_top) / m_capacity;
        m_all += rest;
        m_waiting += rest * m_given;
        return result();
      }
      const double size = m_arrivals * std::exp(m_height - m_top);
      if (fall > 0 && size / fall < 1e-16 * (m_all + m_below)) {
        return result();
      }
      advance(std::min(widest, 0.5 / std::max(std::abs(fall), 1e-300)));
    }
    PatientQueue none;
    none.isKnown = false;
    return none;
  }

 private:
  static constexpr int kMostPanels = 200'000;
  static constexpr std::array<double, 5> kNodes = {0.046910077030668, 0.230765344947158, 0.5,
                                                   0.769234655052842, 0.953089922969332};
  static constexpr std::array<double, 5> kWeights = {0.118463442528095, 0.239314335249683, 0.284444444444444,
                                                     0.239314335249683, 0.118463442528095};

  double stays(double t) const { return std::max(0.0, 1 - probabilityUpTo(m_patience, t)); }

  /// How long those are in the queue who would wait so long, from the beginning of the panel on.
  double givenUpTo(double width) const {
    double sum = 0;
    for (std::size_t i = 0; i < kNodes.size(); ++i) {
      sum += kWeights[i] * stays(m_at + width * kNodes[i]);
    }
    return sum * width;
  }

  void advance(double width) {
    const auto next = std::upper_bound(m_breaks.begin(), m_breaks.end(), m_at);
    const bool isBroken = next != m_breaks.end() && *next <= m_at + width * (1 + 1e-9);
    width = isBroken ? *next - m_at : width;
    for (std::size_t i = 0; i < kNodes.size(); ++i) {
      const double ahead = width * kNodes[i];
      const double given = m_given + givenUpTo(ahead);
      const double x = m_at + ahead;
      const double height = m_arrivals * given - m_capacity * x;
      raiseTo(height);
      const double size = kWeights[i] * width * m_arrivals * std::exp(height - m_top);
      const double served = size * stays(x);
      m_all += size;
      m_waiting += size * given;
      m_served += served;
      m_first += served * x;
      m_second += served * x * x;
    }
    m_given += givenUpTo(width);
    m_at = isBroken ? *next : m_at + width;
    m_height = m_arrivals * m_given - m_capacity * m_at;
    m_points.push_back({m_at, std::log(std::max(m_served, 1e-300)) + m_top});
  }

  /// Sums are over e to the largest exponent so far.
  void raiseTo(double height) {
    if (height > m_top + 30) {
      const double factor = std::exp(m_top - height);
      for (double* sum : {&m_below, &m_all, &m_waiting, &m_served, &m_first, &m_second}) {
        *sum *= factor;
      }
      m_top = height;
    }
  }

  PatientQueue result() const {
    PatientQueue queue;
    const double all = m_below + m_all;
    const double served = m_below + m_served;
    queue.lost = std::max(0.0, 1 - served / all);
    queue.waiting = m_waiting / all;
    queue.untilGivenUp = m_all > m_served ? (m_waiting - m_first) / (m_all - m_served) : 0;
    if (served > 0) {
      queue.waits = m_served / served;
      queue.mean = m_first / served;
      queue.second = m_second / served;
    }
    setLaw(queue);
    return queue;
  }

  /// Some two hundred points, close together where few are left.
  void setLaw(PatientQueue& queue) const {
    constexpr double kFew = 1e-6;
    queue.law.push_back({0, 0});
    double step = 0;
    for (const PatientQueue::Point& point : m_points) {
      const double share = m_served > 0 ? std::exp(point.share - m_top) / m_served : 0;
      const double left = 1 - share;
      if (share > queue.law.back().share + step && left > kFew && point.time > queue.law.back().time) {
        queue.law.push_back({point.time, share});
        step = 0.01 * std::min(1.0, 5 * left);
      }
    }
    const double end = std::max(m_at, queue.law.back().time * (1 + 1e-9));
    queue.law.push_back({end, 1});
  }

  double m_arrivals;
  double m_capacity;
  const Law& m_patience;
  std::vector<double> m_breaks;
  double m_at = 0;
  double m_given = 0;   // time in the queue of those who would wait so long
  double m_height = 0;  // the exponent there
  double m_top = 0;
  double m_below = 0, m_all = 0, m_waiting = 0, m_served = 0, m_first = 0, m_second = 0;
  std::vector<PatientQueue::Point> m_points;  // with logarithms of the sum of those served
};

}  // namespace

PatientQueue queueWithPatience(double arrivals, double meanService, double servers, const Law& patience) {
  // Over p(c-1): fewer than c are there with one over Erlang's B of c - 1.
  return OfferedWait(arrivals, meanService, servers, patience)
      .solve(1 / erlangB(arrivals * meanService, servers - 1));
}

double retrialOrbit(double arrivals, double meanService, double retryRate) {
  const double rho = arrivals * meanService;
  return rho * (arrivals + rho * retryRate) / ((1 - rho) * retryRate);
}

}  // namespace cantilever::analytic
