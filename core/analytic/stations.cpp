#include "core/analytic/stations.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "core/analytic/balancing.h"
#include "core/analytic/birth_death.h"
#include "core/analytic/block_chain.h"
#include "core/analytic/erlang.h"
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
constexpr double kMostPhaseServers = 10;
constexpr double kMostCrommelinServers = 32;
constexpr double kMostCrommelinLoad = 0.81;
constexpr std::uint32_t kMostRingInstances = 200;

/// Poisson arrivals of several classes at one queue.
struct QueueLoad {
  double arrivals = 0;
  double servers = 1;
  Moments service;
  bool isExponential = true;  ///< one exponential law for all
  std::vector<double> arrivalsByClass;
  std::vector<Moments> serviceByClass;
  const Law* onlyLaw = nullptr;  ///< of all service, if it is one; then its mean may be scaled
  bool isLimited = false;        ///< more than `room` may not wait
  double room = 0;
};

struct QueueAnswer {
  std::vector<StationWait> waits;
  double queue = 0;
  double busy = 0;
  std::string model;
  std::string unsolvable;
  bool isExact = true;
  bool isProductForm = true;
  double band = 0;
};

StationWait waitOf(double mean, double probability, double band) {
  StationWait wait;
  wait.probability = mean > 0 ? std::clamp(probability, 1e-12, 1.0) : 0.0;
  wait.rate = mean > 0 ? wait.probability / mean : 1;
  wait.band = band;
  return wait;
}

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
    } else if (m_pool.patience) {
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
      m_answer.unsolvable = "its service times have an infinite variance, so that waits have no finite mean";
      return;
    }
    Figure mean = m_load.isExponential
                      ? Figure::exact(exponential.mean())
                      : waitOfMGc(m_load.arrivals, m_load.service.first, scv, m_load.servers);
    const std::optional<double> known = knownWait();
    mean = known ? Figure::exact(*known) : mean;
    StationWait wait = waitOf(mean.value, exponential.probability, mean.band);
    wait.isQueueOfOne = isOne() && !m_load.isExponential && m_pool.order == ServiceOrder::Fifo;
    all(wait);
    m_answer.queue = m_load.arrivals * mean.value;
    m_answer.model = std::string(m_load.isExponential ? "M/M/" : "M/G/") + (isOne() ? "1" : "c");
    if (mean.band > 0) {
      approximate(mean.band);
    }
  }

  /// Several servers with one law of service that has an exact answer soon enough.
  std::optional<double> knownWait() const {
    if (m_load.onlyLaw == nullptr || isOne()) {
      return std::nullopt;
    }
    const double scv = m_load.service.scv();
    const bool hasTwoPhases = (m_load.onlyLaw->kind == Law::Kind::Erlang && std::abs(scv - 0.5) < 1e-12) ||
                              m_load.onlyLaw->kind == Law::Kind::Hyperexponential;
    if (hasTwoPhases && m_load.servers <= kMostPhaseServers) {
      return queueOfTwoPhases(m_load.arrivals, m_load.service.first, scv, m_load.servers).meanWait;
    }
    const bool isConstant = m_load.onlyLaw->kind == Law::Kind::Constant;
    if (isConstant && rho() <= kMostCrommelinLoad && m_load.servers <= kMostCrommelinServers) {
      return waitOfMDc(m_load.arrivals, m_load.service.first, m_load.servers);
    }
    return std::nullopt;
  }

  void sharing() {
    // min(n, c) servers shared equally: the number is that of M/M/c whatever the laws (Cohen 1979).
    const double wait = waitOfMMc(m_load.arrivals, m_load.service.first, m_load.servers).mean();
    StationWait each;
    each.stretch = 1 + wait / m_load.service.first;
    each.stretchBand = 0;
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
    const std::vector<double> waits =
        !isOne()       ? waitsNonPreemptiveMMc(arrivals, m_load.service.first, m_load.servers)
        : isPreemptive ? waitsPreemptiveResume(classes)
                       : waitsNonPreemptive(classes);
    const double band = isOne() ? 0.0 : (isPreemptive ? 0.4 : (m_load.isExponential ? 0.0 : 0.25));
    std::size_t level = 0;
    for (const auto& [priority, members] : levels) {
      const double mean = waits[level++];
      for (const std::size_t k : members) {
        m_answer.waits[k] =
            waitOf(mean, erlangC(m_load.arrivals * m_load.service.first, m_load.servers), band);
      }
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
    const double mean = patience.mean.inSeconds();
    QueueFigures figures;
    double band = 0;
    if (patience.kind == Law::Kind::Constant && !patience.isZero()) {
      figures = deterministicPatience(m_load.arrivals, m_load.service.first, m_load.servers, mean);
    } else if (mean > 0) {
      figures = ErlangA(m_load.arrivals, m_load.service.first, m_load.servers, mean).figures();
      band = patience.kind == Law::Kind::Exponential ? 0.0 : 0.3;
    } else {
      figures = finiteQueue(m_load.arrivals, m_load.service.first, m_load.servers, m_load.servers);
    }
    if (m_pool.queueLimit != Pool::kUnlimited &&
        figures.meanWait * m_load.arrivals * 20 > m_pool.queueLimit) {
      m_answer.unsolvable = "it has both a waiting room that fills and requests that give up";
      return;
    }
    band += m_load.isExponential ? 0.0 : 0.2;
    StationWait wait = waitOf(figures.meanWait, figures.waits, band);
    wait.lost = figures.lost;
    wait.patience = mean;
    all(wait);
    finishLossy(figures, "M/M/c with patience", band);
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
    all(wait);
    finishLossy(figures, "M/M/c/K", band);
    if (m_pool.order == ServiceOrder::Priority || m_pool.order == ServiceOrder::Preemptive ||
        m_pool.order == ServiceOrder::Sharing) {
      m_answer.unsolvable =
          "it refuses what comes, and serves in another order than first come, first served";
    }
  }

  void finishLossy(const QueueFigures& figures, const char* model, double band) {
    m_answer.isProductForm = false;
    m_answer.queue = figures.meanWait * m_load.arrivals * (m_pool.patience ? 1.0 : 1 - figures.lost);
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

/// Arrivals that are not Poisson: what a source says of its spacings, batches and bursts, at the only pool it
/// feeds without anything in between.
class SourceCorrection {
 public:
  static void apply(const plan::Source& source, const QueueLoad& load, bool isWhole, QueueAnswer& answer) {
    const bool isSpaced = source.spacing || source.arrivals == ArrivalProcess::Deterministic;
    const bool isBatched = source.batch.kind != CountLaw::Kind::Fixed || source.batch.mean > 1;
    if (!isSpaced && !isBatched && !source.bursts) {
      return;
    }
    answer.isProductForm = false;
    if (!isWhole || int(isSpaced) + int(isBatched) + int(source.bursts.has_value()) > 1) {
      answer.unsolvable = "its arrivals are spaced, batched or bursty in a way for which there is no formula";
      return;
    }
    if (isBatched) {
      batches(source, load, answer);
    } else if (source.bursts) {
      bursts(*source.bursts, load, answer);
    } else {
      const Law spacing = source.spacing
                              ? source.spacing->scaled(1 / load.arrivals / source.spacing->mean.inSeconds())
                              : Law::constant(Duration::seconds(1 / load.arrivals));
      renewal([&](double s) { return transformOf(spacing, s); }, spacing.scv(), load, answer);
    }
  }

  static void renewal(const std::function<double(double)>& transform, double scv, const QueueLoad& load,
                      QueueAnswer& answer) {
    answer.isProductForm = false;
    StationWait wait;
    if (load.isExponential) {
      const RenewalQueue queue = waitOfGIMc(transform, load.service.first, load.servers);
      wait.probability = queue.wait.probability;
      wait.rate = queue.wait.rate;
      answer.model = "GI/M/c";
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

 private:
  static void batches(const plan::Source& source, const QueueLoad& load, QueueAnswer& answer) {
    const double m = source.batch.mean;
    const double second = source.batch.kind == CountLaw::Kind::Fixed ? m * m : m * (2 * m - 1);
    if (source.batch.kind == CountLaw::Kind::PowerLaw) {
      answer.unsolvable = "its batches follow a power law";
      return;
    }
    const double rho = load.arrivals * load.service.first / load.servers;
    // At several servers a batch is worked off c times as fast: an approximation.
    const double extra = load.service.first * (second / m - 1) / (2 * (1 - rho) * load.servers);
    const double mean = answer.waits.front().mean() + extra;
    const double band = load.servers > 1 ? 0.25 : 0.0;
    const StationWait wait = waitOf(mean, 1 - (1 - rho) / m, band);
    std::fill(answer.waits.begin(), answer.waits.end(), wait);
    answer.queue = load.arrivals * mean;
    answer.model = "M^[X]/G/c";
    answer.isExact = band == 0;
    answer.band = band;
  }

  static void bursts(const plan::Bursts& bursts, const QueueLoad& load, QueueAnswer& answer) {
    if (load.servers > 200) {
      answer.unsolvable = "its arrivals come in bursts at more than 200 servers";
      return;
    }
    TwoRates rates;
    rates.first = load.arrivals * bursts.level;
    rates.second = load.arrivals * bursts.calmLevel();
    rates.firstLasts = bursts.length.inSeconds();
    rates.secondLasts = rates.firstLasts * (1 - bursts.share) / bursts.share;
    const BlockQueue queue = queueOfTwoRates(rates, load.service.first, load.servers);
    const double band = load.isExponential ? 0.0 : 0.3;
    const double mean = queue.meanWait * (load.isExponential ? 1 : (1 + load.service.scv()) / 2);
    std::fill(answer.waits.begin(), answer.waits.end(), waitOf(mean, queue.waits, band));
    answer.queue = load.arrivals * mean;
    answer.model = "MMPP/M/c";
    answer.isExact = band == 0;
    answer.band = band;
  }
};

/// The link that brings most of the calls.
Index mainLink(const StationLoad& load) {
  const auto most = std::max_element(load.callsByLink.begin(), load.callsByLink.end());
  return most == load.callsByLink.end() || *most <= 0 ? kNone
                                                      : static_cast<Index>(most - load.callsByLink.begin());
}

class StationSolver {
 public:
  StationSolver(const plan::Plan& plan, Index pool, const StationLoad& load)
      : m_plan(plan), m_pool(plan.pools[pool]), m_load(load) {}

  StationFigures solve() {
    m_figures.waits.resize(m_plan.classes.size());
    sumUp();
    if (m_whole.arrivals <= 0) {
      m_figures.model = "idle";
      return m_figures;
    }
    if (m_figures.servers == 0 && m_pool.contention == 0 && m_pool.coherency == 0) {
      m_figures.model = "M/G/infinity";
      m_figures.concurrency = m_figures.offered / meanSpeed();
      m_figures.servers = 0;
      stretchBySpeed();
      return m_figures;
    }
    if (m_load.arePulled) {
      m_figures.model = "pulled by consumers";
      m_figures.isProductForm = false;
      m_figures.utilisation = m_figures.most = m_figures.offered / (m_figures.servers * meanSpeed());
      m_figures.concurrency = m_figures.offered / meanSpeed();
      stretchBySpeed();
      return m_figures;
    }
    const bool isShared = m_pool.queue == plan::QueueScope::Shared &&
                          !(m_pool.order == ServiceOrder::Sharing && m_pool.seats == 0);
    if (isShared || m_load.instances <= 1) {
      solveQueues({{1.0, meanSpeed(), 1}}, m_figures.servers, true);
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
    }
    m_whole.onlyLaw = isOneLaw ? m_whole.onlyLaw : nullptr;
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
    const std::vector<double> shares = sharesOfInstances(m_plan, m_load);
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
    const bool isOrdinary = m_figures.isStable && m_figures.unsolvable.empty();
    if (!isOrdinary || link == kNone || m_pool.order == ServiceOrder::Sharing) {
      if (link != kNone && m_pool.order == ServiceOrder::Sharing &&
          m_plan.links[link].balancing != Balancing::Random) {
        widen(0.5);
      }
      return;
    }
    balance(m_plan.links[link], servers);
  }

  void widen(double band) {
    m_figures.isExact = false;
    m_figures.isProductForm = false;
    m_figures.band = std::max(m_figures.band, band);
    for (StationWait& wait : m_figures.waits) {
      wait.band = std::max(wait.band, band);
      wait.isQueueOfOne = false;
      wait.stretchBand = wait.stretch != 1 ? std::max(wait.stretchBand, band) : wait.stretchBand;
    }
  }

  /// What better choices than at random do to the waits.
  void balance(const plan::Link& link, double servers) {
    const double n = m_load.instances;
    switch (link.balancing) {
      case Balancing::Random:
      case Balancing::All:
        return;
      case Balancing::ConsistentHash:
        return widen(0.3);
      case Balancing::RoundRobin: {
        const bool isOnly = std::count_if(m_load.callsByLink.begin(), m_load.callsByLink.end(),
                                          [](double rate) { return rate > 0; }) == 1;
        QueueLoad load = m_whole;
        load.arrivals /= n;
        load.servers = servers;
        const double rate = load.arrivals * n;
        if (!isOnly || !isPlain()) {
          return widen(0.5);
        }
        QueueAnswer answer;
        answer.waits.resize(m_figures.waits.size());
        SourceCorrection::renewal([&](double s) { return std::pow(rate / (rate + s), n); }, 1 / n, load,
                                  answer);
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
        const double mean = shortest.value * (1 + scv) / 2;
        const bool isExact = shortest.exactness == Exactness::Exact && m_whole.isExponential &&
                             link.balancing == Balancing::ShortestQueue;
        QueueAnswer answer;
        // Of two exact; the wait of those that find a server busy is about one service.
        answer.waits.assign(m_figures.waits.size(),
                            waitOf(mean, std::min(1.0, mean / m_whole.service.first * 1.2),
                                   isExact ? 0 : std::max(shortest.band, 0.25) + std::abs(scv - 1) * 0.15));
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
      const double rho = load.arrivals * load.service.first / servers;
      m_figures.most = std::max(m_figures.most, rho);
      load.isLimited = m_pool.queueLimit != Pool::kUnlimited && m_pool.overflow == plan::Overflow::Refuse &&
                       (m_pool.seats == 0 || m_load.seatsAsServers > 0);
      load.room = m_pool.queueLimit + m_load.roomBeyond * servers / (m_figures.servers / m_load.instances);
      const bool canLose = m_pool.patience || load.isLimited;
      if (rho >= 1 && !canLose && m_pool.contention == 0 && m_pool.coherency == 0) {
        m_figures.isStable = false;
        m_figures.growth += each.count * (load.arrivals - servers / load.service.first);
        m_figures.utilisation += each.count * servers / m_figures.servers;
        continue;
      }
      QueueAnswer answer = QueueSolver(m_plan, m_pool, load).solve();
      if (m_load.onlySource != nullptr && answer.unsolvable.empty()) {
        SourceCorrection::apply(*m_load.onlySource, load, isWhole, answer);
      }
      if (!answer.unsolvable.empty()) {
        m_figures.unsolvable = answer.unsolvable;
        m_figures.utilisation = m_figures.most;
        return;
      }
      gather(answer, each, weights, means, probabilities);
    }
    for (std::size_t k = 0; k < m_figures.waits.size(); ++k) {
      StationWait& wait = m_figures.waits[k];
      if (weights[k] > 0 && alike.size() > 1) {
        const StationWait mixed = waitOf(means[k], probabilities[k], wait.band);
        wait.probability = mixed.probability;
        wait.rate = mixed.rate;
        wait.isQueueOfOne = false;
      }
    }
    if (alike.size() > 1 || alike.front().speed != 1) {
      m_figures.isProductForm = false;
    }
  }

  void gather(const QueueAnswer& answer, const Alike& each, std::vector<double>& weights,
              std::vector<double>& means, std::vector<double>& probabilities) {
    const double share = each.share * each.count;
    m_figures.queue += answer.queue * each.count;
    m_figures.concurrency += answer.busy * each.count;
    m_figures.utilisation += std::min(answer.busy, m_figures.servers) * each.count / m_figures.servers;
    if (m_pool.order == ServiceOrder::Sharing) {
      m_figures.utilisation = m_figures.offered / (m_figures.servers * meanSpeed());
    }
    m_figures.model = answer.model;
    m_figures.isExact = m_figures.isExact && answer.isExact;
    m_figures.isProductForm = m_figures.isProductForm && answer.isProductForm;
    m_figures.band = std::max(m_figures.band, answer.band);
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

  const plan::Plan& m_plan;
  const Pool& m_pool;
  const StationLoad& m_load;
  QueueLoad m_whole;
  StationFigures m_figures;
};

}  // namespace

std::vector<double> sharesOfInstances(const plan::Plan& plan, const StationLoad& load) {
  const std::size_t n = load.instances;
  std::vector<double> shares(n, 1.0 / static_cast<double>(n));
  const Index link = mainLink(load);
  if (link == kNone || plan.links[link].balancing != Balancing::ConsistentHash ||
      load.instances > kMostRingInstances) {
    return shares;
  }
  // The hottest keys go somewhere as a whole; the rest follows the ring.
  shares = typicalRingShares(n, plan.links[link].points);
  double hottest = 0;
  double total = 0;
  for (const Traffic::Work& work : *load.work) {
    const Index space = plan.classes[work.requestClass].keySpace;
    const plan::KeySpace keys = space == kNone ? plan::KeySpace{} : plan.keySpaces[space];
    double sum = 0;
    for (double k = 1; k <= std::min<double>(keys.count, 1e5); ++k) {
      sum += std::pow(k, -keys.exponent);
    }
    hottest += work.rate / sum;
    total += work.rate;
  }
  hottest = total > 0 ? hottest / total : 0;
  for (double& each : shares) {
    each *= 1 - hottest;
  }
  shares[n / 2] += hottest;  // at a node like the others
  return shares;
}

StationFigures solveStation(const plan::Plan& plan, Index pool, const StationLoad& load) {
  return StationSolver(plan, pool, load).solve();
}

}  // namespace cantilever::analytic
