#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cantilever::storage {

/// "CANT": tells a document from any other SQLite file.
inline constexpr std::int32_t kApplicationId = 0x43414E54;

/// The steps from an empty database to the present schema, in order: migration n takes user_version n-1 to n.
/// Append-only: a step that has been released is never changed, since there are files made by it
/// (tests/core/storage keeps one of each).
std::span<const std::string_view> migrations();

inline int schemaVersion() {
  return static_cast<int>(migrations().size());
}

}  // namespace cantilever::storage
