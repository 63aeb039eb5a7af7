#pragma once

#include <QMainWindow>
#include <memory>

#include "app/gui/settings.h"
#include "app/gui/views.h"
#include "core/catalog/block_type.h"

class QDockWidget;
class QStackedWidget;
class QTabWidget;
class QToolBar;

namespace cantilever::app {

enum class Part;
class ActionTable;
class ArrangeController;
class AnalysisWorker;
class Document;
class EditController;
class EstimateController;
class ExportController;
class FileController;
class ForecastController;
class InsertController;
class PictureController;
class Presenter;
class RunController;
class ViewUpdater;

/// The window: makes the parts, places them and remembers where they were. Every decision is a controller's.
/// Begins in the gallery.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  /// All three outlive the window.
  MainWindow(const catalog::Catalog& catalog, Settings& settings, Presenter& presenter,
             QWidget* parent = nullptr);
  ~MainWindow() override;

  Document& document() { return *m_document; }
  FileController& files() { return *m_files; }
  RunController& runs() { return *m_runs; }
  AnalysisWorker& analysis() { return *m_analysis; }
  const Views& views() const { return m_views; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void makeParts();
  void makeActions();
  void makeDocks();
  void makeBars();
  void placeToolBars();
  void makeRoomForDetails();
  void fillGallery();
  void fillRecentFiles();
  void showGallery();
  void showStudio();
  void setStudioPartsVisible(bool isVisible);
  bool isGalleryShown() const;
  void showContextMenu(const QPoint& globalPosition);
  void toggleTheme();
  void showHelp();
  void showCommands();
  void showShortcuts();
  void find();
  static void raiseDockOf(const QWidget& place);
  void goTo(Part part);
  void toggleMinimap();
  void showEstimate();
  void showForecast();
  void showTitle();
  void showFeedback(const QString& text);

  const catalog::Catalog& m_catalog;
  Settings& m_settings;
  Presenter& m_presenter;
  Views m_views;
  QStackedWidget* m_pages = nullptr;
  QTabWidget* m_details = nullptr;
  QDockWidget* m_inspectorDock = nullptr;
  QDockWidget* m_estimateDock = nullptr;
  QToolBar* m_toolBar = nullptr;
  QToolBar* m_runTools = nullptr;
  QList<QDockWidget*> m_docks;
  bool m_isStudioPlaced = false;

  // Children of the window.
  Document* m_document = nullptr;
  AnalysisWorker* m_analysis = nullptr;
  RunController* m_runs = nullptr;
  EditController* m_edits = nullptr;
  EstimateController* m_estimates = nullptr;
  ForecastController* m_forecasts = nullptr;
  FileController* m_files = nullptr;
  ExportController* m_exports = nullptr;
  InsertController* m_inserts = nullptr;
  ArrangeController* m_arrange = nullptr;
  PictureController* m_pictures = nullptr;
  ViewUpdater* m_updater = nullptr;
  ActionTable* m_actions = nullptr;
};

}  // namespace cantilever::app
