#pragma once

#include <vector>

#include "core/model/diagnostic.h"

namespace cantilever::exchange {

/// What reading remarked and what compile found, without saying the same twice: of two about the same field
/// of the same element compile's stays and gets the place in the file. Errors first.
std::vector<Diagnostic> combined(std::vector<Diagnostic> found, const std::vector<Diagnostic>& remarks);

}  // namespace cantilever::exchange
