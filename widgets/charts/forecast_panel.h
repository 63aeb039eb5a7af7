#pragma once

#include <QWidget>
#include <memory>
#include <string>
#include <vector>

#include "core/fluid/forecast.h"
#include "core/model/design.h"
#include "core/vocabulary/plan.h"

namespace cantilever::widgets {

/// What a person wants forecast.
struct ForecastWish {
  std::string profile = "day";  ///< "day", "week", "month", "year", "design", or "file"
  double loadFactor = 1;
  double growthPerMonth = 0;  ///< a share
  ScenarioId scenario = {};   ///< of the design; empty: none
};

/// A forecast of the design: which load over which time, charts of rate, responses, utilisation, backlogs,
/// instances and storage, and what was found: objectives that are not kept, what was full, what changed, and
/// what the forecast does not represent. Shows what it is given; wishes go out as signals.
class ForecastPanel : public QWidget {
  Q_OBJECT

 public:
  struct Shown {
    DesignPtr design;
    std::shared_ptr<const plan::Plan> plan;
    std::shared_ptr<const fluid::Forecast> forecast;
    std::shared_ptr<const std::vector<fluid::Sample>> course;
    std::vector<QString> poolNames;  ///< parallel to plan.pools
  };

  explicit ForecastPanel(QWidget* parent = nullptr);
  ~ForecastPanel() override;

  const ForecastWish& wish() const;
  void show(Shown shown);
  bool hasForecast() const;
  /// Nothing is shown but this sentence.
  void showReason(const QString& reason);
  /// A forecast is on its way.
  void showBusy(int percent);
  /// It was given up: what was shown before stays.
  void showIdle();
  /// What is shown is of an older design.
  void showOutdated();
  /// Those that may be chosen; one that was and is gone is no longer.
  void showScenarios(const Design& design);
  /// The load comes from this file; empty: no file was chosen after all, back to what was chosen before.
  void showProfileFile(const QString& name);

 Q_SIGNALS:
  void forecastRequested();
  void cancelRequested();
  void profileFileRequested();
  void becameVisible();

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
