#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/text.h"
#include "core/vocabulary/plan/faults.h"
#include "core/vocabulary/plan/steps.h"

namespace cantilever::plan {

namespace {

// An engine keeps a branch number in two bytes (core/sim/frames.h).
constexpr Index kMaxBranches = 65535;
constexpr Index kMostTaken = 65535;

/// What the instructions of all programs say.
class ProgramChecker {
 public:
  ProgramChecker(const Plan& plan, FaultSink& sink)
      : m_plan(plan), m_sink(sink), m_end(programEnds(plan)), m_isOfConsumers(plan.links.size(), false) {
    for (const ConsumerGroup& group : plan.groups) {
      m_isOfConsumers[group.link] = true;
    }
  }

  void checkPrograms() {
    for (Index program = 0; program < m_plan.programs.size() && !failed(); ++program) {
      m_program = program;
      for (Index pc = m_plan.programs[program].begin; pc < m_end[program] && !failed(); ++pc) {
        checkInstruction(pc);
      }
      if (!failed()) {
        checkAnswers();
        checkEnding();
      }
    }
  }

 private:
  bool failed() const { return m_sink.hasFailed(); }
  void require(bool condition, const auto& describe) { m_sink.require(condition, describe); }

  std::string at(Index pc, const char* text) const {
    return named("program", m_plan.programs[m_program].key) + ", instruction " +
           formatNumber(pc - m_plan.programs[m_program].begin) + ": " + text;
  }
  auto says(Index pc, const char* text) const {
    return [this, pc, text] { return at(pc, text); };
  }

  bool isInside(Index pc) const { return pc >= m_plan.programs[m_program].begin && pc < m_end[m_program]; }
  /// A place that control may go to: in this program, and not an operand.
  bool isTarget(Index pc) const { return isInside(pc) && m_plan.code[pc].op != Op::Branch; }

  void checkLinkOperand(Index pc, Index link) {
    require(link < m_plan.links.size(), says(pc, "unknown link"));
    require(failed() || m_plan.links[link].balancing != Balancing::All,
            says(pc, "makes one call over a link that goes to all instances"));
    require(failed() || !m_isOfConsumers[link], says(pc, "calls over a link that leads from a log"));
  }
  void checkCacheOperand(Index pc, Index cache) {
    require(cache < m_plan.caches.size(), says(pc, "unknown cache"));
    require(failed() || m_plan.caches[cache].pool == kNone ||
                m_plan.caches[cache].pool == m_plan.programs[m_program].pool,
            says(pc, "uses the cache of an instance that it does not sit at"));
  }
  void checkTokensOperand(Index pc, Index tokens) {
    require(tokens < m_plan.tokens.size(), says(pc, "unknown tokens"));
    require(failed() || m_plan.tokens[tokens].scope != TokenScope::Instance || sitsAtInstance(),
            says(pc, "takes tokens of an instance although it is at none"));
  }
  /// Where servers are fed by one queue, a request is at no instance until it is served.
  bool sitsAtInstance() const {
    const Index pool = m_plan.programs[m_program].pool;
    return pool != kNone &&
           (m_plan.pools[pool].queue == QueueScope::PerInstance || m_plan.pools[pool].seats > 0);
  }
  void checkFailTarget(Index pc, Index target) {
    require(target == kNone || isTarget(target), says(pc, "on failure it goes outside the program"));
  }

  void checkInstruction(Index pc) {
    const Instruction& code = m_plan.code[pc];
    switch (code.op) {
      case Op::Work:
        require(code.a < m_plan.laws.size(), says(pc, "unknown law"));
        require(code.d == kNone || code.d < m_plan.lawTables.size(), says(pc, "unknown table of laws"));
        require(code.b == kNone ? m_plan.programs[m_program].pool != kNone : code.b < m_plan.pools.size(),
                says(pc, "work without a pool"));
        require(code.c == kNone || code.c <= static_cast<Index>(WorkScale::Bytes),
                says(pc, "work by an unknown measure"));
        require(code.p >= 0 && code.p <= 1, says(pc, "work per byte outside 0 to 1"));
        break;
      case Op::Wait:
        require(code.a < m_plan.laws.size(), says(pc, "unknown law"));
        break;
      case Op::Call:
        checkLinkOperand(pc, code.a);
        checkFailTarget(pc, code.b);
        break;
      case Op::Send:
        checkLinkOperand(pc, code.a);
        break;
      case Op::Forward:
        checkLinkOperand(pc, code.a);
        require(failed() || m_plan.links[code.a].timeout == Duration(),
                says(pc, "forwards over a link with a timeout"));
        require(failed() || !m_plan.links[code.a].isPerCaller,
                says(pc, "forwards over a link of which each caller has its own"));
        break;
      case Op::Parallel:
        checkParallel(pc, code);
        break;
      case Op::Branch:
        require(isBranchOfParallel(pc), says(pc, "a branch outside a parallel group"));
        break;
      case Op::IfChance:
        require(code.p >= 0 && code.p <= 1, says(pc, "a probability outside 0 to 1"));
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::IfClass:
        require(code.b < m_plan.classSets.size(), says(pc, "unknown class set"));
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::Jump:
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::Fail:
        require(code.a > 0 && code.a < static_cast<Index>(kReasonCount),
                says(pc, "fails for no known reason"));
        break;
      case Op::Look:
        checkCacheOperand(pc, code.a);
        require(isTarget(code.b), says(pc, "jumps outside the program"));
        break;
      case Op::Fill:
        checkCacheOperand(pc, code.a);
        require(failed() || code.b == kNone || m_plan.caches[code.a].writeBack != kNone,
                says(pc, "writes to a cache that does not say how this goes on"));
        break;
      case Op::Drop:
        checkCacheOperand(pc, code.a);
        break;
      case Op::Gather:
        require(code.a < m_plan.windows.size(), says(pc, "unknown window"));
        break;
      case Op::Take:
        checkTokensOperand(pc, code.a);
        require(failed() || (code.b >= 1 && code.b <= m_plan.tokens[code.a].size && code.b <= kMostTaken),
                says(pc, "takes no tokens, or more than there are"));
        checkFailTarget(pc, code.c);
        break;
      case Op::Give:
        checkTokensOperand(pc, code.a);
        break;
      case Op::Draw:
        require(code.a < m_plan.countLaws.size(), says(pc, "unknown law of a number"));
        break;
      case Op::IfDrawn:
        require(code.b < m_plan.countLaws.size(), says(pc, "unknown law of a number"));
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::Publish:
        require(code.a < m_plan.logs.size(), says(pc, "unknown log"));
        require(code.b == kNone || code.b == Instruction::kEveryCopy ||
                    code.b <= Instruction::kMostAcknowledgements,
                says(pc, "waits for more than 65,535 acknowledgements"));
        require(code.d == kNone || code.d <= Instruction::kMostAcknowledgements,
                says(pc, "wants more than 65,535 readers"));
        checkFailTarget(pc, code.c);
        break;
      case Op::Fan:
        require(code.a < m_plan.fans.size(), says(pc, "unknown fan"));
        checkFailTarget(pc, code.c);
        break;
      case Op::Route:
        require(code.a < m_plan.routes.size(), says(pc, "unknown route"));
        for (std::size_t i = 0; !failed() && i < m_plan.routes[code.a].ways.size(); ++i) {
          require(isTarget(m_plan.routes[code.a].ways[i].pc), says(pc, "jumps outside the program"));
        }
        break;
      case Op::IfUp:
        require(code.b < m_plan.pools.size() && code.c < m_plan.pools.size(), says(pc, "unknown pool"));
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::Observe:
        require(sitsAtInstance(), says(pc, "reads a copy although it is at none"));
        break;
      case Op::IfVersion:
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::IfFlag:
        require(code.b < m_plan.flags.size(), says(pc, "unknown flag"));
        require(isTarget(code.a), says(pc, "jumps outside the program"));
        break;
      case Op::Batch:
        require(code.a < m_plan.batchings.size(), says(pc, "unknown batching"));
        break;
      case Op::Measure:
        require(code.a < m_plan.meters.size(), says(pc, "unknown meter"));
        require(code.p >= 0 && code.p <= Meter::kMostAmount,
                says(pc, "measures an amount outside 0 to 1e12"));
        break;
      case Op::Reply:
      case Op::End:
      case Op::Degrade:
        break;
      default:
        require(false, says(pc, "unknown instruction"));
    }
    if (!failed() && fallsThrough(code.op)) {
      const Index next = pc + 1 + (code.op == Op::Parallel ? code.a : 0);
      require(isTarget(next), says(pc, "runs past the end of the program"));
    }
  }

  static bool fallsThrough(Op op) {
    return op != Op::Forward && op != Op::Jump && op != Op::Fail && op != Op::End && op != Op::Branch &&
           op != Op::Route;
  }

  void checkParallel(Index pc, const Instruction& code) {
    require(code.a >= 1 && code.a <= kMaxBranches, says(pc, "a parallel group needs 1 to 65,535 branches"));
    require(code.b >= 1 && code.b <= code.a,
            says(pc, "a parallel group needs between one and all of its branches"));
    checkFailTarget(pc, code.c);
    for (Index branch = pc + 1; !failed() && branch <= pc + code.a; ++branch) {
      require(isInside(branch) && m_plan.code[branch].op == Op::Branch,
              says(pc, "fewer branches than it says"));
      checkLinkOperand(branch, m_plan.code[branch].a);
    }
  }

  bool isBranchOfParallel(Index pc) const {
    const Index begin = m_plan.programs[m_program].begin;
    for (Index before = pc; before > begin; --before) {
      const Instruction& code = m_plan.code[before - 1];
      if (code.op != Op::Branch) {
        return code.op == Op::Parallel && pc - before < code.a;
      }
    }
    return false;
  }

  /// Nobody answers twice: no Reply or Forward after a Reply on any way through the program.
  void checkAnswers() {
    const Index begin = m_plan.programs[m_program].begin;
    std::vector<std::uint8_t> seen((m_end[m_program] - begin) * std::size_t{2}, 0);
    std::vector<std::pair<Index, bool>> open{{begin, false}};
    while (!open.empty() && !failed()) {
      const auto [pc, hasAnswered] = open.back();
      open.pop_back();
      if (std::exchange(seen[(pc - begin) * std::size_t{2} + (hasAnswered ? 1 : 0)], std::uint8_t{1}) != 0) {
        continue;
      }
      const Op op = m_plan.code[pc].op;
      require(!hasAnswered || (op != Op::Reply && op != Op::Forward), says(pc, "answers a second time"));
      const bool answered = hasAnswered || op == Op::Reply;
      forEachSuccessor(m_plan, pc, kNone, [&](Index next) { open.emplace_back(next, answered); });
    }
  }

  /// A loop that no class can leave would keep an engine busy for ever at one instant.
  void checkEnding() {
    const Index begin = m_plan.programs[m_program].begin;
    bool hasLoop = false;
    for (Index pc = begin; pc < m_end[m_program]; ++pc) {
      forEachSuccessor(m_plan, pc, kNone, [&](Index next) { hasLoop = hasLoop || next <= pc; });
    }
    for (Index each = 0; hasLoop && each < m_plan.classes.size() && !failed(); ++each) {
      require(endsFor(each), says(begin, "a loop that never ends"));
    }
  }

  /// True if from every place that a request of the class can reach, it can reach an end.
  bool endsFor(Index requestClass) const {
    const Index begin = m_plan.programs[m_program].begin;
    const std::size_t size = m_end[m_program] - begin;
    std::vector<std::vector<Index>> predecessors(size);
    std::vector<bool> isReached(size, false);
    std::vector<bool> canEnd(size, false);
    std::vector<Index> open{begin};
    std::vector<Index> ends;
    isReached[0] = true;
    while (!open.empty()) {
      const Index pc = open.back();
      open.pop_back();
      bool isEnd = true;
      forEachSuccessor(m_plan, pc, requestClass, [&](Index next) {
        isEnd = false;
        predecessors[next - begin].push_back(pc);
        if (!isReached[next - begin]) {
          isReached[next - begin] = true;
          open.push_back(next);
        }
      });
      if (isEnd) {
        canEnd[pc - begin] = true;
        ends.push_back(pc);
      }
    }
    while (!ends.empty()) {
      const Index pc = ends.back();
      ends.pop_back();
      for (const Index before : predecessors[pc - begin]) {
        if (!canEnd[before - begin]) {
          canEnd[before - begin] = true;
          ends.push_back(before);
        }
      }
    }
    return isReached == canEnd;
  }

  const Plan& m_plan;
  FaultSink& m_sink;
  std::vector<Index> m_end;
  std::vector<bool> m_isOfConsumers;  // by link
  Index m_program = 0;                // the one being checked
};

/// Programs in order of where they begin.
std::vector<Index> programsInOrder(const Plan& plan) {
  std::vector<Index> order(plan.programs.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return plan.programs[a].begin < plan.programs[b].begin; });
  return order;
}

}  // namespace

std::vector<Index> programEnds(const Plan& plan) {
  const std::vector<Index> order = programsInOrder(plan);
  std::vector<Index> ends(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool isLast = i + 1 == order.size();
    ends[order[i]] = isLast ? static_cast<Index>(plan.code.size()) : plan.programs[order[i + 1]].begin;
  }
  return ends;
}

void checkLayout(const Plan& plan, FaultSink& sink) {
  const std::vector<Index> ends = programEnds(plan);
  Index first = static_cast<Index>(plan.code.size());
  for (std::size_t i = 0; i < plan.programs.size(); ++i) {
    const Program& program = plan.programs[i];
    sink.require(program.begin < ends[i] && ends[i] <= plan.code.size(),
                 [&] { return named("program", program.key) + " has no code of its own"; });
    sink.require(program.pool == kNone || program.pool < plan.pools.size(),
                 [&] { return named("program", program.key) + " sits in an unknown pool"; });
    first = std::min(first, program.begin);
  }
  sink.require(first == 0, [] { return std::string("the first instructions belong to no program"); });
}

void checkPrograms(const Plan& plan, FaultSink& sink) {
  ProgramChecker(plan, sink).checkPrograms();
}

}  // namespace cantilever::plan
