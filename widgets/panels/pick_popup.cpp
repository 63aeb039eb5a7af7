#include "widgets/panels/pick_popup.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/style/icons.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr int kPickWidth = 400;
constexpr int kPickRows = 8;
constexpr int kPickRow = 34;
constexpr int kPickTallRow = 46;
constexpr int kPickMargin = 8;

enum PickRole { PickKey = Qt::UserRole + 1, PickCaption, PickIcon, PickHint };

class PickDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return {option.rect.width(), index.data(PickCaption).toString().isEmpty() ? kPickRow : kPickTallRow};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Theme& theme = currentTheme();
    const bool isEnabled = index.flags().testFlag(Qt::ItemIsEnabled);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRect row = option.rect.adjusted(4, 1, -4, -1);
    if (option.state.testFlag(QStyle::State_Selected) || option.state.testFlag(QStyle::State_MouseOver)) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(option.state.testFlag(QStyle::State_Selected) ? theme.selection : theme.accentSoft);
      painter->drawRoundedRect(row, 6, 6);
    }
    painter->setOpacity(isEnabled ? 1 : 0.5);
    row.adjust(8, 0, -10, 0);
    const QString iconName = index.data(PickIcon).toString();
    if (!iconName.isEmpty()) {
      painter->drawPixmap(
          QPoint(row.left(), row.center().y() - 9),
          iconPixmap(iconName, 20, theme.text, theme.accentSoft, painter->device()->devicePixelRatioF()));
    }
    row.setLeft(row.left() + 30);
    painter->setFont(captionFont());
    painter->setPen(theme.textMuted);
    const QString hint = index.data(PickHint).toString();
    const QString caption = index.data(PickCaption).toString();
    const int hintWidth = hint.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(hint) + 12;
    QRect upper = row;
    if (!caption.isEmpty()) {
      upper.setBottom(row.center().y() + 1);
      const QRect lower(row.left(), row.center().y() + 1, row.width(), row.height() / 2 - 4);
      painter->drawText(lower, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                        painter->fontMetrics().elidedText(caption, Qt::ElideRight, lower.width()));
    }
    painter->drawText(upper, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), hint);
    painter->setFont(bodyFont());
    painter->setPen(theme.text);
    painter->drawText(upper, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                      painter->fontMetrics().elidedText(index.data(Qt::DisplayRole).toString(),
                                                        Qt::ElideRight, upper.width() - hintWidth));
    painter->restore();
  }
};

}  // namespace

PickPopup::PickPopup(const QString& placeholder, Search search, QWidget* window)
    : QFrame(window),
      m_search(std::move(search)),
      m_field(new QLineEdit(this)),
      m_list(new QListView(this)),
      m_model(new QStandardItemModel(this)) {
  setProperty("card", true);
  setAutoFillBackground(true);
  m_field->setObjectName(QStringLiteral("pickField"));
  m_field->setPlaceholderText(placeholder);
  m_field->setAccessibleName(placeholder);
  m_field->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  m_field->installEventFilter(this);
  m_list->setObjectName(QStringLiteral("pickList"));
  m_list->setAccessibleName(placeholder);
  m_list->setModel(m_model);
  m_list->setItemDelegate(new PickDelegate(m_list));
  m_list->setMouseTracking(true);
  m_list->setFocusPolicy(Qt::NoFocus);
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(8, 8, 8, 8);
  rows->setSpacing(6);
  rows->addWidget(m_field);
  rows->addWidget(m_list, 1);
  connect(m_field, &QLineEdit::textChanged, this, &PickPopup::refresh);
  connect(m_list, &QListView::clicked, this, &PickPopup::take);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { leave(now); });
  refresh();
}

void PickPopup::refresh() {
  m_model->clear();
  for (const PickEntry& entry : m_search(m_field->text())) {
    auto* row = new QStandardItem(entry.title);
    row->setData(entry.key, PickKey);
    row->setData(entry.caption, PickCaption);
    row->setData(entry.icon, PickIcon);
    row->setData(entry.hint, PickHint);
    row->setData(QStringLiteral("%1, %2 %3").arg(entry.title, entry.caption, entry.hint),
                 Qt::AccessibleTextRole);
    row->setFlags(entry.isEnabled ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags);
    m_model->appendRow(row);
  }
  step(1);
  if (isVisible()) {
    resize(width(), heightOf(m_model->rowCount()));
  }
}

/// With so many rows; it has room for at least one, and never for more than are good to overlook.
int PickPopup::heightOf(int rows) const {
  const bool isTall = m_model->rowCount() > 0 && !m_model->item(0)->data(PickCaption).toString().isEmpty();
  return std::min(56 + std::clamp(rows, 1, kPickRows) * (isTall ? kPickTallRow : kPickRow),
                  parentWidget()->height() - 2 * kPickMargin);
}

void PickPopup::step(int by) {
  const int count = m_model->rowCount();
  for (int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + by : 0;
       row >= 0 && row < count; row += by) {
    if (m_model->item(row)->isEnabled()) {
      m_list->setCurrentIndex(m_model->index(row, 0));
      return;
    }
  }
}

void PickPopup::openAt(QPoint inWindow) {
  m_before = QApplication::focusWidget();
  // Placed for the longest list: typing may make it longer again.
  const QSize size(std::min(kPickWidth, parentWidget()->width() - 2 * kPickMargin), heightOf(kPickRows));
  const QRect room = parentWidget()->rect().adjusted(kPickMargin, kPickMargin, -kPickMargin, -kPickMargin);
  const QPoint corner(
      std::clamp(inWindow.x(), room.left(), std::max(room.left(), room.right() - size.width())),
      std::clamp(inWindow.y(), room.top(), std::max(room.top(), room.bottom() - size.height())));
  setGeometry(QRect(corner, QSize(size.width(), heightOf(m_model->rowCount()))));
  show();
  raise();
  m_field->setFocus(Qt::PopupFocusReason);
}

void PickPopup::openCentred() {
  openAt({(parentWidget()->width() - kPickWidth) / 2, parentWidget()->height() / 6});
}

bool PickPopup::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_field || event->type() != QEvent::KeyPress) {
    return QFrame::eventFilter(watched, event);
  }
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
      finish();
      return true;
    case Qt::Key_Up:
      step(-1);
      return true;
    case Qt::Key_Down:
      step(1);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      take(m_list->currentIndex());
      return true;
    default:
      return false;
  }
}

void PickPopup::take(const QModelIndex& index) {
  if (!index.isValid() || !index.flags().testFlag(Qt::ItemIsEnabled) || m_isClosing) {
    return;
  }
  const QString key = index.data(PickKey).toString();
  finish();  // first: what is chosen may open another
  Q_EMIT chosen(key);
}

void PickPopup::finish() {
  if (m_isClosing) {
    return;
  }
  m_isClosing = true;
  const bool hadFocus = isAncestorOf(QApplication::focusWidget());
  hide();
  if (hadFocus && m_before != nullptr) {
    m_before->setFocus(Qt::PopupFocusReason);
  }
  deleteLater();
}

void PickPopup::leave(QWidget* focused) {
  // No focus at all: another program's window is in front; this one waits.
  if (isVisible() && focused != nullptr && focused != this && !isAncestorOf(focused)) {
    m_before = nullptr;
    finish();
  }
}

}  // namespace cantilever::widgets
