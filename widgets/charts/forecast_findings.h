#pragma once

#include "widgets/charts/forecast_panel.h"

class QTreeWidget;

namespace cantilever::widgets {

/// Fills the list beside the charts: objectives with when they are not kept, what was full, what changed,
/// what is not represented. Each row says in a word what its sign says.
void fillFindings(QTreeWidget& list, const ForecastPanel::Shown& shown);

}  // namespace cantilever::widgets
