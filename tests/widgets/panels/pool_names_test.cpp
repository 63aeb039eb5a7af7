#include "widgets/panels/figure_table.h"

#include <gtest/gtest.h>

#include "tests/core/design_builder.h"

namespace cantilever::widgets {
namespace {

TEST(PoolNames, AreThoseOfBlocksWithWhatEachFurtherPoolIsFor) {
  const Design design = test::design("Shop").block("stock", "app_server").build();
  plan::Plan plan;
  for (const char* key : {"stock", "stock/leader", "elsewhere"}) {
    plan::Pool pool;
    pool.key = key;
    plan.pools.push_back(pool);
    plan.poolOrigin.push_back({pool.key.substr(0, pool.key.find('/')), {}});
  }
  const QString name = QString::fromStdString(design.blocks.begin()->name);
  EXPECT_EQ(poolNames(design, plan),
            (std::vector<QString>{name, name + QStringLiteral(" (leader)"), QStringLiteral("elsewhere")}));
}

}  // namespace
}  // namespace cantilever::widgets
