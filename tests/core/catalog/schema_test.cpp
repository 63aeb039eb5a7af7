#include "core/catalog/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/catalog/instance_class.h"

namespace cantilever::catalog {
namespace {

using namespace literals;

struct Common {
  Count instances{2};
};

struct ServerParams : Common {
  Duration boot = 30_s;
  Choice policy{"random"};
  Law service = Law::exponential(8_ms);
};

Schema<ServerParams> serverSchema() {
  return Schema<ServerParams>()
      .field("instances", &ServerParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 100)
      .logarithmic()
      .help("How many.")
      .source(Source::Grade::Known, "a book")
      .field("boot", &ServerParams::boot)
      .range(1_s, 5_min)
      .field("policy", &ServerParams::policy)
      .choices({"random", "round_robin"})
      .field("service", &ServerParams::service);
}

TEST(Schema, SaysEverythingAboutAParameterOnce) {
  const std::vector<ParamSpec> specs = serverSchema().specs();
  ASSERT_EQ(specs.size(), 4u);
  EXPECT_EQ(specs[0].key, "instances");
  EXPECT_EQ(specs[0].label, "Instances");
  EXPECT_EQ(specs[0].group, "Size");
  EXPECT_EQ(specs[0].help, "How many.");
  EXPECT_EQ(specs[0].kind, ParamKind::Count);
  EXPECT_EQ(specs[0].defaultValue, ParamValue(Count(2)));
  EXPECT_EQ(specs[0].minimum, 1);
  EXPECT_EQ(specs[0].maximum, 100);
  EXPECT_TRUE(specs[0].isLogarithmic);
  EXPECT_EQ(specs[0].source.grade, Source::Grade::Known);
  EXPECT_EQ(specs[0].source.document, "a book");
  EXPECT_FALSE(specs[1].isLogarithmic);
}

TEST(Schema, RangesOfQuantitiesAreInBaseUnits) {
  const std::vector<ParamSpec> specs = serverSchema().specs();
  EXPECT_EQ(specs[1].minimum, 1.0);
  EXPECT_EQ(specs[1].maximum, 300.0);
}

TEST(Schema, ReadsValuesOverTheDefaults) {
  const ServerParams params =
      serverSchema().read({{"boot", 5_s}, {"policy", Choice{"round_robin"}}, {"unknown", Count(9)}});
  EXPECT_EQ(params.instances, Count(2));
  EXPECT_EQ(params.boot, 5_s);
  EXPECT_EQ(params.policy.value, "round_robin");
  EXPECT_EQ(params.service, Law::exponential(8_ms));
}

TEST(Schema, AValueOfTheWrongTypeCountsAsAbsent) {
  EXPECT_EQ(serverSchema().read({{"boot", Count(5)}}).boot, 30_s);
}

/// The boot time follows from the number of instances.
Schema<ServerParams> followingSchema() {
  return Schema<ServerParams>()
      .field("instances", &ServerParams::instances)
      .field("boot", &ServerParams::boot)
      .follows("the number of instances", [](const ServerParams& params) {
        return Duration::seconds(15 * static_cast<double>(params.instances.value()));
      });
}

TEST(Schema, ADefaultMayFollowFromOtherParameters) {
  EXPECT_EQ(followingSchema().read({}).boot, 30_s);
  EXPECT_EQ(followingSchema().read({{"instances", Count(4)}}).boot, 60_s);
  EXPECT_EQ(followingSchema().read({{"instances", Count(4)}, {"boot", 5_s}}).boot, 5_s) << "unless stated";
  EXPECT_EQ(followingSchema().read({{"instances", Count(4)}, {"boot", Count(5)}}).boot, 60_s)
      << "a value of the wrong type states nothing";
  const ParamSpec boot = followingSchema().specs()[1];
  EXPECT_EQ(boot.follows, "the number of instances");
  EXPECT_EQ(boot.defaultFor({{"instances", Count(4)}, {"boot", 5_s}}), ParamValue(60_s));
  EXPECT_FALSE(boot.isNothingButDefault(30_s)) << "it stays when the instances become more";
  EXPECT_TRUE(serverSchema().specs()[1].isNothingButDefault(30_s));
}

BlockType serverType() {
  return makeBlock<ServerParams>(
      {.key = "server", .label = "Server"}, serverSchema(),
      [](const ServerParams& params, plan::Lowering& lowering) {
        plan::Pool pool;
        pool.instances = static_cast<std::uint32_t>(params.instances.value());
        lowering.addPool(pool);
      },
      [](const ServerParams& params, const Load& load) {
        return std::vector<Usage>{
            {Usage::Kind::Requests, params.policy.value, load.requests.raw(), "ondemand", {}}};
      },
      [](const ServerParams& params) {
        Deployable deployable;
        deployable.instances = static_cast<int>(params.instances.value());
        return deployable;
      },
      [](const ServerParams& params) { return Traits{.mttr = params.boot}; });
}

TEST(MakeBlock, SpeaksTheVocabulariesWithTheValuesOfTheBlock) {
  const BlockType type = serverType();
  Block block;
  block.params["instances"] = Count(7);
  block.params["boot"] = 5_s;
  const std::vector<Usage> usage = type.usage(block, {10_rps, {}, {}});
  ASSERT_EQ(usage.size(), 1u);
  EXPECT_EQ(usage[0].item, "random");
  EXPECT_EQ(usage[0].amount, 10);
  EXPECT_EQ(type.deploy(block).instances, 7);
  EXPECT_EQ(type.traits(block).mttr, 5_s);
}

TEST(BlockType, FindsParametersAndTheirValues) {
  const BlockType type = serverType();
  ASSERT_NE(type.find("boot"), nullptr);
  EXPECT_EQ(type.find("bot"), nullptr);
  Block block;
  EXPECT_EQ(type.valueOf(block, "instances"), ParamValue(Count(2)));
  block.params["instances"] = Count(7);
  EXPECT_EQ(type.valueOf(block, "instances"), ParamValue(Count(7)));
}

TEST(Catalog, IsSortedByCategoryThenLabelAndFindsByKey) {
  BlockType second = serverType();
  second.key = "b";
  second.label = "Alpha";
  BlockType third = serverType();
  third.key = "c";
  third.category = Category::Clients;
  const Catalog catalog({serverType(), second, third});
  std::vector<std::string> keys;
  for (const BlockType& type : catalog.types()) {
    keys.push_back(type.key);
  }
  EXPECT_THAT(keys, ::testing::ElementsAre("c", "b", "server"));
  EXPECT_EQ(catalog.find("b")->label, "Alpha");
  EXPECT_EQ(catalog.find("nothing"), nullptr);
}

TEST(InstanceClasses, AreGroupedByFamilyAndFoundByKey) {
  using Family = InstanceClass::Family;
  std::size_t count = 0;
  for (const Family family : {Family::Ec2, Family::Rds, Family::ElastiCache, Family::Msk}) {
    ASSERT_FALSE(instanceClasses(family).empty());
    EXPECT_EQ(instanceChoices(family).size(), instanceClasses(family).size());
    for (const InstanceClass& each : instanceClasses(family)) {
      EXPECT_EQ(each.family, family) << each.key;
      EXPECT_EQ(findInstanceClass(each.key), &each);
      EXPECT_GE(each.vcpu, 1) << each.key;
      EXPECT_GT(each.memory_gib, 0) << each.key;
      EXPECT_GT(each.speed, 0) << each.key;
      ++count;
    }
  }
  EXPECT_EQ(count, 160u);
  EXPECT_EQ(findInstanceClass("c7g.2xlarge")->vcpu, 8);
  EXPECT_EQ(findInstanceClass("db.r6g.xlarge")->memory_gib, 32);
  EXPECT_LT(findInstanceClass("m6g.large")->speed, findInstanceClass("m7g.large")->speed);
  EXPECT_EQ(findInstanceClass("c99.huge"), nullptr);
}

}  // namespace
}  // namespace cantilever::catalog
