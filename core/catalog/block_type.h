#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/catalog/param_spec.h"
#include "core/model/block.h"
#include "core/vocabulary/deployable.h"
#include "core/vocabulary/lowering.h"
#include "core/vocabulary/traits.h"
#include "core/vocabulary/usage.h"

namespace cantilever::catalog {

/// The palette's headings, in the order shown.
enum class Category { Clients, Edge, Compute, Data, Cache, Messaging, Analytics, Operations, Primitives };
const char* nameOf(Category category);

/// A kind of component: what it is called, what can be set, and how it speaks the four vocabularies. A value:
/// a loader may one day make it from a manifest. Made by makeBlock (schema.h) from a plain struct of
/// parameters.
struct BlockType {
  std::string key = {};    ///< "redis_cluster": never renamed
  std::string label = {};  ///< "Redis cluster"
  Category category = Category::Compute;
  std::string purpose = {};                   ///< one sentence, shown in the palette
  std::string documentation = {};             ///< Markdown: behaviour, what is modelled and what is not
  std::string icon = {};                      ///< name in resources/icons, without .svg; empty: the key
  std::vector<std::string> vendorNames = {};  ///< "ElastiCache", "Memorystore": found by search
  std::vector<ParamSpec> params = {};
  std::vector<std::string> operations = {};  ///< what callers may name; the first is the default
  bool acceptsCalls = true;                  ///< links may end here
  bool makesCalls = true;                    ///< links may begin here

  /// All take a block of this type whose parameters have passed `check`; absent ones have their defaults.
  std::function<void(const Block&, plan::Lowering&)> lower = {};
  std::function<std::vector<Usage>(const Block&, const Load&)> usage = {};
  std::function<Deployable(const Block&)> deploy = {};
  std::function<Traits(const Block&)> traits = {};

  const ParamSpec* find(std::string_view paramKey) const;
  /// The block's value, or the default. The parameter must exist.
  ParamValue valueOf(const Block& block, std::string_view paramKey) const;
};

/// How a sentence speaks of a type: `blocks of type "App servers"`. Labels are titles, some in the plural.
std::string blocksOf(const BlockType& type);

/// All block types. A value; the product's own list is `builtIn()`.
class Catalog {
 public:
  explicit Catalog(std::vector<BlockType> types);
  /// Every type of core/catalog/blocks, made once.
  static const Catalog& builtIn();

  const BlockType* find(std::string_view key) const;
  /// Of a block whatever its parameters: ones that the type does not know or take count as their defaults.
  /// None of a block of unknown type.
  Traits traitsOf(const Block& block) const;
  /// By category, then label.
  const std::vector<BlockType>& types() const { return m_types; }

 private:
  std::vector<BlockType> m_types;
};

}  // namespace cantilever::catalog
