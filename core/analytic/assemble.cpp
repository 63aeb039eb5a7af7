#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/analytic/assembler.h"
#include "core/analytic/special.h"

namespace cantilever::analytic {

using plan::Pool;

Solution Assembler::assemble() {
  judgeTraffic();
  judgeExactness();
  judgeDisturbance();
  for (Index each = 0; each < m_plan.classes.size(); ++each) {
    m_offered.push_back(0);
    m_outcomes.push_back(outcomeOf(each, m_offered.back()));
  }
  findDoubts();
  m_solution.loadFactor = m_options.loadFactor;
  m_solution.slice = m_plan.slice;
  m_solution.hasConverged = m_settled.hasConverged;
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    m_solution.pools.push_back(poolSolution(pool));
    m_solution.isStable = m_solution.isStable && m_solution.pools.back().isStable;
  }
  for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
    m_solution.tokens.push_back(tokensSolution(tokens));
    m_solution.isStable = m_solution.isStable && m_state.tokens[tokens].isStable;
  }
  for (Index group = 0; group < m_plan.groups.size(); ++group) {
    m_solution.groups.push_back(groupSolution(group));
    m_solution.isStable = m_solution.isStable && m_solution.groups.back().isStable;
  }
  for (Index each = 0; each < m_plan.classes.size(); ++each) {
    m_solution.classes.push_back(classSolution(each));
  }
  if (m_options.withAll) {
    m_solution.all = allClasses();
  }
  for (Index link = 0; link < m_plan.links.size(); ++link) {
    m_solution.links.push_back(linkSolution(link));
  }
  for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
    m_solution.caches.push_back(
        {m_plan.caches[cache].key, rate(totalOf(m_state.traffic.lookups[cache])), hitRatioOf(cache)});
  }
  findBottlenecks();
  return std::move(m_solution);
}

bool Assembler::swings(Index pool) const {
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    if (m_settled.swings[k] && usesPool(k, pool)) {
      return true;
    }
  }
  return false;
}

std::string Assembler::poolReason(Index pool) const {
  const StationFigures& station = m_state.stations[pool];
  const std::string name = "pool \"" + m_plan.pools[pool].key + "\"";
  return !m_state.poolFault[pool].empty() ? m_state.poolFault[pool].why.str()
         : !station.isStable              ? name + " is unstable: its backlog grows"
                                          : name + ": " + station.unsolvable;
}

Figure Assembler::ofStation(Index pool, double value, double band) const {
  const StationFigures& station = m_state.stations[pool];
  if (!station.isStable || !station.unsolvable.empty() || !m_state.poolFault[pool].empty()) {
    return Figure::unsolvable(poolReason(pool));
  }
  if (swings(pool) || !doubtOf(pool).empty()) {
    return Figure::unsolvable(swings(pool) ? kSwings : doubtOf(pool));
  }
  return m_isExactPool[pool] ? Figure::exact(value) : Figure::approximate(value, band);
}

PoolSolution Assembler::poolSolution(Index pool) const {
  const Pool& of = m_plan.pools[pool];
  const StationFigures& station = m_state.stations[pool];
  const Admission& seat = m_state.seats[pool];
  PoolSolution result;
  result.key = of.key;
  result.instances = m_state.instances[pool];
  result.servers = station.servers;
  result.model = station.model;
  // Of what has no formula nobody knows whether it keeps up.
  result.isStable = (station.isStable || !m_state.poolFault[pool].empty()) && seat.isStable;
  result.growth = result.isStable ? 0 : std::max(station.growth, seat.isStable ? 0.0 : seat.growth);
  result.work = rate(station.work);
  const double busy = station.isStable ? station.concurrency : station.servers;
  // Of all servers, of which fewer seats may leave some without work.
  const double working = static_cast<double>(of.servers) * result.instances;
  const double utilisation =
      station.utilisation * (working > 0 ? std::min(1.0, station.servers / working) : 1.0);
  if (m_doubts[pool].isMore) {
    result.utilisation = result.concurrency = Figure::unsolvable(doubtOf(pool));
  } else if (!station.unsolvable.empty() && !station.isUseKnown) {
    result.utilisation = result.concurrency = Figure::unsolvable(poolReason(pool));
  } else if (swings(pool)) {
    result.utilisation = Figure::approximate(utilisation, kSwingingBand);
    result.concurrency = Figure::approximate(busy, kSwingingBand);
  } else if (doubtOf(pool).empty() && !isBehind(pool)) {
    const double rough = m_doubts[pool].band();
    result.utilisation = m_isExactPool[pool] && station.work > 0 && rough <= 0
                             ? Figure::exact(utilisation)
                             : rate(utilisation, rough + station.useBand);
    result.concurrency = station.isStable && m_isExactPool[pool]
                             ? rate(busy)
                             : Figure::approximate(busy, kMeanBand / 2 + station.useBand);
  } else {  // at most
    result.utilisation = atMost(utilisation);
    result.concurrency = atMost(busy);
  }
  double waits = 0;
  double lost = 0;
  double work = 0;
  for (const Traffic::Work& each : m_state.traffic.work[pool]) {
    const StationWait& wait = station.waitOf(each.requestClass, each.program);
    waits += each.rate * (1 - wait.lost) * wait.mean();
    lost += each.rate * wait.lost;
    work += each.rate;
  }
  waits = work > lost ? waits / (work - lost) : 0;  // of those served
  const double band = waitBand(station) + m_disturbance[pool];
  result.queue = queueAt(pool, band);
  // Where seats are held for nothing but work, the first of those who wait have them.
  const double beyond = shareBeyondSeats(pool);
  const auto partOfWait = [&](double part) {
    const Figure figure = ofStation(pool, waits * part, waits * part > 0 ? band : 0);
    const bool isSplit = beyond > 0 && beyond < 1 && figure.isSolved() && waits > 0;
    return !isSplit ? figure
                    : Figure::approximate(
                          figure.value,
                          std::max(figure.band, result.instances > 1 ? kSplitBandOfSeveral : kSplitBand));
  };
  result.wait = partOfWait(1 - beyond);
  const double served = (1 - seat.lost) * (work > 0 ? 1 - lost / work : 1.0);
  result.lost = ofStation(pool, 1 - served, kFailureBand);
  result.occupancy = station.isStable || of.seats == 0
                         ? Figure::approximate(seat.occupancy, seat.occupancy > 0 ? kMeanBand + seat.band : 0)
                         : Figure::unsolvable(poolReason(pool));
  result.seatWait = beyond > 0 ? partOfWait(beyond) : seatWaitAt(pool);
  result.saturatesAt = saturation(station);
  const double down = m_availability.ofPool(pool);
  result.availability = Figure::approximate(1 - down, m_availability.bandOf(pool));
  result.unavailability = Figure::approximate(down, down > 0 ? m_availability.bandOf(pool) / down : 0);
  return result;
}

/// Of all that wait, for a seat or for a server.
Figure Assembler::queueAt(Index pool, double band) const {
  const StationFigures& station = m_state.stations[pool];
  const Admission& seat = m_state.seats[pool];
  const Figure forServer = ofStation(pool, station.queue, band);
  if (!forServer.isSolved() || !(seat.queue > 0 || !seat.isStable || !seat.fault.empty())) {
    return forServer;
  }
  if (!seat.isStable || !seat.fault.empty()) {
    return seatWaitAt(pool);
  }
  const double off = forServer.band * station.queue + (kSeatBand + seat.band) * seat.queue;
  return Figure::approximate(station.queue + seat.queue, off / (station.queue + seat.queue));
}

/// Of those who wait, in a queue whose length is about geometric: the more slowly it falls the more services
/// vary.
double Assembler::shareBeyondSeats(Index pool) const {
  const Pool& of = m_plan.pools[pool];
  if (of.seats == 0 || !m_structure.holdsSeatsOnlyToWork(pool)) {
    return 0;
  }
  const double more = static_cast<double>(of.seats) - of.servers;
  const StationFigures& station = m_state.stations[pool];
  return more <= 0 || of.servers == 0 ? 1.0
                                      : std::pow(station.utilisation, 2 * more / (1 + station.service.scv()));
}

Figure Assembler::seatWaitAt(Index pool) const {
  const Admission& seat = m_state.seats[pool];
  const std::string& key = m_plan.pools[pool].key;
  if (m_plan.pools[pool].seats > 0 && !m_state.stations[pool].isStable) {
    return Figure::unsolvable(poolReason(pool));
  }
  if (!seat.isStable || !seat.fault.empty()) {
    return Figure::unsolvable(seat.fault.empty() ? "pool \"" + key + "\" has too few seats: its backlog grows"
                                                 : seat.fault.why.str());
  }
  return Figure::approximate(seat.meanWait(), seat.meanWait() > 0 ? kSeatBand + seat.band : 0);
}

double Assembler::waitBand(const StationFigures& station) {
  return 0.25 + station.band;
}

Figure Assembler::saturation(const StationFigures& station) const {
  if (station.model == "closed") {
    return Figure::unsolvable("users who think never ask for more than there is");
  }
  if (station.servers <= 0 || station.work <= 0) {
    return Figure::unsolvable("it has no limit, or nothing to do");
  }
  if (station.slowsDown) {
    return Figure::unsolvable("the more it has to do the less it does: at any load it may come to a stand");
  }
  const double most = std::max(station.most, station.offered / station.servers);
  return Figure::approximate(1 / most, m_isPlainTraffic ? 0.0 : 0.05);
}

bool Assembler::isAskedByExactClasses(Index tokens) const {
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    if (askedBy(m_structure, m_state.traffic, tokens, k) > 0 && !isExactClass(k)) {
      return false;
    }
  }
  return true;
}

TokensSolution Assembler::tokensSolution(Index tokens) const {
  const Admission& of = m_state.tokens[tokens];
  TokensSolution result;
  result.key = m_plan.tokens[tokens].key;
  const double asked = askedOf(m_structure, m_state.traffic, tokens);
  const Doubt& doubt = m_tokenDoubts[tokens];
  if (doubt.isFelt()) {
    result.asked = atMost(asked);
    result.refused = result.wait = result.held =
        Figure::unsolvable("how many tokens \"" + result.key + "\" are asked for is not known: " + doubt.why);
    return result;
  }
  result.asked = rate(asked, doubt.band());
  if (!of.isStable || !of.fault.empty() || !m_state.tokenFault[tokens].empty()) {
    const std::string why = !m_state.tokenFault[tokens].empty() ? m_state.tokenFault[tokens].why.str()
                            : !of.fault.empty()
                                ? of.fault.why.str()
                                : "tokens \"" + result.key + "\" are too few: their backlog grows";
    result.refused = result.wait = result.held = Figure::unsolvable(why);
    return result;
  }
  const bool isExact = of.isExact && m_settled.hasConverged && isAskedByExactClasses(tokens);
  const double refusedBand = isExact || isExactLimit(tokens) || of.lost <= 0 ? 0 : kFailureBand;
  result.refused = Figure::approximate(of.lost, refusedBand + (of.lost > 0 ? of.luck / of.lost : 0.0));
  result.wait = Figure::approximate(of.meanWait(), isExact || of.meanWait() <= 0 ? 0 : 0.25 + of.band);
  result.held = Figure::approximate(of.held, isExact || of.held <= 0 ? 0 : kMeanBand + of.band);
  return result;
}

Figure Assembler::hitRatioOf(Index cache) const {
  const double ratio = m_state.beliefs.hitRatio[cache] - m_state.coalesced[cache];
  return Figure::approximate(ratio, isTrivial(cache) ? 0.0 : hitRatioBand(cache) + levelError(cache) / ratio);
}

GroupSolution Assembler::groupSolution(Index group) const {
  const Consumption& of = m_state.groups[group];
  GroupSolution result;
  result.key = m_plan.groups[group].key;
  result.isStable = of.isStable;
  result.growth = of.growth;
  result.received = rate(of.received);
  result.utilisation =
      Figure::approximate(std::min(1.0, of.utilisation), of.isSkewed ? kMeanBand * 2 : kMeanBand / 2);
  if (!of.isStable || !m_state.groupFault[group].empty()) {
    result.lag = result.wait = result.inLog = Figure::unsolvable(
        of.isStable ? m_state.groupFault[group].why.str()
                    : "consumers \"" + result.key + "\" read less than comes: their lag grows");
    return result;
  }
  const double service = m_state.groupService[group].mean;
  const Index pool = m_plan.links[m_plan.groups[group].link].pool;
  const bool isShared = pool != kNone && m_structure.linksTo(pool).size() > 1;
  const bool isPlain = of.band == 0 && m_plan.groups[group].batch == 1 && !isShared && isFedByPoisson(group);
  // Messages that follow each other find others in the pool for as long.
  const double besides = isShared ? m_state.stations[pool].utilisation : 0.0;
  const double band = isPlain ? 0.0 : std::min(1.0, 0.25 + of.band + besides);
  result.lag = Figure::approximate(of.lag, of.lag > 0 ? band : 0);
  result.wait = Figure::approximate(of.wait, of.wait > 0 ? band : 0);
  result.inLog = Figure::approximate(of.wait + service + of.longer, band);
  return result;
}

/// Why nobody knows how many attempts there are over a link; empty if that is known.
std::string Assembler::unknownOf(Index link) const {
  const plan::Link& of = m_plan.links[link];
  for (Index k = 0; k < m_plan.classes.size() && (of.hedge > Duration() || of.retries.isOn()); ++k) {
    const auto fault = m_state.callFaults.find({link, k});
    if (m_state.traffic.calls[link][k] > 0 && fault != m_state.callFaults.end()) {
      return fault->second.why;
    }
    if (m_state.traffic.calls[link][k] > 0 && m_settled.swings[k]) {
      return kSwings;
    }
  }
  return {};
}

LinkSolution Assembler::linkSolution(Index link) const {
  LinkSolution result;
  result.key = m_plan.links[link].key;
  const auto begun = m_state.traffic.calls[link];
  result.calls.assign(begun.begin(), begun.end());
  double attempts = 0;
  double failed = 0;
  std::string fault;
  for (Index k = 0; k < result.calls.size(); ++k) {
    const double sent = m_state.traffic.sends[link][k];
    attempts += sent + (result.calls[k] - sent) * m_state.beliefs.attempts[link][k];
    failed += result.calls[k] * (1 - m_state.beliefs.success[link][k]);
    const auto ofCall = m_state.callFaults.find({link, k});
    if (fault.empty() && result.calls[k] > 0 && ofCall != m_state.callFaults.end()) {
      fault = ofCall->second.why;
    }
  }
  const double calls = totalOf(result.calls);
  if (const std::string why = unknownOf(link); !why.empty()) {
    result.rate = result.failed = Figure::unsolvable(why);
    return result;
  }
  const Doubt& doubt = m_linkDoubts[link];
  const std::string unknown =
      doubt.isFelt() ? "how much comes over link \"" + result.key + "\" is not known: " + doubt.why
                     : std::string();
  result.rate = doubt.isMore     ? Figure::unsolvable(unknown)
                : doubt.isFelt() ? atMost(attempts)
                                 : rate(attempts, doubt.band());
  const double share = calls > 0 ? failed / calls : 0;
  result.failed = !fault.empty() ? Figure::unsolvable(fault)
                  : doubt.isFelt()
                      ? Figure::unsolvable(unknown)
                      : Figure::approximate(share < 1e-12 ? 0 : share,
                                            share < 1e-12 || m_isPlainTraffic ? 0 : kFailureBand);
  return result;
}

void Assembler::findBottlenecks() {
  std::vector<Bottleneck>& list = m_solution.bottlenecks;
  for (std::size_t pool = 0; pool < m_solution.pools.size(); ++pool) {
    const PoolSolution& of = m_solution.pools[pool];
    if (of.saturatesAt.isSolved() && m_state.stations[pool].model != "pulled by consumers") {
      list.push_back({"pool", of.key, of.saturatesAt});
    }
    if (m_state.seats[pool].occupancy > 0) {
      list.push_back({"seats", of.key, Figure::approximate(1 / m_state.seats[pool].occupancy, 0.3)});
    }
  }
  for (std::size_t tokens = 0; tokens < m_solution.tokens.size(); ++tokens) {
    const Admission& of = m_state.tokens[tokens];
    if (of.occupancy > 0) {
      list.push_back({"tokens", m_solution.tokens[tokens].key, Figure::approximate(1 / of.occupancy, 0.1)});
    }
  }
  for (std::size_t group = 0; group < m_solution.groups.size(); ++group) {
    if (m_state.groups[group].utilisation > 0) {
      list.push_back({"consumers", m_solution.groups[group].key,
                      Figure::approximate(1 / m_state.groups[group].utilisation, 0.1)});
    }
  }
  // What is full at the same load, but for the last digits, by name.
  const auto rank = [](const Bottleneck& each) {
    return std::pair(rankOf(each.saturatesAt.value), std::string_view(each.key));
  };
  std::stable_sort(list.begin(), list.end(),
                   [&rank](const Bottleneck& a, const Bottleneck& b) { return rank(a) < rank(b); });
  const double offered = totalOf(m_state.sourceRates);
  const bool isClosed =
      std::any_of(m_plan.sources.begin(), m_plan.sources.end(),
                  [](const plan::Source& source) { return source.kind == plan::SourceKind::Closed; });
  m_solution.throughputLimit =
      isClosed ? Figure::unsolvable("with users who think, throughput depends on their number")
      : list.empty()
          ? Figure::unsolvable("nothing in it has a limit")
          : Figure::approximate(offered * list.front().saturatesAt.value, list.front().saturatesAt.band);
}

Solution solutionOf(const plan::Plan& plan, const Structure& structure, Settled& settled,
                    const SolveOptions& options) {
  return Assembler(plan, structure, settled, options).assemble();
}

}  // namespace cantilever::analytic
