#include "core/base/text.h"
#include "core/compile/compiler.h"

/// What links say that contradicts itself, or that does not matter where they lead.
namespace cantilever::compile {

using catalog::LinkPolicy;

namespace {

bool isGroup(std::string_view key, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return key.starts_with(prefix); });
}

/// Why the parameter, which the link gives a value, has no effect; empty if it has one.
std::string reasonInVain(std::string_view key, const Link& link, const LinkPolicy& policy,
                         Balancing balancing, bool hasInstances) {
  const bool isDrawn = balancing == Balancing::LeastConnections || balancing == Balancing::ShortestQueue;
  const bool isRing = balancing == Balancing::ConsistentHash || balancing == Balancing::Owner;
  if (key == "choices" && !isDrawn) {
    return "choices are of the balancings least_connections and shortest_queue";
  }
  if (key == "ring_points" && !isRing) {
    return "points on the ring are of the balancings consistent_hash and owner";
  }
  if (key == "weights" && balancing != Balancing::Weighted) {
    return "weights of instances are of the balancing weighted";
  }
  if (isGroup(key, {"health_", "eject_", "slow_start"}) && !hasInstances) {
    return "the block it leads to has no instances that calls could be told to go to";
  }
  if ((key == "priority" || key == "nearest") && link.role != LinkRole::Route) {
    return "only links of role route are alternatives to each other";
  }
  if (key == "unless_flag" && policy.flag.empty()) {
    return "it names no flag";
  }
  if (isGroup(key, {"budget_"}) && !policy.retryBudget) {
    return "its retry budget is off";
  }
  return {};
}

}  // namespace

void Compiler::remarkInVain(const Link& link, const plan::Link& planned) {
  const LinkPolicy policy = catalog::linkPolicyOf(link.params);
  for (const auto& [key, value] : link.params) {
    const std::string reason = reasonInVain(key, link, policy, planned.balancing, hasInstances(planned.pool));
    if (!reason.empty()) {
      m_remarks.note("link.in_vain",
                     "What link " + quoted(link.id.text()) + " says with " + quoted(key) +
                         " does not matter: " + reason + ".",
                     About::the(link, key));
    }
  }
}

void Compiler::remarkContradictions(const Link& link) {
  const LinkPolicy policy = catalog::linkPolicyOf(link.params);
  const std::string name = "Link " + quoted(link.id.text());
  if (policy.hedge > Duration() && link.timeout > Duration() && policy.hedge >= link.timeout) {
    m_remarks.warn("link.hedge_too_late",
                   name + " sends a second attempt after " + format(policy.hedge) +
                       ", when the first has already timed out (" + format(link.timeout) +
                       "): hedge sooner, or give it more time.",
                   About::the(link, "hedge"));
  }
  if (policy.attempts > Count(1) && policy.backoff > policy.backoffCap) {
    m_remarks.warn("link.backoff_beyond_cap",
                   name + " is to pause for " + format(policy.backoff) +
                       " before it tries again, and at most for " + format(policy.backoffCap) +
                       ": the shorter one counts.",
                   About::the(link, "backoff"));
  }
  if (policy.attempts > Count(1) && policy.retryBudget && policy.budgetDepth < Count(1)) {
    m_remarks.warn("link.budget_of_none",
                   name + " has a retry budget that holds nothing: it never tries again.",
                   About::the(link, "budget_depth"));
  }
}

}  // namespace cantilever::compile
