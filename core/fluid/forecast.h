#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/analytic/figure.h"
#include "core/analytic/unrepresented.h"
#include "core/base/result.h"
#include "core/vocabulary/plan.h"

/// Hours, days and months of a plan: load, backlogs, scaling, warm-up, failures, growth of what is stored.
/// Times in seconds from the start, rates per second.
namespace cantilever::fluid {

/// What is to be kept, as objectives say it: limits in seconds, shares, or requests per second.
struct Promise {
  enum class Of : std::uint8_t { Mean, P50, P95, P99, Success, Throughput, Other };
  std::string key;
  Of of = Of::P99;                         ///< Other: nothing that a forecast knows
  plan::Index requestClass = plan::kNone;  ///< kNone: all together
  double limit = 0;
};

/// The state at the end of a step. Vectors are parallel to those of the plan; rates are those of that moment.
struct Sample {
  double time = 0;
  struct OfClass {
    double offered = 0, succeeded = 0, failed = 0;
    double mean = 0, p95 = 0, p99 = 0;  ///< of responses; NaN: not known
  };
  struct OfPool {
    double utilisation = 0;  ///< of the servers that work
    double waiting = 0;      ///< requests, for a seat or a server
    double wait = 0;         ///< how long those served now have waited in the backlog
    double instances = 0;    ///< that work
  };
  struct OfGroup {
    double lag = 0;   ///< messages
    double wait = 0;  ///< age of those read now
    double received = 0, consumed = 0;
  };
  std::vector<OfClass> classes;
  std::vector<OfPool> pools;
  std::vector<OfGroup> groups;
  std::vector<double> hitRatio;  ///< [cache]
  std::vector<double> stored;    ///< [log] bytes
};

struct Options {
  double span = 86'400;
  double step = 1;                            ///< of `onStep`, and the longest piece while anything waits
  std::vector<plan::RateCurve> courses = {};  ///< [source] instead of its own curve
  double loadFactor = 1;
  double growthPerMonth = 0;  ///< of all rates, compound; a month is 30 days
  /// Caches begin with what the plan gives them (Cache::warmShare), as a simulation does; else as if it had
  /// gone on like that for ever.
  bool startsCold = false;
  bool withResponses = true;  ///< without, response times are not known, and nothing is solved for them
  std::vector<Promise> promises = {};
  /// Asked now and then with the time reached; false: given up ("forecast.stopped"). None: never.
  std::function<bool(double time)> goesOn = {};
  std::function<void(const Sample&)> onStep = {};  ///< at every multiple of the step; none: not reckoned
};

/// What a stretch of an hour was like (the last one may be shorter).
struct Hour {
  double start = 0, end = 0;
  struct OfClass {
    double offered = 0, succeeded = 0, failed = 0;  ///< requests
    double mean = 0, p95 = 0, p99 = 0;  ///< the highest of the hour; NaN: not known for some of it
  };
  struct OfPool {
    double utilisation = 0, peakUtilisation = 0;
    double waiting = 0;    ///< the most
    double wait = 0;       ///< the longest
    double instances = 0;  ///< mean
  };
  struct OfGroup {
    double lag = 0;                     ///< the largest
    double wait = 0;                    ///< the longest
    double received = 0, consumed = 0;  ///< messages
  };
  std::vector<OfClass> classes;
  std::vector<OfPool> pools;
  std::vector<OfGroup> groups;
  std::vector<double> linkCalls;  ///< [link]
  std::vector<double> hitRatio;   ///< [cache] mean
  std::vector<double> stored;     ///< [log] bytes, at the end
};

/// The most there was, and when first.
struct Peak {
  double value = 0;
  double at = 0;

  void take(double candidate, double time) {
    if (candidate > value) {
      value = candidate;
      at = time;
    }
  }
};

/// How far what is said of an element may be trusted.
struct Trust {
  analytic::Exactness exactness = analytic::Exactness::Exact;  ///< of the fluid model
  std::string why = {};                                        ///< of what is not exact
};

struct PoolCourse {
  std::string key;
  std::string block = {};
  double instanceHours = 0;             ///< that served or booted
  double scaledUp = 0, scaledDown = 0;  ///< instances ordered and taken away
  Peak utilisation = {}, waiting = {}, wait = {}, instances = {};
  double saturatedSeconds = 0;
  Trust trust = {};
};

struct GroupCourse {
  std::string key;
  Peak lag = {}, wait = {};
  double received = 0, consumed = 0, dropped = 0;
  double lagAtEnd = 0;
  Trust trust = {};
};

struct LogCourse {
  std::string key;
  double appended = 0;  ///< messages
  double bytes = 0;     ///< appended
  double storedAtEnd = 0;
  double growthPerDay = 0;  ///< bytes, over the last day or what there is of it
};

struct MeterCourse {
  std::string key;
  std::string unit;
  double offered = 0, dropped = 0;
};

struct ClassCourse {
  std::string key;
  double offered = 0, succeeded = 0, failed = 0;
  double waitingAtEnd = 0;  ///< requests of it that had not ended
  Peak offeredRate = {}, p95 = {}, p99 = {};
  /// Of response times while nothing waits: the solver's own.
  Trust trust = {};
  double band = 0;
};

/// A stretch in which something was asked for more than it could do.
struct Saturation {
  std::string kind;  ///< "pool", "seats", "tokens" or "consumers"
  std::string key;
  double from = 0, until = 0;  ///< until what had waited was done
  bool isOver = false;         ///< false: it went on at the end
  double peakWaiting = 0;      ///< requests or messages
  double peakWait = 0;
  double refused = 0;  ///< requests or messages, those that gave up included
};

struct PromiseCourse {
  Promise promise;
  double violatedSeconds = 0;
  double unknownSeconds = 0;
  double firstAt = -1;  ///< of a violation; -1: none
  double worst = 0;     ///< the figure farthest beyond the limit, or else nearest to it; NaN: never known
  double worstAt = 0;
  std::string why = {};  ///< not known because
};

/// What changed the system.
struct Event {
  enum class Kind : std::uint8_t { Ordered, Ready, TakenAway, Killed, Restored, Flushed, Other };
  double at = 0;
  Kind kind = Kind::Other;
  std::string element;
  double count = 0;
  std::string by;  ///< "scaler", "scenario", "control" or "failover"
};

struct Forecast {
  double span = 0;
  double step = 0;
  double slice = 1;
  std::vector<ClassCourse> classes;
  std::vector<PoolCourse> pools;
  std::vector<GroupCourse> groups;
  std::vector<LogCourse> logs;
  std::vector<MeterCourse> meters;
  std::vector<Saturation> saturations;  ///< in the order of their beginnings; the first 1,000
  std::vector<PromiseCourse> promises;
  std::vector<Event> events;  ///< the first 10,000
  std::vector<Hour> hours;
  Peak load;          ///< requests per second of all classes
  double pieces = 0;  ///< that were reckoned, each exact between its ends
  double solved = 0;  ///< steady states solved for response times
  std::vector<analytic::Unrepresented> unrepresented;
};

/// The course of a plan. No randomness, no clock. Error codes "forecast.loop", "forecast.too_large",
/// "forecast.stopped", and "plan.diverges" as visits has it.
///
/// How: rates of sources are straight lines between the points of their curves; they flow through the
/// programs (flow_graph.h). Whatever there is only so much of is a fluid queue (network.h): its backlog grows
/// by what comes beyond its capacity and is exact between events. Instances, scalers and caches change what
/// it can do (world.h). Response times are those of the steady state at the load of the moment
/// (analytic::solve), and what is waited in backlogs on top of that.
Result<Forecast> forecast(const plan::Plan& plan, const Options& options);

/// Everything in the plan that a forecast cannot represent, by element.
std::vector<analytic::Unrepresented> unrepresentedIn(const plan::Plan& plan);

}  // namespace cantilever::fluid
