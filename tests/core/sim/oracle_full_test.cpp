// As oracle_test, on many more plans.
#include "tests/core/sim/oracle_plans.h"

namespace cantilever::sim {
namespace {

TEST(Oracle, AgreesOnManyRandomPlansToTheLastRequest) {
  test::expectAgreement(1000, 2000);
}

}  // namespace
}  // namespace cantilever::sim
