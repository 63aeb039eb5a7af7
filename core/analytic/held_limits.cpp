// Limits that are held over queues. What is let into them by so many units is a closed network with as many
// customers, and as a queue it does what such a network does (Chandy, Herzog and Woo 1975): the number that
// are in it or wait for it is a birth-death chain. That is exact over one station with exponential service,
// and else an approximation (Avi-Itzhak and Heyman 1973).
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "core/analytic/birth_death.h"
#include "core/analytic/closed_networks.h"
#include "core/analytic/erlang.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;

constexpr double kFeltWait = 1e-4;   // share that waits
constexpr double kFeltLoss = 1e-9;   // share that is refused
constexpr double kMostHeld = 600;    // units of all sets together
constexpr double kMostQueues = 20;   // of instances, each by itself
constexpr double kLimitBand = 0.15;  // of what is no theorem, beside simulations of poolers and thread pools
constexpr double kApartBand = 0.15;  // where each caller has a limit of its own
constexpr double kMostWaiting = 1e5;
constexpr int kDeepest = 16;
constexpr double kEndless = std::numeric_limits<double>::infinity();

double binomial(double n, double k, double p) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

/// Tokens, or seats, as they are asked for.
struct Limit {
  std::size_t index = 0;  // of WorkingState::limits
  double places = 1;      // of each of `sets`
  double sets = 1;
  double rate = 0;  // asked for, of all sets
  bool waits = true;
  double room = kEndless;  // of each set
  double patience = 0;     // 0: for ever
  double patienceBand = 0;
  bool isOrdinary = true;  // first come, first served
  Index own = kNone;       // the pool whose seats they are, if each instance has its own
};

/// Who waits before `limit.places` of a set, and how many are let in.
struct Entry {
  std::vector<double> inside;  // probabilities of 0, 1, ... places taken
  double probability = 0;      // of waiting, of those who are let in or wait until they go
  double outside = 0;          // mean number that wait
  double lost = 0;
  bool isStable = true;
  double most = 0;  // throughput when all are taken
};

/// The chain of all that are in it or before it, arrivals being Poisson.
Entry entryOf(const Limit& limit, const ClosedChain& network, double arrivals) {
  const auto places = static_cast<std::size_t>(limit.places);
  const auto through = [&](double n) {
    return network.throughput(std::min(static_cast<std::size_t>(n), places));
  };
  Entry entry;
  entry.most = through(limit.places);
  const double room = limit.waits ? limit.room : 0;
  const bool isEndless = std::isinf(room) && limit.patience <= 0;
  entry.isStable = !isEndless || arrivals < entry.most * (1 - 1e-9);
  if (!entry.isStable) {
    return entry;
  }
  const double beyond = isEndless ? 0 : std::min(room, kMostWaiting);
  std::vector<double> p = stationary(
      places + static_cast<std::size_t>(beyond) + 1, [&](double) { return arrivals; },
      [&](double n) {
        return through(n) + (limit.patience > 0 ? std::max(0.0, n - limit.places) / limit.patience : 0.0);
      });
  p.resize(std::max(p.size(), places + 1), 0.0);
  if (isEndless) {  // from there on it is geometric
    const double ratio = arrivals / entry.most;
    const double all = 1 + p[places] * ratio / (1 - ratio);
    for (double& each : p) {
      each /= all;
    }
    entry.probability = p[places] / (1 - ratio);
    entry.outside = p[places] * ratio / ((1 - ratio) * (1 - ratio));
  } else {
    const double full = std::isinf(limit.room) && limit.waits ? 0.0 : p.back();
    for (std::size_t n = places; n < p.size(); ++n) {
      entry.probability += p[n];
      entry.outside += static_cast<double>(n - places) * p[n];
    }
    entry.probability = std::max(0.0, entry.probability - full) / (1 - full);
    entry.lost = full + (limit.patience > 0 ? entry.outside / limit.patience / arrivals : 0.0);
  }
  entry.inside.assign(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(places));
  double below = 0;
  for (const double each : entry.inside) {
    below += each;
  }
  entry.inside.push_back(std::max(0.0, 1 - below));
  return entry;
}

class LimitSolver {
 public:
  LimitSolver(const Structure& structure, WorkingState& state)
      : m_structure(structure), m_plan(structure.plan()), m_state(state), m_at(m_plan.pools.size()) {
    for (std::size_t i = 0; i < state.limits.size(); ++i) {
      m_limits.push_back(limitOf(i));
    }
  }

  /// Marks those that somebody waits for.
  void feel() {
    m_state.isLimitNew = false;
    for (const Limit& limit : m_limits) {
      const Admission& open = admission(limit.index);
      const bool isFelt = !open.isStable || open.probability > kFeltWait || open.lost > kFeltLoss;
      if (limit.rate > 0 && limit.places > 0 && isFelt && open.fault.empty()) {
        HeldLimit& held = m_state.limits[limit.index];
        m_state.isLimitNew = m_state.isLimitNew || !held.isFelt;
        held.isFelt = m_state.isLimited = true;
      }
    }
  }

  /// Seconds for which limits are held, and users answered, beyond what is met at stations and other limits.
  void findRests() {
    for (const Limit& limit : m_limits) {
      HeldLimit& held = m_state.limits[limit.index];
      if (held.isFelt) {
        held.rest = beyond(held.parts, holdingOf(limit.index).mean);
      }
    }
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      const plan::Source& source = m_plan.sources[i];
      const double answered = m_state.programMoments[source.program][source.requestClass].mean;
      m_state.users[i].rest = beyond(m_state.users[i].parts, answered);
    }
  }

  void solve() {
    for (const Limit& limit : m_limits) {
      countThrough(limit);
    }
    for (const Limit& limit : m_limits) {
      const std::string why = reasonAgainst(limit);
      if (!why.empty() && !admission(limit.index).isStable) {
        admission(limit.index).isStable = true;
        admission(limit.index).fault = {why, false, true};
      } else if (why.empty() && isSolvable(limit) && !isWithin(limit.index)) {
        solveOutermost(limit);
      }
    }
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      apply(pool);
    }
  }

  double solveUsers(std::size_t source, double users) {
    m_isClosed = true;
    const HeldLimit& held = m_state.users[source];
    const double rate = m_state.sourceRates[source];
    for (const Limit& limit : m_limits) {
      countThrough(limit);
    }
    addThrough(held.parts, rate);
    const double think = m_plan.sources[source].think.mean.inSeconds();
    const Network network = networkOf(held.parts, held.rest + think, users);
    if (!network.chain->isSolved()) {
      return rate;
    }
    std::vector<double> population(static_cast<std::size_t>(users) + 1, 0.0);
    population.back() = 1;
    const double throughput = network.chain->throughput(population.size() - 1);
    m_scale = throughput / rate;
    distribute(network, population, throughput);
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      apply(pool);
    }
    return throughput;
  }

 private:
  /// A closed network, with which of its queues is which part.
  struct Network {
    std::unique_ptr<ClosedChain> chain;
    struct Queue {
      Index element;
      double copies;
      double visits;
    };
    std::vector<Queue> queues;  // one of each of the copies
    std::vector<std::size_t> place;
  };
  /// What limits leave of a station.
  struct AtPool {
    double load = 0;    // erlangs that come through limits, at speed 1
    double visits = 0;  // pieces per second of these
    double number = 0;  // mean, of those that come through what has been solved
    double solved = 0;  // pieces per second of these
    bool isExact = false;
    double band = 0;
  };

  Admission& admission(std::size_t index) {
    const std::size_t tokens = m_plan.tokens.size();
    return index < tokens ? m_state.tokens[index] : m_state.seats[index - tokens];
  }
  const Admission& admission(std::size_t index) const {
    const std::size_t tokens = m_plan.tokens.size();
    return index < tokens ? m_state.tokens[index] : m_state.seats[index - tokens];
  }

  Limit limitOf(std::size_t index) const {
    Limit limit;
    limit.index = index;
    if (index < m_plan.tokens.size()) {
      const plan::Tokens& tokens = m_plan.tokens[index];
      const bool isHeld = tokens.refill == plan::Refill::OnGive && tokens.scope != plan::TokenScope::Key &&
                          !tokens.adaptive && tokens.reserve == 0 && m_state.tokenFault[index].empty();
      limit.places = isHeld ? tokens.size : 0;
      limit.sets = isHeld ? bucketsOf(m_structure, m_state, static_cast<Index>(index)) : 1;
      limit.rate = isHeld ? m_state.traffic.totalOf(m_state.traffic.asks[index]) : 0;
      limit.waits = tokens.waits;
      limit.room = tokens.queueLimit == plan::Tokens::kUnlimited ? kEndless : tokens.queueLimit;
      limit.isOrdinary = !tokens.isByPriority;
      if (tokens.patience) {
        limit.patience = std::max(1e-9, tokens.patience->mean.inSeconds());
        limit.patienceBand = tokens.patience->kind == Law::Kind::Exponential ? 0.0 : 0.3;
      }
      return limit;
    }
    const auto pool = static_cast<Index>(index - m_plan.tokens.size());
    const Pool& of = m_plan.pools[pool];
    const bool isHeld = of.seats > 0 && !m_structure.holdsSeatsOnlyToWork(pool) && !of.patience &&
                        m_state.stations[pool].model != "pulled by consumers";
    const bool isApart = of.queue != plan::QueueScope::Shared && m_state.instances[pool] > 1;
    limit.sets = isApart ? m_state.instances[pool] : 1;
    limit.places = isHeld ? static_cast<double>(of.seats) * m_state.instances[pool] / limit.sets : 0;
    limit.own = isApart ? pool : kNone;
    limit.room =
        of.queueLimit == Pool::kUnlimited || of.overflow == plan::Overflow::Block ? kEndless : of.queueLimit;
    double calls = 0;
    for (const Index link : m_structure.linksTo(pool)) {
      calls += m_state.traffic.totalOf(m_state.traffic.arrivals[link]);
    }
    for (const Index program : m_structure.programsAt(pool)) {
      limit.rate += m_state.traffic.totalOf(m_state.traffic.runs[program]);
    }
    limit.rate = isHeld ? std::max(limit.rate, calls) : 0.0;
    return limit;
  }

  /// The second moment is not known of tokens.
  Holding holdingOf(std::size_t index) const {
    if (index < m_plan.tokens.size()) {
      return {m_state.tokenHolding[index], 0};
    }
    double runs = 0;
    Holding sum;
    for (const Index program : m_structure.programsAt(static_cast<Index>(index - m_plan.tokens.size()))) {
      for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
        runs += m_state.traffic.runs[program][k];
        sum.mean += m_state.traffic.runs[program][k] * m_state.holding[program][k].mean;
        sum.second += m_state.traffic.runs[program][k] * m_state.holding[program][k].second;
      }
    }
    return runs > 0 ? Holding{sum.mean / runs, sum.second / runs} : Holding{};
  }

  /// Of a time, what is not met at the parts.
  double beyond(const HeldParts& parts, double whole) const {
    double rest = whole;
    for (const HeldPart& part : parts) {
      rest -= part.element < m_plan.pools.size() ? timeAt(part) : part.visits * timeAtLimit(part.element);
    }
    return rest > 1e-6 * whole ? rest : 0.0;  // passes end before all digits agree
  }
  double timeAt(const HeldPart& part) const {
    const StationFigures& station = m_state.stations[part.element];
    double waits = 0;
    double stretch = 0;
    double work = 0;
    for (const Traffic::Work& each : m_state.traffic.work[part.element]) {
      waits += each.rate * station.waits[each.requestClass].mean();
      stretch += each.rate * station.waits[each.requestClass].stretch;
      work += each.rate;
    }
    return work > 0 ? part.visits * waits / work + part.work * stretch / work : part.work;
  }
  double timeAtLimit(Index element) const {
    const std::size_t index = element - m_plan.pools.size();
    return admission(index).meanWait() + holdingOf(index).mean;
  }

  bool isDelay(Index pool) const {
    const StationFigures& of = m_state.stations[pool];
    return of.servers == 0 || of.model == "pulled by consumers";
  }

  /// Why nobody knows whether there are enough; empty if that is known.
  std::string reasonAgainst(const Limit& limit) const {
    const HeldLimit& held = m_state.limits[limit.index];
    if (!held.isFelt || !hasQueues(held.parts)) {
      return {};
    }
    for (const HeldPart& part : held.parts) {
      if (part.element < m_plan.pools.size() && m_state.stations[part.element].isStable &&
          !m_state.stations[part.element].unsolvable.empty()) {
        return "\"" + nameOf(limit.index) + "\" is held while others work at pool \"" +
               m_plan.pools[part.element].key + "\": " + m_state.stations[part.element].unsolvable;
      }
    }
    return limit.places * limit.sets > kMostHeld
               ? "\"" + nameOf(limit.index) +
                     "\" lets so many into queues that what waits where is not solved"
               : std::string();
  }
  const std::string& nameOf(std::size_t index) const {
    const std::size_t tokens = m_plan.tokens.size();
    return index < tokens ? m_plan.tokens[index].key : m_plan.pools[index - tokens].key;
  }
  bool hasQueues(const HeldParts& parts) const {
    return std::any_of(parts.begin(), parts.end(), [this](const HeldPart& part) {
      return part.element >= m_plan.pools.size() || (!isDelay(part.element) && part.work > 0);
    });
  }

  /// Whether the stations that it is held over have a steady state, and any queues.
  bool isSolvable(const Limit& limit) const {
    const HeldParts& parts = m_state.limits[limit.index].parts;
    return m_state.limits[limit.index].isFelt && limit.rate > 0 && limit.places > 0 &&
           limit.places * limit.sets <= kMostHeld && hasQueues(parts) && areSettled(parts, canLose(limit), 0);
  }
  static bool canLose(const Limit& limit) {
    return !limit.waits || std::isfinite(limit.room) || limit.patience > 0;
  }
  /// Those that are asked for too much are so only until it is known how much of it a limit refuses.
  bool areSettled(const HeldParts& parts, bool isRefused, int depth) const {
    return depth <= kDeepest && std::all_of(parts.begin(), parts.end(), [&](const HeldPart& part) {
             if (part.element >= m_plan.pools.size()) {
               return areSettled(m_state.limits[part.element - m_plan.pools.size()].parts, isRefused,
                                 depth + 1);
             }
             const StationFigures& station = m_state.stations[part.element];
             const bool isOnlyThrough = m_at[part.element].load > station.offered * (1 - 1e-6);
             return (station.isStable || (isRefused && isOnlyThrough)) && station.unsolvable.empty() &&
                    m_state.poolFault[part.element].empty();
           });
  }

  /// Whether another limit lets in most of what comes to it, so that its wait is part of that one's holding.
  bool isWithin(std::size_t index) const {
    const Limit& limit = m_limits[index];
    if (canLose(limit)) {
      return false;
    }
    return std::any_of(m_limits.begin(), m_limits.end(), [&](const Limit& other) {
      const HeldLimit& held = m_state.limits[other.index];
      return other.index != index && isSolvable(other) &&
             std::any_of(held.parts.begin(), held.parts.end(), [&](const HeldPart& part) {
               return part.element == m_plan.pools.size() + index &&
                      other.rate * part.visits > limit.rate / 2;
             });
    });
  }

  void countThrough(const Limit& limit) {
    if (m_state.limits[limit.index].isFelt) {
      addThrough(m_state.limits[limit.index].parts, limit.rate);
    }
  }
  void addThrough(const HeldParts& parts, double rate) {
    for (const HeldPart& part : parts) {
      if (part.element < m_plan.pools.size()) {
        m_at[part.element].load += rate * part.work;
        m_at[part.element].visits += rate * part.visits;
      }
    }
  }

  double meanSpeed(Index pool) const {
    double sum = 0;
    for (Index i = 0; i < m_state.instances[pool]; ++i) {
      sum += m_plan.pools[pool].speedOf(i);
    }
    return sum / m_state.instances[pool];
  }

  /// Queues that the instances of a pool have: those whose calls look for the shortest are taken to have one.
  double queuesAt(Index pool) const {
    const Pool& of = m_plan.pools[pool];
    const bool isShared =
        of.queue == plan::QueueScope::Shared && !(of.order == plan::ServiceOrder::Sharing && of.seats == 0);
    const auto& links = m_structure.linksTo(pool);
    const bool isBalanced = std::any_of(links.begin(), links.end(), [&](Index link) {
      return m_plan.links[link].balancing == Balancing::LeastConnections ||
             m_plan.links[link].balancing == Balancing::ShortestQueue;
    });
    const double instances = m_state.instances[pool];
    return isShared || isBalanced || instances > kMostQueues ? 1.0 : instances;
  }

  /// Work per second with n requests at one of its queues, less what others work there.
  std::function<double(double)> speedAt(Index pool, double queues) const {
    const Pool& of = m_plan.pools[pool];
    const StationFigures& station = m_state.stations[pool];
    const double speed = meanSpeed(pool);
    const double others = std::max(0.0, station.offered - m_at[pool].load) / queues / speed;
    const double servers = station.servers / queues;
    const double left = others < 1e-6 * servers ? servers : std::max(1e-3 * servers, servers - others);
    return [left, speed, &of](double n) {
      const double busy = std::min(n, left);
      const double more = std::max(0.0, busy - 1);
      return speed * busy / (1 + of.contention * more + of.coherency * busy * more);
    };
  }

  Network networkOf(const HeldParts& parts, double rest, double customers) {
    Network network;
    std::vector<ClosedChain::Queue> queues;
    for (const HeldPart& part : parts) {
      const bool isPool = part.element < m_plan.pools.size();
      if (isPool && (isDelay(part.element) || part.work <= 0)) {
        rest += part.work / meanSpeed(part.element);
        continue;
      }
      const double copies = isPool ? queuesAt(part.element) : 1.0;
      network.queues.push_back({part.element, copies, part.visits});
      network.place.push_back(queues.size());
      for (double copy = 0; copy < copies; ++copy) {
        if (isPool) {
          queues.push_back({part.work / copies, speedAt(part.element, copies)});
        } else {
          queues.push_back({part.visits, speedOfLimit(part.element - m_plan.pools.size())});
        }
      }
    }
    if (rest > 0) {
      queues.push_back({rest, [](double n) { return n; }});
    }
    network.chain = std::make_unique<ClosedChain>(queues, static_cast<std::size_t>(customers));
    return network;
  }

  /// All sets of a limit together, as one.
  Network& whole(std::size_t index) {
    const auto found = m_networks.find(index);
    if (found != m_networks.end()) {
      return found->second;
    }
    const Limit& limit = m_limits[index];
    const HeldLimit& held = m_state.limits[index];
    return m_networks[index] =
               networkOf(held.parts, held.rest, std::clamp(limit.places * limit.sets, 1.0, kMostHeld));
  }
  std::function<double(double)> speedOfLimit(std::size_t index) {
    const ClosedChain* chain = whole(index).chain.get();
    return [chain](double n) {
      return chain->isSolved() ? chain->throughput(std::min(static_cast<std::size_t>(n), chain->customers()))
                               : 1e9 * n;
    };
  }

  void solveOutermost(const Limit& limit) {
    Network& network = whole(limit.index);
    if (!network.chain->isSolved()) {
      return;
    }
    const Limit all = together(limit);
    const Entry entry = entryOf(all, *network.chain, limit.rate);
    if (limit.sets <= 1 || !entry.isStable) {
      if (entry.isStable) {
        distribute(network, entry.inside, limit.rate * (1 - entry.lost));
      }
      enter(limit, entry, 1, isTheorem(limit, entry.lost));
      return;
    }
    solveApart(limit, network, entry);
  }

  static Limit together(const Limit& limit) {
    Limit all = limit;
    all.places *= limit.sets;
    all.room *= limit.sets;
    all.sets = 1;
    return all;
  }

  /// Each set by itself: of those that are in, whatever their number, each belongs to any of the sets, which
  /// is so where the limit is not felt.
  void solveApart(const Limit& limit, Network& network, const Entry& entry) {
    const HeldLimit& held = m_state.limits[limit.index];
    HeldParts own;
    HeldParts common;
    for (const HeldPart& part : held.parts) {
      (part.element == limit.own ? own : common).push_back(part);
    }
    const double customers = limit.places * limit.sets;
    const Network shared = networkOf(common, held.rest, customers);
    std::vector<double> inShared = entry.inside;
    std::vector<ClosedChain::Queue> queues;
    if (!own.empty() && shared.chain->isSolved()) {
      const ClosedChain* chain = shared.chain.get();
      std::vector<ClosedChain::Queue> both{
          {1, [chain](double n) { return chain->throughput(static_cast<std::size_t>(n)); }}};
      for (double copy = 0; copy < limit.sets; ++copy) {
        both.push_back({own.front().work / limit.sets, speedAt(limit.own, limit.sets)});
      }
      const ClosedChain joined(both, static_cast<std::size_t>(customers));
      inShared = joined.isSolved() ? joined.numberAt(0, entry.inside) : inShared;
    }
    if (shared.chain->isSolved()) {
      queues.push_back({1, speedOfSet(*shared.chain, inShared, limit)});
    }
    if (!own.empty()) {
      queues.push_back({own.front().work, speedAt(limit.own, limit.sets)});
    }
    const ClosedChain set(queues, static_cast<std::size_t>(limit.places));
    if (!set.isSolved()) {
      return;
    }
    const Entry apart = entryOf(limit, set, limit.rate / limit.sets);
    enter(limit, apart, limit.sets, false);
    if (!apart.isStable) {
      return;
    }
    distribute(network, entry.inside, limit.rate * (1 - apart.lost));
  }

  /// What those of one set get done while so many of it are in.
  static std::function<double(double)> speedOfSet(const ClosedChain& shared,
                                                  const std::vector<double>& inShared, const Limit& limit) {
    std::vector<double> speeds(1, 0.0);
    for (double own = 1; own <= limit.places; ++own) {
      double weights = 0;
      double sum = 0;
      for (auto n = static_cast<std::size_t>(own); n < inShared.size(); ++n) {
        const auto all = static_cast<double>(n);
        const double weight = inShared[n] * binomial(all, own, 1 / limit.sets);
        weights += weight;
        sum += weight * own / all * shared.throughput(n);
      }
      speeds.push_back(weights > 1e-200 ? sum / weights : speeds.back());
    }
    speeds[0] = speeds.size() > 1 ? speeds[1] : 1;
    return [speeds](double n) { return speeds[std::min(static_cast<std::size_t>(n), speeds.size() - 1)]; };
  }

  /// One station with exponential service, once for each time, and nothing else: then the chain is what it
  /// is.
  bool isTheorem(const Limit& limit, double lost) const {
    const HeldLimit& held = m_state.limits[limit.index];
    if (held.parts.size() != 1 || held.rest > 0 || limit.sets > 1 || !limit.isOrdinary ||
        limit.patience > 0 || held.parts[0].element >= m_plan.pools.size()) {
      return false;
    }
    const HeldPart& part = held.parts[0];
    const StationFigures& station = m_state.stations[part.element];
    const Pool& of = m_plan.pools[part.element];
    return std::abs(part.visits - 1) < 1e-9 && station.isExact && station.isProductForm &&
           (station.model == "M/M/1" || station.model == "M/M/c") && of.order == plan::ServiceOrder::Fifo &&
           queuesAt(part.element) == 1 && of.speeds.empty() &&
           std::abs(limit.rate * (1 - lost) - station.work) < 1e-9 * limit.rate;
  }

  void enter(const Limit& limit, const Entry& entry, double sets, bool isExact) {
    Admission& result = admission(limit.index);
    const double arrivals = limit.rate / sets;
    result = {};
    result.isStable = entry.isStable;
    if (!entry.isStable) {
      result.growth = (arrivals - entry.most) * sets;
      result.occupancy = 1;
      result.held = limit.places * limit.sets;
      return;
    }
    const double variation = isExact ? 1.0 : variationOf(limit);
    const double served = arrivals * (limit.patience > 0 ? 1.0 : 1 - entry.lost);
    const double wait = served > 0 ? entry.outside / served * variation : 0.0;
    double taken = 0;
    for (std::size_t n = 0; n < entry.inside.size(); ++n) {
      taken += static_cast<double>(n) * entry.inside[n];
    }
    result.probability = wait > 0 ? std::max(entry.probability, 1e-300) : 0;
    result.rate = wait > 0 ? result.probability / wait : 1;
    result.lost = entry.lost;
    result.patience = limit.patience;
    result.held = taken * sets;
    result.occupancy = taken / static_cast<double>(entry.inside.size() - 1);
    result.queue = served * wait * sets;
    result.isExact = isExact;
    result.isLawKnown = isExact && entry.lost <= 0 && isAlone(limit);
    result.band = isExact ? 0
                          : kLimitBand + limit.patienceBand + (sets > 1 ? kApartBand : 0) +
                                0.3 * std::abs(variation - 1) + bandOfOthers(limit);
    for (const HeldPart& part : m_state.limits[limit.index].parts) {
      if (part.element < m_plan.pools.size()) {
        m_at[part.element].isExact = isExact;
        m_at[part.element].band = std::max(m_at[part.element].band, result.band);
      }
    }
  }

  /// Whether there are no more places than servers, so that nobody waits who has one.
  bool isAlone(const Limit& limit) const {
    return limit.places <= m_state.stations[m_state.limits[limit.index].parts[0].element].servers;
  }
  /// Others at the same stations.
  double bandOfOthers(const Limit& limit) const {
    double worst = 0;
    for (const HeldPart& part : m_state.limits[limit.index].parts) {
      if (part.element < m_plan.pools.size() && m_state.stations[part.element].offered > 0) {
        const double share = 1 - m_at[part.element].load / m_state.stations[part.element].offered;
        worst = std::max(worst, std::min(0.4, share));
      }
    }
    return worst;
  }

  /// The wait in an open M/M/c with what comes to a pool.
  double exponentialWait(Index pool) const {
    const StationFigures& station = m_state.stations[pool];
    const Pool& of = m_plan.pools[pool];
    if (of.contention > 0 || of.coherency > 0) {
      return station.work > 0 ? station.queue / station.work : 0;
    }
    const double queues = queuesAt(pool);
    const double service = station.service.first / meanSpeed(pool);
    const double arrivals = station.work / queues;
    const double servers = station.servers / queues;
    return arrivals * service < servers ? waitOfMMc(arrivals, service, servers).mean() : INFINITY;
  }

  /// By how much waits are longer than those of exponential service: of what is met at stations by the waits
  /// there, of the rest by how much the holding time varies.
  double variationOf(const Limit& limit) const {
    const Holding whole = holdingOf(limit.index);
    const double rest = m_state.limits[limit.index].rest;
    const double share = whole.mean > 0 ? std::min(1.0, rest / whole.mean) : 0.0;
    const double atStations = variationAtStations(limit);
    const double arrivals = limit.rate / limit.sets;
    if (share <= 0 || whole.second <= 0 || arrivals * whole.mean >= limit.places) {
      return atStations;
    }
    const double scv = std::clamp(whole.second / (whole.mean * whole.mean) - 1, 0.0, 10.0);
    const double exponential = waitOfMMc(arrivals, whole.mean, limit.places).mean();
    const double actual = waitOfMGc(arrivals, whole.mean, scv, limit.places).value;
    return exponential > 0 ? share * actual / exponential + (1 - share) * atStations : atStations;
  }
  double variationAtStations(const Limit& limit) const {
    double actual = 0;
    double exponential = 0;
    for (const HeldPart& part : m_state.limits[limit.index].parts) {
      if (part.element >= m_plan.pools.size() || isDelay(part.element)) {
        continue;
      }
      const StationFigures& station = m_state.stations[part.element];
      const bool isSharing = m_plan.pools[part.element].order == plan::ServiceOrder::Sharing;
      const double wait = exponentialWait(part.element);
      if (station.work > 0 && std::isfinite(wait)) {
        exponential += part.visits * wait;
        actual += part.visits * (isSharing ? wait : station.queue / station.work);
      }
    }
    return exponential > 0 ? std::clamp(actual / exponential, 0.1, 10.0) : 1.0;
  }

  /// How many are where, given how many are in.
  void distribute(const Network& network, const std::vector<double>& inside, double rate) {
    for (std::size_t i = 0; i < network.queues.size(); ++i) {
      const Network::Queue& queue = network.queues[i];
      const std::vector<double> at = network.chain->numberAt(network.place[i], inside);
      if (queue.element < m_plan.pools.size()) {
        double number = 0;
        for (std::size_t n = 1; n < at.size(); ++n) {
          number += static_cast<double>(n) * at[n];
        }
        m_at[queue.element].number += number * queue.copies;
        m_at[queue.element].solved += rate * queue.visits;
      } else {
        enterWithin(queue.element - m_plan.pools.size(), at, rate * queue.visits);
      }
    }
  }

  /// A limit that another one lets so many in to.
  void enterWithin(std::size_t index, const std::vector<double>& at, double rate) {
    const Limit& limit = m_limits[index];
    if (limit.places <= 0 || !(m_isClosed || isWithin(index))) {
      return;
    }
    const auto places = static_cast<std::size_t>(limit.places * limit.sets);
    Admission& result = admission(index);
    result = {};
    std::vector<double> inside(places + 1, 0.0);
    double outside = 0;
    for (std::size_t n = 0; n < at.size(); ++n) {
      inside[std::min(n, places)] += at[n];
      outside += n > places ? static_cast<double>(n - places) * at[n] : 0.0;
    }
    double taken = 0;
    for (std::size_t n = 0; n < inside.size(); ++n) {
      taken += static_cast<double>(n) * inside[n];
    }
    const double wait = rate > 0 ? outside / rate : 0.0;
    result.probability = wait > 0 ? std::max(inside.back(), 1e-300) : 0.0;
    result.rate = wait > 0 ? result.probability / wait : 1;
    result.held = taken;
    result.occupancy = taken / static_cast<double>(places);
    result.queue = outside;
    result.band = 2 * kLimitBand;
    distribute(whole(index), inside, rate);
  }

  void apply(Index pool) {
    const AtPool& at = m_at[pool];
    StationFigures& station = m_state.stations[pool];
    if (at.solved <= 0 || at.visits <= 0 || station.work <= 0) {
      return;
    }
    const double service = at.load / at.visits / meanSpeed(pool);
    double wait = std::max(0.0, at.number / at.solved - service);
    wait = wait > 1e-9 * service ? wait : 0.0;
    const double open = exponentialWait(pool);
    if (m_isClosed) {
      applyClosed(pool, wait, service);
      return;
    }
    if (!(open > 0) || !std::isfinite(open)) {
      return;
    }
    const double share = std::min(1.0, at.visits / station.work);
    const double ratio = 1 - share + share * std::min(1.0, wait / open);
    if (ratio > 1 - 1e-9) {
      return;
    }
    for (StationWait& each : station.waits) {
      shorten(each, ratio, at, 1 / meanSpeed(pool));
    }
    station.queue *= ratio;
    const bool isSharing = m_plan.pools[pool].order == plan::ServiceOrder::Sharing;
    station.concurrency -= isSharing ? station.work * open * (1 - ratio) : 0.0;
    station.model += " behind a limit";
    station.isExact = station.isExact && at.isExact;
    station.isProductForm = station.isProductForm && at.isExact;
    station.band = at.isExact ? station.band : std::max(station.band, at.band);
  }

  static void shorten(StationWait& wait, double ratio, const AtPool& at, double unstretched) {
    wait.rate = ratio > 0 ? wait.rate / ratio : 1;
    wait.probability = ratio > 0 ? wait.probability : 0;
    wait.second *= ratio * ratio;
    wait.isQueueOfOne = wait.isShared = false;
    wait.stages.clear();
    wait.busyArrivals = 0;
    wait.band = at.isExact ? wait.band : std::max(wait.band, at.band);
    if (wait.sharedLoad > 0) {
      wait.stretch = unstretched + ratio * (wait.stretch - unstretched);
      wait.stretchBand = std::max(wait.stretchBand, at.band);
    }
  }

  void applyClosed(Index pool, double wait, double service) {
    StationFigures& station = m_state.stations[pool];
    const bool isSharing = m_plan.pools[pool].order == plan::ServiceOrder::Sharing;
    const double work = station.work * m_scale;
    const double busy = station.offered * m_scale / meanSpeed(pool);
    for (StationWait& each : station.waits) {
      each = {};
      each.band = kLimitBand;
      each.stretch = (isSharing ? 1 + wait / service : 1) / meanSpeed(pool);
      each.stretchBand = isSharing ? kLimitBand : 0;
      if (!isSharing && wait > 0 && station.servers > 0) {
        each.probability = std::clamp(busy / station.servers, 1e-6, 1.0);
        each.rate = each.probability / wait;
      }
    }
    station.isStable = true;
    station.growth = 0;
    station.queue = isSharing ? 0 : work * wait;
    station.utilisation = station.most = station.servers > 0 ? std::min(1.0, busy / station.servers) : 0;
    station.offered = busy;
    station.concurrency = isSharing ? work * (wait + service) : busy;
    station.model = "closed";
    station.isExact = station.isProductForm = false;
    station.band = kLimitBand;
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
  std::vector<Limit> m_limits;
  std::map<std::size_t, Network> m_networks;  // of limits
  std::vector<AtPool> m_at;                   // [pool]
  double m_scale = 1;                         // of rates, where users think
  bool m_isClosed = false;
};

}  // namespace

void findRests(const Structure& structure, WorkingState& state) {
  LimitSolver(structure, state).findRests();
}

void solveLimits(const Structure& structure, WorkingState& state) {
  LimitSolver solver(structure, state);
  solver.feel();
  const bool areUsers = std::any_of(structure.plan().sources.begin(), structure.plan().sources.end(),
                                    [](const auto& each) { return each.kind == plan::SourceKind::Closed; });
  if (state.isLimited && !areUsers) {
    solver.solve();
  }
}

double solveLimitedUsers(const Structure& structure, WorkingState& state, std::size_t source, double users) {
  return LimitSolver(structure, state).solveUsers(source, users);
}

}  // namespace cantilever::analytic
