#include "core/catalog/hosted.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/text.h"

namespace cantilever::catalog::hosted {

plan::Pool boundless() {
  plan::Pool pool;
  pool.servers = 0;
  return pool;
}

plan::Pool machines(Count instances, int serversEach) {
  plan::Pool pool;
  pool.instances = small(instances);
  pool.servers = static_cast<std::uint32_t>(serversEach);
  return pool;
}

Traits traits(Duration mtbf, Duration mttr) {
  Traits traits;
  traits.isManaged = true;
  traits.isReplicated = true;
  traits.scalesAutomatically = true;
  traits.hasHealthCheck = true;
  traits.mtbf = mtbf;
  traits.mttr = mttr;
  return traits;
}

Params checks(Duration interval, Duration timeout, Count downAfter, Count upAfter) {
  return {{"health_interval", interval},
          {"health_timeout", timeout},
          {"down_after", downAfter},
          {"up_after", upAfter}};
}

double monthly(const Load& load) {
  return load.requests.raw() * kSecondsPerMonth;
}

double monthlyCovered(const Load& load) {
  return load.covered.raw() * kSecondsPerMonth;
}

double gigabytes(Bytes bytes) {
  return bytes.raw() / 1e9;
}

Usage allMonth(Usage::Kind kind, std::string item, double units, const std::string& what,
               std::string purchase) {
  return {kind, std::move(item), units * kHoursPerMonth, std::move(purchase), what + " x 730 h"};
}

Usage perRequest(std::string item, const Load& load, double share, std::string what) {
  return {Usage::Kind::Requests, std::move(item), monthly(load) * share, "ondemand", std::move(what)};
}

Usage kept(std::string item, Bytes bytes) {
  return {Usage::Kind::StorageGbMonths, std::move(item), gigabytes(bytes), "ondemand", format(bytes)};
}

plan::Tokens throttle(Rate rate, double burst, plan::TokenScope scope) {
  plan::Tokens tokens;
  tokens.refill = plan::Refill::Continuous;
  tokens.rate = rate;
  tokens.size = static_cast<std::uint32_t>(
      std::clamp(std::round(burst), 1.0, static_cast<double>(plan::Tokens::kMostSize)));
  tokens.scope = scope;
  return tokens;
}

void warnIfEveryLinkIsCalled(plan::Lowering& lowering, const std::string& what) {
  const auto isForEverything = [](const plan::OutLink& link) {
    return link.link->role == LinkRole::Default && link.link->classes.empty();
  };
  if (std::count_if(lowering.links().begin(), lowering.links().end(), isForEverything) > 1) {
    lowering.warn(
        "balancer.calls_all",
        "Each request goes to every one of the " + what +
            "'s links in turn. Give them the role \"route\" to send each request to one of them, by weight, "
            "or restrict them to request classes.");
  }
}

}  // namespace cantilever::catalog::hosted
