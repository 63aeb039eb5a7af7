// Where figures are theorems.
#include <algorithm>

#include "core/analytic/assembler.h"

namespace cantilever::analytic {

using plan::Op;

bool Assembler::isTrivial(Index cache) const {
  const double hit = m_state.beliefs.hitRatio[cache];
  return hit <= 0 || hit >= 1;
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

void Assembler::countVisits() {
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

bool Assembler::isIdeal(Index pool) const {
  const StationFigures& of = m_state.stations[pool];
  return of.isProductForm && of.isExact && (of.servers == 0 || of.isStable);
}

void Assembler::judgeExactness() {
  const std::size_t classes = m_plan.classes.size();
  m_isPlainClass.assign(classes, true);  // Poisson sources, nothing that depends on timing
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
            (code.op == Op::Take && !isExactLimit(code.a)) || (code.op == Op::Look && !isTrivial(code.a));
        m_isPlainClass[k] = m_isPlainClass[k] && !isTimed;
        if (code.op == Op::Call || code.op == Op::Branch || code.op == Op::Forward) {
          const plan::Link& link = m_plan.links[code.a];
          const bool mayBeLate = link.timeout > Duration() && m_state.beliefs.success[code.a][k] < 1 - 1e-9;
          const bool isHeld = link.pool != kNone && m_state.seats[link.pool].probability > 1e-9;
          m_isPlainClass[k] =
              m_isPlainClass[k] && (!m_hasQueues[k] || (!mayBeLate && !(link.hedge > Duration()))) && !isHeld;
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

bool Assembler::isExactLimit(Index tokens) const {
  const plan::Tokens& of = m_plan.tokens[tokens];
  return of.scope == plan::TokenScope::All && !of.waits && of.refill != plan::Refill::OnGive &&
         !of.adaptive && of.reserve == 0 && m_plan.tokens.size() == 1 && m_plan.caches.empty() &&
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

bool Assembler::hasOwnSource(Index requestClass) const {
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const std::string& model = m_state.stations[pool].model;
    if (usesPool(requestClass, pool) && (model == "GI/M/c" || model == "M^[X]/G/c" || model == "MMPP/M/c")) {
      return true;
    }
  }
  return false;
}

void Assembler::judgeTraffic() {
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

namespace {

constexpr double kSomeDoubt = 0.05;  // of what works at a pool, or comes to a program
constexpr double kIsFelt = 0.3;      // of the utilisation: below it there is next to no wait

}  // namespace

void Assembler::findDoubts() {
  m_doubts.resize(m_plan.pools.size());
  m_isGivenUpOn.resize(m_plan.classes.size());
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    const Outcome& outcome = m_outcomes[k];
    if (m_plan.classes[k].deadline > Duration() && m_offered[k] > 0) {
      m_isGivenUpOn[k] = outcome.fault.why;
      if (outcome.fault.empty()) {
        withinDeadline(k, outcome, m_isGivenUpOn[k]);
      }
    }
    followDoubts(k, m_isGivenUpOn[k]);
  }
}

/// By its work, or by the messages of a log that it does not keep up with.
bool Assembler::isOverloaded(Index pool) const {
  bool isBehind = false;
  for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
    isBehind = isBehind || (m_plan.links[m_plan.groups[i].link].pool == pool && !m_state.groups[i].isStable);
  }
  return isBehind || !m_state.stations[pool].isStable;
}

/// Callers first: behind what is overloaded or lets an unknown share through there is less than is reckoned,
/// and of requests that are given up nobody knows how far they get.
void Assembler::followDoubts(Index requestClass, const std::string& whole) {
  std::vector<std::string> why(m_plan.programs.size());
  std::vector<double> roughness(m_plan.programs.size(),
                                0.0);  // of how often it runs: by how large batches are
  const auto& order = m_structure.order(requestClass);
  const auto runsOf = [&](Index program) { return m_state.traffic.runs[program][requestClass]; };
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const Index program = *at;
    std::string open = whole.empty() ? why[program] : whole;
    const auto doubt = [&open](const std::string& reason) { open = open.empty() ? reason : open; };
    const auto pass = [&](Index link) {
      const Fault& fault = m_state.linkFault[link];
      const Index callee = m_plan.links[link].program;
      const auto ofCall = m_state.callFaults.find({link, requestClass});
      const bool isGuarded = ofCall != m_state.callFaults.end() && ofCall->second.isThinned;
      const std::string& reason = !open.empty()       ? open
                                  : fault.changesFlow ? fault.why
                                  : isGuarded         ? ofCall->second.why
                                                      : open;
      if (runsOf(program) > kSomeDoubt * runsOf(callee)) {
        why[callee] = why[callee].empty() ? reason : why[callee];
        roughness[callee] = std::max(roughness[callee], roughness[program]);
      }
    };
    const auto wait = [&](Index link) {
      if (const auto fault = m_state.callFaults.find({link, requestClass});
          fault != m_state.callFaults.end()) {
        doubt(fault->second.why);
      }
    };
    const auto consume = [&](Index group) {
      const plan::Link& link = m_plan.links[m_plan.groups[group].link];
      const double failing = 1 - (1 - link.errorShare) * m_state.programSuccess[link.program][requestClass];
      if (failing > kSomeDoubt && why[link.program].empty()) {
        why[link.program] = "messages that it fails to work on come to link \"" + link.key + "\" again";
      }
      if (m_state.groups[group].batch > 1) {
        roughness[link.program] = std::max(roughness[link.program], m_state.groups[group].band);
      }
    };
    const Index seats = m_plan.programs[program].pool;
    if (seats != kNone && m_plan.pools[seats].seats > 0 && !m_state.seats[seats].isStable) {
      doubt("it comes through pool \"" + m_plan.pools[seats].key + "\", which has too few seats");
    }
    std::vector<Index> branches;  // begun together: how one turns out says nothing of the others
    for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
      const plan::Instruction& code = m_plan.code[pc];
      if (code.op != Op::Branch) {
        std::for_each(branches.begin(), branches.end(), wait);
        branches.clear();
      }
      switch (code.op) {
        case Op::Work: {
          const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
          if (pool == kNone) {
            break;
          }
          Doubt& of = m_doubts[pool];
          of.all += runsOf(program);
          of.doubted += open.empty() ? 0.0 : runsOf(program);
          of.why = of.why.empty() ? open : of.why;
          of.roughness += runsOf(program) * roughness[program];
          if (isOverloaded(pool)) {
            doubt("it comes through pool \"" + m_plan.pools[pool].key + "\", which is overloaded");
          }
          break;
        }
        case Op::Take:
          if (!m_state.tokens[code.a].isStable) {
            doubt("it needs tokens \"" + m_plan.tokens[code.a].key + "\", of which there are too few");
          } else if (m_state.tokenFault[code.a].changesFlow && m_state.tokens[code.a].isShort) {
            doubt(m_state.tokenFault[code.a].why);
          }
          break;
        case Op::Send:
        case Op::Forward:
          pass(code.a);
          break;
        case Op::Branch:
          pass(code.a);
          branches.push_back(code.a);
          break;
        case Op::Call:
          pass(code.a);
          wait(code.a);
          break;
        case Op::Fan:
          pass(m_plan.fans[code.a].link);
          wait(m_plan.fans[code.a].link);
          break;
        case Op::Batch:
          pass(m_plan.batchings[code.a].link);
          wait(m_plan.batchings[code.a].link);
          break;
        case Op::Gather:
          if (runsOf(program) > 0) {
            expectMore(m_plan.windows[code.a].link, m_state.linkFault[m_plan.windows[code.a].link].why);
          }
          break;
        case Op::Publish:
          for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
            if (m_plan.groups[i].log == code.a) {
              pass(m_plan.groups[i].link);
              consume(static_cast<Index>(i));
            }
          }
          break;
        default:
          break;
      }
    }
  }
}

/// At all that is behind the link: what comes over it is not counted.
void Assembler::expectMore(Index link, const std::string& why) {
  std::vector<Index> open{m_plan.links[link].program};
  std::vector<bool> isSeen(m_plan.programs.size(), false);
  while (!open.empty()) {
    const Index program = open.back();
    open.pop_back();
    if (isSeen[program]) {
      continue;
    }
    isSeen[program] = true;
    for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
      const plan::Instruction& code = m_plan.code[pc];
      const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
      if (code.op == Op::Work && pool != kNone) {
        m_doubts[pool].isMore = true;
        m_doubts[pool].why = why;
      }
      const auto follow = [&](Index by) { open.push_back(m_plan.links[by].program); };
      if (code.op == Op::Call || code.op == Op::Send || code.op == Op::Forward || code.op == Op::Branch) {
        follow(code.a);
      } else if (code.op == Op::Fan) {
        follow(m_plan.fans[code.a].link);
      } else if (code.op == Op::Batch) {
        follow(m_plan.batchings[code.a].link);
      } else if (code.op == Op::Publish) {
        for (const plan::ConsumerGroup& group : m_plan.groups) {
          if (group.log == code.a) {
            follow(group.link);
          }
        }
      }
    }
  }
}

bool Assembler::isDoubted(Index pool) const {
  const Doubt& of = m_doubts[pool];
  return of.isMore || of.doubted > kSomeDoubt * of.all;
}

std::string Assembler::doubtOf(Index pool) const {
  return isDoubted(pool)
             ? "how much comes to pool \"" + m_plan.pools[pool].key + "\" is not known: " + m_doubts[pool].why
             : std::string();
}

std::string Assembler::doubtOfClass(Index requestClass) const {
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const StationFigures& of = m_state.stations[pool];
    const bool isFelt = m_doubts[pool].isMore || of.utilisation > kIsFelt || !of.isStable ||
                        (!of.waits.empty() && of.waits[requestClass].lost > 1e-6);
    if (isFelt && isDoubted(pool) && usesPool(requestClass, pool)) {
      return doubtOf(pool);
    }
  }
  for (Index link = 0; link < m_plan.links.size(); ++link) {
    for (Index other = 0; other < m_plan.classes.size(); ++other) {
      const bool isShared =
          m_state.traffic.calls[link][requestClass] > 0 && m_state.traffic.calls[link][other] > 0;
      if (m_plan.links[link].breaker.isOn() && isShared && !m_isGivenUpOn[other].empty()) {
        return "the breaker of link \"" + m_plan.links[link].key +
               "\" counts as failures what others give up: " + m_isGivenUpOn[other];
      }
    }
  }
  return {};
}

}  // namespace cantilever::analytic
