#include "widgets/canvas/canvas_scene.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

template <class Items>
void removeAllItemsOf(Items& items) {
  for (const auto& [id, item] : std::exchange(items, {})) {
    delete item;
  }
}

/// Of two things of the same order the one with the higher id is drawn over the other, whichever came first.
template <class T, class Ids, class Items>
void stackById(const Table<T>& all, const Ids& added, const Items& items) {
  for (auto id = added.rbegin(); id != added.rend(); ++id) {
    const auto next =
        std::upper_bound(all.pointers().begin(), all.pointers().end(), *id,
                         [](const auto& wanted, const auto& each) { return wanted < each->id; });
    if (next != all.pointers().end()) {
      items.at(*id)->stackBefore(items.at((*next)->id));
    }
  }
}

}  // namespace

CanvasScene::SelectionHold::SelectionHold(CanvasScene& scene) : m_scene(scene) {
  ++m_scene.m_selectionHolds;
}

CanvasScene::SelectionHold::~SelectionHold() {
  if (--m_scene.m_selectionHolds == 0 && std::exchange(m_scene.m_isSelectionStale, false)) {
    Q_EMIT m_scene.designSelectionChanged();
  }
}

template <class Items, class IdType>
void CanvasScene::removeItemOf(Items& items, const IdType& id) {
  const auto at = items.find(id);
  if (at != items.end()) {
    damage(at->second->sceneBoundingRect());
    delete at->second;  // takes itself out of the scene
    items.erase(at);
  }
}

void CanvasScene::damage(const QRectF& area) {
  constexpr std::size_t kMostAreas = 200;
  if (m_damage.isAll || area.isEmpty()) {
    return;
  }
  m_damage.areas.push_back(area);
  if (m_damage.areas.size() > kMostAreas) {
    QRectF all;
    for (const QRectF& each : m_damage.areas) {
      all |= each;
    }
    m_damage.areas.assign(1, all);
  }
}

void CanvasScene::putItem(QGraphicsItem& item, Point at) {
  const bool isOnItsWay = !m_placesBefore.empty();  // showGlide moves it
  if (!isOnItsWay && item.pos() != toQPointF(at)) {
    damage(item.sceneBoundingRect());
    item.setPos(toQPointF(at));
    damage(item.sceneBoundingRect());
  }
}

CanvasScene::CanvasScene(const catalog::Catalog& catalog, QObject* parent)
    : QGraphicsScene(parent),
      m_catalog(catalog),
      m_design(std::make_shared<const Design>()),
      m_gestureLayer(new QGraphicsItemGroup) {
  m_gestureLayer->setZValue(kGestureLayer);
  m_gestureLayer->setHandlesChildEvents(false);
  addItem(m_gestureLayer);
  connect(this, &QGraphicsScene::selectionChanged, this, [this] {
    if (m_selectionHolds > 0) {
      m_isSelectionStale = true;
    } else {
      damageAll();
      Q_EMIT designSelectionChanged();
    }
  });
}

CanvasScene::~CanvasScene() {
  // The last items take their selection with them.
  disconnect(this, &QGraphicsScene::selectionChanged, this, nullptr);
}

BlockItem* CanvasScene::blockItem(const BlockId& id) const {
  const auto at = m_blockItems.find(id);
  return at == m_blockItems.end() ? nullptr : at->second;
}

void CanvasScene::rebuild(DesignPtr design) {
  const SelectionHold hold(*this);
  damageAll();
  m_draftBlocks.clear();
  m_draftZones.clear();
  m_draftNotes.clear();
  m_linksAt.clear();
  m_map.clear();
  m_folds = {};
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
  for (const Block& block : m_design->blocks) {
    addBlock(block.id);
  }
  refreshFolds();
  reroute(LinkMap::Effort::Full);
}

void CanvasScene::update(DesignPtr design, const DesignDiff& diff) {
  const SelectionHold hold(*this);
  const DesignPtr before = std::exchange(m_design, std::move(design));
  updateLinks(*before, diff);
  updateBlocks(*before, diff);
  updateZonesAndNotes(diff);
  const bool mayFold = !m_folds.isEmpty() || !diff.zones.isEmpty();
  if (mayFold) {
    refreshFolds();
  }
  if (diff.hasOtherChanges || diff.hasBehaviourChanges) {
    refreshOffered();
  }
  reroute(LinkMap::Effort::Full);
}

void CanvasScene::updateLinks(const Design& before, const DesignDiff& diff) {
  for (const LinkId& id : diff.links.removed) {
    forgetLink(*before.links.find(id));
    m_map.removeLink(id);
    removeItemOf(m_linkItems, id);
  }
  for (const LinkId& id : diff.links.changed) {
    const Link* old = before.links.find(id);
    const Link* now = m_design->links.find(id);
    if (old->from != now->from || old->to != now->to) {
      forgetLink(*old);
      m_linksAt[now->from].insert(id);
      m_linksAt[now->to].insert(id);
      placeLink(*now);
    }
    refreshLink(id);
  }
  for (const LinkId& id : diff.links.added) {
    addLink(id);
  }
}

void CanvasScene::updateBlocks(const Design& before, const DesignDiff& diff) {
  for (const BlockId& id : diff.blocks.removed) {
    m_map.removeBlock(id);
    removeItemOf(m_blockItems, id);
  }
  for (const BlockId& id : diff.blocks.added) {
    addBlock(id);
  }
  stackById(m_design->blocks, diff.blocks.added, m_blockItems);
  for (const BlockId& id : diff.blocks.changed) {
    if (before.blocks.find(id)->position != m_design->blocks.find(id)->position) {
      placeBlock(id);
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
}

void CanvasScene::updateZonesAndNotes(const DesignDiff& diff) {
  for (const ZoneId& id : diff.zones.removed) {
    m_map.removeBlock(siteOfFold(id));
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
    m_map.removeNote(id);
    removeItemOf(m_noteItems, id);
  }
  for (const NoteId& id : diff.notes.added) {
    addNote(id);
  }
  stackById(m_design->notes, diff.notes.added, m_noteItems);
  for (const NoteId& id : diff.notes.changed) {
    refreshNote(id);
  }
}

/// Shows and hides what collapsed zones ask for, and tells the map of it. Does nothing while there are none;
/// while the same is hidden as before it costs what is drawn of the zones.
void CanvasScene::refreshFolds() {
  Folds now = foldsOf(*m_design);
  if (now.isEmpty() && m_folds.isEmpty()) {
    return;
  }
  for (const Zone& zone : m_design->zones) {
    placeZone(zone);
  }
  if (now == m_folds) {
    // What the hidden links of a bundle say is said by the one that is drawn.
    for (const auto& [id, links] : m_folds.bundles) {
      refreshLink(id);
    }
    refreshFoldFaces();
    return;
  }
  damageAll();
  const Folds before = std::exchange(m_folds, std::move(now));
  for (const ZoneId& id : before.zones) {
    if (!m_folds.zones.contains(id)) {
      m_map.removeBlock(siteOfFold(id));
    }
  }
  for (const Block& block : m_design->blocks) {
    m_blockItems.at(block.id)->setVisible(!m_folds.hiddenBlocks.contains(block.id));
    placeBlock(block.id);
  }
  for (const Note& note : m_design->notes) {
    m_noteItems.at(note.id)->setVisible(!m_folds.hiddenNotes.contains(note.id));
    placeNote(note);
  }
  for (const Zone& zone : m_design->zones) {
    m_zoneItems.at(zone.id)->setVisible(!m_folds.hiddenZones.contains(zone.id));
    refreshZone(zone.id);
    placeZone(zone);
  }
  for (const Link& link : m_design->links) {
    m_linkItems.at(link.id)->setVisible(!m_folds.hiddenLinks.contains(link.id));
    placeLink(link);
    refreshLink(link.id);
  }
}

void CanvasScene::placeLink(const Link& link) {
  if (m_folds.hiddenLinks.contains(link.id)) {
    m_map.removeLink(link.id);
    m_linkItems.at(link.id)->setRoute({});
  } else {
    m_map.putLink(link.id, siteOf(link.from, m_folds), siteOf(link.to, m_folds));
  }
}

void CanvasScene::placeZone(const Zone& zone) {
  putItem(*m_zoneItems.at(zone.id), positionOf(zone));
  if (m_folds.zones.contains(zone.id)) {
    m_map.putBlock(siteOfFold(zone.id), areaOfBlockAt(positionOf(zone)));
  }
}

void CanvasScene::placeNote(const Note& note) {
  putItem(*m_noteItems.at(note.id), positionOf(note));
  if (m_folds.hiddenNotes.contains(note.id)) {
    m_map.removeNote(note.id);
  } else {
    m_map.putNote(note.id, {positionOf(note), note.area.size});
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
  placeLink(*link);
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
  if (block == nullptr || item == nullptr) {
    return;
  }
  putItem(*item, positionOf(*block));
  if (m_folds.hiddenBlocks.contains(id)) {
    m_map.removeBlock(id);
  } else {
    m_map.putBlock(id, areaOfBlockAt(positionOf(*block)));
  }
}

void CanvasScene::reroute(LinkMap::Effort effort) {
  m_content.reset();
  for (const LinkId& id : m_map.settle(effort)) {
    LinkItem& item = *m_linkItems.at(id);
    damage(item.boundingRect());
    item.setRoute(m_map.routeOf(id));
    damage(item.boundingRect());
  }
}

void CanvasScene::setDraft(const Selection& things, Point by) {
  placeDraft(things, by);
  reroute(things.isEmpty() ? LinkMap::Effort::Full : LinkMap::Effort::Draft);
}

void CanvasScene::placeDraft(const Selection& things, Point by) {
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
      placeZone(*zone);
    }
  }
  for (const NoteId& id : notes) {
    if (const Note* note = m_design->notes.find(id)) {
      placeNote(*note);
    }
  }
  for (const BlockId& id : blocks) {
    placeBlock(id);
  }
}

void CanvasScene::clearDraft() {
  setDraft({}, {});
}

void CanvasScene::dropDraft() {
  placeDraft({}, {});
}

void CanvasScene::rememberPlaces() {
  m_placesBefore.clear();
  const auto remember = [this](const auto& items) {
    for (const auto& [id, item] : items) {
      m_placesBefore.emplace_back(item, item->pos());
    }
  };
  remember(m_blockItems);
  remember(m_zoneItems);
  remember(m_noteItems);
}

void CanvasScene::showGlide(double share) {
  damageAll();
  std::unordered_map<QGraphicsItem*, QPointF> before(m_placesBefore.begin(), m_placesBefore.end());
  const auto glide = [&](const auto& items, const auto& table) {
    for (const auto& [id, item] : items) {
      const auto from = before.find(item);
      const QPointF to = toQPointF(positionOf(*table.find(id)));
      item->setPos(from == before.end() ? to : from->second + (to - from->second) * share);
    }
  };
  glide(m_blockItems, m_design->blocks);
  glide(m_zoneItems, m_design->zones);
  glide(m_noteItems, m_design->notes);
  for (const auto& [id, item] : m_linkItems) {
    item->setOpacity(std::max(0.0, 3 * share - 2));
  }
  if (share >= 1) {
    m_placesBefore.clear();
  }
}

QRectF CanvasScene::contentRect() const {
  if (m_content) {
    return *m_content;
  }
  // Where things belong: while they glide their items are elsewhere.
  QRectF rect;
  for (const Block& block : m_design->blocks) {
    if (!m_folds.hiddenBlocks.contains(block.id)) {
      rect |= toQRectF(areaOfBlockAt(positionOf(block)));
    }
  }
  for (const Zone& zone : m_design->zones) {
    if (!m_folds.hiddenZones.contains(zone.id)) {
      rect |= QRectF(toQPointF(positionOf(zone)), m_zoneItems.at(zone.id)->area().size());
    }
  }
  for (const Note& note : m_design->notes) {
    if (!m_folds.hiddenNotes.contains(note.id)) {
      rect |= toQRectF({positionOf(note), note.area.size});
    }
  }
  for (const auto& [id, item] : m_linkItems) {
    if (item->isVisible()) {
      rect |= item->boundingRect();
    }
  }
  m_content = rect;
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
