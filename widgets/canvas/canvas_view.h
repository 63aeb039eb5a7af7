#pragma once

#include <QGraphicsView>
#include <QString>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "core/model/diff.h"

namespace cantilever::widgets {

enum class LinkEnd : std::uint8_t { From, To };

struct Selection {
  std::vector<BlockId> blocks;
  std::vector<LinkId> links;
  std::vector<ZoneId> zones;
  std::vector<NoteId> notes;
  bool isEmpty() const { return blocks.empty() && links.empty() && zones.empty() && notes.empty(); }
  /// One thing that has a name or a text: no link.
  bool isOneThing() const { return links.empty() && blocks.size() + zones.size() + notes.size() == 1; }
  bool operator==(const Selection&) const = default;
};

/// Live figures shown on the canvas; absent entries show nothing.
struct CanvasOverlay {
  struct OfBlock {
    double utilisation = -1;  ///< negative: has none (a delay)
    double requestsPerSecond = 0;
    double failuresPerSecond = 0;
    QString failureReason;  ///< the commonest, in words; empty if none
    int instancesUp = 1;
    int instances = 1;
    bool isEstimate = false;   ///< reckoned by formulas, not measured in a run
    QString explanation = {};  ///< by what model, from what, how far to be trusted; or that it was measured
    bool operator==(const OfBlock&) const = default;
  };
  struct OfLink {
    double requestsPerSecond = 0;
    double failuresPerSecond = 0;
    QString explanation = {};  ///< as of blocks
    bool operator==(const OfLink&) const = default;
  };
  std::map<BlockId, OfBlock> blocks;
  std::map<LinkId, OfLink> links;
  bool isLive = false;  ///< requests are seen to flow along links
};

/// The drawing. Shows a design, never changes it: gestures become wishes (signals), items follow the mouse as
/// a draft until release, and the new design comes back through setDesign. GUI thread.
class CanvasView : public QGraphicsView {
  Q_OBJECT

 public:
  explicit CanvasView(const catalog::Catalog& catalog, QWidget* parent = nullptr);
  ~CanvasView() override;

  /// Rebuilds everything.
  void setDesign(DesignPtr design);
  /// Updates what the diff names; the result equals a rebuild (tested).
  void updateDesign(DesignPtr design, const DesignDiff& diff);
  /// What the next change moves glides to its new place instead of jumping. The design is the new one at
  /// once; any gesture ends the movement.
  void glideWithNextChange(bool isWanted = true);
  /// Whether things glide at all: at first as the desktop's settings have it, never without a screen.
  void setMotion(bool isWanted);
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);
  void clearOverlay();

  Selection selection() const;
  void setSelection(const Selection& selection);
  /// Scene position under the mouse if it is over the view, else the centre of the view; snapped to the grid.
  Point insertionPoint() const;
  /// Where a block is drawn, in view coordinates: for tests and for popups.
  QRect blockRect(const BlockId& block) const;
  bool canGoBack() const;
  bool canGoForward() const;
  /// The whole drawing in scene coordinates, and what of the scene is in view.
  QRectF contentArea() const;
  QRectF visibleArea() const;
  /// A map of the whole in the corner, while not all is in view; not wanted at first.
  void setMinimapVisible(bool isVisible);
  bool isMinimapVisible() const;
  /// Paints the drawing as boxes, for a map of it.
  void paintMap(QPainter& painter, const QRectF& target, const QRectF& source);
  /// Moves the view, not leaving a place to go back to.
  void lookAt(QPointF scenePosition);

 public Q_SLOTS:
  void zoomIn();
  void zoomOut();
  void zoomToActualSize();
  void fitAll();
  void fitSelection();
  void selectAll();
  /// Makes these the selection and brings them into view, as little as that takes.
  void reveal(const cantilever::widgets::Selection& things);
  /// Through the places where one has been: each jump (fit, reveal, 100 %, the map) leaves the one before.
  void goBack();
  void goForward();
  /// Starts drawing a link from the block; the next click on a block ends it, Esc cancels.
  void beginLinkFrom(const cantilever::BlockId& block);

 Q_SIGNALS:
  void selectionChanged();
  /// Blocks, zones and notes; zones with all that is in them.
  void moveRequested(const cantilever::widgets::Selection& things, cantilever::Point by);
  void addBlockRequested(const QString& typeKey, cantilever::Point at);
  void linkRequested(const cantilever::BlockId& from, const cantilever::BlockId& to);
  void linkRefused(const QString& reason);
  /// A link was drawn to where there is nothing: which block shall be there?
  void calleeRequested(const cantilever::BlockId& from, cantilever::Point at);
  /// A block was dropped on a link: it shall go in between.
  void insertRequested(const QString& typeKey, cantilever::Point at, const cantilever::LinkId& link);
  void reconnectRequested(const cantilever::LinkId& link, cantilever::widgets::LinkEnd end,
                          const cantilever::BlockId& to);
  /// One zone or note shall have this area.
  void resizeRequested(const cantilever::widgets::Selection& one, cantilever::Rect area);
  void removeRequested();
  void renameRequested(const cantilever::BlockId& block);
  /// The one selected zone or note shall be named or written.
  void writeRequested();
  /// A block shall be added there, or into the selected link.
  void quickAddRequested(cantilever::Point at);
  /// Copies of these, so far away.
  void copyRequested(const cantilever::widgets::Selection& things, cantilever::Point by);
  /// This zone shall be drawn as one block, or opened again.
  void foldRequested(const cantilever::ZoneId& zone);
  void contextMenuRequested(const QPoint& globalPosition);
  void zoomChanged(double factor);
  /// What is in view, or how large, is another now.
  void viewChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void drawBackground(QPainter* painter, const QRectF& rect) override;
  void drawForeground(QPainter* painter, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  bool focusNextPrevChild(bool next) override;
  void focusOutEvent(QFocusEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
