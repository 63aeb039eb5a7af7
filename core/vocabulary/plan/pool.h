#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/law.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

enum class QueueScope : std::uint8_t {
  Shared,       ///< one queue for all instances; the instance is chosen when a server frees (rule 6)
  PerInstance,  ///< the Link picks the instance on arrival; not revised
};

/// What becomes of a request that finds the waiting room full (rule 8).
enum class Overflow : std::uint8_t {
  Refuse,  ///< it fails at once
  Block,   ///< it is parked at its caller, who keeps what it holds; parked ones enter in order of arrival
};

/// Who is served next (rule 7). Priorities are those of the request classes, 0 first.
enum class ServiceOrder : std::uint8_t {
  Fifo,
  Lifo,        ///< the last to come; work begun is finished
  Priority,    ///< first come, first served within a priority; work begun is finished
  Preemptive,  ///< as Priority, but work of a lower priority is interrupted and resumed later where it was
  Sharing,     ///< all at once: n pieces of work share the servers of their instance equally
};

/// How the instances of a pool come to run another version (rule 38).
enum class Rollout : std::uint8_t {
  InPlace,    ///< some at a time drain, boot anew, and take work again
  BlueGreen,  ///< new ones boot beside the old ones, take over all at once, and the old ones drain
};

/// Instances x servers. A request takes a seat at an instance on admission and keeps it until it has
/// answered; it takes a server only for Work (rule 4).
struct Pool {
  std::string key;
  std::uint32_t instances = 1;
  std::uint32_t servers = 1;              ///< per instance; 0: unlimited (a pure delay, nothing queues)
  std::uint32_t seats = 0;                ///< per instance; 0: unlimited
  std::uint32_t queueLimit = kUnlimited;  ///< waiting requests (per queue): the waiting room
  /// Ignored, as PerInstance, where order is Sharing and seats are unlimited: then nobody waits.
  QueueScope queue = QueueScope::PerInstance;
  Overflow overflow = Overflow::Refuse;  ///< to block there must be a waiting room
  ServiceOrder order = ServiceOrder::Fifo;
  /// How long a request waits (for a seat if these are limited, else for a server) before it leaves with
  /// QueueTimeout (rule 9); none: for ever.
  std::optional<Law> patience = {};
  /// Each of n pieces of work that an instance does at a time goes on at the speed 1 / (1 + contention (n -
  /// 1)
  /// + coherency n (n - 1)) (Gunther's universal scaling law).
  double contention = 0;
  double coherency = 0;
  std::vector<double> speeds = {};  ///< of the first instances; of those not listed: 1

  /// Servers of speed 1 that do as much as all of its own at work; infinite if unlimited.
  double capacity() const;
  double speedOf(Index instance) const { return instance < speeds.size() ? speeds[instance] : 1.0; }

  std::uint32_t maxInstances = 0;  ///< room for scaling; below `instances`: none beyond these
  std::uint32_t needed = 1;        ///< instances up for the pool to count as available
  Law boot = {};                   ///< from the order of a new instance until it takes work
  Duration drainLimit = {};        ///< of an instance that is taken away, to finish what it holds; zero: none

  Index zone = kNone;              ///< where its shared queue is, and what has no instance; kNone: nowhere
  std::vector<Index> places = {};  ///< zones of its instances, in turn; none: nowhere

  Index placeOf(Index instance) const { return places.empty() ? kNone : places[instance % places.size()]; }

  /// Work that begins when an instance has just come up takes `coldFactor` times as long; the factor falls in
  /// a straight line to 1 within `warmTime` (rule 13). Instances that are there from the start are warm.
  double coldFactor = 1;
  Duration warmTime = {};

  /// Instances come with the requests that find no seat, up to the room, and go when they have been idle that
  /// long, down to `instances` (rule 39). Needs limited seats and a shared queue.
  std::optional<Duration> idleExpiry = {};
  /// A request that finds none at all up waits and has one ordered (scale to zero). Needs a shared queue.
  bool wakesUp = false;
  /// So many prepared instances stand by (rule 14): the next ones ordered boot in `warmBoot`, each place is
  /// taken by another after a boot.
  std::uint32_t warmPool = 0;
  Law warmBoot = {};

  /// Its instances live on those of another pool, instance i on i / perHost (rule 41): they go when that
  /// goes. Work of requests that sit on the same host is done by the instance there.
  Index host = kNone;
  std::uint32_t perHost = 1;
  bool isPart = false;  ///< there is one exactly where there is a host: a disk, a sidecar
  /// As many further instances are ordered, as far as there is room, as those that are to live on them lack.
  bool growsWithGuests = false;

  bool isOnDemand() const { return idleExpiry.has_value(); }

  Rollout rollout = Rollout::InPlace;
  std::uint32_t rolloutBatch = 1;  ///< instances replaced at a time, in place

  std::uint32_t room() const { return instances > maxInstances ? instances : maxInstances; }

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
  static constexpr double kMostSpeed = 1000;
  static constexpr double kMostContention = 1000;
  static constexpr double kMostColdFactor = 1000;
};

}  // namespace cantilever::plan
