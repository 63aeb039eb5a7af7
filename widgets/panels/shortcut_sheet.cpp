#include "widgets/panels/shortcut_sheet.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/panels/labels.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr QSize kSheetSize{1360, 740};
constexpr QSize kBesideSheet{60, 80};  // of the window
constexpr int kSheetColumn = 320;

QWidget* groupWidget(const ShortcutGroup& group, QWidget* parent) {
  auto* widget = new QWidget(parent);
  auto* grid = new QGridLayout(widget);
  grid->setContentsMargins(0, 0, 0, 12);
  grid->setHorizontalSpacing(14);
  grid->setVerticalSpacing(5);
  grid->addWidget(makeTitle(group.title, widget), 0, 0, 1, 2);
  int row = 1;
  for (const ShortcutGroup::Row& each : group.rows) {
    auto* keys = new QLabel(each.keys, widget);
    keys->setProperty("role", QStringLiteral("muted"));
    auto* text = new QLabel(each.text, widget);
    text->setWordWrap(true);
    grid->addWidget(keys, row, 0, Qt::AlignLeft | Qt::AlignTop);
    grid->addWidget(text, row, 1);
    ++row;
  }
  grid->setColumnMinimumWidth(0, 100);
  grid->setColumnStretch(1, 1);
  return widget;
}

}  // namespace

ShortcutSheet::ShortcutSheet(const std::vector<ShortcutGroup>& groups, QWidget* parent) : QDialog(parent) {
  setObjectName(QStringLiteral("shortcutSheet"));
  setWindowTitle(tr("Keys and gestures"));
  setAttribute(Qt::WA_DeleteOnClose);
  const QSize room = parent == nullptr ? kSheetSize : parent->size() - kBesideSheet;
  const QSize size = kSheetSize.boundedTo(room);
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* sheet = new QWidget(scroll);
  auto* columns = new QHBoxLayout(sheet);
  columns->setContentsMargins(20, 16, 20, 8);
  columns->setSpacing(24);
  std::vector<QVBoxLayout*> stacks;
  std::vector<int> lengths(static_cast<std::size_t>(std::max(1, size.width() / kSheetColumn)));
  const int columnWidth = size.width() / static_cast<int>(lengths.size()) - columns->spacing();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    stacks.push_back(new QVBoxLayout);
    columns->addLayout(stacks.back(), 1);
  }
  // The longest first, each below the shortest column so far: the columns come out about equal.
  std::vector<ShortcutGroup> byLength = groups;
  std::stable_sort(byLength.begin(), byLength.end(), [](const ShortcutGroup& a, const ShortcutGroup& b) {
    return a.rows.size() > b.rows.size();
  });
  for (const ShortcutGroup& group : byLength) {
    const auto shortest =
        static_cast<std::size_t>(std::min_element(lengths.begin(), lengths.end()) - lengths.begin());
    QWidget* widget = groupWidget(group, sheet);
    stacks[shortest]->addWidget(widget);
    lengths[shortest] += widget->heightForWidth(columnWidth);
  }
  for (QVBoxLayout* stack : stacks) {
    stack->addStretch(1);
  }
  scroll->setWidget(sheet);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(1, 1, 1, 1);
  rows->addWidget(scroll);
  resize(size);
}

// Not every desktop draws frames around dialogs.
void ShortcutSheet::paintEvent(QPaintEvent* event) {
  QDialog::paintEvent(event);
  QPainter painter(this);
  painter.setPen(currentTheme().borderStrong);
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void ShortcutSheet::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
      event->text() == QStringLiteral("?")) {
    close();
    return;
  }
  QDialog::keyPressEvent(event);
}

}  // namespace cantilever::widgets
