// Solver, forecast and simulation agree within the bands that the solver gives. A sample; 200 random designs
// are the full suite's matter.
#include "tests/core/analytic/agreement.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace cantilever::analytic::test {
namespace {

void expectAgreement(const AgreementReport& report) {
  std::printf("%s", report.worst(5).c_str());
  for (const Comparison& each : report.outside()) {
    ADD_FAILURE() << each.what << ": " << each.solved << " +- " << 100 * each.band << " %, simulated "
                  << each.simulated;
  }
}

TEST(Agreement, OnTheTemplate) {
  AgreementReport report;
  compareTemplate("high_traffic_web", 100'000, 1, report);
  EXPECT_EQ(report.solvedClasses, 3);
  EXPECT_EQ(report.forecasts, 1);
  expectAgreement(report);
}

TEST(Agreement, OnRandomDesigns) {
  const AgreementReport report = compareRandomDesigns(1, 72, 4'000);
  EXPECT_GT(report.solvedClasses, 20);
  expectAgreement(report);
}

}  // namespace
}  // namespace cantilever::analytic::test
