#pragma once

#include <vector>

#include "core/catalog/block_type.h"

/// One function per file of blocks/, collected by CMake.
namespace cantilever::catalog::blocks {

std::vector<BlockType> all();

}  // namespace cantilever::catalog::blocks
