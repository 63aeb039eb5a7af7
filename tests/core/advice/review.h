#pragma once

#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/advice/checklist.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "tests/core/design_builder.h"

namespace cantilever::test {

inline void lowerByTraits(const Traits& traits, plan::Lowering& lowering) {
  const auto goOn = [&](plan::ProgramBuilder& program) { program.useAll(lowering.links()).end(); };
  if (traits.isSource) {
    lowering.addSource(goOn);
    return;
  }
  plan::Pool pool;
  pool.instances = static_cast<std::uint32_t>(traits.instances);
  pool.seats = static_cast<std::uint32_t>(traits.sessionSlots);
  const plan::Index index = lowering.addPool(pool);
  lowering.addOperation("", index, goOn);
}

/// Block types that are nothing but their traits: what rules ask for, and no product. Each has one pool of
/// single servers and passes requests on over its links.
inline const catalog::Catalog& madeUpCatalog() {
  static const catalog::Catalog catalog = [] {
    const Traits server{.isCompute = true, .isStateless = true, .hasHealthCheck = true, .instances = 4};
    const Traits database{.holdsData = true,
                          .isRelational = true,
                          .isReplicated = true,
                          .isManaged = true,
                          .hasHealthCheck = true,
                          .hasBackups = true};
    std::map<std::string, Traits> traitsOf;
    traitsOf["users"] = {.isSource = true};
    traitsOf["balancer"] = {.isPublicEntry = true,
                            .balancesLoad = true,
                            .isManaged = true,
                            .hasHealthCheck = true,
                            .terminatesTls = true,
                            .detectionTime = Duration::seconds(30)};
    traitsOf["firewall"] = {.isPublicEntry = true, .isManaged = true, .passesTlsOn = true};
    traitsOf["silent_balancer"] = traitsOf["balancer"];
    traitsOf["silent_balancer"].detectionTime.reset();
    traitsOf["slow_plain_balancer"] = traitsOf["balancer"];
    traitsOf["slow_plain_balancer"].detectionTime = Duration::seconds(90);
    traitsOf["slow_plain_balancer"].terminatesTls = false;
    traitsOf["edge"] = {.isPublicEntry = true,
                        .isCdn = true,
                        .isManaged = true,
                        .terminatesTls = true,
                        .hitRatio = ratio(0.95),
                        .timeToLive = Duration::hours(48)};
    traitsOf["forgetful_edge"] = traitsOf["edge"];
    traitsOf["forgetful_edge"].timeToLive = Duration::seconds(60);
    traitsOf["limiter"] = {.hasHealthCheck = true, .terminatesTls = true, .limitsRate = true};
    traitsOf["server"] = server;
    traitsOf["elastic_server"] = server;
    traitsOf["elastic_server"].scalesAutomatically = true;
    traitsOf["unchecked_server"] = server;
    traitsOf["unchecked_server"].hasHealthCheck = false;
    traitsOf["cache"] = {.isCache = true, .isManaged = true, .hasHealthCheck = true, .hitRatio = ratio(0.9)};
    traitsOf["poor_cache"] = traitsOf["cache"];
    traitsOf["poor_cache"].hitRatio = ratio(0.5);
    traitsOf["pooler"] = {.poolsConnections = true, .isManaged = true, .hasHealthCheck = true};
    traitsOf["database"] = database;
    traitsOf["bare_database"] = database;
    traitsOf["bare_database"].hasBackups = false;
    traitsOf["small_database"] = database;
    traitsOf["small_database"].sessionSlots = 50;
    traitsOf["lone_database"] = database;
    traitsOf["lone_database"].isReplicated = false;
    traitsOf["replicas"] = database;
    traitsOf["replicas"].isReplica = true;
    traitsOf["replicas"].instances = 3;
    traitsOf["queue"] = {.holdsData = true, .isQueue = true, .isManaged = true, .hasHealthCheck = true};
    traitsOf["metrics"] = {.isManaged = true, .hasHealthCheck = true, .collectsMetrics = true};
    traitsOf["logs"] = {.isManaged = true, .hasHealthCheck = true, .collectsLogs = true};
    traitsOf["agents"] = traitsOf["metrics"];
    traitsOf["agents"].collectsLogs = traitsOf["agents"].coversItsZone = true;
    traitsOf["copier"] = {.holdsData = true,
                          .isReplicated = true,
                          .isManaged = true,
                          .hasHealthCheck = true,
                          .hasBackups = true,
                          .coversItsZone = true,
                          .restoredWithin = Duration::hours(2),
                          .copiesElsewhere = true};
    traitsOf["station"] = {.isPrimitive = true};
    std::vector<catalog::BlockType> types;
    for (const auto& [key, traits] : traitsOf) {
      catalog::BlockType type;
      type.key = key;
      type.label = key;
      type.acceptsCalls = !traits.isSource;
      type.lower = [traits = traits](const Block&, plan::Lowering& lowering) {
        lowerByTraits(traits, lowering);
      };
      type.usage = [](const Block&, const Load&) { return std::vector<Usage>(); };
      type.deploy = [](const Block&) { return Deployable(); };
      type.traits = [traits = traits](const Block&) { return traits; };
      types.push_back(std::move(type));
    }
    return catalog::Catalog(std::move(types));
  }();
  return catalog;
}

/// A design under review: compiled, and if wanted with a run whose figures are made up.
class Review {
 public:
  explicit Review(Design design, const catalog::Catalog& catalog = madeUpCatalog())
      : m_design(std::move(design)), m_catalog(catalog), m_compiled(compile::compile(m_design, catalog)) {}

  /// The run's figure for the block's pool; without any such call there is no run.
  Review& busy(const std::string& block, double utilisation) {
    poolOf(block).utilisation = utilisation;
    return *this;
  }
  /// Instances that were there all the time; `room` more never came.
  Review& busyEach(const std::string& block, std::vector<double> utilisation, std::size_t room = 0) {
    sim::PoolResult& pool = poolOf(block);
    pool.utilisation = std::accumulate(utilisation.begin(), utilisation.end(), 0.0) /
                       static_cast<double>(utilisation.size());
    utilisation.resize(utilisation.size() + room);
    pool.instanceUtilisation = std::move(utilisation);
    return *this;
  }
  /// Every call waited so long for a seat.
  Review& waitingAt(const std::string& block, Duration wait, std::uint64_t refused) {
    sim::PoolResult& pool = poolOf(block);
    pool.seatWaiting.add(wait.ns());
    pool.refused = refused;
    return *this;
  }
  sim::RunResult& run() {
    m_hasRun = true;
    return m_run;
  }

  advice::AdviceInput input() const {
    advice::AdviceInput input;
    input.design = &m_design;
    input.catalog = &m_catalog;
    input.compiled = &m_compiled;
    input.run = m_hasRun ? &m_run : nullptr;
    return input;
  }
  const compile::Compiled& compiled() const { return m_compiled; }

  advice::Answer answer(std::string_view id) const {
    for (const advice::ChecklistItem& item : advice::allItems()) {
      if (item.id == id) {
        return item.check(input());
      }
    }
    return {};
  }
  advice::Status status(std::string_view id) const { return answer(id).status; }

 private:
  sim::PoolResult& poolOf(const std::string& block) {
    m_hasRun = true;
    m_run.endNs = Duration::seconds(10).ns();
    for (sim::PoolResult& pool : m_run.pools) {
      if (pool.key == block) {
        return pool;
      }
    }
    sim::PoolResult pool;
    pool.key = block;
    pool.servers = 1;
    m_run.pools.push_back(pool);
    return m_run.pools.back();
  }

  Design m_design;
  const catalog::Catalog& m_catalog;
  compile::Compiled m_compiled;
  sim::RunResult m_run;
  bool m_hasRun = false;
};

}  // namespace cantilever::test
