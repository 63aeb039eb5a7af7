#pragma once

#include <QObject>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

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
};

/// A forecast with its course, or why there is none. A value; shared, never changed.
struct ForecastOutcome {
  std::uint64_t revision = 0;
  ForecastRequest request;
  std::shared_ptr<const plan::Plan> plan;  ///< null: the design cannot be run
  std::optional<fluid::Forecast> forecast;
  std::vector<fluid::Sample> course;  ///< at most kMostPoints; each the highest of its stretch
  std::optional<Error> failure;

  static constexpr std::size_t kMostPoints = 600;
};
using ForecastOutcomePtr = std::shared_ptr<const ForecastOutcome>;

/// Computed here and now; `goesOn` is asked now and then with the share that is done, false ends it with the
/// failure "forecast.stopped". The step is a second for a day and grows with the span.
ForecastOutcome forecastOf(const ForecastRequest& request, const catalog::Catalog& catalog,
                           const std::function<bool(double share)>& goesOn);

/// Forecasts on a thread of its own. The newest request wins: one that is being worked on is given up, and
/// so is all of them on `cancel`. The public side belongs to the GUI thread.
class ForecastWorker : public QObject {
  Q_OBJECT

 public:
  explicit ForecastWorker(const catalog::Catalog& catalog, QObject* parent = nullptr);
  ~ForecastWorker() override;

  void request(ForecastRequest request);
  void cancel();
  bool isBusy() const { return m_isBusy; }

 Q_SIGNALS:
  void progressed(int percent);
  void forecasted(const cantilever::app::ForecastOutcomePtr& outcome);

 private:
  void work(const std::stop_token& stop);
  void deliver();

  const catalog::Catalog& m_catalog;
  bool m_isBusy = false;                      // GUI thread
  std::atomic<std::uint64_t> m_revision = 0;  // written by the GUI thread
  std::mutex m_mutex;
  std::condition_variable_any m_requested;
  std::optional<ForecastRequest> m_waiting;  // guarded by m_mutex
  ForecastOutcomePtr m_done;                 // guarded by m_mutex
  std::jthread m_thread;                     // last: stops and joins before the rest goes
};

}  // namespace cantilever::app
