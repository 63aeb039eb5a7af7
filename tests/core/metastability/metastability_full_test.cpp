// How sure it is that the designs of tests/metastability behave as they do: over seeds fixed before looking.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "tests/core/metastability/metastability.h"

namespace cantilever::test {
namespace {

constexpr std::uint64_t kSeeds = 20;

class MetastableSpread : public ::testing::TestWithParam<std::size_t> {};

TEST_P(MetastableSpread, OverSeeds) {
  const Metastability& of = metastabilities()[GetParam()];
  const auto spread = [&of](const char* what, const char* scenario, Span span, const auto& isAsSaid,
                            WithPrevention prevention = WithPrevention::No) {
    std::vector<double> all;
    for (std::uint64_t seed = 100; seed < 100 + kSeeds; ++seed) {
      all.push_back(goodput(of, scenario, span, seed, prevention));
    }
    std::sort(all.begin(), all.end());
    const auto asSaid = std::count_if(all.begin(), all.end(), isAsSaid);
    std::printf("%s  %s: goodput %.3f .. %.3f, median %.3f; as said for %d of %d seeds\n", of.design.c_str(),
                what, all.front(), all.back(), all[all.size() / 2], static_cast<int>(asSaid),
                static_cast<int>(kSeeds));
    EXPECT_GE(asSaid, static_cast<std::ptrdiff_t>(kSeeds * 9 / 10)) << of.design << " " << what;
  };
  const auto isWell = [](double each) { return each > 0.9; };
  spread("before", "trigger", of.before, isWell);
  spread("long after the trigger", "trigger", of.longAfter, [&](double each) { return each < of.sickest; });
  spread("after the remedy", "remedy", of.cured, isWell);
  spread("with the prevention", "trigger", of.longAfter, isWell, WithPrevention::Yes);
}

INSTANTIATE_TEST_SUITE_P(Designs, MetastableSpread,
                         ::testing::Range<std::size_t>(0, metastabilities().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& each) {
                           return metastabilities()[each.param].design;
                         });

}  // namespace
}  // namespace cantilever::test
