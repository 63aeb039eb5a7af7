#pragma once

#include <QGraphicsView>
#include <QString>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "core/model/diff.h"

namespace cantilever::widgets {

struct Selection {
  std::vector<BlockId> blocks;
  std::vector<LinkId> links;
  std::vector<ZoneId> zones;
  std::vector<NoteId> notes;
  bool isEmpty() const { return blocks.empty() && links.empty() && zones.empty() && notes.empty(); }
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
  };
  struct OfLink {
    double requestsPerSecond = 0;
    double failuresPerSecond = 0;
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
  void setDiagnostics(const std::vector<Diagnostic>& diagnostics);
  void setOverlay(const CanvasOverlay& overlay);
  void clearOverlay();

  Selection selection() const;
  void setSelection(const Selection& selection);
  /// Scene position under the mouse if it is over the view, else the centre of the view; snapped to the grid.
  Point insertionPoint() const;
  /// Where a block is drawn, in view coordinates: for tests and for popups.
  QRect blockRect(const BlockId& block) const;

 public slots:
  void zoomIn();
  void zoomOut();
  void zoomToActualSize();
  void fitAll();
  void fitSelection();
  void selectAll();
  /// Starts drawing a link from the block; the next click on a block ends it, Esc cancels.
  void beginLinkFrom(const cantilever::BlockId& block);

 signals:
  void selectionChanged();
  /// Blocks, zones and notes; zones with all that is in them.
  void moveRequested(const cantilever::widgets::Selection& things, cantilever::Point by);
  void addBlockRequested(const QString& typeKey, cantilever::Point at);
  void linkRequested(const cantilever::BlockId& from, const cantilever::BlockId& to);
  void linkRefused(const QString& reason);
  void removeRequested();
  void renameRequested(const cantilever::BlockId& block);
  void contextMenuRequested(const QPoint& globalPosition);
  void zoomChanged(double factor);

 protected:
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
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

/// Draws a design into a picture of the given size, as the canvas would (thumbnails, screenshots of designs).
QPixmap renderDesign(const Design& design, const catalog::Catalog& catalog, QSize size,
                     qreal devicePixelRatio = 1);

}  // namespace cantilever::widgets
