#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/sim/result.h"
#include "core/vocabulary/plan.h"
#include "widgets/panels/happening_text.h"

namespace cantilever::widgets {

/// Three live charts: throughput with failures by reason, latency percentiles, utilisation of the busiest
/// pools. At most 600 points a series are drawn; each chart is replaced at once, never appended to point by
/// point.
class LiveCharts : public QWidget {
  Q_OBJECT

 public:
  explicit LiveCharts(QWidget* parent = nullptr);
  ~LiveCharts() override;

  /// Empties the charts and learns the names; `poolNames` are display names parallel to plan.pools.
  void start(std::shared_ptr<const plan::Plan> plan, std::vector<QString> poolNames,
             double latencyObjectiveMs);
  void append(const std::vector<sim::Sample>& samples);
  /// Marks what has happened on the time axes.
  void mark(const std::vector<Moment>& moments);
  void clear();
  /// Points drawn in each series of the throughput chart: for tests. A hidden chart draws when it is shown.
  int pointCount() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
