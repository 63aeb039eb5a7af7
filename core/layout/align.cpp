#include "core/layout/align.h"

#include <algorithm>
#include <cmath>

#include "core/layout/layered.h"

namespace cantilever::layout {
namespace {

std::vector<const Block*> found(const Design& design, const std::vector<BlockId>& ids) {
  std::vector<const Block*> blocks;
  for (const BlockId& id : ids) {
    if (const Block* block = design.blocks.find(id)) {
      blocks.push_back(block);
    }
  }
  return blocks;
}

double nearestOnGrid(double coordinate) {
  return std::round(coordinate / kGrid) * kGrid;
}

bool isAcross(Alignment alignment) {
  return alignment == Alignment::Left || alignment == Alignment::Centre || alignment == Alignment::Right;
}

/// All blocks have one size: agreement of any edge is agreement of corners.
double commonCoordinate(const std::vector<const Block*>& blocks, Alignment alignment) {
  std::vector<double> all;
  std::vector<double> pinned;
  for (const Block* block : blocks) {
    const double at = isAcross(alignment) ? block->position.x : block->position.y;
    all.push_back(at);
    if (block->isPinned) {
      pinned.push_back(at);
    }
  }
  const std::vector<double>& deciding = pinned.empty() ? all : pinned;
  const auto [least, most] = std::minmax_element(deciding.begin(), deciding.end());
  switch (alignment) {
    case Alignment::Left:
    case Alignment::Top:
      return *least;
    case Alignment::Right:
    case Alignment::Bottom:
      return *most;
    case Alignment::Centre:
    case Alignment::Middle:
      break;
  }
  return pinned.empty() ? nearestOnGrid((*least + *most) / 2) : (*least + *most) / 2;
}

}  // namespace

Placement aligned(const Design& design, const std::vector<BlockId>& ids, Alignment alignment) {
  const std::vector<const Block*> blocks = found(design, ids);
  Placement placement;
  if (blocks.size() < 2) {
    return placement;
  }
  const double common = commonCoordinate(blocks, alignment);
  for (const Block* block : blocks) {
    if (!block->isPinned) {
      placement.blocks[block->id] =
          isAcross(alignment) ? Point{common, block->position.y} : Point{block->position.x, common};
    }
  }
  return placement;
}

Placement distributed(const Design& design, const std::vector<BlockId>& ids, Direction direction) {
  std::vector<const Block*> blocks = found(design, ids);
  Placement placement;
  if (blocks.size() < 3) {
    return placement;
  }
  const bool isAcross = direction == Direction::Across;
  const auto along = [isAcross](const Block* block) {
    return isAcross ? block->position.x : block->position.y;
  };
  std::stable_sort(blocks.begin(), blocks.end(),
                   [&](const Block* a, const Block* b) { return along(a) < along(b); });
  const double first = along(blocks.front());
  const double span = along(blocks.back()) - first;
  const double size = isAcross ? kBlockSize.width : kBlockSize.height;
  const double least = size + kRowGap / 2;
  const double pitch = std::max(span / static_cast<double>(blocks.size() - 1), least);
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    const Block* block = blocks[i];
    const double at = nearestOnGrid(first + pitch * static_cast<double>(i));
    if (!block->isPinned) {
      placement.blocks[block->id] = isAcross ? Point{at, block->position.y} : Point{block->position.x, at};
    }
  }
  return placement;
}

}  // namespace cantilever::layout
