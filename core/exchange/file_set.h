#pragma once

#include <map>
#include <string>

#include "core/base/result.h"

namespace cantilever::exchange {

/// Relative path -> bytes, sorted: what exporters return. Paths use '/' and never leave the folder.
using FileSet = std::map<std::string, std::string>;

/// Writes all files below `folder` (made if absent), each through a temporary file and a rename; either all
/// are in place or the error says what failed ("Cannot write /x/y: permission denied. Choose a folder you may
/// write to.") and files that were there are as before.
Result<void> writeFiles(const FileSet& files, const std::string& folder);
/// One file, the same way.
Result<void> writeFile(const std::string& path, std::string_view bytes);
Result<std::string> readFile(const std::string& path);

}  // namespace cantilever::exchange
