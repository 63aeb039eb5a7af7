#include "app/gui/run_overlay.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "app/gui/misses.h"
#include "widgets/panels/reason_text.h"

namespace cantilever::app {
namespace {

using widgets::reasonText;

constexpr double kSmoothingSeconds = 2.5;
/// Smoothed rates below this are leftovers of the past.
constexpr double kLeastFailuresPerSecond = 0.05;

QString overlayText(const char* text) {
  return QCoreApplication::translate("RunOverlay", text);
}

void blend(double& smoothed, double value, double weight) {
  smoothed += weight * (value - smoothed);
}

}  // namespace

RunOverlay::RunOverlay(DesignPtr design, std::shared_ptr<const plan::Plan> plan)
    : m_design(std::move(design)),
      m_plan(std::move(plan)),
      m_pools(m_plan->pools.size()),
      m_links(m_plan->links.size()),
      m_failedPerSecond(plan::kReasonCount, 0.0) {
  for (std::size_t i = 0; i < m_pools.size(); ++i) {
    m_pools[i].instancesUp = static_cast<int>(m_plan->pools[i].instances);
  }
}

void RunOverlay::add(const std::vector<sim::Sample>& samples, double simulatedPerShownSecond) {
  const double speed = simulatedPerShownSecond > 0 ? simulatedPerShownSecond : 1.0;
  for (const sim::Sample& sample : samples) {
    const double shownSeconds = static_cast<double>(sample.lengthNs) * 1e-9 / speed;
    addOne(sample, m_hasSamples ? 1.0 - std::exp(-shownSeconds / kSmoothingSeconds) : 1.0);
    m_hasSamples = true;
  }
}

void RunOverlay::addOne(const sim::Sample& sample, double weight) {
  if (sample.lengthNs <= 0) {
    return;
  }
  const double seconds = static_cast<double>(sample.lengthNs) * 1e-9;
  for (std::size_t i = 0; i < std::min(m_pools.size(), sample.pools.size()); ++i) {
    blend(m_pools[i].utilisation, static_cast<double>(sample.pools[i].utilisation), weight);
    blend(m_pools[i].refusedPerSecond, sample.pools[i].refused / seconds, weight);
    m_pools[i].instancesUp = static_cast<int>(sample.pools[i].instancesUp);  // a fact, not to be smoothed
  }
  for (std::size_t i = 0; i < std::min(m_links.size(), sample.links.size()); ++i) {
    blend(m_links[i].callsPerSecond, sample.links[i].calls / seconds, weight);
    blend(m_links[i].failedPerSecond, sample.links[i].failed / seconds, weight);
  }
  for (std::size_t reason = 0; reason < m_failedPerSecond.size(); ++reason) {
    double failed = 0;
    for (const sim::Sample::OfClass& ofClass : sample.classes) {
      failed += ofClass.failed[reason];
    }
    blend(m_failedPerSecond[reason], failed / seconds, weight);
  }
}

plan::Reason RunOverlay::commonestReason() const {
  const auto most = std::max_element(m_failedPerSecond.begin(), m_failedPerSecond.end());
  return *most > 0 ? static_cast<plan::Reason>(most - m_failedPerSecond.begin()) : plan::Reason::None;
}

widgets::CanvasOverlay RunOverlay::overlay(bool isLive) const {
  widgets::CanvasOverlay overlay;
  overlay.isLive = isLive;
  if (!m_hasSamples) {
    return overlay;
  }
  addPools(overlay);
  addLinks(overlay);
  addReasons(overlay);
  const QString measured = overlayText("Measured in the run; smoothed over about 2.5 s of shown time.");
  for (auto& [id, shown] : overlay.blocks) {
    shown.explanation = measured;
  }
  for (auto& [id, shown] : overlay.links) {
    shown.explanation = measured;
  }
  return overlay;
}

/// A block with several pools shows its busiest.
void RunOverlay::addPools(widgets::CanvasOverlay& overlay) const {
  for (std::size_t i = 0; i < m_pools.size(); ++i) {
    const plan::Pool& pool = m_plan->pools[i];
    const std::string& block = m_plan->poolOrigin[i].block;
    if (block.empty()) {
      continue;
    }
    auto [at, isNew] = overlay.blocks.try_emplace(BlockId(block));
    widgets::CanvasOverlay::OfBlock& shown = at->second;
    const bool hasServers = pool.servers > 0;
    const double utilisation = hasServers ? m_pools[i].utilisation : -1.0;
    if (isNew || utilisation > shown.utilisation) {
      shown.utilisation = utilisation;
      shown.instances = static_cast<int>(pool.instances);
      shown.instancesUp = m_pools[i].instancesUp;
    }
    shown.failuresPerSecond += m_pools[i].refusedPerSecond;
  }
}

/// A block's rate is what comes in; of one where nothing comes in (a client), what goes out.
void RunOverlay::addLinks(widgets::CanvasOverlay& overlay) const {
  struct Traffic {
    double in = 0, out = 0, failedIn = 0, failedOut = 0;
    bool hasIn = false;
  };
  std::map<BlockId, Traffic> traffic;
  for (std::size_t i = 0; i < m_links.size(); ++i) {
    const Link& measured = m_links[i];
    const plan::Origin& origin = m_plan->linkOrigin[i];
    const cantilever::Link* link = m_design->links.find(LinkId(origin.link));
    if (link == nullptr) {
      continue;
    }
    const double failed = missesRatherThanFails(*link) ? 0 : measured.failedPerSecond;
    widgets::CanvasOverlay::OfLink& shown = overlay.links[link->id];
    shown.requestsPerSecond += measured.callsPerSecond;
    shown.failuresPerSecond += failed;
    Traffic& to = traffic[link->to];
    to.in += measured.callsPerSecond;
    to.failedIn += failed;
    to.hasIn = true;
    Traffic& from = traffic[link->from];
    from.out += measured.callsPerSecond;
    from.failedOut += failed;
  }
  for (const auto& [block, sums] : traffic) {
    auto [at, isNew] = overlay.blocks.try_emplace(block);
    at->second.requestsPerSecond = sums.hasIn ? sums.in : sums.out;
    at->second.failuresPerSecond =
        std::max(at->second.failuresPerSecond, sums.hasIn ? sums.failedIn : sums.failedOut);
  }
}

/// What a block refuses itself has a known reason. Other failures came from further down if a link that
/// leaves the block fails too; the rest is given the commonest reason of the whole run.
void RunOverlay::addReasons(widgets::CanvasOverlay& overlay) const {
  std::set<BlockId> refusing;
  for (std::size_t i = 0; i < m_pools.size(); ++i) {
    if (m_pools[i].refusedPerSecond > kLeastFailuresPerSecond) {
      refusing.insert(BlockId(m_plan->poolOrigin[i].block));
    }
  }
  std::set<BlockId> called;
  std::set<BlockId> failingDownstream;
  for (const auto& [id, shown] : overlay.links) {
    const cantilever::Link* link = m_design->links.find(id);
    if (link != nullptr) {
      called.insert(link->to);
      if (shown.failuresPerSecond > kLeastFailuresPerSecond) {
        failingDownstream.insert(link->from);
      }
    }
  }
  for (auto& [id, shown] : overlay.links) {
    shown.failuresPerSecond = shown.failuresPerSecond > kLeastFailuresPerSecond ? shown.failuresPerSecond : 0;
  }
  const QString commonest = reasonText(commonestReason());
  for (auto& [id, shown] : overlay.blocks) {
    if (shown.failuresPerSecond <= kLeastFailuresPerSecond) {
      shown.failuresPerSecond = 0;
      continue;
    }
    if (shown.instancesUp == 0) {
      shown.failureReason = reasonText(plan::Reason::NoHealthyInstance);
    } else if (refusing.contains(id)) {
      shown.failureReason = reasonText(plan::Reason::QueueFull);
    } else if (called.contains(id) && failingDownstream.contains(id)) {
      shown.failureReason = overlayText("callee fails");
    } else {
      shown.failureReason = commonest;
    }
  }
}

}  // namespace cantilever::app
