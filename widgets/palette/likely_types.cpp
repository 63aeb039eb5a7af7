#include "widgets/palette/likely_types.h"

#include <algorithm>

namespace cantilever::widgets {
namespace {

/// What usually comes next, by families; those that are not named come after, in the palette's order.
std::vector<catalog::Category> usualAfter(catalog::Category caller) {
  switch (caller) {
    case catalog::Category::Clients:
      return {catalog::Category::Edge, catalog::Category::Compute};
    case catalog::Category::Edge:
      return {catalog::Category::Compute, catalog::Category::Edge, catalog::Category::Cache,
              catalog::Category::Data};
    case catalog::Category::Compute:
      return {catalog::Category::Data, catalog::Category::Cache, catalog::Category::Messaging,
              catalog::Category::Compute, catalog::Category::Analytics};
    case catalog::Category::Data:
      return {catalog::Category::Data, catalog::Category::Messaging, catalog::Category::Analytics};
    case catalog::Category::Cache:
      return {catalog::Category::Data, catalog::Category::Cache};
    case catalog::Category::Messaging:
      return {catalog::Category::Compute, catalog::Category::Analytics, catalog::Category::Data,
              catalog::Category::Messaging};
    case catalog::Category::Analytics:
      return {catalog::Category::Data, catalog::Category::Analytics, catalog::Category::Messaging};
    case catalog::Category::Operations:
      return {catalog::Category::Operations, catalog::Category::Data};
    case catalog::Category::Primitives:
      return {catalog::Category::Primitives};
  }
  return {};
}

}  // namespace

std::vector<const catalog::BlockType*> likelyCallees(const catalog::Catalog& catalog,
                                                     const catalog::BlockType& caller) {
  std::vector<const catalog::BlockType*> types;
  if (!caller.makesCalls) {
    return types;
  }
  for (const catalog::BlockType& type : catalog.types()) {
    if (type.acceptsCalls) {
      types.push_back(&type);
    }
  }
  const std::vector<catalog::Category> usual = usualAfter(caller.category);
  const auto rankOf = [&usual](const catalog::BlockType* type) {
    return std::find(usual.begin(), usual.end(), type->category) - usual.begin();
  };
  std::stable_sort(types.begin(), types.end(), [&](const catalog::BlockType* a, const catalog::BlockType* b) {
    return rankOf(a) < rankOf(b);
  });
  return types;
}

}  // namespace cantilever::widgets
