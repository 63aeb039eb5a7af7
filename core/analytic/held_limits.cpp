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

#include "core/analytic/closed_networks.h"
#include "core/analytic/erlang.h"
#include "core/analytic/held_stations.h"
#include "core/analytic/limit_entry.h"
#include "core/analytic/many_servers.h"
#include "core/analytic/working_state.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;

constexpr double kFeltWait = 1e-4;   // share that waits
constexpr double kFeltLoss = 1e-9;   // share that is refused
constexpr double kMostHeld = 600;    // units of all sets together
constexpr double kApartBand = 0.15;  // where each caller has a limit of its own
constexpr int kDeepest = 16;

class LimitSolver {
 public:
  LimitSolver(const Structure& structure, WorkingState& state)
      : m_structure(structure), m_plan(structure.plan()), m_state(state), m_stations(structure, state) {
    for (std::size_t i = 0; i < state.limits.size(); ++i) {
      m_limits.push_back(limitOf(i));
    }
  }

  /// Marks those that somebody waits for.
  void feel() {
    m_state.isLimitNew = false;
    for (const LimitLoad& limit : m_limits) {
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
    for (const LimitLoad& limit : m_limits) {
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
    for (const LimitLoad& limit : m_limits) {
      countThrough(limit);
    }
    for (const LimitLoad& limit : m_limits) {
      const std::string why = reasonAgainst(limit);
      if (!why.empty() && !admission(limit.index).isStable) {
        admission(limit.index).isStable = true;
        admission(limit.index).fault = {why, false, true};
      } else if (why.empty() && isSolvable(limit) && !isWithin(limit.index)) {
        solveOutermost(limit);
      }
    }
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      m_stations.apply(pool, std::nullopt);
    }
  }

  double solveUsers(std::size_t source, double users) {
    m_isClosed = true;
    const HeldLimit& held = m_state.users[source];
    const double rate = m_state.sourceRates[source];
    for (const LimitLoad& limit : m_limits) {
      countThrough(limit);
    }
    m_stations.addThrough(held.parts, rate);
    const double think = m_plan.sources[source].think.mean.inSeconds();
    const Network network = networkOf(held.parts, held.rest + think, users);
    if (!network.chain->isSolved()) {
      return rate;
    }
    std::vector<double> population(static_cast<std::size_t>(users) + 1, 0.0);
    population.back() = 1;
    const double throughput = network.chain->throughput(population.size() - 1);
    distribute(network, population, throughput);
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      m_stations.apply(pool, throughput / rate);
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
  Admission& admission(std::size_t index) {
    const std::size_t tokens = m_plan.tokens.size();
    return index < tokens ? m_state.tokens[index] : m_state.seats[index - tokens];
  }
  const Admission& admission(std::size_t index) const {
    const std::size_t tokens = m_plan.tokens.size();
    return index < tokens ? m_state.tokens[index] : m_state.seats[index - tokens];
  }

  LimitLoad limitOf(std::size_t index) const {
    LimitLoad limit;
    limit.index = index;
    if (index < m_plan.tokens.size()) {
      const plan::Tokens& tokens = m_plan.tokens[index];
      const bool isHeld = tokens.refill == plan::Refill::OnGive && tokens.scope != plan::TokenScope::Key &&
                          !tokens.adaptive && tokens.reserve == 0 && m_state.tokenFault[index].empty();
      limit.places = isHeld ? std::floor(tokens.size / unitsOf(static_cast<Index>(index))) : 0;
      limit.sets = isHeld ? bucketsOf(m_structure, m_state, static_cast<Index>(index)) : 1;
      limit.rate = isHeld ? askedOf(m_structure, m_state.traffic, static_cast<Index>(index)) : 0;
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
      calls += totalOf(m_state.traffic.arrivals[link]);
    }
    for (const Index program : m_structure.programsAt(pool)) {
      limit.rate += totalOf(m_state.traffic.runs[program]);
    }
    limit.rate = isHeld ? std::max(limit.rate, calls) : 0.0;
    return limit;
  }

  /// Taken at a time, where all take as many; else the most.
  double unitsOf(Index tokens) const {
    double units = 1;
    for (Index ask = m_structure.firstAskOf(tokens); ask < m_structure.endOfAsks(tokens); ++ask) {
      units = std::max(units, m_structure.asks()[ask].units);
    }
    return units;
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
      const StationWait& wait = station.waitOf(each.requestClass, each.program);
      waits += each.rate * wait.mean();
      stretch += each.rate * wait.stretch;
      work += each.rate;
    }
    return work > 0 ? part.visits * waits / work + part.work * stretch / work : part.work;
  }
  double timeAtLimit(Index element) const {
    const std::size_t index = element - m_plan.pools.size();
    return admission(index).meanWait() + holdingOf(index).mean;
  }

  /// Why nobody knows whether there are enough; empty if that is known.
  std::string reasonAgainst(const LimitLoad& limit) const {
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
      return part.element >= m_plan.pools.size() || (!m_stations.isDelay(part.element) && part.work > 0);
    });
  }

  /// Whether the stations that it is held over have a steady state, and any queues.
  bool isSolvable(const LimitLoad& limit) const {
    const HeldParts& parts = m_state.limits[limit.index].parts;
    return m_state.limits[limit.index].isFelt && limit.rate > 0 && limit.places > 0 &&
           limit.places * limit.sets <= kMostHeld && hasQueues(parts) && areSettled(parts, canLose(limit), 0);
  }
  static bool canLose(const LimitLoad& limit) {
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
             const bool isOnlyThrough = m_stations.isOnlyThrough(part.element);
             return (station.isStable || (isRefused && isOnlyThrough)) && station.unsolvable.empty() &&
                    m_state.poolFault[part.element].empty();
           });
  }

  /// Whether another limit lets in most of what comes to it, so that its wait is part of that one's holding.
  bool isWithin(std::size_t index) const {
    const LimitLoad& limit = m_limits[index];
    if (canLose(limit)) {
      return false;
    }
    return std::any_of(m_limits.begin(), m_limits.end(), [&](const LimitLoad& other) {
      const HeldLimit& held = m_state.limits[other.index];
      return other.index != index && isSolvable(other) &&
             std::any_of(held.parts.begin(), held.parts.end(), [&](const HeldPart& part) {
               return part.element == m_plan.pools.size() + index &&
                      other.rate * part.visits > limit.rate / 2;
             });
    });
  }

  void countThrough(const LimitLoad& limit) {
    if (m_state.limits[limit.index].isFelt) {
      m_stations.addThrough(m_state.limits[limit.index].parts, limit.rate);
    }
  }
  Network networkOf(const HeldParts& parts, double rest, double customers) {
    Network network;
    std::vector<ClosedChain::Queue> queues;
    for (const HeldPart& part : parts) {
      const bool isPool = part.element < m_plan.pools.size();
      if (isPool && (m_stations.isDelay(part.element) || part.work <= 0)) {
        rest += part.work / m_stations.meanSpeed(part.element);
        continue;
      }
      const double copies = isPool ? m_stations.queuesAt(part.element) : 1.0;
      network.queues.push_back({part.element, copies, part.visits});
      network.place.push_back(queues.size());
      for (double copy = 0; copy < copies; ++copy) {
        if (isPool) {
          queues.push_back({part.work / copies, m_stations.speedAt(part.element, copies)});
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
    const LimitLoad& limit = m_limits[index];
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

  void solveOutermost(const LimitLoad& limit) {
    Network& network = whole(limit.index);
    if (!network.chain->isSolved()) {
      return;
    }
    const LimitLoad all = together(limit);
    const LimitEntry entry = entryOf(all, *network.chain, limit.rate);
    if (limit.sets <= 1 || !entry.isStable) {
      if (entry.isStable) {
        distribute(network, entry.inside, limit.rate * (1 - entry.lost));
      }
      enter(limit, entry, 1, isTheorem(limit, entry.lost));
      return;
    }
    solveApart(limit, network, entry);
  }

  static LimitLoad together(const LimitLoad& limit) {
    LimitLoad all = limit;
    all.places *= limit.sets;
    all.room *= limit.sets;
    all.sets = 1;
    return all;
  }

  /// Each set by itself: of those that are in, whatever their number, each belongs to any of the sets, which
  /// is so where the limit is not felt.
  void solveApart(const LimitLoad& limit, Network& network, const LimitEntry& entry) {
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
        both.push_back({own.front().work / limit.sets, m_stations.speedAt(limit.own, limit.sets)});
      }
      const ClosedChain joined(both, static_cast<std::size_t>(customers));
      inShared = joined.isSolved() ? joined.numberAt(0, entry.inside) : inShared;
    }
    if (shared.chain->isSolved()) {
      queues.push_back({1, speedOfSet(*shared.chain, inShared, limit)});
    }
    if (!own.empty()) {
      queues.push_back({own.front().work, m_stations.speedAt(limit.own, limit.sets)});
    }
    const ClosedChain set(queues, static_cast<std::size_t>(limit.places));
    if (!set.isSolved()) {
      return;
    }
    const LimitEntry apart = entryOf(limit, set, limit.rate / limit.sets);
    enter(limit, apart, limit.sets, false);
    if (!apart.isStable) {
      return;
    }
    distribute(network, entry.inside, limit.rate * (1 - apart.lost));
  }

  /// What those of one set get done while so many of it are in.
  static std::function<double(double)> speedOfSet(const ClosedChain& shared,
                                                  const std::vector<double>& inShared,
                                                  const LimitLoad& limit) {
    std::vector<double> speeds(1, 0.0);
    for (double own = 1; own <= limit.places; ++own) {
      double weights = 0;
      double sum = 0;
      double chance =
          std::pow(1 / limit.sets, own);  // that of all who are in so many are of this set: binomial
      for (auto n = static_cast<std::size_t>(own); n < inShared.size(); ++n) {
        const auto all = static_cast<double>(n);
        const double weight = inShared[n] * chance;
        weights += weight;
        sum += weight * own / all * shared.throughput(n);
        chance *= (all + 1) / (all + 1 - own) * (1 - 1 / limit.sets);
      }
      speeds.push_back(weights > 1e-200 ? sum / weights : speeds.back());
    }
    speeds[0] = speeds.size() > 1 ? speeds[1] : 1;
    return [speeds](double n) { return speeds[std::min(static_cast<std::size_t>(n), speeds.size() - 1)]; };
  }

  /// One station with exponential service, once for each time, and nothing else: then the chain is what it
  /// is.
  bool isTheorem(const LimitLoad& limit, double lost) const {
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
           m_stations.queuesAt(part.element) == 1 && of.speeds.empty() &&
           std::abs(limit.rate * (1 - lost) - station.work) < 1e-9 * limit.rate;
  }

  void enter(const LimitLoad& limit, const LimitEntry& entry, double sets, bool isExact) {
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
                                0.3 * std::abs(variation - 1) +
                                m_stations.bandOfOthers(m_state.limits[limit.index].parts);
    for (const HeldPart& part : m_state.limits[limit.index].parts) {
      if (part.element < m_plan.pools.size()) {
        m_stations.judge(part.element, isExact, result.band);
      }
    }
  }

  /// Whether there are no more places than servers, so that nobody waits who has one.
  bool isAlone(const LimitLoad& limit) const {
    return limit.places <= m_state.stations[m_state.limits[limit.index].parts[0].element].servers;
  }
  /// By how much waits are longer than those of exponential service: of what is met at stations by the waits
  /// there, of the rest by how much the holding time varies.
  double variationOf(const LimitLoad& limit) const {
    const Holding whole = holdingOf(limit.index);
    const double rest = m_state.limits[limit.index].rest;
    const double share = whole.mean > 0 ? std::min(1.0, rest / whole.mean) : 0.0;
    const double atStations = m_stations.variation(m_state.limits[limit.index].parts);
    const double arrivals = limit.rate / limit.sets;
    if (share <= 0 || whole.second <= 0 || arrivals * whole.mean >= limit.places) {
      return atStations;
    }
    const double scv = std::clamp(whole.second / (whole.mean * whole.mean) - 1, 0.0, 10.0);
    const double exponential = waitOfMMc(arrivals, whole.mean, limit.places).mean();
    const double actual = waitOfMGc(arrivals, whole.mean, scv, limit.places).value;
    return exponential > 0 ? share * actual / exponential + (1 - share) * atStations : atStations;
  }
  /// How many are where, given how many are in.
  void distribute(const Network& network, const std::vector<double>& inside, double rate) {
    if (!network.chain->isSolved()) {
      return;
    }
    for (std::size_t i = 0; i < network.queues.size(); ++i) {
      const Network::Queue& queue = network.queues[i];
      const std::vector<double> at = network.chain->numberAt(network.place[i], inside);
      if (queue.element < m_plan.pools.size()) {
        double number = 0;
        for (std::size_t n = 1; n < at.size(); ++n) {
          number += static_cast<double>(n) * at[n];
        }
        m_stations.addFound(queue.element, number * queue.copies, rate * queue.visits);
      } else {
        enterWithin(queue.element - m_plan.pools.size(), at, rate * queue.visits);
      }
    }
  }

  /// A limit that another one lets so many in to.
  void enterWithin(std::size_t index, const std::vector<double>& at, double rate) {
    const LimitLoad& limit = m_limits[index];
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

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
  std::vector<LimitLoad> m_limits;
  std::map<std::size_t, Network> m_networks;  // of limits
  HeldStations m_stations;
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
