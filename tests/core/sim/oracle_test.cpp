// Two engines that share nothing but their random numbers come to the same outcomes.
#include "tests/core/sim/oracle_plans.h"

namespace cantilever::sim {
namespace {

TEST(Oracle, AgreesOnRandomPlansToTheLastRequest) {
  test::expectAgreement(1, 40);
}

}  // namespace
}  // namespace cantilever::sim
