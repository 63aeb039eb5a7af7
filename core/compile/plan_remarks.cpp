#include "core/compile/compiler.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "core/base/text.h"

/// What is to be said about a plan that can be run.
namespace cantilever::compile {

using plan::Index;
using plan::kNone;

namespace {

/// Beyond this share of its capacity a pool counts as saturated: rounding must not hide a load of exactly
/// one.
constexpr double kSaturated = 1 - 1e-12;

}  // namespace

void Compiler::remarkSaturation(const plan::Visits& visits) {
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

/// Whether requests of the class come to the program to which the instruction belongs.
bool Compiler::isRunBy(Index pc, Index requestClass, const plan::Visits& visits) const {
  Index program = 0;
  for (Index i = 0; i < m_plan.programs.size(); ++i) {
    const Index begin = m_plan.programs[i].begin;
    program = begin <= pc && begin > m_plan.programs[program].begin ? i : program;
  }
  for (Index link = 0; link < m_plan.links.size(); ++link) {
    if (m_plan.links[link].program == program && visits.linkRate[link][requestClass] > 0) {
      return true;
    }
  }
  return std::any_of(m_plan.sources.begin(), m_plan.sources.end(), [&](const plan::Source& each) {
    return each.program == program && each.requestClass == requestClass;
  });
}

/// Classes whose requests find fewer tokens than are kept for more important ones, however many there are.
void Compiler::remarkReserves(const plan::Visits& visits) {
  std::set<std::pair<Index, Index>> said;
  for (Index pc = 0; pc < m_plan.code.size(); ++pc) {
    const plan::Instruction& code = m_plan.code[pc];
    if (code.op != plan::Op::Take || m_plan.tokens[code.a].reserve == 0 || m_plan.tokens[code.a].adaptive) {
      continue;
    }
    const plan::Tokens& tokens = m_plan.tokens[code.a];
    for (Index i = 0; i < m_plan.classes.size(); ++i) {
      const plan::RequestClass& each = m_plan.classes[i];
      const std::uint64_t kept = std::uint64_t{tokens.reserve} * each.priority;
      if (kept >= tokens.size && isRunBy(pc, i, visits) && said.emplace(code.a, i).second) {
        m_remarks.warn("tokens.reserved_away",
                       "Of the " + formatNumber(tokens.size) + " tokens of \"" + tokens.key + "\", " +
                           formatNumber(static_cast<double>(kept)) +
                           " are kept for requests more important than those of class \"" + each.key +
                           "\" (priority " + formatNumber(each.priority) + "): these never get any.",
                       {});
      }
    }
  }
}

/// Appends that wait for more copies or consumers than the log has.
void Compiler::remarkAcknowledgements() {
  std::vector<std::uint64_t> readers(m_plan.logs.size());
  for (const plan::ConsumerGroup& group : m_plan.groups) {
    const Index pool = m_plan.links[group.link].pool;
    const bool isEach = group.delivery == plan::Delivery::Every && pool != kNone;
    readers[group.log] += isEach ? m_plan.pools[pool].room() : 1;
  }
  std::set<Index> said;
  for (const plan::Instruction& code : m_plan.code) {
    const Index needed = code.d == kNone ? code.b : code.d;
    if (code.op == plan::Op::Publish && needed != kNone && needed != plan::Instruction::kEveryCopy &&
        needed > readers[code.a] && said.insert(code.a).second) {
      m_remarks.warn("log.too_few_to_acknowledge",
                     "Appends to \"" + m_plan.logs[code.a].key + "\" need " + formatNumber(needed) +
                         " acknowledgements, and " + formatNumber(static_cast<double>(readers[code.a])) +
                         " can give one: none of them succeeds.",
                     {});
    }
  }
}

/// Blocks and links that no request uses: often a link was forgotten or has the wrong role.
void Compiler::remarkIdle(const plan::Visits& visits) {
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

bool Compiler::isForEmergencies(const Link& link) {
  return link.role == LinkRole::Replication || link.role == LinkRole::Standby ||
         link.role == LinkRole::Fallback;
}

void Compiler::remarkUnused(const Link& link) {
  m_remarks.note("link.unused",
                 "No request uses link " + quoted(link.id.text()) +
                     (link.role == LinkRole::OnMiss
                          ? ": an on-miss link needs a look-up link beside it, or a cache where it begins."
                          : "."),
                 About::the(link));
}

}  // namespace cantilever::compile
