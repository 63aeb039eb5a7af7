#include "widgets/canvas/canvas_scene.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

/// The busiest link is drawn strongest; four decades below it a link is as thin as an idle one.
double strengthOf(double rate, double busiest) {
  if (rate <= 0 || busiest <= 0) {
    return 0;
  }
  return std::clamp(1 + std::log10(rate / busiest) / 4, 0.0, 1.0);
}

int depthOf(const Zone& zone, const Design& design) {
  int depth = 0;
  // A damaged file may hold a ring of parents.
  const int limit = static_cast<int>(design.zones.size());
  for (const Zone* parent = design.zones.find(zone.parent); parent != nullptr && depth < limit;
       parent = design.zones.find(parent->parent)) {
    ++depth;
  }
  return depth;
}

std::map<BlockId, double> offeredOf(const Design& design) {
  std::map<BlockId, double> offered;
  for (const Workload& workload : design.workloads) {
    offered[workload.entry] += workload.peak.raw();
  }
  return offered;
}

template <class IdType>
void addRemark(std::map<IdType, BlockBadge>& remarks, const IdType& id, const Diagnostic& diagnostic) {
  if (id.isEmpty()) {
    return;
  }
  const auto [at, isNew] = remarks.try_emplace(id, BlockBadge{diagnostic.severity, {}});
  at->second.severity = isNew ? diagnostic.severity : std::max(at->second.severity, diagnostic.severity);
  at->second.messages << toQString(diagnostic.message);
}

template <class Items, class IdType>
void removeItemOf(Items& items, const IdType& id) {
  const auto at = items.find(id);
  if (at != items.end()) {
    delete at->second;  // takes itself out of the scene
    items.erase(at);
  }
}

template <class Items>
void removeAllItemsOf(Items& items) {
  for (const auto& [id, item] : std::exchange(items, {})) {
    delete item;
  }
}

}  // namespace

class CanvasScene::SelectionHold {
 public:
  explicit SelectionHold(CanvasScene& scene) : m_scene(scene) { ++m_scene.m_selectionHolds; }
  ~SelectionHold() {
    if (--m_scene.m_selectionHolds == 0 && std::exchange(m_scene.m_isSelectionStale, false)) {
      Q_EMIT m_scene.designSelectionChanged();
    }
  }
  SelectionHold(const SelectionHold&) = delete;
  SelectionHold& operator=(const SelectionHold&) = delete;

 private:
  CanvasScene& m_scene;
};

CanvasScene::CanvasScene(const catalog::Catalog& catalog, QObject* parent)
    : QGraphicsScene(parent), m_catalog(catalog), m_design(std::make_shared<const Design>()) {
  connect(this, &QGraphicsScene::selectionChanged, this, [this] {
    if (m_selectionHolds > 0) {
      m_isSelectionStale = true;
    } else {
      Q_EMIT designSelectionChanged();
    }
  });
}

BlockItem* CanvasScene::blockItem(const BlockId& id) const {
  const auto at = m_blockItems.find(id);
  return at == m_blockItems.end() ? nullptr : at->second;
}

void CanvasScene::rebuild(DesignPtr design) {
  const SelectionHold hold(*this);
  m_draftBlocks.clear();
  m_draftZones.clear();
  m_draftNotes.clear();
  m_linksAt.clear();
  // Not QGraphicsScene::clear: items of a gesture belong to their tool.
  removeAllItemsOf(m_blockItems);
  removeAllItemsOf(m_linkItems);
  removeAllItemsOf(m_zoneItems);
  removeAllItemsOf(m_noteItems);
  m_design = std::move(design);
  m_offered = offeredOf(*m_design);
  for (const Zone& zone : m_design->zones) {
    addZone(zone.id);
  }
  for (const Note& note : m_design->notes) {
    addNote(note.id);
  }
  for (const Link& link : m_design->links) {
    addLink(link.id);
  }
  std::set<BlockId> all;
  for (const Block& block : m_design->blocks) {
    addBlock(block.id);
    all.insert(block.id);
  }
  reroute(all);
}

void CanvasScene::update(DesignPtr design, const DesignDiff& diff) {
  const SelectionHold hold(*this);
  const DesignPtr before = std::exchange(m_design, std::move(design));
  std::set<BlockId> moved;
  const auto touch = [&moved](const Link* link) {
    if (link != nullptr) {
      moved.insert(link->from);
      moved.insert(link->to);
    }
  };

  for (const LinkId& id : diff.links.removed) {
    if (const Link* link = before->links.find(id)) {
      touch(link);
      forgetLink(*link);
    }
    removeItemOf(m_linkItems, id);
  }
  for (const LinkId& id : diff.links.changed) {
    const Link* old = before->links.find(id);
    const Link* now = m_design->links.find(id);
    if (old->from != now->from || old->to != now->to) {
      touch(old);
      touch(now);
      forgetLink(*old);
      m_linksAt[now->from].insert(id);
      m_linksAt[now->to].insert(id);
    }
    refreshLink(id);
  }
  for (const LinkId& id : diff.links.added) {
    addLink(id);
    touch(m_design->links.find(id));
  }

  for (const BlockId& id : diff.blocks.removed) {
    removeItemOf(m_blockItems, id);
    moved.insert(id);
  }
  for (const BlockId& id : diff.blocks.added) {
    addBlock(id);
    moved.insert(id);
  }
  for (const BlockId& id : diff.blocks.changed) {
    const Block* old = before->blocks.find(id);
    const Block* now = m_design->blocks.find(id);
    if (old->position != now->position) {
      placeBlock(id);
      moved.insert(id);
    }
    refreshBlock(id);
  }
  // A link's tool tip names the blocks at its ends.
  for (const auto* ids : {&diff.blocks.added, &diff.blocks.removed, &diff.blocks.changed}) {
    for (const BlockId& id : *ids) {
      for (const LinkId& link : m_linksAt[id]) {
        refreshLink(link);
      }
    }
  }

  for (const ZoneId& id : diff.zones.removed) {
    removeItemOf(m_zoneItems, id);
  }
  for (const ZoneId& id : diff.zones.added) {
    addZone(id);
  }
  if (!diff.zones.isEmpty()) {
    // A zone's layer depends on its parents.
    for (const Zone& zone : m_design->zones) {
      refreshZone(zone.id);
    }
  }
  for (const NoteId& id : diff.notes.removed) {
    removeItemOf(m_noteItems, id);
  }
  for (const NoteId& id : diff.notes.added) {
    addNote(id);
  }
  for (const NoteId& id : diff.notes.changed) {
    refreshNote(id);
  }
  if (diff.hasOtherChanges || diff.hasBehaviourChanges) {
    refreshOffered();
  }
  reroute(moved);
}

void CanvasScene::refreshOffered() {
  const std::map<BlockId, double> before = std::exchange(m_offered, offeredOf(*m_design));
  for (const std::map<BlockId, double>* side : {&before, &std::as_const(m_offered)}) {
    for (const auto& [id, rate] : *side) {
      if (m_design->blocks.contains(id)) {
        refreshBlock(id);
      }
    }
  }
}

void CanvasScene::addBlock(const BlockId& id) {
  auto* item = new BlockItem(id);
  m_blockItems[id] = item;
  addItem(item);
  placeBlock(id);
  refreshBlock(id);
}

void CanvasScene::addLink(const LinkId& id) {
  const Link* link = m_design->links.find(id);
  m_linksAt[link->from].insert(id);
  m_linksAt[link->to].insert(id);
  auto* item = new LinkItem(id);
  m_linkItems[id] = item;
  addItem(item);
  refreshLink(id);
}

void CanvasScene::addZone(const ZoneId& id) {
  auto* item = new ZoneItem(id);
  m_zoneItems[id] = item;
  addItem(item);
  refreshZone(id);
}

void CanvasScene::addNote(const NoteId& id) {
  auto* item = new NoteItem(id);
  m_noteItems[id] = item;
  addItem(item);
  refreshNote(id);
}

void CanvasScene::forgetLink(const Link& link) {
  m_linksAt[link.from].erase(link.id);
  m_linksAt[link.to].erase(link.id);
}

void CanvasScene::refreshBlock(const BlockId& id) {
  BlockItem* item = blockItem(id);
  const Block* block = m_design->blocks.find(id);
  if (item == nullptr || block == nullptr) {
    return;
  }
  item->setFace(faceOf(*block));
  const auto live = m_overlay.blocks.find(id);
  item->setLive(m_hasOverlay && live != m_overlay.blocks.end() ? &live->second : nullptr);
  const auto badge = m_badges.find(id);
  item->setBadge(badge == m_badges.end() ? std::nullopt : std::optional(badge->second));
}

BlockFace CanvasScene::faceOf(const Block& block) const {
  BlockFace face;
  face.name = toQString(block.name.empty() ? block.id.text() : block.name);
  face.isPinned = block.isPinned;
  const catalog::BlockType* type = m_catalog.find(block.type);
  if (type == nullptr) {
    face.typeLabel = toQString(block.type);
    face.iconName = QStringLiteral("unknown");
    face.isKnown = false;
    face.boxColour = currentTheme().borderStrong;
    return face;
  }
  face.typeLabel = toQString(type->label);
  face.iconName = toQString(type->icon.empty() ? type->key : type->icon);
  face.boxColour = mixed(currentTheme().blockFill, categoryColour(type->category), 0.55);
  if (type->find("instances") != nullptr) {
    const ParamValue instances = type->valueOf(block, "instances");
    const Count* count = std::get_if<Count>(&instances);
    if (count != nullptr && count->value() != 1) {
      face.instances = QStringLiteral("\u00d7 %1").arg(count->value());
    }
  }
  const auto offered = m_offered.find(block.id);
  if (offered != m_offered.end()) {
    face.offered = tr("%1 offered").arg(shortRate(offered->second));
  }
  return face;
}

void CanvasScene::refreshLink(const LinkId& id) {
  const auto item = m_linkItems.find(id);
  const Link* link = m_design->links.find(id);
  if (item == m_linkItems.end() || link == nullptr) {
    return;
  }
  item->second->setFace(faceOf(*link));
  refreshLinkLive(id);
}

void CanvasScene::refreshLinkLive(const LinkId& id) {
  const auto live = m_overlay.links.find(id);
  if (m_hasOverlay && live != m_overlay.links.end()) {
    m_linkItems.at(id)->setLive(&live->second, strengthOf(live->second.requestsPerSecond, m_busiestLink));
  } else {
    m_linkItems.at(id)->setLive(nullptr, 0);
  }
}

LinkFace CanvasScene::faceOf(const Link& link) const {
  LinkFace face{link.mode, link.role, {}, std::nullopt};
  const auto nameOf = [this](const BlockId& id) {
    const Block* block = m_design->blocks.find(id);
    return toQString(block == nullptr || block->name.empty() ? id.text() : block->name);
  };
  const QString mode =
      link.mode == LinkMode::Call ? tr("call, waits for the reply") : tr("send, does not wait");
  face.toolTip = tr("%1 to %2: %3").arg(nameOf(link.from), nameOf(link.to), mode);
  if (link.role != LinkRole::Default) {
    face.toolTip += QStringLiteral(" (%1)").arg(wordOf(link.role));
  }
  const auto remarks = m_linkRemarks.find(link.id);
  if (remarks != m_linkRemarks.end()) {
    face.severity = remarks->second.severity;
    face.toolTip += QLatin1Char('\n') + remarks->second.messages.join(QLatin1Char('\n'));
  }
  return face;
}

void CanvasScene::refreshZone(const ZoneId& id) {
  const Zone* zone = m_design->zones.find(id);
  ZoneItem* item = m_zoneItems.at(id);
  ZoneFace face;
  face.title = toQString(zone->name.empty() ? id.text() : zone->name);
  face.kind = wordOf(zone->kind);
  face.size = QSizeF(zone->area.size.width, zone->area.size.height);
  const auto remarks = m_zoneRemarks.find(id);
  if (remarks != m_zoneRemarks.end()) {
    face.hasProblem = remarks->second.severity == Severity::Error;
    face.toolTip = remarks->second.messages.join(QLatin1Char('\n'));
  }
  item->setFace(face);
  item->setPos(toQPointF(positionOf(*zone)));
  item->setZValue(kZoneLayer + depthOf(*zone, *m_design) / 100.0);
}

void CanvasScene::refreshNote(const NoteId& id) {
  const Note* note = m_design->notes.find(id);
  NoteItem* item = m_noteItems.at(id);
  item->setPos(toQPointF(positionOf(*note)));
  item->setFace(toQString(note->text), QSizeF(note->area.size.width, note->area.size.height));
}

Point CanvasScene::positionOf(const Block& block) const {
  return m_draftBlocks.contains(block.id) ? block.position + m_draftBy : block.position;
}

Point CanvasScene::positionOf(const Zone& zone) const {
  return m_draftZones.contains(zone.id) ? zone.area.topLeft + m_draftBy : zone.area.topLeft;
}

Point CanvasScene::positionOf(const Note& note) const {
  return m_draftNotes.contains(note.id) ? note.area.topLeft + m_draftBy : note.area.topLeft;
}

void CanvasScene::placeBlock(const BlockId& id) {
  const Block* block = m_design->blocks.find(id);
  BlockItem* item = blockItem(id);
  if (block != nullptr && item != nullptr) {
    item->setPos(toQPointF(positionOf(*block)));
  }
}

std::map<LinkId, Slot> CanvasScene::slotsAt(const Block& block) const {
  const Rect area = areaOfBlockAt(positionOf(block));
  std::vector<SideUse> uses;
  const auto links = m_linksAt.find(block.id);
  if (links == m_linksAt.end()) {
    return {};
  }
  for (const LinkId& id : links->second) {
    const Link* link = m_design->links.find(id);
    const bool isOutgoing = link->from == block.id;
    const Block* other = m_design->blocks.find(isOutgoing ? link->to : link->from);
    if (other == nullptr) {
      continue;
    }
    const Rect otherArea = areaOfBlockAt(positionOf(*other));
    const LinkSides sides = isOutgoing ? chooseSides(area, otherArea) : chooseSides(otherArea, area);
    uses.push_back({id, isOutgoing ? sides.from : sides.to, other->id, centreOf(otherArea)});
  }
  return assignSlots(std::move(uses));
}

void CanvasScene::reroute(const std::set<BlockId>& moved) {
  // A link's slot depends on the order of the blocks at the other ends of its neighbours: so the links of a
  // moved block's neighbours may change too, but none beyond.
  std::set<BlockId> affected = moved;
  for (const BlockId& id : moved) {
    const auto at = m_linksAt.find(id);
    if (at == m_linksAt.end()) {
      continue;
    }
    for (const LinkId& link : at->second) {
      affected.insert(m_design->links.find(link)->from);
      affected.insert(m_design->links.find(link)->to);
    }
  }
  std::set<LinkId> stale;
  for (const BlockId& id : affected) {
    const auto at = m_linksAt.find(id);
    if (at != m_linksAt.end()) {
      stale.insert(at->second.begin(), at->second.end());
    }
  }
  std::map<BlockId, std::map<LinkId, Slot>> assigned;
  const auto slotOf = [&](const Block& block, const LinkId& link) {
    const auto [at, isNew] = assigned.try_emplace(block.id);
    if (isNew) {
      at->second = slotsAt(block);
    }
    return at->second.at(link);
  };
  for (const LinkId& id : stale) {
    const Link* link = m_design->links.find(id);
    const Block* from = m_design->blocks.find(link->from);
    const Block* to = m_design->blocks.find(link->to);
    if (from == nullptr || to == nullptr) {
      m_linkItems.at(id)->setRoute({});
      continue;
    }
    const Rect fromArea = areaOfBlockAt(positionOf(*from));
    const Rect toArea = areaOfBlockAt(positionOf(*to));
    m_linkItems.at(id)->setRoute(
        routeLink(fromArea, toArea, chooseSides(fromArea, toArea), slotOf(*from, id), slotOf(*to, id)));
  }
}

void CanvasScene::setDraft(const Selection& things, Point by) {
  // Those of the draft before go back, unless they are of this one too.
  const auto replace = [](auto& draft, const auto& ids) {
    auto touched = std::exchange(draft, {ids.begin(), ids.end()});
    touched.insert(ids.begin(), ids.end());
    return touched;
  };
  const std::set<BlockId> blocks = replace(m_draftBlocks, things.blocks);
  const std::set<ZoneId> zones = replace(m_draftZones, things.zones);
  const std::set<NoteId> notes = replace(m_draftNotes, things.notes);
  m_draftBy = by;
  for (const ZoneId& id : zones) {
    if (const Zone* zone = m_design->zones.find(id)) {
      m_zoneItems.at(id)->setPos(toQPointF(positionOf(*zone)));
    }
  }
  for (const NoteId& id : notes) {
    if (const Note* note = m_design->notes.find(id)) {
      m_noteItems.at(id)->setPos(toQPointF(positionOf(*note)));
    }
  }
  for (const BlockId& id : blocks) {
    placeBlock(id);
  }
  reroute(blocks);
}

void CanvasScene::clearDraft() {
  setDraft({}, {});
}

void CanvasScene::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  m_badges.clear();
  m_linkRemarks.clear();
  m_zoneRemarks.clear();
  for (const Diagnostic& diagnostic : diagnostics) {
    addRemark(m_badges, diagnostic.block, diagnostic);
    addRemark(m_linkRemarks, diagnostic.link, diagnostic);
    addRemark(m_zoneRemarks, diagnostic.zone, diagnostic);
  }
  refreshColours();
}

void CanvasScene::setOverlay(const CanvasOverlay& overlay) {
  m_overlay = overlay;
  m_hasOverlay = true;
  m_busiestLink = 0;
  for (const auto& [id, link] : m_overlay.links) {
    m_busiestLink = std::max(m_busiestLink, link.requestsPerSecond);
  }
  for (const auto& [id, item] : m_blockItems) {
    const auto live = m_overlay.blocks.find(id);
    item->setLive(live != m_overlay.blocks.end() ? &live->second : nullptr);
  }
  for (const auto& [id, item] : m_linkItems) {
    refreshLinkLive(id);
  }
}

void CanvasScene::clearOverlay() {
  m_overlay = {};
  m_hasOverlay = false;
  m_busiestLink = 0;
  for (const auto& [id, item] : m_blockItems) {
    item->setLive(nullptr);
  }
  for (const auto& [id, item] : m_linkItems) {
    item->setLive(nullptr, 0);
  }
}

void CanvasScene::refreshColours() {
  for (const auto& [id, item] : m_blockItems) {
    refreshBlock(id);
  }
  for (const auto& [id, item] : m_linkItems) {
    refreshLink(id);
  }
  for (const auto& [id, item] : m_zoneItems) {
    refreshZone(id);
  }
  for (const auto& [id, item] : m_noteItems) {
    refreshNote(id);
  }
  invalidate();
}

BlockItem* CanvasScene::blockAt(QPointF scenePosition) const {
  for (QGraphicsItem* item : items(scenePosition)) {
    if (auto* block = qgraphicsitem_cast<BlockItem*>(item)) {
      return block;
    }
  }
  return nullptr;
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
  if (link == nullptr || link->route().points.size() < 2) {
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
      selection.links.push_back(link->id());
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

void CanvasScene::select(const Selection& chosen) {
  if (chosen == selection()) {
    return;
  }
  const SelectionHold hold(*this);
  const auto choose = [](const auto& items, const auto& ids) {
    for (const auto& id : ids) {
      const auto at = items.find(id);
      if (at != items.end()) {
        at->second->setSelected(true);
      }
    }
  };
  clearSelection();
  choose(m_blockItems, chosen.blocks);
  choose(m_linkItems, chosen.links);
  choose(m_zoneItems, chosen.zones);
  choose(m_noteItems, chosen.notes);
}

void CanvasScene::selectOnly(const BlockId& block) {
  select({{block}, {}, {}, {}});
}

QRectF CanvasScene::contentRect() const {
  QRectF rect;
  for (const auto& [id, item] : m_blockItems) {
    rect |= QRectF(item->pos(), QSizeF(kBlockSize.width, kBlockSize.height));
  }
  for (const Zone& zone : m_design->zones) {
    rect |= toQRectF(zone.area);
  }
  for (const Note& note : m_design->notes) {
    rect |= toQRectF(note.area);
  }
  for (const auto& [id, item] : m_linkItems) {
    rect |= item->boundingRect();
  }
  return rect;
}

QString CanvasScene::dump() const {
  QStringList lines;
  for (const auto& [id, item] : m_blockItems) {
    lines << item->describe();
  }
  for (const auto& [id, item] : m_linkItems) {
    lines << item->describe();
  }
  for (const auto& [id, item] : m_zoneItems) {
    lines << item->describe();
  }
  for (const auto& [id, item] : m_noteItems) {
    lines << item->describe();
  }
  lines.sort();
  return lines.join(QLatin1Char('\n'));
}

}  // namespace cantilever::widgets
