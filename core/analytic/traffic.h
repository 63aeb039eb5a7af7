#pragma once

#include <vector>

#include "core/analytic/class_table.h"
#include "core/analytic/structure.h"
#include "core/base/result.h"

/// Internal to the solver: how often things happen, given how calls turn out.
namespace cantilever::analytic {

/// What is believed of the elements, from one pass to the next.
struct Beliefs {
  explicit Beliefs(const Structure& structure);

  ByClass success;                ///< of a call over a link, all its attempts together
  ByClass attempts;               ///< of such a call, hedges included
  ByClass arrive;                 ///< share of the attempts that reach the callee's program
  ByClass workLost;               ///< share of the work asked of a pool that is refused or given up
  ByClass tokensRefused;          ///< [ask] share of the takes
  std::vector<double> hitRatio;   ///< of a cache, with those that wait for another one's fetch
  std::vector<double> batch;      ///< of a group, messages in a batch on average
  std::vector<double> callBatch;  ///< of a batching, calls in a batch on average

 private:
  Beliefs(const plan::Plan& plan, std::size_t asks);
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
  ByClass asks;                         ///< [ask] takes
  ByClass lookups;                      ///< [cache]
  ByClass published;                    ///< [log]
  ByClass batched;                      ///< [batching] calls that are put together
  ByClass runs;                         ///< [program]
  std::vector<std::vector<Work>> work;  ///< [pool]
  /// [window] what its outcomes are of all that, up to logs. They have none themselves.
  std::vector<Traffic> ofWindows = {};
};

/// Takes of the tokens, of whatever size: of all classes, and of one.
double askedOf(const Structure& structure, const Traffic& traffic, Index tokens);
double askedBy(const Structure& structure, const Traffic& traffic, Index tokens, std::size_t requestClass);

/// How many of those who read a log a publisher waits for.
struct Quorum {
  double readers = 0;  ///< who get what it publishes
  double needed = 0;   ///< acknowledgements; 0: it goes on at once
  bool isMet = true;   ///< else it fails: fewer are there than it wants
};
/// Of a Publish.
Quorum quorumOf(const plan::Plan& plan, const plan::Instruction& code, Index requestClass);

/// What comes in by itself, per second.
struct Entering {
  std::vector<double> ofSources;
  ByClass ofWindows;  ///< outcomes
};
/// The traffic of that; an error ("plan.diverges") if there is no end to it.
Result<Traffic> trafficOf(const Structure& structure, const Beliefs& beliefs, const Entering& entering);

/// Probability that at least `needed` of independent branches succeed (Poisson binomial).
double chanceOfSome(std::size_t needed, const std::vector<double>& success);

}  // namespace cantilever::analytic
