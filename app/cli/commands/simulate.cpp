#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/option_values.h"
#include "app/cli/output.h"
#include "app/cli/replications.h"
#include "app/cli/run_options.h"
#include "app/cli/study_text.h"
#include "app/cli/text_table.h"
#include "core/advice/checklist.h"
#include "core/base/text.h"
#include "core/exchange/file_set.h"
#include "core/exchange/reports.h"
#include "core/exchange/run_elements.h"
#include "core/experiment/batch_interval.h"

namespace cantilever::cli::commands {
namespace {

using Align = TextTable::Align;

struct SimulateOptions {
  DesignArgument design;
  RunOptions run;
  Output output;
  std::string tracesFile;
  std::string seriesFile;
  std::uint32_t replications = 1;
  bool hasWarmUp = false;  ///< the user has said how long
};

std::string shortTime(std::int64_t ns) {
  return formatShort(Duration::nanoseconds(ns));
}

/// A quantile, or a dash if nothing was measured.
std::string quantileText(const sim::Histogram& histogram, double q) {
  return histogram.count() == 0 ? "-" : shortTime(histogram.quantileNs(q));
}

/// "12.3 ms +- 0.4 ms", or what is known of it.
std::string meanText(const sim::RunResult& run) {
  if (run.latency.count() == 0) {
    return "-";
  }
  const experiment::Estimate mean = experiment::meanLatencyOf(run);
  const std::string text = formatNumber(mean.mean * 1e-6, 4) + " ms";
  return std::isfinite(mean.halfWidth) ? text + " +- " + formatNumber(mean.halfWidth * 1e-6, 2) + " ms"
                                       : text;
}

std::string censoredNote(const sim::RunResult& run) {
  std::string note;
  for (const sim::ClassResult& result : run.classes) {
    if (result.isCensored()) {
      note += "Censored: more than 1 % of the requests of " + result.key +
              " had not ended, the percentiles leave out the slowest.\n";
    }
  }
  return note;
}

/// The share of successes leaves out what was in flight at the end, as objectives do.
std::string classTable(const sim::RunResult& run) {
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  TextTable table({{"CLASS"},
                   {"OFFERED", Align::Right},
                   {"SUCCEEDED", Align::Right},
                   {"FAILED", Align::Right},
                   {"UNFINISHED", Align::Right},
                   {"P50", Align::Right},
                   {"P95", Align::Right},
                   {"P99", Align::Right}});
  for (const sim::ClassResult& result : run.classes) {
    const double offered = static_cast<double>(result.offered);
    const double ended = static_cast<double>(result.offered - result.unfinished);
    table.add({result.key, seconds > 0 ? formatShort(perSecond(offered / seconds)) : "-",
               ended > 0 ? formatNumber(100 * static_cast<double>(result.succeeded) / ended, 5) + " %" : "-",
               std::to_string(result.failedTotal()), std::to_string(result.unfinished),
               quantileText(result.latency, 0.5), quantileText(result.latency, 0.95),
               quantileText(result.latency, 0.99)});
  }
  table.add({"all", "", "", "", "", quantileText(run.latency, 0.5), quantileText(run.latency, 0.95),
             quantileText(run.latency, 0.99)});
  return table.text();
}

std::string failureTable(const sim::RunResult& run) {
  TextTable table({{"CLASS"}, {"FAILED BECAUSE"}, {"REQUESTS", Align::Right}});
  for (const sim::ClassResult& result : run.classes) {
    for (std::size_t reason = 1; reason < result.failed.size(); ++reason) {
      if (result.failed[reason] > 0) {
        table.add({result.key, plan::nameOf(static_cast<plan::Reason>(reason)),
                   std::to_string(result.failed[reason])});
      }
    }
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// The fullest first; pools without a limit have no utilisation and come last.
std::string poolTable(const sim::RunResult& run) {
  std::vector<const sim::PoolResult*> pools;
  for (const sim::PoolResult& pool : run.pools) {
    pools.push_back(&pool);
  }
  std::stable_sort(pools.begin(), pools.end(), [](const sim::PoolResult* a, const sim::PoolResult* b) {
    return a->utilisation > b->utilisation;
  });
  TextTable table({{"POOL"},
                   {"INSTANCES", Align::Right},
                   {"UTILISATION", Align::Right},
                   {"MEAN QUEUE", Align::Right},
                   {"WAIT P99", Align::Right},
                   {"SERVED", Align::Right},
                   {"REFUSED", Align::Right}});
  for (const sim::PoolResult* pool : pools) {
    table.add({pool->key, std::to_string(pool->instances),
               pool->servers == 0 ? "unlimited" : formatShort(ratio(pool->utilisation)),
               formatNumber(pool->meanQueue, 3), quantileText(pool->waiting, 0.99),
               std::to_string(pool->served), std::to_string(pool->refused)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// Where the time of the successes went; small shares together.
std::string pathTable(const sim::RunResult& run) {
  constexpr double kLeastShare = 0.02;
  TextTable table(
      {{"CLASS"}, {"WHERE THE TIME GOES"}, {"AT"}, {"SHARE", Align::Right}, {"MEAN", Align::Right}});
  for (const sim::PathResult& path : run.paths) {
    const auto add = [&, name = run.classes[path.requestClass].key](const std::string& what,
                                                                    const std::string& at, std::int64_t ns) {
      table.add({name, what, at,
                 formatShort(ratio(static_cast<double>(ns) / static_cast<double>(path.totalNs))),
                 shortTime(ns / static_cast<std::int64_t>(path.requests))});
    };
    std::int64_t rest = path.totalNs;
    for (const sim::PathShare& share : path.shares) {
      if (static_cast<double>(share.ns) < kLeastShare * static_cast<double>(path.totalNs)) {
        break;
      }
      std::string doing = sim::nameOf(share.doing);
      std::replace(doing.begin(), doing.end(), '_', ' ');
      add(doing, exchange::elementKey(run, share.doing, share.element), share.ns);
      rest -= share.ns;
    }
    if (rest > 0) {
      add("all else", "", rest);
    }
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// Those where something went wrong, or was tried again.
std::string linkTable(const sim::RunResult& run) {
  TextTable table({{"LINK"},
                   {"CALLS", Align::Right},
                   {"FAILED", Align::Right},
                   {"TIMED OUT", Align::Right},
                   {"LOST", Align::Right},
                   {"RETRIES", Align::Right},
                   {"HEDGES", Align::Right},
                   {"NOT SENT", Align::Right},
                   {"BREAKER OPEN", Align::Right}});
  for (const sim::LinkResult& link : run.links) {
    if (link.failed + link.retries + link.hedges + link.notSent > 0) {
      table.add({link.key, std::to_string(link.calls), std::to_string(link.failed),
                 std::to_string(link.timedOut), std::to_string(link.lost), std::to_string(link.retries),
                 std::to_string(link.hedges), std::to_string(link.notSent),
                 formatShort(ratio(link.openShare))});
    }
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// What went over the network, where requests have sizes or zones are crossed.
std::string trafficTable(const sim::RunResult& run) {
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  TextTable table(
      {{"LINK"}, {"SENT", Align::Right}, {"RECEIVED", Align::Right}, {"TO OTHER ZONES", Align::Right}});
  for (const sim::LinkResult& link : run.links) {
    if (link.calls == 0 || link.sentBytes + link.receivedBytes + link.crossZone == 0) {
      continue;
    }
    const auto rate = [&](std::uint64_t bytes) {
      return seconds > 0 ? formatShort(bytesPerSecond(static_cast<double>(bytes) / seconds)) : "-";
    };
    table.add({link.key, rate(link.sentBytes), rate(link.receivedBytes),
               formatShort(ratio(static_cast<double>(link.crossZone) / static_cast<double>(link.calls)))});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// Those that were down.
std::string zoneTable(const sim::RunResult& run) {
  TextTable table({{"ZONE"}, {"OUTAGES", Align::Right}, {"DOWN", Align::Right}});
  for (const sim::ZoneResult& zone : run.zones) {
    if (zone.outages > 0 || zone.downShare > 0) {
      table.add({zone.key, std::to_string(zone.outages), formatShort(ratio(zone.downShare))});
    }
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string cacheTable(const sim::RunResult& run) {
  TextTable table({{"CACHE"},
                   {"LOOK-UPS", Align::Right},
                   {"HITS", Align::Right},
                   {"WAITED FOR ANOTHER'S", Align::Right},
                   {"ENTRIES", Align::Right},
                   {"EVICTIONS", Align::Right},
                   {"EXPIRED", Align::Right}});
  for (const sim::CacheResult& cache : run.caches) {
    const double lookups = static_cast<double>(cache.lookups);
    table.add({cache.key, std::to_string(cache.lookups),
               cache.lookups > 0 ? formatShort(ratio(static_cast<double>(cache.hits) / lookups)) : "-",
               std::to_string(cache.coalesced), std::to_string(cache.entries),
               std::to_string(cache.evictions), std::to_string(cache.expirations)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string tokensTable(const sim::RunResult& run) {
  TextTable table({{"TOKENS"},
                   {"SIZE", Align::Right},
                   {"ASKED", Align::Right},
                   {"REFUSED", Align::Right},
                   {"SHED", Align::Right},
                   {"GAVE UP", Align::Right},
                   {"MEAN HELD", Align::Right},
                   {"WAIT P99", Align::Right}});
  for (const sim::TokensResult& tokens : run.tokens) {
    table.add({tokens.key, std::to_string(tokens.size), std::to_string(tokens.asked),
               std::to_string(tokens.refused), std::to_string(tokens.shed), std::to_string(tokens.abandoned),
               formatNumber(tokens.meanHeld, 3), quantileText(tokens.waiting, 0.99)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string groupTable(const sim::RunResult& run) {
  TextTable table({{"CONSUMERS"},
                   {"OF"},
                   {"CONSUMED", Align::Right},
                   {"MEAN LAG", Align::Right},
                   {"MAX LAG", Align::Right},
                   {"LAG P99", Align::Right},
                   {"END TO END P99", Align::Right},
                   {"AGAIN", Align::Right},
                   {"DEAD", Align::Right},
                   {"LOST", Align::Right}});
  for (const sim::GroupResult& group : run.groups) {
    table.add({group.key, run.logs[group.log].key, std::to_string(group.consumed),
               formatNumber(group.meanWaiting, 3), std::to_string(group.maxWaiting),
               quantileText(group.wait, 0.99), quantileText(group.latency, 0.99),
               std::to_string(group.redelivered), std::to_string(group.deadLetters),
               std::to_string(group.expired)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string storeTable(const sim::RunResult& run) {
  TextTable table({{"STORE"},
                   {"WRITES", Align::Right},
                   {"LOST", Align::Right},
                   {"FAILOVERS", Align::Right},
                   {"NOT COVERED", Align::Right},
                   {"WITHOUT PRIMARY", Align::Right}});
  for (const sim::StoreResult& store : run.stores) {
    table.add({store.key, std::to_string(store.writes), std::to_string(store.lostWrites),
               std::to_string(store.failovers), std::to_string(store.notCovered), shortTime(store.downNs)});
  }
  TextTable copies({{"COPIES"},
                    {"READS", Align::Right},
                    {"STALE", Align::Right},
                    {"SHARE", Align::Right},
                    {"APPLIED AFTER P99", Align::Right}});
  for (const sim::GroupResult& group : run.groups) {
    if (group.reads > 0) {
      copies.add(
          {group.key, std::to_string(group.reads), std::to_string(group.staleReads),
           formatShort(ratio(static_cast<double>(group.staleReads) / static_cast<double>(group.reads))),
           quantileText(group.inLog, 0.99)});
    }
  }
  return (table.isEmpty() ? std::string() : "\n" + table.text()) +
         (copies.isEmpty() ? std::string() : "\n" + copies.text());
}

std::string batchTable(const sim::RunResult& run) {
  TextTable table({{"BATCHES OF"},
                   {"CALLS", Align::Right},
                   {"BATCHES", Align::Right},
                   {"CALLS IN ONE", Align::Right},
                   {"MEAN WAIT", Align::Right}});
  for (const sim::BatchResult& batch : run.callBatches) {
    const auto calls = static_cast<double>(batch.wait.count());
    table.add({batch.key, std::to_string(batch.calls), std::to_string(batch.batches),
               batch.batches > 0 ? formatNumber(calls / static_cast<double>(batch.batches), 4) : "-",
               batch.wait.count() > 0 ? formatShort(Duration::nanoseconds(std::llround(batch.wait.meanNs())))
                                      : "-"});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string streamTable(const sim::RunResult& run) {
  TextTable table({{"STREAM"},
                   {"EVENTS", Align::Right},
                   {"LATE", Align::Right},
                   {"ENDED", Align::Right},
                   {"OUTCOMES", Align::Right},
                   {"MOST KEYS OPEN", Align::Right}});
  for (const sim::StreamResult& stream : run.streams) {
    table.add({stream.key, std::to_string(stream.events), std::to_string(stream.late),
               std::to_string(stream.windows), std::to_string(stream.outcomes),
               std::to_string(stream.maxOpen)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string writeBackTable(const sim::RunResult& run) {
  TextTable table({{"WRITE-BACK"},
                   {"WRITES", Align::Right},
                   {"ABSORBED", Align::Right},
                   {"WRITTEN BACK", Align::Right},
                   {"LOST", Align::Right},
                   {"DIRTY", Align::Right}});
  for (const sim::CacheResult& cache : run.caches) {
    if (cache.writes + cache.dirty > 0) {
      table.add({cache.key, std::to_string(cache.writes), std::to_string(cache.absorbed),
                 std::to_string(cache.writeBacks), std::to_string(cache.lostWrites),
                 std::to_string(cache.dirty)});
    }
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string sessionTable(const sim::RunResult& run) {
  TextTable table({{"SESSIONS OF"},
                   {"ALL", Align::Right},
                   {"MEAN CONNECTED", Align::Right},
                   {"LOST", Align::Right},
                   {"CONNECTED AGAIN", Align::Right},
                   {"NO PLACE", Align::Right}});
  for (const sim::SessionResult& of : run.sessions) {
    table.add({of.key, std::to_string(of.sessions), formatNumber(of.meanConnected, 6),
               std::to_string(of.lost), std::to_string(of.connects), std::to_string(of.refused)});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string meterTable(const sim::RunResult& run) {
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  TextTable table(
      {{"METER"}, {"UNIT"}, {"SUM", Align::Right}, {"PER SECOND", Align::Right}, {"DROPPED", Align::Right}});
  for (const sim::MeterResult& meter : run.meters) {
    table.add({meter.key, meter.unit, formatNumber(meter.offered, 6),
               seconds > 0 ? formatNumber(meter.offered / seconds, 4) : "-",
               meter.offered > 0 ? formatShort(ratio(meter.dropped / meter.offered)) : "-"});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string controlTable(const sim::RunResult& run) {
  TextTable table(
      {{"CONTROL"}, {"FIRED", Align::Right}, {"FIRST AT", Align::Right}, {"RAISED", Align::Right}});
  for (const sim::ControlResult& control : run.controls) {
    table.add({control.key, std::to_string(control.fired),
               control.firstNs < 0 ? "-" : shortTime(control.firstNs),
               formatShort(ratio(control.raisedShare))});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// Instances as results number them, from 0.
std::string subjectOf(const sim::RunResult& run, const sim::Happening& each) {
  if (each.link < run.links.size()) {
    return run.links[each.link].key;
  }
  if (each.zone < run.zones.size()) {
    const bool isPair = each.otherZone < run.zones.size();
    return run.zones[each.zone].key + (isPair ? " and " + run.zones[each.otherZone].key : std::string());
  }
  if (each.control < run.controls.size()) {
    return run.controls[each.control].key;
  }
  if (each.flag < run.flags.size()) {
    return run.flags[each.flag];
  }
  if (each.pool >= run.pools.size()) {
    return {};
  }
  const bool isOfAll = each.instance == sim::Happening::kEach;
  return run.pools[each.pool].key + (isOfAll ? std::string() : " " + std::to_string(each.instance));
}

/// What changed the system, the first of it.
std::string happeningTable(const sim::RunResult& run) {
  constexpr std::size_t kMost = 30;
  TextTable table({{"AT", Align::Right}, {"WHAT"}, {"OF"}, {"BECAUSE OF"}});
  for (std::size_t i = 0; i < run.happenings.size() && i < kMost; ++i) {
    const sim::Happening& each = run.happenings[i];
    std::string what = sim::nameOf(each.kind);
    std::replace(what.begin(), what.end(), '_', ' ');
    table.add({shortTime(each.atNs), what, subjectOf(run, each), sim::nameOf(each.cause)});
  }
  if (table.isEmpty()) {
    return {};
  }
  const std::uint64_t left =
      run.happenings.size() + run.happeningsLeftOut - std::min(run.happenings.size(), kMost);
  return "\n" + table.text() + (left > 0 ? "and " + std::to_string(left) + " more\n" : "");
}

std::string measuredText(Metric metric, const std::optional<double>& measured) {
  if (!measured) {
    return "not measured";
  }
  switch (metric) {
    case Metric::SuccessRatio:
      return formatNumber(100 * *measured, 6) + " %";
    case Metric::Throughput:
      return formatShort(perSecond(*measured));
    case Metric::CostMonth:
      return formatNumber(*measured, 6) + " USD";
    default:
      return formatNumber(*measured, 4) + " ms";
  }
}

std::string objectiveTable(const Design& design, const std::vector<advice::Verdict>& verdicts) {
  TextTable table({{"OBJECTIVE"}, {"MEASURED", Align::Right}, {"VERDICT"}});
  for (const advice::Verdict& verdict : verdicts) {
    const Objective* objective = design.objectives.find(verdict.objective);
    const Metric metric = objective == nullptr ? Metric::LatencyP99 : objective->metric;
    table.add({verdict.text, measuredText(metric, verdict.measured), verdict.isMet ? "met" : "NOT MET"});
  }
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

/// Rule 33: what a minute can be like.
std::string windowText(const sim::RunResult& run) {
  const auto worst = std::max_element(run.windows.begin(), run.windows.end(),
                                      [](const auto& a, const auto& b) { return a.p99Ns < b.p99Ns; });
  if (worst == run.windows.end()) {
    return {};
  }
  return "Worst minute: from " + shortTime(worst->startNs) + " to " + shortTime(worst->endNs) + ", p99 " +
         shortTime(worst->p99Ns) + ".\n";
}

std::string runText(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts) {
  std::string out = design.name + ": " + shortTime(run.endNs) + " simulated, the first " +
                    shortTime(run.warmupNs) + " not counted; " + std::to_string(run.events) +
                    " events, seed " + std::to_string(run.seed) + ".\n";
  if (!run.isComplete) {
    out += "STOPPED EARLY: " + run.stopReason + " The figures are of the part that was run.\n";
  }
  if (run.slice != 1) {
    out +=
        "This is a slice: rates and instances are 1/" + formatNumber(run.slice) + " of the real system's.\n";
  }
  return out + "\n" + classTable(run) + "Mean latency " + meanText(run) +
         " (95 %, from batch means of this one run; --replications gives intervals of all figures).\n" +
         censoredNote(run) + windowText(run) + failureTable(run) + pathTable(run) + poolTable(run) +
         linkTable(run) + trafficTable(run) + zoneTable(run) + cacheTable(run) + writeBackTable(run) +
         tokensTable(run) + groupTable(run) + storeTable(run) + streamTable(run) + batchTable(run) +
         sessionTable(run) + meterTable(run) + controlTable(run) + happeningTable(run) +
         objectiveTable(design, verdicts) + "\ndigest " + run.digest + "\n";
}

bool writeAsked(const SimulateOptions& options, const sim::RunResult& run) {
  const auto write = [](const std::string& file, const auto& text) {
    if (file.empty()) {
      return true;
    }
    const Result<void> written = exchange::writeFile(file, text());
    if (!written) {
      printError(written.error());
    }
    return written.ok();
  };
  return write(options.tracesFile, [&] { return exchange::tracesJson(run); }) &&
         write(options.seriesFile, [&] { return exchange::seriesCsv(run); });
}

Exit runStudy(const SimulateOptions& options, const CompiledDesign& opened) {
  sim::RunConfig config = options.run.config;
  if (!options.hasWarmUp) {
    config.warmup = Duration();  // a pilot finds how long
  }
  const auto study = runReplications(opened, config, options.replications);
  if (!study) {
    return Exit::BadInput;
  }
  std::vector<std::string> pools;
  for (const plan::Pool& pool : opened.compiled.plan->pools) {
    pools.push_back(pool.key);
  }
  const bool isSound =
      study->stability == experiment::Stability::Stable || study->stability == experiment::Stability::Unknown;
  return options.output.emit(options.output.isJson ? exchange::studyJson(opened.design, *study, pools)
                                                   : studyText(opened.design, *study, pools),
                             isSound ? Exit::Done : Exit::NotMet);
}

Exit runSimulate(const SimulateOptions& options) {
  const auto opened = openAndCompile(options.design, {ScenarioId(options.run.scenario)});
  if (!opened) {
    return Exit::BadInput;
  }
  if (options.replications > 1) {
    return runStudy(options, *opened);
  }
  const auto run = runDesign(*opened, options.run);
  if (!run) {
    return Exit::BadInput;
  }
  if (!writeAsked(options, *run)) {
    return Exit::BadInput;
  }
  const cost::Estimate estimate =
      cost::estimate(opened->design, catalog::Catalog::builtIn(), *opened->compiled.plan,
                     *opened->compiled.visits, cost::PriceBook::builtIn());
  const std::vector<advice::Verdict> verdicts = advice::judge(opened->design, &*run, &estimate);
  const bool isMet =
      run->isComplete && std::all_of(verdicts.begin(), verdicts.end(),
                                     [](const advice::Verdict& verdict) { return verdict.isMet; });
  return options.output.emit(options.output.isJson ? exchange::runJson(opened->design, *run, verdicts)
                                                   : runText(opened->design, *run, verdicts),
                             isMet ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpSimulate(CLI::App& app) {
  const auto options = std::make_shared<SimulateOptions>();
  options->design.addTo(app);
  options->design.addArrivalsTo(app);
  options->run.addOptions(app);
  options->output.addOptions(app);
  app.add_option("--traces", options->tracesFile,
                 "Write some requests, call by call, as OpenTelemetry (OTLP) JSON")
      ->type_name("FILE");
  app.add_option("--series", options->seriesFile, "Write the course of the run as CSV")->type_name("FILE");
  CLI::Option* const replications =
      addWhole(app, "--replications", options->replications, {2, 10'000},
               "Run so many times with other random numbers, on all processors: means with 95 % intervals, "
               "and whether there is a steady state. Without --warmup or --lead-in a pilot finds how long "
               "to wait")
          ->default_str("");  // without it there is one run, which is no study
  for (const char* ofOneRun : {"--traces", "--series", "--stop-at", "--replication", "--replay"}) {
    replications->excludes(app.get_option(ofOneRun));
  }
  app.footer(
      "Runs the design's workloads at their peak, one request at a time. The same design, options and seed "
      "give the\n"
      "same result, digest included, on every machine. Exits 1 if an objective of the design is not met.\n"
      "Ctrl+C stops and prints what was measured so far.\n\n"
      "  cantilever-cli simulate high_traffic_web --duration 30s --seed 1 --json > run.json\n"
      "  cantilever-cli simulate high_traffic_web --load 1.5\n"
      "  cantilever-cli simulate high_traffic_web --replications 10 --duration 10s\n"
      "  cantilever-cli simulate high_traffic_web --scenario zone-loss --duration 2min");
  return [options, &app] {
    options->hasWarmUp = app.count("--warmup") > 0;
    return runSimulate(*options);
  };
}

}  // namespace

Command simulate() {
  return {"simulate", "Run a design under load and measure it", setUpSimulate};
}

}  // namespace cantilever::cli::commands
