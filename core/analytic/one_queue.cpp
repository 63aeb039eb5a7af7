#include "core/analytic/one_queue.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/analytic/birth_death.h"
#include "core/analytic/block_chain.h"
#include "core/analytic/erlang.h"
#include "core/analytic/found_states.h"
#include "core/analytic/law_transform.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/renewal_arrivals.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;
using plan::ServiceOrder;

// Losses below this are none.
constexpr double kNegligibleLoss = 1e-12;
// Exact answers for several servers take a millisecond up to here.
constexpr double kMostPhaseServers = 20;
constexpr double kMostConstantServers = 1000;
constexpr double kMostStages = 2000;  // of a wait whose law is known
// Takacs' sum has terms of both signs, whose digits cancel the more, the more servers there are: 2e-5 at
// 1,000.
constexpr double kMostTakacsServers = 100;
constexpr double kTakacsBand = 1e-4;

class QueueSolver {
 public:
  QueueSolver(const plan::Plan& plan, const Pool& pool, const QueueLoad& load)
      : m_plan(plan), m_pool(pool), m_load(load) {}

  QueueAnswer solve() {
    m_answer.waits.resize(m_load.arrivalsByClass.size());
    m_answer.busy = m_load.arrivals * m_load.service.first;
    if (m_load.arrivals <= 0) {
      m_answer.model = "idle";
    } else if (m_pool.contention > 0 || m_pool.coherency > 0) {
      slowedDown();
    } else if (m_pool.patience && m_pool.order != ServiceOrder::Sharing) {
      impatient();
    } else if (hasLosses()) {
      limited();
    } else {
      unlimited();
    }
    return m_answer;
  }

 private:
  double rho() const { return m_load.arrivals * m_load.service.first / m_load.servers; }
  bool isOne() const { return m_load.servers <= 1; }

  void all(const StationWait& wait) { std::fill(m_answer.waits.begin(), m_answer.waits.end(), wait); }

  /// Whether the waiting room matters: the tail of the queue beyond it, by its decay.
  bool hasLosses() const {
    if (!m_load.isLimited) {
      return false;
    }
    if (rho() >= 1) {
      return true;
    }
    const double decay = std::log(rho()) * 2 / (1 + std::max(0.0, m_load.service.scv()));
    return erlangC(m_load.arrivals * m_load.service.first, m_load.servers) * std::exp(decay * m_load.room) >
           kNegligibleLoss;
  }

  void approximate(double band) {
    m_answer.isExact = false;
    m_answer.band = std::max(m_answer.band, band);
  }

  void unlimited() {
    const double scv = m_load.service.scv();
    switch (m_pool.order) {
      case ServiceOrder::Sharing:
        return sharing();
      case ServiceOrder::Priority:
      case ServiceOrder::Preemptive:
        return priorities();
      case ServiceOrder::Lifo:
      case ServiceOrder::Fifo:
        break;
    }
    m_answer.isProductForm = m_load.isExponential;
    const ExponentialWait exponential = waitOfMMc(m_load.arrivals, m_load.service.first, m_load.servers);
    if (std::isinf(m_load.service.second)) {
      m_answer.unsolvable =
          "its service times have an infinite variance, so "
          "that waits have no finite mean";
      return;
    }
    Figure mean = m_load.isExponential
                      ? Figure::exact(exponential.mean())
                      : waitOfMGc(m_load.arrivals, m_load.service.first, scv, m_load.servers);
    double waits = exponential.probability;
    if (const std::optional<BlockQueue> known = knownQueue()) {
      mean = Figure::exact(known->meanWait);
      waits = known->waits;
    }
    StationWait wait = waitOf(mean.value, waits, mean.band);
    wait.isQueueOfOne = isOne() && !m_load.isExponential && m_pool.order == ServiceOrder::Fifo;
    if (m_pool.order == ServiceOrder::Lifo) {
      lastComeFirstServed(wait);
    }
    all(wait);
    m_answer.queue = m_load.arrivals * mean.value;
    m_answer.model = std::string(m_load.isExponential ? "M/M/" : "M/G/") + (isOne() ? "1" : "c");
    if (mean.band > 0) {
      approximate(mean.band);
    }
  }

  /// Whoever waits does so until all have gone who came after him.
  void lastComeFirstServed(StationWait& wait) const {
    if (m_load.isExponential) {
      wait.busyArrivals = m_load.arrivals;
      wait.departures = m_load.servers / m_load.service.first;
    } else if (isOne() && std::isfinite(m_load.service.third)) {
      // As much as first come, first served over 1 - rho (Takacs 1963).
      wait.second = waitSecondMomentOfMG1(m_load.arrivals, m_load.service) / (1 - rho());
    }
  }

  /// Several servers with one law of service that has an exact answer soon enough.
  std::optional<BlockQueue> knownQueue() const {
    if (m_load.onlyLaw == nullptr || isOne()) {
      return std::nullopt;
    }
    const double scv = m_load.service.scv();
    const bool hasTwoPhases = (m_load.onlyLaw->kind == Law::Kind::Erlang && std::abs(scv - 0.5) < 1e-12) ||
                              m_load.onlyLaw->kind == Law::Kind::Hyperexponential;
    if (hasTwoPhases && m_load.servers <= kMostPhaseServers) {
      return queueOfTwoPhases(m_load.arrivals, m_load.service.first, scv, m_load.servers);
    }
    if (m_load.onlyLaw->kind == Law::Kind::Constant && m_load.servers <= kMostConstantServers) {
      BlockQueue queue;
      queue.meanWait = waitOfMDc(m_load.arrivals, m_load.service.first, m_load.servers);
      queue.waits = waitProbabilityOfMDc(m_load.arrivals, m_load.service.first, m_load.servers);
      return queue;
    }
    return std::nullopt;
  }

  void sharing() {
    // min(n, c) servers shared equally: the number is that of M/M/c whatever the laws (Cohen 1979).
    const double wait = waitOfMMc(m_load.arrivals, m_load.service.first, m_load.servers).mean();
    StationWait each;
    each.stretch = 1 + wait / m_load.service.first;
    each.sharedLoad = rho();
    each.isShared = isOne() && m_load.isExponential;
    all(each);
    m_answer.busy += m_load.arrivals * wait;  // all of them are in service
    m_answer.model = isOne() ? "M/G/1 sharing" : "M/G/c sharing";
  }

  /// Classes from the most to the least important; those of one priority together.
  void priorities() {
    std::map<int, std::vector<std::size_t>> levels;
    for (std::size_t k = 0; k < m_load.arrivalsByClass.size(); ++k) {
      levels[m_plan.classes[k].priority].push_back(k);
    }
    std::vector<PriorityLoad> classes;
    std::vector<double> arrivals;
    for (const auto& [priority, members] : levels) {
      std::vector<WeightedMoments> parts;
      double total = 0;
      for (const std::size_t k : members) {
        total += m_load.arrivalsByClass[k];
      }
      for (const std::size_t k : members) {
        parts.push_back({total > 0 ? m_load.arrivalsByClass[k] / total : 0, m_load.serviceByClass[k]});
      }
      classes.push_back({total, mixtureOf(parts)});
      arrivals.push_back(total);
    }
    const bool isPreemptive = m_pool.order == ServiceOrder::Preemptive;
    const double mean = m_load.service.first;
    const std::vector<double> waits =
        !isOne()       ? (isPreemptive ? waitsPreemptiveMMc(arrivals, mean, m_load.servers)
                                       : waitsNonPreemptiveMMc(arrivals, mean, m_load.servers))
        : isPreemptive ? waitsPreemptiveResume(classes)
                       : waitsNonPreemptive(classes);
    const std::vector<double> seconds = !isOne()       ? std::vector<double>(classes.size(), 0.0)
                                        : isPreemptive ? waitSecondsPreemptiveResume(classes)
                                                       : waitSecondsNonPreemptive(classes);
    const double band = isOne() || m_load.isExponential ? 0.0 : isPreemptive ? 0.4 : 0.25;
    std::size_t level = 0;
    double load = 0;
    for (const auto& [priority, members] : levels) {
      load += arrivals[level] * classes[level].service.first;
      // Interrupted ones wait too.
      const double seen = isPreemptive ? std::min(1.0, load / m_load.servers * (1 + rho())) : 1.0;
      const double found = erlangC(m_load.arrivals * mean, m_load.servers);
      for (const std::size_t k : members) {
        m_answer.waits[k] = waitOf(waits[level], std::min(found, isPreemptive ? seen : found), band);
        m_answer.waits[k].second = std::isfinite(seconds[level]) ? seconds[level] : 0.0;
      }
      ++level;
    }
    m_answer.isProductForm = false;
    for (std::size_t k = 0; k < m_answer.waits.size(); ++k) {
      m_answer.queue += m_load.arrivalsByClass[k] * m_answer.waits[k].mean();
    }
    m_answer.model =
        std::string(isOne() ? "M/G/1" : "M/M/c") + (isPreemptive ? " preemptive" : " priorities");
    if (band > 0) {
      approximate(band);
    }
  }

  /// Gunther's law: the more there are, the slower each: a birth-death chain.
  void slowedDown() {
    const auto servedAt = [&](double n) {
      const double busy = m_load.servers > 0 ? std::min(n, m_load.servers) : n;
      const double slow = 1 + m_pool.contention * (busy - 1) + m_pool.coherency * busy * (busy - 1);
      return busy / slow / m_load.service.first;
    };
    const double most = m_load.servers > 0 ? m_load.servers : 100'000;
    const double room = m_load.isLimited ? most + m_load.room : 0;
    if (room == 0 && servedAt(most) <= m_load.arrivals) {
      m_answer.unsolvable = "slowed by contention it does less than is asked of it";
      return;
    }
    const double decay = std::log(m_load.arrivals / servedAt(most));
    const double states = room > 0 ? std::min(room, 2e5) : most + std::min(1e5, 45 / std::max(-decay, 1e-3));
    const std::vector<double> p = stationary(
        static_cast<std::size_t>(states) + 1, [&](double) { return m_load.arrivals; }, servedAt);
    double number = 0;
    double busy = 0;
    for (std::size_t n = 0; n < p.size(); ++n) {
      number += static_cast<double>(n) * p[n];
      busy += std::min(static_cast<double>(n), most) * p[n];
    }
    const double lost = room > 0 ? p.back() : 0.0;
    const double through = m_load.arrivals * (1 - lost);
    StationWait wait = waitOf((number - busy) / through, 1, 0);
    wait.stretch = busy / through / m_load.service.first;
    wait.stretchBand = m_load.isExponential ? 0 : 0.1;
    wait.lost = lost;
    all(wait);
    m_answer.queue = number - busy;
    m_answer.busy = busy;
    m_answer.model = "load-dependent birth-death";
    if (!m_load.isExponential) {
      approximate(0.1);
    }
  }

  void impatient() {
    const Law& patience = *m_pool.patience;
    const bool isInOrder = m_pool.order == ServiceOrder::Fifo;
    if (patience.mean > Duration() && !isInOrder && m_pool.order != ServiceOrder::Lifo && hasPriorities()) {
      m_answer.unsolvable = "its requests give up waiting, and some go before others";
      return;
    }
    const double band = m_load.isExponential ? 0.0 : 0.2;
    m_answer.isProductForm = false;
    m_answer.model = "M/M/c with patience";
    if (patience.mean <= Duration() || m_load.isLimited) {
      return impatientInRoom(patience, band);
    }
    const PatientQueue queue =
        queueWithPatience(m_load.arrivals, m_load.service.first, m_load.servers, patience);
    if (!queue.isKnown) {
      m_answer.unsolvable = "so many come while one is patient that this takes too long to solve";
      return;
    }
    StationWait wait = waitOf(queue.mean, queue.waits, band);
    wait.second = queue.second;
    wait.lost = queue.lost;
    wait.patience = queue.untilGivenUp;
    wait.law = lawOf(queue);
    serveLastFirst(queue.waiting, wait);
    all(wait);
    finishImpatient(queue.waiting, band);
  }

  /// The law of the wait of those who wait and are served; none if it is too short to be told in nanoseconds.
  static std::optional<Law> lawOf(const PatientQueue& queue) {
    std::vector<Law::Point> points;
    for (const PatientQueue::Point& point : queue.law) {
      const Law::Point next{Duration::seconds(point.time), point.share};
      if (!points.empty() && next.value <= points.back().value) {
        points.pop_back();
      }
      points.push_back(next);
    }
    constexpr std::size_t kFewest = 20;
    return points.size() < kFewest ? std::nullopt : std::optional(Law::quantiles(points));
  }

  /// Those that wait may be refused as well.
  void impatientInRoom(const Law& patience, double band) {
    const bool isPatient = patience.mean > Duration();
    ExponentialServers queue{m_load.service.first, m_load.servers,
                             isPatient ? m_load.servers + m_load.room : m_load.servers,
                             patience.mean.inSeconds()};
    const auto found = patience.kind == Law::Kind::Exponential || !isPatient
                           ? foundByBatches(queue, 0, {}, m_load.arrivals)
                           : std::optional<FoundByBatches>();
    if (!found) {
      m_answer.unsolvable = "it has both a waiting room that fills and requests that give up";
      return;
    }
    const WaitOfFound known = waitAfter(queue, found->ofOthers);
    StationWait wait = waitOf(known.mean, known.waits, band);
    wait.second = known.second;
    wait.lost = known.refused + known.gaveUp;
    wait.patience = wait.lost > 0 ? known.gaveUp * known.untilGivenUp / wait.lost : 0;
    serveLastFirst(known.waiting, wait);
    all(wait);
    finishImpatient(known.waiting, band);
  }

  /// Just as many are there, and give up if patience has no memory, but those who are served have waited for
  /// a shorter time than the mean of all.
  void serveLastFirst(double waitingOfAll, StationWait& wait) {
    constexpr double kShare = 0.7;
    constexpr double kShareBand = 0.45;
    if (m_pool.order != ServiceOrder::Lifo || !(wait.mean() > 0)) {
      return;
    }
    if (m_pool.patience->kind != Law::Kind::Exponential) {
      m_answer.unsolvable = "its requests give up waiting, and the last goes first";
      return;
    }
    const StationWait before =
        std::exchange(wait, waitOf(kShare * waitingOfAll, wait.probability, std::max(wait.band, kShareBand)));
    wait.lost = before.lost;
    wait.patience = before.patience;
    approximate(kShareBand);
  }

  void finishImpatient(double waitingOfAll, double band) {
    m_answer.queue = waitingOfAll * m_load.arrivals;
    m_answer.busy = m_load.arrivals * (1 - m_answer.waits.front().lost) * m_load.service.first;
    if (band > 0) {
      approximate(band);
    }
  }

  bool hasPriorities() const {
    std::optional<std::uint8_t> only;
    for (std::size_t k = 0; k < m_load.arrivalsByClass.size(); ++k) {
      const std::uint8_t priority = m_plan.classes[k].priority;
      if (m_load.arrivalsByClass[k] > 0 && only.value_or(priority) != priority) {
        return true;
      }
      only = m_load.arrivalsByClass[k] > 0 ? std::optional(priority) : only;
    }
    return false;
  }

  void limited() {
    // The decay of a queue with other laws, as a shorter or longer waiting room.
    const double factor = m_load.isExponential ? 1 : 2 / (1 + std::max(0.0, m_load.service.scv()));
    const double room = m_load.servers + std::round(m_load.room * factor);
    const QueueFigures figures = finiteQueue(m_load.arrivals, m_load.service.first, m_load.servers,
                                             std::min(room, 2e5 + m_load.servers));
    const double band = m_load.isExponential || m_load.room == 0 ? 0 : 0.3;
    StationWait wait = waitOf(figures.meanWait / factor, figures.waits, band);
    wait.second = figures.waitSecond / (factor * factor);
    wait.lost = figures.lost;
    if (m_load.isExponential && m_pool.order == ServiceOrder::Fifo && room <= kMostStages + m_load.servers) {
      wait.stages = departuresBefore(m_load.arrivals, m_load.service.first, m_load.servers, room);
      wait.departures = m_load.servers / m_load.service.first;
    }
    all(wait);
    finishLossy(figures, "M/M/c/K", band);
    if (m_pool.order == ServiceOrder::Priority || m_pool.order == ServiceOrder::Preemptive ||
        m_pool.order == ServiceOrder::Sharing) {
      m_answer.unsolvable =
          "it refuses what comes, and serves in another "
          "order than first come, first served";
    }
  }

  void finishLossy(const QueueFigures& figures, const char* model, double band) {
    m_answer.isProductForm = false;
    m_answer.queue = figures.meanWait * m_load.arrivals * (1 - figures.lost);
    m_answer.busy = figures.utilisation * m_load.servers;
    m_answer.model = model;
    if (band > 0) {
      approximate(band);
    }
  }

  const plan::Plan& m_plan;
  const Pool& m_pool;
  const QueueLoad& m_load;
  QueueAnswer m_answer;
};

}  // namespace

StationWait waitOf(double mean, double probability, double band) {
  StationWait wait;
  wait.probability = mean > 0 ? std::clamp(probability, 1e-12, 1.0) : 0.0;
  wait.rate = mean > 0 ? wait.probability / mean : 1;
  wait.band = band;
  return wait;
}

QueueAnswer solveQueue(const plan::Plan& plan, const plan::Pool& pool, const QueueLoad& load) {
  return QueueSolver(plan, pool, load).solve();
}

void correctForRenewal(const std::function<double(double)>& transform, double scv, const QueueLoad& load,
                       QueueAnswer& answer) {
  answer.isProductForm = false;
  StationWait wait;
  if (load.isExponential) {
    const RenewalQueue queue = waitOfGIMc(transform, load.service.first, load.servers);
    wait.probability = queue.wait.probability;
    wait.rate = queue.wait.rate;
    answer.model = "GI/M/c";
    if (load.servers > kMostTakacsServers) {
      wait.band = answer.band = kTakacsBand * load.servers / kMostTakacsServers;
      answer.isExact = false;
    }
  } else {
    const Figure mean = waitOfGGc(load.arrivals, scv, load.service.first, load.service.scv(), load.servers);
    wait = waitOf(mean.value, erlangC(load.arrivals * load.service.first, load.servers), mean.band);
    answer.isExact = false;
    answer.band = mean.band;
    answer.model = "GI/G/c";
  }
  std::fill(answer.waits.begin(), answer.waits.end(), wait);
  answer.queue = load.arrivals * wait.mean();
}

}  // namespace cantilever::analytic
