#pragma once

#include <QFrame>
#include <QPointer>
#include <QString>
#include <functional>
#include <vector>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace cantilever::widgets {

/// A row of a pick list.
struct PickEntry {
  QString key;
  QString title;
  QString caption;  ///< one line below the title; empty: none in any row of this list
  QString icon;
  QString hint;  ///< at the right: a shortcut, a family
  bool isEnabled = true;
};

/// A field to type in over a list of what answers it: for adding a block at the cursor, finding things and
/// choosing commands. A child of the window, so that it never leaves it. Up, Down, Enter, click; Esc, or
/// going elsewhere, closes it without choosing. Deletes itself when it closes and gives the focus back.
class PickPopup : public QFrame {
  Q_OBJECT

 public:
  /// All that answer the text, best first.
  using Search = std::function<std::vector<PickEntry>(const QString& text)>;
  PickPopup(const QString& placeholder, Search search, QWidget* window);

  /// With its corner there if it fits, else moved to where it does.
  void openAt(QPoint inWindow);
  /// In the upper middle of the window.
  void openCentred();

 Q_SIGNALS:
  void chosen(const QString& key);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  int heightOf(int rows) const;
  void step(int by);
  void take(const QModelIndex& index);
  void finish();
  void leave(QWidget* focused);

  Search m_search;
  QPointer<QWidget> m_before;  ///< had the focus
  QLineEdit* m_field = nullptr;
  QListView* m_list = nullptr;
  QStandardItemModel* m_model = nullptr;
  bool m_isClosing = false;
};

}  // namespace cantilever::widgets
