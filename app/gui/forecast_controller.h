#pragma once

#include <QObject>
#include <optional>

#include "app/gui/worker/forecast_worker.h"

namespace cantilever::widgets {
class ForecastPanel;
}

namespace cantilever::app {

class Document;
class Presenter;

/// Forecasts the open design on a thread when the panel asks, and again after each change while somebody
/// looks at it: the newest wins. What nobody looks at is only marked as outdated.
class ForecastController : public QObject {
  Q_OBJECT

 public:
  ForecastController(Document& document, Presenter& presenter, widgets::ForecastPanel& panel,
                     QWidget* window);

  /// What the panel wants, of the present design.
  void request();
  bool isBusy() const { return m_worker.isBusy(); }

 private:
  void chooseFile();
  void designChanged();
  void showOutcome(const ForecastOutcomePtr& outcome);

  Document& m_document;
  Presenter& m_presenter;
  widgets::ForecastPanel& m_panel;
  QWidget* m_window;
  std::optional<exchange::LoadTable> m_table;
  bool m_isWanted = false;    ///< somebody has asked for one of this document
  bool m_isOutdated = false;  ///< the one that is shown, or was not finished
  ForecastWorker m_worker;
};

}  // namespace cantilever::app
