#pragma once

#include <QStringList>
#include <functional>
#include <vector>

#include "app/gui/action_table.h"
#include "app/gui/arrange_controller.h"
#include "app/gui/document.h"
#include "app/gui/edit_controller.h"
#include "app/gui/export_controller.h"
#include "app/gui/file_controller.h"
#include "app/gui/insert_controller.h"
#include "app/gui/picture_controller.h"
#include "app/gui/run_controller.h"
#include "app/gui/views.h"
#include "widgets/panels/shortcut_sheet.h"

namespace cantilever::app {

/// The parts of the window that the keyboard can be in.
enum class Part { Canvas, Outline, Inspector, Details };

/// What the actions act on.
struct ActionTargets {
  Document& document;
  FileController& files;
  EditController& edits;
  RunController& runs;
  ExportController& exports;
  InsertController& inserts;
  ArrangeController& arrange;
  PictureController& pictures;
  const Views& views;
  std::function<void()> showGallery;
  std::function<bool()> isGalleryShown;
  std::function<void()> toggleTheme;
  std::function<void()> showHelp;
  std::function<void()> showCommands;   ///< a list of all actions to choose from
  std::function<void()> showShortcuts;  ///< a sheet of all keys
  std::function<void()> find;
  std::function<void()> toggleMinimap;
  std::function<void()> showEstimate;  ///< the back-of-envelope sheet
  std::function<void()> showForecast;
  std::function<void(Part)> goTo;  ///< shows it if it is hidden
  std::function<void()> quit;
};

/// The one list of everything a person can do.
std::vector<ActionSpec> studioActions(const ActionTargets& targets);

struct MenuSpec {
  QString title;
  QStringList actions;  ///< "-" is a separator
};
std::vector<MenuSpec> studioMenus();
QStringList toolBarActions();
/// Before the run bar.
QStringList toolBarRunActions();
QStringList blockMenuActions();
QStringList linkMenuActions();
QStringList placeMenuActions();  ///< of zones and notes
QStringList canvasMenuActions();

/// All keys by menu, and the gestures that are no actions.
std::vector<widgets::ShortcutGroup> shortcutGroups(const ActionTable& table);

}  // namespace cantilever::app
