#pragma once

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/core/sim/oracle.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::sim::test {

using namespace cantilever::literals;

/// Random plans of what the oracle knows: stations that call later ones.
class PlanDrawer {
 public:
  explicit PlanDrawer(std::uint64_t seed) : m_random(seed) {}

  std::shared_ptr<const plan::Plan> draw() {
    const std::uint32_t stations = 2 + m_random.below(5);
    for (std::uint32_t i = stations; i-- > 0;) {
      addStation("s" + formatNumber(i));
    }
    m_builder.requestClass("one");
    m_builder.requestClass("two");
    for (const plan::Index requestClass : {0u, 1u}) {
      const std::string key = "users" + formatNumber(requestClass);
      const plan::Index source = m_builder.source(
          key, 100_rps, [this](ProgramWriter& p) { addSteps(p, plan::kNone); }, ArrivalProcess::Poisson,
          requestClass);
      plan::Source& of = m_builder.raw().sources[source];
      of.kind = plan::SourceKind::Trace;
      double time = 0;
      while (time < 4) {
        time += m_random.exponential() / 150;
        of.times.push_back(Duration::seconds(time));
      }
    }
    return m_builder.build();
  }

 private:
  Law law(double meanMs) {
    const Duration mean = Duration::milliseconds(meanMs);
    switch (m_random.below(4)) {
      case 0:
        return Law::constant(mean);
      case 1:
        return Law::lognormal(mean, 1.5);
      default:
        return Law::exponential(mean);
    }
  }

  void addStation(const std::string& key) {
    plan::Pool pool = instances(1 + m_random.below(4), servers(m_random.below(4)));
    if (m_random.chance(0.5)) {
      pool = shared(pool);
    }
    if (m_random.chance(0.3)) {
      pool.queueLimit = m_random.below(20);
    }
    const bool hasPool = m_random.chance(0.85);
    const plan::Index at = hasPool ? m_builder.pool(key, pool) : plan::kNone;
    const plan::Index program = m_builder.program(key, at, [this, at](ProgramWriter& p) { addSteps(p, at); });
    for (std::uint32_t i = 1 + m_random.below(2); i > 0; --i) {
      plan::Link link;
      if (m_random.chance(0.7)) {
        link.latency = law(1);
      }
      if (m_random.chance(0.3)) {
        link.timeout = Duration::milliseconds(5 + 60 * m_random.uniform());
      }
      link.balancing = m_random.chance(0.5) ? Balancing::Random : Balancing::RoundRobin;
      m_links.push_back(m_builder.link("to-" + key + formatNumber(i), program, link));
    }
  }

  plan::Index anyLink() { return m_links[m_random.below(static_cast<std::uint32_t>(m_links.size()))]; }

  void addSteps(ProgramWriter& p, plan::Index pool) {
    for (std::uint32_t i = 1 + m_random.below(3); i > 0; --i) {
      const std::uint32_t kind = m_random.below(7);
      if (kind == 0) {
        p.wait(law(2));
      } else if (kind <= 2 && pool != plan::kNone) {
        p.work(law(4));
      } else if (m_links.empty()) {
        p.ifChance(0.02, [](ProgramWriter& q) { q.fail(plan::Reason::Injected); });
      } else if (kind <= 3) {
        p.call(anyLink());
      } else if (kind == 4) {
        p.send(anyLink());
      } else if (kind == 5) {
        p.parallel({anyLink(), anyLink(), anyLink()}, 1 + m_random.below(3));
      } else {
        const plan::Index link = anyLink();
        p.ifChance(0.3, [this, link](ProgramWriter& q) {
          q.callElse(link, [this](ProgramWriter& r) { r.wait(law(1)); });
        });
      }
    }
  }

  RandomStream m_random;
  PlanBuilder m_builder;
  std::vector<plan::Index> m_links;  // to stations drawn already
};

/// Runs the plans of these seeds in both engines, and compares every figure that the oracle has.
inline void expectAgreement(std::uint64_t firstSeed, std::uint64_t lastSeed) {
  std::uint64_t failures = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t refusals = 0;
  for (std::uint64_t seed = firstSeed; seed <= lastSeed; ++seed) {
    SCOPED_TRACE("seed " + formatNumber(static_cast<double>(seed)));
    const std::shared_ptr<const plan::Plan> plan = PlanDrawer(seed).draw();
    RunConfig config;
    config.seed = seed;
    config.warmup = Duration();
    config.duration = 5_s;
    const Result<RunResult> run = simulate(plan, config);
    ASSERT_TRUE(run.ok()) << run.error().message;
    ASSERT_TRUE(run->isComplete) << run->stopReason;
    const OracleResult expected = Oracle(*plan, config).run();
    for (std::size_t i = 0; i < expected.classes.size(); ++i) {
      const ClassResult& of = run->classes[i];
      ASSERT_EQ(of.offered, expected.classes[i].offered);
      ASSERT_EQ(of.succeeded, expected.classes[i].succeeded);
      ASSERT_EQ(of.failed, expected.classes[i].failed);
      ASSERT_EQ(of.latency.maxNs(), expected.classes[i].latencyMax);
      if (of.succeeded > 0) {
        ASSERT_DOUBLE_EQ(of.latency.meanNs(), static_cast<double>(expected.classes[i].latencySum) /
                                                  static_cast<double>(of.succeeded));
      }
      failures += of.failedTotal();
    }
    for (std::size_t i = 0; i < expected.pools.size(); ++i) {
      ASSERT_EQ(run->pools[i].served, expected.pools[i].served) << run->pools[i].key;
      ASSERT_EQ(run->pools[i].refused, expected.pools[i].refused) << run->pools[i].key;
      ASSERT_EQ(run->pools[i].busyNs, expected.pools[i].busyNs) << run->pools[i].key;
      refusals += run->pools[i].refused;
    }
    for (std::size_t i = 0; i < expected.links.size(); ++i) {
      ASSERT_EQ(run->links[i].calls, expected.links[i].calls) << run->links[i].key;
      ASSERT_EQ(run->links[i].timedOut, expected.links[i].timedOut) << run->links[i].key;
      ASSERT_EQ(run->links[i].failed, expected.links[i].failed) << run->links[i].key;
      timeouts += run->links[i].timedOut;
    }
  }
  // They had something to disagree on.
  EXPECT_GT(failures, 100u);
  EXPECT_GT(timeouts, 100u);
  EXPECT_GT(refusals, 100u);
}

}  // namespace cantilever::sim::test
