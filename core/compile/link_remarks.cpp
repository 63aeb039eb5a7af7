#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/compile/compiler.h"

/// What links say that contradicts itself, or that does not matter where they lead.
namespace cantilever::compile {

using catalog::LinkPolicy;

namespace {

/// Parameters that have no effect where `isSo`, and why.
struct InVain {
  std::vector<std::string_view> keys;
  bool isSo = false;
  const char* reason = "";
};

std::vector<InVain> inVain(const Link& link, const LinkPolicy& policy, Balancing balancing,
                           bool hasInstances) {
  const bool isDrawn = balancing == Balancing::LeastConnections || balancing == Balancing::ShortestQueue;
  const bool hasWindow = policy.breakerWindow > Count(0) || policy.breakerTime > Duration();
  const bool isRing = balancing == Balancing::ConsistentHash || balancing == Balancing::Owner;
  return {
      {{"choices"}, !isDrawn, "choices are of the balancings least_connections and shortest_queue"},
      {{"ring_points"}, !isRing, "points on the ring are of the balancings consistent_hash and owner"},
      {{"weights"}, balancing != Balancing::Weighted, "weights of instances are of the balancing weighted"},
      {{"health_interval", "health_timeout", "down_after", "up_after", "eject_after", "eject_for",
        "slow_start"},
       !hasInstances,
       "the block it leads to has no instances that calls could be told to go to"},
      {{"health_timeout", "down_after", "up_after"},
       policy.healthInterval == Duration(),
       "its health checks are off"},
      {{"eject_for"}, policy.ejectAfter == Count(0), "it ejects no instances"},
      {{"priority", "nearest"},
       link.role != LinkRole::Route,
       "only links of role route are alternatives to each other"},
      {{"unless_flag"}, policy.flag.empty(), "it names no flag"},
      {{"budget_share", "budget_floor", "budget_depth"}, !policy.retryBudget, "its retry budget is off"},
      {{"backoff", "jitter"}, policy.backoffGrowth.value == "drawn", "its pauses are drawn from a law"},
      {{"backoff_law"}, policy.backoffGrowth.value != "drawn", "its pauses are not drawn"},
      {{"backoff", "backoff_cap", "backoff_growth", "backoff_law", "retry_on", "jitter", "retry_budget"},
       policy.attempts == Count(1),
       "it makes one attempt"},
      {{"breaker_open", "breaker_probes"},
       policy.breakerFailures == Count(0) && !hasWindow,
       "it has no breaker"},
      {{"breaker_share", "breaker_minimum"}, !hasWindow, "its breaker has no window"},
      {{"connection_wait", "connection_queue"},
       policy.connections == Count(0),
       "its connections are not limited"},
      {{"call_linger"}, policy.callBatch == Count(1), "its calls go one by one"},
  };
}

void remarkInVain(const Link& link, const std::vector<InVain>& inVain, Remarks& remarks) {
  for (const auto& [key, value] : link.params) {
    const auto found = std::find_if(inVain.begin(), inVain.end(), [&key = key](const InVain& each) {
      return each.isSo && std::find(each.keys.begin(), each.keys.end(), key) != each.keys.end();
    });
    if (found != inVain.end()) {
      remarks.note("link.in_vain",
                   "What link " + quoted(link.id.text()) + " says with " + quoted(key) +
                       " does not matter: " + found->reason + ".",
                   About::the(link, key));
    }
  }
}

}  // namespace

void Compiler::remarkPolicy(const Link& link, const plan::Link& planned, const Traits& caller) {
  if (link.params.empty()) {
    return;
  }
  const LinkPolicy policy = catalog::linkPolicyOf(link.params, caller);
  remarkInVain(link, inVain(link, policy, planned.balancing, hasInstances(planned.pool)), m_remarks);
  const std::string name = "Link " + quoted(link.id.text());
  if (policy.hedge > Duration() && link.timeout > Duration() && policy.hedge >= link.timeout) {
    m_remarks.warn("link.hedge_too_late",
                   name + " sends a second attempt after " + format(policy.hedge) +
                       ", when the first has already timed out (" + format(link.timeout) +
                       "): hedge sooner, or give it more time.",
                   About::the(link, "hedge"));
  }
  if (policy.breakerWindow > Count(0) && policy.breakerMinimum > policy.breakerWindow) {
    m_remarks.warn("link.breaker_minimum",
                   name + " has a breaker that is to wait for " + format(policy.breakerMinimum) +
                       " attempts, and a window of " + format(policy.breakerWindow) +
                       ": that many are enough.",
                   About::the(link, "breaker_minimum"));
  }
  const bool retries = policy.attempts != Count(1);
  if (retries && policy.backoffGrowth.value != "drawn" && policy.backoff > policy.backoffCap) {
    m_remarks.warn("link.backoff_beyond_cap",
                   name + " is to pause for " + format(policy.backoff) +
                       " before it tries again, and at most for " + format(policy.backoffCap) +
                       ": the shorter one counts.",
                   About::the(link, "backoff"));
  }
  if (retries && policy.retryBudget && policy.budgetDepth < Count(1)) {
    m_remarks.warn("link.budget_of_none",
                   name + " has a retry budget that holds nothing: it never tries again.",
                   About::the(link, "budget_depth"));
  }
}

/// Routes that nothing decides among.
void Compiler::remarkWeightlessRoutes() {
  for (const std::vector<plan::OutLink>& links : m_outLinks) {
    const Link* first = nullptr;
    int routes = 0;
    bool isAny = false;
    for (const plan::OutLink& out : links) {
      if (out.link->role == LinkRole::Route) {
        first = first == nullptr ? out.link : first;
        ++routes;
        isAny = isAny || out.link->weight > 0;
      }
    }
    if (routes > 1 && !isAny) {
      m_remarks.warn(
          "link.weights_of_nothing",
          "All routes beside link " + quoted(first->id.text()) +
              " have the weight 0: each of them is as likely as the others. Give those that are to "
              "be used a weight.",
          About::the(*first, "weight"));
    }
  }
}

}  // namespace cantilever::compile
