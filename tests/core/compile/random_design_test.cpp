#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/catalog/block_type.h"
#include "core/catalog/policies/link_policy.h"
#include "core/compile/compile.h"

/// Compile is total: whatever the design, it answers with a plan that is sound or with errors that say why
/// not.
namespace cantilever::compile {
namespace {

using namespace literals;

const catalog::Catalog& builtIn() {
  return catalog::Catalog::builtIn();
}

/// Makes designs at random. With `harm` 0 they are plausible, with 1 anything goes.
class DesignMaker {
 public:
  DesignMaker(std::uint64_t seed, double harm) : m_stream(seed), m_harm(harm) {}

  Design make() {
    m_size = 1 + m_stream.below(30);
    addZones();
    addClasses();
    for (std::uint32_t i = 0; i < m_size; ++i) {
      m_design.blocks.put(block(i));
    }
    const std::uint32_t links = m_stream.below(2 * m_size + 1);
    for (std::uint32_t i = 0; i < links; ++i) {
      m_design.links.put(link(i));
    }
    addWorkloads();
    addScenario();
    m_design.slice = odd() ? number() : 1;
    return std::move(m_design);
  }

 private:
  bool odd() { return m_stream.chance(0.1 * m_harm); }
  template <class T>
  const T& oneOf(const std::vector<T>& values) {
    return values[m_stream.below(static_cast<std::uint32_t>(values.size()))];
  }
  double number() {
    const std::vector<double> strange = {0,
                                         -1,
                                         1e-300,
                                         1e300,
                                         1e9,
                                         0.5,
                                         3,
                                         std::numeric_limits<double>::infinity(),
                                         -0.0,
                                         -1e9,
                                         std::numeric_limits<double>::quiet_NaN()};
    return oneOf(strange);
  }
  double positive(double most) { return odd() ? number() : most * m_stream.uniform(); }
  Duration time() {
    const std::vector<Duration> strange = {Duration(), Duration::nanoseconds(-1),
                                           Duration::nanoseconds(std::numeric_limits<std::int64_t>::max()),
                                           Duration::nanoseconds(std::numeric_limits<std::int64_t>::min()),
                                           1_ns};
    return odd() ? oneOf(strange) : Duration::milliseconds(20 * m_stream.uniform());
  }
  Law law() {
    const auto kind = static_cast<Law::Kind>(m_stream.below(odd() ? 11 : 8));
    return {kind, time(), odd() ? number() : kind == Law::Kind::Pareto ? 2.5 : 1.0};
  }
  std::string id(const char* stem, std::uint32_t count) {
    return odd() ? std::string(m_stream.chance(0.5) ? "" : "no such thing")
                 : stem + formatNumber(m_stream.below(count));
  }

  void addZones() {
    for (const char* name : {"z0", "z1", "z2"}) {
      Zone zone;
      zone.id = ZoneId(name);
      zone.kind = static_cast<ZoneKind>(m_stream.below(3));
      zone.parent = m_stream.chance(0.5) ? ZoneId() : ZoneId(id("z", 3));
      m_design.zones.put(std::move(zone));
    }
  }

  void addClasses() {
    for (const char* name : {"c0", "c1", "c2"}) {
      RequestClass added;
      added.id = ClassId(name);
      added.access = m_stream.chance(0.5) ? Access::Read : Access::Write;
      added.isCacheable = m_stream.chance(0.5);
      added.replySize = bytes(odd() ? number() : 100);
      m_design.classes.put(std::move(added));
    }
  }

  Block block(std::uint32_t number) {
    const std::vector<catalog::BlockType>& types = builtIn().types();
    Block block;
    block.id = BlockId(odd() ? "" : "b" + formatNumber(number));
    const catalog::BlockType& type = number == 0 ? *builtIn().find("source") : oneOf(types);
    block.type = odd() ? "mystery" : type.key;
    block.zone = m_stream.chance(0.5) ? ZoneId() : ZoneId(id("z", 3));
    for (const catalog::ParamSpec& spec : type.params) {
      if (m_stream.chance(0.3)) {
        block.params[odd() ? "mystery" : spec.key] = value(spec);
      }
    }
    return block;
  }

  ParamValue value(const catalog::ParamSpec& spec) {
    if (odd()) {
      const std::vector<ParamValue> strange = {
          true,  Count(-5),         number(),         time(),           perSecond(number()),
          law(), Choice{"mystery"}, std::string("?"), OpaqueValue{"{}"}};
      return oneOf(strange);
    }
    if (!spec.choices.empty()) {
      return oneOf(spec.choices);
    }
    if (spec.minimum && spec.maximum && m_stream.chance(0.3)) {
      return catalog::withNumber(spec.defaultValue, m_stream.chance(0.5) ? *spec.minimum : *spec.maximum);
    }
    return spec.kind == ParamKind::Bool ? ParamValue(m_stream.chance(0.5)) : spec.defaultValue;
  }

  Link link(std::uint32_t number) {
    Link link;
    link.id = LinkId("l" + formatNumber(number));
    link.from = BlockId(id("b", m_size));
    link.to = BlockId(id("b", m_size));
    link.mode = m_stream.chance(0.8) ? LinkMode::Call : LinkMode::Send;
    link.role = m_stream.chance(0.5) ? LinkRole::Default : static_cast<LinkRole>(m_stream.below(9));
    link.group = m_stream.chance(0.5) ? CallGroup::Sequence : CallGroup::Parallel;
    link.calls = m_stream.chance(0.5) ? 1 : positive(3);
    link.weight = positive(2);
    if (m_stream.chance(0.3)) {
      link.classes.push_back(ClassId(id("c", 3)));
    }
    if (m_stream.chance(0.3)) {
      link.latency = law();
    }
    if (m_stream.chance(0.3)) {
      link.timeout = time();
    }
    for (const catalog::ParamSpec& spec : catalog::linkParams()) {
      if (m_stream.chance(0.05)) {
        link.params[spec.key] = value(spec);
      }
    }
    if (m_stream.chance(0.3)) {
      link.balancing = static_cast<Balancing>(m_stream.below(5));
    }
    const std::vector<std::string> operations = {"read", "write", "get", "produce"};
    if (m_stream.chance(0.2 * m_harm)) {
      link.operation = oneOf(operations);
    }
    return link;
  }

  void addWorkloads() {
    for (const char* name : {"w0", "w1", "w2"}) {
      Workload workload;
      workload.id = WorkloadId(name);
      workload.requestClass = ClassId(id("c", 3));
      workload.entry = BlockId(odd() ? id("b", m_size) : "b0");
      workload.peak = perSecond(positive(1000));
      workload.mean = perSecond(positive(1000));
      m_design.workloads.put(std::move(workload));
    }
  }

  void addScenario() {
    Scenario scenario;
    scenario.id = ScenarioId("storm");
    for (std::uint32_t i = m_stream.below(4); i > 0; --i) {
      Perturbation event;
      event.at = time();
      event.target = BlockId(id("b", m_size));
      event.change = static_cast<Change>(m_stream.below(3));
      event.value = positive(5);
      scenario.events.push_back(event);
    }
    m_design.scenarios.put(std::move(scenario));
  }

  RandomStream m_stream;
  double m_harm;
  std::uint32_t m_size = 1;
  Design m_design;
};

/// Sound plan or errors, never both or neither; and the same again the second time.
void expectAnswer(const Design& design, const Compiled& compiled) {
  const auto errors = std::count_if(compiled.diagnostics.begin(), compiled.diagnostics.end(),
                                    [](const Diagnostic& each) { return each.severity == Severity::Error; });
  ASSERT_EQ(compiled.plan == nullptr, errors > 0);
  ASSERT_EQ(compiled.plan != nullptr, compiled.visits.has_value());
  for (const Diagnostic& each : compiled.diagnostics) {
    EXPECT_FALSE(each.code.empty());
    EXPECT_NE(each.code, "plan.invalid") << each.message;
    EXPECT_FALSE(each.message.empty());
    EXPECT_TRUE(each.message.back() == '.' || each.message.back() == '?') << each.message;
    const int places =
        (each.block.isEmpty() ? 0 : 1) + (each.link.isEmpty() ? 0 : 1) + (each.zone.isEmpty() ? 0 : 1);
    EXPECT_LE(places, 1);
  }
  if (compiled.plan != nullptr) {
    EXPECT_EQ(plan::faultIn(*compiled.plan), "");
    for (plan::Index link = 0; link < compiled.plan->links.size(); ++link) {
      const double rate = compiled.visits->totalLinkRate(link);
      EXPECT_TRUE(rate >= 0 && rate < std::numeric_limits<double>::infinity()) << rate;
    }
  }
  EXPECT_EQ(compile(design, builtIn(), {.scenario = ScenarioId("storm")}).diagnostics, compiled.diagnostics);
}

int plansOf(double harm, std::uint64_t firstSeed) {
  int plans = 0;
  for (std::uint64_t seed = firstSeed; seed < firstSeed + 400; ++seed) {
    SCOPED_TRACE("seed " + formatNumber(static_cast<double>(seed)));
    const Design design = DesignMaker(seed, harm).make();
    const Compiled compiled = compile(design, builtIn(), {.scenario = ScenarioId("storm")});
    expectAnswer(design, compiled);
    plans += compiled.plan != nullptr ? 1 : 0;
  }
  return plans;
}

TEST(CompileRandomDesigns, AnswersForPlausibleOnes) {
  EXPECT_GT(plansOf(0, 1), 40);
}

TEST(CompileRandomDesigns, AnswersForDamagedOnes) {
  plansOf(0.1, 1001);
}

TEST(CompileRandomDesigns, AnswersForGarbage) {
  EXPECT_LT(plansOf(1, 2001), 100);
}

// Visits against a plain simulation of the walk.

/// Counts the calls of one random run of a program and of everything it calls; gives up on a run that does
/// not end.
class Walker {
 public:
  Walker(const plan::Plan& plan, const std::vector<double>& hitRatio, RandomStream& stream,
         plan::Index requestClass, std::vector<double>& calls)
      : m_plan(plan), m_hitRatio(hitRatio), m_stream(stream), m_class(requestClass), m_calls(calls) {}

  /// True if the run answers, false if it fails.
  bool run(plan::Index program) {
    bool hasAnswered = false;
    std::uint32_t drawn = 1;
    plan::Index pc = m_plan.programs[program].begin;
    while (true) {
      const plan::Instruction& code = m_plan.code[pc];
      switch (code.op) {
        case plan::Op::Call:
          if (!call(code.a)) {
            if (code.b == plan::kNone) {
              return hasAnswered;
            }
            pc = code.b;
            continue;
          }
          break;
        case plan::Op::Send:
          call(code.a);
          break;
        case plan::Op::Forward:
          return call(code.a);
        case plan::Op::Parallel: {
          plan::Index succeeded = 0;
          for (plan::Index branch = 1; branch <= code.a; ++branch) {
            succeeded += call(m_plan.code[pc + branch].a) ? 1u : 0u;
          }
          pc += code.a;
          if (succeeded < code.b) {
            return hasAnswered;
          }
          break;
        }
        case plan::Op::IfChance:
          if (m_stream.chance(code.p)) {
            pc = code.a;
            continue;
          }
          break;
        case plan::Op::IfClass:
          if (m_plan.classSets[code.b][m_class]) {
            pc = code.a;
            continue;
          }
          break;
        case plan::Op::Look:
          if (m_stream.chance(m_hitRatio[code.a])) {
            pc = code.b;
            continue;
          }
          break;
        case plan::Op::Jump:
          pc = code.a;
          continue;
        case plan::Op::Reply:
          hasAnswered = true;
          break;
        case plan::Op::Fail:
          return hasAnswered;
        case plan::Op::End:
          return true;
        case plan::Op::Work:
        case plan::Op::Wait:
        case plan::Op::Branch:
        case plan::Op::Fill:
        case plan::Op::Drop:
        case plan::Op::Take:
        case plan::Op::Give:
        case plan::Op::Degrade:
          break;
        case plan::Op::Publish:
          for (const plan::ConsumerGroup& group : m_plan.groups) {
            for (std::uint32_t copy = isFor(group, code.a) ? plan::copiesOf(m_plan, group) : 0; copy > 0;
                 --copy) {
              if (m_stream.chance(1.0 / group.batch)) {
                call(group.link);
              }
            }
          }
          break;
        case plan::Op::Draw:
          drawn = CountSampler(m_plan.countLaws[code.a]).draw(m_stream);
          break;
        case plan::Op::IfDrawn:
          if (drawn > code.c) {
            pc = code.a;
            continue;
          }
          break;
        case plan::Op::Fan: {
          const plan::Fan& fan = m_plan.fans[code.a];
          const std::uint32_t targets =
              fan.count == plan::kNone ? m_plan.pools[m_plan.links[fan.link].pool].instances : drawn;
          std::uint32_t succeeded = 0;
          const std::uint32_t calls = (targets + fan.batch - 1) / fan.batch;
          for (std::uint32_t i = 0; i < calls; ++i) {
            succeeded += call(fan.link) ? 1u : 0u;
          }
          const std::uint32_t needed = fan.needed == 0 ? calls : std::min(fan.needed, calls);
          if (!fan.isSent && succeeded < needed) {
            return hasAnswered;
          }
          break;
        }
      }
      ++pc;
    }
  }

 private:
  bool isFor(const plan::ConsumerGroup& group, plan::Index log) const {
    return group.log == log && (group.classSet == plan::kNone || m_plan.classSets[group.classSet][m_class]);
  }

  bool call(plan::Index link) {
    m_calls[link] += 1;
    return run(m_plan.links[link].program);
  }

  const plan::Plan& m_plan;
  const std::vector<double>& m_hitRatio;  // by cache
  RandomStream& m_stream;
  plan::Index m_class;
  std::vector<double>& m_calls;
};

/// Few calls, and a number of them whose variance a sample tells.
bool fansAreTame(const plan::Plan& plan) {
  return std::all_of(plan.fans.begin(), plan.fans.end(), [&](const plan::Fan& fan) {
    const bool isHeavy =
        fan.count != plan::kNone && plan.countLaws[fan.count].kind == CountLaw::Kind::PowerLaw;
    return !isHeavy && plan::expectedSize(plan, fan).calls <= 50;
  });
}

TEST(Visits, AgreeWithCountingTheCallsOfRandomRuns) {
  // 20,000 runs of each design's sources; the mean count of each link must be within 5 standard errors,
  // estimated over 20 batches, of what the linear system says (chance of a false alarm per link below 1e-4).
  constexpr int kBatches = 20;
  constexpr int kRunsPerBatch = 1000;
  int compared = 0;
  for (std::uint64_t seed = 1; compared < 8; ++seed) {
    const Compiled compiled = compile(DesignMaker(seed, 0).make(), builtIn());
    if (compiled.plan == nullptr || !fansAreTame(*compiled.plan)) {
      continue;
    }
    const plan::Plan& plan = *compiled.plan;
    double callsPerRequest = 0;
    double requests = 0;
    for (const plan::Source& source : plan.sources) {
      requests += source.rate.raw();
    }
    for (plan::Index link = 0; link < plan.links.size(); ++link) {
      callsPerRequest += compiled.visits->totalLinkRate(link) / std::max(requests, 1e-9);
    }
    if (callsPerRequest < 3 || callsPerRequest > 100) {
      continue;  // nothing to see, or too much to walk
    }
    SCOPED_TRACE("seed " + formatNumber(static_cast<double>(seed)));
    ++compared;
    RandomStream stream(seed);
    std::vector<std::vector<double>> rates(plan.links.size(), std::vector<double>(kBatches, 0));
    for (std::size_t batch = 0; batch < kBatches; ++batch) {
      for (const plan::Source& source : plan.sources) {
        std::vector<double> calls(plan.links.size(), 0);
        Walker walker(plan, compiled.visits->hitRatio, stream, source.requestClass, calls);
        for (int run = 0; run < kRunsPerBatch; ++run) {
          walker.run(source.program);
        }
        for (std::size_t link = 0; link < calls.size(); ++link) {
          rates[link][batch] += source.rate.raw() * calls[link] / kRunsPerBatch;
        }
      }
    }
    for (plan::Index link = 0; link < plan.links.size(); ++link) {
      const double mean = std::accumulate(rates[link].begin(), rates[link].end(), 0.0) / kBatches;
      double variance = 0;
      for (const double rate : rates[link]) {
        variance += (rate - mean) * (rate - mean) / (kBatches - 1);
      }
      const double error = std::sqrt(variance / kBatches);
      const double expected = compiled.visits->totalLinkRate(link);
      EXPECT_NEAR(mean, expected, 5 * error + 1e-9 * expected) << plan.links[link].key;
    }
  }
}

}  // namespace
}  // namespace cantilever::compile
