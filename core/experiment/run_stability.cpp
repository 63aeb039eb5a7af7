#include "core/experiment/run_stability.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/text.h"
#include "core/experiment/batch_interval.h"
#include "core/experiment/censoring.h"
#include "core/experiment/estimate.h"
#include "core/experiment/observation.h"
#include "core/experiment/stationarity.h"

namespace cantilever::experiment {

namespace {

constexpr std::size_t kParts = 16;

/// Of the last half of the measured time: the number of the sample at whose end it begins, and of those at
/// whose ends its parts end.
std::vector<std::size_t> partEnds(const sim::RunResult& run) {
  const std::int64_t half = run.warmupNs + (run.endNs - run.warmupNs) / 2;
  std::size_t first = 0;
  while (first < run.series.size() && run.series[first].endNs < half) {
    ++first;
  }
  const std::size_t samples = run.series.size() - std::min(run.series.size(), first + 1);
  std::vector<std::size_t> ends;
  for (std::size_t part = 0; samples >= kParts && part <= kParts; ++part) {
    ends.push_back(first + samples * part / kParts);
  }
  return ends;
}

/// What grows at the places of one kind, and which most.
class Growths {
 public:
  Growths(const sim::RunResult& run, std::vector<std::size_t> ends, RunStability& to)
      : m_run(run), m_ends(std::move(ends)), m_to(to) {}

  template <class Pick>
  std::vector<double> levels(const Pick& pick) const {
    std::vector<double> levels;
    for (const std::size_t end : m_ends) {
      levels.push_back(static_cast<double>(pick(m_run.series[end])));
    }
    return levels;
  }
  /// `pick`: of a sample and the number of the place.
  template <class Places, class Pick>
  std::vector<bool> of(const char* kind, const Places& places, const Pick& pick) {
    std::vector<bool> grow;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::vector<double> at = levels([&](const sim::Sample& s) { return pick(s, i); });
      grow.push_back(isGrowing(at));
      if (grow.back() && at.back() - at.front() > m_most) {
        m_most = at.back() - at.front();
        m_to.growingKind = kind;
        m_to.growingKey = places[i].key;
      }
    }
    return grow;
  }

 private:
  const sim::RunResult& m_run;
  std::vector<std::size_t> m_ends;
  RunStability& m_to;
  double m_most = 0;
};

/// All that waits, at pools, for tokens and in logs: work that callers have given up, too.
double waitingIn(const sim::Sample& sample) {
  double waiting = 0;
  for (const sim::Sample::OfPool& of : sample.pools) {
    waiting += static_cast<double>(of.queue);
  }
  for (const sim::Sample::OfTokens& of : sample.tokens) {
    waiting += static_cast<double>(of.waiting);
  }
  for (const sim::Sample::OfGroup& of : sample.groups) {
    waiting += static_cast<double>(of.waiting);
  }
  return waiting;
}

/// Mean responses of a class over the part of the time before each end.
std::vector<double> responsesOf(const sim::RunResult& run, const std::vector<std::size_t>& ends,
                                std::size_t requestClass) {
  const std::size_t length = (ends.back() - ends.front()) / kParts;
  std::vector<double> means;
  for (const std::size_t end : ends) {
    double sum = 0;
    double count = 0;
    for (std::size_t i = end - std::min(end, length - 1); i <= end; ++i) {
      const sim::Sample::OfClass& of = run.series[i].classes[requestClass];
      sum += of.meanNs * static_cast<double>(of.succeeded);
      count += static_cast<double>(of.succeeded);
    }
    means.push_back(count > 0 ? sum / count : means.empty() ? 0.0 : means.back());
  }
  return means;
}

/// Why a run cannot have one steady state, as a sentence; empty if it can.
std::string changesIn(const plan::Plan& plan, const sim::RunResult& run) {
  std::vector<std::string> changes = changesOverTime(plan);
  if (changes.empty() && !run.actionLog.empty()) {
    changes.push_back("it was changed while it ran");
  }
  std::string text;
  for (const std::string& change : changes) {
    text += (text.empty() ? "There is no steady state to look for: " : "; ") + change;
  }
  return text.empty() ? text : text + ".";
}

/// Whether more may be under way, by so much, because it waits where no queue is counted: at its callers, for
/// its share of servers that all share, or to try again.
bool mayWaitUnseen(const plan::Plan& plan, const sim::RunResult& run, const Growths& growths, double more) {
  constexpr double kSome = 0.1;    // of what there is more of
  constexpr double kOften = 0.01;  // of the calls
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const bool isShared = plan.pools[i].order == plan::ServiceOrder::Sharing && plan.pools[i].servers > 0;
    const auto atWork = [i](const sim::Sample& sample) { return sample.pools[i].concurrency; };
    if (run.pools[i].meanParked > kSome * more || (isShared && isGrowing(growths.levels(atWork)))) {
      return true;
    }
  }
  return std::any_of(run.links.begin(), run.links.end(), [](const sim::LinkResult& of) {
    return static_cast<double>(of.retries) > kOften * static_cast<double>(of.calls);
  });
}

}  // namespace

bool isGrowing(const std::vector<double>& levels) {
  if (levels.size() != kParts + 1 || levels.back() <= levels.front()) {
    return false;
  }
  constexpr auto n = static_cast<double>(kParts);
  const double mean = (levels.back() - levels.front()) / n;
  double squares = 0;
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const double off = levels[i] - levels[i - 1] - mean;
    squares += off * off;
  }
  return mean > studentT999(kParts - 1) * std::sqrt(squares / (n - 1) / n);
}

bool RunStability::areResponsesGrowing(const sim::RunResult& run, std::string_view requestClass) const {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (run.classes[i].key == requestClass) {
      return classes[i];
    }
  }
  return std::find(classes.begin(), classes.end(), true) != classes.end();
}

namespace {

RunStability judged(const plan::Plan& plan, const sim::RunResult& run) {
  RunStability to;
  const std::vector<std::size_t> ends = partEnds(run);
  Growths growths(run, ends, to);
  const std::vector<double> underWay = growths.levels([](const sim::Sample& s) { return s.backlog; });
  const std::vector<double> waiting = growths.levels(waitingIn);
  if (!ends.empty()) {
    const double seconds =
        static_cast<double>(run.series[ends.back()].endNs - run.series[ends.front()].endNs) * 1e-9;
    to.growth = std::max(underWay.back() - underWay.front(), waiting.back() - waiting.front()) / seconds;
  }
  to.why = changesIn(plan, run);
  to.isChanging = !to.why.empty();
  if (to.isChanging) {
    to.doubts = doubts(plan);
    return to;
  }
  to.doubts = doubts(plan, run.loadFactor, Duration::nanoseconds(run.endNs - run.warmupNs));
  const std::vector<PoolLoad> overloaded = overloads(plan, run.loadFactor, workThatCame(run));
  if (overloaded.empty() && ends.empty()) {
    to.why = "Too little was measured to tell.";
    return to;
  }
  if (overloaded.empty() && !isGrowing(waiting)) {
    if (!isGrowing(underWay)) {
      to.verdict = Stability::Stable;
      return to;
    }
    if (!mayWaitUnseen(plan, run, growths, underWay.back() - underWay.front())) {
      to.why =
          "More and more is under way, though no queue grows: the run is short for how long its work takes.";
      return to;
    }
  }
  to.verdict = Stability::Unstable;
  for (std::size_t i = 0; i < run.classes.size(); ++i) {
    to.classes.push_back(ends.empty() || isGrowing(responsesOf(run, ends, i)));
  }
  to.pools =
      growths.of("pool", run.pools, [](const sim::Sample& s, std::size_t i) { return s.pools[i].queue; });
  to.tokens = growths.of("tokens", run.tokens,
                         [](const sim::Sample& s, std::size_t i) { return s.tokens[i].waiting; });
  to.groups = growths.of("group", run.groups,
                         [](const sim::Sample& s, std::size_t i) { return s.groups[i].waiting; });
  if (!overloaded.empty()) {
    for (const PoolLoad& of : overloaded) {
      to.pools[of.pool] = true;
    }
    to.growingKind = "pool";
    to.growingKey = run.pools[overloaded.front().pool].key;
  }
  return to;
}

}  // namespace

RunStability stabilityOf(const plan::Plan& plan, const sim::RunResult& run) {
  RunStability to = judged(plan, run);
  // Beyond rule 29 the note "censored" says so of each class.
  const Censoring censoring = censoringOf(run);
  if (!to.isChanging && !to.isUnstable() && !censoring.isBeyondRule &&
      censoring.lackMs * 1e6 > meanLatencyOf(run).halfWidth) {
    to.doubts.push_back(censoring.describe("when the run was over"));
  }
  return to;
}

std::string describe(const RunStability& of, const std::string& place) {
  const std::string growth =
      std::isfinite(of.growth) ? formatShort(perSecond(of.growth)) : "a rate not measured";
  switch (of.verdict) {
    case Stability::Stable:
      return "the backlog does not grow over the last half of the measured time";
    case Stability::Unstable:
      return (of.growth > 0
                  ? "the backlog grows by " + growth
                  : std::string("as much is asked for as can be done, though it did not pile up yet")) +
             (place.empty() ? std::string() : ", most before " + place);
    default:
      return of.why + (of.growth > 0
                           ? " Over the last half of the measured time the backlog went up by " + growth
                           : std::string());
  }
}

}  // namespace cantilever::experiment
