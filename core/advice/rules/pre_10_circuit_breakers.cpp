#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/catalog/policies/link_policy.h"

namespace cantilever::advice::rules {

namespace {

bool servesSeveralClasses(const Survey& survey, const AdviceInput& input, const Link& link) {
  int classes = 0;
  for (const RequestClass& requestClass : input.design->classes) {
    classes += survey.rate(link, requestClass.id) > 0 ? 1 : 0;
  }
  return classes > 1;
}

bool hasBreaker(const Link& link) {
  const catalog::LinkPolicy policy = catalog::linkPolicyOf(link.params);
  return policy.breakerFailures > Count(0) || policy.breakerWindow > Count(0);
}

Answer checkCircuitBreakers(const AdviceInput& input) {
  const Survey survey(input);
  if (!survey.hasRates()) {
    return needsPlan();
  }
  std::vector<const Station*> shared;
  std::vector<const Station*> unguarded;
  std::vector<const Station*> callers;
  for (const Station& callee : survey.stations()) {
    const auto isFromCompute = [&](const Link* link) {
      return isSynchronous(*link) && survey.find(link->from)->traits.isCompute;
    };
    const auto isOnSeveralPaths = [&](const Link* link) {
      return isFromCompute(link) && servesSeveralClasses(survey, input, *link);
    };
    if (std::none_of(callee.in.begin(), callee.in.end(), isOnSeveralPaths)) {
      continue;
    }
    shared.push_back(&callee);
    bool isGuarded = true;
    for (const Link* link : callee.in) {
      const Station* caller = survey.find(link->from);
      if (!isFromCompute(link) || hasBreaker(*link)) {
        continue;
      }
      isGuarded = false;
      if (std::find(callers.begin(), callers.end(), caller) == callers.end()) {
        callers.push_back(caller);
      }
    }
    if (!isGuarded) {
      unguarded.push_back(&callee);
    }
  }
  if (shared.empty()) {
    return notApplicable("No compute block shares a dependency between several request classes.");
  }
  if (unguarded.empty()) {
    return passed("Calls on " + namesOf(shared) + ", which several request classes share, have breakers.");
  }
  return failed("Shared by several request classes and called without a breaker: " + namesOf(unguarded) +
                    ". When one of them slows down, every request of " + namesOf(callers) +
                    " waits for the whole timeout, whatever its class.",
                "Give these links a circuit breaker (open when half of 100 calls failed, try again after 30 "
                "s), and keep timeouts short enough for the callers' threads.",
                unguarded);
}

}  // namespace

ChecklistItem pre_10_circuit_breakers() {
  return {"PRE-10",
          "pre-launch",
          "Circuit breakers",
          "A dependency that answers slowly ties up its callers' threads until everything is down; a breaker "
          "fails fast instead.",
          "Each call of a compute block on a dependency that several request classes share goes through a "
          "circuit breaker of its link.",
          &checkCircuitBreakers};
}

}  // namespace cantilever::advice::rules
