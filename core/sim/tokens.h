#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/sim/frames.h"
#include "core/sim/histogram.h"
#include "core/sim/key_index.h"
#include "core/sim/meters.h"
#include "core/sim/ring.h"
#include "core/sim/timing.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// Tokens that some requests share: all those of a plan::Tokens, or those of one instance, caller or key.
/// Full at first.
class Bucket {
 public:
  Bucket() = default;
  Bucket(const plan::Tokens& of, std::uint32_t size, double perSecond)
      : m_of(&of), m_size(size), m_first(size), m_perSecond(perSecond), m_level(size) {}

  /// How many could be taken now. Time never goes back from call to call.
  std::uint32_t available(TimeNs now);
  /// No more than are available.
  void take(std::uint32_t units, TimeNs now);
  void giveBack(std::uint32_t units) { m_out -= units; }
  /// When `units` will be available if nobody takes any, after now; kNever if only those who hold some can
  /// tell.
  TimeNs availableAt(std::uint32_t units, TimeNs now) const;
  /// Tokens have come back after `ns`; moves an adaptive size.
  void adapt(TimeNs ns, bool hasFailed);

  /// From now on; what is held beyond it is not taken back.
  void resize(std::uint32_t size, TimeNs now);
  void setRate(double perSecond, TimeNs now);

  std::uint32_t size() const { return m_size; }
  std::uint32_t out() const { return m_out; }
  /// As if it were new, so that it may be forgotten.
  bool isUntouched(TimeNs now) { return m_out == 0 && m_size == m_first && available(now) == m_size; }

  std::uint32_t generation = 0;  ///< bumped when it is closed; tokens held of it are then nobody's
  std::uint32_t tokens = 0;      ///< the element it belongs to
  std::uint64_t name = 0;        ///< which of that element's it is
  WaitingList waiters;
  TimeNs refillAt = kNever;  ///< of the pending Refill

 private:
  struct Grant {
    TimeNs at = 0;
    std::uint32_t units = 0;
  };
  TimeNs windowStart(TimeNs now) const { return now - now % m_of->window.ns(); }
  double levelAt(TimeNs now) const;

  const plan::Tokens* m_of = nullptr;
  std::uint32_t m_size = 0;
  std::uint32_t m_first = 0;  // what a new one has
  double m_perSecond = 0;     // of Continuous
  std::uint32_t m_out = 0;    // held (OnGive), or taken within the window
  double m_level = 0;         // of Continuous, at m_since
  TimeNs m_since = 0;         // of FixedWindow: the start of the window that m_out is of
  Ring<Grant> m_grants;       // of SlidingWindow: within the window
};

struct TokensMeter {
  Counter asked;
  Counter granted;
  Counter refused;    ///< there were none, or too many waited
  Counter shed;       ///< there were some, but only for more important requests
  Counter abandoned;  ///< left: their patience was over
  Level held;         ///< of OnGive
  Level waiting;
  std::uint32_t maxHeld = 0;
  std::uint32_t maxWaiting = 0;
  Histogram wait;
  Histogram hold;  ///< of OnGive

  void openWindow(TimeNs now);
  void startInterval(TimeNs now);
};

/// A plan::Tokens at work.
struct TokensState {
  const plan::Tokens* of = nullptr;
  std::uint32_t size = 0;             ///< of each, at first, as it was last set
  double perSecond = 0;               ///< of Continuous: the same
  std::uint32_t common = 0;           ///< the bucket of all, where there is only one
  KeyIndex buckets;                   ///< by name, where there are several
  std::vector<std::uint32_t> closed;  ///< buckets to be used again
  std::size_t sweepAt = 0;            ///< when there are so many buckets, idle ones are closed
  Timing patience;
  RandomStream patienceStream;
  TokensMeter meter;
};

/// Tokens that a request has taken and not given back.
struct Held {
  std::uint32_t next = kNone;  ///< taken before, by the same request; also links free ones
  std::uint32_t bucket = 0;
  std::uint32_t generation = 0;  ///< of the bucket
  std::uint32_t units = 0;
  TimeNs since = 0;

  static constexpr std::uint32_t kNone = 0xffffffffu;
};

}  // namespace cantilever::sim
