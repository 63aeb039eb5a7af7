#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace cantilever::catalog {

/// Where the instances of a block live: on those of another, so many on each.
struct Residence {
  std::string block;  ///< empty: nowhere in particular
  std::uint32_t perHost = 1;
};

/// "nodes" or "nodes x 10". Error code "residence.unreadable".
Result<Residence> parseResidence(std::string_view text);
std::string faultInResidence(const std::string& text);

}  // namespace cantilever::catalog
