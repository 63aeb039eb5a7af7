#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analytic/availability.h"
#include "core/analytic/plan_availability.h"
#include "core/analytic/solver_pass.h"

namespace cantilever::analytic {

namespace {

using plan::Op;
using plan::Pool;

// What is assumed beyond the formulas: independent stations with Poisson arrivals. Borne out by the
// comparison with the simulation (tests/core/analytic/agreement_test.cpp).
constexpr double kMeanBand = 0.10;
constexpr double kTailBand = 0.15;
constexpr double kHitRatioBand = 0.01;
constexpr double kFailureBand = 0.4;  // of the share that fails
constexpr double kMuchDown = 0.01;
constexpr double kFewLate = 1e-3;

double totalOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

class Assembler {
 public:
  Assembler(const plan::Plan& plan, const Structure& structure, Settled& settled, const SolveOptions& options)
      : m_plan(plan),
        m_structure(structure),
        m_settled(settled),
        m_state(settled.state),
        m_options(options),
        m_availability(plan, settled.state.instances) {}

  Solution assemble() {
    judgeExactness();
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
    for (Index link = 0; link < m_plan.links.size(); ++link) {
      m_solution.links.push_back(linkSolution(link));
    }
    for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
      m_solution.caches.push_back(
          {m_plan.caches[cache].key, rate(totalOf(m_state.traffic.lookups[cache])),
           Figure::approximate(m_state.beliefs.hitRatio[cache], isTrivial(cache) ? 0.0 : kHitRatioBand)});
    }
    findBottlenecks();
    return std::move(m_solution);
  }

 private:
  bool isTrivial(Index cache) const {
    const double hit = m_state.beliefs.hitRatio[cache];
    return hit <= 0 || hit >= 1;
  }

  bool isPoisson(const plan::Source& source) const {
    return source.kind == plan::SourceKind::Open && source.arrivals == ArrivalProcess::Poisson &&
           !source.spacing && !source.bursts && source.batch.kind == CountLaw::Kind::Fixed &&
           source.batch.mean <= 1 && source.curve.points.empty();
  }

  bool usesPool(Index requestClass, Index pool) const {
    const auto& work = m_state.traffic.work[pool];
    return std::any_of(work.begin(), work.end(), [&](const Traffic::Work& each) {
      return each.requestClass == requestClass && each.rate > 0;
    });
  }

  /// How often a request of each class may work at each pool, counting what is written.
  void countVisits() {
    m_visitsAtMost.assign(m_plan.pools.size(), std::vector<double>(m_plan.classes.size(), 0.0));
    for (Index k = 0; k < m_plan.classes.size(); ++k) {
      for (const Index program : m_structure.order(k)) {
        for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
          const plan::Instruction& code = m_plan.code[pc];
          const Index at = code.op != Op::Work ? kNone
                           : code.b == kNone   ? m_plan.programs[program].pool
                                               : code.b;
          if (at != kNone) {
            m_visitsAtMost[at][k] += m_structure.multiplicity(k, program);
          }
        }
      }
    }
  }

  /// Whether requests leave the pool as they came: then it disturbs nobody behind it.
  bool isIdeal(Index pool) const {
    const StationFigures& of = m_state.stations[pool];
    return of.isProductForm && of.isExact && (of.servers == 0 || of.isStable);
  }

  /// Where figures are theorems.
  void judgeExactness() {
    const std::size_t classes = m_plan.classes.size();
    m_isPlainClass.assign(classes, true);  // Poisson sources, nothing that depends on timing
    m_hasForks.assign(classes, false);
    m_hasQueues.assign(classes, false);
    for (std::size_t k = 0; k < classes; ++k) {
      const auto requestClass = static_cast<Index>(k);
      for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
        m_hasQueues[k] =
            m_hasQueues[k] || (usesPool(requestClass, pool) && m_state.stations[pool].servers > 0);
      }
      for (const plan::Source& source : m_plan.sources) {
        const bool isClosed = source.kind == plan::SourceKind::Closed && m_settled.isClosedExact;
        m_isPlainClass[k] =
            m_isPlainClass[k] && (source.requestClass != requestClass || isPoisson(source) || isClosed);
      }
      for (const Index program : m_structure.order(requestClass)) {
        for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
          const plan::Instruction& code = m_plan.code[pc];
          m_hasForks[k] =
              m_hasForks[k] || code.op == Op::Parallel || code.op == Op::Fan || code.op == Op::Publish;
          const bool isTimed =
              (code.op == Op::Take && !isExactLimit(code.a)) || (code.op == Op::Look && !isTrivial(code.a));
          m_isPlainClass[k] = m_isPlainClass[k] && !isTimed;
          if (code.op == Op::Call || code.op == Op::Branch || code.op == Op::Forward) {
            const plan::Link& link = m_plan.links[code.a];
            const bool mayBeLate = link.timeout > Duration() && m_state.beliefs.success[code.a][k] < 1 - 1e-9;
            const bool isHeld = link.pool != kNone && m_state.seats[link.pool].probability > 1e-9;
            m_isPlainClass[k] = m_isPlainClass[k] &&
                                (!m_hasQueues[k] || (!mayBeLate && !(link.hedge > Duration()))) && !isHeld;
          }
        }
      }
    }
    countVisits();
    m_disturbing.assign(classes, 0);
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      for (Index k = 0; !isIdeal(pool) && k < classes; ++k) {
        m_disturbing[k] += usesPool(k, pool) ? 1u : 0u;
      }
    }
    m_isExactPool.assign(m_plan.pools.size(), false);
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      m_isExactPool[pool] = isExact(pool);
    }
  }

  bool isExact(Index pool) const {
    const StationFigures& station = m_state.stations[pool];
    if (station.work <= 0 || !station.isExact || !station.isStable || !station.unsolvable.empty()) {
      return station.work <= 0;
    }
    if (failsUnseen(pool) > 0) {
      return false;
    }
    if (station.servers == 0) {  // a delay does not care how its requests come
      return true;
    }
    const bool hasSourceOfItsOwn =
        station.model == "GI/M/c" || station.model == "M^[X]/G/c" || station.model == "MMPP/M/c";
    for (Index k = 0; k < m_plan.classes.size(); ++k) {
      if (!usesPool(k, pool)) {
        continue;
      }
      if (!m_isPlainClass[k] && !hasSourceOfItsOwn) {
        return false;
      }
      const bool isOnce = m_visitsAtMost[pool][k] <= 1;
      if (!isOnce && (!station.isProductForm || m_hasForks[k])) {
        return false;
      }
      if (m_disturbing[k] > (isIdeal(pool) ? 0u : 1u)) {
        return false;
      }
    }
    return true;
  }

  /// A rate limit that refuses, and sees Poisson arrivals.
  bool isExactLimit(Index tokens) const {
    const plan::Tokens& of = m_plan.tokens[tokens];
    return of.scope == plan::TokenScope::All && !of.waits && of.refill != plan::Refill::OnGive &&
           !of.adaptive && of.reserve == 0 && m_plan.tokens.size() == 1 && m_plan.caches.empty() &&
           std::all_of(m_state.stations.begin(), m_state.stations.end(),
                       [](const StationFigures& each) { return each.isProductForm && each.isStable; }) &&
           std::all_of(m_plan.sources.begin(), m_plan.sources.end(),
                       [&](const auto& s) { return isPoisson(s); });
  }

  Figure rate(double value) const {
    return Figure::approximate(value, m_isPlainTraffic ? 0.0 : m_trafficBand);
  }

  std::string poolReason(Index pool) const {
    const StationFigures& station = m_state.stations[pool];
    const std::string name = "pool \"" + m_plan.pools[pool].key + "\"";
    return !m_state.poolFault[pool].empty() ? m_state.poolFault[pool].why
           : !station.isStable              ? name + " is unstable: its backlog grows"
                                            : name + ": " + station.unsolvable;
  }

  Figure ofStation(Index pool, double value, double band) const {
    const StationFigures& station = m_state.stations[pool];
    if (!station.isStable || !station.unsolvable.empty() || !m_state.poolFault[pool].empty()) {
      return Figure::unsolvable(poolReason(pool));
    }
    return m_isExactPool[pool] ? Figure::exact(value) : Figure::approximate(value, band);
  }

  PoolSolution poolSolution(Index pool) const {
    const Pool& of = m_plan.pools[pool];
    const StationFigures& station = m_state.stations[pool];
    const Admission& seat = m_state.seats[pool];
    PoolSolution result;
    result.key = of.key;
    result.instances = m_state.instances[pool];
    result.servers = station.servers;
    result.model = station.model;
    result.isStable = station.isStable && seat.isStable;
    result.growth = std::max(station.growth, seat.isStable ? 0.0 : seat.growth);
    result.work = rate(station.work);
    result.utilisation = m_isExactPool[pool] && station.work > 0 ? Figure::exact(station.utilisation)
                                                                 : rate(station.utilisation);
    const double busy = station.isStable ? station.concurrency : station.servers;
    result.concurrency =
        station.isStable && m_isExactPool[pool] ? rate(busy) : Figure::approximate(busy, kMeanBand / 2);
    double waits = 0;
    double lost = 0;
    double work = 0;
    for (const Traffic::Work& each : m_state.traffic.work[pool]) {
      waits += each.rate * station.waits[each.requestClass].mean();
      lost += each.rate * station.waits[each.requestClass].lost;
      work += each.rate;
    }
    waits = work > 0 ? waits / work : 0;
    const double band = waitBand(station);
    result.queue = ofStation(pool, station.queue, band);
    result.wait = ofStation(pool, waits, band);
    result.lost = ofStation(pool, work > 0 ? lost / work : 0, kFailureBand);
    result.occupancy = Figure::approximate(seat.occupancy, seat.occupancy > 0 ? kMeanBand + seat.band : 0);
    result.seatWait =
        !seat.isStable || !seat.fault.empty()
            ? Figure::unsolvable(seat.fault.empty()
                                     ? "pool \"" + of.key + "\" has too few seats: its backlog grows"
                                     : seat.fault.why)
            : Figure::approximate(seat.meanWait(), seat.meanWait() > 0 ? 0.5 + seat.band : 0);
    result.saturatesAt = saturation(station);
    result.availability = Figure::approximate(1 - m_availability.ofPool(pool), m_availability.bandOf(pool));
    return result;
  }

  /// Waits react the more to what is not known of arrivals the fuller the station is, and those of a nearly
  /// idle one are next to nothing.
  static double waitBand(const StationFigures& station) { return 0.25 + station.band; }

  Figure saturation(const StationFigures& station) const {
    if (station.model == "closed") {
      return Figure::unsolvable("users who think never ask for more than there is");
    }
    if (station.servers <= 0 || station.work <= 0) {
      return Figure::unsolvable("it has no limit, or nothing to do");
    }
    const double most = std::max(station.most, station.offered / station.servers);
    return Figure::approximate(1 / most, m_isPlainTraffic ? 0.0 : 0.05);
  }

  TokensSolution tokensSolution(Index tokens) const {
    const Admission& of = m_state.tokens[tokens];
    TokensSolution result;
    result.key = m_plan.tokens[tokens].key;
    result.asked = rate(totalOf(m_state.traffic.asks[tokens]));
    if (!of.isStable || !of.fault.empty() || !m_state.tokenFault[tokens].empty()) {
      const std::string why = !m_state.tokenFault[tokens].empty() ? m_state.tokenFault[tokens].why
                              : !of.fault.empty()
                                  ? of.fault.why
                                  : "tokens \"" + result.key + "\" are too few: their backlog grows";
      result.refused = result.wait = result.held = Figure::unsolvable(why);
      return result;
    }
    result.refused = Figure::approximate(of.lost, isExactLimit(tokens) || of.lost <= 0 ? 0 : kFailureBand);
    result.wait = Figure::approximate(of.meanWait(), of.meanWait() > 0 ? 0.25 + of.band : 0);
    result.held = Figure::approximate(of.held, of.held > 0 ? kMeanBand + of.band : 0);
    return result;
  }

  GroupSolution groupSolution(Index group) const {
    const Consumption& of = m_state.groups[group];
    GroupSolution result;
    result.key = m_plan.groups[group].key;
    result.isStable = of.isStable;
    result.growth = of.growth;
    result.received = rate(of.received);
    result.utilisation = Figure::approximate(std::min(1.0, of.utilisation), kMeanBand / 2);
    if (!of.isStable || !m_state.groupFault[group].empty()) {
      result.lag = result.wait = result.inLog = Figure::unsolvable(
          of.isStable ? m_state.groupFault[group].why
                      : "consumers \"" + result.key + "\" read less than comes: their lag grows");
      return result;
    }
    const double service = m_state.groupService[group].mean;
    const bool isPlain = of.band == 0 && m_plan.groups[group].batch == 1 && isFedByPoisson(group);
    const double band = isPlain ? 0.0 : 0.25 + of.band;
    result.lag = Figure::approximate(of.lag, of.lag > 0 ? band : 0);
    result.wait = Figure::approximate(of.wait, of.wait > 0 ? band : 0);
    result.inLog = Figure::approximate(of.wait + service, band);
    return result;
  }

  bool isFedByPoisson(Index group) const {
    for (Index k = 0; k < m_plan.classes.size(); ++k) {
      if (m_state.traffic.published[m_plan.groups[group].log][k] <= 0) {
        continue;
      }
      for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
        if (usesPool(k, pool) && pool != m_plan.links[m_plan.groups[group].link].pool) {
          return false;
        }
      }
      for (const plan::Source& source : m_plan.sources) {
        if (source.requestClass == k && !isPoisson(source)) {
          return false;
        }
      }
    }
    return true;
  }

  LinkSolution linkSolution(Index link) const {
    LinkSolution result;
    result.key = m_plan.links[link].key;
    result.calls = m_state.traffic.calls[link];
    double attempts = 0;
    double failed = 0;
    for (std::size_t k = 0; k < result.calls.size(); ++k) {
      const double waited = result.calls[k] - m_state.traffic.sends[link][k];
      attempts += m_state.traffic.sends[link][k] + waited * m_state.beliefs.attempts[link][k];
      failed += waited * (1 - m_state.beliefs.success[link][k]);
    }
    const double calls = totalOf(result.calls);
    result.rate = rate(attempts);
    const double share = calls > 0 ? failed / calls : 0;
    result.failed =
        Figure::approximate(share < 1e-12 ? 0 : share, share < 1e-12 || m_isPlainTraffic ? 0 : kFailureBand);
    return result;
  }

  /// All sources of the class together.
  Outcome outcomeOf(Index requestClass, double& total) {
    ClassResponses& responses = m_settled.responses[requestClass];
    Outcome all{0};
    double succeeded = 0;
    total = 0;
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      if (m_plan.sources[i].requestClass != requestClass || m_state.sourceRates[i] <= 0) {
        continue;
      }
      const Outcome& each = responses.bySource[i];
      const double good = m_state.sourceRates[i] * each.success;
      total += m_state.sourceRates[i];
      succeeded += good;
      all.ok = succeeded > 0 ? responses.laws.mix(1 - good / succeeded, all.ok, each.ok) : all.ok;
      all.fault = all.fault.empty() ? each.fault : all.fault;
    }
    all.success = total > 0 ? succeeded / total : 0;
    return all;
  }

  ClassSolution classSolution(Index requestClass) {
    ClassSolution result;
    result.key = m_plan.classes[requestClass].key;
    double total = 0;
    const Outcome outcome = outcomeOf(requestClass, total);
    const bool isClosed =
        std::any_of(m_plan.sources.begin(), m_plan.sources.end(), [&](const plan::Source& source) {
          return source.requestClass == requestClass && source.kind == plan::SourceKind::Closed;
        });
    result.offered = isClosed && !m_settled.isClosedExact
                         ? Figure::approximate(total, 0.05 + m_settled.closedBand)
                         : Figure::exact(total);
    const double unavailable = unavailabilityOfSeries(partsOf(requestClass));
    result.availability = Figure::exact(1 - unavailable);
    if (total <= 0) {
      return result;
    }
    if (!outcome.fault.empty()) {
      for (Figure* figure :
           {&result.succeeded, &result.success, &result.mean, &result.p50, &result.p95, &result.p99}) {
        *figure = Figure::unsolvable(outcome.fault.why);
      }
      return result;
    }
    std::string why = faultBefore(requestClass);
    const bool isEarly = withinDeadline(requestClass, outcome, why);
    if (!why.empty()) {
      for (Figure* figure :
           {&result.succeeded, &result.success, &result.mean, &result.p50, &result.p95, &result.p99}) {
        *figure = Figure::unsolvable(why);
      }
      return result;
    }
    const bool isExact = isEarly && isExactClass(requestClass);
    const double failure = std::max(0.0, 1 - outcome.success);
    const double successBand =
        isExact || failure < 1e-9 ? 0 : kFailureBand * failure / std::max(outcome.success, 1e-9);
    result.success = Figure::approximate(outcome.success, successBand);
    result.succeeded = Figure::approximate(total * outcome.success, successBand + result.offered.band);
    if (outcome.success <= 0) {
      result.mean = result.p50 = result.p95 = result.p99 = Figure::unsolvable("no request succeeds");
      return result;
    }
    responseFigures(requestClass, outcome, isExact, result);
    return result;
  }

  /// Instances that are down so often that figures for all of them up mean nothing.
  std::string faultBefore(Index requestClass) const {
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      if (usesPool(requestClass, pool) && failsUnseen(pool) > kMuchDown) {
        return "the instances of pool \"" + m_plan.pools[pool].key + "\" fail too often to leave that out";
      }
    }
    return {};
  }
  /// Share of the time in which an instance is down, where waits and losses do not know of it.
  double failsUnseen(Index pool) const {
    return m_availability.ofInstance(pool, m_state.stations[pool].model != "M/M/1 with breakdowns");
  }

  /// Whether next to nobody would miss the deadline of the class; if it is more than a few, `why` says so.
  bool withinDeadline(Index requestClass, const Outcome& outcome, std::string& why) const {
    const Duration deadline = m_plan.classes[requestClass].deadline;
    if (!(deadline > Duration()) || outcome.success <= 0) {
      return true;
    }
    const double late = m_settled.responses[requestClass].laws.above(outcome.ok, deadline.inSeconds());
    if (late > kFewLate && why.empty()) {
      why = "class \"" + m_plan.classes[requestClass].key +
            "\" has a deadline that too many requests would miss";
    }
    return late < 1e-9;
  }

  void responseFigures(Index requestClass, const Outcome& outcome, bool isExact, ClassSolution& result) {
    const ResponseLaws& laws = m_settled.responses[requestClass].laws;
    const double mean = laws.mean(outcome.ok);
    const double own = mean > 0 ? laws.error(outcome.ok) / mean : 0;
    const bool isMeanExact = isExact && laws.isMeanExact(outcome.ok);
    result.mean = Figure::approximate(mean, isMeanExact ? 0 : own + (isExact ? 0 : kMeanBand));
    if (laws.isHeavy(outcome.ok)) {
      const std::string why = "class \"" + result.key +
                              "\" has service times of infinite variance: "
                              "percentiles need a simulation";
      result.p50 = result.p95 = result.p99 = Figure::unsolvable(why);
      return;
    }
    const bool isLawExact = isMeanExact && laws.isLawExact(outcome.ok);
    const double band = isLawExact ? 0 : kTailBand + own + (isExact ? 0 : kMeanBand);
    if (!m_options.onlyP99) {
      result.p50 = Figure::approximate(laws.quantile(outcome.ok, 0.5), band);
      result.p95 = Figure::approximate(laws.quantile(outcome.ok, 0.95), band);
    }
    result.p99 = Figure::approximate(laws.quantile(outcome.ok, 0.99), band);
  }

  bool isExactClass(Index requestClass) const {
    if (!m_isPlainClass[requestClass] && !hasOwnSource(requestClass)) {
      return false;
    }
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      if (usesPool(requestClass, pool) && !m_isExactPool[pool]) {
        return false;
      }
    }
    return true;
  }
  bool hasOwnSource(Index requestClass) const {
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      const std::string& model = m_state.stations[pool].model;
      if (usesPool(requestClass, pool) &&
          (model == "GI/M/c" || model == "M^[X]/G/c" || model == "MMPP/M/c")) {
        return true;
      }
    }
    return false;
  }

  std::vector<double> partsOf(Index requestClass) const {
    std::vector<double> parts;
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      if (usesPool(requestClass, pool)) {
        parts.push_back(m_availability.ofPool(pool));
      }
    }
    return parts;
  }

  void findBottlenecks() {
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
    std::stable_sort(list.begin(), list.end(), [](const Bottleneck& a, const Bottleneck& b) {
      return a.saturatesAt.value < b.saturatesAt.value;
    });
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

  const plan::Plan& m_plan;
  const Structure& m_structure;
  Settled& m_settled;
  WorkingState& m_state;
  const SolveOptions& m_options;
  PlanAvailability m_availability;
  Solution m_solution;
  std::vector<bool> m_isPlainClass;
  std::vector<bool> m_hasForks;
  std::vector<bool> m_hasQueues;
  std::vector<bool> m_isExactPool;
  ByClass m_visitsAtMost;              // [pool]
  std::vector<unsigned> m_disturbing;  // [class] pools that are not ideal

 public:
  /// Whether rates are exact: to be said before `assemble`.
  void judgeTraffic() {
    bool isPlain = m_settled.isClosedExact;
    for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
      isPlain = isPlain && isTrivial(cache);
    }
    m_trafficBand = kHitRatioBand + (m_settled.isClosedExact ? 0 : m_settled.closedBand);
    for (Index link = 0; link < m_plan.links.size(); ++link) {
      for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
        const bool isTimed =
            m_plan.links[link].timeout > Duration() && m_state.beliefs.success[link][k] < 1 - 1e-9;
        isPlain = isPlain && !isTimed;
        m_trafficBand = isTimed ? std::max(m_trafficBand, 0.1) : m_trafficBand;
      }
    }
    for (const ByClass* losses : {&m_state.beliefs.workLost, &m_state.beliefs.tokensRefused}) {
      for (const std::vector<double>& byClass : *losses) {
        isPlain =
            isPlain && std::all_of(byClass.begin(), byClass.end(), [](double each) { return each < 1e-9; });
      }
    }
    for (const Admission& seat : m_state.seats) {
      isPlain = isPlain && seat.lost < 1e-9;
    }
    m_isPlainTraffic = isPlain;
  }

 private:
  bool m_isPlainTraffic = true;
  double m_trafficBand = 0;
};

}  // namespace

Solution solutionOf(const plan::Plan& plan, const Structure& structure, Settled& settled,
                    const SolveOptions& options) {
  Assembler assembler(plan, structure, settled, options);
  assembler.judgeTraffic();
  return assembler.assemble();
}

}  // namespace cantilever::analytic
