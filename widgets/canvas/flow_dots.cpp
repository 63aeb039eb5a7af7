#include "widgets/canvas/flow_dots.h"

#include <algorithm>
#include <cmath>

#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kPixelsPerSecond = 70;
constexpr double kWidestSpacing = 96;
constexpr double kNarrowestSpacing = 18;
constexpr double kDotRadius = 2.75;
constexpr std::size_t kLabelsToAvoid = 200;
constexpr std::size_t kMostDots = 600;  // what a frame of 33 ms has room for

/// Is the dot with this number one of those that fail, if a share of them does?
bool isFailing(unsigned long number, double share) {
  const double n = static_cast<double>(number);
  return std::floor((n + 1) * share) > std::floor(n * share);
}

}  // namespace

void FlowDots::clear() {
  m_streams.clear();
  m_dots.clear();
}

void FlowDots::advance(double seconds) {
  m_dots.clear();
  // Figures stay readable: dots pass under labels.
  std::vector<QRectF> labels;
  if (m_scene.linkItems().size() <= kLabelsToAvoid) {
    for (const auto& [id, item] : m_scene.linkItems()) {
      labels.push_back(item->labelArea());
    }
  }
  std::erase_if(m_streams, [this](const auto& each) { return !m_scene.linkItems().contains(each.first); });
  const CanvasOverlay& overlay = m_scene.overlay();
  double busiest = 0;
  for (const auto& [id, live] : overlay.links) {
    busiest = std::max(busiest, live.requestsPerSecond);
  }
  for (const auto& [id, item] : m_scene.linkItems()) {
    const LinkItem& link = *item;
    const CanvasOverlay::OfLink live = link.live().value_or(CanvasOverlay::OfLink{});
    if (live.requestsPerSecond <= 0 || !link.isVisible()) {
      m_streams.erase(id);
      continue;
    }
    const double length = link.line().length();
    const double strength = std::clamp(1 + std::log10(live.requestsPerSecond / busiest) / 4, 0.0, 1.0);
    const double spacing = kWidestSpacing + (kNarrowestSpacing - kWidestSpacing) * strength;
    Stream& stream = m_streams[id];
    stream.phase += kPixelsPerSecond * seconds / spacing;
    const double whole = std::floor(stream.phase);
    stream.phase -= whole;
    stream.started += static_cast<unsigned long>(whole);
    const double failing = std::clamp(live.failuresPerSecond / live.requestsPerSecond, 0.0, 1.0);
    unsigned long behindFirst = 0;
    for (double at = stream.phase * spacing; at < length && m_dots.size() < kMostDots; at += spacing) {
      const unsigned long number = stream.started + kMostDots - behindFirst++;
      const bool fails = isFailing(number, failing);
      const QPointF place = link.line().pointAtPercent(link.line().percentAtLength(at));
      const bool isUnderLabel = std::any_of(labels.begin(), labels.end(),
                                            [&](const QRectF& label) { return label.contains(place); });
      if (!isUnderLabel) {
        m_dots.push_back({place, fails ? currentTheme().critical : link.colour()});
      }
    }
  }
}

std::vector<QRectF> FlowDots::areas() const {
  std::vector<QRectF> areas;
  areas.reserve(m_dots.size());
  for (const Dot& dot : m_dots) {
    areas.emplace_back(dot.at.x() - kDotRadius - 2, dot.at.y() - kDotRadius - 2, 2 * kDotRadius + 4,
                       2 * kDotRadius + 4);
  }
  return areas;
}

void FlowDots::paint(QPainter& painter) const {
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(currentTheme().canvas, 1));
  for (const Dot& dot : m_dots) {
    painter.setBrush(dot.colour);
    painter.drawEllipse(dot.at, kDotRadius, kDotRadius);
  }
}

}  // namespace cantilever::widgets
