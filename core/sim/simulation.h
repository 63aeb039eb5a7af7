#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/quantities.h"
#include "core/base/result.h"
#include "core/model/scenario.h"
#include "core/sim/result.h"
#include "core/sim/step.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

struct RunConfig {
  std::uint64_t seed = 1;
  std::uint32_t replication = 0;
  Duration duration = Duration::seconds(60);  ///< of the measured window
  /// The world's clock stands still for so long: curves hold their first level, and scenario, scalers and
  /// random faults have not begun (rule 33). Then comes the warm-up, then the measured window.
  Duration leadIn = {};
  Duration warmup = Duration::seconds(5);  ///< requests that arrive before it are not counted
  double loadFactor = 1.0;                 ///< multiplies all rates, and the factor of LoadFactor actions
  /// Taken down to a power of two times 10 ms, then doubled until the whole run gives at most 4,096 samples
  /// that fit the memory bound (rule 34).
  Duration sampleInterval = Duration::milliseconds(100);
  /// The run ends early, and says so, when more calls than this are in flight: an overloaded queue without
  /// limit would otherwise take all memory (about 150 bytes each). At most 8,000,000.
  std::uint32_t maxFrames = 4'000'000;
  /// About so many requests are followed on their way, evenly spread over the measured window; 0: none.
  std::uint32_t traced = 5'000;
};

/// How long a run has to measure so that one sees how the scenario ends: half a minute beyond its last step,
/// and `config.duration` at least.
Duration durationCovering(const Scenario& scenario, const RunConfig& config);

/// One run of the discrete-event engine, driven by its owner: advance it, look at it, change it, finish it.
/// Confined to one thread at a time. No wall clock: pacing and pausing are the owner's loop. Same plan,
/// config and posted actions (at the same simulated times) give the same bits.
class Simulation {
 public:
  /// Fails ("sim.plan", "sim.config") instead of running nonsense.
  static Result<Simulation> create(std::shared_ptr<const plan::Plan> plan, const RunConfig& config);
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;
  ~Simulation();

  Duration now() const;
  Duration end() const;
  /// True at end(), and when the run had to stop early (RunResult::stopReason).
  bool isFinished() const;

  /// Processes all events up to and including `until` (at most end()). Returns early, between two events,
  /// when a stop is requested.
  void advanceTo(Duration until, std::stop_token stop = {});

  /// Goes on until `what` has come, or to `until` (at most end()): to step through a run, or to stop where it
  /// becomes interesting. Between two events as always; the way to get there changes nothing. `what.pool` is
  /// one of the plan's where it is needed.
  Stepped advanceUntil(const Until& what, Duration until, std::stop_token stop = {});

  /// Applies a change at action.at, or if that has passed at the first nanosecond not yet simulated; returns
  /// it as it will be logged. `action.pool`, `link`, `cache` or `zone` must be one of the plan where the
  /// change needs it; a value that is negative or no number counts as 0.
  plan::Action post(plan::Action action);

  /// Samples completed since the last call. Their memory is the caller's; the run keeps its own bounded
  /// series. Samples not asked for in time are merged, never lost.
  std::vector<Sample> takeSamples();

  /// What has changed the system since the last call, by time: those that the result will have.
  std::vector<Happening> takeHappenings();

  /// Results of what has been run so far; may be called at any time, does not disturb the run.
  RunResult result() const;

 private:
  friend Result<RunResult> simulateAndFollow(std::shared_ptr<const plan::Plan>, const RunConfig&,
                                             std::stop_token);
  struct Impl;
  explicit Simulation(std::unique_ptr<Impl> impl);
  void follow(RunResult& result, const std::stop_token& stop);
  std::unique_ptr<Impl> m_impl;
};

/// A whole run without interaction. A requested stop gives the partial result.
Result<RunResult> simulate(std::shared_ptr<const plan::Plan> plan, const RunConfig& config,
                           std::stop_token stop = {});

/// The same for a plan with a steady state: what has arrived in the measured window and is under way at its
/// end is followed, while arrivals that do not count keep the system loaded, until all of it has ended or the
/// run is twice as long. Outcomes and latencies of requests are what has come of them by then; all else, the
/// digest included, is as at the end of the window.
Result<RunResult> simulateAndFollow(std::shared_ptr<const plan::Plan> plan, const RunConfig& config,
                                    std::stop_token stop = {});

}  // namespace cantilever::sim
