#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/count_law.h"
#include "core/base/law.h"
#include "core/model/policy.h"
#include "core/vocabulary/plan/curve.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

struct RequestClass {
  std::string key;
  std::string name;
  Index keySpace = kNone;     ///< what its requests are about; kNone: all about the same (key 0)
  std::uint8_t priority = 0;  ///< 0 goes first
  Duration deadline = {};     ///< for all attempts, from the arrival at the source; zero: none
  std::uint64_t requestBytes = 0;
  std::uint64_t replyBytes = 0;

  static constexpr std::uint64_t kMostBytes = 1'000'000'000'000'000;
};

enum class SourceKind : std::uint8_t {
  Open,      ///< requests come whatever becomes of those before
  Closed,    ///< a number of users, each of whom thinks, asks, waits for the outcome, and thinks again (rule
             ///< 30)
  Trace,     ///< requests come at given times
  Sessions,  ///< as Open, by devices that are connected to an instance of a pool (rule 30)
};

/// An arrival rate that changes at random between two levels (a Markov-modulated Poisson process of two
/// states).
struct Bursts {
  double level = 1;  ///< rate in a burst, as a multiple of the mean rate
  double share = 0;  ///< of the time; share x level <= 1
  Duration length;   ///< mean, exponential

  double calmLevel() const { return (1 - share * level) / (1 - share); }
};

/// Arrivals of one request class, each running `program` as a root request.
struct Source {
  std::string key;  ///< of the workload; of the part of it that comes from a zone: workload@zone
  Index requestClass = 0;
  ArrivalProcess arrivals = ArrivalProcess::Poisson;
  /// Of requests, where the curve is at 1; of Closed and Trace only what others than the engine reckon with.
  Rate rate;
  Index program = kNone;
  SourceKind kind = SourceKind::Open;
  // Of Open. All of these act together: spacings, batches, bursts and curve.
  /// Independent spacings of this shape instead of what `arrivals` says; the rate gives their mean.
  std::optional<Law> spacing = {};
  CountLaw batch = {};                             ///< how many requests come at a time (rule 31)
  static constexpr double kMostInBatch = 100'000;  ///< on average
  std::optional<Bursts> bursts = {};
  RateCurve curve = {};
  // Of Closed.
  std::uint32_t users = 0;
  Law think = {};
  // Of Trace.
  std::vector<Duration> times = {};  ///< in order
  Duration repeat = {};              ///< they begin anew after that: a schedule. Zero: never
  // Of Sessions, of which there are `users`; `rate` is that of all when all are connected.
  Index holder = kNone;     ///< pool
  std::uint32_t slots = 0;  ///< sessions that an instance holds at most; 0: any number
  Law reconnect = {};       ///< from losing the connection, or finding no place, to the next attempt
  /// The work of greeting one that comes back: a send over this link, to the instance that holds it from then
  /// on (it has Balancing::All). kNone: none.
  Index greeting = kNone;

  std::string_view workload() const { return std::string_view(key).substr(0, key.find('@')); }

  static constexpr std::uint32_t kMaxUsers = 4'000'000;  ///< of a plan: each has an event pending
};

struct Plan;
/// The load factor at which the users of closed sources are as many as an engine has room for.
double mostLoadFactor(const Plan& plan);

}  // namespace cantilever::plan
