#include "core/edit/edit.h"

#include "core/edit/checks.h"
#include "core/edit/steps.h"

namespace cantilever::edit {

Result<void> steps::run(Design& design, const std::shared_ptr<const Batch>& edit, const Catalog& catalog) {
  if (edit == nullptr) {
    return {};
  }
  for (const Edit& step : edit->edits) {
    const auto done = std::visit([&](const auto& kind) { return run(design, kind, catalog); }, step);
    if (!done) {
      return done;
    }
  }
  return {};
}

Result<Design> apply(const Design& design, const Edit& edit, const catalog::Catalog& catalog) {
  Design copy = design;
  const auto done = std::visit([&](const auto& kind) { return steps::run(copy, kind, catalog); }, edit);
  if (!done) {
    return done.error();
  }
  return copy;
}

BlockId freeBlockId(const Design& design, std::string_view wish) {
  return freeId(design.blocks, wish);
}

LinkId freeLinkId(const Design& design, std::string_view wish) {
  return freeId(design.links, wish);
}

}  // namespace cantilever::edit
