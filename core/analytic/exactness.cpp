// Where figures are theorems.
#include <algorithm>
#include <cmath>

#include "core/analytic/assembler.h"

namespace cantilever::analytic {

using plan::Op;

bool Assembler::isTrivial(Index cache) const {
  const double hit = m_state.beliefs.hitRatio[cache];
  return hit <= 0 || hit >= 1;
}

/// Characteristic times are those of large caches. Beside King's exact ratios (1971) of first in, first out
/// and least recently used, of 20 and of 1,000 keys with exponents up to 2.5, they are at most 0.25 /
/// capacity off.
double Assembler::hitRatioBand(Index cache) const {
  const plan::Cache& of = m_plan.caches[cache];
  const double byBytes =
      of.capacityBytes == 0 ? INFINITY : static_cast<double>(of.capacityBytes) / of.entryBytes;
  const double entries = std::max(1.0, std::min<double>(of.capacity, byBytes));
  return std::max(kHitRatioBand, 0.25 / entries);
}

/// What is expected of caches that are asked for what others have missed, or have had, is at most so much off
/// in the simulations of hit_ratio_test.cpp.
double Assembler::levelError(Index cache) const {
  constexpr double kLevelError = 0.02;
  for (Index other = 0; other < m_plan.caches.size(); ++other) {
    for (std::size_t k = 0; other != cache && !isTrivial(other) && k < m_plan.classes.size(); ++k) {
      if (m_state.traffic.lookups[cache][k] > 0 && m_state.traffic.lookups[other][k] > 0) {
        return kLevelError;
      }
    }
  }
  return 0;
}

bool Assembler::isPoisson(const plan::Source& source) const {
  return source.kind == plan::SourceKind::Open && source.arrivals == ArrivalProcess::Poisson &&
         !source.spacing && !source.bursts && source.batch.kind == CountLaw::Kind::Fixed &&
         source.batch.mean <= 1 && source.curve.points.empty();
}

bool Assembler::usesPool(Index requestClass, Index pool) const {
  const auto& work = m_state.traffic.work[pool];
  return std::any_of(work.begin(), work.end(), [&](const Traffic::Work& each) {
    return each.requestClass == requestClass && each.rate > 0;
  });
}

bool Assembler::awaitsPool(Index requestClass, Index pool) const {
  const auto& work = m_state.traffic.work[pool];
  return std::any_of(work.begin(), work.end(), [&](const Traffic::Work& each) {
    return each.requestClass == requestClass && each.rate > 0 &&
           m_structure.isAwaited(requestClass, each.program);
  });
}

void Assembler::countVisits() {
  m_visitsAtMost = {m_plan.pools.size(), m_plan.classes.size()};
  m_asksAtMost = {m_structure.asks().size(), m_plan.classes.size()};
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
        if (code.op == Op::Take) {
          m_asksAtMost[m_structure.askAt(pc)][k] += m_structure.multiplicity(k, program);
        }
      }
    }
  }
}

/// The most of what `measure(times, refused)` says of those that a request may ask for several times.
template <class Measure>
double Assembler::mostOfRepeatedAsks(Index requestClass, const Measure& measure) const {
  double most = 0;
  for (std::size_t ask = 0; ask < m_structure.asks().size(); ++ask) {
    const double times = m_asksAtMost[ask][requestClass];
    const double refused = m_state.beliefs.tokensRefused[ask][requestClass];
    if (times > 1 && refused > 1e-9) {
      most = std::max(most, measure(times, refused));
    }
  }
  return most;
}

double Assembler::dependentRefusals(Index requestClass) const {
  return mostOfRepeatedAsks(requestClass, [](double times, double refused) {
    const double byThemselves = -std::expm1(times * std::log1p(-std::min(refused, 1 - 1e-9)));
    return 1 - refused / byThemselves;
  });
}

double Assembler::dependentSuccesses(Index requestClass) const {
  return mostOfRepeatedAsks(
      requestClass, [](double times, double refused) { return 1 - std::pow(1 - refused, times - 1); });
}

bool Assembler::isIdeal(Index pool) const {
  const StationFigures& of = m_state.stations[pool];
  return of.isProductForm && of.isExact && (of.servers == 0 || of.isStable);
}

void Assembler::judgeExactness() {
  const std::size_t classes = m_plan.classes.size();
  m_isTimely.assign(classes, true);      // nothing that depends on timing
  m_isPlainClass.assign(classes, true);  // and Poisson sources
  countVisits();
  for (std::size_t k = 0; k < classes; ++k) {
    m_isTimely[k] =
        m_settled.hasConverged && m_state.retryDoubt[k] <= 0 && dependentRefusals(static_cast<Index>(k)) <= 0;
  }
  m_hasForks.assign(classes, false);
  m_hasQueues.assign(classes, false);
  for (std::size_t k = 0; k < classes; ++k) {
    const auto requestClass = static_cast<Index>(k);
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      m_hasQueues[k] = m_hasQueues[k] || (usesPool(requestClass, pool) && m_state.stations[pool].servers > 0);
    }
    for (const plan::Source& source : m_plan.sources) {
      const bool isClosed = source.kind == plan::SourceKind::Closed && m_settled.isClosedExact;
      m_isPlainClass[k] =
          m_isPlainClass[k] && (source.requestClass != requestClass || isPoisson(source) || isClosed);
    }
    for (const Index program : m_structure.order(requestClass)) {
      for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
        const plan::Instruction& code = m_plan.code[pc];
        m_hasForks[k] = m_hasForks[k] || code.op == Op::Parallel || code.op == Op::Fan ||
                        code.op == Op::Publish || code.op == Op::Batch;
        const bool isTimed =
            (code.op == Op::Take && !isExactLimit(code.a) && !m_state.tokens[code.a].isExact) ||
            (code.op == Op::Look && !isTrivial(code.a));
        m_isTimely[k] = m_isTimely[k] && !isTimed;
        if (code.op == Op::Call || code.op == Op::Branch || code.op == Op::Forward) {
          const plan::Link& link = m_plan.links[code.a];
          const bool mayBeLate = link.timeout > Duration() && m_state.beliefs.success[code.a][k] < 1 - 1e-9;
          const bool isHeld = link.pool != kNone && m_state.seats[link.pool].probability > 1e-9 &&
                              !m_state.seats[link.pool].isExact;
          m_isTimely[k] =
              m_isTimely[k] && (!m_hasQueues[k] || (!mayBeLate && !(link.hedge > Duration()))) && !isHeld;
        }
      }
    }
  }
  for (std::size_t k = 0; k < classes; ++k) {
    m_isPlainClass[k] = m_isPlainClass[k] && m_isTimely[k];
  }
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

/// What leaves a queue varies as its service does, as far as it is busy, and the wait at the next one as that
/// does: rho^2 (cs^2 - 1) / sqrt(c), over 1 + cs^2 of the next (Whitt 1983, "The queueing network analyzer",
/// 24 and 45). Of what has been mixed with others on the way less is felt.
void Assembler::judgeDisturbance() {
  const std::size_t pools = m_plan.pools.size();
  m_disturbance.assign(pools, 0.0);
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    std::vector<double> share(pools, 0.0);  // that the class has of what a pool does
    std::vector<double> passedOn(pools, 0.0);
    double most = 0;
    double second = 0;
    for (Index pool = 0; pool < pools; ++pool) {
      const StationFigures& of = m_state.stations[pool];
      for (const Traffic::Work& each : m_state.traffic.work[pool]) {
        share[pool] += each.requestClass == k && of.work > 0 ? each.rate / of.work : 0.0;
      }
      const bool isQueue =
          of.servers > 0 && of.isStable && !isIdeal(pool) && std::isfinite(of.service.second);
      const double use = std::min(1.0, of.utilisation);
      passedOn[pool] =
          isQueue ? share[pool] * use * use * std::abs(of.service.scv() - 1) / std::sqrt(of.servers) : 0.0;
      second = std::max(second, std::min(most, passedOn[pool]));
      most = std::max(most, passedOn[pool]);
    }
    for (Index pool = 0; pool < pools; ++pool) {
      const double before = passedOn[pool] < most ? most : second;
      const double scv = m_state.stations[pool].service.scv();
      const double more = std::isfinite(scv) ? share[pool] * before / (1 + scv) : 0.0;
      m_disturbance[pool] = std::min(kMostDisturbed, m_disturbance[pool] + more);
    }
  }
}

bool Assembler::isExact(Index pool) const {
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
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    if (!usesPool(k, pool)) {
      continue;
    }
    if (!m_isTimely[k] || (!m_isPlainClass[k] && !station.isForStreams)) {
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

bool Assembler::isExactLimit(Index tokens) const {
  const plan::Tokens& of = m_plan.tokens[tokens];
  return of.scope == plan::TokenScope::All && m_structure.isAskedAlike(tokens) && !of.waits &&
         of.refill != plan::Refill::OnGive && !of.adaptive && of.reserve == 0 && m_plan.tokens.size() == 1 &&
         m_plan.caches.empty() &&
         std::all_of(m_state.stations.begin(), m_state.stations.end(),
                     [](const StationFigures& each) { return each.isProductForm && each.isStable; }) &&
         std::all_of(m_plan.sources.begin(), m_plan.sources.end(),
                     [&](const auto& s) { return isPoisson(s); });
}

Figure Assembler::rate(double value, double band) const {
  return Figure::approximate(value, band + (m_isPlainTraffic ? 0.0 : m_trafficBand));
}

bool Assembler::isFedByPoisson(Index group) const {
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

double Assembler::failsUnseen(Index pool) const {
  return m_availability.ofInstance(pool, m_state.stations[pool].model != "M/M/1 with breakdowns");
}

bool Assembler::isExactClass(Index requestClass) const {
  if (!m_isTimely[requestClass]) {
    return false;
  }
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    if (awaitsPool(requestClass, pool) && !m_isExactPool[pool]) {
      return false;
    }
  }
  return true;
}

void Assembler::judgeTraffic() {
  bool isPlain = m_settled.isClosedExact && m_settled.hasConverged;
  for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
    isPlain = isPlain && isTrivial(cache);
  }
  m_trafficBand = kHitRatioBand;
  for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
    m_trafficBand =
        isTrivial(cache) ? m_trafficBand : std::max(m_trafficBand, hitRatioBand(cache) + levelError(cache));
  }
  m_trafficBand += m_settled.isClosedExact ? 0 : m_settled.closedBand;
  for (Index link = 0; link < m_plan.links.size(); ++link) {
    for (std::size_t k = 0; k < m_plan.classes.size(); ++k) {
      const bool isTimed =
          m_plan.links[link].timeout > Duration() && m_state.beliefs.success[link][k] < 1 - 1e-9;
      isPlain = isPlain && !isTimed;
      m_trafficBand = isTimed ? std::max(m_trafficBand, 0.1) : m_trafficBand;
    }
  }
  for (const ByClass* losses : {&m_state.beliefs.workLost, &m_state.beliefs.tokensRefused}) {
    isPlain = isPlain && std::all_of(losses->values().begin(), losses->values().end(),
                                     [](double each) { return each < 1e-9; });
  }
  for (const Admission& seat : m_state.seats) {
    isPlain = isPlain && seat.lost < 1e-9;
  }
  for (const double doubt : m_state.retryDoubt) {
    isPlain = isPlain && doubt <= 0;
    m_trafficBand = std::max(m_trafficBand, std::min(1.0, doubt));
  }
  m_isPlainTraffic = isPlain;
}

}  // namespace cantilever::analytic
