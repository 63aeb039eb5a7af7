#include "core/compile/compile.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/catalog/consumption.h"
#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/catalog/sharding.h"
#include "core/compile/block_lowering.h"
#include "core/compile/checked_design.h"
#include "core/compile/places.h"
#include "core/compile/remarks.h"
#include "core/compile/workload_source.h"

namespace cantilever::compile {

namespace {

/// Compile goes on after an error: what the checks refused (not a number) counts as nothing.
std::uint64_t wholeBytes(Bytes size) {
  return size.raw() > 0 ? static_cast<std::uint64_t>(std::min(size.raw(), 1e15) + 0.5) : 0;
}

using plan::Index;
using plan::kNone;

/// Beyond this share of its capacity a pool counts as saturated: rounding must not hide a load of exactly
/// one.
constexpr double kSaturated = 1 - 1e-12;

class Compiler {
 public:
  Compiler(const Design& design, const catalog::Catalog& catalog, const Options& options)
      : m_design(design),
        m_checked(checkDesign(design, catalog, options.scenario, m_remarks)),
        m_places(design) {}

  Compiled run() {
    addZones();
    addClasses();
    addLinks();
    lowerBlocks();
    resolveLinks();
    measureLinks();
    addSources();
    addActions();
    checkBlockControls();
    addControls();
    checkCaches();
    const std::optional<plan::Visits> visits = findVisits();
    Compiled compiled;
    if (m_remarks.errorCount() == 0 && visits) {
      remarkSaturation(*visits);
      remarkIdle(*visits);
      compiled.plan = std::make_shared<const plan::Plan>(std::move(m_plan));
      compiled.visits = visits;
    }
    compiled.diagnostics = m_remarks.take();
    return compiled;
  }

 private:
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

  void addZones() {
    m_plan.zones = m_places.zones();
    m_plan.zoneWays = m_places.ways();
    if (m_plan.zones.size() > plan::Zone::kMost) {
      m_remarks.error("zone.too_many", "A design can have 1,000 zones; this one has " +
                                           formatNumber(static_cast<double>(m_plan.zones.size())) + ".");
    }
    for (const Zone& zone : m_design.zones) {
      const catalog::ZonePolicy policy = catalog::zonePolicyOf(zone.params);
      if (policy.failsAtRandom) {
        m_plan.zoneFaults.push_back(
            {zone.id.text(), m_places.indexOf(zone.id), Law::exponential(policy.timeToFailure),
             Law::exponential(policy.timeToRepair), policy.failure.value == "kill_silently"});
      }
    }
  }

  void addClasses() {
    for (const RequestClass* each : m_checked.classes) {
      addClass(*each);
      m_isCacheable.push_back(each->isCacheable);
    }
    m_plan.slice = m_design.slice;
  }

  void addClass(const RequestClass& from) {
    const catalog::ClassPolicy policy = catalog::classPolicyOf(from.params);
    plan::RequestClass& to = m_plan.classes.emplace_back();
    to.key = from.id.text();
    to.name = from.name;
    to.priority = static_cast<std::uint8_t>(policy.priority.value());
    to.deadline = policy.deadline;
    to.requestBytes = wholeBytes(from.requestSize);
    to.replyBytes = wholeBytes(from.replySize);
    const auto sharing =
        std::find_if(m_keySpaceNames.begin(), m_keySpaceNames.end(),
                     [&](const std::string& name) { return !name.empty() && name == policy.keySpace; });
    if (sharing != m_keySpaceNames.end()) {
      to.keySpace = static_cast<Index>(sharing - m_keySpaceNames.begin());
      warnOfOtherKeys(from, policy, m_plan.keySpaces[to.keySpace]);
    } else if (policy.keys > Count(1) || !policy.keySpace.empty()) {
      m_keySpaceNames.push_back(policy.keySpace);
      to.keySpace = static_cast<Index>(m_plan.keySpaces.size());
      m_plan.keySpaces.push_back(
          {to.key, static_cast<std::uint32_t>(policy.keys.value()), policy.keyExponent});
    }
  }

  /// Who names a key space that another has named asks for its keys, and as unevenly.
  void warnOfOtherKeys(const RequestClass& of, const catalog::ClassPolicy& policy,
                       const plan::KeySpace& shared) {
    const bool saysOtherwise = (of.params.contains("keys") && policy.keys.value() != shared.count) ||
                               (of.params.contains("key_exponent") && policy.keyExponent != shared.exponent);
    if (saysOtherwise) {
      m_remarks.warn(
          "class.key_space_differs",
          "Request class \"" + of.id.text() + "\" shares the key space \"" + policy.keySpace + "\" with \"" +
              shared.key +
              "\", whose number of keys and exponent hold for both: give it a key space of its own, "
              "or none, if it asks for other keys.",
          About());
    }
  }

  /// Calls are given their program and pool later: a callee may be lowered after its caller.
  void addLinks() {
    m_outLinks.resize(m_checked.blocks.size());
    for (const CheckedLink& checked : m_checked.links) {
      const Link& link = *checked.link;
      m_outLinks[checked.from].push_back({.link = &link,
                                          .index = static_cast<Index>(m_plan.links.size()),
                                          .target = &m_checked.blocks[checked.to].traits,
                                          .classSet = classSetOf(link)});
      plan::Link& added = m_plan.links.emplace_back();
      added.key = link.id.text();
      added.latency = latencyOf(checked);
      added.zone = m_places.indexOf(m_checked.blocks[checked.from].block->zone);
      added.timeout = link.timeout;
      const bool isFromLog = m_checked.blocks[checked.from].traits.isQueue ||
                             link.role == LinkRole::Replication || link.role == LinkRole::Standby;
      added.balancing = isFromLog ? Balancing::Random : link.balancing;  // the log says who reads
      if (m_checked.blocks[checked.to].traits.keepsKeysApart && added.balancing == Balancing::Random &&
          !isFromLog && !m_plan.keySpaces.empty()) {
        added.balancing = Balancing::Owner;
      }
      const catalog::LinkPolicy policy = catalog::linkPolicyOf(link.params);
      m_outLinks[checked.from].back().priority = static_cast<std::uint32_t>(policy.priority.value());
      m_outLinks[checked.from].back().isNearest = policy.isNearest;
      addPolicy(added, policy, link);
      if (added.balancing == Balancing::Owner && !link.params.contains("ring_points")) {
        added.points = catalog::pointsOfShards(m_checked.blocks[checked.to].traits.instances);
      }
      if (added.balancing == Balancing::All && link.role == LinkRole::Lookup) {
        m_remarks.warn("link.all_look_up",
                       "Link " + quoted(link.id.text()) +
                           " looks up, for which one instance is asked: it goes to one at random.",
                       About::the(link, "balancing"));
        added.balancing = Balancing::Random;
      }
      if (!m_checked.blocks[checked.from].traits.isQueue) {
        remarkConsumers(link);
      }
      if (policy.connections > Count(0) && (link.mode == LinkMode::Send || isFromLog)) {
        m_remarks.warn("link.connections_of_sends",
                       "Link " + quoted(link.id.text()) +
                           " sends, and its sender does not wait: its connections are not limited.",
                       About::the(link, "connections"));
      } else if (policy.connections > Count(0)) {
        m_pooled.push_back({m_outLinks[checked.from].back().index, policy});
      }
      if (policy.callBatch > Count(1) && (isFromLog || link.role == LinkRole::Lookup)) {
        m_remarks.warn("link.no_batches",
                       "Link " + quoted(link.id.text()) +
                           " makes no batches of calls: links from logs, to copies and look-ups do not.",
                       About::the(link, "call_batch"));
      } else if (policy.callBatch > Count(1)) {
        m_batched.push_back({m_outLinks[checked.from].back().index});
      }
      m_plan.linkOrigin.push_back({link.from.text(), link.id.text()});
    }
    addFillLinks();
    addGuards();
    addFlaggedLinks();
    for (BatchedLink& batched : m_batched) {
      addBatching(batched);
    }
    for (PooledLink& pooled : m_pooled) {
      addConnectionPool(pooled);
    }
  }

  /// The flag of that name, which is added if it is new. It starts as a control at 0 s sets it.
  Index flagOf(const std::string& name) {
    const auto at = std::find_if(m_plan.flags.begin(), m_plan.flags.end(),
                                 [&](const plan::Flag& each) { return each.key == name; });
    const auto index = static_cast<Index>(at - m_plan.flags.begin());
    if (at == m_plan.flags.end()) {
      m_plan.flags.push_back({name, 0});
    }
    return index;
  }

  /// By way of a station that asks the flag first; where it says no, the call is a success without effect.
  void addFlaggedLinks() {
    for (std::size_t block = 0; block < m_outLinks.size(); ++block) {
      for (plan::OutLink& out : m_outLinks[block]) {
        const catalog::LinkPolicy policy = catalog::linkPolicyOf(out.link->params);
        if (policy.flag.empty()) {
          continue;
        }
        const LinkRole role = out.link->role;
        const bool isFromLog = m_checked.blocks[block].traits.isQueue || role == LinkRole::Replication ||
                               role == LinkRole::Standby;
        if (isFromLog || role == LinkRole::Lookup) {
          m_remarks.warn(
              "link.flag_ignored",
              "Link " + quoted(out.link->id.text()) +
                  " is used whatever its flag says: links from logs, to copies and look-ups have none.",
              About::the(*out.link, "flag"));
          continue;
        }
        const Index flagged = std::exchange(out.index, static_cast<Index>(m_plan.links.size()));
        plan::Link asking;
        asking.key = m_plan.links[flagged].key + "/flagged";
        m_plan.links.push_back(std::move(asking));
        m_plan.linkOrigin.push_back({out.link->from.text(), {}});
        m_flagged.push_back({out.index, flagged, flagOf(policy.flag), policy.unlessFlag});
      }
    }
  }

  /// Layout: the test, jumps to the call if the flag is on (or behind it); the end.
  void aimFlaggedLinks() {
    for (const FlaggedLink& each : m_flagged) {
      const auto begin = static_cast<Index>(m_plan.code.size());
      m_plan.code.push_back({.op = plan::Op::IfFlag, .a = begin + 2, .b = each.flag});
      if (each.isUnless) {
        appendCall(each.flagged);
        m_plan.code.push_back({.op = plan::Op::End});
      } else {
        m_plan.code.push_back({.op = plan::Op::End});
        appendCall(each.flagged);
        m_plan.code.push_back({.op = plan::Op::End});
      }
      plan::Link& link = m_plan.links[each.link];
      link.program = static_cast<Index>(m_plan.programs.size());
      link.pool = kNone;
      m_plan.programs.push_back({link.key, begin, kNone});
    }
  }

  /// A call that is not the end of its caller when it fails goes by a station of its own, which tries the
  /// fallbacks.
  void addGuards() {
    for (std::size_t block = 0; block < m_outLinks.size(); ++block) {
      if (m_checked.blocks[block].traits.isQueue) {
        continue;  // nobody there waits for an answer
      }
      std::vector<plan::OutLink>& links = m_outLinks[block];
      std::vector<Index> fallbacks;
      for (const plan::OutLink& out : links) {
        if (out.link->role == LinkRole::Fallback) {
          fallbacks.push_back(out.index);
        }
      }
      for (plan::OutLink& out : links) {
        const bool degrades = catalog::linkPolicyOf(out.link->params).onFailure.value == "degrade";
        if (mayFallBack(*out.link) && (degrades || !fallbacks.empty())) {
          const Index guarded = std::exchange(out.index, static_cast<Index>(m_plan.links.size()));
          plan::Link guard;
          guard.key = m_plan.links[guarded].key + "/guarded";
          m_plan.links.push_back(std::move(guard));
          m_plan.linkOrigin.push_back({out.link->from.text(), {}});
          m_guards.push_back({out.index, guarded, fallbacks, degrades});
        }
      }
    }
  }

  void remarkConsumers(const Link& link) {
    for (const catalog::ParamSpec& spec : catalog::consumption::consumerParams()) {
      if (link.params.contains(spec.key)) {
        m_remarks.warn("link.no_consumers",
                       "Link " + quoted(link.id.text()) +
                           " does not leave a log: what it says of consumers does not matter.",
                       About::the(link, spec.key));
        return;
      }
    }
  }

  static bool mayFallBack(const Link& link) {
    return link.mode == LinkMode::Call &&
           (link.role == LinkRole::Default || link.role == LinkRole::Read || link.role == LinkRole::Write ||
            link.role == LinkRole::Route || link.role == LinkRole::OnMiss);
  }

  /// Layout: the call, the end; on failure: each fallback with an end behind it; the end, or the failure of
  /// the last one.
  void aimGuards() {
    for (const Guard& guard : m_guards) {
      const auto begin = static_cast<Index>(m_plan.code.size());
      const auto here = [&] { return static_cast<Index>(m_plan.code.size()); };
      Index tried = appendCall(guard.guarded);
      m_plan.code.push_back({.op = plan::Op::End});
      for (std::size_t i = 0; i < guard.fallbacks.size(); ++i) {
        failTo(tried, here());
        m_plan.code.push_back({.op = plan::Op::Degrade});
        tried = appendCall(guard.fallbacks[i]);
        m_plan.code.push_back({.op = plan::Op::End});
      }
      if (guard.degrades) {
        failTo(tried, here());
        m_plan.code.push_back({.op = plan::Op::Degrade});
        m_plan.code.push_back({.op = plan::Op::End});
      }
      plan::Link& link = m_plan.links[guard.link];
      link.program = static_cast<Index>(m_plan.programs.size());
      link.pool = kNone;
      m_plan.programs.push_back({link.key, begin, kNone});
    }
  }

  /// Of one call or, over a link to all instances, of the calls to each.
  Index appendCall(Index link) {
    const bool isToAll = m_plan.links[link].balancing == Balancing::All;
    if (isToAll) {
      m_plan.fans.push_back({.link = link});
    }
    m_plan.code.push_back({.op = isToAll ? plan::Op::Fan : plan::Op::Call,
                           .a = isToAll ? static_cast<Index>(m_plan.fans.size() - 1) : link});
    return static_cast<Index>(m_plan.code.size() - 1);
  }

  void failTo(Index call, Index target) {
    plan::Instruction& code = m_plan.code[call];
    (code.op == plan::Op::Fan ? code.c : code.b) = target;
  }

  /// What a link says of failures stays with `link`, which leads to a station of the caller's own; what it
  /// says of the way goes to a new one behind that, whose index is returned.
  Index splitLink(Index link, const char* nameOfRest) {
    const std::string block = m_plan.linkOrigin[link].block;
    plan::Link way = m_plan.links[link];
    way.key += nameOfRest;
    way.retries = {};
    way.breaker = {};
    way.hedge = {};
    plan::Link& outer = m_plan.links[link];
    outer.latency = Law();
    outer.timeout = Duration();
    outer.balancing = Balancing::Random;
    outer.locality = Locality::Anywhere;
    outer.bandwidth = 0;
    outer.health = {};
    outer.lossShare = outer.errorShare = 0;
    m_plan.links.push_back(std::move(way));
    m_plan.linkOrigin.push_back({block, {}});
    return static_cast<Index>(m_plan.links.size() - 1);
  }

  /// A link whose calls go in batches becomes two, as one with a connection pool does; each batch has a
  /// connection.
  void addBatching(BatchedLink& batched) {
    const Link& link = *m_checked.links[batched.outer].link;
    const catalog::LinkPolicy policy = catalog::linkPolicyOf(link.params);
    batched.inner = splitLink(batched.outer, "/batch");
    for (PooledLink& pooled : m_pooled) {
      if (pooled.outer == batched.outer) {
        pooled.outer = batched.inner;
      }
    }
    batched.batching = static_cast<Index>(m_plan.batchings.size());
    plan::Batching& batching = m_plan.batchings.emplace_back();
    batching.key = link.id.text();
    batching.link = batched.inner;
    batching.most = static_cast<std::uint32_t>(policy.callBatch.value());
    batching.linger = policy.callLinger;
  }

  /// Layout: the wait for the batch, the end; what a batch does.
  void aimBatchedLinks() {
    for (const BatchedLink& batched : m_batched) {
      plan::Link& outer = m_plan.links[batched.outer];
      plan::Link& inner = m_plan.links[batched.inner];
      inner.program = std::exchange(outer.program, static_cast<Index>(m_plan.programs.size()));
      inner.pool = std::exchange(outer.pool, kNone);
      m_plan.programs.push_back({outer.key + "/batched", static_cast<Index>(m_plan.code.size()), kNone});
      m_plan.code.push_back({.op = plan::Op::Batch, .a = batched.batching});
      m_plan.code.push_back({.op = plan::Op::End});
      m_plan.batchings[batched.batching].program = static_cast<Index>(m_plan.programs.size());
      m_plan.programs.push_back({inner.key, static_cast<Index>(m_plan.code.size()), kNone});
      appendCall(batched.inner);
      m_plan.code.push_back({.op = plan::Op::End});
    }
  }

  /// A link with a connection pool becomes two: one to a station that takes a connection, with all that is
  /// said of failures, and from there the one to the callee, with all that is said of the way.
  void addConnectionPool(PooledLink& pooled) {
    const Index link = pooled.outer;
    const std::string block = m_plan.linkOrigin[link].block;
    const catalog::LinkPolicy& policy = pooled.policy;
    plan::Tokens connections;
    connections.key = m_plan.links[link].key + "/connections";
    connections.size = static_cast<std::uint32_t>(policy.connections.value());
    connections.scope = plan::TokenScope::Caller;
    connections.waits = true;
    connections.queueLimit = static_cast<std::uint32_t>(policy.connectionQueue.value());
    if (policy.connectionWait > Duration()) {
      connections.patience = Law::constant(policy.connectionWait);
    }
    pooled.tokens = static_cast<Index>(m_plan.tokens.size());
    m_plan.tokens.push_back(std::move(connections));
    m_plan.tokenOrigin.push_back({block, {}});

    pooled.inner = splitLink(link, "/connected");
  }

  /// Look-ups in caches with contents go on to put there what they missed: by links of their own, behind all
  /// those of the design.
  void addFillLinks() {
    for (std::vector<plan::OutLink>& links : m_outLinks) {
      for (plan::OutLink& out : links) {
        const CheckedBlock& to = m_checked.blocks[m_checked.links[out.index].to];
        if (out.link->role == LinkRole::Lookup && hasOperation(to, "fill")) {
          out.fill = static_cast<Index>(m_plan.links.size());
          plan::Link fill = m_plan.links[out.index];
          fill.key += "/fill";
          m_plan.links.push_back(std::move(fill));
          m_plan.linkOrigin.push_back({out.link->from.text(), {}});
          m_lookupOfFill.push_back(out.index);
        }
      }
    }
  }

  static bool hasOperation(const CheckedBlock& block, const char* name) {
    const std::vector<std::string>& names = block.type->operations;
    return block.isUsable && std::find(names.begin(), names.end(), name) != names.end();
  }

  void addPolicy(plan::Link& to, const catalog::LinkPolicy& policy, const Link& from) {
    const auto small = [](Count count) { return static_cast<std::uint32_t>(count.value()); };
    to.retries.attempts = small(policy.attempts);
    to.retries.base = policy.backoff;
    to.retries.cap = policy.backoffCap;
    to.retries.hasJitter = policy.jitter;
    if (policy.retryBudget) {
      to.retries.budgetShare = policy.budgetShare.raw();
      to.retries.budgetFloor = policy.budgetFloor;
      to.retries.budgetDepth = static_cast<double>(policy.budgetDepth.value());
    }
    to.breaker.consecutive = small(policy.breakerFailures);
    to.breaker.window = small(policy.breakerWindow);
    to.breaker.failedShare = policy.breakerShare.raw();
    to.breaker.open = policy.breakerOpen;
    to.breaker.probes = small(policy.breakerProbes);
    to.health.interval = policy.healthInterval;
    to.health.timeout = policy.healthTimeout;
    to.health.downAfter = small(policy.downAfter);
    to.health.upAfter = small(policy.upAfter);
    to.health.failsOpen = policy.failsOpen;
    to.health.slowStart = policy.slowStart;
    to.health.ejectAfter = small(policy.ejectAfter);
    to.health.ejectFor = policy.ejectFor;
    to.hedge = policy.hedge;
    to.cancels = policy.cancels;
    to.propagates = policy.propagates;
    to.choices = small(policy.choices);
    to.points = small(policy.ringPoints);
    if (const Result<std::vector<double>> weights = parseNumbers(policy.weights)) {
      to.weights = *weights;
    }
    to.locality = policy.locality.value == "local"          ? Locality::Local
                  : policy.locality.value == "strict_local" ? Locality::StrictLocal
                                                            : Locality::Anywhere;
    to.isPerCaller = policy.scope.value == "caller";
    to.bandwidth = policy.bandwidth.raw();
    to.lossShare = policy.loss.raw();
    to.errorShare = policy.errors.raw();
    if (to.lossShare > 0 && to.timeout == Duration()) {
      m_remarks.error(
          "link.loss_without_timeout",
          "Link " + quoted(from.id.text()) +
              " loses calls and has no timeout: its callers would wait for ever. Give it a timeout.",
          About::the(from, "loss"));
    }
  }

  /// The classes a link is for; kNone if it is for all.
  Index classSetOf(const Link& link) {
    const bool isByAccess = link.role == LinkRole::Read || link.role == LinkRole::Write;
    if (link.classes.empty() && !isByAccess) {
      return kNone;
    }
    const Access access = link.role == LinkRole::Write ? Access::Write : Access::Read;
    std::vector<bool> set;
    for (const RequestClass* each : m_checked.classes) {
      const bool isNamed =
          std::find(link.classes.begin(), link.classes.end(), each->id) != link.classes.end();
      set.push_back(link.classes.empty() ? each->access == access : isNamed);
    }
    const bool isForAll = std::find(set.begin(), set.end(), false) == set.end();
    return isForAll ? kNone : plan::addClassSet(m_plan, set);
  }

  Law latencyOf(const CheckedLink& checked) const {
    if (checked.link->latency) {
      return *checked.link->latency;
    }
    const CheckedBlock& from = m_checked.blocks[checked.from];
    const CheckedBlock& to = m_checked.blocks[checked.to];
    // A textbook element that was put nowhere is a part of a model, not a machine: no network leads to it.
    return isNoMachine(from) || isNoMachine(to) ? Law()
                                                : latencyBetween(m_design, from.block->zone, to.block->zone);
  }

  static bool isNoMachine(const CheckedBlock& block) {
    return block.traits.isPrimitive && block.block->zone.isEmpty();
  }

  /// Links that do not say how long a way takes: as long as between the zones of its ends. Where that is the
  /// same for all of them it is said here, and nobody has to look.
  void measureLinks() {
    if (m_plan.zones.size() < 2 || m_plan.zones.size() > plan::Zone::kMost) {
      return;
    }
    for (Index i = 0; i < m_checked.links.size(); ++i) {
      const CheckedLink& checked = m_checked.links[i];
      const CheckedBlock& from = m_checked.blocks[checked.from];
      const bool isSomewhere = !isNoMachine(from) || !originsAt(*from.block).empty();
      if (!checked.link->latency && isSomewhere && !isNoMachine(m_checked.blocks[checked.to])) {
        measure(i, placesOfCallers(checked.from), placesBehind(m_plan.links[networkLinkOf(i)]));
      }
    }
    for (Index i = 0; i < m_lookupOfFill.size(); ++i) {
      const plan::Link& lookup = m_plan.links[networkLinkOf(m_lookupOfFill[i])];
      plan::Link& fill = m_plan.links[m_checked.links.size() + i];
      fill.latency = lookup.latency;
      fill.isByZones = lookup.isByZones;
    }
  }

  void measure(Index link, const std::set<Index>& from, const std::set<Index>& to) {
    std::set<Duration> ways;
    bool isKnown = !from.contains(kNone) && !to.contains(kNone);
    for (const Index here : from) {
      for (const Index there : to) {
        if (here != kNone && there != kNone) {
          ways.insert(plan::wayBetween(m_plan, here, there));
        }
      }
    }
    plan::Link& measured = m_plan.links[networkLinkOf(link)];
    measured.isByZones = ways.size() > 1;
    if (ways.size() == 1 && isKnown) {
      measured.latency = Law::constant(*ways.begin());
    }
  }

  /// The plan's link that goes through the network for a link of the design.
  Index networkLinkOf(Index link) const {
    const auto batched = std::find_if(m_batched.begin(), m_batched.end(),
                                      [&](const BatchedLink& each) { return each.outer == link; });
    link = batched == m_batched.end() ? link : batched->inner;
    const auto pooled = std::find_if(m_pooled.begin(), m_pooled.end(),
                                     [&](const PooledLink& each) { return each.outer == link; });
    return pooled == m_pooled.end() ? link : pooled->inner;
  }

  std::set<Index> placesOfCallers(std::uint32_t block) const {
    std::set<Index> places;
    const Block& of = *m_checked.blocks[block].block;
    for (Index pool = 0; pool < m_plan.pools.size(); ++pool) {
      if (m_plan.poolOrigin[pool].block == of.id.text()) {
        places.insert(m_plan.pools[pool].places.begin(), m_plan.pools[pool].places.end());
      }
    }
    const std::vector<Index> origins = originsAt(of);
    places.insert(origins.begin(), origins.end());
    if (places.empty() || m_checked.blocks[block].traits.isQueue) {  // what a queue hands out comes from it
      places.insert(m_places.indexOf(of.zone));
    }
    return places;
  }

  std::set<Index> placesBehind(const plan::Link& link) const {
    if (link.program >= m_plan.programs.size()) {
      return {};
    }
    if (link.pool == kNone) {
      return {m_plan.programs[link.program].zone};
    }
    const plan::Pool& pool = m_plan.pools[link.pool];
    std::set<Index> places(pool.places.begin(), pool.places.end());
    if (pool.queue == plan::QueueScope::Shared || places.empty()) {
      places.insert(pool.zone);
    }
    return places;
  }

  void lowerBlocks() {
    m_sourceProgram.assign(m_checked.blocks.size(), kNone);
    m_mainPool.assign(m_checked.blocks.size(), kNone);
    m_storeLog.assign(m_checked.blocks.size(), kNone);
    m_operations.resize(m_checked.blocks.size());
    m_programs.resize(m_checked.blocks.size());
    for (std::size_t i = 0; i < m_checked.blocks.size(); ++i) {
      const CheckedBlock& checked = m_checked.blocks[i];
      if (!checked.isUsable) {
        continue;
      }
      BlockLowering lowering(m_plan, m_remarks, *checked.block, m_outLinks[i], m_isCacheable, m_places);
      m_programs[i].begin = static_cast<Index>(m_plan.programs.size());
      const std::vector<Index> origins = originsAt(*checked.block);
      lowering.comeFrom(origins);
      checked.type->lower(*checked.block, lowering);
      m_programs[i].end = static_cast<Index>(m_plan.programs.size());
      m_sourceProgram[i] = lowering.source();
      for (const Index zone : origins) {
        m_sourcesIn.push_back({static_cast<std::uint32_t>(i), zone, lowering.sourceIn(zone)});
      }
      m_mainPool[i] = lowering.mainPool();
      m_operations[i] = lowering.operations();
      m_storeLog[i] = lowering.storeLog();
      for (const Control& control : lowering.controls()) {
        m_blockControls.push_back({i, control});
      }
      for (const BlockLowering::Residence& residence : lowering.residences()) {
        m_residences.push_back({i, residence});
      }
    }
    for (const auto& [block, residence] : m_residences) {
      settle(*m_checked.blocks[block].block, residence);
    }
  }

  bool isHost(Index pool) const {
    return std::any_of(m_plan.pools.begin(), m_plan.pools.end(),
                       [pool](const plan::Pool& each) { return each.host == pool; });
  }

  /// Gives the pool its host, and no more instances than there are places.
  void settle(const Block& block, const BlockLowering::Residence& residence) {
    const std::uint32_t at = m_checked.find(m_design, BlockId(residence.block));
    const Index host = at < m_mainPool.size() ? m_mainPool[at] : kNone;
    if (host == kNone || host == residence.pool || m_plan.pools[host].host != kNone ||
        m_plan.pools[host].isOnDemand() || isHost(residence.pool)) {
      m_remarks.warn("block.no_host",
                     quoted(block) + " is to live on " + quoted(residence.block) +
                         ", which is no block with instances of its own: it lives nowhere in particular.",
                     About::the(block, "lives_on"));
      return;
    }
    plan::Pool& pool = m_plan.pools[residence.pool];
    const plan::Pool& on = m_plan.pools[host];
    const auto places = [&](std::uint32_t hosts) {
      return static_cast<std::uint32_t>(
          std::min<std::uint64_t>(std::uint64_t{hosts} * residence.perHost, pool.room()));
    };
    if (pool.instances > places(on.instances)) {
      m_remarks.warn("block.no_places",
                     quoted(block) + " has " + formatNumber(pool.instances) + " instances, and " +
                         quoted(residence.block) + " has places for " + formatNumber(places(on.instances)) +
                         ".",
                     About::the(block, "lives_on"));
    }
    const std::uint32_t room = places(on.room());
    pool.instances = std::min(pool.instances, places(on.instances));
    pool.maxInstances = room;
    pool.needed = std::min(pool.needed, room);
    pool.speeds.resize(std::min<std::size_t>(pool.speeds.size(), room));
    pool.host = host;
    pool.perHost = residence.perHost;
    pool.places.clear();
    for (Index i = 0; i < room && !on.places.empty(); ++i) {
      pool.places.push_back(on.placeOf(i / residence.perHost));
    }
    for (plan::Scaler& scaler : m_plan.scalers) {
      if (scaler.pool == residence.pool) {
        scaler.most = std::min(scaler.most, room);
        scaler.least = std::min(scaler.least, scaler.most);
      }
    }
  }

  /// Copies belong to one store.
  void checkCopies() {
    std::vector<Index> known;
    for (plan::ConsumerGroup& group : m_plan.groups) {
      const Index pool = m_plan.links[group.link].pool;
      if (!group.follows) {
        continue;
      }
      if (std::find(known.begin(), known.end(), pool) != known.end()) {
        group.follows = group.takesOver = false;
        const Link& link = *m_design.links.find(LinkId(m_plan.linkOrigin[group.link].link));
        m_remarks.warn(
            "link.second_primary",
            "Link " + quoted(link.id.text()) +
                " is the second by which its copies follow a primary: they apply what comes over it, "
                "and are its copies no further.",
            About::the(link));
      }
      known.push_back(pool);
    }
  }

  /// Whoever reads of a store or of its copies is told what may not be missed.
  void tellReaders() {
    for (Index i = 0; i < m_checked.links.size(); ++i) {
      m_plan.links[i].readsOf = m_storeLog[m_checked.links[i].to];
    }
    for (const plan::ConsumerGroup& group : m_plan.groups) {
      for (plan::Link& link : m_plan.links) {
        const bool isOfCopies = link.pool != kNone && link.pool == m_plan.links[group.link].pool;
        if (group.follows && isOfCopies) {
          link.readsOf = group.log;
        }
      }
    }
  }

  void resolveLinks() {
    for (Index i = 0; i < m_checked.links.size(); ++i) {
      const CheckedLink& checked = m_checked.links[i];
      const std::optional<Index> program = programOf(checked);
      if (!program) {
        const CheckedBlock& to = m_checked.blocks[checked.to];
        m_remarks.error("link.no_operation",
                        to.type->label + " does not do what link " + quoted(checked.link->id.text()) +
                            " asks of " + quoted(*to.block) + ".",
                        About::the(*checked.link, "operation"));
        continue;
      }
      m_plan.links[i].program = *program;
      m_plan.links[i].pool = m_plan.programs[*program].pool;
      if (m_plan.links[i].locality != Locality::Anywhere && !hasInstances(m_plan.links[i].pool)) {
        m_remarks.warn("link.locality_of_none",
                       "Link " + quoted(checked.link->id.text()) + " is to stay in its zone, but " +
                           quoted(*m_checked.blocks[checked.to].block) +
                           " has no instances that calls could be told to go to: give them queues of their "
                           "own.",
                       About::the(*checked.link, "locality"));
      }
      if (m_plan.links[i].balancing == Balancing::All && !hasInstances(m_plan.links[i].pool)) {
        m_remarks.error(
            "link.all_of_none",
            "Link " + quoted(checked.link->id.text()) + " goes to all instances of " +
                quoted(*m_checked.blocks[checked.to].block) +
                ", which has none that calls could be told to go to: give them queues of their own.",
            About::the(*checked.link, "balancing"));
      }
    }
    for (Index i = 0; i < m_lookupOfFill.size(); ++i) {
      plan::Link& fill = m_plan.links[m_checked.links.size() + i];
      fill.program = m_operations[m_checked.links[m_lookupOfFill[i]].to].at("fill");
      fill.pool = m_plan.programs[fill.program].pool;
    }
    checkCopies();
    tellReaders();
    aimBatchedLinks();
    aimPooledLinks();
    aimGuards();
    aimFlaggedLinks();
    for (plan::Route& route : m_plan.routes) {
      for (plan::Route::Way& way : route.ways) {
        way.link = lookThroughGuard(way.link);
        way.behind = networkLinkOf(way.link);
      }
    }
  }

  /// The link behind the station that guards it, if one does.
  Index lookThroughGuard(Index link) const {
    const auto guard =
        std::find_if(m_guards.begin(), m_guards.end(), [&](const Guard& each) { return each.link == link; });
    return guard == m_guards.end() ? link : guard->guarded;
  }

  /// A request with a shared queue is at no instance before it is served.
  bool hasInstances(Index pool) const {
    return pool != kNone && m_plan.pools[pool].queue == plan::QueueScope::PerInstance;
  }

  void aimPooledLinks() {
    for (const PooledLink& pooled : m_pooled) {
      plan::Link& outer = m_plan.links[pooled.outer];
      plan::Link& inner = m_plan.links[pooled.inner];
      inner.program = std::exchange(outer.program, static_cast<Index>(m_plan.programs.size()));
      inner.pool = std::exchange(outer.pool, kNone);
      m_plan.programs.push_back({inner.key, static_cast<Index>(m_plan.code.size()), kNone});
      m_plan.code.push_back({.op = plan::Op::Take, .a = pooled.tokens, .b = 1});
      appendCall(pooled.inner);
      m_plan.code.push_back({.op = plan::Op::End});
    }
  }

  std::optional<Index> programOf(const CheckedLink& checked) const {
    const auto& known = m_operations[checked.to];
    const auto at = known.find(operationOf(checked));
    return at == known.end() ? std::nullopt : std::optional(at->second);
  }

  /// What the link names; else by its role, if the callee has an operation of that name; else the default.
  std::string operationOf(const CheckedLink& checked) const {
    const Link& link = *checked.link;
    if (!link.operation.empty()) {
      return link.operation;
    }
    const std::vector<std::string>& names = m_checked.blocks[checked.to].type->operations;
    const auto has = [&](const char* name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (link.role == LinkRole::Lookup && has("lookup")) {
      return "lookup";
    }
    if (link.role == LinkRole::Read && has("read")) {
      return "read";
    }
    if (link.role == LinkRole::Write && has("write")) {
      return "write";
    }
    if ((link.role == LinkRole::Replication || link.role == LinkRole::Standby) && has("apply")) {
      return "apply";
    }
    return names.empty() ? std::string() : names.front();
  }

  /// Where the users are of the workloads that enter at the block, once each. What names no zone is left for
  /// addSources to complain of.
  std::vector<Index> originsAt(const Block& block) const {
    std::vector<Index> zones;
    for (const Workload* workload : m_checked.workloads) {
      if (workload->entry != block.id) {
        continue;
      }
      for (const catalog::RequestOrigin& origin : sourceOf(*workload).origins) {
        const Index zone = m_places.indexOf(ZoneId(origin.zone));
        if (zone != kNone && std::find(zones.begin(), zones.end(), zone) == zones.end()) {
          zones.push_back(zone);
        }
      }
    }
    return zones;
  }

  /// One source for each place that its users are in: independent Poisson streams of shares of a rate are the
  /// stream of the rate, and users and sessions are counted.
  void addSourcesOf(const WorkloadSource& lowered, std::uint32_t entry) {
    if (lowered.origins.empty()) {
      m_plan.sources.push_back(lowered.source);
      m_plan.sources.back().program = m_sourceProgram[entry];
      return;
    }
    double before = 0;
    for (const catalog::RequestOrigin& origin : lowered.origins) {
      plan::Source part = lowered.source;
      part.key += "@" + origin.zone;
      part.rate = part.rate * origin.share;
      const auto usersUpTo = [&](double share) {
        return static_cast<std::uint32_t>(std::min(1.0, share) * lowered.source.users + 0.5);
      };
      part.users = usersUpTo(before + origin.share) - usersUpTo(before);
      before += origin.share;
      const Index zone = m_places.indexOf(ZoneId(origin.zone));
      const auto at = std::find_if(m_sourcesIn.begin(), m_sourcesIn.end(), [&](const SourceIn& each) {
        return each.block == entry && each.zone == zone;
      });
      part.program = at->program;
      if (lowered.source.users == 0 || part.users > 0) {
        m_plan.sources.push_back(std::move(part));
      }
    }
  }

  void addSources() {
    std::vector<const Block*> entries;
    for (const Workload* workload : m_checked.workloads) {
      const std::uint32_t entry = m_checked.find(m_design, workload->entry);
      const auto at =
          std::find_if(m_checked.classes.begin(), m_checked.classes.end(),
                       [&](const RequestClass* each) { return each->id == workload->requestClass; });
      if (m_sourceProgram[entry] == kNone) {
        m_remarks.error("workload.entry_no_source",
                        quoted(*m_checked.blocks[entry].block) + " offers no load.",
                        About::the(*m_checked.blocks[entry].block));
        continue;
      }
      WorkloadSource lowered = sourceOf(*workload);
      if (lowered.source.kind == plan::SourceKind::Sessions && !findHolder(lowered)) {
        lowered.fault =
            "its sessions must be held by a block with instances, and " + quoted(lowered.holder) + " is none";
      }
      for (const catalog::RequestOrigin& origin : lowered.origins) {
        if (m_places.indexOf(ZoneId(origin.zone)) == kNone) {
          lowered.fault = "its users are in zone " + quoted(origin.zone) + ", which does not exist";
        }
      }
      if (!lowered.fault.empty()) {
        m_remarks.error("workload.impossible",
                        "Workload " + quoted(workload->id.text()) + " cannot be: " + lowered.fault + ".",
                        About::the(*m_checked.blocks[entry].block));
        continue;
      }
      lowered.source.requestClass = static_cast<Index>(at - m_checked.classes.begin());
      addSourcesOf(lowered, entry);
      entries.resize(m_plan.sources.size(), m_checked.blocks[entry].block);
    }
    for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
      warnOfPlaces(m_plan.sources[i], *entries[i]);
    }
  }

  void warnOfPlaces(const plan::Source& source, const Block& entry) {
    const double share = source.rate.raw() > 0 ? meanRate(m_plan, source) / source.rate.raw() : 1;
    if (share < 1) {
      m_remarks.warn("workload.sessions_without_place",
                     "Of the sessions of workload \"" + source.key + "\" " + formatNumber(100 * share, 3) +
                         " % find a place: the others try for ever. Take more instances or more slots.",
                     About::the(entry));
    }
  }

  /// A holder may say how many it has room for, and what it does for those who come back.
  bool findHolder(WorkloadSource& lowered) {
    const std::uint32_t block = m_checked.find(m_design, BlockId(lowered.holder));
    lowered.source.holder = block < m_mainPool.size() ? m_mainPool[block] : kNone;
    if (lowered.source.holder == kNone) {
      return false;
    }
    if (lowered.source.slots == 0) {
      lowered.source.slots = static_cast<std::uint32_t>(m_checked.blocks[block].traits.sessionSlots);
    }
    if (const auto greeting = m_operations[block].find("reconnect"); greeting != m_operations[block].end()) {
      plan::Link way;
      way.key = lowered.source.key + "/reconnect";
      way.pool = lowered.source.holder;
      way.program = greeting->second;
      way.balancing = Balancing::All;
      lowered.source.greeting = static_cast<Index>(m_plan.links.size());
      m_plan.links.push_back(std::move(way));
      m_plan.linkOrigin.push_back({m_checked.blocks[block].block->id.text(), {}});
    }
    return true;
  }

  /// What a cache can hold also depends on the keys of the request classes.
  void checkCaches() {
    std::uint32_t mostKeys = 1;
    for (const plan::KeySpace& keys : m_plan.keySpaces) {
      mostKeys = std::max(mostKeys, keys.count);
    }
    for (std::size_t i = 0; i < m_plan.caches.size(); ++i) {
      const plan::Cache& cache = m_plan.caches[i];
      const Block& block = *m_design.blocks.find(BlockId(m_plan.cacheOrigin[i].block));
      if (cache.eviction == plan::Eviction::LeastFrequentlyUsed && mostKeys > plan::Cache::kMaxCountedKeys) {
        m_remarks.error("cache.too_many_keys",
                        quoted(block) + " counts the requests for each key, which is possible for at most " +
                            formatNumber(plan::Cache::kMaxCountedKeys) + " keys; a request class has " +
                            formatNumber(mostKeys) + ". Choose another eviction, or fewer keys.",
                        About::the(block, "eviction"));
      }
      const std::uint64_t stores = cache.pool == kNone ? 1 : m_plan.pools[cache.pool].instances;
      if (plan::warmEntries(m_plan, cache) * stores > plan::Cache::kMostWarmEntries) {
        m_remarks.error("cache.too_warm",
                        quoted(block) +
                            " starts with more entries than the 100,000,000 that are possible: give it a "
                            "smaller warm share or capacity.",
                        About::the(block, "warm_share"));
      }
    }
  }

  void addActions() {
    for (const Perturbation* event : m_checked.perturbations) {
      addAction(*event, m_plan.actions);
    }
  }

  /// Those that blocks bring, after those of the design.
  void checkBlockControls() {
    for (const auto& [index, control] : m_blockControls) {
      const Block& block = *m_checked.blocks[index].block;
      const Result<plan::TriggerText> when = plan::parseTrigger(control.when);
      if (!when || !isKnown(*when)) {
        m_remarks.error(
            "control.of",
            quoted(block) + " looks at " +
                (when ? quoted(when->of) + ", which the design does not have." : control.when + "."),
            About::the(block));
        continue;
      }
      CheckedControl& checked = m_checked.controls.emplace_back(CheckedControl{&control, *when, {}});
      for (const Perturbation& event : control.events) {
        checked.events.push_back(&event);
      }
    }
  }

  bool isKnown(const plan::TriggerText& when) const {
    return when.of.empty() || (plan::isOfPool(when.trigger.figure)
                                   ? m_checked.find(m_design, BlockId(when.of)) != kNone
                                   : std::any_of(m_plan.classes.begin(), m_plan.classes.end(),
                                                 [&](const auto& each) { return each.key == when.of; }));
  }

  /// Those of an alert are none.
  void addControls() {
    for (const CheckedControl& checked : m_checked.controls) {
      plan::Control control;
      control.key = checked.control->id.text();
      control.name = checked.control->name;
      control.trigger = checked.when.trigger;
      if (!aimTrigger(control.trigger, checked)) {
        continue;
      }
      for (const Perturbation* event : checked.events) {
        addAction(*event, control.actions);
      }
      const bool isAtStart =
          control.trigger.kind == plan::Trigger::Kind::At && control.trigger.at == Duration();
      for (const plan::Action& action : control.actions) {
        if (isAtStart && action.change == Change::SetFlag && action.at == Duration()) {
          m_plan.flags[action.flag].share = std::min(1.0, action.value);
        }
      }
      m_plan.controls.push_back(std::move(control));
    }
  }

  /// False, with a remark, if there is nothing to look at.
  bool aimTrigger(plan::Trigger& trigger, const CheckedControl& checked) {
    if (trigger.kind != plan::Trigger::Kind::Metric || checked.when.of.empty()) {
      return true;
    }
    if (!plan::isOfPool(trigger.figure)) {
      const auto at = std::find_if(m_plan.classes.begin(), m_plan.classes.end(),
                                   [&](const auto& each) { return each.key == checked.when.of; });
      trigger.element = static_cast<Index>(at - m_plan.classes.begin());
      return true;
    }
    const std::uint32_t block = m_checked.find(m_design, BlockId(checked.when.of));
    trigger.element = m_mainPool[block];
    const bool hasFigure =
        trigger.element != kNone &&
        (trigger.figure != plan::Figure::Utilisation || m_plan.pools[trigger.element].servers != 0) &&
        (trigger.figure != plan::Figure::Occupancy || m_plan.pools[trigger.element].seats != 0);
    if (!hasFigure) {
      m_remarks.error("control.no_figure",
                      "Control " + quoted(checked.control->id.text()) + " looks at the " +
                          plan::nameOf(trigger.figure) + " of " + quoted(*m_checked.blocks[block].block) +
                          ", which has none.",
                      About::the(*m_checked.blocks[block].block));
    }
    return hasFigure;
  }

  /// What the event means for the plan; several actions if the block has several of what it acts on.
  void addAction(const Perturbation& event, std::vector<plan::Action>& to) {
    Index pool = kNone;
    if (event.change == Change::FlushCaches && addFlushes(event, to)) {
      return;
    }
    if (actsOnZones(event.change)) {
      addActionOnZones(event, to);
      return;
    }
    if (plan::Action{{}, event.change}.isOfLink()) {
      addActionsOnCalls(event, to);
      return;
    }
    if (event.change == Change::SeekGroup) {
      addSeeks(event, to);
      return;
    }
    plan::Action action;
    action.at = event.at;
    action.change = event.change;
    action.value = event.value;
    if (event.change == Change::SetFlag) {
      action.flag = flagOf(event.name);
    } else if (event.change == Change::StopControl) {
      const auto at = std::find_if(m_checked.controls.begin(), m_checked.controls.end(),
                                   [&](const auto& each) { return each.control->id.text() == event.name; });
      action.control = static_cast<Index>(at - m_checked.controls.begin());
    } else if (event.change != Change::LoadFactor) {
      const std::uint32_t target = m_checked.find(m_design, event.target);
      pool = m_mainPool[target];
      if (pool == kNone) {
        remarkNoInstances(*m_checked.blocks[target].block);
        return;
      }
      remarkTooMany(event, m_plan.pools[pool], *m_checked.blocks[target].block);
    }
    action.pool = pool;
    if (pool != kNone && event.firstInstance && mayNameInstances(event.change)) {
      nameInstances(action, event);
    }
    to.push_back(action);
  }

  /// The pool may have room for fewer than the scenario names.
  void nameInstances(plan::Action& action, const Perturbation& event) {
    const std::uint32_t last = event.lastInstance.value_or(*event.firstInstance);
    const std::uint32_t room = m_plan.pools[action.pool].room();
    if (last >= room) {
      m_remarks.error("scenario.no_such_instance",
                      "The scenario acts on instance " + formatNumber(last) + " of " +
                          quoted(*m_design.blocks.find(event.target)) + ", which has " + formatNumber(room) +
                          ", numbered from 0.",
                      About::the(*m_design.blocks.find(event.target)));
    }
    action.firstInstance = std::min(*event.firstInstance, last);
    action.lastInstance = last;
  }

  void addActionOnZones(const Perturbation& event, std::vector<plan::Action>& to) {
    plan::Action& action = to.emplace_back();
    action.at = event.at;
    action.change = event.change;
    action.value = event.value;
    action.zone = m_places.indexOf(event.zone);
    action.otherZone = m_places.indexOf(event.otherZone);
    if (event.change == Change::Partition) {
      remarkEndlessWaits(action);
    }
  }

  /// Calls that a partition cuts off and no timeout ends.
  void remarkEndlessWaits(const plan::Action& partition) {
    for (Index i = 0; i < m_checked.links.size(); ++i) {
      const CheckedLink& checked = m_checked.links[i];
      const plan::Link& link = m_plan.links[networkLinkOf(i)];
      const bool isEndless = link.timeout == Duration() && checked.link->mode == LinkMode::Call;
      if (isEndless && isCutBy(partition, placesOfCallers(checked.from), placesBehind(link))) {
        m_remarks.warn("scenario.partition_without_timeout",
                       "The scenario cuts zone " + quoted(m_plan.zones[partition.zone].key) +
                           " off, and link " + quoted(checked.link->id.text()) +
                           " leads out of it or into it without a timeout: who waits for its answers waits "
                           "for ever.",
                       About::the(*checked.link, "timeout"));
      }
    }
  }

  bool isCutBy(const plan::Action& partition, const std::set<Index>& from, const std::set<Index>& to) const {
    const auto isIn = [&](Index place) { return plan::liesIn(m_plan.zones, place, partition.zone); };
    const auto isBeyond = [&](Index place) {
      return partition.otherZone == kNone ? !isIn(place)
                                          : plan::liesIn(m_plan.zones, place, partition.otherZone);
    };
    const auto has = [](const std::set<Index>& places, const auto& condition) {
      return std::any_of(places.begin(), places.end(), condition);
    };
    return (has(from, isIn) && has(to, isBeyond)) || (has(from, isBeyond) && has(to, isIn));
  }

  /// On all links by which the block's programs are called.
  void addActionsOnCalls(const Perturbation& event, std::vector<plan::Action>& to) {
    const Programs& own = m_programs[m_checked.find(m_design, event.target)];
    const Block& block = *m_design.blocks.find(event.target);
    bool isEndless = false;
    bool hasAny = false;
    for (Index link = 0; link < m_plan.links.size(); ++link) {
      const Index program = m_plan.links[link].program;
      if (program >= own.begin && program < own.end) {
        to.push_back({event.at, event.change, kNone, event.value, link});
        hasAny = true;
        isEndless = isEndless || m_plan.links[link].timeout == Duration();
      }
    }
    if (!hasAny) {
      m_remarks.warn("scenario.no_calls",
                     "The scenario acts on the calls to " + quoted(block) + ", which nobody calls: left out.",
                     About::the(block));
    } else if (event.change == Change::LoseCalls && event.value > 0 && isEndless) {
      m_remarks.warn("scenario.loss_without_timeout",
                     "The scenario loses calls to " + quoted(block) +
                         " over a link without a timeout: who waits for their answers waits for ever.",
                     About::the(block));
    }
  }

  /// Of caches that all instances share; false if the block has none.
  bool addFlushes(const Perturbation& event, std::vector<plan::Action>& to) {
    bool hasAny = false;
    for (Index cache = 0; cache < m_plan.caches.size(); ++cache) {
      if (m_plan.cacheOrigin[cache].block == event.target.text() && m_plan.caches[cache].pool == kNone) {
        to.push_back({event.at, event.change, kNone, event.value, kNone, cache});
        hasAny = true;
      }
    }
    return hasAny;
  }

  /// Of those who read what the block keeps, or as whom it reads what another one does.
  void addSeeks(const Perturbation& event, std::vector<plan::Action>& to) {
    const Block& block = *m_design.blocks.find(event.target);
    const auto isMeant = [&](const plan::ConsumerGroup& group) {
      const bool isReader = group.link < m_checked.links.size() &&
                            m_checked.blocks[m_checked.links[group.link].to].block == &block;
      return !group.follows && (isReader || m_plan.linkOrigin[group.link].block == block.id.text());
    };
    bool hasAny = false;
    bool isKept = true;
    for (Index group = 0; group < m_plan.groups.size(); ++group) {
      if (isMeant(m_plan.groups[group])) {
        plan::Action& action = to.emplace_back();
        action.at = event.at;
        action.change = event.change;
        action.value = event.value;
        action.group = group;
        hasAny = true;
        isKept = isKept && m_plan.groups[group].replay > Duration();
      }
    }
    if (!hasAny) {
      m_remarks.warn(
          "scenario.no_consumers",
          "The scenario sets the consumers of " + quoted(block) + " back, of which there are none: left out.",
          About::the(block));
    } else if (event.value > 0 && !isKept) {
      m_remarks.warn(
          "scenario.nothing_kept",
          "The scenario sets the consumers of " + quoted(block) +
              " back, and what they have read is not kept: give the block that keeps the messages a time in "
              "'Kept after reading'.",
          About::the(block, "replay"));
    }
  }

  void remarkNoInstances(const Block& block) {
    m_remarks.warn("scenario.no_instances",
                   "The scenario acts on the instances of " + quoted(block) + ", which has none: left out.",
                   About::the(block));
  }

  void remarkTooMany(const Perturbation& event, const plan::Pool& pool, const Block& block) {
    const bool isKill = event.change == Change::KillInstances || event.change == Change::KillSilently;
    if (isKill && !event.firstInstance && event.value > pool.instances) {
      m_remarks.warn("scenario.too_many",
                     "The scenario kills " + formatNumber(event.value) + " instances of " + quoted(block) +
                         ", which has " + formatNumber(pool.instances) + ".",
                     About::the(block));
    }
  }

  /// Also of a plan that errors will discard, so that one hears of endless cycles at the same time; links
  /// whose callee could not be lowered have been left out of it.
  std::optional<plan::Visits> findVisits() {
    if (const std::string fault = plan::faultIn(m_plan); !fault.empty()) {
      if (m_remarks.errorCount() == 0) {
        m_remarks.error("plan.invalid", "The design cannot be simulated: " + fault + ".");
      }
      return std::nullopt;
    }
    Result<plan::Visits> visits = plan::visits(m_plan);
    if (!visits) {
      const LinkId link(visits.error().where);
      m_remarks.error(visits.error().code, visits.error().message,
                      m_design.links.contains(link) ? About{{}, link, {}, {}} : About{});
      return std::nullopt;
    }
    return std::move(visits).value();
  }

  void remarkSaturation(const plan::Visits& visits) {
    for (Index i = 0; i < m_plan.pools.size(); ++i) {
      const plan::Pool& pool = m_plan.pools[i];
      const double capacity = pool.capacity();
      const double offered = visits.totalPoolWork(i);
      if (pool.servers == 0 || offered < capacity * kSaturated) {
        continue;
      }
      const Block& block = *m_design.blocks.find(BlockId(m_plan.poolOrigin[i].block));
      const bool hasLimit = pool.queueLimit != plan::Pool::kUnlimited;
      m_remarks.warn("pool.saturated",
                     quoted(block) + " is offered work for " + formatNumber(offered, 3) +
                         " servers at peak load and has " + formatNumber(capacity, 6) + " (" +
                         formatNumber(100 * offered / capacity, 3) +
                         " %): " + (hasLimit ? "it will refuse requests." : "its queue grows without end."),
                     About::the(block));
    }
  }

  /// Blocks and links that no request uses: often a link was forgotten or has the wrong role.
  void remarkIdle(const plan::Visits& visits) {
    std::vector<bool> isReached(m_checked.blocks.size(), false);
    std::vector<bool> isSpare(m_checked.blocks.size(), false);
    for (const Workload* workload : m_checked.workloads) {
      isReached[m_checked.find(m_design, workload->entry)] = true;
    }
    for (Index i = 0; i < m_checked.links.size(); ++i) {
      const CheckedLink& checked = m_checked.links[i];
      isReached[checked.to] = isReached[checked.to] || visits.totalLinkRate(i) > 0;
      isSpare[checked.to] = isSpare[checked.to] || isForEmergencies(*checked.link);
    }
    for (std::size_t i = 0; i < m_checked.blocks.size(); ++i) {
      const CheckedBlock& checked = m_checked.blocks[i];
      const bool isForRequests = checked.isUsable && (checked.traits.isSource || checked.type->acceptsCalls);
      if (!isReached[i] && !isSpare[i] && isForRequests) {
        m_remarks.note("block.unreached",
                       checked.traits.isSource ? "No workload enters at " + quoted(*checked.block) + "."
                                               : "No request reaches " + quoted(*checked.block) + ".",
                       About::the(*checked.block));
      }
    }
    for (Index i = 0; i < m_checked.links.size(); ++i) {
      const CheckedLink& checked = m_checked.links[i];
      if (isReached[checked.from] && visits.totalLinkRate(i) == 0 && !isForEmergencies(*checked.link)) {
        remarkUnused(*checked.link);
      }
    }
  }

  static bool isForEmergencies(const Link& link) {
    return link.role == LinkRole::Replication || link.role == LinkRole::Standby ||
           link.role == LinkRole::Fallback;
  }

  void remarkUnused(const Link& link) {
    m_remarks.note("link.unused",
                   "No request uses link " + quoted(link.id.text()) +
                       (link.role == LinkRole::OnMiss
                            ? ": an on-miss link needs a look-up link beside it, or a cache where it begins."
                            : "."),
                   About::the(link));
  }

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
  std::vector<std::pair<std::size_t, Control>> m_blockControls;
  std::vector<Guard> m_guards;
  std::vector<FlaggedLink> m_flagged;
  std::vector<SourceIn> m_sourcesIn;
  std::vector<Index> m_sourceProgram;                                      // by block
  std::vector<Programs> m_programs;                                        // by block
  std::vector<Index> m_storeLog;                                           // by block
  std::vector<Index> m_mainPool;                                           // by block
  std::vector<std::unordered_map<std::string, plan::Index>> m_operations;  // by block
};

}  // namespace

Compiled compile(const Design& design, const catalog::Catalog& catalog, const Options& options) {
  return Compiler(design, catalog, options).run();
}

}  // namespace cantilever::compile
