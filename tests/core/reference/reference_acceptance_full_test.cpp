// What the simulation says of the designs in tests/reference against theory: 10 replications of mostly
// 100,000 requests, at seeds fixed before looking; and how often its own 95 % interval holds the exact value,
// over 30 seeds, mostly of runs of a tenth of that.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <thread>
#include <vector>

#include "core/base/text.h"
#include "core/experiment/estimate.h"
#include "tests/core/reference/reference_cases.h"

namespace cantilever::test {
namespace {

constexpr std::uint32_t kReplications = 10;
constexpr std::uint64_t kAcceptanceSeed = 1;
constexpr std::uint64_t kCoverageSeeds = 30;

/// The tool's own estimates, one for each quantity; empty if the case cannot be run.
std::vector<experiment::Estimate> estimatesOf(const ReferenceCase& of, double requests, std::uint64_t seed) {
  std::vector<std::vector<double>> values(of.quantities.size());
  for (std::uint32_t replication = 0; replication < kReplications; ++replication) {
    const std::vector<double> measured = runReferenceCase(of, requests, seed, replication);
    if (measured.size() != values.size()) {
      return {};
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i].push_back(measured[i]);
    }
  }
  std::vector<experiment::Estimate> estimates;
  for (const std::vector<double>& each : values) {
    estimates.push_back(experiment::estimateOf(each));
  }
  return estimates;
}

std::string row(const std::string& id, const ReferenceQuantity& quantity, const experiment::Estimate& of) {
  const double standardError = of.halfWidth / experiment::studentT975(kReplications - 1);
  const double z = standardError > 0 ? (of.mean - quantity.expected) / standardError : 0;
  return id + "  " + quantity.name + "  expected " + formatNumber(quantity.expected, 6) + "  measured " +
         formatNumber(of.mean, 6) + " +- " + formatNumber(of.halfWidth, 3) + "  z " + formatNumber(z, 2);
}

class ReferenceAcceptance : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ReferenceAcceptance, AgreesWithTheory) {
  const ReferenceCase& of = referenceCases()[GetParam()];
  const std::vector<experiment::Estimate> estimates = estimatesOf(of, of.requests, kAcceptanceSeed);
  EXPECT_EQ(doubtsAbout(of).empty(), !of.hasDoubtfulIntervals) << of.id;
  ASSERT_EQ(estimates.size(), of.quantities.size());
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const ReferenceQuantity& quantity = of.quantities[i];
    const std::string text = row(of.id, quantity, estimates[i]);
    std::printf("%s\n", text.c_str());
    EXPECT_NEAR(estimates[i].mean, quantity.expected, quantity.tolerance * std::abs(quantity.expected))
        << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, ReferenceAcceptance,
                         ::testing::Range<std::size_t>(0, referenceCases().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& each) {
                           std::string name = referenceCases()[each.param].id;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// How many intervals for the first quantity hold its exact value, of kCoverageSeeds.
std::uint64_t coveredOf(const ReferenceCase& of) {
  std::uint64_t covered = 0;
  for (std::uint64_t seed = 1; seed <= kCoverageSeeds; ++seed) {
    const std::vector<experiment::Estimate> estimates =
        estimatesOf(of, of.requests * of.coverageShare, 1000 + seed);
    if (estimates.empty()) {
      ADD_FAILURE() << of.id;
      return 0;
    }
    const double exact = of.quantities[0].expected;
    covered += estimates[0].low() <= exact && exact <= estimates[0].high() ? 1u : 0u;
  }
  return covered;
}

/// Counted are first quantities: those of one run are not independent of each other. On all processors; each
/// case is told when it is done.
TEST(ReferenceCoverage, IntervalsHoldTheExactValueAsOftenAsTheySay) {
  const std::vector<ReferenceCase>& cases = referenceCases();
  std::vector<std::uint64_t> covered(cases.size(), 0);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
      workers.emplace_back([&] {
        for (std::size_t at = next++; at < cases.size(); at = next++) {
          if (!cases[at].hasDoubtfulIntervals) {
            covered[at] = coveredOf(cases[at]);
            std::printf("%s  %s: %llu of %llu intervals hold %s\n", cases[at].id.c_str(),
                        cases[at].quantities[0].name.c_str(), static_cast<unsigned long long>(covered[at]),
                        static_cast<unsigned long long>(kCoverageSeeds),
                        formatNumber(cases[at].quantities[0].expected).c_str());
            std::fflush(stdout);
          }
        }
      });
    }
  }
  std::uint64_t sum = 0;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].hasDoubtfulIntervals) {
      continue;
    }
    EXPECT_GE(covered[i], 24u) << cases[i].id;
    sum += covered[i];
    all += kCoverageSeeds;
  }
  std::printf("all: %s of %s\n", formatNumber(static_cast<double>(sum)).c_str(),
              formatNumber(static_cast<double>(all)).c_str());
  EXPECT_GE(static_cast<double>(sum), 0.93 * static_cast<double>(all));
}

}  // namespace
}  // namespace cantilever::test
