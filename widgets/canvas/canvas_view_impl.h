#pragma once

#include <QElapsedTimer>
#include <QScrollBar>
#include <QTimer>
#include <QVariantAnimation>
#include <memory>
#include <optional>
#include <vector>

#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/canvas/far_picture.h"
#include "widgets/canvas/flow_dots.h"
#include "widgets/canvas/minimap.h"
#include "widgets/canvas/tools.h"

/// Inside widgets/canvas only: what a view is made of. canvas_view.cpp shows a design and paints,
/// canvas_gestures.cpp turns mouse and keys into tools and wishes, canvas_navigation.cpp moves the view.
namespace cantilever::widgets {

struct CanvasView::Impl {
  /// A place to go back to.
  struct ViewPlace {
    QPointF centre;
    double scale = 1;
  };

  /// The one selected thing that has a size of its own.
  struct Resizable {
    Selection one;
    QRectF area;
  };

  Impl(CanvasView& owner, const catalog::Catalog& types)
      : view(owner), catalog(types), scene(types), dots(scene), dropTool({owner, scene, types}) {}

  ToolContext context() { return {view, scene, catalog}; }
  Pointer pointerAt(QPoint viewPosition, Qt::KeyboardModifiers modifiers) const {
    // mapToScene takes whole pixels; that is exact enough for gestures.
    return {viewPosition, view.mapToScene(viewPosition), modifiers};
  }

  static constexpr double kZoomStep = 1.25;

  double scale() const { return view.transform().m11(); }
  void setZoom(double zoom, QPoint anchor);
  void fit(const QRectF& content);
  QRectF selectedArea() const;
  QPoint middleOfInterest() const;
  ViewPlace place() const { return {view.visibleArea().center(), scale()}; }
  /// Remembers where the view is, before it jumps away.
  void leavePlace();
  /// A map of what one sees anyway would only be in the way.
  void refreshMinimap();
  void goTo(std::vector<ViewPlace>& from, std::vector<ViewPlace>& to);
  std::optional<Resizable> resizable() const;
  std::optional<ZoneId> foldMarkAt(QPointF scenePosition) const;
  std::unique_ptr<CanvasTool> gripToolAt(QPointF scenePosition);
  void begin(std::unique_ptr<CanvasTool> tool, const Pointer& pointer);
  void cancelTool();
  /// Hands an event to the tool, which may end and may be replaced meanwhile.
  template <class Step>
  void drive(const Step& step);
  void hoverAt(QPoint viewPosition);
  void setHovered(const std::optional<BlockId>& block);
  std::unique_ptr<CanvasTool> toolFor(const QMouseEvent& event);
  void moveTool(const Pointer& pointer);
  std::optional<Qt::CursorShape> cursorOfGripAt(QPointF scenePosition) const;
  void updateCursor();
  void nudge(int key, bool isLarge);
  bool resizeBy(int key, bool isLarge);
  bool walk(bool forward);
  std::optional<BlockId> onlySelectedBlock() const;
  QPoint beyondEdge(QPoint viewPosition) const;
  void heedEdge(const QMouseEvent& event);
  void scrollAtEdge();
  void setLive(bool isLive);
  void tick();
  void updateDots();
  void finishGlide();
  bool isFar() const { return detailAt(scale()) == Detail::Box; }
  bool isTooMuchForMotion() const;
  void describeForAccessibility();

  CanvasView& view;
  const catalog::Catalog& catalog;
  CanvasScene scene;
  FarPicture farPicture;
  FlowDots dots;
  DropTool dropTool;
  std::unique_ptr<CanvasTool> tool;
  std::optional<BlockId> hovered;
  bool isSpaceHeld = false;
  bool isPressed = false;  ///< the tool was given a press, and not yet the release
  bool isOnHandle = false;
  std::optional<Qt::CursorShape> gripCursor;
  std::pair<QPoint, Qt::KeyboardModifiers> atEdge;  ///< the mouse, as it was moved last in a gesture
  std::vector<ViewPlace> back;
  std::vector<ViewPlace> forward;
  Minimap* minimap = nullptr;
  bool wantsMinimap = false;
  bool isFresh = true;       ///< another design: the first view of it is no place to go back from
  bool keepsFitted = false;  ///< fit again when the view changes size, until the user zooms, pans or draws
  bool isMotionWanted = false;
  bool glidesNext = false;
  QVariantAnimation glide;
  QTimer edge;   ///< runs while a gesture is held at the edge of the view, which then moves on
  QTimer sharp;  ///< runs while the view zooms: then all is painted as it is again
  QTimer clock;
  QElapsedTimer sinceTick;
  std::vector<QRectF> shownDots;
};

template <class Step>
void CanvasView::Impl::drive(const Step& step) {
  // A wish changes the design before it returns, and may even load another: the tool must outlive that.
  std::unique_ptr<CanvasTool> active = std::move(tool);
  if (active && step(*active) == CanvasTool::State::Going && !tool) {
    tool = std::move(active);
  }
}

}  // namespace cantilever::widgets
