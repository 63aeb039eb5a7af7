#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/model/policy.h"
#include "core/model/scenario.h"

/// What the engines read: a closed vocabulary into which block types lower themselves. No engine knows block
/// types, no block type knows engines. Everything refers to everything else by index into the vectors of
/// Plan; `key` is the name that random streams, results and digests use, and never depends on position.
/// Semantics: ARCHITECTURE.md, "The plan".
namespace cantilever::plan {

using Index = std::uint32_t;
inline constexpr Index kNone = 0xffffffffu;

struct RequestClass {
  std::string key;
  std::string name;
};

/// Open arrivals of one request class, each running `program` as a root request.
struct Source {
  std::string key;
  Index requestClass = 0;
  ArrivalProcess arrivals = ArrivalProcess::Poisson;
  Rate rate;
  Index program = kNone;
};

enum class QueueScope : std::uint8_t {
  Shared,       ///< one queue for all instances; the instance is chosen when a server frees (rule 6)
  PerInstance,  ///< the Link picks the instance on arrival; not revised
};

/// Instances x servers. A request takes a seat at an instance on admission and keeps it until it has
/// answered; it takes a server only for Work (rule 4).
struct Pool {
  std::string key;
  std::uint32_t instances = 1;
  std::uint32_t servers = 1;              ///< per instance; 0: unlimited (a pure delay, nothing queues)
  std::uint32_t seats = 0;                ///< per instance; 0: unlimited
  std::uint32_t queueLimit = kUnlimited;  ///< waiting requests (per queue) beyond which arrivals are refused
  QueueScope queue = QueueScope::PerInstance;

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
};

/// How calls reach a station. `latency` is drawn for the request and again for the reply.
struct Link {
  std::string key;
  Index pool =
      kNone;  ///< the pool whose seat the call takes; kNone: a station without resources (routing only)
  Index program = kNone;  ///< what the callee does
  Law latency;
  Duration
      timeout;  ///< of one attempt; zero: none. The caller is freed; the callee's work goes on as orphaned
  Balancing balancing = Balancing::Random;
};

/// Why a request did not succeed. Every request ends in exactly one outcome: success, one of these, or
/// unfinished.
enum class Reason : std::uint8_t { None, QueueFull, TimedOut, NoHealthyInstance, KilledInFlight, Injected };
inline constexpr int kReasonCount = 6;
/// "queue_full" ... as results name it.
const char* nameOf(Reason reason);

enum class Op : std::uint8_t {
  Work,     ///< a: law, b: pool. Queue for a server of this frame's instance (or of pool b), be served, go on
  Wait,     ///< a: law. Delay, holding the seat but no server
  Call,     ///< a: link, b: pc on failure or kNone (fail with the callee's reason). Wait for the reply
  Send,     ///< a: link. A detached root; no reply, never fails the sender
  Forward,  ///< a: link without timeout. Tail call: my seat is freed and the callee answers my caller
  Parallel,  ///< a: n branches, b: successes needed, c: pc on failure or kNone; followed by n Branch
  Branch,    ///< a: link; operand of Parallel
  IfChance,  ///< probability in `p`; jumps to pc a when the draw says yes
  IfClass,   ///< b: index into Plan::classSets; jumps to pc a when the request's class is in the set
  Jump,      ///< a: pc
  Reply,     ///< answer now and go on (second phase)
  Fail,      ///< a: Reason
  End,       ///< answer (if not yet answered) and leave
};

struct Instruction {
  Op op = Op::End;
  Index a = kNone;
  Index b = kNone;
  Index c = kNone;
  double p = 0;
};

/// A stretch of Plan::code; pcs are absolute. Ends with End, Forward, Fail or a Jump.
struct Program {
  std::string key;
  Index begin = 0;
  Index pool = kNone;  ///< the pool a frame running it sits in
};

/// A change of the running system at a time; the same record for scripted faults, live knobs and replay.
struct Action {
  Duration at;
  Change change = Change::LoadFactor;
  Index pool = kNone;
  double value = 1;

  bool operator==(const Action&) const = default;
};

/// Which block or link an element came from; results are shown there.
struct Origin {
  std::string block;  ///< BlockId text; empty if none
  std::string link;
};

struct Plan {
  std::vector<RequestClass> classes;
  std::vector<Source> sources;
  std::vector<Pool> pools;
  std::vector<Link> links;
  std::vector<Program> programs;
  std::vector<Instruction> code;
  std::vector<Law> laws;
  std::vector<std::vector<bool>> classSets;  ///< each of size classes.size()
  std::vector<Action> actions;               ///< of the chosen scenario, by time
  std::vector<Origin> poolOrigin;            ///< parallel to pools
  std::vector<Origin> linkOrigin;            ///< parallel to links
  double slice = 1;
};

/// Rule 3 of the engine model: durations above it are refused when compiling.
inline constexpr Duration kLongestDuration = Duration::hours(100 * 365.25 * 24);

/// What is wrong with the parameters of a law, as a sentence for the user; empty if nothing is.
std::string faultIn(const Law& law);

/// Checks every index, pc and number, so that an engine may run the plan without checking again. Returns a
/// sentence for the first fault, or empty. A plan made by compile always passes.
std::string faultIn(const Plan& plan);

}  // namespace cantilever::plan
