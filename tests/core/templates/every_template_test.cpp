#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/advice/checklist.h"
#include "core/analytic/solve.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/exchange/exporter.h"
#include "core/exchange/file_set.h"
#include "core/exchange/template_table.h"
#include "core/sim/simulation.h"
#include "tests/core/sim/sound_run.h"
#include "tests/core/templates/bands.h"

/// Every template against what is promised of it (README.md beside this). One seed, short runs: what they
/// show is coarse, and the bands are meant for that.
namespace cantilever::test {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAreArray;

const catalog::Catalog& knownBlocks() {
  return catalog::Catalog::builtIn();
}

/// What is known of a template without a run.
struct TemplateCase {
  exchange::Template entry;
  Design design;
  Bands bands;
  compile::Compiled compiled;
};

sim::RunResult runOf(std::shared_ptr<const plan::Plan> plan, const sim::RunConfig& config) {
  Result<sim::RunResult> run = sim::simulate(std::move(plan), config);
  EXPECT_TRUE(run.ok()) << (run.ok() ? "" : run.error().message);
  EXPECT_TRUE(!run.ok() || run->isComplete) << run->stopReason;
  return run.ok() ? std::move(*run) : sim::RunResult();
}

class EveryTemplate : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto entry = std::find_if(exchange::templates().begin(), exchange::templates().end(),
                                    [](const exchange::Template& each) { return each.key == GetParam(); });
    m_case.entry = *entry;
    const auto loaded = exchange::loadTemplate(GetParam(), knownBlocks());
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    m_case.design = loaded->design;
    ASSERT_NO_THROW(m_case.bands = readBands(GetParam()));
    m_case.compiled = compile::compile(m_case.design, knownBlocks());
    ASSERT_FALSE(m_case.compiled.hasErrors()) << m_case.compiled.diagnostics.front().message;
  }
  const Design& design() const { return m_case.design; }
  const Bands& bands() const { return m_case.bands; }
  const compile::Compiled& compiled() const { return m_case.compiled; }
  const plan::Plan& planOf() const { return *m_case.compiled.plan; }

  Band bandOf(const std::string& pool) const {
    for (const PoolBand& exception : bands().exceptions) {
      if (exception.pool == pool) {
        return exception.band;
      }
    }
    return bands().utilisation;
  }
  double plannedUtilisation(std::size_t index) const {
    const plan::Pool& pool = planOf().pools[index];
    return compiled().visits->totalPoolWork(static_cast<plan::Index>(index)) / pool.instances / pool.servers;
  }
  const exchange::Template& entry() const { return m_case.entry; }
  Duration duration() const { return m_case.entry.duration; }
  sim::RunResult normalRun() const {
    sim::RunConfig config;
    config.warmup = m_case.entry.warmup;
    config.duration = m_case.entry.duration;
    return runOf(compiled().plan, config);
  }
  cost::Estimate estimateOf() const {
    return cost::estimate(design(), knownBlocks(), planOf(), *compiled().visits, cost::PriceBook::builtIn());
  }
  /// The list before launch is met but for what the bands name, and the design says that it is not.
  void expectChecklist(const sim::RunResult& run, const cost::Estimate& estimate) const {
    const auto answers =
        advice::answer("pre-launch", {&design(), &knownBlocks(), &compiled(), &run, &estimate});
    ASSERT_TRUE(answers.ok());
    std::map<std::string, std::string> named;
    for (const Sized& item : bands().checklist) {
      EXPECT_THAT(item.how, Not(IsEmpty())) << item.key;
      named[item.key] = item.how;
    }
    for (const advice::AnsweredItem& each : *answers) {
      const advice::Status status = each.answer.status;
      const bool isMet = status == advice::Status::Pass || status == advice::Status::NotApplicable;
      EXPECT_EQ(isMet, named.count(each.item->id) == 0) << each.item->id << ": " << each.answer.evidence;
    }
    EXPECT_TRUE(named.empty() || design().description.find("**The checklist.**") != std::string::npos);
  }
  /// As the program prints it, which makes the same run.
  void expectInTable(const sim::RunResult& run) const {
    const auto figures = exchange::figuresOf(entry(), design(), compiled(), run, knownBlocks());
    ASSERT_TRUE(figures.ok()) << figures.error().message;
    EXPECT_GT(figures->availability, 0.9);
    EXPECT_GT(figures->eventsPerSecond, figures->offered.raw());
    const auto table = exchange::readFile(std::string(CANTILEVER_SOURCE_DIR) + "/templates/README.md");
    ASSERT_TRUE(table.ok());
    EXPECT_THAT(*table, ::testing::HasSubstr("\n" + exchange::templateRow(*figures) + "\n"))
        << "cantilever-cli templates --table -o templates/README.md puts it right";
  }

 private:
  TemplateCase m_case;
};

TEST_P(EveryTemplate, SaysWhatItIsAndWhereItsFiguresComeFrom) {
  EXPECT_THAT(design().name, Not(IsEmpty()));
  EXPECT_THAT(design().description, ::testing::HasSubstr("**Inferred"));
  EXPECT_THAT(design().description, ::testing::HasSubstr("**Left out"));
  EXPECT_THAT(design().sources, Not(IsEmpty()));
  EXPECT_GE(design().notes.size(), 2u);
  EXPECT_GE(design().objectives.size(), 1u);
  EXPECT_GE(design().zones.size(), 1u);
  EXPECT_THAT(bands().source, Not(IsEmpty()));
}

TEST_P(EveryTemplate, CompilesWithoutWarnings) {
  std::vector<std::string> warned;
  for (const Diagnostic& diagnostic : compiled().diagnostics) {
    if (diagnostic.severity != Severity::Note) {
      warned.push_back(diagnostic.code);
      EXPECT_TRUE(
          std::any_of(bands().warnings.begin(), bands().warnings.end(),
                      [&](const std::string& named) { return named.rfind(diagnostic.code + ": ", 0) == 0; }))
          << diagnostic.code << ": " << diagnostic.message;
    }
  }
  EXPECT_GE(warned.size(), bands().warnings.size()) << "bands name a warning that is not given";
}

TEST_P(EveryTemplate, OffersThePublishedLoadAndLoadsWhatItWasSizedFor) {
  double offered = 0;
  for (const Workload& workload : design().workloads) {
    offered += workload.peak.raw();
  }
  EXPECT_NEAR(offered, bands().offered, 0.01 * bands().offered);
  std::map<std::string, double> rates;
  for (std::size_t i = 0; i < planOf().links.size(); ++i) {
    rates[planOf().links[i].key] = compiled().visits->totalLinkRate(static_cast<plan::Index>(i));
  }
  for (const Sized& link : bands().sizedLinks) {
    ASSERT_TRUE(rates.count(link.key)) << link.key;
    EXPECT_NEAR(rates[link.key], link.figure, 0.01 * link.figure) << link.key << ": " << link.how;
  }
}

TEST_P(EveryTemplate, IsNeitherIdleNorFullByItsPlan) {
  std::map<std::string, double> planned;
  for (std::size_t i = 0; i < planOf().pools.size(); ++i) {
    const plan::Pool& pool = planOf().pools[i];
    if (pool.servers > 0) {
      planned[pool.key] = plannedUtilisation(i);
      EXPECT_TRUE(bandOf(pool.key).holds(planned[pool.key]))
          << pool.key << " is " << planned[pool.key] << " busy, not " << bandOf(pool.key);
    }
  }
  for (const PoolBand& exception : bands().exceptions) {
    EXPECT_TRUE(planned.count(exception.pool)) << "no pool " << exception.pool << " with servers";
    EXPECT_THAT(exception.why, Not(IsEmpty())) << exception.pool;
  }
  for (const Sized& pool : bands().sizedPools) {
    ASSERT_TRUE(planned.count(pool.key)) << pool.key;
    EXPECT_NEAR(planned[pool.key], pool.figure, 0.02) << pool.key << ": " << pool.how;
  }
}

TEST_P(EveryTemplate, KeepsItsPromisesAtNormalLoadAndIsInTheTable) {
  const sim::RunResult run = normalRun();
  for (const sim::ClassResult& of : run.classes) {
    EXPECT_EQ(of.offered, of.succeeded + of.failedTotal() + of.unfinished) << of.key;
    EXPECT_GT(of.succeeded, 0u) << of.key;
  }
  for (const sim::PoolResult& pool : run.pools) {
    if (pool.servers > 0) {
      const Band band = bandOf(pool.key);  // by chance a little outside
      EXPECT_TRUE((Band{band.low - 0.05, band.high + 0.05}.holds(pool.utilisation)))
          << pool.key << " was " << pool.utilisation << " busy, not " << band;
    }
  }
  const cost::Estimate estimate = estimateOf();
  for (const advice::Verdict& verdict : advice::judge(design(), &run, &estimate)) {
    EXPECT_TRUE(verdict.isMet) << verdict.text << ": " << verdict.measured.value_or(-1);
  }
  expectInTable(run);
  expectChecklist(run, estimate);
}

TEST_P(EveryTemplate, IsFirstFullWhereItSays) {
  const auto solution = analytic::solve(planOf(), *compiled().visits, {.withSensitivities = false});
  ASSERT_TRUE(solution.ok()) << solution.error().message;
  ASSERT_FALSE(solution->bottlenecks.empty());
  const analytic::Bottleneck& first = solution->bottlenecks.front();
  std::vector<std::string> named = bands().fullWithIt;
  named.push_back(bands().bottleneck);
  EXPECT_THAT(named, ::testing::Contains(first.key));
  EXPECT_EQ(first.kind, bands().bottleneckKind);
  const auto sized = std::find_if(bands().sizedPools.begin(), bands().sizedPools.end(),
                                  [&](const Sized& pool) { return pool.key == bands().bottleneck; });
  EXPECT_TRUE(!bands().howSaturates.empty() ||
              (sized != bands().sizedPools.end() && bands().saturatesAt.holds(1 / sized->figure)))
      << "it is not said why it is full there";
  EXPECT_TRUE(bands().saturatesAt.holds(first.saturatesAt.value))
      << "at " << first.saturatesAt.value << ", not " << bands().saturatesAt;
}

TEST_P(EveryTemplate, IsFullThereAndNowhereElseWhenTheLoadGrows) {
  if (bands().bottleneckKind != "pool") {
    return;  // busy time says nothing of what else may be used up
  }
  constexpr double kBeyond = 1.05;
  const std::vector<std::string>& with = bands().fullWithIt;
  sim::RunConfig config;
  config.warmup = 0.5 * duration();  // for queues to grow
  config.duration = config.warmup;
  config.loadFactor = kBeyond * bands().saturatesAt.high;
  const sim::RunResult run = runOf(compiled().plan, config);
  for (const sim::PoolResult& pool : run.pools) {
    if (pool.key == bands().bottleneck) {  // one of its shards is enough
      const std::vector<double>& each = pool.instanceUtilisation;
      EXPECT_GT(each.empty() ? pool.utilisation : *std::max_element(each.begin(), each.end()), 0.97)
          << pool.key;
    } else if (std::find(with.begin(), with.end(), pool.key) == with.end()) {
      EXPECT_LT(pool.utilisation, 0.995) << pool.key;
    }
  }
}

TEST_P(EveryTemplate, FailsAndRecoversAsItSays) {
  ASSERT_FALSE(bands().faults.empty());
  std::set<std::string> tried;
  for (const Fault& fault : bands().faults) {
    SCOPED_TRACE(fault.scenario);
    tried.insert(fault.scenario);
    EXPECT_FALSE(fault.effects.empty());
    EXPECT_FALSE(fault.recovery.empty());
    const compile::Compiled faulty = compile::compile(design(), knownBlocks(), {ScenarioId(fault.scenario)});
    ASSERT_FALSE(faulty.hasErrors());
    plan::Plan plan = *faulty.plan;
    ASSERT_FALSE(plan.actions.empty()) << "no scenario with events";
    const Duration first = plan.actions.front().at;
    for (plan::Action& action : plan.actions) {
      action.at = fault.begins.value_or(first) + (action.at - first) * fault.squeeze;
    }
    sim::RunConfig config;
    config.seed = fault.seed;
    config.warmup = {};
    config.duration = fault.duration;
    config.loadFactor = fault.load;
    const sim::RunResult run = runOf(std::make_shared<const plan::Plan>(plan), config);
    sim::test::expectSound(run);
    for (const std::vector<RunCheck>* checks : {&fault.effects, &fault.recovery}) {
      for (const RunCheck& check : *checks) {
        const std::optional<double> measured = measure(check, design(), plan, run);
        EXPECT_TRUE(measured && check.band.holds(*measured))
            << check.says << ": " << check.measure << " of " << check.key << " is " << measured.value_or(-1)
            << ", not " << check.band;
      }
    }
  }
  for (const Scenario& scenario : design().scenarios) {
    EXPECT_TRUE(tried.count(scenario.id.text())) << "bands do not say what " << scenario.id << " does";
  }
}

TEST_P(EveryTemplate, CostsWhatItWasSizedFor) {
  const cost::Estimate estimate = estimateOf();
  double instances = bands().instancesUsdMonth;
  for (const Sized& apart : bands().billedApart) {
    EXPECT_THAT(apart.how, Not(IsEmpty())) << apart.key;
    instances -= apart.figure;
  }
  EXPECT_NEAR(estimate.instances.toDouble(), instances, 0.01 * bands().instancesUsdMonth)
      << bands().instancesSource;
  double reckoned = instances;
  for (const Sized& item : bands().restUsdMonth) {
    EXPECT_THAT(item.how, Not(IsEmpty())) << item.key;
    reckoned += item.figure;
  }
  constexpr double kSmallItems = 0.025;  // what is less than a hundredth of the bill is not reckoned
  EXPECT_NEAR(estimate.total.toDouble(), reckoned, kSmallItems * reckoned);
  Money lines;
  for (const cost::Line& line : estimate.lines) {
    lines += line.amount;
  }
  EXPECT_EQ(lines, estimate.total);
  std::set<std::string> unpriced;
  for (const cost::Unpriced& each : estimate.unpriced) {
    unpriced.insert(each.usage.item);
  }
  EXPECT_THAT(unpriced, UnorderedElementsAreArray(bands().unpriced));
}

TEST_P(EveryTemplate, IsRenderedByEveryExporter) {
  const cost::Estimate estimate = estimateOf();
  advice::AdviceInput input;
  input.design = &design();
  input.catalog = &knownBlocks();
  input.compiled = &compiled();
  input.estimate = &estimate;
  for (const exchange::Exporter& exporter : exchange::allExporters()) {
    const auto output = exporter.render(input);
    ASSERT_TRUE(output.ok()) << exporter.key << ": " << output.error().message;
    EXPECT_FALSE(output->files.empty()) << exporter.key;
  }
}

// --- The drawing ---

Rect areaOf(const Block& block) {
  return {block.position, kBlockSize};
}

bool overlap(const Rect& a, const Rect& b) {
  return a.topLeft.x < b.topLeft.x + b.size.width && b.topLeft.x < a.topLeft.x + a.size.width &&
         a.topLeft.y < b.topLeft.y + b.size.height && b.topLeft.y < a.topLeft.y + a.size.height;
}

bool contains(const Rect& outer, const Rect& inner) {
  return outer.topLeft.x <= inner.topLeft.x && outer.topLeft.y <= inner.topLeft.y &&
         inner.topLeft.x + inner.size.width <= outer.topLeft.x + outer.size.width &&
         inner.topLeft.y + inner.size.height <= outer.topLeft.y + outer.size.height;
}

/// Itself, or around it.
bool holdsZone(const Design& design, const ZoneId& outer, ZoneId inner) {
  for (std::size_t depth = 0; depth <= design.zones.size() && !inner.isEmpty(); ++depth) {
    if (inner == outer) {
      return true;
    }
    const Zone* zone = design.zones.find(inner);
    inner = zone == nullptr ? ZoneId() : zone->parent;
  }
  return false;
}

TEST_P(EveryTemplate, LiesOnTheGridWithoutOverlaps) {
  std::vector<std::pair<std::string, Rect>> things;
  for (const Block& block : design().blocks) {
    EXPECT_EQ(std::fmod(block.position.x, kGrid), 0) << block.id;
    EXPECT_EQ(std::fmod(block.position.y, kGrid), 0) << block.id;
    things.emplace_back(block.id.text(), areaOf(block));
  }
  for (const Note& note : design().notes) {
    things.emplace_back(note.id.text(), note.area);
  }
  for (std::size_t i = 0; i < things.size(); ++i) {
    for (std::size_t j = i + 1; j < things.size(); ++j) {
      EXPECT_FALSE(overlap(things[i].second, things[j].second))
          << things[i].first << " and " << things[j].first;
    }
  }
}

TEST_P(EveryTemplate, DrawsEachBlockWithinItsZonesAndNoZoneThroughAnother) {
  for (const Zone& zone : design().zones) {
    for (const Block& block : design().blocks) {
      if (holdsZone(design(), zone.id, block.zone)) {
        EXPECT_TRUE(contains(zone.area, areaOf(block))) << block.id << " in " << zone.id;
      } else {
        EXPECT_FALSE(overlap(zone.area, areaOf(block))) << block.id << " and " << zone.id;
      }
    }
    for (const Zone& other : design().zones) {
      if (zone.id != other.id && holdsZone(design(), zone.id, other.id)) {
        EXPECT_TRUE(contains(zone.area, other.area)) << other.id << " in " << zone.id;
      } else if (zone.id != other.id && !holdsZone(design(), other.id, zone.id)) {
        EXPECT_FALSE(overlap(zone.area, other.area)) << other.id << " and " << zone.id;
      }
    }
    for (const Note& note : design().notes) {
      EXPECT_TRUE(!overlap(zone.area, note.area) || contains(zone.area, note.area))
          << note.id << " and " << zone.id;
    }
  }
}

TEST(TemplateTable, HasOneRowForEachTemplate) {
  const auto table = exchange::readFile(std::string(CANTILEVER_SOURCE_DIR) + "/templates/README.md");
  ASSERT_TRUE(table.ok());
  const std::string without = exchange::templateTable({});
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(lines(*table), lines(without) + static_cast<std::ptrdiff_t>(exchange::templates().size()));
}

std::vector<std::string> keysOfTemplates() {
  std::vector<std::string> keys;
  for (const exchange::Template& each : exchange::templates()) {
    keys.push_back(each.key);
  }
  return keys;
}

INSTANTIATE_TEST_SUITE_P(Of, EveryTemplate, ::testing::ValuesIn(keysOfTemplates()),
                         [](const auto& named) { return named.param; });

}  // namespace
}  // namespace cantilever::test
