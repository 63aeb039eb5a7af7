#pragma once

#include "core/base/random.h"
#include "core/sim/agenda.h"

namespace cantilever::sim {

/// A law made ready for scheduling: constant delays go to a lane, others are drawn.
class Timing {
 public:
  Timing() = default;
  Timing(const Law& law, Agenda& agenda) : m_sampler(law) {
    if (law.kind == Law::Kind::Constant || law.isZero()) {
      m_constant = law.mean.ns();
      m_lane = m_constant > 0 ? agenda.laneOf(m_constant) : 0;
    }
  }

  bool isImmediate() const { return m_constant == 0; }
  TimeNs draw(RandomStream& stream) const { return m_constant >= 0 ? m_constant : m_sampler.drawNs(stream); }
  /// Lets the event happen after a draw of the law.
  void schedule(Agenda& agenda, RandomStream& stream, const Event& event) const {
    if (m_constant > 0) {
      agenda.afterConstant(m_lane, event);
    } else if (m_constant == 0) {
      agenda.after(0, event);
    } else {
      agenda.after(m_sampler.drawNs(stream), event);
    }
  }

  /// The same after a delay that was drawn before.
  void scheduleAfter(TimeNs delay, Agenda& agenda, const Event& event) const {
    m_constant > 0 ? agenda.afterConstant(m_lane, event) : agenda.after(delay, event);
  }

 private:
  Sampler m_sampler;
  TimeNs m_constant = -1;
  LaneId m_lane = 0;
};

}  // namespace cantilever::sim
