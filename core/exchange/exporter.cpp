#include "core/exchange/exporter.h"

#include <algorithm>

namespace cantilever::exchange {

const std::vector<Exporter>& allExporters() {
  static const std::vector<Exporter> all = exporters::all();
  return all;
}

const Exporter* findExporter(std::string_view key) {
  const std::vector<Exporter>& all = allExporters();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Exporter& one) { return one.key == key; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cantilever::exchange
