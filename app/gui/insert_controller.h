#pragma once

#include <QObject>
#include <functional>

#include "app/gui/document.h"
#include "app/gui/edit_controller.h"
#include "app/gui/settings.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/palette/palette_panel.h"
#include "widgets/panels/pick_popup.h"

namespace cantilever::app {

/// Brings blocks and links into the design: by name at the cursor, after a block, in between, and by key.
/// Remembers which types were used of late and which are favourites. GUI thread.
class InsertController : public QObject {
  Q_OBJECT

 public:
  InsertController(Document& document, EditController& edits, Settings& settings, widgets::CanvasView& canvas,
                   widgets::PalettePanel& palette, QWidget* window);

 public Q_SLOTS:
  /// A list of all blocks at the cursor; what is chosen goes there, or into the one link that is selected.
  void quickAdd();
  void quickAddAt(cantilever::Point at);
  /// A list of what makes sense after the one selected block; what is chosen is called by it.
  void addNext();
  /// One block: a link begins there. Several: they are linked.
  void connectSelected();
  /// A list of the blocks where the one selected link may end (or begin) instead.
  void relink(cantilever::widgets::LinkEnd end);

 private:
  void moveEnd(const LinkId& link, widgets::LinkEnd end, const BlockId& block);
  void pickCallee(const BlockId& from, Point at);
  void insert(const QString& typeKey, Point at, const LinkId& link);
  /// The edit as one step, what is new selected; or why not.
  void request(const Result<edit::Edit>& edit);
  void noteUse(const QString& typeKey);
  void showRemembered();
  void openList(const char* name, const QString& placeholder, std::vector<const catalog::BlockType*> likely,
                Point at, std::function<void(const QString&)> take);

  Document& m_document;
  EditController& m_edits;
  Settings& m_settings;
  widgets::CanvasView& m_canvas;
  widgets::PalettePanel& m_palette;
  QWidget* m_window;
};

}  // namespace cantilever::app
