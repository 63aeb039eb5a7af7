#include "app/gui/studio.h"

#include <QApplication>
#include <QBuffer>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>

#include "app/gui/document.h"
#include "app/gui/file_controller.h"
#include "app/gui/main_window.h"
#include "app/gui/presenter.h"
#include "app/gui/run_controller.h"
#include "app/gui/settings.h"
#include "core/exchange/file_set.h"
#include "core/storage/document_file.h"
#include "widgets/canvas/picture.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;
constexpr int kSettleMilliseconds = 600;

void printError(const QString& message) {
  std::fprintf(stderr, "cantilever: %s\n", qPrintable(message));
}

/// For runs that nobody watches: messages go to standard error, questions are answered with "no".
class PrintingPresenter : public Presenter {
 public:
  void showError(QWidget*, const QString& title, const QString& message) override {
    printError(QStringLiteral("%1: %2").arg(title, message));
  }
  UnsavedAnswer askAboutUnsaved(QWidget*, const QString&) override { return UnsavedAnswer::Discard; }
  QString askFileToOpen(QWidget*, const QString&) override { return {}; }
  QString askFileToSave(QWidget*, const QString&) override { return {}; }
  QString askProfileFile(QWidget*, const QString&) override { return {}; }
  QString askPictureFile(QWidget*, const QString&) override { return {}; }
  bool askToReplace(QWidget*, const QStringList&) override { return false; }
  bool choosePrinter(QWidget*, QPrinter&) override { return false; }
};

/// True: what was asked for is shown, or nothing was asked for.
bool openAsAsked(MainWindow& window, const Options& options) {
  if (!options.file.isEmpty()
          ? !window.files().openFile(options.file)
          : !options.templateKey.isEmpty() && !window.files().openTemplate(options.templateKey)) {
    return false;
  }
  const ScenarioId scenario(widgets::toUtf8(options.scenario));
  if (!scenario.isEmpty() && !window.document().design()->scenarios.contains(scenario)) {
    printError(
        QCoreApplication::translate("Studio", "--scenario: the design has no \"%1\".").arg(options.scenario));
    return false;
  }
  window.runs().setScenario(scenario);
  return true;
}

void setLoad(MainWindow& window, double factor) {
  window.runs().setLoadFactor(factor);
  window.views().runBar->showLoadFactor(factor);
}

bool savePicture(const QPixmap& picture, const QString& path) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  picture.save(&buffer, "PNG");
  const Result<void> written = exchange::writeFile(widgets::toUtf8(path), bytes.toStdString());
  if (!written) {
    printError(widgets::toQString(written.error().message));
  }
  return written.ok();
}

}  // namespace

int showStudio(QApplication& application, const Options& options) {
  Settings settings;
  DialogPresenter presenter;
  widgets::applyTheme(application, options.theme.value_or(settings.theme()));
  MainWindow window(catalog::Catalog::builtIn(), settings, presenter);
  setLoad(window, options.loadFactor);
  window.show();
  openAsAsked(window, options);  // on failure it has said why; the gallery stays
  return QApplication::exec();
}

int takeScreenshot(QApplication& application, const Options& options) {
  const QTemporaryDir folder;
  Settings settings(folder.filePath(QStringLiteral("settings.ini")));
  PrintingPresenter presenter;
  widgets::applyTheme(application, options.theme.value_or(widgets::Theme::Kind::Light));
  MainWindow window(catalog::Catalog::builtIn(), settings, presenter);
  setLoad(window, options.loadFactor);
  window.resize(options.size);
  window.show();
  if (!openAsAsked(window, options)) {
    return kBadInput;
  }
  int waitMilliseconds = kSettleMilliseconds;
  if (options.after > Duration()) {
    window.runs().start();
    waitMilliseconds = static_cast<int>(options.after.inMilliseconds());
  }
  bool isSaved = false;
  QTimer::singleShot(waitMilliseconds, &window, [&] {
    isSaved = savePicture(window.grab(), options.screenshot);
    QApplication::quit();
  });
  QApplication::exec();
  return isSaved ? kDone : kFailed;
}

int renderDesignToFile(const Options& options) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  const Result<exchange::LoadedDesign> loaded =
      storage::openDesignOrTemplate(widgets::toUtf8(options.renderDesign), catalog);
  if (!loaded) {
    printError(widgets::toQString(loaded.error().message));
    return kBadInput;
  }
  // Fonts and widget style as in the window; the theme of the picture itself is an option of it.
  widgets::applyTheme(*qApp, widgets::Theme::Kind::Light);
  widgets::PictureOptions picture;
  picture.theme = options.theme.value_or(widgets::Theme::Kind::Light);
  picture.scale = options.scale;
  picture.isTransparent = options.isTransparent;
  if (!options.only.isEmpty()) {
    widgets::Selection chosen;
    for (const QString& text : options.only) {
      const std::string id = widgets::toUtf8(text);
      if (loaded->design.blocks.contains(BlockId(id))) {
        chosen.blocks.emplace_back(id);
      } else if (loaded->design.zones.contains(ZoneId(id))) {
        chosen.zones.emplace_back(id);
      } else if (loaded->design.notes.contains(NoteId(id))) {
        chosen.notes.emplace_back(id);
      } else {
        printError(QCoreApplication::translate("Studio", "--only: there is no block, zone or note \"%1\".")
                       .arg(text));
        return kBadInput;
      }
    }
    picture.only = std::move(chosen);
  }
  const QByteArray bytes =
      widgets::pictureOf(loaded->design, catalog, *widgets::pictureFormatOf(options.output), picture);
  if (bytes.isEmpty()) {
    printError(QCoreApplication::translate(
        "Studio",
        "There is not enough memory for so large a picture: choose a smaller --scale, or SVG or PDF."));
    return kFailed;
  }
  const Result<void> written = exchange::writeFile(widgets::toUtf8(options.output), bytes.toStdString());
  if (!written) {
    printError(widgets::toQString(written.error().message));
    return kFailed;
  }
  return kDone;
}

}  // namespace cantilever::app
