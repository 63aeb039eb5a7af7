#pragma once

#include <string>
#include <vector>

#include "core/analytic/contents.h"
#include "core/vocabulary/flow.h"
#include "core/vocabulary/plan.h"

/// Internal to the solver: what the programs do, whatever the rates.
namespace cantilever::analytic {

using plan::Index;
using plan::kNone;

/// Whether who sits at the pool may be kept waiting there by something else than the pool's own work.
bool waitsForOthers(const plan::Instruction& code, Index pool);

/// Takes of so many tokens at a time.
struct Ask {
  Index tokens = kNone;
  double units = 1;
};

/// Calls of one request to the same pool at the same instant.
struct CallsAtOnce {
  std::vector<Index> links;  ///< one each, the last of them only with a probability, or
  Index fan = kNone;         ///< as many as that makes,
  double each = 1;           ///< or as each of these calls in turn before it does anything else
  double last = 1;
};

/// What can be said of the programs without any rates; the same for all passes.
class Structure {
 public:
  explicit Structure(const plan::Plan& plan);

  const plan::Plan& plan() const { return m_plan; }
  Index endOf(Index program) const { return m_end[program]; }
  /// Programs that requests of the class may reach, callees before callers as far as there are no cycles.
  const std::vector<Index>& order(Index requestClass) const { return m_order[requestClass]; }
  /// Whether the callee comes first.
  bool isBackward(Index requestClass, Index caller, Index callee) const {
    return m_position[requestClass][callee] >= m_position[requestClass][caller];
  }
  bool isReached(Index requestClass, Index program) const {
    return m_position[requestClass][program] != kNone;
  }
  /// Whether requests of the class may come to that place of the code.
  bool isPassed(Index requestClass, Index pc) const { return m_isPassed[requestClass][pc]; }
  /// How often a request may come to a program, at most, counting every call that is written; `kNone`:
  /// without a bound.
  double multiplicity(Index requestClass, Index program) const {
    return m_multiplicity[requestClass][program];
  }
  /// Whether a request of the class may be answered later because of what the program does for it.
  bool isAwaited(Index requestClass, Index program) const { return m_isAwaited[requestClass][program]; }
  const std::vector<Index>& programsAt(Index pool) const { return m_programsAt[pool]; }
  const std::vector<Index>& linksTo(Index pool) const { return m_linksTo[pool]; }
  /// Programs that make calls of the program, other than batches and fans; but for itself.
  const std::vector<Index>& callersOf(Index program) const { return m_callers[program]; }
  /// Programs that take the tokens.
  const std::vector<Index>& takersOf(Index tokens) const { return m_takers[tokens]; }
  /// Those of the same tokens one after the other.
  const std::vector<Ask>& asks() const { return m_asks; }
  Index firstAskOf(Index tokens) const { return m_firstAsk[tokens]; }
  Index endOfAsks(Index tokens) const { return m_firstAsk[tokens + 1]; }
  /// Of a take.
  Index askAt(Index pc) const { return m_askAt[pc]; }
  /// Whether all who take of these take as many as each other.
  bool isAskedAlike(Index tokens) const { return endOfAsks(tokens) - firstAskOf(tokens) <= 1; }
  /// Whether nobody holds a seat of the pool for anything but its own work.
  bool holdsSeatsOnlyToWork(Index pool) const { return m_holdsSeatsOnlyToWork[pool]; }
  /// Whether somebody who publishes to the log waits until it has been read.
  bool isWaitedFor(Index log) const { return m_isWaitedFor[log]; }
  /// Whether a cycle of calls comes back to the program: its answer is known from the last pass only.
  bool isCalledBack(Index program) const { return m_isCalledBack[program]; }
  /// Of a key space, or of all that are about the same (kNone), where tokens are each key's own.
  const std::vector<KeysAlike>& keysAlike(Index space) const {
    return m_keysAlike[space == kNone ? m_keysAlike.size() - 1 : space];
  }
  /// Share of the requests of a key space that ask for its hottest key.
  double shareOfHottest(Index space) const { return m_shareOfHottest[space]; }
  /// Branches, fans, and sends one after the other with the call behind them, over links whose latency does
  /// not vary.
  const std::vector<CallsAtOnce>& callsAtOnce(Index pool) const { return m_callsAtOnce[pool]; }
  const plan::FanSize& fanSize(Index fan) const { return m_fanSizes[fan]; }
  /// Calls beside each, on average over calls, without batches of targets.
  double othersInFan(Index fan) const { return m_othersInFan[fan]; }
  /// The probabilities that a fan whose number of calls is drawn has more than 0, 1, ...; empty: it may have
  /// very many.
  const std::vector<double>& tailOfFan(Index fan) const { return m_fanTails[fan]; }
  /// Of an IfDrawn: that the number drawn is larger.
  double chanceOfMore(Index pc) const { return m_chanceOfMore[pc]; }
  /// The cache that is looked up there, here or by a callee that has nothing else to do with it; kNone: none.
  Index fetches(Index pc) const { return m_looks.empty() ? kNone : m_looks[pc]; }
  /// Whether what was missed is put in there, likewise.
  bool fills(Index pc, Index cache) const { return m_fills[pc] == cache; }
  /// A program that jumps backwards, as a sentence; empty if none does.
  const std::string& loop() const { return m_loop; }

 private:
  void findFetches();
  void findCallsAtOnce();
  bool comesAtOnce(Index link) const;
  void findFanAtOnce(Index fan);
  void orderFor(Index requestClass);
  void findCycles(Index requestClass);
  bool areSeatsHeldOnlyToWork(Index pool) const;
  void countFor(Index requestClass);
  void findAwaited(Index requestClass);
  void findCallees();
  void findAsks();
  void findPassed(Index requestClass, Index program);
  /// `visit(callee)`, for each call that requests of the class make there.
  template <class Visit>
  void eachCallee(Index program, Index requestClass, const Visit& visit) const {
    for (const Callee& each : m_callees[program]) {
      if (isCalledBy(each, requestClass)) {
        visit(each.program);
      }
    }
  }

  struct Callee {
    Index pc = kNone;
    Index program = kNone;
    Index classSet = kNone;  // of the requests that call it there; kNone: all
    bool isAwaited = true;
  };
  bool isCalledBy(const Callee& callee, Index requestClass) const {
    return isPassed(requestClass, callee.pc) &&
           (callee.classSet == kNone || m_plan.classSets[callee.classSet][requestClass]);
  }

  const plan::Plan& m_plan;
  std::vector<Index> m_end;
  std::vector<std::vector<Callee>> m_callees;           // by program, in the order of its instructions
  std::vector<std::vector<Index>> m_callers, m_takers;  // by program, by tokens
  std::vector<std::vector<bool>> m_isPassed;            // by class, by pc
  std::vector<std::vector<Index>> m_order;
  std::vector<std::vector<Index>> m_position;
  std::vector<std::vector<double>> m_multiplicity;
  std::vector<std::vector<bool>> m_isAwaited;               // by class, by program
  std::vector<std::vector<Index>> m_programsAt, m_linksTo;  // by pool
  std::vector<Ask> m_asks;
  std::vector<Index> m_firstAsk;  // by tokens, and their end
  std::vector<Index> m_askAt;     // by pc; empty: there are no tokens
  std::vector<bool> m_holdsSeatsOnlyToWork, m_isCalledBack, m_isWaitedFor;
  std::vector<std::vector<CallsAtOnce>> m_callsAtOnce;  // by pool
  std::vector<plan::FanSize> m_fanSizes;
  std::vector<double> m_othersInFan;
  std::vector<std::vector<double>> m_fanTails;
  std::vector<std::vector<KeysAlike>> m_keysAlike;  // by key space
  std::vector<double> m_shareOfHottest;             // by key space
  std::vector<double> m_chanceOfMore;               // by pc; empty: nothing is drawn
  std::vector<Index> m_looks, m_fills;              // by pc: of a cache; empty: there is none
  std::string m_loop;
};

}  // namespace cantilever::analytic
