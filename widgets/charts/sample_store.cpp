#include "widgets/charts/sample_store.h"

#include <algorithm>

namespace cantilever::widgets {
namespace {

ChartPoint pointOf(const sim::Sample& sample) {
  ChartPoint point;
  point.endNs = sample.endNs;
  point.lengthNs = sample.lengthNs;
  for (const sim::Sample::OfClass& requests : sample.classes) {
    point.succeeded += requests.succeeded;
    for (std::size_t reason = 0; reason < point.failed.size(); ++reason) {
      point.failed[reason] += requests.failed[reason];
    }
  }
  point.p50Ns = sample.p50Ns;
  point.p95Ns = sample.p95Ns;
  point.p99Ns = sample.p99Ns;
  point.utilisation.reserve(sample.pools.size());
  for (const sim::Sample::OfPool& pool : sample.pools) {
    point.utilisation.push_back(pool.utilisation);
  }
  return point;
}

/// `later` follows `point` directly.
void mergeInto(ChartPoint& point, const ChartPoint& later) {
  const auto share =
      static_cast<float>(static_cast<double>(later.lengthNs) /
                         static_cast<double>(std::max<std::int64_t>(1, point.lengthNs + later.lengthNs)));
  for (std::size_t pool = 0; pool < std::min(point.utilisation.size(), later.utilisation.size()); ++pool) {
    point.utilisation[pool] += (later.utilisation[pool] - point.utilisation[pool]) * share;
  }
  point.endNs = later.endNs;
  point.lengthNs += later.lengthNs;
  point.succeeded += later.succeeded;
  for (std::size_t reason = 0; reason < point.failed.size(); ++reason) {
    point.failed[reason] += later.failed[reason];
  }
  point.p50Ns = std::max(point.p50Ns, later.p50Ns);
  point.p95Ns = std::max(point.p95Ns, later.p95Ns);
  point.p99Ns = std::max(point.p99Ns, later.p99Ns);
}

}  // namespace

void SampleStore::clear() {
  *this = {};
}

void SampleStore::append(const sim::Sample& sample) {
  if (!m_points.empty() && m_samplesInLast < m_samplesPerPoint) {
    mergeInto(m_points.back(), pointOf(sample));
    ++m_samplesInLast;
    return;
  }
  if (m_points.size() == kMaximumPoints) {
    for (std::size_t i = 0; i < kMaximumPoints / 2; ++i) {
      mergeInto(m_points[2 * i], m_points[2 * i + 1]);
      if (i > 0) {
        m_points[i] = std::move(m_points[2 * i]);
      }
    }
    m_points.resize(kMaximumPoints / 2);
    m_samplesPerPoint *= 2;
  }
  m_points.push_back(pointOf(sample));
  m_samplesInLast = 1;
}

}  // namespace cantilever::widgets
