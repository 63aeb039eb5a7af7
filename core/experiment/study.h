#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/experiment/estimate.h"
#include "core/experiment/observation.h"
#include "core/experiment/precision.h"
#include "core/experiment/warm_up.h"
#include "core/sim/simulation.h"

namespace cantilever::experiment {

/// A figure over independent replications.
struct EstimatedFigure {
  std::string path;  ///< as Figure
  Estimate estimate;
};

/// Whether there is a steady state (rule 35).
enum class Stability : std::uint8_t {
  Stable,
  Unstable,    ///< the backlog grows; by `backlogSlope`
  Metastable,  ///< there are two: after a surge it does not come back to what it was
  Unknown,     ///< the plan changes over time, or there are too few replications to tell
};
const char* nameOf(Stability stability);

/// What a surge at the start leaves behind, where calls that failed are tried again.
struct AfterSurge {
  Estimate succeededRatio;  ///< long after it
  Estimate usual;           ///< without it, in the same stretch of time
};

/// What several replications say together.
struct Study {
  sim::RunConfig config;  ///< of each, but for the number of the replication
  bool isStationary = true;
  std::vector<std::string> changes;  ///< why it is not, as changesOverTime
  std::optional<WarmUp> warmUp;      ///< as found; nothing if it was set by hand
  std::vector<EstimatedFigure> figures;
  // Pointwise over the replications, by sample.
  std::vector<double> endMs;
  std::vector<Estimate> succeededPerSecond;
  std::vector<Estimate> p99Ms;
  std::vector<Estimate> backlog;

  Stability stability = Stability::Unknown;
  Estimate
      backlogSlope;  ///< requests per second: of what is under way or, if that grows faster, of all queues
  /// The pool whose queue grows fastest, if unstable; kNone if no queue grows.
  plan::Index growing = plan::kNone;
  std::optional<AfterSurge> afterSurge;
  /// If replications were to go on until one was reached.
  struct Wanted {
    Precision precision;
    double reached = 0;  ///< the share; not a number: there are too few
    bool isReached = false;
  };
  std::optional<Wanted> wanted;
  bool isInterrupted = false;        ///< not all that was asked for was run
  std::vector<std::string> doubts;   ///< sentences
  std::vector<std::string> digests;  ///< by replication
};

/// Rule 33. A stationary plan gets its warm-up, any other a lead-in with the load that it begins with, after
/// which nothing is left out. If `config` has either set, it stays as it is.
struct Preparation {
  sim::RunConfig config;
  std::optional<WarmUp> found;
};
Result<Preparation> prepare(const std::shared_ptr<const plan::Plan>& plan, const sim::RunConfig& config,
                            std::stop_token stop = {});

/// One replication. Where there is a steady state, requests of the measured window are followed to their end
/// (sim::simulateAndFollow), since the figures are to be those of endless time; of a course that ends, what
/// is under way at its end is not known to the observer either (29).
Result<Observation> replicate(const std::shared_ptr<const plan::Plan>& plan, const sim::RunConfig& config,
                              std::stop_token stop = {});

/// Observations of replications 0, 1 ... of one plan and configuration, in that order.
Study summarise(const plan::Plan& plan, const Preparation& preparation,
                const std::vector<Observation>& observations);

/// True if rule 35 asks for a second look: some call is tried again, or a caller gives up work that goes on.
bool mayBeMetastable(const plan::Plan& plan);

/// Of the requests that came in the last quarter of the measured time and have ended, the share that
/// succeeded in time, of one replication (what is under way at the end is neither late nor not); with the
/// surge the load is three times as high in its first tenth, or for as long as what piles up is worked off
/// within four tenths of the time when nothing is tried again.
Result<double> successLate(const std::shared_ptr<const plan::Plan>& plan, const sim::RunConfig& config,
                           bool withSurge, std::stop_token stop = {});

/// Adds what a surge leaves behind (values by replication, without and with it), and says so if that is
/// another state: the intervals are apart, and a twentieth of the requests or more.
void addSurge(Study& study, const std::vector<double>& usual, const std::vector<double>& after);

}  // namespace cantilever::experiment
