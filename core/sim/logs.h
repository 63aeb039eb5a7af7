#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/frames.h"
#include "core/sim/instance_set.h"
#include "core/sim/lanes.h"
#include "core/sim/meters.h"
#include "core/sim/ring.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// One message in the hands of one group.
struct Message {
  TimeNs bornAt = 0;  ///< when the request came that, by whatever way, has led to it
  TimeNs appendedAt = 0;
  std::uint64_t number = 0;  ///< within its log, in order of appending
  std::uint32_t key = 0;
  std::uint32_t targets = 1;
  std::uint32_t ticket = kNoTicket;  ///< of the publisher who waits for it
  std::uint16_t receives : 15 = 0;
  std::uint16_t wasDone : 1 = 0;  ///< and has come back: that was not committed, or by a seek
  std::uint8_t requestClass = 0;
  std::uint8_t priority = 0;

  static constexpr std::uint32_t kNoTicket = 0xffffffffu;
};
static_assert(sizeof(Message) == 40);

/// Somebody waits until so many of those who get a message have done it. There as long as some copy is.
struct Ticket {
  std::uint32_t frame = kNoFrame;  ///< kNoFrame: it does not wait any more
  std::uint32_t needed = 0;        ///< acknowledgements still; 0: decided
  std::uint32_t open = 0;          ///< copies that may still be acknowledged
  std::uint32_t log = plan::kNone;
  std::uint32_t partition = 0;
  std::uint32_t next = Message::kNoTicket;  ///< links free ones
  std::uint64_t key = 0;
  std::uint64_t number = 0;
  bool isAcknowledged = false;  ///< the publisher has been told that all is well
};

/// A partition, as one group sees it.
struct PartitionState {
  Ring<Message> waiting;      ///< in order of number
  Ring<Message> uncommitted;  ///< done, and will come back if their reader dies
  Ring<Message> kept;         ///< done for good, and still there for a seek
  std::uint32_t desk = plan::kNone;
  std::uint32_t place = kNotReady;  ///< among the ready ones of its desk
  std::uint32_t epoch = 0;          ///< bumped when it is taken from its reader; guards what that one has
  std::uint64_t applied = 0;        ///< of copies of a store: one more than the number of the last one done
  bool isBusy = false;              ///< one batch at a time: one is being worked on

  static constexpr std::uint32_t kNotReady = 0xffffffffu;
};

/// Messages that may wait, of all groups together, for each call that may be in flight: they are smaller.
inline constexpr std::size_t kMessagesPerFrame = 5;

/// Partitions that the same members read: one of them its own, or all of them all.
struct Desk {
  std::uint32_t group = 0;
  std::uint32_t number = 0;          ///< within the group: of the member whose own it is
  std::vector<std::uint32_t> ready;  ///< partitions with messages to read
  bool isLingering = false;          ///< a look at it has been arranged
};

struct GroupMeter {
  Counter received;
  Counter consumed;
  Counter batches;
  Counter redelivered;
  Counter duplicates;
  Counter deadLetters;
  Counter expired;
  Counter reads;  ///< of copies of a store
  Counter staleReads;
  Level waiting;
  Level inFlight;
  std::uint32_t maxWaiting = 0;
  TimeNs drainedAt = kNever;  ///< for the first time nothing waited after the most did
  // Of messages appended in the window.
  Histogram wait;
  Histogram inLog;
  Histogram latency;

  /// What is read at once has not waited.
  void noteWaiting() {
    if (waiting.value() > maxWaiting) {
      maxWaiting = waiting.value();
      drainedAt = kNever;
    }
  }
  void openWindow(TimeNs now);
  void startInterval(TimeNs now);
};

/// A plan::ConsumerGroup at work. Members are the instances of its pool, by number; a station without a pool
/// is one member.
struct GroupState {
  const plan::ConsumerGroup* of = nullptr;
  std::uint32_t pool = plan::kNone;
  std::uint32_t slots = 0;  ///< batches at a time, of each member
  std::uint32_t firstDesk = 0;
  std::uint32_t partitions = 0;        ///< of the log
  std::vector<PartitionState> queues;  ///< one for each partition; with Delivery::Every for each member too
  std::vector<std::uint32_t> running;  ///< batches, by member
  std::vector<std::uint8_t> isMember;  ///< with Delivery::Every: those who get messages
  InstanceSet withRoom;                ///< members that can take a batch
  std::vector<TimeNs> diedAt;          ///< by member
  std::uint32_t nextInTurn = 0;
  std::uint32_t rebalances = 0;  ///< guards the end of a pause
  bool isPaused = false;
  std::uint32_t commits = 0;  ///< guards the end of their pause
  bool isCommitting = false;
  LaneId visibilityLane = 0;
  LaneId retryLane = 0;
  GroupMeter meter;

  std::uint32_t kept = 0;  ///< messages that are there for a seek
  bool isCut = false;      ///< copies of a store whose primary is down
  bool mayRead() const { return !isPaused && !isCommitting && !isCut; }
  bool isOrdered() const { return of->delivery != plan::Delivery::Competing || of->isOrdered; }
};

/// A plan::Log at work.
struct LogState {
  std::vector<std::uint32_t> groups;
  RandomStream partitions;
  std::uint64_t published = 0;
  std::uint32_t nextInTurn = 0;
  WaitingList parked;                 ///< who wants to append, where that is not refused
  bool isAdmitting = false;           ///< a look at them has been arranged
  std::uint32_t store = plan::kNone;  ///< whose writes these are
  Counter appended;
  Counter refused;
};

/// A batch that a member works on, or that waits to be delivered again.
struct DeliveryState {
  struct Item {
    Message message;
    std::uint32_t queue = 0;
    std::uint32_t epoch = 0;
    bool isReturned = false;  ///< to its queue, or it is a dead letter
    bool isDone = false;      ///< by a delivery before this one: it does not come back
  };
  std::uint32_t group = 0;
  std::uint32_t member = 0;
  std::uint32_t generation = 0;
  bool isOpen = false;  ///< being worked on
  std::vector<Item> items;
  std::uint32_t next = kNone;  ///< links free ones

  static constexpr std::uint32_t kNone = 0xffffffffu;
};

}  // namespace cantilever::sim
