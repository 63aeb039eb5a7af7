#include "core/sim/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/base/random.h"

namespace cantilever::sim {
namespace {

// Cells are at most 1/128 of their value wide, and a quantile is the middle of a cell.
TEST(Histogram, ReportsQuantilesWithinOne128thOfAnObservedValue) {
  RandomStream random(42);
  Histogram histogram;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(1e7 * random.exponential() * random.exponential()));
    histogram.add(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    const auto exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(histogram.quantileNs(q)), exact, exact / 128 + 1) << q;
  }
}

TEST(Histogram, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (std::int64_t value = 0; value < 100; ++value) {
    histogram.add(value);
  }
  EXPECT_EQ(histogram.quantileNs(0.01), 0);
  EXPECT_EQ(histogram.quantileNs(0.5), 49);
  EXPECT_EQ(histogram.quantileNs(1.0), 99);
  EXPECT_DOUBLE_EQ(histogram.meanNs(), 49.5);
}

TEST(Histogram, NeverReportsMoreThanTheLargestValue) {
  Histogram histogram;
  histogram.add(1'000'001);
  EXPECT_EQ(histogram.quantileNs(0.5), 1'000'001);
  EXPECT_EQ(histogram.quantileNs(1.0), 1'000'001);
  EXPECT_EQ(histogram.maxNs(), 1'000'001);
}

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantileNs(0.99), 0);
  EXPECT_EQ(histogram.meanNs(), 0);
}

TEST(Histogram, SumsBeyond64Bits) {
  Histogram histogram;
  const std::int64_t century = 3'155'760'000'000'000'000;
  for (int i = 0; i < 100; ++i) {
    histogram.add(century);
  }
  EXPECT_DOUBLE_EQ(histogram.meanNs(), static_cast<double>(century));
}

TEST(Histogram, MergesToTheSameAsAddingAllToOne) {
  RandomStream random(7);
  Histogram a;
  Histogram b;
  Histogram all;
  for (int i = 0; i < 1000; ++i) {
    const auto small = static_cast<std::int64_t>(random.below(1000));
    const auto large = static_cast<std::int64_t>(random.next() >> 10);
    a.add(small);
    b.add(large);
    all.add(large);
    all.add(small);
  }
  Histogram ab = a;
  ab.merge(b);
  Histogram ba = b;
  ba.merge(a);
  ba.merge(Histogram());
  EXPECT_EQ(ab, all);
  EXPECT_EQ(ba, all);
  EXPECT_EQ(ab.count(), 2000u);
}

// Every value lies in its cell, and cells follow each other without gaps.
TEST(Histogram, CutsThePowersOfTwoWithoutGaps) {
  std::uint32_t previous = detail::cellOf<7>(0);
  for (std::uint64_t value = 1; value < 5000; ++value) {
    const std::uint32_t cell = detail::cellOf<7>(value);
    EXPECT_LE(cell - previous, 1u) << value;
    EXPECT_EQ(detail::cellOf<7>(static_cast<std::uint64_t>(detail::middleOf<7>(cell))), cell) << value;
    previous = cell;
  }
  EXPECT_LT(detail::cellOf<7>(std::uint64_t{1} << 62), 7300u);
}

}  // namespace
}  // namespace cantilever::sim
