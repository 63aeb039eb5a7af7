#include <algorithm>
#include <cmath>
#include <set>
#include <type_traits>
#include <utility>

#include "core/model/names.h"
#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"

/// What lies where, and what is selected.
namespace cantilever::widgets {

BlockItem* CanvasScene::blockAt(QPointF scenePosition) const {
  for (QGraphicsItem* item : items(scenePosition)) {
    if (auto* block = qgraphicsitem_cast<BlockItem*>(item)) {
      return block;
    }
  }
  return nullptr;
}

QString CanvasScene::refusalAt(QPointF scenePosition) const {
  const auto* zone = qgraphicsitem_cast<ZoneItem*>(itemOfDesignAt(scenePosition));
  if (zone == nullptr || !m_folds.zones.contains(zone->id())) {
    return {};
  }
  return tr("%1 is collapsed. Expand it to link to a block in it.")
      .arg(toQString(nameOf(m_design->zones, zone->id())));
}

BlockItem* CanvasScene::blockWithHandleAt(QPointF scenePosition, double reach) const {
  const QPointF corner(reach, reach);
  for (QGraphicsItem* item : items(QRectF(scenePosition - corner, scenePosition + corner))) {
    auto* block = qgraphicsitem_cast<BlockItem*>(item);
    if (block != nullptr && block->handleAt(scenePosition, reach)) {
      return block;
    }
  }
  return nullptr;
}

std::optional<std::pair<LinkId, LinkEnd>> CanvasScene::selectedLinkEndAt(QPointF scenePosition,
                                                                         double reach) const {
  const QList<QGraphicsItem*> selected = selectedItems();
  const auto* link = selected.size() == 1 ? qgraphicsitem_cast<LinkItem*>(selected.front()) : nullptr;
  if (link == nullptr || link->route().points.size() < 2 || m_folds.bundles.contains(link->id())) {
    return std::nullopt;
  }
  for (const LinkEnd end : {LinkEnd::To, LinkEnd::From}) {
    const Point at = end == LinkEnd::To ? link->route().points.back() : link->route().points.front();
    const QPointF away = toQPointF(at) - scenePosition;
    if (std::hypot(away.x(), away.y()) <= reach) {
      return std::pair(link->id(), end);
    }
  }
  return std::nullopt;
}

void CanvasScene::setDropTarget(const LinkId& target) {
  for (const auto& [id, item] : m_linkItems) {
    item->setDropTarget(id == target);
  }
}

void CanvasScene::setDropTarget(const ZoneId& target) {
  if (target == m_dropZone) {
    return;
  }
  for (const ZoneId& id : {std::exchange(m_dropZone, target), target}) {
    const auto at = m_zoneItems.find(id);
    if (at != m_zoneItems.end()) {
      at->second->setDropTarget(id == target);
      damage(at->second->sceneBoundingRect());
    }
  }
}

QGraphicsItem* CanvasScene::itemOfDesignAt(QPointF scenePosition) const {
  for (QGraphicsItem* item : items(scenePosition)) {
    if (item->flags().testFlag(QGraphicsItem::ItemIsSelectable)) {
      return item;
    }
  }
  return nullptr;
}

Selection CanvasScene::selection() const {
  Selection selection;
  for (QGraphicsItem* item : selectedItems()) {
    if (auto* block = qgraphicsitem_cast<BlockItem*>(item)) {
      selection.blocks.push_back(block->id());
    } else if (auto* link = qgraphicsitem_cast<LinkItem*>(item)) {
      const auto bundle = m_folds.bundles.find(link->id());
      if (bundle == m_folds.bundles.end()) {
        selection.links.push_back(link->id());
      } else {  // one line, all its links
        selection.links.insert(selection.links.end(), bundle->second.begin(), bundle->second.end());
      }
    } else if (auto* zone = qgraphicsitem_cast<ZoneItem*>(item)) {
      selection.zones.push_back(zone->id());
    } else if (auto* note = qgraphicsitem_cast<NoteItem*>(item)) {
      selection.notes.push_back(note->id());
    }
  }
  std::sort(selection.blocks.begin(), selection.blocks.end());
  std::sort(selection.links.begin(), selection.links.end());
  std::sort(selection.zones.begin(), selection.zones.end());
  std::sort(selection.notes.begin(), selection.notes.end());
  return selection;
}

Selection CanvasScene::selectionOf(QGraphicsItem* item) {
  Selection only;
  if (auto* block = qgraphicsitem_cast<BlockItem*>(item)) {
    only.blocks.push_back(block->id());
  } else if (auto* link = qgraphicsitem_cast<LinkItem*>(item)) {
    only.links.push_back(link->id());
  } else if (auto* zone = qgraphicsitem_cast<ZoneItem*>(item)) {
    only.zones.push_back(zone->id());
  } else if (auto* note = qgraphicsitem_cast<NoteItem*>(item)) {
    only.notes.push_back(note->id());
  }
  return only;
}

void CanvasScene::select(const Selection& chosen) {
  if (chosen == selection()) {
    return;
  }
  const SelectionHold hold(*this);
  const auto choose = [this](const auto& items, const auto& ids) {
    for (const auto& id : ids) {
      const auto at = items.find(id);
      if (at != items.end()) {
        damage(at->second->sceneBoundingRect());
        at->second->setSelected(true);
      }
    }
  };
  for (const QGraphicsItem* item : selectedItems()) {
    damage(item->sceneBoundingRect());
  }
  clearSelection();
  const Selection shown = shownFor(chosen);
  choose(m_blockItems, shown.blocks);
  choose(m_linkItems, shown.links);
  choose(m_zoneItems, shown.zones);
  choose(m_noteItems, shown.notes);
}

void CanvasScene::selectIn(const QRectF& area, const Selection& besides) {
  const SelectionHold hold(*this);
  const auto choose = [this](const auto& items, const auto& ids, const auto& isMeant) {
    const std::set<std::decay_t<decltype(*ids.begin())>> kept(ids.begin(), ids.end());
    for (const auto& [id, item] : items) {
      const bool isWanted = item->isVisible() && (isMeant(*item) || kept.contains(id));
      if (item->isSelected() != isWanted) {
        damage(item->sceneBoundingRect());
        item->setSelected(isWanted);
      }
    }
  };
  const Selection shown = shownFor(besides);
  const QSizeF block(kBlockSize.width, kBlockSize.height);
  choose(m_blockItems, shown.blocks,
         [&](const BlockItem& item) { return area.intersects(QRectF(item.pos(), block)); });
  choose(m_noteItems, shown.notes, [&](const NoteItem& item) {
    return area.intersects(item.mapRectToScene(item.shape().boundingRect()));
  });
  // Lines and containers reach far beyond what one means: only when they are wholly inside.
  choose(m_linkItems, shown.links, [&](const LinkItem& item) {
    const QRectF line = item.line().boundingRect();  // of a straight one without width or height: in no area
    return area.contains(line.topLeft()) && area.contains(line.bottomRight());
  });
  choose(m_zoneItems, shown.zones, [&](const ZoneItem& item) { return area.contains(item.area()); });
}

Selection CanvasScene::shownFor(const Selection& things) const {
  if (m_folds.isEmpty()) {
    return things;
  }
  Selection shown;
  std::set<ZoneId> zones;
  std::set<LinkId> links;
  for (const LinkId& id : things.links) {
    const Link* link = m_design->links.find(id);
    if (link == nullptr || !m_folds.hiddenLinks.contains(id)) {
      links.insert(id);
      continue;
    }
    const auto bundle = std::find_if(m_folds.bundles.begin(), m_folds.bundles.end(), [&id](const auto& each) {
      return std::find(each.second.begin(), each.second.end(), id) != each.second.end();
    });
    if (bundle != m_folds.bundles.end()) {
      links.insert(bundle->first);
    } else {
      zones.insert(m_folds.hiddenBlocks.at(link->from));
    }
  }
  shown.links.assign(links.begin(), links.end());
  const auto show = [&zones](const auto& ids, const auto& hidden, auto& shownIds) {
    for (const auto& id : ids) {
      const auto fold = hidden.find(id);
      if (fold == hidden.end()) {
        shownIds.push_back(id);
      } else {
        zones.insert(fold->second);
      }
    }
  };
  show(things.blocks, m_folds.hiddenBlocks, shown.blocks);
  show(things.notes, m_folds.hiddenNotes, shown.notes);
  for (const ZoneId& id : things.zones) {
    const auto hidden = m_folds.hiddenZones.find(id);
    zones.insert(hidden == m_folds.hiddenZones.end() ? id : hidden->second);
  }
  shown.zones.assign(zones.begin(), zones.end());
  return shown;
}

void CanvasScene::selectOnly(const BlockId& block) {
  select({{block}, {}, {}, {}});
}

}  // namespace cantilever::widgets
