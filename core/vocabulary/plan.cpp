#include "core/vocabulary/plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_set>

#include "core/base/text.h"

namespace cantilever::plan {

namespace {

// An engine keeps a class in one byte and a branch number in two (engine-model.md, 4.1).
constexpr std::size_t kMaxClasses = 255;
constexpr Index kMaxBranches = 65535;
// Beyond one arrival in a nanosecond simulated time cannot tell arrivals apart.
constexpr double kMaxRate = 1e9;
// Engines keep a record per instance.
constexpr std::uint64_t kMaxInstances = 10'000'000;
// Bounds that keep samplers in double precision; no measured service time comes near.
constexpr double kMaxVariation = 1000;
constexpr double kMaxStages = 10'000;

std::string named(std::string_view kind, const std::string& key) {
  return std::string(kind) + " \"" + key + "\"";
}

/// One pass over a plan; the first fault found stops it.
class FaultFinder {
 public:
  explicit FaultFinder(const Plan& plan) : m_plan(plan) {}

  std::string find() {
    checkTables();
    checkKeys();
    checkSources();
    checkPools();
    checkLaws();
    layOutPrograms();
    checkLinks();
    checkPrograms();
    checkActions();
    return m_fault;
  }

 private:
  bool failed() const { return !m_fault.empty(); }
  void require(bool condition, const auto& describe) {
    if (!condition && !failed()) {
      m_fault = describe();
    }
  }

  void checkTables() {
    require(m_plan.classes.size() <= kMaxClasses,
            [] { return std::string("more than 255 request classes"); });
    require(m_plan.poolOrigin.size() == m_plan.pools.size(),
            [] { return std::string("the origins of pools do not match the pools"); });
    require(m_plan.linkOrigin.size() == m_plan.links.size(),
            [] { return std::string("the origins of links do not match the links"); });
    require(std::isfinite(m_plan.slice) && m_plan.slice > 0,
            [] { return std::string("the slice is not a positive number"); });
    for (const std::vector<bool>& set : m_plan.classSets) {
      require(set.size() == m_plan.classes.size(),
              [] { return std::string("a class set does not cover the request classes"); });
    }
  }

  template <class Element>
  void checkKeysOf(const std::vector<Element>& elements, const char* kind) {
    std::unordered_set<std::string_view> seen;
    for (const Element& element : elements) {
      require(!element.key.empty(), [&] { return std::string("a ") + kind + " has no key"; });
      require(seen.insert(element.key).second, [&] { return named(kind, element.key) + " occurs twice"; });
    }
  }

  /// Random streams are made from keys: two elements of one key would share their randomness.
  void checkKeys() {
    checkKeysOf(m_plan.classes, "request class");
    checkKeysOf(m_plan.sources, "source");
    checkKeysOf(m_plan.pools, "pool");
    checkKeysOf(m_plan.links, "link");
    checkKeysOf(m_plan.programs, "program");
  }

  void checkSources() {
    for (const Source& source : m_plan.sources) {
      const auto says = [&](const char* text) {
        return [&, text] { return named("source", source.key) + text; };
      };
      require(source.requestClass < m_plan.classes.size(), says(" offers an unknown request class"));
      const double rate = source.rate.raw();
      require(rate >= 0 && rate <= kMaxRate, says(" has a rate outside 0 to 1e9 per second"));
      require(source.program < m_plan.programs.size(), says(" runs an unknown program"));
      require(failed() || m_plan.programs[source.program].pool == kNone,
              says(" runs a program that sits in a pool"));
    }
  }

  void checkPools() {
    std::uint64_t instances = 0;
    for (const Pool& pool : m_plan.pools) {
      require(pool.instances >= 1, [&] { return named("pool", pool.key) + " has no instance"; });
      instances += pool.instances;
    }
    require(instances <= kMaxInstances, [] { return std::string("more than 10,000,000 instances"); });
  }

  void checkLaws() {
    for (const Law& law : m_plan.laws) {
      const std::string fault = faultIn(law);
      require(fault.empty(), [&] { return "a law is not valid: " + fault; });
    }
  }

  /// A program's code runs from its begin to the next larger begin.
  void layOutPrograms() {
    const std::size_t count = m_plan.programs.size();
    std::vector<Index> order(count);
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](Index a, Index b) { return m_plan.programs[a].begin < m_plan.programs[b].begin; });
    m_end.assign(count, 0);
    const auto size = static_cast<Index>(m_plan.code.size());
    for (std::size_t i = 0; i < count; ++i) {
      const Program& program = m_plan.programs[order[i]];
      m_end[order[i]] = i + 1 < count ? m_plan.programs[order[i + 1]].begin : size;
      require(program.begin < m_end[order[i]] && m_end[order[i]] <= size,
              [&] { return named("program", program.key) + " has no code of its own"; });
      require(program.pool == kNone || program.pool < m_plan.pools.size(),
              [&] { return named("program", program.key) + " sits in an unknown pool"; });
    }
    const Index first = count == 0 ? size : m_plan.programs[order[0]].begin;
    require(first == 0, [] { return std::string("the first instructions belong to no program"); });
  }

  void checkLinks() {
    for (const Link& link : m_plan.links) {
      const auto says = [&](const std::string& text) {
        return [&link, text] { return named("link", link.key) + text; };
      };
      require(link.pool == kNone || link.pool < m_plan.pools.size(), says(" leads to an unknown pool"));
      require(link.program < m_plan.programs.size(), says(" leads to an unknown program"));
      require(failed() || m_plan.programs[link.program].pool == link.pool,
              says(" leads to a program of another pool"));
      const std::string fault = faultIn(link.latency);
      require(fault.empty(), says(": its latency is not valid: " + fault));
      require(link.timeout >= Duration() && link.timeout <= kLongestDuration,
              says(" has a timeout outside 0 to 100 years"));
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
  }
  void checkFailTarget(Index pc, Index target) {
    require(target == kNone || isTarget(target), says(pc, "on failure it goes outside the program"));
  }

  void checkInstruction(Index pc) {
    const Instruction& code = m_plan.code[pc];
    switch (code.op) {
      case Op::Work:
        require(code.a < m_plan.laws.size(), says(pc, "unknown law"));
        require(code.b == kNone ? m_plan.programs[m_program].pool != kNone : code.b < m_plan.pools.size(),
                says(pc, "work without a pool"));
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
      case Op::Reply:
      case Op::End:
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
    return op != Op::Forward && op != Op::Jump && op != Op::Fail && op != Op::End && op != Op::Branch;
  }

  void checkParallel(Index pc, const Instruction& code) {
    require(code.a >= 1 && code.a <= kMaxBranches, says(pc, "a parallel group needs 1 to 65,535 branches"));
    require(code.b >= 1 && code.b <= code.a,
            says(pc, "a parallel group needs between one and all of its branches"));
    checkFailTarget(pc, code.c);
    for (Index branch = pc + 1; !failed() && branch <= pc + code.a; ++branch) {
      require(isInside(branch) && m_plan.code[branch].op == Op::Branch,
              says(pc, "fewer branches than it says"));
      require(failed() || m_plan.code[branch].a < m_plan.links.size(), says(branch, "unknown link"));
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

  /// Where control can go from pc for a request of class `requestClass`, or of any class if that is kNone.
  template <class Visit>
  void forEachSuccessor(Index pc, Index requestClass, const Visit& visit) const {
    const Instruction& code = m_plan.code[pc];
    switch (code.op) {
      case Op::IfChance:
        if (code.p > 0) {
          visit(code.a);
        }
        if (code.p < 1) {
          visit(pc + 1);
        }
        return;
      case Op::IfClass: {
        const bool isKnown = requestClass != kNone;
        const bool isIn = isKnown && m_plan.classSets[code.b][requestClass];
        if (!isKnown || isIn) {
          visit(code.a);
        }
        if (!isKnown || !isIn) {
          visit(pc + 1);
        }
        return;
      }
      case Op::Jump:
        visit(code.a);
        return;
      case Op::Call:
        if (code.b != kNone) {
          visit(code.b);
        }
        visit(pc + 1);
        return;
      case Op::Parallel:
        if (code.c != kNone) {
          visit(code.c);
        }
        visit(pc + 1 + code.a);
        return;
      case Op::Forward:
      case Op::Fail:
      case Op::End:
      case Op::Branch:
        return;
      case Op::Work:
      case Op::Wait:
      case Op::Send:
      case Op::Reply:
        visit(pc + 1);
        return;
    }
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
      forEachSuccessor(pc, kNone, [&](Index next) { open.emplace_back(next, answered); });
    }
  }

  /// A loop that no class can leave would keep an engine busy for ever at one instant.
  void checkEnding() {
    const Index begin = m_plan.programs[m_program].begin;
    bool hasLoop = false;
    for (Index pc = begin; pc < m_end[m_program]; ++pc) {
      forEachSuccessor(pc, kNone, [&](Index next) { hasLoop = hasLoop || next <= pc; });
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
      forEachSuccessor(pc, requestClass, [&](Index next) {
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

  void checkActions() {
    Duration last;
    for (const Action& action : m_plan.actions) {
      require(action.at >= last && action.at <= kLongestDuration,
              [] { return std::string("actions are not in order of time"); });
      require(action.change == Change::LoadFactor || action.pool < m_plan.pools.size(),
              [] { return std::string("an action has no pool to act on"); });
      require(std::isfinite(action.value) && action.value >= 0,
              [] { return std::string("an action has a value that is negative or no number"); });
      last = action.at;
    }
  }

  const Plan& m_plan;
  std::string m_fault;
  std::vector<Index> m_end;  // by program: one past its last instruction
  Index m_program = 0;       // the one being checked
};

}  // namespace

const char* nameOf(Reason reason) {
  switch (reason) {
    case Reason::None:
      return "none";
    case Reason::QueueFull:
      return "queue_full";
    case Reason::TimedOut:
      return "timed_out";
    case Reason::NoHealthyInstance:
      return "no_healthy_instance";
    case Reason::KilledInFlight:
      return "killed_in_flight";
    case Reason::Injected:
      return "injected";
  }
  return "";
}

std::string faultIn(const Law& law) {
  if (law.mean < Duration()) {
    return "the mean is negative.";
  }
  if (law.mean > kLongestDuration) {
    return "the mean is longer than 100 years.";
  }
  const auto shapeWithin = [&](double low, double high) { return law.shape >= low && law.shape <= high; };
  switch (law.kind) {
    case Law::Kind::Constant:
    case Law::Kind::Exponential:
      return {};
    case Law::Kind::Erlang:
      return shapeWithin(1, kMaxStages) ? "" : "an Erlang law has 1 to 10,000 stages k.";
    case Law::Kind::Lognormal:
      return shapeWithin(0, kMaxVariation) ? "" : "a lognormal law has a cv of 0 to 1,000.";
    case Law::Kind::Uniform:
      return shapeWithin(0, 1) ? "" : "a uniform law has a half-width of 0 to 100 % of the mean.";
    case Law::Kind::Hyperexponential:
      return shapeWithin(1, kMaxVariation) ? "" : "a hyperexponential law has a cv of 1 to 1,000.";
  }
  return "its kind is unknown.";
}

std::string faultIn(const Plan& plan) {
  return FaultFinder(plan).find();
}

}  // namespace cantilever::plan
