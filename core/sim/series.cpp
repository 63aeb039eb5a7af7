#include "core/sim/series.h"

#include <algorithm>

namespace cantilever::sim {

namespace {

/// Both ordered by cell.
void mergeCells(std::vector<LatencyCell>& into, const std::vector<LatencyCell>& from) {
  std::vector<LatencyCell> merged;
  merged.reserve(into.size() + from.size());
  auto a = into.begin();
  auto b = from.begin();
  while (a != into.end() || b != from.end()) {
    if (b == from.end() || (a != into.end() && a->cell < b->cell)) {
      merged.push_back(*a++);
    } else if (a == into.end() || b->cell < a->cell) {
      merged.push_back(*b++);
    } else {
      merged.push_back({a->cell, a->count + b->count});
      ++a;
      ++b;
    }
  }
  into.swap(merged);
}

/// Of a Sample, a class of it, or a Window.
template <class Figures>
void setLatency(Figures& of, const std::vector<LatencyCell>& cells, double sumNs) {
  std::uint64_t count = 0;
  for (const LatencyCell& cell : cells) {
    count += cell.count;
  }
  of.meanNs = count > 0 ? sumNs / static_cast<double>(count) : 0;
  of.p50Ns = quantileOf(cells, 0.50);
  of.p95Ns = quantileOf(cells, 0.95);
  of.p99Ns = quantileOf(cells, 0.99);
  of.p999Ns = quantileOf(cells, 0.999);
}

float ratioOf(double part, double whole) {
  return whole > 0 ? static_cast<float>(part / whole) : 0.0f;
}

}  // namespace

double Interval::OfPool::fullness() const {
  return std::max(serversUp > 0 ? busy / serversUp : 0, seatsUp > 0 ? seatsHeld / seatsUp : 0);
}

void Interval::mergeClasses(const Interval& next) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    classes[i].offered += next.classes[i].offered;
    classes[i].succeeded += next.classes[i].succeeded;
    for (std::size_t reason = 0; reason < classes[i].failed.size(); ++reason) {
      classes[i].failed[reason] += next.classes[i].failed[reason];
    }
    mergeCells(classes[i].latency, next.classes[i].latency);
    classes[i].latencyNs += next.classes[i].latencyNs;
  }
}

void Interval::merge(const Interval& next) {
  mergeClasses(next);
  for (std::size_t i = 0; i < pools.size(); ++i) {
    pools[i].busy += next.pools[i].busy;
    pools[i].serversUp += next.pools[i].serversUp;
    pools[i].seatsHeld += next.pools[i].seatsHeld;
    pools[i].seatsUp += next.pools[i].seatsUp;
    pools[i].waiting += next.pools[i].waiting;
    pools[i].refused += next.pools[i].refused;
    pools[i].instancesUp = next.pools[i].instancesUp;
    pools[i].instancesNext = next.pools[i].instancesNext;
    pools[i].instancesBooting = next.pools[i].instancesBooting;
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    links[i].calls += next.links[i].calls;
    links[i].failed += next.links[i].failed;
    links[i].sentBytes += next.links[i].sentBytes;
    links[i].receivedBytes += next.links[i].receivedBytes;
    links[i].timedOut += next.links[i].timedOut;
    links[i].retries += next.links[i].retries;
    links[i].open += next.links[i].open;
    links[i].breakers += next.links[i].breakers;
  }
  for (std::size_t i = 0; i < caches.size(); ++i) {
    caches[i].lookups += next.caches[i].lookups;
    caches[i].hits += next.caches[i].hits;
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i].held += next.tokens[i].held;
    tokens[i].waiting += next.tokens[i].waiting;
    tokens[i].granted += next.tokens[i].granted;
    tokens[i].refused += next.tokens[i].refused;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i].waiting += next.groups[i].waiting;
    groups[i].oldest = next.groups[i].oldest;
    groups[i].received += next.groups[i].received;
    groups[i].consumed += next.groups[i].consumed;
    groups[i].reads += next.groups[i].reads;
    groups[i].staleReads += next.groups[i].staleReads;
  }
  for (std::size_t i = 0; i < meters.size(); ++i) {
    meters[i].offered += next.meters[i].offered;
    meters[i].dropped += next.meters[i].dropped;
  }
  end = next.end;
  length += next.length;
  backlog = next.backlog;
}

/// Into a Sample or a Window.
template <class Figures>
void Interval::addLatencies(Figures& to) const {
  std::vector<LatencyCell> all;
  double sum = 0;
  for (const OfClass& of : classes) {
    to.classes.push_back({of.offered, of.succeeded, of.failed});
    setLatency(to.classes.back(), of.latency, of.latencyNs);
    mergeCells(all, of.latency);
    sum += of.latencyNs;
  }
  setLatency(to, all, sum);
}

Sample Interval::sample() const {
  Sample sample;
  sample.endNs = end;
  sample.lengthNs = length;
  sample.backlog = backlog;
  addLatencies(sample);
  const auto span = static_cast<double>(length);
  for (const OfPool& of : pools) {
    sample.pools.push_back({ratioOf(of.busy, of.serversUp), ratioOf(of.seatsHeld, of.seatsUp),
                            ratioOf(of.busy, span), ratioOf(of.waiting, span), of.refused, of.instancesUp,
                            of.instancesNext, of.instancesBooting});
  }
  for (const OfLink& of : links) {
    sample.links.push_back({of.calls, of.failed, of.sentBytes, of.receivedBytes, of.timedOut, of.retries,
                            ratioOf(of.open, of.breakers)});
  }
  sample.caches = caches;
  sample.meters = meters;
  for (const OfTokens& of : tokens) {
    sample.tokens.push_back({ratioOf(of.held, span), ratioOf(of.waiting, span), of.granted, of.refused});
  }
  for (const OfGroup& of : groups) {
    sample.groups.push_back(
        {ratioOf(of.waiting, span), of.oldest, of.received, of.consumed, of.reads, of.staleReads});
  }
  return sample;
}

std::size_t Interval::cells() const {
  std::size_t cells = classes.size() + pools.size() + links.size() + caches.size() + tokens.size() +
                      groups.size() + meters.size();
  for (const OfClass& of : classes) {
    cells += of.latency.size();
  }
  return cells;
}

void Series::add(Interval interval) {
  if (m_inLast > 0 && m_inLast < m_perInterval) {
    m_cells -= m_intervals.back().cells();
    m_intervals.back().merge(interval);
    ++m_inLast;
  } else {
    m_intervals.push_back(std::move(interval));
    m_inLast = 1;
  }
  m_cells += m_intervals.back().cells();
  while (m_intervals.size() > 1 && (m_intervals.size() > m_mostIntervals || m_cells > m_mostCells)) {
    halve();
  }
}

std::vector<Sample> Series::samples() const {
  std::vector<Sample> samples;
  samples.reserve(m_intervals.size());
  for (const Interval& interval : m_intervals) {
    samples.push_back(interval.sample());
  }
  return samples;
}

std::vector<Window> Series::windows(TimeNs start, TimeNs length, TimeNs step) const {
  std::vector<Window> windows;
  TimeNs next = start;
  for (std::size_t i = 0; i < m_intervals.size(); ++i) {
    const TimeNs begin = m_intervals[i].end - m_intervals[i].length;
    if (begin < next) {
      continue;
    }
    Interval whole;
    whole.classes = m_intervals[i].classes;
    TimeNs end = m_intervals[i].end;
    for (std::size_t j = i + 1; j < m_intervals.size() && end < begin + length; ++j) {
      whole.mergeClasses(m_intervals[j]);
      end = m_intervals[j].end;
    }
    if (end < begin + length) {
      break;
    }
    Window& window = windows.emplace_back();
    window.startNs = begin;
    window.endNs = end;
    whole.addLatencies(window);
    next = begin + step;
  }
  return windows;
}

void Series::halve() {
  const bool lastIsAlone = m_intervals.size() % 2 == 1;
  for (std::size_t i = 0; i < m_intervals.size(); i += 2) {
    if (i + 1 < m_intervals.size()) {
      m_intervals[i].merge(m_intervals[i + 1]);
    }
    if (i > 0) {
      m_intervals[i / 2] = std::move(m_intervals[i]);
    }
  }
  m_intervals.resize((m_intervals.size() + 1) / 2);
  m_inLast += lastIsAlone ? 0 : m_perInterval;
  m_perInterval *= 2;
  m_cells = 0;
  for (const Interval& of : m_intervals) {
    m_cells += of.cells();
  }
}

}  // namespace cantilever::sim
