#pragma once

#include <QString>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>
#include <optional>
#include <queue>

#include "app/gui/main_window.h"
#include "app/gui/presenter.h"
#include "app/gui/settings.h"
#include "core/model/design.h"

class QMenu;

namespace cantilever::app::testing {

/// Answers the window's questions as told beforehand and keeps its messages.
class ScriptedPresenter : public Presenter {
 public:
  void showError(QWidget*, const QString& title, const QString& message) override {
    errors.append(title + QStringLiteral(": ") + message);
  }
  UnsavedAnswer askAboutUnsaved(QWidget*, const QString&) override {
    ++unsavedQuestions;
    return unsavedAnswer;
  }
  QString askFileToOpen(QWidget*, const QString&) override { return fileToOpen; }
  QString askFileToSave(QWidget*, const QString&) override { return fileToSave; }
  QString askProfileFile(QWidget*, const QString&) override { return profileFile; }
  QString askPictureFile(QWidget*, const QString&) override { return pictureFile; }
  bool askToReplace(QWidget*, const QStringList& files) override {
    replaced << files;
    return mayReplace;
  }
  bool choosePrinter(QWidget*, QPrinter& printer) override;

  QStringList errors;
  int unsavedQuestions = 0;
  UnsavedAnswer unsavedAnswer = UnsavedAnswer::Discard;
  QString fileToOpen;
  QString fileToSave;
  QString profileFile;
  QString pictureFile;
  QStringList replaced;  ///< what was asked about
  bool mayReplace = false;
  QString printedFile;  ///< what is printed goes there, as PDF
};

/// The real window, offscreen, driven by mouse and keyboard events that enter where the window system's do.
/// What tests look at (labels, chart points, the document) they only read.
class StudioDriver {
 public:
  StudioDriver();

  /// Waits, processing events, until the condition holds; false after `seconds`.
  static bool waitUntil(const std::function<bool()>& condition, int seconds = 30);

  // --- Mouse and keyboard ---
  static void click(QWidget* widget, QPoint at, Qt::MouseButton button = Qt::LeftButton);
  static void click(QWidget* widget);
  static void doubleClick(QWidget* widget, QPoint at);
  /// Press, move in steps, release.
  static void drag(QWidget* widget, QPoint from, QPoint to);
  /// One notch is 120, away from the person.
  static void wheel(QWidget* widget, QPoint at, int angle);
  /// Drag and drop: the mouse starts it in `source`; what it carries then enters, crosses and is dropped as
  /// events of the window, since the offscreen window system moves no drags.
  void dragAndDrop(QWidget* source, QPoint from, QWidget* target, QPoint to);
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {});
  void type(const QString& text);
  /// Chooses an entry of the open context menu with the mouse.
  void chooseInMenu(const QString& text);
  /// The same in the menu bar: "File", "New design".
  void chooseInMenuBar(const QString& menu, const QString& text);
  /// By keyboard, until there is nothing left to undo or redo.
  void undoAll();
  void redoAll();

  // --- Places ---
  QPoint middleOf(const char* block) const;
  void clickBlock(const char* block);
  void showTab(const QString& title);
  template <class T>
  T* child(const char* name) {
    return window->findChild<T*>(QString::fromLatin1(name));
  }

  DesignPtr design() const { return window->document().design(); }
  /// A file in the test's own folder.
  QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
  /// Writes the design there as JSON and returns the path.
  QString writeDesign(const char* name, const Design& design) const;
  /// Opens a file with Ctrl+O.
  void openFile(const QString& file);

 private:
  static void chooseIn(QMenu& menu, const QString& text);
  void stepThroughHistory(Qt::KeyboardModifiers modifiers, const std::function<bool()>& canStep);

  QTemporaryDir m_folder;

 public:
  Settings settings;
  ScriptedPresenter presenter;
  std::unique_ptr<MainWindow> window;
};

}  // namespace cantilever::app::testing
