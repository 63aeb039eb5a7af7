#pragma once

#include <QObject>

#include "app/gui/document.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/inspector/inspector_panel.h"
#include "widgets/palette/palette_panel.h"

namespace cantilever::app {

/// Turns the wishes of canvas, palette and inspector into edits of the document, and shows them the design
/// that comes of it. Keeps the clipboard. GUI thread.
class EditController : public QObject {
  Q_OBJECT

 public:
  EditController(Document& document, widgets::CanvasView& canvas, widgets::InspectorPanel& inspector,
                 widgets::PalettePanel& palette, QObject* parent = nullptr);

  bool hasSelectedBlocks() const;
  /// The block if exactly one is selected, else empty.
  BlockId onlyBlock() const;
  bool hasSelectedZones() const;
  /// There is more than links in the selection.
  bool canCopy() const;
  bool canPaste() const;

 public Q_SLOTS:
  void addBlock(const QString& typeKey, cantilever::Point at);
  void addNote();
  /// Around the selected blocks, or an empty one.
  void addZone();
  void removeSelection();
  void copy();
  void cut();
  void paste();
  void duplicate();
  /// Opens a field over the selected block.
  void rename();
  /// Draws the selected zones as one block each; if all are, opens them again.
  void toggleFolds();
  void select(const cantilever::widgets::Selection& selection);
  /// The links at the selected blocks, instead of these.
  void selectLinks();

 Q_SIGNALS:
  /// What an edit means that one might not see: for the status bar.
  void remarked(const QString& text);

 private:
  void move(const widgets::Selection& things, Point by);
  void fold(const std::vector<ZoneId>& zones);
  /// Selects what came of it.
  void insert(const edit::Paste& paste);
  void connectCanvas();
  void connectInspector();
  /// One step; `text` has a place for the number of elements.
  template <class Step, class T>
  void requestAll(const std::vector<T>& elements, const char* what, const QString& text);
  void showDesign();
  void showChange(const DesignPtr& design, const DesignDiff& diff);
  void showSelection();
  void openNameField(const BlockId& id);

  Document& m_document;
  widgets::CanvasView& m_canvas;
  widgets::InspectorPanel& m_inspector;
};

}  // namespace cantilever::app
