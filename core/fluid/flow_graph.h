#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/vocabulary/plan.h"

/// Internal to the forecast: the ways of requests through a plan, as a graph in which they flow.
namespace cantilever::fluid {

using plan::Index;
using plan::kNone;

/// What requests need of which there is only so much, in units of its own: servers in seconds of work, seats
/// and connections in seconds that they are held, rate limits in tokens, consumers of a log in messages.
struct Resource {
  enum class Kind : std::uint8_t { Servers, Seats, Tokens, Consumers };
  Kind kind = Kind::Servers;
  Index element = kNone;  ///< pool, tokens or group
};

/// What shares of flows depend on while time goes on; `kNone` as an element stands for the constant 1.
struct Factor {
  enum class Kind : std::uint8_t {
    One,
    Hit,         ///< of a cache
    Miss,        ///< of a cache
    FlagOn,      ///< of a flag
    FlagOff,     ///< of a flag
    FirstUp,     ///< of an IfUp: see `place`
    SecondUp,    ///< the rest of it
    Way,         ///< of a route: see `place`
    Passes,      ///< of a link: calls that are neither lost nor answered with an error by it
    Fails,       ///< of a link: the others
    Attempts,    ///< of a timed call: for each call of the caller
    Answered,    ///< of a timed call: of its successes, those in time
    GivenUp,     ///< of a timed call: of its failures, those not tried again
    Abandoned,   ///< of a timed call: whether its caller gives up on all of its attempts, which go on
    Joined,      ///< of a branch: of its successes, those that let the caller go on
    NotJoined,   ///< of a branch: of its successes, those after which the caller fails
    NoneJoined,  ///< of a branch: of its failures, those after which the caller fails
  };
  Kind kind = Kind::One;
  Index element = kNone;
  Index place = 0;  ///< pc of the IfUp; number of the way
  double now = 1;
  Index program = kNone;  ///< of a way: whose choice it is
};

/// A call that is tried again, made a second time beside the first, given up, or not made while a breaker is
/// open.
struct TimedCall {
  const plan::Link* of = nullptr;
  Index entry = kNone;  ///< node
  Index answers = kNone;
  Index failures = kNone;
  Index firstInside = kNone;  ///< nodes of the callee, and of what it calls
  Index endInside = kNone;
  Index factors = kNone;  ///< first of Attempts, Answered, GivenUp, Abandoned
  double hedged = 0;      ///< of attempts, those with a second one while nothing waits
  double atLeast = 0;     ///< seconds that it takes without any waiting
  struct Visit {
    Index resource;
    double times;
  };
  std::vector<Visit> visits = {};  ///< of one attempt
};

/// Calls made at the same time. The caller goes on when `needed` of them have succeeded.
struct Join {
  struct Branch {
    Index entry = kNone;  ///< node
    Index answers = kNone;
    Index failures = kNone;
    Index factors = kNone;  ///< first of Joined, NotJoined, NoneJoined
    double calls = 1;       ///< alike
    double open = 0;        ///< state: how many are under way
  };
  std::vector<Branch> branches;
  double needed = 1;
};

/// A place where flows meet and part. All edges lead to later nodes.
struct FlowNode {
  Index resource = kNone;   ///< in Graph::resources: where it waits
  double need = 0;          ///< units of it for each request
  double delay = 0;         ///< seconds that each takes besides, on average
  Index lostTo = kNone;     ///< what is refused goes on there; kNone: nowhere
  bool isDetached = false;  ///< nobody waits for it
  Index requestClass = 0;
  Index source = 0;  ///< what comes, comes from it alone
  Index firstEdge = 0, endEdge = 0;
};
struct FlowEdge {
  Index to = kNone;
  double share = 1;
  Index factor = 0;
};

/// `amount` of something for each request that comes to a node.
struct Tap {
  Index node = kNone;
  double amount = 1;
};
struct Taps {
  std::vector<Tap> each = {};
  Index number = 0;  ///< among all of a graph

  void add(Index node, double amount) { each.push_back({node, amount}); }
};

/// What the graph cannot know by itself: from a solution of the steady state.
struct SteadyFigures {
  std::vector<double> seatHold;                  ///< [pool] mean seconds; 0: not known
  std::vector<double> tokenHold;                 ///< [tokens] mean seconds
  std::vector<double> hedged;                    ///< [link] of attempts, those with a second one beside
  std::vector<double> batch;                     ///< [group] mean number of messages
  std::vector<double> outcomes;                  ///< [window] sent on for each event
  std::vector<plan::ExpectedBatch> callBatches;  ///< [batching]
  std::vector<bool>
      arePulled;  ///< [pool] only consumers bring it work, and never more than it has servers for
};

struct Graph {
  std::vector<FlowNode> nodes;  ///< in the order in which flows pass
  std::vector<FlowEdge> edges;
  std::vector<Factor> factors;  ///< the first is the constant 1
  std::vector<Resource> resources;
  std::vector<std::vector<Index>> stages;  ///< [resource] nodes
  std::vector<TimedCall> timed;
  std::vector<Join> joins;
  std::vector<Index> sourceNode;  ///< [source]
  std::vector<Taps> poolWork;     ///< [pool] seconds of work
  std::vector<Taps> poolArrivals;
  std::vector<Taps> linkCalls;                             ///< [link]
  std::vector<Taps> lookups;                               ///< [cache]
  std::vector<Taps> published;                             ///< [log] messages
  std::vector<Taps> logBytes;                              ///< [log]
  std::vector<Taps> meters;                                ///< [meter]
  std::vector<Taps> answered, failed;                      ///< [class] requests of sources
  Index tapped = 0;                                        ///< how many taps there are
  std::vector<std::vector<TimedCall::Visit>> classVisits;  ///< [class] of a request: resources on its way
  std::vector<Index> serversOf, seatsOf;                   ///< [pool] resource, or kNone
  std::vector<Index> tokensOf, consumersOf;
  std::vector<Index> poolOf;  ///< [resource] of tokens: the pool of the first program that takes them

  std::array<const std::vector<Taps>*, 9> allTaps() const {
    return {&poolWork, &poolArrivals, &linkCalls, &lookups, &published,
            &logBytes, &meters,       &answered,  &failed};
  }
};

/// Error codes "forecast.loop" (a program that jumps backwards) and "forecast.too_large" (more than 300,000
/// places, or 1,000 calls within calls).
Result<Graph> graphOf(const plan::Plan& plan, const SteadyFigures& steady);

}  // namespace cantilever::fluid
