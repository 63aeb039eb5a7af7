#include "app/gui/pool_names.h"

#include "core/model/names.h"
#include "widgets/style/text.h"

namespace cantilever::app {

using widgets::toQString;

std::vector<QString> poolNames(const Design& design, const plan::Plan& plan) {
  std::vector<QString> names;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const std::string& key = plan.pools[i].key;
    const Block* block = design.blocks.find(BlockId(plan.poolOrigin[i].block));
    const std::size_t role = key.find('/');
    if (block == nullptr) {
      names.push_back(toQString(key));
    } else if (role == std::string::npos) {
      names.push_back(toQString(nameOf(*block)));
    } else {
      names.push_back(
          QStringLiteral("%1 (%2)").arg(toQString(nameOf(*block)), toQString(key.substr(role + 1))));
    }
  }
  return names;
}

}  // namespace cantilever::app
