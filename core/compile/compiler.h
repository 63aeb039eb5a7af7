#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/compile/block_lowering.h"
#include "core/compile/checked_design.h"
#include "core/compile/compile.h"
#include "core/compile/places.h"
#include "core/compile/remarks.h"
#include "core/compile/workload_source.h"

namespace cantilever::compile {

/// Internal to compile: a design on its way to a plan. Its steps, in the order of run(), are in a file for
/// each matter; they add to the plan and remark on the design, and nothing else sees either before run()
/// returns.
class Compiler {
 public:
  Compiler(const Design& design, const catalog::Catalog& catalog, const Options& options);

  Compiled run();

 private:
  using Index = plan::Index;
  static constexpr Index kNone = plan::kNone;

  struct Programs {
    Index begin = 0;
    Index end = 0;
  };

  /// A link with a limited number of connections.
  struct PooledLink {
    Index outer = kNone;
    catalog::LinkPolicy policy;
    Index inner = kNone;
    Index tokens = kNone;
  };

  /// The program of a block's requests from users in a zone.
  struct SourceIn {
    std::uint32_t block = 0;
    Index zone = kNone;
    Index program = kNone;
  };

  /// A link whose calls are put together.
  struct BatchedLink {
    Index outer = kNone;  ///< to the station where they wait for each other
    Index inner = kNone;  ///< what each batch calls
    Index batching = kNone;
  };

  /// A link that is used while a feature flag is on, or off.
  struct FlaggedLink {
    Index link = kNone;     ///< to the station that asks
    Index flagged = kNone;  ///< what it then calls
    Index flag = kNone;
    bool isUnless = false;
  };

  /// A link whose failure has a remedy.
  struct Guard {
    Index link = kNone;     ///< to the station that knows the remedy
    Index guarded = kNone;  ///< what it tries first
    std::vector<Index> fallbacks;
    bool degrades = false;
  };

  // compile.cpp
  void addZones();
  void addClasses();
  void addClass(const RequestClass& from);
  void warnOfOtherKeys(const RequestClass& of, const catalog::ClassPolicy& policy,
                       const plan::KeySpace& shared);
  void remarkWays(const Zone& zone, const catalog::ZonePolicy& policy);
  void addHotKeys(const RequestClass& of, const catalog::ClassPolicy& policy, plan::KeySpace& to);
  void remarkKeysInVain(const RequestClass& of);
  std::optional<plan::Visits> findVisits();

  // links.cpp
  void addLinks();
  void remarkConsumers(const Link& link);
  void addFillLinks();
  static bool hasOperation(const CheckedBlock& block, const char* name);
  void remarkWeightlessRoutes();
  void remarkPolicy(const Link& link, const plan::Link& planned, const Traits& caller);
  void addPolicy(plan::Link& to, const catalog::LinkPolicy& policy, const Link& from);
  Index classSetOf(const Link& link);
  void resolveLinks();
  Index lookThroughGuard(Index link) const;
  bool hasInstances(Index pool) const;
  std::optional<Index> programOf(const CheckedLink& checked) const;
  std::string operationOf(const CheckedLink& checked) const;

  // link_stations.cpp
  Index flagOf(const std::string& name);
  void addFlaggedLinks();
  void aimFlaggedLinks();
  void addGuards();
  static bool mayFallBack(const Link& link);
  void aimGuards();
  Index appendCall(Index link);
  void failTo(Index call, Index target);
  Index splitLink(Index link, const char* nameOfRest);
  void addBatching(BatchedLink& batched);
  void aimBatchedLinks();
  void addConnectionPool(PooledLink& pooled);
  void aimPooledLinks();

  // link_ways.cpp
  Law latencyOf(const CheckedLink& checked) const;
  static bool isNoMachine(const CheckedBlock& block);
  void measureLinks();
  void measure(Index link, const std::set<Index>& from, const std::set<Index>& to);
  Index networkLinkOf(Index link) const;
  /// The one that batches go over, if calls go in batches.
  Index behindBatching(Index link) const;
  std::set<Index> placesOfCallers(std::uint32_t block) const;
  std::set<Index> placesBehind(const plan::Link& link) const;

  // blocks.cpp
  void lowerBlocks();
  bool isHost(Index pool) const;
  void settle(const Block& block, BlockLowering::Residence residence);
  bool reserve(const Block& block, std::uint32_t host, BlockLowering::Residence& residence);
  void checkCopies();
  void tellReaders();
  void checkCaches();

  // sources.cpp
  void findOrigins();
  void addSourcesOf(const WorkloadSource& lowered, std::uint32_t entry);
  void addSources();
  void checkUsers();
  void warnOfPlaces(const plan::Source& source, const Block& entry);
  bool settleHolder(WorkloadSource& lowered);

  // actions.cpp
  void addActions();
  void checkBlockControls();
  bool isKnown(const plan::TriggerText& when) const;
  void addControls();
  bool aimTrigger(plan::Trigger& trigger, const CheckedControl& checked);
  void addAction(const Perturbation& event, std::vector<plan::Action>& to);
  void nameInstances(plan::Action& action, const Perturbation& event);
  void addActionOnZones(const Perturbation& event, std::vector<plan::Action>& to);
  void remarkEndlessWaits(const plan::Action& partition);
  bool isCutBy(const plan::Action& partition, const std::set<Index>& from, const std::set<Index>& to) const;
  void checkLoad(const Perturbation& event);
  bool isWeighedAnew(const Link& link) const;
  bool canBeDone(const Perturbation& event, Index pool, const Block& block);
  void addRouteWeight(const Perturbation& event, std::vector<plan::Action>& to);
  Index indexOfLink(const LinkId& id) const;
  void addActionsOnTokens(const Perturbation& event, std::vector<plan::Action>& to);
  void addActionsOnCalls(const Perturbation& event, std::vector<plan::Action>& to);
  bool addFlushes(const Perturbation& event, std::vector<plan::Action>& to);
  void addSeeks(const Perturbation& event, std::vector<plan::Action>& to);
  void remarkNoInstances(const Block& block);
  void remarkNobodyLeft(const Perturbation& event, const plan::Pool& pool, const Block& block);
  void remarkWeightsOfNothing(const std::vector<plan::Action>& actions);
  void remarkUnaskedFlag(Index flag);
  bool addSeats(const Perturbation& event, std::vector<plan::Action>& to);
  void remarkTooMany(const Perturbation& event, const plan::Pool& pool, const Block& block);

  // plan_remarks.cpp
  void remarkSaturation(const plan::Visits& visits);
  void remarkIdle(const plan::Visits& visits);
  bool isRunBy(Index pc, Index requestClass, const plan::Visits& visits) const;
  void remarkReserves(const plan::Visits& visits);
  void remarkAcknowledgements();
  static bool isForEmergencies(const Link& link);
  void remarkUnused(const Link& link);

  const Design& m_design;
  Remarks m_remarks;
  CheckedDesign m_checked;
  Places m_places;
  plan::Plan m_plan;
  std::vector<std::string> m_keySpaceNames;            // by key space; empty: not shared
  std::vector<bool> m_isCacheable;                     // by request class
  std::vector<std::vector<plan::OutLink>> m_outLinks;  // by block
  std::vector<Index> m_lookupOfFill;  // by link behind those of the design: the link whose misses it repairs
  std::vector<BatchedLink> m_batched;
  std::vector<PooledLink> m_pooled;
  std::vector<std::pair<std::size_t, BlockLowering::Residence>> m_residences;
  std::map<std::uint32_t, double> m_reserved;  // processors of each instance, by block that others live on
  std::vector<std::pair<std::size_t, Control>> m_blockControls;
  std::vector<Guard> m_guards;
  std::vector<FlaggedLink> m_flagged;
  std::vector<std::vector<Index>> m_origins;  // by block
  std::vector<SourceIn> m_sourcesIn;
  std::vector<Index> m_sourceProgram;                                      // by block
  std::vector<Programs> m_programs;                                        // by block
  std::vector<Index> m_storeLog;                                           // by block
  std::vector<Index> m_mainPool;                                           // by block
  std::vector<std::unordered_map<std::string, plan::Index>> m_operations;  // by block
};

}  // namespace cantilever::compile
