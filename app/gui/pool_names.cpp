#include "app/gui/pool_names.h"

#include <map>

#include "widgets/style/text.h"

namespace cantilever::app {

using widgets::toQString;

std::vector<QString> poolNames(const Design& design, const plan::Plan& plan) {
  std::map<std::string, int> poolsOfBlock;
  for (const plan::Origin& origin : plan.poolOrigin) {
    ++poolsOfBlock[origin.block];
  }
  std::vector<QString> names;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const std::string& blockId = plan.poolOrigin[i].block;
    const Block* block = design.blocks.find(BlockId(blockId));
    const QString key = toQString(plan.pools[i].key);
    if (block == nullptr) {
      names.push_back(key);
    } else if (poolsOfBlock[blockId] == 1) {
      names.push_back(toQString(block->name));
    } else {
      names.push_back(QStringLiteral("%1 (%2)").arg(toQString(block->name), key));
    }
  }
  return names;
}

}  // namespace cantilever::app
