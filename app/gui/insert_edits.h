#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/edit/edit.h"
#include "core/model/design.h"

namespace cantilever::app {

/// A block of the type there, called by `from`, as one step.
Result<edit::Edit> addCalleeEdit(const Design& design, const catalog::Catalog& catalog, const BlockId& from,
                                 const catalog::BlockType& type, Point at);

/// A block of the type in between the ends of a link: its caller now calls the new block, which makes the
/// calls of the old link.
Result<edit::Edit> insertOnLinkEdit(const Design& design, const catalog::Catalog& catalog, const LinkId& link,
                                    const catalog::BlockType& type, Point at);

/// Links from left to right: of blocks that stand in columns each calls all of the next column; blocks of one
/// column are linked from top to bottom. What no link can join is left out; an error if that is all.
Result<edit::Edit> connectEdit(const Design& design, const catalog::Catalog& catalog,
                               const std::vector<BlockId>& blocks);

/// One end of a link goes to another block, and the link keeps all that fits there.
Result<edit::Edit> reconnectEdit(const Design& design, const catalog::Catalog& catalog, const LinkId& link,
                                 const BlockId& from, const BlockId& to);

}  // namespace cantilever::app
