#pragma once

#include <utility>
#include <vector>

#include "core/catalog/block_type.h"

/// A small hand-made catalogue for the tests of edits: they must not depend on what the product's blocks are.
namespace cantilever::test {

inline catalog::BlockType blockType(const char* key, const char* label, Traits traits) {
  catalog::BlockType type;
  type.key = key;
  type.label = label;
  type.traits = [traits](const Block&) { return traits; };
  catalog::ParamSpec instances;
  instances.key = "instances";
  instances.label = "Instances";
  instances.kind = ParamKind::Count;
  instances.defaultValue = Count(1);
  instances.minimum = 1;
  instances.maximum = 1000;
  type.params.push_back(instances);
  return type;
}

inline catalog::ParamSpec lawSpec(const char* key, const char* label, Law defaultValue) {
  catalog::ParamSpec spec;
  spec.key = key;
  spec.label = label;
  spec.kind = ParamKind::Law;
  spec.defaultValue = defaultValue;
  return spec;
}

/// client -> app -> {cache, primary -> replica, log, cdn}; "meter" can only be called.
inline const catalog::Catalog& editCatalog() {
  static const catalog::Catalog catalog = [] {
    using namespace cantilever::literals;
    Traits source;
    source.isSource = true;
    Traits cache;
    cache.isCache = true;
    Traits cdn = cache;
    cdn.isCdn = true;
    Traits primary;
    primary.isRelational = true;
    primary.holdsData = true;
    Traits replica = primary;
    replica.isReplica = true;
    Traits log;
    log.isQueue = true;

    std::vector<catalog::BlockType> types;
    types.push_back(blockType("client", "Client", source));
    types.back().acceptsCalls = false;
    types.push_back(blockType("app", "App server", {}));
    types.back().params.push_back(lawSpec("cpu_time", "CPU time", Law::exponential(8_ms)));
    types.push_back(blockType("cache", "Cache", cache));
    types.push_back(blockType("cdn", "CDN", cdn));
    types.push_back(blockType("primary", "Primary database", primary));
    types.back().operations = {"read", "write_txn"};
    types.push_back(blockType("replica", "Read replica", replica));
    types.push_back(blockType("log", "Event log", log));
    types.push_back(blockType("meter", "Meter", {}));
    types.back().makesCalls = false;
    types.back().params.clear();
    return catalog::Catalog(std::move(types));
  }();
  return catalog;
}

}  // namespace cantilever::test
