#include "core/vocabulary/look_up_walk.h"

#include <algorithm>

namespace cantilever::plan {

namespace {

constexpr int kDeepest = 500;
constexpr double kNever = 1e-12;

}  // namespace

LookUpWalk::LookUpWalk(const Plan& plan, Index requestClass, CacheLevels& levels, Steps steps)
    : m_plan(plan),
      m_class(requestClass),
      m_levels(levels),
      m_steps(std::move(steps)),
      m_looks(plan.programs.size(), false) {
  findLooks();
}

void LookUpWalk::addFrom(Index program, double perSecond) {
  for (const LookUp& each : runOf(program, CacheLevels::kBegin).lookUps) {
    m_levels.add(each.cache, m_class, each.way, perSecond * each.times);
  }
}

/// Backwards from where something is looked up, over all calls that are written.
void LookUpWalk::findLooks() {
  std::vector<std::vector<Index>> callers(m_plan.programs.size());
  std::vector<Index> open;
  for (Index program = 0; program < m_plan.programs.size(); ++program) {
    for (Index pc = m_plan.programs[program].begin; pc < m_steps.end(program); ++pc) {
      if (m_plan.code[pc].op == Op::Look && !m_looks[program]) {
        m_looks[program] = true;
        open.push_back(program);
      }
      const Index place = (pc - m_plan.programs[program].begin) * 2;
      for (const auto& [link, times] : m_steps.calls(program, place)) {
        callers[m_plan.links[link].program].push_back(program);
      }
    }
  }
  while (!open.empty()) {
    const Index program = open.back();
    open.pop_back();
    for (const Index caller : callers[program]) {
      if (!m_looks[caller]) {
        m_looks[caller] = true;
        open.push_back(caller);
      }
    }
  }
}

const LookUpWalk::Run& LookUpWalk::runOf(Index program, Index way) {
  const auto [known, isNew] = m_runs.try_emplace({program, way});
  if (!isNew && known->second.isDone) {
    return known->second;
  }
  const double success = m_steps.success(program);
  if (!isNew || !m_looks[program] || m_depth >= kDeepest) {  // it is being walked, or not worth it
    m_isComplete = m_isComplete && !m_looks[program];
    known->second.exits = {{way, success, 1 - success}};
    known->second.isDone = isNew;
    return known->second;
  }
  ++m_depth;
  Run run = walk(program, way);
  --m_depth;
  run.isDone = true;
  return known->second = std::move(run);
}

LookUpWalk::Run LookUpWalk::walk(Index program, Index way) {
  const Index places = (m_steps.end(program) - m_plan.programs[program].begin) * 2;
  std::vector<Ways> at(places);
  at[0] = {{way, 1.0}};
  Run run;
  for (Index place = 0; place < places; ++place) {
    const Ways here = std::move(at[place]);
    for (const auto& [each, p] : here) {
      if (p > kNever) {
        step(program, place, each, p, at, run);
      }
    }
  }
  return run;
}

void LookUpWalk::step(Index program, Index place, Index way, double p, std::vector<Ways>& at, Run& run) {
  const Index begin = m_plan.programs[program].begin;
  const Index pc = begin + place / 2;
  const Instruction& code = m_plan.code[pc];
  const bool isAnswered = place % 2 == 1;
  const auto go = [&](Index target, Index by, double share) {
    const Index to = (target - begin) * 2 + place % 2;
    if (to <= place) {
      m_isComplete = false;
    } else if (share > 0) {
      addTo(at[to], by, share);
    }
  };
  switch (code.op) {
    case Op::Look: {
      const double hit = m_levels.hitRatio(code.a, m_class, way);
      run.lookUps.push_back({code.a, way, p});
      go(code.b, m_levels.after(way, code.a, true), p * hit);
      go(pc + 1, m_levels.after(way, code.a, false), p * (1 - hit));
      return;
    }
    case Op::Call:
    case Op::Forward: {
      addCall(code.a, way, p, run);
      const std::vector<Exit> exits = runOf(m_plan.links[code.a].program, way).exits;
      for (const Exit& each : exits) {
        const bool goesOn = code.op == Op::Call;
        if (goesOn) {
          go(pc + 1, each.way, p * each.success);
        }
        if (goesOn && code.b != kNone) {
          go(code.b, each.way, p * each.failure);
        } else if (!isAnswered) {
          leave(run, each.way, goesOn ? 0 : p * each.success, p * each.failure);
        }
      }
      return;
    }
    case Op::End:
      if (!isAnswered) {
        leave(run, way, p, 0);
      }
      return;
    default:
      break;
  }
  for (const auto& [link, times] : m_steps.calls(program, place)) {
    addCall(link, way, p * times, run);
  }
  if (code.op == Op::Reply && !isAnswered) {
    leave(run, way, p, 0);
  } else if (!isAnswered) {
    leave(run, way, 0, p * m_steps.failure(pc));
  }
  for (const FlowEdge& edge : m_steps.from(program, place)) {
    if (edge.to <= place) {
      m_isComplete = false;
    } else {
      addTo(at[edge.to], way, p * edge.visits);
    }
  }
}

void LookUpWalk::addCall(Index link, Index way, double times, Run& run) {
  for (const LookUp& each : runOf(m_plan.links[link].program, way).lookUps) {
    const auto same = std::find_if(run.lookUps.begin(), run.lookUps.end(), [&](const LookUp& other) {
      return other.cache == each.cache && other.way == each.way;
    });
    same == run.lookUps.end() ? run.lookUps.push_back({each.cache, each.way, times * each.times})
                              : void(same->times += times * each.times);
  }
}

void LookUpWalk::addTo(Ways& ways, Index way, double p) {
  const auto same =
      std::find_if(ways.begin(), ways.end(), [way](const auto& each) { return each.first == way; });
  same == ways.end() ? ways.push_back({way, p}) : void(same->second += p);
}

void LookUpWalk::leave(Run& run, Index way, double success, double failure) {
  const auto same =
      std::find_if(run.exits.begin(), run.exits.end(), [way](const Exit& each) { return each.way == way; });
  if (same == run.exits.end()) {
    run.exits.push_back({way, success, failure});
    return;
  }
  same->success += success;
  same->failure += failure;
}

}  // namespace cantilever::plan
