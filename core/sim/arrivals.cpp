#include "core/sim/arrivals.h"

#include <algorithm>

namespace cantilever::sim {

void Arrivals::add(const plan::Source& source, RandomStream stream, double factor) {
  Source& added = m_sources.emplace_back();
  added.stream = stream;
  added.isPoisson = source.arrivals == ArrivalProcess::Poisson;
  added.plannedPerNs = source.rate.raw() * 1e-9;
  setRate(added, factor);
  added.stepsLeft = step(added);
  announce(static_cast<std::uint32_t>(m_sources.size() - 1));
}

void Arrivals::setFactor(double factor) {
  const TimeNs now = m_agenda.now();
  for (std::uint32_t index = 0; index < m_sources.size(); ++index) {
    Source& source = m_sources[index];
    const double passed = static_cast<double>(now - source.since) - source.fraction;
    source.stepsLeft = std::max(0.0, source.stepsLeft - passed * source.perNs);
    source.since = now;
    source.fraction = 0;
    setRate(source, factor);
    ++source.generation;
    announce(index);
  }
}

bool Arrivals::take(const Event& arrival) {
  Source& source = m_sources[arrival.subject];
  if (source.generation != arrival.generation) {
    return false;
  }
  source.since = source.nextTime;
  source.fraction = source.nextFraction;
  source.stepsLeft = step(source);
  announce(arrival.subject);
  return true;
}

void Arrivals::setRate(Source& source, double factor) {
  // Beyond one arrival in a nanosecond simulated time cannot tell arrivals apart.
  source.perNs = std::min(1.0, source.plannedPerNs * factor);
  source.nsPerStep = 1.0 / source.perNs;
}

void Arrivals::announce(std::uint32_t index) {
  Source& source = m_sources[index];
  constexpr double kBeyondAnyRun = 3.2e18;  // 100 years in nanoseconds
  const double wait = source.fraction + source.stepsLeft * source.nsPerStep;
  if (!(wait < kBeyondAnyRun)) {  // rate zero included
    return;
  }
  const auto rounded = static_cast<TimeNs>(wait + 0.5);  // a fraction is never below -0.5
  source.nextTime = source.since + rounded;
  source.nextFraction = wait - static_cast<double>(rounded);
  m_agenda.at(source.nextTime, Phase::Requests, {index, source.generation, EventType::Arrive});
}

}  // namespace cantilever::sim
