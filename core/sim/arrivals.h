#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/agenda.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// When the sources' requests arrive. A source runs a stream of unit rate (exponential steps, or steps of
/// one) through the inverse of its cumulated rate (rule 32): when the rate changes, the steps stay, so two
/// runs that differ in the load see the same randomness. The first deterministic arrival is one full spacing
/// after the start. Fractions of a nanosecond are carried on, so that spacings do not drift.
class Arrivals {
 public:
  explicit Arrivals(Agenda& agenda) : m_agenda(agenda) {}

  void add(const plan::Source& source, RandomStream stream, double factor);
  /// Multiplies the planned rate of all sources, from now on.
  void setFactor(double factor);

  /// False if the event was overtaken by a change of rate. Else an arrival is now, and the next one is set.
  bool take(const Event& arrival);

 private:
  struct Source {
    RandomStream stream;
    bool isPoisson = true;
    double plannedPerNs = 0;
    double perNs = 0;
    double nsPerStep = 0;  ///< 1 / perNs
    /// Steps to go, counted from `since` + `fraction`.
    double stepsLeft = 0;
    TimeNs since = 0;
    double fraction = 0;
    TimeNs nextTime = 0;
    double nextFraction = 0;
    std::uint32_t generation = 0;
  };

  static double step(Source& source) { return source.isPoisson ? source.stream.exponential() : 1.0; }
  void setRate(Source& source, double factor);
  void announce(std::uint32_t index);

  Agenda& m_agenda;
  std::vector<Source> m_sources;
};

}  // namespace cantilever::sim
