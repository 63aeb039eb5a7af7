#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/study.h"
#include "core/sim/result.h"

namespace cantilever::experiment {

/// What one run says about the steady state (rule 35): whether what waits grows, and where. Vectors are
/// parallel to those of the run.
struct RunStability {
  Stability verdict = Stability::Unknown;  ///< Stable: no growth was seen; never Metastable
  /// Requests and messages per second over the last half of the measured time: of what is under way or
  /// unread or, if that grows faster, of all that waits; not a number if too little was measured.
  double growth = std::numeric_limits<double>::quiet_NaN();
  std::string why;  ///< a sentence, if unknown
  std::vector<std::string>
      doubts;               ///< sentences: why figures of a run with a steady state may not be trusted
  bool isChanging = false;  ///< there is nothing steady to look for: of a rate that changes, of scalers
  // If unstable, where queues grow and whose responses: their figures depend on the length of the run.
  std::vector<bool> classes;
  std::vector<bool> pools;
  std::vector<bool> tokens;
  std::vector<bool> groups;
  std::string growingKind;  ///< "pool", "tokens" or "group" of which most wait more than before; else empty
  std::string growingKey;

  bool isUnstable() const { return verdict == Stability::Unstable; }
  /// Whether responses of the class with that key take the longer the longer the run is; of any other text,
  /// of any class.
  bool areResponsesGrowing(const sim::RunResult& run, std::string_view requestClass = {}) const;
};

/// A plan that offers a pool more than it can do is unstable, as it is by several replications. Else the last
/// half of the measured time is cut into sixteen parts, and the changes of the backlog from the end of one to
/// that of the next are held against their own spread: with Student's t above 3.733 (15 degrees of freedom,
/// one-sided 0.1 %; Abramowitz and Stegun, table 26.10) they are growth and no chance. Changes of a backlog
/// that comes back to a level lean against each other, so that of a system with a steady state fewer than one
/// in a thousand is called unstable. Held against are what is under way and what waits; if only the first
/// grows and there is nothing that it could be waiting for, the run may be too short (nothing but delays):
/// unknown.
RunStability stabilityOf(const plan::Plan& plan, const sim::RunResult& run);

/// The verdict in words, without a full stop: "the backlog grows by 50/s, most before db"; of what is not
/// known, why not. `place`: the name of what grows most, for readers.
std::string describe(const RunStability& of, const std::string& place);

/// The same test, of the backlog at the ends of the sixteen parts of the time and at its begin: 17 levels; of
/// any other number it says no.
bool isGrowing(const std::vector<double>& levels);

}  // namespace cantilever::experiment
