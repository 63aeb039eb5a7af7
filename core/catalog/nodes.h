#pragma once

#include <string>
#include <vector>

#include "core/catalog/tier.h"

/// What block types have in common that are data nodes run on servers of one's own: size, admission, a volume
/// each.
namespace cantilever::catalog::nodes {

struct NodeParams : tier::TierParams {
  Bytes storage = bytes(500e9);
};

template <class P>
Schema<P>& addNodeFields(Schema<P>& schema, const char* whyInstances, const char* whyType,
                         const char* whyStorage) {
  tier::addSizeFields(schema, whyInstances, whyType);
  schema.field("storage", &NodeParams::storage)
      .label("Storage per node")
      .group("Size")
      .range(bytes(10e9), bytes(64e12))
      .logarithmic()
      .help(
          "Size of each node's volume (gp3), copies included. The disks of the lines i3, i4i and the like "
          "come with them: set 10 GB.")
      .source(Source::Grade::Judgement, whyStorage);
  return machines::addPurchaseField(schema, machines::Spot::NotOffered);
}

/// The nodes; a fixed number, each with seats and a queue of its own.
plan::Index addNodes(const NodeParams& params, plan::Lowering& lowering);
std::vector<Usage> usageOfNodes(const NodeParams& params);
Deployable deployNodes(const NodeParams& params, std::string image, int port,
                       std::vector<std::string> healthCheck, std::string dataFolder);
/// Keep data, in `copies` of each.
Traits traitsOfNodes(const NodeParams& params, std::int64_t copies);

}  // namespace cantilever::catalog::nodes
