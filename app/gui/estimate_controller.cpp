#include "app/gui/estimate_controller.h"

#include "app/gui/document.h"
#include "widgets/inspector/estimate_panel.h"

namespace cantilever::app {

using widgets::EstimatePanel;

EstimateController::EstimateController(Document& document, EstimatePanel& panel, QObject* parent)
    : QObject(parent) {
  connect(&document, &Document::changed, &panel, [&panel](const DesignPtr& design, const DesignDiff& diff) {
    if (diff.hasOtherChanges) {  // sheet, classes or workloads
      panel.show(design);
    }
  });
  connect(&document, &Document::replaced, &panel, [&] { panel.showAnother(document.design()); });
  connect(&panel, &EstimatePanel::sheetEdited, this, [&](const Sheet& sheet) {
    if (!document.request(edit::SetSheet{sheet})) {
      panel.show(document.design());
    }
  });
  connect(&panel, &EstimatePanel::applyRequested, this, [this, &document] {
    if (document.request(edit::ApplySheet{document.design()->sheet})) {
      Q_EMIT applied();
    }
  });
}

}  // namespace cantilever::app
