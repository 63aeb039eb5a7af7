#include "core/sim/arrivals.h"

#include <algorithm>
#include <cmath>

#include "core/base/portable_math.h"

namespace cantilever::sim {

namespace {

bool isOne(const CountLaw& batch) {
  return batch.kind == CountLaw::Kind::Fixed && batch.mean == 1;
}

double meanOf(const CountLaw& batch) {
  return batch.kind == CountLaw::Kind::PowerLaw ? momentsOf(batch).mean : batch.mean;
}

/// Spacings of a law are drawn with this mean, so fine that rounding does not matter, and divided by it.
constexpr TimeNs kUnitSpacing = 1'000'000'000'000;
/// Beyond one arrival in a nanosecond simulated time cannot tell arrivals apart.
constexpr double kMostPerNs = 1.0;
constexpr double kBeyondAnyRun = 3.2e18;  // 100 years in nanoseconds

}  // namespace

void Arrivals::add(const plan::Source& source, const Streams& streams, double factor) {
  Source& added = m_sources.emplace_back();
  added.of = &source;
  added.streams = streams;
  added.factor = factor;
  added.kind = source.kind;
  const auto index = static_cast<std::uint32_t>(m_sources.size() - 1);
  if (source.kind == plan::SourceKind::Closed) {
    added.drawn = Sampler(source.think);
    setUsers(index);
    return;
  }
  if (source.kind == plan::SourceKind::Trace) {
    announceTrace(index);
    return;
  }
  added.isPoisson = source.arrivals == ArrivalProcess::Poisson;
  added.isPlain = isOne(source.batch) && !source.bursts && source.curve.points.empty();
  added.plannedPerNs = source.rate.raw() / meanOf(source.batch) * 1e-9;
  added.batches = CountSampler(source.batch);
  if (source.spacing) {
    added.drawn = Sampler(source.spacing->withMean(Duration::nanoseconds(kUnitSpacing)));
    added.hasSpacing = true;
  }
  if (!source.curve.points.empty()) {
    startPiece(added, 0, m_worldStart);
    if (m_worldStart > 0) {
      added.pieceStart = 0;
      added.pieceEnd = m_worldStart;
    }
  }
  if (source.bursts) {
    // In the steady state: a burst with the share that bursts have of the time.
    added.isInBurst = !added.streams.bursts.chance(source.bursts->share);
    startBurstOrCalm(added, 0);
  }
  setRate(added);
  added.stepsLeft = step(added);
  announce(index);
}

void Arrivals::setFactor(double factor) {
  const TimeNs now = m_agenda.now();
  for (std::uint32_t index = 0; index < m_sources.size(); ++index) {
    Source& source = m_sources[index];
    source.factor = factor;
    if (source.kind == plan::SourceKind::Closed) {
      setUsers(index);
    } else if (source.kind != plan::SourceKind::Trace) {
      reckonAnew(index, now);
    }
  }
}

void Arrivals::reckonAnew(std::uint32_t index, TimeNs now) {
  Source& source = m_sources[index];
  passTo(source, now);
  setRate(source);
  ++source.generation;
  announce(index);
}

void Arrivals::setLevel(std::uint32_t index, double level) {
  m_sources[index].level = level;
  reckonAnew(index, m_agenda.now());
}

std::uint32_t Arrivals::take(const Event& arrival) {
  Source& source = m_sources[arrival.subject];
  if (source.generation != arrival.generation) {
    return 0;
  }
  if (source.kind == plan::SourceKind::Closed) {
    const bool leaves = source.users > source.wanted;
    source.users -= leaves ? 1u : 0u;
    return leaves ? 0 : 1;
  }
  if (source.kind == plan::SourceKind::Trace) {
    ++source.nextInTrace;
    announceTrace(arrival.subject);
    return 1;
  }
  if (source.isChangeNext) {
    changeRate(source, source.nextTime);
    announce(arrival.subject);
    return 0;
  }
  if (source.slope != 0) {
    const double passed =
        static_cast<double>(source.nextTime - source.since) + source.nextFraction - source.fraction;
    source.perNs = std::max(0.0, source.perNs + source.slope * passed);
  }
  source.since = source.nextTime;
  source.fraction = source.nextFraction;
  source.stepsLeft = step(source);
  announce(arrival.subject);
  return source.isPlain ? 1 : source.batches.draw(source.streams.batches);
}

void Arrivals::userReturns(std::uint32_t index) {
  Source& source = m_sources[index];
  if (source.users > source.wanted) {
    --source.users;
    return;
  }
  m_agenda.after(source.drawn.drawNs(source.streams.arrivals), {index, 0, EventType::Arrive});
}

double Arrivals::step(Source& source) {
  if (source.hasSpacing) {
    return static_cast<double>(source.drawn.drawNs(source.streams.arrivals)) /
           static_cast<double>(kUnitSpacing);
  }
  return source.isPoisson ? source.streams.arrivals.exponential() : 1.0;
}

/// On the present piece of the curve.
double Arrivals::levelAt(const Source& source, TimeNs time) const {
  const plan::RateCurve& curve = source.of->curve;
  if (curve.points.empty()) {
    return 1;
  }
  const double from = curve.points[source.piece].level;
  if (curve.between == plan::RateCurve::Between::Steps || source.pieceEnd == kNever || isHeld(source)) {
    return from;
  }
  const std::size_t next = source.piece + 1 < curve.points.size() ? source.piece + 1 : 0;
  const double share = static_cast<double>(time - source.pieceStart) /
                       static_cast<double>(source.pieceEnd - source.pieceStart);
  return from + (curve.points[next].level - from) * share;
}

void Arrivals::startPiece(Source& source, std::size_t piece, TimeNs start) {
  const plan::RateCurve& curve = source.of->curve;
  const bool isLast = piece + 1 == curve.points.size();
  source.piece = piece;
  source.pieceStart = start;
  if (!isLast) {
    source.pieceEnd = start + (curve.points[piece + 1].at - curve.points[piece].at).ns();
  } else if (curve.period != Duration()) {
    source.pieceEnd = start + (curve.period - curve.points[piece].at).ns();
  } else {
    source.pieceEnd = kNever;
  }
}

void Arrivals::startBurstOrCalm(Source& source, TimeNs now) {
  const plan::Bursts& bursts = *source.of->bursts;
  source.isInBurst = !source.isInBurst;
  const double calm = bursts.share > 0 ? (1 - bursts.share) / bursts.share : 0.0;
  const Law law = Law::exponential(source.isInBurst ? bursts.length : bursts.length * calm);
  // Without bursts it is always calm; a length that rounds to nothing would stop the clock.
  source.burstChange =
      bursts.share > 0 ? now + std::max<TimeNs>(1, Sampler(law).drawNs(source.streams.bursts)) : kNever;
}

/// Takes off the steps that have passed.
void Arrivals::passTo(Source& source, TimeNs now) {
  const double passed = static_cast<double>(now - source.since) - source.fraction;
  const double steps =
      source.slope == 0 ? passed * source.perNs : passed * (source.perNs + 0.5 * source.slope * passed);
  source.stepsLeft = std::max(0.0, source.stepsLeft - steps);
  source.since = now;
  source.fraction = 0;
}

/// From `since` on.
void Arrivals::setRate(Source& source) {
  double perNs = source.plannedPerNs * source.factor * source.level;
  source.slope = 0;
  if (!source.isPlain) {
    if (source.of->bursts) {
      perNs *= source.isInBurst ? source.of->bursts->level : source.of->bursts->calmLevel();
    }
    const double level = levelAt(source, source.since);
    const bool isLine = source.of->curve.between == plan::RateCurve::Between::Lines;
    if (isLine && source.pieceEnd != kNever && source.pieceEnd > source.since) {
      const double end = std::min(kMostPerNs, perNs * levelAt(source, source.pieceEnd));
      source.slope =
          (end - std::min(kMostPerNs, perNs * level)) / static_cast<double>(source.pieceEnd - source.since);
    }
    perNs *= level;
  }
  source.perNs = std::min(kMostPerNs, perNs);
  source.nsPerStep = 1.0 / source.perNs;
}

/// At the end of a piece of the curve, of a burst or of a calm.
void Arrivals::changeRate(Source& source, TimeNs now) {
  passTo(source, now);
  if (isHeld(source) && source.pieceEnd <= now) {
    startPiece(source, 0, m_worldStart);
  }
  while (source.pieceEnd <= now) {  // pieces of no length are jumps
    const bool isLast = source.piece + 1 == source.of->curve.points.size();
    startPiece(source, isLast ? 0 : source.piece + 1, source.pieceEnd);
  }
  if (source.burstChange <= now) {
    startBurstOrCalm(source, now);
  }
  setRate(source);
}

/// The next arrival or, if that comes first, the next change of rate.
void Arrivals::announce(std::uint32_t index) {
  Source& source = m_sources[index];
  const TimeNs change = std::min(source.pieceEnd, source.burstChange);
  double length = source.stepsLeft * source.nsPerStep;
  if (source.slope != 0) {
    // perNs w + slope w^2 / 2 = stepsLeft; in this form nothing cancels. Not a number if the rate ends
    // before.
    const double root = std::sqrt(source.perNs * source.perNs + 2 * source.slope * source.stepsLeft);
    length = source.stepsLeft > 0 ? 2 * source.stepsLeft / (source.perNs + root) : 0.0;
  }
  const double wait = source.fraction + length;
  source.isChangeNext = true;
  if (wait < kBeyondAnyRun) {                              // not for a rate of zero
    const auto rounded = static_cast<TimeNs>(wait + 0.5);  // a fraction is never below -0.5
    source.nextTime = source.since + rounded;
    source.nextFraction = wait - static_cast<double>(rounded);
    source.isChangeNext = source.nextTime > change;
  }
  if (source.isChangeNext) {
    if (change == kNever) {
      return;
    }
    source.nextTime = change;
  }
  m_agenda.at(source.nextTime, Phase::Requests, {index, source.generation, EventType::Arrive});
}

void Arrivals::announceTrace(std::uint32_t index) {
  const Source& source = m_sources[index];
  const std::vector<Duration>& times = source.of->times;
  const std::size_t round = times.empty() ? 0 : source.nextInTrace / times.size();
  if (times.empty() || (round > 0 && source.of->repeat == Duration())) {
    return;
  }
  const double begin = static_cast<double>(round) * static_cast<double>(source.of->repeat.ns());
  if (begin < kBeyondAnyRun) {
    m_agenda.at(m_worldStart + static_cast<TimeNs>(round) * source.of->repeat.ns() +
                    times[source.nextInTrace % times.size()].ns(),
                Phase::Requests, {index, source.generation, EventType::Arrive});
  }
}

/// Users who are too many leave when they would think or ask again; new ones think first.
void Arrivals::setUsers(std::uint32_t index) {
  Source& source = m_sources[index];
  const double wanted = std::floor(source.of->users * source.factor + 0.5);
  source.wanted = static_cast<std::uint32_t>(std::min<double>(wanted, plan::Source::kMaxUsers));
  for (; source.users < source.wanted; ++source.users) {
    m_agenda.at(m_agenda.now() + source.drawn.drawNs(source.streams.arrivals), Phase::Requests,
                {index, 0, EventType::Arrive});
  }
}

}  // namespace cantilever::sim
