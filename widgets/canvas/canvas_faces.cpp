#include <algorithm>
#include <cmath>
#include <utility>

#include "core/model/names.h"
#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

/// What the items show: faces from the design, remarks and live figures.
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

QString endsOf(const Design& design, const Link& link) {
  return CanvasScene::tr("%1 to %2")
      .arg(toQString(nameOf(design.blocks, link.from)), toQString(nameOf(design.blocks, link.to)));
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

/// What has come, gone or become another.
template <class IdType, class Value>
std::set<IdType> changedBetween(const std::map<IdType, Value>& before, const std::map<IdType, Value>& now) {
  std::set<IdType> changed;
  const auto compare = [&changed](const auto& side, const auto& other) {
    for (const auto& [id, value] : side) {
      const auto found = other.find(id);
      if (found == other.end() || !(found->second == value)) {
        changed.insert(id);
      }
    }
  };
  compare(before, now);
  compare(now, before);
  return changed;
}

}  // namespace

std::map<BlockId, double> CanvasScene::offeredOf(const Design& design) {
  std::map<BlockId, double> offered;
  for (const Workload& workload : design.workloads) {
    offered[workload.entry] += workload.peak.raw();
  }
  return offered;
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

void CanvasScene::refreshBlock(const BlockId& id) {
  BlockItem* item = blockItem(id);
  const Block* block = m_design->blocks.find(id);
  if (item == nullptr || block == nullptr) {
    return;
  }
  damage(item->sceneBoundingRect());
  item->setZValue(heightIn(kBlockLayer, block->zOrder));
  item->setFace(faceOf(*block));
  const auto live = m_overlay.blocks.find(id);
  item->setLive(m_hasOverlay && live != m_overlay.blocks.end() ? &live->second : nullptr);
  const auto badge = m_badges.find(id);
  item->setBadge(badge == m_badges.end() ? std::nullopt : std::optional(badge->second));
}

BlockFace CanvasScene::faceOf(const Block& block) const {
  BlockFace face;
  face.name = toQString(nameOf(block));
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
  damage(item->second->boundingRect());
}

void CanvasScene::refreshLinkLive(const LinkId& id) {
  const auto bundle = m_folds.bundles.find(id);
  CanvasOverlay::OfLink sum;
  bool isLive = false;
  for (const LinkId& each : bundle != m_folds.bundles.end() ? bundle->second : std::vector{id}) {
    const auto live = m_overlay.links.find(each);
    if (m_hasOverlay && live != m_overlay.links.end()) {
      sum.requestsPerSecond += live->second.requestsPerSecond;
      sum.failuresPerSecond += live->second.failuresPerSecond;
      isLive = true;
    }
  }
  const double strength = std::min(1.0, strengthOf(sum.requestsPerSecond, m_busiestLink));
  m_linkItems.at(id)->setLive(isLive ? &sum : nullptr, isLive ? strength : 0);
}

LinkFace CanvasScene::faceOf(const Link& link) const {
  LinkFace face{link.mode, link.role, {}, std::nullopt};
  if (const auto bundle = m_folds.bundles.find(link.id); bundle != m_folds.bundles.end()) {
    return bundleFace(bundle->second);
  }
  const QString mode =
      link.mode == LinkMode::Call ? tr("call, waits for the reply") : tr("send, does not wait");
  face.toolTip = tr("%1: %2").arg(endsOf(*m_design, link), mode);
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

/// Several links drawn as one: what they agree in, and their number.
LinkFace CanvasScene::bundleFace(const std::vector<LinkId>& links) const {
  LinkFace face;
  QStringList tips;
  bool isFirst = true;
  for (const LinkId& id : links) {
    const Link* found = m_design->links.find(id);
    if (found == nullptr) {
      continue;  // it has just been removed: the bundle will be made anew
    }
    const Link& link = *found;
    if (isFirst) {
      face.mode = link.mode;
      face.role = link.role;
    }
    face.mode = face.mode == link.mode ? face.mode : LinkMode::Call;
    face.role = face.role == link.role ? face.role : LinkRole::Default;
    isFirst = false;
    tips << endsOf(*m_design, link);
    const auto remarks = m_linkRemarks.find(id);
    if (remarks != m_linkRemarks.end()) {
      face.severity = std::max(face.severity.value_or(remarks->second.severity), remarks->second.severity);
      tips << remarks->second.messages;
    }
  }
  face.count = static_cast<int>(links.size());
  face.toolTip = tips.join(QLatin1Char('\n'));
  return face;
}

void CanvasScene::refreshZone(const ZoneId& id) {
  m_content.reset();
  const Zone* zone = m_design->zones.find(id);
  ZoneItem* item = m_zoneItems.at(id);
  ZoneFace face;
  face.title = toQString(nameOf(*zone));
  face.kind = wordOf(zone->kind);
  face.size = QSizeF(zone->area.size.width, zone->area.size.height);
  face.isCollapsed = m_folds.zones.contains(id);
  const auto remarks = m_zoneRemarks.find(id);
  if (remarks != m_zoneRemarks.end()) {
    face.hasProblem = remarks->second.severity == Severity::Error;
    face.toolTip = remarks->second.messages.join(QLatin1Char('\n'));
  }
  if (face.isCollapsed) {
    summarise(id, face);
  }
  damage(item->sceneBoundingRect());
  item->setFace(face);
  putItem(*item, positionOf(*zone));
  damage(item->sceneBoundingRect());
  item->setZValue(face.isCollapsed ? kBlockLayer : kZoneLayer + depthOf(*zone, *m_design) / 100.0);
}

/// Of what a collapsed zone hides: how many blocks, the busiest of them, and whether one has an error.
void CanvasScene::summarise(const ZoneId& id, ZoneFace& face) const {
  double busiest = -1;
  for (const auto& [block, fold] : m_folds.hiddenBlocks) {
    if (fold != id) {
      continue;
    }
    ++face.blocks;
    const auto live = m_overlay.blocks.find(block);
    if (m_hasOverlay && live != m_overlay.blocks.end()) {
      busiest = std::max(busiest, live->second.utilisation);
    }
    const auto badge = m_badges.find(block);
    face.hasProblem =
        face.hasProblem || (badge != m_badges.end() && badge->second.severity == Severity::Error);
  }
  face.utilisation = busiest;
}

void CanvasScene::refreshNote(const NoteId& id) {
  m_content.reset();
  const Note* note = m_design->notes.find(id);
  NoteItem* item = m_noteItems.at(id);
  placeNote(*note);
  damage(item->sceneBoundingRect());
  item->setZValue(heightIn(kNoteLayer, note->zOrder));
  item->setFace(toQString(note->text), QSizeF(note->area.size.width, note->area.size.height));
  damage(item->sceneBoundingRect());
}

void CanvasScene::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  if (diagnostics == m_diagnostics) {
    return;
  }
  m_diagnostics = diagnostics;
  const auto badges = std::exchange(m_badges, {});
  const auto linkRemarks = std::exchange(m_linkRemarks, {});
  const auto zoneRemarks = std::exchange(m_zoneRemarks, {});
  for (const Diagnostic& diagnostic : diagnostics) {
    addRemark(m_badges, diagnostic.block, diagnostic);
    addRemark(m_linkRemarks, diagnostic.link, diagnostic);
    addRemark(m_zoneRemarks, diagnostic.zone, diagnostic);
  }
  for (const BlockId& id : changedBetween(badges, m_badges)) {
    refreshBlock(id);
  }
  for (const LinkId& id : changedBetween(linkRemarks, m_linkRemarks)) {
    refreshLink(id);
  }
  for (const ZoneId& id : changedBetween(zoneRemarks, m_zoneRemarks)) {
    if (m_zoneItems.contains(id)) {
      refreshZone(id);
    }
  }
  // What is said of what is hidden is said where it is hidden.
  for (const auto& [id, links] : m_folds.bundles) {
    refreshLink(id);
  }
  refreshFoldFaces();
}

void CanvasScene::setOverlay(const CanvasOverlay& overlay) {
  showOverlay(overlay, true);
}

void CanvasScene::clearOverlay() {
  showOverlay({}, false);
}

/// Paints anew what shows other figures than before.
void CanvasScene::showOverlay(const CanvasOverlay& overlay, bool isThere) {
  m_content.reset();  // labels grow
  m_overlay = overlay;
  m_hasOverlay = isThere;
  m_busiestLink = 0;
  for (const auto& [id, link] : m_overlay.links) {
    m_busiestLink = std::max(m_busiestLink, link.requestsPerSecond);
  }
  for (const auto& [id, item] : m_blockItems) {
    const auto live = m_overlay.blocks.find(id);
    if (item->setLive(live != m_overlay.blocks.end() ? &live->second : nullptr)) {
      damage(item->sceneBoundingRect());
    }
  }
  // Links look the same from afar, whatever their figures.
  for (const auto& [id, item] : m_linkItems) {
    refreshLinkLive(id);
  }
  refreshFoldFaces();
}

void CanvasScene::refreshFoldFaces() {
  for (const ZoneId& id : m_folds.zones) {
    refreshZone(id);
  }
}

void CanvasScene::refreshColours() {
  damageAll();
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

}  // namespace cantilever::widgets
