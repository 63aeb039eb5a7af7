#pragma once

#include <span>
#include <string_view>

/// Files compiled into the program, so that it runs from anywhere. Filled by CMake (`cantilever_embed`).
namespace cantilever::embedded {

struct File {
  std::string_view name;  ///< relative path, such as "high_traffic_web.json"
  std::string_view text;  ///< its bytes
};

std::span<const File> templates();  ///< templates/*.json
std::span<const File> prices();     ///< resources/prices/*.csv
std::span<const File> help();       ///< resources/help/*.md and elements/*.md

}  // namespace cantilever::embedded
