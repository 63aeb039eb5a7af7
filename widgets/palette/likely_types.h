#pragma once

#include <vector>

#include "core/catalog/block_type.h"

namespace cantilever::widgets {

/// The types that a link from a block of this type may lead to, what people most often draw there first: a
/// client calls the edge, the edge computes, what computes keeps its data somewhere. Empty if the type calls
/// nothing.
std::vector<const catalog::BlockType*> likelyCallees(const catalog::Catalog& catalog,
                                                     const catalog::BlockType& caller);

}  // namespace cantilever::widgets
