#pragma once

#include <QGraphicsItemGroup>
#include <QGraphicsScene>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/model/diff.h"
#include "widgets/canvas/block_item.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/canvas/folds.h"
#include "widgets/canvas/link_item.h"
#include "widgets/canvas/link_map.h"
#include "widgets/canvas/note_item.h"
#include "widgets/canvas/zone_item.h"

namespace cantilever::widgets {

/// The items that show one design with its remarks and live figures. Invariant (tested by `dump`): after any
/// sequence of updates the items are those that a rebuild would make. GUI thread.
class CanvasScene : public QGraphicsScene {
  Q_OBJECT

 public:
  /// While one exists, changes of the selection are gathered.
  class SelectionHold {
   public:
    explicit SelectionHold(CanvasScene& scene);
    ~SelectionHold();
    SelectionHold(const SelectionHold&) = delete;
    SelectionHold& operator=(const SelectionHold&) = delete;

   private:
    CanvasScene& m_scene;
  };

  explicit CanvasScene(const catalog::Catalog& catalog, QObject* parent = nullptr);
  ~CanvasScene() override;

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
  const Folds& folds() const { return m_folds; }
  BlockItem* blockItem(const BlockId& id) const;
  const std::unordered_map<LinkId, LinkItem*>& linkItems() const { return m_linkItems; }
  /// The topmost block at a scene position, or null.
  BlockItem* blockAt(QPointF scenePosition) const;
  /// Why no link can end at a scene position where there is no block: a collapsed zone lies there. Empty if
  /// none does.
  QString refusalAt(QPointF scenePosition) const;
  BlockItem* blockWithHandleAt(QPointF scenePosition, double reach) const;
  /// The end of the one selected link that is there: it can be taken to another block.
  std::optional<std::pair<LinkId, LinkEnd>> selectedLinkEndAt(QPointF scenePosition, double reach) const;
  /// Shows that a block would go in between this link's ends; empty: none.
  void setDropTarget(const LinkId& link);
  /// Shows that what is held there would belong to this zone; empty: to no other than it does.
  void setDropTarget(const ZoneId& zone);
  /// The topmost thing that can be selected, or null.
  QGraphicsItem* itemOfDesignAt(QPointF scenePosition) const;

  Selection selection() const;
  /// The item alone, or nothing.
  static Selection selectionOf(QGraphicsItem* item);
  void select(const Selection& chosen);
  /// What a rectangle touches, and of links and zones what is wholly in it; and besides what is shown for
  /// these.
  void selectIn(const QRectF& area, const Selection& besides);
  void selectOnly(const BlockId& block);
  /// With collapsed zones, and the lines that are drawn for several links, in the place of what they hide.
  Selection shownFor(const Selection& things) const;

  /// Shows these blocks, zones and notes `by` away from where the design has them, the blocks with their
  /// links, until cleared.
  void setDraft(const Selection& things, Point by);
  void clearDraft();
  /// Puts things back and leaves their links for whoever draws next: the change that follows, or
  /// clearDraft().
  void dropDraft();

  /// Notes where things are, for a movement from there to where they will be.
  void rememberPlaces();
  /// Shows them on their way, from 0 (where they were) to 1 (where they are); links appear at the end.
  void showGlide(double share);

  enum class FarStyle { Boxes, Outlines };
  /// Paints what touches these areas in few strokes: as coloured boxes where more would not be seen, as
  /// outlines while the view moves too fast to be read.
  void paintFar(QPainter& painter, const std::vector<QRectF>& exposed, FarStyle style) const;
  void paintGesture(QPainter& painter) const;
  /// Where it looks otherwise from afar since the last time this was asked.
  struct Damage {
    bool isAll = true;
    std::vector<QRectF> areas;
  };
  Damage takeDamage() { return std::exchange(m_damage, {false, {}}); }
  /// What belongs to a gesture is a child of this: it lies above all, and is painted from near and far.
  QGraphicsItem* gestureLayer() const { return m_gestureLayer; }

  /// What the design covers; null when it is empty.
  QRectF contentRect() const;
  /// What a block shows of itself here.
  BlockFace faceOf(const Block& block) const;
  /// All items as sorted lines of text.
  QString dump() const;

 Q_SIGNALS:
  /// Once for each change of the selection, however many items it has.
  void designSelectionChanged();

 private:
  void updateLinks(const Design& before, const DesignDiff& diff);
  void updateBlocks(const Design& before, const DesignDiff& diff);
  void updateZonesAndNotes(const DesignDiff& diff);
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
  void placeZone(const Zone& zone);
  void placeNote(const Note& note);
  void placeLink(const Link& link);
  void damage(const QRectF& area);
  void damageAll() { m_damage = {true, {}}; }
  template <class Items, class IdType>
  void removeItemOf(Items& items, const IdType& id);
  /// Moves an item; both places look otherwise then.
  void putItem(QGraphicsItem& item, Point at);
  void showOverlay(const CanvasOverlay& overlay, bool isThere);
  void refreshFolds();
  void refreshFoldFaces();
  void summarise(const ZoneId& id, ZoneFace& face) const;
  /// Gives every link its way whose way is another now.
  void placeDraft(const Selection& things, Point by);
  void reroute(LinkMap::Effort effort);
  LinkFace bundleFace(const std::vector<LinkId>& links) const;
  static std::map<BlockId, double> offeredOf(const Design& design);
  LinkFace faceOf(const Link& link) const;
  Point positionOf(const Block& block) const;
  Point positionOf(const Zone& zone) const;
  Point positionOf(const Note& note) const;
  void refreshOffered();

  const catalog::Catalog& m_catalog;
  DesignPtr m_design;
  CanvasOverlay m_overlay;
  bool m_hasOverlay = false;
  double m_busiestLink = 0;
  std::vector<Diagnostic> m_diagnostics;
  std::map<BlockId, BlockBadge> m_badges;
  std::map<LinkId, BlockBadge> m_linkRemarks;
  std::map<ZoneId, BlockBadge> m_zoneRemarks;
  std::map<BlockId, double> m_offered;  ///< peak requests per second that enter at a block
  std::set<BlockId> m_draftBlocks;
  std::set<ZoneId> m_draftZones;
  std::set<NoteId> m_draftNotes;
  Point m_draftBy;
  ZoneId m_dropZone;
  Damage m_damage;
  int m_selectionHolds = 0;
  bool m_isSelectionStale = false;

  std::unordered_map<BlockId, BlockItem*> m_blockItems;
  std::unordered_map<LinkId, LinkItem*> m_linkItems;
  std::unordered_map<ZoneId, ZoneItem*> m_zoneItems;
  std::unordered_map<NoteId, NoteItem*> m_noteItems;
  std::unordered_map<BlockId, std::set<LinkId>> m_linksAt;
  LinkMap m_map;
  Folds m_folds;
  mutable std::optional<QRectF> m_content;  ///< until something moves
  QGraphicsItemGroup* m_gestureLayer = nullptr;
  std::vector<std::pair<QGraphicsItem*, QPointF>> m_placesBefore;
};

}  // namespace cantilever::widgets
