// Circuit breakers of links: when calls that are late or fail open them, and when they are tried again.
#include <algorithm>
#include <cmath>

#include "core/fluid/network.h"

namespace cantilever::fluid {

namespace {

// In seconds.
constexpr double kLeastOpen = 0.1;
constexpr double kShortestTrial = 1e-3;
constexpr double kHopeless = 0.99;  // share that fails, of attempts of which no probes succeed
constexpr double kLooksInTimeout = 4;

}  // namespace

void Network::findGuards() {
  m_guardOf.assign(m_graph.timed.size(), kNone);
  for (Index i = 0; i < m_graph.timed.size(); ++i) {
    const plan::Link* link = m_graph.timed[i].of;
    if (!link->breaker.isOn()) {
      continue;
    }
    const auto same =
        std::find_if(m_guards.begin(), m_guards.end(), [link](const Guard& each) { return each.of == link; });
    m_guardOf[i] = static_cast<Index>(same - m_guards.begin());
    if (same == m_guards.end()) {
      m_guards.push_back({link, {}});
      m_guards.back().opensAt = kNever;
    }
    m_guards[m_guardOf[i]].timed.push_back(i);
  }
}

/// Of all attempts over the link, while it is not open.
Network::Outcomes Network::outcomesOf(const Guard& guard) const {
  double good = 0;
  double bad = 0;
  Outcomes all;
  for (const Index i : guard.timed) {
    const TimedCall& timed = m_graph.timed[i];
    const double timeout = timed.of->timeout.inSeconds();
    const double attempts = into(timed.entry).rate;
    const double answers = into(timed.answers).rate;
    const double failures = into(timed.failures).rate;
    // What was asked for before it opened does not count.
    const double waited = waitedFor(timed);
    const bool areLate = timeout > 0 && isLate(timed, timeout) && m_now - waited >= guard.since;
    const double failing = areLate ? 1 : answers + failures > 0 ? failures / (answers + failures) : 0.0;
    all.lag = areLate ? std::max(all.lag, timeout - waited) : all.lag;
    all.areLate = all.areLate || areLate;
    all.attempts += attempts;
    bad += attempts * failing;
    good += attempts * (1 - failing);
  }
  all.failing = good + bad > 0 ? bad / (good + bad) : 0.0;
  return all;
}

/// As many attempts as it takes on average, each failing by itself with the same probability: n in a row come
/// after (1 - p^n) / ((1 - p) p^n) (Feller 1968, XIII.7); a window has its share when so many of its attempts
/// have failed, and must have as many as are asked for. Infinite: they do not fail often enough, or only some
/// by chance, which is a matter of the steady state.
double Network::secondsToOpen(const Guard& guard, const Outcomes& outcomes, double now) {
  const plan::Breaker& breaker = guard.of->breaker;
  const double p = outcomes.failing;
  if (!(outcomes.attempts > 0) || (p < kHopeless && !outcomes.areLate)) {
    return kNever;
  }
  if (guard.state == Guard::State::Trial) {
    return p >= kHopeless ? 1 / (p * outcomes.attempts) : kNever;
  }
  double attempts = kNever;
  if (breaker.consecutive > 0) {
    const double all = std::pow(p, breaker.consecutive);
    attempts = p < 1 - 1e-9 ? (1 - all) / ((1 - p) * all) : breaker.consecutive;
  }
  const double counted = (now - guard.since) * outcomes.attempts;
  const double least = breaker.minimum > 0 ? breaker.minimum : breaker.window > 0 ? breaker.window : 1;
  const bool isOften = p >= breaker.failedShare * (1 - 1e-9);
  if (breaker.window > 0 && isOften) {
    const double full = std::min<double>(breaker.window, std::max(counted, least));
    attempts = std::min(attempts, std::max(least - counted, breaker.failedShare * full / p));
  }
  double seconds = attempts / outcomes.attempts;
  if (breaker.windowTime > Duration() && isOften) {
    const double full = std::min(breaker.windowTime.inSeconds(), now - guard.since);
    seconds =
        std::min(seconds, std::max((least - counted) / outcomes.attempts, breaker.failedShare * full / p));
  }
  return seconds + outcomes.lag;
}

/// By the flows of the last piece.
void Network::updateGuards() {
  for (Guard& guard : m_guards) {
    if (guard.state == Guard::State::Open) {
      if (m_now >= guard.until - kShortest && hasProbed(guard)) {
        close(guard);
      }
      continue;
    }
    const Outcomes outcomes = outcomesOf(guard);
    const double seconds = secondsToOpen(guard, outcomes, m_now);
    guard.opensAt = std::isinf(seconds) ? kNever : std::min(guard.opensAt, m_now + seconds);
    if (m_now >= guard.opensAt - kShortest) {
      open(guard);
    } else if (guard.state == Guard::State::Trial && std::isinf(seconds) && outcomes.attempts > 0 &&
               m_now > guard.since) {
      guard.state = Guard::State::Closed;
    }
  }
}

/// All calls over it fail at once.
void Network::open(Guard& guard) {
  guard.state = Guard::State::Open;
  guard.since = m_now;
  guard.until = m_now + std::max(kLeastOpen, guard.of->breaker.open.inSeconds());
  guard.isProbing = false;
  for (const Index i : guard.timed) {
    for (Index f = 0; f < 4; ++f) {
      setFactor(m_graph.timed[i].factors + f, f < 3 ? 0.0 : 1.0);
    }
  }
}

/// Probes take as long as others, or until they are given up; then it is open again. True once they are over.
bool Network::hasProbed(Guard& guard) {
  if (guard.isProbing && !guard.isInVain) {
    return true;
  }
  if (guard.isProbing) {
    guard.isProbing = false;
    guard.until = m_now + std::max(kLeastOpen, guard.of->breaker.open.inSeconds());
    return false;
  }
  const double timeout = guard.of->timeout.inSeconds();
  double longest = 0;
  for (const Index i : guard.timed) {
    double taken = m_graph.timed[i].atLeast;
    for (const TimedCall::Visit& visit : m_graph.timed[i].visits) {
      const ResourceState& state = m_resources[visit.resource];
      taken += state.limits.capacity > 0 ? visit.times * state.waiting / state.limits.capacity : 0.0;
    }
    longest = std::max(longest, taken);
  }
  guard.isProbing = true;
  guard.isInVain = timeout > 0 && longest > timeout;
  guard.until = m_now + (guard.isInVain ? timeout : longest);
  return longest < kShortestTrial;
}

/// Attempts are made again; how they turn out is seen in the next piece.
void Network::close(Guard& guard) {
  guard.state = Guard::State::Trial;
  guard.since = m_now;
  guard.opensAt = kNever;
  for (const Index i : guard.timed) {
    for (Index f = 0; f < 4; ++f) {
      setFactor(m_graph.timed[i].factors + f, f < 3 ? 1.0 : 0.0);
    }
  }
}

/// Until when none of those who wait can have waited for as long as they are waited for.
double Network::untilLate(const Guard& guard) const {
  const double timeout = guard.of->timeout.inSeconds();
  double until = kNever;
  for (std::size_t n = 0; timeout > 0 && n < guard.timed.size(); ++n) {
    const TimedCall& timed = m_graph.timed[guard.timed[n]];
    double waits = 0;
    for (const TimedCall::Visit& visit : timed.visits) {
      waits += visit.times;
    }
    if (waits > 0) {
      until = std::min(until, (timeout - timed.atLeast - waitedFor(timed)) / waits);
    }
  }
  return until;
}

/// Whether none of them will open as long as flows are composed as they are now.
bool Network::areGuardsQuiet() const {
  return std::all_of(m_guards.begin(), m_guards.end(), [this](const Guard& guard) {
    return guard.state == Guard::State::Closed && std::isinf(guard.opensAt) &&
           std::all_of(guard.timed.begin(), guard.timed.end(), [this](Index i) {
             const TimedCall& timed = m_graph.timed[i];
             const double failures = m_units.at(timed.failures);
             return failures <= 0 || failures < kHopeless * (failures + m_units.at(timed.answers));
           });
  });
}

/// Until when nothing changes for the breakers: the end of a trial, of being open, of failing for long
/// enough. While anything waits, callers may begin to be late at any time.
double Network::nextOfGuards() const {
  double next = kNever;
  for (const Guard& guard : m_guards) {
    if (guard.state == Guard::State::Open) {
      next = std::min(next, guard.until - m_now);
      continue;
    }
    next = std::min(next, guard.opensAt - m_now);
    if (guard.state == Guard::State::Trial) {
      double attempts = 0;
      for (const Index i : guard.timed) {
        attempts += into(m_graph.timed[i].entry).rate;
      }
      next = attempts > 0 ? std::min(next, guard.of->breaker.probes / attempts) : next;
    } else if (const double late = untilLate(guard); m_busy > 0 && late > 0) {
      next = std::min(next, std::max(late, guard.of->timeout.inSeconds() / kLooksInTimeout));
    }
  }
  return std::max(next, kShortestTrial);
}

}  // namespace cantilever::fluid
