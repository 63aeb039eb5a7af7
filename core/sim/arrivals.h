#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/agenda.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// When the sources' requests arrive. An open source runs a stream of unit rate (exponential steps, steps of
/// one, or steps of a law) through the inverse of its cumulated rate (rule 32): when the rate changes, the
/// steps stay, so two runs that differ in the load see the same randomness. The first arrival is one step
/// after the start. Fractions of a nanosecond are carried on, so that spacings do not drift. Where a curve or
/// a burst changes the rate the source has an event of its own.
class Arrivals {
 public:
  /// The streams of a source, by purpose.
  struct Streams {
    RandomStream arrivals;  ///< steps, and think times
    RandomStream batches;
    RandomStream bursts;
  };

  /// Curves and traces begin at `worldStart`; before it a curve is at its first level.
  Arrivals(Agenda& agenda, TimeNs worldStart) : m_agenda(agenda), m_worldStart(worldStart) {}

  /// `source` is referred to as long as this lives.
  void add(const plan::Source& source, const Streams& streams, double factor);
  /// Multiplies the planned rate of all open sources, and the number of users of closed ones, from now on.
  void setFactor(double factor);

  /// Multiplies the rate of one open source, from now on.
  void setLevel(std::uint32_t source, double level);

  /// The number of requests that arrive now; 0 if the event was overtaken by a change of rate or was only
  /// one. The next event is set.
  std::uint32_t take(const Event& arrival);
  /// The request of a user of a closed source has had its outcome: the user thinks.
  void userReturns(std::uint32_t source);

 private:
  struct Source {
    const plan::Source* of = nullptr;
    Streams streams;
    plan::SourceKind kind = plan::SourceKind::Open;
    bool isPoisson = true;
    bool hasSpacing = false;
    bool isPlain = true;  ///< constant rate, one at a time
    bool isInBurst = false;
    CountSampler batches;
    Sampler drawn;  ///< unit steps, if the source has spacings; think times
    double factor = 1;
    double level = 1;
    double plannedPerNs = 0;
    double perNs = 0;      ///< at `since` + `fraction`
    double nsPerStep = 0;  ///< 1 / perNs
    double slope = 0;      ///< of the rate, per ns, until the end of the piece
    /// Steps to go, counted from `since` + `fraction`.
    double stepsLeft = 0;
    TimeNs since = 0;
    double fraction = 0;
    TimeNs nextTime = 0;
    double nextFraction = 0;
    std::uint32_t generation = 0;
    bool isChangeNext = false;  ///< what is announced is a change of rate
    // The piece of the curve: [pieceStart, pieceEnd).
    std::size_t piece = 0;
    TimeNs pieceStart = 0;
    TimeNs pieceEnd = kNever;
    TimeNs burstChange = kNever;  ///< when the present burst, or calm, is over
    // Of closed sources.
    std::uint32_t users = 0;
    std::uint32_t wanted = 0;
    std::size_t nextInTrace = 0;
  };

  static double step(Source& source);
  double levelAt(const Source& source, TimeNs time) const;
  static void startPiece(Source& source, std::size_t piece, TimeNs start);
  bool isHeld(const Source& source) const { return source.pieceStart < m_worldStart; }
  void startBurstOrCalm(Source& source, TimeNs now);
  void passTo(Source& source, TimeNs now);
  void setRate(Source& source);
  void changeRate(Source& source, TimeNs now);
  void announce(std::uint32_t index);
  void reckonAnew(std::uint32_t index, TimeNs now);
  void announceTrace(std::uint32_t index);
  void setUsers(std::uint32_t index);

  Agenda& m_agenda;
  TimeNs m_worldStart;
  std::vector<Source> m_sources;
};

}  // namespace cantilever::sim
