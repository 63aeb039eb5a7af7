// Where less, or an unknown share, of what is reckoned with comes to programs and pools, and why.
#include <algorithm>
#include <cmath>

#include "core/analytic/assembler.h"
#include "core/vocabulary/plan/steps.h"

namespace cantilever::analytic {

using plan::Op;

namespace {

constexpr double kSomeDoubt = 0.05;  // of what works at a pool, or comes to a program
constexpr double kFewDead = 1e-6;    // share of the messages that may be dead letters for nothing to be said
constexpr double kOfVisibility = 0.2;
constexpr double kIsFelt = 0.3;  // of the utilisation: below it there is next to no wait

}  // namespace

/// Follows the requests of one class. Callers first: behind what is overloaded or lets an unknown share
/// through there is less than is reckoned, and of requests that are given up nobody knows how far they get.
class Assembler::DoubtWalk {
 public:
  DoubtWalk(Assembler& of, Index requestClass, const std::string& whole)
      : m_of(of),
        m_plan(of.m_plan),
        m_state(of.m_state),
        m_class(requestClass),
        m_whole(whole),
        m_why(of.m_plan.programs.size()),
        m_followed(of.m_plan.links.size(), 0.0),
        m_roughness(of.m_plan.programs.size(), 0.0) {}

  void run() {
    const auto& order = m_of.m_structure.order(m_class);
    std::for_each(order.rbegin(), order.rend(), [this](Index program) { follow(program); });
  }

 private:
  double runsOf(Index program) const { return m_state.traffic.runs[program][m_class]; }
  void note(Doubt& of) const { of.add(runsOf(m_program), m_open, m_roughness[m_program]); }
  void doubt(const std::string& reason) { m_open = m_open.empty() ? reason : m_open; }

  void follow(Index program) {
    m_program = program;
    m_open = m_whole.empty() ? m_why[program] : m_whole;
    const Index seats = m_plan.programs[program].pool;
    if (seats != kNone && m_plan.pools[seats].seats > 0 && !m_state.seats[seats].isStable) {
      doubt("it comes through pool \"" + m_plan.pools[seats].key + "\", which has too few seats");
    }
    for (Index pc = m_plan.programs[program].begin; pc < m_of.m_structure.endOf(program); ++pc) {
      const plan::Instruction& code = m_plan.code[pc];
      if (code.op != Op::Branch) {
        std::for_each(m_branches.begin(), m_branches.end(), [this](Index link) { wait(link); });
        m_branches.clear();
      }
      step(code);
    }
    m_branches.clear();
  }

  void step(const plan::Instruction& code) {
    switch (code.op) {
      case Op::Work:
        work(code.b == kNone ? m_plan.programs[m_program].pool : code.b);
        break;
      case Op::Take:
        note(m_of.m_tokenDoubts[code.a]);
        if (!m_state.tokens[code.a].isStable) {
          doubt("it needs tokens \"" + m_plan.tokens[code.a].key + "\", of which there are too few");
        } else if (m_state.tokens[code.a].isShort) {
          const Fault& none = m_state.tokenFault[code.a];
          const Fault& fault = none.changesFlow ? none : m_state.tokens[code.a].fault;
          doubt(fault.changesFlow ? fault.why.str() : std::string());
        }
        break;
      case Op::Send:
      case Op::Forward:
        pass(code.a);
        break;
      case Op::Branch:
        pass(code.a);
        m_branches.push_back(code.a);
        break;
      case Op::Call:
        call(code.a);
        break;
      case Op::Fan:
        call(m_plan.fans[code.a].link);
        break;
      case Op::Batch:
        call(m_plan.batchings[code.a].link);
        break;
      case Op::Gather:
        pass(m_plan.windows[code.a].link);
        break;
      case Op::Publish:
        for (Index group = 0; group < m_plan.groups.size(); ++group) {
          if (m_plan.groups[group].log == code.a && isRead(m_plan.groups[group])) {
            pass(m_plan.groups[group].link);
            consume(group);
          }
        }
        break;
      default:
        break;
    }
  }

  void work(Index pool) {
    if (pool == kNone) {
      return;
    }
    note(m_of.m_doubts[pool]);
    if (m_of.isOverloaded(pool)) {
      doubt("it comes through pool \"" + m_plan.pools[pool].key + "\", which is overloaded");
    }
    const plan::Pool& by = m_plan.pools[pool];
    const bool canLose = by.patience || by.queueLimit != plan::Pool::kUnlimited;
    if (canLose && !m_state.stations[pool].unsolvable.empty()) {
      doubt("how much pool \"" + by.key + "\" refuses or keeps waiting for too long is not known");
    }
  }

  void call(Index link) {
    pass(link);
    wait(link);
  }

  /// What comes over a link to its callee.
  void pass(Index link) {
    const Index callee = m_plan.links[link].program;
    note(m_of.m_linkDoubts[link]);
    if (!(runsOf(m_program) > kSomeDoubt * runsOf(callee))) {
      return;
    }
    if (m_why[callee].empty()) {
      m_why[callee] = !m_open.empty() ? m_open : thinnedBy(link);
    }
    m_roughness[callee] = std::max(m_roughness[callee], m_roughness[m_program]);
  }

  /// Why nobody knows how much gets through the link itself; empty if all does.
  std::string thinnedBy(Index link) const {
    const Fault& fault = m_state.linkFault[link];
    const auto ofCall = m_state.callFaults.find({link, m_class});
    const bool isThinned = ofCall != m_state.callFaults.end() && ofCall->second.isThinned;
    return fault.changesFlow ? fault.why.str() : isThinned ? ofCall->second.why.str() : std::string();
  }

  /// For an answer: of what comes after it nobody knows more than of how calls end. Of branches that are
  /// begun together how one turns out says nothing of the others.
  void wait(Index link) {
    if (const auto fault = m_state.callFaults.find({link, m_class}); fault != m_state.callFaults.end()) {
      doubt(fault->second.why);
    }
  }

  /// So much comes over the link besides that is not reckoned, and to what is behind it.
  void more(Index link, double besides, const std::string& why) {
    if (besides <= m_followed[link]) {
      return;
    }
    m_followed[link] = besides;
    markMore(m_of.m_linkDoubts[link], besides, totalOf(m_state.traffic.calls[link]), why);
    const Index program = m_plan.links[link].program;
    if (besides > kSomeDoubt * runsOf(program)) {
      m_why[program] = m_why[program].empty() ? why : m_why[program];
    }
    for (Index pc = m_plan.programs[program].begin; pc < m_of.m_structure.endOf(program); ++pc) {
      const plan::Instruction& code = m_plan.code[pc];
      if (const Index next = plan::linkOf(m_plan, code); next != kNone) {
        more(next, besides, why);
      }
      const Index pool = code.b == kNone ? m_plan.programs[program].pool : code.b;
      if (code.op == Op::Work && pool != kNone) {
        double work = 0;
        for (const Traffic::Work& each : m_state.traffic.work[pool]) {
          work += each.rate;
        }
        markMore(m_of.m_doubts[pool], besides, work, why);
      } else if (code.op == Op::Publish) {
        for (const plan::ConsumerGroup& group : m_plan.groups) {
          if (group.log == code.a && isRead(group)) {
            more(group.link, besides, why);
          }
        }
      }
    }
  }

  static void markMore(Doubt& of, double besides, double reckoned, const std::string& why) {
    if (besides > kSomeDoubt * reckoned) {
      of.isMore = true;
      of.why = of.why.empty() ? why : of.why;
    }
  }

  bool isRead(const plan::ConsumerGroup& group) const {
    return group.classSet == kNone || m_plan.classSets[group.classSet][m_class];
  }

  void consume(Index group) {
    const plan::Link& link = m_plan.links[m_plan.groups[group].link];
    const plan::ConsumerGroup& of = m_plan.groups[group];
    const double failing = 1 - m_state.programSuccess[link.program][m_class];
    const double messages = runsOf(m_program);
    const double again = of.maxReceives == 1 ? 0.0 : messages * failing;
    if (again > 0) {
      more(of.link, again / std::max(1.0, m_state.groups[group].batch),
           "messages that it fails to work on come to link \"" + link.key + "\" again");
    }
    const double dead = of.maxReceives == 0 ? 0.0 : messages * std::pow(failing, of.maxReceives);
    if (of.deadLetters != kNone && dead > kFewDead * messages) {
      more(of.deadLetters, dead, "dead letters of group \"" + of.key + "\" come there");
    }
    if (m_of.m_settled.isBatchUnsettled[group]) {
      more(of.link, messages, "how many messages group \"" + of.key + "\" reads at a time has not settled");
    }
    if (of.visibility > Duration() &&
        m_state.groupService[group].mean > kOfVisibility * of.visibility.inSeconds()) {
      more(of.link, messages, "messages come to link \"" + link.key + "\" again while they are worked on");
    }
    if (!m_state.groups[group].isStable) {
      m_of.m_linkDoubts[m_plan.groups[group].link].add(runsOf(m_program),
                                                       "its consumers read less than comes", 0);
    }
    if (m_state.groups[group].batch > 1) {
      m_of.m_linkDoubts[m_plan.groups[group].link].roughness +=
          runsOf(m_program) * m_state.groups[group].band;
      m_roughness[link.program] = std::max(m_roughness[link.program], m_state.groups[group].band);
    }
  }

  Assembler& m_of;
  const plan::Plan& m_plan;
  const WorkingState& m_state;
  Index m_class;
  const std::string& m_whole;       // why all requests of the class are doubted
  std::vector<std::string> m_why;   // [program]
  std::vector<double> m_followed;   // [link] by more(), with so much
  std::vector<double> m_roughness;  // [program] of how often it runs: by how large batches are
  // Of the program that is followed.
  Index m_program = kNone;
  std::string m_open;             // why what comes from here on is doubted
  std::vector<Index> m_branches;  // begun together
};

void Assembler::findDoubts() {
  m_doubts.resize(m_plan.pools.size());
  m_linkDoubts.resize(m_plan.links.size());
  m_tokenDoubts.resize(m_plan.tokens.size());
  m_isGivenUpOn.resize(m_plan.classes.size());
  for (Index k = 0; k < m_plan.classes.size(); ++k) {
    const Outcome& outcome = m_outcomes[k];
    if (m_plan.classes[k].deadline > Duration() && m_offered[k] > 0) {
      m_isGivenUpOn[k] = outcome.fault.why;
      if (outcome.fault.empty()) {
        withinDeadline(k, outcome, m_isGivenUpOn[k]);
      }
    }
    DoubtWalk(*this, k, m_isGivenUpOn[k]).run();
  }
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    if (m_state.stations[pool].isRetried) {
      m_doubts[pool].isMore = true;
      m_doubts[pool].why = m_state.stations[pool].unsolvable;
    }
  }
}

/// With the messages of a log.
bool Assembler::isBehind(Index pool) const {
  for (std::size_t i = 0; i < m_plan.groups.size(); ++i) {
    if (m_plan.links[m_plan.groups[i].link].pool == pool && !m_state.groups[i].isStable) {
      return true;
    }
  }
  return false;
}

bool Assembler::isOverloaded(Index pool) const {
  return isBehind(pool) || !m_state.stations[pool].isStable;
}

bool Assembler::Doubt::isFelt() const {
  return isMore || doubted > kSomeDoubt * all;
}

bool Assembler::isDoubted(Index pool) const {
  return m_doubts[pool].isFelt();
}

std::string Assembler::doubtOf(Index pool) const {
  return isDoubted(pool)
             ? "how much comes to pool \"" + m_plan.pools[pool].key + "\" is not known: " + m_doubts[pool].why
             : std::string();
}

bool Assembler::mayBeFull(Index log) const {
  constexpr double kFew = 0.1;  // of the room, on average
  const plan::Log& of = m_plan.logs[log];
  for (std::size_t i = 0; of.limit != plan::Log::kUnlimited && i < m_plan.groups.size(); ++i) {
    const Consumption& reading = m_state.groups[i];
    const double room = static_cast<double>(of.limit) * of.partitions;
    if (m_plan.groups[i].log == log && (!reading.isStable || reading.lag > kFew * room)) {
      return true;
    }
  }
  return false;
}

std::string Assembler::doubtOfClass(Index requestClass) const {
  for (Index log = 0; log < m_plan.logs.size(); ++log) {
    if (m_state.traffic.published[log][requestClass] > 0 && mayBeFull(log)) {
      return "log \"" + m_plan.logs[log].key + "\" fills up: how much it refuses is not solved";
    }
  }
  for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
    const StationFigures& of = m_state.stations[pool];
    const bool isFelt = m_doubts[pool].isMore || of.utilisation > kIsFelt || !of.isStable ||
                        (!of.waits.empty() && of.waits[requestClass].lost > 1e-6);
    if (isFelt && isDoubted(pool) && awaitsPool(requestClass, pool)) {
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
