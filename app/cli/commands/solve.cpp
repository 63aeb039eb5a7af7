#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/design_source.h"
#include "app/cli/option_values.h"
#include "app/cli/output.h"
#include "app/cli/text_table.h"
#include "core/analytic/solve.h"
#include "core/base/text.h"
#include "core/exchange/reports.h"

namespace cantilever::cli::commands {
namespace {

using Align = TextTable::Align;
using analytic::Exactness;
using analytic::Figure;

struct SolveCommand {
  DesignArgument design;
  Output output;
  double load = 1;
};

/// The number, with "~" before an approximation; a dash for what is not solvable.
template <class Format>
std::string shown(const Figure& figure, const Format& format) {
  if (!figure.isSolved()) {
    return "-";
  }
  return (figure.exactness == Exactness::Approximation ? "~" : "") + format(figure.value);
}

std::string timeText(const Figure& figure) {
  return shown(figure, [](double seconds) {
    return seconds < 9e8 ? formatShort(Duration::seconds(seconds)) : formatNumber(seconds, 3) + " s";
  });
}
std::string rateText(const Figure& figure) {
  return shown(figure, [](double perSecond) { return formatShort(cantilever::perSecond(perSecond)); });
}
std::string shareText(const Figure& figure) {
  return shown(figure, [](double share) { return formatNumber(100 * share, 5) + " %"; });
}
/// Five digits of a share near to one say nothing of what is missing.
std::string availableText(const Figure& up, const Figure& down) {
  constexpr double kBelowDigits = 1e-5;
  const bool isTiny = up.isSolved() && down.value > 0 && down.value < kBelowDigits;
  return isTiny ? "100 % - " + formatNumber(100 * down.value, 2) + " %" : shareText(up);
}
std::string numberText(const Figure& figure) {
  return shown(figure, [](double number) { return formatNumber(number, 3); });
}
std::string bandText(const Figure& figure) {
  switch (figure.exactness) {
    case Exactness::Exact:
      return "exact";
    case Exactness::Approximation:
      return "+-" + formatNumber(100 * figure.band, 2) + " %";
    case Exactness::NotSolvable:
      break;
  }
  return "not solvable";
}

/// A table with a blank line before it, or nothing.
std::string after(const TextTable& table) {
  return table.isEmpty() ? std::string() : "\n" + table.text();
}

std::string classTable(const analytic::Solution& solution) {
  TextTable table({{"CLASS"},
                   {"OFFERED", Align::Right},
                   {"SUCCESS", Align::Right},
                   {"MEAN", Align::Right},
                   {"BAND", Align::Right},
                   {"P50", Align::Right},
                   {"P95", Align::Right},
                   {"P99", Align::Right},
                   {"BAND", Align::Right},
                   {"AVAILABLE", Align::Right}});
  std::string reasons;
  for (const analytic::ClassSolution& of : solution.classes) {
    table.add({of.key, rateText(of.offered), shareText(of.success), timeText(of.mean), bandText(of.mean),
               timeText(of.p50), timeText(of.p95), timeText(of.p99), bandText(of.p99),
               availableText(of.availability, of.unavailability)});
    const Figure& first = of.mean.isSolved() ? of.p99 : of.mean;
    reasons += first.isSolved() ? "" : of.key + ": not solvable: " + first.why + ".\n";
  }
  return after(table) + reasons;
}

/// The fullest first.
std::string poolTable(const analytic::Solution& solution) {
  std::vector<const analytic::PoolSolution*> pools;
  for (const analytic::PoolSolution& of : solution.pools) {
    pools.push_back(&of);
  }
  std::stable_sort(pools.begin(), pools.end(),
                   [](const auto* a, const auto* b) { return a->utilisation.value > b->utilisation.value; });
  TextTable table({{"POOL"},
                   {"INSTANCES", Align::Right},
                   {"MODEL"},
                   {"UTILISATION", Align::Right},
                   {"QUEUE", Align::Right},
                   {"WAIT", Align::Right},
                   {"LOST", Align::Right},
                   {"FULL AT LOAD", Align::Right},
                   {"AVAILABLE", Align::Right}});
  std::string unstable;
  for (const analytic::PoolSolution* of : pools) {
    table.add({of->key, std::to_string(of->instances), of->model,
               of->servers > 0 ? shareText(of->utilisation) : "unlimited", numberText(of->queue),
               timeText(of->wait), shareText(of->lost),
               of->saturatesAt.isSolved() ? "x " + numberText(of->saturatesAt) : "-",
               availableText(of->availability, of->unavailability)});
    if (!of->isStable) {
      unstable +=
          "UNSTABLE: the backlog of " + of->key + " grows by " + formatShort(perSecond(of->growth)) + ".\n";
    }
  }
  return after(table) + unstable;
}

std::string limitTable(const analytic::Solution& solution) {
  constexpr std::size_t kMost = 3;
  TextTable table({{"SATURATES"}, {"WHAT"}, {"AT LOAD", Align::Right}, {"REQUESTS", Align::Right}});
  double offered = 0;
  for (const analytic::ClassSolution& of : solution.classes) {
    offered += of.offered.value;
  }
  for (std::size_t i = 0; i < solution.bottlenecks.size() && i < kMost; ++i) {
    const analytic::Bottleneck& of = solution.bottlenecks[i];
    table.add({of.key, of.kind, "x " + numberText(of.saturatesAt),
               formatShort(perSecond(offered * of.saturatesAt.value))});
  }
  return after(table);
}

std::string elementTables(const analytic::Solution& solution) {
  TextTable caches({{"CACHE"}, {"LOOK-UPS", Align::Right}, {"HITS", Align::Right}});
  for (const analytic::CacheSolution& of : solution.caches) {
    caches.add({of.key, rateText(of.lookups), shareText(of.hitRatio)});
  }
  TextTable tokens({{"TOKENS"},
                    {"ASKED", Align::Right},
                    {"REFUSED", Align::Right},
                    {"WAIT", Align::Right},
                    {"HELD", Align::Right}});
  for (const analytic::TokensSolution& of : solution.tokens) {
    tokens.add({of.key, rateText(of.asked), shareText(of.refused), timeText(of.wait), numberText(of.held)});
  }
  TextTable groups({{"CONSUMERS"},
                    {"RECEIVED", Align::Right},
                    {"UTILISATION", Align::Right},
                    {"LAG", Align::Right},
                    {"WAIT", Align::Right},
                    {"IN LOG", Align::Right},
                    {"BACKLOG GROWS", Align::Right}});
  for (const analytic::GroupSolution& of : solution.groups) {
    groups.add({of.key, rateText(of.received), shareText(of.utilisation), numberText(of.lag),
                timeText(of.wait), timeText(of.inLog),
                of.isStable ? "-" : formatShort(perSecond(of.growth))});
  }
  TextTable links({{"LINK"}, {"ATTEMPTS", Align::Right}, {"CALLS THAT FAIL", Align::Right}});
  for (const analytic::LinkSolution& of : solution.links) {
    if (of.failed.value > 0) {
      links.add({of.key, rateText(of.rate), shareText(of.failed)});
    }
  }
  return after(caches) + after(tokens) + after(groups) + after(links);
}

std::string sensitivityTable(const analytic::Solution& solution) {
  TextTable table({{"ONE INSTANCE MORE OF"}, {"CHANGES THE P99 OF"}, {"BY", Align::Right}});
  for (const analytic::Sensitivity& of : solution.sensitivities) {
    const double change = of.p99Change.value;
    const std::string size = formatShort(Duration::seconds(std::min(std::abs(change), 1e9)));
    table.add({of.pool, of.requestClass, (change < 0 ? "-" : "+") + size});
  }
  return after(table);
}

std::string otherText(const analytic::Solution& solution) {
  if (!solution.other) {
    return {};
  }
  std::string text =
      "\nTWO STEADY STATES: after a disturbance, retries can hold this load in a second state "
      "(metastable):\n";
  for (std::size_t i = 0; i < solution.other->classes.size(); ++i) {
    text += "  " + solution.other->classes[i] + ": success " + shareText(solution.other->success[i]) + "\n";
  }
  for (const std::string& pool : solution.other->overloadedPools) {
    text += "  " + pool + " is overloaded in it\n";
  }
  return text;
}

std::string unrepresentedText(const analytic::Solution& solution) {
  std::string text;
  for (const analytic::Unrepresented& of : solution.unrepresented) {
    text += std::string(analytic::nameOf(of.kind)) + " " + of.element + ": " + of.what +
            (of.isFatal ? " Figures that depend on it are not solvable." : "") + "\n";
  }
  return text.empty() ? text : "\nNot represented:\n" + text;
}

std::string solutionText(const Design& design, const analytic::Solution& solution) {
  std::string text =
      design.name + ": steady state by queueing theory" +
      (solution.loadFactor == 1 ? "" : " at " + formatNumber(solution.loadFactor) + " times the load") +
      ". ~ marks approximations; a dash is not solvable.\n";
  if (!solution.hasConverged) {
    text += "The figures did not settle: they swing between states.\n";
  }
  return text + classTable(solution) + poolTable(solution) + limitTable(solution) + elementTables(solution) +
         sensitivityTable(solution) + otherText(solution) + unrepresentedText(solution);
}

Exit runSolve(const SolveCommand& options) {
  const auto opened = openAndCompile(options.design);
  if (!opened) {
    return Exit::BadInput;
  }
  const plan::Plan& plan = *opened->compiled.plan;
  warnIfNothingArrives(*opened);
  const Result<plan::Visits> visits = plan::visits(plan, options.load);
  if (!visits) {
    printError(visits.error());
    return Exit::BadInput;
  }
  analytic::SolveOptions solveOptions;
  solveOptions.loadFactor = options.load;
  const Result<analytic::Solution> solution = analytic::solve(plan, *visits, solveOptions);
  if (!solution) {
    printError(solution.error());
    return Exit::BadInput;
  }
  return options.output.emit(options.output.isJson ? exchange::solutionJson(opened->design, *solution)
                                                   : solutionText(opened->design, *solution),
                             solution->isStable ? Exit::Done : Exit::NotMet);
}

std::function<Exit()> setUpSolve(CLI::App& app) {
  const auto options = std::make_shared<SolveCommand>();
  options->design.addTo(app);
  addLoadFactor(app, options->load, {1e-6, 1e6});
  options->output.addOptions(app);
  app.footer(
      "Solves the steady state of the design at its peak load by queueing theory, in milliseconds: "
      "utilisation, waits,\n"
      "response times, what saturates first, availability. Every figure is exact, an approximation with its "
      "band, or\n"
      "not solvable with the reason. Exits 1 if anything is unstable.\n\n"
      "  cantilever-cli solve high_traffic_web\n"
      "  cantilever-cli solve high_traffic_web --load 1.7 --json");
  return [options] { return runSolve(*options); };
}

}  // namespace

Command solve() {
  return {"solve", "Solve a design's steady state by queueing theory", setUpSolve};
}

}  // namespace cantilever::cli::commands
