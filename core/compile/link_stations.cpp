#include "core/compile/compiler.h"

#include <algorithm>
#include <utility>

/// Links that lead to a station of their caller first: one that asks a feature flag, knows a remedy for
/// failures, puts calls together, or keeps connections.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

/// The flag of that name, which is added if it is new. It starts as a control at 0 s sets it.
Index Compiler::flagOf(const std::string& name) {
  const auto at = std::find_if(m_plan.flags.begin(), m_plan.flags.end(),
                               [&](const plan::Flag& each) { return each.key == name; });
  const auto index = static_cast<Index>(at - m_plan.flags.begin());
  if (at == m_plan.flags.end()) {
    m_plan.flags.push_back({name, 0});
  }
  return index;
}

/// By way of a station that asks the flag first; where it says no, the call is a success without effect.
void Compiler::addFlaggedLinks() {
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
void Compiler::aimFlaggedLinks() {
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
void Compiler::addGuards() {
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

bool Compiler::mayFallBack(const Link& link) {
  return link.mode == LinkMode::Call &&
         (link.role == LinkRole::Default || link.role == LinkRole::Read || link.role == LinkRole::Write ||
          link.role == LinkRole::Route || link.role == LinkRole::OnMiss);
}

/// Layout: the call, the end; on failure: each fallback with an end behind it; the end, or the failure of
/// the last one.
void Compiler::aimGuards() {
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
Index Compiler::appendCall(Index link) {
  const bool isToAll = m_plan.links[link].balancing == Balancing::All;
  if (isToAll) {
    m_plan.fans.push_back({.link = link});
  }
  m_plan.code.push_back({.op = isToAll ? plan::Op::Fan : plan::Op::Call,
                         .a = isToAll ? static_cast<Index>(m_plan.fans.size() - 1) : link});
  return static_cast<Index>(m_plan.code.size() - 1);
}

void Compiler::failTo(Index call, Index target) {
  plan::Instruction& code = m_plan.code[call];
  (code.op == plan::Op::Fan ? code.c : code.b) = target;
}

/// What a link says of failures stays with `link`, which leads to a station of the caller's own; what it
/// says of the way goes to a new one behind that, whose index is returned.
Index Compiler::splitLink(Index link, const char* nameOfRest) {
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
void Compiler::addBatching(BatchedLink& batched) {
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
void Compiler::aimBatchedLinks() {
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
void Compiler::addConnectionPool(PooledLink& pooled) {
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

void Compiler::aimPooledLinks() {
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

}  // namespace cantilever::compile
