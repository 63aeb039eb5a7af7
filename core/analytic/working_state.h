#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/analytic/bursts.h"
#include "core/analytic/passages.h"
#include "core/analytic/response_laws.h"
#include "core/analytic/shared_text.h"
#include "core/analytic/stations.h"
#include "core/analytic/traffic.h"
#include "core/analytic/unrepresented.h"
#include "core/vocabulary/cache_contents.h"

/// Internal to the solver: what one pass knows and the next begins with.
namespace cantilever::analytic {

/// Why something is not solvable; none if `why` is empty.
struct Fault {
  SharedText why = {};
  bool isOverload = false;   ///< because more comes than is done: then whoever
                             ///< has a timeout runs into it
  bool changesFlow = false;  ///< how much goes on behind it is not known either

  bool empty() const { return why.empty(); }
};

/// Why nobody knows how the calls of a class over a link end.
struct CallFault {
  SharedText why = {};
  bool isThinned = false;  ///< nor how many get through the link
};

/// Waiting for a seat at a pool, or for tokens.
struct Admission {
  double probability = 0;  ///< of waiting
  double rate = 1;         ///< of those that wait
  double second = 0;       ///< of the wait, where it is known and not exponential: second moment
  double lost = 0;
  std::vector<double> lostOf = {};  ///< [ask of the tokens] where those who want more are refused more often
  double patience = 0;              ///< after which the lost ones go
  double occupancy = 0;             ///< share of the places taken
  double held = 0;                  ///< places taken on average
  double queue = 0;
  double band = 0;
  bool isStable = true;
  double growth = 0;
  bool isExact = false;     ///< given Poisson arrivals
  bool isLawKnown = false;  ///< and the wait is zero or exponential, apart from what comes after it
  double luck = 0;          ///< share that may be refused besides, as keys decide which set who takes from
  bool isShort = false;  ///< they are nearly all taken at times: who waits for them, or is refused, matters
  Fault fault = {};

  double meanWait() const { return probability / rate; }
};

/// A consumer group.
struct Consumption {
  double received = 0;
  double utilisation = 0;
  double wait = 0;
  double waitSecond = 0;       ///< its second moment
  double waitProbability = 0;  ///< of any wait
  double longer = 0;           ///< by how much the batch of a message takes longer than a batch
  double lag = 0;
  double batch = 1;
  double band = 0;
  bool isSkewed = false;  ///< one key makes much of what a partition gets
  bool isStable = true;
  double growth = 0;
  Fault fault = {};
};

/// What is met while something is held, each time that it is.
struct HeldPart {
  Index element = kNone;  ///< a pool; beyond these a limit, by `WorkingState::limits`
  double visits = 0;
  double work = 0;  ///< seconds of service, at speed 1
};
using HeldParts = std::vector<HeldPart>;
void addParts(HeldParts& to, const HeldParts& from, double times);

/// Tokens that are given back, or the seats of a pool, as a limit to how many are in what they are held for.
struct HeldLimit {
  bool isFelt = false;  ///< somebody waits for it, or is refused: once so, it stays so
  HeldParts parts = {};
  double rest = 0;  ///< seconds for which it is held beyond the parts
};

/// How long runs of a program hold their seat, on average and squared.
struct Holding {
  double mean = 0;
  double second = 0;
};

/// How long fetches into a cache take: sums over those of all programs, for each second.
struct FetchTime {
  double rate = 0;
  double time = 0;
  double square = 0;

  plan::Fetch fetch() const;
};

/// What an admission to tokens was reckoned for.
struct AskedOf {
  std::vector<double> rate;  ///< [ask of the tokens][class]
  double holding = 0;
  std::vector<std::uint32_t> instances;  ///< [pool]

  bool operator==(const AskedOf&) const = default;
};

struct WorkingState;
plan::ExpectedBatch batchOf(const plan::Plan& plan, const WorkingState& state, plan::Index batching);

struct WorkingState {
  explicit WorkingState(const Structure& structure) : WorkingState(structure, structure.plan()) {}
  WorkingState(const Structure& structure, const plan::Plan& plan)
      : beliefs(structure),
        beliefsBefore(structure),
        sourceRates(plan.sources.size(), 0.0),
        fetched(plan.caches.size()),
        instances(plan.pools.size(), 1),
        stations(plan.pools.size()),
        seats(plan.pools.size()),
        tokens(plan.tokens.size()),
        asked(plan.tokens.size()),
        limits(plan.tokens.size() + plan.pools.size()),
        users(plan.sources.size()),
        groups(plan.groups.size()),
        holding(plan.programs.size(), plan.classes.size()),
        tokenHolding(plan.tokens.size(), 0.0),
        groupService(plan.groups.size()),
        groupPerMessage(plan.groups.size(), 0.0),
        programMoments(plan.programs.size(), plan.classes.size()),
        retryDoubt(plan.classes.size(), 0.0),
        programSuccess(plan.programs.size(), plan.classes.size(), 1.0),
        lawNodes(plan.classes.size(), 0),
        poolFault(plan.pools.size()),
        linkFault(plan.links.size()),
        tokenFault(plan.tokens.size()),
        groupFault(plan.groups.size()) {}

  Beliefs beliefs;
  Beliefs beliefsBefore;  ///< what the last pass began with
  std::vector<double> sourceRates;
  Passages passages;  ///< of sources that are not Poisson
  Traffic traffic;
  Traffic trafficBefore;                 ///< of the last pass; empty in the first
  std::vector<double> coalesced;         ///< [cache] share of its look-ups that wait for another one's fetch
  std::vector<plan::Fetch> fetches;      ///< [cache] as hit ratios were reckoned for
  std::vector<FetchTime> fetched;        ///< [cache] as the last pass found them
  std::vector<double> callers;           ///< [batching] instances whose calls go in batches of their own
  std::vector<std::uint32_t> instances;  ///< [pool] as scaled
  std::vector<StationFigures> stations;
  Bursts bursts;  ///< that they were found for
  std::vector<Admission> seats;
  std::vector<Admission> tokens;
  std::vector<AskedOf> asked;     ///< [tokens] none before the first pass
  bool isLimited = false;         ///< whether any of the following is felt
  bool isLimitNew = false;        ///< one is felt that was not in the last pass
  std::vector<HeldLimit> limits;  ///< the tokens, then the seats of each pool
  std::vector<HeldLimit> users;   ///< [source] of closed ones: what they meet in each cycle
  std::vector<Consumption> groups;
  // From the responses of the last pass.
  ClassTable<Holding> holding;          ///< [program][class]
  std::vector<double> tokenHolding;     ///< [tokens] mean
  std::vector<Holding> groupService;    ///< [group] of a batch
  std::vector<double> groupPerMessage;  ///< [group] of that, for each of its messages
  ClassTable<Holding> programMoments;   ///< [program][class] of its answer, for cycles
  std::vector<double>
      retryDoubt;  ///< [class] by how much failures may be off, since retries are not independent
  ByClass programSuccess;
  std::map<std::pair<Index, Index>, CallFault> callFaults;  ///< (link, class): why nobody knows how calls end
  /// (link, caller) where instances of both are in zones: how long a way may take, there and there and back,
  /// and how likely each is; reckoned once.
  struct Way {
    Duration first;
    Duration second;  ///< the way back, if that is meant and they vary
    double variation = 0;
    double count = 0;

    bool operator==(const Way&) const = default;
  };
  struct Ways {
    std::vector<Way> there, both;

    bool operator==(const Ways&) const = default;
  };
  std::map<std::pair<Index, Index>, std::size_t> waysOf;  ///< places in `ways`
  std::vector<Ways> ways;                                 ///< each other than the others
  ResponseLaws::Orders orders;                            ///< of all passes
  std::vector<std::size_t> lawNodes;                      ///< [class] nodes of its laws in the last pass
  // From what cannot be represented.
  std::vector<Fault> poolFault, linkFault, tokenFault, groupFault;
};

/// A call over a link, as its caller sees it.
struct CallResult {
  double success = 1;
  ResponseLaws::Node ok = ResponseLaws::kZero;   ///< time to a success
  ResponseLaws::Node bad = ResponseLaws::kZero;  ///< time to a failure
  double attempts = 1;
  double arrive = 1;
  double fullFor = 0;  ///< seconds for which what refuses it mostly stays full; 0: nothing does
  Fault fault = {};
  bool isThinned = false;  ///< how many get through the link is not known
};

/// What a request meets from some point of a program on, until its answer.
struct Outcome {
  double success = 1;
  ResponseLaws::Node ok = ResponseLaws::kZero;
  ResponseLaws::Node bad = ResponseLaws::kZero;
  Fault fault = {};
  double fullFor = 0;  ///< as of a call
};

/// Servers are shared by requests of such different sizes that the moments of their responses say too little.
inline bool sharesByVeryDifferent(const StationFigures& station, const StationWait& wait) {
  constexpr double kVaries = 1.2;  // squared coefficient of variation
  return wait.sharedLoad > 0 && !wait.isShared && station.service.scv() > kVaries;
}

/// Responses of one class in the present state, and the beliefs that follow from them.
struct ClassResponses {
  ResponseLaws laws;
  std::vector<Outcome> bySource;  ///< parallel to the plan's sources; of this class
};
/// `next` gets the outcomes of calls; `state` the holding times.
ClassResponses respond(const Structure& structure, WorkingState& state, Index requestClass, Beliefs& next);

/// A wait for one of `places`, each held for a time of this mean; `room`: how many may wait.
Admission queueFor(double arrivals, double places, double hold, double scv, double room);

/// How many sets of the tokens there are that requests may be at.
double bucketsOf(const Structure& structure, const WorkingState& state, Index tokens);
Admission admissionTo(const Structure& structure, const WorkingState& state, Index tokens);

/// Batches that an instance of the group works on at a time.
double placesOf(const plan::Plan& plan, const plan::ConsumerGroup& group);
Consumption consumptionOf(const Structure& structure, const WorkingState& state, Index group);

/// Of the responses that have just been found: what limits are held for beyond the stations in them.
void findRests(const Structure& structure, WorkingState& state);
/// Where limits are held over stations: how many are let into them, and what waits there and before.
void solveLimits(const Structure& structure, WorkingState& state);
/// The same where users who think are all that comes, from one source: their rate.
double solveLimitedUsers(const Structure& structure, WorkingState& state, std::size_t source, double users);

/// Instances, stations, seats and tokens for the present traffic.
void solveElements(const Structure& structure, WorkingState& state);

}  // namespace cantilever::analytic
