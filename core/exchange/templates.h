#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/quantities.h"
#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/exchange/design_json.h"

namespace cantilever::exchange {

/// A design that comes with the program.
struct Template {
  std::string key;  ///< "high_traffic_web"
  std::string title;
  std::string summary;   ///< one sentence
  std::string category;  ///< what it is shown under: "Case studies"
  /// A run that is long enough to show what it does at its normal load.
  Duration warmup = Duration::milliseconds(500);
  Duration duration = Duration::seconds(2);
};

/// In the order of templates/index.json.
const std::vector<Template>& templates();
Result<LoadedDesign> loadTemplate(std::string_view key, const catalog::Catalog& catalog);

}  // namespace cantilever::exchange
