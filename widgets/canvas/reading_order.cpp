#include <algorithm>
#include <cmath>
#include <tuple>

#include "widgets/canvas/folds.h"
#include "widgets/canvas/tools.h"

namespace cantilever::widgets {

std::vector<BlockId> readingOrder(const Design& design) {
  const Folds folds = foldsOf(design);
  std::vector<const Block*> blocks;
  for (const Block& block : design.blocks) {
    if (!folds.hiddenBlocks.contains(block.id)) {
      blocks.push_back(&block);
    }
  }
  const auto place = [](const Block* block) {
    // Blocks whose tops differ by less than half a block stand in one row.
    const double row = std::floor(block->position.y / (kBlockSize.height / 2));
    return std::tuple(row, block->position.x, block->position.y, block->id.text());
  };
  std::sort(blocks.begin(), blocks.end(),
            [&](const Block* a, const Block* b) { return place(a) < place(b); });
  std::vector<BlockId> order;
  for (const Block* block : blocks) {
    order.push_back(block->id);
  }
  return order;
}

std::optional<BlockId> neighbourInReadingOrder(const Design& design, const std::optional<BlockId>& current,
                                               bool forward) {
  const std::vector<BlockId> order = readingOrder(design);
  if (order.empty()) {
    return std::nullopt;
  }
  if (!current) {
    return forward ? order.front() : order.back();
  }
  const auto at = std::find(order.begin(), order.end(), *current);
  if (at == order.end()) {
    return order.front();
  }
  if (forward) {
    return at + 1 == order.end() ? std::nullopt : std::optional(*(at + 1));
  }
  return at == order.begin() ? std::nullopt : std::optional(*(at - 1));
}

}  // namespace cantilever::widgets
