#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/analytic/figure.h"
#include "core/analytic/unrepresented.h"

namespace cantilever::analytic {

/// Times in seconds, rates per second. Percentiles and means of responses are of successes.
struct ClassSolution {
  std::string key;
  Figure offered;         ///< requests per second
  Figure succeeded;       ///< of those
  Figure success;         ///< share that succeeds while everything is up
  Figure availability;    ///< share of the requests for which what they need is up
  Figure unavailability;  ///< 1 less that, with all its digits
  Figure mean, p50, p95, p99, p999;
};

struct PoolSolution {
  std::string key;
  std::uint32_t instances = 1;
  double servers = 0;  ///< of all instances; 0: unlimited
  std::string model;   ///< what it was taken for
  bool isStable = true;
  double growth = 0;   ///< of an unstable one: by how much work its backlog grows, pieces per second
  Figure work;         ///< pieces per second that it is asked for
  Figure utilisation;  ///< of its servers; not above 1
  Figure concurrency;  ///< mean number in service
  Figure queue;        ///< mean number waiting for a server
  Figure wait;         ///< mean, for a server
  Figure lost;         ///< share refused, or gone before it was served
  Figure occupancy;    ///< of its seats; exactly 0 if unlimited
  Figure seatWait;     ///< mean, for a seat
  Figure saturatesAt;  ///< the load, as a multiple of the present, at which it is busy all the time
  Figure availability;
  Figure unavailability;  ///< 1 less that, with all its digits
};

struct LinkSolution {
  std::string key;
  std::vector<double> calls;  ///< [class] per second, retries not counted
  Figure rate;                ///< attempts per second, of all classes
  Figure failed;              ///< share of the calls that fail in the end
};

struct CacheSolution {
  std::string key;
  Figure lookups;
  Figure hitRatio;
};

struct TokensSolution {
  std::string key;
  Figure asked;    ///< per second
  Figure refused;  ///< share
  Figure wait;
  Figure held;  ///< mean number; where they come back when given
};

struct GroupSolution {
  std::string key;
  bool isStable = true;
  double growth = 0;   ///< messages per second, of an unstable one
  Figure received;     ///< messages per second
  Figure utilisation;  ///< of its busiest reader
  Figure lag;          ///< messages waiting
  Figure wait;         ///< mean time until a message is read
  Figure inLog;        ///< mean time until it is done
};

/// What stands in the way of more load, in order.
struct Bottleneck {
  std::string kind;  ///< "pool", "seats", "tokens" or "consumers"
  std::string key;
  Figure saturatesAt;  ///< multiple of the present load
};

/// How the 99th percentile of a class changes with one more instance.
struct Sensitivity {
  std::string pool;
  std::string requestClass;
  Figure p99Change;  ///< seconds
};

/// A second steady state that the same load allows: reached by a disturbance, and not left without help.
struct OtherState {
  std::vector<std::string> classes;
  std::vector<Figure> success;
  std::vector<Figure> mean;
  std::vector<std::string> overloadedPools;
};

struct Solution {
  double loadFactor = 1;
  double slice = 1;
  bool isStable = true;
  bool hasConverged = true;
  std::vector<ClassSolution> classes;
  ClassSolution all;  ///< of all classes together, without a key: of its responses a mixture of theirs
  std::vector<PoolSolution> pools;
  std::vector<LinkSolution> links;
  std::vector<CacheSolution> caches;
  std::vector<TokensSolution> tokens;
  std::vector<GroupSolution> groups;
  Figure throughputLimit;  ///< requests per second of all classes at which the first element saturates
  std::vector<Bottleneck> bottlenecks;
  std::vector<Sensitivity> sensitivities;
  std::optional<OtherState> other;
  std::vector<Unrepresented> unrepresented;
};

}  // namespace cantilever::analytic
