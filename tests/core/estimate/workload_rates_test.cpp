#include "core/estimate/workload_rates.h"

#include <gtest/gtest.h>

#include "core/estimate/sheet_lines.h"
#include "tests/core/design_builder.h"

namespace cantilever::estimate {
namespace {

using namespace cantilever::literals;
using test::design;

/// Two loads of one class of reads, and a sheet whose peak is twice its mean of 100/s.
WorkloadRates ratesFor(Rate peakA, Rate meanA, Rate peakB, Rate meanB) {
  test::DesignBuilder builder = design();
  builder.block("a", "source").block("b", "source");
  builder.workload("a", peakA).mean(meanA).workload("b", peakB).mean(meanB);
  Sheet sheet;
  sheet.typed = {{"mean_rate", 100}, {"peak_factor", 2}};
  const Result<WorkloadRates> rates = workloadRates(builder.build(), reckon(sheet));
  EXPECT_TRUE(rates.ok());
  return rates ? *rates : WorkloadRates{};
}

TEST(WorkloadRates, AreInProportionToThePresentOnes) {
  const WorkloadRates rates = ratesFor(300_rps, 150_rps, 100_rps, 50_rps);
  EXPECT_NEAR(rates.rates[0].peak.raw(), 150, 1e-9);
  EXPECT_NEAR(rates.rates[0].mean.raw(), 75, 1e-9);
  EXPECT_NEAR(rates.rates[1].mean.raw(), 25, 1e-9);
}

TEST(WorkloadRates, HaveNoMeanAboveTheirPeak) {
  for (const auto& [meanA, meanB] :
       {std::pair(95_rps, 5_rps), std::pair(0_rps, 0_rps), std::pair(0_rps, 9_rps)}) {
    double mean = 0;
    for (const WorkloadRate& each : ratesFor(99_rps, meanA, 1_rps, meanB).rates) {
      EXPECT_LE(each.mean, each.peak) << each.workload.text();
      mean += each.mean.raw();
    }
    EXPECT_NEAR(mean, 100, 1e-9);
  }
}

}  // namespace
}  // namespace cantilever::estimate
