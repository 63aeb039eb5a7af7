#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

bool servesSeveralClasses(const Survey& survey, const AdviceInput& input, const Link& link) {
  int classes = 0;
  for (const RequestClass& requestClass : input.design->classes) {
    classes += survey.rate(link, requestClass.id) > 0 ? 1 : 0;
  }
  return classes > 1;
}

Answer checkCircuitBreakers(const AdviceInput& input) {
  const Survey survey(input);
  if (!survey.hasRates()) {
    return needsPlan();
  }
  std::vector<const Station*> callers;
  std::vector<const Station*> shared;
  for (const Station& callee : survey.stations()) {
    const auto callersOf = [&](const Link* link) {
      return isSynchronous(*link) && survey.find(link->from)->traits.isCompute;
    };
    const auto isOnSeveralPaths = [&](const Link* link) {
      return callersOf(link) && servesSeveralClasses(survey, input, *link);
    };
    if (std::none_of(callee.in.begin(), callee.in.end(), isOnSeveralPaths)) {
      continue;
    }
    shared.push_back(&callee);
    for (const Link* link : callee.in) {
      const Station* caller = survey.find(link->from);
      if (callersOf(link) && std::find(callers.begin(), callers.end(), caller) == callers.end()) {
        callers.push_back(caller);
      }
    }
  }
  if (shared.empty()) {
    return notApplicable("No compute block shares a dependency between several request classes.");
  }
  return failed("Shared by several request classes: " + namesOf(shared) +
                    ". When one of them slows down, every request of " + namesOf(callers) +
                    " waits for the whole timeout, whatever its class.",
                "Links have no circuit breaker yet: use one in the client library (open at half of 100 calls "
                "failed, try again after 30 s), and keep timeouts short enough for the callers' threads.",
                shared);
}

}  // namespace

ChecklistItem pre_10_circuit_breakers() {
  return {"PRE-10",
          "pre-launch",
          "Circuit breakers",
          "A dependency that answers slowly ties up its callers' threads until everything is down; a breaker "
          "fails fast instead.",
          "Each call of a compute block on a dependency that several request classes share goes through a "
          "circuit breaker. Links cannot have one in this version, so the answer is Fail or, without such "
          "calls, NotApplicable.",
          &checkCircuitBreakers};
}

}  // namespace cantilever::advice::rules
