#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"
#include "core/base/text.h"
#include "core/catalog/policies/link_policy.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::advice::rules {

namespace {

constexpr Duration kLongestDetection = Duration::seconds(60);

/// As it says itself, or as the checks of its links come to. Where there are none it is told by the platform
/// that starts and stops the instances.
Duration detectionOf(const Station& balancer) {
  Duration slowest = balancer.traits.detectionTime.value_or(Duration());
  for (const Link* link : balancer.out) {
    if (isSynchronous(*link)) {
      const catalog::LinkPolicy policy = catalog::linkPolicyOf(link->params, balancer.traits);
      const bool isNever = policy.healthInterval > Duration() && policy.downAfter == Count(0);
      slowest =
          std::max(slowest, isNever ? plan::kLongestDuration
                                    : policy.healthInterval * static_cast<double>(policy.downAfter.value()));
    }
  }
  return slowest;
}

Answer checkHealthChecks(const AdviceInput& input) {
  const Survey survey(input);
  const std::vector<const Station*> servers = survey.where([](const Station& station) {
    return !station.traits.isSource && !station.traits.isPrimitive && !station.traits.isCdn;
  });
  if (servers.empty()) {
    return notApplicable("There is no block with instances to check.");
  }
  std::vector<const Station*> unchecked;
  std::vector<const Station*> slow;
  Duration slowest;
  for (const Station* server : servers) {
    if (!server->traits.hasHealthCheck) {
      unchecked.push_back(server);
    }
    if (server->traits.balancesLoad) {
      const Duration detection = detectionOf(*server);
      slowest = std::max(slowest, detection);
      if (detection > kLongestDetection) {
        slow.push_back(server);
      }
    }
  }
  if (!unchecked.empty()) {
    return failed("No health check: " + namesOf(unchecked) + ".",
                  "Give each a check that fails when it cannot serve, and let the balancer use it.",
                  unchecked);
  }
  if (!slow.empty()) {
    return failed("More than a minute until a dead instance gets no more requests: " + namesOf(slow) + ".",
                  "Check every 10 s and take an instance out after two or three failures.", slow);
  }
  const std::string tail = slowest > Duration()
                               ? "; balancers take a dead instance out within " + formatShort(slowest) + "."
                               : ".";
  return passed("All " + counted(servers.size(), "block") + " that serve requests have health checks" + tail);
}

}  // namespace

ChecklistItem pre_06_health_checks() {
  return {"PRE-06",
          "pre-launch",
          "Health checks",
          "A balancer that does not know that an instance is dead sends it a share of all requests.",
          "Each block that serves requests has a health check (a CDN's provider has its own), and balancers "
          "take a dead instance out within 60 s (interval times threshold).",
          &checkHealthChecks};
}

}  // namespace cantilever::advice::rules
