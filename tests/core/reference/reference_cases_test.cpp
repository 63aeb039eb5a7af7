// Every design of tests/reference runs and has the figures that its case names; how good they are is the full
// suite's matter.
#include "tests/core/reference/reference_cases.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cantilever::test {
namespace {

constexpr double kShorter = 50;

class EveryReferenceCase : public ::testing::TestWithParam<std::size_t> {};

TEST_P(EveryReferenceCase, RunsAndHasEveryFigure) {
  const ReferenceCase& of = referenceCases()[GetParam()];
  const std::vector<double> values = runReferenceCase(of, std::max(of.requests / kShorter, 200.0), 1, 0);
  ASSERT_EQ(values.size(), of.quantities.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    // So few requests (mostly 2,000) only tell a figure of the right kind from another, or a wrong unit.
    EXPECT_GT(values[i], of.quantities[i].expected / 5) << of.quantities[i].name;
    EXPECT_LT(values[i], of.quantities[i].expected * 5) << of.quantities[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, EveryReferenceCase, ::testing::Range<std::size_t>(0, referenceCases().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& of) {
                           std::string name = referenceCases()[of.param].id;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace cantilever::test
