#include "widgets/palette/palette_list.h"

#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QDrag>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QTextDocument>
#include <algorithm>
#include <optional>

#include "widgets/palette/palette_panel.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr int kHeadingHeight = 34;
constexpr int kTypeHeight = 52;
constexpr int kTile = 36;

QString categoryTitle(catalog::Category category) {
  return QCoreApplication::translate("PaletteModel", catalog::nameOf(category));
}

/// What it is for, and what happens to a request: the inspector has the rest.
QString tipOf(const catalog::BlockType& type) {
  const std::size_t end = type.documentation.find("\n\n");
  QTextDocument text;
  text.setMarkdown(
      toQString(type.purpose) + QStringLiteral("\n\n") + toQString(type.documentation.substr(0, end)),
      QTextDocument::MarkdownNoHTML);
  return text.toHtml();
}

}  // namespace

void PaletteModel::show(const std::vector<const catalog::BlockType*>& types, Headings headings) {
  clear();
  m_types.clear();
  if (headings == Headings::Shown) {
    const std::pair<QString, const std::vector<const catalog::BlockType*>*> sections[] = {
        {tr("Favourites"), &m_remembered.favourites}, {tr("Used of late"), &m_remembered.recent}};
    for (const auto& [title, remembered] : sections) {
      if (!remembered->empty()) {
        addHeading(title);
        std::for_each(remembered->begin(), remembered->end(), [this](const auto* type) { addType(*type); });
      }
    }
  }
  std::optional<catalog::Category> current;
  for (const catalog::BlockType* type : types) {
    if (headings == Headings::Shown && current != type->category) {
      current = type->category;
      addHeading(categoryTitle(type->category));
    }
    addType(*type);
  }
}

void PaletteModel::addHeading(const QString& title) {
  auto* heading = new QStandardItem(title);
  heading->setFlags(Qt::NoItemFlags);  // the keys step over it
  m_types.push_back(nullptr);
  appendRow(heading);
}

void PaletteModel::addType(const catalog::BlockType& type) {
  auto* row = new QStandardItem(toQString(type.label));
  row->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled);
  row->setData(toQString(type.key), KeyRole);
  row->setData(toQString(type.purpose), PurposeRole);
  row->setData(toQString(type.icon.empty() ? type.key : type.icon), IconRole);
  row->setData(isFavourite(type), FavouriteRole);
  row->setData(tr("%1: %2").arg(toQString(type.label), toQString(type.purpose)), Qt::AccessibleTextRole);
  m_types.push_back(&type);
  appendRow(row);
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
  const auto row = static_cast<std::size_t>(std::max(index.row(), 0));
  if (role == Qt::ToolTipRole && row < m_types.size() && m_types[row] != nullptr) {
    return tipOf(*m_types[row]);
  }
  return QStandardItemModel::data(index, role);
}

bool PaletteModel::isFavourite(const catalog::BlockType& type) const {
  const auto& all = m_remembered.favourites;
  return std::find(all.begin(), all.end(), &type) != all.end();
}

bool PaletteModel::isHeading(const QModelIndex& index) {
  return index.isValid() && index.data(KeyRole).toString().isEmpty();
}

QStringList PaletteModel::mimeTypes() const {
  return {QLatin1String(kBlockTypeMime)};
}

QMimeData* PaletteModel::mimeData(const QModelIndexList& indexes) const {
  if (indexes.isEmpty() || isHeading(indexes.front())) {
    return nullptr;
  }
  auto* data = new QMimeData;
  data->setData(QLatin1String(kBlockTypeMime), indexes.front().data(KeyRole).toString().toUtf8());
  return data;
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  return {option.rect.width(), PaletteModel::isHeading(index) ? kHeadingHeight : kTypeHeight};
}

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
  const Theme& theme = currentTheme();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QString label = index.data(Qt::DisplayRole).toString();
  if (PaletteModel::isHeading(index)) {
    QFont font = captionFont();
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(theme.textMuted);
    painter->drawText(option.rect.adjusted(12, 10, -12, 0),
                      static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), label);
    painter->restore();
    return;
  }
  const QRect row = option.rect.adjusted(4, 1, -4, -1);
  const bool isSelected = option.state.testFlag(QStyle::State_Selected);
  if (isSelected || option.state.testFlag(QStyle::State_MouseOver)) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(isSelected ? theme.selection : theme.accentSoft);
    painter->drawRoundedRect(row, 6, 6);
  }
  if (isSelected && option.state.testFlag(QStyle::State_HasFocus)) {
    painter->setPen(QPen(theme.focus, 1.5));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(row).adjusted(1, 1, -1, -1), 6, 6);
  }
  const QRect tile(row.left() + 6, row.center().y() - kTile / 2 + 1, kTile, kTile);
  painter->setPen(QPen(theme.border, 1));
  painter->setBrush(theme.blockFill);
  painter->drawRoundedRect(tile, 6, 6);
  const qreal ratio = painter->device()->devicePixelRatioF();
  painter->drawPixmap(tile.topLeft() + QPoint(6, 6), iconPixmap(index.data(PaletteModel::IconRole).toString(),
                                                                24, theme.text, theme.accentSoft, ratio));
  const QRect words(tile.right() + 11, row.top() + 6, row.right() - tile.right() - 17, row.height() - 12);
  painter->setFont(bodyFont());
  painter->setPen(theme.text);
  painter->drawText(words, static_cast<int>(Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine),
                    painter->fontMetrics().elidedText(label, Qt::ElideRight, words.width()));
  painter->setFont(captionFont());
  painter->setPen(theme.textMuted);
  painter->drawText(words, static_cast<int>(Qt::AlignLeft | Qt::AlignBottom | Qt::TextSingleLine),
                    painter->fontMetrics().elidedText(index.data(PaletteModel::PurposeRole).toString(),
                                                      Qt::ElideRight, words.width()));
  painter->restore();
}

QModelIndex PaletteList::firstType() const {
  for (int row = 0; row < model()->rowCount(); ++row) {
    const QModelIndex index = model()->index(row, 0);
    if (!PaletteModel::isHeading(index)) {
      return index;
    }
  }
  return {};
}

void PaletteList::startDrag(Qt::DropActions) {
  const QModelIndex index = currentIndex();
  QMimeData* data = model()->mimeData({index});
  if (data == nullptr) {
    return;
  }
  auto* drag = new QDrag(this);
  drag->setMimeData(data);
  // The canvas shows a ghost of true size, over which a picture at the mouse would lie; without one Qt has
  // its own.
  QPixmap nothing(1, 1);
  nothing.fill(Qt::transparent);
  drag->setPixmap(nothing);
  drag->exec(Qt::CopyAction);
}

void PaletteList::keyPressEvent(QKeyEvent* event) {
  const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (isEnter && currentIndex().isValid() && !PaletteModel::isHeading(currentIndex())) {
    Q_EMIT chosen(currentIndex().data(PaletteModel::KeyRole).toString());
    return;
  }
  const QString text = event->text();
  if (!text.isEmpty() && text.at(0).isPrint() && !text.at(0).isSpace() &&
      !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
    Q_EMIT typed(text);
    return;
  }
  QListView::keyPressEvent(event);
}

void PaletteList::contextMenuEvent(QContextMenuEvent* event) {
  const QModelIndex index =
      event->reason() == QContextMenuEvent::Mouse ? indexAt(event->pos()) : currentIndex();
  if (!index.isValid() || PaletteModel::isHeading(index)) {
    return;
  }
  const QString key = index.data(PaletteModel::KeyRole).toString();
  auto* menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("paletteMenu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  connect(menu->addAction(tr("Add to the design")), &QAction::triggered, this,
          [this, key] { Q_EMIT chosen(key); });
  const bool isFavourite = index.data(PaletteModel::FavouriteRole).toBool();
  connect(menu->addAction(isFavourite ? tr("No longer a favourite") : tr("Make it a favourite")),
          &QAction::triggered, this, [this, key] { Q_EMIT favouriteToggled(key); });
  menu->popup(event->globalPos());
}

void PaletteList::mouseDoubleClickEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->pos());
  if (event->button() == Qt::LeftButton && index.isValid() && !PaletteModel::isHeading(index)) {
    Q_EMIT chosen(index.data(PaletteModel::KeyRole).toString());
  }
}

}  // namespace cantilever::widgets
