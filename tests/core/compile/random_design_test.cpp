#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/text.h"
#include "core/compile/compile.h"
#include "tests/core/random_design.h"

/// Compile is total: whatever the design, it answers with a plan that is sound or with errors that say why
/// not.
namespace cantilever::compile {
namespace {

using namespace literals;
using test::builtIn;
using test::DesignMaker;

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
  Walker(const plan::Plan& plan, const plan::Visits& visits, RandomStream& stream, plan::Index requestClass,
         std::vector<double>& calls)
      : m_plan(plan),
        m_visits(visits),
        m_hitRatio(visits.hitRatio),
        m_stream(stream),
        m_class(requestClass),
        m_calls(calls) {}

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
        case plan::Op::Route:
          pc = wayOf(m_plan.routes[code.a], program);
          continue;
        case plan::Op::IfUp:
          if (m_stream.chance(plan::shareOfFirst(m_plan, code))) {
            pc = code.a;
            continue;
          }
          break;
        case plan::Op::Fill:
          if (code.b != plan::kNone) {
            call(m_plan.caches[code.a].writeBack);
          }
          break;
        case plan::Op::Batch:
          if (!callTogether(code.a)) {
            return hasAnswered;
          }
          break;
        case plan::Op::Gather:
          gather(code.a);
          break;
        case plan::Op::Observe:
        case plan::Op::Work:
        case plan::Op::Wait:
        case plan::Op::Branch:
        case plan::Op::Drop:
        case plan::Op::Take:
        case plan::Op::Give:
        case plan::Op::Degrade:
        case plan::Op::Measure:
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
        case plan::Op::IfVersion:
          break;  // none runs a later one
        case plan::Op::IfFlag:
          if (m_stream.chance(m_plan.flags[code.b].share)) {
            pc = code.a;
            continue;
          }
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

  /// Where a route leads when everything can be called.
  plan::Index wayOf(const plan::Route& route, plan::Index program) {
    const std::vector<double> shares = plan::expectedShares(m_plan, route, program);
    double left = m_stream.uniform();
    std::size_t way = 0;
    while (way + 1 < shares.size() && left >= shares[way]) {
      left -= shares[way++];
    }
    return route.ways[way].pc;
  }

  /// What windows send on depends on the rates: as often as visits say, for each event.
  void gather(plan::Index window) {
    const double gathers = m_visits.windowGathers[window];
    double outcomes = gathers > 0 ? m_visits.totalLinkRate(m_plan.windows[window].link) / gathers : 0.0;
    for (; outcomes > 0; outcomes -= 1) {
      if (m_stream.chance(std::min(outcomes, 1.0))) {
        call(m_plan.windows[window].link);
      }
    }
  }

  /// As its part of the batch.
  bool callTogether(plan::Index batching) {
    const double weight = std::exchange(m_weight, m_weight / m_visits.batches[batching].size);
    const bool isWell = call(m_plan.batchings[batching].link);
    m_weight = weight;
    return isWell;
  }

  bool call(plan::Index link) {
    m_calls[link] += m_weight;
    return run(m_plan.links[link].program);
  }

  const plan::Plan& m_plan;
  const plan::Visits& m_visits;
  const std::vector<double>& m_hitRatio;  // by cache
  RandomStream& m_stream;
  plan::Index m_class;
  std::vector<double>& m_calls;
  double m_weight = 1;  // of each call
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
      requests += plan::meanRate(plan, source);
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
        Walker walker(plan, *compiled.visits, stream, source.requestClass, calls);
        for (int run = 0; run < kRunsPerBatch; ++run) {
          walker.run(source.program);
        }
        for (std::size_t link = 0; link < calls.size(); ++link) {
          rates[link][batch] += plan::meanRate(plan, source) * calls[link] / kRunsPerBatch;
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
      // Of a call that is expected a few times or less in all these runs, the sample tells no error of its
      // own.
      const double perRequest = requests / (kBatches * kRunsPerBatch);
      const double rare = 5 * perRequest * std::sqrt(expected / perRequest + 1);
      EXPECT_NEAR(mean, expected, std::max(5 * error, rare)) << plan.links[link].key;
    }
  }
}

}  // namespace
}  // namespace cantilever::compile
