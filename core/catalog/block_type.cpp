#include "core/catalog/block_type.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

#include "core/catalog/blocks.h"

namespace cantilever::catalog {

const char* nameOf(Category category) {
  switch (category) {
    case Category::Clients:
      return "Clients";
    case Category::Edge:
      return "Edge";
    case Category::Compute:
      return "Compute";
    case Category::Data:
      return "Data";
    case Category::Cache:
      return "Cache";
    case Category::Messaging:
      return "Messaging";
    case Category::Analytics:
      return "Analytics";
    case Category::Operations:
      return "Operations";
    case Category::Primitives:
      return "Primitives";
  }
  return "";
}

const ParamSpec* BlockType::find(std::string_view paramKey) const {
  return findSpec(params, paramKey);
}

ParamValue BlockType::valueOf(const Block& block, std::string_view paramKey) const {
  if (const auto at = block.params.find(paramKey); at != block.params.end()) {
    return at->second;
  }
  const ParamSpec* spec = find(paramKey);
  assert(spec != nullptr);
  return spec->defaultFor(block.params);
}

std::string blocksOf(const BlockType& type) {
  return "blocks of type \"" + type.label + "\"";
}

Catalog::Catalog(std::vector<BlockType> types) : m_types(std::move(types)) {
  std::sort(m_types.begin(), m_types.end(), [](const BlockType& a, const BlockType& b) {
    return std::tie(a.category, a.label, a.key) < std::tie(b.category, b.label, b.key);
  });
}

const Catalog& Catalog::builtIn() {
  static const Catalog catalog(blocks::all());
  return catalog;
}

const BlockType* Catalog::find(std::string_view key) const {
  const auto at =
      std::find_if(m_types.begin(), m_types.end(), [key](const BlockType& type) { return type.key == key; });
  return at == m_types.end() ? nullptr : &*at;
}

Traits Catalog::traitsOf(const Block& block) const {
  const BlockType* type = find(block.type);
  if (type == nullptr || !type->traits) {
    return {};
  }
  Block checked = block;
  std::erase_if(checked.params, [&](const auto& entry) {
    const ParamSpec* spec = type->find(entry.first);
    return spec == nullptr || !spec->check(entry.second).ok();
  });
  return type->traits(checked);
}

}  // namespace cantilever::catalog
