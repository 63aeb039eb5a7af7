#include "app/cli/run_text.h"

#include <algorithm>
#include <cmath>

#include "app/cli/column_table.h"
#include "app/cli/element_tables.h"
#include "app/cli/run_figures.h"
#include "core/exchange/run_elements.h"
#include "core/experiment/batch_interval.h"

namespace cantilever::cli {
namespace {

using Align = TextTable::Align;

/// "12.3 ms +- 0.4 ms", or what is known of it.
std::string meanText(const sim::RunResult& run, bool isGrowing) {
  if (run.latency.count() == 0) {
    return "-";
  }
  const experiment::Estimate mean = experiment::meanLatencyOf(run);
  const std::string text = formatNumber(mean.mean * 1e-6, 4) + " ms";
  if (isGrowing) {
    return marked(text, true);
  }
  return std::isfinite(mean.halfWidth) ? text + " +- " + formatNumber(mean.halfWidth * 1e-6, 2) + " ms"
                                       : text;
}

std::string verdictText(const experiment::RunStability& of) {
  const std::string words = experiment::describe(of, of.growingKey);
  switch (of.verdict) {
    case experiment::Stability::Stable:
      return "Steady: " + words + ".\n";
    case experiment::Stability::Unstable:
      return "UNSTABLE: " + words +
             ". Figures with a * depend on how long the run was: they are no results.\n";
    default:
      return (of.isChanging ? std::string() : "Whether there is a steady state is not known. ") + words +
             (words.back() == '.' ? "\n" : ".\n");
  }
}

/// Rule 35: a figure that grows with the length of the run is no result.
std::string stabilityText(const experiment::RunStability& of) {
  std::string text = verdictText(of);
  for (const std::string& doubt : of.doubts) {
    text += "Doubtful: " + doubt + "\n";
  }
  return text;
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

/// All classes as if they were one, which is not named.
sim::ClassResult allOf(const sim::RunResult& run) {
  sim::ClassResult all;
  all.key = "all";
  all.latency = run.latency;
  for (const sim::ClassResult& of : run.classes) {
    all.offered += of.offered;
    all.succeeded += of.succeeded;
    all.degraded += of.degraded;
    all.inTime += of.inTime;
    all.unfinished += of.unfinished;
    for (std::size_t reason = 0; reason < of.failed.size(); ++reason) {
      all.failed[reason] += of.failed[reason];
    }
  }
  return all;
}

/// Shares are of those that ended, as in objectives; what was admitted is a share of what was offered.
std::string classTable(const sim::RunResult& run, const experiment::RunStability& stability) {
  using sim::ClassResult;
  std::vector<ClassResult> classes = run.classes;
  const auto isGrowing = [&](const ClassResult& of) { return stability.areResponsesGrowing(run, of.key); };
  if (classes.size() > 1) {
    classes.push_back(allOf(run));
  }
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  const auto ofEnded = [](const ClassResult& of, std::uint64_t part) {
    const auto ended = static_cast<double>(of.offered - of.unfinished);
    return ended > 0 ? formatNumber(100 * static_cast<double>(part) / ended, 5) + " %" : "-";
  };
  ColumnTable<ClassResult> sheet(classes);
  sheet.name("CLASS", [](const ClassResult& of) { return of.key; })
      .figure("OFFERED",
              [=](const ClassResult& of) {
                return seconds > 0 ? formatShort(perSecond(static_cast<double>(of.offered) / seconds)) : "-";
              })
      .figureIf([](const ClassResult& of) { return of.admitted() < of.offered; }, "ADMITTED",
                [](const ClassResult& of) {
                  return shareText(static_cast<double>(of.admitted()), static_cast<double>(of.offered));
                })
      .figure("SUCCEEDED", [=](const ClassResult& of) { return ofEnded(of, of.succeeded); })
      .figureIf([](const ClassResult& of) { return of.inTime < of.succeeded; }, "IN TIME",
                [=](const ClassResult& of) { return ofEnded(of, of.inTime); })
      .figureIf([](const ClassResult& of) { return of.degraded > 0; }, "DEGRADED",
                [=](const ClassResult& of) { return ofEnded(of, of.degraded); })
      .figure("FAILED", [](const ClassResult& of) { return std::to_string(of.failedTotal()); })
      .count("UNFINISHED", &ClassResult::unfinished);
  constexpr std::pair<const char*, double> kQuantiles[] = {
      {"P50", 0.5}, {"P95", 0.95}, {"P99", 0.99}, {"P99.9", 0.999}};
  for (const auto& [heading, q] : kQuantiles) {
    sheet.figure(heading, [=, q = q](const ClassResult& of) {
      return marked(quantileText(of.latency, q), isGrowing(of));
    });
  }
  return sheet
      .figure("MAX", [=](const ClassResult& of) { return marked(maxText(of.latency), isGrowing(of)); })
      .text();
}

/// Work that was sent off without waiting for it.
std::string detachedText(const sim::DetachedResult& of) {
  if (of.started == 0) {
    return {};
  }
  std::string text = "Detached work: " + std::to_string(of.started) + " started, " +
                     std::to_string(of.succeeded) + " succeeded, " + std::to_string(of.failedTotal()) +
                     " failed, " + std::to_string(of.unfinished) + " unfinished";
  for (std::size_t reason = 1; reason < of.failed.size(); ++reason) {
    if (of.failed[reason] > 0) {
      text += "; " + std::string(plan::nameOf(static_cast<plan::Reason>(reason))) + " " +
              std::to_string(of.failed[reason]);
    }
  }
  return text + ".\n";
}

std::string availabilityText(const sim::RunResult& run) {
  return run.availability < 1 && run.endNs > run.warmupNs
             ? "Available " + formatNumber(100 * run.availability, 6) +
                   " % of the time: so long every pool had as many instances as it needs.\n"
             : std::string();
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
  if (each.tokens < run.tokens.size()) {
    return run.tokens[each.tokens].key;
  }
  if (each.pool >= run.pools.size()) {
    return {};
  }
  const bool isOfAll = each.instance == sim::Happening::kEach;
  return run.pools[each.pool].key + (isOfAll ? std::string() : " " + std::to_string(each.instance));
}

/// To what it changed, or by how much; empty where the word says it all.
std::string valueText(const sim::Happening& of) {
  using Kind = sim::Happening::Kind;
  switch (of.kind) {
    case Kind::LoadFactor:
    case Kind::Speed:
    case Kind::LatencyScaled:
    case Kind::ZoneLatencyScaled:
      return "x " + formatNumber(of.value, 4);
    case Kind::LatencyAdded:
    case Kind::ZoneLatencyAdded:
    case Kind::Sought:
      return formatShort(Duration::seconds(of.value));
    case Kind::LossSet:
    case Kind::ErrorsSet:
    case Kind::RollOut:
    case Kind::RolledOut:
    case Kind::FlagSet:
    case Kind::Saturated:
    case Kind::Relieved:
      return formatShort(ratio(of.value));
    case Kind::WeightSet:
    case Kind::SizeSet:
      return formatNumber(of.value, 4);
    case Kind::RateSet:
      return formatShort(perSecond(of.value));
    default:
      return {};
  }
}

/// What changed the system, the first of it.
std::string happeningTable(const sim::RunResult& run) {
  constexpr std::size_t kMost = 30;
  TextTable table({{"AT", Align::Right}, {"WHAT"}, {"OF"}, {"VALUE", Align::Right}, {"BECAUSE OF"}});
  for (std::size_t i = 0; i < run.happenings.size() && i < kMost; ++i) {
    const sim::Happening& each = run.happenings[i];
    std::string what = sim::nameOf(each.kind);
    std::replace(what.begin(), what.end(), '_', ' ');
    table.add({shortTime(each.atNs), what, subjectOf(run, each), valueText(each), sim::nameOf(each.cause)});
  }
  if (table.isEmpty()) {
    return {};
  }
  const std::uint64_t left =
      run.happenings.size() + run.happeningsLeftOut - std::min(run.happenings.size(), kMost);
  return "\n" + table.text() + (left > 0 ? "and " + std::to_string(left) + " more\n" : "");
}

std::string objectiveTable(const Design& design, const std::vector<advice::Verdict>& verdicts,
                           const sim::RunResult& run, const experiment::RunStability& stability) {
  using advice::Verdict;
  return ColumnTable<Verdict>(verdicts)
      .name("OBJECTIVE", [](const Verdict& of) { return of.text; })
      .figure("MEASURED",
              [&](const Verdict& of) {
                const Objective* objective = design.objectives.find(of.objective);
                return marked(of.figure,
                              of.measured && objective != nullptr && isLatency(objective->metric) &&
                                  stability.areResponsesGrowing(run, objective->requestClass.text()));
              })
      .name("VERDICT", [](const Verdict& of) { return of.isMet ? "met" : "NOT MET"; })
      .figureIf([](const Verdict& of) { return of.windows > 0; }, "WINDOWS HELD",
                [](const Verdict& of) {
                  return of.windows == 0
                             ? "-"
                             : std::to_string(of.windowsHeld) + " of " + std::to_string(of.windows);
                })
      .text();
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

}  // namespace

std::string runText(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts, const experiment::RunStability& stability) {
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
  const bool isGrowing = stability.areResponsesGrowing(run);
  return out + stabilityText(stability) + classTable(run, stability) + "Mean latency " +
         meanText(run, isGrowing) +
         (isGrowing ? "; there is no mean to come to.\n"
                    : " (95 %, from batch means of this one run; --replications gives intervals of all "
                      "figures).\n") +
         censoredNote(run) + windowText(run) + availabilityText(run) + detachedText(run.detached) +
         failureTable(run) + pathTable(run) + elementTables(run, stability) + happeningTable(run) +
         objectiveTable(design, verdicts, run, stability) + "\ndigest " + run.digest + "\n";
}

}  // namespace cantilever::cli
