#include "widgets/panels/export_dialog.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFontDatabase>
#include <QFrame>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <map>
#include <optional>

#include "core/base/text.h"
#include "widgets/panels/labels.h"
#include "widgets/panels/status_mark.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr int kPathRole = Qt::UserRole;

QString sizeText(std::size_t size) {
  return toQString(formatShort(bytes(static_cast<double>(size))));
}

/// Files under their folders; a file's row holds its path.
void fillFileTree(QTreeWidget* tree, const exchange::FileSet& files) {
  tree->clear();
  std::map<std::string, QTreeWidgetItem*> folders;
  for (const auto& [path, text] : files) {
    QTreeWidgetItem* parent = tree->invisibleRootItem();
    std::size_t begin = 0;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', begin)) {
      QTreeWidgetItem*& folder = folders[path.substr(0, slash)];
      if (folder == nullptr) {
        folder = new QTreeWidgetItem(parent, {toQString(path.substr(begin, slash - begin))});
      }
      parent = folder;
      begin = slash + 1;
    }
    auto* row = new QTreeWidgetItem(parent, {toQString(path.substr(begin))});
    row->setData(0, kPathRole, toQString(path));
    row->setToolTip(0, QStringLiteral("%1, %2").arg(toQString(path), sizeText(text.size())));
  }
  tree->expandAll();
}

QTreeWidgetItem* firstFileRow(QTreeWidgetItem* parent) {
  for (int row = 0; row < parent->childCount(); ++row) {
    QTreeWidgetItem* child = parent->child(row);
    if (!child->data(0, kPathRole).toString().isEmpty()) {
      return child;
    }
    if (QTreeWidgetItem* found = firstFileRow(child)) {
      return found;
    }
  }
  return nullptr;
}

}  // namespace

struct ExportDialog::Impl {
  void build(ExportDialog& owner);
  QWidget* buildPreview(ExportDialog& owner);
  QWidget* buildFolderLine(ExportDialog& owner);
  void showTarget(int row);
  void showFile(QTreeWidgetItem* row);
  void showWarnings(const std::vector<std::string>& all);
  void setNote(const QString& text, std::optional<Mark> mark);
  void updateWrite();

  std::vector<exchange::Exporter> exporters;
  Render render;
  exchange::FileSet files;
  QListWidget* targets = nullptr;
  ToneLabel* description = nullptr;
  QTreeWidget* tree = nullptr;
  QPlainTextEdit* preview = nullptr;
  QWidget* warningBox = nullptr;
  ToneLabel* warnings = nullptr;
  QString base;
  QLineEdit* folder = nullptr;
  QPushButton* write = nullptr;
  StatusMark* outcomeMark = nullptr;
  ToneLabel* outcome = nullptr;
};

void ExportDialog::Impl::build(ExportDialog& owner) {
  owner.setWindowTitle(tr("Export"));
  owner.resize(1000, 660);
  auto* rows = new QVBoxLayout(&owner);
  rows->setContentsMargins(16, 16, 16, 16);
  rows->setSpacing(12);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(16);

  auto* left = new QVBoxLayout;
  left->addWidget(makeHeading(tr("Target"), &owner));
  targets = new QListWidget(&owner);
  targets->setObjectName(QStringLiteral("targets"));
  targets->setAccessibleName(tr("Target"));
  targets->setFixedWidth(190);
  for (const exchange::Exporter& exporter : exporters) {
    auto* item = new QListWidgetItem(toQString(exporter.label), targets);
    item->setToolTip(toQString(exporter.description));
    item->setSizeHint({0, 32});
  }
  left->addWidget(targets, 1);
  columns->addLayout(left);
  columns->addWidget(buildPreview(owner), 1);
  rows->addLayout(columns, 1);
  rows->addWidget(buildFolderLine(owner));
  connect(targets, &QListWidget::currentRowChanged, &owner, [this](int row) { showTarget(row); });
}

QWidget* ExportDialog::Impl::buildPreview(ExportDialog& owner) {
  auto* right = new QWidget(&owner);
  auto* rows = new QVBoxLayout(right);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  description = makeBody({}, right);
  description->setTone(Tone::Muted);
  rows->addWidget(description);

  auto* splitter = new QSplitter(Qt::Horizontal, right);
  splitter->setChildrenCollapsible(false);
  tree = new QTreeWidget(splitter);
  tree->setObjectName(QStringLiteral("files"));
  tree->setAccessibleName(tr("Files"));
  tree->setHeaderHidden(true);
  tree->setUniformRowHeights(true);
  tree->setMinimumWidth(150);
  connect(tree, &QTreeWidget::currentItemChanged, &owner, [this](QTreeWidgetItem* row) { showFile(row); });
  preview = new QPlainTextEdit(splitter);
  preview->setObjectName(QStringLiteral("preview"));
  preview->setAccessibleName(tr("Preview of the file"));
  preview->setReadOnly(true);
  preview->setLineWrapMode(QPlainTextEdit::NoWrap);
  preview->setTabChangesFocus(true);
  QFont monospaced = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  monospaced.setPointSizeF(9.5);
  preview->setFont(monospaced);
  splitter->addWidget(tree);
  splitter->addWidget(preview);
  splitter->setStretchFactor(1, 1);
  splitter->setSizes({200, 560});
  rows->addWidget(splitter, 1);

  warningBox = makeCard(right);
  auto* line = new QHBoxLayout(warningBox);
  line->setContentsMargins(12, 10, 12, 10);
  line->setSpacing(10);
  line->addWidget(new StatusMark(Mark::Warning, 18, warningBox), 0, Qt::AlignTop);
  warnings = makeBody({}, warningBox);
  warnings->setObjectName(QStringLiteral("warnings"));
  line->addWidget(warnings, 1);
  rows->addWidget(warningBox);
  return right;
}

QWidget* ExportDialog::Impl::buildFolderLine(ExportDialog& owner) {
  auto* bottom = new QWidget(&owner);
  auto* rows = new QVBoxLayout(bottom);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(10);
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  auto* caption = new ToneLabel(tr("&Folder"), Tone::Normal, bottom);
  folder = new QLineEdit(bottom);
  folder->setObjectName(QStringLiteral("folder"));
  folder->setAccessibleName(tr("Folder to write to"));
  caption->setBuddy(folder);
  auto* browse = new QPushButton(tr("Browse\u2026"), bottom);
  browse->setAccessibleName(tr("Choose the folder"));
  browse->setAutoDefault(false);
  line->addWidget(caption);
  line->addWidget(folder, 1);
  line->addWidget(browse);
  rows->addLayout(line);

  auto* last = new QHBoxLayout;
  last->setSpacing(8);
  outcomeMark = new StatusMark(Mark::Good, 16, bottom);
  outcomeMark->hide();
  outcome = makeBody({}, bottom);
  outcome->setObjectName(QStringLiteral("outcome"));
  last->addWidget(outcomeMark);
  last->addWidget(outcome, 1);
  auto* close = new QPushButton(tr("Close"), bottom);
  close->setAccessibleName(tr("Close"));
  close->setAutoDefault(false);
  write = new QPushButton(tr("Write files"), bottom);
  write->setObjectName(QStringLiteral("write"));
  write->setAccessibleName(tr("Write files"));
  write->setDefault(true);
  last->addWidget(close);
  last->addWidget(write);
  rows->addLayout(last);

  connect(folder, &QLineEdit::textChanged, &owner, [this] { updateWrite(); });
  connect(close, &QPushButton::clicked, &owner, &QDialog::close);
  connect(write, &QPushButton::clicked, &owner,
          [this, &owner] { Q_EMIT owner.writeRequested(files, folder->text().trimmed()); });
  connect(browse, &QPushButton::clicked, &owner, [this, &owner] {
    // Qt's own dialog: it is the same everywhere and follows the theme.
    const QString chosen =
        QFileDialog::getExistingDirectory(&owner, tr("Folder to write to"), folder->text(),
                                          QFileDialog::ShowDirsOnly | QFileDialog::DontUseNativeDialog);
    if (!chosen.isEmpty()) {
      folder->setText(chosen);
      folder->setModified(true);
    }
  });
  return bottom;
}

void ExportDialog::Impl::showTarget(int row) {
  files.clear();
  preview->clear();
  setNote({}, std::nullopt);
  if (row < 0 || row >= static_cast<int>(exporters.size())) {
    tree->clear();
    showWarnings({});
    updateWrite();
    return;
  }
  const exchange::Exporter& exporter = exporters[static_cast<std::size_t>(row)];
  description->setText(toQString(exporter.description));
  if (!folder->isModified()) {  // else the person has chosen one
    folder->setText(base + QLatin1Char('-') + toQString(exporter.key));
  }
  const Result<exchange::ExportOutput> output = render(exporter);
  if (output) {
    files = output->files;
    showWarnings(output->warnings);
  } else {
    showWarnings({});
    setNote(toQString(output.error().message), Mark::Critical);
  }
  fillFileTree(tree, files);
  tree->setCurrentItem(firstFileRow(tree->invisibleRootItem()));
  updateWrite();
}

void ExportDialog::Impl::showFile(QTreeWidgetItem* row) {
  const QString path = row == nullptr ? QString() : row->data(0, kPathRole).toString();
  const auto file = files.find(toUtf8(path));
  preview->setPlainText(file == files.end() ? QString() : toQString(file->second));
}

void ExportDialog::Impl::showWarnings(const std::vector<std::string>& all) {
  QStringList lines;
  for (const std::string& warning : all) {
    lines << toQString(warning);
  }
  warnings->setText(tr("Not expressible in this target; also written as comments:") + QLatin1Char('\n') +
                    lines.join(QLatin1Char('\n')));
  warningBox->setVisible(!all.empty());
}

void ExportDialog::Impl::setNote(const QString& text, std::optional<Mark> mark) {
  outcome->setText(text);
  outcome->setTone(mark == Mark::Critical ? Tone::Critical : mark == Mark::Good ? Tone::Good : Tone::Normal);
  outcomeMark->setVisible(mark.has_value());
  if (mark) {
    outcomeMark->setMark(*mark);
  }
}

void ExportDialog::Impl::updateWrite() {
  write->setEnabled(!files.empty() && !folder->text().trimmed().isEmpty());
}

ExportDialog::ExportDialog(const std::vector<exchange::Exporter>& exporters, Render render,
                           const QString& base, QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>()) {
  m_impl->exporters = exporters;
  m_impl->render = std::move(render);
  m_impl->base = base;
  m_impl->build(*this);
  m_impl->showTarget(-1);
  m_impl->targets->setCurrentRow(0);
}

ExportDialog::~ExportDialog() = default;

void ExportDialog::chooseTarget(const QString& key) {
  for (std::size_t i = 0; i < m_impl->exporters.size(); ++i) {
    if (m_impl->exporters[i].key == toUtf8(key)) {
      m_impl->targets->setCurrentRow(static_cast<int>(i));
    }
  }
}

void ExportDialog::showOutcome(const QString& message, bool isError) {
  m_impl->setNote(message, isError ? Mark::Critical : Mark::Good);
}

}  // namespace cantilever::widgets
