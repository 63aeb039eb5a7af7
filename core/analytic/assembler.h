#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "core/analytic/plan_availability.h"
#include "core/analytic/solver_pass.h"

/// Internal to the solver: figures of what has settled, and what they are worth.
namespace cantilever::analytic {

// What is assumed beyond the formulas: independent stations with Poisson arrivals. Borne out by the
// comparison with the simulation (tests/core/analytic/agreement_test.cpp).
constexpr double kMeanBand = 0.10;
constexpr double kTailBand = 0.15;
constexpr double kHitRatioBand = 0.01;
constexpr double kSwingingBand = 0.3;  // of what timeouts and retries drive to and fro
constexpr const char* kSwings = "timeouts and retries drive it to and fro between two states";
constexpr double kAtMost = 1;  // of what may be anything below
constexpr double kSeatBand = 0.5;
constexpr double kSplitBand = 0.3;           // of waits for a seat and for a server, where some wait for each
constexpr double kSplitBandOfSeveral = 0.8;  // of instances, one of which who waits for a seat is bound to
constexpr double kMostDisturbed = 3;
constexpr double kFailureBand = 0.4;  // of the share that fails

/// Elements are in assemble.cpp, what is exact in exactness.cpp, what is doubted in doubts.cpp, classes in
/// class_figures.cpp.
class Assembler {
 public:
  Assembler(const plan::Plan& plan, const Structure& structure, Settled& settled, const SolveOptions& options)
      : m_plan(plan),
        m_structure(structure),
        m_settled(settled),
        m_state(settled.state),
        m_options(options),
        m_availability(plan, settled.state.instances) {}

  Solution assemble();

 private:
  bool isTrivial(Index cache) const;
  double hitRatioBand(Index cache) const;
  double levelError(Index cache) const;
  Figure hitRatioOf(Index cache) const;
  bool isPoisson(const plan::Source& source) const;
  bool usesPool(Index requestClass, Index pool) const;
  /// Whether its answers may have to wait for work there.
  bool awaitsPool(Index requestClass, Index pool) const;
  /// How often a request of each class may work at each pool, and ask each limiter, counting what is written.
  void countVisits();
  template <class Measure>
  double mostOfRepeatedAsks(Index requestClass, const Measure& measure) const;
  /// By how much failures of the class may be off since who asks a limiter again finds it much as before:
  /// between refusals that do not depend on each other and those that hit all of a request's or none.
  double dependentRefusals(Index requestClass) const;
  /// The same of how many succeed that have asked.
  double dependentSuccesses(Index requestClass) const;
  /// Whether requests leave the pool as they came: then it disturbs nobody behind it.
  bool isIdeal(Index pool) const;
  /// Where figures are theorems.
  void judgeExactness();
  bool isExact(Index pool) const;
  /// A rate limit that refuses, and sees Poisson arrivals.
  bool isExactLimit(Index tokens) const;
  Figure rate(double value, double band = 0) const;
  static Figure atMost(double value) { return Figure::approximate(value, value > 0 ? kAtMost : 0); }
  /// Whether classes work there whose calls turned out differently from pass to pass.
  bool swings(Index pool) const;
  std::string poolReason(Index pool) const;
  Figure ofStation(Index pool, double value, double band) const;
  Figure queueAt(Index pool, double band) const;
  double shareBeyondSeats(Index pool) const;
  Figure seatWaitAt(Index pool) const;
  PoolSolution poolSolution(Index pool) const;
  /// Waits react the more to what is not known of arrivals the fuller the station is, and those of a nearly
  /// idle one are next to nothing.
  static double waitBand(const StationFigures& station);
  Figure saturation(const StationFigures& station) const;
  bool isAskedByExactClasses(Index tokens) const;
  TokensSolution tokensSolution(Index tokens) const;
  GroupSolution groupSolution(Index group) const;
  bool isFedByPoisson(Index group) const;
  std::string unknownOf(Index link) const;
  LinkSolution linkSolution(Index link) const;
  /// All sources of the class together.
  Outcome outcomeOf(Index requestClass, double& total);
  ClassSolution classSolution(Index requestClass);
  /// Instances that are down so often that figures for all of them up mean nothing.
  std::string faultBefore(Index requestClass) const;
  /// Share of the time in which an instance is down, where waits and losses do not know of it.
  double failsUnseen(Index pool) const;
  /// Whether next to nobody would miss the deadline of the class; if it is more than a few, `why` says so.
  bool withinDeadline(Index requestClass, const Outcome& outcome, std::string& why) const;
  void responseFigures(Index requestClass, const Outcome& outcome, bool isExact, ClassSolution& result);
  bool isExactClass(Index requestClass) const;
  void availabilityFigures(Index requestClass, ClassSolution& result) const;
  bool sharesByMoments(Index requestClass) const;
  /// Why there are no percentiles, or none of the far ones; empty if there are.
  std::string whyNoPercentiles(Index requestClass) const;
  std::string whyNoFarOnes(Index requestClass) const;
  /// How far percentiles are off where instances are not equally fast.
  double speedBand(Index requestClass) const;
  double covarianceOfVisits(Index requestClass, double mean) const;
  bool waitsAt(Index requestClass, Index pool) const;
  bool comesInClumps(Index requestClass, Index pool) const;
  /// By how much waits are off because queues before pass on arrivals that are not Poisson.
  void judgeDisturbance();
  /// The same of a class's mean.
  double disturbanceOf(Index requestClass, double mean) const;
  /// A mixture of the responses of all classes.
  void availabilityOfAll(ClassSolution& all) const;
  ClassSolution allClasses();
  Figure quantileOfAll(double q, Figure ClassSolution::*figure);
  void findBottlenecks();
  /// Whether rates are exact.
  void judgeTraffic();
  /// Where less comes than is reckoned, because not all gets so far.
  void findDoubts();
  class DoubtWalk;
  bool isBehind(Index pool) const;
  bool isOverloaded(Index pool) const;
  bool isDoubted(Index pool) const;
  /// Empty if there is none.
  std::string doubtOf(Index pool) const;
  /// Whether more may wait in a log than it takes.
  bool mayBeFull(Index log) const;
  /// Of what a class meets; empty if there is none.
  std::string doubtOfClass(Index requestClass) const;

  const plan::Plan& m_plan;
  const Structure& m_structure;
  Settled& m_settled;
  WorkingState& m_state;
  const SolveOptions& m_options;
  PlanAvailability m_availability;
  Solution m_solution;
  std::vector<bool> m_isTimely;
  std::vector<bool> m_isPlainClass;
  std::vector<bool> m_hasForks;
  std::vector<bool> m_hasQueues;
  std::vector<bool> m_isExactPool;
  ByClass m_visitsAtMost;              // [pool]
  ByClass m_asksAtMost;                // [tokens]
  std::vector<unsigned> m_disturbing;  // [class] pools that are not ideal
  bool m_isPlainTraffic = true;
  double m_trafficBand = 0;
  std::vector<double> m_disturbance;  // [pool] of its waits
  std::vector<Outcome> m_outcomes;    // [class] of all its sources
  std::vector<double> m_offered;      // [class]
  struct Doubt {
    double doubted = 0, all = 0;  ///< runs of what comes there
    std::string why = {};
    bool isMore = false;   ///< something comes that is not counted at all
    double roughness = 0;  ///< of these runs, each times how far their number may be off

    void add(double runs, const std::string& doubt, double rough) {
      all += runs;
      doubted += doubt.empty() ? 0.0 : runs;
      why = why.empty() ? doubt : why;
      roughness += runs * rough;
    }
    bool isFelt() const;
    /// How far the number of all may be off, relatively.
    double band() const { return all > 0 ? roughness / all : 0.0; }
  };
  std::vector<Doubt> m_doubts;             // [pool] of what works there
  std::vector<Doubt> m_linkDoubts;         // [link]
  std::vector<Doubt> m_tokenDoubts;        // [tokens]
  std::vector<std::string> m_isGivenUpOn;  // [class] because of its deadline
};

}  // namespace cantilever::analytic
