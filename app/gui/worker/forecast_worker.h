#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/gui/worker/newest_wins.h"
#include "core/catalog/block_type.h"
#include "core/exchange/profile_csv.h"
#include "core/fluid/forecast.h"
#include "core/model/design.h"

namespace cantilever::app {

/// What is to be forecast.
struct ForecastRequest {
  DesignPtr design;
  std::string profile = "day";               ///< as exchange::useProfile takes it
  std::optional<exchange::LoadTable> table;  ///< instead of it
  double loadFactor = 1;
  double growthPerMonth = 0;  ///< a share, compound
  ScenarioId scenario = {};   ///< whose events happen on the way; empty: none
};

/// A forecast with its course, or why there is none. A value; shared, never changed.
struct ForecastOutcome {
  ForecastRequest request;
  std::shared_ptr<const plan::Plan> plan;  ///< null: the design cannot be run
  std::optional<fluid::Forecast> forecast;
  /// At most kMostPoints, each of a stretch of time: of each figure the highest there (of instances the
  /// fewest), so that no peak is lost; figures of one point need not be of one moment.
  std::vector<fluid::Sample> course;
  std::optional<Error> failure;

  static constexpr std::size_t kMostPoints = 600;
};
using ForecastOutcomePtr = std::shared_ptr<const ForecastOutcome>;

/// Computed here and now; `goesOn` is asked now and then with the share that is done, false ends it with the
/// failure "forecast.stopped". The step is a second for a day and grows with the span.
ForecastOutcome forecastOf(const ForecastRequest& request, const catalog::Catalog& catalog,
                           const std::function<bool(double share)>& goesOn);

/// Forecasts on a thread of its own, the newest: one that is being worked on is given up for it, and on
/// `cancel`. The public side belongs to the GUI thread.
class ForecastWorker : public QObject {
  Q_OBJECT

 public:
  explicit ForecastWorker(const catalog::Catalog& catalog, QObject* parent = nullptr);

  void request(ForecastRequest request) { m_work.request(std::move(request)); }
  void cancel() { m_work.cancel(); }
  bool isBusy() const { return m_work.isBusy(); }

 Q_SIGNALS:
  void progressed(int percent);
  void forecasted(const cantilever::app::ForecastOutcomePtr& outcome);

 private:
  using Work = NewestWins<ForecastRequest, ForecastOutcome>;

  ForecastOutcome forecast(const ForecastRequest& request, const Work::Turn& turn);

  const catalog::Catalog& m_catalog;
  Work m_work;  // last: its thread has ended before the rest goes
};

}  // namespace cantilever::app
