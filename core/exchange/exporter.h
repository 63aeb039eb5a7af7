#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/advice/checklist.h"
#include "core/catalog/block_type.h"
#include "core/exchange/file_set.h"
#include "core/model/design.h"

namespace cantilever::exchange {

struct ExportOutput {
  FileSet files;
  /// What the target cannot express; each is also a comment in a file.
  std::vector<std::string> warnings;
};

/// A target such as docker-compose: a pure function from a design to files; deterministic.
struct Exporter {
  std::string key;    ///< "compose", "terraform", "checklist"
  std::string label;  ///< "Docker Compose"
  std::string description;
  Result<ExportOutput> (*render)(const advice::AdviceInput& input) = nullptr;
};

/// One per file of exporters/, collected by CMake.
namespace exporters {
std::vector<Exporter> all();
}
const std::vector<Exporter>& allExporters();
const Exporter* findExporter(std::string_view key);

}  // namespace cantilever::exchange
