#include "widgets/panels/outline_panel.h"

#include <QKeyEvent>
#include <QVBoxLayout>
#include <utility>

#include "core/model/names.h"
#include "widgets/canvas/zone_item.h"
#include "widgets/inspector/words.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

enum OutlineRole { OutlineKind = Qt::UserRole + 1, OutlineId };
enum class OutlineThing { Block, Zone, Note, Link };

void mark(QTreeWidgetItem* row, OutlineThing kind, const std::string& id) {
  row->setData(0, OutlineKind, static_cast<int>(kind));
  row->setData(0, OutlineId, toQString(id));
}

/// Names and owners: all that the tree shows of a block.
bool looksTheSame(const Block* a, const Block* b) {
  return a != nullptr && b != nullptr && a->name == b->name && a->zone == b->zone && a->type == b->type;
}

bool looksTheSame(const Note* a, const Note* b) {
  return a != nullptr && b != nullptr && a->text == b->text && a->zone == b->zone;
}

bool looksTheSame(const Link* a, const Link* b) {
  return a != nullptr && b != nullptr && a->from == b->from && a->to == b->to && a->mode == b->mode &&
         a->role == b->role && a->operation == b->operation && a->classes == b->classes;
}

/// What tells the links of one block apart: "Primary: Writes, write txn, Checkout".
QString wordsOfLink(const Design& design, const Link& link) {
  QStringList parts{wordsOf(link.role)[static_cast<std::size_t>(link.role)].text};
  if (!link.operation.empty()) {
    parts << toQString(link.operation).replace(QLatin1Char('_'), QLatin1Char(' '));
  }
  for (const ClassId& id : link.classes) {
    parts << toQString(nameOf(design.classes, id));
  }
  return QStringLiteral("%1: %2").arg(toQString(nameOf(design.blocks, link.to)),
                                      parts.join(QStringLiteral(", ")));
}

}  // namespace

OutlinePanel::OutlinePanel(const catalog::Catalog& catalog, QWidget* parent)
    : QWidget(parent),
      m_catalog(catalog),
      m_design(std::make_shared<const Design>()),
      m_tree(new QTreeWidget(this)) {
  m_tree->setObjectName(QStringLiteral("outline"));
  m_tree->setAccessibleName(tr("Outline of the design"));
  m_tree->setHeaderHidden(true);
  m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_tree->setIndentation(16);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 4, 0, 0);
  rows->addWidget(m_tree);
  connect(m_tree, &QTreeWidget::itemSelectionChanged, this, &OutlinePanel::tellChoice);
}

void OutlinePanel::show(DesignPtr design) {
  m_design = std::move(design);
  m_selection = {};
  m_isStale = true;
  if (isVisible()) {
    rebuild();
  }
}

void OutlinePanel::update(DesignPtr design, const DesignDiff& diff) {
  const DesignPtr before = std::exchange(m_design, std::move(design));
  bool hasChanged = !diff.blocks.added.empty() || !diff.blocks.removed.empty() || !diff.zones.isEmpty() ||
                    !diff.notes.added.empty() || !diff.notes.removed.empty() || !diff.links.added.empty() ||
                    !diff.links.removed.empty();
  for (const BlockId& id : diff.blocks.changed) {
    hasChanged = hasChanged || !looksTheSame(before->blocks.find(id), m_design->blocks.find(id));
  }
  for (const NoteId& id : diff.notes.changed) {
    hasChanged = hasChanged || !looksTheSame(before->notes.find(id), m_design->notes.find(id));
  }
  for (const LinkId& id : diff.links.changed) {
    hasChanged = hasChanged || !looksTheSame(before->links.find(id), m_design->links.find(id));
  }
  m_isStale = m_isStale || hasChanged;
  if (m_isStale && isVisible()) {
    rebuild();
  }
}

void OutlinePanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (m_isStale) {
    rebuild();
  }
}

void OutlinePanel::keyPressEvent(QKeyEvent* event) {
  const bool removes = event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace;
  removes ? Q_EMIT removeRequested() : QWidget::keyPressEvent(event);
}

void OutlinePanel::rebuild() {
  m_isStale = false;
  m_isShowing = true;
  m_tree->clear();
  m_zones.clear();
  m_blocks.clear();
  m_notes.clear();
  m_links.clear();
  for (const Zone& zone : m_design->zones) {
    addZone(zone, 0);
  }
  std::map<BlockId, QStringList> calls;
  for (const Link& link : m_design->links) {
    if (const Block* to = m_design->blocks.find(link.to)) {
      calls[link.from] << toQString(nameOf(*to));
    }
  }
  for (const Block& block : m_design->blocks) {
    addBlock(block, calls[block.id]);
  }
  for (const Note& note : m_design->notes) {
    QTreeWidgetItem* row = newRowIn(note.zone, firstLineOf(toQString(note.text)));
    row->setIcon(0, icon(QStringLiteral("note")));
    mark(row, OutlineThing::Note, note.id.text());
    m_notes[note.id] = row;
  }
  for (const Link& link : m_design->links) {
    addLink(link);
  }
  for (const auto& [id, row] : m_zones) {
    row->setExpanded(true);
  }
  m_isShowing = false;
  setSelection(m_selection);
}

/// Parents first. Zones in a ring, of a damaged file, end at the top.
QTreeWidgetItem* OutlinePanel::addZone(const Zone& zone, std::size_t depth) {
  if (const auto known = m_zones.find(zone.id); known != m_zones.end()) {
    return known->second;
  }
  const Zone* parent = depth < m_design->zones.size() ? m_design->zones.find(zone.parent) : nullptr;
  QTreeWidgetItem* above = parent != nullptr ? addZone(*parent, depth + 1) : nullptr;
  if (const auto meanwhile = m_zones.find(zone.id); meanwhile != m_zones.end()) {
    return meanwhile->second;
  }
  const QString name = toQString(nameOf(zone));
  auto* row = above != nullptr ? new QTreeWidgetItem(above, {name}) : new QTreeWidgetItem(m_tree, {name});
  row->setIcon(0, icon(QStringLiteral("zone")));
  row->setData(0, Qt::AccessibleTextRole, QStringLiteral("%1, %2").arg(name, wordOf(zone.kind)));
  mark(row, OutlineThing::Zone, zone.id.text());
  m_zones[zone.id] = row;
  return row;
}

QTreeWidgetItem* OutlinePanel::newRowIn(const ZoneId& id, const QString& text) {
  const auto zone = m_zones.find(id);
  return zone != m_zones.end() ? new QTreeWidgetItem(zone->second, {text})
                               : new QTreeWidgetItem(m_tree, {text});
}

void OutlinePanel::addBlock(const Block& block, const QStringList& calls) {
  const QString name = toQString(nameOf(block));
  QTreeWidgetItem* row = newRowIn(block.zone, name);
  const catalog::BlockType* type = m_catalog.find(block.type);
  const QString label = toQString(type == nullptr ? block.type : type->label);
  row->setIcon(0, icon(type == nullptr ? QStringLiteral("unknown")
                                       : toQString(type->icon.empty() ? type->key : type->icon)));
  row->setToolTip(0, calls.isEmpty() ? label : tr("%1; calls %2").arg(label, calls.join(tr(", "))));
  row->setData(0, Qt::AccessibleTextRole, QStringLiteral("%1, %2").arg(name, row->toolTip(0)));
  mark(row, OutlineThing::Block, block.id.text());
  m_blocks[block.id] = row;
}

/// Below the block that calls; closed at first.
void OutlinePanel::addLink(const Link& link) {
  const auto from = m_blocks.find(link.from);
  if (from == m_blocks.end()) {
    return;
  }
  const QString words = wordsOfLink(*m_design, link);
  auto* row = new QTreeWidgetItem(from->second, {QStringLiteral("\u2192 ") + words});
  const QString mode = wordsOf(link.mode)[static_cast<std::size_t>(link.mode)].text;
  row->setToolTip(0, mode);
  row->setData(0, Qt::AccessibleTextRole, tr("Link to %1. %2").arg(words, mode));
  mark(row, OutlineThing::Link, link.id.text());
  m_links[link.id] = row;
}

void OutlinePanel::focusTree() {
  m_tree->setFocus(Qt::ShortcutFocusReason);
  if (m_tree->currentItem() == nullptr && m_tree->topLevelItemCount() > 0) {
    m_tree->setCurrentItem(m_tree->topLevelItem(0), 0, QItemSelectionModel::NoUpdate);
  }
}

void OutlinePanel::setSelection(const Selection& selection) {
  m_selection = selection;
  if (m_isShowing || m_isStale) {
    return;
  }
  m_isShowing = true;
  m_tree->clearSelection();
  QTreeWidgetItem* last = nullptr;
  const auto choose = [&last](const auto& rows, const auto& ids) {
    for (const auto& id : ids) {
      if (const auto row = rows.find(id); row != rows.end()) {
        row->second->setSelected(true);
        last = row->second;
      }
    }
  };
  choose(m_zones, selection.zones);
  choose(m_notes, selection.notes);
  choose(m_links, selection.links);
  choose(m_blocks, selection.blocks);
  if (last != nullptr) {
    m_tree->scrollToItem(last);
    m_tree->setCurrentItem(last, 0, QItemSelectionModel::NoUpdate);  // where the keyboard goes on
  }
  m_isShowing = false;
}

void OutlinePanel::tellChoice() {
  if (m_isShowing) {
    return;
  }
  Selection selection;
  for (const QTreeWidgetItem* row : m_tree->selectedItems()) {
    const std::string id = toUtf8(row->data(0, OutlineId).toString());
    switch (static_cast<OutlineThing>(row->data(0, OutlineKind).toInt())) {
      case OutlineThing::Block:
        selection.blocks.emplace_back(id);
        break;
      case OutlineThing::Zone:
        selection.zones.emplace_back(id);
        break;
      case OutlineThing::Note:
        selection.notes.emplace_back(id);
        break;
      case OutlineThing::Link:
        selection.links.emplace_back(id);
        break;
    }
  }
  m_selection = selection;
  m_isShowing = true;  // what comes back from the canvas is this
  Q_EMIT chosen(selection);
  m_isShowing = false;
}

}  // namespace cantilever::widgets
