#include <algorithm>

#include "core/advice/rules.h"
#include "core/advice/survey.h"

namespace cantilever::advice::rules {

namespace {

/// Random balancing of n equal instances leaves a spread of a few per cent over a minute; more than a quarter
/// above the mean says that some instances are preferred.
constexpr double kMostSpread = 1.25;

/// Highest utilisation of an instance over the mean of all, for the pool where that is worst. The mean is the
/// pool's own, of the instances as long as they were there: room for scaling is none.
double spreadOf(const Survey& survey, const std::vector<const Station*>& tiers) {
  double worst = 1;
  for (const Station* tier : tiers) {
    for (const sim::PoolResult* pool : survey.pools(*tier)) {
      const std::vector<double>& each = pool->instanceUtilisation;
      if (each.size() > 1 && pool->utilisation > 0) {
        worst = std::max(worst, *std::max_element(each.begin(), each.end()) / pool->utilisation);
      }
    }
  }
  return worst;
}

/// A service that calls another one may balance by itself, as client libraries and sidecars do, where the
/// design says how: then it looks at how busy the instances are, or takes turns. Users' programs do not.
bool isBalancedByItsCaller(const Link& link, const Station& caller) {
  switch (link.balancing) {
    case Balancing::RoundRobin:
    case Balancing::LeastConnections:
    case Balancing::ShortestQueue:
    case Balancing::Weighted:
      return !caller.traits.isSource;
    default:
      return false;
  }
}

Answer checkLoadBalancing(const AdviceInput& input) {
  const Survey survey(input);
  const auto isCalled = [](const Station& station) {
    return std::any_of(station.in.begin(), station.in.end(),
                       [](const Link* link) { return isSynchronous(*link); });
  };
  const std::vector<const Station*> tiers = survey.where([&](const Station& station) {
    return station.traits.isCompute && station.traits.instances >= 2 && isCalled(station);
  });
  if (tiers.empty()) {
    return notApplicable("No compute block with several instances is called.");
  }
  for (const Station* tier : tiers) {
    for (const Link* link : tier->in) {
      const Station* caller = survey.find(link->from);
      if (isSynchronous(*link) && !caller->traits.balancesLoad && !isBalancedByItsCaller(*link, *caller)) {
        return failed(caller->name() + " calls the " +
                          counted(static_cast<std::size_t>(tier->traits.instances), "instance") + " of " +
                          tier->name() + " without a load balancer.",
                      "Put a load balancer between " + caller->name() + " and " + tier->name() +
                          ", over all zones, without stickiness" +
                          (caller->traits.isSource ? "."
                                                   : ", or let the caller balance: round robin or least "
                                                     "connections on their link."),
                      {tier});
      }
    }
  }
  const std::string design = "Calls are balanced before " + namesOf(tiers);
  if (!survey.hasRun()) {
    return needsRun(design + "; how evenly the load falls on the instances is known after a run.");
  }
  if (survey.killedInstances()) {
    return passed(design + ". Instances were killed in the run, so their spread was not judged.");
  }
  const double spread = spreadOf(survey, tiers);
  const std::string measured = "; the busiest instance carried " + percent(spread) + " of the mean";
  if (spread > kMostSpread) {
    return failed(design + measured + ".",
                  "Balance without stickiness, round robin or by least outstanding requests.", tiers);
  }
  return passed(design + measured + ".");
}

}  // namespace

ChecklistItem pre_01_load_balancing() {
  return {"PRE-01",
          "pre-launch",
          "Load balancing configured",
          "Without a balancer in front, one instance fills up while others idle, and a dead one keeps "
          "getting requests.",
          "Each compute block that is called and has two or more instances is called by load balancers only, "
          "or by "
          "services whose links take turns or look for the least busy instance. "
          "In the run, no instance is busier than 125 % of the mean of its pool.",
          &checkLoadBalancing};
}

}  // namespace cantilever::advice::rules
