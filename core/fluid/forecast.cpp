#include "core/fluid/forecast.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/fluid/account.h"
#include "core/fluid/curve_walk.h"
#include "core/fluid/network.h"
#include "core/fluid/steady.h"
#include "core/fluid/world.h"
#include "core/vocabulary/visits.h"

namespace cantilever::fluid {

namespace {

/// No piece is longer: response times are looked at at both ends.
constexpr double kLongestPiece = 60;
constexpr std::size_t kPiecesToAsk = 256;
constexpr double kHourOfPieces = 3600;
constexpr double kMonth = 30 * 86'400.0;
/// Times of traces are counted in stretches of so many seconds, at most in 10,000.
constexpr double kTraceStretch = 1;
constexpr double kMostStretches = 10'000;

/// Requests at given times, as rates of stretches, relative to `rate`.
plan::RateCurve curveOfTrace(const plan::Source& source, double span) {
  plan::RateCurve curve;
  const double length = source.repeat > Duration() ? source.repeat.inSeconds()
                        : source.times.empty()     ? span
                                                   : source.times.back().inSeconds() + kTraceStretch;
  const double stretch = std::max(kTraceStretch, length / kMostStretches);
  const auto count = static_cast<std::size_t>(std::ceil(length / stretch));
  std::vector<double> counts(count + 1, 0.0);
  for (const Duration time : source.times) {
    counts[std::min(count, static_cast<std::size_t>(time.inSeconds() / stretch))] += 1;
  }
  const double rate = source.rate.raw() > 0 ? source.rate.raw() : 1;
  for (std::size_t i = 0; i < count; ++i) {
    curve.points.push_back({Duration::seconds(static_cast<double>(i) * stretch), counts[i] / stretch / rate});
  }
  if (source.repeat > Duration()) {
    curve.period = source.repeat;
  } else {
    curve.points.push_back({Duration::seconds(static_cast<double>(count) * stretch), 0});
  }
  return curve;
}

/// The rates of all sources over time.
class Load {
 public:
  Load(const plan::Plan& plan, const Options& options, const std::vector<double>& rates)
      : m_options(options), m_rates(rates) {
    for (std::size_t i = 0; i < plan.sources.size(); ++i) {
      const plan::Source& source = plan.sources[i];
      const bool isGiven = i < options.courses.size() && !options.courses[i].points.empty();
      m_curves.push_back(isGiven                                  ? options.courses[i]
                         : source.kind == plan::SourceKind::Trace ? curveOfTrace(source, options.span)
                                                                  : source.curve);
    }
    for (const plan::RateCurve& curve : m_curves) {
      m_walks.emplace_back(curve);
      double top = curve.points.empty() ? 1 : 0;
      for (const plan::RateCurve::Point& point : curve.points) {
        top = std::max(top, point.level);
      }
      m_tops.push_back(top * options.loadFactor * growthAt(options.span));
    }
  }

  /// [source] the highest levels, times a factor.
  std::vector<double> tops(double factor) const {
    std::vector<double> tops = m_tops;
    std::for_each(tops.begin(), tops.end(), [factor](double& top) { top *= factor; });
    return tops;
  }
  /// Of level 1.
  double rate(std::size_t source) const { return m_rates[source]; }
  /// From this time on, the lines hold until `until()`.
  void goTo(double time) {
    m_lines.clear();
    m_until = 1e300;
    m_time = time;
    for (CurveWalk& walk : m_walks) {
      m_lines.push_back(walk.at(time));
      m_until = std::min(m_until, m_lines.back().until);
    }
  }
  double until() const { return m_until; }
  double levelAfter(std::size_t source, double seconds, double factor) const {
    const CurveWalk::Line& line = m_lines[source];
    return std::max(0.0, line.level + line.slope * seconds) * factor * m_options.loadFactor *
           growthAt(m_time + seconds);
  }

 private:
  double growthAt(double time) const {
    return m_options.growthPerMonth == 0 ? 1 : std::pow(1 + m_options.growthPerMonth, time / kMonth);
  }

  const Options& m_options;
  std::vector<double> m_rates;
  std::vector<plan::RateCurve> m_curves;
  std::vector<CurveWalk> m_walks;
  std::vector<CurveWalk::Line> m_lines;
  double m_until = 0;
  double m_time = 0;
  std::vector<double> m_tops;
};

/// The largest factor that the plan itself puts on the load.
double largestFactor(const plan::Plan& plan) {
  double most = 1;
  const auto look = [&most](const plan::Action& action) {
    most = action.change == Change::LoadFactor ? std::max(most, action.value) : most;
  };
  std::for_each(plan.actions.begin(), plan.actions.end(), look);
  for (const plan::Control& control : plan.controls) {
    std::for_each(control.actions.begin(), control.actions.end(), look);
  }
  return most;
}

}  // namespace

Result<Forecast> forecast(const plan::Plan& plan, const Options& options) {
  const Result<Steady> steady = steadyOf(plan);
  if (!steady) {
    return steady.error();
  }
  Result<Graph> graph = graphOf(plan, steady->figures);
  if (!graph) {
    return graph.error();
  }
  const Result<plan::Visits> visits = plan::visits(plan);
  if (!visits) {
    return visits.error();
  }
  Network network(*std::move(graph));
  for (Index i = 0; i < network.graph().factors.size(); ++i) {
    const Factor& factor = network.graph().factors[i];
    const bool isHit = factor.kind == Factor::Kind::Hit;
    if (isHit || factor.kind == Factor::Kind::Miss) {
      const double ratio = visits->hitRatio[factor.element];
      network.setFactor(i, isHit ? ratio : 1 - ratio);
    }
  }
  Load load(plan, options, steady->sourceRate);
  World world(plan, options, *steady, *visits, network);
  const bool withMedians = std::any_of(options.promises.begin(), options.promises.end(),
                                       [](const Promise& promise) { return promise.of == Promise::Of::P50; });
  Responses responses(plan, *visits, load.tops(largestFactor(plan)), withMedians);
  Account account(plan, options, network, world, responses);
  std::vector<double> before(plan.sources.size());
  std::vector<double> after(plan.sources.size());
  double time = 0;
  for (std::size_t piece = 0; time < options.span - 1e-9; ++piece) {
    if (options.goesOn && piece % kPiecesToAsk == 0 && !options.goesOn(time)) {
      return Error{"forecast.stopped", "The forecast was given up before its end.", {}};
    }
    world.actAt(time);
    load.goTo(time);
    double most = std::min({options.span, load.until(), world.nextEvent(),
                            (std::floor(time / kHourOfPieces + 1e-9) + 1) * kHourOfPieces}) -
                  time;
    const double mostBusy = std::min(options.step, world.nextLook() - time);
    most = std::min({most, kLongestPiece, network.isAnyBusy() ? mostBusy : kLongestPiece});
    double offered = 0;
    double designed = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      before[i] = load.levelAfter(i, 0, world.loadFactor());
      after[i] = load.levelAfter(i, most, world.loadFactor());
      offered += (before[i] + after[i]) / 2 * load.rate(i);
      designed += load.rate(i);
      network.setSource(static_cast<Index>(i),
                        {before[i] * load.rate(i), (after[i] - before[i]) * load.rate(i) / most});
    }
    world.beginPiece(designed > 0 ? offered / designed : 0, time);
    most = std::min(most, std::max(1e-6, world.longestPiece()));
    double seconds = network.prepare(most);
    if (network.isAnyBusy() && seconds > mostBusy) {  // something has just begun to wait
      seconds = network.prepare(mostBusy);
    }
    seconds = network.isAnyBusy() ? seconds : world.untilScaled(time, seconds);
    for (std::size_t i = 0; i < after.size(); ++i) {
      after[i] = load.levelAfter(i, seconds, world.loadFactor());
    }
    network.advance(seconds, time + seconds);
    world.passed(time, seconds);
    account.piece(time, time + seconds, before, after);
    time += seconds;
  }
  Forecast result = account.finish();
  result.unrepresented = unrepresentedIn(plan);
  return result;
}

}  // namespace cantilever::fluid
