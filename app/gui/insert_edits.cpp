#include "app/gui/insert_edits.h"

#include <algorithm>
#include <memory>

#include "app/gui/selection_edits.h"
#include "core/model/names.h"

namespace cantilever::app {
namespace {

edit::Edit asOneStep(std::string text, std::vector<edit::Edit> edits) {
  auto batch = std::make_shared<edit::Batch>();
  batch->text = std::move(text);
  batch->edits = std::move(edits);
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

/// The design with the new block, and the block: what is linked to it must be suggested and checked there.
struct WithBlock {
  edit::Edit edit;
  Design design;
  BlockId block;
};

Result<WithBlock> withNewBlock(const Design& design, const catalog::Catalog& catalog,
                               const catalog::BlockType& type, Point at) {
  WithBlock result{addBlockEdit(design, type, at), {}, {}};
  const Result<Design> applied = edit::apply(design, result.edit, catalog);
  if (!applied) {
    return applied.error();
  }
  result.design = *applied;
  for (const Block& block : result.design.blocks) {
    if (!design.blocks.contains(block.id)) {
      result.block = block.id;
    }
  }
  return result;
}

std::vector<std::vector<BlockId>> columnsOf(const Design& design, const std::vector<BlockId>& ids) {
  std::vector<const Block*> blocks;
  for (const BlockId& id : ids) {
    if (const Block* block = design.blocks.find(id)) {
      blocks.push_back(block);
    }
  }
  std::stable_sort(blocks.begin(), blocks.end(), [](const Block* a, const Block* b) {
    return a->position.x != b->position.x ? a->position.x < b->position.x : a->position.y < b->position.y;
  });
  std::vector<std::vector<BlockId>> columns;
  double left = 0;
  for (const Block* block : blocks) {
    if (columns.empty() || block->position.x >= left + kBlockSize.width / 2) {
      columns.emplace_back();
      left = block->position.x;
    }
    columns.back().push_back(block->id);
  }
  return columns;
}

/// Which ends the links shall have, in order.
std::vector<std::pair<BlockId, BlockId>> pairsOf(const Design& design, const std::vector<BlockId>& ids) {
  const auto columns = columnsOf(design, ids);
  std::vector<std::pair<BlockId, BlockId>> pairs;
  if (columns.size() == 1) {
    std::vector<BlockId> down = columns.front();
    std::stable_sort(down.begin(), down.end(), [&](const BlockId& a, const BlockId& b) {
      return design.blocks.find(a)->position.y < design.blocks.find(b)->position.y;
    });
    for (std::size_t i = 0; i + 1 < down.size(); ++i) {
      pairs.emplace_back(down[i], down[i + 1]);
    }
  }
  for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
    for (const BlockId& from : columns[i]) {
      for (const BlockId& to : columns[i + 1]) {
        pairs.emplace_back(from, to);
      }
    }
  }
  return pairs;
}

}  // namespace

Result<edit::Edit> addCalleeEdit(const Design& design, const catalog::Catalog& catalog, const BlockId& from,
                                 const catalog::BlockType& type, Point at) {
  const Result<WithBlock> with = withNewBlock(design, catalog, type, at);
  if (!with) {
    return with.error();
  }
  if (const Result<void> allowed = edit::canLink(with->design, from, with->block, catalog); !allowed) {
    return allowed.error();
  }
  const Link link = edit::suggestLink(with->design, from, with->block, catalog);
  return asOneStep("Add " + nameOf(with->design.blocks, with->block), {with->edit, edit::AddLink{link}});
}

Result<edit::Edit> insertOnLinkEdit(const Design& design, const catalog::Catalog& catalog, const LinkId& id,
                                    const catalog::BlockType& type, Point at) {
  const Link* link = design.links.find(id);
  if (link == nullptr) {
    return Error{"edit.unknown_link", "The link is no longer there.", id.text()};
  }
  const Result<WithBlock> with = withNewBlock(design, catalog, type, at);
  if (!with) {
    return with.error();
  }
  for (const auto& [from, to] : {std::pair(link->from, with->block), std::pair(with->block, link->to)}) {
    if (const Result<void> allowed = edit::canLink(with->design, from, to, catalog); !allowed) {
      return allowed.error();
    }
  }
  Link further = *link;
  further.from = with->block;
  const Link first = edit::suggestLink(with->design, link->from, with->block, catalog);
  return asOneStep("Insert " + nameOf(with->design.blocks, with->block),
                   {with->edit, edit::SetLink{further}, edit::AddLink{first}});
}

Result<edit::Edit> connectEdit(const Design& design, const catalog::Catalog& catalog,
                               const std::vector<BlockId>& blocks) {
  Design sofar = design;
  std::vector<edit::Edit> edits;
  Error refusal{"edit.nothing_to_connect", "Select two or more blocks to connect them.", {}};
  for (const auto& [from, to] : pairsOf(design, blocks)) {
    if (const Result<void> allowed = edit::canLink(sofar, from, to, catalog); !allowed) {
      refusal = allowed.error();
      continue;
    }
    const edit::AddLink add{edit::suggestLink(sofar, from, to, catalog)};
    const Result<Design> applied = edit::apply(sofar, add, catalog);
    if (!applied) {
      refusal = applied.error();
      continue;
    }
    sofar = *applied;
    edits.emplace_back(add);
  }
  if (edits.empty()) {
    return refusal;
  }
  const std::string text =
      edits.size() == 1 ? std::string() : "Connect " + std::to_string(blocks.size()) + " blocks";
  return edits.size() == 1 ? edits.front() : asOneStep(text, std::move(edits));
}

Result<edit::Edit> reconnectEdit(const Design& design, const catalog::Catalog& catalog, const LinkId& id,
                                 const BlockId& from, const BlockId& to) {
  const Link* link = design.links.find(id);
  if (link == nullptr) {
    return Error{"edit.unknown_link", "The link is no longer there.", id.text()};
  }
  Link moved = *link;
  moved.from = from;
  moved.to = to;
  const Block* callee = design.blocks.find(to);
  const catalog::BlockType* type = callee != nullptr ? catalog.find(callee->type) : nullptr;
  const bool hasOperation = type == nullptr || std::find(type->operations.begin(), type->operations.end(),
                                                         moved.operation) != type->operations.end();
  if (to != link->to && !hasOperation) {
    moved.operation.clear();  // the new callee chooses by the role
  }
  return edit::Edit(edit::SetLink{moved});
}

}  // namespace cantilever::app
