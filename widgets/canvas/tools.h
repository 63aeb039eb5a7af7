#pragma once

#include <QPoint>
#include <QPointF>
#include <Qt>
#include <memory>
#include <optional>

#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_view.h"

class QDropEvent;
class QDragEnterEvent;
class QDragMoveEvent;

/// One class per gesture on the canvas. The view picks a tool when a gesture begins, hands it the mouse until
/// it is done, and cancels it on Esc. A tool shows drafts and ends in at most one wish (a signal of the
/// view).
namespace cantilever::widgets {

struct ToolContext {
  CanvasView& view;
  CanvasScene& scene;
  const catalog::Catalog& catalog;
};

struct Pointer {
  QPoint viewPosition;
  QPointF scenePosition;
  Qt::KeyboardModifiers modifiers;
  bool addsToSelection() const {
    return modifiers.testFlag(Qt::ControlModifier) || modifiers.testFlag(Qt::ShiftModifier);
  }
};

class CanvasTool {
 public:
  enum class State { Going, Done };

  explicit CanvasTool(ToolContext context) : m_context(context) {}
  virtual ~CanvasTool() = default;
  CanvasTool(const CanvasTool&) = delete;
  CanvasTool& operator=(const CanvasTool&) = delete;

  virtual State press(const Pointer&) { return State::Going; }
  virtual void move(const Pointer&) {}
  virtual State release(const Pointer&) { return State::Done; }
  /// A key while the tool is at work; Esc never arrives here.
  virtual std::optional<State> key(int) { return std::nullopt; }
  /// Leaves nothing behind.
  virtual void cancel() {}

  /// Leads a link from a block to where it is pressed or released.
  virtual bool isConnecting() const { return false; }
  /// Moves the view itself.
  virtual bool isPanning() const { return false; }

 protected:
  ToolContext m_context;
};

/// The lines that show what lines up with what, for the time of a gesture.
class GuidesItem;

/// Click selects, Ctrl or Shift adds and takes away, dragging a block, zone or note moves all that are
/// selected, in steps of the grid or to where they line up with others. Alt suspends both, Shift keeps to one
/// direction, Ctrl makes copies.
class SelectTool : public CanvasTool {
 public:
  explicit SelectTool(ToolContext context);
  ~SelectTool() override;
  State press(const Pointer& pointer) override;
  void move(const Pointer& pointer) override;
  State release(const Pointer& pointer) override;
  void cancel() override;

 private:
  QPoint m_pressedAt;
  QPointF m_pressedInScene;
  QGraphicsItem* m_pressed = nullptr;  ///< only compared; the design may change during the gesture
  std::optional<Point> m_grabbedAt;    ///< where the thing was that the mouse drags; links cannot be dragged
  void beginDrag();
  Point wishedMove(const Pointer& pointer);
  void showZone();
  void clearGuides();

  enum class OnClick { Nothing, Choose, TakeAway };
  bool m_isDragging = false;
  bool m_copies = false;
  OnClick m_onClick = OnClick::Nothing;
  Selection m_moved;
  Point m_by;
  Rect m_area;                    ///< around all that is moved
  std::optional<Point> m_middle;  ///< of the block or note in hand, if it may come into another zone
  std::vector<Rect> m_others;     ///< what it may line up with: what is in view and stays
  std::unique_ptr<GuidesItem> m_guides;
  std::unique_ptr<QGraphicsItem> m_outlines;
};

/// Selects what a rectangle touches.
class MarqueeTool : public CanvasTool {
 public:
  explicit MarqueeTool(ToolContext context);
  ~MarqueeTool() override;
  State press(const Pointer& pointer) override;
  void move(const Pointer& pointer) override;
  State release(const Pointer& pointer) override;
  void cancel() override;

 private:
  QPointF m_start;
  Selection m_before;
  bool m_adds = false;
  std::optional<CanvasScene::SelectionHold> m_hold;  ///< others learn at the end what was selected
  std::unique_ptr<QGraphicsRectItem> m_rectangle;
};

/// Draws a link from a block: by dragging from a handle, or armed by a key and ended by a click or by Tab and
/// Enter. Ended over nothing it asks for a block to be put there.
class DraftLink;

class ConnectTool : public CanvasTool {
 public:
  enum class Begin { Dragging, Armed };
  ConnectTool(ToolContext context, BlockId from, Begin begin);
  ~ConnectTool() override;
  State press(const Pointer& pointer) override;
  void move(const Pointer& pointer) override;
  State release(const Pointer& pointer) override;
  std::optional<State> key(int key) override;
  void cancel() override;
  bool isConnecting() const override { return true; }

 private:
  /// `refusal`: why there is no target.
  void aimAt(BlockItem* target, QPointF scenePosition, const QString& refusal = {});
  State finish();
  void clearTarget();

  BlockId m_from;
  Begin m_begin;
  QPoint m_pressedAt;
  bool m_hasMoved = false;
  std::optional<BlockId> m_target;
  QString m_refusal;
  std::optional<QPointF> m_overNothing;  ///< where, while the mouse is over no block
  std::unique_ptr<DraftLink> m_draft;
};

/// Takes one end of a link to another block.
class ReconnectTool : public CanvasTool {
 public:
  ReconnectTool(ToolContext context, LinkId link, LinkEnd end);
  ~ReconnectTool() override;
  State press(const Pointer& pointer) override;
  void move(const Pointer& pointer) override;
  State release(const Pointer& pointer) override;
  void cancel() override;

 private:
  void clearTarget();

  LinkId m_link;
  LinkEnd m_end;
  std::optional<BlockId> m_target;
  QString m_refusal;
  std::unique_ptr<DraftLink> m_draft;
};

/// Drags a border or corner of the one selected zone or note.
class ResizeTool : public CanvasTool {
 public:
  struct Grip {
    int across = 0;  ///< -1: left, 0: neither, 1: right
    int down = 0;    ///< -1: top, 0: neither, 1: bottom
    bool operator==(const Grip&) const = default;
  };
  static constexpr double kLeastSide = 10 * kGrid;
  /// The grip of an area at a place, if there is one within `reach`.
  static std::optional<Grip> gripAt(const QRectF& area, QPointF at, double reach);
  ResizeTool(ToolContext context, Selection one, QRectF area, Grip grip);
  ~ResizeTool() override;
  State press(const Pointer& pointer) override;
  void move(const Pointer& pointer) override;
  State release(const Pointer& pointer) override;
  void cancel() override;

 private:
  Selection m_one;
  QRectF m_area;
  QRectF m_wanted;
  Grip m_grip;
  std::unique_ptr<QGraphicsRectItem> m_outline;
};

class PanTool : public CanvasTool {
 public:
  using CanvasTool::CanvasTool;
  State press(const Pointer& pointer) override;
  void move(const Pointer& pointer) override;
  bool isPanning() const override { return true; }

 private:
  QPoint m_last;
};

/// A block type dragged in from the palette: a ghost of true size on the grid; over a link it goes in
/// between. Lives as long as the view.
class DropTool {
 public:
  explicit DropTool(ToolContext context);
  ~DropTool();
  void enter(QDragEnterEvent& event);
  void move(QDragMoveEvent& event);
  void leave();
  void drop(QDropEvent& event);

 private:
  Point positionFor(QPointF viewPosition) const;
  void aimAt(QPointF viewPosition);
  ToolContext m_context;
  std::unique_ptr<BlockItem> m_ghost;
  LinkId m_link;  ///< it would go in between; empty: none
};

/// Blocks in reading order (by row, then column), for walking with Tab.
std::vector<BlockId> readingOrder(const Design& design);
/// The one after `current` (before it if not `forward`); nothing at the end.
std::optional<BlockId> neighbourInReadingOrder(const Design& design, const std::optional<BlockId>& current,
                                               bool forward);

}  // namespace cantilever::widgets
