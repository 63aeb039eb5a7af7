#include "app/gui/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyle>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <algorithm>

#include "app/gui/action_table.h"
#include "app/gui/arrange_controller.h"
#include "app/gui/document.h"
#include "app/gui/edit_controller.h"
#include "app/gui/estimate_controller.h"
#include "app/gui/export_controller.h"
#include "app/gui/file_controller.h"
#include "app/gui/forecast_controller.h"
#include "app/gui/insert_controller.h"
#include "app/gui/picture_controller.h"
#include "app/gui/presenter.h"
#include "app/gui/run_controller.h"
#include "app/gui/studio_actions.h"
#include "app/gui/view_updater.h"
#include "app/gui/worker/analysis_worker.h"
#include "core/exchange/help_pages.h"
#include "core/exchange/templates.h"
#include "core/model/names.h"
#include "widgets/panels/help_browser.h"
#include "widgets/panels/pick_popup.h"
#include "widgets/panels/shortcut_sheet.h"
#include "widgets/style/fuzzy.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::app {
namespace {

using widgets::toQString;

constexpr QSize kFirstSize{1440, 900};
constexpr int kPaletteWidth = 230;
constexpr int kInspectorWidth = 352;
constexpr int kDetailsHeight = 270;
constexpr int kFeedbackMilliseconds = 8000;

}  // namespace

MainWindow::MainWindow(const catalog::Catalog& catalog, Settings& settings, Presenter& presenter,
                       QWidget* parent)
    : QMainWindow(parent), m_catalog(catalog), m_settings(settings), m_presenter(presenter) {
  setObjectName(QStringLiteral("studio"));
  setWindowIcon(widgets::icon(QStringLiteral("cantilever")));
  makeParts();
  makeActions();
  makeDocks();
  makeBars();
  m_views.canvas->setMinimapVisible(m_settings.isMinimapShown());
  fillGallery();
  fillRecentFiles();
  if (!restoreGeometry(m_settings.geometry())) {
    resize(kFirstSize);
  }
  showGallery();
}

MainWindow::~MainWindow() {
  // The threads go first: nothing may arrive at views that are gone.
  delete m_runs;
  delete m_forecasts;
  delete m_analysis;
}

void MainWindow::makeParts() {
  m_pages = new QStackedWidget(this);
  m_views.gallery = new widgets::Gallery(m_catalog, m_pages);
  m_views.canvas = new widgets::CanvasView(m_catalog, m_pages);
  m_pages->addWidget(m_views.gallery);
  m_pages->addWidget(m_views.canvas);
  setCentralWidget(m_pages);
  m_views.palette = new widgets::PalettePanel(m_catalog, this);
  m_views.outline = new widgets::OutlinePanel(m_catalog, this);
  m_views.inspector = new widgets::InspectorPanel(m_catalog, this);
  m_views.estimate = new widgets::EstimatePanel(this);
  m_details = new QTabWidget(this);
  m_views.charts = new widgets::LiveCharts(m_details);
  m_views.results = new widgets::ResultPanel(m_details);
  m_views.forecast = new widgets::ForecastPanel(m_details);
  m_views.cost = new widgets::CostPanel(m_details);
  m_views.checklist = new widgets::ChecklistPanel(m_details);
  m_views.problems = new ProblemsPanel(m_details);
  m_views.runBar = new RunBar(this);
  m_views.verdicts = new VerdictLine(this);

  m_document = new Document(m_catalog, this);
  m_analysis = new AnalysisWorker(m_catalog, this);
  m_runs = new RunController(*m_document, this);
  m_edits = new EditController(*m_document, *m_views.canvas, *m_views.inspector, *m_views.palette, this);
  m_estimates = new EstimateController(*m_document, *m_views.estimate, this);
  m_forecasts = new ForecastController(*m_document, m_presenter, *m_views.forecast, this);
  m_files = new FileController(*m_document, m_settings, m_presenter, this);
  m_exports = new ExportController(*m_document, *m_analysis, *m_runs, m_presenter, this);
  m_inserts =
      new InsertController(*m_document, *m_edits, m_settings, *m_views.canvas, *m_views.palette, this);
  m_arrange = new ArrangeController(*m_document, *m_views.canvas, this);
  m_pictures = new PictureController(*m_document, *m_views.canvas, m_presenter, this);
  m_updater = new ViewUpdater(*m_document, *m_analysis, *m_runs, *m_edits, m_views, this);

  connect(m_document, &Document::titleChanged, this, &MainWindow::showTitle);
  connect(m_document, &Document::refused, this, &MainWindow::showFeedback);
  connect(m_document, &Document::replaced, this, [this] { m_views.outline->show(m_document->design()); });
  connect(m_document, &Document::changed, m_views.outline, &widgets::OutlinePanel::update);
  connect(m_views.canvas, &widgets::CanvasView::selectionChanged, this,
          [this] { m_views.outline->setSelection(m_views.canvas->selection()); });
  connect(m_views.outline, &widgets::OutlinePanel::chosen, m_views.canvas, &widgets::CanvasView::reveal);
  connect(m_views.outline, &widgets::OutlinePanel::removeRequested, m_edits,
          &EditController::removeSelection);
  connect(m_estimates, &EstimateController::applied, this,
          [this] { showFeedback(tr("The loads have the rates of the estimate.")); });
  connect(m_edits, &EditController::remarked, this, &MainWindow::showFeedback);
  connect(m_pictures, &PictureController::done, this, &MainWindow::showFeedback);
  connect(m_runs, &RunController::acted, this, &MainWindow::showFeedback);
  connect(m_runs, &RunController::failed, this, [this](const QString& reason) {
    m_presenter.showError(this, tr("Could not run"), reason);
    m_details->setCurrentWidget(m_views.problems);
  });
  connect(m_files, &FileController::opened, this, &MainWindow::showStudio);
  connect(m_files, &FileController::recentFilesChanged, this, &MainWindow::fillRecentFiles);
  connect(m_files, &FileController::saved, this,
          [this](const QString& path) { showFeedback(tr("Saved to %1").arg(path)); });
  connect(m_views.gallery, &widgets::Gallery::templateChosen, m_files, &FileController::openTemplate);
  connect(m_views.gallery, &widgets::Gallery::fileChosen, m_files, &FileController::openFile);
  connect(m_views.gallery, &widgets::Gallery::emptyDesignChosen, m_files, &FileController::newEmpty);
  connect(m_views.gallery, &widgets::Gallery::openChosen, m_files, &FileController::open);
  connect(m_views.checklist, &widgets::ChecklistPanel::exportRequested, this,
          [this] { m_exports->openDialog(QStringLiteral("checklist")); });
  connect(m_views.canvas, &widgets::CanvasView::contextMenuRequested, this, &MainWindow::showContextMenu);
  // The inspector's page of a zone begins with its name, that of a note with its text.
  connect(m_views.canvas, &widgets::CanvasView::writeRequested, this, [this] { goTo(Part::Inspector); });
}

void MainWindow::makeActions() {
  m_actions = new ActionTable(studioActions({*m_document,
                                             *m_files,
                                             *m_edits,
                                             *m_runs,
                                             *m_exports,
                                             *m_inserts,
                                             *m_arrange,
                                             *m_pictures,
                                             m_views,
                                             [this] { showGallery(); },
                                             [this] { return isGalleryShown(); },
                                             [this] { toggleTheme(); },
                                             [this] { showHelp(); },
                                             [this] { showCommands(); },
                                             [this] { showShortcuts(); },
                                             [this] { find(); },
                                             [this] { toggleMinimap(); },
                                             [this] { showEstimate(); },
                                             [this] { showForecast(); },
                                             [this](Part part) { goTo(part); },
                                             [this] { close(); }}),
                              this, m_views.canvas);
  const auto refresh = [this] { m_actions->refresh(); };
  connect(&m_document->undoStack(), &QUndoStack::indexChanged, m_actions, refresh);
  connect(m_document, &Document::titleChanged, m_actions, refresh);
  connect(m_views.canvas, &widgets::CanvasView::selectionChanged, m_actions, refresh);
  connect(m_views.canvas, &widgets::CanvasView::viewChanged, m_actions, [this] {
    for (const char* one : {"view.back", "view.forward"}) {
      m_actions->refresh(QString::fromLatin1(one));
    }
  });
  connect(m_runs, &RunController::stateChanged, m_actions, refresh);
  connect(QApplication::clipboard(), &QClipboard::dataChanged, m_actions, refresh);
  for (const MenuSpec& spec : studioMenus()) {
    m_actions->fill(menuBar()->addMenu(spec.title), spec.actions);
  }
}

void MainWindow::showHelp() {
  auto* help = findChild<widgets::HelpBrowser*>();
  if (help == nullptr) {
    std::vector<widgets::HelpText> pages;
    for (const exchange::HelpPage& page : exchange::helpPages()) {
      pages.push_back(
          {widgets::toQString(page.key), widgets::toQString(page.title), widgets::toQString(page.text)});
    }
    help = new widgets::HelpBrowser(std::move(pages), this);
  }
  help->show();
  help->raise();
  help->activateWindow();
}

void MainWindow::showCommands() {
  m_actions->refresh();
  const auto search = [this](const QString& text) {
    std::vector<std::pair<int, widgets::PickEntry>> scored;
    for (const ActionSpec& spec : m_actions->specs()) {
      const QAction* action = m_actions->action(spec.id);
      const QString title = action->text().remove(QLatin1Char('&')).remove(QStringLiteral("..."));
      const bool isExplainedSo = spec.tooltip.contains(text.trimmed(), Qt::CaseInsensitive);
      const int score = std::max(2 * widgets::fuzzyScore(title, text), isExplainedSo ? 2 : 0);
      if (score > 0 && spec.id != QStringLiteral("help.commands")) {
        scored.push_back({score + (action->isEnabled() ? 1 : 0),
                          {spec.id, title, spec.tooltip, spec.icon,
                           action->shortcut().toString(QKeySequence::NativeText), action->isEnabled()}});
      }
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<widgets::PickEntry> entries;
    for (auto& [score, entry] : scored) {
      entries.push_back(std::move(entry));
    }
    return entries;
  };
  auto* list = new widgets::PickPopup(tr("What do you want to do?"), search, this);
  list->setObjectName(QStringLiteral("commandPalette"));
  connect(list, &widgets::PickPopup::chosen, this,
          [this](const QString& id) { m_actions->action(id)->trigger(); });
  list->openCentred();
}

void MainWindow::showShortcuts() {
  auto* sheet = new widgets::ShortcutSheet(shortcutGroups(*m_actions), this);
  sheet->open();
}

void MainWindow::find() {
  const auto search = [this](const QString& text) {
    std::vector<std::pair<int, widgets::PickEntry>> scored;
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const auto offer = [&](int score, const QString& key, const QString& title, const QString& caption,
                           const QString& iconName) {
      if (score > 0) {
        scored.push_back({score, {key, title, caption, iconName, {}, true}});
      }
    };
    // What something is called counts twice as much as what kind it is of.
    const auto offerNamed = [&](const QString& key, const QString& title, const QString& caption,
                                const QString& iconName) {
      offer(std::max(2 * widgets::fuzzyScore(title, text), widgets::fuzzyScore(caption, text)), key, title,
            caption, iconName);
    };
    const Design& design = *m_document->design();
    for (const Block& block : design.blocks) {
      const catalog::BlockType* type = m_catalog.find(block.type);
      const std::string& iconName = type == nullptr      ? block.type
                                    : type->icon.empty() ? type->key
                                                         : type->icon;
      offerNamed(QStringLiteral("b:") + toQString(block.id.text()), toQString(nameOf(block)),
                 toQString(type == nullptr ? block.type : type->label), toQString(iconName));
    }
    for (const Zone& zone : design.zones) {
      offerNamed(QStringLiteral("z:") + toQString(zone.id.text()), toQString(nameOf(zone)), tr("Zone"),
                 QStringLiteral("zone"));
    }
    for (const Note& note : design.notes) {
      // A note has no name: it is found by what it says, word by word, since any letters are in a long text.
      const QString said = toQString(note.text);
      const bool saysSo = std::ranges::all_of(
          words, [&](const QString& word) { return said.contains(word, Qt::CaseInsensitive); });
      offer(saysSo ? 1 : 0, QStringLiteral("n:") + toQString(note.id.text()), widgets::firstLineOf(said),
            tr("Note"), QStringLiteral("note"));
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<widgets::PickEntry> entries;
    for (auto& [score, entry] : scored) {
      entries.push_back(std::move(entry));
    }
    return entries;
  };
  auto* list = new widgets::PickPopup(tr("Find a block, zone or note"), search, this);
  list->setObjectName(QStringLiteral("find"));
  connect(list, &widgets::PickPopup::chosen, this, [this](const QString& key) {
    const std::string id = widgets::toUtf8(key.mid(2));
    widgets::Selection found;
    if (key.startsWith(QLatin1Char('b'))) {
      found.blocks.emplace_back(id);
    } else if (key.startsWith(QLatin1Char('z'))) {
      found.zones.emplace_back(id);
    } else {
      found.notes.emplace_back(id);
    }
    m_views.canvas->reveal(found);
    m_views.canvas->setFocus();
  });
  list->openCentred();
}

/// Shows it, if it is in one and that is closed or behind another.
void MainWindow::raiseDockOf(const QWidget& place) {
  if (auto* dock = qobject_cast<QDockWidget*>(place.parentWidget())) {
    dock->show();
    dock->raise();
  }
}

void MainWindow::goTo(Part part) {
  QWidget* place = part == Part::Outline     ? static_cast<QWidget*>(m_views.outline)
                   : part == Part::Inspector ? static_cast<QWidget*>(m_views.inspector)
                   : part == Part::Details   ? static_cast<QWidget*>(m_details)
                                             : m_views.canvas;
  raiseDockOf(*place);
  if (part == Part::Outline) {
    m_views.outline->focusTree();
  } else if (part == Part::Inspector) {
    m_views.inspector->focusFirst();
  } else if (part == Part::Details) {
    m_details->tabBar()->setFocus(Qt::ShortcutFocusReason);
  } else {
    m_views.canvas->setFocus(Qt::ShortcutFocusReason);
  }
}

void MainWindow::toggleMinimap() {
  m_views.canvas->setMinimapVisible(!m_views.canvas->isMinimapVisible());
  m_settings.setMinimapShown(m_views.canvas->isMinimapVisible());
  m_actions->refresh();
}

void MainWindow::makeDocks() {
  const auto addDock = [this](const char* name, const QString& title, QWidget* content,
                              Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QString::fromLatin1(name));
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks.append(dock);
    return dock;
  };
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  QDockWidget* palette = addDock("paletteDock", tr("Blocks"), m_views.palette, Qt::LeftDockWidgetArea);
  QDockWidget* outline = addDock("outlineDock", tr("Outline"), m_views.outline, Qt::LeftDockWidgetArea);
  tabifyDockWidget(palette, outline);
  palette->raise();
  m_inspectorDock = addDock("inspectorDock", tr("Inspector"), m_views.inspector, Qt::RightDockWidgetArea);
  m_estimateDock = addDock("estimateDock", tr("Estimate"), m_views.estimate, Qt::RightDockWidgetArea);
  tabifyDockWidget(m_inspectorDock, m_estimateDock);
  m_inspectorDock->raise();
  QDockWidget* details = addDock("detailsDock", tr("Details"), m_details, Qt::BottomDockWidgetArea);
  details->setTitleBarWidget(new QWidget(details));  // the tabs are its title
  m_details->setObjectName(QStringLiteral("details"));
  m_details->setDocumentMode(true);
  m_details->addTab(m_views.charts, tr("Charts"));
  m_details->addTab(m_views.results, tr("Results"));
  m_details->addTab(m_views.forecast, tr("Forecast"));
  m_details->addTab(m_views.cost, tr("Cost"));
  m_details->addTab(m_views.checklist, tr("Checklist"));
  m_details->addTab(m_views.problems, tr("Problems"));
  resizeDocks({palette, m_inspectorDock}, {kPaletteWidth, kInspectorWidth}, Qt::Horizontal);
  resizeDocks({details}, {kDetailsHeight}, Qt::Vertical);
}

void MainWindow::makeBars() {
  m_toolBar = addToolBar(tr("Tools"));
  m_toolBar->setObjectName(QStringLiteral("toolBar"));
  m_toolBar->setMovable(false);
  m_toolBar->setIconSize(QSize(20, 20));
  m_actions->fill(m_toolBar, toolBarActions());
  m_runTools = addToolBar(tr("Run"));
  m_runTools->setObjectName(QStringLiteral("runTools"));
  m_runTools->setMovable(false);
  m_runTools->setIconSize(m_toolBar->iconSize());
  m_actions->fill(m_runTools, toolBarRunActions());
  if (auto* run = qobject_cast<QToolButton*>(
          m_runTools->widgetForAction(m_actions->action(QStringLiteral("run.start"))))) {
    run->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  }
  m_runTools->addWidget(m_views.runBar);
  statusBar()->addPermanentWidget(m_views.verdicts, 1);
  connect(statusBar(), &QStatusBar::messageChanged, m_views.verdicts, &VerdictLine::showMessage);
}

/// In one row, or in two where the window is too narrow: nothing is hidden.
void MainWindow::placeToolBars() {
  const bool isNarrow = m_toolBar->sizeHint().width() + m_runTools->sizeHint().width() > width();
  if (toolBarBreak(m_runTools) != isNarrow) {
    isNarrow ? insertToolBarBreak(m_runTools) : removeToolBarBreak(m_runTools);
  }
}

/// In a narrow window both docks would keep their width, and lie over each other.
void MainWindow::makeRoomForDetails() {
  const bool isBeside = !m_inspectorDock->isHidden() && !m_inspectorDock->isFloating() &&
                        dockWidgetArea(m_inspectorDock) == Qt::RightDockWidgetArea && m_details->isVisible();
  const int separator = style()->pixelMetric(QStyle::PM_DockWidgetSeparatorExtent, nullptr, this);
  const int room = width() - m_details->minimumSizeHint().width() - separator;
  if (isBeside && m_inspectorDock->width() > room && room >= m_estimateDock->minimumSizeHint().width()) {
    resizeDocks({m_inspectorDock}, {room}, Qt::Horizontal);
  }
}

bool MainWindow::event(QEvent* event) {
  const bool isDone = QMainWindow::event(event);
  if (m_runTools != nullptr && (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)) {
    placeToolBars();
    makeRoomForDetails();
  }
  return isDone;
}

/// Esc that nobody had a use for leads back to the drawing.
void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && !isGalleryShown()) {
    m_views.canvas->setFocus(Qt::OtherFocusReason);
    return;
  }
  QMainWindow::keyPressEvent(event);
}

void MainWindow::fillGallery() {
  std::vector<widgets::Gallery::Entry> entries;
  for (const exchange::Template& one : exchange::templates()) {
    widgets::Gallery::Entry entry{toQString(one.key), toQString(one.title), toQString(one.summary), nullptr,
                                  toQString(one.category)};
    if (Result<exchange::LoadedDesign> loaded = exchange::loadTemplate(one.key, m_catalog)) {
      entry.design = std::make_shared<const Design>(std::move(loaded->design));
    }
    entries.push_back(std::move(entry));
  }
  m_views.gallery->setTemplates(std::move(entries));
}

void MainWindow::fillRecentFiles() {
  std::vector<widgets::Gallery::Entry> entries;
  for (const QString& path : m_settings.recentFiles()) {
    const QFileInfo file(path);
    entries.push_back({path, file.fileName(), file.absolutePath(), nullptr});
  }
  m_views.gallery->setRecentFiles(std::move(entries));
}

bool MainWindow::isGalleryShown() const {
  return m_pages->currentWidget() == m_views.gallery;
}

void MainWindow::showGallery() {
  m_pages->setCurrentWidget(m_views.gallery);
  setStudioPartsVisible(false);
  m_actions->refresh();
  showTitle();
}

void MainWindow::showStudio() {
  m_pages->setCurrentWidget(m_views.canvas);
  setStudioPartsVisible(true);
  if (!std::exchange(m_isStudioPlaced, true)) {
    restoreState(m_settings.layout());
  }
  m_actions->refresh();
  showTitle();
  m_views.canvas->setFocus();
  // Once the docks have their places.
  QTimer::singleShot(0, m_views.canvas, &widgets::CanvasView::fitAll);
}

void MainWindow::setStudioPartsVisible(bool isVisible) {
  for (QDockWidget* dock : m_docks) {
    dock->setVisible(isVisible);
  }
  m_toolBar->setVisible(isVisible);
  m_runTools->setVisible(isVisible);
  statusBar()->setVisible(isVisible);
}

void MainWindow::showContextMenu(const QPoint& globalPosition) {
  m_actions->refresh();
  auto* menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("contextMenu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const widgets::Selection selection = m_views.canvas->selection();
  const bool isLinks = !selection.links.empty() && selection.blocks.empty() && selection.zones.empty();
  m_actions->fill(menu, selection.isEmpty()         ? canvasMenuActions()
                        : isLinks                   ? linkMenuActions()
                        : !selection.blocks.empty() ? blockMenuActions()
                                                    : placeMenuActions());
  menu->popup(globalPosition);
}

void MainWindow::toggleTheme() {
  using Kind = widgets::Theme::Kind;
  const Kind kind = widgets::currentTheme().kind == Kind::Dark ? Kind::Light : Kind::Dark;
  widgets::applyTheme(*qApp, kind);
  m_settings.setTheme(kind);
  m_actions->refreshIcons();
  m_updater->refreshColors();
}

void MainWindow::showEstimate() {
  m_estimateDock->show();
  m_estimateDock->raise();
  m_views.estimate->focusFirst();
}

void MainWindow::showForecast() {
  raiseDockOf(*m_details);
  m_details->setCurrentWidget(m_views.forecast);
  if (!m_views.forecast->hasForecast() && !m_forecasts->isBusy()) {
    m_forecasts->request();
  }
}

void MainWindow::showTitle() {
  if (isGalleryShown()) {
    setWindowModified(false);
    setWindowTitle(tr("Cantilever Studio"));
    return;
  }
  setWindowTitle(tr("%1[*] - Cantilever Studio").arg(m_document->title()));
  setWindowModified(m_document->isDirty());
}

void MainWindow::showFeedback(const QString& text) {
  statusBar()->showMessage(text, kFeedbackMilliseconds);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!m_files->mayDiscard()) {
    event->ignore();
    return;
  }
  m_runs->reset();
  if (m_isStudioPlaced && !isGalleryShown()) {
    m_settings.setWindow(saveGeometry(), saveState());
  }
  event->accept();
}

}  // namespace cantilever::app
