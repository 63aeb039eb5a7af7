#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "core/base/law.h"
#include "core/base/quantities.h"

namespace cantilever {

/// One of a parameter's named options, such as "round_robin".
struct Choice {
  std::string value;
  auto operator<=>(const Choice&) const = default;
};

/// Text that could not be understood (unknown block type or parameter, or a quantity that does not parse),
/// kept word for word as JSON so that saving loses nothing. `compile` reports it; only exchange looks inside.
struct OpaqueValue {
  std::string json;
  auto operator<=>(const OpaqueValue&) const = default;
};

/// The value of a block's parameter: a closed set of types.
using ParamValue = std::variant<bool, Count, double, Duration, Rate, Bytes, Bandwidth, Ratio, Law, Choice,
                                std::string, OpaqueValue>;

/// What type a parameter has. In the order of ParamValue's alternatives (`kindOf` relies on it).
enum class ParamKind : std::uint8_t {
  Bool,
  Count,
  Number,
  Duration,
  Rate,
  Bytes,
  Bandwidth,
  Ratio,
  Law,
  Choice,
  Text,
  Opaque,
};
constexpr ParamKind kindOf(const ParamValue& value) {
  return static_cast<ParamKind>(value.index());
}

/// Only the values that differ from the defaults of the block's type; ordered, so that files are stable.
using Params = std::map<std::string, ParamValue, std::less<>>;

}  // namespace cantilever
