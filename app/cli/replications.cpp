#include "app/cli/replications.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "core/base/did_you_mean.h"
#include "core/base/text.h"

namespace cantilever::cli {
namespace {

using namespace std::chrono_literals;

/// Does job(0) .. job(count - 1) on all processors, the next one as soon as one is free. On Ctrl+C no further
/// ones begin, and those under way are asked to stop.
void forEachIndex(std::uint32_t count, const std::string& what, const InterruptGuard& interrupt,
                  const std::function<void(std::uint32_t, std::stop_token)>& job) {
  std::stop_source stop;
  std::atomic<std::uint32_t> next = 0;
  std::mutex mutex;
  std::condition_variable isDone;
  std::uint32_t done = 0;
  std::vector<std::jthread> workers;
  const std::uint32_t processors = std::max(1u, std::thread::hardware_concurrency());
  for (std::uint32_t i = 0; i < std::min(count, processors); ++i) {
    workers.emplace_back([&] {
      for (std::uint32_t index = next++; index < count; index = next++) {
        if (!stop.stop_requested()) {
          job(index, stop.get_token());
        }
        const std::lock_guard lock(mutex);
        ++done;
        isDone.notify_one();
      }
    });
  }
  const bool isTerminal = ::isatty(STDERR_FILENO) == 1;
  std::unique_lock lock(mutex);
  while (done < count) {
    if (isTerminal) {
      std::cerr << "\r" << what << ": " << done << " of " << count << "   " << std::flush;
    }
    if (interrupt.isRequested()) {
      stop.request_stop();
    }
    isDone.wait_for(lock, 100ms);
  }
  if (isTerminal) {
    std::cerr << "\r\x1b[K";
  }
}

/// By replication, without and with a surge.
struct SurgeValues {
  std::vector<double> usual;
  std::vector<double> after;
};

SurgeValues runSurges(const CompiledDesign& design, const sim::RunConfig& config, std::uint32_t count,
                      const InterruptGuard& interrupt) {
  SurgeValues values{std::vector<double>(count, std::nan("")), std::vector<double>(count, std::nan(""))};
  forEachIndex(2 * count, "surges", interrupt, [&](std::uint32_t index, std::stop_token stop) {
    const bool withSurge = index % 2 == 1;
    sim::RunConfig one = config;
    one.replication = index / 2;
    const Result<double> late = experiment::successLate(design.compiled.plan, one, withSurge, stop);
    if (late && !stop.stop_requested()) {
      (withSurge ? values.after : values.usual)[one.replication] = *late;
    }
  });
  return values;
}

/// Gives the figure its whole name. False, with a message, if runs have none that is called so.
bool isMeasured(experiment::Precision& precision, const experiment::Observation& run) {
  const experiment::Figure* figure = experiment::figureCalled(precision.path, run.figures);
  if (figure != nullptr) {
    precision.path = figure->path;
  } else {
    std::vector<std::string> known;
    for (const experiment::Figure& each : run.figures) {
      known.push_back(each.path);
    }
    printError({"cli.no_figure",
                "Runs of this design have no figure \"" + precision.path + "\"" +
                    didYouMean(precision.path, known) +
                    " The list \"figures\" of `simulate --replications 2 --json` has them all.",
                "--precision-of"});
  }
  return figure != nullptr;
}

struct Rounds {
  std::vector<experiment::Observation> complete;  ///< those that count, in order
  bool isInterrupted = false;
  bool isUnknownFigure = false;  ///< the precision is of one that runs do not have
  std::optional<Error> failure;  ///< of a run that could not be made
};

/// All of them, or with a precision the first one, to see that it has the figure, and then some at a time
/// until the first ones are enough.
Rounds observeUntil(const CompiledDesign& design, const sim::RunConfig& config, std::uint32_t count,
                    std::optional<experiment::Precision>& until, const InterruptGuard& interrupt) {
  Rounds rounds;
  for (std::uint32_t begin = 0; begin < count && !rounds.isInterrupted;) {
    const auto least = static_cast<std::uint32_t>(experiment::Precision::kFewest);
    const std::uint32_t some = begin == 0 ? 1 : std::max(least, begin / 2);
    const std::uint32_t end = until ? std::min(count, begin + some) : count;
    std::vector<std::optional<experiment::Observation>> observations(end - begin);
    std::vector<std::optional<Error>> failures(end - begin);
    forEachIndex(end - begin, "replications", interrupt, [&](std::uint32_t index, std::stop_token stop) {
      sim::RunConfig one = config;
      one.replication = begin + index;
      one.traced = 0;
      Result<experiment::Observation> run = experiment::replicate(design.compiled.plan, one, stop);
      if (run && !stop.stop_requested()) {
        observations[index] = *std::move(run);
      } else if (!run) {
        failures[index] = run.error();
      }
    });
    const auto failed =
        std::find_if(failures.begin(), failures.end(), [](const auto& each) { return each.has_value(); });
    if (failed != failures.end()) {
      rounds.failure = **failed;
      break;
    }
    // The first ones: those behind one that is missing do not count.
    for (std::size_t i = 0; i < observations.size() && !rounds.isInterrupted; ++i) {
      if (observations[i]) {
        rounds.complete.push_back(*std::move(observations[i]));
      } else {
        rounds.isInterrupted = true;
      }
    }
    rounds.isUnknownFigure =
        until && begin == 0 && !rounds.complete.empty() && !isMeasured(*until, rounds.complete.front());
    if (rounds.isUnknownFigure) {
      break;
    }
    if (const auto enough = until ? experiment::enoughFor(*until, rounds.complete) : std::nullopt) {
      rounds.complete.resize(*enough);
      rounds.isInterrupted = false;
      break;
    }
    begin = end;
  }
  return rounds;
}

void noteWanted(experiment::Study& study, const std::optional<experiment::Precision>& until,
                const std::vector<experiment::Observation>& complete) {
  if (!until) {
    return;
  }
  const double reached = experiment::shareReached(*until, complete);
  study.wanted = {*until, reached, reached <= until->share};
  if (!study.wanted->isReached) {
    study.doubts.push_back(
        "The figure " + until->path + " is not known to " + formatShort(ratio(until->share)) +
        (std::isfinite(reached) ? ", but to " + formatShort(ratio(reached)) : std::string()) + " after " +
        std::to_string(complete.size()) + " replications: allow more of them, or longer ones.");
  }
}

}  // namespace

std::optional<experiment::Study> runReplications(const CompiledDesign& design, const sim::RunConfig& config,
                                                 std::uint32_t count,
                                                 const std::optional<experiment::Precision>& wanted) {
  const InterruptGuard interrupt;  // one for all phases: asked for once, it ends them all
  std::optional<experiment::Precision> until = wanted;
  Result<experiment::Preparation> prepared = Error{};
  forEachIndex(1, "pilot", interrupt, [&](std::uint32_t, std::stop_token stop) {
    prepared = experiment::prepare(design.compiled.plan, config, std::move(stop));
  });
  if (!prepared) {
    printError(prepared.error());
    return {};
  }
  const Rounds rounds = observeUntil(design, prepared->config, count, until, interrupt);
  if (rounds.failure) {
    printError(*rounds.failure);
  }
  if (rounds.isUnknownFigure || rounds.failure) {
    return {};
  }
  if (rounds.complete.empty()) {
    printError({"cli.interrupted", "It was interrupted before a replication was complete.", {}});
    return {};
  }
  experiment::Study study = experiment::summarise(*design.compiled.plan, *prepared, rounds.complete);
  noteWanted(study, until, rounds.complete);
  study.isInterrupted = rounds.isInterrupted;
  if (rounds.isInterrupted) {
    study.doubts.push_back("It was interrupted: " + std::to_string(rounds.complete.size()) + " of " +
                           std::to_string(count) + " replications are complete.");
  } else if (study.isStationary && experiment::mayBeMetastable(*design.compiled.plan)) {
    const SurgeValues values =
        runSurges(design, prepared->config, static_cast<std::uint32_t>(rounds.complete.size()), interrupt);
    study.isInterrupted = interrupt.isRequested();
    if (study.isInterrupted) {
      study.doubts.push_back("It was interrupted before it was known what a surge leaves behind.");
    } else {
      experiment::addSurge(study, values.usual, values.after);
    }
  }
  return study;
}

}  // namespace cantilever::cli
