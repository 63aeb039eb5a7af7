#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/analytic/figure.h"
#include "core/analytic/working_state.h"
#include "core/base/text.h"

/// Internal to the solver: how responses are put together.
namespace cantilever::analytic {

using plan::Instruction;
using plan::Op;
using Node = ResponseLaws::Node;

// Chances of being too late, or of failing, below these change nothing that is shown.
constexpr double kNeverLate = 1e-9;
constexpr double kFewAttempts = 1e-9;

/// The first that there is.
inline Fault either(const Fault& a, const Fault& b) {
  return a.empty() ? b : a;
}

/// Responses of one class: programs are walked backwards (responses.cpp), callees before callers; calls are
/// in calls.cpp, what links do about failures in attempts.cpp, calls made together in branches.cpp.
class Responder {
 public:
  Responder(const Structure& structure, WorkingState& state, Index requestClass, Beliefs& next)
      : m_structure(structure),
        m_plan(structure.plan()),
        m_state(state),
        m_class(requestClass),
        m_next(next),
        m_laws(&state.orders, state.lawNodes[requestClass]) {}

  ClassResponses respond();

 private:
  /// Where control goes from a pc, and the time until then.
  struct Step {
    Index target = kNone;  ///< kNone: out of the program
    double probability = 1;
    double mean = 0;
    double second = 0;
  };

  Outcome outcomeOf(Index program);

  /// One step, then what comes after a success, or after a failure: `handler`, or the end of the call.
  Outcome join(double success, Node okTime, Node badTime, const Outcome& next, const Outcome* handler);

  Outcome choose(double p, const Outcome& yes, const Outcome& no);

  /// Of the program at hand, from the pc that is so far from its begin.
  std::span<const Step> stepsFrom(std::size_t place) const {
    return std::span(m_steps).subspan(m_stepsOf[place].first, m_stepsOf[place].count);
  }
  Step stepTo(Index target, double probability, Node time) const;

  Outcome outcomeAt(Index program, Index pc);

  std::string nameOfPool(Index pool) const { return "pool \"" + m_plan.pools[pool].key + "\""; }

  static constexpr Node kNotYet = ~Node{0};
  Node lawOf(Index law);
  CallResult work(Index pool, const Instruction& code, Index program);

  static std::string formatRate(double perSecond) { return formatShort(cantilever::perSecond(perSecond)); }

  Node waitAt(Index pool, const StationWait& wait);
  double targetsOf(Index pool, const Instruction& code) const;
  Node forTargets(Index pool, const Instruction& code, Node service);
  /// The service itself, by so much longer where it is shared.
  Node sharedBySize(Node service, double load, const Moments& all, double against, double band);
  Node servedAt(Index pool, const StationWait& wait, Node service, double stretch);
  static std::uint64_t placeOf(Index pool) { return std::uint64_t{1} << (pool % 64); }

  /// Whether zero-or-exponential is what the wait is, and not only its mean.
  static bool isLawKnown(const StationFigures& station, const StationWait& wait);

  bool hasJumps(Index pool) const;
  Node mixedService(Index pool);
  // Calls (calls.cpp).
  /// The callee's program: its own outcome, or where calls form a cycle what the last pass knew of it.
  /// `caller`: kNone: nobody.
  Outcome calleeOf(Index program, Index caller);
  /// Admission to the callee's seat and its program.
  CallResult served(Index linkIndex, Index caller);
  enum class Trip : std::uint8_t { There, Answered, Failed };  // a failure comes back without a reply
  /// Latency, and the time that the bytes take. `caller`: kNone: of those who read a log.
  Node wayOf(Index linkIndex, Index caller, Trip trip);
  /// One way or there and back: by the link's law, or as far as the zones of its ends are apart.
  Node latencyOf(Index linkIndex, Index caller, int ways);
  Node latencyOf(std::size_t between, int ways);
  WorkingState::Ways waysBetween(Index linkIndex, Index caller) const;
  /// Zones of the instances, with how many are in each.
  std::vector<std::pair<Index, double>> placesOf(Index pool, Index otherwise) const;
  CallResult forwarded(Index linkIndex, Index caller);
  /// Where what is read over the link comes from.
  Index zoneOfLogBy(Index link) const;
  /// With latency, losses, timeout, hedge, retries and breaker, for all calls over the link the same.
  CallResult call(Index linkIndex, Index caller);
  CallResult attempt(Index linkIndex, Index caller, bool isWaitedFor = true);
  void send(Index linkIndex, Index caller);
  /// Of responses, the share that takes longer than some time, and the mean of the others.
  struct Late {
    double share = 0;
    double meanOfOthers = 0;
  };
  Late lateOnes(Node node, double most) const;
  void timeOut(const plan::Link& link, CallResult& result);
  void hedge(const plan::Link& link, CallResult& result);
  Node pauseBefore(const plan::Retries& retries, std::uint32_t retry);
  double roughnessOf(const plan::Retries& retries, double fullFor);
  void doubtRetries(double band);
  /// `failure`: of an attempt.
  void eject(const plan::Link& link, Index linkIndex, double failure, CallResult& result);
  void retry(const plan::Link& link, Index linkIndex, CallResult& result);
  void guard(const plan::Link& link, Index linkIndex, double failure, CallResult& result);
  void believe(Index link, const CallResult& result);
  void rememberFault(Index link, const CallResult& result);
  CallResult parallel(Index pc, Index program);
  double queueing(const std::vector<ResponseLaws::Branches>& branches) const;
  /// The mean of a fork-join over equal M/M/1 stations that nobody else uses; 0 if it is not one.
  Figure forkJoin(Index pc) const;
  CallResult fan(Index fan, Index program);
  std::optional<Node> answersTogether(Index link, Index program, const CallResult& each, double calls,
                                      double needed, double band);
  Node answersOf(const CallResult& call, double calls, double window, double needed, double band);
  /// A call to every instance: those of other speeds answer at other times.
  Node slowestInstance(const plan::Fan& fan, const CallResult& each, double needed, double band);

  /// The wait for the others, and the call of all of them.
  CallResult batch(Index batching, Index program);
  CallResult take(Index pc);
  /// A batch of the group at its reader, once it is there.
  CallResult delivered(Index group, Index caller);
  /// The wait until as many readers have acknowledged as the publisher wants.
  CallResult publish(const plan::Instruction& code, Index program);
  struct Acknowledgement {
    Node wait = ResponseLaws::kZero;  ///< until it is read
    Node done = ResponseLaws::kZero;  ///< from then on, there and back
    double copies = 1;
    double common = 0;  ///< of what makes them wait, the share that all copies have in common
    Fault fault = {};
  };
  Acknowledgement acknowledged(Index group, Index program);
  Node quorumTime(const std::vector<Acknowledgement>& from, const Quorum& quorum);

  void remember(Index program);

  /// From here to the end of the program, or until some tokens are given back: expected time, and its square.
  Holding untilEnd(Index program, Index from, Index givenBack) const;

  void measureHolding(Index program);
  void measureFetch(Index program, Index look, Index cache, double perSecond);

  // What is held, and what is met meanwhile (holding.cpp).
  enum class Until { GivenBack, Answered };
  /// From here on, until the end of the program or the tokens are given back; or until it is answered, by
  /// whatever it forwards to.
  HeldParts partsFrom(Index program, Index from, Until until, Index givenBack) const;
  void meet(Index program, Index pc, double times, Until until, HeldParts& parts) const;
  void meetOver(Index link, double times, HeldParts& parts) const;
  void measureLimits(Index program);
  /// How often a run comes to each pc.
  std::vector<double> reachOf(Index program) const;

  double perTarget(Index program) const;
  void followGroups();

  struct TokenTime {
    Index tokens;
    double share;
    double mean;
  };

  const Structure& m_structure;
  const plan::Plan& m_plan;
  WorkingState& m_state;
  Index m_class;
  Beliefs& m_next;
  ResponseLaws m_laws;
  std::vector<std::optional<Outcome>> m_outcomes;  // by program
  std::vector<std::optional<CallResult>> m_calls;  // by link
  std::vector<bool> m_isSent;                      // by link
  std::vector<Node> m_lawNodes;                    // by law of the plan; kNotYet: not asked for
  std::vector<std::array<Node, 2>> m_latencies;    // by ways of the state, one way and both
  // Of the program at hand, by place.
  struct Steps {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  std::vector<Outcome> m_outcomeAt;
  std::vector<Steps> m_stepsOf;
  std::vector<Step> m_steps;
  mutable std::vector<Holding> m_rest;
  std::vector<TokenTime> m_tokenTime;
  std::vector<HeldParts> m_parts;  // [program] until its answer
};

}  // namespace cantilever::analytic
