#include "core/catalog/tier.h"

#include <utility>

#include "core/base/text.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::tier {

using namespace literals;

plan::Index addServers(const TierParams& params, plan::Lowering& lowering) {
  plan::Pool servers = hosted::machines(params.instances, params.instanceClass().vcpu);
  servers.seats = hosted::small(params.concurrency);
  servers.queueLimit = hosted::small(params.queueLimit);
  elasticity::makeElastic(params, servers);
  const plan::Index pool = lowering.addPool(servers);
  elasticity::addControls(params, servers, pool, params.instanceClass().vcpu, lowering);
  return pool;
}

std::vector<Usage> usageOfServers(const TierParams& params) {
  if (elasticity::livesElsewhere(params)) {
    return {};
  }
  return {hosted::allMonth(Usage::Kind::InstanceHours, params.instanceType.value,
                           static_cast<double>(params.instances.value()),
                           format(params.instances) + " instances", params.purchase.value)};
}

Deployable deployServers(const TierParams& params, Deployable::Kind kind) {
  Deployable deployable;
  deployable.kind = kind;
  deployable.instances = static_cast<int>(params.instances.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {8080};
  deployable.image = params.image;
  if (params.image.empty()) {
    deployable.image = "nginx:1.28-alpine";
    deployable.command = {"sh", "-c",
                          "echo 'server { listen 8080; location / { default_type text/plain; return 200 "
                          "\"ok\"; } }' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"};
  }
  // 127.0.0.1 rather than localhost, which is ::1 first in the image while the server listens on IPv4.
  deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"};
  elasticity::describeElasticity(params, deployable);
  return deployable;
}

Deployable deployProduct(const TierParams& params, std::string image, int port,
                         std::vector<std::string> healthCheck, Deployable::Kind kind) {
  Deployable deployable;
  deployable.kind = kind;
  deployable.instances = static_cast<int>(params.instances.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {port};
  deployable.image = params.image.empty() ? std::move(image) : params.image;
  deployable.healthCheck = std::move(healthCheck);
  elasticity::describeElasticity(params, deployable);
  return deployable;
}

Traits traitsOfServers(const TierParams& params) {
  Traits traits;
  traits.isCompute = true;
  traits.isStateless = true;
  traits.hasHealthCheck = true;
  traits.scalesAutomatically = elasticity::scales(params);
  traits.instances = static_cast<int>(params.instances.value());
  traits.mtbf = 4380_h;  // two failures a year and instance, deployments gone wrong included: judgement
  traits.mttr = 4_min;
  return traits;
}

}  // namespace cantilever::catalog::tier
