#include "app/gui/studio_actions.h"

#include <QAction>
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
  all.push_back({id("file.picture"), actionText("Save a p&icture..."),
                 actionText("The drawing as PNG, SVG or PDF"), id("export"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)}, isStudio,
                 [&pictures = to.pictures] { pictures.saveAll(); }});
  const auto hasSelection = [isStudio, canvas = to.views.canvas] {
    return isStudio() && !canvas->selection().isEmpty();
  };
  all.push_back({id("file.picture_of_selection"),
                 actionText("Save a picture of the selection..."),
                 actionText("What is selected, as PNG, SVG or PDF"),
                 {},
                 Keys{},
                 hasSelection,
                 [&pictures = to.pictures] { pictures.saveSelection(); }});
  all.push_back({id("file.copy_picture"), actionText("Copy as picture"),
                 actionText("The drawing, or what is selected, on the clipboard as a picture"), id("copy"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)}, isStudio,
                 [&pictures = to.pictures] { pictures.copy(); }});
  all.push_back({id("file.print"),
                 actionText("&Print..."),
                 actionText("The drawing on one page"),
                 {},
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_P)},
                 isStudio,
                 [&pictures = to.pictures] { pictures.print(); }});
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
  const auto canCopy = [isStudio, &edits] { return isStudio() && edits.canCopy(); };
  const auto hasBlocks = [isStudio, &edits] { return isStudio() && edits.hasSelectedBlocks(); };
  const auto hasOneBlock = [isStudio, &edits] { return isStudio() && !edits.onlyBlock().isEmpty(); };
  const auto hasOneLink = [isStudio, canvas] {
    const widgets::Selection selection = canvas->selection();
    return isStudio() && selection.links.size() == 1 && selection.blocks.empty();
  };

  all.push_back({id("edit.undo"), actionText("&Undo"), actionText("Undo the last change"), id("undo"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_Z)},
                 [isStudio, &stack] { return isStudio() && stack.canUndo(); }, [&stack] { stack.undo(); }});
  all.push_back({id("edit.redo"), actionText("&Redo"), actionText("Redo what was undone"), id("redo"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)},
                 [isStudio, &stack] { return isStudio() && stack.canRedo(); }, [&stack] { stack.redo(); }});
  all.push_back({id("edit.cut"), actionText("Cu&t"), actionText("Move what is selected to the clipboard"),
                 id("cut"), Keys{QKeySequence(Qt::CTRL | Qt::Key_X)}, canCopy, [&edits] { edits.cut(); }});
  all.push_back(
      {id("edit.copy"), actionText("&Copy"),
       actionText("Copy what is selected, with what is in its zones and the links among its blocks"),
       id("copy"), Keys{QKeySequence(Qt::CTRL | Qt::Key_C)}, canCopy, [&edits] { edits.copy(); }});
  all.push_back({id("edit.paste"), actionText("&Paste"), actionText("Insert from the clipboard"), id("paste"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_V)},
                 [isStudio, &edits] { return isStudio() && edits.canPaste(); }, [&edits] { edits.paste(); }});
  all.push_back({id("edit.duplicate"), actionText("&Duplicate"),
                 actionText("Copy what is selected, in place"), id("duplicate"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_D)}, canCopy, [&edits] { edits.duplicate(); }});
  all.push_back({id("edit.delete"), actionText("De&lete"), actionText("Remove what is selected"),
                 id("delete"), Keys{},
                 [isStudio, canvas] { return isStudio() && !canvas->selection().isEmpty(); },
                 [&edits] { edits.removeSelection(); }});
  all.push_back(
      {id("edit.rename"), actionText("Re&name or write"),
       actionText("The name of a block or zone, the text of a note"), id("rename"),
       Keys{QKeySequence(Qt::Key_F2)},
       [isStudio, canvas] { return isStudio() && canvas->selection().isOneThing(); },
       [&edits, goTo = to.goTo] { edits.onlyBlock().isEmpty() ? goTo(Part::Inspector) : edits.rename(); }});
  all.push_back({id("edit.link"), actionText("Conn&ect"),
                 actionText("Draw a link from the selected block, or link all that are selected"), id("link"),
                 Keys{QKeySequence(Qt::Key_L)}, hasBlocks,
                 [&inserts = to.inserts] { inserts.connectSelected(); }, KeyScope::Canvas});
  all.push_back({id("edit.relink_to"),
                 actionText("Lead the link else&where..."),
                 actionText("The selected link shall end at another block"),
                 {},
                 Keys{QKeySequence(Qt::Key_R)},
                 hasOneLink,
                 [&inserts = to.inserts] { inserts.relink(widgets::LinkEnd::To); },
                 KeyScope::Canvas});
  all.push_back({id("edit.relink_from"),
                 actionText("Let the link be&gin elsewhere..."),
                 actionText("The selected link shall begin at another block"),
                 {},
                 Keys{QKeySequence(Qt::SHIFT | Qt::Key_R)},
                 hasOneLink,
                 [&inserts = to.inserts] { inserts.relink(widgets::LinkEnd::From); },
                 KeyScope::Canvas});
  all.push_back({id("edit.select_links"),
                 actionText("Select their lin&ks"),
                 actionText("All links that begin or end at the selected blocks, instead of these"),
                 {},
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_L)},
                 hasBlocks,
                 [&edits] { edits.selectLinks(); }});
  all.push_back({id("edit.select_all"), actionText("Select &all"), actionText("Select everything"),
                 id("select"), Keys{QKeySequence(Qt::CTRL | Qt::Key_A)}, isStudio,
                 [view = to.views.canvas] { view->selectAll(); }});
  all.push_back({id("edit.add"), actionText("Add a &block..."),
                 actionText("Type what it is; it comes where the mouse is, or into the selected link"),
                 id("add"), Keys{QKeySequence(Qt::Key_Slash)}, isStudio,
                 [&inserts = to.inserts] { inserts.quickAdd(); }, KeyScope::Canvas});
  all.push_back({id("edit.add_next"), actionText("Add w&hat it calls..."),
                 actionText("A block beside the selected one, and the link to it"), id("add"),
                 Keys{QKeySequence(Qt::Key_N)}, hasOneBlock, [&inserts = to.inserts] { inserts.addNext(); },
                 KeyScope::Canvas});
  all.push_back({id("edit.palette"), actionText("&Search the palette"),
                 actionText("To the list of all blocks"), id("palette"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_Space)}, isStudio,
                 [palette = to.views.palette] { palette->focusSearch(); }});
  all.push_back({id("edit.add_zone"), actionText("Add a &zone"),
                 actionText("Around the selected blocks, or an empty one"), id("zone"),
                 Keys{QKeySequence(Qt::Key_Z)}, isStudio, [&edits] { edits.addZone(); }, KeyScope::Canvas});
  all.push_back({id("edit.fold"), actionText("Collapse or e&xpand"),
                 actionText("Draws the selected zones as one block each, or opens them again"), id("zone"),
                 Keys{QKeySequence(Qt::Key_X)},
                 [isStudio, &edits] { return isStudio() && edits.hasSelectedZones(); },
                 [&edits] { edits.toggleFolds(); }, KeyScope::Canvas});
  all.push_back({id("edit.find"), actionText("&Find..."), actionText("A block, zone or note by its name"),
                 id("search"), Keys{QKeySequence(Qt::CTRL | Qt::Key_F)}, isStudio, to.find});
  all.push_back({id("edit.add_note"), actionText("Add a n&ote"),
                 actionText("Write on the drawing; the inspector has its text"), id("note"),
                 Keys{QKeySequence(Qt::Key_T)}, isStudio, [&edits] { edits.addNote(); }, KeyScope::Canvas});
}

void addArrangeActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  const auto isStudio = [shown = to.isGalleryShown] { return !shown(); };
  ArrangeController& arrange = to.arrange;
  const auto hasAtLeast = [isStudio, &arrange](std::size_t count) {
    return [isStudio, &arrange, count] { return isStudio() && arrange.selectedBlocks() >= count; };
  };
  using layout::Alignment;
  const auto addAlignment = [&](const char* name, const char* text, const char* tooltip, Qt::Key key,
                                Alignment how) {
    all.push_back({id(name),
                   actionText(text),
                   actionText(tooltip),
                   {},
                   Keys{QKeySequence(Qt::CTRL | Qt::ALT | key)},
                   hasAtLeast(2),
                   [&arrange, how] { arrange.align(how); }});
  };
  addAlignment("arrange.left", "Align &left", "To the leftmost of the selected blocks", Qt::Key_Left,
               Alignment::Left);
  addAlignment("arrange.centre", "Align &centres", "One below the other", Qt::Key_C, Alignment::Centre);
  addAlignment("arrange.right", "Align &right", "To the rightmost of the selected blocks", Qt::Key_Right,
               Alignment::Right);
  addAlignment("arrange.top", "Align &top", "To the topmost of the selected blocks", Qt::Key_Up,
               Alignment::Top);
  addAlignment("arrange.middle", "Align &middles", "One beside the other", Qt::Key_M, Alignment::Middle);
  addAlignment("arrange.bottom", "Align &bottom", "To the lowest of the selected blocks", Qt::Key_Down,
               Alignment::Bottom);
  const auto addDistribution = [&](const char* name, const char* text, Qt::Key key, layout::Direction how) {
    all.push_back({id(name),
                   actionText(text),
                   actionText("The same room between each and the next"),
                   {},
                   Keys{QKeySequence(Qt::CTRL | Qt::ALT | key)},
                   hasAtLeast(3),
                   [&arrange, how] { arrange.distribute(how); }});
  };
  addDistribution("arrange.across", "Distribute &across", Qt::Key_H, layout::Direction::Across);
  addDistribution("arrange.down", "Distribute &down", Qt::Key_V, layout::Direction::Down);
  const auto canRestack = [isStudio, &arrange] { return isStudio() && arrange.canRestack(); };
  const auto addRestack = [&](const char* name, const char* text, const char* help, QKeyCombination key,
                              void (ArrangeController::*restack)()) {
    all.push_back({id(name),
                   actionText(text),
                   actionText(help),
                   {},
                   Keys{QKeySequence(key)},
                   canRestack,
                   [&arrange, restack] { (arrange.*restack)(); },
                   KeyScope::Canvas});
  };
  addRestack("arrange.front", "Bring to &front", "Over the other blocks, or over the other notes",
             Qt::Key_BracketRight, &ArrangeController::bringToFront);
  addRestack("arrange.forward", "Bring forward", "Over the next of those that it overlaps",
             Qt::CTRL | Qt::Key_BracketRight, &ArrangeController::bringForward);
  addRestack("arrange.backward", "Send backward", "Under the next of those that it overlaps",
             Qt::CTRL | Qt::Key_BracketLeft, &ArrangeController::sendBackward);
  addRestack("arrange.back", "Send to bac&k", "Under the other blocks, or under the other notes",
             Qt::Key_BracketLeft, &ArrangeController::sendToBack);
  all.push_back({id("arrange.pin"), actionText("&Pin or unpin"),
                 actionText("A pinned block stays where it is when the design is laid out"), id("pin"),
                 Keys{QKeySequence(Qt::Key_P)}, hasAtLeast(1), [&arrange] { arrange.togglePins(); },
                 KeyScope::Canvas});
  all.push_back({id("arrange.layout"), actionText("La&y out all"),
                 actionText("In layers from left to right; zones around what they own; pins stay"),
                 id("layout"), Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)}, isStudio,
                 [&arrange] { arrange.layOutAll(); }});
  all.push_back({id("arrange.layout_selection"),
                 actionText("Lay out the &selection"),
                 actionText("Places the selected blocks near what they are linked to; all others stay"),
                 {},
                 Keys{QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_A)},
                 hasAtLeast(1),
                 [&arrange] { arrange.layOutSelection(); }});
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
  all.push_back({id("run.scenario"),
                 actionText("Play a sce&nario..."),
                 actionText("What the next run plays: a fault or a rush that the design knows of"),
                 {},
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_F5)},
                 [isStudio, &runs, &document = to.document] {
                   return isStudio() && !runs.isActive() && !document.design()->scenarios.isEmpty();
                 },
                 [bar = to.views.runBar] { bar->openScenarios(); }});
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
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K)},
                 [isStudio, &runs, &edits] { return isStudio() && runs.canKillInstance(edits.onlyBlock()); },
                 [&runs, &edits] { runs.killInstance(edits.onlyBlock()); }});
  all.push_back(
      {id("run.restore"), actionText("Res&tore an instance"),
       actionText("One instance of the block comes back"), id("restore"),
       Keys{QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_K)},
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
  all.push_back({id("view.zoom_out"), actionText("Zoom o&ut"), actionText("Show more, smaller"),
                 id("zoom-out"), Keys{QKeySequence(Qt::CTRL | Qt::Key_Minus)}, isStudio,
                 [canvas] { canvas->zoomOut(); }});
  all.push_back({id("view.actual_size"), actionText("&Actual size"), actionText("Zoom to 100 %"),
                 id("actual-size"), Keys{QKeySequence(Qt::CTRL | Qt::Key_1)}, isStudio,
                 [canvas] { canvas->zoomToActualSize(); }});
  all.push_back({id("view.back"),
                 actionText("&Back"),
                 actionText("To where the view was before it jumped"),
                 {},
                 Keys{QKeySequence(Qt::ALT | Qt::Key_Left)},
                 [isStudio, canvas] { return isStudio() && canvas->canGoBack(); },
                 [canvas] { canvas->goBack(); }});
  all.push_back({id("view.forward"),
                 actionText("Forwa&rd"),
                 actionText("To where the view was before it went back"),
                 {},
                 Keys{QKeySequence(Qt::ALT | Qt::Key_Right)},
                 [isStudio, canvas] { return isStudio() && canvas->canGoForward(); },
                 [canvas] { canvas->goForward(); }});
  const auto addPart = [&](const char* name, const char* text, const char* tooltip, Qt::Key key, Part part) {
    all.push_back({id(name),
                   actionText(text),
                   actionText(tooltip),
                   {},
                   Keys{QKeySequence(Qt::ALT | key)},
                   isStudio,
                   [goTo = to.goTo, part] { goTo(part); }});
  };
  addPart("view.canvas", "To the &drawing", "The keyboard goes to the canvas", Qt::Key_1, Part::Canvas);
  addPart("view.outline", "To the out&line", "The drawing as a tree: zones, blocks, links", Qt::Key_2,
          Part::Outline);
  addPart("view.inspector", "To the ins&pector", "What is selected, and all that can be set of it", Qt::Key_3,
          Part::Inspector);
  addPart("view.details", "To the &charts and tables", "Charts, results, cost, checklist, problems",
          Qt::Key_4, Part::Details);
  all.push_back({id("view.minimap"),
                 actionText("&Map"),
                 actionText("The whole drawing, small, in the corner"),
                 {},
                 Keys{QKeySequence(Qt::Key_M)},
                 isStudio,
                 to.toggleMinimap,
                 KeyScope::Canvas,
                 [canvas] { return canvas->isMinimapVisible(); }});
  all.push_back({id("view.estimate"), actionText("&Estimate"),
                 actionText("Reckon the load from users, on the back of an envelope"), id("load"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B)}, isStudio, to.showEstimate});
  all.push_back({id("view.forecast"), actionText("F&orecast"),
                 actionText("A day, a week or a year of the design as a flow"), id("chart"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F)}, isStudio, to.showForecast});
  all.push_back({id("view.theme"),
                 actionText("Light or dark &theme"),
                 actionText("Switch between light and dark"),
                 id("theme"),
                 Keys{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L)},
                 {},
                 to.toggleTheme});
}

void addHelpActions(std::vector<ActionSpec>& all, const ActionTargets& to) {
  all.push_back({id("help.commands"),
                 actionText("&Commands..."),
                 actionText("Everything one can do, by name"),
                 id("search"),
                 Keys{QKeySequence(Qt::CTRL | Qt::Key_K)},
                 {},
                 to.showCommands});
  all.push_back({id("help.shortcuts"),
                 actionText("&Keys and gestures"),
                 actionText("All of them on one sheet"),
                 {},
                 Keys{QKeySequence(Qt::Key_Question)},
                 {},
                 to.showShortcuts,
                 KeyScope::Canvas});
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
  addArrangeActions(all, targets);
  addViewActions(all, targets);
  addHelpActions(all, targets);
  return all;
}

std::vector<MenuSpec> studioMenus() {
  return {
      {actionText("&File"), ids({"file.gallery", "file.new", "file.open", "-", "file.save", "file.save_as",
                                 "-", "file.export", "file.picture", "file.picture_of_selection",
                                 "file.copy_picture", "file.print", "-", "file.quit"})},
      {actionText("&Edit"), ids({"edit.undo",
                                 "edit.redo",
                                 "-",
                                 "edit.cut",
                                 "edit.copy",
                                 "edit.paste",
                                 "edit.duplicate",
                                 "edit.delete",
                                 "-",
                                 "edit.select_all",
                                 "edit.select_links",
                                 "edit.find",
                                 "-",
                                 "edit.add",
                                 "edit.add_next",
                                 "edit.link",
                                 "edit.relink_to",
                                 "edit.relink_from",
                                 "edit.add_zone",
                                 "edit.fold",
                                 "edit.add_note",
                                 "edit.palette",
                                 "-",
                                 "edit.rename"})},
      {actionText("&Arrange"),
       ids({"arrange.layout", "arrange.layout_selection", "arrange.pin", "-", "arrange.left",
            "arrange.centre", "arrange.right", "-", "arrange.top", "arrange.middle", "arrange.bottom", "-",
            "arrange.across", "arrange.down", "-", "arrange.front", "arrange.forward", "arrange.backward",
            "arrange.back"})},
      {actionText("&Run"),
       ids({"run.start", "run.scenario", "run.pause", "run.stop", "-", "run.step", "run.step_request",
            "run.to_failure", "run.to_change", "-", "run.kill", "run.restore"})},
      {actionText("&View"),
       ids({"view.fit", "view.fit_selection", "view.zoom_in", "view.zoom_out", "view.actual_size", "-",
            "view.back", "view.forward", "-", "view.canvas", "view.outline", "view.inspector", "view.details",
            "view.estimate", "view.forecast", "-", "view.minimap", "view.theme"})},
      {actionText("&Help"), ids({"help.commands", "help.shortcuts", "-", "help.contents"})},
  };
}

QStringList toolBarActions() {
  return ids({"file.gallery", "file.open", "file.save", "file.export", "-", "edit.undo", "edit.redo", "-",
              "edit.add", "arrange.layout", "view.fit", "view.theme"});
}

QStringList toolBarRunActions() {
  return ids({"run.start", "run.pause", "run.step", "run.stop"});
}

QStringList blockMenuActions() {
  return ids({"run.kill", "run.restore", "-", "edit.rename", "edit.add_next", "edit.link",
              "edit.select_links", "-", "arrange.front", "arrange.back", "arrange.pin",
              "arrange.layout_selection", "edit.add_zone", "-", "edit.duplicate", "edit.copy", "edit.cut",
              "edit.delete"});
}

QStringList linkMenuActions() {
  return ids({"edit.add", "edit.relink_to", "edit.relink_from", "-", "edit.delete"});
}

QStringList placeMenuActions() {
  return ids({"edit.fold", "edit.rename", "-", "edit.add", "edit.add_note", "edit.add_zone", "-",
              "arrange.front", "arrange.back", "view.fit_selection", "-", "edit.duplicate", "edit.copy",
              "edit.cut", "edit.delete"});
}

QStringList canvasMenuActions() {
  return ids({"edit.add", "edit.add_note", "edit.add_zone", "edit.paste", "-", "arrange.layout",
              "edit.select_all", "view.fit"});
}

std::vector<widgets::ShortcutGroup> shortcutGroups(const ActionTable& table) {
  std::vector<widgets::ShortcutGroup> groups;
  const auto plain = [](QString text) { return text.remove(QLatin1Char('&')).remove(QStringLiteral("...")); };
  for (const MenuSpec& menu : studioMenus()) {
    widgets::ShortcutGroup group{plain(menu.title), {}};
    for (const QString& each : menu.actions) {
      if (each != QStringLiteral("-") && !table.action(each)->shortcut().isEmpty()) {
        group.rows.push_back({table.action(each)->shortcut().toString(QKeySequence::NativeText),
                              plain(table.action(each)->text())});
      }
    }
    groups.push_back(std::move(group));
  }
  groups.push_back({actionText("On the canvas"),
                    {{actionText("Drag an edge"), actionText("Link to another block, or to a new one")},
                     {actionText("Drop on a link"), actionText("Put a block in between")},
                     {actionText("Drag a link's end"), actionText("To another block")},
                     {actionText("Drag the empty canvas"), actionText("Select what the rectangle touches")},
                     {actionText("Ctrl, Shift"), actionText("Add to the selection")},
                     {actionText("Alt"), actionText("Suspend grid and guides")},
                     {actionText("Ctrl+Drag"), actionText("Copy")},
                     {actionText("Shift+Drag"), actionText("Move straight across or down")},
                     {actionText("Double click, Enter"), actionText("Rename, or write a note")},
                     {actionText("Double click on nothing"), actionText("Add a block there")},
                     {actionText("Tab"), actionText("The next block")},
                     {actionText("Arrows"), actionText("Move by a grid step, with Shift by eight")},
                     {actionText("Ctrl+Arrows"), actionText("Resize a zone or note, with Shift by eight")},
                     {actionText("Triangle of a zone"), actionText("Collapse it to one block, or open it")},
                     {actionText("Delete"), actionText("Remove what is selected")},
                     {actionText("Wheel"), actionText("Zoom; with Shift, pan")},
                     {actionText("Space, middle button"), actionText("Pan")},
                     {actionText("Esc"), actionText("Cancel, select nothing, or back to the drawing")}}});
  return groups;
}

}  // namespace cantilever::app
