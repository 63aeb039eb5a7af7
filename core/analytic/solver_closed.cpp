#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/analytic/birth_death.h"
#include "core/analytic/closed_networks.h"
#include "core/analytic/solver_pass.h"

namespace cantilever::analytic {

namespace {

constexpr double kMostCopies = 20;
// Work of one queue that takes different users different times: beyond kAlikeService mean value analysis,
// which knows means of each alone, is off by up to a third.
constexpr double kAlikeService = 1.25;
constexpr double kOfClassesInOneOrder = 0.3;

class UserSolver {
 public:
  UserSolver(const Structure& structure, Settled& settled, double loadFactor)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_settled(settled),
        m_state(settled.state),
        m_loadFactor(loadFactor) {}

  ClosedNote solve() {
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      if (m_plan.sources[i].kind == plan::SourceKind::Closed) {
        m_sources.push_back(i);
      }
    }
    ClosedNote note;
    if (m_sources.empty()) {
      return note;
    }
    if (m_state.isLimited && m_sources.size() > 1) {
      doNotKnowLimits();
    } else if (m_state.isLimited && !m_state.users[m_sources.front()].parts.empty()) {
      const double users = std::round(m_plan.sources[m_sources.front()].users * m_loadFactor);
      m_state.sourceRates[m_sources.front()] =
          solveLimitedUsers(m_structure, m_state, m_sources.front(), users);
      return {false, 0.15};
    }
    if (std::any_of(m_sources.begin(), m_sources.end(), [&](std::size_t i) { return sharesItsClass(i); })) {
      for (std::size_t pool = 0; pool < m_plan.pools.size(); ++pool) {
        m_state.stations[pool].unsolvable =
            "users who think and other sources ask for the same class of requests";
      }
      return {false, 1};
    }
    buildStations();
    const bool areRefused =
        std::any_of(m_stops.begin(), m_stops.end(), [this](const Stop& stop) { return mayBeFull(stop); });
    m_isOnlyRoom = areRefused && isOneQueue();
    const ClosedFigures figures = m_isOnlyRoom ? solveRoom() : solveClosed(m_stations, m_classes);
    note.isExact = figures.isExact && m_isProductForm;
    note.band = figures.band + (m_isProductForm ? 0.0 : 0.15) + (m_isByClass ? kOfClassesInOneOrder : 0.0);
    for (std::size_t k = 0; k < m_sources.size(); ++k) {
      m_state.sourceRates[m_sources[k]] = figures.throughput[k];
    }
    apply(figures, note);
    return note;
  }

 private:
  /// What the users do at one pool for each cycle.
  struct Stop {
    Index pool = kNone;
    double copies = 1;
    double openLoad = 0;  ///< of each server, by sources that are not closed
    double openWork = 0;
    std::vector<double> visits;   ///< [closed class] pieces of work a cycle
    std::vector<double> service;  ///< [closed class] mean
    std::size_t first = 0;        ///< its stations
    bool isExponential = true;    ///< all its work is, of one mean
  };

  /// Whether some of all the users may find no place in its waiting room.
  bool mayBeFull(const Stop& stop) const {
    const plan::Pool& of = m_plan.pools[stop.pool];
    if (of.queueLimit == plan::Pool::kUnlimited || of.overflow != plan::Overflow::Refuse) {
      return false;
    }
    double users = 0;
    for (const ClosedClass& each : m_classes) {
      users += each.users;
    }
    return stop.openLoad > 0 || users > roomOf(stop);
  }
  /// Places at each copy, those to be served at included.
  double roomOf(const Stop& stop) const {
    const plan::Pool& of = m_plan.pools[stop.pool];
    const double servers = m_state.stations[stop.pool].servers / stop.copies;
    const double seats = static_cast<double>(of.seats) * m_state.instances[stop.pool] / stop.copies;
    return std::max(servers, seats) + of.queueLimit;
  }

  /// Users of one kind, who do nothing but think and ask at one queue.
  bool isOneQueue() const {
    return m_sources.size() == 1 && m_stops.size() == 1 && m_stops[0].copies == 1 &&
           m_stops[0].openLoad == 0 && m_stops[0].isExponential &&
           std::abs(m_stops[0].visits[0] - 1) < 1e-9 &&
           m_stations.back().demands[0] <= 1e-9 * m_stops[0].service[0] && m_classes[0].think > 0 &&
           m_plan.sources[m_sources[0]].think.kind == Law::Kind::Exponential;
  }

  /// M/M/c/K//N: who finds no place thinks again (Kleinrock 1975, "Queueing Systems" I, 3.9).
  ClosedFigures solveRoom() {
    const Stop& stop = m_stops[0];
    const double users = m_classes[0].users;
    const double room = roomOf(stop);
    const double servers = m_state.stations[stop.pool].servers;
    const auto asks = [&](double n) { return (users - n) / m_classes[0].think; };
    const std::vector<double> p = stationary(static_cast<std::size_t>(room) + 1, asks, [&](double n) {
      return std::min(n, servers) / stop.service[0];
    });
    ClosedFigures figures;
    figures.number.assign(m_stations.size(), 0.0);
    figures.residence.assign(m_stations.size(), {0.0});
    figures.found.resize(m_stations.size());
    double offered = 0;
    for (std::size_t n = 0; n < p.size(); ++n) {
      figures.number[stop.first] += static_cast<double>(n) * p[n];
      offered += p[n] * asks(static_cast<double>(n));
    }
    m_lost = p.back() * asks(room) / offered;
    for (std::size_t n = 0; n + 1 < p.size(); ++n) {
      figures.found[stop.first].push_back(p[n] * asks(static_cast<double>(n)) / offered / (1 - m_lost));
    }
    figures.throughput.push_back(offered);
    figures.residence[stop.first][0] = figures.number[stop.first] / offered / (1 - m_lost);
    return figures;
  }

  void doNotKnowLimits() {
    for (Admission& each : m_state.tokens) {
      doNotKnow(each);
    }
    for (Admission& each : m_state.seats) {
      doNotKnow(each);
    }
  }
  static void doNotKnow(Admission& limit) {
    if (!limit.isStable) {
      limit.isStable = true;
      limit.fault = {"several kinds of users who think wait for the same tokens or seats", false, true};
    }
  }

  bool sharesItsClass(std::size_t source) const {
    for (std::size_t other = 0; other < m_plan.sources.size(); ++other) {
      if (other != source && m_plan.sources[other].requestClass == m_plan.sources[source].requestClass) {
        return true;
      }
    }
    return false;
  }

  std::optional<std::size_t> closedClass(Index requestClass) const {
    for (std::size_t k = 0; k < m_sources.size(); ++k) {
      if (m_plan.sources[m_sources[k]].requestClass == requestClass) {
        return k;
      }
    }
    return std::nullopt;
  }

  void buildStations() {
    for (const std::size_t source : m_sources) {
      m_classes.push_back({std::round(m_plan.sources[source].users * m_loadFactor),
                           m_plan.sources[source].think.mean.inSeconds()});
    }
    std::vector<double> queued(m_sources.size(), 0.0);
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      addPool(pool, queued);
    }
    // Whatever else takes time, by what the responses of the last pass have beyond the stations.
    ClosedStation rest{0, std::vector<double>(m_sources.size(), 0.0)};
    for (std::size_t k = 0; k < m_sources.size(); ++k) {
      const Index requestClass = m_plan.sources[m_sources[k]].requestClass;
      if (requestClass < m_settled.responses.size()) {
        const ClassResponses& responses = m_settled.responses[requestClass];
        const Outcome& outcome = responses.bySource[m_sources[k]];
        const bool isRefused =
            std::any_of(m_stops.begin(), m_stops.end(), [this](const Stop& stop) { return mayBeFull(stop); });
        const double succeeds = isRefused ? 1.0 : outcome.success;
        const double whole =
            succeeds * responses.laws.mean(outcome.ok) + (1 - succeeds) * responses.laws.mean(outcome.bad);
        const double other = whole - queued[k];
        rest.demands[k] = std::max(0.0, other > 1e-9 * whole ? other : 0.0);
        m_isProductForm = m_isProductForm && other > -1e-6 * whole;
      }
    }
    m_stations.push_back(rest);
  }

  void addPool(Index pool, std::vector<double>& queued) {
    const StationFigures& station = m_state.stations[pool];
    const plan::Pool& of = m_plan.pools[pool];
    Stop stop;
    stop.pool = pool;
    stop.visits.assign(m_sources.size(), 0);
    stop.service.assign(m_sources.size(), 0);
    double open = 0;
    bool isVisited = false;
    std::optional<double> mean;
    bool isExponential = true;
    for (const Traffic::Work& work : m_state.traffic.work[pool]) {
      const Law& law = m_plan.laws[work.law];
      const double service = law.mean.inSeconds() * work.targets;
      const std::optional<std::size_t> k = closedClass(work.requestClass);
      if (!k) {
        open += work.rate * service;
        continue;
      }
      const double perCycle = work.rate / m_state.sourceRates[m_sources[*k]];
      isVisited = isVisited || perCycle > 0;
      stop.service[*k] += perCycle * service;
      stop.visits[*k] += perCycle;
      isExponential = isExponential && law.kind == Law::Kind::Exponential && (!mean || *mean == service);
      mean = service;
    }
    if (!isVisited || station.servers == 0) {
      return;
    }
    const bool isSharing = of.order == plan::ServiceOrder::Sharing;
    for (std::size_t k = 0; !isSharing && k < m_sources.size(); ++k) {
      for (std::size_t other = 0; other < k; ++other) {
        const double one = stop.visits[k] > 0 ? stop.service[k] / stop.visits[k] : 0.0;
        const double two = stop.visits[other] > 0 ? stop.service[other] / stop.visits[other] : one;
        m_isByClass = m_isByClass || (one > 0 && std::max(one, two) > kAlikeService * std::min(one, two));
      }
    }
    const bool isOrdinary =
        (of.order == plan::ServiceOrder::Fifo || of.order == plan::ServiceOrder::Lifo || isSharing) &&
        !of.patience && of.contention == 0 && of.coherency == 0;
    m_isProductForm = m_isProductForm && isOrdinary && (isSharing || isExponential) && of.speeds.empty();
    const bool isShared = of.queue == plan::QueueScope::Shared && !(isSharing && of.seats == 0);
    stop.copies = isShared ? 1 : m_state.instances[pool];
    if (stop.copies > kMostCopies) {
      stop.copies = 1;
      m_isProductForm = false;
    }
    stop.isExponential = isExponential;
    stop.openLoad = open / station.servers;
    stop.openWork = open;
    stop.first = m_stations.size();
    const double servers = station.servers / stop.copies;
    const double spare = std::max(1e-9, 1 - stop.openLoad);
    m_isProductForm = m_isProductForm && (servers <= 1 || stop.openLoad == 0);
    ClosedStation made{servers, {}};
    for (std::size_t k = 0; k < m_sources.size(); ++k) {
      made.demands.push_back(stop.service[k] / stop.copies / spare);
      const Index requestClass = m_plan.sources[m_sources[k]].requestClass;
      if (stop.visits[k] > 0) {
        stop.service[k] /= stop.visits[k];
        const StationWait& used = usedBefore(pool, requestClass, station.waits[requestClass]);
        queued[k] += stop.visits[k] * (used.mean() + stop.service[k] * used.stretch);
      }
    }
    for (double copy = 0; copy < stop.copies; ++copy) {
      m_stations.push_back(made);
    }
    m_stops.push_back(stop);
  }

  /// The wait that the last responses were made of.
  const StationWait& usedBefore(Index pool, Index requestClass, const StationWait& now) const {
    const std::vector<StationWait>& before = m_settled.usedWaits.empty() ? m_none : m_settled.usedWaits[pool];
    return before.empty() ? now : before[requestClass];
  }

  /// Why mean value analysis says nothing of a pool; empty if it does.
  std::string whyNot(const Stop& stop, const StationFigures& station) const {
    const plan::Pool& of = m_plan.pools[stop.pool];
    if (mayBeFull(stop) && !m_isOnlyRoom) {
      return "users who think are refused there";
    }
    if (station.isUneven) {
      return "users who think and arrivals that are not Poisson meet there";
    }
    if (stop.openLoad > 0 && station.servers / stop.copies > 1) {
      return "users who think and other requests share several servers there";
    }
    if (of.contention > 0 || of.coherency > 0) {
      return "users who think wait where work slows other work down";
    }
    const bool isByPriority =
        of.order == plan::ServiceOrder::Priority || of.order == plan::ServiceOrder::Preemptive;
    std::optional<std::uint8_t> priority;
    for (const Traffic::Work& work : m_state.traffic.work[stop.pool]) {
      const std::uint8_t own = m_plan.classes[work.requestClass].priority;
      if (isByPriority && work.rate > 0 && priority.value_or(own) != own) {
        return "users who think wait there by priority";
      }
      priority = own;
    }
    return {};
  }

  void apply(const ClosedFigures& figures, const ClosedNote& note) {
    for (const Stop& stop : m_stops) {
      StationFigures& station = m_state.stations[stop.pool];
      double number = 0;
      double busy = stop.openWork;
      for (double copy = 0; copy < stop.copies; ++copy) {
        number += figures.number[stop.first + static_cast<std::size_t>(copy)];
      }
      station.isStable = stop.openLoad < 1;
      station.growth = 0;
      station.unsolvable = whyNot(stop, station);
      station.isUseKnown = station.unsolvable.empty() || !mayBeFull(stop);
      station.slowsDown = false;
      station.useBand = 0;
      station.queue = 0;
      const bool isSharing = m_plan.pools[stop.pool].order == plan::ServiceOrder::Sharing;
      for (std::size_t class_ = 0; class_ < station.waits.size(); ++class_) {
        const std::optional<std::size_t> k = closedClass(static_cast<Index>(class_));
        StationWait& wait = station.waits[class_];
        double work = 0;
        double service = 0;
        for (const Traffic::Work& each : m_state.traffic.work[stop.pool]) {
          if (each.requestClass == class_) {
            work += each.rate;
            service += each.rate * m_plan.laws[each.law].mean.inSeconds() * each.targets;
          }
        }
        if (work <= 0) {
          continue;
        }
        service /= work;
        double residence = 0;
        if (k) {
          for (double copy = 0; copy < stop.copies; ++copy) {
            residence += figures.residence[stop.first + static_cast<std::size_t>(copy)][*k];
          }
          residence /= stop.visits[*k];
          work = figures.throughput[*k] * stop.visits[*k];
          busy += work * (1 - m_lost) * service;
        } else {
          // Open requests see the users' queue in equilibrium (mixed networks).
          residence = service * (1 + number / stop.copies) / std::max(1e-9, 1 - stop.openLoad);
        }
        const double waiting = std::max(0.0, residence - service);
        const double lost = m_plan.pools[stop.pool].patience ? wait.lost : m_lost;
        wait = {};
        wait.lost = lost;
        wait.band = note.isExact ? 0 : note.band;
        if (isSharing) {
          wait.stretch = residence / service;
          wait.stretchBand = wait.band;
        } else if (waiting > 1e-12 * service) {
          wait.probability = std::min(1.0, busyShare(station, busy));
          wait.rate = wait.probability / waiting;
          station.queue += work * (1 - m_lost) * waiting;
          if (k) {
            setStages(stop, figures, service, wait);
          }
        }
      }
      station.utilisation = std::min(1.0, busy / station.servers);
      station.most = station.utilisation;
      station.offered = busy;
      station.concurrency = isSharing ? number : busy;
      station.model = "closed";
      station.isExact = note.isExact;
      station.band = note.isExact ? 0 : note.band;
    }
  }

  /// First come, first served: of who comes the wait is the departures until nobody is there but those
  /// served.
  void setStages(const Stop& stop, const ClosedFigures& figures, double service, StationWait& wait) const {
    constexpr std::size_t kMostStages = 2000;
    if (stop.first >= figures.found.size() || !stop.isExponential || stop.openLoad > 0 ||
        m_plan.pools[stop.pool].order != plan::ServiceOrder::Fifo) {
      return;
    }
    const std::vector<double>& found = figures.found[stop.first];
    const double servers = m_state.stations[stop.pool].servers / stop.copies;
    if (static_cast<double>(found.size()) > servers + static_cast<double>(kMostStages)) {
      return;
    }
    wait.stages.assign(1, 0.0);
    for (std::size_t n = 0; n < found.size(); ++n) {
      static_cast<double>(n) < servers ? void(wait.stages[0] += found[n]) : wait.stages.push_back(found[n]);
    }
    const double mean = wait.mean();
    wait.probability = std::max(1e-12, 1 - wait.stages[0]);
    wait.rate = wait.probability / mean;
    wait.departures = servers / service;
    wait.isLawRough = m_stops.size() > 1 || stop.copies > 1 || stop.visits[0] > 1;
  }

  static double busyShare(const StationFigures& station, double busy) {
    return std::clamp(busy / station.servers, 1e-6, 1.0);
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  Settled& m_settled;
  WorkingState& m_state;
  double m_loadFactor;
  std::vector<std::size_t> m_sources;  // the closed ones
  std::vector<ClosedClass> m_classes;
  std::vector<ClosedStation> m_stations;
  std::vector<Stop> m_stops;
  std::vector<StationWait> m_none;
  bool m_isProductForm = true;
  bool m_isOnlyRoom = false;  ///< all that happens is asking at one waiting room
  double m_lost = 0;          ///< share that is refused there
  bool m_isByClass = false;   ///< who waits in one order takes different times
};

}  // namespace

ClosedNote solveUsers(const Structure& structure, Settled& settled, double loadFactor) {
  const ClosedNote note = UserSolver(structure, settled, loadFactor).solve();
  settled.usedWaits.clear();
  for (const StationFigures& station : settled.state.stations) {
    settled.usedWaits.push_back(station.waits);
  }
  return note;
}

}  // namespace cantilever::analytic
