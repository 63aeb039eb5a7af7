// What is met while tokens or seats are held: parts of what a limit lets so many into.
#include <algorithm>

#include "core/analytic/responder.h"

namespace cantilever::analytic {

void addParts(HeldParts& to, const HeldParts& from, double times) {
  for (const HeldPart& each : from) {
    const auto same = std::find_if(to.begin(), to.end(),
                                   [&each](const HeldPart& other) { return other.element == each.element; });
    if (same == to.end()) {
      to.push_back({each.element, each.visits * times, each.work * times});
    } else {
      same->visits += each.visits * times;
      same->work += each.work * times;
    }
  }
}

std::vector<double> Responder::reachOf(Index program) const {
  const Index begin = m_plan.programs[program].begin;
  std::vector<double> reach(m_stepsOf.size(), 0.0);
  reach.front() = 1;
  for (std::size_t i = 0; i < m_stepsOf.size(); ++i) {
    for (const Step& step : stepsFrom(i)) {
      if (step.target != kNone) {
        reach[step.target - begin] += reach[i] * step.probability;
      }
    }
  }
  return reach;
}

HeldParts Responder::partsFrom(Index program, Index from, Until until, Index givenBack) const {
  const Index begin = m_plan.programs[program].begin;
  HeldParts parts;
  std::vector<double> reach(m_stepsOf.size(), 0.0);
  std::vector<Index> within(m_stepsOf.size(), kNone);  // limited tokens that are held there
  reach[from - begin] = 1;
  for (Index pc = from; pc < m_structure.endOf(program); ++pc) {
    const double here = reach[pc - begin];
    const Instruction& code = m_plan.code[pc];
    const bool isEnd = (givenBack != kNone && code.op == Op::Give && code.a == givenBack) ||
                       (until == Until::Answered && code.op == Op::Reply);
    if (here <= 0 || isEnd) {
      continue;
    }
    Index held = within[pc - begin];
    held = code.op == Op::Give && code.a == held ? kNone : held;
    const bool isTaken = held == kNone && code.op == Op::Take && m_state.limits[code.a].isFelt;
    if (held == kNone) {
      meet(program, pc, here, until, parts);
    }
    for (const Step& step : stepsFrom(pc - begin)) {
      if (step.target != kNone && step.target < m_structure.endOf(program)) {
        reach[step.target - begin] += here * step.probability;
        within[step.target - begin] = isTaken && step.target != code.c ? code.a : held;
      }
    }
  }
  return parts;
}

void Responder::meet(Index program, Index pc, double times, Until until, HeldParts& parts) const {
  const Instruction& code = m_plan.code[pc];
  switch (code.op) {
    case Op::Work: {
      const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
      if (pool != kNone) {
        const double service = plan::workLaw(m_plan, code, m_class).mean.inSeconds() * targetsOf(pool, code);
        addParts(parts, {{pool, 1, service}}, times);
      }
      break;
    }
    case Op::Take:
      if (m_state.limits[code.a].isFelt) {
        addParts(parts, {{static_cast<Index>(m_plan.pools.size()) + code.a, 1, 0}}, times);
      }
      break;
    case Op::Call:
      meetOver(code.a, times, parts);
      break;
    case Op::Forward:
      if (until == Until::Answered) {
        meetOver(code.a, times, parts);
      }
      break;
    case Op::Batch:
      meetOver(m_plan.batchings[code.a].link, times / m_state.beliefs.callBatch[code.a], parts);
      break;
    case Op::Parallel:
      for (Index branch = pc + 1; branch <= pc + code.a; ++branch) {
        meetOver(m_plan.code[branch].a, times, parts);
      }
      break;
    case Op::Fan:
      if (!m_plan.fans[code.a].isSent) {
        meetOver(m_plan.fans[code.a].link, times * m_structure.fanSize(code.a).calls, parts);
      }
      break;
    default:
      break;
  }
}

void Responder::meetOver(Index link, double times, HeldParts& parts) const {
  const std::optional<CallResult>& call = m_calls[link];
  const plan::Link& of = m_plan.links[link];
  const double arrivals = times * (call ? call->attempts * call->arrive : 1.0);
  const std::size_t seats = of.pool == kNone ? 0 : m_plan.tokens.size() + of.pool;
  if (of.pool != kNone && m_state.limits[seats].isFelt) {
    addParts(parts, {{static_cast<Index>(m_plan.pools.size() + seats), 1, 0}}, arrivals);
  } else {
    addParts(parts, m_parts[of.program], arrivals);
  }
}

void Responder::measureLimits(Index program) {
  const Index begin = m_plan.programs[program].begin;
  m_parts[program] = partsFrom(program, begin, Until::Answered, kNone);
  const double runs = m_state.traffic.runs[program][m_class];
  if (runs <= 0) {
    return;
  }
  const std::vector<double> reach = reachOf(program);
  for (Index pc = begin; pc < m_structure.endOf(program); ++pc) {
    const Instruction& code = m_plan.code[pc];
    if (code.op == Op::Take && m_state.limits[code.a].isFelt) {
      const double asked = askedOf(m_structure, m_state.traffic, code.a);
      const double share = asked > 0 ? runs * reach[pc - begin] / asked : 0.0;
      addParts(m_state.limits[code.a].parts, partsFrom(program, pc + 1, Until::GivenBack, code.a), share);
    }
  }
  const Index pool = m_plan.programs[program].pool;
  if (pool != kNone && m_state.limits[m_plan.tokens.size() + pool].isFelt) {
    double all = 0;
    for (const Index other : m_structure.programsAt(pool)) {
      all += totalOf(m_state.traffic.runs[other]);
    }
    addParts(m_state.limits[m_plan.tokens.size() + pool].parts,
             partsFrom(program, begin, Until::GivenBack, kNone), runs / all);
  }
  for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
    const plan::Source& source = m_plan.sources[i];
    if (source.kind == plan::SourceKind::Closed && source.requestClass == m_class &&
        source.program == program) {
      m_state.users[i].parts = m_parts[program];
    }
  }
}

}  // namespace cantilever::analytic
