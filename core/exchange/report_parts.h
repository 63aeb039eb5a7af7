#pragma once

#include <string_view>

#include "core/exchange/json_writer.h"
#include "core/model/design.h"

namespace cantilever::exchange {

/// Every result begins with its schema and the design it is about.
inline void beginReport(JsonWriter& writer, std::string_view schema, const Design& design) {
  writer.beginObject();
  writer.field("schema", schema);
  writer.field("design", design.name);
}

/// A list of objects: `write` writes the fields of one.
template <class Items, class WriteFields>
void writeItems(JsonWriter& writer, std::string_view key, const Items& items, const WriteFields& write) {
  if (!writer.key(key)) {
    return;
  }
  writer.beginArray();
  for (const auto& item : items) {
    writer.beginObject();
    write(item);
    writer.endObject();
  }
  writer.endArray();
}

}  // namespace cantilever::exchange
