#include "core/analytic/stream_stations.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/analytic/found_states.h"
#include "core/analytic/other_arrivals.h"

namespace cantilever::analytic {

namespace {

using plan::Pool;

// Of the wait, by which arrivals that are not Poisson may move it: below that they are taken to be.
constexpr double kSlight = 0.05;
constexpr double kMostUncertain = 0.4;  // of wait and service together
constexpr double kMostLossDiffers = 0.4;

/// A station to which more comes than Poisson arrivals.
class StreamStation {
 public:
  StreamStation(const Structure& structure, Index pool, const StationLoad& load)
      : m_structure(structure), m_plan(structure.plan()), m_pool(pool), m_load(load) {
    StationLoad plain = load;
    plain.streams.clear();
    m_figures = solveByFormula(structure, pool, plain);
  }

  StationFigures solve() {
    const bool isWaitedAt = m_figures.servers > 0 && m_figures.work > 0 && !m_load.arePulled;
    if (!isWaitedAt || !m_figures.isStable || !m_figures.unsolvable.empty()) {
      return m_figures;
    }
    double effect = 0;  // of their variance on the wait (Whitt 1983, "The queueing network analyzer")
    for (const StationLoad::Stream& stream : m_load.streams) {
      effect += stream.rate / m_figures.work * std::abs(stream.unevenness) / (1 + m_figures.service.scv());
    }
    if (effect < kSlight) {
      return moved(1, effect);
    }
    m_figures.isUneven = true;
    StationFigures exact = solveByFormula(m_structure, m_pool, m_load);
    exact.isUneven = true;
    const auto retried = std::find_if(m_load.streams.begin(), m_load.streams.end(),
                                      [](const StationLoad::Stream& stream) { return stream.isRetried; });
    if (retried != m_load.streams.end()) {
      StationFigures figures = exact.unsolvable.empty() ? exact : refused(exact.unsolvable);
      figures.isRetried = true;
      figures.unsolvable = "calls that the bursts of workload \"" + std::string(retried->source->workload()) +
                           "\" keep waiting for too long are made again: there is no formula for that";
      return figures;
    }
    return exact.unsolvable.empty() ? exact : betweenBounds(exact.unsolvable);
  }

 private:
  /// Waits that are so many times as long, give or take a share of that.
  StationFigures moved(double factor, double band) const {
    StationFigures figures = m_figures;
    figures.isExact = figures.isProductForm = false;
    figures.band = std::max(figures.band, band);
    figures.queue *= factor;
    for (StationWait& wait : figures.waits) {
      const StationWait before =
          std::exchange(wait, waitOf(wait.mean() * factor, std::min(1.0, wait.probability * factor), 0));
      wait.band = std::max(before.band, band);
      wait.stretch = before.stretch;
      wait.stretchBand = before.stretch != 1 ? std::max(before.stretchBand, band) : before.stretchBand;
      wait.sharedLoad = before.sharedLoad;
      wait.lost = before.lost;
      wait.patience = before.patience;
    }
    return figures;
  }

  StationFigures betweenBounds(const std::string& why) const {
    const auto& streams = m_load.streams;
    const auto isBurstyAlone = [](const StationLoad::Stream& stream) {
      const plan::Source& source = *stream.source;
      return stream.isModulated && source.bursts && !source.spacing &&
             source.arrivals != ArrivalProcess::Deterministic && source.batch.mean <= 1 &&
             source.batch.kind == CountLaw::Kind::Fixed;
    };
    if (std::all_of(streams.begin(), streams.end(), isBurstyAlone)) {
      return betweenSpeedsOfBursts(why);
    }
    const bool areEven = std::all_of(streams.begin(), streams.end(), [](const StationLoad::Stream& stream) {
      return stream.isModulated && stream.unevenness <= 0 && !stream.source->bursts &&
             stream.source->batch.mean <= 1;
    });
    const bool loses = std::any_of(m_figures.waits.begin(), m_figures.waits.end(),
                                   [](const StationWait& wait) { return wait.lost > 1e-6; });
    if (areEven && !loses) {  // between none and that of Poisson arrivals
      return moved(0.5, 1);
    }
    return refused(why);
  }

  StationFigures refused(const std::string& why) const {
    StationFigures figures = m_figures;
    const Pool& pool = m_plan.pools[m_pool];
    figures.isExact = figures.isProductForm = false;
    figures.isUseKnown = figures.isUseKnown && !pool.patience && pool.queueLimit == Pool::kUnlimited;
    figures.unsolvable = why;
    return figures;
  }

  /// Second moment, as of a wait that is zero or exponential where nothing else is known.
  static double secondOf(const StationWait& wait) {
    return wait.second > 0        ? wait.second
           : wait.probability > 0 ? 2 * wait.mean() * wait.mean() / wait.probability
                                  : 0.0;
  }

  /// Bursts that are so short that only their mean counts, or so long that there is a steady state in each.
  StationFigures betweenSpeedsOfBursts(const std::string& why) const {
    const std::vector<LevelOfBursts> levels = levelsOfBursts(m_load.streams);
    const std::size_t classes = m_figures.waits.size();
    std::vector<double> arrivals(classes, 0.0);
    for (const Traffic::Work& work : *m_load.work) {
      arrivals[work.requestClass] += work.rate;
    }
    std::vector<double> slow(classes, 0.0);
    std::vector<double> seconds(classes, 0.0);
    std::vector<double> lost(classes, 0.0);
    std::vector<double> stretch(classes, 0.0);
    double queue = 0;
    for (const LevelOfBursts& level : levels) {
      std::vector<double> factors(classes, 1.0);
      for (std::size_t i = 0; i < level.factors.size(); ++i) {
        const StationLoad::Stream& stream = m_load.streams[i];
        const Index k = stream.source->requestClass;
        factors[k] += arrivals[k] > 0 ? (level.factors[i] - 1) * stream.rate / arrivals[k] : 0.0;
      }
      std::vector<Traffic::Work> work = *m_load.work;
      double before = 0;
      double now = 0;
      for (Traffic::Work& each : work) {
        before += each.rate;
        each.rate *= factors[each.requestClass];
        now += each.rate;
      }
      StationLoad load = m_load;
      load.work = &work;
      load.streams.clear();
      for (StationLoad::Arrivals& each : load.arrivals) {
        each.rate *= now / before;
      }
      const StationFigures figures = solveByFormula(m_structure, m_pool, load);
      if (!figures.isStable || !figures.unsolvable.empty()) {
        return refused(why);
      }
      queue += level.probability * figures.queue;
      for (std::size_t k = 0; k < classes; ++k) {
        slow[k] += level.probability * factors[k] * figures.waits[k].mean();
        seconds[k] += level.probability * factors[k] * secondOf(figures.waits[k]);
        lost[k] += level.probability * factors[k] * figures.waits[k].lost;
        stretch[k] += level.probability * factors[k] * figures.waits[k].stretch;
      }
    }
    StationFigures figures = moved(1, 0);
    figures.queue = (queue + m_figures.queue) / 2;
    for (std::size_t k = 0; k < classes; ++k) {
      const StationWait& fast = m_figures.waits[k];
      const double mean = (slow[k] + fast.mean()) / 2;
      const double apart = std::abs(slow[k] - fast.mean()) / 2;
      const double loss = (lost[k] + fast.lost) / 2;
      const bool isRough = apart > kMostUncertain * (mean + m_figures.service.first * fast.stretch) ||
                           (std::abs(lost[k] - fast.lost) > 2 * kMostLossDiffers * loss && loss > 1e-6);
      if (levels.empty() || (arrivals[k] > 0 && isRough)) {
        return refused(why);
      }
      StationWait& wait = figures.waits[k];
      const double longer = fast.mean() > 0 ? std::min(mean / fast.mean(), 1 / fast.probability) : 1.0;
      const double served = (stretch[k] + fast.stretch) / 2;
      wait = waitOf(mean, fast.probability * longer, fast.band + (mean > 0 ? apart / mean : 0.0));
      wait.second = (seconds[k] + secondOf(fast)) / 2;
      wait.stretchBand = fast.stretchBand + std::abs(stretch[k] - fast.stretch) / 2 / served;
      wait.stretch = served;
      wait.sharedLoad = fast.sharedLoad;
      wait.lost = loss;
      wait.patience = fast.patience;
      figures.band = std::max(figures.band, wait.band);
    }
    return figures;
  }

  const Structure& m_structure;
  const plan::Plan& m_plan;
  Index m_pool;
  const StationLoad& m_load;
  StationFigures m_figures;  // as if all were Poisson
};

}  // namespace

StationFigures solveWithStreams(const Structure& structure, Index pool, const StationLoad& load) {
  return StreamStation(structure, pool, load).solve();
}

}  // namespace cantilever::analytic
