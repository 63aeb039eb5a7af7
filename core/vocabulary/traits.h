#pragma once

#include <optional>
#include <string>

#include "core/base/quantities.h"
#include "core/model/param_value.h"

namespace cantilever {

/// How a consumer of logs saves how far it has come: nothing is read for `pause` at each `interval`, what
/// came since is read again after a loss, and the `restart` of all takes so long.
struct Checkpoints {
  Duration interval;
  Duration pause;
  Duration restart;
};

/// What advice and lowering may ask about a block without knowing its type.
struct Traits {
  bool isSource = false;       ///< offers load; workloads may enter here
  bool isPublicEntry = false;  ///< faces the internet
  bool balancesLoad = false;
  bool isCompute = false;  ///< runs the designer's own code
  bool isStateless = false;
  bool isCache = false;
  bool isCdn = false;
  bool holdsData = false;  ///< durable state
  bool isRelational = false;
  bool isReplica = false;
  bool keepsKeysApart = false;  ///< each key is at one of its instances (shards)
  bool isReplicated = false;    ///< survives the loss of one instance without losing data
  bool poolsConnections = false;
  bool isQueue = false;  ///< log, queue or topic
  bool isManaged = false;
  bool hasHealthCheck = false;
  bool terminatesTls = false;
  bool passesTlsOn = false;  ///< faces the internet, but what it leads to ends TLS
  bool hasBackups = false;
  bool limitsRate = false;
  bool scalesAutomatically = false;  ///< follows its load by itself, without a fixed number of instances
  bool collectsMetrics = false;
  bool collectsLogs = false;
  bool coversItsZone = false;  ///< what it does for others it does for all in its zone, without links
  bool isPrimitive = false;    ///< a textbook element, not a product
  int sessionSlots = 0;        ///< connections that an instance holds at most; 0: any number
  int instances = 1;
  double processorsForGuests = 0;   ///< of each instance, for what lives on it to reserve; 0: nobody counts
  std::string databaseEngine = {};  ///< of a relational one: what replicas must have too
  std::optional<Checkpoints> checkpoints = {};
  std::optional<Ratio> hitRatio = {};          ///< of a cache: share of look-ups answered
  std::optional<Duration> timeToLive = {};     ///< of a cache: how long an entry may be served
  std::optional<Duration> detectionTime = {};  ///< until a failed instance gets no more traffic
  std::optional<Duration> mtbf = {};
  std::optional<Duration> mttr = {};
  /// Of what keeps copies of the data that it covers: until these serve again.
  std::optional<Duration> restoredWithin = {};
  bool copiesElsewhere = false;  ///< and they are in another region too
  /// What its outgoing links do unless they say otherwise: as their own params, such as the health checks of
  /// a balancer.
  Params linkDefaults = {};
};

}  // namespace cantilever
