#include "core/compile/compiler.h"

#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/catalog/consumption.h"
#include "core/catalog/sharding.h"

/// Links of the design as links of the plan: what they say, and where they lead.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

/// Calls are given their program and pool later: a callee may be lowered after its caller.
void Compiler::addLinks() {
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
    const catalog::LinkPolicy policy =
        catalog::linkPolicyOf(link.params, m_checked.blocks[checked.from].traits);
    m_outLinks[checked.from].back().priority = static_cast<std::uint32_t>(policy.priority.value());
    m_outLinks[checked.from].back().isNearest = policy.isNearest;
    m_outLinks[checked.from].back().isWeighedAnew = isWeighedAnew(link);
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
  remarkWeightlessRoutes();
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

/// By a scenario, be it played or not (what it did may be replayed without it), or by a control.
bool Compiler::isWeighedAnew(const Link& link) const {
  const auto isMeant = [&](const Perturbation& event) {
    return event.change == Change::RouteWeight && event.link == link.id;
  };
  bool isWeighed = false;
  const auto lookAt = [&](const auto& all) {
    for (const auto& each : all) {
      isWeighed = isWeighed || std::any_of(each.events.begin(), each.events.end(), isMeant);
    }
  };
  lookAt(m_design.scenarios);
  lookAt(m_design.controls);
  return isWeighed;
}

void Compiler::remarkConsumers(const Link& link) {
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

/// Look-ups in caches with contents go on to put there what they missed: by links of their own, behind all
/// those of the design. Where a cache states its hit ratio, its callers draw whether they hit, and nothing is
/// put anywhere.
void Compiler::addFillLinks() {
  for (std::vector<plan::OutLink>& links : m_outLinks) {
    for (plan::OutLink& out : links) {
      const CheckedBlock& to = m_checked.blocks[m_checked.links[out.index].to];
      if (out.link->role == LinkRole::Lookup && hasOperation(to, "fill") && !to.traits.hitRatio) {
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

bool Compiler::hasOperation(const CheckedBlock& block, const char* name) {
  const std::vector<std::string>& names = block.type->operations;
  return block.isUsable && std::find(names.begin(), names.end(), name) != names.end();
}

void Compiler::addPolicy(plan::Link& to, const catalog::LinkPolicy& policy, const Link& from) {
  const auto small = [](Count count) { return static_cast<std::uint32_t>(count.value()); };
  to.retries.attempts = small(policy.attempts);
  to.retries.base = policy.backoff;
  to.retries.growth = policy.backoffGrowth.value == "constant" ? plan::Retries::Growth::Constant
                      : policy.backoffGrowth.value == "drawn"  ? plan::Retries::Growth::Drawn
                                                               : plan::Retries::Growth::Doubling;
  to.retries.law = policy.backoffLaw;
  if (const auto reasons = catalog::parseReasons(policy.retryOn); reasons && !reasons->empty()) {
    to.retries.reasons = 0;
    for (const plan::Reason reason : *reasons) {
      to.retries.reasons |= plan::Retries::bitOf(reason);
    }
  }
  to.retries.cap = policy.backoffCap;
  to.retries.hasJitter = policy.jitter;
  if (policy.retryBudget) {
    to.retries.budgetShare = policy.budgetShare.raw();
    to.retries.budgetFloor = policy.budgetFloor;
    to.retries.budgetDepth = static_cast<double>(policy.budgetDepth.value());
  }
  to.breaker.consecutive = small(policy.breakerFailures);
  to.breaker.window = small(policy.breakerWindow);
  to.breaker.windowTime = policy.breakerTime;
  to.breaker.minimum = small(policy.breakerMinimum);
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
  if (to.retries.attempts == plan::Retries::kUnlimited && to.retries.isPauseless()) {
    m_remarks.error("link.endless_retries",
                    "Link " + quoted(from.id.text()) +
                        " tries again for ever without a pause, in no time: give it a pause, or a number of "
                        "attempts.",
                    About::the(from, "attempts"));
    to.retries.attempts = 1;
  }
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
Index Compiler::classSetOf(const Link& link) {
  const bool isByAccess = link.role == LinkRole::Read || link.role == LinkRole::Write;
  if (link.classes.empty() && !isByAccess) {
    return kNone;
  }
  const Access access = link.role == LinkRole::Write ? Access::Write : Access::Read;
  std::vector<bool> set;
  for (const RequestClass* each : m_checked.classes) {
    const bool isNamed = std::find(link.classes.begin(), link.classes.end(), each->id) != link.classes.end();
    set.push_back(link.classes.empty() ? each->access == access : isNamed);
  }
  const bool isForAll = std::find(set.begin(), set.end(), false) == set.end();
  return isForAll ? kNone : plan::addClassSet(m_plan, set);
}

void Compiler::resolveLinks() {
  for (Index i = 0; i < m_checked.links.size(); ++i) {
    const CheckedLink& checked = m_checked.links[i];
    const std::optional<Index> program = programOf(checked);
    if (!program) {
      const CheckedBlock& to = m_checked.blocks[checked.to];
      m_remarks.error(
          "link.no_operation",
          quoted(*to.block) + " does not do what link " + quoted(checked.link->id.text()) + " asks of it.",
          About::the(*checked.link, "operation"));
      continue;
    }
    m_plan.links[i].program = *program;
    m_plan.links[i].pool = m_plan.programs[*program].pool;
    remarkPolicy(*checked.link, m_plan.links[i], m_checked.blocks[checked.from].traits);
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
Index Compiler::lookThroughGuard(Index link) const {
  const auto guard =
      std::find_if(m_guards.begin(), m_guards.end(), [&](const Guard& each) { return each.link == link; });
  return guard == m_guards.end() ? link : guard->guarded;
}

/// A request with a shared queue is at no instance before it is served.
bool Compiler::hasInstances(Index pool) const {
  return pool != kNone && m_plan.pools[pool].queue == plan::QueueScope::PerInstance;
}

std::optional<Index> Compiler::programOf(const CheckedLink& checked) const {
  const auto& known = m_operations[checked.to];
  const auto at = known.find(operationOf(checked));
  return at == known.end() ? std::nullopt : std::optional(at->second);
}

/// The look-up of a cache with contents; else what the link names; else by its role, if the callee has an
/// operation of that name; else the default.
std::string Compiler::operationOf(const CheckedLink& checked) const {
  const Link& link = *checked.link;
  const std::vector<std::string>& names = m_checked.blocks[checked.to].type->operations;
  const auto has = [&](const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const bool isLookup = link.role == LinkRole::Lookup && has("lookup");
  if (isLookup && !m_checked.blocks[checked.to].traits.hitRatio) {
    return "lookup";  // whatever it names: no other operation says what is missing
  }
  // Where the ratio is stated the caller draws whether it hits: the cache must not do so once more.
  if (!link.operation.empty() && !(isLookup && link.operation == "lookup")) {
    return link.operation;
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

}  // namespace cantilever::compile
