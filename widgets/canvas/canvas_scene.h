#pragma once

#include <QGraphicsScene>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/model/diff.h"
#include "widgets/canvas/block_item.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/canvas/link_item.h"
#include "widgets/canvas/note_item.h"
#include "widgets/canvas/zone_item.h"

namespace cantilever::widgets {

/// The items that show one design with its remarks and live figures. Invariant (tested by `dump`): after any
/// sequence of updates the items are those that a rebuild would make. GUI thread.
class CanvasScene : public QGraphicsScene {
  Q_OBJECT

 public:
  explicit CanvasScene(const catalog::Catalog& catalog, QObject* parent = nullptr);

  void rebuild(DesignPtr design);
  void update(DesignPtr design, const DesignDiff& diff);
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);
  void clearOverlay();
  /// Paints everything anew in the current theme.
  void refreshColours();

  const Design& design() const { return *m_design; }
  const DesignPtr& designPointer() const { return m_design; }
  const CanvasOverlay& overlay() const { return m_overlay; }
  BlockItem* blockItem(const BlockId& id) const;
  const std::unordered_map<LinkId, LinkItem*>& linkItems() const { return m_linkItems; }
  /// The topmost block at a scene position, or null.
  BlockItem* blockAt(QPointF scenePosition) const;
  BlockItem* blockWithHandleAt(QPointF scenePosition, double reach) const;
  /// The end of the one selected link that is there: it can be taken to another block.
  std::optional<std::pair<LinkId, LinkEnd>> selectedLinkEndAt(QPointF scenePosition, double reach) const;
  /// Shows that a block would go in between this link's ends; empty: none.
  void setDropTarget(const LinkId& link);
  /// The topmost thing that can be selected, or null.
  QGraphicsItem* itemOfDesignAt(QPointF scenePosition) const;

  Selection selection() const;
  void select(const Selection& chosen);
  void selectOnly(const BlockId& block);

  /// Shows these blocks, zones and notes `by` away from where the design has them, the blocks with their
  /// links, until cleared.
  void setDraft(const Selection& things, Point by);
  void clearDraft();

  /// What the design covers; null when it is empty.
  QRectF contentRect() const;
  /// All items as sorted lines of text.
  QString dump() const;

 Q_SIGNALS:
  /// Once for each change of the selection, however many items it has.
  void designSelectionChanged();

 private:
  /// While one exists, changes of the selection are gathered.
  class SelectionHold;
  void addBlock(const BlockId& id);
  void addLink(const LinkId& id);
  void addZone(const ZoneId& id);
  void addNote(const NoteId& id);
  void forgetLink(const Link& link);
  void refreshBlock(const BlockId& id);
  void refreshLink(const LinkId& id);
  void refreshLinkLive(const LinkId& id);
  void refreshZone(const ZoneId& id);
  void refreshNote(const NoteId& id);
  void placeBlock(const BlockId& id);
  /// Routes every link whose way may depend on where these blocks are.
  void reroute(const std::set<BlockId>& moved);
  BlockFace faceOf(const Block& block) const;
  LinkFace faceOf(const Link& link) const;
  Point positionOf(const Block& block) const;
  Point positionOf(const Zone& zone) const;
  Point positionOf(const Note& note) const;
  std::map<LinkId, Slot> slotsAt(const Block& block) const;
  void refreshOffered();

  const catalog::Catalog& m_catalog;
  DesignPtr m_design;
  CanvasOverlay m_overlay;
  bool m_hasOverlay = false;
  double m_busiestLink = 0;
  std::map<BlockId, BlockBadge> m_badges;
  std::map<LinkId, BlockBadge> m_linkRemarks;
  std::map<ZoneId, BlockBadge> m_zoneRemarks;
  std::map<BlockId, double> m_offered;  ///< peak requests per second that enter at a block
  std::set<BlockId> m_draftBlocks;
  std::set<ZoneId> m_draftZones;
  std::set<NoteId> m_draftNotes;
  Point m_draftBy;
  int m_selectionHolds = 0;
  bool m_isSelectionStale = false;

  std::unordered_map<BlockId, BlockItem*> m_blockItems;
  std::unordered_map<LinkId, LinkItem*> m_linkItems;
  std::unordered_map<ZoneId, ZoneItem*> m_zoneItems;
  std::unordered_map<NoteId, NoteItem*> m_noteItems;
  std::unordered_map<BlockId, std::set<LinkId>> m_linksAt;
};

}  // namespace cantilever::widgets
