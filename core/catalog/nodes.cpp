#include "core/catalog/nodes.h"

#include <utility>

#include "core/base/text.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::nodes {

using namespace literals;

plan::Index addNodes(const NodeParams& params, plan::Lowering& lowering) {
  plan::Pool servers = hosted::machines(params.instances, params.instanceClass().vcpu);
  servers.seats = hosted::small(params.concurrency);
  servers.queueLimit = hosted::small(params.queueLimit);
  return lowering.addPool(servers);
}

std::vector<Usage> usageOfNodes(const NodeParams& params) {
  std::vector<Usage> usage = tier::usageOfServers(params);
  const auto nodes = static_cast<double>(params.instances.value());
  usage.push_back({Usage::Kind::StorageGbMonths, "ebs-gp3", nodes * hosted::gigabytes(params.storage),
                   "ondemand", format(params.instances) + " nodes x " + format(params.storage)});
  return usage;
}

Deployable deployNodes(const NodeParams& params, std::string image, int port,
                       std::vector<std::string> healthCheck, std::string dataFolder) {
  Deployable deployable =
      tier::deployProduct(params, std::move(image), port, std::move(healthCheck), Deployable::Kind::Server);
  deployable.volumes = {std::move(dataFolder)};
  deployable.settings["storage_gb"] = formatNumber(hosted::gigabytes(params.storage));
  return deployable;
}

Traits traitsOfNodes(const NodeParams& params, std::int64_t copies) {
  Traits traits;
  traits.holdsData = true;
  traits.hasHealthCheck = true;
  traits.isReplicated = copies >= 2 && params.instances.value() >= 2;
  traits.instances = static_cast<int>(params.instances.value());
  traits.mtbf = 8760_h;  // one failure a year and node: judgement
  traits.mttr = 10_min;
  return traits;
}

}  // namespace cantilever::catalog::nodes
