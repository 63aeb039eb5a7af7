#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/sim/tracer.h"

namespace cantilever::sim {

inline constexpr std::uint32_t kNoFrame = 0xffffffffu;
inline constexpr std::uint32_t kNoInstance = 0xffffffffu;
inline constexpr std::uint16_t kNoLink = 0xffffu;

/// Where a frame is. All but Free and Husk are "in flight".
enum class FrameState : std::uint8_t {
  Free,
  Net,      ///< on its way to the callee
  Ready,    ///< running its program right now
  Seat,     ///< waiting for a seat
  Queue,    ///< waiting for a server
  Work,     ///< being served
  Sleep,    ///< in a Wait
  Backoff,  ///< a further attempt that waits for its time
  Lost,     ///< on its way to nowhere; only its timeout will tell
  Join,     ///< waiting for replies
  Replied,  ///< its reply is on the way to the caller
  Fetch,    ///< waiting for what another request fetches into a cache
  Husk,     ///< over; kept only because its caller's list of branches still names it
  Parked,   ///< waiting at its caller until there is room to wait
  Token,    ///< waiting for tokens
  Room,     ///< waiting for room in a log
  Acks,     ///< waiting until others have done the message that it has published
};

using FrameFlags = std::uint16_t;

namespace frame_flags {
inline constexpr FrameFlags kRoot = 1;          ///< a request of a source
inline constexpr FrameFlags kDetached = 2;      ///< the root of what a Send started
inline constexpr FrameFlags kOrphan = 4;        ///< its caller, or a caller above, has gone
inline constexpr FrameFlags kBranch = 8;        ///< in its caller's list of branches of a Parallel
inline constexpr FrameFlags kSeated = 16;       ///< holds a seat of its instance
inline constexpr FrameFlags kNotSent = 32;      ///< failed before anything was sent: breaker, deadline
inline constexpr FrameFlags kProbe = 64;        ///< tells a half-open breaker how its callee is
inline constexpr FrameFlags kCounted = 128;     ///< among the outstanding calls of the link it came by
inline constexpr FrameFlags kFetching = 256;    ///< others may wait for what it fetches
inline constexpr FrameFlags kHolding = 512;     ///< holds tokens
inline constexpr FrameFlags kTwinned = 1024;    ///< another attempt at the same call is under way beside it
inline constexpr FrameFlags kHedge = 2048;      ///< it is the second of the two
inline constexpr FrameFlags kDegraded = 4096;   ///< a fallback has answered it, or something that it called
inline constexpr FrameFlags kExpires = 8192;    ///< it was told its deadline, and is dropped after that
inline constexpr FrameFlags kRefused = 16384;   ///< on its way to an instance that was down when it was sent
inline constexpr FrameFlags kDelivery = 32768;  ///< a batch of messages from a log, or of calls
/// It owes something to others when it is over.
inline constexpr FrameFlags kOwing = kFetching | kHolding;
/// Its reply needs a closer look.
inline constexpr FrameFlags kSpecial = kTwinned | kDegraded | kExpires;
}  // namespace frame_flags

/// One call being handled somewhere: one cache line. Indices only, so that the state of a run is flat memory.
struct alignas(64) Frame {
  std::uint32_t generation = 0;  ///< bumped when the frame is freed; what refers to the old one is stale
  std::uint32_t pc = 0;
  std::uint32_t parent = kNoFrame;  ///< who waits for the reply; kNoFrame for roots and for work left alone
  std::uint32_t instance = kNoInstance;  ///< where it sits, or is going
  TimeNs markedAt = 0;                   ///< start of the present wait or service
  TimeNs calledAt = 0;                   ///< when the call was sent; of a root: its arrival
  std::uint32_t server = kNoInstance;    ///< the instance whose server it waits for or has
  std::uint32_t next = kNoFrame;         ///< neighbours in a waiting list; `next` also links free frames
  std::uint32_t previous = kNoFrame;
  std::uint16_t link = kNoLink;  ///< by which the caller called, and the reply returns
  std::uint16_t via = kNoLink;   ///< by which it came here: another one after a Forward
  std::uint16_t open = 0;        ///< replies outstanding
  std::uint16_t needed = 0;      ///< successes still needed
  std::uint8_t requestClass = 0;
  std::uint8_t reason = 0;  ///< plan::Reason it ended with
  FrameState state = FrameState::Free;
  std::uint8_t tries = 0;     ///< of this call, before this attempt
  std::uint8_t priority = 0;  ///< of its request; 0 goes first
  bool isTraced = false;
  FrameFlags flags = 0;
  std::uint32_t key = 0;  ///< what its request is about

  bool has(FrameFlags any) const { return (flags & any) != 0; }
  void clear(FrameFlags these) { flags &= static_cast<FrameFlags>(~these); }
};
static_assert(sizeof(Frame) == 64);

/// What is needed less often, apart.
struct ColdFrame {
  std::uint32_t child = kNoFrame;    ///< the callee of a Call, or the first branch of a Parallel
  std::uint32_t sibling = kNoFrame;  ///< the next branch of the same Parallel
  TimeNs deadline = kNever;          ///< of its request; only kept where some class has one
  std::uint32_t countedAt = 0;       ///< with kCounted: the number of the instance
  std::uint32_t fetch = 0;           ///< the first of its fetches, if it has kFetching
  std::uint32_t held = 0;            ///< the last of the tokens it has taken, if it has kHolding
  std::uint32_t twin = 0;            ///< with kTwinned
  std::uint32_t bucket = 0;          ///< whose tokens it waits for, in state Token
  // In plans with zones.
  std::uint16_t zone = 0;  ///< where it goes, or is if it sits at no instance
  std::uint16_t from = 0;  ///< where its caller is
};
static_assert(sizeof(ColdFrame) <= 40);

/// What is remembered of frames in pools with patience, sharing or priorities, and of users who come back;
/// apart, because most plans have none of these.
struct FrameNotes {
  TimeNs patienceEnds = kNever;    ///< of the present wait
  TimeNs remaining = kNotBegun;    ///< of work that was interrupted
  std::uint64_t servedBefore = 0;  ///< server time of that work, in ns
  std::uint32_t place = 0;         ///< in its instance's Pace
  std::uint32_t source = 0;        ///< of a root
  // Of plans with fans or logs.
  TimeNs bornAt = 0;                   ///< when the request arrived that has led to it
  std::uint32_t delivery = 0;          ///< with kDelivery
  std::uint32_t callBatch = kNoBatch;  ///< with kDelivery: it is that batch of calls, and no delivery
  std::uint32_t drawn = 1;             ///< by the last Draw
  std::uint32_t targets = 1;           ///< that the call stands for
  std::uint32_t branch = 0;            ///< its number in the fan
  std::uint32_t fanLeft = 0;           ///< in a Fan: targets that no branch has been started for
  std::uint32_t fanNeeded = 0;         ///< successes still needed
  std::uint32_t side = 0;              ///< the engine's, over a link that has one for each caller
  std::uint32_t husks = 0;             ///< branches that are over and still in its list
  std::uint32_t ticket = 0;            ///< in state Acks; in state Room: the partition to append to
  // Of a call over a link that reads of a store: what its key had seen by then.
  std::uint32_t knownPartition = 0;
  std::uint64_t known = 0;  ///< one more than the number of its last acknowledged write; 0: none
  TraceMark trace;          ///< with isTraced

  static constexpr TimeNs kNotBegun = -1;
  static constexpr std::uint32_t kNoBatch = 0xffffffffu;
};

/// Frames that wait, in the order in which they will be served; any of them can be taken out in O(1).
struct WaitingList {
  std::uint32_t head = kNoFrame;
  std::uint32_t tail = kNoFrame;
  std::uint32_t count = 0;
  std::uint32_t parked = 0;        ///< the engine's list of those who wait to get into this one
  std::uint32_t lasts = kNoLasts;  ///< in a list by priority: where the last frame of each is noted
  std::uint32_t owner = kNoOwner;  ///< the instance for which alone they wait

  static constexpr std::uint32_t kNoLasts = 0xffffffffu;
  static constexpr std::uint32_t kNoOwner = 0xffffffffu;
};

/// All frames of a run. Frames are named by index; references are valid until the next allocate().
class FrameArena {
 public:
  std::uint32_t allocate() {
    std::uint32_t index = m_firstFree;
    if (index == kNoFrame) {
      index = grow();
    } else {
      m_firstFree = m_frames[index].next;
      m_frames[index].next = kNoFrame;
    }
    ++m_inUse;
    return index;
  }
  /// Makes the frame a stranger to everything that still names it.
  void release(std::uint32_t index) {
    Frame& frame = m_frames[index];
    assert(frame.state != FrameState::Free);
    const std::uint32_t generation = frame.generation + 1;
    frame = Frame{};
    frame.generation = generation;
    frame.next = m_firstFree;
    m_firstFree = index;
    --m_inUse;
  }

  Frame& operator[](std::uint32_t index) { return m_frames[index]; }
  const Frame& operator[](std::uint32_t index) const { return m_frames[index]; }
  ColdFrame& cold(std::uint32_t index) { return m_cold[index]; }
  FrameNotes& notes(std::uint32_t index) {
    if (index >= m_notes.size()) {
      m_notes.resize(m_frames.size());
    }
    return m_notes[index];
  }
  /// Of a frame that has some.
  const FrameNotes& notes(std::uint32_t index) const { return m_notes[index]; }
  bool hasNotes(std::uint32_t index) const { return index < m_notes.size(); }

  bool isCurrent(std::uint32_t index, std::uint32_t generation) const {
    return m_frames[index].generation == generation;
  }
  std::size_t inUse() const { return m_inUse; }
  /// One past the highest index ever used; the frames below may be Free.
  std::uint32_t size() const { return static_cast<std::uint32_t>(m_frames.size()); }

  void append(WaitingList& list, std::uint32_t index);
  /// Before all others.
  void prepend(WaitingList& list, std::uint32_t index);
  /// Makes an empty list one by priority, 0 to `lowest`, 0 first.
  void orderByPriority(WaitingList& list, std::uint8_t lowest);
  enum class AmongEquals : std::uint8_t { Last, First };
  /// Into a list by priority.
  void insertByPriority(WaitingList& list, std::uint32_t index, AmongEquals place);
  /// The first of a list that is not empty, taken out.
  std::uint32_t takeFirst(WaitingList& list);
  void remove(WaitingList& list, std::uint32_t index);

 private:
  std::uint32_t grow();
  void insertAfter(WaitingList& list, std::uint32_t index, std::uint32_t before);
  void forgetLast(const WaitingList& list, std::uint32_t index);

  std::vector<Frame> m_frames;
  std::vector<ColdFrame> m_cold;
  std::vector<FrameNotes> m_notes;
  std::vector<std::uint32_t> m_lasts;  // [list][priority]; kNoFrame: none
  std::uint32_t m_firstFree = kNoFrame;
  std::size_t m_inUse = 0;
};

inline void FrameArena::append(WaitingList& list, std::uint32_t index) {
  Frame& frame = m_frames[index];
  frame.previous = list.tail;
  frame.next = kNoFrame;
  if (list.tail == kNoFrame) {
    list.head = index;
  } else {
    m_frames[list.tail].next = index;
  }
  list.tail = index;
  ++list.count;
}

inline std::uint32_t FrameArena::takeFirst(WaitingList& list) {
  const std::uint32_t index = list.head;
  remove(list, index);
  return index;
}

inline void FrameArena::remove(WaitingList& list, std::uint32_t index) {
  if (list.lasts != WaitingList::kNoLasts) {
    forgetLast(list, index);
  }
  Frame& frame = m_frames[index];
  if (frame.previous == kNoFrame) {
    list.head = frame.next;
  } else {
    m_frames[frame.previous].next = frame.next;
  }
  if (frame.next == kNoFrame) {
    list.tail = frame.previous;
  } else {
    m_frames[frame.next].previous = frame.previous;
  }
  frame.next = frame.previous = kNoFrame;
  --list.count;
}

}  // namespace cantilever::sim
