#include "app/gui/forecast_controller.h"

#include <QFileInfo>
#include <QWidget>

#include "app/gui/document.h"
#include "app/gui/presenter.h"
#include "core/exchange/file_set.h"
#include "widgets/charts/forecast_panel.h"
#include "widgets/panels/figure_table.h"
#include "widgets/style/text.h"

namespace cantilever::app {

using widgets::ForecastPanel;
using widgets::toQString;
using widgets::toUtf8;

ForecastController::ForecastController(Document& document, Presenter& presenter, ForecastPanel& panel,
                                       QWidget* window)
    : QObject(window),
      m_document(document),
      m_presenter(presenter),
      m_panel(panel),
      m_window(window),
      m_worker(document.catalog()) {
  connect(&panel, &ForecastPanel::forecastRequested, this, &ForecastController::request);
  connect(&panel, &ForecastPanel::cancelRequested, this, [this] {
    const bool isOld = m_isOutdated || m_panel.hasForecast();
    m_worker.cancel();
    m_panel.showIdle();
    if (isOld) {
      m_isOutdated = true;
      m_panel.showOutdated();
    }
  });
  connect(&panel, &ForecastPanel::profileFileRequested, this, &ForecastController::chooseFile);
  connect(&panel, &ForecastPanel::becameVisible, this, [this] {
    if (m_isOutdated) {
      request();
    }
  });
  connect(&m_worker, &ForecastWorker::progressed, &panel, &ForecastPanel::showBusy);
  connect(&m_worker, &ForecastWorker::forecasted, this, &ForecastController::showOutcome);
  connect(&document, &Document::replaced, this, [this] {
    m_worker.cancel();
    m_isOutdated = m_isWanted = false;
    m_panel.showReason({});
    m_panel.showScenarios(*m_document.design());
  });
  connect(&document, &Document::changed, this, [this](const DesignPtr& design, const DesignDiff& diff) {
    if (diff.hasOtherChanges) {
      m_panel.showScenarios(*design);
    }
    if (diff.hasBehaviourChanges || diff.hasOtherChanges) {
      designChanged();
    }
  });
}

void ForecastController::request() {
  const widgets::ForecastWish& wish = m_panel.wish();
  ForecastRequest request;
  request.design = m_document.design();
  request.profile = wish.profile;
  request.loadFactor = wish.loadFactor;
  request.growthPerMonth = wish.growthPerMonth;
  request.scenario = wish.scenario;
  if (wish.profile == "file") {
    request.table = m_table;
  }
  m_isWanted = true;
  m_isOutdated = false;
  m_panel.showBusy(0);
  m_worker.request(std::move(request));
}

void ForecastController::designChanged() {
  if (!m_isWanted) {
    return;
  }
  if (m_panel.isVisible()) {
    request();
    return;
  }
  m_worker.cancel();
  m_panel.showIdle();
  m_isOutdated = true;
  m_panel.showOutdated();
}

void ForecastController::chooseFile() {
  const QString path = m_presenter.askProfileFile(m_window, QFileInfo(m_document.path()).absolutePath());
  if (path.isEmpty()) {
    return m_panel.showProfileFile({});
  }
  const QString name = QFileInfo(path).fileName();
  const Result<std::string> text = exchange::readFile(toUtf8(path));
  Result<exchange::LoadTable> table =
      text ? exchange::readLoadTable(*text, toUtf8(name)) : Result<exchange::LoadTable>(text.error());
  if (!table) {
    m_presenter.showError(m_window, tr("Could not read the load"), toQString(table.error().message));
    return m_panel.showProfileFile({});
  }
  m_table = *std::move(table);
  m_panel.showProfileFile(name);
  request();
}

void ForecastController::showOutcome(const ForecastOutcomePtr& outcome) {
  if (!outcome->forecast) {
    m_panel.showReason(outcome->failure ? toQString(outcome->failure->message) : QString());
    return;
  }
  ForecastPanel::Shown shown;
  shown.design = outcome->request.design;
  shown.plan = outcome->plan;
  // Parts of the outcome, which lives as long as they do.
  shown.forecast = {outcome, &*outcome->forecast};
  shown.course = {outcome, &outcome->course};
  shown.poolNames = widgets::poolNames(*outcome->request.design, *outcome->plan);
  m_panel.show(std::move(shown));
}

}  // namespace cantilever::app
