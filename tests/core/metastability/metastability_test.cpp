// Systems that stay sick after what made them so has gone (Bronson et al., Metastable Failures in Distributed
// Systems, HotOS 2021; Huang et al., Metastable Failures in the Wild, OSDI 2022).
#include "tests/core/metastability/metastability.h"

#include <gtest/gtest.h>

#include "core/base/units.h"

namespace cantilever::test {
namespace {

using namespace literals;

class MetastableDesign : public ::testing::TestWithParam<std::size_t> {
 protected:
  const Metastability& m_of = metastabilities()[GetParam()];
};

TEST_P(MetastableDesign, IsWellBeforeTheTrigger) {
  EXPECT_GT(goodput(m_of, "trigger", m_of.before, 1), 0.95);
}
TEST_P(MetastableDesign, IsSickLongAfterTheTriggerHasGone) {
  EXPECT_LT(goodput(m_of, "trigger", m_of.longAfter, 1), m_of.sickest);
}
TEST_P(MetastableDesign, IsCuredByTheRemedy) {
  EXPECT_GT(goodput(m_of, "remedy", m_of.cured, 1), 0.95);
}
TEST_P(MetastableDesign, WouldHaveGotWellByItselfWithThePrevention) {
  EXPECT_GT(goodput(m_of, "trigger", m_of.longAfter, 1, WithPrevention::Yes), 0.9);
}

INSTANTIATE_TEST_SUITE_P(Designs, MetastableDesign,
                         ::testing::Range<std::size_t>(0, metastabilities().size()),
                         [](const ::testing::TestParamInfo<std::size_t>& each) {
                           return metastabilities()[each.param].design;
                         });

// It refuses at once, so it has the fewest open calls: a black hole. At random it would get its share alone.
TEST(Metastability, LeastConnectionsSendsMostCallsToTheSickInstance) {
  const auto lost = [](Balancing balancing) {
    Design design = metastableDesign("slow_instance_under_least_connections");
    Link link = *design.links.find(LinkId("users-servers"));
    link.balancing = balancing;
    design.links.put(std::move(link));
    return 1 - goodput(design, "trigger", {100, 120}, 1);
  };
  EXPECT_GT(lost(Balancing::LeastConnections), 0.3);
  EXPECT_LT(lost(Balancing::Random), 0.26);
}

// Not for ever, but until somebody notices: the faster an instance fails, the more it gets.
TEST(Metastability, ADeadInstanceGetsMostCallsUnderLeastConnections) {
  const auto lost = [](Balancing balancing, bool isEjecting) {
    Design design = metastableDesign("failing_fast_under_least_connections");
    Link link = *design.links.find(LinkId("users-servers"));
    link.balancing = balancing;
    if (isEjecting) {
      link.params["eject_after"] = Count(5);
      link.params["eject_for"] = 60_s;
    }
    design.links.put(std::move(link));
    return 1 - goodput(design, "trigger", {22, 32}, 1);
  };
  EXPECT_NEAR(lost(Balancing::Random, false), 0.25, 0.04);
  EXPECT_GT(lost(Balancing::LeastConnections, false), 0.6);
  EXPECT_LT(lost(Balancing::LeastConnections, true), 0.01);
}

}  // namespace
}  // namespace cantilever::test
