#pragma once

#include <string>

#include "core/fluid/forecast.h"
#include "core/model/design.h"

namespace cantilever::exchange {

std::string forecastJson(const Design& design, const fluid::Forecast& forecast,
                         const plan::Plan& plan);  // cantilever.forecast/1
/// The steps of a forecast as a table, RFC 4180: the headings, and a line for each sample; both with their
/// line end.
std::string forecastHeadings(const plan::Plan& plan);
std::string forecastLine(const fluid::Sample& sample);
/// "ordered", "killed" ...
const char* nameOf(fluid::Event::Kind kind);

}  // namespace cantilever::exchange
