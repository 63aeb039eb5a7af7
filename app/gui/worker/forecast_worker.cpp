#include "app/gui/worker/forecast_worker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/gui/worker/no_plan.h"
#include "core/advice/promises.h"
#include "core/compile/compile.h"
#include "core/exchange/forecast_profile.h"

namespace cantilever::app {
namespace {

/// Steps of a forecast: a second for a day, and as many for a longer one.
constexpr double kSteps = 86'400;

void takeHigher(double& into, double value) {
  into = std::isnan(value) || value > into ? value : into;
}

/// What there was most of in either, so that a peak between two points of a chart is seen. Instances that
/// work are the exception: the fewest.
void merge(fluid::Sample& into, const fluid::Sample& next) {
  into.time = next.time;
  for (std::size_t i = 0; i < into.classes.size(); ++i) {
    using OfClass = fluid::Sample::OfClass;
    for (double OfClass::*figure : {&OfClass::offered, &OfClass::succeeded, &OfClass::failed, &OfClass::mean,
                                    &OfClass::p95, &OfClass::p99}) {
      takeHigher(into.classes[i].*figure, next.classes[i].*figure);
    }
  }
  for (std::size_t i = 0; i < into.pools.size(); ++i) {
    takeHigher(into.pools[i].utilisation, next.pools[i].utilisation);
    takeHigher(into.pools[i].waiting, next.pools[i].waiting);
    takeHigher(into.pools[i].wait, next.pools[i].wait);
    into.pools[i].instances = std::min(into.pools[i].instances, next.pools[i].instances);
  }
  for (std::size_t i = 0; i < into.groups.size(); ++i) {
    takeHigher(into.groups[i].lag, next.groups[i].lag);
    takeHigher(into.groups[i].wait, next.groups[i].wait);
  }
  into.hitRatio = next.hitRatio;
  into.stored = next.stored;
}

/// Keeps a course in bounded memory: so many samples make one point.
class Course {
 public:
  Course(double span, double step)
      : m_samplesAPoint(static_cast<std::size_t>(
            std::max(1.0, std::ceil(span / step / static_cast<double>(ForecastOutcome::kMostPoints))))) {}
  void add(const fluid::Sample& sample) {
    if (m_inLast == 0) {
      m_points.push_back(sample);
    } else {
      merge(m_points.back(), sample);
    }
    m_inLast = (m_inLast + 1) % m_samplesAPoint;
  }
  std::vector<fluid::Sample> take() { return std::move(m_points); }

 private:
  std::size_t m_samplesAPoint;
  std::size_t m_inLast = 0;
  std::vector<fluid::Sample> m_points;
};

}  // namespace

ForecastOutcome forecastOf(const ForecastRequest& request, const catalog::Catalog& catalog,
                           const std::function<bool(double share)>& goesOn) {
  ForecastOutcome outcome;
  outcome.request = request;
  const compile::Compiled compiled = compile::compile(*request.design, catalog, {request.scenario});
  if (!compiled.plan) {
    outcome.failure = Error{"forecast.no_plan", whyNoPlan(*request.design, request.scenario, compiled), {}};
    return outcome;
  }
  outcome.plan = std::make_shared<const plan::Plan>(*compiled.plan);
  fluid::Options options;
  if (request.table) {
    exchange::useLoadTable(*request.table, *outcome.plan, options);
  } else if (const Result<void> used =
                 exchange::useProfile(request.profile, *request.design, *outcome.plan, options);
             !used) {
    outcome.failure = used.error();
    return outcome;
  }
  options.step = std::min(options.span, std::max(1.0, options.span / kSteps));
  options.loadFactor = request.loadFactor;
  options.growthPerMonth = request.growthPerMonth;
  options.promises = advice::promisesOf(*request.design, *outcome.plan);
  options.goesOn = [&](double time) { return goesOn(time / options.span); };
  Course course(options.span, options.step);
  options.onStep = [&course](const fluid::Sample& sample) { course.add(sample); };
  Result<fluid::Forecast> forecast = fluid::forecast(*outcome.plan, options);
  if (!forecast) {
    outcome.failure = forecast.error();
    return outcome;
  }
  outcome.forecast = *std::move(forecast);
  outcome.course = course.take();
  return outcome;
}

ForecastWorker::ForecastWorker(const catalog::Catalog& catalog, QObject* parent)
    : QObject(parent),
      m_catalog(catalog),
      m_work(
          this,
          [this](const ForecastRequest& request, const Work::Turn& turn) { return forecast(request, turn); },
          [this](const ForecastOutcomePtr& outcome) { Q_EMIT forecasted(outcome); }) {}

ForecastOutcome ForecastWorker::forecast(const ForecastRequest& request, const Work::Turn& turn) {
  int told = -1;
  return forecastOf(request, m_catalog, [&](double share) {
    const int percent = static_cast<int>(share * 100);
    if (percent != std::exchange(told, percent)) {
      turn.tell([this, percent] { Q_EMIT progressed(percent); });
    }
    return turn.isWanted();
  });
}

}  // namespace cantilever::app
