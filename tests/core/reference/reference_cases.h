#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cantilever::test {

/// A figure of a reference case: what theory or a published work says, and where a run says it.
struct ReferenceQuantity {
  std::string name;
  double expected = 0;
  double tolerance = 0;  ///< relative, of the mean over the replications of the acceptance run
  /// Paths into cantilever.run/1, such as "pools/server/waiting/mean_ms"; members of lists are named by id or
  /// key, with ~1 for a slash in it. The figure is the sum of the first over the sum of the second (1 if
  /// there is none), times the scale.
  std::vector<std::string> sum;
  std::vector<std::string> over;
  double scale = 1;
};

struct ReferenceCase {
  std::string id;
  std::string source;
  bool hasDoubtfulIntervals = false;  ///< the tool has to say so itself; how often they hold is not counted
  double seconds = 0;         ///< of a case that begins from nothing: so long, without a warm-up; else 0
  double requests = 100'000;  ///< of each replication; the tolerances are for ten of these
  /// Of these, in each replication of the runs that tell how often intervals hold: enough that what is left
  /// of the start, and of who is not answered at the end, is small beside the interval.
  double coverageShare = 0.1;
  std::vector<ReferenceQuantity> quantities;
};

/// All of tests/reference/cases.json.
const std::vector<ReferenceCase>& referenceCases();

/// Runs the case's design once, for about so many requests after a warm-up of a fifth as many. One value for
/// each quantity. Fails the present test, and returns nothing, if the design cannot be run.
/// What the tool says against the intervals of the case's design.
std::vector<std::string> doubtsAbout(const ReferenceCase& of);

std::vector<double> runReferenceCase(const ReferenceCase& of, double requests, std::uint64_t seed,
                                     std::uint32_t replication);

}  // namespace cantilever::test
