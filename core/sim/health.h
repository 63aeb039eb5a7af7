#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/event.h"
#include "core/sim/instance_set.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// What a link believes of the instances of its pool (rules 12 and 13), without a clock. It knows at once who
/// boots, drains and goes, because that is done on purpose; that one has died it learns by its checks.
class HealthState {
 public:
  /// Begins by believing what is so.
  HealthState(const plan::HealthChecks& policy, std::uint32_t count, const InstanceSet& up);

  const plan::HealthChecks& policy() const { return m_policy; }
  /// Those that calls may go to; empty if none is well and the link does not fail open.
  const InstanceSet& eligible() const {
    return m_eligible.isEmpty() && m_policy.failsOpen ? m_registered : m_eligible;
  }
  /// Some instance is believed to be well.
  bool hasEligible() const { return !m_eligible.isEmpty(); }
  bool isRegistered(std::uint32_t instance) const { return m_registered.contains(instance); }

  /// A new instance; it is not eligible before its first checks have passed.
  void enter(std::uint32_t instance, TimeNs now);
  void leave(std::uint32_t instance);
  /// Leaves out an instance for the next choice, if there is another one. True if it did; show() ends it.
  bool hide(std::uint32_t instance);
  void show(std::uint32_t instance) { m_eligible.insert(instance); }
  // True if the check, or the outcome of a call, changes what is believed.
  bool pass(std::uint32_t instance, TimeNs now);
  bool fail(std::uint32_t instance);
  /// A call to it has ended. True if it is to be ejected for a while: at most half of them are at a time.
  bool observe(std::uint32_t instance, bool hasFailed, TimeNs now);
  /// True if its ejection is over; one that went and came back meanwhile may have been ejected anew.
  bool readmit(std::uint32_t instance, TimeNs now);

  /// 0.1 to 1: rises while the instance starts slowly.
  double weight(std::uint32_t instance, TimeNs now) const;
  bool hasSlowStart() const { return m_policy.slowStart > Duration(); }

 private:
  struct Instance {
    std::uint32_t fails = 0;        // in a row, as the checks see it
    std::uint32_t passes = 0;       // in a row
    std::uint32_t failedCalls = 0;  // in a row
    bool isWell = true;
    bool isEjected = false;
    TimeNs ejectedUntil = 0;
    TimeNs since = -1;  // eligible again; -1: from the start
  };
  void update(std::uint32_t instance);

  plan::HealthChecks m_policy;
  std::vector<Instance> m_instances;
  InstanceSet m_registered;
  InstanceSet m_eligible;
  std::uint32_t m_ejected = 0;
};

}  // namespace cantilever::sim
