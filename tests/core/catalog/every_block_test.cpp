#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/catalog/block_type.h"
#include "core/compile/block_lowering.h"
#include "core/compile/compile.h"
#include "tests/core/design_builder.h"
#include "tests/core/plan_maker.h"

/// The contract of every block type of the product: adding a type adds it here by itself.
namespace cantilever::catalog {
namespace {

using namespace literals;

std::vector<std::string> allKeys() {
  std::vector<std::string> keys;
  for (const BlockType& type : Catalog::builtIn().types()) {
    keys.push_back(type.key);
  }
  return keys;
}

std::string describe(const compile::Compiled& compiled) {
  std::string text;
  for (const Diagnostic& each : compiled.diagnostics) {
    text += each.code + ": " + each.message + "\n";
  }
  return text;
}

Block blockOf(const BlockType& type, const Params& params);

/// The block between a source and stations, with links of every role; called by each of its operations.
Design around(const BlockType& type, const Params& params) {
  test::DesignBuilder builder = test::design()
                                    .requestClass("get", Access::Read, true)
                                    .requestClass("put", Access::Write)
                                    .block("users", "source");
  builder.block("subject", type.key.c_str());
  if (type.makesCalls) {
    const LinkRole roles[] = {LinkRole::Default, LinkRole::Read,  LinkRole::Write,      LinkRole::Lookup,
                              LinkRole::OnMiss,  LinkRole::Route, LinkRole::Replication};
    for (const LinkRole role : {LinkRole::Replication, LinkRole::Standby}) {
      const std::string copies = "copies-" + formatNumber(static_cast<int>(role));
      builder.block(copies, "rdbms_replica").link("subject", copies).role(role);
    }
    for (const LinkRole role : roles) {
      const std::string station = "station-" + formatNumber(static_cast<int>(role));
      builder.block(station, "delay").link("subject", station).role(role);
    }
  }
  if (type.acceptsCalls) {
    builder.link("users", "subject").workload("users", 1_rps, "get").workload("users", 1_rps, "put");
    for (const std::string& operation : type.operations) {
      builder.link("users", "subject").operation(operation.c_str());
    }
  } else if (type.traits(blockOf(type, params)).isSource) {
    builder.workload("subject", 1_rps, "get").workload("subject", 1_rps, "put");
  } else {  // it acts on others, or others live on it
    builder.block("other", "delay").link("users", "other");
    builder.workload("users", 1_rps, "get").workload("users", 1_rps, "put");
  }
  Design design = builder;
  Block subject = *design.blocks.find(BlockId("subject"));
  subject.params = params;
  design.blocks.put(std::move(subject));
  return design;
}

Block blockOf(const BlockType& type, const Params& params) {
  Block block;
  block.id = BlockId("subject");
  block.type = type.key;
  block.params = params;
  return block;
}

Load someLoad() {
  return {1000_rps, 2000_rps, bytesPerSecond(1e6)};
}

std::string summaryOf(const Deployable& deployable) {
  std::ostringstream text;
  text << static_cast<int>(deployable.kind) << ' ' << deployable.image << ' ' << deployable.instances << ' '
       << deployable.instanceClass;
  for (const int port : deployable.ports) {
    text << " port " << port;
  }
  for (const auto* list : {&deployable.command, &deployable.volumes, &deployable.healthCheck}) {
    text << " |";
    for (const std::string& each : *list) {
      text << ' ' << each;
    }
  }
  for (const auto* map : {&deployable.environment, &deployable.settings}) {
    text << " |";
    for (const auto& [key, value] : *map) {
      text << ' ' << key << '=' << value;
    }
  }
  return text.str();
}

std::string summaryOf(const Traits& traits) {
  std::ostringstream text;
  for (const bool flag : {traits.isSource,
                          traits.isPublicEntry,
                          traits.balancesLoad,
                          traits.isCompute,
                          traits.isStateless,
                          traits.isCache,
                          traits.isCdn,
                          traits.holdsData,
                          traits.isRelational,
                          traits.isReplica,
                          traits.keepsKeysApart,
                          traits.isReplicated,
                          traits.poolsConnections,
                          traits.isQueue,
                          traits.isManaged,
                          traits.hasHealthCheck,
                          traits.terminatesTls,
                          traits.passesTlsOn,
                          traits.hasBackups,
                          traits.limitsRate,
                          traits.coversItsZone,
                          traits.copiesElsewhere,
                          traits.scalesAutomatically,
                          traits.collectsMetrics,
                          traits.collectsLogs,
                          traits.isPrimitive}) {
    text << flag;
  }
  const Checkpoints checkpoints = traits.checkpoints.value_or(Checkpoints());
  for (const Duration time : {checkpoints.interval, checkpoints.pause, checkpoints.restart}) {
    text << ' ' << time.ns();
  }
  text << ' ' << traits.sessionSlots << ' ' << traits.instances << ' '
       << traits.hitRatio.value_or(Ratio()).raw();
  for (const std::optional<Duration>& time :
       {traits.timeToLive, traits.detectionTime, traits.mtbf, traits.mttr}) {
    text << ' ' << time.value_or(Duration()).ns();
  }
  return text.str();
}

/// Everything that the block says in the four vocabularies and in remarks.
std::string everythingSaidBy(const BlockType& type, const Params& params) {
  const compile::Compiled compiled = compile::compile(around(type, params), Catalog::builtIn());
  const Block block = blockOf(type, params);
  std::ostringstream text;
  text << (compiled.plan == nullptr ? std::string() : test::textOf(*compiled.plan));
  text << describe(compiled);  // a remark that something does not fit is said, too
  for (const Usage& usage : type.usage(block, someLoad())) {
    text << static_cast<int>(usage.kind) << ' ' << usage.item << ' ' << formatNumber(usage.amount) << ' '
         << usage.purchase << '\n';
  }
  text << summaryOf(type.deploy(block)) << '\n' << summaryOf(type.traits(block)) << '\n';
  return text.str();
}

/// Legal values of a parameter other than its default: the ends of its range, near ones, each other choice.
std::vector<ParamValue> othersThan(const ParamSpec& spec) {
  std::vector<ParamValue> values;
  const auto add = [&](ParamValue value) {
    if (value != spec.defaultValue && spec.check(value).ok()) {
      values.push_back(std::move(value));
    }
  };
  if (const bool* flag = std::get_if<bool>(&spec.defaultValue)) {
    add(!*flag);
  }
  for (const Choice& each : spec.choices) {
    add(each);
  }
  if (const std::string* text = std::get_if<std::string>(&spec.defaultValue)) {
    add(std::string("0.5"));  // where a list of numbers is due
    add(*text + "x");
    add(std::string());
    add(spec.example);
  }
  if (const std::optional<double> number = numberOf(spec.defaultValue)) {
    for (const double other : {spec.minimum.value_or(0), spec.maximum.value_or(1e6), *number * 1.5,
                               *number * 0.5, *number + 1, *number - 1}) {
      add(withNumber(spec.defaultValue, other));
    }
  }
  return values;
}

class EveryBlock : public ::testing::TestWithParam<std::string> {
 protected:
  const BlockType& m_type = *Catalog::builtIn().find(GetParam());

  void expectSound(const Params& params, const std::string& what) {
    const compile::Compiled compiled = compile::compile(around(m_type, params), Catalog::builtIn());
    ASSERT_NE(compiled.plan, nullptr) << what << "\n" << describe(compiled);
    EXPECT_EQ(plan::faultIn(*compiled.plan), "") << what;
    const Block block = blockOf(m_type, params);
    for (const Usage& usage : m_type.usage(block, someLoad())) {
      EXPECT_TRUE(std::isfinite(usage.amount) && usage.amount >= 0) << what << ": " << usage.item;
      EXPECT_FALSE(usage.item.empty()) << what;
    }
    EXPECT_GE(m_type.deploy(block).instances, 1) << what;
    EXPECT_GE(m_type.traits(block).instances, 1) << what;
  }
};

TEST_P(EveryBlock, IsDescribed) {
  EXPECT_TRUE(isSlug(m_type.key));
  EXPECT_FALSE(m_type.label.empty());
  EXPECT_FALSE(m_type.purpose.empty());
  EXPECT_EQ(m_type.purpose.back(), '.');
  EXPECT_LE(m_type.purpose.size(), 120u) << "one line in the palette";
  EXPECT_GT(m_type.documentation.size(), 200u);
  EXPECT_EQ(m_type.documentation.find("TODO"), std::string::npos);
}

TEST_P(EveryBlock, HasAnIcon) {
  const std::string icon = m_type.icon.empty() ? m_type.key : m_type.icon;
  const std::filesystem::path folder = std::filesystem::path(CANTILEVER_SOURCE_DIR) / "resources" / "icons";
  EXPECT_TRUE(std::filesystem::exists(folder / (icon + ".svg"))) << icon;
}

TEST_P(EveryBlock, ExplainsEveryParameter) {
  std::set<std::string> keys;
  for (const ParamSpec& spec : m_type.params) {
    EXPECT_TRUE(isSlug(spec.key)) << spec.key;
    EXPECT_TRUE(keys.insert(spec.key).second) << spec.key << " occurs twice";
    EXPECT_FALSE(spec.label.empty()) << spec.key;
    EXPECT_FALSE(spec.help.empty()) << spec.key;
    EXPECT_EQ(spec.help.find_first_of("`*"), std::string::npos) << spec.key << ": help is shown as it is";
    EXPECT_FALSE(spec.source.document.empty()) << spec.key;
    const std::set<std::string> groups = {"Size",    "Behaviour",   "Speed",       "Scaling",
                                          "Rollout", "Reliability", "Replication", "Cost"};
    EXPECT_TRUE(groups.contains(spec.group)) << spec.key << " is under " << spec.group;
    EXPECT_EQ(spec.choices.empty(), spec.kind != ParamKind::Choice) << spec.key;
    EXPECT_EQ(spec.example.empty(), spec.faultInText == nullptr) << spec.key;
    if (numberOf(spec.defaultValue)) {
      EXPECT_TRUE(spec.minimum && spec.maximum) << spec.key << " has no range";
    }
    if (spec.isLogarithmic && spec.minimum && spec.maximum) {
      EXPECT_GE(*spec.maximum, 10 * *spec.minimum) << spec.key << " has less than a decade";
    }
  }
}

TEST_P(EveryBlock, CallsItsChoicesByWordsThatTellThemApart) {
  for (const ParamSpec& spec : m_type.params) {
    std::set<std::string> labels;
    for (const Choice& each : spec.choices) {
      const std::string label = spec.labelOf(each);
      EXPECT_TRUE(labels.insert(label).second) << spec.key << ": " << label << " occurs twice";
      EXPECT_EQ(label.find('_'), std::string::npos) << spec.key << ": " << label;
    }
    for (const auto& [value, label] : spec.choiceLabels) {
      EXPECT_TRUE(std::find(spec.choices.begin(), spec.choices.end(), Choice{value}) != spec.choices.end())
          << spec.key << " has a label for " << value;
    }
  }
}

TEST_P(EveryBlock, HasDefaultsThatAreLegalAndReadBack) {
  for (const ParamSpec& spec : m_type.params) {
    const Result<void> checked = spec.check(spec.defaultValue);
    EXPECT_TRUE(checked.ok()) << checked.error().message;
    const Result<ParamValue> parsed = spec.parse(textOf(spec.defaultValue));
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    EXPECT_EQ(*parsed, spec.defaultValue) << spec.key;
  }
}

TEST_P(EveryBlock, GivesASoundPlanAtTheEndsOfEveryRange) {
  expectSound({}, "defaults");
  Params least;
  Params most;
  for (const ParamSpec& spec : m_type.params) {
    for (const ParamValue& value : othersThan(spec)) {
      Params params{{spec.key, value}};
      const ParamSpec* const instances = catalog::findSpec(m_type.params, "instances");
      if (spec.key == "needed_instances" && instances != nullptr && numberOf(value) > 1) {
        params["instances"] = value;  // there must be as many
        if (!instances->check(value).ok()) {
          continue;
        }
      }
      expectSound(params, spec.key + " = " + textOf(value));
    }
    if (numberOf(spec.defaultValue)) {
      least[spec.key] = withNumber(spec.defaultValue, *spec.minimum);
      most[spec.key] = withNumber(spec.defaultValue, *spec.maximum);
    }
  }
  expectSound(least, "all at their minimum");
  expectSound(most, "all at their maximum");
}

TEST_P(EveryBlock, ReadsEveryParameter) {
  for (const ParamSpec& spec : m_type.params) {
    // A parameter may matter only together with another: try each with every other setting of one flag or
    // choice, and with each other number at its least.
    std::vector<Params> settings = {{}};
    for (const ParamSpec& other : m_type.params) {
      const bool isSwitch = other.kind == ParamKind::Bool || other.kind == ParamKind::Choice;
      for (const ParamValue& value :
           isSwitch&& other.key != spec.key ? othersThan(other) : std::vector<ParamValue>()) {
        settings.push_back({{other.key, value}});
      }
      if (numberOf(other.defaultValue) && other.key != spec.key) {
        settings.push_back({{other.key, withNumber(other.defaultValue, *other.minimum)}});
      }
    }
    const bool isRead = std::any_of(settings.begin(), settings.end(), [&](const Params& setting) {
      const std::string before = everythingSaidBy(m_type, setting);
      const std::vector<ParamValue> others = othersThan(spec);
      return std::any_of(others.begin(), others.end(), [&](const ParamValue& value) {
        Params perturbed = setting;
        perturbed[spec.key] = value;
        return everythingSaidBy(m_type, perturbed) != before;
      });
    });
    EXPECT_TRUE(isRead) << m_type.key << ": nothing reads " << spec.key;
  }
}

TEST_P(EveryBlock, LowersTheOperationsItLists) {
  plan::Plan plan;
  compile::Remarks remarks;
  const Block block = blockOf(m_type, {});
  const std::vector<bool> cacheable;
  const Design nowhere;
  const compile::Places places(nowhere);
  compile::BlockLowering lowering(plan, remarks, block, {}, cacheable, places);
  m_type.lower(block, lowering);
  std::set<std::string> lowered;
  for (const auto& [operation, program] : lowering.operations()) {
    if (!operation.empty()) {
      lowered.insert(operation);
    }
  }
  const std::set<std::string> listed(m_type.operations.begin(), m_type.operations.end());
  EXPECT_EQ(lowered, listed);
  EXPECT_EQ(lowering.operations().empty(), !m_type.acceptsCalls);
  EXPECT_EQ(lowering.source() != plan::kNone, m_type.traits(block).isSource);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryBlock, ::testing::ValuesIn(allKeys()),
                         [](const auto& each) { return each.param; });

/// A field that several types share says where its default is from: what is true of one value is not of
/// another.
TEST(BuiltInCatalogue, GivesNoSourceForTwoDefaults) {
  std::map<std::pair<std::string, std::string>, std::pair<std::string, ParamValue>> first;
  for (const BlockType& type : Catalog::builtIn().types()) {
    for (const ParamSpec& spec : type.params) {
      const auto& [owner, value] =
          first.try_emplace({spec.key, spec.source.document}, type.key, spec.defaultValue).first->second;
      EXPECT_TRUE(spec.defaultValue == value) << type.key << "." << spec.key << " and that of " << owner
                                              << " cannot both be from: " << spec.source.document;
    }
  }
}

TEST(BuiltInCatalogue, HasUniqueKeysAndLabels) {
  std::set<std::string> keys;
  std::set<std::string> labels;
  for (const BlockType& type : Catalog::builtIn().types()) {
    EXPECT_TRUE(keys.insert(type.key).second) << type.key;
    EXPECT_TRUE(labels.insert(type.label).second) << type.label;
  }
  for (const char* primitive : {"source", "pool", "delay", "choose", "fork", "cache", "tokens", "fanout",
                                "log", "store", "stream", "meter"}) {
    EXPECT_TRUE(keys.contains(primitive)) << primitive;
  }
}

}  // namespace
}  // namespace cantilever::catalog
