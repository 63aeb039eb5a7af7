#include "core/analytic/structure.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/analytic/passages.h"
#include "core/vocabulary/plan/faults.h"
#include "core/vocabulary/plan/steps.h"

namespace cantilever::analytic {

namespace {

using plan::Instruction;
using plan::Op;

constexpr std::size_t kMostInFan = 2000;  // calls, for their number to be reckoned with as drawn

}  // namespace

bool waitsForOthers(const Instruction& code, Index pool) {
  switch (code.op) {
    case Op::Work:
      return code.b != kNone && code.b != pool;
    case Op::Publish:
      return code.b != kNone;
    case Op::Call:
    case Op::Batch:
    case Op::Parallel:
    case Op::Fan:
    case Op::Wait:
    case Op::Take:
      return true;
    default:
      return false;
  }
}

Structure::Structure(const plan::Plan& plan) : m_plan(plan), m_end(plan::programEnds(plan)) {
  const std::size_t classes = plan.classes.size();
  m_isPassed.assign(classes, std::vector<bool>(plan.code.size(), false));
  m_order.resize(classes);
  m_position.assign(classes, std::vector<Index>(plan.programs.size(), kNone));
  m_multiplicity.assign(classes, std::vector<double>(plan.programs.size(), 0.0));
  for (Index program = 0; program < plan.programs.size(); ++program) {
    for (Index pc = plan.programs[program].begin; pc < m_end[program]; ++pc) {
      const Instruction& code = plan.code[pc];
      const bool isBack =
          ((code.op == Op::Jump || code.op == Op::IfChance || code.op == Op::IfClass ||
            code.op == Op::IfDrawn || code.op == Op::IfVersion || code.op == Op::IfFlag ||
            code.op == Op::IfUp) &&
           code.a <= pc) ||
          ((code.op == Op::Call || code.op == Op::Look) && code.b != kNone && code.b <= pc) ||
          ((code.op == Op::Take || code.op == Op::Parallel || code.op == Op::Fan || code.op == Op::Publish) &&
           code.c != kNone && code.c <= pc);
      if (isBack && m_loop.empty()) {
        m_loop = "the program \"" + plan.programs[program].key + "\" jumps backwards";
      }
    }
  }
  m_programsAt.resize(plan.pools.size());
  m_linksTo.resize(plan.pools.size());
  for (Index program = 0; program < plan.programs.size(); ++program) {
    if (plan.programs[program].pool != kNone) {
      m_programsAt[plan.programs[program].pool].push_back(program);
    }
  }
  for (Index link = 0; link < plan.links.size(); ++link) {
    if (plan.links[link].pool != kNone) {
      m_linksTo[plan.links[link].pool].push_back(link);
    }
  }
  m_isWaitedFor.assign(plan.logs.size(), false);
  for (const Instruction& code : plan.code) {
    if (code.op == Op::Publish && code.b != kNone) {
      m_isWaitedFor[code.a] = true;
    }
  }
  findCallees();
  findAsks();
  findFetches();
  findCallsAtOnce();
  m_isCalledBack.assign(plan.programs.size(), false);
  m_isAwaited.assign(classes, std::vector<bool>(plan.programs.size(), false));
  for (Index each = 0; each < classes; ++each) {
    orderFor(each);
    countFor(each);
    findAwaited(each);
    findCycles(each);
  }
  for (Index pool = 0; pool < plan.pools.size(); ++pool) {
    m_holdsSeatsOnlyToWork.push_back(areSeatsHeldOnlyToWork(pool));
  }
  for (const plan::Fan& fan : plan.fans) {
    m_fanSizes.push_back(plan::expectedSize(plan, fan));
    std::vector<double> tail;
    if (fan.count != kNone) {
      tail = tailOfBatches(plan.countLaws[fan.count], fan.batch, fan.least, fan.most, kMostInFan);
    }
    double others = std::max(0.0, m_fanSizes.back().calls - 1);
    if (tail.size() >= kMostInFan) {
      tail.clear();
    } else if (!tail.empty()) {  // E[B^2] / E[B] - 1
      double calls = 0;
      double squares = 0;
      for (std::size_t i = 0; i < tail.size(); ++i) {
        calls += tail[i];
        squares += (2 * static_cast<double>(i) + 1) * tail[i];
      }
      others = squares / calls - 1;
    }
    m_othersInFan.push_back(others);
    m_fanTails.push_back(std::move(tail));
  }
  const bool areOfKeys = std::any_of(plan.tokens.begin(), plan.tokens.end(), [](const plan::Tokens& each) {
    return each.scope == plan::TokenScope::Key;
  });
  for (std::size_t space = 0; areOfKeys && space <= plan.keySpaces.size(); ++space) {
    m_keysAlike.push_back(
        analytic::keysAlike(space < plan.keySpaces.size() ? plan.keySpaces[space] : plan::KeySpace{}));
  }
  for (const plan::KeySpace& each : plan.keySpaces) {
    m_shareOfHottest.push_back(analytic::shareOfHottest(each));
  }
  for (Index pc = 0; !plan.countLaws.empty() && pc < plan.code.size(); ++pc) {
    const Instruction& code = plan.code[pc];
    m_chanceOfMore.push_back(
        code.op == Op::IfDrawn ? momentsOf(plan.countLaws[code.b], 1, code.c + 1).probability : 0.0);
  }
}

void Structure::findCycles(Index requestClass) {
  for (const Index program : m_order[requestClass]) {
    eachCallee(program, requestClass, [&](Index callee) {
      m_isCalledBack[callee] = m_isCalledBack[callee] || isBackward(requestClass, program, callee);
    });
  }
}

bool Structure::areSeatsHeldOnlyToWork(Index pool) const {
  for (const Index program : m_programsAt[pool]) {
    for (Index pc = m_plan.programs[program].begin; pc < m_end[program]; ++pc) {
      if (waitsForOthers(m_plan.code[pc], pool)) {
        return false;
      }
    }
  }
  return true;
}

void Structure::findCallees() {
  m_callees.resize(m_plan.programs.size());
  m_callers.resize(m_plan.programs.size());
  m_takers.resize(m_plan.tokens.size());
  const auto addOnce = [](std::vector<Index>& to, Index program) {
    if (to.empty() || to.back() != program) {
      to.push_back(program);
    }
  };
  for (Index program = 0; program < m_plan.programs.size(); ++program) {
    for (Index pc = m_plan.programs[program].begin; pc < m_end[program]; ++pc) {
      const Instruction& code = m_plan.code[pc];
      if (const Index link = plan::linkOf(m_plan, code); link != kNone) {
        const bool isLeft =
            code.op == Op::Send || code.op == Op::Fill || (code.op == Op::Fan && m_plan.fans[code.a].isSent);
        m_callees[program].push_back({pc, m_plan.links[link].program, kNone, !isLeft});
      } else if (code.op == Op::Gather) {
        m_callees[program].push_back({pc, m_plan.links[m_plan.windows[code.a].link].program, kNone, false});
      }
      if (code.op == Op::Call || code.op == Op::Forward || code.op == Op::Branch || code.op == Op::Send) {
        const Index callee = m_plan.links[code.a].program;
        callee == program ? void() : addOnce(m_callers[callee], program);
      } else if (code.op == Op::Take) {
        addOnce(m_takers[code.a], program);
      } else if (code.op == Op::Publish) {
        for (const plan::ConsumerGroup& group : m_plan.groups) {
          if (group.log == code.a) {
            m_callees[program].push_back(
                {pc, m_plan.links[group.link].program, group.classSet, m_isWaitedFor[code.a]});
          }
        }
      }
    }
  }
}

void Structure::findAsks() {
  m_firstAsk.assign(m_plan.tokens.size() + 1, 0);
  if (m_plan.tokens.empty()) {
    return;
  }
  m_askAt.assign(m_plan.code.size(), kNone);
  for (Index tokens = 0; tokens < m_plan.tokens.size(); ++tokens) {
    m_firstAsk[tokens] = static_cast<Index>(m_asks.size());
    for (Index pc = 0; pc < m_plan.code.size(); ++pc) {
      const Instruction& code = m_plan.code[pc];
      if (code.op != Op::Take || code.a != tokens) {
        continue;
      }
      const double units = code.b == kNone ? 1 : code.b;
      const auto known = std::find_if(m_asks.begin() + m_firstAsk[tokens], m_asks.end(),
                                      [units](const Ask& each) { return each.units == units; });
      m_askAt[pc] = static_cast<Index>(known - m_asks.begin());
      if (known == m_asks.end()) {
        m_asks.push_back({tokens, units});
      }
    }
  }
  m_firstAsk.back() = static_cast<Index>(m_asks.size());
}

void Structure::findFetches() {
  if (m_plan.caches.empty()) {
    return;
  }
  m_looks.assign(m_plan.code.size(), kNone);
  m_fills.assign(m_plan.code.size(), kNone);
  std::vector<Index> looks(m_plan.programs.size(), kNone);
  std::vector<Index> fills(m_plan.programs.size(), kNone);
  for (Index program = 0; program < m_plan.programs.size(); ++program) {
    for (Index pc = m_plan.programs[program].begin; pc < m_end[program]; ++pc) {
      const Instruction& code = m_plan.code[pc];
      if (code.op == Op::Look) {
        m_looks[pc] = looks[program] = code.a;
      } else if (code.op == Op::Fill && code.b == kNone) {
        m_fills[pc] = fills[program] = code.a;
      }
    }
  }
  for (Index pc = 0; pc < m_plan.code.size(); ++pc) {
    const Instruction& code = m_plan.code[pc];
    if (code.op != Op::Call && code.op != Op::Send) {
      continue;
    }
    const Index callee = m_plan.links[code.a].program;
    if (looks[callee] != fills[callee]) {
      m_looks[pc] = code.op == Op::Call && code.b != kNone ? looks[callee] : kNone;
      m_fills[pc] = fills[callee];
    }
  }
}

void Structure::findCallsAtOnce() {
  m_callsAtOnce.resize(m_plan.pools.size());
  for (Index program = 0; program < m_plan.programs.size(); ++program) {
    for (Index pc = m_plan.programs[program].begin; pc < m_end[program]; ++pc) {
      const Instruction& code = m_plan.code[pc];
      std::vector<Index> links;
      Index perhaps = kNone;  // one more, with a probability
      double chance = 1;
      if (code.op == Op::Parallel) {
        for (const Index last = pc + code.a; pc < last; ++pc) {
          links.push_back(m_plan.code[pc + 1].a);
        }
      } else if (code.op == Op::Fan) {
        findFanAtOnce(code.a);
      } else if (code.op == Op::Send) {
        links.push_back(code.a);
        for (; pc + 1 < m_end[program] && m_plan.code[pc + 1].op == Op::Send; ++pc) {
          links.push_back(m_plan.code[pc + 1].a);
        }
        const Op next = pc + 1 < m_end[program] ? m_plan.code[pc + 1].op : Op::End;
        if (next == Op::Call || next == Op::Forward) {
          links.push_back(m_plan.code[++pc].a);
        } else if (next == Op::IfChance && pc + 3 < m_end[program] && m_plan.code[pc + 1].a == pc + 3 &&
                   m_plan.code[pc + 2].op == Op::Jump && m_plan.code[pc + 3].op == Op::Send) {
          perhaps = m_plan.code[pc + 3].a;
          chance = m_plan.code[pc + 1].p;
          links.push_back(perhaps);
        }
      }
      std::map<Index, std::vector<Index>> byPool;
      for (const Index link : links) {
        if (m_plan.links[link].pool != kNone && comesAtOnce(link)) {
          byPool[m_plan.links[link].pool].push_back(link);
        }
      }
      for (auto& [pool, calls] : byPool) {
        if (calls.size() > 1) {
          const bool isPerhaps = perhaps != kNone && m_plan.links[perhaps].pool == pool &&
                                 calls.back() == perhaps && comesAtOnce(perhaps);
          m_callsAtOnce[pool].push_back({std::move(calls), kNone, 1, isPerhaps ? chance : 1.0});
        }
      }
    }
  }
}

bool Structure::comesAtOnce(Index link) const {
  const plan::Link& of = m_plan.links[link];
  return of.latency.isZero() || of.latency.kind == Law::Kind::Constant;
}

/// At the pool that it calls, and at that which is called from there first of all, as shards are.
void Structure::findFanAtOnce(Index fan) {
  Index link = m_plan.fans[fan].link;
  double each = 1;
  constexpr int kMostHops = 4;
  for (int hop = 0; hop < kMostHops && link != kNone && comesAtOnce(link); ++hop) {
    const plan::Link& of = m_plan.links[link];
    const Instruction& first = m_plan.code[m_plan.programs[of.program].begin];
    const bool isForSeats = of.pool != kNone && m_plan.pools[of.pool].seats > 0;
    if (first.op == Op::Work || isForSeats) {
      const Index pool = isForSeats || first.b == kNone ? of.pool : first.b;
      if (pool != kNone) {
        m_callsAtOnce[pool].push_back({{}, fan, each});
      }
      return;
    }
    const bool isOne = first.op == Op::Call || first.op == Op::Forward;
    if (first.op == Op::Fan && m_plan.fans[first.a].window == 0) {
      each *= plan::expectedSize(m_plan, m_plan.fans[first.a]).calls;
    }
    link = isOne || first.op == Op::Fan ? plan::linkOf(m_plan, first) : kNone;
  }
}

void Structure::orderFor(Index requestClass) {
  std::vector<std::pair<Index, std::size_t>> path;
  std::vector<bool> isSeen(m_plan.programs.size(), false);
  const auto enter = [&](Index program) {
    findPassed(requestClass, program);
    isSeen[program] = true;
    path.emplace_back(program, 0);
  };
  for (const plan::Source& source : m_plan.sources) {
    if (source.requestClass != requestClass || isSeen[source.program]) {
      continue;
    }
    enter(source.program);
    while (!path.empty()) {
      const Index program = path.back().first;
      std::size_t& next = path.back().second;
      if (next == m_callees[program].size()) {
        m_position[requestClass][program] = static_cast<Index>(m_order[requestClass].size());
        m_order[requestClass].push_back(program);
        path.pop_back();
        continue;
      }
      const Callee& callee = m_callees[program][next++];
      if (isCalledBy(callee, requestClass) && !isSeen[callee.program]) {
        enter(callee.program);
      }
    }
  }
}

void Structure::findPassed(Index requestClass, Index program) {
  std::vector<bool>& isPassed = m_isPassed[requestClass];
  const Index begin = m_plan.programs[program].begin;
  isPassed[begin] = true;
  for (Index pc = begin; pc < m_end[program]; ++pc) {
    if (isPassed[pc]) {
      const Index branches = m_plan.code[pc].op == Op::Parallel ? m_plan.code[pc].a : 0;
      for (Index branch = 1; branch <= branches; ++branch) {
        isPassed[pc + branch] = true;
      }
      plan::forEachSuccessor(m_plan, pc, requestClass, [&](Index next) {
        if (next < m_end[program]) {
          isPassed[next] = true;
        }
      });
    }
  }
}

void Structure::findAwaited(Index requestClass) {
  std::vector<bool>& isAwaited = m_isAwaited[requestClass];
  std::vector<Index> found;
  const auto add = [&](Index program) {
    if (!isAwaited[program]) {
      isAwaited[program] = true;
      found.push_back(program);
    }
  };
  for (const plan::Source& source : m_plan.sources) {
    if (source.requestClass == requestClass) {
      add(source.program);
    }
  }
  while (!found.empty()) {
    const Index program = found.back();
    found.pop_back();
    for (const Callee& each : m_callees[program]) {
      if (each.isAwaited && isCalledBy(each, requestClass)) {
        add(each.program);
      }
    }
  }
}

void Structure::countFor(Index requestClass) {
  std::vector<double>& count = m_multiplicity[requestClass];
  for (const plan::Source& source : m_plan.sources) {
    if (source.requestClass == requestClass) {
      count[source.program] = 1;
    }
  }
  for (auto program = m_order[requestClass].rbegin(); program != m_order[requestClass].rend(); ++program) {
    eachCallee(*program, requestClass, [&](Index callee) {
      count[callee] += isBackward(requestClass, *program, callee) ? kNone : count[*program];
    });
  }
}

}  // namespace cantilever::analytic
