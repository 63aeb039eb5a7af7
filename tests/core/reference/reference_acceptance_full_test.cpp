// What the simulation says of the designs in tests/reference against theory: 10 replications of mostly
// 100,000 requests, at seeds fixed before looking; and how often its own 95 % interval holds the exact value,
// over 30 seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/base/text.h"
#include "tests/core/reference/reference_cases.h"

namespace cantilever::test {
namespace {

constexpr std::uint32_t kReplications = 10;
constexpr std::uint64_t kAcceptanceSeed = 1;
constexpr std::uint64_t kCoverageSeeds = 30;
constexpr double kStudentT95 = 2.262;  // 0.975 quantile, 9 degrees of freedom

struct MeanOfReplications {
  double mean = 0;
  double standardError = 0;
};

/// One for each quantity; empty if the case cannot be run.
std::vector<MeanOfReplications> estimatesOf(const ReferenceCase& of, std::uint64_t seed) {
  std::vector<double> sums(of.quantities.size(), 0.0);
  std::vector<double> squares(of.quantities.size(), 0.0);
  for (std::uint32_t replication = 0; replication < kReplications; ++replication) {
    const std::vector<double> values = runReferenceCase(of, of.requests, seed, replication);
    if (values.size() != of.quantities.size()) {
      return {};
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      sums[i] += values[i];
      squares[i] += values[i] * values[i];
    }
  }
  std::vector<MeanOfReplications> estimates;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double mean = sums[i] / kReplications;
    const double variance = std::max(0.0, (squares[i] - kReplications * mean * mean) / (kReplications - 1));
    estimates.push_back({mean, std::sqrt(variance / kReplications)});
  }
  return estimates;
}

std::string row(const std::string& id, const ReferenceQuantity& quantity, const MeanOfReplications& of) {
  const double z = of.standardError > 0 ? (of.mean - quantity.expected) / of.standardError : 0;
  return id + "  " + quantity.name + "  expected " + formatNumber(quantity.expected, 6) + "  measured " +
         formatNumber(of.mean, 6) + " +- " + formatNumber(kStudentT95 * of.standardError, 3) + "  z " +
         formatNumber(z, 2);
}

class ReferenceAcceptance : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ReferenceAcceptance, AgreesWithTheory) {
  const ReferenceCase& of = referenceCases()[GetParam()];
  const std::vector<MeanOfReplications> estimates = estimatesOf(of, kAcceptanceSeed);
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

/// Counted are first quantities: those of one run are not independent of each other.
TEST(ReferenceCoverage, IntervalsHoldTheExactValueAsOftenAsTheySay) {
  std::uint64_t covered = 0;
  std::uint64_t all = 0;
  for (const ReferenceCase& of : referenceCases()) {
    std::uint64_t coveredHere = 0;
    for (std::uint64_t seed = 1; seed <= kCoverageSeeds; ++seed) {
      const std::vector<MeanOfReplications> estimates = estimatesOf(of, 1000 + seed);
      ASSERT_FALSE(estimates.empty()) << of.id;
      const double miss = std::abs(estimates[0].mean - of.quantities[0].expected);
      coveredHere += miss <= kStudentT95 * estimates[0].standardError ? 1u : 0u;
    }
    std::printf("%s  %s: %s of %s intervals hold %s\n", of.id.c_str(), of.quantities[0].name.c_str(),
                formatNumber(static_cast<double>(coveredHere)).c_str(),
                formatNumber(static_cast<double>(kCoverageSeeds)).c_str(),
                formatNumber(of.quantities[0].expected).c_str());
    EXPECT_GE(coveredHere, 24u) << of.id;
    covered += coveredHere;
    all += kCoverageSeeds;
  }
  EXPECT_GE(static_cast<double>(covered), 0.93 * static_cast<double>(all));
}

}  // namespace
}  // namespace cantilever::test
