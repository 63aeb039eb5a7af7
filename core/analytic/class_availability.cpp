#include "core/analytic/class_availability.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cantilever::analytic {

namespace {

using plan::Instruction;
using plan::Op;

// So many are looked at in all combinations; of more, those with a few down.
constexpr std::size_t kAllOf = 8;
constexpr std::size_t kThreeOf = 20;

}  // namespace

ClassAvailability::ClassAvailability(const Structure& structure, const Beliefs& beliefs,
                                     const PlanAvailability& pools)
    : m_structure(structure),
      m_plan(structure.plan()),
      m_beliefs(beliefs),
      m_pools(pools),
      m_isDown(m_plan.pools.size(), false),
      m_failures(m_plan.programs.size(), 0.0) {}

ClassAvailability::Answer ClassAvailability::of(Index requestClass) {
  m_class = requestClass;
  m_answer = {};
  findEvents();
  if (m_events.empty()) {
    return {};
  }
  const std::size_t events = m_events.size() + m_zones.size();
  m_mostDown = events <= kAllOf ? static_cast<int>(events) : events <= kThreeOf ? 3 : 2;
  std::fill(m_isDown.begin(), m_isDown.end(), false);
  m_isZoneDown.assign(m_zones.size(), false);
  m_chances.assign(m_events.size(), 0.0);
  m_always = failure();
  m_seen = 0;
  overZones(0, 1, 0);
  m_answer.unknown = events <= kAllOf ? 0.0 : std::max(0.0, 1 - m_seen);
  m_answer.unavailable = std::min(1.0, m_answer.unavailable);
  return m_answer;
}

/// Pools at which requests of the class work or sit, if they may be down.
void ClassAvailability::findEvents() {
  std::vector<bool> isUsed(m_plan.pools.size(), false);
  const auto use = [&](Index pool) {
    if (pool != kNone) {
      isUsed[pool] = true;
    }
  };
  for (const Index program : m_structure.order(m_class)) {
    use(m_plan.programs[program].pool);
    for (Index pc = m_plan.programs[program].begin; pc < m_structure.endOf(program); ++pc) {
      const Instruction& code = m_plan.code[pc];
      use(code.op == Op::Work ? code.b : kNone);
      m_answer.isTheorem =
          m_answer.isTheorem && (code.op != Op::Route || m_plan.routes[code.a].isBlind) &&
          code.op != Op::IfUp &&
          (code.op != Op::Look || m_beliefs.hitRatio[code.a] <= 0 || m_beliefs.hitRatio[code.a] >= 1) &&
          (code.op != Op::Publish || code.b == kNone);
    }
  }
  m_events.clear();
  m_zones.clear();
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    if (!isUsed[pool] || !(m_pools.ofPool(pool) > 0)) {
      continue;
    }
    m_events.push_back(pool);
    for (const plan::ZoneFault* zone : m_pools.zoneFaultsOf(pool)) {
      if (std::find(m_zones.begin(), m_zones.end(), zone) == m_zones.end()) {
        m_zones.push_back(zone);
      }
    }
  }
}

void ClassAvailability::overZones(std::size_t zone, double chance, int down) {
  if (zone == m_zones.size()) {
    for (std::size_t i = 0; i < m_events.size(); ++i) {
      m_chances[i] = m_pools.given(m_events[i], m_zones, m_isZoneDown);
    }
    overPools(0, chance, down);
    return;
  }
  const double failed = PlanAvailability::ofZone(*m_zones[zone]);
  overZones(zone + 1, chance * (1 - failed), down);
  if (down < m_mostDown && failed > 0) {
    m_isZoneDown[zone] = true;
    overZones(zone + 1, chance * failed, down + 1);
    m_isZoneDown[zone] = false;
  }
}

void ClassAvailability::overPools(std::size_t pool, double chance, int down) {
  if (pool == m_events.size()) {
    m_seen += chance;
    const double more = failure() - m_always;
    m_answer.unavailable += more > 0 ? chance * more / (1 - m_always) : 0.0;
    return;
  }
  const double failed = m_chances[pool];
  if (failed < 1) {
    overPools(pool + 1, chance * (1 - failed), down);
  }
  if (failed > 0 && (down < m_mostDown || failed >= 1)) {
    m_isDown[m_events[pool]] = true;
    overPools(pool + 1, chance * failed, failed >= 1 ? down : down + 1);
    m_isDown[m_events[pool]] = false;
  }
}

/// Of a request, in the state at hand.
double ClassAvailability::failure() {
  for (const Index program : m_structure.order(m_class)) {
    m_failures[program] = ofProgram(program);
  }
  double all = 0;
  double sum = 0;
  for (const plan::Source& source : m_plan.sources) {
    if (source.requestClass == m_class) {
      const double rate =
          std::max(1e-12, source.kind == plan::SourceKind::Closed ? static_cast<double>(source.users)
                                                                  : plan::meanRate(m_plan, source));
      all += rate;
      sum += rate * m_failures[source.program];
    }
  }
  return all > 0 ? sum / all : 0;
}

double ClassAvailability::ofProgram(Index program) {
  if (isDown(m_plan.programs[program].pool)) {
    return 1;
  }
  const Index begin = m_plan.programs[program].begin;
  const Index end = m_structure.endOf(program);
  std::vector<double> at(end - begin + std::size_t{1}, 0.0);
  for (Index pc = end; pc-- > begin;) {
    at[pc - begin] = failureAt(program, pc, [&](Index target) { return at[target - begin]; });
  }
  return at[0];
}

template <class At>
double ClassAvailability::failureAt(Index program, Index pc, const At& at) {
  const Instruction& code = m_plan.code[pc];
  const auto after = [&](double failing, Index next, Index handler) {
    return failing * (handler == kNone ? 1.0 : at(handler)) + (1 - failing) * at(next);
  };
  const auto choose = [&](double p, Index yes, Index no) { return p * at(yes) + (1 - p) * at(no); };
  switch (code.op) {
    case Op::Work:
      return isDown(code.b) ? 1.0 : at(pc + 1);
    case Op::Call:
      return after(ofCall(code.a), pc + 1, code.b);
    case Op::Batch:
      return after(ofCall(m_plan.batchings[code.a].link), pc + 1, kNone);
    case Op::Parallel:
      return after(ofParallel(pc), pc + 1 + code.a, code.c);
    case Op::Fan:
      return after(ofFan(code.a), pc + 1, code.c);
    case Op::Publish:
      return after(ofPublish(code), pc + 1, code.c);
    case Op::Forward:
      return ofCall(code.a);
    case Op::Look:
      return choose(m_beliefs.hitRatio[code.a], code.b, pc + 1);
    case Op::IfChance:
      return choose(code.p, code.a, pc + 1);
    case Op::IfDrawn:
      return choose(m_structure.chanceOfMore(pc), code.a, pc + 1);
    case Op::IfClass:
      return at(m_plan.classSets[code.b][m_class] ? code.a : pc + 1);
    case Op::IfVersion:
      return at(code.b == 0 ? code.a : pc + 1);
    case Op::IfFlag:
      return choose(m_plan.flags[code.b].share, code.a, pc + 1);
    case Op::IfUp: {
      const double first = isDown(code.b) == isDown(code.c) ? plan::shareOfFirst(m_plan, code)
                           : isDown(code.b)                 ? 0.0
                                                            : 1.0;
      return choose(first, code.a, pc + 1);
    }
    case Op::Jump:
      return at(code.a);
    case Op::Route: {
      const plan::Route& route = m_plan.routes[code.a];
      std::vector<double> ofWays;
      for (const plan::Route::Way& way : route.ways) {
        ofWays.push_back(at(way.pc));
      }
      return ofRoute(route, program, ofWays);
    }
    case Op::Fail:
      return 1;
    case Op::Reply:
    case Op::Branch:
    case Op::End:
      return 0;
    default:
      return at(pc + 1);
  }
}

double ClassAvailability::ofCall(Index link) {
  const plan::Link& of = m_plan.links[link];
  const double once = isDown(of.pool) ? 1.0 : m_failures[of.program];
  return once <= 0 || once >= 1 ? once : std::pow(once, of.retries.reckoned());
}

double ClassAvailability::ofParallel(Index pc) {
  const Instruction& code = m_plan.code[pc];
  std::vector<double> success;
  for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
    success.push_back(1 - ofCall(m_plan.code[branch].a));
  }
  return 1 - chanceOfSome(code.b, success);
}

double ClassAvailability::ofFan(Index index) {
  const plan::Fan& fan = m_plan.fans[index];
  const double each = fan.isSent ? 0.0 : ofCall(fan.link);
  if (each <= 0 || each >= 1) {
    return each;
  }
  const double calls = std::min(1000.0, std::max(1.0, std::round(m_structure.fanSize(index).calls)));
  const double needed = fan.needed == 0 ? calls : std::min<double>(fan.needed, calls);
  return 1 - chanceOfSome(static_cast<std::size_t>(needed),
                          std::vector<double>(static_cast<std::size_t>(calls), 1 - each));
}

/// Of those that lead to something that is up, the first.
double ClassAvailability::ofRoute(const plan::Route& route, Index program,
                                  const std::vector<double>& ofWays) {
  const auto isOpen = [this](const plan::Route::Way& way) { return !isDown(m_plan.links[way.behind].pool); };
  const bool isAsEver = route.isBlind || std::all_of(route.ways.begin(), route.ways.end(), isOpen) ||
                        std::none_of(route.ways.begin(), route.ways.end(), isOpen);
  std::vector<double> shares = plan::expectedShares(m_plan, route, program);
  if (!isAsEver) {
    std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
    for (const plan::Route::Way& way : route.ways) {
      first = isOpen(way) ? std::min(first, way.priority) : first;
    }
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const plan::Route::Way& way = route.ways[i];
      shares[i] = isOpen(way) && way.priority == first ? std::max(way.weight, 1e-12) : 0.0;
    }
  }
  double all = 0;
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    all += shares[i];
    sum += shares[i] * ofWays[i];
  }
  return all > 0 ? sum / all : 0;
}

/// Who waits for readers that are not there waits for them to come back.
double ClassAvailability::ofPublish(const Instruction& code) {
  const Quorum quorum = quorumOf(m_plan, code, m_class);
  if (quorum.needed <= 0) {
    return 0;
  }
  double readers = 0;
  for (const plan::ConsumerGroup& group : m_plan.groups) {
    const bool isFor = group.classSet == kNone || m_plan.classSets[group.classSet][m_class];
    if (group.log == code.a && isFor && !isDown(m_plan.links[group.link].pool)) {
      readers += plan::copiesOf(m_plan, group);
    }
  }
  return readers < std::min(quorum.needed, quorum.readers) ? 1.0 : 0.0;
}

}  // namespace cantilever::analytic
