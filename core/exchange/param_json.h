#pragma once

#include "core/base/result.h"
#include "core/exchange/json_value.h"
#include "core/exchange/json_writer.h"
#include "core/model/param_value.h"

namespace cantilever::exchange {

/// The value of a parameter of this kind, ranges and choices not looked at (compile does). The error says
/// what would be right.
Result<ParamValue> readParam(const JsonValue& json, ParamKind kind);

void writeParam(JsonWriter& writer, const ParamValue& value);

}  // namespace cantilever::exchange
