#include "core/catalog/instance_class.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "core/compile/compile.h"
#include "core/cost/price_book.h"
#include "core/edit/edit.h"
#include "tests/core/design_builder.h"

/// A size is a whole: whoever takes a larger one gets more of something, less of nothing, and pays for it.
namespace cantilever::catalog {
namespace {

using namespace literals;

/// The parameter that is a block's size, where sizes are sold by name; null for others.
const ParamSpec* sizeOf(const BlockType& type) {
  const auto at = std::find_if(type.params.begin(), type.params.end(), [](const ParamSpec& spec) {
    return spec.key == "instance_type" || spec.key == "task_size";
  });
  return at == type.params.end() ? nullptr : &*at;
}

/// "db.r6g" of "db.r6g.xlarge", "r6g" of "r6g.xlarge.search"; sizes of a line are listed by size.
std::string lineOf(std::string key) {
  if (key.ends_with(".search")) {
    key.resize(key.size() - std::string(".search").size());
  }
  return key.substr(0, key.rfind('.'));
}

/// Pairs of sizes of one line, the larger second.
std::vector<std::pair<ParamValue, ParamValue>> stepsOf(const ParamSpec& size) {
  std::vector<std::pair<ParamValue, ParamValue>> steps;
  for (std::size_t i = 1; i < size.choices.size(); ++i) {
    const bool isTask = size.key == "task_size";
    if (isTask || lineOf(size.choices[i].value) == lineOf(size.choices[i - 1].value)) {
      steps.emplace_back(size.choices[i - 1], size.choices[i]);
    }
  }
  return steps;
}

Block subjectOf(const BlockType& type, const Params& params) {
  Block subject;
  subject.id = BlockId("subject");
  subject.type = type.key;
  subject.params = params;
  return subject;
}

/// The block is asked for each of its operations, by requests that read and ones that write.
Design asked(const BlockType& type, const Params& params) {
  test::DesignBuilder builder = test::design()
                                    .requestClass("get", Access::Read, true)
                                    .requestClass("put", Access::Write)
                                    .block("users", "source")
                                    .block("subject", type.key.c_str())
                                    .block("other", "delay");
  builder.link("users", type.acceptsCalls ? "subject" : "other");
  for (const std::string& operation : type.operations) {
    builder.link("users", "subject").operation(operation.c_str());
  }
  builder.workload("users", 1_rps, "get").workload("users", 1_rps, "put");
  Design design = builder;
  design.blocks.put(subjectOf(type, params));
  return design;
}

/// What a block of that size can do, each by name: more is better. Work per second is that of the load above.
std::map<std::string, double> capacitiesOf(const BlockType& type, const Params& params) {
  std::map<std::string, double> capacities;
  const compile::Compiled compiled = compile::compile(asked(type, params), Catalog::builtIn());
  if (compiled.plan == nullptr || !compiled.visits) {
    ADD_FAILURE() << type.key << " gives no plan";
    return capacities;
  }
  const plan::Plan& plan = *compiled.plan;
  for (plan::Index i = 0; i < plan.pools.size(); ++i) {
    const plan::Pool& pool = plan.pools[i];
    if (!pool.key.starts_with("subject")) {
      continue;
    }
    const double work = compiled.visits->totalPoolWork(i);
    capacities[pool.key + " servers"] = pool.servers;
    capacities[pool.key + " seats"] = pool.seats;
    if (pool.servers > 0 && work > 0) {
      capacities[pool.key + " times the load"] = pool.instances * pool.servers / work;
    }
  }
  for (const plan::Tokens& tokens : plan.tokens) {
    capacities[tokens.key + " rate"] = tokens.rate.raw();
    capacities[tokens.key + " size"] = tokens.size;
  }
  for (const plan::Cache& cache : plan.caches) {
    capacities[cache.key + " bytes"] = static_cast<double>(cache.capacityBytes);
  }
  const Block block = subjectOf(type, params);
  const Traits traits = type.traits(block);
  capacities["connections"] = traits.sessionSlots;
  const Deployable deployable = type.deploy(block);
  if (const auto memory = deployable.settings.find("max_memory_mib"); memory != deployable.settings.end()) {
    capacities["memory"] = parseNumbers(memory->second).value().front();
  }
  if (const ParamSpec* hits = type.find("buffer_hit")) {
    capacities["reads from memory"] = numberOf(hits->defaultFor(params)).value();
  }
  return capacities;
}

double priceOf(const BlockType& type, const Params& params) {
  const Block block = subjectOf(type, params);
  double price = 0;
  for (const Usage& usage : type.usage(block, Load{100_rps, 100_rps, bytesPerSecond(1e5)})) {
    const auto tiers = cost::PriceBook::builtIn().tiersOf(usage);
    if (usage.amount > 0 && tiers.empty()) {
      ADD_FAILURE() << type.key << ": " << usage.item << " has no price";
    } else if (!tiers.empty()) {
      price += static_cast<double>(multiply(tiers.front()->price, usage.amount).inMicros());
    }
  }
  return price;
}

/// Values for which the size shows, where it does not with the defaults.
Params besides(const BlockType& type) {
  Params params;
  if (type.find("in_daily_use") != nullptr) {
    params["in_daily_use"] = 10_TB;  // more than any memory holds
  }
  if (type.find("operated_by") != nullptr) {
    params["operated_by"] = Choice{"self"};  // a provider's has no size
  }
  if (type.find("purchase") != nullptr) {
    params["purchase"] = Choice{"ondemand"};  // larger spot instances are sometimes cheaper
  }
  return params;
}

Params with(Params params, const std::string& key, const ParamValue& value) {
  params[key] = value;
  return params;
}

void expectLarger(const BlockType& type, const Params& small, const Params& large, const std::string& step) {
  const std::map<std::string, double> before = capacitiesOf(type, small);
  const std::map<std::string, double> after = capacitiesOf(type, large);
  bool isMore = false;
  for (const auto& [name, capacity] : before) {
    const auto at = after.find(name);
    ASSERT_NE(at, after.end()) << step << ": " << name;
    EXPECT_GE(at->second, capacity * (1 - 1e-9)) << step << ": less " << name;
    isMore = isMore || at->second > capacity * (1 + 1e-9);
  }
  EXPECT_TRUE(isMore) << step << " has more of nothing";
  EXPECT_GT(priceOf(type, large), priceOf(type, small)) << step;
}

/// What a machine's memory is for is the designer's code there, or an index that is not simulated.
bool hasMoreThanMemory(std::string small, std::string large) {
  for (std::string* key : {&small, &large}) {
    *key = key->substr(0, key->find(".search"));
  }
  const InstanceClass* before = findInstanceClass(small);
  const InstanceClass* after = findInstanceClass(large);
  return before == nullptr || before->family != InstanceClass::Family::Ec2 || after->vcpu > before->vcpu;
}

/// Reads the log of one database in one task, however many cores there are.
bool usesOneCore(const BlockType& type) {
  return type.key == "cdc_connector";
}

TEST(InstanceClasses, ALargerOneDoesMoreAndCostsMore) {
  int types = 0;
  for (const BlockType& type : Catalog::builtIn().types()) {
    const ParamSpec* size = sizeOf(type);
    if (size == nullptr || usesOneCore(type)) {
      continue;
    }
    ++types;
    const Params rest = besides(type);
    for (const auto& [small, large] : stepsOf(*size)) {
      const std::string from = textOf(small);
      const std::string to = textOf(large);
      const bool isSameProcessor =
          size->key == "task_size" && from.substr(0, from.find(',')) == to.substr(0, to.find(','));
      if (hasMoreThanMemory(from, to) && !isSameProcessor) {
        expectLarger(type, with(rest, size->key, small), with(rest, size->key, large),
                     type.key + ", " + from + " -> " + to);
      }
    }
  }
  EXPECT_GE(types, 25);
}

// Sizes that are quantities.

TEST(InstanceClasses, AFunctionWithMoreMemoryIsFasterAndDearer) {
  const BlockType& type = *Catalog::builtIn().find("serverless_function");
  const auto durationWith = [&](Bytes memory) {
    const compile::Compiled compiled =
        compile::compile(asked(type, {{"memory", memory}}), Catalog::builtIn());
    double longest = 0;
    for (plan::Index i = 0; i < compiled.plan->pools.size(); ++i) {
      longest = std::max(longest, compiled.visits->totalPoolWork(i));
    }
    return longest / 2;  // two requests a second
  };
  // 70 % of 60 ms in proportion to the processor, of which 1,769 MB have a whole one.
  EXPECT_NEAR(durationWith(512_MB), 0.060, 1e-9);
  EXPECT_NEAR(durationWith(1024_MB), 0.018 + 0.042 / 2, 1e-9);
  EXPECT_NEAR(durationWith(1769_MB), 0.018 + 0.042 * 512 / 1769, 1e-9);
  EXPECT_NEAR(durationWith(10_GB), durationWith(1769_MB), 1e-9);
  double last = 0;
  for (const Bytes memory : {128_MB, 512_MB, 1024_MB, 1769_MB, 10_GB}) {
    const double price = priceOf(type, {{"memory", memory}});
    EXPECT_GT(price, last) << format(memory);
    last = price;
  }
}

TEST(InstanceClasses, ATaskOfAPipelineWithMoreUnitsIsFasterAndDearer) {
  const BlockType& type = *Catalog::builtIn().find("etl_pipeline");
  double lastPrice = 0;
  double lastTime = 1e9;
  for (const double units : {1.0, 2.0, 4.0, 16.0}) {
    const Params params{{"units_per_task", units}};
    const double time = 1 / capacitiesOf(type, params).at("subject times the load");
    EXPECT_LT(time, lastTime) << units;
    EXPECT_GT(priceOf(type, params), lastPrice) << units;
    lastTime = time;
    lastPrice = priceOf(type, params);
  }
}

TEST(InstanceClasses, WhatFollowsFromThemIsTheProvidersRule) {
  const BlockType& primary = *Catalog::builtIn().find("rdbms_primary");
  const auto connections = [&](const char* key, const char* engine) {
    return primary.find("max_connections")
        ->defaultFor({{"instance_type", Choice{key}}, {"engine", Choice{engine}}});
  };
  EXPECT_EQ(connections("db.t3.micro", "postgres"), ParamValue(Count(110)));
  EXPECT_EQ(connections("db.r6g.large", "postgres"), ParamValue(Count(1800)));
  EXPECT_EQ(connections("db.r6g.xlarge", "postgres"), ParamValue(Count(3600)));
  EXPECT_EQ(connections("db.r6g.4xlarge", "postgres"), ParamValue(Count(5000)));
  EXPECT_EQ(connections("db.r6g.xlarge", "mysql"), ParamValue(Count(2700)));
  EXPECT_EQ(connections("db.r6g.16xlarge", "mysql"), ParamValue(Count(16'000)));
  const auto hits = [&](const char* key, Bytes used) {
    return std::get<Ratio>(primary.find("buffer_hit")
                               ->defaultFor({{"instance_type", Choice{key}}, {"in_daily_use", used}}))
        .raw();
  };
  EXPECT_EQ(hits("db.r6g.large", 12_GB), 0.99);
  EXPECT_NEAR(hits("db.r6g.large", 100_GB), 0.99 * 0.75 * 16 * 1.073741824 / 100, 0.0005);
  EXPECT_NEAR(hits("db.r6g.xlarge", 100_GB), 2 * hits("db.r6g.large", 100_GB), 0.0015);
}

TEST(InstanceClasses, WhatIsStatedStaysWhenTheClassChanges) {
  Design design = test::design().block("db", "rdbms_primary");
  const BlockType& primary = *Catalog::builtIn().find("rdbms_primary");
  const auto set = [&](const char* key, std::optional<ParamValue> value) {
    design = edit::apply(design, edit::SetParam{{BlockId("db")}, key, std::move(value)}, Catalog::builtIn())
                 .value();
    return primary.valueOf(*design.blocks.find(BlockId("db")), "max_connections");
  };
  EXPECT_EQ(set("instance_type", Choice{"db.r6g.large"}), ParamValue(Count(1800)));
  EXPECT_EQ(set("max_connections", Count(1800)), ParamValue(Count(1800)));
  EXPECT_EQ(set("instance_type", Choice{"db.r6g.2xlarge"}), ParamValue(Count(1800))) << "somebody said so";
  EXPECT_EQ(set("max_connections", {}), ParamValue(Count(5000)));
}

/// Of all blocks: what follows is legal, and what is stated counts.
TEST(InstanceClasses, WhatFollowsIsLegalAndGivesWayToWhatIsStated) {
  int following = 0;
  for (const BlockType& type : Catalog::builtIn().types()) {
    for (const ParamSpec& spec : type.params) {
      EXPECT_EQ(spec.follows.empty(), spec.derivedDefault == nullptr) << type.key << "." << spec.key;
      if (!spec.derivedDefault) {
        continue;
      }
      ++following;
      EXPECT_EQ(spec.defaultFor({}), spec.defaultValue) << type.key << "." << spec.key;
      for (const ParamSpec& other : type.params) {
        std::vector<ParamValue> values(other.choices.begin(), other.choices.end());
        if (numberOf(other.defaultValue)) {
          values = {withNumber(other.defaultValue, *other.minimum),
                    withNumber(other.defaultValue, *other.maximum)};
        }
        for (const ParamValue& value : values) {
          const Params params{{other.key, value}};
          const ParamValue derived = &other == &spec ? value : spec.defaultFor(params);
          EXPECT_TRUE(spec.check(derived).ok())
              << type.key << "." << spec.key << " with " << other.key << " = " << textOf(value);
        }
      }
      Block block;
      block.type = type.key;
      const ParamValue stated = withNumber(spec.defaultValue, *spec.minimum);
      block.params = {{spec.key, stated}};
      EXPECT_EQ(type.valueOf(block, spec.key), stated);
      EXPECT_FALSE(spec.isNothingButDefault(spec.defaultValue)) << "what is stated stays";
    }
  }
  EXPECT_GE(following, 10);
}

}  // namespace
}  // namespace cantilever::catalog
