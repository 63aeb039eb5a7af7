#include "tests/core/analytic/agreement.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/base/text.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/fluid/forecast.h"
#include "core/sim/simulation.h"
#include "core/storage/document_file.h"
#include "tests/core/random_design.h"

namespace cantilever::analytic::test {

namespace {

// Of a run: five standard errors of a mean of correlated responses (each counts like a tenth of an
// independent one), and what a histogram and few requests do to a p99.
/// A run has so many of each, if it need not be longer for that.
constexpr double kWindows = 5;
constexpr double kLongestForWindows = 90;  // seconds
constexpr double kErrors = 5;
constexpr double kCorrelation = 10;
constexpr double kP99Noise = 0.1;
constexpr double kP99Errors = 3;
constexpr double kFewRequests = 500;
// The forecast asks the solver for response times at a grid of loads, straight lines between.
constexpr double kForecastTimes = 0.03;
constexpr double kForecastRates = 0.01;

void add(AgreementReport& report, const std::string& what, const Figure& figure, double simulated,
         double noise) {
  const double apart = std::abs(figure.value - simulated);
  const double allowed = figure.band * std::max(figure.value, simulated) + noise + 2e-6;
  report.figures.push_back({what, figure.value, simulated, figure.band, apart / allowed});
}

double deviationOf(const sim::Histogram& histogram) {
  const double mean = histogram.meanNs();
  double squares = 0;
  histogram.forEachCell([&](std::int64_t ns, std::uint64_t count) {
    squares +=
        (static_cast<double>(ns) - mean) * (static_cast<double>(ns) - mean) * static_cast<double>(count);
  });
  return std::sqrt(squares / static_cast<double>(histogram.count())) * 1e-9;
}

void addOfClass(AgreementReport& report, const std::string& what, const Figure& figure, double simulated,
                double noise) {
  add(report, what, figure, simulated, noise);
  report.figures.back().isOfClass = true;
}

void compareClass(const std::string& name, const ClassSolution& solved, const sim::ClassResult& run,
                  double seconds, bool areOfferedKnown, AgreementReport& report) {
  if (static_cast<double>(run.offered) < kFewRequests) {
    return;
  }
  if (!solved.mean.isSolved()) {
    ++report.otherClasses;
    return;
  }
  // Of what takes long the run has seen too little: the slowest of its requests had not ended.
  if (solved.mean.value > seconds / 5 || solved.p99.value > seconds / 5) {
    return;
  }
  ++report.solvedClasses;
  const auto offered = static_cast<double>(run.offered);
  if (areOfferedKnown) {
    addOfClass(report, name + " offered", solved.offered, offered / seconds,
               kErrors * std::sqrt(kCorrelation * offered) / seconds);
  }
  const double ended = static_cast<double>(run.offered - run.unfinished);
  const double success = static_cast<double>(run.succeeded) / std::max(1.0, ended);
  const double deviation = std::sqrt(success * (1 - success) * kCorrelation / std::max(1.0, ended));
  addOfClass(report, name + " success", solved.success, success, kErrors * deviation + 0.002);
  const double succeeded = static_cast<double>(run.succeeded);
  if (succeeded < kFewRequests) {
    return;
  }
  const double mean = run.latency.meanNs() * 1e-9;
  const double p99 = static_cast<double>(run.latency.quantileNs(0.99)) * 1e-9;
  // The spread by the tail: that of an exponential variable with this p99, at least. Where few are late and
  // by much (a pause before the next attempt), by all of them.
  const double spread = std::max(std::abs(p99 - mean) / 3.6, deviationOf(run.latency));
  addOfClass(report, name + " mean", solved.mean, mean,
             kErrors * spread * std::sqrt(kCorrelation / succeeded) + 0.01 * mean);
  if (solved.p99.isSolved()) {
    // The quantile of an exponential tail from n values is off by sqrt(0.01 / n) / 0.01 means, which are p99
    // / ln 100.
    const double deviations = std::sqrt(kCorrelation * 0.01 / succeeded) / 0.01 / std::log(100);
    addOfClass(report, name + " p99", solved.p99, p99, (kP99Noise + kP99Errors * deviations) * p99);
  }
}

/// A mean of durations, if the run has seen enough of them.
/// `slack`: how much longer the run would have to be because of correlation. What is less than a hundredth of
/// `beside` does not matter.
void compareMean(const std::string& what, const Figure& solved, const sim::Histogram& run, double slack,
                 double beside, AgreementReport& report) {
  const auto count = static_cast<double>(run.count());
  if (solved.isSolved() && count >= kFewRequests) {
    const double mean = run.meanNs() * 1e-9;
    const double noise = kErrors * deviationOf(run) * std::sqrt(kCorrelation * slack / count);
    add(report, what, solved, mean, noise + 0.01 * (mean + beside));
  }
}

void compareShare(const std::string& what, const Figure& solved, double hits, double of,
                  AgreementReport& report) {
  if (solved.isSolved() && of >= kFewRequests) {
    const double share = hits / of;
    add(report, what, solved, share, kErrors * std::sqrt(share * (1 - share) * kCorrelation / of) + 0.002);
  }
}

double asNumber(std::uint64_t count) {
  return static_cast<double>(count);
}

/// What is known of the parts that requests go through.
void compareParts(const std::string& name, const plan::Plan& plan, const Solution& solution,
                  const sim::RunResult& run, double seconds, AgreementReport& report) {
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const PoolSolution& solved = solution.pools[i];
    const sim::PoolResult& of = run.pools[i];
    if (asNumber(of.served) < kFewRequests) {
      continue;
    }
    if (solved.servers > 0 && solved.isStable && solved.utilisation.isSolved()) {
      add(report, name + " utilisation of " + solved.key, solved.utilisation, of.utilisation,
          0.15 * solved.utilisation.value + 0.005);
    }
    const double idle = solved.utilisation.isSolved() ? std::max(0.02, 1 - solved.utilisation.value) : 1;
    const double service = of.service.meanNs() * 1e-9;
    const double held = of.occupancy * of.seats * of.meanInstances * seconds / asNumber(of.served);
    compareMean(name + " wait at " + solved.key, solved.wait, of.waiting, 1 / idle, service, report);
    compareMean(name + " wait for a seat at " + solved.key, solved.seatWait, of.seatWaiting, 1 / idle, held,
                report);
    compareShare(name + " lost at " + solved.key, solved.lost,
                 asNumber(of.refused + of.abandoned + of.expired), asNumber(of.arrivals), report);
  }
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    const LinkSolution& solved = solution.links[i];
    const sim::LinkResult& of = run.links[i];
    const plan::Link& link = plan.links[i];
    // Of the run: of attempts, and of those whose callers did not leave before the end.
    const double ended = asNumber(of.failed + of.latency.count());
    if (!link.retries.isOn() && link.hedge == Duration() && ended > 0.98 * asNumber(of.calls)) {
      compareShare(name + " failed over " + solved.key, solved.failed, asNumber(of.failed),
                   asNumber(of.calls), report);
    }
    if (solved.rate.isSolved() && asNumber(of.calls) >= kFewRequests) {
      const double calls = asNumber(of.calls);
      add(report, name + " calls over " + solved.key, solved.rate, calls / seconds,
          kErrors * std::sqrt(kCorrelation * calls) / seconds);
    }
  }
  for (std::size_t i = 0; i < plan.caches.size(); ++i) {
    compareShare(name + " hits of " + solution.caches[i].key, solution.caches[i].hitRatio,
                 asNumber(run.caches[i].hits), asNumber(run.caches[i].lookups), report);
  }
  for (std::size_t i = 0; i < plan.tokens.size(); ++i) {
    const TokensSolution& solved = solution.tokens[i];
    const sim::TokensResult& of = run.tokens[i];
    compareShare(name + " refused by " + solved.key, solved.refused, asNumber(of.refused + of.abandoned),
                 asNumber(of.asked), report);
    compareMean(name + " wait for " + solved.key, solved.wait, of.waiting, 1, 0, report);
  }
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const GroupSolution& solved = solution.groups[i];
    compareMean(name + " wait of " + solved.key, solved.wait, run.groups[i].wait, 1, solved.inLog.value,
                report);
    compareMean(name + " time in log of " + solved.key, solved.inLog, run.groups[i].inLog, 1, 0, report);
  }
}

/// Without what a solution says that it leaves out: failures by chance, what controls do, and scalers without
/// a steady state.
plan::Plan asSolved(const plan::Plan& original) {
  plan::Plan plan = original;
  plan.randomFaults.clear();
  plan.zoneFaults.clear();
  for (plan::Control& control : plan.controls) {
    control.actions.clear();
  }
  std::erase_if(plan.scalers, [](const plan::Scaler& scaler) {
    return scaler.on != plan::ScaleOn::Utilisation && scaler.on != plan::ScaleOn::RequestRate;
  });
  return plan;
}

/// Scalers are where the solution expects them to come to, which may take them longer than the run; if
/// nothing else of the plan is against it.
std::shared_ptr<const plan::Plan> asScaled(const std::shared_ptr<const plan::Plan>& plan,
                                           const Solution& solution) {
  plan::Plan scaled = *plan;
  for (const plan::Scaler& scaler : plan->scalers) {
    const std::uint32_t instances = solution.pools[scaler.pool].instances;
    scaled.pools[scaler.pool].instances = instances;
    for (plan::Pool& part : scaled.pools) {
      part.instances = part.isPart && part.host == scaler.pool ? instances : part.instances;
    }
  }
  auto shared = std::make_shared<const plan::Plan>(std::move(scaled));
  return sim::Simulation::create(shared, {}).ok() ? shared : plan;
}

/// Chance is what the forecast leaves out: designs where it matters to rates are not for it.
bool isWithoutChance(const Solution& solution, const plan::Plan& plan) {
  return solution.isStable && solution.hasConverged &&
         std::all_of(
             solution.links.begin(), solution.links.end(),
             [](const LinkSolution& link) { return link.failed.isSolved() && link.failed.value < 1e-4; }) &&
         std::all_of(plan.sources.begin(), plan.sources.end(),
                     [](const plan::Source& source) { return source.kind == plan::SourceKind::Open; });
}

/// Of sessions that are too many, it is chance, and stays so for a long time, which find a place.
bool isShortOfPlaces(const plan::Plan& plan) {
  return std::any_of(plan.sources.begin(), plan.sources.end(), [&](const plan::Source& source) {
    return source.kind == plan::SourceKind::Sessions &&
           plan::meanRate(plan, source) < 0.999 * source.rate.raw();
  });
}

/// Buckets begin full, and quotas unused: until they are empty they refuse less than in the steady state.
bool isDraining(const plan::Plan& plan, const Solution& solution, double warmup) {
  for (std::size_t i = 0; i < plan.tokens.size(); ++i) {
    const TokensSolution& of = solution.tokens[i];
    const bool isFelt = of.refused.isSolved() && of.refused.value > 1e-3;
    if (plan.tokens[i].refill == plan::Refill::Continuous && isFelt &&
        of.refused.value * of.asked.value * warmup < static_cast<double>(plan.tokens[i].size)) {
      return true;
    }
    if (isFelt && warmup < plan.tokens[i].window.inSeconds()) {
      return true;
    }
  }
  return false;
}

bool isOrdinary(const plan::Pool& pool, const PoolSolution& solved) {
  return solved.servers > 0 && pool.contention == 0 && pool.coherency == 0 && !pool.isOnDemand() &&
         solved.wait.isSolved();
}

void addForecast(const std::string& name, const plan::Plan& plan, const Solution& solution,
                 const fluid::Hour& hour, AgreementReport& report) {
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const PoolSolution& pool = solution.pools[i];
    if (isOrdinary(plan.pools[i], pool)) {
      add(report, name + " forecast utilisation of " + pool.key, pool.utilisation, hour.pools[i].utilisation,
          kForecastRates * pool.utilisation.value);
    }
  }
  for (std::size_t k = 0; k < plan.classes.size(); ++k) {
    const ClassSolution& of = solution.classes[k];
    const fluid::Hour::OfClass& forecast = hour.classes[k];
    if (of.mean.isSolved() && of.offered.value > 0 && std::isfinite(forecast.mean)) {
      add(report, name + " forecast mean of " + of.key, of.mean, forecast.mean,
          kForecastTimes * of.mean.value);
    }
    if (of.p99.isSolved() && of.offered.value > 0 && std::isfinite(forecast.p99)) {
      add(report, name + " forecast p99 of " + of.key, of.p99, forecast.p99, kForecastTimes * of.p99.value);
    }
  }
}

}  // namespace

std::vector<Comparison> AgreementReport::outside() const {
  std::vector<Comparison> found;
  std::copy_if(figures.begin(), figures.end(), std::back_inserter(found),
               [](const Comparison& each) { return each.isOutside(); });
  return found;
}

std::string AgreementReport::worst(std::size_t most) const {
  std::vector<Comparison> sorted = figures;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Comparison& a, const Comparison& b) { return a.excess > b.excess; });
  std::string text = formatNumber(static_cast<double>(solvedClasses)) + " classes solved, " +
                     formatNumber(static_cast<double>(forecasts)) + " forecasts, " +
                     formatNumber(static_cast<double>(otherClasses)) + " not solvable, " +
                     formatNumber(static_cast<double>(figures.size())) + " figures; the worst:\n";
  for (std::size_t i = 0; i < sorted.size() && i < most; ++i) {
    const Comparison& each = sorted[i];
    text += "  " + each.what + ": " + formatNumber(each.solved, 5) + " +- " +
            formatNumber(100 * each.band, 2) + " %, simulated " + formatNumber(each.simulated, 5) + ", " +
            formatNumber(each.excess, 2) + " of what is allowed\n";
  }
  return text;
}

void compare(const std::string& name, const std::shared_ptr<const plan::Plan>& original, double requests,
             std::uint64_t seed, AgreementReport& report) {
  const auto plan = std::make_shared<const plan::Plan>(asSolved(*original));
  const Result<plan::Visits> visits = plan::visits(*plan);
  SolveOptions options;
  options.withSensitivities = options.withOtherState = false;
  const Result<Solution> solution =
      visits ? solve(*plan, *visits, options) : Result<Solution>(visits.error());
  double rate = 0;
  for (const plan::Source& source : plan->sources) {
    rate += source.rate.raw();
  }
  if (!solution || rate <= 0) {
    return;
  }
  double seconds = std::clamp(requests / rate, 3.0, 600.0);
  double warmup = 0;
  for (const plan::ConsumerGroup& group : plan->groups) {
    if (group.commitPause > Duration()) {
      warmup = std::min(kLongestForWindows, std::max(warmup, group.commitInterval.inSeconds()));
      seconds = std::max(seconds, std::min(kLongestForWindows, 2 * group.commitInterval.inSeconds()));
    }
  }
  for (const plan::Window& window : plan->windows) {
    seconds = std::max(seconds, std::min(kLongestForWindows, kWindows * window.slide.inSeconds()));
    warmup = std::max(warmup, (window.size + window.lateness).inSeconds());  // until the first ends
  }
  sim::RunConfig config;
  config.seed = seed;
  config.duration = Duration::seconds(seconds);
  config.warmup = Duration::seconds(std::max(seconds / 4, std::min(kLongestForWindows, warmup)));
  config.maxFrames = 200'000;
  config.traced = 0;
  if (isDraining(*plan, *solution, config.warmup.inSeconds())) {
    return;
  }
  const Result<sim::RunResult> run = sim::simulate(asScaled(plan, *solution), config);
  if (!run || !run->isComplete) {
    return;
  }
  for (std::size_t k = 0; k < solution->classes.size(); ++k) {
    compareClass(name + " " + solution->classes[k].key, solution->classes[k], run->classes[k], seconds,
                 !isShortOfPlaces(*plan), report);
  }
  const bool isSteady =
      std::all_of(solution->classes.begin(), solution->classes.end(),
                  [&](const ClassSolution& of) { return of.mean.isSolved() && of.mean.value < seconds / 5; });
  if (isSteady && !isShortOfPlaces(*plan)) {
    compareParts(name, *plan, *solution, *run, seconds, report);
  }
}

void compareForecast(const std::string& name, const plan::Plan& original, AgreementReport& report) {
  plan::Plan plan = original;
  plan.actions.clear();
  plan.controls.clear();
  plan.scalers.clear();
  for (plan::Source& source : plan.sources) {
    source.curve = {};
  }
  const Result<plan::Visits> visits = plan::visits(plan);
  SolveOptions options;
  options.withSensitivities = options.withOtherState = false;
  const Result<Solution> solution = visits ? solve(plan, *visits, options) : Result<Solution>(visits.error());
  if (!solution || !isWithoutChance(*solution, plan)) {
    return;
  }
  const Result<fluid::Forecast> forecast = fluid::forecast(plan, {.span = 3600});
  if (forecast && !forecast->hours.empty()) {
    ++report.forecasts;
    addForecast(name, plan, *solution, forecast->hours.front(), report);
  }
}

void compareTemplate(const std::string& key, double requests, std::uint64_t seed, AgreementReport& report) {
  const auto loaded = storage::openDesignOrTemplate(key, catalog::Catalog::builtIn());
  if (!loaded) {
    report.figures.push_back({key + " does not open", 0, 0, 0, INFINITY});
    return;
  }
  Design design = loaded->design;
  design.controls = {};
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  compareForecast(key, *compiled.plan, report);
  compare(key, compiled.plan, requests, seed, report);
}

void writeReport(const AgreementReport& report, const std::string& file) {
  std::ofstream out(file, std::ios::binary);
  out << report.worst(report.figures.size());
}

AgreementReport compareRandomDesigns(std::uint64_t first, std::uint64_t last, double requests) {
  using cantilever::test::builtIn;
  using cantilever::test::DesignMaker;
  AgreementReport report;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const Design design = DesignMaker(seed, 0, DesignMaker::Wiring::Forward).make();
    const compile::Compiled compiled = compile::compile(design, builtIn());
    if (compiled.plan != nullptr && !compiled.plan->sources.empty()) {
      const std::string name = "seed " + formatNumber(static_cast<double>(seed));
      compareForecast(name, *compiled.plan, report);
      compare(name, compiled.plan, requests, seed, report);
    }
  }
  return report;
}

}  // namespace cantilever::analytic::test
