#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

#include <cmath>

/// What a request meets in the blocks of analytics and operations: the mechanism, not the label.
namespace cantilever::catalog::test_blocks {
namespace {

TEST(RealtimeOlap, ScansRowsOnAllShardsAtOnce) {
  // 20 million rows on two shards of 50 million a second and core: 0.2 s each.
  const Design alone =
      calling("realtime_olap", 1_rps).param("variation", 0.0).param("merge_time", Law::constant(1_ms));
  EXPECT_NEAR(Outcome(alone).work("subject/scan"), 2 * 0.2, 1e-6);
  EXPECT_NEAR(meanLatency(alone, 100_s), 201, 4);
}

/// Two shards of two copies on eight cores each; without variation of what is asked for.
DesignBuilder vectors(Count number, Rate rate) {
  return calling("vector_db", rate)
      .param("vectors", number)
      .param("dimensions", 768)
      .param("candidates", 128);
}

// 10 M vectors at each of two shards: (128 + ln(10^7) / ln(16)) x 16 comparisons of 3,072 bytes at 10 GB/s.
TEST(VectorDb, ComparesAtEveryShard) {
  const double comparisons = 16 * (128 + std::log(1e7) / std::log(16));
  const double search = comparisons * 3072 / 10e9;
  EXPECT_NEAR(Outcome(vectors(Count(20'000'000), 100_rps)).work("subject/search"), 100 * 2 * search, 1e-6);
  EXPECT_NEAR(Outcome(vectors(Count(20'000'000), 100_rps).param("precision", "int8")).work("subject/search"),
              100 * 2 * search / 4, 1e-6);
}

// 10 M x (3,072 + 16 x 16 bytes) x 1.2 are 40 GB of 69; ten times as many are read from disk for five sixths.
TEST(VectorDb, ReadsFromDiskWhatMemoryHasNoRoomFor) {
  EXPECT_FALSE(Outcome(vectors(Count(20'000'000), 1_rps)).isRemarkedOn("vectors.too_large"));
  DesignBuilder large = vectors(Count(200'000'000), 1_rps).param("disk_read", Law::constant(1_ms));
  EXPECT_TRUE(Outcome(large).isRemarkedOn("vectors.too_large"));
  const double memory = 64.0 * 1024 * 1024 * 1024;
  const double missing = 128 * (1 - memory / (1e8 * (3072 + 16 * 16) * 1.2));
  EXPECT_NEAR(meanLatency(large, 1000_s), missing, 4);
}

TEST(DataWarehouse, SharesTheClusterAmongItsQueries) {
  // 13 GB at 1.3 GB/s: 10 s alone. At 0.05/s rho is 0.5: sharing doubles it, whatever the law of the scans.
  const Design busy = calling("data_warehouse", 0.05_rps)
                          .param("scan", 13_GB)
                          .param("variation", 0.0)
                          .param("plan_time", Law::constant(0_ms))
                          .param("cached_share", ratio(0))
                          .param("slots", 50)
                          .param("queue_limit", 10'000);
  EXPECT_NEAR(meanLatency(busy, 100'000_s) / 1000, 20, 1.2);
}

TEST(DataWarehouse, IsBilledByNodesAndWhatItKeeps) {
  const std::vector<Usage> usage = usageOf(calling("data_warehouse", 1_rps));
  EXPECT_NEAR(amountOf(usage, "ra3.xlplus", Usage::Kind::InstanceHours), 2 * 730, 1e-9);
  EXPECT_NEAR(amountOf(usage, "warehouse", Usage::Kind::StorageGbMonths), 5000, 1e-9);
}

TEST(DataLake, GivesAReaderItsOwnRateUntilAllShareOne) {
  const auto reading = [](Rate rate) -> Design {
    return calling("data_lake", rate)
        .param("first_byte", Law::constant(0_ms))
        .param("read_rate", bytesPerSecond(2e9));
  };
  // 1 GB at 1 GB/s; all together 2 GB/s: M/G/2 with sharing. At 1/s rho is 0.5: 1 / (1 - 0.5^2) s for two
  // servers.
  EXPECT_NEAR(meanLatency(reading(0.01_rps), 20'000_s), 1000, 10);
  EXPECT_NEAR(meanLatency(reading(1_rps), 5'000_s), 1333, 60);
}

TEST(DataLake, KeepsLessThanItTookIn) {
  const std::vector<Usage> usage = usageOf(calling("data_lake", 1_rps), {2_rps, 2_rps, {}});
  EXPECT_NEAR(amountOf(usage, "s3-standard", Usage::Kind::StorageGbMonths), 12'500, 1e-6);
  EXPECT_NEAR(amountOf(usage, "s3-get", Usage::Kind::Requests), 1e9 / 128e6 * 730 * 3600, 1e-3);
  EXPECT_EQ(amountOf(usage, "lake-scan", Usage::Kind::ProcessedGb), 0);
}

TEST(Logging, BillsBytesThatComeInAndThatAreKept) {
  const std::vector<Usage> usage = usageOf(calling("logging", 1_rps), {1000_rps, 1000_rps, {}});
  EXPECT_NEAR(amountOf(usage, "logs", Usage::Kind::ProcessedGb), 1576.8, 1e-6);  // 600 KB/s for 730 h
  EXPECT_NEAR(amountOf(usage, "logs", Usage::Kind::StorageGbMonths), 1576.8 * 336 / 730 * 0.15, 1e-6);
}

TEST(Metrics, BillsSeriesOrSamples) {
  EXPECT_NEAR(amountOf(usageOf(calling("metrics", 1_rps)), "custom-metric", Usage::Kind::CapacityUnitHours),
              2500 * 730.0, 1e-6);
  EXPECT_NEAR(amountOf(usageOf(calling("metrics", 1_rps).param("billed_by", "samples")), "metric-sample",
                       Usage::Kind::Requests),
              2500.0 * 730 * 60, 1e-3);
}

TEST(Collectors, TakeProcessorsOnlyOnServersOfOnesOwn) {
  EXPECT_NEAR(
      Outcome(calling("tracing", 1000_rps).param("operated_by", "self").param("kept_share", ratio(0.5)))
          .work("subject"),
      1000 * 0.5 * 12 * 30e-6, 1e-9);
  EXPECT_EQ(Outcome(calling("tracing", 1000_rps)).pool("subject").servers, 0u);
  EXPECT_TRUE(typeOf("metrics").traits(Block()).collectsMetrics);
  EXPECT_TRUE(typeOf("logging").traits(Block()).collectsLogs);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
