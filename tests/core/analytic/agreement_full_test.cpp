// As agreement_test.cpp, on as many random designs as have 200 that run.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/core/analytic/agreement.h"

namespace cantilever::analytic::test {
namespace {

TEST(AgreementFull, OnTwoHundredRandomDesigns) {
  const AgreementReport report = compareRandomDesigns(1, 1000, 20'000);
  std::printf("%s", report.worst(20).c_str());
  EXPECT_GT(report.solvedClasses, 200);
  for (const Comparison& each : report.outside()) {
    ADD_FAILURE() << each.what << ": " << each.solved << " +- " << 100 * each.band << " %, simulated "
                  << each.simulated;
  }
}

}  // namespace
}  // namespace cantilever::analytic::test
