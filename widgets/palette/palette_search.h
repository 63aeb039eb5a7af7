#pragma once

#include <QString>
#include <vector>

#include "core/catalog/block_type.h"

namespace cantilever::widgets {

/// How well a block type answers a search; 0: not at all. Every word of the search must be found somewhere:
/// at the start of the label, of a word in it, in the key or a vendor's name, within the label, in the
/// purpose, or with other letters in between in the label; the earlier in this list the better.
int searchScore(const catalog::BlockType& type, const QString& search);

/// The types that answer the search, best first; ties in the catalogue's order. All of them for an empty
/// search.
std::vector<const catalog::BlockType*> searchTypes(const catalog::Catalog& catalog, const QString& search);

}  // namespace cantilever::widgets
