#pragma once

#include <QObject>

#include "app/gui/document.h"
#include "app/gui/selection_edits.h"
#include "core/layout/align.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::app {

/// Puts blocks in order: alignments, equal distances, pins, whole layouts. Each is one step to undo.
class ArrangeController : public QObject {
  Q_OBJECT

 public:
  ArrangeController(Document& document, widgets::CanvasView& canvas, QObject* parent);

  /// So many blocks are selected.
  std::size_t selectedBlocks() const;
  /// Something is selected that can lie over others of its kind: a block or a note.
  bool canRestack() const;

 public Q_SLOTS:
  void align(cantilever::layout::Alignment alignment);
  void distribute(cantilever::layout::Direction direction);
  /// Pins all that are selected, or takes their pins out if all have one.
  void togglePins();
  /// Draws what is selected over all others of its kind, or under them, or one step that way.
  void bringToFront();
  void bringForward();
  void sendBackward();
  void sendToBack();
  void layOutAll();
  /// Places what is selected and leaves all else.
  void layOutSelection();

 private:
  void restack(const QString& text, Restack how);
  void place(const QString& text, const Placement& placement);

  Document& m_document;
  widgets::CanvasView& m_canvas;
};

}  // namespace cantilever::app
