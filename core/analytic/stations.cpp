#include "core/analytic/stations.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/analytic/balancing.h"
#include "core/analytic/erlang.h"
#include "core/analytic/found_states.h"
#include "core/analytic/instance_shares.h"
#include "core/analytic/one_queue.h"
#include "core/analytic/other_arrivals.h"
#include "core/analytic/stream_stations.h"
#include "core/analytic/unequal_servers.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;
using plan::ServiceOrder;

constexpr double kNearlyFull = 0.7;         // of the fullest instance
constexpr double kLopsided = 1.5;           // its share, of an even one
constexpr double kUnlikeBand = 0.3;         // where servers differ and it is not known who works, of waits
constexpr double kUnlikeStretchBand = 0.1;  // and of how long they work
constexpr double kSeldomLost = 1e-9;
constexpr double kFewElsewhere = 1e-9;  // share of the work that does not look for the shortest queue

class StationSolver {
 public:
  StationSolver(const Structure& structure, Index pool, const StationLoad& load)
      : m_structure(structure), m_plan(structure.plan()), m_pool(m_plan.pools[pool]), m_load(load) {}

  StationFigures solve() {
    m_figures.waits.resize(m_plan.classes.size());
    sumUp();
    if (m_whole.arrivals <= 0) {
      m_figures.model = "idle";
      return m_figures;
    }
    if (m_figures.servers == 0 && m_pool.contention == 0 && m_pool.coherency == 0) {
      m_figures.model = "M/G/infinity";
      m_figures.servers = 0;
      stretchBySpeed();
      m_figures.concurrency = m_figures.offered / meanSpeed();
      return m_figures;
    }
    if (m_load.arePulled) {
      m_figures.model = "pulled by consumers";
      m_figures.isProductForm = false;
      // Of what more comes than consumers do, the rest waits in its log.
      const double busy = std::min(m_figures.servers, m_figures.offered / meanSpeed());
      m_figures.utilisation = m_figures.most = busy / m_figures.servers;
      m_figures.concurrency = busy;
      stretchBySpeed();
      return m_figures;
    }
    const bool isShared = m_pool.queue == plan::QueueScope::Shared &&
                          !(m_pool.order == ServiceOrder::Sharing && m_pool.seats == 0);
    if (isShared || m_load.instances <= 1) {
      solveQueues({{1.0, meanSpeed(), 1}}, m_figures.servers, true);
      if (isUnequal() && m_figures.isStable && m_figures.unsolvable.empty()) {
        solveUnequal();
      }
    } else {
      solveInstances();
    }
    return m_figures;
  }

 private:
  /// Instances that are alike.
  struct Alike {
    double share = 1;  ///< of all arrivals, each of them
    double speed = 1;
    double count = 1;
  };

  double meanSpeed() const {
    double sum = 0;
    for (Index i = 0; i < m_load.instances; ++i) {
      sum += m_pool.speedOf(i);
    }
    return sum / m_load.instances;
  }

  bool isUnequal() const {
    for (Index i = 1; i < m_load.instances; ++i) {
      if (m_pool.speedOf(i) != m_pool.speedOf(0)) {
        return true;
      }
    }
    return false;
  }

  /// One queue for servers of different speeds.
  void solveUnequal() {
    const bool isInOrder = m_pool.order == ServiceOrder::Fifo || m_pool.order == ServiceOrder::Lifo;
    const bool isOrdinary = isInOrder && !m_pool.patience && m_pool.contention == 0 &&
                            m_pool.coherency == 0 && m_load.streams.empty();
    if (!isOrdinary) {
      widen(kUnlikeBand);
      m_figures.useBand = kUnlikeBand;
      return;
    }
    const double servers = m_figures.servers / m_load.instances;
    const std::vector<ServerKind> kinds = serverKinds();
    const double room = isLimited() ? roomOf(m_figures.servers) : INFINITY;
    const Index link = mainLink(m_load);
    const Balancing balancing = link == kNone ? Balancing::Random : m_plan.links[link].balancing;
    const bool isByLoad = balancing == Balancing::LeastConnections || balancing == Balancing::ShortestQueue;
    const bool isFollowed = (isByLoad && m_plan.links[link].choices == 0) || balancing == Balancing::Random ||
                            balancing == Balancing::Weighted;
    const bool isOnly = link == kNone || shareOf(m_plan.links[link]) > 1 - kFewElsewhere;
    const auto queue = queueOfUnequal(m_whole.arrivals, m_whole.service.first, kinds, servers,
                                      isByLoad ? IdleChoice::LeastBusy : IdleChoice::ByWeight, room);
    const bool isExact = queue && isFollowed && isOnly && m_whole.isExponential;
    const UnequalQueue found =
        queue.value_or(manyUnequal(m_whole.arrivals, m_whole.service.first, kinds, servers));
    StationWait wait = m_figures.waits.front();
    if (queue) {
      const double factor = m_whole.isExponential ? 1 : (1 + m_whole.service.scv()) / 2;
      wait = waitOf(queue->meanWait * factor, queue->waits, 0);
      wait.second = m_whole.isExponential && m_pool.order == ServiceOrder::Fifo ? queue->waitSecond : 0.0;
      wait.lost = queue->lost;
      m_figures.queue = queue->queue * factor;
    }
    keepOnlyMean(wait);
    wait.stretch = found.stretch;
    wait.stretchSecond = found.stretchSecond;
    wait.stretchBand = isExact ? 0 : kUnlikeStretchBand;
    wait.isLawRough = true;
    std::fill(m_figures.waits.begin(), m_figures.waits.end(), wait);
    m_figures.utilisation = found.working / m_figures.servers;
    m_figures.concurrency = found.working;
    m_figures.model = "M/M/c of different servers";
    m_figures.isProductForm = false;
    if (!isExact) {
      m_figures.isExact = false;
      m_figures.useBand = kUnlikeStretchBand;
      m_figures.band = std::max(m_figures.band, kUnlikeBand);
      for (StationWait& each : m_figures.waits) {
        each.band = m_figures.band;
      }
    }
  }

  /// Chosen by the weights of the link, if that has any.
  std::vector<ServerKind> serverKinds() const {
    const Index link = mainLink(m_load);
    const bool isWeighted = link != kNone && m_plan.links[link].balancing == Balancing::Weighted;
    const std::vector<double> weights =
        isWeighted ? sharesOfInstances(m_structure, m_load) : std::vector<double>();
    std::vector<ServerKind> kinds;
    for (Index i = 0; i < m_load.instances; ++i) {
      const ServerKind own{m_pool.speedOf(i), isWeighted ? weights[i] : 1.0, 1};
      const auto same = std::find_if(kinds.begin(), kinds.end(), [&](const ServerKind& each) {
        return each.speed == own.speed && each.weight == own.weight;
      });
      same == kinds.end() ? kinds.push_back(own) : void(++same->instances);
    }
    return kinds;
  }

  bool isLimited() const {
    return m_pool.queueLimit != Pool::kUnlimited && m_pool.overflow == plan::Overflow::Refuse &&
           (m_pool.seats == 0 || m_load.seatsAsServers > 0);
  }
  /// Places to wait in at so many servers.
  double roomOf(double servers) const {
    return m_pool.queueLimit + m_load.roomBeyond * servers / (m_figures.servers / m_load.instances);
  }

  void stretchBySpeed() {
    const double speed = meanSpeed();
    for (StationWait& wait : m_figures.waits) {
      wait.stretch = speed > 0 ? 1 / speed : 1;
      wait.stretchBand = m_pool.speeds.empty() ? 0.0 : 0.3;
    }
  }

  void sumUp() {
    const std::size_t classes = m_plan.classes.size();
    m_whole.arrivalsByClass.assign(classes, 0);
    m_whole.serviceByClass.assign(classes, {});
    m_whole.lawByClass.assign(classes, nullptr);
    std::vector<bool> hasOneLaw(classes, true);
    std::vector<std::vector<WeightedMoments>> parts(classes);
    std::vector<WeightedMoments> all;
    double mean = -1;
    bool isOneLaw = true;
    for (const Traffic::Work& work : *m_load.work) {
      if (work.rate <= 0) {
        continue;
      }
      Moments moments = momentsOf(m_plan.laws[work.law]);
      if (work.targets != 1) {  // a sum of as many
        const double variance = (moments.second - moments.first * moments.first) * work.targets;
        moments.first *= work.targets;
        moments.second = variance + moments.first * moments.first;
      }
      parts[work.requestClass].push_back({work.rate, moments});
      all.push_back({work.rate, moments});
      m_whole.arrivals += work.rate;
      m_whole.arrivalsByClass[work.requestClass] += work.rate;
      const Law& law = m_plan.laws[work.law];
      m_whole.isExponential = m_whole.isExponential && law.kind == Law::Kind::Exponential &&
                              work.targets == 1 && (mean < 0 || law.mean.inSeconds() == mean);
      mean = law.mean.inSeconds();
      isOneLaw = isOneLaw && work.targets == 1 && (m_whole.onlyLaw == nullptr || *m_whole.onlyLaw == law);
      m_whole.onlyLaw = &law;
      const Law*& own = m_whole.lawByClass[work.requestClass];
      const bool isSame = work.targets == 1 && (own == nullptr || *own == law);
      hasOneLaw[work.requestClass] = hasOneLaw[work.requestClass] && isSame;
      own = &law;
    }
    m_whole.onlyLaw = isOneLaw ? m_whole.onlyLaw : nullptr;
    for (std::size_t k = 0; k < classes; ++k) {
      m_whole.lawByClass[k] = hasOneLaw[k] ? m_whole.lawByClass[k] : nullptr;
    }
    const auto mixed = [](std::vector<WeightedMoments>& of, double total) {
      for (WeightedMoments& each : of) {
        each.weight /= total;
      }
      return mixtureOf(of);
    };
    for (std::size_t k = 0; k < classes; ++k) {
      m_whole.serviceByClass[k] = mixed(parts[k], m_whole.arrivalsByClass[k]);
    }
    m_whole.service = mixed(all, m_whole.arrivals);
    m_figures.work = m_whole.arrivals;
    m_figures.service = m_whole.service;
    m_figures.offered = m_whole.arrivals * m_whole.service.first;
    m_figures.servers = static_cast<double>(m_pool.servers) * m_load.instances;
    if (m_load.seatsAsServers > 0) {
      m_figures.servers = std::min(m_figures.servers > 0 ? m_figures.servers : INFINITY,
                                   m_load.seatsAsServers * m_load.instances);
    }
  }

  void solveInstances() {
    const double servers = m_figures.servers / m_load.instances;
    const std::vector<double> shares = sharesOfInstances(m_structure, m_load);
    if (leavesTheSlow()) {
      return;
    }
    std::vector<Alike> alike;
    for (Index i = 0; i < m_load.instances; ++i) {
      const double speed = m_pool.speedOf(i);
      const auto same = std::find_if(alike.begin(), alike.end(), [&](const Alike& each) {
        return each.speed == speed && each.share == shares[i];
      });
      same == alike.end() ? alike.push_back({shares[i], speed, 1}) : void(++same->count);
    }
    solveQueues(alike, servers, false);
    const Index link = mainLink(m_load);
    const bool isByHash = std::any_of(m_load.arrivals.begin(), m_load.arrivals.end(), [&](const auto& each) {
      return each.rate > 0 && each.link != kNone &&
             goesByKey(m_plan.links[each.link].balancing, isAskedForKeys());
    });
    const double largest = *std::max_element(shares.begin(), shares.end()) * m_load.instances;
    // How much it has is the luck of the hash, and which keys meet there.
    if (isByHash && (m_figures.most > kNearlyFull || largest > kLopsided)) {
      widen(1);
      m_figures.isByHash = true;
    }
    const bool isOrdinary = m_figures.isStable && m_figures.unsolvable.empty();
    if (link != kNone && m_pool.order == ServiceOrder::Sharing &&
        m_plan.links[link].balancing != Balancing::Random) {
      isOrdinary ? balanceShares(m_plan.links[link], servers) : widen(0.5);
      return;
    }
    if (!isOrdinary || link == kNone || m_pool.order == ServiceOrder::Sharing) {
      return;
    }
    balance(m_plan.links[link], servers);
  }

  /// Calls that look for the shortest queue do not overload slow instances while fast ones have room: there
  /// is no formula for that, where equal shares would be too much for some.
  bool leavesTheSlow() {
    const Index link = mainLink(m_load);
    const Balancing balancing = link == kNone ? Balancing::Random : m_plan.links[link].balancing;
    double slowest = INFINITY;
    for (Index i = 0; i < m_load.instances; ++i) {
      slowest = std::min<double>(slowest, m_pool.speedOf(i));
    }
    const double rho = m_figures.offered / m_figures.servers;
    const bool isChosen = balancing == Balancing::ShortestQueue || balancing == Balancing::LeastConnections;
    if (!isChosen || rho / meanSpeed() >= 1 || rho / slowest < kNearlyFull || slowest == meanSpeed()) {
      return false;
    }
    m_figures.utilisation = m_figures.most = rho / meanSpeed();
    m_figures.concurrency = m_figures.offered / meanSpeed();
    m_figures.unsolvable = "its instances have different speeds, and calls go where the queue is short";
    return true;
  }

  /// Where the law of the wait is not known any more.
  static void keepOnlyMean(StationWait& wait) {
    wait.isQueueOfOne = wait.isShared = false;
    wait.stages.clear();
    wait.law.reset();
    wait.busyArrivals = 0;
  }

  void widen(double band) {
    m_figures.isExact = false;
    m_figures.isProductForm = false;
    m_figures.band = std::max(m_figures.band, band);
    for (StationWait& wait : m_figures.waits) {
      m_figures.useBand = std::max(m_figures.useBand, std::min(1.0, wait.lost / (1 - wait.lost)));
      wait.band = std::max(wait.band, band);
      keepOnlyMean(wait);
      wait.stretchBand = wait.stretch != 1 ? std::max(wait.stretchBand, band) : wait.stretchBand;
    }
  }

  /// Of the work, what comes over links that choose as this one does.
  double shareOf(const plan::Link& like) const {
    double share = 0;
    for (const StationLoad::Arrivals& each : m_load.arrivals) {
      const plan::Link& link = m_plan.links[each.link];
      const bool isAlike = link.balancing == like.balancing && link.choices == like.choices;
      share += isAlike ? each.share : 0.0;
    }
    return share;
  }

  /// What better choices than at random do to the waits.
  void balance(const plan::Link& link, double servers) {
    const double n = m_load.instances;
    const bool isDealt = link.balancing == Balancing::RoundRobin ||
                         link.balancing == Balancing::LeastConnections ||
                         link.balancing == Balancing::ShortestQueue || link.balancing == Balancing::Warmest;
    if (isDealt && isLossy()) {
      return balanceRooms(link, servers);
    }
    switch (link.balancing) {
      case Balancing::Random:
      case Balancing::Weighted:  // as it were at random
      case Balancing::All:
        return;
      case Balancing::Owner:
        return isAskedForKeys() ? widen(0.3) : void();  // else at random
      case Balancing::ConsistentHash:
      case Balancing::Sticky:
      case Balancing::Holder:  // in proportion to the sessions of each
        return widen(0.3);
      case Balancing::Warmest:
        return widen(0.6);
      case Balancing::RoundRobin: {
        QueueLoad load = m_whole;
        load.arrivals /= n;
        load.servers = servers;
        const double rate = load.arrivals * n;
        if (!isOnlyLink() || !isPlain()) {
          return widen(0.5);
        }
        QueueAnswer answer;
        answer.waits.resize(m_figures.waits.size());
        correctForRenewal([&](double s) { return std::pow(rate / (rate + s), n); }, 1 / n, load, answer);
        take(answer, n);
        return;
      }
      case Balancing::LeastConnections:
      case Balancing::ShortestQueue: {
        if (!isPlain()) {
          return widen(0.6);
        }
        const double choices = link.choices == 0 ? n : std::min<double>(link.choices, n);
        const Figure shortest =
            waitOfShortestQueue(m_whole.arrivals, m_whole.service.first, n, servers, choices);
        const double scv = m_whole.service.scv();
        // What others send anywhere makes queues more uneven.
        const double others = 1 - shareOf(link);
        const double atRandom = m_figures.queue / m_whole.arrivals;
        const double chosen = (1 - others) * shortest.value * (1 + scv) / 2 + others * atRandom;
        const double blind =
            link.balancing == Balancing::LeastConnections ? shareOfBlind(link, servers) : 0.0;
        const double mean = chosen + blind * (atRandom - chosen);
        const bool isExact = shortest.exactness == Exactness::Exact && m_whole.isExponential &&
                             others < kFewElsewhere && link.balancing == Balancing::ShortestQueue;
        QueueAnswer answer;
        // Of two exact; the wait of those that find a server busy is about one service.
        answer.waits.assign(m_figures.waits.size(),
                            waitOf(mean, std::min(1.0, mean / m_whole.service.first * 1.2),
                                   isExact ? 0
                                           : std::max(shortest.band, 0.25) + std::abs(scv - 1) * 0.15 +
                                                 0.5 * others + 0.5 * blind));
        answer.queue = m_whole.arrivals / n * mean;
        answer.model = "shortest of " + std::to_string(static_cast<int>(choices));
        answer.isExact = isExact;
        answer.isProductForm = false;
        answer.band = answer.waits.front().band;
        take(answer, n);
        return;
      }
    }
  }

  /// Connections count what is under way too, which says nothing of the queues: how much of the way from the
  /// shortest of them to one at random that is worth, as measured beside simulations of four instances at
  /// loads of 0.3 to 0.9 with ways of 0.1 to 10 services.
  double shareOfBlind(const plan::Link& link, double servers) const {
    constexpr double kPower = 1.3;
    const double underWay = m_whole.arrivals / m_load.instances * 2 * link.latency.mean.inSeconds();
    const double noise = std::sqrt(underWay / servers) * (1 - m_figures.utilisation);
    return noise > 0 ? 1 / (1 + std::pow(noise, -kPower)) : 0.0;
  }

  bool isLossy() const {
    return isLimited() && std::any_of(m_figures.waits.begin(), m_figures.waits.end(),
                                      [](const StationWait& wait) { return wait.lost > kSeldomLost; });
  }

  /// Waiting rooms that fill, each of its own: in turn each of them gets every so many-th arrival.
  void balanceRooms(const plan::Link& link, double servers) {
    const double n = m_load.instances;
    const double room = servers + roomOf(servers);
    const double choices = link.choices == 0 ? n : std::min<double>(link.choices, n);
    const bool isOrdinary = m_whole.isExponential && m_pool.speeds.empty() && !m_pool.patience &&
                            m_pool.contention == 0 && m_pool.coherency == 0 &&
                            m_pool.order == ServiceOrder::Fifo && m_load.streams.empty() &&
                            shareOf(link) > 1 - kFewElsewhere;
    std::optional<StationWait> wait;
    if (isOrdinary && link.balancing == Balancing::RoundRobin && isOnlyLink()) {
      const ExponentialServers queue{m_whole.service.first, servers, room, 0};
      const Law spacing = Law::erlang(Duration::seconds(n / m_whole.arrivals), static_cast<int>(n));
      if (const std::optional<Found> found = foundByRenewal(queue, spacing)) {
        const WaitOfFound known = waitAfter(queue, *found);
        wait = waitOf(known.mean, known.waits, 0);
        wait->second = known.second;
        wait->lost = known.refused;
        wait->stages = known.stages;
        wait->departures = servers / m_whole.service.first;
        m_figures.model = "E/M/c/K";
      }
    } else if (isOrdinary && link.balancing != Balancing::Warmest &&
               link.balancing != Balancing::RoundRobin) {
      if (const auto known =
              shortestWithRooms(m_whole.arrivals, m_whole.service.first, n, servers, room, choices)) {
        wait = waitOf(known->meanWait, known->waits, 0);
        wait->lost = known->lost;
        wait->isLawRough = true;
        m_figures.model = "shortest of " + std::to_string(static_cast<int>(choices)) + " that may be full";
      }
    }
    if (!wait) {
      m_figures.unsolvable =
          "its instances have waiting rooms of their own that fill, and calls are not given to them at "
          "random";
      m_figures.isUseKnown = false;
      return;
    }
    std::fill(m_figures.waits.begin(), m_figures.waits.end(), *wait);
    const double served = m_whole.arrivals * (1 - wait->lost);
    m_figures.queue = served * wait->mean();
    m_figures.concurrency = served * m_whole.service.first;
    m_figures.utilisation = m_figures.concurrency / m_figures.servers;
    m_figures.isExact = true;
    m_figures.isProductForm = false;
    m_figures.band = m_figures.useBand = 0;
  }

  bool isOnlyLink() const {
    return std::count_if(m_load.arrivals.begin(), m_load.arrivals.end(),
                         [](const auto& each) { return each.rate > 0; }) == 1;
  }

  /// Servers that all share, chosen by how many are there: exponential work leaves as often from a share as
  /// one after the other, so that as many are there as in queues, and with other laws nearly as many (Gupta,
  /// Harchol-Balter, Sigman and Whitt 2007, Analysis of join-the-shortest-queue routing for web server
  /// farms).
  void balanceShares(const plan::Link& link, double servers) {
    const bool isByNumber =
        link.balancing == Balancing::ShortestQueue || link.balancing == Balancing::LeastConnections;
    if (!isByNumber || !m_pool.speeds.empty() || m_pool.contention > 0 || m_pool.coherency > 0) {
      return widen(0.5);
    }
    const double n = m_load.instances;
    const double choices = link.choices == 0 ? n : std::min<double>(link.choices, n);
    const double service = m_whole.service.first;
    const Figure wait = waitOfShortestQueue(m_whole.arrivals, service, n, servers, choices);
    for (StationWait& each : m_figures.waits) {
      each.stretch = 1 + wait.value / service;
    }
    m_figures.concurrency = m_whole.arrivals * (service + wait.value);
    widen(std::max(wait.band, 0.2));
  }

  bool isAskedForKeys() const {
    return std::any_of(m_load.work->begin(), m_load.work->end(), [&](const Traffic::Work& work) {
      return m_plan.classes[work.requestClass].keySpace != kNone;
    });
  }

  bool isPlain() const {
    return m_pool.speeds.empty() && !m_pool.patience && m_pool.contention == 0 && m_pool.coherency == 0 &&
           (m_pool.order == ServiceOrder::Fifo || m_pool.order == ServiceOrder::Lifo) &&
           std::all_of(m_figures.waits.begin(), m_figures.waits.end(),
                       [](const StationWait& wait) { return wait.lost < 1e-9; });
  }

  void take(const QueueAnswer& answer, double queues) {
    m_figures.waits = answer.waits;
    m_figures.queue = answer.queue * queues;
    m_figures.model = answer.model;
    m_figures.isExact = answer.isExact;
    m_figures.isProductForm = false;
    m_figures.band = answer.band;
  }

  /// Several queues, some of them alike; waits are those of an arrival at any.
  void solveQueues(const std::vector<Alike>& alike, double servers, bool isWhole) {
    m_figures.waits.assign(m_plan.classes.size(), {});
    std::vector<double> weights(m_figures.waits.size(), 0.0);
    std::vector<double> means(m_figures.waits.size(), 0.0);
    std::vector<double> probabilities(m_figures.waits.size(), 0.0);
    for (const Alike& each : alike) {
      QueueLoad load = m_whole;
      load.arrivals *= each.share;
      load.servers = servers;
      for (std::size_t k = 0; k < load.arrivalsByClass.size(); ++k) {
        load.arrivalsByClass[k] *= each.share;
        load.serviceByClass[k] = slower(load.serviceByClass[k], each.speed);
      }
      load.service = slower(load.service, each.speed);
      const double rho = servers > 0 ? load.arrivals * load.service.first / servers : 0.0;
      m_figures.most = std::max(m_figures.most, rho);
      load.isLimited = isLimited();
      load.room = roomOf(servers);
      const bool canLose = m_pool.patience || load.isLimited;
      if (rho >= 1 && !canLose && m_pool.contention == 0 && m_pool.coherency == 0) {
        beUnstable(each, load.arrivals - servers / load.service.first, servers);
        continue;
      }
      const bool isShared = m_pool.order == ServiceOrder::Sharing && m_load.seatsAsServers > 0;
      load.instances = isWhole ? m_load.instances : 1;
      load.mostShared = isShared ? load.instances * m_pool.seats : 0;
      QueueAnswer answer = solveQueue(m_plan, m_pool, load);
      m_figures.most = std::max(m_figures.most, answer.most);
      m_figures.slowsDown = m_figures.slowsDown || answer.slowsDown;
      if (answer.growth > 0) {
        beUnstable(each, answer.growth, servers);
        continue;
      }
      if (!m_load.streams.empty() && answer.unsolvable.empty()) {
        correct(load, isWhole || isSplitAtRandom(), each.share, answer);
      }
      if (!answer.unsolvable.empty()) {
        m_figures.unsolvable = answer.unsolvable;
        m_figures.isUseKnown = m_figures.isUseKnown && answer.isUseKnown;
      }
      gather(answer, each, weights, means, probabilities);
    }
    for (std::size_t k = 0; k < m_figures.waits.size(); ++k) {
      StationWait& wait = m_figures.waits[k];
      if (weights[k] > 0 && alike.size() > 1) {
        const StationWait mixed = waitOf(means[k], probabilities[k], wait.band);
        wait.probability = mixed.probability;
        wait.rate = mixed.rate;
        keepOnlyMean(wait);
      }
    }
    if (alike.size() > 1) {  // then the law of the wait is not that of any of them
      m_figures.model += " of different instances";
    }
    if (alike.size() > 1 || alike.front().speed != 1) {
      m_figures.isProductForm = false;
    }
  }

  void beUnstable(const Alike& each, double growth, double servers) {
    m_figures.isStable = false;
    m_figures.growth += each.count * growth;
    m_figures.utilisation += m_figures.servers > 0 ? each.count * servers / m_figures.servers : 0.0;
  }

  void correct(const QueueLoad& load, bool isRandomPart, double share, QueueAnswer& answer) const {
    if (!isRandomPart) {
      answer.unsolvable = "its arrivals are not Poisson, and not given to instances at random";
      answer.isUseKnown = !m_pool.patience && !load.isLimited;
      return;
    }
    std::vector<StationLoad::Stream> streams = m_load.streams;
    for (StationLoad::Stream& stream : streams) {
      stream.rate *= share;
      stream.kept *= share;
    }
    correctForStreams(m_pool, load, streams, answer);
  }

  bool isSplitAtRandom() const {
    return std::all_of(m_load.arrivals.begin(), m_load.arrivals.end(), [this](const auto& each) {
      return each.rate <= 0 || (each.link != kNone && m_plan.links[each.link].balancing == Balancing::Random);
    });
  }

  void gather(const QueueAnswer& answer, const Alike& each, std::vector<double>& weights,
              std::vector<double>& means, std::vector<double>& probabilities) {
    const double share = each.share * each.count;
    m_figures.queue += answer.queue * each.count;
    m_figures.concurrency += answer.busy * each.count;
    const double working = std::min(answer.working, m_figures.servers) * each.count;
    m_figures.utilisation += m_figures.servers > 0 ? working / m_figures.servers : 0.0;
    m_figures.model = answer.model;
    m_figures.isExact = m_figures.isExact && answer.isExact;
    m_figures.isProductForm = m_figures.isProductForm && answer.isProductForm;
    m_figures.isForStreams = m_figures.isForStreams || answer.isForStreams;
    m_figures.band = std::max(m_figures.band, answer.band);
    m_figures.useBand = std::max(m_figures.useBand, answer.useBand);
    for (std::size_t k = 0; k < m_figures.waits.size(); ++k) {
      StationWait& wait = m_figures.waits[k];
      const StationWait& found = answer.waits[k];
      if (weights[k] <= 0) {
        wait = found;
        wait.stretch = wait.lost = 0;
      }
      weights[k] += share;
      means[k] += share * found.mean();
      probabilities[k] += share * found.probability;
      wait.band = std::max(wait.band, found.band);
      wait.lost += share * found.lost;
      wait.stretch += share * found.stretch / each.speed;
      wait.stretchBand = std::max(wait.stretchBand, each.speed != 1 ? 0.3 : found.stretchBand);
    }
  }

  static Moments slower(const Moments& service, double speed) {
    return {service.first / speed, service.second / (speed * speed), service.third / (speed * speed * speed)};
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  const Pool& m_pool;
  const StationLoad& m_load;
  QueueLoad m_whole;
  StationFigures m_figures;
};

}  // namespace

StationFigures solveByFormula(const Structure& structure, Index pool, const StationLoad& load) {
  return StationSolver(structure, pool, load).solve();
}

StationFigures solveStation(const Structure& structure, Index pool, const StationLoad& load) {
  return load.streams.empty() ? solveByFormula(structure, pool, load)
                              : solveWithStreams(structure, pool, load);
}

}  // namespace cantilever::analytic
