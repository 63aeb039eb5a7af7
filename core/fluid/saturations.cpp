// Stretches in which something is asked for more than it can do.
#include <algorithm>

#include "core/fluid/account.h"

namespace cantilever::fluid {

namespace {

constexpr std::size_t kMostSaturations = 1000;

const char* nameOf(Resource::Kind kind) {
  static const char* const kNames[] = {"pool", "seats", "tokens", "consumers"};
  return kNames[static_cast<int>(kind)];
}

}  // namespace

void Account::followSaturations(double start, double end) {
  if (!m_network.isAnyBusy() &&
      std::all_of(m_open.begin(), m_open.end(), [](int open) { return open < 0; })) {
    return;
  }
  for (Index r = 0; r < m_network.resources().size(); ++r) {
    const ResourceState& state = m_network.resources()[r];
    if (!state.isBusy()) {
      if (m_open[r] >= 0) {
        m_forecast.saturations[static_cast<std::size_t>(m_open[r])].until = start;
        m_forecast.saturations[static_cast<std::size_t>(m_open[r])].isOver = true;
        m_open[r] = -1;
      }
      continue;
    }
    const Resource& resource = m_network.graph().resources[r];
    if (m_open[r] < 0 && m_forecast.saturations.size() < kMostSaturations) {
      Saturation begun;
      begun.kind = nameOf(resource.kind);
      begun.key = resource.kind == Resource::Kind::Tokens      ? m_plan.tokens[resource.element].key
                  : resource.kind == Resource::Kind::Consumers ? m_plan.groups[resource.element].key
                                                               : m_plan.pools[resource.element].key;
      begun.from = start;
      m_open[r] = static_cast<int>(m_forecast.saturations.size());
      m_forecast.saturations.push_back(std::move(begun));
    }
    int kinds = 0;
    for (const Index node : m_network.graph().stages[r]) {
      kinds += m_network.waitingAt(node) > 0 || m_network.into(node).rate > 0 ? 1 : 0;
    }
    m_wasMixed[r] = m_wasMixed[r] || kinds > 1;
    if (m_open[r] >= 0) {
      Saturation& saturation = m_forecast.saturations[static_cast<std::size_t>(m_open[r])];
      saturation.until = end;
      saturation.peakWaiting = std::max(saturation.peakWaiting, m_network.waitingFor(r));
      saturation.peakWait = std::max(saturation.peakWait, state.age);
      for (const Index node : m_network.graph().stages[r]) {
        saturation.refused += m_network.lostAt(node).over(end - start);
      }
    }
  }
}

}  // namespace cantilever::fluid
