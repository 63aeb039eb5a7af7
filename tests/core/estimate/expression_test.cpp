#include "core/estimate/expression.h"

#include <gtest/gtest.h>

namespace cantilever::estimate {
namespace {

double of(std::string_view formula) {
  return workedOut(formula, [](std::string_view name) { return name == "two" ? 2.0 : 10.0; });
}

TEST(Expression, KeepsTheOrderOfOperations) {
  EXPECT_EQ(of("two + 3 * ten"), 32);
  EXPECT_EQ(of("(two + 3) * ten"), 50);
  EXPECT_EQ(of("ten - 3 - two"), 5);
  EXPECT_EQ(of("ten / two / two"), 2.5);
}

TEST(Expression, KnowsMaximumAndRoundingUp) {
  EXPECT_EQ(of("max(two, ten) - max(0, two - ten)"), 10);
  EXPECT_EQ(of("ceil(ten / 4)"), 3);
  EXPECT_EQ(of("ceil(two)"), 2);
}

TEST(Expression, RoundsUpNothingThatIsWholeButForRounding) {
  // 21 x 0.1 is 2.1000000000000001 in binary; 2.1 / 0.7 is three.
  const auto tenth = [](std::string_view name) { return name == "tenth" ? 0.1 : 0.7; };
  EXPECT_EQ(workedOut("ceil(21 * tenth / most)", tenth), 3);
}

TEST(Expression, AShareOfNothingIsNothing) {
  EXPECT_EQ(of("ten / (two - 2)"), 0);
}

TEST(Expression, IsWrittenAsPeopleReadIt) {
  EXPECT_EQ(namesIn("max(a * b, a) / ceil(c_d)"), (std::vector<std::string>{"a", "b", "c_d"}));
  EXPECT_EQ(inWords("max(a_b * 2 - a_b, 0) / (c + 1)",
                    [](std::string_view name) { return "<" + std::string(name) + ">"; }),
            "max(<a_b> \u00d7 2 \u2212 <a_b>, 0) / (<c> + 1)");
}

}  // namespace
}  // namespace cantilever::estimate
