#pragma once

#include "core/exchange/json_writer.h"
#include "core/sim/result.h"

namespace cantilever::exchange {

/// The field "series" of cantilever.run/1: the course of the run, a list of numbers a column.
void writeSeries(JsonWriter& writer, const sim::RunResult& run);

}  // namespace cantilever::exchange
