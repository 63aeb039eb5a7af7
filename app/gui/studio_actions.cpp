#include "app/gui/studio_actions.h"

#include <QCoreApplication>

namespace cantilever::app {
namespace {

QString actionText(const char* text) {
  return QCoreApplication::translate("StudioActions", text);
}

QString id(const char* text) {
  return QString::fromLatin1(text);
}

QStringList ids(std::initializer_list<const char*> all) {
  QStringList list;
  for (const char* one : all) {
    list.append(id(one));
  }
  return list;
}

using Keys = QList<QKeySequence>;

void addFileActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  const auto isStudio = [shown = to.isGalleryShown] { return !shown(); };
  FileController& files = to.files;
  Document& document = to.document;
  all.push_back({id("file.gallery"), actionText("&Gallery"), actionText("Show templates and recent files"),
                 id("gallery"), Keys{QKeySequence(Qt::CTRL | Qt::Key_G)}, isStudio, to.showGallery});
  all.push_back({id("file.new"),
                 actionText("&New design"),
                 actionText("Begin with an empty design"),
                 id("new"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_N)},
                 {},
                 [&files] { files.newEmpty(); }});
  all.push_back({id("file.open"),
                 actionText("&Open..."),
                 actionText("Open a design from a file"),
                 id("open"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_O)},
                 {},
                 [&files] { files.open(); }});
  all.push_back(
      {id("file.save"), actionText("&Save"), actionText("Save the design"), id("save"),
       Keys{QKeySequence(Qt::CTRL | Qt::Key_S)},
       [isStudio, &document] { return isStudio() && (document.isDirty() || document.path().isEmpty()); },
       [&files] { files.save(); }});
  all.push_back({id("file.save_as"), actionText("Save &as..."),
                 actionText("Save under another name, as a document or as JSON"), id("save"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)}, isStudio,
                 [&files] { files.saveAs(); }});
  all.push_back({id("file.export"), actionText("&Export..."),
                 actionText("Write docker-compose, Terraform or a checklist"), id("export"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_E)}, isStudio,
                 [&exports = to.exports] { exports.openDialog(); }});
  all.push_back({id("file.quit"),
                 actionText("&Quit"),
                 actionText("Close the studio"),
                 {},
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_Q)},
                 {},
                 to.quit});
}

void addEditActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  const auto isStudio = [shown = to.isGalleryShown] { return !shown(); };
  QUndoStack& stack = to.document.undoStack();
  EditController& edits = to.edits;
  const widgets::CanvasView* canvas = to.views.canvas;
  const auto hasBlocks = [isStudio, &edits] { return isStudio() && edits.hasSelectedBlocks(); };
  const auto hasOneBlock = [isStudio, &edits] { return isStudio() && !edits.onlyBlock().isEmpty(); };

  all.push_back({id("edit.undo"), actionText("&Undo"), actionText("Undo the last change"), id("undo"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_Z)},
                 [isStudio, &stack] { return isStudio() && stack.canUndo(); }, [&stack] { stack.undo(); }});
  all.push_back({id("edit.redo"), actionText("&Redo"), actionText("Redo what was undone"), id("redo"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)},
                 [isStudio, &stack] { return isStudio() && stack.canRedo(); }, [&stack] { stack.redo(); }});
  all.push_back({id("edit.cut"), actionText("Cu&t"), actionText("Move the selected blocks to the clipboard"),
                 id("cut"), Keys{QKeySequence(Qt::CTRL | Qt::Key_X)}, hasBlocks, [&edits] { edits.cut(); }});
  all.push_back({id("edit.copy"), actionText("&Copy"),
                 actionText("Copy the selected blocks and the links among them"), id("copy"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_C)}, hasBlocks, [&edits] { edits.copy(); }});
  all.push_back({id("edit.paste"), actionText("&Paste"), actionText("Insert blocks from the clipboard"),
                 id("paste"), Keys{QKeySequence(Qt::CTRL | Qt::Key_V)},
                 [isStudio, &edits] { return isStudio() && edits.canPaste(); }, [&edits] { edits.paste(); }});
  all.push_back({id("edit.duplicate"), actionText("&Duplicate"), actionText("Copy the blocks in place"),
                 id("duplicate"), Keys{QKeySequence(Qt::CTRL | Qt::Key_D)}, hasBlocks,
                 [&edits] { edits.duplicate(); }});
  all.push_back({id("edit.delete"), actionText("De&lete"), actionText("Remove what is selected"),
                 id("delete"), Keys{},
                 [isStudio, canvas] { return isStudio() && !canvas->selection().isEmpty(); },
                 [&edits] { edits.removeSelection(); }});
  all.push_back({id("edit.rename"), actionText("Re&name"), actionText("Change the block's name"),
                 id("rename"), Keys{QKeySequence(Qt::Key_F2)}, hasOneBlock, [&edits] { edits.rename(); }});
  all.push_back({id("edit.link"), actionText("Connect &from here"),
                 actionText("Draw a link from the selected block"), id("link"), Keys{}, hasOneBlock,
                 [&edits, view = to.views.canvas] { view->beginLinkFrom(edits.onlyBlock()); }});
  all.push_back({id("edit.select_all"), actionText("Select &all"), actionText("Select everything"),
                 id("select"), Keys{QKeySequence(Qt::CTRL | Qt::Key_A)}, isStudio,
                 [view = to.views.canvas] { view->selectAll(); }});
  all.push_back({id("edit.add"), actionText("Add a &block..."), actionText("Search the palette for a block"),
                 id("add"), Keys{QKeySequence(Qt::CTRL | Qt::Key_Space)}, isStudio,
                 [palette = to.views.palette] { palette->focusSearch(); }});
  all.push_back({id("edit.add_note"),
                 actionText("Add a n&ote"),
                 actionText("Write on the drawing; the inspector has its text"),
                 {},
                 Keys{},
                 isStudio,
                 [&edits] { edits.addNote(); }});
}

void addRunActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  const auto isStudio = [shown = to.isGalleryShown] { return !shown(); };
  RunController& runs = to.runs;
  EditController& edits = to.edits;
  all.push_back(
      {id("run.start"), actionText("&Run"), actionText("Put the load on the design and watch it"), id("run"),
       Keys{QKeySequence(Qt::Key_F5)},
       [isStudio, &runs] { return isStudio() && (!runs.isActive() || runs.state() == RunState::Paused); },
       [&runs] {
         if (runs.state() == RunState::Paused) {
           runs.setPaused(false);
         } else {
           runs.start();
         }
       }});
  all.push_back({id("run.pause"), actionText("&Pause"), actionText("Hold simulated time"), id("pause"),
                 Keys{QKeySequence(Qt::Key_F6)},
                 [isStudio, &runs] { return isStudio() && runs.state() == RunState::Running; },
                 [&runs] { runs.setPaused(true); }});
  const auto addStep = [&](const char* name, const char* text, const char* tooltip, const char* icon,
                           const Keys& keys, sim::Until::What what) {
    all.push_back({id(name), actionText(text), actionText(tooltip), QLatin1String(icon), keys, isStudio,
                   [&runs, what] { runs.stepTo({what}); }});
  };
  addStep("run.step", "Next &event", "Go on by one event, and hold", "step", Keys{QKeySequence(Qt::Key_F7)},
          sim::Until::What::Event);
  addStep("run.step_request", "Next re&quest", "Go on until a request has had its outcome, and hold", "",
          Keys{QKeySequence(Qt::Key_F8)}, sim::Until::What::Outcome);
  addStep("run.to_failure", "To the next &failure", "Go on, flat out, until a request fails, and hold", "",
          Keys{QKeySequence(Qt::SHIFT | Qt::Key_F8)}, sim::Until::What::Failure);
  addStep("run.to_change", "To the next &change",
          "Go on, flat out, until something changes the system (a kill, a breaker, a scaler), and hold", "",
          Keys{QKeySequence(Qt::CTRL | Qt::Key_F8)}, sim::Until::What::Happening);
  all.push_back({id("run.stop"), actionText("&Stop"), actionText("End the run and keep the figures so far"),
                 id("stop"), Keys{QKeySequence(Qt::SHIFT | Qt::Key_F5)},
                 [isStudio, &runs] { return isStudio() && runs.isActive(); }, [&runs] { runs.stop(); }});
  all.push_back({id("run.kill"), actionText("&Kill an instance"),
                 actionText("One instance of the block goes down; what it holds fails"), id("kill"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_K)},
                 [isStudio, &runs, &edits] { return isStudio() && runs.canKillInstance(edits.onlyBlock()); },
                 [&runs, &edits] { runs.killInstance(edits.onlyBlock()); }});
  all.push_back(
      {id("run.restore"), actionText("R&estore an instance"),
       actionText("One instance of the block comes back"), id("restore"),
       Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K)},
       [isStudio, &runs, &edits] { return isStudio() && runs.canRestoreInstance(edits.onlyBlock()); },
       [&runs, &edits] { runs.restoreInstance(edits.onlyBlock()); }});
}

void addViewActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  const auto isStudio = [shown = to.isGalleryShown] { return !shown(); };
  widgets::CanvasView* canvas = to.views.canvas;
  all.push_back({id("view.fit"), actionText("&Fit all"), actionText("Show the whole design"), id("fit"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_0)}, isStudio, [canvas] { canvas->fitAll(); }});
  all.push_back({id("view.fit_selection"), actionText("Fit &selection"), actionText("Show what is selected"),
                 id("fit"), Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_0)},
                 [isStudio, canvas] { return isStudio() && !canvas->selection().isEmpty(); },
                 [canvas] { canvas->fitSelection(); }});
  all.push_back({id("view.zoom_in"), actionText("Zoom &in"), actionText("Show less, larger"), id("zoom-in"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)},
                 isStudio, [canvas] { canvas->zoomIn(); }});
  all.push_back({id("view.zoom_out"), actionText("Zoom &out"), actionText("Show more, smaller"),
                 id("zoom-out"), Keys{QKeySequence(Qt::CTRL | Qt::Key_Minus)}, isStudio,
                 [canvas] { canvas->zoomOut(); }});
  all.push_back({id("view.actual_size"), actionText("&Actual size"), actionText("Zoom to 100 %"),
                 id("actual-size"), Keys{QKeySequence(Qt::CTRL | Qt::Key_1)}, isStudio,
                 [canvas] { canvas->zoomToActualSize(); }});
  all.push_back({id("view.theme"),
                 actionText("Light or dark &theme"),
                 actionText("Switch between light and dark"),
                 id("theme"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L)},
                 {},
                 to.toggleTheme});
}

void addHelpActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  all.push_back({id("help.contents"),
                 actionText("&What is simulated"),
                 actionText("Explain the simulation, element by element"),
                 id("help"),
                 Keys{QKeySequence(Qt::Key_F1)},
                 {},
                 to.showHelp});
}

}  // namespace

std::vector<ActionSpec> studioActions(const ActionTargets& targets) {
  std::vector<ActionSpec> all;
  addFileActions(all, targets);
  addEditActions(all, targets);
  addRunActions(all, targets);
  addViewActions(all, targets);
  addHelpActions(all, targets);
  return all;
}

std::vector<MenuSpec> studioMenus() {
  return {
      {actionText("&File"), ids({"file.gallery", "file.new", "file.open", "-", "file.save", "file.save_as",
                                 "-", "file.export", "-", "file.quit"})},
      {actionText("&Edit"), ids({"edit.undo", "edit.redo", "-", "edit.cut", "edit.copy", "edit.paste",
                                 "edit.duplicate", "edit.delete", "-", "edit.select_all", "-", "edit.add",
                                 "edit.add_note", "edit.link", "edit.rename"})},
      {actionText("&Run"), ids({"run.start", "run.pause", "run.stop", "-", "run.step", "run.step_request",
                                "run.to_failure", "run.to_change", "-", "run.kill", "run.restore"})},
      {actionText("&View"), ids({"view.fit", "view.fit_selection", "view.zoom_in", "view.zoom_out",
                                 "view.actual_size", "-", "view.theme"})},
      {actionText("&Help"), ids({"help.contents"})},
  };
}

QStringList toolBarFileAndEditActions() {
  return ids({"file.gallery", "file.open", "file.save", "-", "edit.undo", "edit.redo", "-", "view.fit", "-"});
}

QStringList toolBarRunActions() {
  return ids({"run.start", "run.pause", "run.step", "run.stop"});
}

QStringList toolBarViewActions() {
  return ids({"file.export", "view.theme"});
}

QStringList blockMenuActions() {
  return ids({"run.kill", "run.restore", "-", "edit.rename", "edit.link", "-", "edit.duplicate", "edit.copy",
              "edit.cut", "edit.delete"});
}

QStringList canvasMenuActions() {
  return ids({"edit.add", "edit.add_note", "edit.paste", "-", "edit.select_all", "view.fit"});
}

}  // namespace cantilever::app
