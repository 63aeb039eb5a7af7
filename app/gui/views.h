#pragma once

#include "app/gui/problems_panel.h"
#include "app/gui/run_bar.h"
#include "app/gui/verdict_line.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/charts/forecast_panel.h"
#include "widgets/charts/live_charts.h"
#include "widgets/inspector/estimate_panel.h"
#include "widgets/inspector/inspector_panel.h"
#include "widgets/palette/palette_panel.h"
#include "widgets/panels/checklist_panel.h"
#include "widgets/panels/cost_panel.h"
#include "widgets/panels/gallery.h"
#include "widgets/panels/outline_panel.h"
#include "widgets/panels/result_panel.h"

namespace cantilever::app {

/// Every view of the window; all are owned by the window they are placed in.
struct Views {
  widgets::Gallery* gallery = nullptr;
  widgets::CanvasView* canvas = nullptr;
  widgets::PalettePanel* palette = nullptr;
  widgets::OutlinePanel* outline = nullptr;
  widgets::InspectorPanel* inspector = nullptr;
  widgets::EstimatePanel* estimate = nullptr;
  widgets::LiveCharts* charts = nullptr;
  widgets::ForecastPanel* forecast = nullptr;
  widgets::ResultPanel* results = nullptr;
  widgets::CostPanel* cost = nullptr;
  widgets::ChecklistPanel* checklist = nullptr;
  ProblemsPanel* problems = nullptr;
  RunBar* runBar = nullptr;
  VerdictLine* verdicts = nullptr;
};

}  // namespace cantilever::app
