#include <map>
#include <set>

#include "core/base/did_you_mean.h"
#include "core/edit/checks.h"
#include "core/edit/steps.h"
#include "core/model/names.h"

namespace cantilever::edit {
namespace {

Error unknownType(const std::string& key, const catalog::Catalog& catalog, const BlockId& block) {
  std::vector<std::string> known;
  for (const catalog::BlockType& type : catalog.types()) {
    known.push_back(type.key);
  }
  return {"edit.unknown_type", "There is no block type \"" + key + "\"" + didYouMean(key, known),
          block.text()};
}

/// The parts that AddBlock and SetBlock have in common. `before` is null for a new block.
Result<void> settleBlock(const Design& design, Block& block, const Block* before,
                         const catalog::Catalog& catalog) {
  if (const auto found = mustReferTo(design.zones, block.zone, before != nullptr ? &before->zone : nullptr);
      !found) {
    return found;
  }
  if (const auto finite = mustBeFinite(block.position, block.id.text()); !finite) {
    return finite;
  }
  const catalog::BlockType* type = catalog.find(block.type);
  const bool keepsType = before != nullptr && before->type == block.type;
  if (type == nullptr) {  // a block of a type we do not know is kept as it is
    return keepsType ? Result<void>() : unknownType(block.type, catalog, block.id);
  }
  return settleParams(block.params, keepsType ? &before->params : nullptr, type->params,
                      {nameOf(block) + " has", block.id.text()});
}

/// True if the block's type has the parameter, or if a stray value of that name can be taken away.
bool canSet(const Block& block, const SetParam& edit, const catalog::BlockType* type) {
  return (type != nullptr && type->find(edit.key) != nullptr) ||
         (!edit.value && block.params.contains(edit.key));
}

Error noBlockHasParam(const Design& design, const SetParam& edit, const catalog::Catalog& catalog) {
  std::set<std::string> known;
  for (const BlockId& id : edit.blocks) {
    if (const catalog::BlockType* type = catalog.find(design.blocks.find(id)->type)) {
      for (const catalog::ParamSpec& spec : type->params) {
        known.insert(spec.key);
      }
    }
  }
  const std::string where = edit.blocks.size() == 1 ? edit.blocks.front().text() + "." + edit.key : edit.key;
  return {"edit.unknown_param",
          "None of these blocks has a parameter \"" + edit.key + "\"" + didYouMean(edit.key, known), where};
}

Result<void> setParamOf(Design& design, const Block& block, const SetParam& edit,
                        const catalog::BlockType* type) {
  Block changed = block;
  const catalog::ParamSpec* spec = type != nullptr ? type->find(edit.key) : nullptr;
  if (!edit.value || (spec != nullptr && spec->isNothingButDefault(*edit.value))) {
    changed.params.erase(edit.key);
  } else {
    if (const auto checked = spec->check(*edit.value); !checked) {
      return Error{checked.error().code, nameOf(block) + ": " + checked.error().message,
                   block.id.text() + "." + edit.key};
    }
    changed.params.insert_or_assign(edit.key, *edit.value);
  }
  design.blocks.put(std::move(changed));
  return {};
}

/// What was pasted under new ids, by the old ones.
using NewIds = std::map<BlockId, BlockId>;
using NewZoneIds = std::map<ZoneId, ZoneId>;

Error pastedTwice(const char* kind, const std::string& id) {
  return {"edit.duplicate_id", std::string("What is pasted holds two ") + kind + " \"" + id + "\".", id};
}

/// The zone that was pasted, or the design's own, or none.
ZoneId zoneOfPasted(const Design& design, const ZoneId& zone, const NewZoneIds& newZones) {
  const auto pasted = newZones.find(zone);
  if (pasted != newZones.end()) {
    return pasted->second;
  }
  return design.zones.contains(zone) ? zone : ZoneId();
}

Result<NewZoneIds> pasteZones(Design& design, const Paste& edit) {
  NewZoneIds newIds;
  for (const Zone& original : edit.zones) {
    Zone zone = original;
    zone.id = freeId(design.zones, original.id.text());
    if (!newIds.emplace(original.id, zone.id).second) {
      return pastedTwice("zones", original.id.text());
    }
    zone.area.topLeft = original.area.topLeft + edit.by;
    if (const auto fits = mustBeArea(zone.area, zone.id.text()); !fits) {
      return fits.error();
    }
    design.zones.put(std::move(zone));
  }
  for (const auto& [before, id] : newIds) {
    Zone zone = *design.zones.find(id);
    zone.parent = zoneOfPasted(design, zone.parent, newIds);
    design.zones.put(std::move(zone));
  }
  return newIds;
}

Result<void> pasteNotes(Design& design, const Paste& edit, const NewZoneIds& newZones) {
  for (const Note& original : edit.notes) {
    Note note = original;
    note.id = freeId(design.notes, original.id.text());
    note.area.topLeft = original.area.topLeft + edit.by;
    if (const auto fits = mustBeArea(note.area, note.id.text()); !fits) {
      return fits;
    }
    note.zone = zoneOfPasted(design, note.zone, newZones);
    design.notes.put(std::move(note));
  }
  return {};
}

Result<NewIds> pasteBlocks(Design& design, const Paste& edit, const NewZoneIds& newZones) {
  NewIds newIds;
  for (const Block& original : edit.blocks) {
    Block block = original;
    block.id = freeBlockId(design, original.id.text());
    if (!newIds.emplace(original.id, block.id).second) {
      return pastedTwice("blocks", original.id.text());
    }
    block.position = original.position + edit.by;
    if (const auto finite = mustBeFinite(block.position, block.id.text()); !finite) {
      return finite.error();
    }
    block.zone = zoneOfPasted(design, block.zone, newZones);
    design.blocks.put(std::move(block));
  }
  return newIds;
}

Result<void> pasteLinks(Design& design, const Paste& edit, const NewIds& newIds) {
  for (const Link& original : edit.links) {
    const auto from = newIds.find(original.from);
    const auto to = newIds.find(original.to);
    if (from == newIds.end() || to == newIds.end()) {
      return Error{
          "edit.unknown_block",
          "The link \"" + original.id.text() + "\" cannot be pasted: both of its blocks must be pasted too.",
          original.id.text()};
    }
    Link link = original;
    link.id = freeLinkId(
        design, original.id.isEmpty() ? from->second.text() + "-" + to->second.text() : original.id.text());
    link.from = from->second;
    link.to = to->second;
    std::erase_if(link.classes, [&](const ClassId& id) { return !design.classes.contains(id); });
    design.links.put(std::move(link));
  }
  return {};
}

}  // namespace

Result<void> steps::run(Design& design, const AddBlock& edit, const Catalog& catalog) {
  Block block = edit.block;
  if (block.id.isEmpty()) {
    block.id = freeBlockId(design, block.name.empty() ? block.type : block.name);
  }
  if (const auto isFree = mustBeFree(design.blocks, block.id); !isFree) {
    return isFree;
  }
  if (const auto settled = settleBlock(design, block, nullptr, catalog); !settled) {
    return settled;
  }
  design.blocks.put(std::move(block));
  return {};
}

Result<void> steps::run(Design& design, const SetBlock& edit, const Catalog& catalog) {
  const Block* before = design.blocks.find(edit.block.id);
  if (before == nullptr) {
    return unknownElement(design.blocks, edit.block.id);
  }
  Block block = edit.block;
  if (const auto settled = settleBlock(design, block, before, catalog); !settled) {
    return settled;
  }
  design.blocks.put(std::move(block));
  return {};
}

Result<void> steps::run(Design& design, const SetBlockName& edit, const Catalog&) {
  const Block* before = design.blocks.find(edit.block);
  if (before == nullptr) {
    return unknownElement(design.blocks, edit.block);
  }
  Block block = *before;
  block.name = edit.name;
  design.blocks.put(std::move(block));
  return {};
}

Result<void> steps::run(Design& design, const SetParam& edit, const Catalog& catalog) {
  bool isSetSomewhere = false;
  for (const BlockId& id : edit.blocks) {
    const Block* block = design.blocks.find(id);
    if (block == nullptr) {
      return unknownElement(design.blocks, id);
    }
    const catalog::BlockType* type = catalog.find(block->type);
    if (!canSet(*block, edit, type)) {
      continue;
    }
    if (const auto done = setParamOf(design, *block, edit, type); !done) {
      return done;
    }
    isSetSomewhere = true;
  }
  return isSetSomewhere ? Result<void>() : noBlockHasParam(design, edit, catalog);
}

Result<void> steps::run(Design& design, const MoveBlocks& edit, const Catalog&) {
  for (const BlockId& id : std::set<BlockId>(edit.blocks.begin(), edit.blocks.end())) {
    const Block* before = design.blocks.find(id);
    if (before == nullptr) {
      return unknownElement(design.blocks, id);
    }
    Block block = *before;
    block.position = block.position + edit.by;
    if (const auto finite = mustBeFinite(block.position, id.text()); !finite) {
      return finite;
    }
    design.blocks.put(std::move(block));
  }
  return {};
}

Result<void> steps::run(Design& design, const Paste& edit, const Catalog&) {
  const auto newZones = pasteZones(design, edit);
  if (!newZones) {
    return newZones.error();
  }
  const auto newIds = pasteBlocks(design, edit, *newZones);
  if (!newIds) {
    return newIds.error();
  }
  const auto linked = pasteLinks(design, edit, *newIds);
  return linked ? pasteNotes(design, edit, *newZones) : linked;
}

}  // namespace cantilever::edit
