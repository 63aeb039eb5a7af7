#pragma once

#include <memory>
#include <vector>

#include "core/model/design.h"
#include "core/sim/result.h"
#include "core/vocabulary/plan.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::app {

/// Turns samples into what the canvas shows: figures per block and link, smoothed exponentially over about
/// 2.5 s of shown (wall) time, because raw values flicker.
class RunOverlay {
 public:
  RunOverlay(DesignPtr design, std::shared_ptr<const plan::Plan> plan);

  /// `simulatedPerShownSecond`: how fast the run is shown.
  void add(const std::vector<sim::Sample>& samples, double simulatedPerShownSecond);
  widgets::CanvasOverlay overlay(bool isLive) const;

 private:
  struct Pool {
    double utilisation = 0;
    double refusedPerSecond = 0;
    int instancesUp = 0;
  };
  struct Link {
    double callsPerSecond = 0;
    double failedPerSecond = 0;
  };

  void addOne(const sim::Sample& sample, double weight);
  plan::Reason commonestReason() const;
  void addPools(widgets::CanvasOverlay& overlay) const;
  void addLinks(widgets::CanvasOverlay& overlay) const;
  void addReasons(widgets::CanvasOverlay& overlay) const;

  DesignPtr m_design;
  std::shared_ptr<const plan::Plan> m_plan;
  std::vector<Pool> m_pools;              // parallel to m_plan->pools
  std::vector<Link> m_links;              // parallel to m_plan->links
  std::vector<double> m_failedPerSecond;  // by plan::Reason
  bool m_hasSamples = false;
};

}  // namespace cantilever::app
