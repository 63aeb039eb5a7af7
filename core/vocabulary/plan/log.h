#pragma once

#include <cstdint>
#include <string>

#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// Messages that wait to be read: a topic, a queue. Appending takes no time and no resources.
struct Log {
  std::string key;
  std::uint32_t partitions = 1;
  /// Which partition a message goes to. Messages without keys go to one at random instead of by key.
  enum class Partitioning : std::uint8_t { Key, Random, InTurn } partitioning = Partitioning::Key;
  Duration retention = {};  ///< what has waited longer is dropped unread; zero: nothing is
  /// Messages that may wait in a partition, for each group.
  std::uint32_t limit = kUnlimited;
  enum class Overflow : std::uint8_t {
    Refuse,      ///< whoever wants to append fails
    DropOldest,  ///< the one that has waited longest is dropped unread
    Block,       ///< whoever wants to append waits for room, holding what it holds; first come, first served
  } overflow = Overflow::Refuse;
  Index zone = kNone;  ///< where messages are read from; kNone: nowhere
  /// Messages of `backlogClass` that wait in it at the start, appended then.
  std::uint32_t backlog = 0;
  Index backlogClass = 0;

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
  static constexpr std::uint32_t kMostPartitions = 200'000;
  static constexpr std::uint32_t kMostBacklog = 100'000'000;
};

/// Which consumer gets which messages.
enum class Delivery : std::uint8_t {
  /// Each partition belongs to one instance, which works on one batch of it at a time and commits in order
  /// (rule 25).
  Partitions,
  Competing,  ///< each message goes to whoever has room, and is acknowledged by itself (rule 26)
  Every,      ///< every instance gets all messages, from when it is there; otherwise as Partitions
};

/// Those who read a log together: the instances of the pool that `link` leads to. A batch is a call over the
/// link that nobody waits for, and stands for as many targets as its messages do.
struct ConsumerGroup {
  std::string key;
  Index log = kNone;
  Index link = kNone;
  Index classSet = kNone;  ///< it gets messages of these classes; kNone: of all
  Delivery delivery = Delivery::Partitions;
  bool isOrdered = false;      ///< of Competing: one batch of a partition at a time
  std::uint32_t batch = 1;     ///< at most so many messages
  Duration linger = {};        ///< how long a message may wait until the batch is full
  std::uint32_t inFlight = 0;  ///< batches at a time, of an instance; 0: its seats or, if unlimited, servers
  /// Of Competing: a message that was not acknowledged so long after its receipt is delivered again, while
  /// work on it goes on. Zero: only when the work has failed, and then at once.
  Duration visibility = {};
  /// Else: after a failure the same batch is tried again so much later.
  Duration retryAfter = {};
  std::uint32_t maxReceives =
      0;                      ///< one that has been received so often and failed is a dead letter; 0: never
  Index deadLetters = kNone;  ///< the link over which dead letters are sent on; kNone: they are counted
  /// What has been read is kept so long from its appending, for a seek; of all at most kMostKept messages,
  /// for which the oldest of the same partition go. Zero: nothing is kept.
  Duration replay = {};
  // Of Partitions.
  Duration rebalancePause = {};  ///< nothing is read so long when an instance joins, leaves, or is given up
  Duration sessionTimeout = {};  ///< one that died is given up after so long
  /// What is done is committed so often, and once its reader dies delivered again if it was not; zero: at
  /// once.
  Duration commitInterval = {};
  /// Of Every: its members are copies of a store, and what they have done is what reads there see.
  bool follows = false;
  bool takesOver = false;     ///< one of them may become the primary
  Duration commitPause = {};  ///< nothing is read so long from each commit on (a checkpoint)

  static constexpr std::uint32_t kMostInBatch = 100'000;
  static constexpr std::uint32_t kMostKept = 1'000'000;
};

struct Plan;
/// How many of the group's instances get each message.
std::uint32_t copiesOf(const Plan& plan, const ConsumerGroup& group);

}  // namespace cantilever::plan
