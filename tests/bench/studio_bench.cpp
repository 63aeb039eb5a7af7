#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "app/gui/document.h"
#include "app/gui/file_controller.h"
#include "app/gui/main_window.h"
#include "app/gui/presenter.h"
#include "app/gui/settings.h"
#include "app/gui/worker/analysis_worker.h"
#include "core/exchange/templates.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

/// From an edit to its numbers: the real window, raster, offscreen, 1440x900, one template after the other.
/// Each edit changes the peak of a workload; its time ends when canvas and status bar with the new figures
/// have been painted. Prints milliseconds of wall time, as people wait for it, and where they went.
namespace cantilever::app {
namespace {

constexpr int kEdits = 100;
constexpr int kWarmUp = 5;

class SilentPresenter : public Presenter {
 public:
  void showError(QWidget*, const QString& title, const QString& message) override {
    std::fprintf(stderr, "%s: %s\n", qPrintable(title), qPrintable(message));
  }
  UnsavedAnswer askAboutUnsaved(QWidget*, const QString&) override { return UnsavedAnswer::Discard; }
  QString askFileToOpen(QWidget*, const QString&) override { return {}; }
  QString askFileToSave(QWidget*, const QString&) override { return {}; }
  QString askProfileFile(QWidget*, const QString&) override { return {}; }
  QString askPictureFile(QWidget*, const QString&) override { return {}; }
  bool askToReplace(QWidget*, const QStringList&) override { return false; }
  bool choosePrinter(QWidget*, QPrinter&) override { return false; }
};

double millisecondsOf(const QElapsedTimer& timer) {
  return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

struct Edits {
  std::vector<double> all, apply, worker, show;
};

double percentile(std::vector<double> times, double share) {
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5)];
}

/// The peak of the first workload, up and down by a little.
void editOnce(MainWindow& window, int number) {
  Workload load = *window.document().design()->workloads.begin();
  load.peak = load.peak * (number % 2 == 0 ? 1.01 : 1 / 1.01);
  window.document().request(edit::PutWorkload{load});
}

/// Waits for the analysis without sleeping in between: sleeps would be measured.
void waitForAnalysis(MainWindow& window) {
  while (window.analysis().current() == nullptr) {
    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
  }
}

Edits measure(MainWindow& window) {
  Edits edits;
  for (int i = 0; i < kWarmUp + kEdits; ++i) {
    QElapsedTimer timer;
    timer.start();
    editOnce(window, i);
    const double applied = millisecondsOf(timer);
    double arrived = 0;
    const auto connection = QObject::connect(&window.analysis(), &AnalysisWorker::analysed, &window,
                                             [&] { arrived = millisecondsOf(timer); });
    waitForAnalysis(window);
    QApplication::processEvents();  // what it caused, paint events included
    const double shown = millisecondsOf(timer);
    QObject::disconnect(connection);
    if (i >= kWarmUp) {
      edits.all.push_back(shown);
      edits.apply.push_back(applied);
      edits.worker.push_back(arrived - applied);
      edits.show.push_back(shown - arrived);
    }
  }
  return edits;
}

/// Of compile, price, solve and check, without threads.
double analysisAlone(const DesignPtr& design) {
  std::vector<double> times;
  for (int i = 0; i < 20; ++i) {
    QElapsedTimer timer;
    timer.start();
    analyse(1, {design}, catalog::Catalog::builtIn());
    times.push_back(millisecondsOf(timer));
  }
  return percentile(times, 0.5);
}

int run(const QStringList& only) {
  widgets::applyTheme(*qApp, widgets::Theme::Kind::Dark);
  const QTemporaryDir folder;
  Settings settings(folder.filePath(QStringLiteral("settings.ini")));
  SilentPresenter presenter;
  MainWindow window(catalog::Catalog::builtIn(), settings, presenter);
  window.resize(1440, 900);
  window.show();
  std::printf("%-22s %8s %8s %8s | %8s %8s %8s %10s\n", "template", "p50", "p95", "max", "apply", "worker",
              "show", "analysis");
  std::vector<double> all;
  for (const exchange::Template& one : exchange::templates()) {
    const QString key = widgets::toQString(one.key);
    if (!only.isEmpty() && !only.contains(key)) {
      continue;
    }
    window.files().openTemplate(key);
    waitForAnalysis(window);
    QApplication::processEvents();  // views settle
    const Edits edits = measure(window);
    std::printf("%-22s %8.2f %8.2f %8.2f | %8.2f %8.2f %8.2f %10.2f\n", one.key.c_str(),
                percentile(edits.all, 0.5), percentile(edits.all, 0.95), percentile(edits.all, 1),
                percentile(edits.apply, 0.5), percentile(edits.worker, 0.5), percentile(edits.show, 0.5),
                analysisAlone(window.document().design()));
    std::fflush(stdout);
    all.insert(all.end(), edits.all.begin(), edits.all.end());
  }
  if (!all.empty()) {
    std::printf("%-22s %8.2f %8.2f %8.2f\n", "all", percentile(all, 0.5), percentile(all, 0.95),
                percentile(all, 1));
  }
  return 0;
}

}  // namespace
}  // namespace cantilever::app

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  return cantilever::app::run(application.arguments().mid(1));
}
