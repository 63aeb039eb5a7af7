#pragma once

#include <QListView>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <vector>

#include "core/catalog/block_type.h"

namespace cantilever::widgets {

/// The rows of the palette: headings, which cannot be chosen, and block types, which can be dragged.
class PaletteModel : public QStandardItemModel {
  Q_OBJECT

 public:
  enum Role { KeyRole = Qt::UserRole + 1, PurposeRole, IconRole, FavouriteRole };
  using QStandardItemModel::QStandardItemModel;

  enum class Headings { Shown, Hidden };
  /// The favourites and those used of late come first, each under a heading of its own, if headings are
  /// shown.
  void show(const std::vector<const catalog::BlockType*>& types, Headings headings);
  struct Remembered {
    std::vector<const catalog::BlockType*> favourites;
    std::vector<const catalog::BlockType*> recent;
  };
  void setRemembered(Remembered remembered) { m_remembered = std::move(remembered); }
  static bool isHeading(const QModelIndex& index);

  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  /// Tool tips are made when somebody asks: the purpose, and how the documentation begins.
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
  void addHeading(const QString& title);
  void addType(const catalog::BlockType& type);
  bool isFavourite(const catalog::BlockType& type) const;

  Remembered m_remembered;
  std::vector<const catalog::BlockType*> m_types;  ///< by row; null: a heading
};

/// Icon, label and one line of purpose.
class PaletteDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Starts drags with the icon under the mouse; the canvas shows the block in its true size.
class PaletteList : public QListView {
  Q_OBJECT

 public:
  using QListView::QListView;
  /// The first row that is a block type, or an invalid index.
  QModelIndex firstType() const;

 Q_SIGNALS:
  void chosen(const QString& typeKey);
  /// Text typed while the list has the focus, meant for the search.
  void typed(const QString& text);
  void favouriteToggled(const QString& typeKey);

 protected:
  void contextMenuEvent(QContextMenuEvent* event) override;
  void startDrag(Qt::DropActions supported) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
};

}  // namespace cantilever::widgets
