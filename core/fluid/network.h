#pragma once

#include <deque>
#include <limits>
#include <vector>

#include "core/fluid/unit_flows.h"

/// Internal to the forecast: what flows, what waits, and when that changes.
namespace cantilever::fluid {

inline constexpr double kNever = std::numeric_limits<double>::infinity();
/// Shorter pieces are not told apart from none, in seconds.
inline constexpr double kShortest = 1e-9;

/// What a resource can do, and what becomes of what it cannot do at once.
struct Limits {
  double capacity = 0;  ///< units per second
  double credit = 0;    ///< units that may be taken beyond the capacity before anybody waits (a bucket)
  double room = 0;      ///< units that may wait; what comes beyond them is refused. Infinite: any amount
  double patience = 0;  ///< mean time after which who waits leaves, exponential, in seconds; 0: nobody does
};

/// A fluid queue: backlog' = offered - capacity while there is one (Newell 1982, chapter 2).
struct ResourceState {
  enum class Regime : std::uint8_t {
    Free,        ///< everything passes
    Backlogged,  ///< as much as it can do passes, the rest waits
    Full,        ///< as much as it can do is admitted, the rest is refused
  };
  Limits limits;
  Regime regime = Regime::Free;
  double waiting = 0;  ///< units
  double used = 0;     ///< of the credit
  Flow offered;        ///< units per second
  double served = 0;   ///< units, since the start
  double left = 0;     ///< units that gave up, since the start
  /// How long those served now have waited, first come, first served, in seconds.
  double age = 0;
  /// Times, and what had come until then (served, left and waiting): the age is read from it.
  struct Mark {
    double time;
    double come;
  };
  std::deque<Mark> marks;

  bool isBusy() const { return regime != Regime::Free; }
};

/// Advances by pieces in which everything flows along straight lines; backlogs then are parabolas, and their
/// zeros and crossings are found exactly. Where several kinds of requests wait together they are mixed: what
/// passes is composed like what waits and comes.
class Network {
 public:
  explicit Network(Graph graph);

  const Graph& graph() const { return m_graph; }
  std::vector<ResourceState>& resources() { return m_resources; }
  const std::vector<ResourceState>& resources() const { return m_resources; }

  void setSource(Index source, Flow flow);
  void setFactor(Index factor, double value);
  /// Flows for a piece of at most so many seconds; returns how long they hold: until a backlog begins or
  /// ends, or its room is used up.
  double prepare(double mostSeconds);
  /// Lets them flow for so long, which is at most what `prepare` has said.
  void advance(double seconds, double endTime);

  /// Into a node, or of all taps; of the piece that was prepared.
  Flow into(Index node) const {
    if (m_isEven) {
      const double each = m_units.at(node);
      const Flow& source = m_flowing[m_graph.nodes[node].source];
      return {each * source.rate, each * source.slope};
    }
    return {m_rate[node], m_slope[node]};
  }
  Flow of(const Taps& taps) const;
  /// What leaves a node served, per second, on average over the piece.
  Flow outOf(Index node) const;
  Flow lostAt(Index node) const { return m_isEven ? Flow{} : Flow{m_lostRate[node], m_lostSlope[node]}; }
  double waitingAt(Index node) const { return m_waiting[node]; }
  /// Requests.
  double waitingFor(Index resource) const;
  bool isAnyBusy() const { return m_busy > 0; }
  /// Nothing waits, and no credit is being used up.
  bool isSteady() const { return m_isSteady; }
  /// Callers have given up on calls that went on: of what waits nobody knows how much is waited for.
  bool hasBeenLate() const { return m_hasBeenLate; }
  /// Takes away a share of what waits there (it was on an instance that died); returns how many requests of
  /// each class whose failure somebody notices.
  void lose(Index resource, double share, std::vector<double>& byClass);
  /// Something of a class waits there from the start.
  void addWaiting(Index resource, Index requestClass, double requests);
  /// To be called when limits have been changed.
  void limitsChanged();

 private:
  /// The circuit breaker of a link: open, on trial when it has been, or closed.
  struct Guard {
    const plan::Link* of = nullptr;
    std::vector<Index> timed;  ///< calls that it watches
    enum class State : std::uint8_t { Closed, Trial, Open } state = State::Closed;
    double since = 0;        ///< when that began
    double until = 0;        ///< when it ends, of an open one
    bool isProbing = false;  ///< of an open one: attempts are let through, and are not answered yet
    bool isInVain = false;   ///< then: they will be too late
    double opensAt = 0;      ///< if calls go on to fail as they do; infinite: never
  };
  struct Outcomes {
    double attempts = 0;  ///< per second
    double failing = 0;   ///< share of them
    bool areLate = false;
    double lag = 0;  ///< until those that are late now are known to be
  };

  // Breakers (breakers.cpp).
  void findGuards();
  Outcomes outcomesOf(const Guard& guard) const;
  static double secondsToOpen(const Guard& guard, const Outcomes& outcomes, double now);
  void updateGuards();
  void open(Guard& guard);
  bool hasProbed(Guard& guard);
  void close(Guard& guard);
  double nextOfGuards() const;
  double untilLate(const Guard& guard) const;
  bool areGuardsQuiet() const;

  // Calls and joins (calls.cpp).
  bool updateCalls();
  double waitedFor(const TimedCall& timed) const;
  bool isLate(const TimedCall& timed, double within) const;
  bool follow(Index factor, double value);
  bool updateJoins();

  void lookForUnits();
  bool flowEvenly();
  double prepareAnew(double mostSeconds);
  void pass(double seconds);
  void flowOnce(double seconds);
  void settle(double seconds, bool withCalls);
  bool changeRegimes();
  double nextChange(double mostSeconds) const;

  Graph m_graph;
  std::vector<ResourceState> m_resources;
  std::vector<Index> m_byPlace;  ///< resources in the order of their first stage
  std::vector<int> m_changes;    ///< [resource] of its regime while flows settle
  std::vector<Flow> m_sources;
  // While nothing waits and no factor changes.
  UnitFlows m_units;
  bool m_areUnitsReckoned = false;                 ///< for the factors as they are
  bool m_areUnitsKnown = false;                    ///< and flows are theirs at any rates of sources
  bool m_haveFactorsChanged = true;                ///< since flows were prepared last
  bool m_isEven = false;                           ///< this piece flows by units, as follows
  std::vector<Flow> m_flowing;                     // [source]
  std::vector<double> m_rate, m_slope;             // [node] coming in
  std::vector<double> m_outRate, m_outSlope;       // [node]
  std::vector<double> m_lostRate, m_lostSlope;     // [node]
  std::vector<double> m_waiting;                   // [node] requests
  std::vector<Flow> m_newOffered;                  // [resource]
  std::vector<double> m_asked, m_passed, m_scale;  // of the busy ones, in a piece
  std::vector<Guard> m_guards;
  std::vector<Index> m_guardOf;  // [timed call] kNone: none
  double m_now = 0;
  int m_busy = 0;
  bool m_isSteady = true;
  bool m_hasBeenLate = false;
};

}  // namespace cantilever::fluid
