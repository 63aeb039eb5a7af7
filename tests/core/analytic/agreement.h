#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/analytic/solve.h"
#include "core/vocabulary/plan.h"

/// Solver, forecast and simulation side by side.
namespace cantilever::analytic::test {

/// A figure of two of them. `excess`: how far they are apart, over what the band and the noise of the run
/// allow.
struct Comparison {
  std::string what;
  double solved = 0;
  double simulated = 0;  ///< or as forecast
  double band = 0;
  double excess = 0;
  bool isOfClass = false;  ///< else of an element, or a forecast

  bool isOutside() const { return excess > 1; }
};

struct AgreementReport {
  std::vector<Comparison> figures;
  int solvedClasses = 0;
  int otherClasses = 0;  ///< said not to be solvable
  int forecasts = 0;     ///< compared

  std::vector<Comparison> outside() const;
  /// The worst, one a line.
  std::string worst(std::size_t most) const;
};

/// Solves the plan and runs it for about so many requests; adds what both say of what each class offers, of
/// its success, mean and p99; of each pool's utilisation, waits and losses, of calls over links and how many
/// fail, of hit ratios, of refusals by and waits for tokens, and of how long messages wait and are in their
/// log. Left out is what a solution leaves out and says so
/// (failures by chance, scalers without a steady state), and classes of which a run is too short to tell (a
/// mean or a p99 longer than a fifth of it).
void compare(const std::string& name, const std::shared_ptr<const plan::Plan>& plan, double requests,
             std::uint64_t seed, AgreementReport& report);

/// Solves the plan and forecasts an hour of it at its mean load: adds what both say of the utilisation of
/// each pool and of the mean and p99 of each class. The flow has no failures that are due to chance: designs
/// in which such matter, and those without a steady state, are left out.
void compareForecast(const std::string& name, const plan::Plan& plan, AgreementReport& report);

/// Both for a template, by its key.
void compareTemplate(const std::string& key, double requests, std::uint64_t seed, AgreementReport& report);

/// Writes what there is to say into a file beside the tests, all figures, the worst first.
void writeReport(const AgreementReport& report, const std::string& file);

/// The same for random designs of these seeds, without their scenarios.
AgreementReport compareRandomDesigns(std::uint64_t first, std::uint64_t last, double requests);

}  // namespace cantilever::analytic::test
