#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

#include "core/cost/estimate.h"
#include "core/cost/price_book.h"

/// What a request meets in all product blocks together.
namespace cantilever::catalog::test_blocks {
namespace {

// All.

TEST(ProductBlocks, DeployPinnedImagesWithHealthChecks) {
  for (const BlockType& type : Catalog::builtIn().types()) {
    Block block;
    block.type = type.key;
    const Deployable deployable = type.deploy(block);
    if (deployable.image.empty()) {
      continue;
    }
    const std::size_t colon = deployable.image.rfind(':');
    ASSERT_NE(colon, std::string::npos) << type.key;
    EXPECT_NE(deployable.image.substr(colon + 1), "latest") << type.key;
    EXPECT_FALSE(deployable.healthCheck.empty()) << type.key;
  }
}

/// Of each parameter every choice, as sizes and ways to buy change what is billed.
std::vector<Block> variantsOf(const BlockType& type) {
  std::vector<Block> variants(1);
  for (const ParamSpec& spec : type.params) {
    for (const Choice& choice : spec.choices) {
      variants.emplace_back().params[spec.key] = choice;
    }
    if (spec.kind == ParamKind::Bool) {
      variants.emplace_back().params[spec.key] = !std::get<bool>(spec.defaultValue);
    }
  }
  for (Block& variant : variants) {
    variant.id = BlockId("subject");
    variant.type = type.key;
  }
  return variants;
}

TEST(ProductBlocks, BillOnlyWhatHasAPrice) {
  const Load load{1000_rps, 2000_rps, bytesPerSecond(1e6)};
  for (const BlockType& type : Catalog::builtIn().types()) {
    for (const Block& variant : variantsOf(type)) {
      for (const Usage& usage : type.usage(variant, load)) {
        EXPECT_TRUE(usage.amount == 0 || !cost::PriceBook::builtIn().tiersOf(usage).empty())
            << type.key << " bills " << usage.item << " (" << usage.purchase << ")";
      }
    }
  }
}

/// One block with its defaults and a hundred requests a second, all month.
double billOf(const char* type) {
  const Design design = calling(type, 100_rps).mean(100_rps);
  const compile::Compiled compiled = compile::compile(design, Catalog::builtIn());
  const cost::Estimate bill = cost::estimate(design, Catalog::builtIn(), *compiled.plan, *compiled.visits,
                                             cost::PriceBook::builtIn());
  EXPECT_TRUE(bill.unpriced.empty()) << type;
  return static_cast<double>(bill.total.inMicros()) / 1e6;
}

// 262.8 million requests a month. Prices are those of the built-in book, written out.
TEST(ProductBlocks, CostWhatTheirParametersComeTo) {
  EXPECT_NEAR(billOf("dns"), 0.5 + 2 * 0.5 + 5.256 * 0.6, 0.01);
  EXPECT_NEAR(billOf("waf"), 5 + 12 * 1 + 262.8 * 0.6, 0.01);
  EXPECT_NEAR(billOf("l4_load_balancer"), 730 * 0.0225 + 730 * 0.006 * 100 / 20 / 800, 0.01);
  EXPECT_NEAR(billOf("api_gateway"), 262.8 * 1.0, 0.01);
  EXPECT_NEAR(billOf("nat_gateway"), 3 * 730 * 0.045 + 525.6 * 0.045, 0.01);
  EXPECT_NEAR(billOf("microservice"), 6 * 730 * (0.03238 + 2 * 0.00356), 0.01);
  EXPECT_NEAR(billOf("serverless_function"),
              262.8 * 0.2 + 262.8e6 * 0.06 * (512e6 / 1073741824.0) * 0.0000133334, 0.01);
  EXPECT_NEAR(billOf("kv_nosql"), 100 * 0.25 + 100 * 0.2 + 0.8 * 262.8 / 2 * 0.125 + 0.2 * 262.8 * 0.625,
              0.01);
  EXPECT_NEAR(billOf("message_queue"), (1.2 * 262.8 - 1) * 0.4, 0.01);
  EXPECT_NEAR(billOf("kinesis_stream"), 10 * 730 * 0.015 + 262.8 * 0.014, 0.01);
  EXPECT_NEAR(billOf("event_bus"), 262.8 * 1.0, 0.01);
  EXPECT_NEAR(billOf("session_store"), 2 * 730 * 0.206, 0.01);
  EXPECT_NEAR(billOf("data_warehouse"), 2 * 730 * 1.086 + 5000 * 0.024, 0.01);
  EXPECT_NEAR(billOf("logging"), 157.68 * 0.5 + 157.68 * 336 / 730 * 0.15 * 0.03, 0.01);
  EXPECT_NEAR(billOf("metrics"), 2500 * 0.3, 0.01);
  EXPECT_NEAR(billOf("tracing"), 5 * 2.628 * 5, 0.01);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
