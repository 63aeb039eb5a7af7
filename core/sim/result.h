#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/sim/happening.h"
#include "core/sim/histogram.h"
#include "core/sim/trace.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// What happened to the requests of one class in the measured window (arrivals after the warm-up).
/// offered = succeeded + sum of failed + unfinished.
struct ClassResult {
  std::string key;
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t degraded = 0;  ///< of those, with the answer of a fallback somewhere
  std::uint64_t inTime = 0;    ///< goodput: of those, within the deadline if there is one
  std::array<std::uint64_t, plan::kReasonCount> failed{};  ///< by plan::Reason; [None] stays 0
  std::uint64_t unfinished = 0;                            ///< still in flight at the horizon
  double unfinishedNs = 0;                                 ///< how long these have been, all together
  Histogram latency;                                       ///< of successes, from intended arrival to outcome
  Histogram outcomeLatency;                                ///< of all that ended, failures included

  /// Rule 29: so many are still in flight that the percentiles leave out the slowest.
  bool isCensored() const { return unfinished * 100 > offered - unfinished; }

  std::uint64_t failedTotal() const;
  /// Offered, less those that ended because somebody turned them away: a full waiting room, a limit, a
  /// refusal, a breaker.
  std::uint64_t admitted() const;
};

/// Work started by sends: roots of their own that answer nobody. Of sends in the measured window;
/// started = succeeded + sum of failed + unfinished.
struct DetachedResult {
  std::uint64_t started = 0;
  std::uint64_t succeeded = 0;
  std::array<std::uint64_t, plan::kReasonCount> failed{};  ///< by plan::Reason; [None] stays 0
  std::uint64_t unfinished = 0;

  std::uint64_t failedTotal() const;
};

struct PoolResult {
  std::string key;
  std::uint32_t instances = 0;   ///< room: as many as there were at any time, or more
  double meanInstances = 0;      ///< time average of those that served
  double meanNext = 0;           ///< of those, the ones that ran the next version
  double meanBooting = 0;        ///< of those that booted
  double instanceHours = 0;      ///< of instances that served or booted
  std::uint64_t coldStarts = 0;  ///< instances ordered because a request found none
  double availability = 0;       ///< share of the time in which as many as needed took work
  std::uint32_t servers = 0;
  std::uint32_t seats = 0;
  std::uint64_t arrivals = 0;
  std::uint64_t refused = 0;
  std::uint64_t served = 0;       ///< pieces of work finished
  std::uint64_t abandoned = 0;    ///< left the queue because their patience was over
  std::uint64_t expired = 0;      ///< were dropped because their deadline was over
  std::uint64_t interrupted = 0;  ///< interruptions of work by more important work
  double utilisation = 0;         ///< busy server time / available server time; 0 for unlimited servers
  double occupancy = 0;           ///< seat time held / seat time available; 0 for unlimited seats
  double meanConcurrency = 0;     ///< time average of requests in service
  double meanQueue = 0;           ///< time average of requests waiting, for a seat or a server
  std::uint32_t maxQueue = 0;
  double meanParked = 0;  ///< time average of requests held back at their callers
  /// Server time by what became of it, in nanoseconds: useful + orphaned + lost = busy.
  std::uint64_t busyNs = 0;
  std::uint64_t usefulNs = 0;
  std::uint64_t orphanedNs = 0;  ///< spent on work whose caller had left
  std::uint64_t lostNs = 0;      ///< cut off by a kill
  double orphanedShare = 0;      ///< orphaned / busy
  Histogram waiting;             ///< for a server, of work started in the window
  Histogram seatWaiting;         ///< for a seat, of requests seated in the window; empty if unlimited
  Histogram service;             ///< of work finished in the window, from its begin to its end
  // By instance.
  std::vector<double> instanceUtilisation;
  std::vector<double> instanceQueue;           ///< time average of those that waited for it alone
  std::vector<std::uint64_t> instanceRefused;  ///< by the waiting room of its own
  std::vector<std::uint64_t> instanceServed;   ///< pieces of work finished
  std::vector<std::uint64_t> instanceBusyNs;   ///< server time
};

/// Of calls sent in the measured window. A send has no latency, and fails when what it started fails. Calls
/// whose caller left before the reply (surplus branches, a killed caller) are counted in `calls` alone.
struct LinkResult {
  std::string key;
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;         ///< ended without success, for whatever reason
  std::uint64_t timedOut = 0;       ///< of those, by this link's timeout
  std::uint64_t lost = 0;           ///< calls that never arrived, or whose answers did not
  std::uint64_t sentBytes = 0;      ///< of requests
  std::uint64_t receivedBytes = 0;  ///< of replies that arrived in time
  std::uint64_t crossZone = 0;      ///< of the calls, those to another availability zone
  std::uint64_t retries = 0;        ///< attempts after the first, as decided upon
  std::uint64_t hedges = 0;         ///< second attempts beside the first; among `calls`
  std::uint64_t hedgeWins = 0;      ///< of those, the ones that answered first
  std::uint64_t notSent = 0;        ///< refused by the breaker, or due after the deadline; not among `calls`
  double openShare = 0;             ///< share of the time in which the breaker was open; of several the mean
  Histogram latency;                ///< as the caller sees it, successes
};

/// In the measured window.
struct ZoneResult {
  std::string key;
  std::uint64_t outages = 0;  ///< begun, as a whole
  double downShare = 0;       ///< of the time, by itself; a zone around it may have been down besides
  // Of its repair crews, and of the instances that these are there for; zero if it has none.
  std::uint32_t crews = 0;
  std::uint64_t repairs = 0;  ///< ended
  double crewUse = 0;         ///< share of the crews at work, mean over time
  double meanWaiting = 0;     ///< instances that wait for a crew
};

/// In the measured window. A look-up hits, or waits for another's fetch (coalesced), or misses.
struct CacheResult {
  std::string key;
  std::uint64_t entries = 0;  ///< at the end, of all instances together; expired ones included
  std::uint64_t lookups = 0;
  std::uint64_t hits = 0;
  std::uint64_t coalesced = 0;
  std::uint64_t fills = 0;        ///< entries added
  std::uint64_t declined = 0;     ///< not added: by its eviction all others were worth more
  std::uint64_t evictions = 0;    ///< entries that made room for others
  std::uint64_t expirations = 0;  ///< entries that a look-up found expired
  std::uint64_t drops = 0;        ///< entries taken out because they had become invalid
  std::uint64_t bytes = 0;        ///< of the entries, at the end
  // Writes that stay in the cache at first: those of all times = absorbed + write-backs + lost + dirty.
  std::uint64_t writes = 0;
  std::uint64_t absorbed = 0;    ///< into an entry that had a write to go on with
  std::uint64_t writeBacks = 0;  ///< gone on
  std::uint64_t lostWrites = 0;  ///< with a killed instance, by a flush, or dropped
  std::uint64_t dirty = 0;       ///< entries that have one at the end
  /// Look-ups by how long the instance had been up, from so long on; of caches of instances.
  struct OfAge {
    std::int64_t fromNs = 0;
    std::uint64_t lookups = 0;
    std::uint64_t hits = 0;
  };
  std::vector<OfAge> byAge;

  std::uint64_t misses() const { return lookups - hits - coalesced; }
};

struct TokensResult {
  std::string key;
  std::uint32_t size = 0;     ///< of all; at the end, if it adapts
  std::uint64_t buckets = 0;  ///< instances, callers or keys that have tokens of their own, at the end
  std::uint64_t asked = 0;    ///< = granted + refused + shed + abandoned + those who wait
  std::uint64_t granted = 0;
  std::uint64_t refused = 0;    ///< there were none, or too many waited
  std::uint64_t shed = 0;       ///< some were kept for more important requests
  std::uint64_t abandoned = 0;  ///< their patience ended
  // Of all buckets together; held only where tokens come back when given.
  double meanHeld = 0;
  std::uint32_t maxHeld = 0;
  double meanWaiting = 0;
  std::uint32_t maxWaiting = 0;
  Histogram waiting;
  Histogram holding;
};

/// In the measured window.
struct LogResult {
  std::string key;
  std::uint32_t partitions = 0;
  std::uint64_t appended = 0;
  std::uint64_t refused = 0;  ///< there was no room for them
};

/// What consumers who read a log together have done. Of all messages ever: received = consumed + dead letters
/// + expired + waiting + in flight, but for those that are in flight or waiting a second time.
struct GroupResult {
  std::string key;
  plan::Index log = 0;
  // In the measured window.
  std::uint64_t received = 0;     ///< messages appended for it
  std::uint64_t consumed = 0;     ///< done for the first time
  std::uint64_t batches = 0;      ///< begun
  std::uint64_t redelivered = 0;  ///< read once more
  std::uint64_t duplicates = 0;   ///< done once more, or done after they had become dead letters
  std::uint64_t deadLetters = 0;
  // Of copies of a store.
  std::uint64_t reads = 0;
  std::uint64_t staleReads = 0;  ///< missed a write of their key that was acknowledged when they were sent
  std::uint64_t expired = 0;     ///< dropped unread: too old, too many, or their reader went for good
  double meanWaiting = 0;        ///< lag in messages: not read yet; time average
  std::uint32_t maxWaiting = 0;
  double meanInFlight = 0;  ///< read, not acknowledged yet; time average
  // Of messages appended in the window.
  Histogram wait;     ///< lag in time: from being appended to being read for the first time
  Histogram inLog;    ///< from being appended to being done
  Histogram latency;  ///< from the arrival of the request that led to it to being done: end to end
  // At the end.
  std::uint32_t waiting = 0;
  std::uint32_t inFlight = 0;
  /// When, after the most had waited, none did for the first time.
  std::int64_t drainedNs = kNotDrained;
  static constexpr std::int64_t kNotDrained = -1;
  std::int64_t oldestNs = 0;  ///< age of the message that has waited longest
};

/// What is put together by key and time, in the measured window.
struct StreamResult {
  std::string key;
  std::uint64_t events = 0;
  std::uint64_t late = 0;      ///< of these and of each window they belonged to: it was over already
  std::uint64_t windows = 0;   ///< that have ended with something in them
  std::uint64_t outcomes = 0;  ///< sent on, one for each key of these
  std::uint64_t open = 0;      ///< keys in windows that are open at the end
  std::uint64_t maxOpen = 0;
};

/// Calls that were put together to go on as one, in the measured window.
struct BatchResult {
  std::string key;
  std::uint64_t calls = 0;
  std::uint64_t batches = 0;  ///< that were sent
  Histogram wait;             ///< of calls for the others of their batch
};

/// Data with a primary, in the measured window.
struct StoreResult {
  std::string key;
  std::uint64_t writes = 0;      ///< acknowledged; only counted where it has copies that serve
  std::uint64_t lostWrites = 0;  ///< of those, unknown to the one that became the primary
  std::uint64_t failovers = 0;
  std::uint64_t notCovered = 0;  ///< deaths of the primary that nobody noticed
  std::int64_t downNs = 0;       ///< time without a primary
};

/// The connected devices of a workload, in the measured window.
struct SessionResult {
  std::string key;  ///< of the source
  std::uint32_t sessions = 0;
  double meanConnected = 0;
  std::uint32_t connected = 0;  ///< at the end
  std::uint64_t connects = 0;
  std::uint64_t refused = 0;  ///< attempts that found no place
  std::uint64_t lost = 0;     ///< connections whose instance went
};

/// In the measured window, in the meter's unit.
struct MeterResult {
  std::string key;
  std::string unit;
  std::uint64_t measures = 0;  ///< calls that added to it
  double offered = 0;          ///< what they added, what was dropped included
  double dropped = 0;
};

/// In the measured window, but for the first time.
struct ControlResult {
  std::string key;
  std::uint64_t fired = 0;
  double raisedShare = 0;     ///< of the time: what it fired for went on; of a metric alone
  std::int64_t firstNs = -1;  ///< when it fired first, in the whole run; -1: never
};

/// One sampling interval, for charts and for colours on the canvas. Vectors are parallel to those of the
/// plan.
struct Sample {
  struct OfClass {
    std::uint64_t offered = 0;
    std::uint64_t succeeded = 0;
    std::array<std::uint32_t, plan::kReasonCount> failed{};
    // Of successes that ended in the interval.
    double meanNs = 0;
    std::int64_t p50Ns = 0, p95Ns = 0, p99Ns = 0, p999Ns = 0;
  };
  struct OfPool {
    float utilisation = 0;  ///< of the servers that were up; 0 for unlimited servers
    float occupancy = 0;    ///< of the seats that were up; 0 for unlimited seats
    float concurrency = 0;  ///< time average of requests in service
    float queue = 0;        ///< time average
    std::uint32_t refused = 0;
    std::uint32_t instancesUp = 0;       ///< at the end of the interval
    std::uint32_t instancesNext = 0;     ///< that ran the next version, at the end of the interval
    std::uint32_t instancesBooting = 0;  ///< at the end of the interval
  };
  struct OfLink {
    std::uint32_t calls = 0;
    std::uint32_t failed = 0;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    std::uint32_t timedOut = 0;  ///< of the failed ones, by this link's timeout
    std::uint32_t retries = 0;
    float open = 0;  ///< share of the interval in which the breaker was open; of several the mean
  };
  struct OfCache {
    std::uint32_t lookups = 0;
    std::uint32_t hits = 0;
  };
  struct OfTokens {
    float held = 0;     ///< mean
    float waiting = 0;  ///< mean
    std::uint32_t granted = 0;
    std::uint32_t refused = 0;  ///< or shed
  };
  struct OfGroup {
    float waiting = 0;          ///< mean
    std::int64_t oldestNs = 0;  ///< at the end of the interval
    std::uint32_t received = 0;
    std::uint32_t consumed = 0;
    std::uint32_t reads = 0;  ///< of copies of a store
    std::uint32_t staleReads = 0;
  };
  struct OfMeter {
    double offered = 0;
    double dropped = 0;
  };
  std::int64_t endNs = 0;
  std::int64_t lengthNs = 0;
  // Over all classes.
  double meanNs = 0;
  std::int64_t p50Ns = 0, p95Ns = 0, p99Ns = 0, p999Ns = 0;
  /// At the end of the interval: requests and sends under way, and messages that have not been read.
  std::uint64_t backlog = 0;
  std::vector<OfClass> classes;
  std::vector<OfPool> pools;
  std::vector<OfLink> links;
  std::vector<OfCache> caches;
  std::vector<OfTokens> tokens;
  std::vector<OfGroup> groups;
  std::vector<OfMeter> meters;
};

/// What the measured time was like in a stretch of it that is long enough for percentiles (rule 33): of all
/// classes together and by class, successes that ended in it.
struct Window {
  std::int64_t startNs = 0;
  std::int64_t endNs = 0;
  double meanNs = 0;
  std::int64_t p50Ns = 0, p95Ns = 0, p99Ns = 0, p999Ns = 0;
  std::vector<Sample::OfClass> classes;
};

/// Means of the latencies of consecutive successes of all classes, from the start of the run, warm-up
/// included.
struct BatchMeans {
  std::uint32_t size = 0;           ///< successes in each
  std::vector<double> meanNs;       ///< at most 4,096
  std::vector<std::int64_t> endNs;  ///< when the last of them ended
};

struct RunResult {
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
  double loadFactor = 1;
  double slice = 1;
  std::int64_t leadInNs = 0;  ///< before the world's clock began
  std::int64_t warmupNs = 0;  ///< not measured, lead-in included
  std::int64_t endNs = 0;     ///< simulated time reached
  bool isComplete = false;    ///< false: stopped early; the figures are of the part that was run
  std::string stopReason;     ///< why the engine or the owner ended it early, as a sentence; else empty
  std::uint64_t events = 0;
  Histogram latency;        ///< of successes, all classes
  double availability = 0;  ///< share of the measured time in which every pool had as many as it needs
  std::vector<ClassResult> classes;
  DetachedResult detached;
  std::vector<PoolResult> pools;
  std::vector<LinkResult> links;
  std::vector<ZoneResult> zones;
  std::vector<CacheResult> caches;
  std::vector<TokensResult> tokens;
  std::vector<LogResult> logs;
  std::vector<GroupResult> groups;
  std::vector<StoreResult> stores;
  std::vector<StreamResult> streams;
  std::vector<BatchResult> callBatches;
  std::vector<SessionResult> sessions;
  std::vector<MeterResult> meters;
  std::vector<ControlResult> controls;
  std::vector<std::string> flags;     ///< keys
  std::vector<std::string> programs;  ///< keys, for paths and traces
  std::vector<PathResult> paths;      ///< by class; of those of whose requests some were followed
  std::vector<Trace> traces;          ///< some of those followed, and the slowest; by arrival
  std::vector<Sample> series;         ///< of the whole run, warm-up included; at most 4,096
  /// Of the measured time, 60 s each and 10 s apart; where sampling intervals are longer, of whole ones.
  /// Empty if less than 60 s were measured.
  std::vector<Window> windows;
  BatchMeans batches;
  std::vector<plan::Action> actionLog;  ///< all actions as applied: with plan and config they replay the run
  std::vector<Happening> happenings;    ///< what changed the system and who did it, by time; the first 10,000
  std::uint64_t happeningsLeftOut = 0;
  std::string digest;  ///< 32 hex digits: equal for equal runs, in Debug and Release
};

}  // namespace cantilever::sim
