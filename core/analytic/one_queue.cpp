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
// Exact answers for several servers take some milliseconds up to here.
constexpr double kMostPhaseWork = 1e7;
constexpr double kReductionSteps = 12;
constexpr double kMostConstantServers = 1000;
constexpr double kMostStages = 2000;  // of a wait whose law is known
// Takacs' sum has terms of both signs, whose digits cancel the more, the more servers there are: 2e-5 at
// 1,000.
constexpr double kMostTakacsServers = 100;
constexpr double kTakacsBand = 1e-4;
// Where work slows down other work: states followed, as long as they are at all likely, and how likely, of
// the likeliest, the last may be from which it can recover: no run will get there.
constexpr double kMostSlowed = 1e6;
constexpr double kNeverThere = 1e-15;
constexpr double kHardlyThere = 1e-9;
constexpr double kMostRoom = 2e5;
constexpr double kMostPhasesInRow = 16;
constexpr double kFewestPhasesInRow = 3;
constexpr double kMostDecayScv = 2;
constexpr double kLimitedBand = 0.2;  // where a law of phases stands for another
constexpr double kDecayBand = 0.5;
constexpr double kLossBand = 0.4;
constexpr double kOrderBand = 0.25;       // where laws are not one exponential one, of priorities
constexpr double kInterruptedBand = 0.7;  // and where they interrupt
constexpr double kMostPhases = 64;
constexpr double kSeldomPhase = 1e-10;
constexpr double kSlowedBand = 0.1;   // by the law of service
constexpr double kSpreadBand = 0.25;  // by how work is spread over instances

class QueueSolver {
 public:
  QueueSolver(const plan::Plan& plan, const Pool& pool, const QueueLoad& load)
      : m_plan(plan), m_pool(pool), m_load(load) {}

  QueueAnswer solve() {
    m_answer.waits.resize(m_load.arrivalsByClass.size());
    m_answer.busy = m_answer.working = m_load.arrivals * m_load.service.first;
    if (m_load.arrivals <= 0) {
      m_answer.model = "idle";
    } else if (m_pool.contention > 0 || m_pool.coherency > 0 || m_load.mostShared > 0) {
      slowedDown();
    } else if (m_pool.patience && m_pool.order != ServiceOrder::Sharing) {
      impatient();
    } else if (hasLosses() && m_pool.order != ServiceOrder::Sharing) {
      limited();
    } else {
      unlimited();
    }
    return m_answer;
  }

 private:
  double rho() const { return m_load.arrivals * m_load.service.first / m_load.servers; }
  bool isOne() const { return m_load.servers <= 1; }

  void fill(const StationWait& wait) { std::fill(m_answer.waits.begin(), m_answer.waits.end(), wait); }

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
    fill(wait);
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
    if (m_load.onlyLaw->kind == Law::Kind::Constant && m_load.servers <= kMostConstantServers) {
      BlockQueue queue;
      queue.meanWait = waitOfMDc(m_load.arrivals, m_load.service.first, m_load.servers);
      queue.waits = waitProbabilityOfMDc(m_load.arrivals, m_load.service.first, m_load.servers);
      return queue;
    }
    return hasPhases() ? queueBy(m_load.service.scv(), INFINITY) : std::nullopt;
  }

  bool hasPhases() const {
    return m_load.onlyLaw != nullptr &&
           (m_load.onlyLaw->kind == Law::Kind::Erlang || m_load.onlyLaw->kind == Law::Kind::Hyperexponential);
  }

  /// By phases, if they are not too many.
  std::optional<BlockQueue> queueBy(double scv, double room) const {
    const double phases = scv > 1 ? 2 : std::round(1 / scv);
    const double mixes = mixesOfPhases(phases, m_load.servers);
    const double levels = std::isfinite(room) ? room : m_load.servers + kReductionSteps;
    if (!(mixes * mixes * mixes * levels <= kMostPhaseWork)) {
      return std::nullopt;
    }
    return queueOfPhases(m_load.arrivals, servicePhases(m_load.service.first, scv), m_load.servers, room);
  }

  void sharing() {
    // min(n, c) servers shared equally: the number is that of M/M/c whatever the laws (Cohen 1979).
    const double wait = waitOfMMc(m_load.arrivals, m_load.service.first, m_load.servers).mean();
    StationWait each;
    each.stretch = 1 + wait / m_load.service.first;
    each.sharedLoad = rho();
    each.isShared = isOne() && m_load.isExponential;
    fill(each);
    m_answer.busy += m_load.arrivals * wait;  // all of them are in service
    m_answer.model = isOne() ? "M/G/1 sharing" : "M/G/c sharing";
  }

  /// Classes of the same priority, together.
  struct Level {
    std::vector<std::size_t> members;
    QueueLoad load;
  };

  /// From the most to the least important.
  std::vector<Level> levels() const {
    std::map<int, Level> byPriority;
    for (std::size_t k = 0; k < m_load.arrivalsByClass.size(); ++k) {
      byPriority[m_plan.classes[k].priority].members.push_back(k);
    }
    std::vector<Level> result;
    for (auto& [priority, level] : byPriority) {
      level.load = onlyOf(level.members);
      result.push_back(std::move(level));
    }
    return result;
  }

  /// What these classes would be without the others.
  QueueLoad onlyOf(const std::vector<std::size_t>& members) const {
    QueueLoad load = m_load;
    load.arrivals = 0;
    load.onlyLaw = nullptr;
    std::fill(load.arrivalsByClass.begin(), load.arrivalsByClass.end(), 0.0);
    for (const std::size_t k : members) {
      load.arrivals += m_load.arrivalsByClass[k];
      load.arrivalsByClass[k] = m_load.arrivalsByClass[k];
    }
    std::vector<WeightedMoments> parts;
    bool isOneLaw = true;
    for (const std::size_t k : members) {
      if (m_load.arrivalsByClass[k] > 0) {
        const Law* law = m_load.lawByClass[k];
        isOneLaw = isOneLaw && law != nullptr && (load.onlyLaw == nullptr || *load.onlyLaw == *law);
        load.onlyLaw = law;
        parts.push_back({m_load.arrivalsByClass[k] / load.arrivals, m_load.serviceByClass[k]});
      }
    }
    load.onlyLaw = isOneLaw ? load.onlyLaw : nullptr;
    load.isExponential = load.onlyLaw != nullptr && load.onlyLaw->kind == Law::Kind::Exponential;
    load.service = mixtureOf(parts);
    return load;
  }

  void priorities() {
    const std::vector<Level> all = levels();
    const bool isPreemptive = m_pool.order == ServiceOrder::Preemptive;
    if (isPreemptive && !isOne() && !m_load.isExponential) {
      interrupting(all);
    } else {
      inOrderOfPriority(all);
    }
    m_answer.isProductForm = false;
    for (std::size_t k = 0; k < m_answer.waits.size(); ++k) {
      m_answer.queue += m_load.arrivalsByClass[k] * m_answer.waits[k].mean();
    }
    m_answer.model =
        std::string(isOne() ? "M/G/1" : "M/M/c") + (isPreemptive ? " preemptive" : " priorities");
  }

  /// Whether requests wait, and how often: interrupted ones do too.
  double waitsAmong(double loadUpTo) const {
    const double found = erlangC(m_load.arrivals * m_load.service.first, m_load.servers);
    const double seen = m_pool.order == ServiceOrder::Preemptive
                            ? std::min(1.0, loadUpTo / m_load.servers * (1 + rho()))
                            : 1.0;
    return std::min(found, seen);
  }

  void inOrderOfPriority(const std::vector<Level>& all) {
    std::vector<PriorityLoad> classes;
    std::vector<double> arrivals;
    for (const Level& level : all) {
      classes.push_back({level.load.arrivals, level.load.service});
      arrivals.push_back(level.load.arrivals);
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
    const double band = isOne() || m_load.isExponential ? 0.0 : kOrderBand;
    double load = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      load += arrivals[i] * classes[i].service.first;
      for (const std::size_t k : all[i].members) {
        m_answer.waits[k] = waitOf(waits[i], waitsAmong(load), band);
        m_answer.waits[k].second = std::isfinite(seconds[i]) ? seconds[i] : 0.0;
      }
    }
    if (band > 0) {
      approximate(band);
    }
  }

  /// Several servers, of which whoever is more important takes one at once: the first class knows of no
  /// other. A class of one exponential law below one such class is a chain of its number with that of the
  /// others as phases. The rest waits as at one server as fast as all of them, by as much less as all do
  /// without priorities (Bondi and Buzen 1984, "The response times of priority classes under preemptive
  /// resume in M/G/m queues").
  void interrupting(const std::vector<Level>& all) {
    std::vector<PriorityLoad> atOne;
    for (const Level& level : all) {
      const Moments& service = level.load.service;
      const double c = m_load.servers;
      atOne.push_back(
          {level.load.arrivals, {service.first / c, service.second / (c * c), service.third / (c * c * c)}});
    }
    const std::vector<double> waitsAtOne = waitsPreemptiveResume(atOne);
    const double less = erlangC(m_load.arrivals * m_load.service.first, m_load.servers) / rho();
    std::vector<std::size_t> above;
    double load = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const QueueLoad& own = all[i].load;
      const QueueLoad upper = onlyOf(above);
      above.insert(above.end(), all[i].members.begin(), all[i].members.end());
      load += own.arrivals * own.service.first;
      StationWait wait;
      if (own.arrivals > 0 && upper.arrivals <= 0) {
        wait = undisturbed(own, all[i].members.front());
      } else if (own.arrivals > 0) {
        const std::optional<double> known = belowExponential(upper, own);
        wait = waitOf(known.value_or(waitsAtOne[i] * less), waitsAmong(load), known ? 0 : kInterruptedBand);
        wait.isLawRough = true;
      }
      for (const std::size_t k : all[i].members) {
        m_answer.waits[k] = wait;
      }
      if (wait.band > 0) {
        approximate(wait.band);
      }
    }
  }

  StationWait undisturbed(const QueueLoad& load, std::size_t requestClass) {
    Pool plain = m_pool;
    plain.order = ServiceOrder::Fifo;
    const QueueAnswer alone = QueueSolver(m_plan, plain, load).solve();
    m_answer.unsolvable = alone.unsolvable;
    return alone.waits[requestClass];
  }

  /// Mean wait; none where that takes too many phases.
  std::optional<double> belowExponential(const QueueLoad& upper, const QueueLoad& own) const {
    if (!upper.isExponential || !own.isExponential) {
      return std::nullopt;
    }
    const double use = upper.arrivals * upper.service.first / m_load.servers;
    const double phases = m_load.servers + std::ceil(std::log(kSeldomPhase) / std::log(use));
    if (phases > kMostPhases) {
      return std::nullopt;
    }
    return waitBelowExponential(upper.arrivals, upper.service.first, own.arrivals, own.service.first,
                                m_load.servers, static_cast<std::size_t>(phases));
  }

  /// Pieces of work done per second while so many are there: by Gunther's law the more there are at an
  /// instance, the slower is each.
  double servedAt(double number) const {
    const double inService = std::min(number, mostInService());
    const double atOne = std::max(1.0, inService / m_load.instances);
    const double slow = 1 + m_pool.contention * (atOne - 1) + m_pool.coherency * atOne * (atOne - 1);
    return workingOf(inService) / slow / m_load.service.first;
  }
  double workingOf(double inService) const {
    return m_load.servers > 0 ? std::min(inService, m_load.servers) : inService;
  }
  double mostInService() const {
    const bool isShared = m_pool.order == ServiceOrder::Sharing || m_load.servers <= 0;
    const double shared = m_load.mostShared > 0 ? m_load.mostShared : INFINITY;
    return isShared ? shared : m_load.servers;
  }
  /// As many as ever come finish so much work per second.
  double servedInTheLimit() const {
    if (std::isfinite(mostInService())) {
      return servedAt(mostInService());
    }
    const double slope = m_load.servers > 0 || m_pool.coherency > 0 ? 0 : m_pool.contention;
    return slope > 0 ? m_load.instances / slope / m_load.service.first : 0.0;
  }

  /// A birth-death chain, whatever the laws where all are served at once (Kelly 1979, "Reversibility and
  /// Stochastic Networks", 3.3: symmetric queues).
  void slowedDown() {
    if (m_pool.order != ServiceOrder::Sharing && (m_pool.patience || isByPriority())) {
      m_answer.unsolvable = m_pool.patience
                                ? "its work slows other work down, and its requests give up waiting"
                                : "its work slows other work down, and some goes before other";
      m_answer.isUseKnown = false;
      return;
    }
    const double mostServed = mostInService();
    const bool canBeFull = m_load.isLimited && std::isfinite(mostServed);
    const double room = canBeFull ? m_load.servers + m_load.room : INFINITY;
    const double limit = servedInTheLimit();
    std::vector<double> logs{0};
    double largest = 0;
    double best = 0;
    for (double n = 1; n <= std::min(room, kMostSlowed); ++n) {
      best = std::max(best, servedAt(n));
      logs.push_back(logs.back() + std::log(m_load.arrivals / servedAt(n)));
      largest = std::max(largest, logs.back());
      const double next = servedAt(n + 1);
      const bool isOver = logs.back() < largest + std::log(kNeverThere);
      const bool isBarrier = next <= m_load.arrivals && next <= servedAt(n);
      if (room == INFINITY && (isOver || isBarrier)) {
        break;
      }
    }
    m_answer.model = "load-dependent birth-death";
    m_answer.most = m_load.arrivals / std::max(limit, 1e-300);
    if (room == INFINITY && limit <= m_load.arrivals) {
      // It gets out of hand once so many are there that it does less than comes; that may take for ever.
      m_answer.slowsDown = true;
      m_answer.most = m_load.arrivals / best;
      if (logs.back() >= largest + std::log(kHardlyThere)) {
        m_answer.growth = m_load.arrivals - limit;
        return;
      }
    }
    double all = 0;
    double number = 0;
    double inService = 0;
    double working = 0;
    double last = 0;
    for (std::size_t n = 0; n < logs.size(); ++n) {
      last = std::exp(logs[n] - largest);
      const double served = std::min(static_cast<double>(n), mostServed);
      all += last;
      number += static_cast<double>(n) * last;
      inService += served * last;
      working += workingOf(served) * last;
    }
    const double lost = room < INFINITY ? last / all : 0.0;
    const double through = m_load.arrivals * (1 - lost);
    const bool isInsensitive = mostServed == INFINITY;
    StationWait wait = waitOf((number - inService) / all / through, 1, 0);
    wait.stretch = inService / all / through / m_load.service.first;
    wait.sharedLoad = m_pool.order == ServiceOrder::Sharing ? 1 - 1 / wait.stretch : 0.0;
    wait.lost = lost;
    m_answer.queue = (number - inService) / all;
    m_answer.busy = inService / all;
    m_answer.working = working / all;
    m_answer.isProductForm = room == INFINITY && (m_load.isExponential || isInsensitive);
    const bool isOneAtEach = m_load.instances <= 1 || m_load.servers == m_load.instances;
    if (!isOneAtEach || !(m_load.isExponential || isInsensitive)) {
      wait.stretchBand = wait.band = isOneAtEach ? kSlowedBand : kSpreadBand;
      approximate(wait.band);
    }
    fill(wait);
  }

  void impatient() {
    const Law& patience = *m_pool.patience;
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
      m_answer.isUseKnown = false;
      return;
    }
    StationWait wait = waitOf(queue.mean, queue.waits, band);
    wait.second = queue.second;
    wait.lost = queue.lost;
    wait.patience = queue.untilGivenUp;
    wait.law = lawOf(queue);
    serveLastFirst(queue.waiting, wait);
    fill(wait);
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
      m_answer.isUseKnown = false;
      return;
    }
    const WaitOfFound known = waitAfter(queue, found->ofOthers);
    StationWait wait = waitOf(known.mean, known.waits, band);
    wait.second = known.second;
    wait.lost = known.refused + known.gaveUp;
    wait.patience = wait.lost > 0 ? known.gaveUp * known.untilGivenUp / wait.lost : 0;
    serveLastFirst(known.waiting, wait);
    fill(wait);
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
      m_answer.isUseKnown = false;
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
    const double served = 1 - m_answer.waits.front().lost;
    m_answer.busy = m_answer.working = m_load.arrivals * served * m_load.service.first;
    if (band > 0) {
      approximate(band);
    }
    if (m_pool.patience->mean > Duration() && isByPriority()) {
      m_answer.unsolvable = "its requests give up waiting, and some go before others";
      m_answer.isUseKnown = isWithoutMemory() && m_pool.order == ServiceOrder::Priority;
    }
  }

  /// Whoever is served or gives up: as many are there whatever the order.
  bool isWithoutMemory() const {
    return m_load.isExponential && m_pool.patience->kind == Law::Kind::Exponential;
  }

  bool isByPriority() const {
    return (m_pool.order == ServiceOrder::Priority || m_pool.order == ServiceOrder::Preemptive) &&
           hasPriorities();
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
    const double room = std::min(m_load.room, kMostRoom);
    if (m_load.isExponential || room == 0) {  // Erlang's loss formula holds for any law (Sevastyanov 1957)
      limitedExponential(m_load.servers + room);
    } else if (const std::optional<BlockQueue> queue = limitedByPhases(m_load.servers + room)) {
      const double band = hasPhases() ? 0 : kLimitedBand;
      StationWait wait = waitOf(queue->meanWait, queue->waits, band);
      wait.lost = queue->lost;
      wait.isLawRough = true;
      fill(wait);
      finishLossy(band);
    } else {
      limitedByDecay(room);
    }
    m_answer.model = m_load.isExponential ? "M/M/c/K" : "M/G/c/K";
    if (m_load.room > 0 && isByPriority()) {
      m_answer.unsolvable = "it refuses what comes, and some goes before other";
      m_answer.isUseKnown = m_load.isExponential && m_pool.order == ServiceOrder::Priority;
    }
  }

  void limitedExponential(double room) {
    const QueueFigures figures = finiteQueue(m_load.arrivals, m_load.service.first, m_load.servers, room);
    StationWait wait = waitOf(figures.meanWait, figures.waits, 0);
    wait.second = figures.waitSecond;
    wait.lost = figures.lost;
    if (m_pool.order == ServiceOrder::Fifo && room <= kMostStages + m_load.servers) {
      wait.stages = departuresBefore(m_load.arrivals, m_load.service.first, m_load.servers, room);
      wait.departures = m_load.servers / m_load.service.first;
    }
    fill(wait);
    finishLossy(0);
  }

  /// By the law itself if it has phases, else by one that varies as much; between two of them in proportion,
  /// or beyond the steadiest that is not too long, on their line.
  std::optional<BlockQueue> limitedByPhases(double room) const {
    const double scv = m_load.service.scv();
    const double whole = 1 / scv;
    if (scv >= 1 || hasPhases()) {
      return std::isfinite(scv) ? queueBy(scv, room) : std::nullopt;
    }
    double most = std::min(std::ceil(whole), kMostPhasesInRow);
    std::optional<BlockQueue> steady;
    while (most > 1 && !(steady = queueBy(1 / most, room))) {
      --most;
    }
    if (most < kFewestPhasesInRow && most < std::ceil(whole)) {
      return std::nullopt;
    }
    const double less = whole > most ? std::ceil(most / 2) : most - 1;
    const BlockQueue varied = *queueBy(1 / less, room);
    const double share = (scv - 1 / most) / (1 / less - 1 / most);
    const auto on = [share](double a, double b) { return std::max(0.0, a + share * (b - a)); };
    BlockQueue result;
    result.meanWait = on(steady->meanWait, varied.meanWait);
    result.waits = std::min(1.0, on(steady->waits, varied.waits));
    // Losses fall off exponentially.
    result.lost = std::exp(std::log(std::max(steady->lost, 1e-300)) +
                           share * std::log(std::max(varied.lost, 1e-300) / std::max(steady->lost, 1e-300)));
    return result;
  }

  /// The decay of a queue with other laws, as a shorter or longer waiting room.
  void limitedByDecay(double room) {
    const double scv = std::max(0.0, m_load.service.scv());
    if (!(scv <= kMostDecayScv)) {
      m_answer.unsolvable =
          "it has many servers and a waiting room that fills, and its service times vary a lot";
      m_answer.isUseKnown = false;
      return;
    }
    const double factor = 2 / (1 + scv);
    const QueueFigures figures = finiteQueue(m_load.arrivals, m_load.service.first, m_load.servers,
                                             m_load.servers + std::round(room * factor));
    StationWait wait = waitOf(figures.meanWait / factor, figures.waits, kDecayBand);
    wait.second = figures.waitSecond / (factor * factor);
    wait.lost = figures.lost;
    fill(wait);
    finishLossy(kDecayBand);
  }

  /// Of waits and losses that are known.
  void finishLossy(double band) {
    const StationWait& wait = m_answer.waits.front();
    m_answer.isProductForm = false;
    const double served = m_load.arrivals * (1 - wait.lost);
    m_answer.queue = wait.mean() * served;
    m_answer.busy = m_answer.working = served * m_load.service.first;
    if (band > 0) {
      approximate(band);
      m_answer.useBand = kLossBand * wait.lost / std::max(1e-9, 1 - wait.lost);
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
