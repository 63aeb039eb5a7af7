#include "core/edit/checks.h"
#include "core/edit/edit.h"
#include "core/estimate/sheet_lines.h"
#include "core/model/names.h"

namespace cantilever::edit {
namespace {

std::string counted(std::size_t n, const char* one, const char* many) {
  return n == 1 ? std::string(one) : std::to_string(n) + " " + many;
}

/// Writes each kind of edit as the undo menu shows it.
class Describer {
 public:
  Describer(const Design& before, const catalog::Catalog& catalog) : m_before(before), m_catalog(catalog) {}

  std::string operator()(const AddBlock& edit) const {
    if (!edit.block.name.empty()) {
      return "Add " + edit.block.name;
    }
    const catalog::BlockType* type = m_catalog.find(edit.block.type);
    return "Add " + (type != nullptr ? type->label : edit.block.type);
  }
  std::string operator()(const AddLink& edit) const {
    return "Connect " + name(edit.link.from) + " to " + name(edit.link.to);
  }
  std::string operator()(const AddZone& edit) const { return "Add zone " + nameOf(edit.zone); }
  std::string operator()(const AddNote&) const { return "Add note"; }
  std::string operator()(const Remove& edit) const;
  std::string operator()(const MoveBlocks& edit) const { return "Move " + names(edit.blocks); }
  std::string operator()(const Place& edit) const { return edit.text; }
  std::string operator()(const SetBlockName& edit) const {
    return "Rename " + name(edit.block) + " to " + edit.name;
  }
  std::string operator()(const SetParam& edit) const {
    const std::string verb = edit.value ? "Set " : "Reset ";
    return verb + paramLabel(edit) + " of " + names(edit.blocks);
  }
  std::string operator()(const SetLink& edit) const {
    return "Change link from " + name(edit.link.from) + " to " + name(edit.link.to);
  }
  std::string operator()(const SetZone& edit) const { return "Change zone " + nameOf(edit.zone); }
  std::string operator()(const SetNote&) const { return "Change note"; }
  std::string operator()(const SetBlock& edit) const { return "Change " + name(edit.block.id); }
  std::string operator()(const PutClass& edit) const {
    return putting(m_before.classes, edit.requestClass.id, "request class", nameOf(edit.requestClass));
  }
  std::string operator()(const PutWorkload& edit) const {
    return putting(m_before.workloads, edit.workload.id, "load", "at " + name(edit.workload.entry));
  }
  std::string operator()(const PutObjective& edit) const {
    return putting(m_before.objectives, edit.objective.id, "objective", edit.objective.id.text());
  }
  std::string operator()(const PutScenario& edit) const {
    return putting(m_before.scenarios, edit.scenario.id, "scenario", nameOf(edit.scenario));
  }
  std::string operator()(const RemoveClass& edit) const {
    return "Delete request class " + nameOf(m_before.classes, edit.id);
  }
  std::string operator()(const RemoveWorkload& edit) const {
    const Workload* found = m_before.workloads.find(edit.id);
    return "Delete load at " + (found != nullptr ? name(found->entry) : edit.id.text());
  }
  std::string operator()(const RemoveObjective& edit) const { return "Delete objective " + edit.id.text(); }
  std::string operator()(const PutControl& edit) const {
    return putting(m_before.controls, edit.control.id, "control", nameOf(edit.control));
  }
  std::string operator()(const RemoveControl& edit) const {
    return "Delete control " + nameOf(m_before.controls, edit.id);
  }
  std::string operator()(const RemoveScenario& edit) const {
    return "Delete scenario " + nameOf(m_before.scenarios, edit.id);
  }
  std::string operator()(const SetTitle&) const { return "Change title"; }
  std::string operator()(const SetSheet& edit) const;
  std::string operator()(const ApplySheet&) const { return "Set the load from the estimate"; }
  std::string operator()(const Paste& edit) const {
    const std::size_t others = edit.zones.size() + edit.notes.size();
    return "Paste " + (others == 0 ? counted(edit.blocks.size(), "1 block", "blocks")
                                   : counted(edit.blocks.size() + others, "1 thing", "things"));
  }
  std::string operator()(const std::shared_ptr<const Batch>& edit) const {
    if (edit == nullptr || (edit->text.empty() && edit->edits.empty())) {
      return "No change";
    }
    if (!edit->text.empty()) {
      return edit->text;
    }
    return edit->edits.size() == 1 ? std::visit(*this, edit->edits.front())
                                   : std::to_string(edit->edits.size()) + " changes";
  }

 private:
  std::string name(const BlockId& id) const { return nameOf(m_before.blocks, id); }
  std::string names(const std::vector<BlockId>& blocks) const {
    return blocks.size() == 1 ? name(blocks.front()) : std::to_string(blocks.size()) + " blocks";
  }
  template <class T>
  static std::string putting(const Table<T>& table, const typename Table<T>::IdType& id, const char* word,
                             const std::string& which) {
    const std::string text = std::string(table.contains(id) ? "Change " : "Add ") + word;
    return which.empty() ? text : text + " " + which;
  }
  std::string paramLabel(const SetParam& edit) const {
    for (const BlockId& id : edit.blocks) {
      const Block* block = m_before.blocks.find(id);
      const catalog::BlockType* type = block != nullptr ? m_catalog.find(block->type) : nullptr;
      if (const catalog::ParamSpec* spec = type != nullptr ? type->find(edit.key) : nullptr) {
        return spec->label;
      }
    }
    return edit.key;
  }

  const Design& m_before;
  const catalog::Catalog& m_catalog;
};

/// The line that changes, if it is one.
std::string Describer::operator()(const SetSheet& edit) const {
  std::vector<std::string> changed;
  for (const auto& [one, other] : {std::pair(&edit.sheet, &m_before.sheet), {&m_before.sheet, &edit.sheet}}) {
    for (const auto& [key, value] : one->typed) {
      const auto there = other->typed.find(key);
      const bool isSame = there != other->typed.end() && there->second == value;
      if (!isSame && std::find(changed.begin(), changed.end(), key) == changed.end()) {
        changed.push_back(key);
      }
    }
  }
  const estimate::LineSpec* line = changed.size() == 1 ? estimate::findLine(changed.front()) : nullptr;
  return line == nullptr
             ? "Change the estimate"
             : (edit.sheet.typed.contains(line->key) ? "Estimate: set " : "Estimate: reset ") + line->label;
}

std::string Describer::operator()(const Remove& edit) const {
  const std::size_t kinds = (edit.blocks.empty() ? 0u : 1u) + (edit.links.empty() ? 0u : 1u) +
                            (edit.zones.empty() ? 0u : 1u) + (edit.notes.empty() ? 0u : 1u);
  if (kinds != 1) {
    const std::size_t things = edit.blocks.size() + edit.links.size() + edit.zones.size() + edit.notes.size();
    return "Delete " + std::to_string(things) + " things";
  }
  if (!edit.blocks.empty()) {
    return "Delete " + names(edit.blocks);
  }
  if (!edit.links.empty()) {
    return "Delete " + counted(edit.links.size(), "link", "links");
  }
  if (!edit.zones.empty()) {
    return "Delete " + counted(edit.zones.size(), "zone", "zones");
  }
  return "Delete " + counted(edit.notes.size(), "note", "notes");
}

}  // namespace

std::string describe(const Edit& edit, const Design& before, const catalog::Catalog& catalog) {
  return std::visit(Describer(before, catalog), edit);
}

}  // namespace cantilever::edit
