#pragma once

#include <vector>

#include "core/analytic/contents.h"
#include "core/base/result.h"
#include "core/vocabulary/flow.h"
#include "core/vocabulary/plan.h"

/// Internal to the solver: how often things happen, given how calls turn out.
namespace cantilever::analytic {

using plan::Index;
using plan::kNone;

/// [element][class]
using ByClass = std::vector<std::vector<double>>;

/// What is believed of the elements, from one pass to the next.
struct Beliefs {
  explicit Beliefs(const plan::Plan& plan);

  ByClass success;                ///< of a call over a link, all its attempts together
  ByClass attempts;               ///< of such a call, hedges included
  ByClass arrive;                 ///< share of the attempts that reach the callee's program
  ByClass workLost;               ///< share of the work asked of a pool that is refused or given up
  ByClass tokensRefused;          ///< share of the takes
  std::vector<double> hitRatio;   ///< of a cache, with those that wait for another one's fetch
  std::vector<double> batch;      ///< of a group, messages in a batch on average
  std::vector<double> callBatch;  ///< of a batching, calls in a batch on average
};

/// Per second.
struct Traffic {
  struct Work {
    Index law = kNone;
    Index requestClass = 0;
    double rate = 0;
    double targets = 1;  ///< the law is drawn so often for each
    Index program = kNone;
  };
  ByClass calls;                        ///< [link] begun, each with all its attempts
  ByClass arrivals;                     ///< [link] attempts that reach the callee
  ByClass sends;                        ///< [link] of the calls, those nobody waits for
  ByClass asks;                         ///< [tokens]
  ByClass lookups;                      ///< [cache]
  ByClass published;                    ///< [log]
  ByClass batched;                      ///< [batching] calls that are put together
  ByClass runs;                         ///< [program]
  std::vector<std::vector<Work>> work;  ///< [pool]

  double totalOf(const std::vector<double>& byClass) const;
};

/// How many of those who read a log a publisher waits for.
struct Quorum {
  double readers = 0;  ///< who get what it publishes
  double needed = 0;   ///< acknowledgements; 0: it goes on at once
  bool isMet = true;   ///< else it fails: fewer are there than it wants
};
/// Of a Publish.
Quorum quorumOf(const plan::Plan& plan, const plan::Instruction& code, Index requestClass);

/// Whether who sits at the pool may be kept waiting there by something else than the pool's own work.
bool waitsForOthers(const plan::Instruction& code, Index pool);

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
  /// How often a request may come to a program, at most, counting every call that is written; `kNone`:
  /// without a bound.
  double multiplicity(Index requestClass, Index program) const {
    return m_multiplicity[requestClass][program];
  }
  const std::vector<Index>& programsAt(Index pool) const { return m_programsAt[pool]; }
  const std::vector<Index>& linksTo(Index pool) const { return m_linksTo[pool]; }
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
  const plan::FanSize& fanSize(Index fan) const { return m_fanSizes[fan]; }
  /// Calls beside each, on average over calls, without batches of targets.
  double othersInFan(Index fan) const { return m_othersInFan[fan]; }
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
  void orderFor(Index requestClass);
  void findCycles(Index requestClass);
  bool areSeatsHeldOnlyToWork(Index pool) const;
  void countFor(Index requestClass);
  std::vector<Index> calleesOf(Index program, Index requestClass) const;

  const plan::Plan& m_plan;
  std::vector<Index> m_end;
  std::vector<std::vector<Index>> m_order;
  std::vector<std::vector<Index>> m_position;
  std::vector<std::vector<double>> m_multiplicity;
  std::vector<std::vector<Index>> m_programsAt, m_linksTo;  // by pool
  std::vector<bool> m_holdsSeatsOnlyToWork, m_isCalledBack, m_isWaitedFor;
  std::vector<plan::FanSize> m_fanSizes;
  std::vector<double> m_othersInFan;
  std::vector<std::vector<KeysAlike>> m_keysAlike;  // by key space
  std::vector<double> m_chanceOfMore;               // by pc; empty: nothing is drawn
  std::vector<Index> m_looks, m_fills;              // by pc: of a cache; empty: there is none
  std::string m_loop;
};

/// The traffic of sources with these rates; an error ("plan.diverges") if there is no end to it.
Result<Traffic> trafficOf(const Structure& structure, const Beliefs& beliefs,
                          const std::vector<double>& sourceRates);

/// Probability that at least `needed` of independent branches succeed (Poisson binomial).
double chanceOfSome(std::size_t needed, const std::vector<double>& success);

}  // namespace cantilever::analytic
