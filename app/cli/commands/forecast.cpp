#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/option_values.h"
#include "app/cli/output.h"
#include "app/cli/run_options.h"
#include "app/cli/text_table.h"
#include "core/advice/promises.h"
#include "core/base/text.h"
#include "core/exchange/file_set.h"
#include "core/exchange/forecast_profile.h"
#include "core/exchange/forecast_report.h"
#include "core/fluid/forecast.h"

namespace cantilever::cli::commands {
namespace {

using Align = TextTable::Align;

struct ForecastCommand {
  DesignArgument design;
  Output output;
  std::string profile;
  std::string scenario;
  std::string seriesFile;
  Duration duration;
  Duration step = Duration::seconds(1);
  double load = 1;
  double growthPerCent = 0;
  bool startsCold = false;
};

/// Longer tables are for nobody; a longer step makes them shorter.
constexpr double kMostSeriesLines = 1'000'000;

std::string spanText(double seconds) {
  return seconds <= 0 ? "-" : formatShort(Duration::seconds(std::min(seconds, 3e9)));
}
std::string perSecondText(double rate) {
  return formatShort(perSecond(rate));
}
std::string per100Text(double share) {
  return formatNumber(100 * share, 4) + " %";
}
std::string amountText(double amount) {
  return formatNumber(amount, 4);
}

std::string afterBlank(const TextTable& table) {
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string classRows(const fluid::Forecast& forecast) {
  TextTable table({{"CLASS"},
                   {"OFFERED", Align::Right},
                   {"FAILED", Align::Right},
                   {"PEAK", Align::Right},
                   {"AT"},
                   {"WORST P95", Align::Right},
                   {"WORST P99", Align::Right},
                   {"BAND", Align::Right}});
  for (const fluid::ClassCourse& of : forecast.classes) {
    const bool isSolved = of.trust.exactness != analytic::Exactness::NotSolvable;
    table.add({of.key, amountText(of.offered), amountText(of.failed), perSecondText(of.offeredRate.value),
               exchange::momentText(of.offeredRate.at), of.p95.value > 0 ? spanText(of.p95.value) : "-",
               of.p99.value > 0 ? spanText(of.p99.value) : "-",
               isSolved ? "+-" + formatNumber(100 * of.band, 2) + " %" : "partly unknown"});
  }
  return afterBlank(table);
}

std::string poolRows(const fluid::Forecast& forecast) {
  TextTable table({{"POOL"},
                   {"HIGHEST UTILISATION", Align::Right},
                   {"AT"},
                   {"MOST WAITING", Align::Right},
                   {"LONGEST WAIT", Align::Right},
                   {"SATURATED FOR", Align::Right},
                   {"INSTANCES", Align::Right},
                   {"INSTANCE HOURS", Align::Right},
                   {"MODEL"}});
  std::vector<const fluid::PoolCourse*> pools;
  for (const fluid::PoolCourse& of : forecast.pools) {
    pools.push_back(&of);
  }
  std::stable_sort(pools.begin(), pools.end(),
                   [](const auto* a, const auto* b) { return a->utilisation.value > b->utilisation.value; });
  for (const fluid::PoolCourse* of : pools) {
    table.add({of->key, per100Text(of->utilisation.value), exchange::momentText(of->utilisation.at),
               amountText(of->waiting.value), spanText(of->wait.value), spanText(of->saturatedSeconds),
               "up to " + amountText(of->instances.value), amountText(of->instanceHours),
               of->trust.exactness == analytic::Exactness::Exact ? "exact" : "~ " + of->trust.why});
  }
  return afterBlank(table);
}

std::string otherRows(const fluid::Forecast& forecast) {
  TextTable groups({{"CONSUMERS"},
                    {"RECEIVED", Align::Right},
                    {"LARGEST LAG", Align::Right},
                    {"AT"},
                    {"LONGEST WAIT", Align::Right},
                    {"DROPPED", Align::Right},
                    {"LAG AT THE END", Align::Right}});
  for (const fluid::GroupCourse& of : forecast.groups) {
    groups.add({of.key, amountText(of.received), amountText(of.lag.value), exchange::momentText(of.lag.at),
                spanText(of.wait.value), amountText(of.dropped), amountText(of.lagAtEnd)});
  }
  TextTable logs({{"LOG"},
                  {"APPENDED", Align::Right},
                  {"STORED AT THE END", Align::Right},
                  {"GROWS A DAY", Align::Right}});
  for (const fluid::LogCourse& of : forecast.logs) {
    logs.add({of.key, formatShort(bytes(of.bytes)), formatShort(bytes(of.storedAtEnd)),
              formatShort(bytes(std::max(0.0, of.growthPerDay)))});
  }
  TextTable meters({{"METER"}, {"OFFERED", Align::Right}, {"UNIT"}, {"DROPPED", Align::Right}});
  for (const fluid::MeterCourse& of : forecast.meters) {
    meters.add({of.key, amountText(of.offered), of.unit, amountText(of.dropped)});
  }
  return afterBlank(groups) + afterBlank(logs) + afterBlank(meters);
}

std::string saturationRows(const fluid::Forecast& forecast) {
  constexpr std::size_t kMost = 20;
  TextTable table({{"SATURATED"},
                   {"WHAT"},
                   {"FROM"},
                   {"UNTIL"},
                   {"MOST WAITING", Align::Right},
                   {"LONGEST WAIT", Align::Right},
                   {"REFUSED", Align::Right}});
  for (std::size_t i = 0; i < forecast.saturations.size() && i < kMost; ++i) {
    const fluid::Saturation& of = forecast.saturations[i];
    table.add({of.key, of.kind, exchange::momentText(of.from),
               of.isOver ? exchange::momentText(of.until) : "the end", amountText(of.peakWaiting),
               spanText(of.peakWait), amountText(of.refused)});
  }
  const std::string more = forecast.saturations.size() > kMost
                               ? "and " + std::to_string(forecast.saturations.size() - kMost) + " more.\n"
                               : std::string();
  return afterBlank(table) + more;
}

std::string promiseText(const fluid::Promise& promise, double value) {
  if (!std::isfinite(value)) {
    return "-";
  }
  return promise.of == fluid::Promise::Of::Success      ? per100Text(value)
         : promise.of == fluid::Promise::Of::Throughput ? perSecondText(value)
                                                        : spanText(value);
}

std::string promiseRows(const fluid::Forecast& forecast) {
  TextTable table({{"OBJECTIVE"},
                   {"LIMIT", Align::Right},
                   {"VIOLATED", Align::Right},
                   {"FIRST AT"},
                   {"WORST", Align::Right},
                   {"AT"},
                   {"NOT KNOWN", Align::Right}});
  std::string reasons;
  for (const fluid::PromiseCourse& of : forecast.promises) {
    const bool isKnown = std::isfinite(of.worst);
    table.add({of.promise.key, promiseText(of.promise, of.promise.limit),
               isKnown ? formatNumber(of.violatedSeconds / 60, 4) + " min" : "-",
               of.firstAt < 0 ? "-" : exchange::momentText(of.firstAt), promiseText(of.promise, of.worst),
               isKnown ? exchange::momentText(of.worstAt) : "-",
               formatNumber(of.unknownSeconds / 60, 4) + " min"});
    reasons += of.why.empty() ? "" : of.promise.key + ": not known: " + of.why + ".\n";
  }
  return afterBlank(table) + reasons;
}

std::string eventRows(const fluid::Forecast& forecast) {
  constexpr std::size_t kMost = 20;
  TextTable table({{"AT"}, {"WHAT"}, {"OF"}, {"HOW MANY", Align::Right}, {"BY"}});
  for (std::size_t i = 0; i < forecast.events.size() && i < kMost; ++i) {
    const fluid::Event& of = forecast.events[i];
    table.add(
        {exchange::momentText(of.at), exchange::nameOf(of.kind), of.element, amountText(of.count), of.by});
  }
  const std::string more =
      forecast.events.size() > kMost
          ? "and " + std::to_string(forecast.events.size() - kMost) + " more; --json has the first 10,000.\n"
          : std::string();
  return afterBlank(table) + more;
}

std::string forecastText(const Design& design, const fluid::Forecast& forecast) {
  std::string unrepresented;
  for (const analytic::Unrepresented& of : forecast.unrepresented) {
    unrepresented += std::string(analytic::nameOf(of.kind)) + " " + of.element + ": " + of.what + "\n";
  }
  return design.name + ": " + spanText(forecast.span) + " as a flow, at most " +
         perSecondText(forecast.load.value) + " (at " + exchange::momentText(forecast.load.at) + ")\n" +
         classRows(forecast) + poolRows(forecast) + otherRows(forecast) + saturationRows(forecast) +
         promiseRows(forecast) + eventRows(forecast) +
         (unrepresented.empty() ? "" : "\nNot represented:\n" + unrepresented);
}

/// Sets span and courses.
Result<void> takeProfile(const ForecastCommand& command, const CompiledDesign& opened,
                         fluid::Options& options) {
  const plan::Plan& plan = *opened.compiled.plan;
  if (const Result<void> named = exchange::useProfile(command.profile, opened.design, plan, options);
      !named) {
    const Result<std::string> text = exchange::readFile(command.profile);
    if (!text) {
      return named.error();
    }
    const Result<exchange::LoadTable> table = exchange::readLoadTable(*text, command.profile);
    if (!table) {
      return table.error();
    }
    exchange::useLoadTable(*table, plan, options);
  }
  if (command.duration < Duration()) {
    return Error{"forecast.duration",
                 "The time that is forecast cannot be negative; 0 s is as long as the profile.",
                 "--duration"};
  }
  if (command.duration > Duration()) {
    options.span = command.duration.inSeconds();
  }
  return {};
}

Exit runForecast(const ForecastCommand& command) {
  compile::Options compileOptions;
  compileOptions.scenario = ScenarioId(command.scenario);
  const auto opened = openAndCompile(command.design, compileOptions);
  if (!opened) {
    return Exit::BadInput;
  }
  const plan::Plan& plan = *opened->compiled.plan;
  warnIfNothingArrives(*opened);
  fluid::Options options;
  if (const Result<void> taken = takeProfile(command, *opened, options); !taken) {
    printError(taken.error());
    return Exit::BadInput;
  }
  options.step = command.step.inSeconds();
  options.loadFactor = command.load;
  options.growthPerMonth = command.growthPerCent / 100;
  options.startsCold = command.startsCold;
  options.promises = advice::promisesOf(opened->design, plan);
  if (!(options.step >= 1e-3) || !(options.span >= options.step)) {
    printError({"forecast.step",
                "The step must be 1 ms at least and not longer than the time that is forecast.",
                {}});
    return Exit::BadInput;
  }
  std::string series;
  if (!command.seriesFile.empty()) {
    if (options.span / options.step > kMostSeriesLines) {
      printError(
          {"forecast.step", "The series would have more than a million lines: choose a longer --step.", {}});
      return Exit::BadInput;
    }
    series = exchange::forecastHeadings(plan);
    options.onStep = [&series](const fluid::Sample& sample) { series += exchange::forecastLine(sample); };
  }
  const Result<fluid::Forecast> forecast = fluid::forecast(plan, options);
  if (!forecast) {
    printError(forecast.error());
    return Exit::BadInput;
  }
  if (!command.seriesFile.empty()) {
    if (const Result<void> written = exchange::writeFile(command.seriesFile, series); !written) {
      printError(written.error());
      return Exit::BadInput;
    }
  }
  const bool isKept = std::all_of(forecast->promises.begin(), forecast->promises.end(),
                                  [](const fluid::PromiseCourse& of) { return of.violatedSeconds <= 0; });
  return command.output.emit(command.output.isJson ? exchange::forecastJson(opened->design, *forecast, plan)
                                                   : forecastText(opened->design, *forecast),
                             isKept ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpForecast(CLI::App& app) {
  const auto options = std::make_shared<ForecastCommand>();
  options->design.addTo(app);
  options->profile = "design";
  app.add_option("--profile", options->profile,
                 "The load over time: day, week, month, year, a CSV file with time and rate, or design: the "
                 "workloads' own curves")
      ->capture_default_str()
      ->type_name("PROFILE");
  addDuration(app, "--duration", options->duration, "How long; 0 s: as long as the profile, 24 h of design");
  addDuration(app, "--step", options->step, "Of the series, and the longest piece while anything waits");
  addLoadFactor(app, options->load, {1e-6, 1e6});
  addNumber(app, "--growth", options->growthPerCent, {-50, 1000},
            "Growth of the load in per cent a month of 30 days, compound")
      ->type_name("PER CENT");
  addScenario(app, options->scenario, "Play this scenario of the design");
  app.add_flag("--cold", options->startsCold,
               "Begin with caches as a simulation does, not as if they were warm");
  app.add_option("--csv", options->seriesFile, "Write the series, a line for each step, as CSV")
      ->type_name("FILE");
  options->output.addOptions(app);
  app.footer(
      "Forecasts hours, days and months as a flow, in milliseconds: backlogs, waits, lag, scaling, warm-up, "
      "growth, "
      "instance\n"
      "hours and how long objectives are not met. Says what it does not represent. Exits 1 if an objective "
      "is "
      "violated.\n\n"
      "  cantilever-cli forecast high_traffic_web --profile day\n"
      "  cantilever-cli forecast high_traffic_web --profile year --growth 6 --json\n"
      "  cantilever-cli forecast shop.json --profile black-friday.csv --csv series.csv");
  return [options] { return runForecast(*options); };
}

}  // namespace

Command forecast() {
  return {"forecast", "Forecast hours, days and months of a design as a flow", setUpForecast};
}

}  // namespace cantilever::cli::commands
