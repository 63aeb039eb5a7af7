// As agreement_test.cpp, on all templates and on as many random designs as have 200 that run. All figures,
// the worst first, are left in agreement_templates.txt and agreement_random.txt in the working directory.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/exchange/templates.h"
#include "tests/core/analytic/agreement.h"

namespace cantilever::analytic::test {
namespace {

void expectInside(const AgreementReport& report, const char* file) {
  writeReport(report, file);
  std::printf("%s", report.worst(20).c_str());
  for (const Comparison& each : report.outside()) {
    ADD_FAILURE() << each.what << ": " << each.solved << " +- " << 100 * each.band << " %, simulated "
                  << each.simulated;
  }
}

TEST(AgreementFull, OnTwoHundredRandomDesigns) {
  const AgreementReport report = compareRandomDesigns(1, 1000, 20'000);
  EXPECT_GT(report.solvedClasses, 200);
  EXPECT_GT(report.forecasts, 200);
  expectInside(report, "agreement_random.txt");
}

TEST(AgreementFull, OnAllTemplates) {
  AgreementReport report;
  for (const exchange::Template& each : exchange::templates()) {
    compareTemplate(each.key, 50'000, 1, report);
  }
  EXPECT_GT(report.solvedClasses, 40);
  EXPECT_GT(report.forecasts, 10);
  expectInside(report, "agreement_templates.txt");
}

}  // namespace
}  // namespace cantilever::analytic::test
