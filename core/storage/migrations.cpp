#include "core/storage/migrations.h"

namespace cantilever::storage {

std::span<const std::string_view> migrations() {
  static constexpr std::string_view steps[] = {
      // 1: the design as text, in the schema of exchange/design_json.h. The row with the highest id is the
      // document; the time is for people and never read by the program.
      R"sql(
        CREATE TABLE design_revision (
          id INTEGER PRIMARY KEY,
          saved_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
          json TEXT NOT NULL
        ) STRICT;
      )sql",
  };
  return steps;
}

}  // namespace cantilever::storage
