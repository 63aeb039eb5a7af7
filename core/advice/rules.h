#pragma once

#include <vector>

#include "core/advice/checklist.h"

/// One function per file of rules/, collected by CMake.
namespace cantilever::advice::rules {

std::vector<ChecklistItem> all();

}  // namespace cantilever::advice::rules
