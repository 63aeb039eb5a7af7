#include "core/cost/sku_map.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "core/cost/price_book.h"

namespace cantilever::cost {
namespace {

TEST(SkuMap, LeadsToPricesOfTheBuiltInBookInUnitsThatConvert) {
  for (const Sku& sku : allSkus()) {
    const auto tiers = PriceBook::builtIn().tiers(sku.service, sku.sku, "ondemand");
    ASSERT_FALSE(tiers.empty()) << sku.item << " -> " << sku.service << " " << sku.sku;
    EXPECT_GT(unitsPer(sku.kind, tiers.front()->unit), 0) << sku.item << " by the " << tiers.front()->unit;
  }
}

TEST(SkuMap, HasEachItemOnce) {
  std::set<std::pair<Usage::Kind, std::string_view>> items;
  for (const Sku& sku : allSkus()) {
    EXPECT_TRUE(items.emplace(sku.kind, sku.item).second) << sku.item;
  }
}

TEST(SkuMap, FindsByKindAndItem) {
  ASSERT_NE(findSku({Usage::Kind::ServiceHours, "alb", 1, "ondemand", ""}), nullptr);
  EXPECT_EQ(findSku({Usage::Kind::ServiceHours, "alb", 1, "ondemand", ""})->sku, "alb-hour");
  EXPECT_EQ(findSku({Usage::Kind::Requests, "alb", 1, "ondemand", ""}), nullptr);
}

TEST(UnitsPer, ConvertsWhatIsSoldInThousands) {
  EXPECT_EQ(unitsPer(Usage::Kind::Requests, "10k requests"), 1e-4);
  EXPECT_EQ(unitsPer(Usage::Kind::Requests, "GB"), 0) << "requests are not sold by the GB";
}

}  // namespace
}  // namespace cantilever::cost
